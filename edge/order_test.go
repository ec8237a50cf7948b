package edge

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
)

// TestOrder makes requests that several steps would end, one step less each time: the first of section 18 does.
func TestOrder(t *testing.T) {
	everything := []change{
		byDefault(over(cloudfront.RedirectToHTTPS)), geoRestriction("blacklist", "CH"), rootObject("a b"),
		ordered("/only/*", "app", read, over(cloudfront.HTTPSOnly)),
	}
	blocked, abroad := country("CH"), country("US")
	run(t, []row{
		{name: "syntax before the host", rule: "REQ-561", site: everything, opts: blocked, request: "POST /%z HTTP/1.1\nHost: unknown.example\nContent-Length: 1\n\na",
			want: refused("400 Bad Request", "Bad request.", "close"), reason: MalformedRequest},
		{name: "host before the method", rule: "REQ-562", site: everything, opts: blocked, request: "POST / HTTP/1.1\nHost: unknown.example\n\n",
			want: refused("403 Forbidden", "Bad request.", "keep-alive"), reason: UnknownHost},
		{name: "method before the protocol", rule: "REQ-564", site: everything, opts: blocked, request: request("POST /"),
			want: refused("403 Forbidden", methodRefused, "keep-alive"), reason: MethodNotAllowed},
		{name: "method before https-only", rule: "REQ-564", site: everything, opts: blocked, request: request("POST /only/"),
			want: refused("403 Forbidden", methodRefused, "keep-alive"), reason: MethodNotAllowed},
		{name: "protocol before the country", rule: "REQ-565", site: everything, opts: blocked, request: request("GET /"),
			want: redirected("301 Moved Permanently", "https://www.example.com/"), reason: RedirectedToHTTPS},
		{name: "https-only before the country", rule: "REQ-565", site: everything, opts: blocked, request: request("GET /only/"),
			want: refused("403 Forbidden", "Bad request.", "keep-alive"), reason: HTTPSRequired},
		{name: "country before the root object", rule: "REQ-566", site: everything, opts: blocked, https: true, request: request("GET /"),
			want: refused("403 Forbidden", countryBlocked, "keep-alive"), reason: GeoBlocked},
		{name: "root object before the origin", rule: "REQ-576", site: everything, opts: abroad, https: true, answer: nobody, request: request("GET /"),
			want: refused("400 Bad Request", "Bad request.", "keep-alive"), reason: InvalidRootObject},
		{name: "origin", rule: "REQ-580", site: everything, opts: abroad, https: true, answer: nobody, request: request("GET /a"),
			want: refused("502 Bad Gateway", cannotConnect, "keep-alive"), reason: OriginRefused},
	})
}

