package cloudfront

import (
	"slices"
	"strings"
)

// A Region is a set of request paths: those that all of some patterns take, and none of some others. It is how "the
// requests that this behavior gets" is written down (REQ-040), and what two configurations are compared by:
//
//	api := Region{All: patterns("/api/*"), None: patterns("/api/admin/*")}
//	api.Witness()                                    // "/api/", Inhabited
//	api.And(Region{All: patterns("*.jpg")}).Witness() // "/api/a.jpg", Inhabited
//	api.Without(patterns("/api*")...).Witness()      // "", Empty
//
// The zero Region holds every path. A path is one that NormalizePath returns: it begins with "/", has no "//", no "."
// and ".." segments, and escapes only what must be escaped (REQ-059 to REQ-063). Its length is not limited here.
type Region struct {
	All, None []PathPattern
}

// Region returns the paths that behavior number i gets: those of its pattern that no pattern above it takes (REQ-040).
// The default behavior gets what no pattern takes (REQ-041).
func (d *Distribution) Region(i int) Region {
	var r Region
	if b := d.Behaviors[i]; !b.Default() {
		r.All = []PathPattern{b.Pattern}
	}
	for _, above := range d.Behaviors[:i] {
		r.None = append(r.None, above.Pattern)
	}
	return r
}

// And returns the paths that are in both regions.
func (r Region) And(s Region) Region {
	return Region{All: slices.Concat(r.All, s.All), None: slices.Concat(r.None, s.None)}
}

// Without returns the paths of the region that none of the patterns takes.
func (r Region) Without(patterns ...PathPattern) Region {
	return Region{All: r.All, None: slices.Concat(r.None, patterns)}
}

// Contains reports whether a path that NormalizePath has prepared is in the region.
func (r Region) Contains(path string) bool {
	takes := func(p PathPattern) bool { return p.Match(path) }
	return !slices.ContainsFunc(r.None, takes) && !slices.ContainsFunc(r.All, func(p PathPattern) bool { return !takes(p) })
}

// Witness returns a path of the region, as [Survey.Witness] does.
func (r Region) Witness() (path string, x Extent) { return new(Survey).Witness(r) }

// An Extent says whether a region holds any path.
type Extent int

// The extents of a region.
const (
	Empty     Extent = iota // no request can have such a path
	Inhabited               // there is a witness
	Undecided               // the patterns are too entangled: the search was given up
)

// String returns the word for it.
func (x Extent) String() string { return [...]string{"empty", "inhabited", "undecided"}[x] }

// Covers reports whether the pattern takes every path that q takes, so that a behavior with q that stands below it is
// never used (REQ-043); also if q takes none. For freakishly entangled patterns it may say no too often, never yes.
func (p PathPattern) Covers(q PathPattern) bool {
	_, x := Region{All: []PathPattern{q}, None: []PathPattern{p}}.Witness()
	return x == Empty
}

// Known reports whether the pattern is there, and holds nothing that only apply can tell: about others nothing can be
// said.
func (p PathPattern) Known() bool { return p.canonical != "" && !placeholder(p.canonical) }

// A Reach is what an ordered list of patterns leaves to one of them (REQ-040, REQ-043).
type Reach struct {
	Extent  Extent   // Empty if this pattern is never used
	Witness string   // if Inhabited, a path that it gets
	Covered []int    // if Empty, the places of a minimal list of patterns above that take all that this one does
	Shadows []Shadow // if Inhabited, who takes a part of it, in order
}

// A Shadow is a pattern above another one that takes some of the other's paths.
type Shadow struct {
	By      int    // its place in the list
	Witness string // a path that both match, and that this one gets
}

