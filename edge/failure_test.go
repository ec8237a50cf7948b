package edge

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
	"edgecase/origins"
)

// failing returns a dialer that gives an error.
func failing(err error) dialer {
	return func(context.Context, string, string) (net.Conn, error) { return nil, err }
}

// A clear connection is one whose peer speaks no TLS.
type clear struct {
	net.Conn
	io.Reader
}

func (clear) Write(p []byte) (int, error)      { return len(p), nil }
func (c clear) Read(p []byte) (int, error)     { return c.Reader.Read(p) }
func (clear) SetDeadline(time.Time) error      { return nil }
func (clear) SetWriteDeadline(time.Time) error { return nil }
func (clear) Close() error                     { return nil }

// TestFailures holds each way in which an origin fails against table 10.4 of the request rules.
func TestFailures(t *testing.T) {
	const host = "app.example.net"
	get, reached := request("GET /"), asked("GET /", host)
	quick := hasOrigin("app", cloudfront.KindCustom, host, func(o *cloudfront.Origin) { o.OriginReadTimeout = 30 * time.Millisecond })
	bounded := hasOrigin("app", cloudfront.KindCustom, host, func(o *cloudfront.Origin) { o.ResponseCompletionTimeout = 30 * time.Millisecond })
	secure := hasOrigin("app", cloudfront.KindCustom, host, func(o *cloudfront.Origin) { o.OriginProtocolPolicy = cloudfront.OriginHTTPSOnly })
	all := byDefault(allow(readWrite))
	page := func(status, message string) string { return refused(status, message, "keep-alive") }
	noAnswer := map[string]string{"": silent}
	noTLS := func(context.Context, string, string) (net.Conn, error) {
		return clear{Reader: strings.NewReader("HTTP/1.1 400 Bad Request\r\n\r\n")}, nil
	}

	run(t, []row{
		{name: "F1 name does not resolve", rule: "REQ-092", dial: failing(&net.DNSError{Err: "no such host", Name: host, IsNotFound: true}), request: get,
			want: page("502 Bad Gateway", cannotResolve), reason: OriginUnresolved},
		{name: "F2 nothing listens", rule: "REQ-346", answer: nobody, request: get, want: page("502 Bad Gateway", cannotConnect), reason: OriginRefused},
		{name: "F2 connection refused", rule: "REQ-346", dial: failing(errors.New("connection refused")), request: get,
			want: page("502 Bad Gateway", cannotConnect), reason: OriginRefused},
		{name: "F3 connect timeout", rule: "REQ-325", dial: failing(os.ErrDeadlineExceeded), request: get,
			want: page("504 Gateway Timeout", attemptFailed), reason: OriginConnectTimeout},
		{name: "F4 no TLS", rule: "REQ-333", site: []change{secure}, answer: secured, dial: noTLS, request: get, want: page("502 Bad Gateway", cannotConnect), reason: OriginTLSFailed},
		{name: "F5 no answer in time", rule: "REQ-326", site: []change{quick}, answers: noAnswer, request: get,
			want: page("504 Gateway Timeout", attemptFailed), reason: OriginReadTimeout, asked: reached},
		{name: "F6 closed before an answer", rule: "REQ-346", answer: hangUp, request: get, want: page("502 Bad Gateway", attemptFailed), reason: OriginClosed, asked: reached},
		{name: "F6 closed in the head", rule: "REQ-346", answer: "HTTP/1.1 200 OK\nContent-", request: get, want: page("502 Bad Gateway", attemptFailed), reason: OriginClosed, asked: reached},
		{name: "F7 no HTTP", rule: "REQ-345", answer: "SSH-2.0-OpenSSH\n\n", request: get, want: page("502 Bad Gateway", cannotConnect), reason: OriginInvalid, asked: reached},
		{name: "F7 two lengths", rule: "REQ-345", answer: "HTTP/1.1 200 OK\nContent-Length: 1\nContent-Length: 2\n\nab", request: get,
			want: page("502 Bad Gateway", cannotConnect), reason: OriginInvalid, asked: reached},
		{name: "F7 other coding", rule: "REQ-283", answer: "HTTP/1.1 200 OK\nTransfer-Encoding: gzip\n\nab", request: get,
			want: page("502 Bad Gateway", cannotConnect), reason: OriginInvalid, asked: reached},
		{name: "F8 large head", rule: "REQ-149", answer: "HTTP/1.1 200 OK\nX-A: " + strings.Repeat("a", 33<<10) + "\nContent-Length: 0\n\n", request: get,
			want: page("502 Bad Gateway", cannotConnect), reason: OriginHeadTooLarge, asked: reached},
		{name: "F9 wrong range", rule: "REQ-345", answer: "HTTP/1.1 206 Partial Content\nContent-Range: bytes 0-9/20\nContent-Length: 2\n\nab",
			request: request("GET /", "Range: bytes=0-9"), want: page("502 Bad Gateway", cannotConnect), reason: OriginWrongRange, asked: asked("GET /", host, "Range: bytes=0-9")},
		{name: "F11 not complete in time", rule: "REQ-330", site: []change{bounded}, answers: noAnswer, request: get,
			want: page("504 Gateway Timeout", attemptFailed), reason: OriginIncomplete, asked: reached},
		{name: "F12 error of its own", rule: "REQ-282", answer: "HTTP/1.1 503 Service Unavailable\nContent-Length: 2\n\nno", request: get,
			want: back("503 Service Unavailable", "Content-Length: 2", "Date: {NOW}", "Error", "no"), reason: OriginAnswered, asked: reached},
		{name: "F14 second 100", rule: "REQ-277", answer: "HTTP/1.1 100 Continue\n\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", request: get,
			want: page("502 Bad Gateway", cannotConnect), reason: OriginInvalid, asked: reached},
		{name: "head of a failure", rule: "REQ-086", answer: nobody, request: request("HEAD /"), want: headOnly(page("502 Bad Gateway", cannotConnect)), reason: OriginRefused},
		{name: "post is asked once", rule: "REQ-328", site: []change{all, quick}, answers: noAnswer, request: request("POST /"),
			want: page("504 Gateway Timeout", attemptFailed), reason: OriginReadTimeout, asked: asked("POST /", host)},
		{name: "get is asked as often as allowed", rule: "REQ-327", answers: noAnswer, request: get, want: page("504 Gateway Timeout", attemptFailed),
			site: []change{quick, func(d *cloudfront.Distribution) { d.Origins[0].ConnectionAttempts = 2 }}, reason: OriginReadTimeout, asked: reached + reached},
	})
}

