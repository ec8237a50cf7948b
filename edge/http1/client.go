package http1

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// ClientOptions bound what is waited for on a connection to an origin. The zero value has CloudFront's limit of a
// head and no timeouts.
type ClientOptions struct {
	Limits    Limits
	FirstByte time.Duration // from the end of the request to the answer's first byte (REQ-326)
	Pause     time.Duration // between two pieces of the answer (REQ-326)
	Write     time.Duration // for each piece of the request
}

// sendingWait is how long the end of a request's body is waited for after the end of the answer.
const sendingWait = 50 * time.Millisecond

// A ClientConn is a connection to an origin. It carries one request at a time; dialing, retries and keeping idle
// connections are the caller's business.
type ClientConn struct {
	conn net.Conn
	opts ClientOptions
	in   *reader
	out  *writer
	body *body // of the current answer, nil if it has none

	mu      sync.Mutex
	written bool // the request has been sent
	failed  bool // the request could not be sent to its end
	started bool // the answer has begun

	sending chan struct{} // closed when Do's other goroutine has ended; nil if there was none
	spoiled bool          // the connection cannot carry another request
	closed  atomic.Bool
}

// NewClientConn returns a client's side of a connection that has been opened, TLS included.
func NewClientConn(c net.Conn, opts ClientOptions) *ClientConn {
	opts.Limits = opts.Limits.orDefault()
	client := &ClientConn{conn: c, opts: opts, in: newReader(c), out: newWriter(c)}
	client.out.timeout = opts.Write
	return client
}

// Do sends a request and reads the head of the answer. A body is sent by another goroutine, and goes on being sent
// while the answer is read: an origin may answer early (REQ-262).
//
// If the request's own body breaks off the error is a [*BodyError]; otherwise it is an [*Error], of the kind Closed
// if the origin closed before it answered. After an error the connection must be closed, and so it must if the
// response's body is given up before its end.
func (c *ClientConn) Do(req *Request) (*Response, error) {
	if req.Body == nil || !req.HasBody() {
		sent := c.WriteRequest(req)
		resp, err := c.ReadResponse(req)
		if err != nil && sent != nil {
			err = sent
		}
		return resp, err
	}
	sent := make(chan error, 1)
	c.sending = make(chan struct{})
	go func() {
		defer close(c.sending)
		err := c.WriteRequest(req)
		var broken *BodyError
		sent <- err
		if errors.As(err, &broken) {
			// The origin waits for the rest of the body, and must not take what it has for all of it.
			c.Close()
		}
	}()
	resp, err := c.ReadResponse(req)
	if err == nil {
		return resp, nil
	}
	c.Close()
	select {
	case failure := <-sent:
		if failure != nil {
			err = failure
		}
	default:
	}
	return resp, err
}

// WriteRequest writes a request: its fields as they are and in their order, and the body as it comes. Added is only
// what the message needs to have an end. ReadResponse can be called at the same time. The body is not closed.
func (c *ClientConn) WriteRequest(req *Request) error {
	err := c.write(req)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.written, c.failed = true, err != nil
	if !c.started {
		// An error means that the connection is closed; reading reports it.
		_ = c.in.arm(after(c.opts.FirstByte))
	}
	return err
}

func (c *ClientConn) write(req *Request) error {
	how, length, err := req.framing()
	if err != nil {
		return err
	}
	c.out.buf = appendRequest(c.out.buf[:0], req, how, length)
	err = c.out.send(req.Body, how, length)
	c.out.shrink()
	return err
}

// framing decides how the request's body ends on the wire.
func (r *Request) framing() (how framing, length int64, err error) {
	if !isToken(r.Method) {
		return 0, 0, &Error{Kind: BadSyntax, Detail: "method to write is not a token"}
	}
	if r.Path == "" || r.Path[0] != '/' || !isTarget(r.Path) || !isTarget(r.RawQuery) {
		return 0, 0, &Error{Kind: BadTarget, Detail: "target to write is not a path and query"}
	}
	switch {
	case r.ContentLength < 0 && r.Body != nil:
		return byChunks, 0, nil
	case r.ContentLength <= 0 || r.Body == nil:
		return noBody, 0, nil
	}
	return byLength, r.ContentLength, nil
}

func appendRequest(buf []byte, r *Request, how framing, length int64) []byte {
	buf = append(buf, r.Method...)
	buf = append(buf, ' ')
	buf = append(buf, r.Path...)
	if r.HasQuery || r.RawQuery != "" {
		buf = append(buf, '?')
		buf = append(buf, r.RawQuery...)
	}
	buf = append(buf, " HTTP/1.1\r\n"...)
	fields := r.Fields
	switch field := fields.Get("Content-Length"); {
	case how == byLength:
		if n, ok := parseLength(field); !ok || n != length {
			fields = fields.Clone()
			fields.Del("Content-Length")
			fields = withLength(fields, length)
		}
	case how == noBody && field != "" && field != "0":
		fields = fields.Clone()
		fields.Del("Content-Length")
	}
	start := len(buf)
	buf, lines := appendFields(buf, fields, how)
	if !isOneHead(buf[start:], lines) {
		buf, _ = appendFields(buf[:start], cleanFields(fields), how)
	}
	return append(buf, "\r\n"...)
}

