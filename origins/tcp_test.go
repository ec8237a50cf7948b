package origins

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
)

// A server is an origin on a real socket, where pipes would hide what a kernel does: buffers, half-closed connections,
// resets.
type server struct {
	place    Place
	accepted chan struct{} // one for each connection
}

// startServer gives every connection to serve, until the test is over.
func startServer(t *testing.T, serve func(c *peer, over <-chan struct{})) *server {
	t.Helper()
	l := listen(t)
	s := &server{place: Place{Kind: PlaceURL, URL: "http://" + l.Addr().String()}, accepted: make(chan struct{}, 16)}
	ctx, cancel := context.WithCancel(context.Background())
	var wait sync.WaitGroup
	wait.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s.accepted <- struct{}{}
			wait.Go(func() {
				defer context.AfterFunc(ctx, func() { c.Close() })()
				defer c.Close()
				serve(&peer{c, bufio.NewReader(c)}, ctx.Done())
			})
		}
	})
	t.Cleanup(func() {
		l.Close()
		cancel()
		wait.Wait()
	})
	return s
}

// transport asks the server for an origin that is patient for so long.
func (s *server) transport(t *testing.T, patience time.Duration) Transport {
	t.Helper()
	p := NewPool(Places{{ID: "*", Place: s.place}}, PoolOptions{})
	t.Cleanup(func() { p.Close() })
	return transport(t, p, settings(func(o *cloudfront.Origin) { o.OriginReadTimeout = patience }))
}

// asked fails the test if there have not been so many connections. The kernel opens one before it is accepted.
func (s *server) asked(t *testing.T, times int) {
	t.Helper()
	for range times {
		<-s.accepted
	}
	if n := len(s.accepted); n > 0 {
		t.Errorf("there have been %d connections more than %d", n, times)
	}
}

// gone waits until the other side has closed the connection.
func (p *peer) gone() { io.Copy(io.Discard, p.in) }

// reset ends the connection as a process does that dies.
func (p *peer) reset() { p.Conn.(*net.TCPConn).SetLinger(0) }

const (
	patient   = time.Minute           // far longer than the test
	impatient = 20 * time.Millisecond // for what is waited for in vain
)

func TestFailuresOverTCP(t *testing.T) {
	says := func(s string) func(*peer, <-chan struct{}) {
		return func(c *peer, _ <-chan struct{}) { c.head(); c.say(s); c.gone() }
	}
	large := func() *http1.Request { return post(strings.Repeat("x", 64<<20)) }
	tests := []struct {
		name, rule string
		serve      func(*peer, <-chan struct{})
		patience   time.Duration
		request    *http1.Request
		want       []ErrorKind
		asked      int
	}{
		{"F5 silent, GET", "REQ-327", says(""), impatient, get("/"), []ErrorKind{ReadTimeout}, 3},
		{"F5 silent, POST", "REQ-328", says(""), impatient, post("x"), []ErrorKind{ReadTimeout}, 1},
		{"F5 half a head", "REQ-326", says("HTTP/1.1 200 OK\r\nA"), impatient, post(""), []ErrorKind{ReadTimeout}, 1},
		{"F6 closes", "REQ-346", func(c *peer, _ <-chan struct{}) { c.head() }, patient, get("/"), []ErrorKind{Closed}, 1},
		{"F6 closes at once", "REQ-346", func(*peer, <-chan struct{}) {}, patient, get("/"), []ErrorKind{Closed, WriteFailed}, 1},
		{"F6 resets", "REQ-346", func(c *peer, _ <-chan struct{}) { c.head(); c.reset() }, patient, get("/"), []ErrorKind{Closed}, 1},
		{"F7 garbage", "REQ-346", says("SSH-2.0-OpenSSH_9.6\r\n"), patient, get("/"), []ErrorKind{Invalid}, 1},
		{"F7 two lengths", "REQ-346", says("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"), patient, get("/"), []ErrorKind{Invalid}, 1},
		{"F8 endless head", "REQ-149", func(c *peer, _ <-chan struct{}) {
			c.head()
			c.say("HTTP/1.1 200 OK\r\n")
			for _, err := io.WriteString(c, "A: b\r\n"); err == nil; {
				_, err = io.WriteString(c, strings.Repeat("A: b\r\n", 1000))
			}
		}, patient, get("/"), []ErrorKind{HeadTooLarge}, 1},
		{"F9 wrong range", "REQ-346", says("HTTP/1.1 206 Partial Content\r\nContent-Length: 3\r\nContent-Range: bytes 0-9/100\r\n\r\nabc"), patient, get("/"), []ErrorKind{WrongRange}, 1},
		{"F14 second 100", "REQ-258", says(strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 2) + hello), patient, get("/"), []ErrorKind{Invalid}, 1},
		{"F15 takes no more", "REQ-263", func(c *peer, over <-chan struct{}) { c.head(); <-over }, impatient, large(), []ErrorKind{WriteFailed}, 1},
		// Which of the two ends first, reading or writing, is the kernel's choice; both are 502.
		{"F15 resets in the body", "REQ-263", func(c *peer, _ <-chan struct{}) { c.head(); c.reset() }, patient, large(), []ErrorKind{WriteFailed, Closed}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			s := startServer(t, tt.serve)
			_, err := s.transport(t, tt.patience).RoundTrip(t.Context(), tt.request)
			kind, attempts := kindOf(t, err)
			if !slices.Contains(tt.want, kind) || attempts != tt.asked {
				t.Fatalf("%s after %d attempts, want %v after %d: %v", kind, attempts, tt.want, tt.asked, err)
			}
			s.asked(t, tt.asked)
		})
	}
}

