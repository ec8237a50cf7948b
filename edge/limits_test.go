package edge

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"edgecase/config/cloudfront"
)

// TestRequestLimits holds section 5 of the request rules: URLs, heads, cookies and bodies at their limits and beyond.
func TestRequestLimits(t *testing.T) {
	const host = "app.example.net"
	cookies := byDefault(legacy(func(p *cloudfront.CachePolicy) { p.Cookies.Behavior = cloudfront.SelectAll }))
	dir := "dir:" + directory(t, map[string]string{"a.txt": "hello"})
	bucket := hasOrigin("app", cloudfront.KindS3, "bucket.s3.eu-west-1.amazonaws.com")
	letters := func(n int) string { return strings.Repeat("a", n) }
	final := func(status string) string { return refused(status, "Bad request.", "close") }
	// head is a GET of so many bytes, without the body.
	head := func(size int, fields ...string) string {
		bare := len(strings.ReplaceAll(request("GET /", append(fields, "X-Fill: ")...), "\n", "\r\n"))
		return request("GET /", append(fields, "X-Fill: "+letters(size-bare))...)
	}
	url := func(size int, more string) string {
		return request("GET /" + letters(size-len("https://www.example.com/")-len(more)) + more)
	}
	many := make([]string, 1000)
	for i := range many {
		many[i] = "X-A: 1"
	}
	bigCookie := "Cookie: a=" + letters(9000)
	run(t, []row{
		{rule: "REQ-140", name: "largest head", request: head(32768), want: helloBack, reason: OriginAnswered, asked: asked("GET /", host)},
		{rule: "REQ-143", name: "head that is too large", request: head(32769), want: final("494 Request header too large"), reason: HeadersTooLarge},
		{rule: "POL-038", name: "head with its URL", request: head(32769, "Accept: */*"), want: final("494 Request header too large"), reason: HeadersTooLarge},
		{rule: "REQ-141", name: "longest URL", request: url(8192, ""), want: helloBack, reason: OriginAnswered, asked: asked("GET /"+letters(8192-len("https://www.example.com/")), host)},
		{rule: "REQ-142", name: "URL that is too long", request: url(8193, ""), want: final("414 Request URI Too Long"), reason: URLTooLong},
		{rule: "REQ-142", name: "query string that is too long", request: url(8193, "?a=1"), want: final("414 Request URI Too Long"), reason: URLTooLong},
		{rule: "REQ-144", name: "one large header", request: request("GET /", "X-A: "+letters(32000)), want: helloBack, reason: OriginAnswered, asked: asked("GET /", host)},
		{rule: "REQ-144", name: "many headers", request: request("GET /", many...), want: helloBack, reason: OriginAnswered, asked: asked("GET /", host)},
		{rule: "REQ-145", name: "large cookie", site: []change{cookies}, request: request("GET /", "Cookie: a="+letters(32000)), want: helloBack, reason: OriginAnswered, asked: asked("GET /", host, "Cookie: a="+letters(32000))},
		{rule: "REQ-145", name: "cookie that is too large", site: []change{cookies}, request: request("GET /", "Cookie: a="+letters(33000)), want: final("494 Request header too large"), reason: HeadersTooLarge},
		{rule: "REQ-147", name: "body that is too large", site: []change{byDefault(allow(readWrite))}, request: request("PUT /", "Content-Length: 68719476737"), want: final("413 Request Entity Too Large"), reason: BodyTooLarge},
		{rule: "REQ-154", name: "large cookie for a bucket", site: []change{bucket, cookies}, answer: dir, request: request("GET /a.txt", bigCookie), reason: OriginAnswered,
			want: back("400 Bad Request", "Content-Type: application/xml\nTransfer-Encoding: chunked", "Date: {NOW}\nServer: AmazonS3", "Error", chunk("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>RequestHeaderSectionTooLarge</Code>"+
				"<Message>Your request header section exceeds the maximum allowed size.</Message><MaxSizeAllowed>8192</MaxSizeAllowed></Error>"))},
		{rule: "REQ-154", name: "large cookie that stays behind", site: []change{bucket}, answer: dir, request: request("GET /a.txt", bigCookie), reason: OriginAnswered,
			want: back("200 OK", "Content-Type: text/plain\nContent-Length: 5", "Date: {NOW}\nLast-Modified: Fri, 02 Jan 2026 03:04:05 GMT\nETag: \"5d41402abc4b2a76b9719d911017c592\"\n"+
				"x-amz-server-side-encryption: AES256\nAccept-Ranges: bytes\nServer: AmazonS3", "Miss", "hello")},
	})
}

