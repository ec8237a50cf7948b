package edge

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"edgecase/config/cloudfront"
)

func TestAnswers(t *testing.T) {
	const host = "app.example.net"
	const text = "Content-Type: text/plain\nContent-Length: 5"
	get, reached := request("GET /"), asked("GET /", host)
	// answered is a GET whose origin says answer.
	answered := func(name, rule, answer, want string, site ...change) row {
		return row{name: name, rule: rule, site: site, answer: answer, request: get, want: want, reason: OriginAnswered, asked: reached}
	}
	all := byDefault(allow(readWrite))
	cookies := byDefault(forwardsAllBut("Host"))
	s3 := hasOrigin("app", cloudfront.KindS3, "bucket.s3.eu-west-1.amazonaws.com")
	reachedS3 := asked("GET /", "bucket.s3.eu-west-1.amazonaws.com")

	rows := []row{
		answered("recorded order", "OBS-003", "HTTP/1.1 200 OK\nDate: Mon, 23 Nov 2026 10:00:00 GMT\nServer: Apache\nETag: \"a\"\nContent-Length: 5\nContent-Type: text/plain\n\nhello",
			"HTTP/1.1 200 OK\nContent-Type: text/plain\nContent-Length: 5\nConnection: keep-alive\nDate: Mon, 23 Nov 2026 10:00:00 GMT\nServer: Apache\nETag: \"a\"\n"+
				"X-Cache: Miss from cloudfront\nVia: 1.1 {VIA}.cloudfront.net (CloudFront)\nX-Amz-Cf-Pop: LOC50-C1\nX-Amz-Cf-Id: {RID}\n\nhello"),
		answered("reason phrase", "REQ-278", "HTTP/1.1 200 Fine\n"+text+"\n\nhello", back("200 Fine", text, "Date: {NOW}", "Miss", "hello")),
		answered("date of CloudFront", "REQ-270", hello, helloBack),
		answered("no server is added", "REQ-270", hello, helloBack),
		answered("cookies are not forwarded", "REQ-221", "HTTP/1.1 200 OK\n"+text+"\nSet-Cookie: a=1\nSet-Cookie: b=2\n\nhello", helloBack),
		answered("hop by hop", "REQ-270", "HTTP/1.1 200 OK\n"+text+"\nConnection: X-Hop, keep-alive\nKeep-Alive: timeout=5\nTrailer: X-T\nUpgrade: h2c\nTE: trailers\n"+
			"Proxy-Authenticate: Basic\nX-Hop: 1\nX-Own: 1\n\nhello", back("200 OK", text, "Date: {NOW}\nX-Own: 1", "Miss", "hello")),
		answered("via of the origin", "OBS-074", "HTTP/1.1 200 OK\n"+text+"\nVia: 1.1 varnish\nVia: 1.1 nginx\n\nhello",
			strings.Replace(helloBack, "Via: ", "Via: 1.1 varnish, 1.1 nginx, ", 1)),
		answered("foreign vary", "REQ-270", "HTTP/1.1 200 OK\n"+text+"\nVary: Accept-Encoding, X-Own, Cookie\nVary: Origin\n\nhello",
			back("200 OK", text, "Date: {NOW}\nVary: Accept-Encoding, Cookie", "Miss", "hello")),
		answered("its own x-cache", "REQ-276", "HTTP/1.1 200 OK\n"+text+"\nX-Cache: HIT\nX-Amz-Cf-Id: a\nX-Amz-Cf-Pop: b\nX-Edgecase-Reason: mine\n\nhello",
			back("200 OK", text, "Date: {NOW}\nX-Edgecase-Reason: mine", "Miss", "hello")),
		answered("other fields as they came", "REQ-270", "HTTP/1.1 200 OK\n"+text+"\nx-LOWER: 1\nX-Twice: 1\nx-twice: 2\nCache-Control: no-store\nAge: 7\n\nhello",
			back("200 OK", text, "Date: {NOW}\nx-LOWER: 1\nX-Twice: 1\nx-twice: 2\nCache-Control: no-store\nAge: 7", "Miss", "hello")),
		answered("chunks stand where the length would", "REQ-283", "HTTP/1.1 200 OK\nX-A: 1\nTransfer-Encoding: chunked\nContent-Type: text/plain\n\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n",
			back("200 OK", "Content-Type: text/plain\nTransfer-Encoding: chunked", "Date: {NOW}\nX-A: 1", "Miss", "3\nhel\n2\nlo\n0\n\n")),
		answered("until the end of the connection", "REQ-270", "HTTP/1.1 200 OK\nContent-Type: text/plain\n\nhello",
			back("200 OK", "Content-Type: text/plain\nTransfer-Encoding: chunked", "Date: {NOW}", "Miss", "5\nhello\n0\n\n")),
		answered("old origin", "REQ-203", "HTTP/1.0 200 OK\nContent-Type: text/plain\nContent-Length: 5\n\nhello", helloBack),
		answered("no content type", "REQ-270", "HTTP/1.1 200 OK\nContent-Length: 5\n\nhello", back("200 OK", "Content-Length: 5", "Date: {NOW}", "Miss", "hello")),
		answered("empty", "REQ-278", "HTTP/1.1 200 OK\nContent-Length: 0\n\n", back("200 OK", "Content-Length: 0", "Date: {NOW}", "Miss", "")),
		answered("no content", "REQ-278", "HTTP/1.1 204 No Content\nX-A: 1\n\n", back("204 No Content", "", "Date: {NOW}\nX-A: 1", "Miss", "")),
		answered("no strict transport security", "REQ-134", hello, helloBack),
		answered("strict transport security of the origin", "REQ-134", "HTTP/1.1 200 OK\n"+text+"\nStrict-Transport-Security: max-age=1\n\nhello",
			back("200 OK", text, "Date: {NOW}\nStrict-Transport-Security: max-age=1", "Miss", "hello")),
		answered("server of the application", "REQ-273", "HTTP/1.1 503 Busy\n"+text+"\nServer: gunicorn\n\nhello", back("503 Busy", text, "Date: {NOW}\nServer: gunicorn", "Error", "hello")),
		answered("no server of CloudFront", "CACHE-233", "HTTP/1.1 404 Not Found\nContent-Length: 0\n\n", back("404 Not Found", "Content-Length: 0", "Date: {NOW}", "Error", "")),
		answered("case of names", "REQ-275", "HTTP/1.1 200 OK\n"+text+"\nx-lower: 1\nX-UPPER: 2\nETAG: \"a\"\n\nhello",
			back("200 OK", text, "Date: {NOW}\nx-lower: 1\nX-UPPER: 2\nETAG: \"a\"", "Miss", "hello")),
		answered("age of the origin", "CACHE-222", "HTTP/1.1 200 OK\n"+text+"\nAge: 100\n\nhello", back("200 OK", text, "Date: {NOW}\nAge: 100", "Miss", "hello")),
		answered("no age", "CACHE-222", hello, helloBack),
		answered("redirect is no error", "CACHE-231", "HTTP/1.1 399 Odd\nContent-Length: 0\n\n", back("399 Odd", "Content-Length: 0", "Date: {NOW}", "Miss", "")),
		answered("error", "CACHE-228", "HTTP/1.1 400 Bad Request\nContent-Length: 0\n\n", back("400 Bad Request", "Content-Length: 0", "Date: {NOW}", "Error", "")),
		answered("interim answers", "REQ-277", "HTTP/1.1 103 Early Hints\nLink: </a>\n\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello", helloBack),
		answered("redirect of the origin", "REQ-279", "HTTP/1.1 302 Found\nContent-Length: 0\nLocation: http://app.example.net/login\n\n",
			back("302 Found", "Content-Length: 0", "Date: {NOW}\nLocation: http://app.example.net/login", "Miss", "")),
		answered("not modified", "REQ-281", "HTTP/1.1 304 Not Modified\nETag: \"a\"\n\n", back("304 Not Modified", "", "Date: {NOW}\nETag: \"a\"", "Miss", "")),
		answered("error of the origin", "REQ-282", "HTTP/1.1 404 Not Found\nContent-Type: application/json\nContent-Length: 2\n\n{}",
			back("404 Not Found", "Content-Type: application/json\nContent-Length: 2", "Date: {NOW}", "Error", "{}")),
		answered("server error of the origin", "OBS-037", "HTTP/1.1 500 Oops\nContent-Length: 0\nServer: envoy\n\n",
			back("500 Oops", "Content-Length: 0", "Date: {NOW}\nServer: envoy", "Error", "")),
		answered("unsatisfiable range", "REQ-295", "HTTP/1.1 416 Range Not Satisfiable\nContent-Length: 0\nContent-Range: bytes */5\n\n",
			back("416 Range Not Satisfiable", "Content-Length: 0", "Date: {NOW}\nContent-Range: bytes */5", "Error", "")),
		answered("unregistered status", "REQ-282", "HTTP/1.1 799 Odd\nContent-Length: 0\n\n", back("799 Odd", "Content-Length: 0", "Date: {NOW}", "Error", "")),

		{name: "cookies are forwarded", rule: "REQ-221", site: []change{cookies}, answer: "HTTP/1.1 200 OK\n" + text + "\nSet-Cookie: a=1\nSet-Cookie: b=2\n\nhello",
			request: get, want: back("200 OK", text, "Date: {NOW}\nSet-Cookie: a=1\nSet-Cookie: b=2", "Miss", "hello"), reason: OriginAnswered, asked: reached},
		{name: "cookies of a login", rule: "CACHE-114", site: []change{all}, request: request("POST /"), answer: "HTTP/1.1 302 Found\nLocation: /\nContent-Length: 0\nSet-Cookie: sid=1\n\n",
			want: back("302 Found", "Content-Length: 0", "Date: {NOW}\nLocation: /", "Miss", ""), reason: OriginAnswered, asked: asked("POST /", host)},
		{name: "cookies of an error", rule: "CACHE-110", request: get, answer: "HTTP/1.1 403 Forbidden\nContent-Length: 0\nSet-Cookie: a=1\n\n",
			want: back("403 Forbidden", "Content-Length: 0", "Date: {NOW}", "Error", ""), reason: OriginAnswered, asked: reached},
		{name: "cookies where one is forwarded", rule: "CACHE-110", request: get, answer: "HTTP/1.1 200 OK\n" + text + "\nSet-Cookie: b=1\n\nhello",
			site: []change{byDefault(legacy(func(p *cloudfront.CachePolicy) {
				p.Cookies = cloudfront.Selection{Behavior: cloudfront.SelectWhitelist, Items: []string{"a"}}
			}))},
			want: back("200 OK", text, "Date: {NOW}\nSet-Cookie: b=1", "Miss", "hello"), reason: OriginAnswered, asked: reached},
		{name: "post", rule: "CACHE-231", site: []change{all}, request: request("POST /"), want: helloBack, reason: OriginAnswered, asked: asked("POST /", host)},
		{name: "error of CloudFront", rule: "CACHE-228", request: get, answer: nobody, want: refused("502 Bad Gateway", cannotConnect, "keep-alive"), reason: OriginRefused},
		{name: "event stream", rule: "REQ-485", request: request("GET /", "Accept-Encoding: gzip, br"), reason: OriginAnswered,
			site: []change{byDefault(func(b *cloudfront.Behavior) {
				b.CachePolicy, b.Compress = cloudfront.ManagedCachePolicy("Managed-CachingOptimized"), true
			})},
			answer: "HTTP/1.1 200 OK\nContent-Type: text/event-stream\nContent-Length: 2000\n\n" + strings.Repeat("data: 1234\n", 181) + "datadata\n",
			want:   back("200 OK", "Content-Type: text/event-stream\nContent-Length: 2000", "Date: {NOW}", "Miss", strings.Repeat("data: 1234\n", 181)+"datadata\n"),
			asked:  strings.Replace(reached, "User-Agent", "Accept-Encoding: br,gzip\nUser-Agent", 1)},
		{name: "fields of S3", rule: "REQ-272", site: []change{s3}, request: get, reason: OriginAnswered, asked: reachedS3,
			answer: "HTTP/1.1 200 OK\n" + text + "\nETag: \"a\"\nLast-Modified: Mon, 23 Nov 2026 10:00:00 GMT\nAccept-Ranges: bytes\nx-amz-version-id: c\n" +
				"x-amz-server-side-encryption: AES256\nx-amz-meta-a: 1\nServer: AmazonS3\n\nhello",
			want: back("200 OK", text, "Date: {NOW}\nETag: \"a\"\nLast-Modified: Mon, 23 Nov 2026 10:00:00 GMT\nAccept-Ranges: bytes\nx-amz-version-id: c\n"+
				"x-amz-server-side-encryption: AES256\nx-amz-meta-a: 1\nServer: AmazonS3", "Miss", "hello")},
		{name: "refusal of S3", rule: "REQ-101", site: []change{s3}, request: get, reason: OriginAnswered, asked: reachedS3,
			answer: "HTTP/1.1 403 Forbidden\nContent-Type: application/xml\nX-Odd: 1\nServer: AmazonS3\nContent-Length: 8\n\n<Error/>",
			want:   back("403 Forbidden", "Content-Type: application/xml\nContent-Length: 8", "Date: {NOW}\nX-Odd: 1\nServer: AmazonS3", "Error", "<Error/>")},
		{name: "identification of S3", rule: "REQ-271", site: []change{s3}, request: get, reason: OriginAnswered, asked: reachedS3,
			answer: "HTTP/1.1 200 OK\nx-amz-id-2: a\nx-amz-request-id: b\nx-amz-version-id: c\nServer: AmazonS3\n" + text + "\nVary: X-Own\n\nhello",
			want:   back("200 OK", text, "Date: {NOW}\nx-amz-version-id: c\nServer: AmazonS3\nVary: X-Own", "Miss", "hello")},
		{name: "head", rule: "REQ-287", request: request("HEAD /"), want: headOnly(helloBack), reason: OriginAnswered, asked: asked("HEAD /", host)},
		{name: "head of unknown length", rule: "REQ-287", request: request("HEAD /"), answer: "HTTP/1.1 200 OK\nContent-Type: text/plain\nTransfer-Encoding: chunked\n\n",
			want: headOnly(back("200 OK", "Content-Type: text/plain", "Date: {NOW}", "Miss", "")), reason: OriginAnswered, asked: asked("HEAD /", host)},
		{name: "head of an error", rule: "OBS-037", request: request("HEAD /"), answer: "HTTP/1.1 404 Not Found\nContent-Length: 9\n\n",
			want: back("404 Not Found", "Content-Length: 9", "Date: {NOW}", "Error", ""), reason: OriginAnswered, asked: asked("HEAD /", host)},
		{name: "conditional request", rule: "REQ-496", request: request("GET /", "If-None-Match: \"a\""), answer: "HTTP/1.1 304 Not Modified\nETag: \"a\"\n\n",
			want: back("304 Not Modified", "", "Date: {NOW}\nETag: \"a\"", "Miss", ""), reason: OriginAnswered, asked: asked("GET /", host, "If-None-Match: \"a\"")},
		{name: "range", rule: "REQ-491", request: request("GET /", "Range: bytes=0-1"), answer: "HTTP/1.1 206 Partial Content\nContent-Range: bytes 0-1/5\nContent-Length: 2\n\nhe",
			want: back("206 Partial Content", "Content-Length: 2", "Date: {NOW}\nContent-Range: bytes 0-1/5", "Miss", "he"), reason: OriginAnswered,
			asked: asked("GET /", host, "Range: bytes=0-1")},
		{name: "post", rule: "REQ-294", site: []change{all}, request: request("POST /"), want: helloBack, reason: OriginAnswered, asked: asked("POST /", host)},
		{name: "answer before the body was sent", rule: "REQ-262", site: []change{all}, request: request("POST /", "Content-Length: 3") + "abc",
			answer: "HTTP/1.1 413 Too Much\nContent-Length: 0\n\n", want: back("413 Too Much", "Content-Length: 0", "Date: {NOW}", "Error", ""),
			reason: OriginAnswered, asked: asked("POST /", host, "Content-Length: 3") + "abc"},

		{name: "old viewer", rule: "REQ-288", request: "GET / HTTP/1.0\nHost: www.example.com\n\n", reason: OriginAnswered,
			want: closing(helloBack), asked: strings.Replace(reached, "Via: 1.1", "Via: 1.0", 1)},
		{name: "old viewer that keeps alive", rule: "REQ-288", request: "GET / HTTP/1.0\nHost: www.example.com\nConnection: keep-alive\n\n", reason: OriginAnswered,
			want: helloBack, asked: strings.Replace(reached, "Via: 1.1", "Via: 1.0", 1)},
		{name: "chunks for an old viewer", rule: "REQ-288", request: "GET / HTTP/1.0\nHost: www.example.com\nConnection: keep-alive\n\n", reason: OriginAnswered,
			answer: "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n5\r\nhello\r\n0\r\n\r\n",
			want:   closing(back("200 OK", "", "Date: {NOW}", "Miss", "hello")), asked: strings.Replace(reached, "Via: 1.1", "Via: 1.0", 1)},
		{name: "viewer that closes", rule: "REQ-270", request: request("GET /", "Connection: close"), want: closing(helloBack), reason: OriginAnswered, asked: reached},
	}
	pipelined := row{name: "pipelined requests", rule: "REQ-093", reason: OriginAnswered + " " + MethodNotAllowed + " " + OriginAnswered,
		request: request("GET /1") + strings.ReplaceAll(request("DELETE /2")+request("GET /3"), "\n", "\r\n"),
		want:    helloBack + refused("403 Forbidden", methodRefused, "keep-alive") + helloBack, asked: asked("GET /1", host) + asked("GET /3", host)}
	run(t, append(rows, pipelined))
}

