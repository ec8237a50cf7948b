package check

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"edgecase/config/cloudfront"
)

// missing returns the pattern of the behavior that a route lacks: its first folder, or a deeper one, or the route itself
// where a folder would take away what others serve. It is "" where every pattern would.
func (f *routeFinding) missing(m member) string {
	fixed := m.Fixed()
	var candidates []string
	for i := 1; i < len(fixed); i++ {
		if fixed[i] == '/' {
			candidates = append(candidates, cloudfront.PatternOf(fixed[:i+1])+"*")
		}
	}
	if strings.Count(fixed, "/") > 1 || m.Pattern == "" { // not /*/settings/: it would take what begins with anything
		candidates = append(candidates, cloudfront.PatternOf(m.patternOrPath()))
	}
	for _, c := range candidates {
		if f.harmless(m, c) {
			return c
		}
	}
	return ""
}

// patternOrPath returns the pattern of a route, or its path where nothing varies.
func (v *verdict) patternOrPath() string {
	if v.Pattern != "" {
		return v.Pattern
	}
	return v.Path
}

// A place is where a pattern would stand: above a behavior.
type place struct {
	distribution *cloudfront.Distribution
	above        *cloudfront.Behavior
	pattern      string
}

// harmless reports whether a behavior with a pattern, above the one that takes the route now, takes the route, leaves
// every behavior below it something to do, and takes no file that somebody else serves.
func (f *routeFinding) harmless(m member, pattern string) bool {
	p, err := cloudfront.ParsePathPattern(pattern)
	if err != nil || !p.Match(cloudfront.NormalizePath(m.Path)) {
		return false
	}
	k := place{m.distribution, m.behavior, pattern}
	harmless, known := f.tried[k]
	if !known {
		harmless = f.leaves(k, p)
		f.tried[k] = harmless
	}
	return harmless
}

// leaves reports whether a pattern leaves everybody below it what they have.
func (f *routeFinding) leaves(k place, p cloudfront.PathPattern) bool {
	for _, b := range k.distribution.Behaviors[max(0, slices.Index(k.distribution.Behaviors, k.above)):] {
		if !b.Default() && b.Pattern.Known() && p.Covers(b.Pattern) {
			return false
		}
	}
	return !slices.ContainsFunc(f.files, func(r placedRoute) bool {
		return r.distribution == k.distribution && p.Match(cloudfront.NormalizePath(r.Path))
	})
}

// target reports whether a behavior asks the application, and nobody before it.
func (f *routeFinding) target(d *cloudfront.Distribution, b *cloudfront.Behavior) bool {
	members := d.Members(b.TargetOriginID.Value)
	return len(members) > 0 && f.apps[members[0]]
}

// appOf returns the application's origin in a distribution: the one that most behaviors ask. It is nil if there is none.
func (f *routeFinding) appOf(d *cloudfront.Distribution) *cloudfront.Origin {
	var best *cloudfront.Origin
	most := -1
	for _, o := range d.Origins {
		n := 0
		for _, b := range d.Behaviors {
			if b.TargetOriginID.Value == o.ID.Value {
				n++
			}
		}
		if f.apps[o] && n > most {
			best, most = o, n
		}
	}
	return best
}

// fix writes what mends a group: an argument of the behavior that refuses, or the behavior that is missing.
func (f *routeFinding) fix(g *group) Fix {
	b, need := g.behavior, g.methods()
	if g.extend {
		if !slices.ContainsFunc(need, func(m string) bool { return !b.Allows(m) }) {
			return Fix{Where: "see edgecase explain for what answers in " + nameOf(b)}
		}
		return Fix{Where: "In " + nameOf(b), HCL: "allowed_methods = " + methodSet(need)}
	}
	app := f.appOf(g.distribution)
	if app == nil {
		return Fix{Where: "the distribution has no origin that is the application"}
	}
	if g.pattern == "" {
		return Fix{Where: fmt.Sprintf("no pattern takes it without taking other paths, too: let %s ask %s, or give the route a prefix of its own", nameOf(b), app.ID)}
	}
	return Fix{
		Where: fmt.Sprintf("%s, for %s of %s", f.position(g), cloudfront.MethodList(need), g.pattern),
		HCL:   f.block(g, app, need),
		Above: g.pasting(),
	}
}

