package edge

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"edgecase/config/cloudfront"
)

func TestErrorResponses(t *testing.T) {
	const host, pages = "app.example.net", "pages.example.net"
	const text = "Content-Type: text/plain\nContent-Length: 5"
	const missing = "HTTP/1.1 404 Not Found\nContent-Type: application/json\nX-Api: 1\nSet-Cookie: a=1\nContent-Length: 2\n\n{}"
	get, reached := request("GET /a?q=1"), asked("GET /a", host)
	all := byDefault(allow(readWrite))
	// onPages sends pages to an origin of their own.
	onPages := func(edits ...func(*cloudfront.Behavior)) change {
		return func(d *cloudfront.Distribution) {
			hasOrigin("pages", cloudfront.KindCustom, pages)(d)
			ordered("/e/*", "pages", read, edits...)(d)
		}
	}
	fromPages := map[string]string{"pages": hello}
	page := func(status string) string { return back(status, text, "Date: {NOW}", "Error", "hello") }
	sees := func(line string, more ...string) map[string]string {
		return map[string]string{"pages": asked(line, pages, more...)}
	}
	to200 := errorPage(404, "/e/404.html", 200)
	// every has a page for each status that could come.
	every := []change{onPages(), all}
	for _, code := range []int{301, 307, 400, 403, 404, 413, 414, 494} {
		every = append(every, errorPage(code, fmt.Sprintf("/e/%d.html", code), 200))
	}
	// each is a GET whose origin says 404 and whose page comes from "pages".
	each := func(name, rule, want string, site ...change) row {
		return row{name: name, rule: rule, site: append([]change{onPages(), to200}, site...), answer: missing, others: fromPages, request: get,
			want: want, reason: OriginAnswered, asked: reached, saw: sees("GET /e/404.html")}
	}

	rows := []row{
		each("E1 get", "REQ-443", page("200 OK")),
		{name: "E1 head", rule: "REQ-439", site: []change{onPages(), to200}, answer: missing, others: fromPages, request: request("HEAD /a"),
			want: headOnly(page("200 OK")), reason: OriginAnswered, asked: asked("HEAD /a", host), saw: sees("HEAD /e/404.html")},
		{name: "E2 post", rule: "REQ-439", site: []change{onPages(), to200, all}, answer: missing, others: fromPages,
			request: request("POST /a", "Content-Type: text/plain", "Content-Length: 3", "Range: bytes=0-1", "If-None-Match: \"a\"") + "abc", reason: OriginAnswered,
			want: page("200 OK"), asked: asked("POST /a", host, "Content-Type: text/plain", "Content-Length: 3", "Range: bytes=0-1", "If-None-Match: \"a\"") + "abc",
			saw: sees("GET /e/404.html")},
		{name: "E4 dead origin", rule: "REQ-348", site: []change{onPages(), errorPage(502, "/e/502.html", 502)}, answer: nobody, others: fromPages, request: get,
			want: page("502 Bad Gateway"), reason: OriginRefused, saw: sees("GET /e/502.html")},
		{name: "E3 timeout", rule: "REQ-348", answers: map[string]string{"": silent}, others: fromPages, request: get, want: page("503 Service Unavailable"), reason: OriginReadTimeout,
			site:  []change{onPages(), errorPage(504, "/e/504.html", 503), hasOrigin("app", cloudfront.KindCustom, host, func(o *cloudfront.Origin) { o.OriginReadTimeout = 30 * time.Millisecond })},
			asked: reached, saw: sees("GET /e/504.html")},
		{name: "E5 country", rule: "REQ-514", site: []change{onPages(), errorPage(403, "/e/403.html", 403), geoRestriction("blacklist", "CH")}, others: fromPages,
			opts: country("CH"), request: get, want: page("403 Forbidden"), reason: GeoBlocked, saw: sees("GET /e/403.html")},
		{name: "E7 method", rule: "REQ-084", site: []change{onPages(), errorPage(403, "/e/403.html", 200)}, others: fromPages,
			request: request("POST /a"), want: page("200 OK"), reason: MethodNotAllowed, saw: sees("GET /e/403.html")},
		{name: "E8 https-only", rule: "REQ-440", site: []change{onPages(over(cloudfront.HTTPSOnly)), errorPage(403, "/e/403.html", 200), byDefault(over(cloudfront.HTTPSOnly))},
			others: fromPages, request: get, want: page("200 OK"), reason: HTTPSRequired, saw: sees("GET /e/403.html")},
		{name: "E8 get with a body", rule: "REQ-446", site: []change{onPages(), errorPage(403, "/e/403.html", 200)}, others: fromPages,
			request: request("GET /a", "Content-Length: 2") + "{}", want: closing(page("200 OK")), reason: GetWithBody, saw: sees("GET /e/403.html")},
		{name: "E8 old redirect", rule: "REQ-114", site: []change{onPages(), errorPage(403, "/e/403.html", 200), all, byDefault(over(cloudfront.RedirectToHTTPS))}, others: fromPages,
			request: "POST /a HTTP/1.0\nHost: www.example.com\nConnection: keep-alive\n\n", want: page("200 OK"), reason: HTTPSRequired,
			saw: map[string]string{"pages": strings.Replace(asked("GET /e/403.html", pages), "Via: 1.1", "Via: 1.0", 1)}},
		{name: "E15 gRPC", rule: "REQ-481", site: []change{onPages(), to200, all, byDefault(func(b *cloudfront.Behavior) { b.GRPC = true })}, answer: missing, others: fromPages,
			request: request("POST /a", "Content-Type: application/grpc+proto"), reason: OriginAnswered, asked: asked("POST /a", host, "Content-Type: application/grpc+proto"),
			want: back("404 Not Found", "Content-Type: application/json\nContent-Length: 2", "Date: {NOW}\nX-Api: 1", "Error", "{}")},

		{name: "E10 unknown host", rule: "REQ-013", site: []change{onPages(), errorPage(403, "/e/403.html", 200)}, others: fromPages, request: "GET / HTTP/1.1\nHost: a.example.org\n\n",
			want: refused("403 Forbidden", "Bad request.", "keep-alive"), reason: UnknownHost},
		{name: "E11 syntax", rule: "REQ-441", site: every, others: fromPages, request: request("GET /%zz"), want: refused("400 Bad Request", "Bad request.", "close"), reason: MalformedRequest},
		{name: "E11 long URL", rule: "REQ-441", site: every, others: fromPages, request: request("GET /" + string(make8k())), want: refused("414 Request URI Too Long", "Bad request.", "close"), reason: URLTooLong},
		{name: "E11 large head", rule: "REQ-441", site: every, others: fromPages, request: request("GET /", "X-A: "+strings.Repeat("a", 33000)),
			want: refused("494 Request header too large", "Bad request.", "close"), reason: HeadersTooLarge},
		{name: "E11 large body", rule: "REQ-441", site: every, others: fromPages, request: request("PUT /", "Content-Length: 68719476737"),
			want: refused("413 Request Entity Too Large", "Bad request.", "close"), reason: BodyTooLarge},
		{name: "E13 redirect", rule: "REQ-125", site: append([]change{byDefault(over(cloudfront.RedirectToHTTPS))}, every...), others: fromPages, request: request("GET /a"),
			want: redirected("301 Moved Permanently", "https://www.example.com/a"), reason: RedirectedToHTTPS},
		{name: "E13 redirect of an origin", rule: "REQ-430", site: every, others: fromPages, answer: "HTTP/1.1 301 Moved\nLocation: /b\nContent-Length: 0\n\n", request: get,
			want: back("301 Moved", "Content-Length: 0", "Date: {NOW}\nLocation: /b", "Miss", ""), reason: OriginAnswered, asked: reached},
		{name: "E16 invalid root object", rule: "REQ-179", site: append([]change{rootObject("a b")}, every...), others: fromPages, request: request("GET /"),
			want: closing(page("200 OK")), reason: InvalidRootObject, saw: sees("GET /e/400.html")},
		{name: "E17 secondary", rule: "REQ-370", site: []change{grouped(500), onPages(), to200}, answer: "HTTP/1.1 500 Oops\nContent-Length: 0\n\n", request: get, reason: OriginAnswered,
			others: map[string]string{"pages": hello, "spare": missing}, want: page("200 OK"), asked: reached,
			saw: map[string]string{"pages": asked("GET /e/404.html", pages), "spare": asked("GET /a", "spare.example.net")}},
		{name: "E18 primary", rule: "REQ-370", site: []change{grouped(404), onPages(), to200}, answer: missing, request: get, reason: OriginAnswered,
			others: map[string]string{"pages": hello, "spare": hello}, want: helloBack, asked: reached, saw: map[string]string{"spare": asked("GET /a", "spare.example.net")}},
		{name: "E20 missing file", rule: "REQ-460", site: []change{hasOrigin("app", cloudfront.KindS3, "b.s3.amazonaws.com"), onPages(), errorPage(403, "/e/403.html", 200)}, others: fromPages,
			answer: "dir:" + directory(t, nil), request: get, want: page("200 OK"), reason: OriginAnswered, saw: sees("GET /e/403.html")},

		{name: "no block for the code", rule: "REQ-282", site: []change{onPages(), errorPage(403, "/e/403.html", 200)}, answer: missing, others: fromPages, request: get,
			want: back("404 Not Found", "Content-Type: application/json\nContent-Length: 2", "Date: {NOW}\nX-Api: 1", "Error", "{}"), reason: OriginAnswered, asked: reached},
		{name: "block without a page", rule: "REQ-433", site: []change{errorPage(404, "", 0)}, answer: missing, request: get,
			want: back("404 Not Found", "Content-Type: application/json\nContent-Length: 2", "Date: {NOW}\nX-Api: 1", "Error", "{}"), reason: OriginAnswered, asked: reached},
		{name: "first behavior that takes the page", rule: "REQ-438", site: []change{ordered("/e/4*", "app", read), onPages(), to200}, others: fromPages, request: get,
			answers: map[string]string{"": missing, "GET /e/404.html": hello}, want: page("200 OK"), reason: OriginAnswered, asked: reached + asked("GET /e/404.html", host)},
		{name: "settings of the page's origin and behavior", rule: "REQ-439", reason: OriginAnswered,
			site: []change{onPages(forwardsHeaders("X-Own", "CloudFront-Error-Uri", "CloudFront-Error-Args")), hasOrigin("pages", cloudfront.KindCustom, pages, func(o *cloudfront.Origin) {
				o.OriginPath, o.HTTPPort = "/static", 8080
				o.CustomHeaders = []cloudfront.CustomHeader{{Name: "X-Verify", Value: cloudfront.Known("s3cret")}}
			}), to200}, answer: missing, others: fromPages,
			request: request("GET /a?q=1", "X-Own: 1"), want: page("200 OK"), asked: reached,
			saw: map[string]string{"pages": asked("GET /static/e/404.html", pages+":8080", "X-Own: 1", "CloudFront-Error-Args: q=1", "CloudFront-Error-Uri: /a", "X-Verify: s3cret")}},
		{name: "no uri of an error on other requests", rule: "REQ-447", site: []change{byDefault(forwardsHeaders("CloudFront-Error-Uri", "CloudFront-Error-Args"))},
			request: get, want: helloBack, reason: OriginAnswered, asked: reached},
		{name: "method check of the page's behavior", rule: "REQ-440", site: []change{onPages(allow("OPTIONS")), to200}, answer: missing, others: fromPages, request: get,
			want: page("200 OK"), reason: OriginAnswered, asked: reached, saw: sees("GET /e/404.html")},
		{name: "original status", rule: "REQ-443", site: []change{onPages(), errorPage(404, "/e/404.html", 0)}, answer: missing, others: fromPages, request: get,
			want: page("404 Not Found"), reason: OriginAnswered, asked: reached, saw: sees("GET /e/404.html")},
		{name: "other status", rule: "REQ-443", site: []change{onPages(), errorPage(404, "/e/404.html", 503)}, answer: missing, others: fromPages, request: get,
			want: page("503 Service Unavailable"), reason: OriginAnswered, asked: reached, saw: sees("GET /e/404.html")},
		{name: "page in chunks, with fields to trim", rule: "REQ-443", site: []change{onPages(), to200}, answer: missing, request: get, reason: OriginAnswered,
			others: map[string]string{"pages": "HTTP/1.1 200 OK\nServer: p\nTransfer-Encoding: chunked\nSet-Cookie: a=1\nX-Cache: hit\n\n5\r\nhello\r\n0\r\n\r\n"},
			want:   back("200 OK", "Transfer-Encoding: chunked", "Date: {NOW}\nServer: p", "Error", "5\nhello\n0\n\n"), asked: reached, saw: sees("GET /e/404.html")},
		{name: "missing page", rule: "REQ-444", site: []change{onPages(), to200, errorPage(403, "/e/403.html", 200)}, answer: missing, request: get, reason: OriginAnswered,
			others: map[string]string{"pages": "HTTP/1.1 403 Forbidden\nServer: p\nContent-Length: 2\n\nno"},
			want:   back("403 Forbidden", "Content-Length: 2", "Date: {NOW}\nServer: p", "Error", "no"), asked: reached, saw: sees("GET /e/404.html")},
		{name: "page of a dead origin", rule: "REQ-444", site: []change{onPages(), to200}, answer: missing, request: get, reason: OriginAnswered,
			others: map[string]string{"pages": nobody}, want: refused("502 Bad Gateway", cannotConnect, "keep-alive"), asked: reached},
		{name: "page of the dead origin itself", rule: "REQ-444", site: []change{errorPage(502, "/e/502.html", 200)}, answer: nobody, request: get, reason: OriginRefused,
			want: refused("502 Bad Gateway", cannotConnect, "keep-alive")},
	}
	// REQ-446: the connection ends after a page for some of the original codes.
	closes := map[int]bool{400: true, 405: true, 414: true, 416: true, 500: true, 501: true}
	for _, code := range []int{400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504} {
		want := page("200 OK")
		if closes[code] {
			want = closing(want)
		}
		rows = append(rows, row{name: fmt.Sprint("connection after ", code), rule: "REQ-446", request: get, want: want, reason: OriginAnswered,
			site: []change{onPages(), errorPage(code, "/e/x.html", 200)}, answer: fmt.Sprintf("HTTP/1.1 %d X\nContent-Length: 0\n\n", code), others: fromPages,
			asked: reached, saw: sees("GET /e/x.html")})
	}
	run(t, rows)
}