func TestOriginError(t *testing.T) {
	tests := []struct {
		name, rule string
		err        error
		want       string // status, reason, message, detailed result type
	}{
		{"F1", "REQ-092", &origins.Error{Kind: origins.Unresolved}, "502 origin-unresolved OriginDnsError " + cannotResolve},
		{"F2", "REQ-346", &origins.Error{Kind: origins.Refused}, "502 origin-refused OriginConnectError " + cannotConnect},
		{"F3", "REQ-325", &origins.Error{Kind: origins.ConnectTimeout}, "504 origin-connect-timeout OriginCommError " + attemptFailed},
		{"F4", "REQ-333", &origins.Error{Kind: origins.TLSFailed}, "502 origin-tls-failed OriginConnectError " + cannotConnect},
		{"F5", "REQ-326", &origins.Error{Kind: origins.ReadTimeout}, "504 origin-read-timeout OriginCommError " + attemptFailed},
		{"F6", "REQ-346", &origins.Error{Kind: origins.Closed}, "502 origin-closed OriginReadError " + attemptFailed},
		{"F7", "REQ-345", &origins.Error{Kind: origins.Invalid}, "502 origin-invalid OriginInvalidResponseError " + cannotConnect},
		{"F8", "REQ-149", &origins.Error{Kind: origins.HeadTooLarge}, "502 origin-head-too-large OriginHeaderTooBigError " + cannotConnect},
		{"F9", "REQ-345", &origins.Error{Kind: origins.WrongRange}, "502 origin-wrong-range OriginContentRangeLengthError " + cannotConnect},
		{"F11", "REQ-330", &origins.Error{Kind: origins.Incomplete}, "504 origin-incomplete OriginCommError " + attemptFailed},
		{"F15", "REQ-263", &origins.Error{Kind: origins.WriteFailed}, "502 origin-write-failed OriginWriteError " + attemptFailed},
		{"viewer gone", "REQ-291", &origins.Error{Kind: origins.Canceled}, "502 viewer-gone ClientCommError " + attemptFailed},
		{"viewer gone without a kind", "REQ-291", context.Canceled, "502 viewer-gone ClientCommError " + attemptFailed},
		{"kind that is not known", "REQ-346", &origins.Error{Kind: "odd"}, "502 origin-refused OriginConnectError " + cannotConnect},
		{"error that is not known", "REQ-346", errors.New("odd"), "502 origin-refused OriginConnectError " + cannotConnect},
		{"body of the viewer ends", "REQ-261", &origins.Error{Kind: origins.Canceled, Err: &http1.BodyError{Err: &http1.Error{Kind: http1.Unterminated}}},
			"502 viewer-gone ClientCommError " + attemptFailed},
		{"body of the viewer is malformed", "REQ-150", &origins.Error{Kind: origins.Canceled, Err: &http1.BodyError{Err: &http1.Error{Kind: http1.BadFraming}}},
			"400 malformed-request InvalidRequest Bad request."},
		{"body of the viewer is too large", "REQ-147", &origins.Error{Kind: origins.Canceled, Err: &http1.BodyError{Err: &http1.Error{Kind: http1.BodyTooLarge}}},
			"413 body-too-large InvalidRequest Bad request."},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			e := originError(tt.err)
			if diff := cmp.Diff(tt.want, fmt.Sprint(e.Status, " ", e.Reason, " ", e.Detailed, " ", e.Message)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if !errors.Is(e, tt.err) {
				t.Errorf("cause is %v, want %v", e.Cause, tt.err)
			}
		})
	}
}

