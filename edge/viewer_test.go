package edge

import (
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
