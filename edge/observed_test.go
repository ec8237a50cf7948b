package edge

import (
	"context"
	"fmt"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"edgecase/config/cloudfront"
)

// errorHead is the head of CloudFront's own error as it was recorded (OBS-001), up to what follows X-Amz-Cf-Id.
func errorHead(status string, length int, connection string) string {
	return fmt.Sprintf("HTTP/1.1 %s\nServer: CloudFront\nDate: {NOW}\nContent-Type: text/html\nContent-Length: %d\nConnection: %s\n"+
		"X-Cache: Error from cloudfront\nVia: 1.1 {VIA}.cloudfront.net (CloudFront)\nX-Amz-Cf-Pop: LOC50-C1\nX-Amz-Cf-Id: {RID}\n", status, length, connection)
}

// The messages of table M as they were recorded, with the length of the page.
const (
	recordedBad      = "Bad request."
	recordedMethod   = "This distribution is not configured to allow the HTTP request method that was used for this request. The distribution supports only cachable requests."
	recordedCountry  = "The Amazon CloudFront distribution is configured to block access from your country."
	recordedResolve  = "CloudFront wasn't able to resolve the origin domain name."
	recordedConnect  = "CloudFront wasn't able to connect to the origin."
	recordedAttempt  = "CloudFront attempted to establish a connection with the origin, but either the attempt failed or the origin closed the connection."
	recordedRedirect = "<html>\n<head><title>301 Moved Permanently</title></head>\n<body>\n<center><h1>301 Moved Permanently</h1></center>\n<hr><center>CloudFront</center>\n</body>\n</html>\n"
)

