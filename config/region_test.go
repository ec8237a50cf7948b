package config

import (
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
)

// TestRegions warns of what CloudFront would not find, because it is made in another region than us-east-1, and of
// attributes that are not what an argument takes.
func TestRegions(t *testing.T) {
	const providers = `
provider "aws" { region = "eu-central-1" }
provider "aws" {
  alias  = "virginia"
  region = "us-east-1"
}
`
	association := func(arn string) string {
		return optimized + `
    lambda_function_association {
      event_type = "origin-request"
      lambda_arn = ` + arn + `
    }`
	}
	own := func(arn string) string {
		return strings.Replace(siteWith("", "", ""), "cloudfront_default_certificate = true",
			"acm_certificate_arn = "+arn+"\n    ssl_support_method = \"sni-only\"", 1)
	}
	tests := []struct {
		name, rule string
		archive    string
		want       []string
	}{
		{"certificate of another region", "TF-137", own("aws_acm_certificate.c.arn") + providers + `
resource "aws_acm_certificate" "c" { domain_name = "www.example.com" }`, []string{"warning Resource of another region"}},
		{"validated certificate of another region", "TF-137", own("aws_acm_certificate_validation.v.certificate_arn") + providers + `
resource "aws_acm_certificate" "c" { domain_name = "www.example.com" }
resource "aws_acm_certificate_validation" "v" { certificate_arn = aws_acm_certificate.c.arn }`, []string{"warning Resource of another region"}},
		{"certificate of us-east-1", "TF-137", own("aws_acm_certificate.c.arn") + providers + `
resource "aws_acm_certificate" "c" {
  provider    = aws.virginia
  domain_name = "www.example.com"
}`, nil},
		{"certificate of a region that is not known", "TF-137", own("aws_acm_certificate.c.arn") + `
variable "region" {}
provider "aws" { region = var.region }
resource "aws_acm_certificate" "c" { domain_name = "www.example.com" }`, nil},
		{"function of another region", "LE-004", siteWith("", association("aws_lambda_function.f.qualified_arn"), "") + providers + `
resource "aws_lambda_function" "f" {
  function_name = "f"
  publish       = true
}`, []string{"warning Resource of another region"}},
		{"id of a web ACL", "TF-157", siteWith("", "", "web_acl_id = aws_wafv2_web_acl.w.id") + `
resource "aws_wafv2_web_acl" "w" { name = "w" }`, []string{"warning Reference to another attribute"}},
		{"ARN of a web ACL", "TF-157", siteWith("", "", "web_acl_id = aws_wafv2_web_acl.w.arn") + `
resource "aws_wafv2_web_acl" "w" { name = "w" }`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			_, diags := load(t, tt.archive, Options{})
			var got []string
			for _, d := range diags {
				if d.Extra == Rule("TF-028") {
					continue
				}
				severity := "error "
				if d.Severity == hcl.DiagWarning {
					severity = "warning "
				}
				got = append(got, severity+d.Summary)
			}
			diff(t, tt.want, got)
		})
	}
}
