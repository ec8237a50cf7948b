package check

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"edgecase/cmd/edgecase/check/application"
	"edgecase/config/cloudfront"
	"edgecase/edge"
)

// A grouping gathers routes that are wrong in the same way: each group is one finding. Routes that a comment of the
// application ignores are left out.
type grouping struct {
	members []member
	leftOut func(*Rule, *verdict) bool
}

// A member is a route, the rule that it is wrong by, and the methods that are concerned.
type member struct {
	*verdict
	rule *Rule
	lost []loss
}

func (g *grouping) add(rule *Rule, v *verdict, lost []loss) {
	if !g.leftOut(rule, v) {
		g.members = append(g.members, member{v, rule, lost})
	}
}

// A group is routes that one behavior takes, and that one change would mend.
type group struct {
	sameness
	members []member
}

// A sameness is what the members of a group have in common.
type sameness struct {
	rule         *Rule
	kind         application.Kind // of those that somebody else may well answer
	distribution *cloudfront.Distribution
	behavior     *cloudfront.Behavior // that takes them
	pattern      string               // of the behavior that is missing; "" where none is, or none can be named
	extend       bool                 // the behavior asks the application already
}

// findings makes a finding of each group.
func (f *routeFinding) findings(g *grouping) []Finding {
	var groups []*group
	bySameness := map[sameness]*group{}
	for _, m := range g.members {
		k := f.samenessOf(m)
		if bySameness[k] == nil {
			bySameness[k] = &group{sameness: k}
			groups = append(groups, bySameness[k])
		}
		bySameness[k].members = append(bySameness[k].members, m)
	}
	var list []Finding
	for _, g := range f.most(groups) {
		list = append(list, f.finding(g))
	}
	return list
}

// maxGroups is how many groups are written up: more than a distribution may have behaviors.
const maxGroups = 100

// most returns the groups with the most routes, in their order, and says how many more there are.
func (f *routeFinding) most(groups []*group) []*group {
	if len(groups) <= maxGroups {
		return groups
	}
	bySize := slices.SortedStableFunc(slices.Values(groups), func(a, b *group) int { return cmp.Compare(len(b.members), len(a.members)) })
	left := 0
	for _, g := range bySize[maxGroups:] {
		left += len(g.members)
	}
	f.summary.Notes = append(f.summary.Notes, fmt.Sprintf("%d more findings like these, about %d routes, are left out", len(groups)-maxGroups, left))
	shown := bySize[:maxGroups:maxGroups]
	return slices.DeleteFunc(slices.Clone(groups), func(g *group) bool { return !slices.Contains(shown, g) })
}

// samenessOf says what would mend a route.
func (f *routeFinding) samenessOf(m member) sameness {
	k := sameness{rule: m.rule, distribution: m.distribution, behavior: m.behavior, extend: f.target(m.distribution, m.behavior)}
	if m.rule == routeElsewhere {
		k.kind = m.Kind
	}
	if !k.extend {
		k.pattern = f.missing(m)
	}
	return k
}

// finding writes a group up.
func (f *routeFinding) finding(g *group) Finding {
	m, l := g.lead()
	found := Finding{
		Rule: g.rule, At: g.behavior.Source, Witness: witnessOf(g.distribution, m.Route, l.method),
		Message: fmt.Sprintf("%s %s%s %s", l.method, m.Path, g.more(), f.fate(g, m, l)),
	}
	if g.extend && l.reason == edge.MethodNotAllowed && !g.behavior.Sources["allowed_methods"].IsZero() {
		found.At = g.behavior.Sources["allowed_methods"]
	}
	if m.At.Line > 0 {
		found.Related = append(found.Related, Related{cloudfront.Source{File: m.At.File, Line: m.At.Line}, f.serves(g, m)})
	}
	for _, m := range g.members {
		for _, l := range m.lost {
			if len(found.Requests) < maxRequests {
				found.Requests = append(found.Requests, l.method+" "+m.Path)
			}
		}
	}
	if g.rule == routeMisrouted || g.rule == routeRefused {
		found.Fix = f.fix(g)
	}
	return found
}

// maxRequests is how many requests of a group a finding lists.
const maxRequests = 200

// lead returns the route and the method that show best what is wrong: a refused change that is sure to be asked for.
func (g *group) lead() (member, loss) {
	score := func(m member, l loss) int {
		n := 0
		if slices.Contains(m.Methods, l.method) || slices.Contains(m.Refused, l.method) {
			n += 8
			if changes(l.method) && g.rule != routeElsewhere {
				n += 2
			}
		}
		if l.reason == edge.MethodNotAllowed {
			n++
		}
		if l.method == "GET" {
			n++ // rather than HEAD and OPTIONS
		}
		return n
	}
	best, bestLoss, most := g.members[0], g.members[0].lost[0], -1
	for _, m := range g.members {
		for _, l := range m.lost {
			if n := score(m, l); n > most {
				best, bestLoss, most = m, l, n
			}
		}
	}
	return best, bestLoss
}

// more counts the other routes of the group: " (and 6 more under /auth/)".
func (g *group) more() string {
	n := len(g.members) - 1
	if n == 0 {
		return ""
	}
	pattern := g.pattern
	if g.extend && !g.behavior.Default() {
		pattern = g.behavior.Pattern.Canonical()
	}
	if folder, ok := strings.CutSuffix(pattern, "/*"); ok && folder != "" && !strings.ContainsAny(folder, "*?") {
		return fmt.Sprintf(" (and %d more under %s/)", n, folder)
	}
	return fmt.Sprintf(" (and %d more)", n)
}

// fate says what becomes of the group's request.
func (f *routeFinding) fate(g *group, m member, l loss) string {
	by := nameOf(g.behavior)
	var what string
	switch {
	case l.reason == edge.MethodNotAllowed:
		what = fmt.Sprintf("is refused by %s, which allows %s", by, cloudfront.MethodList(g.behavior.AllowedMethods))
	case l.origin != nil:
		what = fmt.Sprintf("goes to %s by %s", l.origin.ID, by)
	default:
		what = fmt.Sprintf("is answered by CloudFront with %d (%s) in %s", l.status, l.reason, by)
	}
	switch {
	case g.rule == routeRefused:
		return fmt.Sprintf("was refused (seen %d times), and %s", max(1, m.Count), what)
	case g.rule == routeMethodAssumed:
		return what + "; whether the view takes it, it does not say"
	case g.rule != routeElsewhere:
		return what
	}
	return what + map[application.Kind]string{
		application.Health:   ": load balancers ask the application itself",
		application.Admin:    ": nobody reaches the admin site through CloudFront",
		application.Inside:   ": it is for people and programs inside",
		application.Front:    ", as a front end's may",
		application.CatchAll: ": the application has it for what nobody else takes",
	}[g.kind]
}

// serves says that the application has the route, and what is missing for it.
func (f *routeFinding) serves(g *group, m member) string {
	s := "serves it"
	if g.pattern != "" && g.rule == routeMisrouted {
		s += fmt.Sprintf("; no behavior carries %s to %s", g.pattern, f.appOf(g.distribution).ID)
	}
	return s
}

// nameOf names a behavior in a sentence.
func nameOf(b *cloudfront.Behavior) string {
	if b.Default() {
		return "the default behavior"
	}
	return b.Name()
}

// at returns a place in parentheses, with a blank before it, or nothing.
func at(s cloudfront.Source) string {
	if s.IsZero() {
		return ""
	}
	return " (" + s.String() + ")"
}