// TestBrokenRequests sends bodies that break off while the origin takes them.
func TestBrokenRequests(t *testing.T) {
	tests := []struct{ name, rule, body, want string }{
		{"chunk without a size", "REQ-150", "zz\r\n", "400 Bad Request\n"},
		{"chunk that is too long", "REQ-150", "3\r\nabcd\r\n0\r\n\r\n", "400 Bad Request\n"},
		{"viewer stops", "REQ-261", "5\r\nabc", "502 Bad Gateway\n"},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			t.Parallel()
			run := start(t, []*cloudfront.Distribution{distributionOf(byDefault(allow(readWrite)))}, false, map[string]map[string]string{"app": {"": silent}}, Options{})
			got := plain(run.send(t, request("POST /", "Transfer-Encoding: chunked")+tt.body), nil)
			if !strings.HasPrefix(got, "HTTP/1.1 "+tt.want) || !strings.Contains(got, "\nConnection: close\n") {
				t.Errorf("got %q", got)
			}
		})
	}
}

// TestBrokenBodies is the table of section 9.2: the origin breaks off while a body is being delivered.
func TestBrokenBodies(t *testing.T) {
	tests := []struct {
		name, rule, answer string
		site               []change
		request            string
		want               string // the end of what the viewer gets
		broken             bool
		log                string
	}{
		{"length", "REQ-289", "HTTP/1.1 200 OK\nContent-Length: 10\n\nhello", nil, request("GET /"), "\r\n\r\nhello", true, "the origin broke off"},
		{"chunks", "REQ-289", "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n5\r\nhello\r\n", nil, request("GET /"), "\r\n\r\n5\r\nhello\r\n", true, "the origin broke off"},
		{"neither", "REQ-289", "HTTP/1.1 200 OK\n\nhello", nil, request("GET /"), "\r\n\r\n5\r\nhello\r\n0\r\n\r\n", false, ""},
		{"neither for an old viewer", "REQ-288", "HTTP/1.1 200 OK\n\nhello", nil, "GET / HTTP/1.0\nHost: www.example.com\n\n", "\r\n\r\nhello", false, ""},
		{"pause", "REQ-326", "HTTP/1.1 200 OK\nContent-Length: 10\n\nhello" + silent,
			[]change{hasOrigin("app", cloudfront.KindCustom, "app.example.net", func(o *cloudfront.Origin) { o.OriginReadTimeout = 400 * time.Millisecond })},
			request("GET /"), "\r\n\r\nhello", true, "the origin broke off"},
		{"completion timeout", "REQ-330", "HTTP/1.1 200 OK\nContent-Length: 10\n\nhello" + silent,
			[]change{hasOrigin("app", cloudfront.KindCustom, "app.example.net", func(o *cloudfront.Origin) { o.ResponseCompletionTimeout = 400 * time.Millisecond })},
			request("GET /"), "\r\n\r\nhello", true, "the origin broke off"},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+strings.ReplaceAll(tt.name, " ", "-"), func(t *testing.T) {
			t.Parallel()
			run := start(t, []*cloudfront.Distribution{distributionOf(tt.site...)}, false, map[string]map[string]string{"app": {"": tt.answer}}, Options{})
			c := dial(t, run)
			head, _ := wire(tt.request)
			c.write(head)
			c.until(tt.want)
			if !tt.broken {
				c.conn.CloseWrite()
			}
			if more, _ := c.rest(); more != "" {
				t.Errorf("then came %q", more)
			}
			x := run.watch.wait(t)
			got := ""
			if x.Trace.Broken != nil {
				got = x.Trace.Broken.Error()
			}
			if x.Response.Status != 200 || !strings.HasPrefix(got, tt.log) || (got == "") != (tt.log == "") {
				t.Errorf("status %d, broken %q, want 200 and %q", x.Response.Status, got, tt.log)
			}
		})
	}
}

// TestIdleConnectionsOfOrigins asks an origin that closes idle connections.
func TestIdleConnectionsOfOrigins(t *testing.T) {
	run := start(t, []*cloudfront.Distribution{distributionOf()}, false, map[string]map[string]string{"app": {"": hello}}, Options{})
	for range 3 {
		if got := run.send(t, request("GET /")); !strings.HasSuffix(got, "\r\n\r\nhello") {
			t.Fatalf("got %q", got)
		}
		s := run.servers["app"]
		s.mu.Lock()
		for _, c := range s.conns {
			c.Close()
		}
		s.mu.Unlock()
	}
}
