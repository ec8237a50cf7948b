package diff

import (
	"cmp"
	"slices"
	"strings"

	"edgecase/config/cloudfront"
)

// allMethods are the methods that CloudFront knows, in the order in which they are written (REQ-075).
var allMethods = strings.Fields("GET HEAD OPTIONS PUT POST PATCH DELETE")

// A class is the requests that go to behavior i on the old side and to behavior j on the new one. There is one for each
// two behaviors that have a path in common.
type class struct {
	i, j   int
	region cloudfront.Region
	path   string // that belongs to it
}

// A finding is one change of some classes, not yet put into words about them.
type finding struct {
	change Change
	facet  facet            // that differs, by kind and name
	of     map[int][]string // methods, by the place of the class
}

// classes compares the two sides class by class.
func (c *comparison) classes() {
	c.names, c.outcomes = namesOf(c.old, c.new), map[outcomeKey]outcome{}
	for i := range c.old.Behaviors {
		c.oldRegions = append(c.oldRegions, c.old.Region(i))
	}
	for j := range c.new.Behaviors {
		c.newRegions = append(c.newRegions, c.new.Region(j))
	}
	c.list, c.byOld, c.byNew = c.partition(), make([][]int, len(c.old.Behaviors)), make([][]int, len(c.new.Behaviors))
	for at, cl := range c.list {
		c.byOld[cl.i], c.byNew[cl.j] = append(c.byOld[cl.i], at), append(c.byNew[cl.j], at)
	}
	var findings []*finding
	byKey := map[string]*finding{}
	note := func(at int, method string, old, new facet) {
		f := c.finding(old, new)
		key := strings.Join(slices.Concat([]string{string(f.change.Kind), f.change.Name, f.change.Old, f.change.New, "+"}, f.change.Gained, []string{"-"}, f.change.Lost), "\x00")
		if byKey[key] == nil {
			byKey[key] = f
			findings = append(findings, f)
		}
		known := byKey[key]
		if !slices.Contains(known.of[at], method) {
			known.of[at] = append(known.of[at], method)
		}
	}
	for at, cl := range c.list {
		same := true
		for _, method := range allMethods {
			for _, d := range differ(c.outcome(c.oldSide, c.old, cl.i, method), c.outcome(c.newSide, c.new, cl.j, method)) {
				if incomparable(d[0], d[1]) {
					c.unknown(d[0], d[1])
					continue
				}
				same = false
				note(at, method, d[0], d[1])
			}
		}
		if was, is := c.old.Behaviors[cl.i], c.new.Behaviors[cl.j]; same && was.Pattern.Canonical() != is.Pattern.Canonical() {
			for _, method := range allMethods {
				note(at, method, named(was), named(is))
			}
		}
	}
	slices.SortStableFunc(findings, func(a, b *finding) int { return rank(a.change) - rank(b.change) })
	before := len(c.out.Changes)
	for _, f := range findings {
		c.spread(f)
	}
	together(c.out.Changes[before:])
}

// together puts what is said of the same requests together, and otherwise keeps the order.
func together(changes []Change) {
	first := map[string]int{}
	about := func(c Change) string {
		var texts []string
		for _, r := range c.Regions {
			texts = append(texts, r.Text)
		}
		return strings.Join(append(texts, c.Methods...), "\x00")
	}
	for i, c := range changes {
		if _, known := first[about(c)]; !known {
			first[about(c)] = i
		}
	}
	slices.SortStableFunc(changes, func(a, b Change) int { return first[about(a)] - first[about(b)] })
}

// incomparable reports whether one of two facets is known after apply only. Of a function that is its code, not its name.
func incomparable(old, new facet) bool {
	return old.unknown != new.unknown && old.text != "" && new.text != "" && (old.kind != Function || old.text == new.text)
}

// unknown says that two facets cannot be compared.
func (c *comparison) unknown(old, new facet) {
	said := cmp.Or(new.name, "target_origin_id") + ": " + old.text + " or " + new.text
	if old.kind == Function {
		said = new.name + ": the code of " + new.text
	}
	if !slices.Contains(c.out.Unknown, said) {
		c.out.Unknown = append(c.out.Unknown, said)
	}
}

// named is the facet of a behavior of which nothing but its pattern differs.
func named(b *cloudfront.Behavior) facet {
	return facet{kind: Behavior, text: b.Name(), source: b.Source}
}

