package edge

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"edgecase/config/cloudfront"
)

// TestResponseHeaderTable is the table of section 9.1 of the request rules, row by row, for both kinds of origin: what a
// viewer gets of a field that an origin sends, or does not send. A row without a case is a failure.
func TestResponseHeaderTable(t *testing.T) {
	type answered struct {
		name   string
		site   []change
		method string // GET if there is none
		answer string // the origin's fields, and its body if there is one
		want   map[string]string
		s3     bool // only for buckets
		custom bool // only for others
	}
	const text = "Content-Length: 5\n"
	gone := func(names ...string) map[string]string {
		want := map[string]string{}
		for _, name := range names {
			want[name] = ""
		}
		return want
	}
	cookies := byDefault(legacy(func(p *cloudfront.CachePolicy) { p.Cookies.Behavior = cloudfront.SelectAll }))
	all := byDefault(allow(readWrite))
	rid, via := "{RID}", "1.1 {VIA}.cloudfront.net (CloudFront)"
	table := map[string][]answered{
		"Set-Cookie": {
			{name: "removed", answer: text + "Set-Cookie: a=1", want: gone("Set-Cookie")},
			{name: "removed from a POST", site: []change{all}, method: "POST", answer: text + "Set-Cookie: a=1", want: gone("Set-Cookie"), custom: true},
			{name: "kept where cookies are forwarded", site: []change{cookies}, answer: text + "Set-Cookie: a=1\nSet-Cookie: b=2", want: map[string]string{"Set-Cookie": "a=1|b=2"}},
			{name: "kept under all viewer headers", site: []change{byDefault(forwards("Managed-AllViewerExceptHostHeader"))}, answer: text + "Set-Cookie: a=1", want: map[string]string{"Set-Cookie": "a=1"}},
			{name: "removed where only headers are forwarded", site: []change{byDefault(forwards("Managed-UserAgentRefererHeaders"))}, answer: text + "Set-Cookie: a=1", want: gone("Set-Cookie")},
		},
		"Trailer":           {{name: "removed", answer: "Transfer-Encoding: chunked\nTrailer: X-T\n\n5\r\nhello\r\n0\r\nX-T: 1\r\n\r\n", want: gone("Trailer", "X-T")}},
		"Transfer-Encoding": {{name: "chunked", answer: "Transfer-Encoding: chunked\n\n5\r\nhello\r\n0\r\n\r\n", want: map[string]string{"Transfer-Encoding": "chunked", "Content-Length": ""}}},
		"Upgrade":           {{name: "removed", answer: text + "Upgrade: h2c", want: gone("Upgrade")}},
		"Via": {
			{name: "own", answer: text, want: map[string]string{"Via": via}},
			{name: "behind the origin's", answer: text + "Via: 1.1 varnish\nVia: 1.0 b.cloudfront.net (CloudFront)", want: map[string]string{"Via": "1.1 varnish, 1.0 b.cloudfront.net (CloudFront), " + via}},
		},
		"Vary": {
			{name: "what is forwarded", site: []change{byDefault(forwardsHeaders("Origin"))}, answer: text + "Vary: Origin, X-Other, Accept-Encoding", want: map[string]string{"Vary": "Origin, Accept-Encoding"}, custom: true},
			{name: "cookies", answer: text + "Vary: Cookie", want: map[string]string{"Vary": "Cookie"}, custom: true},
			{name: "user agent", answer: text + "Vary: User-Agent", want: gone("Vary"), custom: true},
			{name: "user agent beside a device header", site: []change{byDefault(forwardsHeaders("CloudFront-Is-Mobile-Viewer"))}, answer: text + "Vary: User-Agent", want: map[string]string{"Vary": "User-Agent"}, custom: true},
			{name: "of a bucket", answer: text + "Vary: X-Other", want: map[string]string{"Vary": "X-Other"}, s3: true},
		},
		"X-Amz-Id-2, X-Amz-Request-Id": {{name: "of a bucket", answer: text + "x-amz-id-2: a\nx-amz-request-id: b", want: gone("X-Amz-Id-2", "X-Amz-Request-Id"), s3: true}},
		"Connection": {
			{name: "replaced", answer: text + "Connection: X-Hop\nX-Hop: 1", want: map[string]string{"Connection": "keep-alive", "X-Hop": ""}},
			{name: "replaced where the origin closes", answer: text + "Connection: close", want: map[string]string{"Connection": "keep-alive"}},
		},
		"Keep-Alive, Proxy-*, Connection": {{name: "removed", answer: text + "Keep-Alive: timeout=5\nProxy-Authenticate: Basic\nProxy-Connection: a\nConnection: X-Hop\nX-Hop: 1",
			want: gone("Keep-Alive", "Proxy-Authenticate", "Proxy-Connection", "X-Hop")}},
		"Date": {
			{name: "the origin's", answer: text + "Date: Mon, 23 Nov 2026 10:00:00 GMT", want: map[string]string{"Date": "Mon, 23 Nov 2026 10:00:00 GMT"}},
			{name: "CloudFront's", answer: text, want: map[string]string{"Date": "{NOW}"}},
		},
		"Server": {
			{name: "the origin's", answer: text + "Server: gunicorn", want: map[string]string{"Server": "gunicorn"}},
			{name: "none", answer: text, want: gone("Server")},
			{name: "removed by a policy", site: []change{byDefault(decorates(&cloudfront.ResponseHeadersPolicy{Name: cloudfront.Known("p"), RemoveHeaders: []string{"Server"}}))},
				answer: text + "Server: gunicorn", want: map[string]string{"Server": "CloudFront"}},
		},
		"X-Cache":      {{name: "replaced", answer: text + "X-Cache: HIT", want: map[string]string{"X-Cache": "Miss from cloudfront"}}},
		"X-Amz-Cf-Pop": {{name: "replaced", answer: text + "X-Amz-Cf-Pop: FRA50-C1", want: map[string]string{"X-Amz-Cf-Pop": "LOC50-C1"}}},
		"X-Amz-Cf-Id":  {{name: "replaced", answer: text + "X-Amz-Cf-Id: a", want: map[string]string{"X-Amz-Cf-Id": rid}}},
		"Age":          {{name: "none on a miss", answer: text, want: gone("Age")}, {name: "the origin's", answer: text + "Age: 7", want: map[string]string{"Age": "7"}}},
		"Alt-Svc": {
			{name: "HTTP3", site: []change{httpVersion(cloudfront.HTTP2And3)}, answer: text, want: map[string]string{"Alt-Svc": `h3=":443"; ma=86400`}},
			{name: "no HTTP3", answer: text, want: gone("Alt-Svc")},
		},
		"Content-Length":   {{name: "passed on", answer: text, want: map[string]string{"Content-Length": "5", "Transfer-Encoding": ""}}},
		"ETag":             {{name: "as it is without compression", answer: text + "ETag: \"a\"", want: map[string]string{"ETag": `"a"`}}},
		"Content-Encoding": {{name: "as it is without compression", answer: text + "Content-Encoding: x-own", want: map[string]string{"Content-Encoding": "x-own"}}},
	}
	var rows []string
	for _, row := range ruleTable(t, "request.md", "### 9.1 Headers removed, replaced, added") {
		name := strings.Join(rowHeaders(strings.ReplaceAll(row[0], "-*`", "-`")), ", ")
		rows = append(rows, strings.Replace(name, "Proxy-", "Proxy-*", 1))
	}
	slices.Sort(rows)
	if diff := cmp.Diff(rows, slices.Sorted(maps.Keys(table))); diff != "" {
		t.Errorf("rows (-request.md +cases):\n%s", diff)
	}
	for row, list := range table {
		for _, tt := range list {
			for kind, domain := range map[cloudfront.Kind]string{cloudfront.KindCustom: "app.example.net", cloudfront.KindS3: "bucket.s3.eu-west-1.amazonaws.com"} {
				if tt.s3 && kind != cloudfront.KindS3 || tt.custom && kind != cloudfront.KindCustom {
					continue
				}
				t.Run("REQ-270/"+row+"/"+strings.ReplaceAll(tt.name, " ", "-")+"/"+string(kind), func(t *testing.T) {
					t.Parallel()
					answer := "HTTP/1.1 200 OK\n" + strings.TrimSuffix(tt.answer, "\n")
					if !strings.Contains(answer, "\n\n") {
						answer += "\n\nhello"
					}
					d := distributionOf(append([]change{hasOrigin("app", kind, domain)}, tt.site...)...)
					run := start(t, []*cloudfront.Distribution{d}, false, map[string]map[string]string{"app": {"": answer}}, Options{})
					method := tt.method
					if method == "" {
						method = "GET"
					}
					got := run.send(t, request(method+" /"))
					head, _, _ := strings.Cut(plain(got, requestIDs.FindAllStringSubmatch(got, -1)), "\n\n")
					for name, want := range tt.want {
						if got := strings.Join(values(strings.Split(head, "\n"), name), "|"); got != want {
							t.Errorf("%s: %q at the viewer, want %q, in %q", name, got, want, head)
						}
					}
					checkExplained(t, run.edge, run.watch.wait(t))
				})
			}
		}
	}
}

