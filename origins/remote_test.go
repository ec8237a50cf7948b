package origins

import (
	"context"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
)

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

// Whoever copies a body asks how much of it is there, to write what it has before it waits.
func TestBuffered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{serve: func(c *peer, _ int) { c.head(); c.say(hello) }}
		defer w.wait.Wait()
		p, tr := w.pool(t, settings(nil))
		defer p.Close()
		result, err := tr.RoundTrip(t.Context(), get("/"))
		if err != nil {
			t.Fatal(err)
		}
		body, ok := result.Response.Body.(http1.Buffered)
		if !ok || body.Buffered() != len("hello") {
			t.Fatalf("REQ-331: body of type %T does not say that all of it is there", result.Response.Body)
		}
		read(t, result, nil)
		if n := body.Buffered(); n != 0 {
			t.Errorf("REQ-331: %d bytes are there after the end", n)
		}
	})
}