func TestResponseHeadersPolicies(t *testing.T) {
	const host = "app.example.net"
	header := func(name, value string, override bool) cloudfront.ResponseHeader {
		return cloudfront.ResponseHeader{Name: name, Value: cloudfront.Known(value), Override: override}
	}
	with := func(p cloudfront.ResponseHeadersPolicy) change {
		p.Name = cloudfront.Known("p")
		return byDefault(decorates(&p))
	}
	hsts := header("Strict-Transport-Security", "max-age=1", true)
	nosniff := header("X-Content-Type-Options", "nosniff", true)
	custom := with(cloudfront.ResponseHeadersPolicy{
		Security:      cloudfront.SecurityHeaders{ContentTypeOptions: &nosniff},
		CustomHeaders: []cloudfront.ResponseHeader{header("X-Own", "policy", true), header("Cache-Control", "max-age=1", false)},
		RemoveHeaders: []string{"X-Powered-By", "server", "X-Own"},
	})
	added := []string{"X-Content-Type-Options: nosniff", "X-Own: policy", "Cache-Control: max-age=1"}
	const text = "Content-Type: text/plain\nContent-Length: 5"
	get := request("GET /")
	end := strings.Join(added, "\n") + "\n"
	decorated := func(text string) string {
		return strings.Replace(text, "X-Amz-Cf-Id: {RID}\n", "X-Amz-Cf-Id: {RID}\n"+end, 1)
	}
	own := with(cloudfront.ResponseHeadersPolicy{CustomHeaders: []cloudfront.ResponseHeader{header("Server", "mine", true), header("Date", "today", true)}})

	run(t, []row{
		{name: "removed, then added", rule: "POL-100", site: []change{custom}, request: get, reason: OriginAnswered, asked: asked("GET /", host),
			answer: "HTTP/1.1 200 OK\n" + text + "\nX-Powered-By: php\nServer: Apache\nX-Own: origin\n\nhello",
			want:   decorated(back("200 OK", text, "Date: {NOW}\nServer: CloudFront", "Miss", "hello"))},
		{name: "server that was removed", rule: "REQ-273", site: []change{with(cloudfront.ResponseHeadersPolicy{RemoveHeaders: []string{"Server"}})}, request: get, reason: OriginAnswered, asked: asked("GET /", host),
			answer: "HTTP/1.1 200 OK\n" + text + "\nServer: Apache\n\nhello", want: back("200 OK", text, "Date: {NOW}\nServer: CloudFront", "Miss", "hello")},
		{name: "CloudFront's own fields", rule: "REQ-590", site: []change{with(cloudfront.ResponseHeadersPolicy{RemoveHeaders: []string{"X-Cache", "Via", "X-Amz-Cf-Pop", "X-Amz-Cf-Id"}})},
			request: get, reason: OriginAnswered, asked: asked("GET /", host), want: helloBack},
		{name: "strict transport security", rule: "REQ-134", site: []change{with(cloudfront.ResponseHeadersPolicy{
			Security: cloudfront.SecurityHeaders{StrictTransportSecurity: &hsts}})}, request: get, reason: OriginAnswered, asked: asked("GET /", host),
			want: strings.Replace(helloBack, "{RID}\n", "{RID}\nStrict-Transport-Security: max-age=1\n", 1)},
		{name: "kept without override", rule: "POL-104", site: []change{custom}, request: get, reason: OriginAnswered, asked: asked("GET /", host),
			answer: "HTTP/1.1 200 OK\n" + text + "\nServer: Apache\nCache-Control: no-store\n\nhello",
			want: strings.Replace(decorated(back("200 OK", text, "Date: {NOW}\nServer: CloudFront\nCache-Control: no-store", "Miss", "hello")),
				"Cache-Control: max-age=1\n", "", 1)},
		{name: "error of the origin", rule: "POL-107", site: []change{custom}, request: get, reason: OriginAnswered, asked: asked("GET /", host),
			answer: "HTTP/1.1 404 Not Found\nContent-Length: 0\n\n", want: decorated(back("404 Not Found", "Content-Length: 0", "Date: {NOW}\nServer: CloudFront", "Error", ""))},
		{name: "error page takes the policy of the request", rule: "POL-106", site: []change{custom, errorPage(404, "/e/404.html", 404), ordered("/e/*", "app", read)},
			request: get, reason: OriginAnswered, asked: asked("GET /", host) + asked("GET /e/404.html", host),
			answers: map[string]string{"": "HTTP/1.1 404 Not Found\nContent-Length: 0\n\n", "GET /e/404.html": hello},
			want:    decorated(back("404 Not Found", text, "Date: {NOW}\nServer: CloudFront", "Error", "hello"))},
		{name: "refused method", rule: "POL-108", site: []change{custom}, request: request("POST /"), reason: MethodNotAllowed,
			want: refused("403 Forbidden", methodRefused, "keep-alive", added...)},
		{name: "origin that failed", rule: "POL-108", site: []change{custom}, answer: nobody, request: get, reason: OriginRefused,
			want: refused("502 Bad Gateway", cannotConnect, "keep-alive", added...)},
		{name: "unknown host", rule: "POL-108", site: []change{custom}, request: "GET / HTTP/1.1\nHost: a.example\n\n", reason: UnknownHost,
			want: refused("403 Forbidden", "Bad request.", "keep-alive")},
		{name: "redirect", rule: "POL-109", site: []change{custom, byDefault(over(cloudfront.RedirectToHTTPS))}, request: get, reason: RedirectedToHTTPS,
			want: redirected("301 Moved Permanently", "https://www.example.com/")},
		{name: "not modified", rule: "POL-110", site: []change{custom}, request: get, reason: OriginAnswered, asked: asked("GET /", host),
			answer: "HTTP/1.1 304 Not Modified\nServer: Apache\n\n", want: decorated(back("304 Not Modified", "", "Date: {NOW}\nServer: CloudFront", "Miss", ""))},
		{name: "server and date of the policy on a refusal", rule: "POL-172", site: []change{own}, request: request("HEAD /", "Content-Length: 1") + "a", reason: GetWithBody,
			want: strings.NewReplacer("Server: CloudFront\nDate: {NOW}\n", "").Replace(headOnly(refused("403 Forbidden", "Bad request.", "close", "Server: mine", "Date: today")))},
		{name: "server and date of the policy", rule: "POL-172", site: []change{own}, request: get, reason: OriginAnswered, asked: asked("GET /", host),
			want: strings.Replace(strings.Replace(helloBack, "Date: {NOW}\n", "", 1), "{RID}\n", "{RID}\nServer: mine\nDate: today\n", 1)},
	})
}

