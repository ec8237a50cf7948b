package edge

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
	"edgecase/origins"
)

// trapRequest reads "POST http://www.example.com/x" and fields of one line each; the scheme is https and the host
// www.example.com unless it says otherwise.
func trapRequest(text string) *Request {
	lines := strings.Split(text, "\n")
	method, target, _ := strings.Cut(lines[0], " ")
	r := &Request{Method: method, Scheme: "https", Host: "www.example.com", Major: 1, Minor: 1}
	if scheme, rest, found := strings.Cut(target, "://"); found {
		host, path, _ := strings.Cut(rest, "/")
		r.Scheme, r.Host, target = scheme, host, "/"+path
	}
	r.Path, r.RawQuery, r.HasQuery = strings.Cut(target, "?")
	r.Fields = append(http1.Fields{{Name: "Host", Value: r.Host}}, trapFields(lines[1:])...)
	return r
}

func trapFields(lines []string) http1.Fields {
	var fields http1.Fields
	for _, l := range lines {
		name, value, _ := strings.Cut(l, ": ")
		fields.Add(name, value)
	}
	return fields
}

// TestTraps holds where the traps of section 19 show, and above all where they do not. The scripts hold what they say.
func TestTraps(t *testing.T) {
	posts := byDefault(allow(readWrite))
	all := byDefault(forwards("Managed-AllViewer"))
	onBucket := []change{hasOrigin("web", cloudfront.KindS3, "web.s3.amazonaws.com"), byDefault(target("web"), allow(readWrite))}
	overTLS := hasOrigin("app", cloudfront.KindCustom, "app.example.net", func(o *cloudfront.Origin) { o.OriginProtocolPolicy = cloudfront.OriginHTTPSOnly })
	matching := hasOrigin("app", cloudfront.KindCustom, "app.example.net", func(o *cloudfront.Origin) { o.OriginProtocolPolicy = cloudfront.OriginMatchViewer })
	at := func(place string) func(*cloudfront.Origin) {
		return func(o *cloudfront.Origin) { o.OriginPath = place }
	}
	const browser = "\nAccept: text/html,*/*\nUser-Agent: Mozilla/5.0\nReferer: https://www.example.com/\nCookie: sessionid=1; csrftoken=2"
	tests := []struct {
		name, rule string
		changes    []change
		ask        string
		status     int
		answer     string // fields
		want       string // traps
	}{
		{"a page of a browser", "REQ-193", nil, "GET /static/app.css?v=1" + browser, 200, "Content-Type: text/css", ""},
		{"a page that is missing", "REQ-282", nil, "GET /nothing" + browser, 404, "Content-Type: text/html", ""},
		{"an application that fails", "REQ-282", nil, "GET /api" + browser, 500, "", ""},
		{"a redirect that is meant", "REQ-279", []change{posts}, "POST /save" + browser, 302, "Location: /saved", ""},

		{"a method that nothing allows", "REQ-079", nil, "POST /x", 0, "", "T01"},
		{"a preflight that nothing allows", "REQ-096", nil, "OPTIONS /x\nOrigin: https://b.example", 0, "", "T23 T23"},
		{"OPTIONS of no browser", "REQ-096", nil, "OPTIONS /x", 0, "", "T23"},
		{"the set of three", "REQ-075", []change{byDefault(allow("GET HEAD OPTIONS"))}, "PATCH /x", 0, "", "T43"},
		{"TRACE is in no set", "REQ-087", []change{byDefault(allow("GET HEAD OPTIONS"))}, "TRACE /x", 0, "", "T01"},
		{"a near miss that would refuse, too", "REQ-048", []change{ordered("/auth/*", "app", read)}, "POST /auth", 0, "", "T02 T01"},
		{"a near miss that would not", "REQ-048", []change{ordered("/auth/*", "app", readWrite)}, "POST /auth", 0, "", "T02"},

		{"a longer name", "REQ-044", []change{ordered("/auth*", "app", read)}, "GET /authors/x", 200, "", "T06"},
		{"the name itself", "REQ-044", []change{ordered("/auth*", "app", read)}, "GET /auth", 200, "", ""},
		{"a folder of the name", "REQ-044", []change{ordered("/auth*", "app", read)}, "GET /auth/x", 200, "", ""},
		{"a version", "REQ-044", []change{ordered("/api/v*", "app", read)}, "GET /api/v2", 200, "", ""},
		{"a prefix that ends in a sign", "REQ-044", []change{ordered("/app-*", "app", read)}, "GET /app-main.js", 200, "", ""},
		{"an extension", "REQ-044", []change{ordered("*.js", "app", read)}, "GET /authors.js", 200, "", ""},

		{"a 400 of a page", "REQ-200", nil, "GET /", 400, "Content-Type: text/html; charset=utf-8", "T12"},
		{"a 400 without a type", "REQ-200", nil, "GET /", 400, "", "T12"},
		{"a 400 of an API", "REQ-200", nil, "GET /", 400, "Content-Type: application/json", ""},
		{"a 400 and the viewer's Host", "REQ-200", []change{all}, "GET /", 400, "", ""},
		{"a 400 of a bucket", "REQ-200", onBucket, "GET /", 400, "", ""},
		{"a 404", "REQ-200", nil, "GET /", 404, "", ""},

		{"a loop", "REQ-210", []change{all}, "GET /x?a=1", 301, "Location: https://www.example.com/x?a=1", "T13"},
		{"a loop of a HEAD", "REQ-210", []change{all}, "HEAD /x", 302, "Location: https://www.example.com/x", "T13"},
		{"a loop that lost the query", "REQ-210", nil, "GET /x?a=1", 301, "Location: https://www.example.com/x", "T13"},
		{"a loop beneath an origin path", "REQ-210", []change{all, hasOrigin("app", cloudfront.KindCustom, "a.example.net", at("/v1"))}, "GET /x", 301, "Location: https://www.example.com/v1/x", "T13"},
		{"a loop begun over http", "REQ-210", []change{all}, "GET http://www.example.com/x", 301, "Location: https://www.example.com/x", "T13"},
		{"no loop over match-viewer", "REQ-210", []change{all, matching}, "GET http://www.example.com/x", 301, "Location: https://www.example.com/x", ""},
		{"a loop over https", "REQ-210", []change{all, overTLS}, "GET /x", 301, "Location: https://www.example.com/x", "T13 T25"},
		{"a loop to http and back", "REQ-112", []change{byDefault(over(cloudfront.RedirectToHTTPS))}, "GET /x", 301, "Location: http://www.example.com/x", "T13"},
		{"from https to http", "REQ-110", nil, "GET /x", 301, "Location: http://www.example.com/x", ""},
		{"another query", "REQ-279", []change{all}, "GET /x?a=1", 302, "Location: /x?a=2", ""},
		{"a cookie may end it", "REQ-279", []change{all}, "GET /x", 302, "Location: /x\nSet-Cookie: a=b", ""},
		{"a cookie that is removed may not", "REQ-221", nil, "GET /x", 302, "Location: /x\nSet-Cookie: a=b", "T13 T15"},
		{"a form that returns", "REQ-279", []change{all, posts}, "POST /x", 303, "Location: /x", ""},
		{"a form that is sent on and on", "REQ-279", []change{all, posts}, "POST /x", 308, "Location: /x", "T13"},
		{"no Location", "REQ-279", nil, "GET /x", 301, "", ""},
		{"a Location that is no URL", "REQ-279", nil, "GET /x", 301, "Location: http://[::1", ""},

		{"the origin's own name", "REQ-280", nil, "GET /x", 302, "Location: http://app.example.net/y", "T21"},
		{"the origin's own name, in other letters and with a port", "REQ-280", nil, "GET /x", 302, "Location: http://APP.example.net:80/y", "T21"},
		{"the viewer's name", "REQ-280", nil, "GET /x", 302, "Location: https://www.example.com/y", ""},
		{"the distribution's name", "REQ-280", nil, "GET /x", 302, "Location: https://d111111abcdef8.cloudfront.net/y", ""},
		{"another name", "REQ-280", nil, "GET /x", 302, "Location: https://id.example.org/y", ""},
		{"not modified", "REQ-281", nil, "GET /x", 304, "Location: http://app.example.net/y", ""},

		{"a slash for a POST", "REQ-279", []change{posts}, "POST /x", 301, "Location: /x/", "T22"},
		{"a slash for a POST that stays one", "REQ-279", []change{posts}, "POST /x", 308, "Location: /x/", ""},
		{"a slash for a GET", "REQ-279", nil, "GET /x", 301, "Location: /x/", ""},
		{"a slash to another behavior", "REQ-279", []change{ordered("/x/*", "app", read)}, "GET /x", 301, "Location: /x/", "T02 T22"},

		{"a POST to https", "REQ-113", []change{posts, matching, all}, "POST http://www.example.com/x", 301, "Location: https://www.example.com/x", "T40"},
		{"a POST to https that stays one", "REQ-113", []change{posts, matching, all}, "POST http://www.example.com/x", 307, "Location: https://www.example.com/x", ""},
		{"a GET to https", "REQ-113", []change{matching, all}, "GET http://www.example.com/x", 301, "Location: https://www.example.com/x", ""},

		{"a check for forgery", "REQ-193", []change{posts}, "POST /x" + browser, 403, "", "T14"},
		{"a check of an API", "REQ-193", []change{posts}, "POST /x\nCookie: csrftoken=1", 403, "Content-Type: application/json", "T14"},
		{"a check that got all", "REQ-193", []change{posts, all}, "POST /x" + browser, 403, "", ""},
		{"a check that compares the Host", "REQ-200", []change{posts, byDefault(forwards("Managed-AllViewerExceptHostHeader"))}, "POST /x\nOrigin: https://www.example.com", 403, "", "T14"},
		{"a refusal of what sent nothing", "REQ-193", []change{posts}, "POST /x", 403, "", ""},

		{"a cookie of the answer", "REQ-221", nil, "GET /x", 200, "Set-Cookie: a=b", "T15"},
		{"a cookie that passes", "REQ-221", []change{all}, "GET /x", 200, "Set-Cookie: a=b", ""},
		{"a cookie behind an error page", "REQ-443", []change{errorPage(404, "/404.html", 404)}, "GET /x", 404, "Set-Cookie: a=b", ""},
		{"a session that is not known", "REQ-221", nil, "GET /x\nCookie: sessionid=1", 401, "", "T15"},
		{"a session that is sent to log in", "REQ-221", nil, "GET /x\nCookie: sessionid=1", 302, "Location: /accounts/login/?next=/x", "T15"},
		{"a session that is sent elsewhere", "REQ-221", nil, "GET /x\nCookie: sessionid=1", 302, "Location: /home?from=login", ""},
		{"a session that passes", "REQ-221", []change{all}, "GET /x\nCookie: sessionid=1", 401, "", ""},
		{"no session", "REQ-221", nil, "GET /x", 401, "", ""},

		{"a token", "REQ-216", nil, "GET /x\nAuthorization: Bearer x", 401, "", "T16"},
		{"a token that is refused", "REQ-216", nil, "HEAD /x\nAuthorization: Bearer x", 403, "", "T16"},
		{"a token of a POST", "REQ-216", []change{posts}, "POST /x\nAuthorization: Bearer x", 401, "", ""},
		{"a token that passes", "REQ-216", []change{all}, "GET /x\nAuthorization: Bearer x", 401, "", ""},
		{"a token that does no harm", "REQ-216", nil, "GET /x\nAuthorization: Bearer x", 200, "", ""},

		{"a query", "REQ-205", nil, "GET /x?page=2", 200, "Content-Type: application/vnd.api+json", "T17"},
		{"a query of a file", "REQ-205", nil, "GET /x?v=2", 200, "Content-Type: image/svg+xml", ""},
		{"a query that passes", "REQ-205", []change{all}, "GET /x?page=2", 200, "", ""},
		{"a query that a policy left out", "POL-071", []change{byDefault(func(b *cloudfront.Behavior) {
			b.OriginRequestPolicy = &cloudfront.OriginRequestPolicy{QueryStrings: cloudfront.Selection{Behavior: cloudfront.SelectWhitelist, Items: []string{"page"}}}
		})}, "GET /x?utm=2", 200, "", ""},
		{"a query that forwarded_values leaves out", "REQ-205", []change{byDefault(legacy(func(*cloudfront.CachePolicy) {}))}, "GET /x?page=2", 200, "", "T17"},
		{"a query of a redirect", "REQ-205", nil, "GET /x?page=2", 302, "Location: /y", ""},

		{"a page for JSON", "REQ-193", nil, "GET /x\nAccept: application/json", 200, "Content-Type: text/html", "T18"},
		{"JSON for JSON", "REQ-193", nil, "GET /x\nAccept: application/json", 200, "Content-Type: application/json", ""},
		{"a page for who takes both", "REQ-193", nil, "GET /x\nAccept: application/json, text/html;q=0.5", 200, "Content-Type: text/html", ""},
		{"an error page for JSON", "REQ-193", nil, "GET /x\nAccept: application/json", 500, "Content-Type: text/html", ""},

		{"a filter", "REQ-214", nil, "GET /x\nUser-Agent: Mozilla/5.0", 403, "Content-Type: text/html", "T19"},
		{"too many of one", "REQ-214", []change{posts}, "POST /x\nUser-Agent: Mozilla/5.0", 429, "", "T19"},
		{"a permission", "REQ-214", nil, "GET /x\nUser-Agent: Mozilla/5.0", 403, "Content-Type: application/json", ""},
		{"a better reason", "REQ-214", nil, "GET /x\nUser-Agent: Mozilla/5.0\nAuthorization: Bearer x", 403, "", "T16"},
		{"an answer by device", "REQ-214", nil, "GET /x\nUser-Agent: Mozilla/5.0", 200, "Vary: Accept-Encoding, User-Agent", "T19"},
		{"no agent", "REQ-214", nil, "GET /x", 403, "", ""},

		{"another site", "REQ-193", nil, "GET /x\nOrigin: https://b.example", 200, "", "T24"},
		{"another site, at a bucket", "REQ-193", onBucket, "GET /x\nOrigin: https://b.example", 200, "", "T24"},
		{"another site that is admitted", "REQ-193", nil, "GET /x\nOrigin: https://b.example", 200, "Access-Control-Allow-Origin: *", ""},
		{"another site that CloudFront admits", "POL-110", []change{byDefault(decorates(cloudfront.ManagedResponseHeadersPolicy("Managed-SimpleCORS")))}, "GET /x\nOrigin: https://b.example", 200, "", ""},
		{"the same site", "REQ-193", []change{posts}, "POST /x\nOrigin: https://www.example.com", 200, "", ""},

		{"a handshake", "REQ-472", nil, "GET /x\nConnection: Upgrade\nUpgrade: websocket\nSec-WebSocket-Key: x", 400, "", "T28"},
		{"a handshake that passes", "REQ-475", []change{all}, "GET /x\nConnection: Upgrade\nUpgrade: websocket\nSec-WebSocket-Key: x", 400, "", "T29"},

		{"the default root object", "REQ-182", []change{rootObject("index.html")}, "GET /", 404, "", "T37"},
		{"the default root object, found", "REQ-182", []change{rootObject("index.html")}, "GET /", 200, "", ""},
		{"the default root object of a bucket", "REQ-182", append(onBucket, rootObject("index.html")), "GET /", 404, "", ""},
		{"another page", "REQ-182", []change{rootObject("index.html")}, "GET /x", 404, "", ""},
		{"the default root object, sent back", "REQ-182", []change{rootObject("index.html")}, "GET /", 301, "Location: /", "T13"},

		{"a doubled path", "REQ-204", []change{hasOrigin("app", cloudfront.KindCustom, "app.example.net", at("/prod"))}, "GET /prod/x", 200, "", "T38"},
		{"a path that only begins alike", "REQ-204", []change{hasOrigin("app", cloudfront.KindCustom, "app.example.net", at("/prod"))}, "GET /products", 200, "", ""},

		{"a page on the origin that failed", "REQ-438", []change{errorPage(503, "/down.html", 503)}, "GET /x", 503, "", "T42"},
		{"a page on another", "REQ-438", []change{errorPage(503, "/down.html", 503), hasOrigin("web", cloudfront.KindS3, "web.s3.amazonaws.com"), ordered("/down.html", "web", read)}, "GET /x", 503, "", ""},
		{"a page that keeps the status", "REQ-461", []change{errorPage(404, "/404.html", 404)}, "GET /x", 404, "", ""},
		{"a page that does not", "REQ-461", []change{errorPage(404, "/404.html", 200)}, "GET /x", 404, "", "T08"},

		{"a POST to a bucket", "REQ-104", onBucket, "POST /x", 0, "", "T07"},
		{"a PUT to a bucket", "REQ-102", onBucket, "PUT /x", 0, "", "T30"},
		{"a PUT to a website", "REQ-104", []change{hasOrigin("app", cloudfront.KindS3Website, "web.s3-website.eu-west-1.amazonaws.com"), posts}, "PUT /x", 0, "", "T07"},
		{"a missing key", "REQ-391", onBucket, "GET /x", 403, "", "T10"},
		{"a folder", "REQ-172", onBucket, "GET /docs/", 0, "", "T11"},
		{"a folder that a function rewrites", "REQ-172", append(onBucket, byDefault(func(b *cloudfront.Behavior) {
			b.Associations = []cloudfront.Association{{EventType: cloudfront.ViewerRequest}}
		})), "GET /docs/", 0, "", ""},
		{"the root of a bucket", "REQ-172", onBucket, "GET /", 0, "", ""},
		{"the Host of a bucket", "REQ-397", append(onBucket, all), "GET /x", 0, "", "T20"},
		{"a large cookie at a bucket", "REQ-153", append(onBucket, byDefault(forwards("Managed-AllViewerExceptHostHeader"))), "GET /x\nCookie: a=" + strings.Repeat("x", 8100), 0, "", "T41"},
		{"a large cookie at an application", "REQ-153", []change{byDefault(forwards("Managed-AllViewerExceptHostHeader"))}, "GET /x\nCookie: a=" + strings.Repeat("x", 8100), 0, "", ""},
		{"a field beyond a load balancer", "REQ-153", []change{all}, "GET /x\nCookie: a=" + strings.Repeat("x", 17000), 400, "", "T41"},
		{"a 504", "REQ-327", nil, "GET /x", 504, "", "T26"},

		{"the apex of a wildcard", "REQ-008", []change{aliases("*.example.org")}, "GET https://example.org/", 0, "", "T33"},
		{"an unknown name", "REQ-013", []change{aliases("*.example.org")}, "GET https://example.net/", 0, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			run := start(t, []*cloudfront.Distribution{distributionOf(tt.changes...)}, false, nil, Options{})
			var answer http1.Fields
			if tt.answer != "" {
				answer = trapFields(strings.Split(tt.answer, "\n"))
			}
			x := run.edge.Explain(t.Context(), trapRequest(tt.ask), Assume{Status: tt.status, Fields: answer})
			var got []string
			for _, h := range x.Hints() {
				got = append(got, h.Trap)
				if (h.Suggestion == "") != (h.Where == "") {
					t.Errorf("%s suggests %q, to go %q", h.Trap, h.Suggestion, h.Where)
				}
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, " ")); diff != "" {
				t.Errorf("traps (-want +got):\n%s%v", diff, x.Hints())
			}
		})
	}
}