// TestObservedRefusals holds sections 1 to 4 of the recorded answers, byte for byte.
func TestObservedRefusals(t *testing.T) {
	const host = "app.example.net"
	header := func(name, value string) cloudfront.ResponseHeader {
		return cloudfront.ResponseHeader{Name: name, Value: cloudfront.Known(value), Override: true}
	}
	nosniff, frame := header("X-Content-Type-Options", "nosniff"), header("X-Frame-Options", "SAMEORIGIN")
	scanned := byDefault(decorates(&cloudfront.ResponseHeadersPolicy{Name: cloudfront.Known("p"), Security: cloudfront.SecurityHeaders{ContentTypeOptions: &nosniff, FrameOptions: &frame}}))
	maxAge := byDefault(decorates(&cloudfront.ResponseHeadersPolicy{Name: cloudfront.Known("p"), CustomHeaders: []cloudfront.ResponseHeader{header("Cache-Control", "max-age=86400")}}))
	redirect, http3 := byDefault(over(cloudfront.RedirectToHTTPS)), httpVersion(cloudfront.HTTP2And3)
	all := byDefault(allow(readWrite))
	const json = "{\"model\":\"m\"}"
	moved := func(status, location, more, body string) string {
		length := map[string]string{"301 Moved Permanently": "167", "307 Temporary Redirect": "169"}[status]
		return "HTTP/1.1 " + status + "\nServer: CloudFront\nDate: {NOW}\nContent-Type: text/html\nContent-Length: " + length +
			"\nConnection: keep-alive\nLocation: " + location + "\nX-Cache: Redirect from cloudfront\nVia: 1.1 {VIA}.cloudfront.net (CloudFront)\nX-Amz-Cf-Pop: LOC50-C1\n" + more +
			"X-Amz-Cf-Id: {RID}\n\n" + body
	}
	url8 := func(more int) string { return "/" + strings.Repeat("a", 8192-len("https://www.example.com/")+more) }
	refusedAt := func(rule, name string, status string, length int, connection, code, message, req string, reason Reason, site ...change) row {
		return row{rule: rule, name: name, site: site, request: req, reason: reason, want: errorHead(status, length, connection) + "\n" + errorHTML(code, message)}
	}

	rows := []row{
		refusedAt("OBS-001", "fields of an error", "403 Forbidden", 915, "keep-alive", "403", recordedBad, request("GET /index.php"), HTTPSRequired, byDefault(over(cloudfront.HTTPSOnly))),
		{rule: "OBS-007", name: "method that is not allowed", site: []change{maxAge}, reason: MethodNotAllowed,
			request: request("POST /v1/messages", "Content-Type: application/json", fmt.Sprint("Content-Length: ", len(json))) + json,
			want:    errorHead("403 Forbidden", 1053, "close") + "Cache-Control: max-age=86400\n\n" + errorHTML("403", recordedMethod)},
		refusedAt("OBS-009", "name that nobody claims", "403 Forbidden", 915, "keep-alive", "403", recordedBad, "GET / HTTP/1.1\nHost: other.example.com\n\n", UnknownHost),
		refusedAt("OBS-009", "address as a name", "403 Forbidden", 915, "keep-alive", "403", recordedBad, "GET / HTTP/1.1\nHost: 203.0.113.7\n\n", UnknownHost),
		refusedAt("OBS-014", "https-only", "403 Forbidden", 915, "keep-alive", "403", recordedBad, request("GET /a"), HTTPSRequired, byDefault(over(cloudfront.HTTPSOnly))),

		{rule: "OBS-015", name: "redirect", site: []change{redirect}, request: "GET / HTTP/1.1\nHost: d111111abcdef8.cloudfront.net\n\n", reason: RedirectedToHTTPS,
			want: moved("301 Moved Permanently", "https://d111111abcdef8.cloudfront.net/", "", recordedRedirect)},
		{rule: "OBS-015", name: "redirect of HEAD", site: []change{redirect}, request: "HEAD / HTTP/1.1\nHost: d111111abcdef8.cloudfront.net\n\n", reason: RedirectedToHTTPS,
			want: headOnly(moved("301 Moved Permanently", "https://d111111abcdef8.cloudfront.net/", "", recordedRedirect))},
		{rule: "OBS-016", name: "redirect with HTTP3", site: []change{redirect, http3}, request: request("HEAD /"), reason: RedirectedToHTTPS,
			want: headOnly(moved("301 Moved Permanently", "https://www.example.com/", "Alt-Svc: h3=\":443\"; ma=86400\n", recordedRedirect))},
		{rule: "OBS-017", name: "redirect before a dead origin", site: []change{redirect}, answer: nobody, request: request("GET /a?b=c"), reason: RedirectedToHTTPS,
			want: moved("301 Moved Permanently", "https://www.example.com/a?b=c", "", recordedRedirect)},

		refusedAt("OBS-021", "null in a GET", "403 Forbidden", 915, "close", "403", recordedBad,
			request("GET /v2/a?identifier=xxx", "Content-Length: 4", "Content-Type: application/json")+"null", GetWithBody, all),
		refusedAt("OBS-022", "one byte in a GET", "403 Forbidden", 915, "close", "403", recordedBad, request("GET /", "Content-Length: 1")+"a", GetWithBody),
		refusedAt("OBS-022", "chunks in a GET", "403 Forbidden", 915, "close", "403", recordedBad, request("GET /", "Transfer-Encoding: chunked")+"1\r\na\r\n0\r\n\r\n", GetWithBody),
		refusedAt("OBS-023", "JSON call", "403 Forbidden", 915, "close", "403", recordedBad, request("GET /api/v3/order", "Content-Type: application/json", "Content-Length: 2")+"{}", GetWithBody),
		refusedAt("OBS-024", "malformed", "400 Bad Request", 915, "close", "400", recordedBad, request("GET /%zz"), MalformedRequest),
		refusedAt("OBS-025", "long URL", "414 Request URI Too Long", 915, "close", "414", recordedBad, request("GET "+url8(1)), URLTooLong),
		{rule: "OBS-025", name: "longest URL", request: request("GET " + url8(0)), want: helloBack, reason: OriginAnswered, asked: asked("GET "+url8(0), host)},
	}
	for _, path := range []string{"/", "/admin/x.php"} {
		for _, alias := range []string{"www.example.com", "d111111abcdef8.cloudfront.net"} {
			rows = append(rows, row{rule: "OBS-008", name: "scan of " + alias + path, site: []change{scanned}, request: "POST " + path + " HTTP/1.1\nHost: " + alias + "\n\n", reason: MethodNotAllowed,
				want: errorHead("403 Forbidden", 1053, "keep-alive") + "X-Frame-Options: SAMEORIGIN\nX-Content-Type-Options: nosniff\n\n" + errorHTML("403", recordedMethod)})
		}
	}
	for _, method := range strings.Fields(readWrite) {
		for kind, countries := range map[string]string{"blacklist": "CH", "whitelist": "DE"} {
			want := errorHead("403 Forbidden", 986, "keep-alive") + "\n" + errorHTML("403", recordedCountry)
			if method == "HEAD" {
				want = headOnly(want)
			}
			rows = append(rows, row{rule: "OBS-011", name: kind + " of " + method, site: []change{all, geoRestriction(kind, countries)}, opts: country("CH"),
				request: request(method + " /any/path"), want: want, reason: GeoBlocked})
		}
	}
	for _, method := range []string{"DELETE", "OPTIONS", "PATCH", "POST", "PUT"} {
		page := strings.ReplaceAll(recordedRedirect, "301 Moved Permanently", "307 Temporary Redirect")
		rows = append(rows, row{rule: "OBS-020", name: "redirect of " + method, site: []change{redirect, all}, request: request(method + " /a"), reason: RedirectedToHTTPS,
			want: moved("307 Temporary Redirect", "https://www.example.com/a", "", page)})
	}
	run(t, rows)
}

