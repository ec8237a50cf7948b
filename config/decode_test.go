package config

import (
	"strings"
	"testing"
	"time"

	"edgecase/config/cloudfront"
)

// behaviorOf, originOf, … pick what a case is about.
func behaviorOf(d *cloudfront.Distribution) *cloudfront.Behavior { return d.DefaultBehavior() }

type (
	cacheKey struct {
		Min, Default, Max              time.Duration
		Gzip, Brotli, Legacy           bool
		Headers, Cookies, QueryStrings string
		ForwardQueryString             bool
	}
	place struct{ ID, Domain, Path, Kind, Bucket string }
)

func words(s cloudfront.Selection) string {
	out := string(s.Behavior)
	for _, i := range s.Items {
		out += " " + i
	}
	return out
}

func keyOf(d *cloudfront.Distribution) any {
	p := behaviorOf(d).CachePolicy
	return cacheKey{p.MinTTL, p.DefaultTTL, p.MaxTTL, p.EnableAcceptEncodingGzip, p.EnableAcceptEncodingBrotli, p.Legacy,
		words(p.Headers), words(p.Cookies), words(p.QueryStrings), p.ForwardQueryString}
}

func placesOf(d *cloudfront.Distribution) any {
	var out []place
	for _, o := range d.Origins {
		p := place{o.ID.Value, o.DomainName.Value, o.OriginPath, string(o.Kind), ""}
		if o.Bucket != nil {
			p.Bucket = o.Bucket.Address
		}
		out = append(out, p)
	}
	return out
}

func targetsOf(d *cloudfront.Distribution) any {
	var out []string
	for _, b := range d.Behaviors {
		out = append(out, b.Pattern.String()+" "+b.TargetOriginID.Value)
	}
	return out
}

func policiesOf(d *cloudfront.Distribution) any {
	b := behaviorOf(d)
	out := []string{b.CachePolicy.Name.Value}
	if p := b.OriginRequestPolicy; p != nil {
		out = append(out, p.Name.Value+": "+words(p.Headers)+", "+words(p.Cookies)+", "+words(p.QueryStrings))
	}
	if p := b.ResponseHeadersPolicy; p != nil {
		out = append(out, p.Name.Value)
	}
	return out
}

const (
	cachePolicy = `
resource "aws_cloudfront_cache_policy" "p" {
  name        = "lean"
  default_ttl = "60"
  parameters_in_cache_key_and_forwarded_to_origin {
    enable_accept_encoding_gzip = true
    cookies_config {
      cookie_behavior = "whitelist"
      cookies { items = ["b", "a"] }
    }
    headers_config { header_behavior = "none" }
    query_strings_config { query_string_behavior = "all" }
  }
}
`
	s3Origin = `domain_name = aws_s3_bucket.b.bucket_regional_domain_name`
)

var leanKey = cacheKey{Default: time.Minute, Max: 31536000 * time.Second, Gzip: true,
	Headers: "none", Cookies: "whitelist a b", QueryStrings: "all"}

