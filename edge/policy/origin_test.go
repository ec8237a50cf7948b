package policy

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
)

const (
	viaID     = "0123456789abcdef0123456789abcdef"
	requestID = "4TyzHTaYWb1GX1qTfsHhEqV6HUDd_BzoBZnwfnvQc_1oF26ClkoUSE=="
	ownVia    = viaID + ".cloudfront.net (CloudFront)"
)

// fields makes fields of lines "Name: value".
func fields(lines ...string) http1.Fields {
	var f http1.Fields
	for _, line := range lines {
		name, value, _ := strings.Cut(line, ":")
		f = append(f, http1.Field{Name: name, Value: strings.TrimPrefix(value, " ")})
	}
	return f
}

func lines(f http1.Fields) []string {
	var out []string
	for _, field := range f {
		out = append(out, field.Name+": "+field.Value)
	}
	return out
}

// standard is the viewer's request of the forwarding vectors (policy rules, section 7.1).
func standard() Viewer {
	return Viewer{
		Method: "GET", Path: "/p", RawQuery: "a=1&b=2", HasQuery: true, Scheme: "https", Host: "www.example.com",
		Major: 1, Minor: 1, Addr: netip.MustParseAddrPort("203.0.113.9:50235"), Country: "DE",
		TLSVersion: "TLSv1.3", TLSCipher: "TLS_AES_128_GCM_SHA256",
		Fields: fields(
			"Host: www.example.com",
			"User-Agent: UA/1",
			"Accept: text/html",
			"Accept-Language: de",
			"Accept-Encoding: gzip, deflate, br",
			"Cookie: sid=1; lang=de; _ga=9",
			"Referer: https://www.example.com/x",
			"Origin: https://app.example.com",
			"Authorization: Bearer T",
			"X-Test: 1",
		),
	}
}

func customOrigin() *cloudfront.Origin {
	return &cloudfront.Origin{ID: cloudfront.Known("app"), DomainName: cloudfront.Known("o.internal"),
		Kind: cloudfront.KindCustom, HTTPPort: 80, HTTPSPort: 443, OriginProtocolPolicy: cloudfront.OriginHTTPSOnly}
}

func bucket() *cloudfront.Origin {
	return &cloudfront.Origin{ID: cloudfront.Known("assets"), Kind: cloudfront.KindS3,
		DomainName: cloudfront.Known("assets.s3.eu-central-1.amazonaws.com")}
}

func with(o *cloudfront.Origin, name, value string) *cloudfront.Origin {
	o.CustomHeaders = append(o.CustomHeaders, cloudfront.CustomHeader{Name: name, Value: cloudfront.Known(value)})
	return o
}

// replaced is the standard request without the named fields and with these lines instead.
func replaced(drop string, add ...string) func(*Viewer) {
	return func(v *Viewer) {
		if drop != "" {
			v.Fields.Del(drop)
		}
		v.Fields = append(v.Fields, fields(add...)...)
	}
}

func post(v *Viewer) {
	v.Method, v.ContentLength = "POST", 5
	v.Fields = append(v.Fields, fields("Content-Type: text/plain", "Content-Length: 5", "X-CSRFToken: t")...)
}

// base is what every origin request of the vectors has, without Host and User-Agent.
func base(host, agent string, more ...string) []string {
	return append([]string{"Host: " + host, "X-Amz-Cf-Id: " + requestID, "Connection: Keep-Alive",
		"User-Agent: " + agent, "Via: 1.1 " + ownVia, "X-Forwarded-For: 203.0.113.9"}, more...)
}

// own is base with what CloudFront itself writes.
func own(more ...string) []string { return base("o.internal", userAgent, more...) }

// everything is what F03 forwards, but for Host.
func everything(host, encoding string, more ...string) []string {
	return append(base(host, "UA/1", "Accept: text/html", "Accept-Language: de", "Accept-Encoding: "+encoding,
		"Cookie: _ga=9; lang=de; sid=1", "Referer: https://www.example.com/x", "Origin: https://app.example.com",
		"Authorization: Bearer T", "X-Test: 1"), more...)
}