// TestObservedPages holds that of every error the page has the present form and length (OBS-006, OBS-018 and OBS-026 are
// older ones).
func TestObservedPages(t *testing.T) {
	errors := []*Error{
		errMalformed, errNoHost, errTarget, errURLTooLong, errHeadTooLarge, errBodyTooLarge, errUnknownHost, errDisabled, errStaging, errMethod, errConnect,
		errUnknownMethod, errGetBody, errHTTPSOnly, errOldRedirect, errRootObject, errGeo, errInternal, errOriginUnresolved, errOriginRefused,
		errOriginConnectTimeout, errOriginTLS, errOriginReadTimeout, errOriginClosed, errOriginInvalid, errOriginHead, errOriginRange, errOriginIncomplete,
		errOriginWrite, errViewerGone,
	}
	known := map[string]int{recordedBad: 915, recordedMethod: 1053, recordedCountry: 986, recordedResolve: 960, recordedConnect: 951, recordedAttempt: 1033}
	for _, e := range errors {
		t.Run(fmt.Sprintf("OBS-006/%d %s", e.Status, e.Reason), func(t *testing.T) {
			id := strings.Repeat("x", 54) + "=="
			got := string(e.page(id))
			if want := strings.ReplaceAll(errorHTML(fmt.Sprint(e.Status), e.Message), "{RID}", id); got != want {
				t.Errorf("page %q, want %q", got, want)
			}
			if len(got) != known[e.Message] {
				t.Errorf("%d bytes with %q, want %d", len(got), e.Message, known[e.Message])
			}
		})
	}
}

