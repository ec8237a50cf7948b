package edge

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/http2"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
)

// TestObservedOriginRequests holds section 14 of the recorded answers: what an origin received, byte for byte.
func TestObservedOriginRequests(t *testing.T) {
	const host, api = "app.example.net", "0123456789.execute-api.eu-west-1.amazonaws.com"
	nothing := func(*cloudfront.CachePolicy) {}
	everyCookie := byDefault(legacy(func(p *cloudfront.CachePolicy) { p.Cookies.Behavior = cloudfront.SelectAll }))
	cached := func(edit func(*cloudfront.CachePolicy)) change {
		return byDefault(func(b *cloudfront.Behavior) {
			p := *cloudfront.ManagedCachePolicy("Managed-CachingOptimized")
			edit(&p)
			b.CachePolicy = &p
		})
	}
	country := cached(func(p *cloudfront.CachePolicy) {
		p.Headers = cloudfront.Selection{Behavior: cloudfront.SelectWhitelist, Items: []string{"CloudFront-Viewer-Country"}}
	})
	lisbon := func(o *Options) { o.Viewer = map[string]string{"Country": "PT", "Address": "203.0.113.9:58454"} }
	from := func(text string) string { return strings.Replace(text, "127.0.0.1", "203.0.113.9", 1) }
	encoded := func(value, text string) string {
		return strings.Replace(text, "User-Agent: Amazon", "Accept-Encoding: "+value+"\nUser-Agent: Amazon", 1)
	}
	secret := hasOrigin("app", cloudfront.KindCustom, host, func(o *cloudfront.Origin) {
		o.CustomHeaders = []cloudfront.CustomHeader{{Name: "X-Custom", Value: cloudfront.Known("1"), Source: line(110)}}
	})
	served := func(rule, name string, req, saw string, site ...change) row {
		return row{rule: rule, name: name, site: site, opts: lisbon, request: req, want: helloBack, reason: OriginAnswered, asked: from(saw)}
	}
	curl := []string{"User-Agent: curl/8", "Accept: */*"}

	run(t, []row{
		served("OBS-087", "minimal set", request("GET /a?b=c", append(curl, "Cookie: a=1", "X-Own: 1")...), asked("GET /a", host)),
		served("OBS-088", "one CloudFront header and both encodings", request("GET /", append(curl, "Accept-Encoding: gzip, deflate, br")...),
			encoded("br,gzip", asked("GET /", api, "CloudFront-Viewer-Country: PT")), country, hasOrigin("app", cloudfront.KindCustom, api)),
		served("OBS-088", "viewer without encodings", request("GET /", curl...), asked("GET /", api, "CloudFront-Viewer-Country: PT"), country, hasOrigin("app", cloudfront.KindCustom, api)),
		served("OBS-079", "no brotli without a policy", request("GET /", "Accept-Encoding: br, gzip"), encoded("gzip", asked("GET /", host)), byDefault(legacy(nothing))),
		served("OBS-079", "only brotli without a policy", request("GET /", "Accept-Encoding: br"), asked("GET /", host), byDefault(legacy(nothing))),
		served("OBS-079", "brotli where a policy has both", request("GET /", "Accept-Encoding: br"), encoded("br", asked("GET /", host)), cached(nothing)),
		served("OBS-090", "address and port", request("GET /"), asked("GET /", host, "CloudFront-Viewer-Address: 203.0.113.9:58454"), byDefault(forwardsHeaders("CloudFront-Viewer-Address"))),
		served("OBS-091", "order and number of headers", request("GET /", "User-Agent: UA/1", "Accept: */*", "Accept-Encoding: gzip"),
			asked("GET /", host, "CloudFront-Viewer-Header-Count: 4", "CloudFront-Viewer-Header-Order: Host:User-Agent:Accept:Accept-Encoding"),
			byDefault(forwardsHeaders("CloudFront-Viewer-Header-Order", "CloudFront-Viewer-Header-Count"))),
		served("OBS-092", "order of legacy settings", request("GET /", "Cache-Control: max-age=0", "X-Wap-Profile: http://p.example/", "Accept-Encoding: gzip, deflate"),
			encoded("gzip", asked("GET /", host, "Cache-Control: max-age=0", "X-Wap-Profile: http://p.example/")), byDefault(legacy(nothing))),
		served("OBS-093", "chain of addresses", request("GET /", "X-Forwarded-For: 192.0.2.4,192.0.2.3"), strings.Replace(asked("GET /", host), "127.0.0.1", "192.0.2.4,192.0.2.3,127.0.0.1", 1)),
		served("OBS-093", "another CloudFront before this one", request("GET /", "X-Forwarded-For: 192.0.2.4", "Via: 2.0 a.cloudfront.net (CloudFront)"),
			strings.NewReplacer("127.0.0.1", "192.0.2.4,127.0.0.1", "Via: ", "Via: 2.0 a.cloudfront.net (CloudFront), ").Replace(asked("GET /", host))),
		served("OBS-094", "custom header", request("GET /", "X-Custom: forged"), asked("GET /", host, "X-Custom: 1"), secret, byDefault(forwardsAllBut("Host"))),
		served("OBS-095", "signed cookies", request("GET /", "Cookie: CloudFront-Signature=s; a=1; CloudFront-Policy=p; CloudFront-Key-Pair-Id=K"),
			asked("GET /", host, "Cookie: CloudFront-Key-Pair-Id=K; CloudFront-Policy=p; CloudFront-Signature=s; a=1"), everyCookie),
	})
}

