package http1

import (
	"context"
	"errors"
	"io"
	"net"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// next reads a request, and fails the test if it cannot.
func next(t *testing.T, c *Conn) *Request {
	t.Helper()
	r, err := c.ReadRequest(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestContinue(t *testing.T) {
	const head = "PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
	t.Run("REQ-257/body is read", func(t *testing.T) {
		viewer, edge := pair(t)
		io.WriteString(viewer, head)
		c := NewConn(edge, ConnOptions{})
		r := next(t, c)
		go func() {
			buf := make([]byte, len("HTTP/1.1 100 Continue\r\n\r\n"))
			io.ReadFull(viewer, buf)
			if string(buf) == "HTTP/1.1 100 Continue\r\n\r\n" {
				io.WriteString(viewer, "abc")
			}
			viewer.(*net.TCPConn).CloseWrite()
		}()
		if body, err := io.ReadAll(r.Body); string(body) != "abc" || err != nil {
			t.Fatalf("body %q, %v", body, err)
		}
		if !c.KeepAlive() {
			t.Error("connection is not kept")
		}
	})
	t.Run("REQ-257/answer without reading", func(t *testing.T) {
		conn := newScript(head)
		c := NewConn(conn, ConnOptions{})
		r := next(t, c)
		if c.KeepAlive() {
			t.Error("connection is kept though the viewer may send its body or not")
		}
		c.WriteResponse(r, &Response{Status: 403}, true)
		if _, err := r.Body.Read(make([]byte, 1)); err == nil {
			t.Error("read a body after the end of the viewer's text")
		}
		if got := conn.sent.String(); strings.Contains(got, "100") {
			t.Errorf("wrote %q", got)
		}
	})
	t.Run("REQ-257/body came unasked", func(t *testing.T) {
		conn := newScript(head + "abc")
		c := NewConn(conn, ConnOptions{})
		r := next(t, c)
		if body, err := io.ReadAll(r.Body); string(body) != "abc" || err != nil || conn.sent.Len() > 0 {
			t.Errorf("body %q, %v, wrote %q", body, err, conn.sent.String())
		}
	})
	t.Run("REQ-257/HTTP/1.0", func(t *testing.T) {
		conn := newScript(strings.Replace(head, "1.1", "1.0", 1))
		c := NewConn(conn, ConnOptions{})
		r := next(t, c)
		io.ReadAll(r.Body)
		if conn.sent.Len() > 0 {
			t.Errorf("wrote %q", conn.sent.String())
		}
	})
}

func TestKeepAlive(t *testing.T) {
	tests := []struct {
		name, rule, text string
		want             bool
	}{
		{"HTTP/1.1", "RFC 9112 9.3", "GET / HTTP/1.1\r\nHost: h\r\n\r\n", true},
		{"HTTP/1.1 close", "RFC 9112 9.3", "GET / HTTP/1.1\r\nHost: h\r\nConnection: x, CLOSE\r\n\r\n", false},
		{"HTTP/1.0", "RFC 9112 9.3", "GET / HTTP/1.0\r\n\r\n", false},
		{"HTTP/1.0 keep-alive", "RFC 9112 9.3", "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", true},
		{"malformed", "REQ-151", "GET / HTTP/1.1\r\n\r\n", false},
		{"small body unread", "REQ-097", "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n", true},
		{"large body unread", "REQ-097", "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n\r\n", false},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			c := NewConn(newScript(tt.text), ConnOptions{})
			c.ReadRequest(context.Background())
			if got := c.KeepAlive(); got != tt.want {
				t.Errorf("KeepAlive() = %v, want %v", got, tt.want)
			}
		})
	}
}

// TestRefusalArrives has a viewer send far more than the buffers of the connection hold, read only then, and still
// find the page (REQ-142, REQ-143).
func TestRefusalArrives(t *testing.T) {
	tests := []struct{ name, rule, head string }{
		{"head too large", "REQ-143", "GET / HTTP/1.1\r\nHost: h\r\nX: "},
		{"method with body", "REQ-097", "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n\r\n"},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			viewer, edge := pair(t)
			done := make(chan error, 1)
			go func() {
				c := NewConn(edge, ConnOptions{})
				r, _ := c.ReadRequest(context.Background())
				c.WriteResponse(r, &Response{Status: 494, Reason: "Too Large", ContentLength: 4, Body: Text("page")}, true)
				done <- c.Close()
			}()
			if _, err := io.WriteString(viewer, tt.head+strings.Repeat("x", 8<<20)); err != nil {
				t.Fatal(err)
			}
			viewer.(*net.TCPConn).CloseWrite()
			text, err := io.ReadAll(viewer)
			if err != nil || !strings.HasSuffix(string(text), "\r\n\r\npage") {
				t.Errorf("viewer received %q, %v", text, err)
			}
			if err := <-done; err != nil {
				t.Error(err)
			}
		})
	}
}

