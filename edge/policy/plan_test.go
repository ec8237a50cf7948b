package policy

import (
	"bytes"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
)

func forwardOf(v Viewer) *Forward {
	return &Forward{Viewer: v, Generated: ViewerHeaders(v), ViaID: viaID, RequestID: requestID}
}

func TestOrder(t *testing.T) { // OBS-092
	v := standard()
	v.Fields = append(v.Fields, fields("X-Forwarded-For: 192.0.2.1", "Via: 1.0 proxy", "Cache-Control: no-cache")...)
	p := Compile(&cloudfront.Behavior{CachePolicy: managedCache("UseOriginCacheControlHeaders-QueryStrings"), OriginRequestPolicy: request(only("X-Test", "CloudFront-Viewer-Country"), none, none)}, customOrigin())
	want := []string{
		"Host: www.example.com", "X-Amz-Cf-Id: " + requestID, "Connection: Keep-Alive", "Accept-Encoding: br,gzip",
		"User-Agent: Amazon CloudFront", "Via: 1.0 proxy, 1.1 " + ownVia, "X-Forwarded-For: 192.0.2.1,203.0.113.9",
		"Cookie: _ga=9; lang=de; sid=1", "Origin: https://app.example.com", "X-Test: 1", "Cache-Control: no-cache",
		"CloudFront-Viewer-Country: DE",
	}
	if diff := cmp.Diff(want, lines(p.OriginRequest(forwardOf(v)).Fields)); diff != "" {
		t.Errorf("fields in order (-want +got):\n%s", diff)
	}
}

