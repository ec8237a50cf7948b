terraform {
  required_providers { aws = { source = "hashicorp/aws" } }
}
variable "name" {}
variable "policy" {}
variable "lb" {}
resource "aws_cloudfront_function" "f" {
  count   = 1
  name    = "fn-${var.name}"
  runtime = "cloudfront-js-1.0"
  code    = "function handler(event) { return event.request; }"
}
resource "aws_cloudfront_distribution" "this" {
  enabled = true
  origin {
    origin_id   = "lb"
    domain_name = var.lb.dns_name
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }
  default_cache_behavior {
    target_origin_id       = "lb"
    viewer_protocol_policy = "allow-all"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    cache_policy_id        = var.policy
    function_association {
      event_type   = "viewer-request"
      function_arn = aws_cloudfront_function.f[0].arn
    }
  }
  restrictions {
    geo_restriction { restriction_type = "none" }
  }
  viewer_certificate { cloudfront_default_certificate = true }
}
