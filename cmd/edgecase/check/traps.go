package check

import (
	"context"
	"slices"
	"strings"

	"edgecase/config/cloudfront"
	"edgecase/edge"
	"edgecase/edge/http1"
)

// A trap is one rule about a distribution, with what looks for it. Most ask the edge itself: they put together a request
// that falls into the trap, and what explain says of it (section 19 of the request rules) is the finding.
type trap struct {
	rules []*Rule
	find  func(*view) []Finding
}

// traps are all of them, in the order of the life of a request.
func traps() []trap {
	return slices.Concat(aliasTraps(), orderTraps(), nearMissTraps(), methodTraps(), corsTraps(), forwardTraps(), rootTraps(), originTraps(),
		failoverTraps(), errorPageTraps(), cachingTraps(), deprecations())
}

// trapFinder looks for all traps in all distributions, and for what is wrong with the directory as a whole.
var trapFinder = finder{rules: trapRules(), find: findTraps}

func trapRules() []*Rule {
	list := []*Rule{configurationWarning, ttlOrder, ttlIgnored, aliasCertificate, declarationUnused}
	for _, t := range traps() {
		list = append(list, t.rules...)
	}
	return list
}

// findTraps leaves out what its own witness refutes: nothing is said that the edge does not do. The tests hold that there is
// no such finding.
func findTraps(ctx context.Context, s *Subject) ([]Finding, error) {
	found, err := suspects(ctx, s)
	found = slices.DeleteFunc(found, func(f Finding) bool { return f.Witness != nil && f.Witness.Holds(ctx, s.Edge) != nil })
	return found, err
}

// suspects are the findings as their finders make them.
func suspects(ctx context.Context, s *Subject) ([]Finding, error) {
	found := slices.Concat(configurationWarnings(s), unusedDeclarations(s))
	django := speaksOfDjango(s)
	for _, d := range s.Distributions() {
		v := newView(ctx, s, d, django)
		for _, t := range traps() {
			found = append(found, t.find(v)...)
			if err := ctx.Err(); err != nil {
				return nil, err
			}
		}
	}
	return merged(found), nil
}

// merged puts findings together that are the same of several behaviors or origins that one block makes.
func merged(list []Finding) []Finding {
	type place struct {
		rule *Rule
		at   cloudfront.Source
	}
	var kept []Finding
	first := map[place]int{}
	others := map[int][]string{}
	for _, f := range list {
		key := place{f.Rule, f.At}
		i, known := first[key]
		switch {
		case f.of == "" || f.At.IsZero():
			kept = append(kept, f)
		case !known:
			first[key] = len(kept)
			kept = append(kept, f)
		case f.of != kept[i].of && !slices.Contains(others[i], f.of):
			others[i] = append(others[i], f.of)
		}
	}
	for i, names := range others {
		kept[i].Related = append(kept[i].Related, Related{Text: "the same of " + some(names)})
	}
	return kept
}

// A view is a distribution as traps look at it.
type view struct {
	*Subject
	*cloudfront.Distribution
	ctx    context.Context
	survey cloudfront.Survey
	paths  []string // for each behavior a path that it gets, "" for one that gets none
	host   string   // of witnesses
	django bool     // whether the Terraform speaks of Django

	undecided map[*cloudfront.Behavior]bool // whether its pattern, or one above it, is only known after apply
}

func newView(ctx context.Context, s *Subject, d *cloudfront.Distribution, django bool) *view {
	v := &view{Subject: s, Distribution: d, ctx: ctx, host: d.Host(), django: django, undecided: map[*cloudfront.Behavior]bool{}}
	if !d.Reachable() {
		v.host += ".localhost" // which is how it is tried here (REQ-017, REQ-018)
	}
	root := cloudfront.MustParsePathPattern("/") // has a default object: it says little about its behavior
	open := false
	for i, b := range d.Behaviors {
		open = open || !b.Default() && (!b.Pattern.Known() || !v.settled(b.Source, b.Sources["path_pattern"]))
		v.undecided[b] = open
		r := d.Region(i)
		path, x := v.survey.Witness(r.Without(root))
		if x != cloudfront.Inhabited {
			path, _ = v.survey.Witness(r)
		}
		v.paths = append(v.paths, path)
	}
	return v
}

// settled reports whether everything at these places is known before apply, so that it can be judged.
func (v *view) settled(places ...cloudfront.Source) bool {
	return !slices.ContainsFunc(places, func(s cloudfront.Source) bool { return !s.IsZero() && v.Loaded.Open[s] })
}

