package edge

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// handler starts a server of net/http as the origin.
func handler(t testing.TB, h http.HandlerFunc) (url string) {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(func() { s.CloseClientConnections(); s.Close() })
	return s.URL
}

// arrives waits for something to happen.
func arrives(t testing.TB, c <-chan struct{}, what string) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(20 * time.Second):
		t.Fatalf("%s did not happen", what)
	}
}

func TestStreams(t *testing.T) {
	const get = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"

	t.Run("REQ-484/events arrive one by one", func(t *testing.T) {
		next := make(chan struct{})
		run := startAt(t, handler(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/event-stream")
			for _, event := range []string{"data: 1\n\n", "data: 2\n\n", "data: 3\n\n"} {
				io.WriteString(w, event)
				w.(http.Flusher).Flush()
				<-next
			}
		}))
		c := dial(t, run)
		c.write(get)
		head := c.until("\r\n\r\n")
		if !strings.Contains(head, "Content-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n") {
			t.Errorf("head %q", head)
		}
		for _, event := range []string{"data: 1", "data: 2", "data: 3"} {
			c.expect("9\r\n" + event + "\n\n\r\n") // the origin still waits
			next <- struct{}{}
		}
		c.expect("0\r\n\r\n")
	})

	t.Run("REQ-284/the head goes before the body", func(t *testing.T) {
		next := make(chan struct{})
		run := startAt(t, handler(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "5")
			w.(http.Flusher).Flush()
			<-next
			io.WriteString(w, "hello")
		}))
		c := dial(t, run)
		c.write(get)
		c.until("\r\n\r\n")
		close(next)
		c.expect("hello")
	})

	t.Run("REQ-252/upload is not buffered", func(t *testing.T) {
		first := make(chan struct{})
		run := startAt(t, handler(t, func(w http.ResponseWriter, r *http.Request) {
			piece := make([]byte, 5)
			io.ReadFull(r.Body, piece)
			close(first)
			rest, _ := io.ReadAll(r.Body)
			io.WriteString(w, string(piece)+"+"+string(rest))
		}), byDefault(allow(readWrite)))
		c := dial(t, run)
		c.write("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhello")
		arrives(t, first, "the first piece at the origin")
		c.write("world")
		if got := c.until("hello+world"); !strings.HasPrefix(got, "HTTP/1.1 200 OK\r\n") {
			t.Errorf("got %q", got)
		}
	})

	t.Run("REQ-262/answer before the body has been sent", func(t *testing.T) {
		run := startAt(t, handler(t, func(w http.ResponseWriter, r *http.Request) {
			c, rw, err := w.(http.Hijacker).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			defer c.Close()
			io.WriteString(c, "HTTP/1.1 413 Too Much\r\nContent-Length: 2\r\n\r\nno")
			io.Copy(io.Discard, rw)
		}), byDefault(allow(readWrite)))
		c := dial(t, run)
		c.write("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\nhello")
		if head := c.until("\r\n\r\n"); !strings.HasPrefix(head, "HTTP/1.1 413 Too Much\r\n") || !strings.Contains(head, "\r\nConnection: close\r\n") {
			t.Errorf("head %q", head)
		}
		c.expect("no")
	})

	t.Run("REQ-443/answer that a page replaces is given up", func(t *testing.T) {
		canceled := make(chan struct{})
		run := startAt(t, handler(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/404.html" {
				io.WriteString(w, "page")
				return
			}
			w.WriteHeader(404)
			io.WriteString(w, "endless")
			w.(http.Flusher).Flush()
			<-r.Context().Done()
			close(canceled)
		}), errorPage(404, "/404.html", 200))
		c := dial(t, run)
		c.write(get)
		c.until("\r\n\r\npage")
		arrives(t, canceled, "the end of the origin's answer")
	})

	t.Run("REQ-291/viewer gone before the answer", func(t *testing.T) {
		asked, canceled := make(chan struct{}), make(chan struct{})
		run := startAt(t, handler(t, func(w http.ResponseWriter, r *http.Request) {
			close(asked)
			<-r.Context().Done()
			close(canceled)
		}))
		c := dial(t, run)
		c.write(get)
		arrives(t, asked, "the request at the origin")
		c.conn.SetLinger(0)
		c.conn.Close()
		arrives(t, canceled, "the end of the origin's request")
		if x := run.watch.wait(t); x.Trace.Reason != ViewerGone || x.Trace.Broken == nil {
			t.Errorf("reason %s, broken %v", x.Trace.Reason, x.Trace.Broken)
		}
	})

	t.Run("REQ-290/viewer gone while the answer is sent", func(t *testing.T) {
		canceled := make(chan struct{})
		run := startAt(t, handler(t, func(w http.ResponseWriter, r *http.Request) {
			defer close(canceled)
			for r.Context().Err() == nil {
				w.Write(make([]byte, 32<<10))
				w.(http.Flusher).Flush()
			}
		}))
		c := dial(t, run)
		c.write(get)
		c.until("\r\n\r\n")
		c.conn.SetLinger(0)
		c.conn.Close()
		arrives(t, canceled, "the end of the origin's request")
		if x := run.watch.wait(t); x.Trace.Broken != errViewerLeft || x.Response.Status != 200 {
			t.Errorf("status %d, broken %v", x.Response.Status, x.Trace.Broken)
		}
	})
}

// TestConnections looks at when the edge ends a viewer's connection by itself.
func TestConnections(t *testing.T) {
	run := startAt(t, handler(t, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "hello") }), byDefault(allow(readWrite)), ordered("/r", "app", read))
	const kept, closed = "Connection: keep-alive\r\n", "Connection: close\r\n"
	tests := []struct {
		name, rule, request, connection string
	}{
		{"get", "REQ-093", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", kept},
		{"get that closes", "REQ-093", "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", closed},
		{"refusal", "REQ-093", "POST /r HTTP/1.1\r\nHost: localhost\r\n\r\n", kept},
		{"refusal of a body", "REQ-093", "POST /r HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc", closed},
		{"refusal of a body that has not come", "REQ-093", "POST /r HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\n", closed},
		{"malformed", "REQ-151", "GET /%z HTTP/1.1\r\nHost: localhost\r\n\r\n", closed},
		{"old", "REQ-288", "GET / HTTP/1.0\r\nHost: localhost\r\n\r\n", closed},
		{"old that keeps alive", "REQ-288", "GET / HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n", kept},
		{"body that was read", "REQ-250", "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc", kept},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			c := dial(t, run)
			c.write(tt.request)
			if head := c.until("\r\n\r\n"); !strings.Contains(head, tt.connection) {
				t.Fatalf("head %q", head)
			}
			if tt.connection == closed {
				if _, err := c.rest(); err != nil {
					t.Errorf("the connection ended with %v", err)
				}
				return
			}
			c.write("GET /second HTTP/1.1\r\nHost: localhost\r\n\r\n")
			c.until("HTTP/1.1 200 OK\r\n")
		})
	}
}
