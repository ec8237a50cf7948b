package cloudfront

import "strings"

// Patterns longer than this are not compared, and a comparison that takes more steps is given up.
const (
	maxCoverLength = 511
	maxCoverSteps  = 1 << 10
)

// Covers reports whether the pattern takes every path that q takes, so that a behavior with q that stands below it is
// never used (REQ-043). It says yes only if that is so; for freakishly entangled patterns it may say no too often.
//
// It walks q and p side by side: with each character that q allows, through all positions that p could be at. No
// character tells more than those that one of the patterns names, and a single other one.
func (p PathPattern) Covers(q PathPattern) bool {
	if len(p.canonical) > maxCoverLength || !p.Match(q.example("")) || !p.Match(q.example("\x00\x00")) {
		return false
	}
	type step struct {
		at int // the position in q
		in positions
	}
	start := step{0, p.begin()}
	seen := map[step]bool{start: true}
	alphabet := characters(p.canonical + q.canonical)
	for todo := []step{start}; len(todo) > 0; {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if s.at == len(q.canonical) {
			if !s.in.has(len(p.canonical)) {
				return false
			}
			continue
		}
		var next []step
		switch c := q.canonical[s.at]; c {
		case '*':
			next = append(next, step{s.at + 1, s.in})
			for _, c := range alphabet {
				next = append(next, step{s.at, p.advance(s.in, c)})
			}
		case '?':
			for _, c := range alphabet {
				next = append(next, step{s.at + 1, p.advance(s.in, c)})
			}
		default:
			next = append(next, step{s.at + 1, p.advance(s.in, c)})
		}
		for _, n := range next {
			if n.in == (positions{}) {
				return false // q goes on, p cannot
			}
			if !seen[n] {
				seen[n] = true
				todo = append(todo, n)
			}
		}
		if len(seen) > maxCoverSteps {
			return false
		}
	}
	return true
}

// example returns a path that the pattern takes, with characters that no pattern names: most patterns that do not cover
// another fail on it, which is quickly found.
func (p PathPattern) example(star string) string {
	return strings.ReplaceAll(strings.ReplaceAll(p.canonical, "?", "\x00"), "*", star)
}

// positions is a set of positions in a pattern, one bit each.
type positions [(maxCoverLength + 1) / 64]uint64

func (s positions) has(i int) bool { return s[i/64]&(1<<(i%64)) != 0 }

// begin returns the positions before the first character.
func (p PathPattern) begin() positions {
	var s positions
	p.enter(&s, 0)
	return s
}

// advance returns the positions after one more character.
func (p PathPattern) advance(from positions, c byte) positions {
	var to positions
	for i := range len(p.canonical) {
		if !from.has(i) {
			continue
		}
		switch p.canonical[i] {
		case '*':
			p.enter(&to, i)
		case '?', c:
			p.enter(&to, i+1)
		}
	}
	return to
}

// enter adds a position, and the one behind it where a "*" need not match anything.
func (p PathPattern) enter(s *positions, i int) {
	for {
		s[i/64] |= 1 << (i % 64)
		if i == len(p.canonical) || p.canonical[i] != '*' {
			return
		}
		i++
	}
}

// characters returns the distinct characters that the patterns name, and one that they do not.
func characters(patterns string) []byte {
	var named [256]bool
	for i := range len(patterns) {
		named[patterns[i]] = true
	}
	named['*'], named['?'] = false, false
	var list []byte
	other := false
	for c, is := range named {
		switch {
		case is:
			list = append(list, byte(c))
		case !other && c > 0 && c != '*' && c != '?':
			list = append(list, byte(c))
			other = true
		}
	}
	return list
}
