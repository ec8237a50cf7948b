package main

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"

	"edgecase/edge"
)

// A recent remembers the last requests that were refused, to ask after a reload what would become of them. It is an
// observer.
type recent struct {
	mu       sync.Mutex
	requests []refused // the newest is last
}

// A refused is a request that CloudFront itself answered with an error.
type refused struct {
	request edge.Request
	verdict string // "403 edge"
}

// maxRefused is how many of them are remembered, and maxRefusedHead how large they may be.
const (
	maxRefused     = 20
	maxRefusedHead = 8 << 10
)

// Begin does nothing.
func (*recent) Begin(*edge.Exchange) {}

// Answer does nothing.
func (*recent) Answer(*edge.Exchange) {}

// Detailed asks for nothing.
func (*recent) Detailed() bool { return false }

// End remembers a refused request, once for each method and target. An origin that could not be asked is none of the
// configuration's business: it may be there again without any reload.
func (r *recent) End(x *edge.Exchange) {
	if x.AnsweredBy() != "edge" || x.Err == nil || x.Err.Final || x.Origin != nil || x.Viewer.HeadBytes > maxRefusedHead {
		return
	}
	v := refused{x.Viewer, verdict(x)}
	v.request.Body = nil
	r.mu.Lock()
	defer r.mu.Unlock()
	r.requests = slices.DeleteFunc(r.requests, func(old refused) bool {
		o := &old.request
		return o.Method == v.request.Method && o.Host == v.request.Host && o.Scheme == v.request.Scheme && o.Target() == v.request.Target()
	})
	r.requests = append(r.requests, v)
	if len(r.requests) > maxRefused {
		r.requests = slices.Delete(r.requests, 0, 1)
	}
}

// verdict says who answers a request: "ALB-api", or "403 edge".
func verdict(x *edge.Exchange) string {
	if x.AnsweredBy() == "origin" && x.Origin != nil {
		return x.Origin.ID.Value
	}
	status := 0
	switch {
	case x.Err != nil:
		status = x.Err.Status
	case x.Response != nil:
		status = x.Response.Status
	}
	return strconv.Itoa(status) + " edge"
}

// again returns a line for each remembered request that is no longer refused, and forgets it.
func (r *recent) again(ctx context.Context, e *edge.Edge, paint paint) string {
	r.mu.Lock()
	asked := slices.Clone(r.requests)
	r.mu.Unlock()
	var b strings.Builder
	for _, old := range asked {
		request := old.request
		now := verdict(e.Explain(ctx, &request, edge.Assume{}))
		if now == old.verdict {
			continue
		}
		line := pad(printable(cut(request.Method+" "+request.Target(), 44)), 28) + "  " + old.verdict + "  →  " + paint.green(printable(now))
		b.WriteString(hintIndent + line + "\n")
		r.mu.Lock()
		r.requests = slices.DeleteFunc(r.requests, func(v refused) bool {
			return v.request.Method == request.Method && v.request.Target() == request.Target()
		})
		r.mu.Unlock()
	}
	return b.String()
}
