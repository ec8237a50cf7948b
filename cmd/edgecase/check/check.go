// Package check finds what is wrong with a configuration, or will surprise somebody, without any traffic.
//
//	report, err := check.Run(ctx, check.Input{Loaded: loaded})
//
// A [Rule] is a kind of trap, with a name that people write into comments and settings. A finder looks at a [Subject]
// and returns a [Finding] for each place where a trap lies; most findings have a [Witness], a request that falls into
// it. Run asks all finders, leaves out what comments in the Terraform ignore, and returns the rest in a stable order.
//
// The package asks no origin, and prints nothing: package main writes reports in the formats of the command line.
package check

import (
	"context"
	"fmt"
	"slices"

	"edgecase/cmd/edgecase/check/application"
	"edgecase/config"
	"edgecase/config/cloudfront"
	"edgecase/edge"

	"github.com/hashicorp/hcl/v2"
)

// An Input is what is to be checked.
type Input struct {
	Loaded      *config.Loaded
	Diagnostics hcl.Diagnostics                   // what loading it has warned of
	Files       func(*cloudfront.Origin) []string // keys of the directory that an origin is mapped to; nil where none is
	Partial     bool                              // only some of the distributions are loaded: comments about the others are no mistakes

	Routes     []*application.Routes // what an application serves; empty where nobody said
	AppOrigins []string              // ids or domain names of its origins; empty finds out
}

// A Subject is what finders look at: the configuration, and an edge that runs it and asks no origin.
type Subject struct {
	Input
	Edge *edge.Edge

	comments    *comments                   // that leave findings out
	application *Application                // by routeFinder
	invented    map[*cloudfront.Origin]bool // those that complete has made
}

// Distributions returns the distributions that are checked.
func (s *Subject) Distributions() []*cloudfront.Distribution { return s.Loaded.Config.Distributions }

// A Report is what a check came to.
type Report struct {
	Findings    []Finding    // by place, then by rule
	Ignored     int          // findings and routes that comments leave out
	Application *Application // nil where no routes were given
}

// Count returns how many findings have a severity.
func (r *Report) Count(s Severity) int {
	n := 0
	for _, f := range r.Findings {
		if f.Rule.Severity == s {
			n++
		}
	}
	return n
}

// Clean reports whether there is neither an error nor a warning.
func (r *Report) Clean() bool { return r.Count(Error) == 0 && r.Count(Warning) == 0 }

// A finder looks for what some rules describe. It returns its findings in any order.
type finder struct {
	rules []*Rule             // that its findings can be of
	needs func(*Subject) bool // whether there is what it looks at; nil means that there always is
	find  func(context.Context, *Subject) ([]Finding, error)
}

// finders are all of them. A rule is known by standing in the list of a finder.
func finders() []finder {
	return []finder{
		ignoreFinder,
		routeFinder,
		trapFinder,
	}
}

// Run checks a configuration that loaded without errors. The error is the context's, or says why something that was
// given beside the configuration cannot be held against it.
func Run(ctx context.Context, in Input) (*Report, error) {
	s, err := newSubject(in)
	if err != nil {
		return nil, err
	}
	return run(ctx, s, finders())
}

func newSubject(in Input) (*Subject, error) {
	s := &Subject{Input: in, invented: map[*cloudfront.Origin]bool{}}
	s.complete()
	e, err := edge.New(s.Loaded.Config, edge.Options{})
	if err != nil {
		return nil, fmt.Errorf("check: %w", err)
	}
	s.Edge = e
	return s, nil
}

// complete gives behaviors whose origin only apply can tell one that nothing is said of, in a copy of the configuration,
// so that all else can be checked.
func (s *Subject) complete() {
	loaded, cfg := *s.Loaded, *s.Loaded.Config
	cfg.Distributions = slices.Clone(cfg.Distributions)
	for i, d := range cfg.Distributions {
		for _, b := range d.Behaviors {
			if len(d.Members(b.TargetOriginID.Value)) > 0 {
				continue
			}
			if d == s.Loaded.Config.Distributions[i] {
				copied := *d
				d, copied.Origins = &copied, slices.Clone(d.Origins)
				cfg.Distributions[i] = d
			}
			o := &cloudfront.Origin{ID: b.TargetOriginID, Kind: cloudfront.KindCustom, DomainName: cloudfront.Text{Value: "{unknown}"}}
			d.Origins, s.invented[o] = append(d.Origins, o), true
		}
	}
	loaded.Config = &cfg
	s.Loaded = &loaded
}

func run(ctx context.Context, s *Subject, finders []finder) (*Report, error) {
	s.comments = &comments{list: readIgnores(s.Loaded.Files)}
	var found []Finding
	ran := map[*Rule]bool{}
	for _, f := range finders {
		if f.find == nil || f.needs != nil && !f.needs(s) {
			continue
		}
		list, err := f.find(ctx, s)
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, err
		}
		for _, r := range f.rules {
			ran[r] = true
		}
		found = append(found, list...)
	}
	r := &Report{Application: s.application}
	r.keep(found, s.comments)
	r.keep(s.comments.mistakes(ran, s.Partial), s.comments)
	r.Ignored = s.comments.taken
	r.Findings = ordered(r.Findings)
	return r, nil
}

// keep adds what no comment leaves out.
func (r *Report) keep(list []Finding, c *comments) {
	for _, f := range list {
		if !c.take(f) {
			r.Findings = append(r.Findings, f)
		}
	}
}
