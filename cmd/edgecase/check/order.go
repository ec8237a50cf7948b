package check

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"

	"edgecase/config/cloudfront"
)

var (
	behaviorUnreachable = &Rule{
		Name: "behavior-unreachable", Title: "a behavior gets no request, because those above it take all of its paths", Severity: Warning,
		Why: "The first behavior whose path pattern takes the path decides; that another pattern is more specific plays no part. A behavior below " +
			"a pattern that takes all its paths is never used, whatever its methods and policies say, and nothing at AWS tells you so.",
		Example: `ordered_cache_behavior { path_pattern = "/api/*" … }
ordered_cache_behavior { path_pattern = "/api/admin/*" … }   # never used`,
		Fix:   "Move the block of the more specific pattern above the other, or remove it.",
		Cites: []string{"REQ-043", "REQ-058", "T04", "T05"},
	}
	behaviorPartlyShadowed = &Rule{
		Name: "behavior-partly-shadowed", Title: "a behavior loses some of its paths to one above it that does something else with them", Severity: Note,
		Why: "Two patterns overlap and neither contains the other: paths that both take go to the upper one. Where the two have different origins, " +
			"methods or policies, swapping them changes what those requests get. A narrow pattern above a wide one is how it should be, and " +
			"not reported.",
		Example: `ordered_cache_behavior { path_pattern = "*.json" … }    # a bucket
ordered_cache_behavior { path_pattern = "/api/*" … }    # an application: /api/report.json is not its`,
		Fix:   "If the lower behavior should have them, move its block above the other.",
		Cites: []string{"REQ-040", "REQ-043", "T04"},
	}
	orderFromMap = &Rule{
		Name: "order-from-map", Title: "the order of behaviors that overlap is that of a map's keys or a set's values", Severity: Warning,
		Why: "A dynamic block goes over a map in the order of its keys and over a set in that of its values, both as text, whatever order they " +
			"are written in. The order of behaviors decides who gets a request, so that renaming a key, or adding one, moves requests to another origin.",
		Example: `dynamic "ordered_cache_behavior" {
  for_each = { web = "/*/assets/*", api = "/api/*" }   # "api" comes first: a comes before w
  content { path_pattern = ordered_cache_behavior.value … }
}`,
		Fix:   "Give for_each a list of objects, in the order that is meant.",
		Cites: []string{"REQ-040", "TF-050", "T04"},
	}
)

func orderTraps() []trap {
	return []trap{
		{[]*Rule{behaviorUnreachable, behaviorPartlyShadowed}, (*view).shadowed},
		{[]*Rule{orderFromMap}, (*view).mapped},
	}
}

// maxCompared is how many behaviors are compared with one another: more than a quota that AWS has raised allows.
const maxCompared = 250

// patterns are the patterns of the behaviors that can be judged, and whose they are. The default behavior is the last.
func (v *view) patterns() (list []cloudfront.PathPattern, of []*cloudfront.Behavior) {
	for i, b := range v.Behaviors {
		if b.Pattern.Known() && v.settled(b.Source, b.Sources["path_pattern"]) && (i < maxCompared || b.Default()) {
			list, of = append(list, b.Pattern), append(of, b)
		}
	}
	return list, of
}

// shadowed decides for each behavior whether those above it leave it anything.
func (v *view) shadowed() []Finding {
	var found []Finding
	list, of := v.patterns()
	for i, b := range of {
		switch r := v.survey.Reach(list, i); r.Extent {
		case cloudfront.Empty:
			found = append(found, v.unreachable(b, list, of, r.Covered))
		case cloudfront.Inhabited:
			found = append(found, v.partly(b, list, of, r.Shadows)...)
		}
	}
	return found
}

func (v *view) unreachable(b *cloudfront.Behavior, list []cloudfront.PathPattern, of []*cloudfront.Behavior, covered []int) Finding {
	f := Finding{Rule: behaviorUnreachable, At: argument(b.Sources, "path_pattern", b.Source)}
	if len(covered) == 0 {
		f.Message = b.Name() + " is never used: no path that a request can have matches it"
		f.Fix.Where = "Write the pattern as paths are after normalization: no blanks, escapes in upper case"
		return f
	}
	var above []string
	for _, j := range covered {
		above = append(above, named(of[j]))
	}
	verb := "takes"
	if len(above) > 1 {
		verb = "together take"
	}
	f.Message = fmt.Sprintf("%s is never used: %s above it %s all of its paths", b.Name(), and(above), verb)
	if path, x := v.survey.Witness(cloudfront.Region{All: []cloudfront.PathPattern{b.Pattern}}); x == cloudfront.Inhabited {
		taker, _ := v.Choose(path)
		f.Witness = v.witness("GET", path)
		f.Witness.Shows.Behavior = taker
	}
	first := of[covered[0]]
	switch {
	case b.Default():
		f.Fix.Where = "Move the settings of " + first.Name() + " to default_cache_behavior, or give it a narrower pattern"
	case b.Pattern.Canonical() == first.Pattern.Canonical():
		f.Fix.Where = "Remove one of the two"
	default:
		f.Fix.Where, f.Fix.Above = "Move its block above that of "+first.Name(), first.Source
	}
	return f
}

