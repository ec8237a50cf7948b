package config

import (
	"regexp"
	"strings"
	"testing"
)

// TestStandIns looks at stand-ins the way authors do: cut, joined and compared in an origin path, whose text shows the
// value, and not its reference, once a function has gone over it.
func TestStandIns(t *testing.T) {
	tests := []struct {
		name, rule string
		expr       string
		more       string
		want       string // a regular expression for the whole text
	}{
		{"bucket id", "TF-203", "aws_s3_bucket.b.id", `resource "aws_s3_bucket" "b" { bucket = "files" }`, `files`},
		{"bucket without a name", "TF-203", "aws_s3_bucket.b.arn", `resource "aws_s3_bucket" "b" {}`, `arn:aws:s3:::b`},
		{"bucket with an empty name", "TF-223", "aws_s3_bucket.site.bucket", `resource "aws_s3_bucket" "site" { bucket = "" }`, `site`},
		{"load balancer with an empty name", "TF-223", "aws_lb.app.name", `resource "aws_lb" "app" { name = "" }`, `app`},
		{"bucket prefix", "TF-203", "aws_s3_bucket.b.id", `resource "aws_s3_bucket" "b" { bucket_prefix = "x-" }`, `x-[a-z0-9]{10}`},
		{"regional name", "TF-203", "aws_s3_bucket.b.bucket_regional_domain_name", `
provider "aws" {
  alias  = "eu"
  region = "eu-central-1"
}
resource "aws_s3_bucket" "b" {
  provider = aws.eu
  bucket   = "files"
}`, `files\.s3\.eu-central-1\.amazonaws\.com`},
		{"region argument", "TF-194", "aws_s3_bucket.b.bucket_regional_domain_name",
			`resource "aws_s3_bucket" "b" { region = "eu-west-3" }`, `b\.s3\.eu-west-3\.amazonaws\.com`},
		{"old website region", "TF-204", "aws_s3_bucket.b.website_endpoint", `resource "aws_s3_bucket" "b" {}`,
			`b\.s3-website-us-east-1\.amazonaws\.com`},
		{"new website region", "TF-204", "aws_s3_bucket.b.website_endpoint", `resource "aws_s3_bucket" "b" { region = "eu-central-1" }`,
			`b\.s3-website\.eu-central-1\.amazonaws\.com`},
		{"website of a configuration", "TF-205", "aws_s3_bucket_website_configuration.w.website_domain",
			`resource "aws_s3_bucket_website_configuration" "w" { bucket = "x" }`, `s3-website-us-east-1\.amazonaws\.com`},
		{"load balancer", "TF-207", "aws_lb.l.dns_name", `resource "aws_lb" "l" { name = "api" }`,
			`api-[a-z0-9]{10}\.us-east-1\.elb\.amazonaws\.com`},
		{"internal load balancer", "TF-207", "aws_alb.l.dns_name", `resource "aws_alb" "l" { internal = true }`,
			`internal-l-[a-z0-9]{10}\.us-east-1\.elb\.amazonaws\.com`},
		{"network load balancer", "TF-207", "aws_lb.l.dns_name", `resource "aws_lb" "l" { load_balancer_type = "network" }`,
			`l-[a-z0-9]{10}\.elb\.us-east-1\.amazonaws\.com`},
		{"load balancer by prefix", "TF-207", "aws_lb.l.name", `resource "aws_lb" "l" { name_prefix = "p-" }`, `p-[a-z0-9]{10}`},
		{"endpoint", "TF-208", "aws_apigatewayv2_api.a.api_endpoint", `resource "aws_apigatewayv2_api" "a" { protocol_type = "WEBSOCKET" }`,
			`wss://[a-z0-9]{10}\.execute-api\.us-east-1\.amazonaws\.com`},
		{"stage of an API", "TF-208", `split("/", aws_apigatewayv2_stage.s.invoke_url)[2] == split("/", aws_apigatewayv2_api.a.api_endpoint)[2]`, `
resource "aws_apigatewayv2_api" "a" { protocol_type = "HTTP" }
resource "aws_apigatewayv2_stage" "s" {
  api_id = aws_apigatewayv2_api.a.id
  name   = "$default"
}`, `true`},
		{"REST stage", "TF-209", "aws_api_gateway_stage.s.invoke_url", `
resource "aws_api_gateway_rest_api" "a" { name = "a" }
resource "aws_api_gateway_stage" "s" {
  rest_api_id = aws_api_gateway_rest_api.a.id
  stage_name  = "prod"
}`, `https://[a-z0-9]{10}\.execute-api\.us-east-1\.amazonaws\.com/prod`},
		{"published function", "TF-210", "aws_lambda_function.l.qualified_arn", `
resource "aws_lambda_function" "l" {
  function_name = "f"
  publish       = true
}`, `arn:aws:lambda:us-east-1:123456789012:function:f:1`},
		{"function that is not published", "TF-210", "aws_lambda_function.l.version", `resource "aws_lambda_function" "l" {}`, `\$LATEST`},
		{"function URL", "TF-210", `trimsuffix(trimprefix(aws_lambda_function_url.u.function_url, "https://"), "/")`,
			`resource "aws_lambda_function_url" "u" {}`, `[a-z0-9]{32}\.lambda-url\.us-east-1\.on\.aws`},
		{"validation options", "TF-212", `one([for o in aws_acm_certificate.c.domain_validation_options : o.resource_record_name])`,
			`resource "aws_acm_certificate" "c" { domain_name = "example.com" }`, `_[0-9a-f]{32}\.example\.com\.`},
		{"web ACL", "TF-213", "aws_wafv2_web_acl.w.arn", `resource "aws_wafv2_web_acl" "w" { name = "w" }`,
			`arn:aws:wafv2:us-east-1:123456789012:global/webacl/w/[0-9a-f-]{36}`},
		{"distribution", "TF-214", "aws_cloudfront_origin_access_identity.i.cloudfront_access_identity_path",
			`resource "aws_cloudfront_origin_access_identity" "i" {}`, `origin-access-identity/cloudfront/E[A-Z0-9]{13}`},
		{"key value store id out of its ARN", "TF-170", `element(split("/", aws_cloudfront_key_value_store.s.arn), 1)`,
			`resource "aws_cloudfront_key_value_store" "s" { name = "s" }`, `[0-9a-f-]{36}`},
		{"key value store", "TF-214", "aws_cloudfront_key_value_store.s.arn",
			`resource "aws_cloudfront_key_value_store" "s" { name = "s" }`, `arn:aws:cloudfront::123456789012:key-value-store/[0-9a-f-]{36}`},
		{"public key", "TF-214", "aws_cloudfront_public_key.k.id",
			`resource "aws_cloudfront_public_key" "k" { encoded_key = "x" }`, `K[A-Z0-9]{13}`},
		{"Beanstalk", "TF-216", "aws_elastic_beanstalk_environment.e.cname", `resource "aws_elastic_beanstalk_environment" "e" { name = "web" }`,
			`web\.[a-z0-9]{10}\.us-east-1\.elasticbeanstalk\.com`},
		{"instance", "TF-216", "aws_instance.i.public_ip", `resource "aws_instance" "i" {}`, `203\.0\.113\.\d+`},
		{"record", "TF-217", "aws_route53_record.r.fqdn", `
data "aws_route53_zone" "z" { name = "example.com." }
resource "aws_route53_record" "r" {
  zone_id = data.aws_route53_zone.z.zone_id
  name    = "api.${data.aws_route53_zone.z.name}"
}`, `api\.example\.com`},
		{"record below its zone", "TF-217", "aws_route53_record.r.fqdn", `
resource "aws_route53_zone" "z" { name = "example.com" }
resource "aws_route53_record" "r" {
  zone_id = aws_route53_zone.z.zone_id
  name    = "api"
}`, `api\.example\.com`},
		{"region", "TF-218", "data.aws_region.r.name", `data "aws_region" "r" {}`, `us-east-1`},
		{"zones", "TF-218", "data.aws_availability_zones.z.names[1]", `data "aws_availability_zones" "z" {}`, `us-east-1b`},
		{"account", "TF-218", "data.aws_caller_identity.c.account_id", `data "aws_caller_identity" "c" {}`, `123456789012`},
		{"random hexadecimal", "TF-221", "random_id.r.hex", `
resource "random_id" "r" {
  byte_length = 4
  prefix      = "x-"
}`, `x-[0-9a-f]{8}`},
		{"random text", "TF-221", "random_string.r.result", `resource "random_string" "r" { length = 7 }`, `[a-z0-9]{7}`},
		{"random pet", "TF-221", "random_pet.r.id", `
resource "random_pet" "r" {
  length    = 3
  separator = "_"
}`, `[a-z0-9]+_[a-z0-9]+_[a-z0-9]+`},
		{"random number", "TF-221", "random_integer.r.result", `
resource "random_integer" "r" {
  min = 10
  max = 12
}`, `1[0-2]`},
		{"terraform_data", "TF-222", "terraform_data.t.output", `resource "terraform_data" "t" { input = "kept" }`, `kept`},
		{"template_file", "TF-222", "data.template_file.t.rendered", `
data "template_file" "t" {
  template = "v-$${stage}"
  vars     = { stage = "prod" }
}`, `v-prod`},
		{"default of a condition", "TF-230", `aws_lb.l.dns_name != "" && aws_lb.l.dns_name != null ? "set" : "not set"`,
			`resource "aws_lb" "l" {}`, `set`},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			got := shapeOf(t, tt.expr, tt.more)
			if !regexp.MustCompile(`^(` + tt.want + `)$`).MatchString(got) {
				t.Errorf("got %q, want a match of %q", got, tt.want)
			}
		})
	}
}

