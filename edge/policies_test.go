package edge

import (
	"strings"
	"testing"

	"edgecase/config/cloudfront"
)

// TestPolicyRules holds rules of the policy pages that no vector shows, through the server.
func TestPolicyRules(t *testing.T) {
	const host, rest = "app.example.net", "bucket.s3.eu-west-1.amazonaws.com"
	nothing := func(*cloudfront.CachePolicy) {}
	only := func(names ...string) cloudfront.Selection {
		return cloudfront.Selection{Behavior: cloudfront.SelectWhitelist, Items: names}
	}
	requests := func(headers, cookies, query cloudfront.Selection) change {
		return byDefault(func(b *cloudfront.Behavior) {
			b.OriginRequestPolicy = &cloudfront.OriginRequestPolicy{Name: cloudfront.Known("own"), Headers: headers, Cookies: cookies, QueryStrings: query}
		})
	}
	none := cloudfront.Selection{Behavior: cloudfront.SelectNone}
	s3 := hasOrigin("app", cloudfront.KindS3, rest)
	secrets := hasOrigin("app", cloudfront.KindCustom, host, func(o *cloudfront.Origin) {
		for _, name := range []string{"Authorization", "Origin", "User-Agent", "Referer", "Accept", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host"} {
			o.CustomHeaders = append(o.CustomHeaders, cloudfront.CustomHeader{Name: name, Value: cloudfront.Known("own"), Source: line(110)})
		}
	})
	refusedNames := hasOrigin("app", cloudfront.KindCustom, host, func(o *cloudfront.Origin) {
		for _, name := range []string{"Cache-Control", "Connection", "Content-Length", "Cookie", "Host", "If-Match", "If-Modified-Since", "If-None-Match", "If-Range", "If-Unmodified-Since",
			"Max-Forwards", "Pragma", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "Range", "Request-Range", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Via",
			"X-Amz-Meta-A", "X-Edge-A", "X-Real-Ip"} {
			o.CustomHeaders = append(o.CustomHeaders, cloudfront.CustomHeader{Name: name, Value: cloudfront.Known("own"), Source: line(110)})
		}
	})
	country := func(o *Options) { o.Viewer = map[string]string{"Country": "DE"} }
	served := func(rule, name string, req, saw string, site ...change) row {
		return row{rule: rule, name: name, site: site, opts: country, request: req, want: helloBack, reason: OriginAnswered, asked: saw}
	}
	const iphone = "User-Agent: Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile/15E148 Safari/604.1"
	run(t, []row{
		served("POL-033", "HTTP/1.1 to the origin", "GET / HTTP/1.0\nHost: www.example.com\nConnection: keep-alive\n\n", strings.Replace(asked("GET /", host), "Via: 1.1", "Via: 1.0", 1)),
		served("POL-036", "cookies that are none", request("GET /", "Cookie: $Path=1; a=1", "Cookie: nonsense"), asked("GET /", host, "Cookie: a=1"), requests(none, cloudfront.Selection{Behavior: cloudfront.SelectAll}, none)),
		served("POL-040", "forged header that is asked for", request("GET /", "CloudFront-Viewer-Country: XX"), asked("GET /", host, "CloudFront-Viewer-Country: DE"), byDefault(forwardsHeaders("CloudFront-Viewer-Country"))),
		served("POL-040", "forged header that nobody asks for", request("GET /", "CloudFront-Viewer-Country: XX"), asked("GET /", host), byDefault(forwardsAllBut("Host"))),
		served("REQ-244", "names that a custom header may have", request("GET /", "Accept: */*", "X-Forwarded-For: 192.0.2.1", "X-Forwarded-Proto: https"),
			"GET / HTTP/1.1\nHost: "+host+"\nX-Amz-Cf-Id: {RID}\nConnection: Keep-Alive\nVia: 1.1 {VIA}.cloudfront.net (CloudFront)\nAuthorization: own\nOrigin: own\nUser-Agent: own\n"+
				"Referer: own\nAccept: own\nX-Forwarded-For: own\nX-Forwarded-Proto: own\nX-Forwarded-Host: own\n\n", secrets),
		served("POL-042", "names that a custom header may not have", request("GET /"), asked("GET /", host), refusedNames),
		served("POL-050", "all but one header", request("GET /", "X-A: 1", "X-B: 2"), asked("GET /", host, "X-B: 2"), byDefault(forwardsAllBut("Host", "x-a"))),
		served("POL-051", "origin request policy that adds nothing", request("GET /?a=1", "Cookie: a=1", "X-A: 1"), asked("GET /", host), requests(none, none, none)),
		served("POL-055", "host that is not excluded", request("GET /", "X-A: 1"), asked("GET /", "www.example.com"), byDefault(forwardsAllBut("X-A"))),
		served("POL-065", "star in a list", request("GET /?ab=1&a*=2", "Cookie: sid=1; s*=2"), asked("GET /?a*=2", host, "Cookie: s*=2"), requests(none, only("s*"), only("a*"))),
		served("POL-074", "order and spelling", request("GET /?b=%41&x=1&A=2&a=3&b=c"), asked("GET /?b=%41&a=3&b=c", host), requests(none, none, only("a", "b"))),
		served("POL-074", "no parameter is left", request("GET /?x=1"), asked("GET /", host), requests(none, none, only("a"))),
		served("POL-083", "number and order of headers", request("GET /", "b: 1", "A: 2"), asked("GET /", host, "CloudFront-Viewer-Header-Count: 3", "CloudFront-Viewer-Header-Order: Host:b:A"),
			byDefault(forwardsHeaders("CloudFront-Viewer-Header-Count", "CloudFront-Viewer-Header-Order"))),
		served("POL-082", "values that nobody has given", request("GET /"), asked("GET /", host, "CloudFront-Viewer-Country: DE"),
			byDefault(forwardsHeaders("CloudFront-Viewer-City", "CloudFront-Viewer-Metro-Code", "CloudFront-Viewer-Postal-Code", "CloudFront-Viewer-Country"))),
		served("POL-087", "header that nobody names", request("GET /"), asked("GET /", host), byDefault(forwards("Managed-AllViewerExceptHostHeader"), forwardsAllBut("Host"))),
		served("POL-095", "device and country in forwarded_values", request("GET /", iphone), asked("GET /", host, "CloudFront-Is-Mobile-Viewer: true", "CloudFront-Viewer-Country: DE"),
			byDefault(legacy(func(p *cloudfront.CachePolicy) {
				p.Headers = only("CloudFront-Viewer-Country", "CloudFront-Is-Mobile-Viewer")
			}))),
		served("REQ-239", "device of a user agent that stays behind", request("GET /", iphone),
			asked("GET /", host, "CloudFront-Is-Desktop-Viewer: false", "CloudFront-Is-IOS-Viewer: true", "CloudFront-Is-Mobile-Viewer: true"),
			byDefault(forwardsHeaders("CloudFront-Is-Desktop-Viewer", "CloudFront-Is-IOS-Viewer", "CloudFront-Is-Mobile-Viewer"))),
		served("REQ-208", "chain that is not listed", request("GET /", "X-Forwarded-For: 192.0.2.1"), strings.Replace(asked("GET /", host), "127.0.0.1", "192.0.2.1,127.0.0.1", 1)),
		served("REQ-213", "forged request id", request("GET /", "X-Amz-Cf-Id: forged"), asked("GET /", host), byDefault(forwardsAllBut("Host"))),
		{rule: "REQ-240", name: "place that is not ASCII", opts: func(o *Options) { o.Viewer = map[string]string{"City": "Zürich"} }, site: []change{byDefault(forwardsHeaders("CloudFront-Viewer-City"))},
			request: request("GET /"), want: helloBack, reason: OriginAnswered, asked: asked("GET /", host, "CloudFront-Viewer-City: Z%C3%BCrich")},
		served("REQ-233", "encodings over HTTP/1.0", "GET / HTTP/1.0\nHost: www.example.com\nConnection: keep-alive\nAccept-Encoding: gzip\n\n", strings.Replace(asked("GET /", host), "Via: 1.1", "Via: 1.0", 1), byDefault(legacy(nothing))),
		{rule: "POL-061", name: "host at a bucket", site: []change{s3, requests(only("Host"), none, none)}, answer: "dir:" + directory(t, map[string]string{"a": "x"}), request: request("GET /a"), reason: OriginAnswered,
			want: back("404 Not Found", "Content-Type: application/xml\nTransfer-Encoding: chunked", "Date: {NOW}\nServer: AmazonS3", "Error", chunk("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"+
				"<Error><Code>NoSuchBucket</Code><Message>The specified bucket does not exist</Message><BucketName>www.example.com</BucketName></Error>"))},
	})
}

