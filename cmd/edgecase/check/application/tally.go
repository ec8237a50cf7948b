package application

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A tally gathers routes: one for each host and pattern.
type tally struct {
	from  string
	byKey map[string]int // places in list
	list  []Route
	left  int // how many were left out because there were too many
	notes []string
}

func newTally(from string) *tally { return &tally{from: from, byKey: map[string]int{}} }

// add adds a route, or what is new of it to the one that is there. It reports false where there are too many.
func (t *tally) add(r Route) bool {
	key := r.Host + r.pattern()
	if r.Kind == Socket {
		key = "ws " + key
	}
	i, there := t.byKey[key]
	if !there {
		if len(t.list) == MaxRoutes {
			t.left++
			return false
		}
		t.byKey[key] = len(t.list)
		t.list = append(t.list, r)
		return true
	}
	old := &t.list[i]
	old.Methods = with(old.Methods, r.Methods)
	old.Assumed = with(old.Assumed, r.Assumed)
	old.Refused = with(old.Refused, r.Refused)
	old.Count += r.Count
	return true
}

// with appends what is not there yet.
func with(list, more []string) []string {
	for _, m := range more {
		if !slices.Contains(list, m) {
			list = append(list, m)
		}
	}
	return list
}

// note adds a clause about something that was left out, if it was.
func (t *tally) note(n int, format string, args ...any) {
	if n > 0 {
		t.notes = append(t.notes, fmt.Sprintf(format, args...))
	}
}

// routes returns what was gathered, by path.
func (t *tally) routes() *Routes {
	t.note(t.left, "%d requests are left out: there are more than %d different paths", t.left, MaxRoutes)
	for i := range t.list {
		t.list[i].settle()
	}
	slices.SortStableFunc(t.list, func(a, b Route) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Host, b.Host))
	})
	return &Routes{From: t.from, List: t.list, Notes: t.notes}
}

// generalize replaces the segments of a seen path that tell one thing from another: numbers, UUIDs and other long
// hexadecimal or random words. What is left is the kind of path; it is the path itself where nothing varies.
func generalize(path string) string {
	if !strings.ContainsAny(path, "0123456789") {
		return path
	}
	segments := strings.Split(path, "/")
	for i, s := range segments {
		if varies(s) {
			segments[i] = "*"
		}
	}
	return strings.Join(segments, "/")
}

// varies reports whether a segment looks like a key: digits only, a UUID, or a long word with digits in it.
func varies(segment string) bool {
	digits, letters := 0, 0
	for i := range len(segment) {
		switch c := segment[i]; {
		case '0' <= c && c <= '9':
			digits++
		case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z':
			letters++
		case c != '-' && c != '_' && c != '=':
			return false // a file name, an escape
		}
	}
	return digits > 0 && (letters == 0 || len(segment) >= 16 && digits >= 3)
}

// anonymous returns a path with examples in place of the segments that look like keys or tokens.
func anonymous(path string) string {
	segments := strings.Split(path, "/")
	for i, s := range segments {
		switch {
		case varies(s) && strings.Trim(s, "0123456789") == "":
			segments[i] = "1"
		case varies(s), random(s):
			segments[i] = "x"
		}
	}
	return strings.Join(segments, "/")
}

// random reports whether a segment is a token with dots in it, such as a JWT: long, mixed, and no name of a file.
func random(segment string) bool {
	ending := segment[strings.LastIndexByte(segment, '.')+1:]
	return len(segment) >= 32 && len(ending) > 8 && strings.ContainsAny(segment, "0123456789") && strings.ToLower(segment) != segment
}