// TestExpectedResults is the table of section 9.3: X-Cache by what happened. What functions and the cache answer has its
// tests where they are.
func TestExpectedResults(t *testing.T) {
	const host = "app.example.net"
	redirect := byDefault(over(cloudfront.RedirectToHTTPS))
	missing := "HTTP/1.1 404 Not Found\nContent-Length: 2\n\nno"
	var rows []row
	for _, status := range []string{"200 OK", "201 Created", "206 Partial Content", "301 Moved", "302 Found", "307 Moved", "399 Odd"} {
		rows = append(rows, row{rule: "REQ-292", name: "miss with " + status, answer: "HTTP/1.1 " + status + "\nContent-Length: 0\n\n", request: request("GET /"),
			want: back(status, "Content-Length: 0", "Date: {NOW}", "Miss", ""), reason: OriginAnswered, asked: asked("GET /", host)})
	}
	for _, status := range []string{"400 Bad", "401 No", "403 No", "404 No", "405 No", "414 No", "416 No", "429 No", "500 Oops", "501 Oops", "502 Oops", "503 Oops", "504 Oops"} {
		rows = append(rows, row{rule: "REQ-293", name: "error with " + status, answer: "HTTP/1.1 " + status + "\nContent-Length: 0\nX-Own: 1\n\n", request: request("GET /"),
			want: back(status, "Content-Length: 0", "Date: {NOW}\nX-Own: 1", "Error", ""), reason: OriginAnswered, asked: asked("GET /", host)})
	}
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "OPTIONS"} {
		rows = append(rows, row{rule: "REQ-294", name: "miss of " + method, site: []change{byDefault(allow(readWrite))}, request: request(method + " /"), want: helloBack, reason: OriginAnswered, asked: asked(method+" /", host)})
	}
	rows = append(rows,
		row{rule: "REQ-292", name: "redirect", site: []change{redirect}, request: request("GET /"), want: redirected("301 Moved Permanently", "https://www.example.com/"), reason: RedirectedToHTTPS},
		row{rule: "REQ-292", name: "error of CloudFront", request: request("POST /"), want: refused("403 Forbidden", methodRefused, "keep-alive"), reason: MethodNotAllowed},
		row{rule: "REQ-292", name: "error with a page of 200", site: []change{errorPage(404, "/e", 200)}, answers: map[string]string{"GET /a": missing, "GET /e": hello}, request: request("GET /a"),
			want: strings.Replace(helloBack, "Miss", "Error", 1), reason: OriginAnswered, asked: asked("GET /a", host) + asked("GET /e", host)},
		row{rule: "REQ-280", name: "redirect that names the origin", answer: "HTTP/1.1 301 Moved Permanently\nContent-Length: 0\nLocation: http://" + host + "/a/\n\n", request: request("GET /a"),
			want: back("301 Moved Permanently", "Content-Length: 0", "Date: {NOW}\nLocation: http://"+host+"/a/", "Miss", ""), reason: OriginAnswered, asked: asked("GET /a", host)},
	)
	run(t, rows)
}