// TestObservedFailures holds section 5.
func TestObservedFailures(t *testing.T) {
	const host = "app.example.net"
	get, reached := request("GET /"), asked("GET /", host)
	all := byDefault(allow(readWrite))
	slow := func(o *cloudfront.Origin) { o.OriginReadTimeout = 30 * time.Millisecond }
	secure := hasOrigin("app", cloudfront.KindCustom, host, func(o *cloudfront.Origin) { o.OriginProtocolPolicy = cloudfront.OriginHTTPSOnly })
	matching := hasOrigin("app", cloudfront.KindCustom, host, func(o *cloudfront.Origin) { o.OriginProtocolPolicy = cloudfront.OriginMatchViewer })
	noTLS := func(context.Context, string, string) (net.Conn, error) {
		return clear{Reader: strings.NewReader("HTTP/1.1 400 Bad Request\r\n\r\n")}, nil
	}
	page := func(status string, length int, message string) string {
		code, _, _ := strings.Cut(status, " ")
		return errorHead(status, length, "keep-alive") + "\n" + errorHTML(code, message)
	}
	run(t, []row{
		{rule: "OBS-027", name: "name that does not resolve", dial: failing(&net.DNSError{Err: "no such host", Name: host, IsNotFound: true}), request: get,
			want: page("502 Bad Gateway", 960, recordedResolve), reason: OriginUnresolved},
		{rule: "OBS-029", name: "no TLS at an https-only origin", site: []change{secure}, answer: secured, dial: noTLS, request: get,
			want: page("502 Bad Gateway", 951, recordedConnect), reason: OriginTLSFailed},
		{rule: "OBS-029", name: "no TLS at a match-viewer origin", site: []change{matching}, https: true, answer: secured, dial: noTLS, request: get,
			want: page("502 Bad Gateway", 951, recordedConnect), reason: OriginTLSFailed},
		{rule: "OBS-030", name: "closed before an answer", answer: hangUp, request: get, want: page("502 Bad Gateway", 1033, recordedAttempt), reason: OriginClosed, asked: reached},
		{rule: "OBS-030", name: "closed after a POST", site: []change{all}, answer: hangUp, request: request("POST /", "Content-Length: 1") + "a",
			want: page("502 Bad Gateway", 1033, recordedAttempt), reason: OriginClosed, asked: asked("POST /", host, "Content-Length: 1") + "a"},
		{rule: "OBS-033", name: "no answer in time", site: []change{hasOrigin("app", cloudfront.KindCustom, host, slow)}, answers: map[string]string{"": silent}, request: get,
			want: page("504 Gateway Timeout", 1033, recordedAttempt), reason: OriginReadTimeout, asked: reached},
		{rule: "OBS-033", name: "no connection in time", dial: failing(os.ErrDeadlineExceeded), request: get,
			want: page("504 Gateway Timeout", 1033, recordedAttempt), reason: OriginConnectTimeout},
		{rule: "OBS-037", name: "error of the origin", request: request("HEAD /v1/x"), reason: OriginAnswered, asked: asked("HEAD /v1/x", host),
			site:   []change{httpVersion(cloudfront.HTTP2And3)},
			answer: "HTTP/1.1 404 Not Found\nContent-Length: 0\nDate: Tue, 10 Feb 2026 10:00:00 GMT\nX-Envoy-Upstream-Service-Time: 3\nStrict-Transport-Security: max-age=1\nServer: envoy\n\n",
			want: "HTTP/1.1 404 Not Found\nContent-Length: 0\nConnection: keep-alive\nDate: Tue, 10 Feb 2026 10:00:00 GMT\nX-Envoy-Upstream-Service-Time: 3\nStrict-Transport-Security: max-age=1\nServer: envoy\n" +
				"X-Cache: Error from cloudfront\nVia: 1.1 {VIA}.cloudfront.net (CloudFront)\nX-Amz-Cf-Pop: LOC50-C1\nAlt-Svc: h3=\":443\"; ma=86400\nX-Amz-Cf-Id: {RID}\n\n"},
	})
}

