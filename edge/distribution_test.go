package edge

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"edgecase/config/cloudfront"
)

func TestDistributions(t *testing.T) {
	other := func(changes ...change) []*cloudfront.Distribution {
		return []*cloudfront.Distribution{distributionOf(append([]change{
			named("aws_cloudfront_distribution.other", "d222222abcdef8.cloudfront.net"), aliases("other.example.net"),
			hasOrigin("app", cloudfront.KindCustom, "other.origin.net"),
		}, changes...)...)}
	}
	get := func(host string) string { return "GET / HTTP/1.1\nHost: " + host + "\n\n" }
	reached, reachedOther := asked("GET /", "app.example.net"), asked("GET /", "other.origin.net")
	unknown := refused("403 Forbidden", "Bad request.", "keep-alive")
	malformed := refused("400 Bad Request", "Bad request.", "close")

	run(t, []row{
		{name: "first of two", rule: "REQ-001", more: other(), request: get("www.example.com"), want: helloBack, reason: OriginAnswered, asked: reached},
		{name: "second of two", rule: "REQ-001", more: other(), request: get("other.example.net"), want: helloBack, reason: OriginAnswered, asked: reachedOther},
		{name: "alias beside the generated name", rule: "REQ-004", site: []change{aliases("a.example.com", "b.example.com")}, request: get("b.example.com"),
			want: helloBack, reason: OriginAnswered, asked: reached},
		{name: "generated name", rule: "REQ-003", request: get("d111111abcdef8.cloudfront.net"), want: helloBack, reason: OriginAnswered, asked: reached},
		{name: "port and case", rule: "REQ-005", request: get("WWW.Example.Com:8080"), want: helloBack, reason: OriginAnswered, asked: reached},
		{name: "wildcard at depth", rule: "REQ-007", site: []change{aliases("*.example.com")}, request: get("a.b.example.com"), want: helloBack, reason: OriginAnswered, asked: reached},
		{name: "wildcard without apex", rule: "REQ-008", site: []change{aliases("*.example.com")}, request: get("example.com"), want: unknown, reason: UnknownHost},
		{name: "exact before wildcard", rule: "REQ-009", site: []change{aliases("*.example.com")}, more: other(aliases("www.example.com")),
			request: get("www.example.com"), want: helloBack, reason: OriginAnswered, asked: reachedOther},
		{name: "longest wildcard", rule: "REQ-009", site: []change{aliases("*.example.com")}, more: other(aliases("*.shop.example.com")),
			request: get("a.shop.example.com"), want: helloBack, reason: OriginAnswered, asked: reachedOther},

		{name: "unknown host", rule: "REQ-013", request: get("example.org"), want: unknown, reason: UnknownHost},
		{name: "page of 915 bytes", rule: "REQ-014", request: get("example.org"), reason: UnknownHost,
			want: "HTTP/1.1 403 Forbidden\nServer: CloudFront\nDate: {NOW}\nContent-Type: text/html\nContent-Length: 915\nConnection: keep-alive\n" +
				"X-Cache: Error from cloudfront\nVia: 1.1 {VIA}.cloudfront.net (CloudFront)\nX-Amz-Cf-Pop: LOC50-C1\nX-Amz-Cf-Id: {RID}\n\n" +
				errorHTML("403", "Bad request.")},
		{name: "unknown host keeps the connection", rule: "REQ-093", request: get("example.org") + "", want: unknown, reason: UnknownHost},
		{name: "no host", rule: "REQ-015", request: "GET / HTTP/1.1\nAccept: */*\n\n", want: malformed, reason: MalformedRequest},
		{name: "two hosts", rule: "REQ-015", request: "GET / HTTP/1.1\nHost: www.example.com\nHost: www.example.com\n\n", want: malformed, reason: MalformedRequest},
		{name: "old request without host", rule: "REQ-016", request: "GET / HTTP/1.0\nAccept: */*\n\n", want: closing(unknown), reason: UnknownHost},
		{name: "error page is not for unknown hosts", rule: "REQ-013", site: []change{errorPage(403, "/index.html", 200)},
			request: get("example.org"), want: unknown, reason: UnknownHost},

		{name: "localhost", rule: "REQ-017", request: get("localhost:8080"), want: helloBack, reason: OriginAnswered, asked: reached},
		{name: "below localhost", rule: "REQ-017", request: get("app.localhost"), want: helloBack, reason: OriginAnswered, asked: reached},
		{name: "loopback", rule: "REQ-017", request: get("127.0.0.1:41233"), want: helloBack, reason: OriginAnswered, asked: reached},
		{name: "loopback 6", rule: "REQ-017", request: get("[::1]:41233"), want: helloBack, reason: OriginAnswered, asked: reached},
		{name: "compose service", rule: "REQ-017", request: get("edge:8080"), want: helloBack, reason: OriginAnswered, asked: reached},
		{name: "docker host", rule: "REQ-017", request: get("host.docker.internal"), want: helloBack, reason: OriginAnswered, asked: reached},
		{name: "added host", rule: "REQ-017", opts: func(o *Options) { o.Hosts = []string{"staging.example.org"} },
			request: get("Staging.example.org:80"), want: helloBack, reason: OriginAnswered, asked: reached},
		{name: "other address", rule: "REQ-017", request: get("192.0.2.7"), want: unknown, reason: UnknownHost},
		{name: "localhost of several", rule: "REQ-017", more: other(), request: get("localhost"), want: unknown, reason: UnknownHost},

		{name: "disabled", rule: "REQ-019", site: []change{disabled}, request: get("www.example.com"), want: unknown, reason: DistributionDisabled},
		{name: "disabled on this machine", rule: "REQ-017", site: []change{disabled}, request: get("localhost"), want: helloBack, reason: OriginAnswered, asked: reached},
		{name: "staging", rule: "REQ-020", site: []change{staging}, request: get("d111111abcdef8.cloudfront.net"), want: unknown, reason: DistributionStaging},
		{name: "staging on this machine", rule: "REQ-017", site: []change{staging}, request: get("localhost"), want: helloBack, reason: OriginAnswered, asked: reached},

		{name: "absolute target", rule: "REQ-069", request: "GET http://www.example.com/a?b HTTP/1.1\nHost: example.org\n\n",
			want: helloBack, reason: OriginAnswered, asked: asked("GET /a", "app.example.net")},
		{name: "absolute target without path", rule: "REQ-069", request: "GET http://www.example.com HTTP/1.1\nHost: www.example.com\n\n",
			want: helloBack, reason: OriginAnswered, asked: reached},
		{name: "asterisk", rule: "REQ-069", request: request("OPTIONS *"), want: malformed, reason: MalformedRequest},
		{name: "authority", rule: "REQ-069", request: request("GET www.example.com:80"), want: malformed, reason: MalformedRequest},
		{name: "bad escape", rule: "REQ-150", request: request("GET /%zz"), want: malformed, reason: MalformedRequest},
		{name: "bad escape in the query", rule: "REQ-150", request: request("GET /?%zz"), want: helloBack, reason: OriginAnswered, asked: reached},
		{name: "space in a name", rule: "REQ-150", request: request("GET /", "X-A : b"), want: malformed, reason: MalformedRequest},
		{name: "length and coding", rule: "REQ-150", request: request("POST /", "Content-Length: 3", "Transfer-Encoding: chunked"),
			want: malformed, reason: MalformedRequest},
		{name: "long url", rule: "REQ-142", request: request("GET /" + string(make8k())), want: refused("414 Request URI Too Long", "Bad request.", "close"), reason: URLTooLong},
		{name: "large head", rule: "REQ-143", request: request("GET /", "X-A: "+string(make8k()), "X-B: "+string(make8k()), "X-C: "+string(make8k()), "X-D: "+string(make8k())),
			want: refused("494 Request header too large", "Bad request.", "close"), reason: HeadersTooLarge},
		{name: "body too large", rule: "REQ-147", site: []change{byDefault(allow(readWrite))}, request: request("POST /", "Content-Length: 68719476737"),
			want: refused("413 Request Entity Too Large", "Bad request.", "close"), reason: BodyTooLarge},
		{name: "no page for what cannot be read", rule: "REQ-441", site: []change{errorPage(400, "/400.html", 200)}, request: request("GET /%zz"),
			want: malformed, reason: MalformedRequest},
	})
}

