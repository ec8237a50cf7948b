package http1

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// ConnOptions say how a viewer's connection is served. The zero value has CloudFront's limits and no timeouts.
type ConnOptions struct {
	Scheme string               // "http" or "https"; "" goes by TLS
	TLS    *tls.ConnectionState // nil on a *tls.Conn takes its own, after the handshake
	Limits Limits

	HeadTimeout  time.Duration // from a request's first byte to the end of its head
	IdleTimeout  time.Duration // until a request's first byte
	BodyTimeout  time.Duration // between two pieces of a request's body
	WriteTimeout time.Duration // for each piece of an answer

	// After a refusal, the rest of what the viewer sends is read and dropped, so that the page reaches it instead of
	// a reset: for so long (0 means 2 seconds) and so many bytes (0 means 16 MB).
	LingerTime  time.Duration
	LingerBytes int64

	// A viewer that closed its sending side may still be reading. WatchClose waits so long (0 means 1 second) before
	// it takes it to be gone.
	HalfCloseGrace time.Duration
}

// maxDrain is how much of a request's body is read, so that the connection can be kept, if nobody else wanted it.
const maxDrain = 256 << 10

// A Conn is a viewer's connection. One goroutine reads requests and writes answers, in turn; a request's body may be
// read by another meanwhile.
type Conn struct {
	conn   net.Conn
	opts   ConnOptions
	remote netip.AddrPort
	in     *reader
	out    *writer

	body    *body // of the current request, nil if it has none
	control control
	minor   int

	ended    bool        // no further request is read
	refused  bool        // the last head could not be used
	answered atomic.Bool // a byte of the answer has been written
	watching *watch
	wait     wait

	mu       sync.Mutex // orders a 100 Continue before the answer
	invite   bool       // the viewer waits for a 100 Continue
	switched bool
	closed   atomic.Bool
}

// NewConn serves a connection that a viewer opened.
func NewConn(c net.Conn, opts ConnOptions) *Conn {
	opts.Limits = opts.Limits.orDefault()
	if opts.LingerTime <= 0 {
		opts.LingerTime = 2 * time.Second
	}
	if opts.LingerBytes <= 0 {
		opts.LingerBytes = 16 << 20
	}
	if opts.HalfCloseGrace <= 0 {
		opts.HalfCloseGrace = time.Second
	}
	conn := &Conn{conn: c, opts: opts, in: newReader(c), out: newWriter(c)}
	conn.out.timeout = opts.WriteTimeout
	if a, ok := c.RemoteAddr().(*net.TCPAddr); ok {
		p := a.AddrPort()
		conn.remote = netip.AddrPortFrom(p.Addr().Unmap(), p.Port())
	}
	return conn
}

// ReadRequest reads the next request's head; its body is read from the request.
//
// It returns io.EOF when there is no next request: the viewer closed, stayed idle for too long, or the last answer
// ended the connection. A head that cannot be used gives an [*Error] beside a request that holds what could be read;
// after the answer to it the connection must be closed. When ctx ends while a request is awaited its cause is
// returned.
func (c *Conn) ReadRequest(ctx context.Context) (*Request, error) {
	if err := c.finish(); err != nil {
		return nil, err
	}
	if ctx.Done() != nil {
		if err := c.wait.begin(ctx, c.in); err != nil {
			return nil, err
		}
		defer c.wait.end(c.in)
	}
	if err := c.handshake(ctx); err != nil {
		c.ended = true
		return nil, err
	}
	n, err := c.readHead()
	switch {
	case errors.Is(err, errInterrupted):
		c.ended = true
		return nil, context.Cause(ctx)
	case err == io.EOF:
		c.ended = true
		return nil, err
	}
	return c.request(n, err)
}

// handshake completes TLS where the caller has not done so.
func (c *Conn) handshake(ctx context.Context) error {
	t, ok := c.conn.(*tls.Conn)
	if !ok || c.opts.TLS != nil {
		return nil
	}
	if c.opts.HeadTimeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.opts.HeadTimeout)
		defer cancel()
	}
	if err := t.HandshakeContext(ctx); err != nil {
		return err
	}
	state := t.ConnectionState()
	c.opts.TLS = &state
	return nil
}

// finish leaves the last request behind, and reads what nobody wanted of its body.
func (c *Conn) finish() error {
	if c.watching != nil {
		c.watching.stop()
		c.watching = nil
	}
	if c.ended || c.refused || c.switched || c.closed.Load() {
		c.ended = true
		return io.EOF
	}
	c.out.shrink()
	if c.body == nil {
		return nil
	}
	c.takeBody()
	if !c.drainable() || c.drain() != nil {
		c.ended = true
		return io.EOF
	}
	c.body = nil
	return nil
}

// takeBody makes sure that nobody else is reading the body, now or later.
func (c *Conn) takeBody() {
	if !c.body.mu.TryLock() {
		c.in.interrupt()
		c.body.mu.Lock()
		c.in.resume()
	}
	c.body.closed = true
	c.body.mu.Unlock()
}

