package edge

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"edgecase/config/cloudfront"
)

// redirected is CloudFront's redirect at the viewer.
func redirected(status, location string, before ...string) string {
	text := "HTTP/1.1 " + status + "\nServer: CloudFront\nDate: {NOW}\nContent-Type: text/html\nContent-Length: "
	body := "<html>\n<head><title>" + status + "</title></head>\n<body>\n<center><h1>" + status + "</h1></center>\n<hr><center>CloudFront</center>\n</body>\n</html>\n"
	more := "Via: 1.1 {VIA}.cloudfront.net (CloudFront)\nX-Amz-Cf-Pop: LOC50-C1\n" + strings.Join(before, "") + "X-Amz-Cf-Id: {RID}\n"
	return text + fmt.Sprint(len(body)+strings.Count(body, "\n")) + "\nConnection: keep-alive\nLocation: " + location +
		"\nX-Cache: Redirect from cloudfront\n" + more + "\n" + body
}

func TestProtocols(t *testing.T) {
	const host = "app.example.net"
	redirect, only, all := byDefault(over(cloudfront.RedirectToHTTPS)), byDefault(over(cloudfront.HTTPSOnly)), byDefault(allow(readWrite))
	port := func(o *Options) { o.HTTPSPort = "8443" }
	decorated := byDefault(decorates(&cloudfront.ResponseHeadersPolicy{Name: cloudfront.Known("p"),
		CustomHeaders: []cloudfront.ResponseHeader{{Name: "X-P", Value: cloudfront.Known("1"), Override: true}}}))
	forbidden := refused("403 Forbidden", "Bad request.", "keep-alive")

	run(t, []row{
		{name: "allow-all over http", rule: "REQ-110", request: request("GET /"), want: helloBack, reason: OriginAnswered, asked: asked("GET /", host)},
		{name: "allow-all over https", rule: "REQ-110", https: true, request: request("GET /"), want: helloBack, reason: OriginAnswered, asked: asked("GET /", host)},
		{name: "https-only over http", rule: "REQ-111", site: []change{only}, request: request("GET /"), want: forbidden, reason: HTTPSRequired},
		{name: "https-only over https", rule: "REQ-111", site: []change{only}, https: true, request: request("GET /"), want: helloBack, reason: OriginAnswered, asked: asked("GET /", host)},
		{name: "redirect over https", rule: "REQ-112", site: []change{redirect}, https: true, request: request("GET /"), want: helloBack, reason: OriginAnswered, asked: asked("GET /", host)},
		{name: "recorded fields", rule: "REQ-119", site: []change{redirect}, request: request("GET /"), reason: RedirectedToHTTPS,
			want: "HTTP/1.1 301 Moved Permanently\nServer: CloudFront\nDate: {NOW}\nContent-Type: text/html\nContent-Length: 167\nConnection: keep-alive\n" +
				"Location: https://www.example.com/\nX-Cache: Redirect from cloudfront\nVia: 1.1 {VIA}.cloudfront.net (CloudFront)\nX-Amz-Cf-Pop: LOC50-C1\n" +
				"X-Amz-Cf-Id: {RID}\n\n<html>\n<head><title>301 Moved Permanently</title></head>\n<body>\n<center><h1>301 Moved Permanently</h1></center>\n" +
				"<hr><center>CloudFront</center>\n</body>\n</html>\n"},
		{name: "nothing of the origin", rule: "CACHE-229", site: []change{redirect, decorated}, request: request("GET /a?b"), answer: nobody,
			want: redirected("301 Moved Permanently", "https://www.example.com/a?b"), reason: RedirectedToHTTPS},
		{name: "no strict transport security", rule: "REQ-134", site: []change{redirect}, request: request("GET /"),
			want: redirected("301 Moved Permanently", "https://www.example.com/"), reason: RedirectedToHTTPS},
		{name: "head", rule: "REQ-123", site: []change{redirect}, request: request("HEAD /a"), want: headOnly(redirected("301 Moved Permanently", "https://www.example.com/a")), reason: RedirectedToHTTPS},
		{name: "post", rule: "REQ-113", site: []change{redirect, all}, request: request("POST /a"), want: redirected("307 Temporary Redirect", "https://www.example.com/a"), reason: RedirectedToHTTPS},
		{name: "options", rule: "REQ-113", site: []change{redirect, all}, request: request("OPTIONS /a"), want: redirected("307 Temporary Redirect", "https://www.example.com/a"), reason: RedirectedToHTTPS},
		{name: "post with a body", rule: "REQ-113", site: []change{redirect, all}, request: request("POST /a", "Content-Length: 2") + "ab",
			want: redirected("307 Temporary Redirect", "https://www.example.com/a"), reason: RedirectedToHTTPS},
		{name: "old get", rule: "REQ-112", site: []change{redirect}, request: "GET / HTTP/1.0\nHost: www.example.com\n\n",
			want: closing(redirected("301 Moved Permanently", "https://www.example.com/")), reason: RedirectedToHTTPS},
		{name: "old post", rule: "REQ-114", site: []change{redirect, all}, request: "POST / HTTP/1.0\nHost: www.example.com\nContent-Length: 0\n\n",
			want: closing(forbidden), reason: HTTPSRequired},
		{name: "of the matched behavior", rule: "REQ-115", site: []change{redirect, ordered("/plain/*", "app", read)},
			request: request("GET /plain/a"), want: helloBack, reason: OriginAnswered, asked: asked("GET /plain/a", host)},
		{name: "websocket", rule: "REQ-116", site: []change{redirect}, request: request("GET /ws", "Connection: Upgrade", "Upgrade: websocket"),
			want: redirected("301 Moved Permanently", "https://www.example.com/ws"), reason: RedirectedToHTTPS},
		{name: "local port", rule: "REQ-117", site: []change{redirect}, opts: port, request: "GET / HTTP/1.1\nHost: localhost:8080\n\n",
			want: redirected("301 Moved Permanently", "https://localhost:8443/"), reason: RedirectedToHTTPS},
		{name: "no port", rule: "REQ-117", site: []change{redirect}, opts: port, request: request("GET /"),
			want: redirected("301 Moved Permanently", "https://www.example.com/"), reason: RedirectedToHTTPS},
		{name: "port without https listener", rule: "REQ-117", site: []change{redirect}, request: "GET / HTTP/1.1\nHost: www.example.com:8080\n\n",
			want: redirected("301 Moved Permanently", "https://www.example.com/"), reason: RedirectedToHTTPS},
		{name: "raw path and query", rule: "REQ-118", site: []change{redirect}, request: request("GET //a/../b%2f%7e?x=%zz&&"),
			want: redirected("301 Moved Permanently", "https://www.example.com//a/../b%2f%7e?x=%zz&&"), reason: RedirectedToHTTPS},
		{name: "empty query", rule: "REQ-118", site: []change{redirect}, request: request("GET /a?"),
			want: redirected("301 Moved Permanently", "https://www.example.com/a?"), reason: RedirectedToHTTPS},
		{name: "no policy and no page", rule: "REQ-125", site: []change{redirect, decorated, errorPage(403, "/403.html", 200)}, request: request("GET /"),
			want: redirected("301 Moved Permanently", "https://www.example.com/"), reason: RedirectedToHTTPS},
		{name: "method goes first", rule: "REQ-127", site: []change{redirect}, request: request("POST /"),
			want: refused("403 Forbidden", methodRefused, "keep-alive"), reason: MethodNotAllowed},
		{name: "before the root object", rule: "REQ-118", site: []change{redirect, rootObject("index.html")}, request: request("GET /"),
			want: redirected("301 Moved Permanently", "https://www.example.com/"), reason: RedirectedToHTTPS},

		{name: "http3 on a redirect", rule: "REQ-130", site: []change{redirect, httpVersion(cloudfront.HTTP2And3)}, request: request("GET /"), reason: RedirectedToHTTPS,
			want: redirected("301 Moved Permanently", "https://www.example.com/", "Alt-Svc: h3=\":443\"; ma=86400\n")},
		{name: "http3 with a local port", rule: "REQ-130", site: []change{redirect, httpVersion(cloudfront.HTTP3)}, opts: port, reason: RedirectedToHTTPS,
			request: "GET / HTTP/1.1\nHost: localhost:8080\n\n",
			want:    redirected("301 Moved Permanently", "https://localhost:8443/", "Alt-Svc: h3=\":8443\"; ma=86400\n")},
		{name: "http3 on a refusal", rule: "REQ-130", site: []change{httpVersion(cloudfront.HTTP2And3)}, request: request("POST /"), reason: MethodNotAllowed,
			want: strings.Replace(refused("403 Forbidden", methodRefused, "keep-alive"), "X-Amz-Cf-Id", "Alt-Svc: h3=\":443\"; ma=86400\nX-Amz-Cf-Id", 1)},
		{name: "http3 on an answer", rule: "REQ-130", site: []change{httpVersion(cloudfront.HTTP2And3)}, request: request("GET /"), reason: OriginAnswered,
			asked: asked("GET /", host), want: strings.Replace(helloBack, "X-Amz-Cf-Id", "Alt-Svc: h3=\":443\"; ma=86400\nX-Amz-Cf-Id", 1)},
		{name: "no http3 for unknown hosts", rule: "REQ-130", site: []change{httpVersion(cloudfront.HTTP3)}, request: "GET / HTTP/1.1\nHost: a.example\n\n",
			reason: UnknownHost, want: forbidden},
	})
}