// TestMessages is the table of section 3.3: the message and the length of each page that edgecase gives.
func TestMessages(t *testing.T) {
	const none = "" // no answer of edgecase has it
	want := map[string]string{
		"Method not allowed": methodRefused, "Unknown host; GET with body; https-only over HTTP ([inferred] for the last)": badRequest, "Geo restriction": countryBlocked,
		"Origin name not resolvable": cannotResolve, "Origin not connectable": cannotConnect, "Connection attempt failed or origin closed it": attemptFailed,
		"AWS WAF block": none, "TLS certificate of another account (domain fronting)": none, "Origin not available (fingerprint lists only)": none,
	}
	for _, row := range ruleTable(t, "request.md", "- **REQ-092** Messages (the length is that of the whole body with a 56-character ID): — [observed: public captures] except where marked") {
		t.Run("REQ-092/"+row[0], func(t *testing.T) {
			message, known := want[row[0]]
			switch {
			case !known:
				t.Errorf("no case for %q", row[0])
			case message == none:
			case "`"+message+"`" != row[2]:
				t.Errorf("%q, want %s", message, row[2])
			default:
				e := Error{Status: 403, Message: message}
				if length, _, _ := strings.Cut(row[3], " "); length != fmt.Sprint(len(e.page(strings.Repeat("x", 56)))) {
					t.Errorf("%d bytes, want %s", len(e.page(strings.Repeat("x", 56))), row[3])
				}
			}
		})
	}
}
