package edge

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"edgecase/config/cloudfront"
)

// shop is a distribution with a bucket, an application and the traps of section 19.
func shop(changes ...change) *cloudfront.Distribution {
	return distributionOf(append([]change{
		hasOrigin("bucket", cloudfront.KindS3, "b.s3.amazonaws.com"),
		ordered("/api/*", "app", readWrite), ordered("/media/*", "bucket", readWrite), ordered("/static/*", "bucket", read),
		byDefault(target("bucket")),
	}, changes...)...)
}

func TestPatternFor(t *testing.T) {
	tests := []struct{ name, matched, path, want string }{
		{"folder", "*", "/auth/login", "/auth/*"},
		{"folder alone", "*", "/auth/", "/auth/*"},
		{"no folder", "*", "/auth", "/auth"},
		{"root", "*", "/", "/"},
		{"folder that has its behavior", "/auth/*", "/auth/login", "/auth/login"},
		{"characters that patterns may not hold", "*", "/caf%C3%A9/x", "/caf?C3?A9/*"},
		{"characters that they may", "*", "/~a_b-c.d$e\"f'g@h:i+j&k/x", "/~a_b-c.d$e\"f'g@h:i+j&k/*"},
		{"letters beyond ASCII", "*", "/é", "/??"},
	}
	for _, tt := range tests {
		t.Run("REQ-053/"+tt.name, func(t *testing.T) {
			got := patternFor(tt.path, behaviorOf(tt.matched, "app", read))
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if !cloudfront.MustParsePathPattern(got).Match(tt.path) {
				t.Errorf("%q does not take %s", got, tt.path)
			}
		})
	}
}

func TestHints(t *testing.T) {
	run := start(t, []*cloudfront.Distribution{shop(errorPage(404, "/index.html", 200), errorPage(403, "/index.html", 200))}, false, nil, Options{})
	tests := []struct {
		name, rule, method, target string
		assume                     int
		want                       []string
	}{
		{"nothing to say", "REQ-040", "GET", "/api/x", 200, nil},
		{"refused post", "REQ-079", "POST", "/auth/login", 0, []string{
			"T01 no behavior for /auth/*; /api/* (cloudfront.tf:30) would have taken it",
			"T09 CloudFront's 403 reached the viewer as 200 /index.html: a custom_error_response is for the whole distribution (cloudfront.tf:603)"}},
		{"refused post of an ordered behavior", "REQ-051", "POST", "/static/x", 0, []string{
			"T01 /static/* takes /static/x first; /api/* (cloudfront.tf:30) would have taken the POST",
			"T09 CloudFront's 403 reached the viewer as 200 /index.html: a custom_error_response is for the whole distribution (cloudfront.tf:603)"}},
		{"preflight", "REQ-096", "OPTIONS", "/x", 0, []string{
			"T23 no behavior for /x; /api/* (cloudfront.tf:30) would have taken it",
			"T09 CloudFront's 403 reached the viewer as 200 /index.html: a custom_error_response is for the whole distribution (cloudfront.tf:603)"}},
		{"bare path", "REQ-048", "GET", "/api", 200, []string{"T02 /api/* (cloudfront.tf:30) does not take /api; it would take /api/"}},
		{"case", "REQ-049", "GET", "/API/x", 200, []string{"T03 /api/* (cloudfront.tf:30) does not take /API/x: patterns are case-sensitive"}},
		{"masked error", "REQ-461", "GET", "/api/x", 404, []string{
			"T08 app's 404 reached the viewer as 200 /index.html: a custom_error_response is for the whole distribution (cloudfront.tf:604)"}},
		{"two paths", "REQ-065", "GET", "/static/../api/x", 200, []string{"T36 behaviors are matched against /api/x, the origin receives /static/../api/x"}},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			r := &Request{Method: tt.method, Path: tt.target, Scheme: "https", Host: "www.example.com", Major: 1, Minor: 1}
			x := run.edge.Explain(t.Context(), r, Assume{Status: tt.assume})
			var got []string
			for _, h := range x.Hints() {
				got = append(got, h.Trap+" "+h.Text)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("hints (-want +got):\n%s", diff)
			}
			if tt.method != "GET" && !strings.Contains(x.Hints()[0].Suggestion, "path_pattern") {
				t.Errorf("suggestion %q", x.Hints()[0].Suggestion)
			}
		})
	}
}
