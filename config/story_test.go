package config

import (
	"testing"
	"time"

	"edgecase/config/cloudfront"
	"edgecase/config/terraform"
)

// story is the distribution that the README tells of: an API behind a load balancer, three single-page applications in
// buckets, and an error page for all of them.
const story = `
locals {
  spas = {
    god-mode = "admin"
    spaces   = "space"
  }
}

variable "zone" {
  type = string
}

resource "aws_lb" "api" {
  name = "api"
}

resource "aws_s3_bucket" "web" { bucket = "plane-web" }
resource "aws_s3_bucket" "admin" { bucket = "plane-admin" }
resource "aws_s3_bucket" "space" {}

resource "aws_cloudfront_origin_access_control" "s3" {
  name                              = "s3"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

data "aws_cloudfront_cache_policy" "off" {
  name = "Managed-CachingDisabled"
}

resource "aws_cloudfront_origin_request_policy" "all" {
  name = "api_forward_all"
  cookies_config { cookie_behavior = "all" }
  headers_config {
    header_behavior = "whitelist"
    headers { items = ["X-CSRFToken", "Accept"] }
  }
  query_strings_config { query_string_behavior = "all" }
}

resource "aws_cloudfront_distribution" "main" {
  enabled             = true
  aliases             = ["plane.${var.zone}"]
  default_root_object = "index.html"
  web_acl_id          = "arn:aws:wafv2:x"

  origin {
    origin_id   = "ALB-api"
    domain_name = aws_lb.api.dns_name
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
    custom_header {
      name  = "X-Origin-Secret"
      value = random_password.secret.result
    }
  }
  origin {
    origin_id                = "S3-${aws_s3_bucket.web.id}"
    domain_name              = aws_s3_bucket.web.bucket_regional_domain_name
    origin_access_control_id = aws_cloudfront_origin_access_control.s3.id
  }
  dynamic "origin" {
    for_each = { admin = aws_s3_bucket.admin, space = aws_s3_bucket.space }
    content {
      origin_id                = "S3-${origin.key}"
      domain_name              = origin.value.bucket_regional_domain_name
      origin_access_control_id = aws_cloudfront_origin_access_control.s3.id
    }
  }

  default_cache_behavior {
    target_origin_id       = "S3-plane-web"
    viewer_protocol_policy = "redirect-to-https"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"
  }
  ordered_cache_behavior {
    path_pattern             = "/api/*"
    target_origin_id         = "ALB-api"
    viewer_protocol_policy   = "redirect-to-https"
    allowed_methods          = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]
    cached_methods           = ["GET", "HEAD"]
    cache_policy_id          = data.aws_cloudfront_cache_policy.off.id
    origin_request_policy_id = aws_cloudfront_origin_request_policy.all.id
  }
  ordered_cache_behavior {
    path_pattern             = "/live/*"
    target_origin_id         = "ALB-api"
    viewer_protocol_policy   = "redirect-to-https"
    allowed_methods          = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]
    cached_methods           = ["GET", "HEAD"]
    forwarded_values {
      query_string = true
      headers = ["Host", "Origin"]
      cookies { forward = "all" }
    }
  }
  dynamic "ordered_cache_behavior" {
    for_each = local.spas
    content {
      path_pattern           = "/${ordered_cache_behavior.key}/*"
      target_origin_id       = "S3-${ordered_cache_behavior.value}"
      viewer_protocol_policy = "redirect-to-https"
      allowed_methods        = ["GET", "HEAD"]
      cached_methods         = ["GET", "HEAD"]
      cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"
    }
  }
  custom_error_response {
    error_code         = 404
    response_code      = 200
    response_page_path = "/index.html"
  }
  restrictions {
    geo_restriction { restriction_type = "none" }
  }
  viewer_certificate {
    acm_certificate_arn = aws_acm_certificate.c.arn
    ssl_support_method = "sni-only"
  }
}
resource "random_password" "secret" { length = 20 }
resource "aws_acm_certificate" "c" { domain_name = "plane.${var.zone}" }
`

// route is a behavior in short.
type route struct {
	Pattern, Target, Cache, Request string
	Methods, Line                   int
}

