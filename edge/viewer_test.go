package edge

import (
	"crypto/tls"
	"net/http/httptest"
	"strings"
	"testing"

	"edgecase/config/cloudfront"
)

// TestViewerAddress has viewers at addresses of both kinds; no connection from there is needed.
func TestViewerAddress(t *testing.T) {
	tests := []struct {
		name, rule    string
		remote        string
		chain, viewer string // X-Forwarded-For and CloudFront-Viewer-Address at the origin
	}{
		{"ipv4", "REQ-206", "203.0.113.9:50235", "203.0.113.9", "203.0.113.9:50235"},
		{"ipv6", "REQ-133", "[2001:db8::1]:50235", "2001:db8::1", "2001:db8::1:50235"},
		{"ipv4 on a socket of both", "REQ-133", "[::ffff:203.0.113.9]:50235", "203.0.113.9", "203.0.113.9:50235"},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+strings.ReplaceAll(tt.name, " ", "-"), func(t *testing.T) {
			d := distributionOf(byDefault(forwardsHeaders("CloudFront-Viewer-Address")))
			run := start(t, []*cloudfront.Distribution{d}, false, map[string]map[string]string{"app": {"": hello}}, Options{})
			r := httptest.NewRequest("GET", "http://www.example.com/", nil)
			r.RemoteAddr = tt.remote
			run.edge.ServeHTTP(httptest.NewRecorder(), r)
			saw := strings.Join(run.servers["app"].received(), "")
			for _, line := range []string{"X-Forwarded-For: " + tt.chain, "CloudFront-Viewer-Address: " + tt.viewer} {
				if !strings.Contains(saw, "\r\n"+line+"\r\n") {
					t.Errorf("the origin received %q, want %q in it", saw, line)
				}
			}
		})
	}
}

// TestViewerValues lets the user say who the viewer is.
func TestViewerValues(t *testing.T) {
	place := func(o *Options) {
		o.Viewer = map[string]string{"Address": "198.51.100.7:46532", "Country": "CH", "City": "Zürich"}
	}
	run(t, []row{{name: "address, country and city", rule: "REQ-238", opts: place, request: request("GET /"), want: helloBack, reason: OriginAnswered,
		site: []change{byDefault(forwardsHeaders("CloudFront-Viewer-Address", "CloudFront-Viewer-Country", "CloudFront-Viewer-City"))},
		asked: strings.Replace(asked("GET /", "app.example.net", "CloudFront-Viewer-Address: 198.51.100.7:46532", "CloudFront-Viewer-City: Z%C3%BCrich", "CloudFront-Viewer-Country: CH"),
			"127.0.0.1", "198.51.100.7", 1)}})
}

func TestTLSVersion(t *testing.T) {
	for version, want := range map[uint16]string{tls.VersionTLS10: "TLSv1", tls.VersionTLS11: "TLSv1.1", tls.VersionTLS12: "TLSv1.2", tls.VersionTLS13: "TLSv1.3"} {
		if got := tlsVersion(version); got != want {
			t.Errorf("%#x is %s, want %s", version, got, want)
		}
	}
}
