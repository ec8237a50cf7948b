package config

import (
	"strings"
	"testing"
)

// TestDiagnostics compares what people see, word by word.
func TestDiagnostics(t *testing.T) {
	tests := []struct {
		name, rule string
		archive    string
		want       string
	}{
		{"unknown origin beside one that is not known", "TF-141", siteWith("", "", `
  origin {
    origin_id   = "S3-${aws_s3_bucket.b.id}"
    domain_name = aws_s3_bucket.b.bucket_regional_domain_name
  }`+strings.Replace(behaviorBlock("/x", ""), `"app"`, `"apq"`, 1)) + `
resource "aws_s3_bucket" "b" {}`, `
Error: Unknown origin

  on main.tf line 28, in resource "aws_cloudfront_distribution" "site":
  28:     target_origin_id       = "apq"

No origin or origin group has the id "apq". Did you mean "app" (line 5)?

`},
		{"target that may be an unknown origin", "TF-202", siteWith("", "", `
  origin {
    origin_id   = "S3-${aws_s3_bucket.b.id}"
    domain_name = aws_s3_bucket.b.bucket_regional_domain_name
  }`+strings.Replace(behaviorBlock("/x", ""), `"app"`, `"S3-content"`, 1)) + `
resource "aws_s3_bucket" "b" {}`, `
Warning: Origin known only after apply

  on main.tf line 28, in resource "aws_cloudfront_distribution" "site":
  28:     target_origin_id       = "S3-content"

target_origin_id is "S3-content", and as far as can be told before apply no origin has this id. Use
the same expression on both sides, or give values to what they are made of.

`},
		{"two cache policies", "TF-148", siteWith("", optimized+`
    forwarded_values {
      query_string = true
      cookies { forward = "none" }
    }`, ""), `
Error: Two cache policies

  on main.tf line 19, in resource "aws_cloudfront_distribution" "site":
  19:     cache_policy_id = "658327ea-f89d-4fab-a63d-7e88639e58f6"

A behavior has cache_policy_id or forwarded_values (line 20), not both. Remove one of them.

Error: Two cache policies

  on main.tf line 20, in resource "aws_cloudfront_distribution" "site":
  20:     forwarded_values {

A behavior has forwarded_values or cache_policy_id (line 19), not both. Remove one of them.

`},
		{"no cache policy", "POL-001", siteWith("", "compress = true", ""), `
Error: Missing cache policy

  on main.tf line 14, in resource "aws_cloudfront_distribution" "site":
  14:   default_cache_behavior {

A behavior needs cache_policy_id or a forwarded_values block, and this one has neither. For a start:
cache_policy_id = "658327ea-f89d-4fab-a63d-7e88639e58f6" (Managed-CachingOptimized).

`},
		{"a cache policy missing for another reason", "POL-001", siteWith("", `dynamic "forwarded_values" {
      for_each = null
      content {
        query_string = true
        cookies { forward = "none" }
      }
    }`, ""), `
Error: Invalid dynamic for_each value

  on main.tf line 20, in resource "aws_cloudfront_distribution" "site":
  20:       for_each = null

Cannot use a null value in for_each.

`},
		{"a name for an id", "TF-145", siteWith("", `cache_policy_id = "CachingOptimized"`, ""), `
Error: Unknown policy

  on main.tf line 19, in resource "aws_cloudfront_distribution" "site":
  19:     cache_policy_id = "CachingOptimized"

cache_policy_id takes the id of a policy, and "CachingOptimized" is none. Did you mean
"658327ea-f89d-4fab-a63d-7e88639e58f6", the id of Managed-CachingOptimized?

`},
		{"a policy of the account", "TF-145", siteWith("", optimized+`
    origin_request_policy_id = "00000000-1111-2222-3333-444444444444"`, ""), `
Warning: Unknown policy

  on main.tf line 20, in resource "aws_cloudfront_distribution" "site":
  20:     origin_request_policy_id = "00000000-1111-2222-3333-444444444444"

No aws_cloudfront_origin_request_policy in this directory has the id
00000000-1111-2222-3333-444444444444, and no managed policy has it. If it exists in the account,
bring its resource into the directory; until then it is taken as one that forwards nothing more.

`},
		{"a policy that nobody has published", "POL-006", siteWith("", `cache_policy_id = "17322e93-4707-445a-93bc-6c8c16621822"`, ""), `
Warning: Policy with unpublished settings

  on main.tf line 19, in resource "aws_cloudfront_distribution" "site":
  19:     cache_policy_id = "17322e93-4707-445a-93bc-6c8c16621822"

17322e93-4707-445a-93bc-6c8c16621822 is a policy of AWS whose settings are not published. It is
taken as one that caches and forwards nothing.

`},
		{"a data source with a misspelt name", "TF-196", siteWith("", `cache_policy_id = data.aws_cloudfront_cache_policy.p.id`, "") + `
data "aws_cloudfront_cache_policy" "p" { name = "Managed-CachingOptimised" }`, `
Error: Unknown policy

  on main.tf line 32, in data "aws_cloudfront_cache_policy" "p":
  32: data "aws_cloudfront_cache_policy" "p" { name = "Managed-CachingOptimised" }

AWS has no cache policy with the name "Managed-CachingOptimised". Did you mean
"Managed-CachingOptimized"?

`},
		{"a load balancer as S3 origin", "TF-127", siteWith(`domain_name = aws_lb.l.dns_name`, "", "") + `
resource "aws_lb" "l" { name = "l" }`, `
Error: Origin of the wrong kind

  on main.tf line 6, in resource "aws_cloudfront_distribution" "site":
   6:     domain_name = aws_lb.l.dns_name

{aws_lb.l.dns_name} is not the name of an S3 bucket. AWS takes an origin without
custom_origin_config for an S3 bucket and refuses this name. Add a custom_origin_config block.

`},
		{"problems of the model at their lines", "REQ-075", strings.Replace(siteWith("", "", ""), `["GET", "HEAD"]`, `["GET", "POST"]`, 1), `
Error: Invalid allowed_methods

  on main.tf line 17, in resource "aws_cloudfront_distribution" "site":
  17:     allowed_methods        = ["GET", "POST"]

CloudFront knows three sets of methods: GET and HEAD; GET, HEAD and OPTIONS; or all seven. [GET
POST] is none of them. To allow POST, list all seven.

`},
		{"a missing argument is reported once", "TF-121", siteWith(" ", "", ""), `
Error: Missing required argument

  on main.tf line 4, in resource "aws_cloudfront_distribution" "site":
   4:   origin {

The argument "domain_name" is required, but no definition was found.

`},
		{"the old name of a behavior", "TF-154", siteWith("", "", `
  cache_behavior {
  }`), `
Error: Unsupported block type

  on main.tf line 22, in resource "aws_cloudfront_distribution" "site":
  22:   cache_behavior {

Blocks of type "cache_behavior" are not expected here. Since version 2 of the provider it is
ordered_cache_behavior.

`},
		{"an unknown path pattern and unknown settings", "TF-232", siteWith("", "", strings.NewReplacer(
			`"/x"`, `var.path`, `"allow-all"`, `var.policy`).Replace(behaviorBlock("/x", ""))) + `
variable "path" { type = string }
variable "policy" {
  type        = string
  description = "how viewers come"
}`, `
Warning: Path pattern known only after apply

  on main.tf line 23, in resource "aws_cloudfront_distribution" "site":
  23:     path_pattern           = var.path

path_pattern is made of var.path, which is not known here: it is "{var.path}" here, and requests are
not routed as they will be. Give it with --var path=… or in a --var-file.

Warning: Settings known only after apply

  on main.tf line 25, in resource "aws_cloudfront_distribution" "site":
  25:     viewer_protocol_policy = var.policy

Of aws_cloudfront_distribution.site, these settings are not known here:
  viewer_protocol_policy (line 25) depends on var.policy; taken as allow-all
Give it with --var policy=… or in a --var-file.

Warning: Variables without a value

  on main.tf line 42, in variable "path":
  42: variable "path" { type = string }

Placeholders stand in for variables that have neither a value nor a default:
  path (string); used at main.tf:23
  policy (string), how viewers come; used at main.tf:25
Give values with --var path=… or --var-file.

`},
		{"files that hold values", "TF-022", `
-- main.tf --
` + siteWith("", "", "comment = var.c") + `
variable "c" {}
-- env/prod.tfvars --
c = "x"
-- dev.tfvars --
c = "x"
`, `
Warning: Variables without a value

  on main.tf line 32, in variable "c":
  32: variable "c" {}

Placeholders stand in for variables that have neither a value nor a default:
  c (any); used at main.tf:21
There are values that nobody reads by itself: --var-file dev.tfvars, --var-file env/prod.tfvars.

`},
		{"an example of values", "TF-022", `
-- main.tf --
` + siteWith("", "", "comment = var.c") + `
variable "c" {}
-- terraform.tfvars.example --
c = "x"
`, `
Warning: Variables without a value

  on main.tf line 32, in variable "c":
  32: variable "c" {}

Placeholders stand in for variables that have neither a value nor a default:
  c (any); used at main.tf:21
There are values that nobody reads by itself: --var-file terraform.tfvars.example.

`},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			l, diags := load(t, tt.archive, Options{})
			diff(t, strings.TrimPrefix(tt.want, "\n"), printed(t, l, diags))
		})
	}
}
