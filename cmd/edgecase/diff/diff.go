// Package diff says which requests change between two configurations: their behavior, their origin, whether they are
// allowed, how they are cached, what the origin receives of them and the viewer of the answer.
//
//	report := diff.Compare(diff.Side{Name: "main", Config: old}, diff.Side{Name: "HEAD", Config: new})
//	for _, d := range report.Distributions {
//		for _, c := range d.Changes { … } // /auth/*  POST  403 edge → ALB-api  e.g. POST /auth/
//	}
//
// It is exact. Requests fall into classes: by what the path patterns of both sides make of their path, which the algebra
// of cloudfront.Region decides, and by their method. Within a class each side treats all requests alike, so its settings
// are compared once; what an origin receives is asked of edge/policy, with a request that has every header, cookie and
// parameter that a policy of either side names, and one of each that none names. No path is tried on the off chance, and
// every change comes with a request that shows it.
//
// It knows neither Terraform nor where configurations come from, and prints nothing.
package diff

import (
	"edgecase/config/cloudfront"
)

// A Side is one of the two configurations.
type Side struct {
	Name   string // as the user calls it: "main", "terraform"
	Config *cloudfront.Config

	// At returns a place as people find it, of a file that lies elsewhere: "main:cloudfront.tf"; the zero Source for one that
	// they do not. Nil leaves it as it is.
	At func(cloudfront.Source) cloudfront.Source
	// Place returns where an origin is on this machine. Nil leaves that out of the comparison.
	Place func(*cloudfront.Origin) string
	// Code returns something that differs when the code of a function does. Nil leaves it to what the function itself holds.
	Code func(*cloudfront.Function) string
}

// A Report is what changes between two sides.
type Report struct {
	Old           string         `json:"old"`
	New           string         `json:"new"`
	Differences   int            `json:"differences"` // the changes of all distributions, and what is undecided
	Distributions []Distribution `json:"distributions"`
}

// A Distribution is a distribution of the two sides, and what changes of its requests. Of one that has come or gone an
// address is "".
type Distribution struct {
	Old     string   `json:"old"` // "aws_cloudfront_distribution.site"
	New     string   `json:"new"`
	Changes []Change `json:"changes"`
	// Undecided are classes of which it is not known whether any path belongs to them: their patterns are too entangled.
	Undecided []string `json:"undecided"`
	// Unknown is what cannot be compared: only apply can tell it, and the other side knows it.
	Unknown []string `json:"unknown"`
}

// A Kind says what of a request changes.
type Kind string

// The kinds of change, in the order in which they are listed.
const (
	Presence        Kind = "distribution"     // it has come or gone
	Host            Kind = "host"             // an alias has come or gone
	Setting         Kind = "setting"          // of the distribution: Name is the argument
	Geo             Kind = "geo"              // which countries are let in
	Answer          Kind = "answer"           // who answers: an origin, or the edge with a 403
	Protocol        Kind = "protocol"         // what becomes of plain HTTP
	Signed          Kind = "signed"           // whose signature is asked for
	OriginSetting   Kind = "origin"           // of the origin that answers on both sides: Name is its id
	Function        Kind = "function"         // what runs: Name is the event
	Forwarding      Kind = "forwarding"       // what the origin receives
	Caching         Kind = "cache"            // whether, and for how long
	CacheKey        Kind = "cache-key"        // by what answers are told apart
	ResponseHeaders Kind = "response-headers" // what the viewer receives beside the origin's answer
	BehaviorSetting Kind = "behavior-setting" // compress and the like: Name is the argument
	Behavior        Kind = "behavior"         // another behavior with the same settings
	RootObject      Kind = "root-object"      // what / stands for
	ErrorPage       Kind = "error-page"       // Name is the status
)

// A Change is one difference, and the requests that it is about.
type Change struct {
	Kind    Kind     `json:"kind"`
	Name    string   `json:"name,omitempty"`
	Regions []Region `json:"regions"` // of paths; none where it is about the whole distribution
	Methods []string `json:"methods"` // as allowed_methods writes them, GET first
	Old     string   `json:"old"`     // for people
	New     string   `json:"new"`
	Gained  []string `json:"gained,omitempty"` // of lists, in place of Old and New
	Lost    []string `json:"lost,omitempty"`

	OldSource *Place   `json:"old_source"` // the line that decides; null where none does
	NewSource *Place   `json:"new_source"`
	Witness   *Witness `json:"witness"` // a request that shows it; null where no request can
}

// A Region is a set of paths.
type Region struct {
	Text string            `json:"text"` // for people: "/static/* except /static/admin/*"
	All  []string          `json:"all"`  // the patterns that must match; none is every path
	None []string          `json:"none"` // those that must not
	Of   cloudfront.Region `json:"-"`
}

// A Place is a line of a file.
type Place struct {
	File string `json:"file"`
	Line int    `json:"line"`
}

// place returns a line as this side shows it, nil for none.
func (s *Side) place(at cloudfront.Source) *Place {
	if s.At != nil && !at.IsZero() {
		at = s.At(at)
	}
	if at.IsZero() {
		return nil
	}
	return &Place{at.File, at.Line}
}

// A Witness is a request that the two sides treat differently.
type Witness struct {
	Method       string   `json:"method"`
	URL          string   `json:"url"`
	Headers      []string `json:"headers,omitempty"`       // "Cookie: sessionid=1"
	Country      string   `json:"country,omitempty"`       // where the viewer is
	OriginStatus int      `json:"origin_status,omitempty"` // what the origin is supposed to answer, if not 200

	OriginHeaders []string `json:"origin_headers,omitempty"` // and with which headers, if they matter
}

// Compare returns what changes from one side to the other.
func Compare(old, new Side) *Report {
	r := &Report{Old: old.Name, New: new.Name, Distributions: []Distribution{}}
	for _, m := range match(old.Config.Distributions, new.Config.Distributions) {
		d := (&comparison{oldSide: &old, newSide: &new, old: m.old, new: m.new}).run()
		r.Differences += len(d.Changes) + len(d.Undecided)
		r.Distributions = append(r.Distributions, d)
	}
	return r
}

// A pair is a distribution on both sides, or on one.
type pair struct{ old, new *cloudfront.Distribution }

// match finds out which distributions are the same: those with the same address, then those that share an alias, then
// those that are alone on their sides. The new side's order counts, and what is gone comes last.
func match(old, new []*cloudfront.Distribution) []pair {
	pairs := make([]pair, len(new))
	taken := map[*cloudfront.Distribution]bool{}
	for i := range new {
		pairs[i].new = new[i]
	}
	for _, same := range []func(a, b *cloudfront.Distribution) bool{
		func(a, b *cloudfront.Distribution) bool { return a.Address == b.Address },
		func(a, b *cloudfront.Distribution) bool { return commonAlias(a, b) != "" },
		func(_, _ *cloudfront.Distribution) bool { return len(old) == len(taken)+1 && len(new) == len(taken)+1 },
	} {
		for i := range pairs {
			for _, o := range old {
				if pairs[i].old == nil && !taken[o] && same(o, pairs[i].new) {
					pairs[i].old, taken[o] = o, true
				}
			}
		}
	}
	for _, o := range old {
		if !taken[o] {
			pairs = append(pairs, pair{old: o})
		}
	}
	return pairs
}