// TestSteps holds which stages a request passes, and in which order, against section 18.
func TestSteps(t *testing.T) {
	const missing = "HTTP/1.1 404 Not Found\nContent-Length: 0\n\n"
	firewall := func(d *cloudfront.Distribution) { d.WebACLID = cloudfront.Known("arn") }
	guarded := []change{firewall, geoRestriction("blacklist", "CH"), rootObject("index.html")}
	site := func(more ...change) []change { return append(more, guarded...) }
	const through = "distribution, behavior, method, viewer protocol policy, geo restriction, web ACL, default root object, "
	tests := []struct {
		name, rule string
		site       []change
		answer     string
		request    string
		want       string
	}{
		{"behavior before the method that it allows", "REQ-563", site(ordered("/api/*", "app", readWrite)), "", request("POST /api/x"),
			"distribution, behavior, method, viewer protocol policy, geo restriction, web ACL, origin, forward, fetch"},
		{"behavior before the protocol that it allows", "REQ-563", site(byDefault(over(cloudfront.HTTPSOnly)), ordered("/plain/*", "app", read)), "", request("GET /plain/x"),
			"distribution, behavior, method, viewer protocol policy, geo restriction, web ACL, origin, forward, fetch"},
		{"no firewall for a refused method", "REQ-567", site(), "", request("POST /"), "distribution, behavior, method"},
		{"no firewall for a redirect", "REQ-567", site(byDefault(over(cloudfront.RedirectToHTTPS))), "", request("GET /"),
			"distribution, behavior, method, viewer protocol policy"},
		{"firewall before the root object", "REQ-567", site(), "", request("GET /"), through + "origin, forward, fetch"},
		{"redirect before everything of an edge function", "REQ-571", []change{byDefault(over(cloudfront.RedirectToHTTPS)), rootObject("index.html")}, "", request("GET /"),
			"distribution, behavior, method, viewer protocol policy"},
		{"failover after the answer", "REQ-581", []change{grouped(404)}, missing, request("GET /"),
			"distribution, behavior, method, viewer protocol policy, origin, forward, fetch, failover, origin, forward, fetch"},
		{"failover after the failure", "REQ-581", []change{grouped(502, 503)}, nobody, request("GET /"),
			"distribution, behavior, method, viewer protocol policy, origin, forward, fetch, failover, origin, forward, fetch"},
		{"page for the final answer", "REQ-584", []change{grouped(500), errorPage(404, "/404.html", 200)}, missing, request("GET /"),
			"distribution, behavior, method, viewer protocol policy, origin, forward, fetch, failover, custom error response"},
		{"no page for the answer of the primary", "REQ-584", []change{grouped(404), errorPage(404, "/404.html", 200)}, missing, request("GET /"),
			"distribution, behavior, method, viewer protocol policy, origin, forward, fetch, failover, origin, forward, fetch"},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+strings.ReplaceAll(tt.name, " ", "-"), func(t *testing.T) {
			t.Parallel()
			answer := tt.answer
			if answer == "" {
				answer = hello
			}
			at := map[string]map[string]string{"app": {"": answer}, "spare": {"": hello}}
			opts := Options{}
			country("US")(&opts)
			run := start(t, []*cloudfront.Distribution{distributionOf(tt.site...)}, false, at, opts)
			run.send(t, tt.request)
			x := run.watch.wait(t)
			var stages []string
			for _, s := range x.Trace.Steps {
				stages = append(stages, s.Stage)
			}
			if diff := cmp.Diff(tt.want, strings.Join(stages, ", ")); diff != "" {
				t.Errorf("stages (-want +got):\n%s", diff)
			}
			checkExplained(t, run.edge, x)
		})
	}
}

// TestBehaviorOrder swaps two behaviors that both match: the list decides.
func TestBehaviorOrder(t *testing.T) {
	origins := []change{hasOrigin("one", cloudfront.KindCustom, "one.example.net"), hasOrigin("two", cloudfront.KindCustom, "two.example.net")}
	wide, narrow := ordered("/a*", "one", read), ordered("/a/b", "two", read)
	both := map[string]string{"one": hello, "two": hello}
	saw := func(id string) map[string]string {
		return map[string]string{id: asked("GET /a/b", id+".example.net")}
	}
	run(t, []row{
		{name: "wide one first", rule: "REQ-042", site: append([]change{wide, narrow}, origins...), others: both, request: request("GET /a/b"),
			want: helloBack, reason: OriginAnswered, saw: saw("one")},
		{name: "narrow one first", rule: "REQ-042", site: append([]change{narrow, wide}, origins...), others: both, request: request("GET /a/b"),
			want: helloBack, reason: OriginAnswered, saw: saw("two")},
	})
}

// TestPlainTextOverTLS sends HTTP where TLS is spoken: no request comes of it.
func TestPlainTextOverTLS(t *testing.T) {
	run := start(t, []*cloudfront.Distribution{distributionOf()}, false, nil, Options{})
	certified := httptest.NewUnstartedServer(nil)
	certified.StartTLS()
	defer certified.Close()
	near, far := net.Pipe()
	done := make(chan error, 1)
	go func() {
		done <- run.edge.Serve(context.Background(), http1.NewConn(tls.Server(far, certified.TLS.Clone()), http1.ConnOptions{}))
	}()
	go io.WriteString(near, "GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n")
	answer, _ := io.ReadAll(near)
	near.Close()
	t.Run("REQ-560/TLS ends before HTTP", func(t *testing.T) {
		if err := <-done; err == nil || strings.HasPrefix(string(answer), "HTTP/") || len(run.watch.exchanges()) > 0 {
			t.Errorf("%q, %v, %d exchanges", answer, err, len(run.watch.exchanges()))
		}
	})
}
