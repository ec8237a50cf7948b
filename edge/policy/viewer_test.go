package policy

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"edgecase/config/cloudfront"
)

func TestViewerHeaders(t *testing.T) {
	v := Viewer{
		Method: "GET", Scheme: "https", Major: 1, Minor: 1, Addr: netip.MustParseAddrPort("128.149.240.221:58454"),
		TLSVersion: "TLSv1.3", TLSCipher: "TLS_AES_128_GCM_SHA256", Country: "US",
		Fields: fields("Host: d", "User-Agent: python-requests/2.28.1", "Accept: */*", "Accept-Encoding: gzip"),
		Values: map[string]string{"ASN": "127", "City": "Altadena", "Country-Name": "United States", "Country-Region": "CA",
			"Country-Region-Name": "California", "Latitude": "34.19310", "Longitude": "-118.13830", "Metro-Code": "803",
			"Postal-Code": "91001", "time-zone": "America/Los_Angeles"},
	}
	// OBS-089, with the two structure headers of OBS-091.
	want := []string{
		"CloudFront-Forwarded-Proto: https", "CloudFront-Is-Android-Viewer: false", "CloudFront-Is-Desktop-Viewer: true",
		"CloudFront-Is-IOS-Viewer: false", "CloudFront-Is-Mobile-Viewer: false", "CloudFront-Is-SmartTV-Viewer: false",
		"CloudFront-Is-Tablet-Viewer: false", "CloudFront-Viewer-Address: 128.149.240.221:58454",
		"CloudFront-Viewer-ASN: 127", "CloudFront-Viewer-City: Altadena", "CloudFront-Viewer-Country: US",
		"CloudFront-Viewer-Country-Name: United States", "CloudFront-Viewer-Country-Region: CA",
		"CloudFront-Viewer-Country-Region-Name: California", "CloudFront-Viewer-Header-Count: 4",
		"CloudFront-Viewer-Header-Order: Host:User-Agent:Accept:Accept-Encoding", "CloudFront-Viewer-HTTP-Version: 1.1",
		"CloudFront-Viewer-Latitude: 34.19310", "CloudFront-Viewer-Longitude: -118.13830", "CloudFront-Viewer-Metro-Code: 803",
		"CloudFront-Viewer-Postal-Code: 91001", "CloudFront-Viewer-Time-Zone: America/Los_Angeles",
		"CloudFront-Viewer-TLS: TLSv1.3:TLS_AES_128_GCM_SHA256:fullHandshake",
	}
	if diff := cmp.Diff(want, lines(ViewerHeaders(v))); diff != "" {
		t.Errorf("OBS-089: generated fields (-want +got):\n%s", diff)
	}
}

func TestViewerHeaderValues(t *testing.T) {
	long := Viewer{Fields: fields(strings.Repeat("a", 7000)+": 1", strings.Repeat("b", 7000)+": 1")}
	tests := []struct {
		name, rule string
		v          Viewer
		header     string
		want       string
	}{
		{"ipv6", "REQ-238", Viewer{Addr: netip.MustParseAddrPort("[2001:db8::1]:50235")}, "CloudFront-Viewer-Address", "2001:db8::1:50235"},
		{"mapped ipv4", "REQ-238", Viewer{Addr: netip.MustParseAddrPort("[::ffff:192.0.2.1]:80")}, "CloudFront-Viewer-Address", "192.0.2.1:80"},
		{"zone", "REQ-238", Viewer{Addr: netip.MustParseAddrPort("[fe80::1%eth0]:80")}, "CloudFront-Viewer-Address", "fe80::1:80"},
		{"no address", "REQ-238", Viewer{}, "CloudFront-Viewer-Address", ""},
		{"http2", "POL-085", Viewer{Major: 2}, "CloudFront-Viewer-HTTP-Version", "2.0"},
		{"http3", "POL-085", Viewer{Major: 3}, "CloudFront-Viewer-HTTP-Version", "3.0"},
		{"http1.0", "POL-085", Viewer{Major: 1}, "CloudFront-Viewer-HTTP-Version", "1.0"},
		{"no tls", "POL-084", Viewer{Scheme: "http", TLSVersion: "TLSv1.3"}, "CloudFront-Viewer-TLS", ""},
		{"resumed", "POL-084", Viewer{Scheme: "https", TLSVersion: "TLSv1.2", TLSCipher: "X", TLSHandshake: "sessionResumed"}, "CloudFront-Viewer-TLS", "TLSv1.2:X:sessionResumed"},
		{"asn", "REQ-238", Viewer{}, "CloudFront-Viewer-ASN", "64496"},
		{"not ascii", "REQ-240", Viewer{Values: map[string]string{"City": "Zürich"}}, "CloudFront-Viewer-City", "Z%C3%BCrich"},
		{"no line breaks", "REQ-240", Viewer{Values: map[string]string{"City": "a\r\nX: 1"}}, "CloudFront-Viewer-City", "a%0D%0AX: 1"},
		{"cut order", "POL-083", long, "CloudFront-Viewer-Header-Order", (strings.Repeat("a", 7000) + ":" + strings.Repeat("b", 7000))[:7680]},
		{"given device", "REQ-238", Viewer{Values: map[string]string{"Is-Mobile-Viewer": "true"}}, "CloudFront-Is-Mobile-Viewer", "true"},
		{"given nothing", "REQ-238", Viewer{Country: "DE", Values: map[string]string{"Country": ""}}, "CloudFront-Viewer-Country", ""},
		{"two spellings", "REQ-238", Viewer{Values: map[string]string{"city": "b", "City": "a"}}, "CloudFront-Viewer-City", "a"},
		{"error page", "REQ-447", Viewer{Values: map[string]string{"Error-Uri": "/x"}}, "CloudFront-Error-Uri", "/x"},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			if got := ViewerHeaders(tt.v).Get(tt.header); got != tt.want {
				t.Errorf("%s = %q, want %q", tt.header, got, tt.want)
			}
		})
	}
}