// pasting returns the block in front of which the missing behavior can be pasted: the one that takes its requests now,
// unless behaviors that are tried before that one stand below it in the file, and share paths with the missing one.
func (g *group) pasting() cloudfront.Source {
	at, p := g.behavior.Source, cloudfront.MustParsePathPattern(g.pattern)
	if !strings.HasSuffix(at.File, ".tf") {
		return cloudfront.Source{}
	}
	for _, b := range g.distribution.Behaviors {
		if b == g.behavior {
			break
		}
		_, shared := cloudfront.Region{All: []cloudfront.PathPattern{p, b.Pattern}}.Witness()
		if shared != cloudfront.Empty && (b.Source.File != at.File || b.Source.Line >= at.Line) {
			return cloudfront.Source{}
		}
	}
	return at
}

// methods returns the methods that the group's routes miss: those that they are sure to take, or else those that they may.
func (g *group) methods() []string {
	var sure, all []string
	for _, m := range g.members {
		for _, l := range m.lost {
			all = append(all, l.method)
			if slices.Contains(m.Methods, l.method) {
				sure = append(sure, l.method)
			}
		}
	}
	if len(sure) == 0 {
		sure = all
	}
	slices.Sort(sure)
	return slices.Compact(sure)
}

// position says where in the order the missing behavior belongs: above the one that takes its requests now.
func (f *routeFinding) position(g *group) string {
	where := "Add above " + nameOf(g.behavior)
	if i := slices.Index(g.distribution.Behaviors, g.behavior); g.behavior.Default() && i > 0 {
		last := g.distribution.Behaviors[i-1]
		where += ", below " + last.Name() + at(last.Source)
	}
	return where
}

// block writes the missing behavior: like the nearest one that asks the application.
func (f *routeFinding) block(g *group, app *cloudfront.Origin, need []string) string {
	asks := func(b *cloudfront.Behavior) bool { return f.target(g.distribution, b) }
	suits := func(b *cloudfront.Behavior) bool {
		return asks(b) && !slices.ContainsFunc(need, func(m string) bool { return !b.Allows(m) })
	}
	path := g.members[0].Path
	if model := g.distribution.Model(path, suits); model != nil {
		if text := model.BlockFor(g.pattern); text != "" {
			return text
		}
	}
	if model := g.distribution.Model(path, asks); model != nil {
		if text := model.BlockFor(g.pattern); methodsArgument.MatchString(text) {
			return methodsArgument.ReplaceAllString(text, "${1}"+methodSet(need))
		}
	}
	return plainBlock(g.pattern, app)
}

// plainBlock writes a behavior that passes everything on and keeps nothing.
func plainBlock(pattern string, app *cloudfront.Origin) string {
	const cache, request = "Managed-CachingDisabled", "Managed-AllViewer"
	return fmt.Sprintf(`ordered_cache_behavior {
  path_pattern             = %q
  target_origin_id         = %q
  viewer_protocol_policy   = "redirect-to-https"
  allowed_methods          = %s
  cached_methods           = ["GET", "HEAD"]
  cache_policy_id          = %q # %s
  origin_request_policy_id = %q # %s
}`, pattern, app.ID.Value, allMethods, cloudfront.ManagedCachePolicy(cache).ID, cache, cloudfront.ManagedOriginRequestPolicy(request).ID, request)
}

// methodSet writes the smallest of the three sets that allowed_methods may be that has some methods (REQ-075).
func methodSet(need []string) string {
	set := `["GET", "HEAD"]`
	for _, m := range need {
		switch m {
		case "GET", "HEAD":
		case "OPTIONS":
			if set == `["GET", "HEAD"]` {
				set = `["GET", "HEAD", "OPTIONS"]`
			}
		default:
			return allMethods
		}
	}
	return set
}

// allMethods is the largest of the three sets that allowed_methods may be (REQ-075).
const allMethods = `["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]`

// methodsArgument finds allowed_methods in a block.
var methodsArgument = regexp.MustCompile(`(?m)^(\s*allowed_methods\s*=\s*)(\[[^\]]*\]|[^\[\n]*)$`)
