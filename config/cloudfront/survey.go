package cloudfront

import (
	"bytes"
	"slices"
	"strings"
)

// maxSurvey is how much work the questions to one Survey may take together, and maxWitness one of them: in steps of a few
// nanoseconds. A list of 75 behaviors takes some thousands.
const (
	maxWitness = 1 << 20
	maxSurvey  = 1 << 23
)

// A Survey answers questions about regions. It remembers what it has learned of each pattern, so questions about the
// same patterns are best put to one Survey; and it bounds the work of all of them together: past that bound, answers
// are Undecided. The zero value is ready. It is not safe for concurrent use.
type Survey struct {
	machines map[string]*machine
	work     int
}

// machine returns the pattern's machine.
func (s *Survey) machine(p PathPattern) *machine {
	m := s.machines[p.canonical]
	if m == nil {
		if s.machines == nil {
			s.machines = map[string]*machine{}
		}
		m = newMachine(p.canonical)
		s.machines[p.canonical] = m
	}
	return m
}

// Witness returns a shortest path of the region, made of letters where it can choose. (A name that would begin with a
// dot, as the shortest that "*.jpg" matches, gets a letter in front if that is in the region, too.) The path is ""
// unless the region is Inhabited. The answer is exact: no path is tried on the off chance.
//
// The search is breadth first over what can be told apart of the beginning of a path: its last few bytes as far as
// NormalizePath looks at them, one position in each pattern of All (whichever of several is right is tried out), and for
// each pattern of None all positions that it may be at. Two things keep it small even where patterns have many
// wildcards. Of two beginnings alike in the first two, of which the earlier is no further in any pattern of None, the
// later is not followed: whatever would make it a path of the region makes one of the earlier, too. And next to the bytes
// that a pattern of All names at its place only one other is tried, which no pattern names there: it brings no pattern of
// None further than any other byte would.
func (s *Survey) Witness(r Region) (path string, x Extent) {
	q := s.search(r)
	if q == nil {
		return "", Empty
	}
	path, x = q.run()
	if x != Inhabited {
		return "", x
	}
	if i := strings.Index(path, "/."); i >= 0 {
		for _, c := range []byte(q.preferred[:26]) {
			if named := path[:i+1] + string(c) + path[i+1:]; r.Contains(named) {
				return named, x
			}
		}
	}
	return path, x
}

// A search looks for a path of a region.
type search struct {
	*Survey
	all       []string   // the patterns that must match
	none      []*machine // and those that must not
	preferred []byte     // the bytes of paths, in order of preference
	limit     int        // of work

	nodes []node
	at    []uint16 // len(all) for each node: where each pattern that must match is
	in    []int32  // len(none) for each node: the state of each machine
	seen  map[string][]int32
	key   []byte
	list  []byte
}

// A node is the beginning of a path.
type node struct {
	from  int32 // the node that is shorter by one byte
	c     byte  // that byte
	shape shape
}

// search prepares a search; nil says that the region is empty at first glance.
func (s *Survey) search(r Region) *search {
	q := &search{Survey: s, seen: map[string][]int32{}, limit: min(s.work+maxWitness, maxSurvey)}
	for i, p := range r.All {
		if slices.ContainsFunc(r.All[:i], p.apart) {
			return nil
		}
		if !slices.Contains(q.all, p.canonical) {
			q.all = append(q.all, p.canonical)
		}
	}
	for _, p := range r.None {
		if slices.Contains(q.all, p.canonical) {
			return nil
		}
	}
	for _, p := range r.None {
		if m := s.machine(p); !slices.Contains(q.none, m) && !slices.ContainsFunc(r.All, p.apart) {
			q.none = append(q.none, m)
		}
	}
	q.prefer(r)
	return q
}