func TestStory(t *testing.T) {
	d := clean(t, "-- cloudfront.tf --"+story, Options{Settings: []terraform.Setting{{Name: "zone", Value: "example.gov"}}})

	t.Run("TF-106/order", func(t *testing.T) {
		var got []route
		for _, b := range d.Behaviors {
			r := route{Pattern: b.Pattern.String(), Target: b.TargetOriginID.Value, Cache: b.CachePolicy.Name.Value,
				Methods: len(b.AllowedMethods), Line: b.Source.Line}
			if p := b.OriginRequestPolicy; p != nil {
				r.Request = p.Name.Value
			}
			got = append(got, r)
		}
		diff(t, []route{
			{"/api/*", "ALB-api", "Managed-CachingDisabled", "api_forward_all", 7, 82},
			{"/live/*", "ALB-api", "", "", 7, 91},
			{"/god-mode/*", "S3-admin", "Managed-CachingOptimized", "", 2, 103},
			{"/spaces/*", "S3-space", "Managed-CachingOptimized", "", 2, 103},
			{"*", "S3-{aws_s3_bucket.web.id}", "Managed-CachingOptimized", "", 2, 75},
		}, got)
	})
	t.Run("TF-200/origin", func(t *testing.T) {
		got := *d.Origin("ALB-api")
		got.Source, got.Sources = cloudfront.Source{}, nil
		diff(t, cloudfront.Origin{
			ID:         cloudfront.Known("ALB-api"),
			DomainName: cloudfront.Text{Value: "{aws_lb.api.dns_name}", From: []string{"aws_lb.api.dns_name"}, StandIn: "api-3p9rkorrrq.us-east-1.elb.amazonaws.com"},
			Kind:       cloudfront.KindCustom,
			CustomHeaders: []cloudfront.CustomHeader{{
				Name:   "X-Origin-Secret",
				Value:  cloudfront.Text{Value: "{random_password.secret.result}", From: []string{"random_password.secret.result"}, StandIn: "2i3j0xlsoz4p42uzm1ym", Sensitive: true},
				Source: cloudfront.Source{File: "cloudfront.tf", Line: 56, Column: 5},
			}},
			HTTPPort:               80,
			HTTPSPort:              443,
			OriginProtocolPolicy:   cloudfront.OriginHTTPSOnly,
			OriginSSLProtocols:     []string{"TLSv1.2"},
			OriginReadTimeout:      30 * time.Second,
			OriginKeepaliveTimeout: 5 * time.Second,
			ConnectionAttempts:     3,
			ConnectionTimeout:      10 * time.Second,
			OriginAccessIdentity:   cloudfront.Known(""),
		}, got)
	})
	t.Run("TF-203/bucket", func(t *testing.T) {
		o := d.Origin("S3-space")
		diff(t, cloudfront.KindS3, o.Kind)
		diff(t, "aws_s3_bucket.space", o.Bucket.Address)
		diff(t, cloudfront.Text{Value: "{aws_s3_bucket.space.bucket}", From: []string{"aws_s3_bucket.space.bucket"}}, o.Bucket.Name)
		diff(t, cloudfront.OriginAccessControl{Name: cloudfront.Known("s3"), OriginType: "s3", SigningBehavior: "always",
			Source: cloudfront.Source{File: "cloudfront.tf", Line: 20, Column: 1}}, *o.OriginAccessControl)
	})
	t.Run("TF-107/errors", func(t *testing.T) {
		got := d.ErrorResponses[0]
		got.Sources = nil
		diff(t, cloudfront.ErrorResponse{ErrorCode: 404, ResponseCode: 200, ResponsePagePath: "/index.html",
			Source: cloudfront.Source{File: "cloudfront.tf", Line: 114, Column: 3}}, got)
	})
	t.Run("TF-101/names", func(t *testing.T) {
		diff(t, []string{"plane.example.gov"}, d.Aliases)
		diff(t, []string{"plane.example.gov"}, d.ViewerCertificate.Names)
		diff(t, "index.html", d.DefaultRootObject)
	})
}

// TestReload proves that a second load invents the same values (TF-214, TF-058).
func TestReload(t *testing.T) {
	first := clean(t, "-- cloudfront.tf --"+story, Options{})
	l, _ := Load(".", Options{})
	diff(t, first, l.Config.Distributions[0])
}