// partly tells which paths of a behavior others get that do something else with them.
func (v *view) partly(b *cloudfront.Behavior, list []cloudfront.PathPattern, of []*cloudfront.Behavior, shadows []cloudfront.Shadow) []Finding {
	var f Finding
	others := 0
	for _, s := range shadows {
		above := of[s.By]
		how := difference(above, b)
		if how == "" || !v.routed(above) || !v.routed(b) || b.Pattern.Covers(list[s.By]) {
			continue
		}
		if f.Rule != nil {
			others++
			f.Related = append(f.Related, Related{above.Source, fmt.Sprintf("%s takes %s, too (%s)", above.Name(), s.Witness, how)})
			continue
		}
		f = Finding{
			Rule: behaviorPartlyShadowed, At: b.Source, Witness: v.witness("GET", s.Witness),
			Message: fmt.Sprintf("%s above takes %s from %s: %s", named(above), s.Witness, b.Name(), how),
			Fix:     Fix{Where: fmt.Sprintf("If %s should have it, move its block above that of %s", b.Name(), above.Name()), Above: above.Source},
		}
		f.Witness.Shows.Behavior = above
	}
	if f.Rule == nil {
		return nil
	}
	return []Finding{f}
}

// difference says what it changes for a request which of two behaviors it goes to: "" is nothing.
func difference(a, b *cloudfront.Behavior) string {
	switch {
	case a.TargetOriginID.Value != b.TargetOriginID.Value:
		return fmt.Sprintf("%s answers, not %s", a.TargetOriginID, b.TargetOriginID)
	case !slices.Equal(a.AllowedMethods, b.AllowedMethods):
		return fmt.Sprintf("it allows %s, not %s", cloudfront.MethodList(a.AllowedMethods), cloudfront.MethodList(b.AllowedMethods))
	case !samePolicy(a.CachePolicy, b.CachePolicy):
		return "another cache policy"
	case a.OriginRequestPolicy != b.OriginRequestPolicy:
		return "another origin request policy"
	case a.ResponseHeadersPolicy != b.ResponseHeadersPolicy:
		return "another response headers policy"
	}
	return ""
}

// samePolicy reports whether two behaviors cache by the same settings; those of forwarded_values are written twice.
func samePolicy(a, b *cloudfront.CachePolicy) bool {
	if a == b || a == nil || b == nil || !a.Legacy || !b.Legacy {
		return a == b
	}
	bare := func(p cloudfront.CachePolicy) cloudfront.CachePolicy {
		p.Source, p.Sources = cloudfront.Source{}, nil
		for _, s := range []*cloudfront.Selection{&p.Headers, &p.Cookies, &p.QueryStrings} {
			s.Source = cloudfront.Source{}
		}
		return p
	}
	return reflect.DeepEqual(bare(*a), bare(*b))
}

// mapped finds behaviors of one dynamic block of which the key or value decides which goes first.
func (v *view) mapped() []Finding {
	var found []Finding
	for i, b := range v.Behaviors {
		if b.Each != "map" && b.Each != "set" || !v.routed(b) || slices.ContainsFunc(found, func(f Finding) bool { return f.At == b.Source }) {
			continue
		}
		for _, above := range v.Behaviors[:i] {
			how := difference(above, b)
			if above.Source != b.Source || how == "" || !v.routed(above) || b.Pattern.Covers(above.Pattern) {
				continue // not of the same block, or no matter, or the narrow one is above
			}
			path, x := v.survey.Witness(cloudfront.Region{All: []cloudfront.PathPattern{above.Pattern, b.Pattern}})
			if x != cloudfront.Inhabited {
				continue
			}
			if taker, _ := v.Choose(path); taker != above {
				continue
			}
			f := Finding{
				Rule: orderFromMap, At: b.Source, Witness: v.witness("GET", path),
				Message: fmt.Sprintf("%s stands above %s because of its place in a %s: %s goes to it, and %s", above.Name(), b.Name(), b.Each, path, how),
				Fix:     Fix{Where: "Give for_each a list, in the order that is meant: for_each = [{ path = " + strconv.Quote(b.Pattern.String()) + ", … }, …]"},
			}
			f.Witness.Shows.Behavior = above
			found = append(found, f)
			break
		}
	}
	return found
}