// make8k returns 8,192 letters.
func make8k() []byte {
	b := make([]byte, 8192)
	for i := range b {
		b[i] = 'a'
	}
	return b
}

func TestIsLocal(t *testing.T) {
	tests := []struct {
		name string
		want bool
	}{
		{"localhost", true}, {"LOCALHOST", true}, {"localhost.", true}, {"a.b.localhost", true}, {"notlocalhost.com", false},
		{"127.0.0.1", true}, {"127.8.9.10", true}, {"::1", true}, {"::ffff:127.0.0.1", true}, {"0.0.0.0", false}, {"10.0.0.1", false},
		{"fe80::1%lo", false}, {"web", true}, {"my-app_1", true}, {"", false}, {"example.com", false}, {"host.docker.internal", true},
		{"docker.internal", false}, {"added.example.com", true}, {"ADDED.example.com.", true}, {"x.added.example.com", false},
	}
	for _, tt := range tests {
		t.Run("REQ-017/"+tt.name, func(t *testing.T) {
			if got := isLocal(tt.name, []string{"added.example.com"}); got != tt.want {
				t.Errorf("isLocal(%q) = %v", tt.name, got)
			}
		})
	}
}

func TestSplitPort(t *testing.T) {
	tests := []struct{ host, name, port, plain, secure string }{
		{"example.com", "example.com", "", "example.com", "example.com"},
		{"example.com:8080", "example.com", "8080", "example.com", "example.com:8443"},
		{"example.com:", "example.com", "", "example.com", "example.com"},
		{"[::1]", "[::1]", "", "::1", "[::1]"},
		{"[::1]:8080", "[::1]", "8080", "::1", "[::1]:8443"},
		{"::1", "::1", "", "::1", "::1"},
		{":80", "", "80", "", ":8443"},
		{"", "", "", "", ""},
		{"[", "[", "", "", "["},
	}
	for _, tt := range tests {
		t.Run("REQ-117/"+tt.host, func(t *testing.T) {
			name, port := splitPort(tt.host)
			got := []string{name, port, hostname(tt.host), withPort(tt.host, "8443"), withPort(tt.host, "")}
			if diff := cmp.Diff([]string{tt.name, tt.port, tt.plain, tt.secure, tt.name}, got); diff != "" {
				t.Errorf("name, port, plain name, secure host, without HTTPS (-want +got):\n%s", diff)
			}
		})
	}
}

