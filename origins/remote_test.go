package origins

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
)

// A wire is a place whose connections are pipes in this process: what goes over them is exact, and so is time in a
// synctest bubble. Each connection is served by the function, which is told which one it is, from 1 on.
type wire struct {
	serve func(c *peer, n int)
	count atomic.Int32
	wait  sync.WaitGroup
}

// A peer is the far end of a connection.
type peer struct {
	net.Conn
	in *bufio.Reader
}

func (w *wire) dial(context.Context, string, string) (net.Conn, error) {
	near, far := net.Pipe()
	n := int(w.count.Add(1))
	w.wait.Go(func() {
		defer far.Close()
		w.serve(&peer{far, bufio.NewReader(far)}, n)
	})
	return near, nil
}

// head reads a request's head and returns it, or "" at the end.
func (p *peer) head() string {
	var b strings.Builder
	for {
		line, err := p.in.ReadString('\n')
		b.WriteString(line)
		if err != nil {
			return ""
		}
		if line == "\r\n" {
			return b.String()
		}
	}
}

func (p *peer) say(s string) { io.WriteString(p, s) }

const hello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"

// pool returns a pool whose only place is the wire, and the transport of the origin there.
func (w *wire) pool(t *testing.T, o *cloudfront.Origin) (*Pool, Transport) {
	t.Helper()
	p := NewPool(Places{{ID: "*", Place: Place{Kind: PlaceURL, URL: "http://place:80"}}}, PoolOptions{Dial: w.dial})
	return p, transport(t, p, o)
}

