package edge

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"edgecase/config/cloudfront"
)

func TestMethods(t *testing.T) {
	api := ordered("/api/*", "app", readWrite)
	all, options := byDefault(allow(readWrite)), byDefault(allow("GET HEAD OPTIONS"))
	notAllowed := refused("403 Forbidden", methodRefused, "keep-alive")
	badBody := refused("403 Forbidden", "Bad request.", "close")
	const host = "app.example.net"

	run(t, []row{
		{name: "post on default", rule: "REQ-079", request: request("POST /auth", "Content-Length: 0"), want: notAllowed, reason: MethodNotAllowed},
		{name: "page of 1053 bytes", rule: "REQ-080", request: request("DELETE /"), reason: MethodNotAllowed,
			want: "HTTP/1.1 403 Forbidden\nServer: CloudFront\nDate: {NOW}\nContent-Type: text/html\nContent-Length: 1053\nConnection: keep-alive\n" +
				"X-Cache: Error from cloudfront\nVia: 1.1 {VIA}.cloudfront.net (CloudFront)\nX-Amz-Cf-Pop: LOC50-C1\nX-Amz-Cf-Id: {RID}\n\n" +
				errorHTML("403", "This distribution is not configured to allow the HTTP request method that was used for this request. "+
					"The distribution supports only cachable requests.")},
		{name: "post beside options", rule: "REQ-081", site: []change{options}, request: request("POST /"), want: notAllowed, reason: MethodNotAllowed},
		{name: "options beside get", rule: "REQ-081", request: request("OPTIONS /", "Origin: https://a.example", "Access-Control-Request-Method: POST"),
			want: notAllowed, reason: MethodNotAllowed},
		{name: "pattern without the bare path", rule: "REQ-083", site: []change{api}, request: request("POST /api"), want: notAllowed, reason: MethodNotAllowed},
		{name: "no later behavior is tried", rule: "REQ-051", site: []change{ordered("/api*", "app", read), api},
			request: request("POST /api/x"), want: notAllowed, reason: MethodNotAllowed},
		{name: "post where it is allowed", rule: "REQ-078", site: []change{api}, request: request("POST /api/x", "Content-Length: 2") + "ab",
			want: helloBack, reason: OriginAnswered, asked: asked("POST /api/x", host, "Content-Length: 2") + "ab"},
		{name: "put", rule: "REQ-078", site: []change{all}, request: request("PUT /"), want: helloBack, reason: OriginAnswered, asked: asked("PUT /", host)},
		{name: "patch", rule: "REQ-078", site: []change{all}, request: request("PATCH /"), want: helloBack, reason: OriginAnswered, asked: asked("PATCH /", host)},
		{name: "delete", rule: "REQ-078", site: []change{all}, request: request("DELETE /"), want: helloBack, reason: OriginAnswered, asked: asked("DELETE /", host)},
		{name: "options", rule: "REQ-078", site: []change{options}, request: request("OPTIONS /"), want: helloBack, reason: OriginAnswered, asked: asked("OPTIONS /", host)},
		{name: "head", rule: "REQ-086", request: request("HEAD /"), want: headOnly(helloBack), reason: OriginAnswered, asked: asked("HEAD /", host)},
		{name: "head that is refused", rule: "REQ-086", site: []change{byDefault(over(cloudfront.HTTPSOnly))}, request: request("HEAD /"),
			want: headOnly(refused("403 Forbidden", "Bad request.", "keep-alive")), reason: HTTPSRequired},
		{name: "trace", rule: "REQ-087", site: []change{all}, request: request("TRACE /"), want: notAllowed, reason: MethodNotAllowed},
		{name: "connect", rule: "REQ-087", site: []change{all}, request: "CONNECT www.example.com:443 HTTP/1.1\nHost: www.example.com:443\n\n",
			want: refused("400 Bad Request", "Bad request.", "close"), reason: UnknownMethod},
		{name: "unknown method", rule: "REQ-088", site: []change{all, errorPage(400, "/400.html", 200)}, request: request("PROPFIND /"),
			want: refused("400 Bad Request", "Bad request.", "close"), reason: UnknownMethod},
		{name: "lower case", rule: "REQ-089", site: []change{all}, request: request("post /"),
			want: refused("400 Bad Request", "Bad request.", "close"), reason: UnknownMethod},

		{name: "refused body closes", rule: "REQ-093", request: request("POST /", "Content-Length: 3") + "abc",
			want: closing(notAllowed), reason: MethodNotAllowed},
		{name: "refused chunks close", rule: "REQ-093", request: request("POST /", "Transfer-Encoding: chunked") + "3\r\nabc\r\n0\r\n\r\n",
			want: closing(notAllowed), reason: MethodNotAllowed},
		{name: "what follows a refused body is not read", rule: "REQ-093",
			request: request("POST /", "Content-Length: 3") + "abc" + "GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n",
			want:    closing(notAllowed), reason: MethodNotAllowed},
		{name: "refused body with an error page closes", rule: "REQ-446", site: []change{errorPage(403, "/index.html", 200)},
			request: request("POST /", "Content-Length: 3") + "abc", reason: MethodNotAllowed,
			want:  closing(back("200 OK", "Content-Type: text/plain\nContent-Length: 5", "Date: {NOW}", "Error", "hello")),
			asked: asked("GET /index.html", host)},

		{name: "get with a body", rule: "REQ-097", request: request("GET /", "Content-Length: 4", "Content-Type: application/json") + "null",
			want: badBody, reason: GetWithBody},
		{name: "get with a body where all methods are allowed", rule: "REQ-097", site: []change{all},
			request: request("GET /", "Content-Length: 2") + "{}", want: badBody, reason: GetWithBody},
		{name: "page for a get with a body", rule: "REQ-098", site: []change{hasOrigin("app", cloudfront.KindS3, "bucket.s3.eu-west-1.amazonaws.com")},
			request: request("GET /", "Content-Length: 4") + "null", reason: GetWithBody,
			want: "HTTP/1.1 403 Forbidden\nServer: CloudFront\nDate: {NOW}\nContent-Type: text/html\nContent-Length: 915\nConnection: close\n" +
				"X-Cache: Error from cloudfront\nVia: 1.1 {VIA}.cloudfront.net (CloudFront)\nX-Amz-Cf-Pop: LOC50-C1\nX-Amz-Cf-Id: {RID}\n\n" + errorHTML("403", "Bad request.")},
		{name: "get of length zero", rule: "REQ-099", request: request("GET /", "Content-Length: 0"), want: helloBack, reason: OriginAnswered,
			asked: asked("GET /", host, "Content-Length: 0")},
		{name: "get in chunks", rule: "REQ-099", request: request("GET /", "Transfer-Encoding: chunked") + "0\r\n\r\n", want: badBody, reason: GetWithBody},
		{name: "head with a body", rule: "REQ-100", request: request("HEAD /", "Content-Length: 1") + "a", want: headOnly(badBody), reason: GetWithBody},
		{name: "options with a body", rule: "REQ-100", site: []change{options}, request: request("OPTIONS /", "Content-Length: 1") + "a",
			want: helloBack, reason: OriginAnswered, asked: asked("OPTIONS /", host, "Content-Length: 1") + "a"},
		{name: "delete with a body", rule: "REQ-100", site: []change{all}, request: request("DELETE /", "Content-Length: 1") + "a",
			want: helloBack, reason: OriginAnswered, asked: asked("DELETE /", host, "Content-Length: 1") + "a"},
		{name: "post without a length", rule: "REQ-152", site: []change{all}, request: request("POST /"), want: helloBack, reason: OriginAnswered,
			asked: asked("POST /", host)},
	})
}

