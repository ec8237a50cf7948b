package policy

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"edgecase/config/cloudfront"
)

// TestKeyVectors holds the vectors K01 to K48 of the cache rules as far as policies decide them. A request is a query
// string ("?a=1") and fields, one a line.
func TestKeyVectors(t *testing.T) {
	encodings := func(gzip, br bool) *cloudfront.CachePolicy {
		p := keyed(none, none, none)
		p.EnableAcceptEncodingGzip, p.EnableAcceptEncodingBrotli = gzip, br
		return p
	}
	query := func(s cloudfront.Selection) *cloudfront.CachePolicy { return keyed(none, none, s) }
	cookies := func(s cloudfront.Selection) *cloudfront.CachePolicy { return keyed(none, s, none) }
	headers := func(names ...string) *cloudfront.CachePolicy { return keyed(only(names...), none, none) }
	tests := []struct {
		name, rule string
		cache      *cloudfront.CachePolicy
		a, b       string
		same       bool
	}{
		{"K01", "CACHE-031", query(none), "?x=1", "?x=2", true},
		{"K02", "CACHE-001", query(none), "Cookie: s=1", "Cookie: s=2", true},
		{"K04", "CACHE-002", query(none), "Host: d1.cloudfront.net", "Host: www.example.com", true},
		{"K05", "CACHE-015", headers("Host"), "Host: d1.cloudfront.net", "Host: www.example.com", false},
		{"K09", "CACHE-021", headers("CloudFront-Forwarded-Proto"), "http", "https", false},
		{"K08", "CACHE-005", query(none), "http", "https", true},
		{"K10", "CACHE-032", query(all), "?a=1&b=2", "?b=2&a=1", false},
		{"K11", "CACHE-033", query(all), "?color=red", "?color=Red", false},
		{"K12", "CACHE-033", query(all), "?color=red", "?Color=red", false},
		{"K13", "CACHE-031", query(only("color")), "?color=red&size=1", "?color=red&size=2", true},
		{"K14", "CACHE-034", query(only("color")), "?color=red;size=1", "?color=red;size=2", false},
		{"K15", "CACHE-034", query(only("color")), "?size=1;color=red", "", true},
		{"K16", "CACHE-035", query(only("a", "b")), "?a=1&z=9&b=2", "?a=1&b=2", true},
		{"K17", "CACHE-032", query(only("a", "b")), "?a=1&b=2", "?b=2&a=1", false},
		{"K18", "CACHE-031", query(except("utm_source")), "?id=1&utm_source=x", "?id=1&utm_source=y", true},
		{"K19", "CACHE-031", query(except("utm_source")), "?id=1", "?id=2", false},
		{"K20", "CACHE-020", query(only("*")), "?x=1", "?x=2", true},
		{"K21", "CACHE-016", headers("Accept-Language"), "Accept-Language: en-US,en", "Accept-Language: en-US, en", false},
		{"K22", "CACHE-016", headers("Product"), "Product: Acme", "product: Acme", true},
		{"K23", "CACHE-016", headers("Product"), "Product: Acme", "Product: acme", false},
		{"K24", "CACHE-017", headers("A", "B"), "A: 1\nB: 2", "B: 2\nA: 1", true},
		{"K25", "CACHE-018", headers("Accept-Language"), "", "Accept-Language: en", false},
		{"absent or empty", "CACHE-018", headers("X-A"), "", "X-A: ", false},
		{"several lines", "CACHE-019", headers("X-A"), "X-A: 1\nX-A: 2", "X-A: 1, 2", true},
		{"listed twice", "CACHE-016", headers("X-A", "x-a"), "X-A: 1", "x-a: 1", true},
		{"no effect", "CACHE-022", headers("Connection"), "Connection: close", "", true},
		{"K26", "CACHE-026", cookies(only("lang")), "Cookie: lang=de; sid=1", "Cookie: sid=2; lang=de", true},
		{"K27", "CACHE-025", cookies(only("lang")), "Cookie: lang=de", "Cookie: Lang=de", false},
		{"K28", "CACHE-026", cookies(all), "Cookie: a=1; b=2", "Cookie: b=2; a=1", true},
		{"K29", "CACHE-024", cookies(all), "Cookie: a=1", "Cookie: a=2", false},
		{"K30", "CACHE-024", cookies(except("_ga")), "Cookie: sid=1; _ga=7", "Cookie: sid=1; _ga=8", true},
		{"K31", "CACHE-039", encodings(true, true), "Accept-Encoding: gzip, deflate, br", "Accept-Encoding: br;q=1.0, gzip", true},
		{"K32", "CACHE-039", encodings(true, true), "Accept-Encoding: gzip, deflate", "Accept-Encoding: gzip, br", false},
		{"K33", "CACHE-040", encodings(true, false), "Accept-Encoding: gzip, deflate", "Accept-Encoding: gzip, br", true},
		{"K34", "CACHE-039", encodings(true, true), "", "Accept-Encoding: deflate", true},
		{"K35", "CACHE-041", encodings(false, false), "Accept-Encoding: gzip", "Accept-Encoding: br", true},
		{"encodings listed", "CACHE-041", headers("Accept-Encoding"), "Accept-Encoding: gzip", "Accept-Encoding: br", false},
		{"K37", "CACHE-047", legacy(none, none, true, "id"), "?id=1&t=1", "?id=1&t=2", true},
		{"K38", "CACHE-046", legacy(none, none, true), "?id=1&t=1", "?id=1&t=2", false},
		{"K39", "CACHE-046", legacy(none, none, false), "?id=1", "?id=2", true},
		{"K41", "CACHE-049", legacy(none, only("userid_*"), false), "Cookie: userid_7=a; x=1", "Cookie: userid_7=a; x=2", true},
		{"K42", "CACHE-049", legacy(none, only("userid_*"), false), "Cookie: userid_7=a", "Cookie: userid_8=a", false},
		{"K43", "CACHE-020", cookies(only("userid_*")), "Cookie: userid_7=a", "Cookie: userid_8=b", true},
		{"K45", "CACHE-012", query(all), "?" + WithoutSignature("v=1&Expires=1&Signature=a&Key-Pair-Id=K"),
			"?" + WithoutSignature("v=1&Expires=2&Signature=b&Key-Pair-Id=K"), true},
		{"K46", "CACHE-031", managedCache("UseOriginCacheControlHeaders"), "?x=1", "?x=2", true},
		{"K47", "CACHE-024", managedCache("UseOriginCacheControlHeaders"), "Cookie: a=1", "Cookie: a=2", false},
		{"K48", "CACHE-037", query(all), "", "?", true},
		{"legacy without compress", "CACHE-044", legacy(none, none, false), "Accept-Encoding: gzip", "", true},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			p := Compile(&cloudfront.Behavior{CachePolicy: tt.cache}, customOrigin())
			diff := cmp.Diff(keyOf(p, tt.a), keyOf(p, tt.b))
			if same := diff == ""; same != tt.same {
				t.Errorf("same key: %v, want %v (-a +b):\n%s", same, tt.same, diff)
			}
		})
	}
}

