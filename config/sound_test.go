package config

import "testing"

// sound is a directory with at least one of everything that is judged, and nothing that is refused.
const sound = `
resource "aws_cloudfront_distribution" "d" {
  enabled             = true
  comment             = "c"
  aliases             = ["www.example.com"]
  default_root_object = "index.html"
  http_version        = "http2"
  price_class         = "PriceClass_100"
  web_acl_id          = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/w/a1b2c3d4-5678-90ab-cdef-1234567890ab"
  origin {
    origin_id                = "s3"
    domain_name              = "b.s3.us-east-1.amazonaws.com"
    origin_access_control_id = aws_cloudfront_origin_access_control.c.id
    origin_path              = "/x"
    connection_attempts      = 3
    connection_timeout       = 10
    origin_shield {
      enabled              = true
      origin_shield_region = "us-east-1"
    }
  }
  origin {
    origin_id   = "app"
    domain_name = "app.example.com"
    custom_header {
      name  = "X-A"
      value = "v"
    }
    custom_origin_config {
      http_port                = 80
      https_port               = 443
      origin_protocol_policy   = "https-only"
      origin_ssl_protocols     = ["TLSv1.2"]
      origin_keepalive_timeout = 5
      origin_read_timeout      = 30
      ip_address_type          = "ipv4"
    }
  }
  origin {
    origin_id   = "vpc"
    domain_name = "internal.example.com"
    vpc_origin_config {
      vpc_origin_id = aws_cloudfront_vpc_origin.v.id
    }
  }
  origin_group {
    origin_id = "group"
    failover_criteria { status_codes = [500, 502] }
    member { origin_id = "s3" }
    member { origin_id = "app" }
  }
  default_cache_behavior {
    target_origin_id           = "s3"
    viewer_protocol_policy     = "redirect-to-https"
    allowed_methods            = ["GET", "HEAD"]
    cached_methods             = ["GET", "HEAD"]
    cache_policy_id            = aws_cloudfront_cache_policy.p.id
    origin_request_policy_id   = aws_cloudfront_origin_request_policy.q.id
    response_headers_policy_id = aws_cloudfront_response_headers_policy.h.id
    trusted_key_groups         = [aws_cloudfront_key_group.g.id]
    function_association {
      event_type   = "viewer-request"
      function_arn = aws_cloudfront_function.f.arn
    }
  }
  ordered_cache_behavior {
    path_pattern           = "/api/*"
    target_origin_id       = "app"
    viewer_protocol_policy = "https-only"
    allowed_methods        = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]
    cached_methods         = ["GET", "HEAD"]
    min_ttl                = 0
    default_ttl            = 60
    max_ttl                = 120
    forwarded_values {
      query_string = true
      headers      = ["Origin"]
      cookies { forward = "none" }
    }
    lambda_function_association {
      event_type   = "origin-request"
      lambda_arn   = "arn:aws:lambda:us-east-1:123456789012:function:f:3"
      include_body = true
    }
  }
  custom_error_response {
    error_code            = 500
    response_code         = 200
    response_page_path    = "/404.html"
    error_caching_min_ttl = 10
  }
  logging_config {
    bucket = "logs.s3.amazonaws.com"
    prefix = "cdn/"
  }
  restrictions {
    geo_restriction {
      restriction_type = "whitelist"
      locations        = ["US"]
    }
  }
  viewer_certificate {
    acm_certificate_arn      = "arn:aws:acm:us-east-1:123456789012:certificate/a1b2c3d4-5678-90ab-cdef-1234567890ab"
    ssl_support_method       = "sni-only"
    minimum_protocol_version = "TLSv1.2_2021"
  }
}
resource "aws_cloudfront_origin_access_control" "c" {
  name                              = "c"
  description                       = "d"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}
resource "aws_cloudfront_cache_policy" "p" {
  name        = "p"
  comment     = "cp"
  min_ttl     = 1
  default_ttl = 60
  max_ttl     = 120
  parameters_in_cache_key_and_forwarded_to_origin {
    cookies_config {
      cookie_behavior = "whitelist"
      cookies { items = ["a"] }
    }
    headers_config { header_behavior = "none" }
    query_strings_config { query_string_behavior = "all" }
  }
}
resource "aws_cloudfront_origin_request_policy" "q" {
  name = "q"
  cookies_config { cookie_behavior = "none" }
  headers_config {
    header_behavior = "whitelist"
    headers { items = ["X-B"] }
  }
  query_strings_config { query_string_behavior = "none" }
}
resource "aws_cloudfront_response_headers_policy" "h" {
  name = "h"
  cors_config {
    access_control_allow_credentials = false
    access_control_max_age_sec       = 600
    origin_override                  = true
    access_control_allow_headers { items = ["X-C"] }
    access_control_allow_methods { items = ["GET"] }
    access_control_allow_origins { items = ["https://example.com"] }
  }
  security_headers_config {
    frame_options {
      frame_option = "DENY"
      override     = true
    }
    referrer_policy {
      referrer_policy = "same-origin"
      override        = true
    }
    strict_transport_security {
      access_control_max_age_sec = 63072000
      override                   = true
    }
  }
  server_timing_headers_config {
    enabled       = true
    sampling_rate = 50
  }
  custom_headers_config {
    items {
      header   = "X-D"
      value    = "v"
      override = true
    }
  }
}
resource "aws_cloudfront_function" "f" {
  name                         = "fn"
  comment                      = "fc"
  runtime                      = "cloudfront-js-2.0"
  key_value_store_associations = [aws_cloudfront_key_value_store.s.arn]
  code                         = "function handler(event) { return event.request; }"
}
resource "aws_cloudfront_key_value_store" "s" {
  name = "store"
}
resource "aws_cloudfrontkeyvaluestore_key" "k" {
  key_value_store_arn = aws_cloudfront_key_value_store.s.arn
  key                 = "ka"
  value               = "va"
}
resource "aws_cloudfront_public_key" "k" {
  name        = "pk"
  encoded_key = "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAvAQ0\n-----END PUBLIC KEY-----\n"
}
resource "aws_cloudfront_key_group" "g" {
  name  = "kg"
  items = [aws_cloudfront_public_key.k.id]
}
resource "aws_cloudfront_vpc_origin" "v" {
  vpc_origin_endpoint_config {
    name                   = "vo"
    arn                    = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/a/50dc6c495c0c9188"
    http_port              = 80
    https_port             = 443
    origin_protocol_policy = "http-only"
    origin_ssl_protocols {
      items    = ["TLSv1.2"]
      quantity = 1
    }
  }
}
`

func TestSound(t *testing.T) {
	l, diags := load(t, sound, Options{})
	diff(t, "", printed(t, l, diags))
}
