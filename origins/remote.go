package origins

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"time"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
)

// A remote asks a server at a URL that the user mapped: an application, a dev server, an S3-compatible store.
type remote struct {
	pool    *Pool
	origin  *cloudfront.Origin
	place   string   // as the user wrote it, for people
	url     *url.URL // what is asked
	address string   // host:port to connect to
	prefix  string   // of every path: the URL's own, and a store's bucket
	store   bool     // an S3-compatible store, which goes by its own Host
}

// newRemote returns the transport to a mapped URL or store.
func (p *Pool) newRemote(o *cloudfront.Origin, place Place) (Transport, error) {
	u, err := url.Parse(place.URL)
	if err != nil {
		return nil, fmt.Errorf("place of the origin %s: %w", o.ID, err)
	}
	port := u.Port()
	if port == "" {
		port = "80"
		if u.Scheme == "https" {
			port = "443"
		}
	}
	t := &remote{
		pool: p, origin: o, place: place.String(), url: u, address: net.JoinHostPort(u.Hostname(), port),
		prefix: u.EscapedPath(),
	}
	switch {
	case place.Kind == PlaceS3:
		t.store = true
		t.prefix += "/" + place.Bucket
		return t, nil
	case o.Kind == cloudfront.KindS3:
		return &inBucketsPlace{t, bucketOptions(o)}, nil
	}
	return t, nil
}

// RoundTrip asks the place, as often as CloudFront would (REQ-325 to REQ-330).
func (t *remote) RoundTrip(ctx context.Context, req *http1.Request) (*Result, error) {
	cancel := func() {}
	if d := t.origin.ResponseCompletionTimeout; d > 0 {
		ctx, cancel = context.WithTimeoutCause(ctx, d, errIncomplete)
	}
	result, err := t.attempts(ctx, t.outgoing(req), cancel)
	if err != nil {
		cancel()
		return nil, err
	}
	return result, nil
}

// errIncomplete is why a context ends that the response completion timeout bounds (F11).
var errIncomplete = errors.New("response_completion_timeout has passed")

// outgoing returns the request as it goes over the wire.
func (t *remote) outgoing(req *http1.Request) *http1.Request {
	out := *req
	out.Path = t.prefix + req.Path
	if t.store {
		out.Host = t.url.Host
		out.Fields = req.Fields.Clone()
		out.Fields.Set("Host", t.url.Host)
	}
	if req.Body != nil && req.HasBody() {
		out.Body = &sentBody{ReadCloser: req.Body}
	}
	return &out
}

// attempts tries until the place has answered or CloudFront would give up. Connecting is tried again for every method
// (REQ-325), waiting for the answer for GET and HEAD only (REQ-327, REQ-328).
func (t *remote) attempts(ctx context.Context, req *http1.Request, cancel func()) (*Result, error) {
	var done []Attempt
	fresh := false
	for left := t.connectionAttempts(); ; {
		began := time.Now()
		ex, err := t.attempt(ctx, req, fresh)
		done = append(done, Attempt{Took: time.Since(began), Connect: ex.connect, Reused: ex.reused, Err: err})
		if err == nil {
			return t.result(ctx, req, ex, done, cancel)
		}
		t.pool.opts.Log.Debug("attempt at origin", "origin", t.origin.ID.String(), "method", req.Method, "took", done[len(done)-1].Took, "err", err)
		failure := t.failure(ctx, err)
		failure.Attempts = done
		if failure.Kind == Closed && unsent(req) {
			failure.Kind = WriteFailed // F15 rather than F6: reading and writing learn of the end at once
		}
		if ex.reused && stale(err) && ctx.Err() == nil && replayable(req, err) {
			fresh = true // closing an idle connection is no answer, and finding it closed no attempt of CloudFront's
			continue
		}
		if left--; left == 0 || !again(failure.Kind, req) {
			return nil, failure
		}
	}
}

// stale reports an error by which a connection shows that it was closed while it was idle.
func stale(err error) bool {
	wire, ok := errors.AsType[*http1.Error](err)
	return ok && (wire.Kind == http1.Closed || wire.Kind == http1.WriteFailed)
}

// replayable reports whether a request can be sent a second time: nothing of a body has been used up, and the place
// cannot have acted on it, or acting twice is the same (RFC 9110 section 9.2.2).
func replayable(req *http1.Request, err error) bool {
	if req.HasBody() {
		return false
	}
	wire, ok := errors.AsType[*http1.Error](err)
	return ok && wire.Kind == http1.WriteFailed || req.Method != "POST" && req.Method != "PATCH"
}