// routed reports whether it is known which requests a behavior gets, with which methods, and whom it asks.
func (v *view) routed(b *cloudfront.Behavior) bool {
	o := v.origin(b)
	if len(b.AllowedMethods) == 0 || o == nil || v.invented[o] || v.undecided[b] {
		return false
	}
	return v.settled(b.Source, b.Sources["path_pattern"], b.Sources["target_origin_id"], b.Sources["allowed_methods"],
		o.Source, o.Sources["domain_name"])
}

// forwarding reports whether it is known what a behavior passes on and keeps.
func (v *view) forwarding(b *cloudfront.Behavior) bool {
	places := []cloudfront.Source{b.Sources["cache_policy_id"], b.Sources["origin_request_policy_id"], b.Sources["forwarded_values"]}
	if p := b.CachePolicy; p != nil {
		places = append(places, p.Source)
	}
	if p := b.OriginRequestPolicy; p != nil {
		places = append(places, p.Source)
	}
	return v.settled(places...)
}

// origin returns the origin that a behavior asks first, or nil.
func (v *view) origin(b *cloudfront.Behavior) *cloudfront.Origin {
	if members := v.Members(b.TargetOriginID.Value); len(members) > 0 {
		return members[0]
	}
	return nil
}

// application reports whether a behavior asks a server of its own, not storage of files.
func (v *view) application(b *cloudfront.Behavior) bool {
	o := v.origin(b)
	return o != nil && (o.Kind == cloudfront.KindVPC || o.Kind == cloudfront.KindCustom && !storage(o.DomainName.Wire()))
}

// storage reports whether a domain name is that of a service that keeps files, and takes no forms.
func storage(domain string) bool {
	domain = strings.ToLower(domain)
	for _, part := range []string{
		".s3.", ".s3-", "storage.googleapis.com", ".blob.core.windows.net", ".mediastore.", ".mediapackage", ".cloudfront.net", ".github.io",
		"raw.githubusercontent.com", ".r2.dev", ".r2.cloudflarestorage.com", ".digitaloceanspaces.com", ".backblazeb2.com",
	} {
		if strings.Contains(domain, part) {
			return true
		}
	}
	return strings.HasPrefix(domain, "s3.") || strings.HasPrefix(domain, "s3-")
}

// bucket reports whether a behavior asks a bucket's REST endpoint.
func (v *view) bucket(b *cloudfront.Behavior) bool {
	o := v.origin(b)
	return o != nil && o.Kind == cloudfront.KindS3
}

// rewritten reports whether a function of a behavior may change where a request goes.
func rewritten(b *cloudfront.Behavior) bool {
	return b.Association(cloudfront.ViewerRequest) != nil || b.Association(cloudfront.OriginRequest) != nil
}

// witness is a request to the distribution.
func (v *view) witness(method, target string, fields ...http1.Field) *Witness {
	return &Witness{Method: method, URL: "https://" + v.host + target, Fields: fields}
}

// ask puts a witness through the edge.
func (v *view) ask(w *Witness) *edge.Exchange {
	return v.Edge.Explain(v.ctx, w.Request(), w.Shows.Supposing)
}

// hinted asks the edge, and returns what it says of a trap; nil if it says nothing.
func (v *view) hinted(w *Witness, trap string) *edge.Hint {
	for _, h := range v.ask(w).Hints() {
		if h.Trap == trap {
			w.Shows.Trap = trap
			return &h
		}
	}
	return nil
}

// fixOf turns the edge's advice into a fix.
func fixOf(h *edge.Hint) Fix { return Fix{Where: h.Where, HCL: h.Suggestion} }

// argument returns the place of an argument of a block, or of the block where the argument is not given.
func argument(sources cloudfront.Sources, name string, block cloudfront.Source) cloudfront.Source {
	if at, ok := sources[name]; ok && !at.IsZero() {
		return at
	}
	return block
}

// policyAt returns the line of a behavior that says what is passed on to the origin.
func policyAt(b *cloudfront.Behavior) cloudfront.Source {
	for _, name := range []string{"origin_request_policy_id", "cache_policy_id", "forwarded_values"} {
		if at, ok := b.Sources[name]; ok && !at.IsZero() {
			return at
		}
	}
	return b.Source
}

// named returns a behavior's name with its place.
func named(b *cloudfront.Behavior) string { return b.Name() + at(b.Source) }

// target names who answers for a behavior: "default, S3-web".
func target(b *cloudfront.Behavior) string { return b.Name() + ", " + b.TargetOriginID.String() }
