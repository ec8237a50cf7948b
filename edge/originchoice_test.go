package edge

import (
	"crypto/tls"
	"strings"
	"testing"

	"edgecase/config/cloudfront"
)

func TestOriginScheme(t *testing.T) {
	s3 := func(signing string) *cloudfront.Origin {
		o := originOf("o", cloudfront.KindS3, "b.s3.amazonaws.com")
		if signing != "" {
			o.OriginAccessControl = &cloudfront.OriginAccessControl{SigningBehavior: signing}
		}
		return o
	}
	custom := func(p cloudfront.OriginProtocolPolicy) *cloudfront.Origin {
		o := originOf("o", cloudfront.KindCustom, "app.example.net")
		o.OriginProtocolPolicy = p
		return o
	}
	tests := []struct {
		name, rule  string
		o           *cloudfront.Origin
		http, https string // by the viewer's scheme
	}{
		{"http only", "REQ-310", custom(cloudfront.OriginHTTPOnly), "http", "http"},
		{"https only", "REQ-310", custom(cloudfront.OriginHTTPSOnly), "https", "https"},
		{"as the viewer", "REQ-310", custom(cloudfront.OriginMatchViewer), "http", "https"},
		{"bucket", "REQ-311", s3(""), "http", "https"},
		{"bucket that is signed for", "REQ-311", s3("always"), "https", "https"},
		{"bucket that is never signed for", "REQ-311", s3("never"), "http", "https"},
		{"bucket that is signed for if the viewer did not", "REQ-311", s3("no-override"), "http", "https"},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			if http, https := originScheme(tt.o, "http"), originScheme(tt.o, "https"); http != tt.http || https != tt.https {
				t.Errorf("%s and %s, want %s and %s", http, https, tt.http, tt.https)
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
