package config

import (
	"strings"
	"testing"
)

// TestNameTwice warns of two policies of one name (TF-172).
func TestNameTwice(t *testing.T) {
	const policy = `
resource "aws_cloudfront_origin_access_control" "c" {
  count                             = 2
  name                              = "files$SUFFIX"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}
`
	bucket := func(n string) string {
		return `domain_name = "files` + n + `.s3.us-east-1.amazonaws.com"
    origin_access_control_id = aws_cloudfront_origin_access_control.c[` + n + `].id`
	}
	second := `
  origin {
    origin_id   = "second"
    ` + bucket("1") + `
  }`
	for suffix, want := range map[string][]string{"": {"warning main.tf:34 Name given twice"}, "${count.index}": nil} {
		t.Run("TF-172/"+suffix, func(t *testing.T) {
			_, diags := load(t, siteWith(bucket("0"), "", second)+strings.Replace(policy, "$SUFFIX", suffix, 1), Options{})
			diff(t, want, summaries(diags))
		})
	}
}

// TestDataSources refuses data sources that a distribution needs and that AWS could not answer (TF-199).
func TestDataSources(t *testing.T) {
	const behavior, origin = "cache_policy_id = ", "domain_name = "
	tests := []struct {
		name, rule       string
		origin, behavior string
		data             string
		want             []string
	}{
		{"neither name nor id", "TF-199", "", behavior + "data.aws_cloudfront_cache_policy.p.id",
			`data "aws_cloudfront_cache_policy" "p" {}`, []string{"error main.tf:31 Missing required argument"}},
		{"a misspelt argument", "TF-199", "", behavior + "data.aws_cloudfront_cache_policy.p.id", `data "aws_cloudfront_cache_policy" "p" {
  nmae = "Managed-CachingOptimized"
}`, []string{"error main.tf:32 Unsupported argument"}},
		{"a misspelt attribute", "TF-196", "", behavior + "data.aws_cloudfront_cache_policy.p.ident", `data "aws_cloudfront_cache_policy" "p" {
  name = "Managed-CachingOptimized"
}`, []string{"error main.tf:19 Unsupported attribute"}},
		{"a managed name without its prefix", "TF-196", "", behavior + "data.aws_cloudfront_cache_policy.p.id",
			`data "aws_cloudfront_cache_policy" "p" { name = "CachingOptimized" }`, []string{"error main.tf:31 Unknown policy"}},
		{"a managed name that nobody knows", "TF-196", "", behavior + "data.aws_cloudfront_cache_policy.p.id",
			`data "aws_cloudfront_cache_policy" "p" { name = "Managed-SomethingOfNextYear" }`, []string{"warning main.tf:19 Unknown policy"}},
		{"a distribution without id", "TF-198", origin + "data.aws_cloudfront_distribution.d.domain_name", "",
			`data "aws_cloudfront_distribution" "d" {}`, []string{"error main.tf:31 Missing required argument"}},
		{"a function without stage", "TF-197", "", optimized + `
    function_association {
      event_type   = "viewer-request"
      function_arn = data.aws_cloudfront_function.f.arn
    }`, `data "aws_cloudfront_function" "f" { name = "f" }`, []string{"error main.tf:35 Missing required argument"}},
		{"not needed", "TF-040", "", "", `data "aws_cloudfront_cache_policy" "p" {}`, nil},
		{"sound", "TF-196", "", behavior + "data.aws_cloudfront_cache_policy.p.id",
			`data "aws_cloudfront_cache_policy" "p" { name = "Managed-CachingOptimized" }`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			from := tt.origin
			if from != "" {
				from += `
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }`
			}
			_, diags := load(t, siteWith(from, tt.behavior, "")+tt.data, Options{})
			diff(t, tt.want, summaries(diags))
		})
	}
}
