package http1

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// Handle lets a handler in this process answer the request, as a server at the end of a connection would. It returns
// as soon as the handler begins its body, flushes, or returns; the body is what the handler writes, as it writes it.
// A handler that panics or writes less than its Content-Length breaks the body off. The fields are in the order of
// their names; Date is added, and nothing else.
//
// The handler's context ends with ctx, when the response's body is closed, and when the handler returns. A handler
// may hijack its connection, to answer with a 101 for instance: then Response.Switched is the other end.
func Handle(ctx context.Context, h http.Handler, req *Request) (*Response, error) {
	inner, cancel := context.WithCancel(ctx)
	l := &local{method: req.Method, header: http.Header{}, pipe: newPipe(), cancel: cancel, begun: make(chan answer, 1)}
	l.release = context.AfterFunc(ctx, func() { l.pipe.abandon(context.Cause(ctx)) })
	go l.run(h, ToHTTP(inner, req))
	select {
	case a := <-l.begun:
		if a.conn != nil {
			return l.readHijacked(ctx, a.conn, req)
		}
		return a.resp, a.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// ToHTTP makes the request that a net/http server would have made of this one.
func ToHTTP(ctx context.Context, req *Request) *http.Request {
	u := &url.URL{Path: req.Path, RawQuery: req.RawQuery, ForceQuery: req.HasQuery && req.RawQuery == ""}
	if path, err := url.PathUnescape(req.Path); err == nil && path != req.Path {
		u.Path, u.RawPath = path, req.Path
	}
	r := &http.Request{
		Method: req.Method, URL: u, RequestURI: req.Target(), Host: req.Host,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: make(http.Header, len(req.Fields)), Body: http.NoBody, ContentLength: req.ContentLength, TLS: req.TLS,
	}
	for _, f := range req.Fields {
		switch name := http.CanonicalHeaderKey(f.Name); name {
		case "Host", "Transfer-Encoding":
		default:
			r.Header[name] = append(r.Header[name], f.Value)
		}
	}
	if req.Body != nil {
		r.Body = req.Body
	}
	if req.ContentLength < 0 {
		r.TransferEncoding = []string{"chunked"}
	}
	if req.RemoteAddr.IsValid() {
		r.RemoteAddr = req.RemoteAddr.String()
	}
	if r.TLS == nil && req.Scheme == "https" {
		r.TLS = &tls.ConnectionState{HandshakeComplete: true, ServerName: req.Host}
	}
	return r.WithContext(ctx)
}

// An answer is what a handler has begun: a response, or the end of a connection it hijacked.
type answer struct {
	resp *Response
	err  error
	conn net.Conn
}

// A local is the http.ResponseWriter of a handler in this process.
type local struct {
	method  string
	header  http.Header
	pipe    *pipe
	cancel  context.CancelFunc
	release func() bool // ends the pipe's dependence on the caller's context
	begun   chan answer

	mu       sync.Mutex
	status   int    // 0 before WriteHeader
	fields   Fields // as they were at WriteHeader
	length   int64  // as declared, or -1
	wrote    int64
	sent     bool
	hijacked net.Conn // the handler's end
}

func (l *local) run(h http.Handler, r *http.Request) {
	defer l.cancel()
	defer func() {
		// A handler of ours or of a test is another program's server: its panic ends its answer, not edgecase.
		l.finish(recover())
	}()
	h.ServeHTTP(l, r)
}

func (l *local) finish(panicked any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer l.release()
	var err error
	switch cause, _ := panicked.(error); {
	case panicked == nil:
	case cause == http.ErrAbortHandler:
		err = &Error{Kind: Closed, Detail: "handler aborted its answer", Err: cause}
	default:
		err = &Error{Kind: Closed, Detail: fmt.Sprintf("handler panicked: %v", panicked)}
	}
	if err == nil && l.hijacked == nil && l.status == 0 {
		l.writeHeader(http.StatusOK)
	}
	switch {
	case l.hijacked != nil:
		if err != nil {
			l.hijacked.Close()
		}
	case err != nil && !l.sent:
		l.sent = true
		l.begun <- answer{err: err}
	case err != nil:
		l.pipe.end(err)
	case l.length > l.wrote && l.hasBody():
		l.begin(false)
		l.pipe.end(io.ErrUnexpectedEOF)
	default:
		l.begin(true)
		l.pipe.end(io.EOF)
	}
}

// Header returns the fields of the answer; changes after WriteHeader have no effect.
func (l *local) Header() http.Header { return l.header }

// WriteHeader sets the status. Interim answers are not passed on.
func (l *local) WriteHeader(status int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.writeHeader(status)
}

func (l *local) writeHeader(status int) {
	if l.status != 0 || status < 200 && status != http.StatusSwitchingProtocols {
		return
	}
	l.status = status
	if _, ok := l.header["Date"]; !ok {
		l.header.Set("Date", time.Now().UTC().Format(http.TimeFormat))
	}
	l.fields = fromHeader(l.header)
	l.fields.Del("Transfer-Encoding")
	l.length = -1
	if n, ok := parseLength(l.fields.Get("Content-Length")); ok {
		l.length = n
	}
}

func (l *local) hasBody() bool { return l.method != http.MethodHead && !bodiless(l.status) }

// begin hands the head to whoever waits for it. With all the handler has returned, and it never wrote a body.
func (l *local) begin(all bool) {
	if l.sent {
		return
	}
	l.sent = true
	if l.status == 0 {
		l.writeHeader(http.StatusOK)
	}
	resp := &Response{Status: l.status, Major: 1, Minor: 1, Fields: l.fields, ContentLength: l.length}
	switch {
	case !l.hasBody():
		resp.ContentLength = max(l.length, 0)
	case all:
		resp.ContentLength = 0
	default:
		resp.Chunked = l.length < 0
		resp.Body = &localBody{l}
	}
	l.begun <- answer{resp: resp}
}

// Write writes a piece of the body, which can be read at once.
func (l *local) Write(p []byte) (int, error) {
	l.mu.Lock()
	if l.hijacked != nil {
		l.mu.Unlock()
		return 0, http.ErrHijacked
	}
	if l.status == 0 {
		l.writeHeader(http.StatusOK)
	}
	var err error
	switch {
	case bodiless(l.status):
		err = http.ErrBodyNotAllowed
	case l.length >= 0 && l.wrote+int64(len(p)) > l.length:
		err = http.ErrContentLength
	}
	if err != nil {
		l.mu.Unlock()
		return 0, err
	}
	l.wrote += int64(len(p))
	l.begin(false)
	l.mu.Unlock()
	if l.method == http.MethodHead {
		return len(p), nil
	}
	return l.pipe.Write(p)
}

// Flush sends the head.
func (l *local) Flush() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.hijacked == nil {
		l.begin(false)
	}
}

// Hijack gives the handler a connection to the other side.
func (l *local) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.hijacked != nil:
		return nil, nil, http.ErrHijacked
	case l.sent:
		return nil, nil, errors.New("hijack after the answer has begun")
	}
	mine, theirs := net.Pipe()
	l.hijacked = theirs
	l.begun <- answer{conn: mine}
	return theirs, bufio.NewReadWriter(bufio.NewReader(theirs), bufio.NewWriter(theirs)), nil
}

