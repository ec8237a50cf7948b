package cloudfront

import "testing"

func TestOriginScheme(t *testing.T) {
	s3 := func(signing string) *Origin {
		o := &Origin{Kind: KindS3}
		if signing != "" {
			o.OriginAccessControl = &OriginAccessControl{SigningBehavior: signing}
		}
		return o
	}
	custom := func(p OriginProtocolPolicy) *Origin {
		return &Origin{Kind: KindCustom, OriginProtocolPolicy: p}
	}
	tests := []struct {
		name, rule  string
		o           *Origin
		http, https string // by the viewer's scheme
	}{
		{"http only", "REQ-310", custom(OriginHTTPOnly), "http", "http"},
		{"https only", "REQ-310", custom(OriginHTTPSOnly), "https", "https"},
		{"as the viewer", "REQ-310", custom(OriginMatchViewer), "http", "https"},
		{"bucket", "REQ-311", s3(""), "http", "https"},
		{"bucket that is signed for", "REQ-311", s3("always"), "https", "https"},
		{"bucket that is never signed for", "REQ-311", s3("never"), "http", "https"},
		{"bucket that is signed for if the viewer did not", "REQ-311", s3("no-override"), "http", "https"},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			if http, https := tt.o.Scheme("http"), tt.o.Scheme("https"); http != tt.http || https != tt.https {
				t.Errorf("%s and %s, want %s and %s", http, https, tt.http, tt.https)
			}
		})
	}
}

func TestWithPort(t *testing.T) {
	tests := []struct {
		name, rule  string
		o           Origin
		http, https string
	}{
		{"usual ports", "REQ-200", Origin{HTTPPort: 80, HTTPSPort: 443}, "a.example.com", "a.example.com"},
		{"other ports", "REQ-200", Origin{HTTPPort: 8000, HTTPSPort: 8443}, "a.example.com:8000", "a.example.com:8443"},
		{"each other's ports", "REQ-200", Origin{HTTPPort: 443, HTTPSPort: 80}, "a.example.com:443", "a.example.com:80"},
		{"none", "REQ-200", Origin{}, "a.example.com", "a.example.com"},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			if http, https := tt.o.WithPort("a.example.com", "http"), tt.o.WithPort("a.example.com", "https"); http != tt.http || https != tt.https {
				t.Errorf("%s and %s, want %s and %s", http, https, tt.http, tt.https)
			}
		})
	}
}