func transport(t *testing.T, p *Pool, o *cloudfront.Origin) Transport {
	t.Helper()
	tr, err := p.For(o)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// get and post are requests as the edge makes them.
func get(path string) *http1.Request {
	path, query, has := strings.Cut(path, "?")
	return &http1.Request{Method: "GET", Path: path, RawQuery: query, HasQuery: has, Scheme: "http", Host: "origin.example",
		Major: 1, Minor: 1, Fields: http1.Fields{{Name: "Host", Value: "origin.example"}}}
}

func post(body string) *http1.Request {
	r := get("/")
	r.Method = "POST"
	if body != "" {
		r.Body, r.ContentLength, r.HasLength = io.NopCloser(strings.NewReader(body)), int64(len(body)), true
	}
	return r
}

// read reads a result to its end.
func read(t *testing.T, r *Result, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if r.Response.Body == nil {
		return ""
	}
	defer r.Response.Body.Close()
	b, err := io.ReadAll(r.Response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// kindOf returns the kind of an error that must be an *Error, and "" for none.
func kindOf(t *testing.T, err error) (ErrorKind, int) {
	t.Helper()
	if err == nil {
		return "", 0
	}
	e, ok := errors.AsType[*Error](err)
	if !ok {
		t.Fatalf("%T %v is no *Error", err, err)
	}
	return e.Kind, len(e.Attempts)
}

// settings are an origin's, beside those of origin().
func settings(change func(*cloudfront.Origin)) *cloudfront.Origin {
	o := origin("app", "origin.example")
	if change != nil {
		change(o)
	}
	return o
}

func TestRequestOnTheWire(t *testing.T) {
	tests := []struct {
		name, rule string
		place      Place
		request    func() *http1.Request
		want       string
	}{
		{"fields as they are", "REQ-204", Place{Kind: PlaceURL, URL: "http://place"}, func() *http1.Request {
			r := get("/a//b/%7e/../c?x=%zz&y")
			r.Fields = http1.Fields{{Name: "hOST", Value: "origin.example"}, {Name: "x-B", Value: "1"}, {Name: "X-a", Value: "2"}, {Name: "x-b", Value: "3"}}
			return r
		}, "GET /a//b/%7e/../c?x=%zz&y HTTP/1.1\r\nhOST: origin.example\r\nx-B: 1\r\nX-a: 2\r\nx-b: 3\r\n\r\n"},
		{"empty query string", "REQ-204", Place{Kind: PlaceURL, URL: "http://place"}, func() *http1.Request { return get("/?") },
			"GET /? HTTP/1.1\r\nHost: origin.example\r\n\r\n"},
		{"the place's path goes in front", "REQ-204", Place{Kind: PlaceURL, URL: "http://place/v1%2F"}, func() *http1.Request { return get("/prod/x") },
			"GET /v1%2F/prod/x HTTP/1.1\r\nHost: origin.example\r\n\r\n"},
		{"a store's bucket and Host", "REQ-397", Place{Kind: PlaceS3, URL: "http://minio:9000", Bucket: "media"}, func() *http1.Request { return get("/x") },
			"GET /media/x HTTP/1.1\r\nHost: minio:9000\r\n\r\n"},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			var got string
			w := &wire{serve: func(c *peer, _ int) { got = c.head(); c.say(hello) }}
			p := NewPool(Places{{ID: "*", Place: tt.place}}, PoolOptions{Dial: w.dial})
			defer w.wait.Wait()
			defer p.Close()
			r := tt.request()
			before := *r
			before.Fields = r.Fields.Clone()
			result, err := transport(t, p, settings(nil)).RoundTrip(t.Context(), r)
			if body := read(t, result, err); body != "hello" {
				t.Errorf("body %q", body)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if diff := cmp.Diff(before.Fields, r.Fields); diff != "" || r.Path != before.Path || r.Host != before.Host {
				t.Errorf("the request was changed (-before +after)\n%s", diff)
			}
		})
	}
}

// Every way in which an origin fails before its answer has begun, with the time and the attempts it takes.
func TestFailures(t *testing.T) {
	const second = time.Second
	silent := func(c *peer, _ int) { c.head(); io.Copy(io.Discard, c.in) }
	says := func(s string) func(*peer, int) { return func(c *peer, _ int) { c.head(); c.say(s) } }
	tests := []struct {
		name, rule string
		serve      func(*peer, int)
		dial       func(context.Context) error
		origin     func(*cloudfront.Origin)
		request    *http1.Request
		want       ErrorKind
		attempts   int
		after      time.Duration
	}{
		{"F1 unresolved", "REQ-349", nil, func(context.Context) error { return &net.DNSError{Err: "no such host", IsNotFound: true} },
			nil, get("/"), Unresolved, 1, 0},
		{"F2 refused", "REQ-325", nil, func(context.Context) error { return errors.New("connection refused") }, nil, get("/"), Refused, 3, 0},
		{"F2 refused, POST", "REQ-328", nil, func(context.Context) error { return errors.New("connection refused") }, nil, post("x"), Refused, 3, 0},
		{"F2 refused, one attempt", "REQ-325", nil, func(context.Context) error { return errors.New("connection refused") },
			func(o *cloudfront.Origin) { o.ConnectionAttempts = 1 }, get("/"), Refused, 1, 0},
		{"F3 connect timeout", "REQ-325", nil, func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }, nil, get("/"), ConnectTimeout, 3, 30 * second},
		{"F3 connect timeout, settings", "REQ-325", nil, func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() },
			func(o *cloudfront.Origin) { o.ConnectionAttempts, o.ConnectionTimeout = 2, 4*second }, post("x"), ConnectTimeout, 2, 8 * second},
		{"F5 silent, GET", "REQ-327", silent, nil, nil, get("/"), ReadTimeout, 3, 90 * second},
		{"F5 silent, POST", "REQ-328", silent, nil, nil, post("x"), ReadTimeout, 1, 30 * second},
		{"F5 silent, settings", "REQ-326", silent, nil, func(o *cloudfront.Origin) { o.ConnectionAttempts, o.OriginReadTimeout = 2, 7*second },
			get("/"), ReadTimeout, 2, 14 * second},
		{"F5 silent in the head", "REQ-326", func(c *peer, _ int) { c.head(); c.say("HTTP/1.1 200 OK\r\nA: b"); io.Copy(io.Discard, c.in) }, nil,
			nil, post("x"), ReadTimeout, 1, 30 * second},
		{"F6 closes early", "REQ-346", says(""), nil, nil, get("/"), Closed, 1, 0},
		{"F6 half a head", "REQ-346", says("HTTP/1.1 200 OK\r\nContent-Le"), nil, nil, get("/"), Closed, 1, 0},
		{"F7 garbage", "REQ-346", says("220 mail.example ESMTP\r\n"), nil, nil, get("/"), Invalid, 1, 0},
		{"F7 bad status", "REQ-346", says("HTTP/1.1 2000 OK\r\n\r\n"), nil, nil, get("/"), Invalid, 1, 0},
		{"F7 two lengths", "REQ-346", says("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxy"), nil, nil, get("/"), Invalid, 1, 0},
		{"F7 transfer coding", "REQ-283", says("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nxy"), nil, nil, get("/"), Invalid, 1, 0},
		{"F7 101 nobody asked for", "REQ-277", says("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"), nil, nil, get("/"), Invalid, 1, 0},
		{"F8 head too large", "REQ-149", says("HTTP/1.1 200 OK\r\nA: " + strings.Repeat("a", 33000) + "\r\n\r\n"), nil, nil, get("/"), HeadTooLarge, 1, 0},
		{"F9 wrong range", "REQ-346", says("HTTP/1.1 206 Partial Content\r\nContent-Length: 3\r\nContent-Range: bytes 0-9/100\r\n\r\nabc"), nil, nil, get("/"), WrongRange, 1, 0},
		{"F9 wrong range, empty", "REQ-346", says("HTTP/1.1 206 Partial Content\r\nContent-Length: 0\r\nContent-Range: bytes 0-9/100\r\n\r\n"), nil, nil, get("/"), WrongRange, 1, 0},
		{"F11 completion timeout", "REQ-330", silent, nil, func(o *cloudfront.Origin) { o.ResponseCompletionTimeout = 40 * second }, get("/"), Incomplete, 2, 40 * second},
		{"F11 completion timeout while connecting", "REQ-330", nil, func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() },
			func(o *cloudfront.Origin) { o.ResponseCompletionTimeout = 15 * second }, get("/"), Incomplete, 2, 15 * second},
		{"F14 second 100", "REQ-258", says("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" + hello), nil, nil, get("/"), Invalid, 1, 0},
		{"F15 closes while the body is sent", "REQ-263", says(""), nil, nil, post(strings.Repeat("x", 1<<20)), WriteFailed, 1, 0},
		{"F15 takes no more", "REQ-263", func(c *peer, _ int) { c.in.Peek(1); time.Sleep(time.Hour) }, nil, nil, post(strings.Repeat("x", 1<<20)), WriteFailed, 1, 60 * second},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &wire{serve: tt.serve}
				dials := 0
				p := NewPool(Places{{ID: "*", Place: Place{Kind: PlaceURL, URL: "http://place:80"}}}, PoolOptions{
					Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
						dials++
						if tt.dial != nil {
							return nil, tt.dial(ctx)
						}
						return w.dial(ctx, network, address)
					}})
				defer w.wait.Wait()
				defer p.Close()
				began := time.Now()
				_, err := transport(t, p, settings(tt.origin)).RoundTrip(t.Context(), tt.request)
				kind, attempts := kindOf(t, err)
				if kind != tt.want || attempts != tt.attempts || dials != tt.attempts {
					t.Errorf("%s after %d attempts and %d dials, want %s after %d: %v", kind, attempts, dials, tt.want, tt.attempts, err)
				}
				if took := time.Since(began); took != tt.after {
					t.Errorf("took %v, want %v", took, tt.after)
				}
				if e, ok := errors.AsType[*Error](err); ok && (e.Place != "http://place:80" || !strings.Contains(e.Error(), "http://place:80")) {
					t.Errorf("the error does not name the place: %v", e)
				}
			})
		})
	}
}

func TestSecondAttemptAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{serve: func(c *peer, n int) {
			c.head()
			if n < 3 {
				io.Copy(io.Discard, c.in)
				return
			}
			c.say(hello)
		}}
		defer w.wait.Wait()
		p, tr := w.pool(t, settings(nil))
		defer p.Close()
		began := time.Now()
		result, err := tr.RoundTrip(t.Context(), get("/"))
		if body := read(t, result, err); body != "hello" || len(result.Attempts) != 3 || time.Since(began) != time.Minute {
			t.Errorf("REQ-327: %q after %d attempts and %v", body, len(result.Attempts), time.Since(began))
		}
		if result.Attempts[0].Took != 30*time.Second || result.Attempts[0].Err == nil || result.Attempts[2].Err != nil {
			t.Errorf("attempts %+v", result.Attempts)
		}
	})
}

func TestBodyBreaks(t *testing.T) {
	const second = time.Second
	hang := func(c *peer) { io.Copy(io.Discard, c.in) }
	tests := []struct {
		name, rule string
		serve      func(*peer)
		origin     func(*cloudfront.Origin)
		want       ErrorKind // "" is a proper end
		body       string
		after      time.Duration
	}{
		{"length, closed", "REQ-289", func(c *peer) { c.say("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhel") }, nil, Closed, "hel", 0},
		{"chunked, closed", "REQ-289", func(c *peer) { c.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n") }, nil, Closed, "hel", 0},
		{"until close, closed", "REQ-289", func(c *peer) { c.say("HTTP/1.1 200 OK\r\n\r\nhel") }, nil, "", "hel", 0},
		{"bad chunk", "REQ-289", func(c *peer) {
			c.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\nzz\r\n")
			hang(c)
		}, nil, Invalid, "hel", 0},
		{"F10 pause", "REQ-326", func(c *peer) { c.say("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhel"); hang(c) }, nil, ReadTimeout, "hel", 30 * second},
		{"slow, but never silent", "REQ-331", func(c *peer) {
			c.say("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
			for _, r := range "hello" {
				time.Sleep(29 * second)
				c.say(string(r))
			}
		}, nil, "", "hello", 145 * second},
		{"F11 completion timeout", "REQ-330", func(c *peer) {
			c.say("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhel")
			hang(c)
		}, func(o *cloudfront.Origin) { o.ResponseCompletionTimeout = 10 * second }, Incomplete, "hel", 10 * second},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &wire{serve: func(c *peer, _ int) { c.head(); tt.serve(c) }}
				defer w.wait.Wait()
				p, tr := w.pool(t, settings(tt.origin))
				defer p.Close()
				began := time.Now()
				result, err := tr.RoundTrip(t.Context(), get("/"))
				if err != nil {
					t.Fatal(err)
				}
				defer result.Response.Body.Close()
				b, err := io.ReadAll(result.Response.Body)
				if errors.Is(err, io.EOF) {
					t.Errorf("%v is taken for the end of the body", err)
				}
				if kind, _ := kindOf(t, err); kind != tt.want || string(b) != tt.body || time.Since(began) != tt.after {
					t.Errorf("%q, %v after %v; want %q, %s after %v", b, err, time.Since(began), tt.body, tt.want, tt.after)
				}
			})
		})
	}
}

