package edge

import (
	"strings"
	"testing"

	"edgecase/config/cloudfront"
)

// everything is a request with each header of the table in section 7.2.
func everything(line string, more ...string) string {
	return request(line, append([]string{
		"Accept: text/html", "Accept-Charset: utf-8", "Accept-Encoding: deflate, gzip, br", "Accept-Language: de", "Authorization: Basic eDp5",
		"Cache-Control: no-cache", "CloudFront-Viewer-Country: XX", "Connection: close, X-Hop", "Content-MD5: Q2hlY2s=", "Content-Type: text/plain",
		"Cookie: b=2; a=1", "Date: Tue, 24 Nov 2026 11:00:00 GMT", "Expect: 200-ok", "From: a@example.com", "If-Match: \"a\"",
		"If-Modified-Since: Tue, 24 Nov 2026 11:00:00 GMT", "If-None-Match: \"b\"", "If-Range: \"c\"",
		"If-Unmodified-Since: Tue, 24 Nov 2026 11:00:00 GMT", "Keep-Alive: timeout=5", "Max-Forwards: 10", "Origin: https://a.example",
		"Pragma: no-cache", "Proxy-Authenticate: Basic", "Proxy-Authorization: Basic eDp5", "Proxy-Connection: keep-alive", "Range: bytes=0-1",
		"Referer: https://a.example/", "Request-Range: bytes=0-1", "TE: trailers", "Trailer: X-T", "Upgrade: h2c", "User-Agent: curl/8",
		"Via: 1.1 proxy", "Warning: 199 a", "X-Amz-Cf-Id: forged", "X-Edge-Location: x", "X-Forwarded-For: 192.0.2.4,192.0.2.3",
		"X-Forwarded-Host: h", "X-Forwarded-Proto: https", "X-HTTP-Method-Override: PUT", "X-Hop: 1", "X-Own: 1", "X-Real-IP: 192.0.2.4",
	}, more...)...)
}

// own is what begins every origin request, with the values of everything.
func own(line, host, agent string) string {
	if agent != "" {
		agent = "User-Agent: " + agent + "\n"
	}
	return line + " HTTP/1.1\nHost: " + host + "\nX-Amz-Cf-Id: {RID}\nConnection: Keep-Alive\n" + agent +
		"Via: 1.1 proxy, 1.1 {VIA}.cloudfront.net (CloudFront)\nX-Forwarded-For: 192.0.2.4,192.0.2.3,127.0.0.1\n"
}

// conditions are the fields of everything that pass in both modes, without those between them.
const (
	early = "Content-MD5: Q2hlY2s=\nContent-Type: text/plain\n"
	late  = "Date: Tue, 24 Nov 2026 11:00:00 GMT\nFrom: a@example.com\nIf-Match: \"a\"\nIf-Modified-Since: Tue, 24 Nov 2026 11:00:00 GMT\n" +
		"If-None-Match: \"b\"\nIf-Range: \"c\"\nIf-Unmodified-Since: Tue, 24 Nov 2026 11:00:00 GMT\nMax-Forwards: 10\n"
)

// unconditional is late where cookies are forwarded (REQ-226).
const unconditional = "Date: Tue, 24 Nov 2026 11:00:00 GMT\nFrom: a@example.com\nIf-Match: \"a\"\nIf-Range: \"c\"\n" +
	"If-Unmodified-Since: Tue, 24 Nov 2026 11:00:00 GMT\nMax-Forwards: 10\n"

