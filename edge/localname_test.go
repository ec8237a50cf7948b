package edge

import (
	"crypto/tls"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
)

// TestLocalName puts requests to a local name through the edge: the origin sees production's request, the viewer an
// answer that fits the local address.
func TestLocalName(t *testing.T) {
	asAlias := func(o *Options) { o.AsAlias, o.HTTPPort, o.HTTPSPort = true, "8080", "8443" }
	all := []change{byDefault(allow(readWrite)), byDefault(forwards("Managed-AllViewer"))}
	local := func(line, host string, fields ...string) string {
		return strings.Replace(request(line, fields...), "Host: www.example.com", "Host: "+host, 1)
	}
	// seen is the request at an origin that receives everything.
	seen := func(line, host string, fields ...string) string {
		text := line + " HTTP/1.1\nHost: " + host + "\n"
		for _, f := range fields {
			text += f + "\n"
		}
		return text
	}
	const text = "Content-Type: text/plain\nContent-Length: 5"
	answers := func(fields string) string { return "HTTP/1.1 200 OK\n" + text + "\n" + fields + "\n\nhello" }
	got := func(fields string) string { return back("200 OK", text, "Date: {NOW}\n"+fields, "Miss", "hello") }

	for _, tt := range []struct {
		name, rule string
		assumed    bool
		opts       func(*Options)
		more       []*cloudfront.Distribution
		request    string
		answer     string
		want       string
		origin     string // how the request begins that the origin received
	}{
		{name: "production's origin and referer", rule: "REQ-595", assumed: true, opts: asAlias,
			request: local("GET /a", "localhost:8080", "Origin: http://localhost:8080", "Referer: http://localhost:8080/auth/?next=/"), answer: hello, want: helloBack,
			origin: seen("GET /a", "www.example.com", "Origin: https://www.example.com", "Referer: https://www.example.com/auth/?next=/")},
		{name: "the TLS listener's, too", rule: "REQ-595", opts: asAlias,
			request: local("GET /a", "localhost:8080", "Origin: https://localhost:8443"), answer: hello, want: helloBack,
			origin: seen("GET /a", "www.example.com", "Origin: https://www.example.com")},
		{name: "other pages stay what they are", rule: "REQ-595", assumed: true, opts: asAlias,
			request: local("GET /a", "localhost:8080", "Origin: http://localhost:3000", "Referer: http://localhost:80801/"), answer: hello, want: helloBack,
			origin: seen("GET /a", "www.example.com", "Origin: http://localhost:3000", "Referer: http://localhost:80801/")},
		{name: "null", rule: "REQ-595", assumed: true, opts: asAlias, request: local("GET /a", "localhost:8080", "Origin: null"), answer: hello, want: helloBack,
			origin: seen("GET /a", "www.example.com", "Origin: null")},
		{name: "a service name", rule: "REQ-595", assumed: true, opts: asAlias, request: local("GET /a", "edge:8080", "Origin: http://edge:8080"), answer: hello, want: helloBack,
			origin: seen("GET /a", "www.example.com", "Origin: https://www.example.com")},
		{name: "not for the alias itself", rule: "REQ-595", assumed: true, opts: asAlias, request: request("GET /a", "Origin: http://localhost:8080"), answer: answers("Strict-Transport-Security: max-age=1"),
			want: got("Strict-Transport-Security: max-age=1"), origin: seen("GET /a", "www.example.com", "Origin: http://localhost:8080")},
		{name: "not unless asked for", rule: "REQ-595", assumed: true, opts: func(o *Options) { o.HTTPPort = "8080" },
			request: local("GET /a", "localhost:8080", "Origin: http://localhost:8080"), answer: answers("Location: https://www.example.com/\nSet-Cookie: a=1; Secure"),
			want: got("Location: https://www.example.com/\nSet-Cookie: a=1; Secure"), origin: seen("GET /a", "localhost:8080", "Origin: http://localhost:8080")},
		{name: "the alias before .localhost", rule: "REQ-017", assumed: true, opts: asAlias, more: []*cloudfront.Distribution{other()},
			request: local("GET /a", "www.example.com.localhost:8080", "Origin: http://www.example.com.localhost:8080"), answer: hello, want: helloBack,
			origin: seen("GET /a", "www.example.com", "Origin: https://www.example.com")},

		{name: "redirects and cookies come home", rule: "REQ-596", assumed: true, opts: asAlias, request: local("GET /", "localhost:8080"),
			answer: answers("Location: https://www.example.com/auth/?a=1#b\nSet-Cookie: sessionid=s; Domain=.example.com; Path=/; Secure; HttpOnly; SameSite=Lax\nAccess-Control-Allow-Origin: https://www.example.com"),
			want:   got("Location: http://localhost:8080/auth/?a=1#b\nSet-Cookie: sessionid=s; Path=/; HttpOnly; SameSite=Lax\nAccess-Control-Allow-Origin: http://localhost:8080"),
			origin: seen("GET /", "www.example.com")},
		{name: "Secure stays where production's viewer has no TLS either", rule: "REQ-596", opts: asAlias, request: local("GET /", "localhost:8080"),
			answer: answers("Set-Cookie: a=1; Secure\nLocation: https://www.example.com/"), want: got("Set-Cookie: a=1; Secure\nLocation: https://localhost:8443/"),
			origin: seen("GET /", "www.example.com")},
		{name: "other hosts", rule: "REQ-596", assumed: true, opts: asAlias, request: local("GET /", "localhost:8080"),
			answer: answers("Location: https://www.example.org/\nSet-Cookie: a=1; Domain=example.org"), want: got("Location: https://www.example.org/\nSet-Cookie: a=1; Domain=example.org"),
			origin: seen("GET /", "www.example.com")},
		{name: "another distribution's alias", rule: "REQ-596", assumed: true, opts: asAlias, more: []*cloudfront.Distribution{other()},
			request: local("GET /", "www.example.com.localhost:8080"), answer: answers("Location: https://other.example.org/x"), want: got("Location: http://other.example.org.localhost:8080/x"),
			origin: seen("GET /", "www.example.com")},

		{name: "HSTS", rule: "REQ-597", opts: func(*Options) {}, request: local("GET /", "localhost"), answer: answers("X-A: 1\nStrict-Transport-Security: max-age=1"), want: got("X-A: 1"),
			origin: seen("GET /", "localhost")},
	} {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			opts := Options{}
			tt.opts(&opts)
			d := distributionOf(all...)
			run := start(t, append([]*cloudfront.Distribution{d}, tt.more...), tt.assumed, map[string]map[string]string{"app": {"": tt.answer}}, opts)
			answer := run.send(t, tt.request)
			ids := requestIDs.FindAllStringSubmatch(answer, -1)
			if diff := cmp.Diff(tt.want, plain(answer, ids)); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
			received := plain(strings.Join(run.servers["app"].received(), ""), ids)
			for line := range strings.Lines(tt.origin) {
				if !strings.Contains(received, line) {
					t.Errorf("the origin did not receive %q in\n%s", line, received)
				}
			}
			if x := run.watch.wait(t); x.Translated == nil { // else it explains production's request, of another host
				checkExplained(t, run.edge, x)
			}
		})
	}

	t.Run("REQ-596/the redirect to https", func(t *testing.T) {
		opts := Options{}
		asAlias(&opts)
		run := start(t, []*cloudfront.Distribution{distributionOf(byDefault(over(cloudfront.RedirectToHTTPS)))}, false, nil, opts)
		if got := run.send(t, local("GET /a", "localhost:8080")); !strings.Contains(got, "\nLocation: https://localhost:8443/a\r\n") {
			t.Errorf("not to the local TLS listener: %s", got)
		}
		x := run.watch.wait(t)
		want := []Translation{{"request", "Host", "localhost:8080", "www.example.com"}, {"response", "Location", "https://www.example.com", "https://localhost:8443"}}
		if diff := cmp.Diff(want, x.Document().Translations); diff != "" {
			t.Errorf("document (-want +got):\n%s", diff)
		}
	})
}

