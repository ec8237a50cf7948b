package edge

import (
	"bytes"
	"context"
	"io"
	"testing"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
	"edgecase/origins"
)

// A repeater is a connection on which the same request comes n times.
type repeater struct {
	typed
	request []byte
	left    int
	pending []byte
}

func (r *repeater) Read(p []byte) (int, error) {
	if len(r.pending) == 0 {
		if r.left == 0 {
			return 0, io.EOF
		}
		r.left--
		r.pending = r.request
	}
	n := copy(p, r.pending)
	r.pending = r.pending[n:]
	return n, nil
}

func (r *repeater) Write(p []byte) (int, error) { return len(p), nil }

// ready is a transport that always has the same answer.
type ready struct{ body []byte }

func (r ready) RoundTrip(context.Context, *http1.Request) (*origins.Result, error) {
	return &origins.Result{Place: "memory", Response: &http1.Response{
		Status: 200, Major: 1, Minor: 1, ContentLength: int64(len(r.body)), Body: http1.Bytes(r.body),
		Fields: http1.Fields{{Name: "Content-Type", Value: "application/json"}, {Name: "Content-Length", Value: "1024"},
			{Name: "Date", Value: "Tue, 24 Nov 2026 12:00:00 GMT"}, {Name: "Server", Value: "gunicorn"}, {Name: "Vary", Value: "Accept-Encoding, Cookie"}},
	}}, nil
}

// benchmark serves a request again and again on one connection.
func benchmark(b *testing.B, request string) {
	d := distributionOf(ordered("/api/*", "app", readWrite, forwardsAllBut("Host")), ordered("/static/*", "app", read), ordered("/packed/*", "app", read, compresses()), errorPage(404, "/404.html", 404))
	e, err := New(&cloudfront.Config{Distributions: []*cloudfront.Distribution{d}}, Options{})
	if err != nil {
		b.Fatal(err)
	}
	for _, members := range e.site.Load().behaviors {
		for _, m := range members {
			m.transport = ready{bytes.Repeat([]byte("a"), 1024)}
		}
	}
	head, body := wire(request)
	c := &repeater{request: []byte(head + body), left: b.N}
	b.ReportAllocs()
	b.ResetTimer()
	if err := e.Serve(context.Background(), http1.NewConn(c, http1.ConnOptions{})); err != nil || c.left > 0 {
		b.Fatalf("%v, %d requests left", err, c.left)
	}
}

func BenchmarkRefusedPost(b *testing.B) {
	benchmark(b, request("POST /auth", "User-Agent: bench", "Accept: */*"))
}

func BenchmarkProxiedGet(b *testing.B) {
	benchmark(b, request("GET /api/items?page=2", "User-Agent: bench", "Accept: application/json", "Accept-Encoding: gzip", "Cookie: sid=1; theme=dark"))
}

func BenchmarkGzippedGet(b *testing.B) {
	benchmark(b, request("GET /packed/items", "User-Agent: bench", "Accept: application/json", "Accept-Encoding: gzip"))
}

func BenchmarkBrotliGet(b *testing.B) {
	benchmark(b, request("GET /packed/items", "User-Agent: bench", "Accept: application/json", "Accept-Encoding: br"))
}

func BenchmarkRedirect(b *testing.B) {
	d := distributionOf(byDefault(over(cloudfront.RedirectToHTTPS)))
	e, err := New(&cloudfront.Config{Distributions: []*cloudfront.Distribution{d}}, Options{})
	if err != nil {
		b.Fatal(err)
	}
	r := &Request{Method: "GET", Path: "/", Scheme: "http", Host: "www.example.com", Major: 1, Minor: 1}
	for b.Loop() {
		e.Explain(context.Background(), r, Assume{})
	}
}