// TestSignsOfPlaces holds what a live answer proves, and what it does not because something stands in for the origin.
func TestSignsOfPlaces(t *testing.T) {
	tests := []struct {
		name, rule, ask, place string
		status                 int
		answer, want           string
	}{
		{"where the origin stands on this machine", "REQ-280", "GET http://localhost:8080/x", "http://localhost:8000", 302, "Location: http://localhost:8000/y", "T21"},
		{"the viewer's own address", "REQ-280", "GET http://localhost:8080/x", "http://localhost:8000", 302, "Location: http://localhost:8080/y", ""},
		{"the echo knows nothing of CORS", "REQ-193", "GET /x\nOrigin: https://b.example", "echo", 200, "", ""},
		{"an application does", "REQ-193", "GET /x\nOrigin: https://b.example", "http://localhost:8000", 200, "", "T24"},
		{"nor of media types", "REQ-193", "GET /x\nAccept: application/json", "echo", 200, "Content-Type: text/html", ""},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			run := start(t, []*cloudfront.Distribution{distributionOf()}, false, nil, Options{})
			x := run.edge.Explain(t.Context(), trapRequest(tt.ask), Assume{Status: tt.status, Fields: trapFields(strings.Split(tt.answer, "\n"))})
			x.fx.explain, x.Result = false, &origins.Result{Place: tt.place}
			var got []string
			for _, h := range x.Signs() {
				got = append(got, h.Trap)
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, " ")); diff != "" {
				t.Errorf("signs (-want +got):\n%s%v", diff, x.Signs())
			}
		})
	}
}

// TestSignsAreCheap holds that a log which asks for the signs of every request costs nothing where there are none.
func TestSignsAreCheap(t *testing.T) {
	run := start(t, []*cloudfront.Distribution{shop(byDefault(target("app")))}, false, nil, Options{})
	answer := http1.Fields{{Name: "Content-Type", Value: "text/html; charset=utf-8"}, {Name: "Vary", Value: "Accept-Encoding"}}
	x := run.edge.Explain(t.Context(), trapRequest("GET /api\nAccept: text/html,*/*\nUser-Agent: Mozilla/5.0\nCookie: a=b\nOrigin: https://www.example.com"), Assume{Fields: answer})
	x.fx.explain = false
	if n := testing.AllocsPerRun(100, func() {
		if hints := x.Signs(); len(hints) > 0 {
			t.Errorf("signs %v", hints)
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
