package cloudfront

import (
	"fmt"
	"regexp"
	"strings"
)

// Choose returns the first behavior whose pattern takes a normalised path, else the default (REQ-040, REQ-041), and its
// place in the list, from 1.
func (d *Distribution) Choose(path string) (*Behavior, int) {
	for i, b := range d.Behaviors {
		if b.Default() || b.Pattern.Match(path) {
			return b, i + 1
		}
	}
	return d.DefaultBehavior(), len(d.Behaviors)
}

// Model returns the behavior to copy for a path that needs one of its own: of those that suit, rather one in front of an
// application than of a bucket, the one whose pattern has most in common with the path, the first of these. It is nil if
// none suits.
func (d *Distribution) Model(path string, suits func(*Behavior) bool) *Behavior {
	var best *Behavior
	bestScore := -1
	for _, b := range d.Behaviors {
		if !suits(b) {
			continue
		}
		score := commonPrefix(b.Pattern.Canonical(), path)
		if m := d.Members(b.TargetOriginID.Value); len(m) > 0 && m[0].Kind != KindS3 {
			score += 1 << 16
		}
		if score > bestScore {
			best, bestScore = b, score
		}
	}
	return best
}

func commonPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// PatternOf returns the pattern for one path. Characters that patterns may not hold become "?".
func PatternOf(path string) string {
	var b strings.Builder
	for _, c := range []byte(path) {
		if strings.IndexByte("_-.*$/~\"'@:+&", c) >= 0 || '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' {
			b.WriteByte(c)
		} else {
			b.WriteByte('?')
		}
	}
	return b.String()
}

// BlockFor writes the behavior's block as an ordered_cache_behavior for another pattern.
func (b *Behavior) BlockFor(pattern string) string {
	block := b.Block
	argument := fmt.Sprintf("path_pattern = %q", pattern)
	if b.Default() {
		head, body, found := strings.Cut(block, "{")
		if !found || !strings.HasPrefix(strings.TrimSpace(head), "default_cache_behavior") {
			return ""
		}
		first := strings.TrimLeft(body, "\r\n")
		indent := first[:len(first)-len(strings.TrimLeft(first, " \t"))]
		return dedent("ordered_cache_behavior {\n" + indent + argument + body)
	}
	if !pathPattern.MatchString(block) {
		return ""
	}
	return dedent(pathPattern.ReplaceAllStringFunc(block, func(line string) string {
		return line[:strings.IndexByte(line, '=')+1] + fmt.Sprintf(" %q", pattern)
	}))
}

// pathPattern finds the argument in a block.
var pathPattern = regexp.MustCompile(`(?m)^\s*path_pattern\s*=.*$`)

// dedent moves a block to the left margin: by as much as its closing brace is indented.
func dedent(block string) string {
	lines := strings.Split(strings.TrimSpace(block), "\n")
	last := lines[len(lines)-1]
	indent := last[:len(last)-len(strings.TrimLeft(last, " \t"))]
	for i := range lines {
		lines[i] = strings.TrimPrefix(lines[i], indent)
	}
	return strings.Join(lines, "\n")
}