func TestAnswers(t *testing.T) {
	tests := []struct {
		name, rule, method, wire string
		status                   int
		body                     string
		length                   int64
		reused                   bool
	}{
		{"length", "REQ-319", "GET", hello, 200, "hello", 5, true},
		{"chunked", "REQ-283", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", 200, "hello", -1, true},
		{"until close", "REQ-289", "GET", "HTTP/1.1 200 OK\r\n\r\nhello", 200, "hello", -1, false},
		{"Connection: close", "REQ-319", "GET", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello", 200, "hello", 5, false},
		{"HTTP/1.0", "REQ-319", "GET", "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, "hello", 5, false},
		{"HEAD", "REQ-287", "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 200, "", 5, true},
		{"304", "REQ-281", "GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", 304, "", 0, true},
		{"204", "REQ-278", "GET", "HTTP/1.1 204 No Content\r\n\r\n", 204, "", 0, true},
		{"redirect is not followed", "REQ-279", "GET", "HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n", 302, "", 0, true},
		{"interim answers", "REQ-277", "GET", "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" + hello, 200, "hello", 5, true},
		{"range", "REQ-491", "GET", "HTTP/1.1 206 Partial Content\r\nContent-Length: 5\r\nContent-Range: bytes 5-9/100\r\n\r\nhello", 206, "hello", 5, true},
		{"several ranges", "REQ-491", "GET", "HTTP/1.1 206 Partial Content\r\nContent-Type: multipart/byteranges; boundary=x\r\nContent-Length: 5\r\n\r\nhello", 206, "hello", 5, true},
		{"more than was asked for", "REQ-346", "GET", hello + "HTTP/1.1 200 OK\r\n\r\nspoof", 200, "hello", 5, false},
		{"5xx of its own, F12", "REQ-282", "GET", "HTTP/1.1 503 Busy\r\nContent-Length: 5\r\n\r\nhello", 503, "hello", 5, true},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &wire{serve: func(c *peer, n int) {
					for c.head() != "" {
						c.say(tt.wire)
						if !tt.reused {
							return
						}
					}
				}}
				defer w.wait.Wait()
				p, tr := w.pool(t, settings(nil))
				defer p.Close()
				for i := range 2 {
					req := get("/")
					req.Method = tt.method
					result, err := tr.RoundTrip(t.Context(), req)
					body := read(t, result, err)
					r := result.Response
					if r.Status != tt.status || body != tt.body || r.ContentLength != tt.length {
						t.Fatalf("%+v, body %q", r, body)
					}
					if reused := result.Attempts[len(result.Attempts)-1].Reused; reused != (tt.reused && i == 1) {
						t.Errorf("request %d: reused %t", i+1, reused)
					}
				}
			})
		})
	}
}

