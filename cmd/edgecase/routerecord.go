package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"

	"edgecase/cmd/edgecase/check/application"
	"edgecase/cmd/edgecase/scenario"
	"edgecase/config/cloudfront"
)

// recordings are the readers of what requests can be taken from, by the value of --from.
var recordings = map[string]func(io.Reader, string, func(application.Request), application.Meter) error{
	"har": application.EachInHAR,
	"log": application.EachInLog,
}

// record prints a file of route tests made of a recording: what the distribution does with its requests now.
func (t *rehearsal) record(ctx context.Context) error {
	each := recordings[t.from]
	switch {
	case each == nil:
		return usageError("edgecase test --from har session.har > session.edgetest.hcl", "--from %q is neither har nor log", t.from)
	case len(t.files) != 1:
		return usageError("edgecase test --from har session.har > session.edgetest.hcl; - is the standard input", "--from takes one FILE, not %d", len(t.files))
	case t.flags.format != "text":
		return usageError("leave --format out", "--from prints route tests, which have no format %s", t.flags.format)
	}
	if err := t.viewerFlags.check(); err != nil {
		return err
	}
	r := &round{}
	var err error
	if r.project, err = openProject(t.process, t.flags, ""); err != nil {
		return err
	}
	if r.loaded, _, err = r.project.mustLoad(); err != nil {
		return err
	}
	decider, pool, err := t.decider(r)
	if err != nil {
		return err
	}
	defer pool.Close()
	rec := newRouteRecorder(ctx, decider, r.loaded.Config.Distributions)
	if len(rec.distributions) == 1 && t.flags.distribution == "" {
		rec.mine.Host = rec.distributions[0].Host()
	}
	_, err = openEvidence(ctx, t.process, t.files[0], func(in io.Reader, name string, meter application.Meter) (struct{}, error) {
		return struct{}{}, each(in, name, rec.add, meter)
	})
	if err != nil {
		return evidenceError(ctx, err)
	}
	return rec.print(t.process, t.files[0])
}

// A routeRecorder makes route tests of requests that somebody has seen.
type routeRecorder struct {
	ctx           context.Context
	distributions []*cloudfront.Distribution
	hosts         *cloudfront.HostTable

	mine  *scenario.Recorder // of requests to the distributions' hosts
	first *scenario.Recorder // of those to the host that was asked first, in case there are none
	host  string             // that one
	done  map[settled]bool   // what another request would add nothing to

	requests, others int
	err              error // of the first request that could not be asked about
}

// settled is what tells requests apart: of all others the outcome is the same.
type settled struct {
	recorder *scenario.Recorder
	behavior *cloudfront.Behavior
	method   string
	scheme   string
}

func newRouteRecorder(ctx context.Context, d *scenario.Decider, all []*cloudfront.Distribution) *routeRecorder {
	return &routeRecorder{
		ctx: ctx, distributions: all, hosts: cloudfront.NewHosts(all), done: map[settled]bool{},
		mine: scenario.NewRecorder(d), first: scenario.NewRecorder(d),
	}
}

// add takes one request.
func (r *routeRecorder) add(q application.Request) {
	r.requests++
	r.host = cmp.Or(r.host, q.Host)
	into, d, url := r.place(q)
	if into == nil {
		r.others++
		return
	}
	b, _ := d.Choose(cloudfront.NormalizePath(q.Path))
	what := settled{into, b, q.Method, schemeOf(url)}
	if r.err != nil || r.done[what] && q.Path != "/" {
		return
	}
	// A function may look at the path; the answer of one that exists is worth more than that of one that does not.
	r.done[what] = b != nil && len(b.Associations) == 0 && q.Status >= 200 && q.Status < 400
	sample := scenario.Sample{Method: q.Method, URL: url, Status: q.Status}
	switch q.Method {
	case "POST", "PUT", "PATCH", "DELETE":
		sample.Ask = scenario.Crossing()
	}
	r.err = into.Add(r.ctx, sample)
}

// place says which recorder a request is for, nil if for none, whose it is, and the URL to ask about: a path where that
// says it all.
func (r *routeRecorder) place(q application.Request) (*scenario.Recorder, *cloudfront.Distribution, string) {
	owner, only := r.hosts.Owner(q.Host), r.distributions[0]
	switch {
	case owner != nil && len(r.distributions) == 1 && q.Scheme != "http" && strings.EqualFold(q.Host, only.Host()):
		return r.mine, only, q.Path
	case owner != nil:
		return r.mine, owner, cmp.Or(q.Scheme, "https") + "://" + q.Host + q.Path
	case len(r.distributions) > 1:
		return nil, nil, ""
	case q.Host == "" || application.Local(q.Host):
		return r.mine, only, q.Path
	case q.Host == r.host:
		return r.first, only, q.Path
	}
	return nil, nil, ""
}

// schemeOf returns the scheme of a URL, "https" of a path.
func schemeOf(url string) string {
	scheme, _, found := strings.Cut(url, "://")
	if !found {
		return "https"
	}
	return scheme
}

// print writes the file, and to stderr what was left out.
func (r *routeRecorder) print(p *process, name string) error {
	if r.err != nil {
		return usageError("", "%w", r.err)
	}
	chosen := r.mine
	if chosen.Runs() == 0 && r.first.Runs() > 0 {
		chosen = r.first
		fmt.Fprintf(p.stderr, "note  %s is taken for the site: it was asked first\n", printable(r.host))
	}
	if chosen.Runs() == 0 {
		return usageError("its hosts are "+strings.Join(r.hosts.Names(), ", "), "none of the %s in %s is for the distribution", plural(r.requests, "request"), name)
	}
	if r.others > 0 {
		fmt.Fprintf(p.stderr, "note  %s to other hosts left out\n", plural(r.others, "request"))
	}
	if n := chosen.Left(); n > 0 {
		fmt.Fprintf(p.stderr, "note  %s more left out: %d runs are enough for one file\n", plural(n, "kind of request"), scenario.MaxRecorded)
	}
	fmt.Fprintf(p.stderr, "note  %s of %s\n", plural(chosen.Runs(), "run"), plural(r.requests, "request"))
	return chosen.Write(p.stdout, "Made of "+printable(name)+": what the distribution does with its requests now, one run for each method and behavior.\n"+
		"Cookies, credentials, queries and bodies are left out.")
}
