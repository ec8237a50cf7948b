package edge

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"edgecase/config/cloudfront"
)

// overHTTP2 serves an edge over HTTP/2 and returns its address and a client.
func overHTTP2(t *testing.T, e *Edge) (url string, c *http.Client) {
	t.Helper()
	s := httptest.NewUnstartedServer(e)
	s.EnableHTTP2 = true
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.URL, s.Client()
}

func TestHTTP2(t *testing.T) {
	const text = "Content-Type: text/plain\nContent-Length: 5"
	viewerID := func(fields ...string) []string {
		return append(fields, "Via: 1.1 {VIA}.cloudfront.net (CloudFront)", "X-Amz-Cf-Pop: LOC50-C1", "X-Amz-Cf-Id: {RID}")
	}
	errorFields := slices.Clip(viewerID("Server: CloudFront", "Date: {NOW}", "Content-Type: text/html", "X-Cache: Error from cloudfront"))
	tests := []struct {
		name, rule   string
		site         []change
		method, path string
		body         string
		answer       string
		status       int
		fields       []string
		length       int // of the body
		reason       Reason
		asked        string
	}{
		{"answer", "OBS-003", nil, "GET", "/a?b", "", "HTTP/1.1 200 OK\n" + text + "\nX-Own: 1\nConnection: X-Hop\nX-Hop: 1\n\nhello", 200,
			viewerID("Content-Type: text/plain", "Content-Length: 5", "X-Own: 1", "Date: {NOW}", "X-Cache: Miss from cloudfront"), 5, OriginAnswered, "GET /a HTTP/1.1"},
		{"no content type and a date", "REQ-270", nil, "GET", "/", "", "HTTP/1.1 200 OK\nContent-Length: 6\nDate: Mon, 23 Nov 2026 10:00:00 GMT\n\n<html>", 200,
			viewerID("Content-Length: 6", "Date: Mon, 23 Nov 2026 10:00:00 GMT", "X-Cache: Miss from cloudfront"), 6, OriginAnswered, "GET / HTTP/1.1"},
		{"chunks", "REQ-283", nil, "GET", "/", "", "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n5\r\nhello\r\n0\r\n\r\n", 200,
			viewerID("Date: {NOW}", "X-Cache: Miss from cloudfront"), 5, OriginAnswered, "GET / HTTP/1.1"},
		{"head", "REQ-287", nil, "HEAD", "/", "", "HTTP/1.1 404 Not Found\nContent-Length: 9\n\n", 404,
			viewerID("Content-Length: 9", "Date: {NOW}", "X-Cache: Error from cloudfront"), 0, OriginAnswered, "HEAD / HTTP/1.1"},
		{"refused method", "REQ-079", nil, "POST", "/", "abc", hello, 403, append(errorFields, "Content-Length: 1053"), 1053, MethodNotAllowed, ""},
		{"get with a body", "REQ-097", nil, "GET", "/", "null", hello, 403, append(errorFields, "Content-Length: 915"), 915, GetWithBody, ""},
		{"unknown method", "REQ-088", nil, "PROPFIND", "/", "", hello, 400, append(errorFields, "Content-Length: 915"), 915, UnknownMethod, ""},
		{"long url", "REQ-142", nil, "GET", "/" + string(make8k()), "", hello, 414, append(errorFields, "Content-Length: 915"), 915, URLTooLong, ""},
		{"dead origin", "REQ-346", nil, "GET", "/", "", nobody, 502, append(errorFields, "Content-Length: 951"), 951, OriginRefused, ""},
		{"body of known length", "REQ-250", []change{byDefault(allow(readWrite))}, "POST", "/", "abc", hello, 200,
			viewerID("Content-Type: text/plain", "Content-Length: 5", "Date: {NOW}", "X-Cache: Miss from cloudfront"), 5, OriginAnswered, "Content-Length: 3\n\nabc"},
		{"version in via", "REQ-212", nil, "GET", "/", "", hello, 200,
			viewerID("Content-Type: text/plain", "Content-Length: 5", "Date: {NOW}", "X-Cache: Miss from cloudfront"), 5, OriginAnswered, "Via: 2.0 {VIA}.cloudfront.net"},
		{"page", "REQ-443", []change{errorPage(403, "/i.html", 200)}, "POST", "/", "abc", hello, 200,
			viewerID("Content-Type: text/plain", "Content-Length: 5", "Date: {NOW}", "X-Cache: Error from cloudfront"), 5, MethodNotAllowed, "GET /i.html HTTP/1.1"},
		{"http3", "OBS-005", []change{httpVersion(cloudfront.HTTP2And3)}, "DELETE", "/", "", hello, 403,
			append(errorFields, "Content-Length: 1053", `Alt-Svc: h3=":443"; ma=86400`), 1053, MethodNotAllowed, ""},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+strings.ReplaceAll(tt.name, " ", "-"), func(t *testing.T) {
			t.Parallel()
			run := start(t, []*cloudfront.Distribution{distributionOf(tt.site...)}, false, map[string]map[string]string{"app": {"": tt.answer}}, Options{})
			url, c := overHTTP2(t, run.edge)
			req, err := http.NewRequestWithContext(t.Context(), tt.method, url+tt.path, strings.NewReader(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			if tt.body == "" {
				req.Body = http.NoBody
			}
			req.Host = "www.example.com"
			resp, err := c.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			body, err := io.ReadAll(resp.Body)
			if err != nil || resp.ProtoMajor != 2 {
				t.Errorf("%s, body: %v", resp.Proto, err)
			}
			id := [][]string{{"", resp.Header.Get("X-Amz-Cf-Id")}}
			want := http.Header{}
			for _, f := range tt.fields {
				name, value, _ := strings.Cut(f, ": ")
				want.Add(name, value)
			}
			got := http.Header{}
			for name, values := range resp.Header {
				for _, v := range values {
					got.Add(name, plain(v, id))
				}
			}
			if diff := cmp.Diff(want, got); diff != "" || resp.StatusCode != tt.status || len(body) != tt.length {
				t.Errorf("status %d, %d bytes of body, fields (-want +got):\n%s", resp.StatusCode, len(body), diff)
			}
			x := run.watch.wait(t)
			if x.Trace.Reason != tt.reason {
				t.Errorf("reason %s, want %s", x.Trace.Reason, tt.reason)
			}
			checkExplained(t, run.edge, x)
			if s := run.servers["app"]; s != nil {
				saw := plain(strings.Join(s.received(), ""), id)
				if (saw == "") != (tt.asked == "") || !strings.Contains(saw, tt.asked) {
					t.Errorf("the origin received %q, want %q in it", saw, tt.asked)
				}
			}
		})
	}
}

func TestHTTP2Streams(t *testing.T) {
	t.Run("REQ-484/events arrive one by one", func(t *testing.T) {
		next := make(chan struct{})
		run := startAt(t, handler(t, func(w http.ResponseWriter, r *http.Request) {
			for range 2 {
				io.WriteString(w, "data: 1\n\n")
				w.(http.Flusher).Flush()
				<-next
			}
		}))
		url, c := overHTTP2(t, run.edge)
		resp, err := c.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		event := make([]byte, len("data: 1\n\n"))
		for range 2 {
			if _, err := io.ReadFull(resp.Body, event); err != nil || string(event) != "data: 1\n\n" {
				t.Fatalf("read %q, %v", event, err)
			}
			next <- struct{}{}
		}
		if rest, err := io.ReadAll(resp.Body); len(rest) > 0 || err != nil {
			t.Errorf("then %q, %v", rest, err)
		}
	})

	t.Run("REQ-289/broken body resets the stream", func(t *testing.T) {
		run := start(t, []*cloudfront.Distribution{distributionOf()}, false,
			map[string]map[string]string{"app": {"": "HTTP/1.1 200 OK\nContent-Length: 10\n\nhello"}}, Options{})
		url, c := overHTTP2(t, run.edge)
		resp, err := c.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if body, err := io.ReadAll(resp.Body); err == nil || string(body) != "hello" {
			t.Errorf("read %q, %v", body, err)
		}
		if x := run.watch.wait(t); x.Trace.Broken == nil || x.Response.Status != 200 {
			t.Errorf("status %d, broken %v", x.Response.Status, x.Trace.Broken)
		}
	})

	t.Run("REQ-254/body of unknown length", func(t *testing.T) {
		run := start(t, []*cloudfront.Distribution{distributionOf(byDefault(allow(readWrite)))}, false, map[string]map[string]string{"app": {"": hello}}, Options{})
		url, c := overHTTP2(t, run.edge)
		resp, err := c.Post(url, "text/plain", io.MultiReader(strings.NewReader("abc")))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if saw := strings.Join(run.servers["app"].received(), ""); !strings.HasSuffix(saw, "3\r\nabc\r\n0\r\n\r\n") {
			t.Errorf("the origin received %q", saw)
		}
	})
}