func TestForwarding(t *testing.T) {
	const host = "app.example.net"
	served := func(name, rule string, site []change, req, saw string) row {
		r := row{name: name, rule: rule, site: site, request: req, want: helloBack, reason: OriginAnswered, asked: saw}
		if strings.Contains(req, "Connection: close") {
			r.want = closing(r.want)
		}
		return r
	}
	all := byDefault(allow(readWrite))
	app := func(edit func(*cloudfront.Origin)) change { return hasOrigin("app", cloudfront.KindCustom, host, edit) }
	s3 := hasOrigin("app", cloudfront.KindS3, "bucket.s3.eu-west-1.amazonaws.com")
	const bucket = "bucket.s3.eu-west-1.amazonaws.com"
	forwardedValues := func(edit func(*cloudfront.CachePolicy)) change { return byDefault(legacy(edit)) }
	nothing := func(*cloudfront.CachePolicy) {}
	everyCookie := func(p *cloudfront.CachePolicy) { p.Cookies.Behavior = cloudfront.SelectAll }
	signed := func(how string) change {
		return hasOrigin("app", cloudfront.KindS3, bucket, func(o *cloudfront.Origin) {
			o.OriginAccessControl = &cloudfront.OriginAccessControl{OriginType: "s3", SigningBehavior: how}
		})
	}
	secret := func(name, value string) change {
		return app(func(o *cloudfront.Origin) {
			o.CustomHeaders = append(o.CustomHeaders, cloudfront.CustomHeader{Name: name, Value: cloudfront.Known(value), Source: line(110)})
		})
	}

	run(t, []row{
		served("table under policies", "REQ-191", nil, everything("GET /a"), own("GET /a", host, "Amazon CloudFront")+"Cache-Control: no-cache\n"+early+late+
			"Pragma: no-cache\nRange: bytes=0-1\nWarning: 199 a\n\n"),
		served("table under policies for S3", "REQ-191", []change{s3}, everything("GET /a"), own("GET /a", bucket, "Amazon CloudFront")+"Cache-Control: no-cache\n"+early+late+
			"Pragma: no-cache\nRange: bytes=0-1\nWarning: 199 a\n\n"),
		served("table under forwarded_values", "REQ-190", []change{forwardedValues(nothing)}, everything("GET /a"),
			strings.Replace(own("GET /a", host, "Amazon CloudFront"), "User-Agent", "Accept-Encoding: gzip\nUser-Agent", 1)+"Cache-Control: no-cache\n"+early+late+
				"Origin: https://a.example\nPragma: no-cache\nRange: bytes=0-1\nRequest-Range: bytes=0-1\nWarning: 199 a\nX-Forwarded-Host: h\nX-Own: 1\n\n"),
		served("all viewer headers", "REQ-201", []change{byDefault(forwards("Managed-AllViewer"))}, everything("GET /a"), own("GET /a", "www.example.com", "")+
			"Accept: text/html\nAccept-Charset: utf-8\nAccept-Encoding: deflate, gzip, br\nAccept-Language: de\nAuthorization: Basic eDp5\nCache-Control: no-cache\n"+early+
			"Cookie: a=1; b=2\n"+unconditional+
			"Origin: https://a.example\nPragma: no-cache\nRange: bytes=0-1\nReferer: https://a.example/\nRequest-Range: bytes=0-1\nUser-Agent: curl/8\nWarning: 199 a\n"+
			"X-Forwarded-Host: h\nX-HTTP-Method-Override: PUT\nX-Own: 1\n\n"),
		served("headers = *", "REQ-197", []change{forwardedValues(func(p *cloudfront.CachePolicy) { p.Headers.Behavior = cloudfront.SelectAll })},
			request("GET /", "Accept: */*", "X-Own: 1", "Authorization: Bearer t"), asked("GET /", "www.example.com", "Accept: */*", "X-Own: 1", "Authorization: Bearer t")),
		served("listed headers", "REQ-194", []change{byDefault(forwardsHeaders("x-own", "ORIGIN", "Referer", "Accept"))},
			request("GET /", "Accept: */*", "Origin: https://a.example", "X-Own: 1", "X-Other: 1"),
			asked("GET /", host, "Accept: */*", "Origin: https://a.example", "X-Own: 1")),
		served("headers that Connection names", "REQ-198", []change{byDefault(forwardsHeaders("X-Own"))}, request("GET /", "Connection: X-Own", "X-Own: 1"), asked("GET /", host)),
		served("bytes of a value", "REQ-199", []change{byDefault(forwardsHeaders("X-Own"))}, request("GET /", "X-Own: \xc3\xa9\xff,  a;\tb"),
			asked("GET /", host, "X-Own: \xc3\xa9\xff,  a;\tb")),

		served("host with a port of its own", "REQ-200", []change{app(func(o *cloudfront.Origin) { o.HTTPPort = 8000 })}, request("GET /"), asked("GET /", host+":8000")),
		served("host of the viewer", "REQ-201", []change{byDefault(forwards("Managed-HostHeaderOnly"))}, "GET / HTTP/1.1\nHost: localhost:8080\n\n", asked("GET /", "localhost:8080")),
		served("all but the host", "REQ-201", []change{byDefault(forwardsAllBut("Host"))}, request("GET /"), asked("GET /", host)),
		served("old viewer", "REQ-203", nil, "GET / HTTP/1.0\nHost: www.example.com\nConnection: close\n\n",
			strings.Replace(asked("GET /", host), "Via: 1.1", "Via: 1.0", 1)),
		served("origin path and raw path", "REQ-204", []change{app(func(o *cloudfront.Origin) { o.OriginPath = "/prod" })}, request("GET //a/../b%2f%7E?q=1"), asked("GET /prod//a/../b%2f%7E", host)),
		served("raw path though another was matched", "REQ-060", []change{ordered("/admin/*", "app", readWrite), ordered("/static/*", "none", read), hasOrigin("none", cloudfront.KindCustom, "n.example.net")},
			request("GET /static/../admin/"), asked("GET /static/../admin/", host)),
		served("query string in its order", "REQ-205", []change{byDefault(forwardsAllBut("Host"))}, request("GET /?b=2&a=1;c&&b=%zz"), asked("GET /?b=2&a=1;c&&b=%zz", host)),
		served("no query string", "REQ-205", nil, request("GET /?a=1"), asked("GET /", host)),
		served("trailing slash", "REQ-068", []change{ordered("/auth", "none", read), hasOrigin("none", cloudfront.KindCustom, "n.example.net")}, request("GET /auth/"), asked("GET /auth/", host)),
		served("chain of addresses", "REQ-206", nil, request("GET /", "X-Forwarded-For: 192.0.2.4, 192.0.2.3"),
			strings.Replace(asked("GET /", host), "127.0.0.1", "192.0.2.4, 192.0.2.3,127.0.0.1", 1)),
		served("last entry of the chain", "REQ-207", nil, request("GET /", "X-Forwarded-For: 192.0.2.4", "X-Forwarded-For: 192.0.2.3, 127.0.0.9"),
			strings.Replace(asked("GET /", host), "127.0.0.1", "192.0.2.4,192.0.2.3, 127.0.0.9,127.0.0.1", 1)),
		served("ordinary headers of proxies", "REQ-209", []change{forwardedValues(nothing)}, request("GET /", "X-Forwarded-Host: h", "X-Forwarded-Port: 1", "Forwarded: for=a"),
			asked("GET /", host, "X-Forwarded-Host: h", "X-Forwarded-Port: 1", "Forwarded: for=a")),
		served("ordinary headers of proxies under policies", "REQ-209", nil, request("GET /", "X-Forwarded-Host: h", "X-Forwarded-Port: 1", "Forwarded: for=a"), asked("GET /", host)),
		{name: "no scheme for the load balancer", rule: "REQ-211", site: []change{byDefault(forwardsAllBut("Host"))}, https: true, request: request("GET /", "X-Forwarded-Proto: http"),
			want: helloBack, reason: OriginAnswered, asked: asked("GET /", host)},
		served("other x-amz headers", "REQ-215", []change{byDefault(forwardsAllBut("Host"))}, request("GET /", "X-Amz-Date: 1", "X-Amz-Content-Sha256: 2", "X-Amz-Meta-A: 3"),
			asked("GET /", host, "X-Amz-Date: 1", "X-Amz-Content-Sha256: 2", "X-Amz-Meta-A: 3")),
		served("x-amz headers of a signature", "REQ-215", []change{signed("always"), byDefault(forwardsAllBut("Host"))},
			request("GET /", "X-Amz-Date: 1", "X-Amz-Content-Sha256: 2", "X-Amz-Meta-A: 3"), asked("GET /", bucket, "X-Amz-Meta-A: 3")),
		served("scheme of the viewer", "REQ-210", []change{byDefault(forwardsHeaders("CloudFront-Forwarded-Proto"))}, request("GET /", "X-Forwarded-Proto: https", "CloudFront-Forwarded-Proto: ftp"),
			asked("GET /", host, "CloudFront-Forwarded-Proto: http")),
		served("no user agent", "REQ-214", nil, request("GET /"), asked("GET /", host)),
		served("user agent that is listed", "REQ-214", []change{byDefault(forwardsHeaders("User-Agent"))}, request("GET /", "User-Agent: curl/8"),
			strings.Replace(asked("GET /", host, "User-Agent: curl/8"), "User-Agent: Amazon CloudFront\n", "", 1)),

		served("token of a get", "REQ-216", []change{all}, request("GET /", "Authorization: Bearer t"), asked("GET /", host)),
		served("token of a post", "REQ-216", []change{all}, request("POST /", "Authorization: Bearer t"), asked("POST /", host, "Authorization: Bearer t")),
		served("token of options", "REQ-216", []change{all}, request("OPTIONS /", "Authorization: Bearer t"), asked("OPTIONS /", host, "Authorization: Bearer t")),
		served("token of options that are cached", "REQ-216", []change{byDefault(allow(readWrite), func(b *cloudfront.Behavior) { b.CachedMethods = []string{"GET", "HEAD", "OPTIONS"} })},
			request("OPTIONS /", "Authorization: Bearer t"), asked("OPTIONS /", host)),
		served("token under all viewer headers", "REQ-218", []change{byDefault(forwardsAllBut("Host"))}, request("GET /", "Authorization: Bearer t"),
			asked("GET /", host, "Authorization: Bearer t")),
		served("token of a post under forwarded_values", "REQ-217", []change{all, forwardedValues(nothing)}, request("POST /", "Authorization: Bearer t"),
			asked("POST /", host, "Authorization: Bearer t")),
		served("token of a get under forwarded_values", "REQ-217", []change{all, forwardedValues(nothing)}, request("GET /", "Authorization: Bearer t"), asked("GET /", host)),
		served("token where a signature stands", "REQ-220", []change{signed("always"), byDefault(forwardsAllBut("Host"))}, request("GET /", "Authorization: Bearer t"), asked("GET /", bucket)),
		served("token in place of a signature", "REQ-220", []change{signed("no-override"), byDefault(forwardsAllBut("Host"))}, request("GET /", "Authorization: Bearer t"),
			asked("GET /", bucket, "Authorization: Bearer t")),
		served("token without a signature", "REQ-220", []change{signed("never"), byDefault(forwardsAllBut("Host"))}, request("GET /", "Authorization: Bearer t"),
			asked("GET /", bucket, "Authorization: Bearer t")),
		served("conditions beside cookies", "REQ-226", []change{forwardedValues(everyCookie)}, request("GET /", "If-None-Match: \"a\"", "If-Modified-Since: x", "Cookie: a=1"),
			asked("GET /", host, "Cookie: a=1")),
		served("conditions without a cookie of the viewer", "REQ-226", []change{forwardedValues(everyCookie)}, request("GET /", "If-None-Match: \"a\"", "If-Modified-Since: x"), asked("GET /", host)),
		served("conditions where no cookies pass", "REQ-226", nil, request("GET /", "If-None-Match: \"a\"", "If-Modified-Since: x", "Cookie: a=1"),
			asked("GET /", host, "If-None-Match: \"a\"", "If-Modified-Since: x")),
		served("cookies to a bucket", "REQ-227", []change{s3, forwardedValues(everyCookie)}, request("GET /", "Cookie: a=1"), asked("GET /", bucket, "Cookie: a=1")),
		served("no cookies", "REQ-221", nil, request("GET /", "Cookie: a=1"), asked("GET /", host)),
		served("cookies by name", "REQ-222", []change{forwardedValues(everyCookie)}, request("GET /", "Cookie: b=2; a=1", "Cookie: c=3; B=4"),
			asked("GET /", host, "Cookie: B=4; a=1; b=2; c=3")),
		served("cookies by a pattern", "REQ-225", []change{forwardedValues(func(p *cloudfront.CachePolicy) {
			p.Cookies = cloudfront.Selection{Behavior: cloudfront.SelectWhitelist, Items: []string{"a*", "?id"}}
		})}, request("GET /", "Cookie: abc=1; Abc=2; sid=3; id=4; b=5"), asked("GET /", host, "Cookie: abc=1; sid=3")),
		served("cookies with a dollar", "REQ-223", []change{forwardedValues(everyCookie)}, request("GET /", "Cookie: $Version=1; a=1"), asked("GET /", host, "Cookie: a=1")),
		served("cookies that are none", "REQ-224", []change{forwardedValues(everyCookie)}, request("GET /", "Cookie: nonsense"), asked("GET /", host)),

		served("custom header", "REQ-241", []change{secret("X-Origin-Verify", "s3cret")}, request("GET /", "X-Origin-Verify: forged"), asked("GET /", host, "X-Origin-Verify: s3cret")),
		served("custom header over a listed one", "REQ-246", []change{secret("X-Own", "1"), byDefault(forwardsHeaders("X-Own"))}, request("GET /", "x-own: 2"), asked("GET /", host, "X-Own: 1")),
		served("custom header that is refused", "REQ-243", []change{secret("Host", "evil.example"), secret("X-Amz-Meta", "1")}, request("GET /"), asked("GET /", host)),
		served("custom header for S3", "REQ-242", []change{hasOrigin("app", cloudfront.KindS3, bucket, func(o *cloudfront.Origin) {
			o.CustomHeaders = []cloudfront.CustomHeader{{Name: "X-Own", Value: cloudfront.Known("1")}}
		})}, request("GET /"), asked("GET /", bucket, "X-Own: 1")),
		served("custom header empty", "CACHE-045", []change{secret("Accept-Encoding", ""), forwardedValues(nothing)}, request("GET /", "Accept-Encoding: gzip"), asked("GET /", host)),

		served("chunks", "REQ-253", []change{all}, request("POST /", "Transfer-Encoding: chunked")+"3\r\nabc\r\n0\r\n\r\n", asked("POST /", host, "Transfer-Encoding: chunked")+"3\nabc\n0\n\n"),
		served("expectation and trailers", "REQ-256", []change{all}, request("POST /", "Expect: 100-continue", "Trailer: X-T", "Content-Length: 3")+"abc", asked("POST /", host, "Content-Length: 3")+"abc"),
	})
}

func TestContinue(t *testing.T) {
	run := start(t, []*cloudfront.Distribution{distributionOf(byDefault(allow(readWrite)))}, false,
		map[string]map[string]string{"app": {"": hello}}, Options{})
	t.Run("REQ-257/invited", func(t *testing.T) {
		c := dial(t, run)
		c.write("POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n")
		c.expect("HTTP/1.1 100 Continue\r\n\r\n")
		c.write("abc")
		c.expect("HTTP/1.1 200 OK\r\n")
	})
	t.Run("REQ-257/refused without an invitation", func(t *testing.T) {
		c := dial(t, run)
		c.write("GET / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n")
		c.expect("HTTP/1.1 403 Forbidden\r\n")
	})
}