func TestDecode(t *testing.T) {
	tests := []struct {
		name, rule string
		archive    string
		get        func(*cloudfront.Distribution) any
		want       any
	}{
		{"defaults of a cache policy", "TF-160", siteWith("", `cache_policy_id = aws_cloudfront_cache_policy.p.id`, "") + cachePolicy,
			keyOf, leanKey},
		{"policy through a local map", "TF-145", siteWith("", `cache_policy_id = local.policies["lean"]`, "") + cachePolicy + `
locals { policies = { lean = aws_cloudfront_cache_policy.p.id, other = "658327ea-f89d-4fab-a63d-7e88639e58f6" } }`,
			keyOf, leanKey},
		{"managed policy beside one of the directory in a map", "POL-006", siteWith("", `cache_policy_id = lookup(local.policies, "other", "")`, "") + cachePolicy + `
locals { policies = { lean = aws_cloudfront_cache_policy.p.id, other = "658327ea-f89d-4fab-a63d-7e88639e58f6" } }`,
			policiesOf, []string{"Managed-CachingOptimized"}},
		{"data source finds a policy of the directory by name", "TF-196", siteWith("", `cache_policy_id = data.aws_cloudfront_cache_policy.d.id`, "") + cachePolicy + `
data "aws_cloudfront_cache_policy" "d" { name = "lean" }`,
			keyOf, leanKey},
		{"data sources with for_each find managed policies", "TF-196", siteWith("", `
    cache_policy_id            = data.aws_cloudfront_cache_policy.d["CachingDisabled"].id
    origin_request_policy_id   = data.aws_cloudfront_origin_request_policy.d.id
    response_headers_policy_id = data.aws_cloudfront_response_headers_policy.d.id`, "") + `
data "aws_cloudfront_cache_policy" "d" {
  for_each = toset(["CachingDisabled", "CachingOptimized"])
  name     = "Managed-${each.key}"
}
data "aws_cloudfront_origin_request_policy" "d" { name = "Managed-AllViewerExceptHostHeader" }
data "aws_cloudfront_response_headers_policy" "d" { name = "Managed-SimpleCORS" }`,
			policiesOf, []string{"Managed-CachingDisabled",
				"Managed-AllViewerExceptHostHeader: allExcept Host, all, all", "Managed-SimpleCORS"}},
		{"a managed policy's default_ttl", "TF-196", siteWith("", `
    min_ttl     = 0
    default_ttl = data.aws_cloudfront_cache_policy.d.default_ttl
    max_ttl     = data.aws_cloudfront_cache_policy.d.max_ttl
    forwarded_values {
      query_string = false
      cookies { forward = "none" }
    }`, "") + `
data "aws_cloudfront_cache_policy" "d" { name = "Managed-CachingOptimized" }`,
			keyOf, cacheKey{Default: 86400 * time.Second, Max: 31536000 * time.Second, Legacy: true,
				Headers: "none", Cookies: "none", QueryStrings: "none"}},
		{"the times of a policy that a data source finds by name", "TF-196", siteWith("", `
    min_ttl     = 0
    default_ttl = data.aws_cloudfront_cache_policy.d.default_ttl
    max_ttl     = data.aws_cloudfront_cache_policy.d.max_ttl
    forwarded_values {
      query_string = false
      cookies { forward = "none" }
    }`, "") + cachePolicy + `
data "aws_cloudfront_cache_policy" "d" { name = "lean" }`,
			keyOf, cacheKey{Default: time.Minute, Max: 31536000 * time.Second, Legacy: true,
				Headers: "none", Cookies: "none", QueryStrings: "none"}},
		{"origin request policy", "TF-161", siteWith("", optimized+`
    origin_request_policy_id = aws_cloudfront_origin_request_policy.p.id`, "") + `
resource "aws_cloudfront_origin_request_policy" "p" {
  name = "viewer"
  cookies_config { cookie_behavior = "none" }
  headers_config {
    header_behavior = "allViewerAndWhitelistCloudFront"
    headers { items = ["CloudFront-Viewer-Country"] }
  }
  query_strings_config {
    query_string_behavior = "allExcept"
    query_strings { items = ["utm"] }
  }
}`,
			policiesOf, []string{"Managed-CachingOptimized",
				"viewer: allViewerAndWhitelistCloudFront CloudFront-Viewer-Country, none, allExcept utm"}},
		{"omitted TTLs are zero", "TF-147", siteWith("", `
    default_ttl = 3600
    forwarded_values {
      query_string = true
      headers      = ["Origin", "Host"]
      cookies {
        forward           = "whitelist"
        whitelisted_names = ["session*"]
      }
    }`, ""),
			keyOf, cacheKey{Default: time.Hour, Legacy: true, Headers: "whitelist Host Origin", Cookies: "whitelist session*",
				QueryStrings: "all", ForwardQueryString: true}},
		{"keyed query strings, all headers", "TF-146", siteWith("", `
    forwarded_values {
      query_string            = true
      query_string_cache_keys = ["b", "a"]
      headers                 = ["*"]
      cookies { forward = "all" }
    }`, ""),
			keyOf, cacheKey{Legacy: true, Headers: "all", Cookies: "all", QueryStrings: "whitelist b a", ForwardQueryString: true}},
		{"empty policy ids are none", "TF-145", siteWith("", optimized+`
    origin_request_policy_id   = ""
    response_headers_policy_id = null`, ""),
			policiesOf, []string{"Managed-CachingOptimized"}},

		{"no config block is S3", "TF-127", siteWith(s3Origin, "", "") + `resource "aws_s3_bucket" "b" { bucket = "files" }`,
			placesOf, []place{{"app", "{aws_s3_bucket.b.bucket_regional_domain_name}", "", "s3", "aws_s3_bucket.b"}}},
		{"a bucket by its name", "REQ-380", siteWith(`domain_name = "files.s3.eu-west-1.amazonaws.com"
    s3_origin_config { origin_access_identity = "" }`, "", "") + `resource "aws_s3_bucket" "b" { bucket = "files" }`,
			placesOf, []place{{"app", "files.s3.eu-west-1.amazonaws.com", "", "s3", "aws_s3_bucket.b"}}},
		{"a website endpoint", "TF-204", siteWith(`domain_name = aws_s3_bucket_website_configuration.w.website_endpoint
    custom_origin_config {
      http_port              = 80
      https_port             = "443"
      origin_protocol_policy = "http-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }`, "", "") + `
resource "aws_s3_bucket" "b" {}
resource "aws_s3_bucket_website_configuration" "w" { bucket = aws_s3_bucket.b.id }`,
			placesOf, []place{{"app", "{aws_s3_bucket_website_configuration.w.website_endpoint}", "", "s3_website", "aws_s3_bucket.b"}}},
		{"a host cut out of a URL", "TF-208", siteWith(`domain_name = replace(aws_apigatewayv2_api.a.api_endpoint, "https://", "")
    origin_path = "/${aws_apigatewayv2_stage.s.name}"
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }`, "", "") + `
resource "aws_apigatewayv2_api" "a" {
  name          = "a"
  protocol_type = "HTTP"
}
resource "aws_apigatewayv2_stage" "s" {
  api_id = aws_apigatewayv2_api.a.id
  name   = "prod"
}`,
			func(d *cloudfront.Distribution) any {
				o := d.Origins[0]
				return []any{o.Kind, o.OriginPath, o.DomainName.Known, o.DomainName.From}
			}, []any{cloudfront.KindCustom, "/prod", false, []string{"aws_apigatewayv2_api.a.api_endpoint"}}},
		{"ports of a VPC origin", "TF-177", siteWith(`domain_name = aws_lb.l.dns_name
    vpc_origin_config { vpc_origin_id = aws_cloudfront_vpc_origin.v.id }`, "", "") + `
resource "aws_lb" "l" { internal = true }
resource "aws_cloudfront_vpc_origin" "v" {
  vpc_origin_endpoint_config {
    name                   = "v"
    arn                    = aws_lb.l.arn
    http_port              = 8080
    https_port             = 8443
    origin_protocol_policy = "http-only"
    origin_ssl_protocols {
      items    = ["TLSv1.2"]
      quantity = 1
    }
  }
}`,
			func(d *cloudfront.Distribution) any {
				o := d.Origins[0]
				return []any{o.Kind, o.HTTPPort, o.HTTPSPort, o.OriginProtocolPolicy, o.VPCOriginID.Value}
			}, []any{cloudfront.KindVPC, 8080, 8443, cloudfront.OriginHTTPOnly, "{aws_cloudfront_vpc_origin.v.id}"}},
		{"access control that is not in the directory", "TF-125", siteWith(strings.Replace(appOrigin, `"app.example.com"`,
			`trimsuffix(trimprefix(aws_lambda_function_url.u.function_url, "https://"), "/")`, 1)+`
    origin_access_control_id = "E1EXAMPLE"`, "", "") + `resource "aws_lambda_function_url" "u" {}`,
			func(d *cloudfront.Distribution) any {
				c := d.Origins[0].OriginAccessControl
				return []any{c.Name, c.OriginType, c.SigningBehavior}
			}, []any{cloudfront.Text{Value: "E1EXAMPLE"}, "lambda", "always"}},
		{"the same id as a bucket's name and as its id", "TF-202", siteWith(s3Origin, "", "") +
			`resource "aws_s3_bucket" "b" { bucket = "app" }`, targetsOf, []string{"* app"}},
		{"unknown ids on both sides", "TF-202", `
data "terraform_remote_state" "r" { backend = "s3" }
` + strings.ReplaceAll(siteWith("", "", ""), `"app"`, `"S3-${data.terraform_remote_state.r.outputs.uri}"`),
			targetsOf, []string{"* S3-{data.terraform_remote_state.r.outputs.uri}"}},

		{"JSON in a secret", "TF-220", siteWith(strings.Replace(appOrigin, `"app.example.com"`,
			`jsondecode(data.aws_secretsmanager_secret_version.s.secret_string)["host"]`, 1), "", "") + `
data "aws_secretsmanager_secret_version" "s" { secret_id = "s" }`,
			placesOf, []place{{"app", `{data.aws_secretsmanager_secret_version.s.secret_string.host}`, "", "custom", ""}}},

		{"static and dynamic blocks keep their order", "TF-050", siteWith("", "", behaviorBlock("/one", "")+`
  dynamic "ordered_cache_behavior" {
    for_each = ["/three", "/two"]
    iterator = path
    content {
      path_pattern           = path.value
      target_origin_id       = "app"
      viewer_protocol_policy = "allow-all"
      allowed_methods        = ["HEAD", "GET"]
      cached_methods         = ["GET", "HEAD"]
      cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"
    }
  }`+behaviorBlock("/zero", "")),
			targetsOf, []string{"/one app", "/three app", "/two app", "/zero app", "* app"}},
		{"a pattern of long references", "TF-232", siteWith("", "", behaviorBlock("${random_pet."+strings.Repeat("x", 300)+".id}/*", "")) +
			`resource "random_pet" "` + strings.Repeat("x", 300) + `" {}`,
			targetsOf, []string{"{unknown}/* app", "* app"}},
		{"a map sorts behaviors", "TF-051", siteWith("", "", `
  dynamic "ordered_cache_behavior" {
    for_each = { for p in ["/z", "/a"] : p => p }
    content {
      path_pattern           = ordered_cache_behavior.key
      target_origin_id       = "app"
      viewer_protocol_policy = "allow-all"
      allowed_methods        = ["HEAD", "GET"]
      cached_methods         = ["GET", "HEAD"]
      cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"
    }
  }`),
			targetsOf, []string{"/a app", "/z app", "* app"}},
		{"error pages by code", "TF-107", siteWith("", "", `
  custom_error_response {
    error_code            = 404
    response_code         = "200"
    response_page_path    = "/index.html"
    error_caching_min_ttl = 0
  }
  custom_error_response { error_code = 403 }`),
			func(d *cloudfront.Distribution) any {
				a, b := d.ErrorResponses[0], d.ErrorResponses[1]
				return []any{a.ErrorCode, a.ErrorCachingMinTTL == nil, b.ErrorCode, b.ResponseCode, *b.ErrorCachingMinTTL}
			}, []any{403, true, 404, 200, 0}},
		{"origin group", "TF-104", siteWith("", "", `
  origin {
    origin_id   = "spare"
    domain_name = "spare.s3.amazonaws.com"
  }
  origin_group {
    origin_id = "both"
    failover_criteria { status_codes = [503, 500] }
    member { origin_id = "app" }
    member { origin_id = "spare" }
  }`),
			func(d *cloudfront.Distribution) any {
				g := d.OriginGroups[0]
				return []any{g.ID.Value, g.Members[0].Value, g.Members[1].Value, g.StatusCodes, len(d.Members("both"))}
			}, []any{"both", "app", "spare", []int{500, 503}, 2}},
		{"key groups", "TF-169", siteWith("", optimized+`
    trusted_key_groups = [aws_cloudfront_key_group.g.id]`, "") + `
resource "aws_cloudfront_public_key" "k" {
  name        = "signer"
  encoded_key = "PEM"
}
resource "aws_cloudfront_key_group" "g" {
  name  = "signers"
  items = [aws_cloudfront_public_key.k.id]
}`,
			func(d *cloudfront.Distribution) any {
				g := behaviorOf(d).TrustedKeyGroups[0]
				return []string{g.Name, g.Address, g.Keys[0].Name, g.Keys[0].EncodedKey, g.Keys[0].ID}
			}, []string{"signers", "aws_cloudfront_key_group.g", "signer", "PEM", publicKeyID("aws_cloudfront_public_key.k")}},
		{"count on the distribution and a whole resource as argument", "TF-075", `
-- main.tf --
resource "aws_lb" "l" {}
module "cdn" {
  source = "./cdn"
  lb     = aws_lb.l
}
-- cdn/main.tf --
variable "lb" {}
` + siteWith(`domain_name = var.lb.dns_name
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }`, "", "count = 1"),
			func(d *cloudfront.Distribution) any {
				return []string{d.Address, d.Origins[0].DomainName.Value, d.Source.File}
			}, []string{"module.cdn.aws_cloudfront_distribution.site[0]", "{aws_lb.l.dns_name}", "cdn/main.tf"}},
		{"certificate through its validation", "TF-212", strings.ReplaceAll(siteWith("", "", `aliases = ["www.example.com"]`),
			`cloudfront_default_certificate = true`, `acm_certificate_arn = aws_acm_certificate_validation.v.certificate_arn
    ssl_support_method  = "sni-only"`) + `
resource "aws_acm_certificate" "c" {
  domain_name               = "example.com"
  subject_alternative_names = ["*.example.com"]
}
resource "aws_acm_certificate_validation" "v" { certificate_arn = aws_acm_certificate.c.arn }`,
			func(d *cloudfront.Distribution) any { return d.ViewerCertificate.Names }, []string{"example.com", "*.example.com"}},
		{"geo restriction", "TF-108", strings.ReplaceAll(siteWith("", "", ""), `restriction_type = "none"`, `restriction_type = "whitelist"
      locations        = ["US", "CA"]`),
			func(d *cloudfront.Distribution) any { return d.GeoRestriction.Locations }, []string{"CA", "US"}},
		{"sensitive values are marked", "TF-059", `
variable "secret" {
  default   = "x"
  sensitive = true
}
` + siteWith(appOrigin+`
    custom_header {
      name  = "X-Secret"
      value = var.secret
    }`, "", ""),
			func(d *cloudfront.Distribution) any { return d.Origins[0].CustomHeaders[0].Value },
			cloudfront.Text{Value: "x", Known: true, Sensitive: true}},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			diff(t, tt.want, tt.get(clean(t, tt.archive, Options{})))
		})
	}
}

// behaviorBlock is an ordered behavior for a path.
func behaviorBlock(path, more string) string {
	return `
  ordered_cache_behavior {
    path_pattern           = "` + path + `"
    target_origin_id       = "app"
    viewer_protocol_policy = "allow-all"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"
    ` + more + `
  }
`
}