func TestDebugHeaders(t *testing.T) {
	const host = "app.example.net"
	debug := func(o *Options) { o.DebugHeaders, o.TraceURL = true, "http://127.0.0.1:8081/t/" }
	run(t, []row{
		{name: "answer", rule: "CACHE-234", opts: debug, request: request("GET /"), reason: OriginAnswered, asked: asked("GET /", host),
			want: strings.Replace(helloBack, "{RID}\n", "{RID}\nX-Edgecase-Behavior: *\nX-Edgecase-Origin: app\nX-Edgecase-Reason: origin-answered\n"+
				"X-Edgecase-Trace: http://127.0.0.1:8081/t/{RID}\n", 1)},
		{name: "an origin that is another edgecase", rule: "CACHE-234", opts: debug, request: request("GET /"), reason: OriginAnswered, asked: asked("GET /", host),
			answer: strings.Replace(hello, "\n\n", "\nX-Edgecase-Trace: http://a.example/\nx-edgecase-stale-config: 1\n\n", 1),
			want: strings.Replace(helloBack, "{RID}\n", "{RID}\nX-Edgecase-Behavior: *\nX-Edgecase-Origin: app\nX-Edgecase-Reason: origin-answered\n"+
				"X-Edgecase-Trace: http://127.0.0.1:8081/t/{RID}\n", 1)},
		{name: "refusal", rule: "CACHE-234", opts: debug, request: request("POST /"), reason: MethodNotAllowed,
			want: refused("403 Forbidden", methodRefused, "keep-alive", "X-Edgecase-Behavior: *", "X-Edgecase-Reason: method-not-allowed",
				"X-Edgecase-Trace: http://127.0.0.1:8081/t/{RID}")},
		{name: "unknown host", rule: "CACHE-234", opts: func(o *Options) { o.DebugHeaders = true }, request: "GET / HTTP/1.1\nHost: a.example\n\n", reason: UnknownHost,
			want: refused("403 Forbidden", "Bad request.", "keep-alive", "X-Edgecase-Reason: unknown-host")},
	})
}