// TestLingerEnds has a viewer that never closes.
func TestLingerEnds(t *testing.T) {
	viewer, edge := pair(t)
	io.WriteString(viewer, "BAD\r\n")
	c := NewConn(edge, ConnOptions{LingerTime: 20 * time.Millisecond})
	r, err := c.ReadRequest(context.Background())
	if err == nil {
		t.Fatal("no error")
	}
	c.WriteResponse(r, &Response{Status: 400}, true)
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

func TestHalfClose(t *testing.T) {
	viewer, edge := pair(t)
	io.WriteString(viewer, "GET / HTTP/1.1\r\nHost: h\r\n\r\n")
	viewer.(*net.TCPConn).CloseWrite()
	c := NewConn(edge, ConnOptions{})
	r := next(t, c)
	if _, err := c.WriteResponse(r, &Response{Status: 204}, false); err != nil {
		t.Fatal(err)
	}
	if _, err := c.ReadRequest(context.Background()); err != io.EOF {
		t.Errorf("next request: %v, want EOF", err)
	}
	c.Close()
	if text, err := io.ReadAll(viewer); err != nil || string(text) != "HTTP/1.1 204 No Content\r\n\r\n" {
		t.Errorf("viewer received %q, %v", text, err)
	}
}

// TestViewerTimeouts has viewers that are slow at each place, and takes the time.
func TestViewerTimeouts(t *testing.T) {
	opts := ConnOptions{HeadTimeout: 10 * time.Second, IdleTimeout: 30 * time.Second, BodyTimeout: 5 * time.Second}
	const put = "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 99\r\n\r\n"
	tests := []struct {
		name, rule string
		send       func(viewer net.Conn)
		want       ErrorKind
		took       time.Duration
	}{
		{"nothing", "design 2", func(net.Conn) {}, "", 30 * time.Second},
		{"slow loris", "design 2", func(v net.Conn) {
			for _, c := range []byte(put) {
				time.Sleep(time.Second)
				v.Write([]byte{c})
			}
		}, ReadTimeout, 11 * time.Second},
		{"slow empty lines", "design 2", func(v net.Conn) {
			for range 3 {
				time.Sleep(5 * time.Second)
				io.WriteString(v, "\r\n")
			}
		}, ReadTimeout, 15 * time.Second},
		{"body stops", "design 2", func(v net.Conn) {
			io.WriteString(v, put+"abc")
		}, ReadTimeout, 5 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				viewer, edge := net.Pipe()
				defer viewer.Close()
				sent := make(chan struct{})
				go func() {
					defer close(sent)
					tt.send(viewer)
				}()
				start := time.Now()
				c := NewConn(edge, opts)
				r, err := c.ReadRequest(context.Background())
				if err == nil {
					_, err = io.ReadAll(r.Body)
				}
				var e *Error
				if errors.As(err, &e); e == nil && (err != io.EOF || tt.want != "") || e != nil && e.Kind != tt.want {
					t.Errorf("error %v, want %q", err, tt.want)
				}
				if took := time.Since(start); took != tt.took {
					t.Errorf("took %v, want %v", took, tt.took)
				}
				edge.Close()
				<-sent
			})
		})
	}
}

// TestShutdown ends the wait for a request, but not a request.
func TestShutdown(t *testing.T) {
	viewer, edge := pair(t)
	ctx, cancel := context.WithCancelCause(context.Background())
	cause := errors.New("shutting down")
	c := NewConn(edge, ConnOptions{})
	io.WriteString(viewer, "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n")
	r, err := c.ReadRequest(ctx)
	if err != nil {
		t.Fatal(err)
	}
	cancel(cause)
	io.WriteString(viewer, "abc")
	if body, err := io.ReadAll(r.Body); string(body) != "abc" || err != nil {
		t.Errorf("body %q, %v", body, err)
	}
	if _, err := c.ReadRequest(ctx); err != cause {
		t.Errorf("error %v, want the cause", err)
	}

	viewer, edge = pair(t)
	ctx, cancel = context.WithCancelCause(context.Background())
	c = NewConn(edge, ConnOptions{})
	time.AfterFunc(10*time.Millisecond, func() { cancel(cause) })
	if _, err := c.ReadRequest(ctx); err != cause {
		t.Errorf("error %v, want the cause", err)
	}
	viewer.Close()
}