// TestObservedViewerHeaders sends the request of OBS-089, over TLS that a server of the test ended.
func TestObservedViewerHeaders(t *testing.T) {
	want := []string{
		"CloudFront-Forwarded-Proto: https", "CloudFront-Is-Android-Viewer: false", "CloudFront-Is-Desktop-Viewer: true", "CloudFront-Is-IOS-Viewer: false",
		"CloudFront-Is-Mobile-Viewer: false", "CloudFront-Is-SmartTV-Viewer: false", "CloudFront-Is-Tablet-Viewer: false",
		"CloudFront-Viewer-Address: 128.149.240.221:58454", "CloudFront-Viewer-ASN: 127", "CloudFront-Viewer-City: Altadena", "CloudFront-Viewer-Country: US",
		"CloudFront-Viewer-Country-Name: United States", "CloudFront-Viewer-Country-Region: CA", "CloudFront-Viewer-Country-Region-Name: California",
		"CloudFront-Viewer-HTTP-Version: 1.1", "CloudFront-Viewer-Latitude: 34.19310", "CloudFront-Viewer-Longitude: -118.13830", "CloudFront-Viewer-Metro-Code: 803",
		"CloudFront-Viewer-Postal-Code: 91001", "CloudFront-Viewer-Time-Zone: America/Los_Angeles",
		"CloudFront-Viewer-TLS: TLSv1.3:TLS_AES_128_GCM_SHA256:fullHandshake",
	}
	opts := Options{Viewer: map[string]string{
		"Address": "128.149.240.221:58454", "ASN": "127", "City": "Altadena", "Country": "US", "Country-Name": "United States", "Country-Region": "CA",
		"Country-Region-Name": "California", "Latitude": "34.19310", "Longitude": "-118.13830", "Metro-Code": "803", "Postal-Code": "91001", "Time-Zone": "America/Los_Angeles",
	}}
	run := start(t, []*cloudfront.Distribution{distributionOf(byDefault(forwards("Managed-AllViewerAndCloudFrontHeaders-2022-06")))}, false, map[string]map[string]string{"app": {"": hello}}, opts)
	s := httptest.NewUnstartedServer(run.edge)
	s.StartTLS() // offers HTTP/1.1 alone
	defer s.Close()
	r, err := http.NewRequestWithContext(t.Context(), "GET", s.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = "www.example.com"
	r.Header.Set("User-Agent", "python-requests/2.31.0")
	resp, err := s.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	saw := strings.Join(run.servers["app"].received(), "")
	var got []string
	for l := range strings.SplitSeq(saw, "\r\n") {
		if strings.HasPrefix(l, "CloudFront-") {
			got = append(got, l)
		}
	}
	t.Run("OBS-089/all headers", func(t *testing.T) {
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("generated fields (-want +got):\n%s", diff)
		}
		if !strings.Contains(saw, "\r\nVia: 1.1 ") || !strings.Contains(saw, "\r\nUser-Agent: python-requests/2.31.0\r\n") {
			t.Errorf("the origin received %q", saw)
		}
		checkExplained(t, run.edge, run.watch.wait(t))
	})
}

// TestObservedHTTP2 holds what is recorded of HTTP/2: lower-case names, and the versions in both Via fields.
func TestObservedHTTP2(t *testing.T) {
	run := start(t, []*cloudfront.Distribution{distributionOf()}, false, map[string]map[string]string{"app": {"": hello}}, Options{})
	f := dialFrames(t, run.edge)
	answer := func(stream uint32, method string) map[string]string {
		head := headOf("/")
		head[0].Value = method
		f.ask(stream, true, head...)
		_, last := f.until(func(fr http2.Frame) bool {
			return fr.Header().Type == http2.FrameHeaders && fr.Header().StreamID == stream
		})
		got := map[string]string{}
		for _, field := range last.(*http2.MetaHeadersFrame).Fields {
			got[field.Name] = field.Value
		}
		id := [][]string{{"", got["x-amz-cf-id"]}}
		for name, value := range got {
			got[name] = plain(value, id)
		}
		return got
	}
	own := map[string]string{"via": "1.1 {VIA}.cloudfront.net (CloudFront)", "x-amz-cf-pop": "LOC50-C1", "x-amz-cf-id": "{RID}", "date": "{NOW}"}
	with := func(more ...string) map[string]string {
		want := map[string]string{}
		for name, value := range own {
			want[name] = value
		}
		for _, f := range more {
			name, value, _ := strings.Cut(f, ": ")
			want[name] = value
		}
		return want
	}
	t.Run("OBS-002/error", func(t *testing.T) {
		want := with("content-type: text/html", "content-length: 1053", "server: CloudFront", "x-cache: Error from cloudfront")
		want[":status"] = "403"
		if diff := cmp.Diff(want, answer(1, "POST")); diff != "" {
			t.Errorf("fields (-want +got):\n%s", diff)
		}
	})
	t.Run("OBS-004/names", func(t *testing.T) {
		want := with("content-type: text/plain", "content-length: 5", "x-cache: Miss from cloudfront")
		want[":status"] = "200"
		if diff := cmp.Diff(want, answer(3, "GET")); diff != "" {
			t.Errorf("fields (-want +got):\n%s", diff)
		}
	})
	t.Run("OBS-087/version at the origin", func(t *testing.T) {
		saw := strings.Join(run.servers["app"].received(), "")
		if !strings.HasPrefix(saw, "GET / HTTP/1.1\r\nHost: app.example.net\r\n") || !strings.Contains(saw, "\r\nVia: 2.0 ") {
			t.Errorf("the origin received %q", saw)
		}
	})
}