// again reports whether CloudFront tries once more after such a failure. A body that has been sent is used up.
func again(kind ErrorKind, req *http1.Request) bool {
	switch kind {
	case Refused, ConnectTimeout:
		return true
	case ReadTimeout:
		return (req.Method == "GET" || req.Method == "HEAD") && !req.HasBody()
	default:
		return false
	}
}

// An exchange is one request on one connection.
type exchange struct {
	link     *link
	route    route
	reused   bool
	connect  time.Duration
	response *http1.Response
	stop     func() bool // ends the watch over the context
}

// attempt sends the request once and reads the head of the answer.
func (t *remote) attempt(ctx context.Context, req *http1.Request, fresh bool) (ex exchange, err error) {
	ex.route = t.route(req.Host)
	if !fresh {
		ex.link = t.pool.conns.get(ex.route)
	}
	if ex.link != nil {
		ex.reused = true
		ex.link.SetTimeouts(t.readTimeout(), t.readTimeout())
	} else {
		began := time.Now()
		ex.link, err = t.dial(ctx, ex.route)
		ex.connect = time.Since(began)
		if err != nil {
			return ex, err
		}
	}
	ex.stop = context.AfterFunc(ctx, func() { ex.link.Close() })
	if ex.response, err = ex.link.Do(req); err != nil {
		ex.stop()
		ex.link.Close()
	}
	return ex, err
}

// route returns how the place is reached. TLS is spoken to the request's host (REQ-336); where only apply can tell
// the origin's name, to the place's own.
func (t *remote) route(host string) route {
	r := route{scheme: t.url.Scheme, address: t.address}
	if r.scheme != "https" {
		return r
	}
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if host == t.origin.DomainName.Wire() && !t.origin.DomainName.Known {
		host = t.url.Hostname()
	}
	r.name, r.version = host, lowestVersion(t.origin.OriginSSLProtocols)
	return r
}

// result hands the answer over: with a body that gives the connection back at its end, or with the connection itself
// after a switch to another protocol.
func (t *remote) result(ctx context.Context, req *http1.Request, ex exchange, done []Attempt, cancel func()) (*Result, error) {
	r := ex.response
	body := &remoteBody{ctx: ctx, remote: t, exchange: ex, cancel: cancel, from: r.Body}
	switch {
	case r.Switched != nil:
		// The tunnel lives until one side closes it; the context's end is its owner's business.
		ex.stop()
		cancel()
	case wrongRange(req.Method, r):
		body.end(false)
		err := fmt.Errorf("answer of %s: Content-Range %q and Content-Length %d differ",
			t.place, r.Fields.Get("Content-Range"), r.ContentLength)
		return nil, &Error{Kind: WrongRange, Place: t.place, Attempts: done, Err: err}
	case r.Body == nil:
		body.end(true)
	default:
		r.Body = body
	}
	return &Result{Response: r, Place: t.place, Attempts: done, Notes: t.notes(req, ex)}, nil
}

// notes tells what is not at this place as it would be at AWS.
func (t *remote) notes(req *http1.Request, ex exchange) []Note {
	var notes []Note
	// Over plain HTTP CloudFront would see no certificate, and of a bucket it would see S3's.
	if ex.link.untrusted != nil && req.Scheme == "https" && t.origin.Kind != cloudfront.KindS3 {
		notes = append(notes, Note{fmt.Sprintf("the certificate of %s does not verify, and CloudFront would answer 502: %v",
			t.place, ex.link.untrusted), "REQ-334"})
	}
	if t.store {
		notes = append(notes, Note{t.place + " is asked without a signature, so it must let everybody read", ""})
	}
	return notes
}

// connectionAttempts returns the origin's connection_attempts, 3 unless set (section 10.2 of the request rules).
func (t *remote) connectionAttempts() int {
	if n := t.origin.ConnectionAttempts; n > 0 {
		return n
	}
	return 3
}

// connectionTimeout returns the origin's connection_timeout, 10 s unless set (section 10.2 of the request rules).
func (t *remote) connectionTimeout() time.Duration {
	return orDefault(t.origin.ConnectionTimeout, 10*time.Second)
}

// readTimeout returns the origin's response timeout, 30 s unless set (section 10.2 of the request rules).
func (t *remote) readTimeout() time.Duration {
	return orDefault(t.origin.OriginReadTimeout, 30*time.Second)
}

// keepaliveTimeout returns how long an idle connection is kept, 5 s unless set (REQ-319).
func (t *remote) keepaliveTimeout() time.Duration {
	return orDefault(t.origin.OriginKeepaliveTimeout, 5*time.Second)
}

func orDefault(d, otherwise time.Duration) time.Duration {
	if d > 0 {
		return d
	}
	return otherwise
}