// TestObservedBuckets holds section 8, and of sections 10 and 13 what needs a bucket.
func TestObservedBuckets(t *testing.T) {
	const rest = "bucket.s3.us-west-2.amazonaws.com"
	index, about := "<!doctype html>", "<p>about"
	dir := "dir:" + directory(t, map[string]string{"index.html": index, "site/about.html": about})
	bucket := func(edits ...func(*cloudfront.Origin)) change {
		return hasOrigin("app", cloudfront.KindS3, rest, edits...)
	}
	of := func(edit func(*cloudfront.Bucket)) func(*cloudfront.Origin) {
		return func(o *cloudfront.Origin) {
			o.Bucket = &cloudfront.Bucket{Name: cloudfront.Known("bucket"), GetObject: cloudfront.Granted}
			edit(o.Bucket)
		}
	}
	listable := of(func(b *cloudfront.Bucket) { b.ListBucket = cloudfront.Granted })
	sharing := of(func(b *cloudfront.Bucket) {
		b.CORSRules = []cloudfront.CORSRule{{AllowedOrigins: []string{"https://example.com"}, AllowedMethods: []string{"GET", "HEAD"}}}
	})
	open := of(func(b *cloudfront.Bucket) {
		b.CORSRules = []cloudfront.CORSRule{{AllowedOrigins: []string{"*"}, AllowedMethods: []string{"GET"}}}
	})
	xml := func(status, region, inner string) string {
		return back(status, "Content-Type: application/xml\nTransfer-Encoding: chunked", region+"Date: {NOW}\nServer: AmazonS3", "Error",
			chunk("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>"+inner+"</Error>"))
	}
	const denied = "<Code>AccessDenied</Code><Message>Access Denied</Message>"
	// object is the head of the object index.html in the recorded order; cors is what stands behind Date.
	object := func(cache, cors, vary, body string) string {
		return back("200 OK", "Content-Type: text/html\nContent-Length: 15", "Date: {NOW}\n"+cors+"Last-Modified: Fri, 02 Jan 2026 03:04:05 GMT\n"+
			"ETag: \"f45451f4d07ca1f5bab9ed278e880c5f\"\nx-amz-server-side-encryption: AES256\nAccept-Ranges: bytes\nServer: AmazonS3"+vary, cache, body)
	}
	const vary = "\nVary: Origin, Access-Control-Request-Headers, Access-Control-Request-Method"
	const allowed = "Access-Control-Allow-Origin: https://example.com\nAccess-Control-Allow-Methods: GET, HEAD\nAccess-Control-Allow-Credentials: true\n"
	three := byDefault(forwardsHeaders("Origin", "Access-Control-Request-Headers", "Access-Control-Request-Method"))
	everyQuery := byDefault(func(b *cloudfront.Behavior) {
		b.OriginRequestPolicy = &cloudfront.OriginRequestPolicy{Name: cloudfront.Known("q"), QueryStrings: cloudfront.Selection{Behavior: cloudfront.SelectAll}}
	})
	security := cloudfront.ManagedResponseHeadersPolicy("Managed-SecurityHeadersPolicy")
	policy := *security
	policy.Security.ContentSecurityPolicy = &cloudfront.ResponseHeader{Name: "Content-Security-Policy", Value: cloudfront.Known("frame-ancestors 'self'"), Override: true}
	served := func(rule, name, req, want string, site ...change) row {
		return row{rule: rule, name: name, site: append([]change{bucket()}, site...), answer: dir, request: req, want: want, reason: OriginAnswered}
	}
	remote := func(rule, name, answer, want, saw string, site ...change) row {
		return row{rule: rule, name: name, site: append([]change{bucket()}, site...), answer: answer, request: request("GET /"), want: want, asked: saw, reason: OriginAnswered}
	}

	run(t, []row{
		served("OBS-003", "object", request("GET /index.html"), object("Miss", "", "", index)),
		served("OBS-050", "refused object", request("GET /nothing"), xml("403 Forbidden", "x-amz-bucket-region: us-west-2\n", denied)),
		served("OBS-051", "missing key", request("GET /about"), xml("404 Not Found", "", "<Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><Key>about</Key>"), bucket(listable)),
		served("OBS-051", "missing key below origin_path", request("GET /about"), xml("404 Not Found", "", "<Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><Key>site/about</Key>"),
			bucket(listable, func(o *cloudfront.Origin) { o.OriginPath = "/site" })),
		served("OBS-053", "fields of an object", request("HEAD /index.html"), headOnly(object("Miss", "", "", ""))),
		remote("OBS-053", "fields that S3 sends", "HTTP/1.1 200 OK\nx-amz-id-2: a\nx-amz-request-id: b\nx-amz-server-side-encryption: AES256\nx-amz-version-id: c\nServer: AmazonS3\nContent-Length: 5\n\nhello",
			back("200 OK", "Content-Length: 5", "Date: {NOW}\nx-amz-server-side-encryption: AES256\nx-amz-version-id: c\nServer: AmazonS3", "Miss", "hello"), asked("GET /", rest)),
		remote("OBS-053", "region of a refusal", "HTTP/1.1 403 Forbidden\nx-amz-bucket-region: us-west-2\nServer: AmazonS3\nContent-Length: 0\n\n",
			back("403 Forbidden", "Content-Length: 0", "Date: {NOW}\nx-amz-bucket-region: us-west-2\nServer: AmazonS3", "Error", ""), asked("GET /", rest)),
		remote("OBS-054", "request id at the origin", hello, helloBack, asked("GET /", rest)),
		served("OBS-055", "signed URL of CloudFront", request("GET /index.html?Expires=1&Signature=s&Key-Pair-Id=K"), xml("403 Forbidden", "x-amz-bucket-region: us-west-2\n",
			"<Code>AccessDenied</Code><Message>Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters</Message>"), everyQuery),

		served("OBS-061", "route of an application", request("GET /client/route"), object("Error", "", "", index), errorPage(403, "/index.html", 200)),
		served("OBS-061", "page itself", request("GET /index.html"), object("Miss", "", "", index), errorPage(403, "/index.html", 200)),
		served("OBS-061", "route where keys may be listed", request("GET /client/route"), object("Error", "", "", index), bucket(listable), errorPage(404, "/index.html", 200)),
		served("OBS-062", "page with the original status", request("GET /nothing"), strings.Replace(strings.Replace(object("Error", "", "", index), "200 OK", "403 Forbidden", 1),
			"X-Amz-Cf-Id: {RID}\n", "X-Amz-Cf-Id: {RID}\nX-XSS-Protection: 1; mode=block\nX-Frame-Options: SAMEORIGIN\nReferrer-Policy: strict-origin-when-cross-origin\n"+
				"Content-Security-Policy: frame-ancestors 'self'\nX-Content-Type-Options: nosniff\nStrict-Transport-Security: max-age=31536000\n", 1),
			errorPage(403, "/index.html", 403), byDefault(decorates(&policy))),
		served("OBS-081", "block of a policy", request("HEAD /index.html"), strings.Replace(headOnly(object("Miss", "", "", "")),
			"X-Amz-Cf-Id: {RID}\n", "X-Amz-Cf-Id: {RID}\nX-XSS-Protection: 1; mode=block\nX-Frame-Options: SAMEORIGIN\nReferrer-Policy: strict-origin-when-cross-origin\n"+
				"X-Content-Type-Options: nosniff\nStrict-Transport-Security: max-age=31536000\n", 1), byDefault(decorates(security))),

		served("OBS-082", "origin that a rule admits", request("GET /index.html", "Origin: https://example.com"), object("Miss", allowed, vary, index), bucket(sharing), three),
		served("OBS-082", "no origin", request("GET /index.html"), object("Miss", "", vary, index), bucket(sharing), three),
		served("OBS-083", "bucket for everybody", request("GET /index.html", "Origin: https://example.com"),
			object("Miss", "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: GET\n", vary, index), bucket(open), three),
		served("OBS-083", "origin that is not forwarded", request("GET /index.html", "Origin: https://example.com"), object("Miss", "", vary, index), bucket(open)),
		{rule: "OBS-084", name: "preflight without OPTIONS", site: []change{bucket(sharing), three}, answer: dir, reason: MethodNotAllowed,
			request: request("OPTIONS /index.html", "Origin: https://example.com", "Access-Control-Request-Method: GET"),
			want:    errorHead("403 Forbidden", 1053, "keep-alive") + "\n" + errorHTML("403", recordedMethod)},
	})
}