// TestDistribution holds whose TLS a name is offered.
func TestDistribution(t *testing.T) {
	site := distributionOf(aliases("www.example.com", "*.shop.example.com"))
	other := distributionOf(named("aws_cloudfront_distribution.other", "d222222abcdef8.cloudfront.net"), aliases("other.example.com"))
	tests := []struct {
		name, rule    string
		distributions []*cloudfront.Distribution
		host          string
		want          *cloudfront.Distribution
	}{
		{"alias", "REQ-004", []*cloudfront.Distribution{site, other}, "www.example.com", site},
		{"wildcard", "REQ-007", []*cloudfront.Distribution{site, other}, "a.b.shop.example.com", site},
		{"own name", "REQ-003", []*cloudfront.Distribution{site, other}, "d222222abcdef8.cloudfront.net", other},
		{"localhost of one", "REQ-017", []*cloudfront.Distribution{site}, "localhost", site},
		{"no name of one", "REQ-017", []*cloudfront.Distribution{site}, "", site},
		{"localhost of two", "REQ-017", []*cloudfront.Distribution{site, other}, "localhost", nil},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			e, err := New(&cloudfront.Config{Distributions: tt.distributions}, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := e.Distribution(tt.host); got != tt.want {
				t.Errorf("Distribution(%q) = %v, want %v", tt.host, got, tt.want)
			}
		})
	}
}