// other is a second distribution, of which nothing is asked.
func other() *cloudfront.Distribution {
	d := distributionOf()
	d.Address, d.DomainName, d.Aliases = "aws_cloudfront_distribution.other", "d2.cloudfront.net", []string{"other.example.org"}
	return d
}

func TestToLocal(t *testing.T) {
	for _, tt := range []struct {
		name, host, url string
		tls, assumed    bool
		want            string
	}{
		{"assumed https", "localhost:8080", "https://www.example.com", false, true, "http://localhost:8080"},
		{"what production redirects", "localhost:8080", "http://www.example.com", false, true, "http://localhost:8080"},
		{"the viewer's scheme", "localhost:8080", "//www.example.com", false, true, "http://localhost:8080"},
		{"upper case", "localhost:8080", "HTTPS://WWW.Example.com", false, true, "http://localhost:8080"},
		{"default port", "localhost:8080", "https://www.example.com:443", false, true, "http://localhost:8080"},
		{"another port is another server", "localhost:8080", "https://www.example.com:8443", false, true, ""},
		{"plain to TLS", "localhost:8080", "https://www.example.com", false, false, "https://localhost:8443"},
		{"TLS to plain", "localhost:8443", "http://www.example.com", true, false, "http://localhost:8080"},
		{"TLS", "localhost:8443", "https://www.example.com", true, false, "https://localhost:8443"},
		{"default ports here", "localhost", "https://www.example.com", false, false, "https://localhost"},
		{"IPv6", "[::1]:8080", "https://www.example.com", false, true, "http://[::1]:8080"},
		{"another alias", "127.0.0.1:8080", "https://shop.example.com", false, true, "http://shop.example.com.localhost:8080"},
		{"another alias, default port", "localhost", "https://shop.example.com", false, true, "http://shop.example.com.localhost"},
		{"another alias, from a container", "edge:8080", "https://shop.example.com", false, true, ""},
		{"nothing", "localhost:8080", "", false, true, ""},
		{"no host", "localhost:8080", "https://", false, true, ""},
		{"a host like it", "localhost:8080", "https://www.example.com.evil.example", false, true, ""},
		{"user information", "localhost:8080", "https://www.example.com@evil.example", false, true, ""},
	} {
		t.Run("REQ-596/"+tt.name, func(t *testing.T) {
			d := &cloudfront.Distribution{DomainName: "d1.cloudfront.net", Aliases: []string{"www.example.com", "shop.example.com"}}
			s := &site{hosts: cloudfront.NewHosts([]*cloudfront.Distribution{d}), httpPort: "8080", httpsPort: "8443"}
			r := &Request{Host: tt.host, Scheme: "http"}
			if tt.tls {
				r.TLS = &tls.ConnectionState{}
			}
			if tt.tls || tt.assumed {
				r.Scheme = "https"
			}
			n := s.localNames(r, d)
			if got := n.toLocal(tt.url); got != tt.want {
				t.Errorf("toLocal(%q) = %q, want %q", tt.url, got, tt.want)
			}
			if tt.want == n.local { // and back
				if got := n.toAlias(tt.want); got != r.Scheme+"://www.example.com" {
					t.Errorf("toAlias(%q) = %q", tt.want, got)
				}
			}
		})
	}
}