// TestObservedTiming holds OBS-085: Server-Timing of an answer that an origin gave.
func TestObservedTiming(t *testing.T) {
	timed := byDefault(decorates(&cloudfront.ResponseHeadersPolicy{Name: cloudfront.Known("p"), ServerTiming: &cloudfront.ServerTiming{Enabled: true, SamplingRate: 100}}))
	const metrics = `cdn-upstream-layer;desc="EDGE",cdn-upstream-dns;dur=0,cdn-upstream-connect;dur=0,cdn-upstream-fbl;dur=0,cdn-cache-miss,cdn-pop;desc="LOC50-C1",cdn-rid;desc="{RID}",cdn-downstream-fbl;dur=0`
	with := func(answer string) string {
		return strings.Replace(answer, "X-Amz-Cf-Id: {RID}\n", "X-Amz-Cf-Id: {RID}\nServer-Timing: "+metrics+"\n", 1)
	}
	// A directory answers at once by the clock of the test.
	dir := "dir:" + directory(t, map[string]string{"a.txt": "hello"})
	bucket := hasOrigin("app", cloudfront.KindS3, "bucket.s3.eu-west-1.amazonaws.com")
	const object = "Date: {NOW}\nLast-Modified: Fri, 02 Jan 2026 03:04:05 GMT\nETag: \"5d41402abc4b2a76b9719d911017c592\"\nx-amz-server-side-encryption: AES256\nAccept-Ranges: bytes\nServer: AmazonS3"
	run(t, []row{
		{rule: "OBS-085", name: "miss", site: []change{timed, bucket}, answer: dir, request: request("GET /a.txt"), reason: OriginAnswered,
			want: with(back("200 OK", "Content-Type: text/plain\nContent-Length: 5", object, "Miss", "hello"))},
		{rule: "POL-176", name: "error page", site: []change{timed, bucket, errorPage(403, "/a.txt", 200)}, answer: dir, request: request("GET /b"), reason: OriginAnswered,
			want: with(back("200 OK", "Content-Type: text/plain\nContent-Length: 5", object, "Error", "hello"))},
		{rule: "POL-176", name: "nobody was asked", site: []change{timed}, request: request("POST /"), reason: MethodNotAllowed, want: refused("403 Forbidden", methodRefused, "keep-alive")},
		{rule: "POL-176", name: "nobody answered", site: []change{timed}, answer: nobody, request: request("GET /"), reason: OriginRefused, want: refused("502 Bad Gateway", cannotConnect, "keep-alive")},
	})
}

// TestObservedSockets holds OBS-096: over HTTP/2 no WebSocket begins, and the handshake's fields are forwarded as policies say.
func TestObservedSockets(t *testing.T) {
	run := start(t, []*cloudfront.Distribution{distributionOf(byDefault(forwards("Managed-AllViewer")))}, false, nil, Options{})
	r := &Request{Method: "GET", Path: "/ws", Scheme: "https", Host: "www.example.com", Major: 2, Fields: http1.Fields{
		{Name: "Host", Value: "www.example.com"}, {Name: "Connection", Value: "Upgrade"}, {Name: "Upgrade", Value: "websocket"}, {Name: "Sec-WebSocket-Key", Value: "a2V5"}, {Name: "Sec-WebSocket-Version", Value: "13"}}}
	t.Run("OBS-096/not over HTTP2", func(t *testing.T) {
		x := run.edge.Explain(context.Background(), r, Assume{})
		if x.Response.Status != 200 || x.Outgoing.Fields.Has("Upgrade") {
			t.Errorf("%d, the origin receives %v", x.Response.Status, x.Outgoing.Fields)
		}
	})
	t.Run("OBS-096/over HTTP1.1", func(t *testing.T) {
		r.Major, r.Minor = 1, 1
		x := run.edge.Explain(context.Background(), r, Assume{})
		if x.Response.Status != 101 || x.Outgoing.Fields.Get("Sec-WebSocket-Key") != "a2V5" || x.Outgoing.Fields.Get("Sec-WebSocket-Version") != "13" {
			t.Errorf("%d, the origin receives %v", x.Response.Status, x.Outgoing.Fields)
		}
	})
}
