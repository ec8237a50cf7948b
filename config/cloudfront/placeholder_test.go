package cloudfront

import "testing"

func TestPlaceholder(t *testing.T) {
	tests := []struct {
		name, text string
		want       bool
	}{
		{"reference", "S3-{aws_s3_bucket.site.id}", true},
		{"several", "{var.a,aws_lb.b.dns_name}", true},
		{"many", "{var.a,var.b,var.c,+7:3fa2}", true},
		{"key with a pattern in it", `{module.site["/api/*"].id}`, true},
		{"unknown", "{unknown}", true},
		{"no braces", "var.a", false},
		{"open", "{var.a", false},
		{"words", "/{id}/x", false},
		{"sentence", "{see a.b}", false},
	}
	for _, tt := range tests {
		t.Run("TF-202/"+tt.name, func(t *testing.T) {
			if got := placeholder(tt.text); got != tt.want {
				t.Errorf("placeholder(%q) = %v, want %v", tt.text, got, tt.want)
			}
		})
	}
}
