package edge

import (
	"fmt"
	"slices"
	"strings"

	"edgecase/config/cloudfront"
)

// nearMisses are T02 and T03: a pattern that would take the path with a "/" more, or in another case.
func (x *Exchange) nearMisses() []Hint {
	if x.Behavior == nil || !x.Behavior.Default() {
		return nil
	}
	var hints []Hint
	lower := strings.ToLower(x.Path)
	for _, b := range x.Distribution.Behaviors {
		if b.Default() {
			break
		}
		h := Hint{}
		p := b.Pattern
		if p.Match(x.Path + "/") {
			h = Hint{Trap: "T02", Text: fmt.Sprintf("%s%s does not take %s; it would take %s/", p, at(b.Source), x.Path, x.Path)}
		} else if folded, err := cloudfront.ParsePathPattern(strings.ToLower(p.Canonical())); err == nil && folded.Match(lower) {
			h = Hint{Trap: "T03", Text: fmt.Sprintf("%s%s does not take %s: patterns are case-sensitive", p, at(b.Source), x.Path)}
		} else {
			continue
		}
		if x.Trace.Reason == MethodNotAllowed && b.Allows(x.Viewer.Method) {
			h = h.above(x.Behavior, b.BlockFor(cloudfront.PatternOf(x.Path)))
		}
		hints = append(hints, h)
	}
	return hints
}

// nearlyTaken reports whether a near miss would have taken the refused method, so that it is the better explanation.
func (x *Exchange) nearlyTaken() bool {
	return slices.ContainsFunc(x.nearMisses(), func(h Hint) bool { return h.Suggestion != "" })
}

// refusedMethod is T01: the matched behavior does not allow the method, and no other is tried. It is T43 where the
// behavior has the smaller of the sets with OPTIONS, and T23 for a preflight.
func (x *Exchange) refusedMethod() []Hint {
	if x.Trace.Reason != MethodNotAllowed {
		return nil
	}
	b, method := x.Behavior, x.Viewer.Method
	h := Hint{Trap: "T01"}
	switch {
	case x.nearlyTaken():
		return nil
	case method == "OPTIONS":
		h.Trap = "T23"
	case changes(method) && b.Allows("OPTIONS"):
		h.Trap = "T43"
		h.Text = fmt.Sprintf("%s%s allows %s only; to allow %s, list all seven", b.Name(), at(b.Sources["allowed_methods"]), cloudfront.MethodList(b.AllowedMethods), method)
		h.Where = "In " + b.Name()
		h.Suggestion = `allowed_methods = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]`
		return []Hint{h}
	}
	model := x.Distribution.Model(x.Path, func(m *cloudfront.Behavior) bool { return m != b && m.Allows(method) })
	if model == nil {
		h.Text = fmt.Sprintf("no behavior of this distribution allows %s", method)
		return append([]Hint{h}, x.bareRefusal()...)
	}
	pattern := patternFor(x.Path, b)
	if b.Default() {
		h.Text = fmt.Sprintf("no behavior for %s; %s%s would have taken it", pattern, model.Name(), at(model.Source))
	} else {
		h.Text = fmt.Sprintf("%s takes %s first; %s%s would have taken the %s", b.Name(), x.Path, model.Name(), at(model.Source), method)
	}
	h = h.above(b, model.BlockFor(pattern))
	return append([]Hint{h}, x.bareRefusal()...)
}

// bareRefusal is the other half of T23: what a browser makes of a refused preflight.
func (x *Exchange) bareRefusal() []Hint {
	if x.Viewer.Method != "OPTIONS" || !x.Viewer.Fields.Has("Origin") || x.Response.Fields.Has("Access-Control-Allow-Origin") {
		return nil
	}
	return hint("T23", "the answer has no CORS headers, so that a browser reports a CORS failure and hides the %d", x.Response.Status)
}

// uncoveredApex is T33: a wildcard alias does not take the name it hangs on.
func (x *Exchange) uncoveredApex() []Hint {
	if x.Trace.Reason != UnknownHost || x.site == nil {
		return nil
	}
	name := strings.ToLower(hostname(x.Viewer.Host))
	for _, d := range x.site.cfg.Distributions {
		if slices.Contains(d.Aliases, "*."+name) {
			h := hint("T33", "the alias *.%s%s does not take %s itself", name, at(d.Sources["aliases"]), name)
			h[0].Where, h[0].Suggestion = "In "+d.Address, "aliases = "+list(d.Aliases, []string{name})
			return h
		}
	}
	return nil
}

// twoPaths is T36: patterns see one path, the origin another.
func (x *Exchange) twoPaths() []Hint {
	if x.Behavior == nil || x.Path == x.Viewer.Path {
		return nil
	}
	return hint("T36", "behaviors are matched against %s, the origin receives %s", x.Path, x.Viewer.Path)
}

// overMatch is T06: a pattern that ends within a name takes longer names, too.
func (x *Exchange) overMatch() []Hint {
	if x.Behavior == nil || x.Behavior.Default() {
		return nil
	}
	pattern := x.Behavior.Pattern.Canonical()
	prefix, found := strings.CutSuffix(pattern, "*")
	if !found || strings.ContainsAny(prefix, "*?") || !strings.HasPrefix(x.Path, prefix) {
		return nil
	}
	name, rest := prefix[strings.LastIndexByte(prefix, '/')+1:], x.Path[len(prefix):]
	if len(name) < 2 || !letter(name[len(name)-1]) || rest == "" || !letter(rest[0]) {
		return nil // "/img-*" and "/v*" are meant as they stand
	}
	word, _, _ := strings.Cut(rest, "/")
	return hint("T06", "%s%s takes /%s%s, too: its * stands for any characters; %s/* would not",
		x.Behavior.Pattern, at(x.Behavior.Source), strings.TrimPrefix(prefix, "/"), word, prefix)
}

func letter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

// doubledPath is T38: origin_path comes before the whole path, which begins with it already.
func (x *Exchange) doubledPath() []Hint {
	if x.asked == nil || x.Origin.OriginPath == "" || !strings.HasPrefix(x.Request.Path+"/", x.Origin.OriginPath+"/") {
		return nil
	}
	return hint("T38", "%s is asked for %s: origin_path%s comes first",
		x.who(), x.shownURL(x.Outgoing.Scheme+"://"+x.Origin.WithPort(x.Origin.DomainName.Value, x.Outgoing.Scheme)+x.Outgoing.Path),
		at(x.Origin.Sources["origin_path"]))
}

// renamedRoot is T37: an application that has no such path is asked for the default root object.
func (x *Exchange) renamedRoot() []Hint {
	if x.OriginStatus != 404 || x.Viewer.Path != "/" || !x.application() {
		return nil
	}
	object := "/" + x.Distribution.DefaultRootObject
	if object == "/" || x.Request.Path != object {
		return nil
	}
	return hint("T37", "default_root_object%s makes %s of /, and %s answers 404 to that",
		at(x.Distribution.Sources["default_root_object"]), object, x.who())
}
