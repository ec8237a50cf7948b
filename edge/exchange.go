package edge

import (
	"time"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
	"edgecase/origins"
)

// A Request is the same type on both legs.
type Request = http1.Request

// A Response is the same type on both legs.
type Response = http1.Response

// A Maker is who made an answer. Which stages an answer passes depends on it (pipeline.go).
type Maker uint8

// The makers. As long as there is no answer, none of them made it.
const (
	Refusal    Maker = 1 << iota // CloudFront, before any origin was asked: a 403, a 400
	Redirector                   // CloudFront's redirect to https
	Failure                      // CloudFront, in place of an origin that failed
	Origin                       // an origin, or what stands in for it
	ErrorPage                    // the page of a custom_error_response
)

// An Exchange is one request on its way through. Each field says who writes it.
type Exchange struct {
	Viewer  Request // as it arrived; only stage alias changes it, from a local name to the alias
	Request Request // as policies and functions have shaped it so far

	Path         string                    // by stage behavior: Viewer.Path normalised for matching (REQ-059)
	Distribution *cloudfront.Distribution  // by stage distribution
	Behavior     *cloudfront.Behavior      // by stage behavior
	Origin       *cloudfront.Origin        // by stage origin
	Outgoing     Request                   // by stages forward and address: what the origin receives
	Result       *origins.Result           // by stage fetch
	OriginStatus int                       // by stage fetch: the origin's own status, before error pages
	Response     *Response                 // by whichever stage answers; settle and response stages shape it
	MadeBy       Maker                     // by the runner, of Response
	Err          *Error                    // by the runner: the error that became Response, or nil
	ErrorPage    *Exchange                 // by stage errorresponse: the fetch of the page, one level deep
	CustomError  *cloudfront.ErrorResponse // by stage errorresponse: the block that replaced the answer
	Arrived      http1.Fields              // by stage trim: the fields of the origin's answer as they came
	Translated   []Translation             // by stages alias and local name: what they changed
	Trace        Trace                     // by the runner, and only the runner

	Close bool // by the runner, errorresponse and finish: end the viewer's connection after the answer

	started   time.Time
	requestID string // X-Amz-Cf-Id (REQ-094)
	viaID     string // host part of CloudFront's own Via entry (REQ-212)
	malformed *http1.Error
	local     bool              // by stage distribution: the host means this machine, and would mean nothing at CloudFront
	names     *localNames       // by stage alias: what the local name stands for; nil where nothing is translated
	members   []*member         // by stage behavior
	member    int               // by the runner: which of them is asked
	asked     *member           // by stage origin: that one, which Origin is of
	added     http1.Fields      // by stage responseheaders: what the policy adds; finish writes it behind everything else
	stale     *string           // why the configuration is not the one on disk; nil if it is
	keepAlive func() bool       // whether the viewer's connection can take another request; nil over HTTP/2
	watch     func()            // look after the viewer while the origin is waited for; nil if nothing can
	values    map[string]string // what the CloudFront-* headers say where it is not computed, by the end of the name
	site      *site
	fx        effects
	steps     [20]Step // room for the trace
}

// effects is the outside world: everything with a consequence, and everything that is not the same twice. Serving
// fills it with the real transports and the clock, explaining with a transport that only records.
type effects struct {
	transport func(*member) origins.Transport
	now       func() time.Time
	observed  bool // stages are timed
	explain   bool
	open      bool // what an origin's answer does not say is not known
}

// answered reports whether the exchange has a response.
func (x *Exchange) answered() bool { return x.Response != nil }

// isUpgrade reports whether a request is an HTTP/1.1 GET that asks to switch to WebSocket.
func isUpgrade(r *Request) bool {
	return r.Method == "GET" && r.Major == 1 && r.Minor >= 1 &&
		r.Fields.HasToken("Connection", "upgrade") && r.Fields.HasToken("Upgrade", "websocket")
}