func TestKeyContext(t *testing.T) {
	shared := &cloudfront.Behavior{CachePolicy: cachingOptimized(), OriginRequestPolicy: managedAllViewer()}
	compress := &cloudfront.Behavior{CachePolicy: legacy(none, none, false), Compress: true}
	cookies := &cloudfront.Behavior{CachePolicy: keyed(none, all, none)}
	tests := []struct {
		name, rule string
		b          *cloudfront.Behavior
		o          *cloudfront.Origin
		request    string
		want       Keyed
	}{
		{"K36", "CACHE-014", shared, customOrigin(), "?a=1\nCookie: sid=alice\nX-A: 1", Keyed{}},
		{"legacy that compresses", "CACHE-044", compress, customOrigin(), "Accept-Encoding: br, gzip", Keyed{Headers: fields("accept-encoding: gzip")}},
		{"custom origin", "CACHE-030", cookies, customOrigin(), "Cookie: b=1; a=2", Keyed{Cookies: "a=2; b=1"}},
		{"bucket", "CACHE-030", cookies, bucket(), "Cookie: a=1", Keyed{}},
		{"encodings switched off", "CACHE-045", &cloudfront.Behavior{CachePolicy: cachingOptimized()}, with(customOrigin(), "Accept-Encoding", ""), "Accept-Encoding: gzip", Keyed{}},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			got := keyOf(Compile(tt.b, tt.o), tt.request)
			if len(got.Headers) == 0 {
				got.Headers = nil
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("key (-want +got):\n%s", diff)
			}
		})
	}
}

func keyOf(p *Plan, request string) Keyed {
	v := Viewer{Method: "GET", Scheme: "https", Host: "www.example.com", Major: 1, Minor: 1}
	for line := range strings.SplitSeq(request, "\n") {
		switch {
		case line == "http", line == "https":
			v.Scheme = line
		case strings.HasPrefix(line, "?"):
			v.RawQuery, v.HasQuery = line[1:], true
		case strings.HasPrefix(line, "Host: "):
			v.Host = line[6:]
		case line != "":
			v.Fields = append(v.Fields, fields(line)...)
		}
	}
	return p.Keyed(&v, p.ViewerHeaders(&v))
}