// Reach finds out what an ordered list leaves to the pattern at place i. With Empty and nothing Covered the pattern
// matches no path that a request can have, wherever it stands: one with a blank, or with an escape in lower case.
//
//	Reach("/a/*", "/b/*", "/a/b/*")[2]   // Empty, Covered 0
//	Reach("/a/", "/a/?*", "/a/*")[2]     // Empty, Covered 0 and 1
//	Reach("/img/*", "*.jpg")[1]          // Inhabited "/a.jpg", Shadow by 0: "/img/.jpg"
func (s *Survey) Reach(list []PathPattern, i int) Reach {
	all := []PathPattern{list[i]}
	var r Reach
	if r.Witness, r.Extent = s.Witness(Region{All: all, None: list[:i]}); r.Extent == Empty {
		r.Covered = s.Cover(list, i)
		return r
	}
	for j := range list[:i] {
		both := Region{All: append(all, list[j]), None: list[:j]}
		if w, x := s.Witness(both); x == Inhabited {
			r.Shadows = append(r.Shadows, Shadow{j, w})
		}
	}
	return r
}

// Cover returns the places of patterns above the one at place i that together take all of its paths: one if one is
// enough, else a list from which none can be left out. It is nil where they do not, and for a pattern that matches no
// path at all.
func (s *Survey) Cover(list []PathPattern, i int) []int {
	within := func(places []int) bool {
		r := Region{All: list[i : i+1]}
		for _, j := range places {
			r.None = append(r.None, list[j])
		}
		_, x := s.Witness(r)
		return x == Empty
	}
	var places []int
	for j := range list[:i] {
		if !list[j].apart(list[i]) {
			places = append(places, j)
		}
	}
	if !within(places) || within(nil) {
		return nil
	}
	for _, j := range places {
		if within([]int{j}) {
			return []int{j}
		}
	}
	for k := len(places) - 1; k >= 0; k-- {
		if fewer := slices.Delete(slices.Clone(places), k, k+1); within(fewer) {
			places = fewer
		}
	}
	return places
}

// Simplify returns the same region written with the fewest words: without patterns that follow from the others. A
// region that it cannot decide about stays as it is.
func (s *Survey) Simplify(r Region) Region {
	short := Region{All: unique(r.All), None: unique(r.None)}
	if len(short.All) > 1 {
		short.All = slices.DeleteFunc(short.All, func(p PathPattern) bool { return p.canonical == "/*" })
	}
	same := func(larger Region, p PathPattern, in bool) bool {
		// Leaving p out adds nothing if no path of what is left decides by it.
		probe := larger.Without(p)
		if !in {
			probe = larger.And(Region{All: []PathPattern{p}})
		}
		_, x := s.Witness(probe)
		return x == Empty
	}
	for k := len(short.All) - 1; k >= 0 && len(short.All) > 1; k-- {
		fewer := slices.Delete(slices.Clone(short.All), k, k+1)
		if same(Region{All: fewer}, short.All[k], true) {
			short.All = fewer
		}
	}
	for k := len(short.None) - 1; k >= 0; k-- {
		fewer := slices.Delete(slices.Clone(short.None), k, k+1)
		if same(Region{All: short.All, None: fewer}, short.None[k], false) {
			short.None = fewer
		}
	}
	return short
}

// unique returns the patterns, each once.
func unique(patterns []PathPattern) []PathPattern {
	var list []PathPattern
	for _, p := range patterns {
		if !slices.ContainsFunc(list, func(q PathPattern) bool { return q.canonical == p.canonical }) {
			list = append(list, p)
		}
	}
	return list
}

// apart reports whether the beginnings or the ends of two patterns alone tell that no path matches both. It may say no
// too often, never yes.
func (p PathPattern) apart(q PathPattern) bool {
	a, b := p.canonical, q.canonical
	for i := 0; i < len(a) && i < len(b) && a[i] != '*' && b[i] != '*'; i++ {
		if differ(a[i], b[i]) {
			return true
		}
	}
	for i, j := len(a)-1, len(b)-1; i >= 0 && j >= 0 && a[i] != '*' && b[j] != '*'; i, j = i-1, j-1 {
		if differ(a[i], b[j]) {
			return true
		}
	}
	return len(a) != len(b) && !strings.Contains(a+b, "*")
}

// differ reports whether no byte can stand at both places of two patterns, of which neither is a "*".
func differ(c, d byte) bool { return c != d && c != '?' && d != '?' }