// shapeOf returns the text of an expression, stand-ins as they are.
func shapeOf(t *testing.T, expr, more string) string {
	t.Helper()
	// strrev hides the references.
	origin := appOrigin + `
    custom_header {
      name  = "X-Value"
      value = strrev("${` + expr + `}")
    }`
	d := clean(t, siteWith(origin, "", "")+more, Options{})
	return reversed(d.Origins[0].CustomHeaders[0].Value.Value)
}

func reversed(s string) string {
	var out string
	for _, c := range s {
		out = string(c) + out
	}
	return out
}

// TestCertainRegion: a region that the configuration says is no stand-in.
func TestCertainRegion(t *testing.T) {
	const asked = "data \"aws_region\" \"r\" {}\n"
	tests := []struct {
		name, rule, region, more, want string
		known                          bool
	}{
		{"no provider", "TF-218", "data.aws_region.r.name", asked, "{data.aws_region.r.name}", false},
		{"provider", "TF-218", "data.aws_region.r.name", asked + `provider "aws" { region = "eu-west-2" }`, "eu-west-2", true},
		{"provider, with a default", "TF-218", "data.aws_region.r.region", asked + "variable \"where\" { default = \"eu-west-1\" }\n" +
			`provider "aws" { region = var.where }`, "eu-west-1", true},
		{"provider, without a value", "TF-218", "data.aws_region.r.id", asked + "variable \"where\" {}\n" + `provider "aws" { region = var.where }`,
			"{data.aws_region.r.id}", false},
		{"provider of another name", "TF-076", "data.aws_region.r.id", "data \"aws_region\" \"r\" { provider = aws.tokyo }\n" +
			"provider \"aws\" {\n  alias = \"tokyo\"\n  region = \"ap-northeast-1\"\n}", "ap-northeast-1", true},
		{"argument", "TF-194", "data.aws_region.r.region", `data "aws_region" "r" { region = "sa-east-1" }`, "sa-east-1", true},
		{"partition", "TF-218", "data.aws_partition.p.dns_suffix", "data \"aws_partition\" \"p\" {}\nprovider \"aws\" { region = \"cn-north-1\" }",
			"amazonaws.com.cn", true},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			origin := strings.Replace(appOrigin, "app.example.com", "app.${"+tt.region+"}.example.com", 1)
			got := clean(t, siteWith(origin, "", "")+"\n"+tt.more+"\n", Options{}).Origins[0].DomainName
			if want := "app." + tt.want + ".example.com"; got.Value != want || got.Known != tt.known {
				t.Errorf("got %q, known %v, want %q, known %v", got.Value, got.Known, want, tt.known)
			}
		})
	}
}