func TestHost(t *testing.T) {
	tests := []struct {
		name, rule  string
		policy      cloudfront.OriginProtocolPolicy
		http, https int
		scheme      string
		want        string
	}{
		{"usual", "REQ-200", cloudfront.OriginHTTPSOnly, 80, 443, "http", "o.internal"},
		{"http-only on its port", "REQ-200", cloudfront.OriginHTTPOnly, 8000, 443, "https", "o.internal:8000"},
		{"https-only on its port", "REQ-200", cloudfront.OriginHTTPSOnly, 80, 8443, "http", "o.internal:8443"},
		{"matching http", "REQ-200", cloudfront.OriginMatchViewer, 8000, 8443, "http", "o.internal:8000"},
		{"matching https", "REQ-200", cloudfront.OriginMatchViewer, 8000, 8443, "https", "o.internal:8443"},
		{"no ports", "REQ-200", "", 0, 0, "https", "o.internal"},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			o := customOrigin()
			o.OriginProtocolPolicy, o.HTTPPort, o.HTTPSPort = tt.policy, tt.http, tt.https
			v := standard()
			v.Scheme = tt.scheme
			got := Compile(&cloudfront.Behavior{CachePolicy: cachingDisabled()}, o).OriginRequest(forwardOf(v)).Fields[0]
			if diff := cmp.Diff(http1.Field{Name: "Host", Value: tt.want}, got); diff != "" {
				t.Errorf("first field (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSpecialRequests(t *testing.T) {
	socket := func(v *Viewer) {
		v.UpgradeWebSocket = true
		v.Fields = fields("Host: www.example.com", "Connection: keep-alive, Upgrade", "Upgrade: websocket",
			"Sec-WebSocket-Key: k", "Sec-WebSocket-Version: 13")
	}
	vpc := customOrigin()
	vpc.Kind = cloudfront.KindVPC
	signedBucket := bucket()
	signedBucket.OriginAccessControl = &cloudfront.OriginAccessControl{OriginType: "s3", SigningBehavior: "always"}
	disabled := &cloudfront.Behavior{CachePolicy: cachingDisabled()}
	viewer := &cloudfront.Behavior{CachePolicy: cachingDisabled(), OriginRequestPolicy: managedAllViewer()}
	grpc := &cloudfront.Behavior{CachePolicy: cachingDisabled(), GRPC: true}
	bare := func(add ...string) func(*Viewer) {
		return func(v *Viewer) { v.Fields = fields(add...) }
	}
	tests := []struct {
		name, rule string
		b          *cloudfront.Behavior
		o          *cloudfront.Origin
		viewer     func(*Viewer)
		want       []string // beside Host, X-Amz-Cf-Id, Via and X-Forwarded-For
	}{
		{"websocket without a policy", "REQ-473", disabled, customOrigin(), socket, []string{"Connection: Upgrade", "Upgrade: websocket", "User-Agent: Amazon CloudFront"}},
		{"websocket with all headers", "REQ-472", viewer, customOrigin(), socket, []string{"Connection: Upgrade", "Upgrade: websocket",
			"User-Agent: Amazon CloudFront", "Sec-WebSocket-Key: k", "Sec-WebSocket-Version: 13"}},
		{"websocket under legacy settings", "REQ-190", &cloudfront.Behavior{CachePolicy: legacy(none, none, false)}, customOrigin(), socket,
			[]string{"Connection: Upgrade", "Upgrade: websocket", "User-Agent: Amazon CloudFront", "Sec-WebSocket-Key: k", "Sec-WebSocket-Version: 13"}},
		{"websocket to a bucket", "REQ-479", disabled, bucket(), socket, []string{"Connection: Keep-Alive", "User-Agent: Amazon CloudFront"}},
		{"websocket through a vpc origin", "REQ-479", disabled, vpc, socket, []string{"Connection: Keep-Alive", "User-Agent: Amazon CloudFront"}},
		{"another upgrade", "POL-029", viewer, customOrigin(), bare("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: x"),
			[]string{"Connection: Keep-Alive", "User-Agent: Amazon CloudFront"}},
		{"named in Connection", "REQ-198", viewer, customOrigin(), bare("X-Hop: 1", "Connection: x-hop, User-Agent, Host, X-Forwarded-For", "User-Agent: UA/1"),
			[]string{"Connection: Keep-Alive", "User-Agent: UA/1"}},
		{"chunked", "REQ-253", disabled, customOrigin(), func(v *Viewer) {
			v.Method, v.ContentLength, v.Fields = "POST", -1, fields("Transfer-Encoding: chunked", "Content-Type: a/b")
		}, []string{"Connection: Keep-Alive", "User-Agent: Amazon CloudFront", "Transfer-Encoding: chunked", "Content-Type: a/b"}},
		{"no length over http2", "REQ-254", disabled, customOrigin(), func(v *Viewer) {
			v.Method, v.ContentLength, v.Fields = "POST", -1, nil
		}, []string{"Connection: Keep-Alive", "User-Agent: Amazon CloudFront", "Transfer-Encoding: chunked"}},
		{"empty body", "POL-020", disabled, customOrigin(), func(v *Viewer) {
			v.Method, v.ContentLength, v.Fields = "POST", 0, fields("Content-Length: 0")
		}, []string{"Connection: Keep-Alive", "User-Agent: Amazon CloudFront", "Content-Length: 0"}},
		{"body changed by a function", "POL-020", disabled, customOrigin(), func(v *Viewer) {
			v.Method, v.ContentLength, v.Fields = "POST", 7, fields("Content-Length: 5", "Content-Length: 5")
		}, []string{"Connection: Keep-Alive", "User-Agent: Amazon CloudFront", "Content-Length: 7"}},
		{"expect", "REQ-256", viewer, customOrigin(), bare("Expect: 100-continue"), []string{"Connection: Keep-Alive", "User-Agent: Amazon CloudFront"}},
		{"expect listed", "REQ-258", &cloudfront.Behavior{CachePolicy: keyed(only("Expect"), none, none)}, customOrigin(), bare("Expect: 100-continue"),
			[]string{"Connection: Keep-Alive", "User-Agent: Amazon CloudFront", "Expect: 100-continue"}},
		{"te", "REQ-260", viewer, customOrigin(), bare("TE: trailers", "Content-Type: application/grpc"), []string{"Connection: Keep-Alive", "User-Agent: Amazon CloudFront", "Content-Type: application/grpc"}},
		{"te of grpc", "REQ-260", grpc, customOrigin(), bare("TE: trailers", "Content-Type: application/grpc+proto"),
			[]string{"Connection: Keep-Alive", "User-Agent: Amazon CloudFront", "TE: trailers", "Content-Type: application/grpc+proto"}},
		{"forged identity", "REQ-213", viewer, customOrigin(), bare("X-Amz-Cf-Id: forged", "CloudFront-Viewer-Country: XX"), []string{"Connection: Keep-Alive", "User-Agent: Amazon CloudFront"}},
		{"conditions beside cookies", "REQ-226", viewer, customOrigin(),
			bare("If-Match: a", "If-None-Match: b", "If-Modified-Since: c", "If-Unmodified-Since: d", "If-Range: e"),
			[]string{"Connection: Keep-Alive", "User-Agent: Amazon CloudFront", "If-Match: a", "If-Unmodified-Since: d", "If-Range: e"}},
		{"listed conditions beside a cookie", "REQ-226", &cloudfront.Behavior{CachePolicy: keyed(only("If-None-Match"), only("sid"), none)}, customOrigin(),
			bare("If-None-Match: b", "If-Modified-Since: c"), []string{"Connection: Keep-Alive", "User-Agent: Amazon CloudFront"}},
		{"conditions without cookies", "REQ-226", &cloudfront.Behavior{CachePolicy: cachingDisabled(), OriginRequestPolicy: request(allViewer, none, all)}, customOrigin(),
			bare("If-None-Match: b", "If-Modified-Since: c"),
			[]string{"Connection: Keep-Alive", "User-Agent: Amazon CloudFront", "If-None-Match: b", "If-Modified-Since: c"}},
		{"headers of a signature", "REQ-215", viewer, signedBucket, bare("Authorization: a", "X-Amz-Date: b", "X-Amz-Content-Sha256: c", "X-Amz-Security-Token: d", "X-Amz-Meta-A: e"),
			[]string{"Connection: Keep-Alive", "User-Agent: Amazon CloudFront", "X-Amz-Meta-A: e"}},
		{"headers of a signature elsewhere", "REQ-215", viewer, customOrigin(), bare("X-Amz-Date: b", "X-Amz-Content-Sha256: c", "X-Amz-Meta-A: e"),
			[]string{"Connection: Keep-Alive", "User-Agent: Amazon CloudFront", "X-Amz-Date: b", "X-Amz-Content-Sha256: c", "X-Amz-Meta-A: e"}},
		{"several lines", "REQ-199", viewer, customOrigin(), bare("X-A: 1", "x-a: 2", "X-Empty: "), []string{"Connection: Keep-Alive", "User-Agent: Amazon CloudFront", "X-A: 1", "x-a: 2", "X-Empty: "}},
		{"encoding in several lines", "REQ-228", &cloudfront.Behavior{CachePolicy: cachingOptimized()}, customOrigin(), bare("Accept-Encoding: gzip", "Accept-Encoding: br"),
			[]string{"Connection: Keep-Alive", "Accept-Encoding: br,gzip", "User-Agent: Amazon CloudFront"}},
		{"long name", "REQ-191", disabled, customOrigin(), bare(strings.Repeat("X", 80) + ": 1"), []string{"Connection: Keep-Alive", "User-Agent: Amazon CloudFront"}},
		{"excluded from all", "POL-055", &cloudfront.Behavior{CachePolicy: cachingDisabled(), OriginRequestPolicy: request(except("user-agent", "X-Secret"), none, none)}, customOrigin(),
			bare("User-Agent: UA/1", "X-Secret: 1", "X-Open: 1"), []string{"Connection: Keep-Alive", "User-Agent: Amazon CloudFront", "X-Open: 1"}},
		{"excluded, but keyed", "POL-071", &cloudfront.Behavior{CachePolicy: keyed(only("X-Secret"), none, none), OriginRequestPolicy: request(except("X-Secret"), none, none)}, customOrigin(),
			bare("X-Secret: 1"), []string{"Connection: Keep-Alive", "User-Agent: Amazon CloudFront", "X-Secret: 1"}},
	}
	own := []string{"Host", "X-Amz-Cf-Id", "Via", "X-Forwarded-For"}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			v := standard()
			tt.viewer(&v)
			var got []string
			sent := Compile(tt.b, tt.o).OriginRequest(forwardOf(v)).Fields
			for _, f := range sent {
				if !slices.Contains(own, f.Name) {
					got = append(got, f.Name+": "+f.Value)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("fields (-want +got):\n%s", diff)
			}
			if len(sent) != len(got)+len(own) {
				t.Errorf("not each of %v once: %v", own, sent)
			}
		})
	}
}

func TestCarries(t *testing.T) {
	cached := &cloudfront.Behavior{CachePolicy: cachingOptimized(), CachedMethods: []string{"GET", "HEAD", "OPTIONS"}}
	plain := &cloudfront.Behavior{CachePolicy: cachingDisabled(), CachedMethods: []string{"GET", "HEAD"}}
	viewer := &cloudfront.Behavior{CachePolicy: cachingDisabled(), OriginRequestPolicy: managedAllViewer()}
	sid := &cloudfront.Behavior{CachePolicy: keyed(only("CloudFront-Viewer-Country"), only("sid"), none)}
	secret := with(customOrigin(), "X-Secret", "s")
	tests := []struct {
		name, rule     string
		b              *cloudfront.Behavior
		o              *cloudfront.Origin
		method, header string
		want           bool
	}{
		{"authorization on GET", "REQ-216", plain, customOrigin(), "GET", "Authorization", false},
		{"authorization on HEAD", "REQ-216", plain, customOrigin(), "HEAD", "Authorization", false},
		{"authorization on POST", "REQ-216", plain, customOrigin(), "POST", "authorization", true},
		{"authorization on DELETE", "REQ-216", plain, bucket(), "DELETE", "authorization", true},
		{"authorization on OPTIONS", "REQ-219", plain, customOrigin(), "OPTIONS", "Authorization", true},
		{"authorization on cached OPTIONS", "REQ-219", cached, customOrigin(), "OPTIONS", "Authorization", false},
		{"authorization with all", "POL-057", viewer, customOrigin(), "GET", "Authorization", true},
		{"host", "POL-023", plain, customOrigin(), "GET", "Host", false},
		{"host with all", "POL-023", viewer, customOrigin(), "GET", "Host", true},
		{"cookie", "REQ-221", plain, customOrigin(), "GET", "Cookie", false},
		{"cookie chosen", "REQ-221", sid, customOrigin(), "GET", "Cookie", true},
		{"encoding", "REQ-228", cached, customOrigin(), "GET", "Accept-Encoding", true},
		{"no encoding", "REQ-232", plain, customOrigin(), "GET", "Accept-Encoding", false},
		{"generated", "REQ-236", sid, customOrigin(), "GET", "CloudFront-Viewer-Country", true},
		{"not generated", "REQ-236", viewer, customOrigin(), "GET", "CloudFront-Viewer-Country", false},
		{"overwritten", "REQ-241", viewer, secret, "GET", "x-secret", false},
		{"csrf", "POL-022", plain, customOrigin(), "POST", "X-CSRFToken", false},
		{"forwarded for", "REQ-208", plain, customOrigin(), "GET", "X-Forwarded-For", true},
		{"forwarded proto", "REQ-210", viewer, customOrigin(), "GET", "X-Forwarded-Proto", false},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			if got := Carries(tt.b, tt.o, tt.method, tt.header); got != tt.want {
				t.Errorf("Carries(%s, %s) = %v, want %v", tt.method, tt.header, got, tt.want)
			}
		})
	}
	if CookiesForwarded(plain) || !CookiesForwarded(viewer) || !CookiesForwarded(sid) {
		t.Error("REQ-221: CookiesForwarded is wrong")
	}
}

