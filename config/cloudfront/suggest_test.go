package cloudfront

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// asking returns a behavior; all three sets of methods are written as their names.
func asking(pattern, target, methods string) *Behavior {
	b := &Behavior{Pattern: MustParsePathPattern(pattern), TargetOriginID: Known(target), AllowedMethods: strings.Fields(methods)}
	if pattern != "*" {
		b.Pattern = b.Pattern.Ordered()
	}
	return b
}

// choosing returns a distribution with an application, a bucket, and these behaviors above a default one for the bucket.
func choosing(behaviors ...*Behavior) *Distribution {
	return &Distribution{
		Origins:   []*Origin{{ID: Known("app"), Kind: KindCustom}, {ID: Known("bucket"), Kind: KindS3}},
		Behaviors: append(behaviors, asking("*", "bucket", "GET HEAD")),
	}
}

// TestChoose holds the order vectors O1 to O9 of section 2.3.
func TestChoose(t *testing.T) {
	d := choosing(asking("images/*.jpg", "app", "GET HEAD"), asking("images/*", "app", "GET HEAD"), asking("*.gif", "app", "GET HEAD"))
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
			b, place := d.Choose(NormalizePath(tt.path))
			if b.Name() != tt.want || d.Behaviors[place-1] != b {
				t.Errorf("got %s (%d), want %s", b.Name(), place, tt.want)
			}
		})
	}
}

func TestModel(t *testing.T) {
	const all, options, reads = "DELETE GET HEAD OPTIONS PATCH POST PUT", "GET HEAD OPTIONS", "GET HEAD"
	shop := []*Behavior{asking("/api/*", "app", all), asking("/media/*", "bucket", all), asking("/static/*", "bucket", reads)}
	tests := []struct {
		name, rule   string
		behaviors    []*Behavior
		method, path string
		want         string
	}{
		{"an application before a bucket", "REQ-079", shop, "POST", "/media2/x", "/api/*"},
		{"the nearest application", "REQ-079", append(shop[:3:3], asking("/auth/*", "app", all)), "POST", "/auth", "/auth/*"},
		{"the first of equals", "REQ-079", append(shop[:3:3], asking("/auth/*", "app", all)), "POST", "/x", "/api/*"},
		{"a bucket if there is nothing else", "REQ-079", []*Behavior{asking("/m/*", "bucket", all)}, "PUT", "/x", "/m/*"},
		{"nothing", "REQ-079", nil, "POST", "/x", ""},
		{"only options", "REQ-079", []*Behavior{asking("/o/*", "app", options)}, "OPTIONS", "/x", "/o/*"},
		{"only options for a post", "REQ-079", []*Behavior{asking("/o/*", "app", options)}, "POST", "/x", ""},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			got := ""
			if m := choosing(tt.behaviors...).Model(tt.path, func(b *Behavior) bool { return b.Allows(tt.method) }); m != nil {
				got = m.Name()
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestPatternOf(t *testing.T) {
	for path, want := range map[string]string{
		"/":                              "/",
		"/auth/login":                    "/auth/login",
		"/caf%C3%A9/x":                   "/caf?C3?A9/x",
		"/é":                             "/??",
		"/~a_b-c.d$e\"f'g@h:i+j&k*l(m)/": "/~a_b-c.d$e\"f'g@h:i+j&k*l?m?/",
	} {
		t.Run("REQ-055/"+path, func(t *testing.T) {
			got := PatternOf(path)
			if got != want || !MustParsePathPattern(got).Match(path) {
				t.Errorf("got %q, want %q, which takes %s", got, want, path)
			}
		})
	}
}

func TestBlockFor(t *testing.T) {
	block := func(pattern, text string) *Behavior {
		b := asking(pattern, "app", "GET HEAD")
		b.Block = text
		return b
	}
	tests := []struct {
		name  string
		model *Behavior
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

func TestNearest(t *testing.T) {
	names := []string{"bare-path", "route-misrouted", "route-refused"}
	for name, want := range map[string]string{"bare-pth": "bare-path", "Route-Refused": "route-refused", "route-misroutet": "route-misrouted", "cache": "", "": ""} {
		if got := Nearest(name, names); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}