func TestWatchClose(t *testing.T) {
	const get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"
	begin := func(t *testing.T, opts ConnOptions) (viewer net.Conn, c *Conn, r *Request) {
		viewer, edge := pair(t)
		io.WriteString(viewer, get)
		c = NewConn(edge, opts)
		return viewer, c, next(t, c)
	}
	t.Run("REQ-291/reset", func(t *testing.T) {
		viewer, c, _ := begin(t, ConnOptions{HalfCloseGrace: time.Hour})
		gone := make(chan struct{})
		defer c.WatchClose(func() { close(gone) })()
		viewer.(*net.TCPConn).SetLinger(0)
		viewer.Close()
		<-gone
	})
	t.Run("REQ-291/closed", func(t *testing.T) {
		viewer, c, _ := begin(t, ConnOptions{HalfCloseGrace: time.Millisecond})
		gone := make(chan struct{})
		defer c.WatchClose(func() { close(gone) })()
		viewer.Close()
		<-gone
	})
	t.Run("REQ-291/half closed but in time", func(t *testing.T) {
		viewer, c, r := begin(t, ConnOptions{HalfCloseGrace: time.Hour})
		stop := c.WatchClose(func() { t.Error("taken to be gone") })
		viewer.(*net.TCPConn).CloseWrite()
		waitForWatch(c)
		stop()
		stop()
		if _, err := c.WriteResponse(r, &Response{Status: 204}, false); err != nil {
			t.Error(err)
		}
	})
	t.Run("REQ-291/next request is kept", func(t *testing.T) {
		viewer, c, r := begin(t, ConnOptions{})
		c.WatchClose(func() { t.Error("taken to be gone") })
		waitForWatch(c)
		io.WriteString(viewer, "POST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc")
		c.WriteResponse(r, &Response{Status: 204}, false)
		r = next(t, c)
		if body, err := io.ReadAll(r.Body); r.Path != "/2" || string(body) != "abc" || err != nil {
			t.Errorf("path %q, body %q, %v", r.Path, body, err)
		}
	})
	t.Run("REQ-291/stopped at once", func(t *testing.T) {
		viewer, c, r := begin(t, ConnOptions{})
		c.WatchClose(func() { t.Error("taken to be gone") })()
		viewer.Close()
		c.WriteResponse(r, &Response{Status: 204}, false)
	})
}

// waitForWatch returns when the watch has begun to read.
func waitForWatch(c *Conn) {
	for {
		c.watching.mu.Lock()
		begun := c.watching.done != nil
		c.watching.mu.Unlock()
		if begun {
			return
		}
		runtime.Gosched()
	}
}

// TestBodyTakenFromReader answers while another goroutine still waits for the request's body.
func TestBodyTakenFromReader(t *testing.T) {
	viewer, edge := pair(t)
	io.WriteString(viewer, "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n")
	c := NewConn(edge, ConnOptions{})
	r := next(t, c)
	failed := make(chan error, 1)
	go func() {
		_, err := io.ReadAll(r.Body)
		failed <- err
	}()
	c.WriteResponse(r, &Response{Status: 413}, false)
	go func() {
		if err := <-failed; err != nil {
			io.WriteString(viewer, "abcGET /2 HTTP/1.1\r\nHost: h\r\n\r\n")
		}
		viewer.(*net.TCPConn).CloseWrite()
	}()
	if r, err := c.ReadRequest(context.Background()); err != nil && err != io.EOF || err == nil && r.Path != "/2" {
		t.Errorf("next request: %v", err)
	}
}

// TestEndless has peers that never stop, each at another place: what is read of them must have a bound.
func TestEndless(t *testing.T) {
	const chunked = "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
	tests := []struct {
		name, rule, begin, more string
		want                    ErrorKind
	}{
		{"empty lines", "design 2", "", "\r\n", BadSyntax},
		{"method", "design 2", "", "A", HeadTooLarge},
		{"target", "REQ-142", "GET /", "A", URLTooLong},
		{"fields", "REQ-143", "GET / HTTP/1.1\r\n", "A: b\r\n", HeadTooLarge},
		{"value", "REQ-143", "GET / HTTP/1.1\r\nA:", "b", HeadTooLarge},
		{"chunk size", "design 2", chunked, "0", BadFraming},
		{"chunk extension", "design 2", chunked + "1;", "a", BadFraming},
		{"chunk extensions", "design 2", chunked, "1;" + strings.Repeat("a", 900) + "\r\nx\r\n", BadFraming},
		{"trailer", "design 2", chunked + "0\r\n", "a", BadFraming},
		{"trailers", "design 2", chunked + "0\r\n", "A: b\r\n", BadFraming},
		{"body", "REQ-147", chunked, "100\r\n" + strings.Repeat("x", 256) + "\r\n", BodyTooLarge},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			source := &endless{text: tt.more}
			c := NewConn(&script{Reader: io.MultiReader(strings.NewReader(tt.begin), source)}, ConnOptions{Limits: Limits{Body: 1 << 20}})
			r, err := c.ReadRequest(context.Background())
			if err == nil {
				_, err = io.Copy(io.Discard, r.Body)
			}
			var e *Error
			if !errors.As(err, &e) || e.Kind != tt.want {
				t.Errorf("error %v, want %s", err, tt.want)
			}
			if source.size > 2<<20 {
				t.Errorf("read %d bytes", source.size)
			}
		})
	}
}