// rank is the place of a change in the report: kinds in their order, and requests that are refused on one side first.
func rank(c Change) int {
	order := []Kind{Answer, Protocol, Signed, OriginSetting, Function, Forwarding, Caching, CacheKey, ResponseHeaders, BehaviorSetting, Behavior}
	r := 2 * slices.Index(order, c.Kind)
	if c.Kind == Answer && !strings.HasPrefix(c.Old, "403") && !strings.HasPrefix(c.New, "403") {
		r++
	}
	return r
}

// An outcomeKey names what has been worked out once.
type outcomeKey struct {
	placed
	method string
}

// A placed is a behavior of a distribution: two of them may share it, and have other origins.
type placed struct {
	distribution *cloudfront.Distribution
	behavior     *cloudfront.Behavior
}

// outcome returns what a side decides about the requests of a behavior.
func (c *comparison) outcome(s *Side, d *cloudfront.Distribution, i int, method string) outcome {
	key := outcomeKey{placed{d, d.Behaviors[i]}, method}
	out, ok := c.outcomes[key]
	if !ok {
		out = s.outcome(d, d.Behaviors[i], method, c.names)
		c.outcomes[key] = out
	}
	return out
}

// differ returns the facets that are not the same: old and new.
func differ(was, is outcome) [][2]facet {
	list := slices.DeleteFunc(aligned(was.facets, is.facets), func(p [2]facet) bool {
		// What is not cached has no key, which is said already.
		return p[0].kind == CacheKey && (find(was.facets, p[0]).kind == "" || find(is.facets, p[0]).kind == "")
	})
	if len(list) == 0 {
		return nil
	}
	switch answer := list[0]; {
	case was.allowed != is.allowed:
		return list[:1]
	case answer[0].kind == Answer && was.allowed && answer[0].unknown == answer[1].unknown:
		// Another origin: how its settings differ from the other's is not the point, unless the id alone is new.
		if slices.Equal(settingsOf(was), settingsOf(is)) {
			answer[1].text += " (the same origin)"
		}
		rest := slices.DeleteFunc(list[1:], func(p [2]facet) bool { return p[0].kind == OriginSetting })
		return append([][2]facet{answer}, rest...)
	}
	return list
}

// settingsOf lists the settings of the origins that are asked, without their ids.
func settingsOf(o outcome) []string {
	var list []string
	for _, f := range o.facets {
		if f.kind == OriginSetting {
			list = append(list, f.about+"\x00"+f.text+"\x00"+f.key)
		}
	}
	return list
}

// aligned puts the facets of two sides beside one another where they differ; what one lacks is there without text.
func aligned(old, new []facet) [][2]facet {
	var list [][2]facet
	for i, o := range old {
		var n facet
		if i < len(new) && new[i].is(o) { // as it is most often
			n = new[i]
		} else if n = find(new, o); n.kind == "" {
			n = facet{kind: o.kind, name: o.name, about: o.about}
		}
		if !n.same(o) {
			list = append(list, [2]facet{o, n})
		}
	}
	for i, n := range new {
		if i < len(old) && old[i].is(n) || find(old, n).kind != "" {
			continue
		}
		if o := (facet{kind: n.kind, name: n.name, about: n.about}); !o.same(n) {
			list = append(list, [2]facet{o, n})
		}
	}
	return list
}

// find returns the facet that is about the same, or the zero facet.
func find(list []facet, f facet) facet {
	if k := slices.IndexFunc(list, f.is); k >= 0 {
		return list[k]
	}
	return facet{}
}

// finding puts two facets into words.
func (c *comparison) finding(old, new facet) *finding {
	f := &finding{facet: old, of: map[int][]string{}, change: Change{Kind: old.kind, Name: new.name}}
	if old.items != nil || new.items != nil {
		f.change.Gained, f.change.Lost = without(new.items, old.items), without(old.items, new.items)
		if old.kind == Forwarding || old.kind == CacheKey {
			f.change.Gained, f.change.Lost = c.names.changed(old.items, new.items)
		}
		return f
	}
	f.change.Old, f.change.New = orNone(old.text), orNone(new.text)
	if old.text == new.text {
		f.change.New += " (changed)"
	}
	return f
}

