package main

import "testing"

func TestShareWord(t *testing.T) {
	tests := []struct {
		dir, id string
		want    bool
	}{
		{"apps/web/dist", "S3-web", true},
		{"apps/web/dist", "s3_web_origin", true},
		{"apps/website/dist", "S3-web", false},
		{"dist", "S3-dist", false}, // what tools call every build says nothing
		{"static", "S3-static", false},
		{"Apps/Admin", "admin", true},
	}
	for _, tt := range tests {
		if got := shareWord(tt.dir, tt.id); got != tt.want {
			t.Errorf("shareWord(%q, %q) = %v, want %v", tt.dir, tt.id, got, tt.want)
		}
	}
}

func TestWithoutPrefix(t *testing.T) {
	tests := []struct {
		dir      string
		patterns []string
		want     string
	}{
		{"apps/admin/god-mode", []string{"/god-mode/*"}, "apps/admin"},
		{"apps/admin/dist", []string{"/god-mode/*"}, "apps/admin/dist"},
		{"apps/web", []string{"default"}, "apps/web"},
		{"apps/web/a/b", []string{"*.png", "/a/b/*"}, "apps/web"},
	}
	for _, tt := range tests {
		if got := withoutPrefix(tt.dir, tt.patterns); got != tt.want {
			t.Errorf("withoutPrefix(%q, %v) = %q, want %q", tt.dir, tt.patterns, got, tt.want)
		}
	}
}

// TestQuoteHCL: what Terraform's language would take for a template stays text.
func TestQuoteHCL(t *testing.T) {
	if got, want := quoteHCL(`S3-${a}"%{if}`), `"S3-$${a}\"%%{if}"`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