const (
	encBoth = "Accept-Encoding: br,gzip"
	encGzip = "Accept-Encoding: gzip"
	fromApp = "Origin: https://app.example.com"
	auth    = "Authorization: Bearer T"
	referer = "Referer: https://www.example.com/x"
	xTest   = "X-Test: 1"
)

var generatedLines = []string{
	"CloudFront-Forwarded-Proto: https", "CloudFront-Is-Android-Viewer: false", "CloudFront-Is-Desktop-Viewer: true",
	"CloudFront-Is-IOS-Viewer: false", "CloudFront-Is-Mobile-Viewer: false", "CloudFront-Is-SmartTV-Viewer: false",
	"CloudFront-Is-Tablet-Viewer: false", "CloudFront-Viewer-Address: 203.0.113.9:50235",
	"CloudFront-Viewer-ASN: 64496", "CloudFront-Viewer-Country: DE", "CloudFront-Viewer-HTTP-Version: 1.1",
	"CloudFront-Viewer-TLS: TLSv1.3:TLS_AES_128_GCM_SHA256:fullHandshake",
}

// TestForwardingVectors holds the vectors F01 to F60 of the policy rules but for those that are refused before a request
// reaches its policies. Headers are compared as a set; TestOrder has their order.
func TestForwardingVectors(t *testing.T) {
	tests := []struct {
		name, rule string
		cache      *cloudfront.CachePolicy
		request    *cloudfront.OriginRequestPolicy
		origin     *cloudfront.Origin
		viewer     func(*Viewer)
		query      string
		want       []string
	}{
		{"F01", "POL-020", cachingOptimized(), nil, nil, nil, "", own(encBoth)},
		{"F02", "POL-021", cachingDisabled(), nil, nil, nil, "", own()},
		{"F03", "POL-053", cachingDisabled(), managedAllViewer(), nil, nil, "a=1&b=2",
			everything("www.example.com", "gzip, deflate, br")},
		{"F04", "POL-024", cachingDisabled(), managedExceptHost(), nil, nil, "a=1&b=2",
			everything("o.internal", "gzip, deflate, br", generatedLines...)},
		{"F05", "POL-059", cachingOptimized(), managedAllViewer(), nil, nil, "a=1&b=2",
			everything("www.example.com", "br,gzip")},
		{"F06", "POL-052", cachingOptimized(), managedRequest("Managed-CORS-CustomOrigin"), nil, nil, "", own(fromApp, encBoth)},
		{"F07", "POL-030", cachingOptimized(),
			managedRequest("Managed-CORS-S3Origin"), nil,
			func(v *Viewer) {
				v.Method = "OPTIONS"
				v.Fields = append(v.Fields, fields("Access-Control-Request-Method: PUT", "Access-Control-Request-Headers: x-a")...)
			}, "", own(fromApp, "Access-Control-Request-Method: PUT", "Access-Control-Request-Headers: x-a", encBoth, auth)},
		{"F08", "POL-026", cachingOptimized(), managedRequest("Managed-UserAgentRefererHeaders"), nil, nil, "",
			base("o.internal", "UA/1", referer, encBoth)},
		{"F09", "POL-023", cachingOptimized(), managedRequest("Managed-HostHeaderOnly"), nil, nil, "",
			base("www.example.com", userAgent, encBoth)},
		{"F10", "POL-054", cachingDisabled(), managedAndCloudFront(), nil, nil, "a=1&b=2",
			everything("www.example.com", "gzip, deflate, br", generatedLines...)},
		{"F11", "POL-012", keyed(none, none, only("a")), nil, nil, nil, "a=1", own()},
		{"F12", "POL-070", keyed(none, none, none), request(none, none, only("b")), nil, nil, "b=2", own()},
		{"F13", "POL-070", keyed(none, none, only("a")), request(none, none, only("b")), nil, nil, "a=1&b=2", own()},
		{"F14", "POL-071", keyed(none, none, only("a")), request(none, none, except("a")), nil, nil, "a=1&b=2", own()},
		{"F15", "POL-070", keyed(none, none, all), request(none, none, except("a")), nil, nil, "a=1&b=2", own()},
		{"F16", "POL-070", keyed(none, none, all), request(none, none, none), nil, nil, "a=1&b=2", own()},
		{"F17", "POL-070", keyed(none, none, except("a")), nil, nil, nil, "b=2", own()},
		{"F18", "POL-072", keyed(none, none, except("a")), request(none, none, only("a")), nil, nil, "a=1&b=2", own()},
		{"F19", "POL-073", keyed(none, none, except("a")), request(none, none, except("b")), nil, nil, "", own()},
		{"F20", "POL-070", keyed(none, none, none), request(none, none, except("a")), nil, nil, "b=2", own()},
		{"F21", "POL-070", keyed(none, none, none), request(none, only("sid"), none), nil, nil, "", own("Cookie: sid=1")},
		{"F22", "POL-035", keyed(none, only("lang"), none), request(none, only("sid"), none), nil, nil, "",
			own("Cookie: lang=de; sid=1")},
		{"F23", "POL-070", keyed(none, only("lang"), none), request(none, except("lang"), none), nil, nil, "",
			own("Cookie: _ga=9; lang=de; sid=1")},
		{"F24", "POL-070", keyed(none, except("_ga"), none), nil, nil, nil, "", own("Cookie: lang=de; sid=1")},
		{"F25", "POL-072", keyed(none, except("_ga"), none), request(none, only("_ga"), none), nil, nil, "",
			own("Cookie: _ga=9; lang=de; sid=1")},
		{"F26", "POL-021", keyed(none, none, none), request(none, none, none), nil, nil, "", own()},
		{"F27", "POL-016", keyed(only("Authorization"), none, none), nil, nil, nil, "", own(auth)},
		{"F28", "POL-031", cachingDisabled(), nil, nil, post, "", own("Content-Type: text/plain", "Content-Length: 5", auth)},
		{"F29", "POL-052", cachingDisabled(), request(only("X-Test"), none, none), nil, nil, "", own(xTest)},
		{"F30 if it were accepted", "POL-057", cachingDisabled(), request(only("Authorization"), none, none), nil, nil, "", own()},
		{"F31 if it were accepted", "POL-059", cachingOptimized(), request(only("Accept-Encoding"), none, none), nil, nil, "", own(encBoth)},
		{"F33 if it were accepted", "POL-002", legacy(none, none, false), managedAllViewer(), nil, nil, "", own(encGzip, fromApp, xTest)},
		{"F34", "POL-022", legacy(none, none, false), nil, nil, nil, "", own(encGzip, fromApp, xTest)},
		{"F35", "POL-090", legacy(only("Accept-Language"), none, false), nil, nil, nil, "",
			own(encGzip, fromApp, xTest, "Accept-Language: de")},
		{"F36", "POL-090", legacy(all, all, true), nil, nil, nil, "a=1&b=2", everything("www.example.com", "gzip, deflate, br")},
		{"F37", "POL-094", legacy(only("Host"), none, false), nil, nil, nil, "",
			base("www.example.com", userAgent, encGzip, fromApp, xTest)},
		{"F38", "POL-091", legacy(none, none, true, "a"), nil, nil, nil, "a=1&b=2", own(encGzip, fromApp, xTest)},
		{"F39", "POL-092", legacy(none, only("s*"), false), nil, nil, nil, "", own(encGzip, fromApp, xTest, "Cookie: sid=1")},
		{"F40", "POL-022", legacy(none, none, false), nil, nil, post, "", own(encGzip, fromApp, xTest, auth,
			"Content-Type: text/plain", "Content-Length: 5", "X-CSRFToken: t")},
		{"F41", "POL-022", cachingDisabled(), nil, nil, post, "", own("Content-Type: text/plain", "Content-Length: 5", auth)},
		{"F42", "POL-027", cachingDisabled(), nil, nil, func(v *Viewer) {
			v.Addr = netip.MustParseAddrPort("192.0.2.2:1")
			v.Fields = append(v.Fields, fields("X-Forwarded-For: 192.0.2.4,192.0.2.3")...)
		}, "", []string{"Host: o.internal", "X-Amz-Cf-Id: " + requestID, "Connection: Keep-Alive", "User-Agent: " + userAgent,
			"Via: 1.1 " + ownVia, "X-Forwarded-For: 192.0.2.4,192.0.2.3,192.0.2.2"}},
		{"F43", "POL-028", cachingDisabled(), managedAllViewer(), nil,
			replaced("", "X-Forwarded-Proto: https", "X-Real-IP: 1.2.3.4", "X-Edge-Foo: 1"), "a=1&b=2",
			everything("www.example.com", "gzip, deflate, br")},
		{"F44", "POL-041", cachingDisabled(), managedAllViewer(), with(customOrigin(), "X-Origin-Verify", "s3cret"),
			replaced("", "X-Origin-Verify: fake"), "a=1&b=2",
			everything("www.example.com", "gzip, deflate, br", "X-Origin-Verify: s3cret")},
		{"F45", "REQ-490", cachingOptimized(), nil, nil, replaced("", "Range: bytes=0-99"), "", own(encBoth, "Range: bytes=0-99")},
		{"F46", "REQ-496", cachingOptimized(), nil, nil, replaced("", `If-None-Match: "v1"`), "", own(encBoth, `If-None-Match: "v1"`)},
		{"F51", "POL-062", cachingDisabled(), managedExceptHost(), bucket(),
			func(v *Viewer) { v.RawQuery = "response-content-type=text/plain&x=1" }, "x=1",
			everything(bucket().DomainName.Value, "gzip, deflate, br", generatedLines...)},
		{"F52", "POL-062", cachingDisabled(), request(none, none, all), bucket(),
			func(v *Viewer) { v.RawQuery = "response-content-type=text/plain&x=1" }, "response-content-type=text/plain&x=1",
			base(bucket().DomainName.Value, userAgent)},
		{"F53", "POL-012", managedCache("UseOriginCacheControlHeaders"), nil, nil, nil, "",
			base("www.example.com", userAgent, fromApp, encBoth, "Cookie: _ga=9; lang=de; sid=1")},
		{"F54", "POL-012", managedCache("UseOriginCacheControlHeaders-QueryStrings"), nil, nil, nil, "a=1&b=2",
			base("www.example.com", userAgent, fromApp, encBoth, "Cookie: _ga=9; lang=de; sid=1")},
		{"F55", "POL-191", amplify(), nil, nil, nil, "a=1&b=2", base("www.example.com", userAgent, auth, encBoth,
			"CloudFront-Viewer-Country: DE", "Cookie: _ga=9; lang=de; sid=1")},
		{"F56", "POL-012", managedCache("Managed-Elemental-MediaPackage"), nil, nil, func(v *Viewer) { v.RawQuery = "m=1&x=2&start=3" }, "m=1&start=3",
			own(fromApp, encGzip)},
		{"F57", "POL-085", keyed(only("CloudFront-Forwarded-Proto"), none, none), nil, nil, nil, "",
			own("CloudFront-Forwarded-Proto: https")},
		{"F59", "POL-037", keyed(none, none, all), nil, nil, func(v *Viewer) {
			v.RawQuery = WithoutSignature("a=1&Expires=1&Signature=s&Key-Pair-Id=K")
		}, "a=1", own()},
		{"F60", "POL-043", cachingOptimized(), nil, with(customOrigin(), "Accept-Encoding", ""), nil, "", own()},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			v, o := standard(), tt.origin
			if tt.viewer != nil {
				tt.viewer(&v)
			}
			if o == nil {
				o = customOrigin()
			}
			b := &cloudfront.Behavior{CachePolicy: tt.cache, OriginRequestPolicy: tt.request,
				AllowedMethods: []string{"GET", "HEAD", "OPTIONS"}, CachedMethods: []string{"GET", "HEAD"}}
			got := OriginRequest(Forward{Viewer: v, Generated: ViewerHeaders(v), Behavior: b, Origin: o, ViaID: viaID, RequestID: requestID})
			sent, _ := CustomHeaders(got.Fields, o)
			if diff := cmp.Diff(sorted(tt.want), sorted(lines(sent))); diff != "" {
				t.Errorf("origin request fields (-want +got):\n%s", diff)
			}
			if got.RawQuery != tt.query || got.HasQuery != (tt.query != "") {
				t.Errorf("query = %q, %v, want %q", got.RawQuery, got.HasQuery, tt.query)
			}
		})
	}
}

func sorted(s []string) []string {
	s = slices.Clone(s)
	slices.Sort(s)
	return s
}