// spread adds a finding as one change for each set of methods that it concerns.
func (c *comparison) spread(f *finding) {
	var sets []string
	places := map[string][]int{}
	for at := range c.list {
		if methods := f.of[at]; methods != nil {
			set := strings.Join(methods, " ")
			if places[set] == nil {
				sets = append(sets, set)
			}
			places[set] = append(places[set], at)
		}
	}
	for _, set := range sets {
		change := f.change
		change.Methods = strings.Fields(set)
		for _, r := range c.cover(places[set]) {
			change.Regions = append(change.Regions, c.region(r))
		}
		first, method := c.list[places[set][0]], usual(change.Methods)
		was, is := named(c.old.Behaviors[first.i]), named(c.new.Behaviors[first.j])
		if f.change.Kind != Behavior {
			was = find(c.outcome(c.oldSide, c.old, first.i, method).facets, f.facet)
			is = find(c.outcome(c.newSide, c.new, first.j, method).facets, f.facet)
		}
		change.Witness = c.show(f.change.Kind, was, is, first.path, method)
		c.add(change, or(was.source, c.old.Behaviors[first.i].Source), or(is.source, c.new.Behaviors[first.j].Source))
	}
}

// or returns a place, or another where that is none.
func or(a, b cloudfront.Source) cloudfront.Source {
	if a.IsZero() {
		return b
	}
	return a
}

// partition returns the classes. Between the first behaviors that both sides have alike there is one class for each:
// none of their paths goes elsewhere on the other side.
func (c *comparison) partition() []class {
	var list []class
	alike := 0
	for alike < len(c.old.Behaviors)-1 && alike < len(c.new.Behaviors)-1 &&
		c.old.Behaviors[alike].Pattern.Canonical() == c.new.Behaviors[alike].Pattern.Canonical() {
		list = c.class(list, alike, alike)
		alike++
	}
	for i := alike; i < len(c.old.Behaviors); i++ {
		rest := c.oldRegions[i]
		for j := alike; j < len(c.new.Behaviors); j++ {
			before := len(list)
			if list = c.class(list, i, j); len(list) == before {
				continue
			}
			if rest = rest.And(cloudfront.Region{None: c.newRegions[j].All}); j < len(c.new.Behaviors)-1 {
				if _, x := c.survey.Witness(rest); x == cloudfront.Empty {
					break
				}
			}
		}
	}
	return list
}

// class adds the class of two behaviors, unless no path belongs to it.
func (c *comparison) class(list []class, i, j int) []class {
	region := c.oldRegions[i].And(c.newRegions[j])
	path, x := c.survey.Witness(region)
	switch x {
	case cloudfront.Inhabited:
		return append(list, class{i, j, region, path})
	case cloudfront.Undecided:
		c.out.Undecided = append(c.out.Undecided, c.old.Behaviors[i].Name()+" → "+c.new.Behaviors[j].Name())
	}
	return list
}

// cover describes some classes with as few regions as it can: all that a behavior of one side gets, where all of that
// belongs to them, or else class by class.
func (c *comparison) cover(places []int) []cloudfront.Region {
	if len(places) == len(c.list) {
		return []cloudfront.Region{{}}
	}
	left := map[int]bool{}
	for _, at := range places {
		left[at] = true
	}
	var regions []cloudfront.Region
	take := func(whole []int, r cloudfront.Region) {
		taken := 0
		for _, at := range whole {
			if _, concerned := left[at]; !concerned {
				return
			}
			if left[at] {
				taken++
			}
		}
		if taken > 1 {
			regions = append(regions, r)
			for _, at := range whole {
				left[at] = false
			}
		}
	}
	for i, whole := range c.byOld {
		take(whole, c.oldRegions[i])
	}
	for j, whole := range c.byNew {
		take(whole, c.newRegions[j])
	}
	for _, at := range places {
		if left[at] {
			regions = append(regions, c.list[at].region)
		}
	}
	return regions
}

// region puts a region into words.
func (c *comparison) region(of cloudfront.Region) Region {
	short := c.survey.Simplify(of)
	r := Region{All: texts(short.All), None: texts(short.None), Of: of}
	switch {
	case len(r.All) == 0 && len(r.None) == 0:
		r.Text = "every path"
	case len(r.All) == 0:
		r.Text = "default"
		return r
	default:
		r.Text = strings.Join(r.All, " and ")
	}
	const most = 2
	if n := len(r.None); n > most+1 {
		r.Text += " except " + strings.Join(r.None[:most], ", ") + " and " + number(n-most) + " more"
	} else if n > 0 {
		r.Text += " except " + strings.Join(r.None, ", ")
	}
	return r
}

func texts(patterns []cloudfront.PathPattern) []string {
	list := []string{}
	for _, p := range patterns {
		list = append(list, p.String())
	}
	return list
}