func TestDevices(t *testing.T) {
	tests := []struct{ name, userAgent, want string }{
		{"script", "curl/8.5.0", "Desktop"},
		{"nothing", "", "Desktop"},
		{"desktop", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36", "Desktop"},
		{"iphone", "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile/15E148 Safari/604.1", "IOS Mobile"},
		{"ipad", "Mozilla/5.0 (iPad; CPU OS 12_2 like Mac OS X) Version/12.1 Mobile/15E148 Safari/604.1", "IOS Mobile Tablet"},
		{"android phone", "Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/120.0 Mobile Safari/537.36", "Android Mobile"},
		{"android tablet", "Mozilla/5.0 (Linux; Android 13; SM-X700) Chrome/120.0 Safari/537.36", "Android Tablet"},
		{"tv", "Mozilla/5.0 (Web0S; Linux/SmartTV) Chrome/79.0 Safari/537.36", "SmartTV"},
	}
	for _, tt := range tests {
		t.Run("REQ-239/"+tt.name, func(t *testing.T) {
			var got []string
			for _, f := range ViewerHeaders(Viewer{Fields: fields("User-Agent: " + tt.userAgent)}) {
				if kind, ok := strings.CutPrefix(f.Name, "CloudFront-Is-"); ok && f.Value == "true" {
					got = append(got, strings.TrimSuffix(kind, "-Viewer"))
				}
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, " ")); diff != "" {
				t.Errorf("devices (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPlanViewerHeaders(t *testing.T) {
	v := standard()
	tests := []struct {
		name, rule string
		b          *cloudfront.Behavior
		want       string
	}{
		{"none", "REQ-236", &cloudfront.Behavior{CachePolicy: cachingOptimized()}, ""},
		{"cache policy", "POL-087", &cloudfront.Behavior{CachePolicy: keyed(only("cloudfront-viewer-country"), none, none)}, "CloudFront-Viewer-Country"},
		{"request policy", "POL-052", &cloudfront.Behavior{CachePolicy: cachingDisabled(), OriginRequestPolicy: request(only("CloudFront-Viewer-ASN"), none, none)}, "CloudFront-Viewer-ASN"},
		{"legacy", "POL-095", &cloudfront.Behavior{CachePolicy: legacy(only("CloudFront-Is-Mobile-Viewer"), none, false)}, "CloudFront-Is-Mobile-Viewer"},
		{"all viewer", "POL-053", &cloudfront.Behavior{CachePolicy: cachingDisabled(), OriginRequestPolicy: managedAllViewer()}, ""},
		{"legacy all", "POL-090", &cloudfront.Behavior{CachePolicy: legacy(all, all, true)}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			p := Compile(tt.b, nil)
			var got []string
			for _, f := range p.ViewerHeaders(&v) {
				got = append(got, f.Name)
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, " ")); diff != "" {
				t.Errorf("names (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.want, strings.Join(p.Generates(), " ")); diff != "" {
				t.Errorf("Generates (-want +got):\n%s", diff)
			}
		})
	}
}