func TestCustomHeaders(t *testing.T) {
	o := with(with(with(customOrigin(), "x-secret", "s3cret"), "Accept-Encoding", ""), "Via", "mine")
	o.CustomHeaders[0].Source = cloudfront.Source{File: "cdn.tf", Line: 3}
	in := fields("Host: o", "X-Secret: fake", "Accept-Encoding: gzip", "X-SECRET: again", "Via: 1.1 x")
	before := in.Clone()
	got, notes := CustomHeaders(in, o)
	if diff := cmp.Diff([]string{"Host: o", "Via: 1.1 x", "x-secret: s3cret"}, lines(got)); diff != "" {
		t.Errorf("REQ-241: fields (-want +got):\n%s", diff)
	}
	want := []Note{
		{Name: "x-secret", Action: Replaced, Kind: Header, Value: "(sensitive)", Why: "a custom header of the origin overwrites the viewer's",
			Rule: "REQ-241", Source: cloudfront.Source{File: "cdn.tf", Line: 3}, Sure: cloudfront.Documented},
		{Name: "Accept-Encoding", Action: Dropped, Kind: Header, Why: "a custom header of the origin switches it off", Rule: "CACHE-045", Sure: cloudfront.Documented},
		{Name: "Via", Action: Dropped, Kind: Header, Why: "CloudFront refuses this name for a custom header of an origin", Rule: "REQ-243", Sure: cloudfront.Documented},
	}
	if diff := cmp.Diff(want, notes); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(before, in); diff != "" {
		t.Errorf("the input was changed (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(got, Compile(&cloudfront.Behavior{CachePolicy: cachingDisabled()}, o).CustomHeaders(in)); diff != "" {
		t.Errorf("with and without notes (-with +without):\n%s", diff)
	}
}

// FuzzOriginRequest sends arbitrary headers through every kind of behavior and checks what must always hold.
func FuzzOriginRequest(f *testing.F) {
	f.Add([]byte("Host: a\nConnection: x-hop, close\nX-Hop: 1\nKeep-Alive: 5\nTE: trailers\nCookie: b=1; a=2"), "a=1&b=2", uint8(0))
	f.Add([]byte("X-Edge-A: 1\nProxy-X: 2\nUpgrade: h2c\nTrailer: x\nX-Real-IP: 1\nX-A: 1\nx-a: 2"), "&&a&=", uint8(1))
	f.Add([]byte("Authorization: x\nAccept-Encoding: br, gzip\nOrigin: y\nX-Secret: fake"), "", uint8(4))
	behaviors := []*cloudfront.Behavior{
		{CachePolicy: cachingDisabled()},
		{CachePolicy: cachingOptimized(), OriginRequestPolicy: request(only("X-A", "CloudFront-Viewer-Country"), only("a"), only("a"))},
		{CachePolicy: cachingDisabled(), OriginRequestPolicy: managedAllViewer()},
		{CachePolicy: keyed(only("X-A"), except("b"), except("b")), OriginRequestPolicy: managedExceptHost()},
		{CachePolicy: legacy(only("X-A"), only("a*"), true)},
		{CachePolicy: legacy(all, all, true)},
	}
	f.Fuzz(func(t *testing.T, head []byte, query string, pick uint8) {
		b := behaviors[int(pick)%len(behaviors)]
		v := Viewer{Method: "GET", Scheme: "https", Host: "h", Major: 1, Minor: 1, RawQuery: query, HasQuery: true,
			Addr: netip.MustParseAddrPort("192.0.2.1:1")}
		for line := range bytes.SplitSeq(head, []byte("\n")) {
			name, value, ok := bytes.Cut(line, []byte(": "))
			if ok {
				v.Fields = append(v.Fields, http1.Field{Name: string(name), Value: string(value)})
			}
		}
		before := v.Fields.Clone()
		p, in := Compile(b, customOrigin()), forwardOf(v)
		out := p.OriginRequest(in)
		if diff := cmp.Diff(before, v.Fields); diff != "" {
			t.Errorf("the input was changed:\n%s", diff)
		}
		explained := p.Explain(in)
		if diff := cmp.Diff(out.Fields, explained.Fields); diff != "" || out.RawQuery != explained.RawQuery {
			t.Errorf("Explain differs:\n%s", diff)
		}
		checkHops(t, v.Fields, out.Fields)
		checkNamed(t, p, b, out.Fields)
		if !subsequence(strings.Split(out.RawQuery, "&"), strings.Split(query, "&")) {
			t.Errorf("query %q of %q", out.RawQuery, query)
		}
	})
}

// checkHops reports headers of the viewer's connection that got through.
func checkHops(t *testing.T, in, out http1.Fields) {
	t.Helper()
	for _, f := range out {
		lower := strings.ToLower(f.Name)
		for _, hop := range []string{"keep-alive", "proxy-", "te", "trailer", "upgrade", "x-edge-", "x-real-ip", "x-forwarded-proto"} {
			if lower == hop || strings.HasSuffix(hop, "-") && strings.HasPrefix(lower, hop) {
				t.Errorf("%s got through", f.Name)
			}
		}
		if lower == "connection" && f.Value != "Keep-Alive" {
			t.Errorf("Connection: %s", f.Value)
		}
		if strings.HasPrefix(lower, "x-") && lower != "x-forwarded-for" && lower != "x-amz-cf-id" && in.HasToken("Connection", f.Name) {
			t.Errorf("%s got through, although Connection names it", f.Name)
		}
	}
	for _, once := range []string{"Host", "User-Agent", "Via", "X-Amz-Cf-Id", "Connection"} {
		if n := len(out.Values(once)); n < 1 || n > 1 && once != "User-Agent" {
			t.Errorf("%s: %d times", once, n)
		}
	}
}

// checkNamed reports headers that reached the origin under a cache policy although nothing covers them.
func checkNamed(t *testing.T, p *Plan, b *cloudfront.Behavior, out http1.Fields) {
	t.Helper()
	if b.CachePolicy.Legacy || b.OriginRequestPolicy != nil && b.OriginRequestPolicy.Headers.Behavior != cloudfront.SelectWhitelist {
		return
	}
	byTable := map[string]bool{}
	for _, r := range requestHeaders() {
		byTable[r.name] = true
	}
	for _, f := range out {
		lower := strings.ToLower(f.Name)
		if byTable[lower] || slices.Contains(p.Generates(), f.Name) {
			continue
		}
		if lower != "x-a" {
			t.Errorf("%s got through, although no policy names it", f.Name)
		}
	}
}

func subsequence(part, whole []string) bool {
	for _, s := range part {
		i := slices.Index(whole, s)
		if i < 0 {
			return s == "" && len(part) == 1
		}
		whole = whole[i+1:]
	}
	return true
}

// TestEqualInputs: a plan is a function, and safe for concurrent use.
func TestEqualInputs(t *testing.T) {
	p := Compile(&cloudfront.Behavior{CachePolicy: amplify(), OriginRequestPolicy: managedExceptHost()}, customOrigin())
	want := p.Explain(forwardOf(standard()))
	done := make(chan Forwarded)
	for range 8 {
		go func() { done <- p.Explain(forwardOf(standard())) }()
	}
	for range 8 {
		if diff := cmp.Diff(want, <-done); diff != "" {
			t.Errorf("equal inputs, other output:\n%s", diff)
		}
	}
}

func browser() Viewer {
	v := standard()
	v.Fields = fields("Host: www.example.com", "Connection: keep-alive", "Cache-Control: max-age=0",
		"User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36",
		"Accept: text/html,application/xhtml+xml", "Sec-Fetch-Site: none", "Sec-Fetch-Mode: navigate",
		"Accept-Encoding: gzip, deflate, br", "Accept-Language: de,en;q=0.8", "Cookie: sid=1; csrftoken=x; _ga=9",
		"Referer: https://www.example.com/")
	return v
}

func BenchmarkOriginRequest(b *testing.B) {
	for _, bb := range []struct {
		name string
		b    *cloudfront.Behavior
	}{
		{"optimized", &cloudfront.Behavior{CachePolicy: cachingOptimized()}},
		{"all-viewer", &cloudfront.Behavior{CachePolicy: cachingDisabled(), OriginRequestPolicy: managedAllViewer()}},
		{"all-viewer-and-cloudfront", &cloudfront.Behavior{CachePolicy: cachingDisabled(), OriginRequestPolicy: managedAndCloudFront()}},
		{"legacy", &cloudfront.Behavior{CachePolicy: legacy(only("Host"), only("s*"), true)}},
	} {
		b.Run(bb.name, func(b *testing.B) {
			p := Compile(bb.b, customOrigin())
			v := browser()
			f := &Forward{Viewer: v, Generated: p.ViewerHeaders(&v), ViaID: viaID, RequestID: requestID}
			b.ReportAllocs()
			for b.Loop() {
				p.OriginRequest(f)
			}
		})
	}
}

func BenchmarkTrimResponse(b *testing.B) {
	p := Compile(&cloudfront.Behavior{CachePolicy: cachingOptimized()}, customOrigin())
	in := fields("Content-Type: text/html; charset=utf-8", "Content-Length: 1024", "Connection: keep-alive", "Date: x", "Server: gunicorn",
		"Vary: Accept-Encoding", "ETag: 1", "Cache-Control: max-age=60", "X-Frame-Options: DENY", "Set-Cookie: sid=1")
	b.ReportAllocs()
	for b.Loop() {
		p.TrimResponse(200, in)
	}
}

func BenchmarkResponseHeaders(b *testing.B) {
	p := CompileResponse(securityPolicy())
	in := &ResponseInput{Method: "GET", Viewer: browser().Fields, Status: 200, Fields: fields("Content-Type: text/html", "Content-Length: 1024",
		"Date: x", "Server: gunicorn", "ETag: 1", "Cache-Control: max-age=60", "X-Frame-Options: DENY")}
	b.ReportAllocs()
	for b.Loop() {
		p.Apply(in)
	}
}

// TestAllocations guards the hot path: the slice of fields, Via, and X-Forwarded-For.
func TestAllocations(t *testing.T) {
	p := Compile(&cloudfront.Behavior{CachePolicy: cachingOptimized()}, customOrigin())
	f := &Forward{Viewer: browser(), ViaID: viaID, RequestID: requestID}
	if got := testing.AllocsPerRun(100, func() { p.OriginRequest(f) }); got > 4 {
		t.Errorf("a usual GET allocates %v times", got)
	}
}