func TestLocalCookie(t *testing.T) {
	for _, tt := range []struct {
		name, value string
		tls         bool
		want        string
		without     []string
	}{
		{"nothing to do", "a=1; Path=/", false, "a=1; Path=/", nil},
		{"secure", "a=1; Secure; Path=/", false, "a=1; Path=/", []string{"Secure"}},
		{"secure over TLS", "a=1; Secure; SameSite=None", true, "a=1; Secure; SameSite=None", nil},
		{"domain", "a=1;domain=WWW.example.com", true, "a=1", []string{"domain=WWW.example.com"}},
		{"parent domain", "a=1; Domain=.example.com; HttpOnly", true, "a=1; HttpOnly", []string{"Domain=.example.com"}},
		{"a domain that is not the alias's", "a=1; Domain=shop.example.com", true, "a=1; Domain=shop.example.com", nil},
		{"a domain that only looks like it", "a=1; Domain=ample.com", true, "a=1; Domain=ample.com", nil},
		{"no domain", "a=1; Domain", true, "a=1; Domain", nil},
		{"only with Secure", "a=1; SameSite=None; Secure; Partitioned", false, "a=1", []string{"SameSite=None", "Secure", "Partitioned"}},
		{"other SameSite", "a=1; SameSite=Strict; secure", false, "a=1; SameSite=Strict", []string{"secure"}},
		{"a name that demands Secure", "__Host-a=1; Secure; Path=/; SameSite=None", false, "__Host-a=1; Secure; Path=/; SameSite=None", nil},
		{"a value with odd characters", `a="x, Secure"; Secure`, false, `a="x, Secure"`, []string{"Secure"}},
		{"empty", "", false, "", nil},
	} {
		t.Run("REQ-596/"+tt.name, func(t *testing.T) {
			n := &localNames{alias: "www.example.com", assumed: !tt.tls}
			got, without := n.cookie(tt.value)
			if diff := cmp.Diff([]any{tt.want, tt.without}, []any{got, without}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestTranslationIsOwn checks that the fields that were given stay as they are: they belong to the connection.
func TestTranslationIsOwn(t *testing.T) {
	fields := http1.Fields{{Name: "Host", Value: "localhost"}, {Name: "Origin", Value: "http://localhost"}}
	d := &cloudfront.Distribution{Aliases: []string{"www.example.com"}}
	s := &site{hosts: cloudfront.NewHosts([]*cloudfront.Distribution{d})}
	var done []Translation
	s.localNames(&Request{Host: "localhost", Scheme: "http"}, d).request(fields, &done)
	if len(done) != 1 || fields[1].Value != "http://localhost" || fields[0].Value != "localhost" {
		t.Errorf("%v, fields now %v", done, fields)
	}
}
