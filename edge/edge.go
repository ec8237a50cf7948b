// Package edge is CloudFront: it takes requests to the loaded distributions through a pipeline of named stages and
// says, for each, who answered and why.
//
// pipeline.go lists the stages in order; each stands in a file of its own, as a pure decision with the rule it comes
// from and a few lines that apply it to the [Exchange]. Serving and explaining run the same stages: they differ only in
// what stands for the outside world.
//
// The package knows no Terraform syntax, no flags and no files.
package edge

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync/atomic"
	"time"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
	"edgecase/origins"
)

// Options say what stands around the edge. The zero value works.
type Options struct {
	Log     *slog.Logger     // nil discards
	Origins *origins.Pool    // nil answers for every origin with the echo
	Now     func() time.Time // nil is time.Now
	Observe []Observer       // told of every exchange; must not block

	Hosts     []string          // further host names that mean the only loaded distribution (REQ-017)
	Viewer    map[string]string // what the CloudFront-Viewer-* headers say, by the end of the name: "Country", "City"
	HTTPSPort string            // of the local HTTPS listener, for redirects to a host with a port (REQ-117); "" is none
	HTTPPort  string            // of the plain listener; "" is none
	AsAlias   bool              // a local name is translated to the distribution's alias, and back (REQ-595, REQ-596)

	DebugHeaders bool   // adds the X-Edgecase-* fields to answers
	TraceURL     string // what X-Edgecase-Trace puts before the request id; "" leaves the field out
}

// An Observer is told of the life of every exchange. It may keep the exchange and must not change it.
type Observer interface {
	Begin(x *Exchange)  // the head has arrived
	Answer(x *Exchange) // the response is about to be written
	End(x *Exchange)    // the last byte has left, or could not
	Detailed() bool     // whether stages are to be timed
}

// An Edge answers requests as the loaded distributions say. It is safe for concurrent use.
type Edge struct {
	opts  Options
	pool  *origins.Pool
	site  atomic.Pointer[site]
	stale atomic.Pointer[string]
}

// New returns an Edge for a configuration.
func New(cfg *cloudfront.Config, opts Options) (*Edge, error) {
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	e := &Edge{opts: opts, pool: opts.Origins}
	if e.pool == nil {
		e.pool = origins.NewPool(nil, origins.PoolOptions{Log: opts.Log})
	}
	return e, e.Reload(cfg)
}

// Reload puts a new configuration in place: all of it, or nothing and an error. Requests that are under way keep the
// one they began with.
func (e *Edge) Reload(cfg *cloudfront.Config) error {
	s, err := e.compile(cfg)
	if err != nil {
		return err
	}
	e.site.Store(s)
	e.stale.Store(nil)
	return nil
}

// SetStale says that the configuration on disk could not be loaded, and the one that answers is older: answers carry
// X-Edgecase-Stale-Config until the next Reload.
func (e *Edge) SetStale(what string) { e.stale.Store(&what) }

// Config returns the configuration that answers.
func (e *Edge) Config() *cloudfront.Config { return e.site.Load().cfg }

// Distribution returns the distribution that has this host name, which decides the TLS that is offered to it; for a name
// that none has, the only distribution, and nil if there are several.
func (e *Edge) Distribution(name string) *cloudfront.Distribution {
	s := e.site.Load()
	if d := s.hosts.Owner(name); d != nil || len(s.cfg.Distributions) > 1 {
		return d
	}
	return s.cfg.Distributions[0]
}

// newExchange begins the life of a request. A request that could not be read whole comes with what was wrong.
func (e *Edge) newExchange(r *Request, malformed *http1.Error) *Exchange {
	x := &Exchange{Viewer: *r, Request: *r, malformed: malformed, site: e.site.Load()}
	x.started = e.opts.Now()
	x.requestID, x.viaID = newRequestID(), newViaID()
	x.Trace.Steps = x.steps[:0]
	x.stale, x.values = e.stale.Load(), x.site.viewer
	x.fx = effects{transport: (*member).live, now: e.opts.Now}
	for _, o := range e.opts.Observe {
		x.fx.observed = x.fx.observed || o.Detailed()
	}
	return x
}

// serve takes an exchange through the pipeline. A broken invariant of our own becomes a 500.
func (e *Edge) serve(ctx context.Context, x *Exchange) {
	for _, o := range e.opts.Observe {
		o.Begin(x)
	}
	defer func() {
		if p := recover(); p != nil {
			e.opts.Log.Error("a stage panicked", "request_id", x.requestID, "uri", x.Viewer.Target(), "err", p, "stack", string(debug.Stack()))
			x.fail(errInternal.with(fmt.Errorf("panic: %v", p)), Refusal)
			finish.Run(ctx, x)
		}
		for _, o := range e.opts.Observe {
			o.Answer(x)
		}
	}()
	x.run(ctx)
}

// end closes the record of an exchange.
func (e *Edge) end(x *Exchange, sent int64, err error) {
	x.Trace.Took = e.opts.Now().Sub(x.started)
	x.Trace.SentBytes = sent
	x.Trace.Broken = brokenBy(x, err)
	for _, o := range e.opts.Observe {
		o.End(x)
	}
}

// errViewerLeft is what Broken says when the viewer, not the origin, ended an answer.
var errViewerLeft = errors.New("the viewer closed the connection before the answer's end")

// brokenBy says why an answer did not reach the viewer whole: nil if it did.
func brokenBy(x *Exchange, err error) error {
	if err == nil {
		return nil
	}
	var broken *http1.BodyError
	var oe *origins.Error
	switch {
	case errors.Is(err, ErrSocketIdle), errors.Is(err, errNoTunnel):
		return err
	case errors.As(err, &oe) && oe.Kind == origins.Canceled, errors.Is(err, context.Canceled):
		return errViewerLeft
	case errors.As(err, &broken):
		return fmt.Errorf("the origin broke off: %w", err)
	default:
		return errViewerLeft
	}
}
