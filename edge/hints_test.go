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

func TestModel(t *testing.T) {
	tests := []struct {
		name, rule   string
		d            *cloudfront.Distribution
		method, path string
		want         string
	}{
		{"an application before a bucket", "REQ-079", shop(), "POST", "/media2/x", "/api/*"},
		{"the nearest application", "REQ-079", shop(ordered("/auth/*", "app", readWrite)), "POST", "/auth", "/auth/*"},
		{"the first of equals", "REQ-079", shop(ordered("/auth/*", "app", readWrite)), "POST", "/x", "/api/*"},
		{"a bucket if there is nothing else", "REQ-079", distributionOf(hasOrigin("bucket", cloudfront.KindS3, "b.s3.amazonaws.com"), ordered("/m/*", "bucket", readWrite)), "PUT", "/x", "/m/*"},
		{"nothing", "REQ-079", distributionOf(), "POST", "/x", ""},
		{"only options", "REQ-079", distributionOf(ordered("/o/*", "app", "GET HEAD OPTIONS")), "OPTIONS", "/x", "/o/*"},
		{"only options for a post", "REQ-079", distributionOf(ordered("/o/*", "app", "GET HEAD OPTIONS")), "POST", "/x", ""},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			got := ""
			if m := tt.d.Model(tt.path, func(b *cloudfront.Behavior) bool { return !b.Default() && b.Allows(tt.method) }); m != nil {
				got = m.Name()
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
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

func TestBlockFor(t *testing.T) {
	block := func(pattern, text string) *cloudfront.Behavior {
		b := behaviorOf(pattern, "app", read)
		b.Block = text
		return b
	}
	tests := []struct {
		name  string
		model *cloudfront.Behavior
		want  string
	}{
		{"ordered", block("/api/*", "ordered_cache_behavior {\n    path_pattern     = \"/api/*\"\n    target_origin_id = \"app\"\n  }"),
			"ordered_cache_behavior {\n  path_pattern     = \"/auth/*\"\n  target_origin_id = \"app\"\n}"},
		{"ordered in another style", block("/api/*", "ordered_cache_behavior {\n  path_pattern=local.api\n}"), "ordered_cache_behavior {\n  path_pattern= \"/auth/*\"\n}"},
		{"default", block("*", "  default_cache_behavior {\n    target_origin_id = \"app\"\n  }"),
			"ordered_cache_behavior {\n  path_pattern = \"/auth/*\"\n  target_origin_id = \"app\"\n}"},
		{"no pattern to replace", block("/api/*", "ordered_cache_behavior {\n}"), ""},
		{"no block", block("*", ""), ""},
		{"other block", block("*", "dynamic \"x\" {\n}"), ""},
		{"nested blocks", block("/api/*", "ordered_cache_behavior {\n\tpath_pattern = \"/api/*\"\n\n\tforwarded_values {\n\t\tcookies {\n\t\t\tforward = \"all\"\n\t\t}\n\t}\n}"),
			"ordered_cache_behavior {\n\tpath_pattern = \"/auth/*\"\n\n\tforwarded_values {\n\t\tcookies {\n\t\t\tforward = \"all\"\n\t\t}\n\t}\n}"},
	}
	for _, tt := range tests {
		t.Run("REQ-079/"+tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, tt.model.BlockFor("/auth/*")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
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

// TestChoose holds the order vectors O1 to O9 of section 2.3.
func TestChoose(t *testing.T) {
	d := distributionOf(ordered("images/*.jpg", "app", read), ordered("images/*", "app", read), ordered("*.gif", "app", read))
	tests := []struct{ name, rule, path, want string }{
		{"O1", "REQ-040", "/images/sample.jpg", "images/*.jpg"},
		{"O2", "REQ-043", "/images/sample.gif", "images/*"},
		{"O3", "REQ-040", "/logo.gif", "*.gif"},
		{"O4", "REQ-041", "/index.html", "default"},
		{"O5", "REQ-049", "/Images/sample.jpg", "default"},
		{"O6", "REQ-048", "/images", "default"},
		{"O7", "REQ-059", "/x/../images/sample.gif", "images/*"},
		{"O8", "REQ-063", "/images%2Fsample.gif", "*.gif"},
		{"O9", "REQ-050", "/images/", "images/*"},
		{"documented", "REQ-061", "/images/b/..", "images/*"},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			b, place := d.Choose(cloudfront.NormalizePath(tt.path))
			if b.Name() != tt.want || d.Behaviors[place-1] != b {
				t.Errorf("got %s (%d), want %s", b.Name(), place, tt.want)
			}
		})
	}
}
