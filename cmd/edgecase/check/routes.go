package check

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"edgecase/cmd/edgecase/check/application"
	"edgecase/config/cloudfront"
)

// An Application is what a check has held against the configuration beside its rules.
type Application struct {
	From    []string // where its routes come from
	Routes  int
	Carried int      // routes of which at least one method reaches it
	Origins []string // the ids of its origins
	How     string   // how that was decided, where it was not said: one clause
	Notes   []string // what was left out
}

// An InputError says that something that was given beside the configuration does not fit it, and what to give instead.
type InputError struct{ What, Hint string }

// Error returns what does not fit.
func (e *InputError) Error() string { return e.What }

// A verdict is what was found out about one route.
type verdict struct {
	placedRoute
	lost    []loss // methods that it takes for sure, and that do not reach it
	maybe   []loss // methods that it may take
	refused []loss // methods that were refused when they were seen
	carried bool   // whether any method reaches it
}

// A loss is a method that does not reach the application.
type loss struct {
	method string
	decision
}

// findRoutes holds every route and method against the distributions.
func findRoutes(ctx context.Context, s *Subject) ([]Finding, error) {
	f := &routeFinding{Subject: s, decider: newDecider(s.Edge), tried: map[place]bool{}}
	placed, err := f.locate()
	if err != nil {
		return nil, err
	}
	if err := f.evidence(ctx, placed); err != nil {
		return nil, err
	}
	s.comments.readApplication(s.Routes)
	groups := grouping{leftOut: func(rule *Rule, v *verdict) bool { return s.comments.takeRoute(rule, v.At) }}
	for i, p := range placed {
		if i%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		v := f.judge(ctx, p)
		if v.carried {
			f.summary.Carried++
		}
		f.classify(v, &groups)
	}
	s.application = &f.summary
	return f.findings(&groups), nil
}

// A routeFinding is a finder at work.
type routeFinding struct {
	*Subject
	*decider
	apps    map[*cloudfront.Origin]bool // the application's origins
	summary Application
	files   []placedRoute // files that somebody else serves, as they may
	tried   map[place]bool
}

// A placedRoute is a route, the distribution that it belongs to, and the behavior that takes its path there.
type placedRoute struct {
	*application.Route
	distribution *cloudfront.Distribution
	behavior     *cloudfront.Behavior
}

// locate finds the distribution of each route: the one whose host was seen, else the only one that asks a server.
func (f *routeFinding) locate() ([]placedRoute, error) {
	hosts := cloudfront.NewHosts(f.Distributions())
	var main *cloudfront.Distribution
	var list []placedRoute
	for _, routes := range f.Routes {
		f.summary.From = append(f.summary.From, routes.From)
		for _, n := range routes.Notes {
			f.summary.Notes = append(f.summary.Notes, routes.From+": "+n)
		}
		for i := range routes.List {
			r := &routes.List[i]
			var d *cloudfront.Distribution
			if r.Host != "" {
				d = hosts.Owner(r.Host)
			}
			if d == nil {
				if main == nil {
					var err error
					if main, err = f.mainDistribution(); err != nil {
						return nil, err
					}
				}
				d = main
			}
			b, _ := d.Choose(cloudfront.NormalizePath(r.Path))
			list = append(list, placedRoute{r, d, b})
		}
	}
	f.summary.Routes = len(list)
	return list, nil
}

// mainDistribution returns the distribution that a path without a host means: the only one, or the only one that viewers
// reach and that asks a server.
func (f *routeFinding) mainDistribution() (*cloudfront.Distribution, error) {
	all := f.Distributions()
	if len(all) == 1 {
		return all[0], nil
	}
	var serving []*cloudfront.Distribution
	var names []string
	for _, d := range all {
		names = append(names, "  --distribution '"+d.Address+"'")
		if d.Enabled && !d.Staging && slices.ContainsFunc(d.Origins, server) {
			serving = append(serving, d)
		}
	}
	if len(serving) == 1 {
		return serving[0], nil
	}
	return nil, &InputError{fmt.Sprintf("the routes could belong to any of %d distributions", len(all)), "choose one:\n" + strings.Join(names, "\n")}
}

// server reports whether an origin is a server of its own: an application may be behind it.
func server(o *cloudfront.Origin) bool {
	return o.Kind == cloudfront.KindCustom || o.Kind == cloudfront.KindVPC
}

// hostname returns a host without its port.
func hostname(host string) string {
	name, _, _ := strings.Cut(host, ":")
	return name
}

// judge decides each method of a route.
func (f *routeFinding) judge(ctx context.Context, p placedRoute) *verdict {
	v := &verdict{placedRoute: p}
	for _, part := range []struct {
		methods []string
		into    *[]loss
	}{{p.Methods, &v.lost}, {p.Assumed, &v.maybe}, {p.Refused, &v.refused}} {
		for _, m := range part.methods {
			got := f.decide(ctx, p, m)
			if f.reaches(got) {
				v.carried = true
			} else {
				*part.into = append(*part.into, loss{m, got})
			}
		}
	}
	return v
}

// reaches reports whether a request comes to the application.
func (f *routeFinding) reaches(got decision) bool { return got.origin != nil && f.apps[got.origin] }

// classify puts a route into the group of those that are wrong in the same way, or into none.
func (f *routeFinding) classify(v *verdict, groups *grouping) {
	switch {
	case v.Kind == application.Static:
		if !v.carried {
			f.files = append(f.files, v.placedRoute)
		}
	case !v.carried && meantSo(v):
		groups.add(routeElsewhere, v, append(v.lost, v.maybe...))
	case len(v.lost) > 0:
		lost := v.lost
		if !v.carried {
			lost = append(lost, v.maybe...)
		}
		groups.add(routeMisrouted, v, lost)
	case !v.carried && len(v.maybe) > 0:
		groups.add(routeMisrouted, v, v.maybe)
	case slices.ContainsFunc(v.maybe, func(l loss) bool { return changes(l.method) }):
		groups.add(routeMethodAssumed, v, slices.DeleteFunc(v.maybe, func(l loss) bool { return !changes(l.method) }))
	case len(v.refused) > 0:
		groups.add(routeRefused, v, v.refused)
	}
}

// meantSo reports whether a route is one of those that somebody else often answers.
func meantSo(v *verdict) bool {
	switch v.Kind {
	case application.Health, application.Admin, application.Inside, application.CatchAll:
		return true
	case application.Front:
		return onlyReads(v)
	}
	return false
}

// onlyReads reports whether nothing but reading is sure to be asked of a route.
func onlyReads(v *verdict) bool {
	return !slices.ContainsFunc(v.lost, func(l loss) bool { return changes(l.method) })
}

// changes reports whether a method asks for a change.
func changes(method string) bool {
	switch method {
	case "POST", "PUT", "PATCH", "DELETE":
		return true
	}
	return false
}
