package check

import (
	"context"
	"path"
	"slices"

	"edgecase/cmd/edgecase/check/application"
	"edgecase/config/cloudfront"
	"edgecase/edge"
	"edgecase/edge/http1"
)

// A decision is what becomes of a request: which behavior takes its path, and who answers.
type decision struct {
	behavior *cloudfront.Behavior
	origin   *cloudfront.Origin // that is asked; nil where CloudFront answers itself
	reason   edge.Reason
	status   int
}

// A decider decides what becomes of requests. It remembers: a path does not matter beyond its behavior, unless something
// looks at it, and so a distribution with a few behaviors needs a few decisions for any number of routes.
type decider struct {
	edge    *edge.Edge
	decided map[class]decision
}

// A class is requests of which all are decided alike.
type class struct {
	behavior *cloudfront.Behavior
	method   string
	socket   bool
	path     string // where it matters
}

func newDecider(e *edge.Edge) *decider { return &decider{edge: e, decided: map[class]decision{}} }

// decide says what becomes of a route's request with a method.
func (c *decider) decide(ctx context.Context, p placedRoute, method string) decision {
	d, b, r := p.distribution, p.behavior, p.Route
	k := class{behavior: b, method: method, socket: r.Kind == application.Socket}
	switch {
	case r.Path == "/": // the default root object
		k.path = r.Path
	case len(r.Path) > 1024: // limits of a URL
		k.path = r.Path
	case len(b.Associations) > 0: // a function may answer by the path
		if k.path = r.Path; len(c.decided) > maxDecided {
			k.path = path.Dir(r.Path)
		}
	}
	if got, known := c.decided[k]; known {
		return got
	}
	got := c.ask(ctx, d, b, witnessOf(d, r, method))
	c.decided[k] = got
	return got
}

// maxDecided is how many different paths functions are asked about one by one.
const maxDecided = 10_000

// ask puts a request through the edge.
func (c *decider) ask(ctx context.Context, d *cloudfront.Distribution, b *cloudfront.Behavior, w *Witness) decision {
	x := c.edge.Explain(ctx, w.Request(), edge.Assume{})
	got := decision{behavior: b, reason: x.Trace.Reason, status: x.Response.Status}
	switch {
	case x.OriginStatus != 0:
		got.origin = x.Origin
	case x.Err != nil && !aboutRoute(x.Err.Reason):
		// Whoever may come, from where and with which signature is another matter than where the path leads.
		if members := d.Members(b.TargetOriginID.Value); len(members) > 0 && b.Allows(w.Method) {
			got.origin, got.reason = members[0], edge.OriginAnswered
		} else if !b.Allows(w.Method) {
			got.reason = edge.MethodNotAllowed
		}
	}
	return got
}

// aboutRoute reports whether a refusal is about path and method, not about who asks.
func aboutRoute(r edge.Reason) bool {
	switch r {
	case edge.MethodNotAllowed, edge.UnknownMethod, edge.InvalidRootObject, edge.URLTooLong, edge.MalformedRequest:
		return true
	}
	return false
}

// witnessOf returns a request for a route, by HTTPS: which scheme viewers use is no matter of routes. It names the host that
// was seen, or the distribution's.
func witnessOf(d *cloudfront.Distribution, r *application.Route, method string) *Witness {
	host := d.Host()
	if name := hostname(r.Host); slices.Contains(d.Aliases, name) || name == d.DomainName {
		host = name
	}
	w := &Witness{Method: method, URL: "https://" + host + r.Path}
	if r.Kind == application.Socket {
		w.Fields = http1.Fields{
			{Name: "Connection", Value: "Upgrade"}, {Name: "Upgrade", Value: "websocket"},
			{Name: "Sec-WebSocket-Version", Value: "13"}, {Name: "Sec-WebSocket-Key", Value: "ZWRnZWNhc2UgY2hlY2tzIQ=="},
		}
	}
	return w
}