// TestLargestBody explains what no test can send.
func TestLargestBody(t *testing.T) {
	run := start(t, []*cloudfront.Distribution{distributionOf(byDefault(allow(readWrite)))}, false, nil, Options{})
	for size, want := range map[int64]Reason{64 << 30: OriginAnswered, 64<<30 + 1: BodyTooLarge} {
		r := &Request{Method: "PUT", Path: "/", Scheme: "https", Host: "www.example.com", Major: 1, Minor: 1, ContentLength: size, HasLength: true}
		if x := run.edge.Explain(t.Context(), r, Assume{}); x.Trace.Reason != want {
			t.Errorf("REQ-146: %d bytes: %s, want %s", size, x.Trace.Reason, want)
		}
	}
}

// TestHTTP2Limits holds that the limits are the same over HTTP/2.
func TestHTTP2Limits(t *testing.T) {
	tests := []struct {
		name, rule, path, fill string
		status                 int
		reason                 Reason
	}{
		{"head", "REQ-140", "/", strings.Repeat("a", 32000), 200, OriginAnswered},
		{"head that is too large", "REQ-143", "/", strings.Repeat("a", 33000), 494, HeadersTooLarge},
		{"URL that is too long", "REQ-142", "/" + strings.Repeat("a", 8193), "a", 414, URLTooLong},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+strings.ReplaceAll(tt.name, " ", "-"), func(t *testing.T) {
			t.Parallel()
			run := start(t, []*cloudfront.Distribution{distributionOf()}, false, map[string]map[string]string{"app": {"": hello}}, Options{})
			url, c := overHTTP2(t, run.edge)
			r, err := http.NewRequestWithContext(t.Context(), "GET", url+tt.path, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Host = "www.example.com"
			r.Header.Set("X-Fill", tt.fill)
			resp, err := c.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			body, err := io.ReadAll(resp.Body)
			if err != nil {
				t.Fatal(err)
			}
			if x := run.watch.wait(t); resp.StatusCode != tt.status || x.Trace.Reason != tt.reason {
				t.Errorf("%d %s, want %d %s", resp.StatusCode, x.Trace.Reason, tt.status, tt.reason)
			}
			if tt.status != 200 && (len(body) != 915 || !strings.Contains(string(body), "<H2>The request could not be satisfied.</H2>")) {
				t.Errorf("page of %d bytes: %s", len(body), body)
			}
		})
	}
}

// TestBodiesAndBehaviors holds that a body is passed on and decides nothing.
func TestBodiesAndBehaviors(t *testing.T) {
	const host = "app.example.net"
	site := []change{hasOrigin("api", cloudfront.KindCustom, "api.example.net"), ordered("/api/*", "api", readWrite)}
	var rows []row
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "OPTIONS"} {
		text := request(method+" /api/x?a=1", "Content-Type: application/json", "Content-Length: 15") + `{"path":"/own"}`
		rows = append(rows, row{rule: "REQ-251", name: "body of " + method, site: site, others: map[string]string{"api": hello}, request: text, want: helloBack, reason: OriginAnswered,
			saw: map[string]string{"api": asked(method+" /api/x", "api.example.net", "Content-Type: application/json", "Content-Length: 15") + `{"path":"/own"}`}})
	}
	rows = append(rows, row{rule: "REQ-192", name: "path and body without policies", site: []change{byDefault(allow(readWrite))}, request: request("PUT /a/b?c", "Content-Length: 3", "X-Own: 1") + "abc",
		want: helloBack, reason: OriginAnswered, asked: asked("PUT /a/b", host, "Content-Length: 3") + "abc"})
	run(t, rows)
}
