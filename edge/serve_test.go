package edge

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
	"edgecase/origins"
)

// A broken transport has a fault of its own.
type broken struct{}

func (broken) RoundTrip(context.Context, *http1.Request) (*origins.Result, error) { panic("a fault") }

// TestPanics has a stage panic: the viewer gets an answer, others are served on.
func TestPanics(t *testing.T) {
	run := start(t, []*cloudfront.Distribution{distributionOf(errorPage(500, "/500.html", 200))}, false, nil, Options{})
	for _, members := range run.edge.site.Load().behaviors {
		members[0].transport = broken{}
	}
	got := run.send(t, request("GET /"))
	want := refused("500 Internal Server Error", "Bad request.", "close")
	if got := plain(got, requestIDs.FindAllStringSubmatch(got, -1)); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	x := run.watch.wait(t)
	if x.Trace.Reason != InternalError || x.Err.Cause == nil || x.Err.Cause.Error() != "panic: a fault" {
		t.Errorf("reason %s, %v", x.Trace.Reason, x.Err)
	}
	if got := run.send(t, request("POST /")); !strings.HasPrefix(got, "HTTP/1.1 403 ") {
		t.Errorf("then %q", got)
	}
}

// TestTLS serves a connection with TLS: the scheme and the CloudFront-* headers come from it.
func TestTLS(t *testing.T) {
	got := make(chan http.Header, 1)
	run := startAt(t, handler(t, func(w http.ResponseWriter, r *http.Request) { got <- r.Header }),
		byDefault(over(cloudfront.HTTPSOnly), forwardsHeaders("CloudFront-Viewer-TLS", "CloudFront-Forwarded-Proto")))
	certified := httptest.NewUnstartedServer(nil)
	certified.StartTLS()
	defer certified.Close()
	cfg := certified.TLS.Clone()
	cfg.NextProtos = nil

	near, far := net.Pipe()
	done := make(chan error)
	go func() {
		done <- run.edge.Serve(context.Background(), http1.NewConn(tls.Server(far, cfg), http1.ConnOptions{}))
	}()
	c := tls.Client(near, &tls.Config{RootCAs: certified.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs, ServerName: "example.com"})
	io.WriteString(c, "GET / HTTP/1.1\r\nHost: www.example.com\r\nConnection: close\r\n\r\n")
	answer, _ := io.ReadAll(c)
	if err := <-done; err != nil {
		t.Error(err)
	}
	if !strings.HasPrefix(string(answer), "HTTP/1.1 200 OK\r\n") {
		t.Fatalf("got %q", answer)
	}
	h := <-got
	if proto, session := h.Get("CloudFront-Forwarded-Proto"), h.Get("CloudFront-Viewer-TLS"); proto != "https" || session != "TLSv1.3:TLS_AES_128_GCM_SHA256:fullHandshake" {
		t.Errorf("the origin received %q and %q", proto, session)
	}
}

// TestUnanswered ends connections on which nothing can be answered.
func TestUnanswered(t *testing.T) {
	run := start(t, []*cloudfront.Distribution{distributionOf()}, false, nil, Options{})
	for _, text := range []string{"", "GET / HTTP/1.1\r\nHost: www.exam", "\r\n\r\n"} {
		if got := run.send(t, text); got != "" {
			t.Errorf("%q is answered with %q", text, got)
		}
	}
	if n := len(run.watch.exchanges()); n > 0 {
		t.Errorf("%d exchanges", n)
	}
}

// TestExplainLimits explains what is too large to be read.
func TestExplainLimits(t *testing.T) {
	run := start(t, []*cloudfront.Distribution{distributionOf(byDefault(allow(readWrite)))}, false, nil, Options{})
	long := string(make8k())
	tests := []struct {
		name, rule string
		edit       func(*Request)
		want       Reason
	}{
		{"nothing", "REQ-140", func(*Request) {}, OriginAnswered},
		{"url", "REQ-142", func(r *Request) { r.Path += long }, URLTooLong},
		{"query", "REQ-141", func(r *Request) { r.RawQuery = long }, URLTooLong},
		{"head", "REQ-143", func(r *Request) {
			for range 4 {
				r.Fields.Add("X-A", long)
			}
		}, HeadersTooLarge},
		{"head that was measured", "REQ-143", func(r *Request) { r.HeadBytes = 40000 }, HeadersTooLarge},
		{"body", "REQ-147", func(r *Request) { r.ContentLength = 64<<30 + 1 }, BodyTooLarge},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			r := &Request{Method: "POST", Path: "/", Scheme: "https", Host: "www.example.com", Major: 1, Minor: 1}
			tt.edit(r)
			before := *r
			x := run.edge.Explain(t.Context(), r, Assume{})
			if x.Trace.Reason != tt.want || r.HeadBytes != before.HeadBytes {
				t.Errorf("reason %s, want %s; head of %d bytes", x.Trace.Reason, tt.want, r.HeadBytes)
			}
		})
	}
}