func TestKeepalive(t *testing.T) {
	tests := []struct {
		name    string
		timeout time.Duration
		pause   time.Duration
		want    int32 // connections for two requests
	}{
		{"default, in time", 0, 5*time.Second - 1, 1},
		{"default, too late", 0, 5*time.Second + 1, 2},
		{"set, in time", 60 * time.Second, 60*time.Second - 1, 1},
		{"set, too late", 60 * time.Second, 60*time.Second + 1, 2},
	}
	for _, tt := range tests {
		t.Run("REQ-319/"+tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &wire{serve: func(c *peer, _ int) {
					for c.head() != "" {
						c.say(hello)
					}
				}}
				defer w.wait.Wait()
				o := settings(func(o *cloudfront.Origin) { o.OriginKeepaliveTimeout = tt.timeout })
				p, tr := w.pool(t, o)
				defer p.Close()
				result, err := tr.RoundTrip(t.Context(), get("/"))
				read(t, result, err)
				time.Sleep(tt.pause)
				synctest.Wait()
				// A reload makes transports anew; the connections stay.
				result, err = transport(t, p, o).RoundTrip(t.Context(), get("/"))
				read(t, result, err)
				if n := w.count.Load(); n != tt.want {
					t.Errorf("%d connections, want %d", n, tt.want)
				}
			})
		})
	}
}

func TestKeepaliveForgets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{serve: func(c *peer, _ int) {
			for c.head() != "" {
				c.say(hello)
			}
		}}
		defer w.wait.Wait()
		p, tr := w.pool(t, settings(nil))
		for i := range 3 {
			req := get("/")
			req.Host = fmt.Sprintf("host-%d.example", i)
			result, err := tr.RoundTrip(t.Context(), req)
			read(t, result, err)
		}
		if n := w.count.Load(); n != 1 {
			t.Errorf("%d connections for three hosts over plain HTTP, want 1", n)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if n := len(p.conns.idle); n != 0 {
			t.Errorf("%d routes are remembered after a minute", n)
		}
		p.Close()
		result, err := tr.RoundTrip(t.Context(), get("/"))
		read(t, result, err)
		if n := len(p.conns.idle); n != 0 {
			t.Errorf("a closed pool keeps %d routes", n)
		}
	})
}

// A connection that the place closed while it was idle is found out when it is used.
func TestStale(t *testing.T) {
	// gone closes after the first answer; seen reads a second request and closes then.
	gone := func(*peer) {}
	seen := func(c *peer) { c.head() }
	tests := []struct {
		name     string
		second   func(*peer)
		request  *http1.Request
		want     ErrorKind
		attempts int
	}{
		{"GET", gone, get("/"), "", 2},
		{"GET that was seen", seen, get("/"), "", 2},
		{"POST without body", gone, post(""), "", 2},
		{"POST without body that was seen", seen, post(""), Closed, 1},
		{"half an answer", func(c *peer) { c.head(); c.say("HTTP/1.1 200") }, get("/"), Closed, 1},
	}
	for _, tt := range tests {
		t.Run("REQ-319/"+tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &wire{serve: func(c *peer, n int) {
					c.head()
					c.say(hello)
					if n <= 3 {
						tt.second(c)
						return
					}
					c.head()
				}}
				defer w.wait.Wait()
				p, tr := w.pool(t, settings(func(o *cloudfront.Origin) { o.ConnectionAttempts = 1 }))
				defer p.Close()
				// Three connections, so that a retry on another idle one would fail, too.
				var results []*Result
				for range 3 {
					result, err := tr.RoundTrip(t.Context(), get("/"))
					if err != nil {
						t.Fatal(err)
					}
					results = append(results, result)
				}
				for _, result := range results {
					read(t, result, nil)
				}
				synctest.Wait()
				result, err := tr.RoundTrip(t.Context(), tt.request)
				kind, attempts := kindOf(t, err)
				if err == nil {
					attempts = len(result.Attempts)
					if body := read(t, result, nil); body != "hello" {
						t.Errorf("body %q", body)
					}
				}
				if kind != tt.want || attempts != tt.attempts {
					t.Errorf("%q after %d attempts, want %q after %d: %v", kind, attempts, tt.want, tt.attempts, err)
				}
			})
		})
	}
	t.Run("REQ-319/POST with body is not repeated", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w := &wire{serve: func(c *peer, _ int) { c.head(); c.say(hello); c.head() }}
			defer w.wait.Wait()
			p, tr := w.pool(t, settings(nil))
			defer p.Close()
			result, err := tr.RoundTrip(t.Context(), get("/"))
			read(t, result, err)
			_, err = tr.RoundTrip(t.Context(), post("once"))
			if kind, attempts := kindOf(t, err); kind != Closed && kind != WriteFailed || attempts != 1 || w.count.Load() != 1 {
				t.Errorf("%v after %d attempts", err, attempts)
			}
		})
	})
}

