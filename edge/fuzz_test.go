package edge

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
	"edgecase/origins"
)

// A typed connection is one whose viewer has sent everything already and closed its side.
type typed struct {
	io.Reader
	sent bytes.Buffer
}

func (c *typed) Write(p []byte) (int, error)      { return c.sent.Write(p) }
func (c *typed) Close() error                     { return nil }
func (c *typed) LocalAddr() net.Addr              { return &net.TCPAddr{} }
func (c *typed) RemoteAddr() net.Addr             { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 4711} }
func (c *typed) SetDeadline(time.Time) error      { return nil }
func (c *typed) SetReadDeadline(time.Time) error  { return nil }
func (c *typed) SetWriteDeadline(time.Time) error { return nil }

// FuzzServe sends bytes of any kind. Each request gets one answer, which is HTTP and carries its request's id; no origin
// is dialled, because none is mapped to an address.
func FuzzServe(f *testing.F) {
	for _, seed := range []string{
		request("GET /"), request("POST /api/x", "Content-Length: 3") + "abc", request("POST /", "Content-Length: 3") + "abc",
		request("POST /api/", "Transfer-Encoding: chunked") + "3\r\nabc\r\n0\r\n\r\n", request("HEAD /x"), request("OPTIONS *"), request("GET /%zz"),
		request("GET /static/../api/?a=b&&c"), request("CONNECT a:1"), request("PUT /dead/x", "Expect: 100-continue", "Content-Length: 1") + "a",
		request("GET /s/"), request("GET /a") + strings.ReplaceAll(request("DELETE /b"), "\n", "\r\n"), "GET / HTTP/1.0\n\n", "GET http://localhost HTTP/1.1\nHost: x\n\n",
		upgrade, "\x16\x03\x01\x02\x00\x01", "PRI * HTTP/2.0\n\nSM\n\n", request("GET /", "Connection: close", "Authorization: x", "Cookie: a=b; c"),
	} {
		head, body := wire(seed)
		f.Add([]byte(head + body))
	}
	watch := newWitness()
	pool := origins.NewPool(origins.Places{{ID: "dead", Place: origins.Place{Kind: origins.PlaceNone}}}, origins.PoolOptions{
		Dial: func(_ context.Context, _, address string) (net.Conn, error) {
			panic("an origin was dialled: " + address)
		},
	})
	f.Cleanup(func() { pool.Close() })
	d := distributionOf(
		hasOrigin("dead", cloudfront.KindCustom, "dead.example.net"), hasOrigin("bucket", cloudfront.KindS3, "b.s3.amazonaws.com"),
		ordered("/api/*", "app", readWrite, forwardsAllBut("Host")), ordered("/dead/*", "dead", readWrite), ordered("/s/*", "app", read, over(cloudfront.RedirectToHTTPS)),
		ordered("/b/*", "bucket", readWrite), errorPage(403, "/b/403.html", 200), errorPage(502, "/dead/502.html", 0), rootObject("index.html"),
		geoRestriction("blacklist", "CH"), httpVersion(cloudfront.HTTP2And3),
	)
	e, err := New(&cloudfront.Config{Distributions: []*cloudfront.Distribution{d}}, Options{Origins: pool, Observe: []Observer{watch}, DebugHeaders: true})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		watch.forget()
		c := &typed{Reader: bytes.NewReader(input)}
		e.Serve(t.Context(), http1.NewConn(c, http1.ConnOptions{}))
		r := bufio.NewReader(&c.sent)
		for _, x := range watch.exchanges() {
			if x.Document(); x.Trace.Reason == InternalError {
				t.Fatalf("a stage panicked: %v", x.Err)
			}
			resp, err := http.ReadResponse(r, &http.Request{Method: x.Viewer.Method})
			for err == nil && resp.StatusCode == 100 {
				resp, err = http.ReadResponse(r, &http.Request{Method: x.Viewer.Method})
			}
			if err != nil {
				t.Fatalf("%s %q: read the answer: %v", x.Viewer.Method, x.Viewer.Path, err)
			}
			if got := resp.Header["X-Amz-Cf-Id"]; len(got) != 1 || got[0] != x.requestID {
				t.Fatalf("request ids %q, want %q", got, x.requestID)
			}
			if resp.StatusCode == 101 {
				return
			}
			if _, err := io.Copy(io.Discard, resp.Body); err != nil {
				t.Fatalf("read the body: %v", err)
			}
		}
		if rest, _ := io.ReadAll(r); len(rest) > 0 {
			t.Fatalf("more than the answers was written: %q", rest)
		}
	})
}