// TestRedirectPage is the body as it was recorded, line ends and all; that of OBS-018 is older.
func TestRedirectPage(t *testing.T) {
	const moved = "<html>\r\n<head><title>301 Moved Permanently</title></head>\r\n<body>\r\n<center><h1>301 Moved Permanently</h1></center>\r\n" +
		"<hr><center>CloudFront</center>\r\n</body>\r\n</html>\r\n"
	tests := []struct {
		rule   string
		status int
		want   string
		length int
	}{
		{"REQ-120", 301, moved, 167},
		{"OBS-019", 301, moved, 167},
		{"REQ-122", 307, strings.ReplaceAll(moved, "301 Moved Permanently", "307 Temporary Redirect"), 169},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.rule, "/", tt.status), func(t *testing.T) {
			got := string(redirectPage(tt.status))
			if diff := cmp.Diff(tt.want, got); diff != "" || len(got) != tt.length {
				t.Errorf("%d bytes, want %d (-want +got):\n%s", len(got), tt.length, diff)
			}
		})
	}
}

func TestCheckProtocol(t *testing.T) {
	tests := []struct {
		rule   string
		policy cloudfront.ViewerProtocolPolicy
		scheme string
		method string
		http11 bool
		want   string
	}{
		{"REQ-110", cloudfront.AllowAll, "http", "POST", true, "0"},
		{"REQ-110", cloudfront.AllowAll, "https", "GET", false, "0"},
		{"REQ-111", cloudfront.HTTPSOnly, "http", "GET", true, "403 https-only REQ-111"},
		{"REQ-111", cloudfront.HTTPSOnly, "http", "POST", false, "403 https-only REQ-111"},
		{"REQ-111", cloudfront.HTTPSOnly, "https", "GET", true, "0"},
		{"REQ-112", cloudfront.RedirectToHTTPS, "http", "GET", true, "301"},
		{"REQ-112", cloudfront.RedirectToHTTPS, "http", "HEAD", false, "301"},
		{"REQ-112", cloudfront.RedirectToHTTPS, "https", "PUT", true, "0"},
		{"REQ-113", cloudfront.RedirectToHTTPS, "http", "DELETE", true, "307"},
		{"REQ-113", cloudfront.RedirectToHTTPS, "http", "PATCH", true, "307"},
		{"REQ-114", cloudfront.RedirectToHTTPS, "http", "PUT", false, "403 https-only REQ-114"},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%s/%s-%s-%s-%v", tt.rule, tt.policy, tt.scheme, tt.method, tt.http11), func(t *testing.T) {
			status, e := checkProtocol(tt.policy, tt.scheme, tt.method, tt.http11)
			got := fmt.Sprint(status)
			if e != nil {
				got = fmt.Sprint(e.Status, " ", e.Reason, " ", e.Rule)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