// Over TCP, a connection that was closed while it was idle is not even tried.
func TestClosedWhileIdle(t *testing.T) {
	l := listen(t)
	closed := make(chan struct{})
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			p := &peer{c, bufio.NewReader(c)}
			p.head()
			p.say(hello)
			c.Close()
			closed <- struct{}{}
		}
	}()
	p := NewPool(Places{{ID: "*", Place: Place{Kind: PlaceURL, URL: "http://" + l.Addr().String()}}}, PoolOptions{})
	defer p.Close()
	tr := transport(t, p, settings(nil))
	for range 3 {
		result, err := tr.RoundTrip(t.Context(), post(""))
		if body := read(t, result, err); body != "hello" {
			t.Errorf("REQ-319: body %q", body)
		}
		<-closed
	}
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := newListener()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func newListener() (net.Listener, error) { return net.Listen("tcp", "127.0.0.1:0") }

func TestNothingListens(t *testing.T) {
	l := listen(t)
	address := l.Addr().String()
	l.Close()
	p := NewPool(Places{{ID: "*", Place: Place{Kind: PlaceURL, URL: "http://" + address}}}, PoolOptions{})
	_, err := transport(t, p, settings(nil)).RoundTrip(t.Context(), get("/"))
	kind, attempts := kindOf(t, err)
	if kind != Refused || attempts != 3 || !strings.Contains(err.Error(), "connect to http://"+address+": ") {
		t.Errorf("REQ-325: %s after %d attempts: %v", kind, attempts, err)
	}
}

func TestCancel(t *testing.T) {
	for _, tt := range []struct {
		name  string
		serve func(*peer)
		inner bool // cancel while the body is read
	}{
		{"before the answer", func(*peer) {}, false},
		{"in the body", func(c *peer) { c.say("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhel") }, true},
	} {
		t.Run("REQ-291/"+tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				gone := false
				w := &wire{serve: func(c *peer, _ int) {
					c.head()
					tt.serve(c)
					io.Copy(io.Discard, c.in)
					gone = true
				}}
				p, tr := w.pool(t, settings(nil))
				defer p.Close()
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(time.Second, cancel)
				began := time.Now()
				result, err := tr.RoundTrip(ctx, get("/"))
				if tt.inner {
					if err != nil {
						t.Fatal(err)
					}
					defer result.Response.Body.Close()
					_, err = io.ReadAll(result.Response.Body)
				}
				if kind, _ := kindOf(t, err); kind != Canceled || time.Since(began) != time.Second {
					t.Errorf("%v after %v", err, time.Since(began))
				}
				if w.wait.Wait(); !gone {
					t.Error("the place's connection was not closed")
				}
			})
		})
	}
}

func TestBodyGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{serve: func(c *peer, _ int) {
			c.head()
			c.say("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhel")
			c.head()
		}}
		p, tr := w.pool(t, settings(nil))
		defer p.Close()
		result, err := tr.RoundTrip(t.Context(), get("/"))
		if err != nil {
			t.Fatal(err)
		}
		result.Response.Body.Close()
		w.wait.Wait() // the place sees the end of its connection
	})
}

// A blocked body never gives a byte until it is closed.
type blocked struct{ done chan struct{} }

func (b blocked) Read([]byte) (int, error) { <-b.done; return 0, errors.New("the viewer has gone") }
func (b blocked) Close() error             { return nil }

func TestEarlyAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{serve: func(c *peer, _ int) {
			c.head()
			c.say("HTTP/1.1 413 Too Large\r\nContent-Length: 5\r\n\r\nhello")
			c.head()
		}}
		p, tr := w.pool(t, settings(nil))
		defer p.Close()
		body := blocked{make(chan struct{})}
		req := post("")
		req.Body, req.ContentLength = body, -1
		result, err := tr.RoundTrip(t.Context(), req)
		if got := read(t, result, err); got != "hello" || result.Response.Status != 413 {
			t.Errorf("REQ-262: %d %q", result.Response.Status, got)
		}
		close(body.done)
		w.wait.Wait() // the connection, with half a request on it, is not kept
	})
}

func TestViewerBreaksOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{serve: func(c *peer, _ int) { c.head(); io.Copy(io.Discard, c.in) }}
		defer w.wait.Wait()
		p, tr := w.pool(t, settings(nil))
		defer p.Close()
		body := blocked{make(chan struct{})}
		close(body.done)
		req := post("")
		req.Body, req.ContentLength = body, -1
		_, err := tr.RoundTrip(t.Context(), req)
		if kind, attempts := kindOf(t, err); kind != Canceled || attempts != 1 {
			t.Errorf("REQ-261: %v", err)
		}
		if _, ok := errors.AsType[*http1.BodyError](err); !ok {
			t.Errorf("REQ-261: %v does not tell that the body broke off", err)
		}
	})
}

func TestBodyArrives(t *testing.T) {
	for _, tt := range []struct {
		name   string
		length int64
		want   string
	}{
		{"length", 4, "Content-Length: 4\r\n\r\nbody"},
		{"chunked", -1, "Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n"},
	} {
		t.Run("REQ-250/"+tt.name, func(t *testing.T) {
			var got string
			w := &wire{serve: func(c *peer, _ int) {
				got = c.head()
				buf := make([]byte, len(tt.want)-strings.Index(tt.want, "\r\n\r\n")-4)
				io.ReadFull(c.in, buf)
				got += string(buf)
				c.say(hello)
			}}
			p, tr := w.pool(t, settings(nil))
			defer p.Close()
			req := post("body")
			req.ContentLength = tt.length
			result, err := tr.RoundTrip(t.Context(), req)
			read(t, result, err)
			w.wait.Wait()
			if want := "POST / HTTP/1.1\r\nHost: origin.example\r\n" + tt.want; got != want {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}

func TestSwitch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{serve: func(c *peer, _ int) {
			c.head()
			c.say("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nfirst")
			line, _ := c.in.ReadString('\n')
			c.say("echo " + line)
		}}
		p, tr := w.pool(t, settings(func(o *cloudfront.Origin) { o.ResponseCompletionTimeout = time.Second }))
		defer p.Close()
		req := get("/ws")
		req.Fields = append(req.Fields, http1.Field{Name: "Connection", Value: "Upgrade"}, http1.Field{Name: "Upgrade", Value: "websocket"})
		ctx, cancel := context.WithCancel(t.Context())
		result, err := tr.RoundTrip(ctx, req)
		if err != nil {
			t.Fatal(err)
		}
		socket := result.Response.Switched
		if result.Response.Status != 101 || socket == nil {
			t.Fatalf("REQ-475: %+v", result.Response)
		}
		cancel()
		time.Sleep(time.Hour) // neither the context nor a timeout of the request ends a tunnel
		buf := make([]byte, 5)
		if _, err := io.ReadFull(socket, buf); err != nil || string(buf) != "first" {
			t.Fatalf("%q, %v", buf, err)
		}
		io.WriteString(socket, "hello\n")
		if b, err := io.ReadAll(socket); err != nil || string(b) != "echo hello\n" {
			t.Errorf("%q, %v", b, err)
		}
		socket.Close()
		w.wait.Wait()
	})
}

func TestTLS(t *testing.T) {
	names := make(chan string, 1)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		names <- r.TLS.ServerName + " " + r.Proto
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	trusted := x509.NewCertPool()
	trusted.AddCert(server.Certificate())
	tests := []struct {
		name, rule   string
		roots        *x509.CertPool
		host, scheme string
		unknown      bool // the origin's name is not known
		kind         cloudfront.Kind
		now          func() time.Time
		sni          string
		note         string
	}{
		{"accepted", "REQ-333", trusted, "example.com", "https", false, cloudfront.KindCustom, nil, "example.com", ""},
		{"port in Host", "REQ-336", trusted, "example.com:8443", "https", false, cloudfront.KindCustom, nil, "example.com", ""},
		{"other name", "REQ-202", trusted, "www.example.org", "https", false, cloudfront.KindCustom, nil, "www.example.org", "valid for example.com, *.example.com, not www.example.org"},
		{"unknown authority", "REQ-334", x509.NewCertPool(), "example.com", "https", false, cloudfront.KindCustom, nil, "example.com", "unknown authority"},
		{"expired", "REQ-333", trusted, "example.com", "https", false, cloudfront.KindCustom, func() time.Time { return time.Date(2999, 1, 1, 0, 0, 0, 0, time.UTC) }, "example.com", "has expired"},
		{"CloudFront would not use TLS", "REQ-310", x509.NewCertPool(), "example.com", "http", false, cloudfront.KindCustom, nil, "example.com", ""},
		{"a dev server for a bucket", "REQ-334", x509.NewCertPool(), "example.com", "https", false, cloudfront.KindS3, nil, "example.com", ""},
		{"name that only apply can tell", "REQ-336", trusted, "{aws_lb.api.dns_name}", "https", true, cloudfront.KindCustom, nil, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			p := NewPool(Places{{ID: "*", Place: Place{Kind: PlaceURL, URL: server.URL}}}, PoolOptions{Roots: tt.roots, Now: tt.now})
			defer p.Close()
			tr := transport(t, p, settings(func(o *cloudfront.Origin) {
				o.Kind = tt.kind
				if tt.unknown {
					o.DomainName = cloudfront.Text{Value: tt.host}
				}
			}))
			for i := range 2 {
				req := get("/")
				req.Host, req.Scheme = tt.host, tt.scheme
				req.Fields.Set("Host", "example.com")
				result, err := tr.RoundTrip(t.Context(), req)
				read(t, result, err)
				if got, want := <-names, tt.sni+" HTTP/1.1"; got != want {
					t.Errorf("the place saw %q, want %q", got, want)
				}
				if result.Attempts[0].Reused != (i == 1) {
					t.Errorf("request %d: %+v", i+1, result.Attempts)
				}
				switch {
				case tt.note == "" && slices.ContainsFunc(result.Notes, func(n Note) bool { return n.Rule == "REQ-334" }):
					t.Errorf("notes %v", result.Notes)
				case tt.note != "" && (len(result.Notes) != 1 || result.Notes[0].Rule != "REQ-334" ||
					!strings.Contains(result.Notes[0].Text, "CloudFront would answer 502") || !strings.Contains(result.Notes[0].Text, tt.note)):
					t.Errorf("request %d: notes %v, want %q", i+1, result.Notes, tt.note)
				}
			}
		})
	}
}