// FuzzOrigin lets an origin answer with bytes of any kind. The viewer gets one message, with CloudFront's own fields once
// each, or sees that the body broke off.
func FuzzOrigin(f *testing.F) {
	for _, seed := range []string{
		hello, hangUp, "", "HTTP/1.1 204 No Content\n\n", "HTTP/1.0 200\n\nx", "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n3\r\nabc\r\n0\r\n\r\n",
		"HTTP/1.1 200 OK\nContent-Length: 3\n\nab", "HTTP/1.1 200 OK\nContent-Length: 1\n\nab", "HTTP/1.1 404 Not Found\nContent-Length: 0\nX-Cache: a\nVia: b\n\n",
		"HTTP/1.1 100 Continue\n\nHTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 101 Switching Protocols\n\n", "HTTP/1.1 206 P\nContent-Range: bytes 0-1/2\nContent-Length: 2\n\nab",
		"HTTP/1.1 304 Not Modified\nContent-Length: 5\n\n", "HTTP/1.1 200 OK\nX-A: a\x00b\nX-B: c\rd\nSet-Cookie: a\nConnection: x-amz-cf-id, X-A\n\n",
	} {
		head, body := wire(seed)
		f.Add("GET", []byte(head+body))
		f.Add("HEAD", []byte(head+body))
	}
	packed := "HTTP/1.1 200 OK\r\nContent-Type: text/css\r\nContent-Length: 1000\r\nETag: \"e\"\r\n\r\n" + strings.Repeat("a{b:c}\n\n\n\n", 100)
	f.Add("GET", []byte(packed))
	f.Add("GET", []byte(packed[:200]))
	f.Fuzz(func(t *testing.T, method string, input []byte) {
		if method != "HEAD" {
			method = "GET"
		}
		watch := newWitness()
		pool := origins.NewPool(origins.Places{{ID: "app", Place: origins.Place{Kind: origins.PlaceURL, URL: "http://127.0.0.1:1"}}}, origins.PoolOptions{
			Dial: func(context.Context, string, string) (net.Conn, error) {
				return &typed{Reader: bytes.NewReader(input)}, nil
			},
		})
		defer pool.Close()
		e, err := New(&cloudfront.Config{Distributions: []*cloudfront.Distribution{distributionOf(errorPage(404, "/404.html", 0), byDefault(compresses()))}}, Options{Origins: pool, Observe: []Observer{watch}})
		if err != nil {
			t.Fatal(err)
		}
		c := &typed{Reader: strings.NewReader(method + " / HTTP/1.1\r\nHost: www.example.com\r\nAccept-Encoding: gzip\r\n\r\n")}
		e.Serve(t.Context(), http1.NewConn(c, http1.ConnOptions{}))
		x := watch.wait(t)
		if x.Document(); x.Trace.Reason == InternalError {
			t.Fatalf("a stage panicked: %v", x.Err)
		}
		r := bufio.NewReader(&c.sent)
		resp, err := http.ReadResponse(r, &http.Request{Method: method})
		if err != nil {
			t.Fatalf("read the answer: %v", err)
		}
		_, err = io.Copy(io.Discard, resp.Body)
		if (err != nil) != (x.Trace.Broken != nil) {
			t.Errorf("the body ended with %v, the record says %v", err, x.Trace.Broken)
		}
		if rest, _ := io.ReadAll(r); len(rest) > 0 {
			t.Errorf("more than one answer: %q", rest)
		}
		for _, name := range []string{"X-Cache", "Via", "X-Amz-Cf-Pop", "X-Amz-Cf-Id"} {
			if len(resp.Header[name]) != 1 {
				t.Errorf("%s: %q", name, resp.Header[name])
			}
		}
	})
}
