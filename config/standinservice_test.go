package config

import (
	"regexp"
	"strings"
	"testing"
)

// TestServiceStandIns cuts stand-ins as authors do, for every kind of thing that stands behind an origin.
func TestServiceStandIns(t *testing.T) {
	const (
		host = `[a-z0-9.-]+`
		eu   = `
provider "aws" {
  alias  = "eu"
  region = "eu-central-1"
}
`
		china = `
provider "aws" { region = "cn-north-1" }
`
		gov = `
provider "aws" { region = "us-gov-west-1" }
`
	)
	tests := []struct {
		name, rule string
		expr       string
		more       string
		want       string // a regular expression for the whole text
	}{
		{"bucket in China", "TF-226", "aws_s3_bucket.b.bucket_regional_domain_name", china + `resource "aws_s3_bucket" "b" { bucket = "files" }`,
			`files\.s3\.cn-north-1\.amazonaws\.com\.cn`},
		{"bucket's ARN in China", "TF-226", "aws_s3_bucket.b.arn", china + `resource "aws_s3_bucket" "b" { bucket = "files" }`, `arn:aws-cn:s3:::files`},
		{"website in China", "TF-226", "aws_s3_bucket.b.website_endpoint", china + `resource "aws_s3_bucket" "b" { bucket = "files" }`,
			`files\.s3-website\.cn-north-1\.amazonaws\.com\.cn`},
		{"load balancer in China", "TF-226", "aws_lb.l.dns_name", china + `resource "aws_lb" "l" { name = "api" }`,
			`api-[a-z0-9]{10}\.cn-north-1\.elb\.amazonaws\.com\.cn`},
		{"certificate in GovCloud", "TF-226", "aws_acm_certificate.c.arn", gov + `resource "aws_acm_certificate" "c" { domain_name = "example.com" }`,
			`arn:aws-us-gov:acm:us-gov-west-1:\d{12}:certificate/[0-9a-f-]{36}`},
		{"website in GovCloud", "TF-204", "aws_s3_bucket.b.website_endpoint", gov + `resource "aws_s3_bucket" "b" { bucket = "files" }`,
			`files\.s3-website-us-gov-west-1\.amazonaws\.com`},
		{"partition of China", "TF-218", `join(" ", [data.aws_partition.p.partition, data.aws_partition.p.dns_suffix, data.aws_partition.p.reverse_dns_prefix])`,
			china + `data "aws_partition" "p" {}`, `aws-cn amazonaws\.com\.cn cn\.com\.amazonaws`},
		{"partition", "TF-218", `data.aws_partition.p.dns_suffix`, `data "aws_partition" "p" {}`, `amazonaws\.com`},

		{"counted bucket", "TF-203", "aws_s3_bucket.b[1].bucket_regional_domain_name", `resource "aws_s3_bucket" "b" {
  count  = 2
  bucket = "files-${count.index}"
}`, `files-1\.s3\.us-east-1\.amazonaws\.com`},
		{"one bucket of a map", "TF-203", `aws_s3_bucket.b["x"].arn`, `resource "aws_s3_bucket" "b" {
  for_each = toset(["x", "y"])
  bucket   = "files-${each.key}"
}`, `arn:aws:s3:::files-x`},
		{"instances differ", "TF-207", `aws_lb.l[0].dns_name == aws_lb.l[1].dns_name`, `resource "aws_lb" "l" { count = 2 }`, `false`},
		{"bucket named after another resource", "TF-203", "aws_s3_bucket.b.bucket_domain_name", `resource "aws_s3_bucket" "b" { bucket = "files-${random_id.r.hex}" }
resource "random_id" "r" { byte_length = 4 }`, `files-[0-9a-f]{8}\.s3\.amazonaws\.com`},
		{"alias of the provider", "TF-207", "aws_lb.l.dns_name", eu + `resource "aws_lb" "l" { provider = aws.eu }`,
			`l-[a-z0-9]{10}\.eu-central-1\.elb\.amazonaws\.com`},
		{"region argument before the provider", "TF-194", "aws_lambda_function_url.u.function_url", eu + `resource "aws_lambda_function_url" "u" {
  provider = aws.eu
  region   = "eu-west-3"
}`, `https://[a-z0-9]{32}\.lambda-url\.eu-west-3\.on\.aws/`},

		{"data of a bucket", "TF-203", "data.aws_s3_bucket.b.website_endpoint", `data "aws_s3_bucket" "b" { bucket = "files" }`,
			`files\.s3-website-us-east-1\.amazonaws\.com`},
		{"data of a load balancer", "TF-207", "data.aws_lb.l.dns_name", `data "aws_lb" "l" { name = "api" }`, `api-[a-z0-9]{10}\.us-east-1\.elb\.amazonaws\.com`},
		{"data of an alias of one", "TF-207", "data.aws_alb.l.zone_id", `data "aws_alb" "l" { name = "api" }`, `Z[A-Z0-9]+`},
		{"data of a function", "TF-210", "data.aws_lambda_function.f.qualified_arn", `data "aws_lambda_function" "f" { function_name = "auth" }`,
			`arn:aws:lambda:us-east-1:\d{12}:function:auth:1`},
		{"data of a certificate", "TF-212", "data.aws_acm_certificate.c.arn", `data "aws_acm_certificate" "c" { domain = "example.com" }`,
			`arn:aws:acm:us-east-1:\d{12}:certificate/[0-9a-f-]{36}`},
		{"data of a REST API", "TF-209", `"${data.aws_api_gateway_rest_api.a.id}.execute-api.us-east-1.amazonaws.com"`,
			`data "aws_api_gateway_rest_api" "a" { name = "a" }`, `[a-z0-9]{10}\.execute-api\.us-east-1\.amazonaws\.com`},
		{"data of an HTTP API", "TF-208", `replace(data.aws_apigatewayv2_api.a.api_endpoint, "/^https?://([^/]*).*/", "$1")`,
			`data "aws_apigatewayv2_api" "a" { api_id = "abcdef1234" }`, `abcdef1234\.execute-api\.us-east-1\.amazonaws\.com`},
		{"data of a zone by id", "TF-217", `"www.${data.aws_route53_zone.z.name}"`, `data "aws_route53_zone" "z" { zone_id = "Z1" }`, `www\.z\.example\.com`},
		{"data of a distribution", "TF-215", "data.aws_cloudfront_distribution.d.domain_name", `data "aws_cloudfront_distribution" "d" { id = "E1" }`,
			`d[a-z0-9]{13}\.cloudfront\.net`},
		{"data of identities", "TF-198", "tolist(data.aws_cloudfront_origin_access_identities.i.ids)[0]",
			`data "aws_cloudfront_origin_access_identities" "i" {}`, `E[A-Z0-9]{13}`},
		{"data of instances", "TF-225", "data.aws_instances.i.private_ips[0]", `data "aws_instances" "i" {}`, `10\.0\.0\.\d+`},

		{"REST stage by split", "TF-209", `split("/", aws_api_gateway_stage.s.invoke_url)[2]`, `
resource "aws_api_gateway_rest_api" "a" { name = "a" }
resource "aws_api_gateway_stage" "s" {
  rest_api_id = aws_api_gateway_rest_api.a.id
  stage_name  = "prod"
}`, `[a-z0-9]{10}\.execute-api\.us-east-1\.amazonaws\.com`},
		{"REST deployment by regex", "TF-209", `regex("https://([^/]+)/(.*)", aws_api_gateway_deployment.d.invoke_url)[1]`, `
resource "aws_api_gateway_deployment" "d" {
  rest_api_id = "abcdef1234"
  stage_name  = "prod"
}`, `prod`},
		{"HTTP API by trimprefix", "TF-208", `trimprefix(aws_apigatewayv2_api.a.api_endpoint, "https://")`,
			`resource "aws_apigatewayv2_api" "a" { protocol_type = "HTTP" }`, `[a-z0-9]{10}\.execute-api\.us-east-1\.amazonaws\.com`},
		{"function URL by split", "TF-210", `split("/", aws_lambda_function_url.u.function_url)[2]`, `resource "aws_lambda_function_url" "u" {}`,
			`[a-z0-9]{32}\.lambda-url\.us-east-1\.on\.aws`},
		{"function URL by regexall", "TF-210", `regexall("https://([^/]*)", aws_lambda_function_url.u.function_url)[0][0]`,
			`resource "aws_lambda_function_url" "u" {}`, `[a-z0-9]{32}\.lambda-url\.us-east-1\.on\.aws`},
		{"function alias", "TF-210", "aws_lambda_alias.a.arn", `
resource "aws_lambda_function" "f" { function_name = "auth" }
resource "aws_lambda_alias" "a" {
  name          = "live"
  function_name = aws_lambda_function.f.arn
}`, `arn:aws:lambda:us-east-1:\d{12}:function:auth:live`},
		{"domain of a REST API", "TF-225", "aws_api_gateway_domain_name.d.regional_domain_name",
			`resource "aws_api_gateway_domain_name" "d" { domain_name = "api.example.com" }`, `d-[a-z0-9]{10}\.execute-api\.us-east-1\.amazonaws\.com`},
		{"GraphQL", "TF-225", `split("/", aws_appsync_graphql_api.a.uris["GRAPHQL"])[2]`, `resource "aws_appsync_graphql_api" "a" { name = "a" }`,
			`[a-z0-9]{26}\.appsync-api\.us-east-1\.amazonaws\.com`},

		{"access point", "TF-225", "aws_s3_access_point.p.domain_name", `resource "aws_s3_access_point" "p" { name = "ap" }`,
			`ap-\d{12}\.s3-accesspoint\.us-east-1\.amazonaws\.com`},
		{"alias of an access point", "TF-225", `"${aws_s3_access_point.p.alias}.s3.us-east-1.amazonaws.com"`, `resource "aws_s3_access_point" "p" { name = "ap" }`,
			`ap-[a-z0-9]{34}-s3alias\.s3\.us-east-1\.amazonaws\.com`},
		{"multi-region access point", "TF-225", "aws_s3control_multi_region_access_point.p.domain_name",
			`resource "aws_s3control_multi_region_access_point" "p" {}`, `m[a-z0-9]{12}\.mrap\.accesspoint\.s3-global\.amazonaws\.com`},
		{"App Runner", "TF-225", "aws_apprunner_service.s.service_url", `resource "aws_apprunner_service" "s" { service_name = "web" }`,
			`[a-z0-9]{10}\.us-east-1\.awsapprunner\.com`},
		{"Amplify", "TF-225", `"main.${aws_amplify_app.a.default_domain}"`, `resource "aws_amplify_app" "a" { name = "web" }`, `main\.d[a-z0-9]{13}\.amplifyapp\.com`},
		{"MediaStore", "TF-225", `replace(aws_media_store_container.c.endpoint, "https://", "")`, `resource "aws_media_store_container" "c" { name = "video" }`,
			`[a-z0-9]{14}\.data\.mediastore\.us-east-1\.amazonaws\.com`},
		{"MediaPackage", "TF-225", "aws_media_packagev2_channel_group.g.egress_domain", `resource "aws_media_packagev2_channel_group" "g" { name = "g" }`,
			`[a-z0-9]{6}\.egress\.[a-z0-9]{6}\.mediapackagev2\.us-east-1\.amazonaws\.com`},
		{"Global Accelerator", "TF-225", "aws_globalaccelerator_accelerator.a.dns_name", `resource "aws_globalaccelerator_accelerator" "a" { name = "a" }`,
			`a[0-9a-f]{16}\.awsglobalaccelerator\.com`},
		{"address of an accelerator", "TF-225", "aws_globalaccelerator_accelerator.a.ip_sets[0].ip_addresses[0]",
			`resource "aws_globalaccelerator_accelerator" "a" { name = "a" }`, `203\.0\.113\.\d+`},
		{"Lightsail instance", "TF-225", "aws_lightsail_instance.i.public_ip_address", `resource "aws_lightsail_instance" "i" { name = "web" }`, `203\.0\.113\.\d+`},
		{"Lightsail containers", "TF-225", `trimsuffix(trimprefix(aws_lightsail_container_service.c.url, "https://"), "/")`,
			`resource "aws_lightsail_container_service" "c" { name = "web" }`, `web\.[a-z0-9]{13}\.us-east-1\.cs\.amazonlightsail\.com`},
		{"Beanstalk", "TF-216", "aws_elastic_beanstalk_environment.e.endpoint_url", `resource "aws_elastic_beanstalk_environment" "e" { name = "web" }`, host},
		{"instance's name", "TF-216", "aws_instance.i.public_dns", `resource "aws_instance" "i" {}`, `ec2-203-0-113-\d+\.us-east-1\.compute\.amazonaws\.com`},
		{"elastic address", "TF-216", "aws_eip.e.public_dns", `resource "aws_eip" "e" {}`, `ec2-203-0-113-\d+\.us-east-1\.compute\.amazonaws\.com`},
		{"classic load balancer", "TF-207", "aws_elb.e.dns_name", `resource "aws_elb" "e" { name = "web" }`, `web-[a-z0-9]{10}\.us-east-1\.elb\.amazonaws\.com`},
		{"search domain", "TF-225", "aws_opensearch_domain.d.endpoint", `resource "aws_opensearch_domain" "d" { domain_name = "logs" }`,
			`search-logs-[a-z0-9]{26}\.us-east-1\.es\.amazonaws\.com`},
		{"user pool domain", "TF-225", "aws_cognito_user_pool_domain.d.cloudfront_distribution", `resource "aws_cognito_user_pool_domain" "d" { domain = "auth" }`,
			`d[a-z0-9]{13}\.cloudfront\.net`},
		{"user pool", "TF-225", "aws_cognito_user_pool.p.id", `resource "aws_cognito_user_pool" "p" { name = "p" }`, `us-east-1_[a-z0-9]{9}`},
		{"endpoint of a VPC", "TF-225", "aws_vpc_endpoint.e.dns_entry[0].dns_name", `resource "aws_vpc_endpoint" "e" { service_name = "com.amazonaws.us-east-1.execute-api" }`,
			`vpce-[0-9a-f]{17}-[a-z0-9]{8}\.execute-api\.us-east-1\.vpce\.amazonaws\.com`},
		{"VPC origin", "TF-214", "aws_cloudfront_vpc_origin.v.id", `resource "aws_cloudfront_vpc_origin" "v" {
  vpc_origin_endpoint_config {
    name                   = "v"
    arn                    = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/a/50dc6c495c0c9188"
    http_port              = 80
    https_port             = 443
    origin_protocol_policy = "http-only"
  }
}`, `vo_[a-z0-9]{20}`},
		{"zone with a dot at its end", "TF-217", `"api.${data.aws_route53_zone.z.name}"`, `data "aws_route53_zone" "z" { name = "example.com." }`, `api\.example\.com`},
		{"default tags", "TF-218", `data.aws_default_tags.t.tags["team"]`, `
provider "aws" {
  default_tags {
    tags = { team = "web" }
  }
}
data "aws_default_tags" "t" {}`, `web`},
		{"no default tags", "TF-218", `length(data.aws_default_tags.t.tags)`, `data "aws_default_tags" "t" {}`, `0`},
		{"name servers", "TF-225", `join(",", aws_route53_zone.z.name_servers)`, `resource "aws_route53_zone" "z" { name = "example.com" }`,
			`ns-[0-9]+\.awsdns-[0-9]+\.[a-z]+,.*`},
		{"record of a counted zone", "TF-217", "aws_route53_record.r.fqdn", `
resource "aws_route53_zone" "z" {
  count = 1
  name  = "example.com"
}
resource "aws_route53_record" "r" {
  zone_id = aws_route53_zone.z[0].zone_id
  name    = "api"
}`, `api\.example\.com`},
		{"regional web ACL", "TF-213", "aws_wafv2_web_acl.w.arn", `resource "aws_wafv2_web_acl" "w" {
  name  = "w"
  scope = "REGIONAL"
}`, `arn:aws:wafv2:us-east-1:\d{12}:regional/webacl/w/[0-9a-f-]{36}`},
		{"IAM certificate", "TF-225", "aws_iam_server_certificate.c.id", `resource "aws_iam_server_certificate" "c" { name = "c" }`, `ASCA[A-Z0-9]{17}`},
		{"random_shuffle", "TF-221", "random_shuffle.s.result[0]", `resource "random_shuffle" "s" { input = ["a", "b"] }`, `a`},
		{"subnets", "TF-225", "element(data.aws_subnets.s.ids, 0)", `data "aws_subnets" "s" {}`, `subnet-[0-9a-f]{17}`},
		{"record whose name is not known", "TF-217", "aws_route53_record.r.fqdn", `
variable "sub" {}
resource "aws_route53_record" "r" {
  zone_id = "Z1"
  name    = var.sub
}`, host},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			if got := shapeOf(t, tt.expr, tt.more); !regexp.MustCompile(`^(` + tt.want + `)$`).MatchString(got) {
				t.Errorf("got %q, want a match of %q", got, tt.want)
			}
		})
	}
}

// TestOtherProviders loads origins of providers of which nothing is known.
func TestOtherProviders(t *testing.T) {
	for _, attribute := range []string{
		"azurerm_storage_account.x.primary_web_host", "google_compute_global_address.x.address", "cloudflare_record.x.hostname",
		"vercel_project.x.domain", "data.external.x.result.host", "aws_something_new.x.dns_name",
	} {
		t.Run("TF-224/"+attribute, func(t *testing.T) {
			block, typ := "resource", strings.Split(attribute, ".")[0]
			if typ == "data" {
				block, typ = "data", strings.Split(attribute, ".")[1]
			}
			d := clean(t, siteWith(strings.Replace(appOrigin, `"app.example.com"`, attribute, 1), "", "")+block+` "`+typ+`" "x" {}`, Options{})
			diff(t, []string{attribute}, d.Origins[0].DomainName.From)
		})
	}
}