// readHijacked reads the head that a handler writes to a connection it hijacked. The connection ends with ctx.
func (l *local) readHijacked(ctx context.Context, c net.Conn, req *Request) (*Response, error) {
	context.AfterFunc(ctx, func() { c.Close() })
	client := NewClientConn(c, ClientOptions{})
	resp, err := client.ReadResponse(req)
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case err != nil:
		c.Close()
		return resp, err
	case resp.Switched == nil && resp.Body == nil:
		c.Close()
	case resp.Switched == nil:
		resp.Body = &hijackedBody{resp.Body.(*body), c}
	}
	return resp, nil
}

// A localBody is what a handler writes. Closing it ends the handler's context.
type localBody struct{ l *local }

// Read waits for what the handler writes next.
func (b *localBody) Read(p []byte) (int, error) { return b.l.pipe.Read(p) }

// Buffered returns how much the handler has written ahead.
func (b *localBody) Buffered() int { return b.l.pipe.Buffered() }

// Close lets the handler's writes fail.
func (b *localBody) Close() error {
	b.l.pipe.abandon(errBodyClosed)
	b.l.cancel()
	return nil
}

// A hijackedBody is an ordinary body on a hijacked connection.
type hijackedBody struct {
	*body
	conn net.Conn
}

// Close closes the connection.
func (b *hijackedBody) Close() error { return b.conn.Close() }