// TestObservedWebsite holds the page of a website endpoint (OBS-052), whose ids are never the same twice.
func TestObservedWebsite(t *testing.T) {
	site := hasOrigin("app", cloudfront.KindS3Website, "bucket.s3-website-us-west-2.amazonaws.com", func(o *cloudfront.Origin) {
		o.Bucket = &cloudfront.Bucket{Name: cloudfront.Known("bucket"), ListBucket: cloudfront.Granted, GetObject: cloudfront.Granted,
			Website: &cloudfront.Website{IndexDocument: "index.html", ErrorDocument: "404.html"}}
	})
	run := start(t, []*cloudfront.Distribution{distributionOf(site)}, false, map[string]map[string]string{"app": {"": "dir:" + directory(t, map[string]string{"index.html": "x"})}}, Options{})
	got := run.send(t, request("GET /group/123"))
	text := plain(got, requestIDs.FindAllStringSubmatch(got, -1))
	head, body, _ := strings.Cut(text, "\n\n")
	want := "HTTP/1.1 404 Not Found\nContent-Type: text/html; charset=utf-8\nContent-Length: 535\nConnection: keep-alive\nDate: {NOW}\nServer: AmazonS3\nX-Cache: Error from cloudfront\n" +
		strings.TrimSuffix(tail, "\n")
	t.Run("OBS-052/head", func(t *testing.T) {
		if head != want {
			t.Errorf("got %q, want %q", head, want)
		}
	})
	t.Run("OBS-052/page", func(t *testing.T) {
		first := "<html>\n<head><title>404 Not Found</title></head>\n<body>\n<h1>404 Not Found</h1>\n<ul>\n<li>Code: NoSuchKey</li>\n<li>Message: The specified key does not exist.</li>\n" +
			"<li>Key: group/123</li>\n<li>RequestId: "
		last := "</li>\n</ul>\n<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>\n<ul>\n<li>Code: NoSuchKey</li>\n" +
			"<li>Message: The specified key does not exist.</li>\n<li>Key: 404.html</li>\n</ul>\n<hr/>\n</body>\n</html>\n"
		if !strings.HasPrefix(body, first) || !strings.HasSuffix(body, last) || len(body) != 535 {
			t.Errorf("%d bytes: %q", len(body), body)
		}
	})
}