// run searches, shortest paths first.
func (q *search) run() (path string, x Extent) {
	at := make([]uint16, len(q.all))
	in := make([]int32, len(q.none))
	for k, m := range q.none {
		in[k] = m.begin()
	}
	q.add(node{from: -1, shape: beginning}, at, in)
	for i := int32(0); int(i) < len(q.nodes); i++ {
		for _, c := range q.bytes(i) {
			if found := q.follow(i, c); found >= 0 {
				return q.path(found), Inhabited
			}
			if q.work > q.limit {
				return "", Undecided
			}
		}
	}
	return "", Empty
}

// follow makes the nodes that one more byte leads to, and returns one whose path is in the region, or -1.
func (q *search) follow(i int32, c byte) int32 {
	shape := q.nodes[i].shape.step(c)
	if shape == broken {
		return -1
	}
	in := make([]int32, len(q.none))
	for k, m := range q.none {
		in[k] = m.step(q.in[int(i)*len(q.none)+k], c)
		if m.states[in[k]].forever {
			return -1
		}
	}
	q.work += 1 + len(q.none)
	found := int32(-1)
	at := make([]uint16, len(q.all))
	var choose func(k int)
	choose = func(k int) {
		if k == len(q.all) {
			if id := q.add(node{i, c, shape}, at, in); id >= 0 && found < 0 && q.accepts(id) {
				found = id
			}
			return
		}
		p, j := q.all[k], int(q.at[int(i)*len(q.all)+k])
		if j < len(p) && p[j] == '*' {
			at[k] = uint16(j)
			choose(k + 1)
			j++
		}
		if j < len(p) && (p[j] == '?' || p[j] == c) {
			at[k] = uint16(j + 1)
			choose(k + 1)
		}
	}
	choose(0)
	return found
}

// add makes a node, unless an earlier one makes it superfluous, and returns its number or -1.
func (q *search) add(n node, at []uint16, in []int32) int32 {
	q.key = append(q.key[:0], byte(n.shape))
	for _, i := range at {
		q.key = append(q.key, byte(i>>8), byte(i))
	}
	for _, earlier := range q.seen[string(q.key)] {
		q.work++
		if q.behind(int(earlier), in) {
			return -1
		}
	}
	id := int32(len(q.nodes))
	q.seen[string(q.key)] = append(q.seen[string(q.key)], id)
	q.nodes = append(q.nodes, n)
	q.at = append(q.at, at...)
	q.in = append(q.in, in...)
	return id
}

// behind reports whether a node is no further in any pattern that must not match.
func (q *search) behind(earlier int, in []int32) bool {
	for k, m := range q.none {
		if !m.behind(q.in[earlier*len(q.none)+k], in[k]) {
			return false
		}
		q.work++
	}
	return true
}

// accepts reports whether the node's path is in the region.
func (q *search) accepts(id int32) bool {
	if !q.nodes[id].shape.ends() {
		return false
	}
	for k, p := range q.all {
		if i := int(q.at[int(id)*len(q.all)+k]); p[i:] != "" && p[i:] != "*" {
			return false
		}
	}
	for k, m := range q.none {
		if m.states[q.in[int(id)*len(q.none)+k]].accepts {
			return false
		}
	}
	return true
}

// bytes returns the bytes to try after this node, the best first. What is no byte of paths, or breaks one, is left to
// follow.
func (q *search) bytes(i int32) []byte {
	list := q.list[:0]
	switch shape := q.nodes[i].shape; {
	case shape == beginning:
		return append(list, '/')
	case shape.escaping():
		return append(list, "2013456789ABCDEF"...) // %22 is a nicer witness than %00
	}
	var wanted []byte
	for k, p := range q.all {
		j := int(q.at[int(i)*len(q.all)+k])
		switch {
		case j == len(p):
			return nil
		case p[j] == '*' && j+1 < len(p):
			wanted = append(wanted, p[j+1])
		case p[j] != '*' && p[j] != '?':
			return append(list, p[j])
		}
	}
	var named [256]bool
	for _, c := range wanted {
		named[c] = true
	}
	for k, m := range q.none {
		for _, c := range m.states[q.in[int(i)*len(q.none)+k]].named {
			named[c] = true
		}
	}
	for _, c := range q.preferred {
		if !named[c] {
			list = append(list, c)
			if plain(c) {
				q.list = list
				return append(list, wanted...)
			}
		}
	}
	// No letter is left that stands for all others, so each byte stands for itself.
	return append(list[:0], q.preferred...)
}