func TestCheckMethod(t *testing.T) {
	sets := map[string]string{"GET HEAD": "r", "GET HEAD OPTIONS": "o", readWrite: "w"}
	tests := []struct {
		name, rule, method string
		body               bool
		want               map[string]Reason // by method set: r, o, w
	}{
		{"get", "REQ-075", "GET", false, map[string]Reason{}},
		{"head", "REQ-075", "HEAD", false, map[string]Reason{}},
		{"options", "REQ-075", "OPTIONS", false, map[string]Reason{"r": MethodNotAllowed}},
		{"post", "REQ-079", "POST", true, map[string]Reason{"r": MethodNotAllowed, "o": MethodNotAllowed}},
		{"delete", "REQ-079", "DELETE", false, map[string]Reason{"r": MethodNotAllowed, "o": MethodNotAllowed}},
		{"trace", "REQ-087", "TRACE", false, map[string]Reason{"r": MethodNotAllowed, "o": MethodNotAllowed, "w": MethodNotAllowed}},
		{"connect", "REQ-087", "CONNECT", false, map[string]Reason{"r": UnknownMethod, "o": UnknownMethod, "w": UnknownMethod}},
		{"unknown", "REQ-088", "FOO", false, map[string]Reason{"r": UnknownMethod, "o": UnknownMethod, "w": UnknownMethod}},
		{"case", "REQ-089", "get", false, map[string]Reason{"r": UnknownMethod, "o": UnknownMethod, "w": UnknownMethod}},
		{"get body", "REQ-097", "GET", true, map[string]Reason{"r": GetWithBody, "o": GetWithBody, "w": GetWithBody}},
		{"head body", "REQ-100", "HEAD", true, map[string]Reason{"r": GetWithBody, "o": GetWithBody, "w": GetWithBody}},
		{"options body", "REQ-100", "OPTIONS", true, map[string]Reason{"r": MethodNotAllowed}},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			got := map[string]Reason{}
			for set, key := range sets {
				if e := checkMethod(behaviorOf("*", "app", set), tt.method, tt.body); e != nil {
					got[key] = e.Reason
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("reasons by method set (-want +got):\n%s", diff)
			}
		})
	}
}

// TestPageLengths holds every page against the lengths of REQ-092 and OBS table M.
func TestPageLengths(t *testing.T) {
	id := strings.Repeat("a", 54) + "=="
	tests := []struct {
		name, rule string
		e          *Error
		want       int
	}{
		{"bad request", "REQ-092", errHTTPSOnly, 915},
		{"malformed", "OBS-024", errMalformed, 915},
		{"method", "REQ-080", errMethod, 1053},
		{"country", "REQ-511", errGeo, 986},
		{"name", "REQ-092", errOriginUnresolved, 960},
		{"connect", "REQ-092", errOriginRefused, 951},
		{"attempt", "REQ-092", errOriginReadTimeout, 1033},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			if got := len(tt.e.page(id)); got != tt.want {
				t.Errorf("page has %d bytes, want %d", got, tt.want)
			}
		})
	}
}