// drainable reports whether the rest of the body can be had for little.
func (c *Conn) drainable() bool {
	c.mu.Lock()
	invite := c.invite
	c.mu.Unlock()
	b := c.body
	if b.ended.Load() {
		return true
	}
	if !b.mu.TryLock() {
		return false // somebody waits for more of it, and nothing tells when it will come (REQ-262)
	}
	defer b.mu.Unlock()
	switch {
	case b.err == io.EOF:
		return true
	case b.err != nil || invite:
		// A viewer that was not invited may send its body or not (RFC 9110 section 10.1.1).
		return false
	}
	return b.framing == byChunks || b.left <= maxDrain
}

// drain reads the rest of the body. It does so without the lock, so that whoever comes late to read the body learns
// at once that it is closed.
func (c *Conn) drain() error {
	b := c.body
	if b.complete() {
		return nil
	}
	var scratch [2 << 10]byte
	for size := 0; size <= maxDrain; {
		n, err := b.read(scratch[:])
		if size += n; err == io.EOF {
			b.mu.Lock()
			b.err = io.EOF
			b.ended.Store(true)
			b.mu.Unlock()
			return nil
		} else if err != nil {
			return err
		}
	}
	return errors.New("too much of the body was left")
}

// request makes the request of the n bytes at the start of the buffer, and consumes them. A fault in reading them
// goes before one in parsing them.
func (c *Conn) request(n int, fault error) (*Request, error) {
	r := &Request{Scheme: c.opts.Scheme, RemoteAddr: c.remote, TLS: c.opts.TLS, HeadBytes: n}
	if r.Scheme == "" {
		r.Scheme = "http"
		if r.TLS != nil {
			r.Scheme = "https"
		}
	}
	head := string(c.in.buffered()[:n])
	c.in.r += n
	c.control = parseRequest(r, head, c.opts.Limits)
	c.minor = r.Minor
	c.answered.Store(false)
	var err error
	if err = fault; err == nil && c.control.err != nil {
		err = c.control.err
	}
	if e, ok := err.(*Error); ok && e.Kind == HeadTooLarge && c.tooLong(r, head) {
		err = &Error{Kind: URLTooLong, Detail: "request line goes on beyond the limit"}
	}
	if err != nil {
		c.refused = true
		return r, err
	}
	c.attach(r)
	return r, nil
}

// tooLong reports whether a head that is too large is so already in its URL.
func (c *Conn) tooLong(r *Request, head string) bool {
	return r.Method != "" && len("https://")+len(r.Host)+len(r.Target()) > c.opts.Limits.URL
}

// attach gives the request its body.
func (c *Conn) attach(r *Request) {
	c.invite = false
	if r.ContentLength == 0 {
		return
	}
	b := &body{in: c.in, framing: byLength, left: r.ContentLength, pause: c.opts.BodyTimeout,
		limit: c.opts.Limits.Body, trailer: c.opts.Limits.Head}
	if r.ContentLength < 0 {
		b.framing, b.left = byChunks, 0
	}
	if c.control.expect && r.Minor >= 1 {
		c.invite = true
		b.before = c.sendContinue
	}
	c.body, r.Body = b, b
}

// sendContinue writes the 100 Continue that a viewer waits for, unless the answer has begun (REQ-257).
func (c *Conn) sendContinue() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.invite || c.answered.Load() {
		return nil
	}
	c.invite = false
	c.out.buf = append(c.out.buf[:0], "HTTP/1.1 100 Continue\r\n\r\n"...)
	return c.out.flush()
}

// KeepAlive reports whether the connection can carry another request after the answer to this one: whether the
// viewer wants it to, and what is left of the request allows it. The answer's Connection field should say so.
func (c *Conn) KeepAlive() bool {
	switch {
	case c.refused || c.ended || c.control.close:
		return false
	case c.minor == 0 && !c.control.keepAlive:
		return false
	}
	return c.body == nil || c.drainable()
}

// Close ends the connection. If the viewer may be sending still, because it was refused or its body was not read, the
// end is announced and what arrives is dropped for a short time, so that the viewer can read the answer.
func (c *Conn) Close() error {
	if c.closed.Swap(true) {
		return nil
	}
	c.wait.forget()
	if c.watching != nil {
		c.watching.stop()
	}
	quiet := true
	if c.body != nil {
		c.takeBody()
		quiet = c.body.complete()
	}
	if c.answered.Load() && (c.refused || !quiet || len(c.in.buffered()) > 0) {
		c.linger()
	}
	err := c.conn.Close()
	if quiet {
		c.in.free()
		c.out.free()
	}
	return err
}

// Abort ends the connection at once. Unlike the other methods it may be called from any goroutine at any time.
func (c *Conn) Abort() error {
	c.closed.Store(true)
	c.wait.forget()
	return c.conn.Close()
}

// linger waits for the viewer to close.
func (c *Conn) linger() {
	half, ok := c.conn.(interface{ CloseWrite() error })
	if !ok || half.CloseWrite() != nil {
		return
	}
	until := time.Now().Add(c.opts.LingerTime)
	c.in.r, c.in.w = 0, 0
	for size := int64(0); size < c.opts.LingerBytes; {
		c.in.r = c.in.w
		if c.in.fill(until) != nil {
			return
		}
		size += int64(len(c.in.buffered()))
		c.in.r = c.in.w
	}
}