// country is the option that places the viewer.
func country(code string) func(*Options) {
	return func(o *Options) { o.Viewer = map[string]string{"Country": code} }
}

func TestErrorResponse(t *testing.T) {
	d := distributionOf(errorPage(403, "/403.html", 200), errorPage(404, "", 0), errorPage(200, "/200.html", 200), errorPage(400, "/400.html", 0))
	tests := []struct {
		name, rule string
		d          *cloudfront.Distribution
		status     int
		e          *Error
		want       string
	}{
		{"error of an origin", "REQ-438", d, 403, nil, "/403.html"},
		{"refusal", "REQ-084", d, 403, errMethod, "/403.html"},
		{"final refusal", "REQ-441", d, 400, errMalformed, ""},
		{"bad request of an origin", "REQ-438", d, 400, nil, "/400.html"},
		{"unknown method", "REQ-088", d, 400, errUnknownMethod, ""},
		{"no page", "REQ-433", d, 404, nil, ""},
		{"no block", "REQ-438", d, 500, nil, ""},
		{"no error", "REQ-430", d, 200, nil, ""},
		{"no distribution", "REQ-013", nil, 403, nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			got := ""
			if c := errorResponse(tt.d, tt.status, tt.e); c != nil {
				got = c.ResponsePagePath
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestGeoRestriction(t *testing.T) {
	blocked := refused("403 Forbidden", countryBlocked, "keep-alive")
	const host = "app.example.net"
	run(t, []row{
		{name: "denied", rule: "REQ-511", site: []change{geoRestriction("blacklist", "CH", "US")}, opts: country("US"), request: request("GET /"), want: blocked, reason: GeoBlocked},
		{name: "not denied", rule: "REQ-510", site: []change{geoRestriction("blacklist", "CH")}, opts: country("US"), request: request("GET /"), want: helloBack, reason: OriginAnswered, asked: asked("GET /", host)},
		{name: "not admitted", rule: "REQ-511", site: []change{geoRestriction("whitelist", "CH")}, opts: country("US"), request: request("GET /"), want: blocked, reason: GeoBlocked},
		{name: "admitted", rule: "REQ-510", site: []change{geoRestriction("whitelist", "CH")}, opts: country("CH"), request: request("GET /"), want: helloBack, reason: OriginAnswered, asked: asked("GET /", host)},
		{name: "denied in lower case", rule: "REQ-511", site: []change{geoRestriction("blacklist", "CH", "US")}, opts: country("us"), request: request("GET /"), want: blocked, reason: GeoBlocked},
		{name: "admitted in lower case", rule: "REQ-510", site: []change{geoRestriction("whitelist", "CH")}, opts: country("ch"), request: request("GET /"), want: helloBack, reason: OriginAnswered, asked: asked("GET /", host)},
		{name: "none", rule: "REQ-510", site: []change{geoRestriction("none")}, opts: country("CH"), request: request("GET /"), want: helloBack, reason: OriginAnswered, asked: asked("GET /", host)},
		{name: "unknown country", rule: "REQ-512", site: []change{geoRestriction("whitelist", "CH")}, request: request("GET /"), want: helloBack, reason: OriginAnswered, asked: asked("GET /", host)},
		{name: "not by X-Forwarded-For", rule: "REQ-513", site: []change{geoRestriction("blacklist", "CH")}, opts: country("CH"),
			request: request("GET /", "X-Forwarded-For: 8.8.8.8"), want: blocked, reason: GeoBlocked},
		{name: "after the redirect", rule: "REQ-565", site: []change{geoRestriction("blacklist", "CH"), byDefault(over(cloudfront.RedirectToHTTPS))}, opts: country("CH"),
			request: request("GET /"), want: redirected("301 Moved Permanently", "https://www.example.com/"), reason: RedirectedToHTTPS},
		{name: "after the method", rule: "REQ-565", site: []change{geoRestriction("blacklist", "CH")}, opts: country("CH"),
			request: request("POST /"), want: refused("403 Forbidden", methodRefused, "keep-alive"), reason: MethodNotAllowed},
		{name: "before the root object", rule: "REQ-591", site: []change{geoRestriction("blacklist", "CH"), rootObject("a b")}, opts: country("CH"),
			request: request("GET /"), want: blocked, reason: GeoBlocked},
		{name: "of the whole distribution", rule: "REQ-510", site: []change{geoRestriction("blacklist", "CH"), ordered("/open/*", "app", readWrite)}, opts: country("CH"),
			request: request("POST /open/a"), want: blocked, reason: GeoBlocked},
		{name: "before the web acl", rule: "REQ-515", site: []change{geoRestriction("blacklist", "CH"), func(d *cloudfront.Distribution) { d.WebACLID = cloudfront.Known("arn") }},
			opts: country("CH"), request: request("GET /"), want: blocked, reason: GeoBlocked},
		{name: "web acl is not enforced", rule: "REQ-521", site: []change{func(d *cloudfront.Distribution) { d.WebACLID = cloudfront.Known("arn") }}, request: request("GET /"),
			want: helloBack, reason: OriginAnswered, asked: asked("GET /", host)},
	})
}
