package scenario

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"edgecase/config/cloudfront"
	"edgecase/edge"
)

// A Decider finds out what an edge would make of runs, without sending anything.
type Decider struct {
	// Edge returns the edge for viewers in a country; "" leaves open where they are.
	Edge func(country string) (*edge.Edge, error)
	// Host returns the host that bare paths mean: of the distribution with this address, or where it is "" of the only
	// one.
	Host func(distribution string) (string, error)
}

// NewDecider returns a Decider for an edge; in says how to make one for viewers in a country. It may be nil where no run
// names a country.
func NewDecider(e *edge.Edge, in func(country string) (*edge.Edge, error)) *Decider {
	made := map[string]*edge.Edge{"": e}
	return &Decider{
		Edge: func(country string) (*edge.Edge, error) {
			if made[country] == nil {
				if in == nil {
					return nil, errors.New("there is no edge for a country")
				}
				other, err := in(country)
				if err != nil {
					return nil, err
				}
				made[country] = other
			}
			return made[country], nil
		},
		Host: func(distribution string) (string, error) { return hostOf(e.Config().Distributions, distribution) },
	}
}

// hostOf returns the host that a bare path means.
func hostOf(distributions []*cloudfront.Distribution, address string) (string, error) {
	var addresses []string
	for _, d := range distributions {
		if d.Address == address || address == "" && len(distributions) == 1 {
			return d.Host(), nil
		}
		addresses = append(addresses, d.Address)
	}
	if address != "" {
		return "", fmt.Errorf("there is no distribution %q.%s", address, suggestion(address, addresses))
	}
	return "", fmt.Errorf("a bare path could go to any of %d distributions: %s", len(addresses), strings.Join(addresses, ", "))
}

// Address gives every run of a file whose path is bare the host that it means. The error says what is wrong with the
// file's distribution, or that it should name one.
func (d *Decider) Address(f *File) error {
	for _, r := range f.Runs {
		if r.Request.Host != "" || r.Request.Fields.Has("Host") {
			continue
		}
		host, err := d.Host(f.Distribution)
		if err != nil {
			at := r.Request.Source
			if f.Distribution != "" {
				at = f.NamedAt
			}
			if at.IsZero() { // it was not read of a file
				return err
			}
			return fmt.Errorf("%s: %w", at, err)
		}
		r.Request.Host, r.Request.Bare = host, true
	}
	return nil
}

// Decide finds out what an edge would make of a run, whose file has been through Address.
func (d *Decider) Decide(ctx context.Context, r *Run) (*Result, error) {
	began := time.Now()
	result := &Result{Run: r}
	if r.Skip != "" {
		result.Verdict, result.Why = Skipped, r.Skip
		return result, nil
	}
	x, err := d.explain(ctx, r)
	if err != nil {
		return nil, err
	}
	v := view{run: r, x: x, open: x.OriginStatus != 0 && r.Assume == nil, why: OnlyOrigin}
	result.settleWith(v)
	result.Took = time.Since(began)
	return result, nil
}

// explain asks the edge.
func (d *Decider) explain(ctx context.Context, r *Run) (*edge.Exchange, error) {
	e, err := d.Edge(r.Request.Country)
	if err != nil {
		return nil, err
	}
	asked, malformed, err := r.Request.Read(ctx)
	if err != nil {
		return nil, err
	}
	a := edge.Assume{Malformed: malformed}
	if r.Assume != nil {
		a.Status, a.Fields, a.Complete = r.Assume.Status, r.Assume.Fields, true
	}
	return e.Explain(ctx, asked, a), nil
}

// settleWith judges a run by what is known of it.
func (r *Result) settleWith(v view) {
	r.Decision, r.seen = v.x, v
	r.Asserts = v.judge()
	r.Status, _ = v.status()
	if v.x != nil {
		r.Hints = v.x.Hints()
	}
	if len(r.Open()) > 0 {
		r.Why = v.why
	}
	r.settle()
}

// Answered judges a run that was sent: x is what the edge made of it, and answer what came back. A stand-in that answered
// in place of an origin tells nothing of it: standIn says so, and is "" where the origin itself answered.
func Answered(r *Run, x *edge.Exchange, answer *Answer, standIn string) *Result {
	result := &Result{Run: r, Took: answer.Took}
	result.settleWith(view{run: r, x: x, answer: answer, open: x.OriginStatus != 0 && standIn != "", why: standIn})
	return result
}

// Broken is the result of a run that got no answer.
func Broken(r *Run, err error) *Result {
	result := &Result{Run: r, Verdict: Failed}
	for _, e := range r.Expect {
		if e.Subject.ofAnswer() || len(result.Asserts) == 0 {
			result.Asserts = append(result.Asserts, Assertion{Expectation: e, Verdict: Failed, Got: r.shown("no answer: " + err.Error())})
		}
	}
	return result
}