func TestTLSFails(t *testing.T) {
	handler := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	tests := []struct {
		name, rule string
		config     *tls.Config // nil is a server without TLS
		protocols  []string
		want       ErrorKind
	}{
		{"no TLS", "REQ-335", nil, nil, TLSFailed},
		{"no common version", "REQ-335", &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}, []string{"TLSv1.2"}, TLSFailed},
		{"old version is listed", "REQ-335", &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}, []string{"TLSv1.1", "TLSv1.2"}, ""},
		{"wants a client certificate, 1.2", "REQ-337", &tls.Config{ClientAuth: tls.RequireAnyClientCert, MaxVersion: tls.VersionTLS12}, nil, TLSFailed},
		{"wants a client certificate, 1.3", "REQ-337", &tls.Config{ClientAuth: tls.RequireAnyClientCert}, nil, TLSFailed},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			server := httptest.NewUnstartedServer(handler)
			server.Config.ErrorLog = quietLog()
			if tt.config == nil {
				server.Start()
			} else {
				server.TLS = tt.config
				server.StartTLS()
			}
			defer server.Close()
			place := "https://" + server.Listener.Addr().String()
			p := NewPool(Places{{ID: "*", Place: Place{Kind: PlaceURL, URL: place}}}, PoolOptions{})
			defer p.Close()
			result, err := transport(t, p, settings(func(o *cloudfront.Origin) { o.OriginSSLProtocols = tt.protocols })).RoundTrip(t.Context(), get("/"))
			if err == nil {
				read(t, result, nil)
			}
			if kind, _ := kindOf(t, err); kind != tt.want {
				t.Errorf("%s: %v, want %s", kind, err, tt.want)
			}
		})
	}
}

func TestTLSHandshakeTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{serve: func(c *peer, _ int) { io.Copy(io.Discard, c.in) }}
		defer w.wait.Wait()
		p := NewPool(Places{{ID: "*", Place: Place{Kind: PlaceURL, URL: "https://place"}}}, PoolOptions{Dial: w.dial})
		defer p.Close()
		began := time.Now()
		_, err := transport(t, p, settings(nil)).RoundTrip(t.Context(), get("/"))
		if kind, attempts := kindOf(t, err); kind != ConnectTimeout || attempts != 3 || time.Since(began) != 30*time.Second {
			t.Errorf("REQ-325: %v after %d attempts and %v", err, attempts, time.Since(began))
		}
	})
}