// TestResponsePolicyRules does the same for response headers policies.
func TestResponsePolicyRules(t *testing.T) {
	const host = "app.example.net"
	own := func(name, value string, override bool) *cloudfront.ResponseHeader {
		return &cloudfront.ResponseHeader{Name: name, Value: cloudfront.Known(value), Override: override}
	}
	with := func(p cloudfront.ResponseHeadersPolicy) change {
		p.Name = cloudfront.Known("p")
		return byDefault(decorates(&p))
	}
	cors := func(edit func(*cloudfront.CORS)) change {
		c := &cloudfront.CORS{AllowOrigins: []string{"*"}, AllowMethods: []string{"GET"}, AllowHeaders: []string{"X-A"}}
		edit(c)
		return with(cloudfront.ResponseHeadersPolicy{CORS: c})
	}
	options := byDefault(allow("GET HEAD OPTIONS"))
	const text = "Content-Type: text/plain\nContent-Length: 5"
	answer := func(fields string) string { return "HTTP/1.1 200 OK\n" + text + "\n" + fields + "\nhello" }
	// got is the usual answer with these fields of the origin and these of the policy.
	got := func(fields string, added ...string) string {
		return strings.Replace(back("200 OK", text, strings.TrimSuffix("Date: {NOW}\n"+fields, "\n"), "Miss", "hello"), "X-Amz-Cf-Id: {RID}\n", strings.Join(append([]string{"X-Amz-Cf-Id: {RID}"}, added...), "\n")+"\n", 1)
	}
	served := func(rule, name, req, from, want string, site ...change) row {
		line, _, _ := strings.Cut(req, " HTTP/1.1")
		return row{rule: rule, name: name, site: site, answer: answer(from), request: req, want: want, reason: OriginAnswered, asked: asked(line, host)}
	}
	get, from := request("GET /"), request("GET /", "Origin: https://App.Example.com")
	six := cloudfront.SecurityHeaders{
		ContentSecurityPolicy: own("Content-Security-Policy", "default-src 'self'; img-src *", true), ContentTypeOptions: own("X-Content-Type-Options", "nosniff", false),
		FrameOptions: own("X-Frame-Options", "DENY", true), ReferrerPolicy: own("Referrer-Policy", "origin", false),
		StrictTransportSecurity: own("Strict-Transport-Security", "max-age=1", true), XSSProtection: own("X-XSS-Protection", "1", false),
	}
	preflight := request("OPTIONS /", "Origin: https://a.example", "Access-Control-Request-Method: GET", "Access-Control-Request-Headers: x-amz-test, x-amz, X-b,x-c")
	run(t, []row{
		served("POL-003", "policy beside forwarded_values", get, "", got("", "X-Content-Type-Options: nosniff"), byDefault(legacy(func(*cloudfront.CachePolicy) {})),
			with(cloudfront.ResponseHeadersPolicy{Security: cloudfront.SecurityHeaders{ContentTypeOptions: own("X-Content-Type-Options", "nosniff", true)}})),
		served("POL-115", "everything else can be removed", get, "X-Powered-By: php\nVary: Cookie\nETag: \"a\"\nCache-Control: no-store\nSet-Cookie: a=1\n", got(""),
			byDefault(forwardsAllBut("Host")), with(cloudfront.ResponseHeadersPolicy{RemoveHeaders: []string{"X-Powered-By", "Vary", "ETag", "Cache-Control", "Set-Cookie"}})),
		served("POL-116", "names in any case, and no stars", get, "X-A: 1\nx-b: 2\n", got("X-A: 1\n"), with(cloudfront.ResponseHeadersPolicy{RemoveHeaders: []string{"X-*", "X-B"}})),
		served("POL-125", "origin in any case", from, "", got("", "Access-Control-Allow-Origin: https://App.Example.com", "Vary: Origin"), cors(func(c *cloudfront.CORS) { c.AllowOrigins = []string{"HTTPS://app.example.com"} })),
		served("POL-130", "patterns of headers", preflight, "", got("", "Access-Control-Allow-Origin: *", "Access-Control-Allow-Methods: GET", "Access-Control-Allow-Headers: x-amz-test, X-b"), options,
			cors(func(c *cloudfront.CORS) { c.AllowHeaders = []string{"x-amz-*", "X-B"} })),
		served("POL-129", "stars match nothing, too", request("OPTIONS /", "Origin: https://a.example", "Access-Control-Request-Method: GET", "Access-Control-Request-Headers: x-amz-, x--amz, x-test-amz"), "",
			got("", "Access-Control-Allow-Origin: *", "Access-Control-Allow-Methods: GET", "Access-Control-Allow-Headers: x-amz-, x--amz, x-test-amz"), options,
			cors(func(c *cloudfront.CORS) { c.AllowHeaders = []string{"x-amz-*", "x-*-amz"} })),
		served("POL-134", "vary is no CORS header", from, "Vary: Accept-Encoding\n", got("Vary: Accept-Encoding\n", "Access-Control-Allow-Origin: *"), cors(func(*cloudfront.CORS) {})),
		served("POL-134", "max age of the origin", from, "Access-Control-Max-Age: 1\n", got("Access-Control-Max-Age: 1\n"), cors(func(*cloudfront.CORS) {})),
		served("POL-134", "exposed headers of the origin", from, "Access-Control-Expose-Headers: X-A\n", got("Access-Control-Expose-Headers: X-A\n"), cors(func(*cloudfront.CORS) {})),
		served("POL-136", "request that is not simple", request("GET /", "Origin: https://a.example", "X-A: 1"), "", got("", "Access-Control-Allow-Origin: *"), cors(func(*cloudfront.CORS) {})),
		served("POL-143", "order of all six, and others", get, "", got("", "X-XSS-Protection: 1", "X-Frame-Options: DENY", "Referrer-Policy: origin", "Content-Security-Policy: default-src 'self'; img-src *",
			"X-Content-Type-Options: nosniff", "Strict-Transport-Security: max-age=1", "X-App: 1"),
			with(cloudfront.ResponseHeadersPolicy{Security: six, CustomHeaders: []cloudfront.ResponseHeader{*own("X-App", "1", true)}})),
		served("POL-160", "content security policy as it is", get, "", got("", "Content-Security-Policy: default-src 'self'; img-src *"),
			with(cloudfront.ResponseHeadersPolicy{Security: cloudfront.SecurityHeaders{ContentSecurityPolicy: six.ContentSecurityPolicy}})),
		served("POL-161", "strict transport security over HTTP", get, "", got("", "Strict-Transport-Security: max-age=1"),
			with(cloudfront.ResponseHeadersPolicy{Security: cloudfront.SecurityHeaders{StrictTransportSecurity: six.StrictTransportSecurity}})),
		served("POL-162", "each by its own override", get, "Content-Security-Policy: a\nX-Content-Type-Options: b\nX-Frame-Options: c\nReferrer-Policy: d\nStrict-Transport-Security: e\nX-XSS-Protection: f\n",
			got("X-Content-Type-Options: b\nReferrer-Policy: d\nX-XSS-Protection: f\n", "X-Frame-Options: DENY", "Content-Security-Policy: default-src 'self'; img-src *", "Strict-Transport-Security: max-age=1"),
			with(cloudfront.ResponseHeadersPolicy{Security: six})),
		served("POL-180", "timing of the origin", get, "Server-Timing: db;dur=5\n", got("Server-Timing: db;dur=5\n"), with(cloudfront.ResponseHeadersPolicy{ServerTiming: &cloudfront.ServerTiming{SamplingRate: 100}})),
		{rule: "OBS-080", name: "policy on an error of CloudFront", site: []change{with(cloudfront.ResponseHeadersPolicy{Security: cloudfront.SecurityHeaders{ContentTypeOptions: six.ContentTypeOptions}})},
			request: request("DELETE /"), want: refused("403 Forbidden", methodRefused, "keep-alive", "X-Content-Type-Options: nosniff"), reason: MethodNotAllowed},
	})
}
