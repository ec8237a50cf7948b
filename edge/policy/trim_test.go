package policy

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"edgecase/config/cloudfront"
)

func TestTrimResponse(t *testing.T) {
	optimized := &cloudfront.Behavior{CachePolicy: cachingOptimized()}
	cookies := &cloudfront.Behavior{CachePolicy: cachingDisabled(), OriginRequestPolicy: request(none, only("sid"), none)}
	viewer := &cloudfront.Behavior{CachePolicy: cachingDisabled(), OriginRequestPolicy: managedAllViewer()}
	devices := &cloudfront.Behavior{CachePolicy: keyed(only("CloudFront-Is-Mobile-Viewer", "Accept-Language"), none, none)}
	noMinimum := &cloudfront.Behavior{CachePolicy: keyed(none, none, none)}
	minimum := &cloudfront.Behavior{CachePolicy: keyed(none, none, none)}
	minimum.CachePolicy.MinTTL = time.Second
	forwarded := &cloudfront.Behavior{CachePolicy: legacy(none, none, false)}
	website := customOrigin()
	website.Kind = cloudfront.KindS3Website
	tests := []struct {
		name, rule string
		b          *cloudfront.Behavior
		o          *cloudfront.Origin
		status     int
		in, want   []string
	}{
		{"no cookies", "CACHE-110", optimized, customOrigin(), 200, []string{"Set-Cookie: a=1", "ETag: 1", "set-cookie: b=2"}, []string{"ETag: 1"}},
		{"some cookies", "CACHE-111", cookies, customOrigin(), 200, []string{"Set-Cookie: a=1"}, []string{"Set-Cookie: a=1"}},
		{"all cookies", "CACHE-111", viewer, customOrigin(), 200, []string{"Set-Cookie: a=1"}, []string{"Set-Cookie: a=1"}},
		{"legacy without", "CACHE-110", forwarded, customOrigin(), 200, []string{"Set-Cookie: a=1"}, nil},
		{"connection", "REQ-270", viewer, customOrigin(), 200, []string{"Connection: close, X-Hop", "Keep-Alive: timeout=5", "X-Hop: 1",
			"Proxy-Authenticate: Basic", "Trailer: X", "TE: trailers", "Upgrade: h2c", "Transfer-Encoding: chunked", "X-App: 1"}, []string{"X-App: 1"}},
		{"connection takes no body away", "REQ-270", viewer, customOrigin(), 200, []string{"Connection: content-length", "Content-Length: 5"},
			[]string{"Content-Length: 5"}},
		{"switching", "REQ-270", viewer, customOrigin(), 101, []string{"Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Accept: x"},
			[]string{"Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Accept: x"}},
		{"own names", "REQ-276", viewer, customOrigin(), 200, []string{"X-Cache: HIT", "X-Amz-Cf-Id: a", "x-amz-cf-pop: b", "X-Cache-Key: k"},
			[]string{"X-Cache-Key: k"}},
		{"bucket", "REQ-271", optimized, bucket(), 200, []string{"x-amz-id-2: a", "x-amz-request-id: b", "x-amz-version-id: v", "Server: AmazonS3"},
			[]string{"x-amz-version-id: v", "Server: AmazonS3"}},
		{"website", "REQ-271", optimized, website, 200, []string{"x-amz-id-2: a"}, []string{"x-amz-id-2: a"}},
		{"via of the origin", "REQ-270", optimized, customOrigin(), 200, []string{"Via: 1.1 proxy"}, []string{"Via: 1.1 proxy"}},
		{"vary", "CACHE-116", optimized, customOrigin(), 200, []string{"Vary: Cookie, Accept-Language,origin,  accept-encoding"}, []string{"Vary: Cookie, accept-encoding"}},
		{"vary, nothing left", "CACHE-116", optimized, customOrigin(), 200, []string{"Vary: Accept-Language, Origin"}, nil},
		{"vary as it was", "CACHE-116", optimized, customOrigin(), 200, []string{"Vary: Accept-Encoding,Cookie"}, []string{"Vary: Accept-Encoding,Cookie"}},
		{"vary, forwarded names", "CACHE-116", viewer, customOrigin(), 200, []string{"Vary: Origin, User-Agent, X-Any, X-Real-IP"}, []string{"Vary: Origin, User-Agent, X-Any"}},
		{"vary, device", "CACHE-116", devices, customOrigin(), 200, []string{"Vary: User-Agent, Accept-Language, Accept"}, []string{"Vary: User-Agent, Accept-Language"}},
		{"vary, no device", "CACHE-116", optimized, customOrigin(), 200, []string{"Vary: User-Agent"}, nil},
		{"vary, legacy origin", "CACHE-116", forwarded, customOrigin(), 200, []string{"Vary: Origin, Accept"}, []string{"Vary: Origin"}},
		{"vary, bucket", "CACHE-117", optimized, bucket(), 200, []string{"Vary: Origin, Access-Control-Request-Method"}, []string{"Vary: Origin, Access-Control-Request-Method"}},
		{"vary star", "CACHE-118", noMinimum, customOrigin(), 200, []string{"Vary: *"}, []string{"Vary: *"}},
		{"vary star, minimum", "CACHE-119", minimum, customOrigin(), 200, []string{"Vary: *"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			in := fields(tt.in...)
			before := in.Clone()
			got, notes := TrimResponse(tt.b, tt.o, tt.status, in)
			if diff := cmp.Diff(tt.want, lines(got)); diff != "" {
				t.Errorf("fields (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(got, Compile(tt.b, tt.o).TrimResponse(tt.status, in)); diff != "" {
				t.Errorf("with and without notes (-with +without):\n%s", diff)
			}
			if diff := cmp.Diff(before, in); diff != "" {
				t.Errorf("the input was changed (-want +got):\n%s", diff)
			}
			if changed := strings.Join(tt.in, "\n") != strings.Join(tt.want, "\n"); changed != (len(notes) > 0) {
				t.Errorf("changed %v, but notes %v", changed, notes)
			}
		})
	}
}

func TestTrimNotes(t *testing.T) {
	b := &cloudfront.Behavior{CachePolicy: keyed(none, none, none)}
	b.CachePolicy.Cookies.Source = cloudfront.Source{File: "cdn.tf", Line: 12}
	_, got := TrimResponse(b, customOrigin(), 200, fields("Set-Cookie: sid=1", "Vary: Cookie, Origin"))
	want := []Note{
		{Name: "Set-Cookie", Action: Dropped, Kind: Header, Value: "sid=1", Why: "the behavior forwards no cookies", Rule: "CACHE-110",
			Source: cloudfront.Source{File: "cdn.tf", Line: 12}, Sure: cloudfront.Documented},
		{Name: "Vary", Action: Replaced, Kind: Header, Value: "Cookie", Why: "the behavior does not forward what it names",
			Rule: "CACHE-116", Sure: cloudfront.Documented},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}