// ReadResponse reads the head of the answer to the request; its body is read from the response. One 100 Continue is
// dropped, and so are all 102, 103 and their kind (REQ-277); a second 100 is an error (REQ-258). After a 101 that the
// request asked for, Switched is the connection: closing it is up to whoever takes it, Close does nothing any more.
func (c *ClientConn) ReadResponse(req *Request) (*Response, error) {
	continues := 0
	for informs := 0; ; informs++ {
		head, err := c.readHead(informs == 0)
		if err != nil {
			c.spoiled = true
			return nil, err
		}
		r := &Response{}
		control := parseResponse(r, head)
		switch {
		case control.err != nil:
		case r.Status == 101:
			return c.switchTo(req, r)
		case r.Status < 200:
			if r.Status == 100 {
				continues++
			}
			if continues > 1 || informs >= maxInforms {
				control.fail(TooManyInform, "%d interim answers, %d of them 100", informs+1, continues)
				break
			}
			continue
		}
		return c.response(req, r, &control)
	}
}

// readHead waits for a head, and consumes it.
func (c *ClientConn) readHead(first bool) (string, error) {
	b := c.in
	limit := c.opts.Limits.Head
	if first && len(b.buffered()) == 0 {
		// The deadline is set by WriteRequest, when the request has been sent.
		if err := c.firstBytes(); err != nil {
			return "", err
		}
	}
	c.mu.Lock()
	c.started = true
	c.mu.Unlock()
	for seen := 0; ; {
		text := b.buffered()
		if n := headEnd(text, seen); n > 0 && n <= limit {
			b.r += n
			return string(text[:n]), nil
		} else if n > limit || len(text) >= limit {
			return "", &Error{Kind: HeadTooLarge, Detail: "head goes on beyond the limit"}
		}
		if !couldBeHTTP(text) {
			return "", &Error{Kind: BadSyntax, Detail: "answer is not HTTP"}
		}
		seen = max(0, len(text)-2)
		if len(text) == len(b.buf) {
			b.grow(limit)
		}
		if err := b.fill(after(c.opts.Pause)); err != nil {
			return "", readError(err, "in the head of the answer")
		}
	}
}

func (c *ClientConn) firstBytes() error {
	if c.in.err != nil {
		return &Error{Kind: Closed, Detail: "connection was closed", Err: c.in.err}
	}
	err := c.in.fillArmed()
	if err == nil {
		return nil
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return readError(err, "before the answer")
	}
	return &Error{Kind: Closed, Detail: "connection was closed before the answer", Err: err}
}

// couldBeHTTP tells a peer that speaks something else without waiting for the end of its head.
func couldBeHTTP(text []byte) bool {
	const start = "HTTP/1."
	n := min(len(text), len(start))
	return string(text[:n]) == start[:n]
}

func (c *ClientConn) switchTo(req *Request, r *Response) (*Response, error) {
	c.spoiled = true
	if req.Fields.Get("Upgrade") == "" {
		return r, &Error{Kind: BadSyntax, Detail: "101 that nobody asked for"}
	}
	c.closed.Store(true)
	r.Switched = newTunnel(c.conn, c.in)
	return r, nil
}

// response gives an answer its body.
func (c *ClientConn) response(req *Request, r *Response, control *control) (*Response, error) {
	how := r.settleFraming(control, req.Method)
	if control.err != nil {
		c.spoiled = true
		return r, control.err
	}
	if control.close || r.Minor < 1 && !control.keepAlive || how == byClose {
		c.spoiled = true
	}
	// A coding in HTTP/1.0 is read, but what follows is not to be trusted (RFC 9112 section 6.1).
	if how == byChunks && r.Minor < 1 {
		c.spoiled = true
	}
	c.body = nil
	if how == noBody || how == byLength && r.ContentLength == 0 {
		return r, nil
	}
	c.body = &body{in: c.in, framing: how, pause: c.opts.Pause, trailer: c.opts.Limits.Head}
	if how == byLength {
		c.body.left = r.ContentLength
	}
	r.Body = c.body
	return r, nil
}

// SetTimeouts changes the options for the next request: the waits for the answer's first byte and between two pieces
// of it.
func (c *ClientConn) SetTimeouts(firstByte, pause time.Duration) {
	c.opts.FirstByte, c.opts.Pause = firstByte, pause
}

// Reusable reports, after the end of an answer, whether the connection can carry another request: both messages have
// ended, neither side wants to close, and nothing came that nobody asked for. Reset makes it ready.
func (c *ClientConn) Reusable() bool {
	if c.sending != nil {
		// An answer may overtake the last steps of sending; one that came early has a body that is still being sent.
		wait := time.NewTimer(sendingWait)
		defer wait.Stop()
		select {
		case <-c.sending:
		case <-wait.C:
			return false
		}
	}
	c.mu.Lock()
	sent := c.written && !c.failed
	c.mu.Unlock()
	return sent && !c.spoiled && !c.closed.Load() && (c.body == nil || c.body.complete()) &&
		len(c.in.buffered()) == 0 && c.in.err == nil
}

// Reset makes a reusable connection ready for the next request. It reports false if the origin has closed it, or
// spoken without being asked: the connection is of no use then and should be closed.
func (c *ClientConn) Reset() bool {
	if !c.Reusable() || !quiet(c.conn) {
		return false
	}
	c.mu.Lock()
	c.written, c.failed, c.started = false, false, false
	c.mu.Unlock()
	c.body, c.sending = nil, nil
	return c.in.arm(time.Time{}) == nil
}

// Close closes the connection. It may be called from any goroutine, and ends whatever the connection is waiting for.
func (c *ClientConn) Close() error {
	if c.closed.Swap(true) {
		return nil
	}
	return c.conn.Close()
}

var _ io.Closer = (*ClientConn)(nil)