// TestObservedErrorPages holds OBS-063: a block is for the whole distribution, until it is gone.
func TestObservedErrorPages(t *testing.T) {
	const api, missing = "api.example.net", `{"message":"Missing Authentication Token"}`
	answer := "HTTP/1.1 403 Forbidden\nContent-Type: application/json\nContent-Length: 42\nx-amzn-ErrorType: MissingAuthenticationTokenException\n\n" + missing
	site := []change{hasOrigin("api", cloudfront.KindCustom, api), ordered("/api/*", "api", readWrite)}
	others := map[string]string{"api": answer}
	saw := map[string]string{"api": asked("GET /api/x", api)}
	run(t, []row{
		{rule: "OBS-063", name: "with the block", site: append([]change{errorPage(403, "/index.html", 200)}, site...), others: others, request: request("GET /api/x"), reason: OriginAnswered,
			want: strings.Replace(helloBack, "Miss", "Error", 1), asked: asked("GET /index.html", "app.example.net"), saw: saw},
		{rule: "OBS-063", name: "without the block", site: site, others: others, request: request("GET /api/x"), reason: OriginAnswered, saw: saw,
			want: back("403 Forbidden", "Content-Type: application/json\nContent-Length: 42", "Date: {NOW}\nx-amzn-ErrorType: MissingAuthenticationTokenException", "Error", missing)},
	})
}