// The connection of an answer that is not read to its end is closed, whoever gives up.
func TestConnectionCloses(t *testing.T) {
	const begun = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhel"
	tests := []struct {
		name, rule string
		patience   time.Duration
		end        func(result *Result, cancel func()) error
		want       ErrorKind
	}{
		{"the viewer has gone", "REQ-291", patient, func(r *Result, cancel func()) error {
			cancel()
			_, err := io.ReadAll(r.Response.Body)
			return err
		}, Canceled},
		{"F10 pause in the body", "REQ-326", time.Second / 2, func(r *Result, _ func()) error {
			_, err := io.ReadAll(r.Response.Body)
			return err
		}, ReadTimeout},
		{"given up", "REQ-289", patient, func(r *Result, _ func()) error { return r.Response.Body.Close() }, ""},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			gone := make(chan struct{}, 3) // one for each attempt
			s := startServer(t, func(c *peer, _ <-chan struct{}) { c.head(); c.say(begun); c.gone(); gone <- struct{}{} })
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			result, err := s.transport(t, tt.patience).RoundTrip(ctx, get("/"))
			if err != nil {
				t.Fatal(err)
			}
			if kind, _ := kindOf(t, tt.end(result, cancel)); kind != tt.want {
				t.Errorf("%q, want %q", kind, tt.want)
			}
			<-gone
		})
	}
}

// Both bodies flow while they are being made: a piece of one arrives before there is the next of the other.
func TestStreaming(t *testing.T) {
	s := startServer(t, func(c *peer, _ <-chan struct{}) {
		c.head()
		c.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
		for {
			size, err := c.in.ReadString('\n')
			if err != nil || size == "0\r\n" {
				c.say("0\r\n\r\n")
				return
			}
			data, _ := c.in.ReadString('\n')
			c.say(size + data)
		}
	})
	upload, write := io.Pipe()
	req := post("")
	req.Body, req.ContentLength = upload, -1
	result, err := s.transport(t, patient).RoundTrip(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	defer result.Response.Body.Close()
	for _, piece := range []string{"one", "two", "three"} {
		if _, err := io.WriteString(write, piece); err != nil {
			t.Fatal(err)
		}
		got := make([]byte, len(piece))
		if _, err := io.ReadFull(result.Response.Body, got); err != nil || string(got) != piece {
			t.Fatalf("REQ-252: %q, %v; want %q", got, err, piece)
		}
	}
	write.Close()
	if rest, err := io.ReadAll(result.Response.Body); err != nil || len(rest) > 0 {
		t.Errorf("REQ-252: %q, %v after the end", rest, err)
	}
}

// The edge answers 400 to a viewer whose chunks are none, and must find out here.
func TestMalformedBody(t *testing.T) {
	s := startServer(t, func(c *peer, _ <-chan struct{}) { c.head(); c.gone() })
	tests := []struct {
		name  string
		place Place
	}{{"url", s.place}, {"echo", Echo}}
	for _, tt := range tests {
		t.Run("REQ-150/"+tt.name, func(t *testing.T) {
			p := NewPool(Places{{ID: "*", Place: tt.place}}, PoolOptions{})
			defer p.Close()
			req := post("")
			req.Body, req.ContentLength = io.NopCloser(io.MultiReader(strings.NewReader("begin"), malformed{})), -1
			_, err := transport(t, p, settings(nil)).RoundTrip(t.Context(), req)
			if kind, _ := kindOf(t, err); kind != Canceled {
				t.Errorf("%s, want the viewer's fault: %v", kind, err)
			}
			broken, ok := errors.AsType[*http1.BodyError](err)
			if !ok {
				t.Fatalf("%v does not tell that the body broke off", err)
			}
			if cause, ok := errors.AsType[*http1.Error](broken.Err); !ok || cause.Kind != http1.BadFraming {
				t.Errorf("%v does not tell why the body broke off", err)
			}
		})
	}
}

// malformed is a viewer's body whose next chunk is none.
type malformed struct{}

func (malformed) Read([]byte) (int, error) {
	return 0, &http1.Error{Kind: http1.BadFraming, Detail: "chunk size is no number"}
}

// A body can be sent once. CloudFront refuses GET with a body (REQ-097), but a function may make one.
func TestBodyIsSentOnce(t *testing.T) {
	s := startServer(t, func(c *peer, _ <-chan struct{}) { c.head(); c.gone() })
	req := post("x")
	req.Method = "GET"
	_, err := s.transport(t, impatient).RoundTrip(t.Context(), req)
	if kind, attempts := kindOf(t, err); kind != ReadTimeout || attempts != 1 {
		t.Fatalf("REQ-327: %s after %d attempts: %v", kind, attempts, err)
	}
	s.asked(t, 1)
}