// path returns the node's path.
func (q *search) path(id int32) string {
	var b []byte
	for ; q.nodes[id].from >= 0; id = q.nodes[id].from {
		b = append(b, q.nodes[id].c)
	}
	slices.Reverse(b)
	return string(b)
}

// letters are the bytes that can stand in a path, in the order in which people like to read them; last come those that
// NormalizePath looks at.
var letters = func() []byte {
	list := []byte("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_~!$&'()*+,;=:@")
	for c := 1 + ' '; c <= 0xff; c++ {
		if !bytes.Contains(list, []byte{byte(c)}) && !strings.ContainsRune("#?/.%\x7f", c) {
			list = append(list, byte(c))
		}
	}
	return append(list, "/.%"...)
}()

// prefer puts the bytes that can stand in a path in order: the lower-case letters that no pattern of the region names come
// first.
func (q *search) prefer(r Region) {
	var named [256]bool
	for _, list := range [][]PathPattern{r.All, r.None} {
		for _, p := range list {
			for _, c := range []byte(p.canonical) {
				named[c] = true
			}
		}
	}
	q.preferred = make([]byte, 0, len(letters))
	for _, wanted := range []bool{false, true} {
		for _, c := range letters[:26] {
			if named[c] == wanted {
				q.preferred = append(q.preferred, c)
			}
		}
	}
	q.preferred = append(q.preferred, letters[26:]...)
}

// plain reports whether NormalizePath has no opinion on a byte.
func plain(c byte) bool { return c != '/' && c != '.' && c != '%' }

// A shape is what NormalizePath cares for of the beginning of a path.
type shape byte

// The shapes. Those of an escape tell which second digits would make it one of an unreserved character, which
// NormalizePath decodes.
const (
	broken    shape = iota // no beginning of a normal path
	beginning              // nothing yet
	slash                  // a segment begins
	dot                    // a segment that is "." so far
	dots                   // one that is ".."
	segment                // within a segment
	percent                // an escape begins
	anyDigit               // %0, %1, %8 and on
	escape2                // %2
	escape3                // %3
	escape4                // %4 and %6
	escape5                // %5
	escape7                // %7
)

// secondDigits are the second digits that may follow.
var secondDigits = map[shape]string{
	anyDigit: "0123456789ABCDEF", escape2: "0123456789ABCF", escape3: "ABCDEF", escape4: "0", escape5: "BCDE", escape7: "BCDF",
}

// ends reports whether a path may end so.
func (s shape) ends() bool { return s == slash || s == segment }

// escaping reports whether only digits may follow.
func (s shape) escaping() bool { return s >= percent }

// step returns the shape after one more byte.
func (s shape) step(c byte) shape {
	switch {
	case s == beginning:
		if c == '/' {
			return slash
		}
		return broken
	case s == percent:
		return escapes(c)
	case s.escaping():
		if strings.IndexByte(secondDigits[s], c) >= 0 {
			return segment
		}
		return broken
	case c == '%':
		return percent
	case c == '/' && s != segment, c <= ' ', c == 0x7f, c == '#', c == '?':
		return broken
	case c == '/':
		return slash
	case c == '.' && s == slash:
		return dot
	case c == '.' && s == dot:
		return dots
	default:
		return segment
	}
}

// escapes returns the shape after the first digit of an escape.
func escapes(c byte) shape {
	switch {
	case c == '2':
		return escape2
	case c == '3':
		return escape3
	case c == '4', c == '6':
		return escape4
	case c == '5':
		return escape5
	case c == '7':
		return escape7
	case isHex(c) && !isLowerHex(c):
		return anyDigit
	default:
		return broken
	}
}
