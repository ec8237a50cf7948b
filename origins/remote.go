package origins

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
	"edgecase/origins/s3"
)

// A remote asks a server at a URL that the user mapped: an application, a dev server, an S3-compatible store.
type remote struct {
	pool    *Pool
	origin  *cloudfront.Origin
	place   string   // as the user wrote it, for people
	url     *url.URL // what is asked
	address string   // host:port to connect to
	bucket  string   // of an S3-compatible store, whose paths begin with it; else ""
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
	return &remote{
		pool: p, origin: o, place: place.String(), url: u, address: net.JoinHostPort(u.Hostname(), port), bucket: place.Bucket,
	}, nil
}

// RoundTrip asks the place, as often as CloudFront would (REQ-325 to REQ-330).
func (t *remote) RoundTrip(ctx context.Context, req *http1.Request) (*Result, error) {
	if refused := t.refuse(req); refused != nil {
		return refused, nil
	}
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

// refuse gives S3's own answer to what a bucket refuses whatever stands in its place (REQ-102), or nil.
func (t *remote) refuse(req *http1.Request) *Result {
	if t.origin.Kind != cloudfront.KindS3 || t.bucket != "" {
		return nil
	}
	answer := s3.Refuse(bucketOptions(t.origin), s3Request(req))
	if answer == nil {
		return nil
	}
	b := bucket{place: t.place}
	result := &Result{Response: b.response(answer), Place: t.place}
	for _, note := range answer.Notes {
		result.Notes = append(result.Notes, Note(note))
	}
	return result
}

// outgoing returns the request as it goes over the wire: the place's own path in front, and a store's bucket.
func (t *remote) outgoing(req *http1.Request) *http1.Request {
	out := *req
	out.Path = strings.TrimSuffix(t.url.EscapedPath(), "/") + req.Path
	if t.bucket != "" {
		out.Path = strings.TrimSuffix(t.url.EscapedPath(), "/") + "/" + t.bucket + req.Path
		out.Host = t.url.Host
		out.Fields = req.Fields.Clone()
		out.Fields.Set("Host", t.url.Host)
	}
	return &out
}

// attempts tries until the place has answered or CloudFront would give up. Connecting is tried again for every method
// (REQ-325), waiting for the answer for GET and HEAD only (REQ-327, REQ-328).
func (t *remote) attempts(ctx context.Context, req *http1.Request, cancel func()) (*Result, error) {
	var done []Attempt
	for left := t.connectionAttempts(); ; {
		began := time.Now()
		ex, err := t.attempt(ctx, req)
		done = append(done, Attempt{Took: time.Since(began), Reused: ex.reused, Err: err})
		if err == nil {
			return t.result(ctx, ex, done, cancel)
		}
		failure := t.failure(ctx, err)
		failure.Attempts = done
		if ex.reused && failure.Kind == Closed && !req.HasBody() {
			continue // the place had closed an idle connection: that is no attempt of CloudFront's
		}
		if left--; left == 0 || !again(failure.Kind, req.Method) {
			return nil, failure
		}
	}
}

// again reports whether CloudFront tries once more after such a failure.
func again(kind ErrorKind, method string) bool {
	switch kind {
	case Refused, ConnectTimeout:
		return true
	case ReadTimeout:
		return method == "GET" || method == "HEAD"
	}
	return false
}

// connectionAttempts returns the origin's connection_attempts, 3 unless set (section 10.2 of the request rules).
func (t *remote) connectionAttempts() int {
	if n := t.origin.ConnectionAttempts; n > 0 {
		return n
	}
	return 3
}

// An exchange is one request on one connection.
type exchange struct {
	conn      *http1.ClientConn
	key       string
	reused    bool
	untrusted error // what CloudFront would not accept of the place's certificate
	response  *http1.Response
	stop      func() bool // ends the watch over the context
}

// attempt sends the request once and reads the head of the answer.
func (t *remote) attempt(ctx context.Context, req *http1.Request) (ex exchange, err error) {
	name := serverName(req.Host)
	ex.key = t.url.Scheme + " " + t.address + " " + name
	if ex.conn = t.pool.conns.get(ex.key); ex.conn != nil {
		ex.reused = true
		ex.conn.SetTimeouts(t.readTimeout(), t.readTimeout())
	} else {
		conn, untrusted, err := t.dial(ctx, name)
		if err != nil {
			return ex, err
		}
		ex.untrusted = untrusted
		ex.conn = http1.NewClientConn(conn, http1.ClientOptions{
			FirstByte: t.readTimeout(), Pause: t.readTimeout(), Write: t.readTimeout(),
		})
	}
	ex.stop = context.AfterFunc(ctx, func() { ex.conn.Close() })
	ex.response, err = ex.conn.Do(req)
	if err != nil {
		ex.stop()
		ex.conn.Close()
	}
	return ex, err
}

// serverName returns the name that TLS is spoken to: the request's host without port (REQ-336).
func serverName(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return host
}

// readTimeout returns the origin's response timeout, 30 s unless set (section 10.2 of the request rules).
func (t *remote) readTimeout() time.Duration {
	if d := t.origin.OriginReadTimeout; d > 0 {
		return d
	}
	return 30 * time.Second
}

// keepaliveTimeout returns how long an idle connection is kept, 5 s unless set (REQ-319).
func (t *remote) keepaliveTimeout() time.Duration {
	if d := t.origin.OriginKeepaliveTimeout; d > 0 {
		return d
	}
	return 5 * time.Second
}

// result hands the answer over: with a body that gives the connection back at its end, or with the connection itself
// after a switch to another protocol.
func (t *remote) result(ctx context.Context, ex exchange, done []Attempt, cancel func()) (*Result, error) {
	r := ex.response
	result := &Result{Response: r, Place: t.place, Attempts: done}
	if ex.untrusted != nil {
		result.Notes = append(result.Notes, Note{
			Text: fmt.Sprintf("the certificate of %s is not one that CloudFront accepts, it would answer 502: %v", t.place, ex.untrusted),
			Rule: "REQ-334",
		})
	}
	body := &remoteBody{ctx: ctx, remote: t, exchange: ex, cancel: cancel}
	switch {
	case r.Switched != nil:
		// The tunnel lives until one side closes it; the context's end is its owner's business.
		ex.stop()
		cancel()
	case wrongRange(r):
		body.end(false)
		err := fmt.Errorf("answer of %s: Content-Range %q and Content-Length %d differ", t.place, r.Fields.Get("Content-Range"), r.ContentLength)
		return nil, &Error{Kind: WrongRange, Place: t.place, Attempts: done, Err: err}
	case r.Body == nil:
		body.end(true)
	default:
		body.from = r.Body
		r.Body = body
	}
	return result, nil
}

// wrongRange reports whether a 206 says two different things about its length (F9).
func wrongRange(r *http1.Response) bool {
	if r.Status != 206 || r.ContentLength < 0 || r.Body == nil {
		return false
	}
	span, ok := strings.CutPrefix(r.Fields.Get("Content-Range"), "bytes ")
	if !ok {
		return false
	}
	span, _, _ = strings.Cut(span, "/")
	first, last, ok := strings.Cut(span, "-")
	from, err1 := strconv.ParseInt(first, 10, 64)
	to, err2 := strconv.ParseInt(last, 10, 64)
	return ok && err1 == nil && err2 == nil && to-from+1 != r.ContentLength
}

// failure tells from an error how the place failed (table 10.4 of the request rules).
func (t *remote) failure(ctx context.Context, err error) *Error {
	var own *Error
	if errors.As(err, &own) && ctx.Err() == nil {
		return own
	}
	e := &Error{Kind: Invalid, Place: t.place, Err: fmt.Errorf("ask %s: %w", t.place, err)}
	var broken *http1.BodyError
	var wire *http1.Error
	switch {
	case errors.Is(context.Cause(ctx), errIncomplete):
		e.Kind = Incomplete
	case ctx.Err() != nil, errors.As(err, &broken):
		e.Kind = Canceled
	case errors.As(err, &wire):
		e.Kind = wireKind(wire.Kind)
	}
	return e
}

func wireKind(kind http1.ErrorKind) ErrorKind {
	switch kind {
	case http1.Closed, http1.Unterminated:
		return Closed
	case http1.ReadTimeout:
		return ReadTimeout
	case http1.HeadTooLarge:
		return HeadTooLarge
	case http1.WriteFailed:
		return WriteFailed
	default:
		return Invalid
	}
}
