package edge

import (
	"context"
	"strconv"

	"edgecase/edge/http1"
	"edgecase/origins"
)

// Assume is what an explained request's origin is supposed to answer, and what is known of the request beside itself.
type Assume struct {
	Status    int          // 0 means 200, or what a WebSocket's handshake comes to
	Fields    http1.Fields // Content-Type and the like
	Complete  bool         // whether these are all; otherwise what they do not say is left open
	Malformed *http1.Error // why the request could not be read whole; nil for a good one
}

// Explain takes a request through the same stages as serving does, without sending anything: the origin that it would
// reach only records it and gives the assumed answer.
func (e *Edge) Explain(ctx context.Context, r *Request, a Assume) *Exchange {
	asked := *r
	malformed := a.Malformed
	if malformed == nil {
		malformed = asked.Exceeds(http1.Limits{})
	}
	x := e.newExchange(&asked, malformed)
	x.fx.explain, x.fx.open, x.fx.observed = true, !a.Complete, false
	x.fx.transport = func(m *member) origins.Transport {
		return dry{m, a, func() bool { return x.answered() || x.member > 0 }}
	}
	x.run(ctx)
	closeBody(x.Response)
	return x
}

// dry is a transport that sends nothing.
type dry struct {
	*member
	Assume
	later func() bool // whether this is not the first origin that is asked: a secondary, or an error page's
}

// RoundTrip returns the assumed answer.
func (d dry) RoundTrip(_ context.Context, r *http1.Request) (*origins.Result, error) {
	status, fields := d.Status, d.Fields.Clone()
	if status == 0 || d.later() { // what the assumption leads to is supposed to be there
		status = usualStatus(r)
	}
	length := int64(0)
	if fields.Has("Transfer-Encoding") {
		length = -1
	} else if n, err := strconv.ParseInt(fields.Get("Content-Length"), 10, 64); err == nil {
		length = n
	}
	return &origins.Result{
		Place:    d.place,
		Response: &http1.Response{Status: status, Major: 1, Minor: 1, Fields: fields, ContentLength: length},
	}, nil
}

// usualStatus is what an origin that has everything answers: 200, or to a WebSocket's handshake 101, and 400 where fields
// of it did not get through (REQ-474).
func usualStatus(r *http1.Request) int {
	switch {
	case !isUpgrade(r):
		return 200
	case r.Fields.Get("Sec-WebSocket-Key") == "" || r.Fields.Get("Sec-WebSocket-Version") == "":
		return 400
	default:
		return 101
	}
}