// chunk is a body as it leaves in one chunk.
func chunk(body string) string { return fmt.Sprintf("%x\n%s\n0\n\n", len(body), body) }

// TestEveryAnswer looks for the four fields of CloudFront in answers of every kind.
func TestEveryAnswer(t *testing.T) {
	tests := []struct {
		name, cache string
		site        []change
		answer      string
		request     string
	}{
		{"object", "Miss", nil, hello, request("GET /")},
		{"head", "Miss", nil, hello, request("HEAD /")},
		{"no content", "Miss", nil, "HTTP/1.1 204 No Content\n\n", request("GET /")},
		{"not modified", "Miss", nil, "HTTP/1.1 304 Not Modified\n\n", request("GET /")},
		{"error", "Error", nil, "HTTP/1.1 500 X\nContent-Length: 0\n\n", request("GET /")},
		{"failure", "Error", nil, nobody, request("GET /")},
		{"error page", "Error", []change{errorPage(403, "/p", 200)}, hello, request("POST /")},
		{"refusal", "Error", nil, hello, request("POST /")},
		{"malformed", "Error", nil, hello, request("GET /%zz")},
		{"unknown host", "Error", nil, hello, "GET / HTTP/1.1\nHost: a.example\n\n"},
		{"redirect", "Redirect", []change{byDefault(over(cloudfront.RedirectToHTTPS))}, hello, request("GET /")},
		{"fields of an origin behind another", "Miss", nil, "HTTP/1.1 200 OK\nContent-Length: 0\nX-Cache: Hit from cloudfront\nX-Amz-Cf-Pop: FRA1\nX-Amz-Cf-Id: a\nVia: 1.1 b\n\n", request("GET /")},
	}
	for _, tt := range tests {
		t.Run("CACHE-220/"+strings.ReplaceAll(tt.name, " ", "-"), func(t *testing.T) {
			t.Parallel()
			run := start(t, []*cloudfront.Distribution{distributionOf(tt.site...)}, false, map[string]map[string]string{"app": {"": tt.answer}}, Options{})
			head, _, _ := strings.Cut(run.send(t, tt.request), "\r\n\r\n")
			for _, form := range []string{
				`X-Cache: ` + tt.cache + ` from cloudfront`, `Via: (1\.1 b, )?1\.1 [0-9a-f]{32}\.cloudfront\.net \(CloudFront\)`,
				`X-Amz-Cf-Pop: LOC50-C1`, `X-Amz-Cf-Id: [A-Za-z0-9_-]{54}==`,
			} {
				name, _, _ := strings.Cut(form, ":")
				if n := strings.Count(strings.ToLower(head), "\r\n"+strings.ToLower(name)+":"); n != 1 || !regexp.MustCompile(`(?m)^`+form+`\r?$`).MatchString(head) {
					t.Errorf("%s stands there %d times, or not as %q, in %q", name, n, form, head)
				}
			}
		})
	}
}
