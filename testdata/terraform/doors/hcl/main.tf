# One distribution that goes through every door: this text, the same as JSON, the plan and the state that Terraform made of
# it, and what AWS answers about it. `routes --format json` says the same of all of them but for places and for what only
# apply can tell (TF-005, TF-240 to TF-254).

terraform {
  required_providers { aws = { source = "hashicorp/aws" } }
}
provider "aws" { region = "eu-west-1" }

variable "paths" { default = ["/static/*", "/media/*"] }
locals {
  web      = "S3-web"
  policies = { a = aws_cloudfront_cache_policy.app.id }
}
resource "aws_s3_bucket" "web" { bucket = "acme-shop-web" }
resource "aws_s3_bucket" "site" { bucket = "zoo-archive" }
resource "aws_s3_bucket_website_configuration" "site" {
  bucket = aws_s3_bucket.site.id
  index_document { suffix = "index.html" }
  error_document { key = "404.html" }
}
resource "aws_lb" "api" { name = "acme-shop" }
resource "aws_cloudfront_origin_access_control" "web" {
  name                              = "web"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}
resource "aws_cloudfront_origin_access_identity" "site" { comment = "site" }
resource "aws_cloudfront_cache_policy" "app" {
  name        = "app"
  default_ttl = 60
  parameters_in_cache_key_and_forwarded_to_origin {
    cookies_config { cookie_behavior = "none" }
    headers_config {
      header_behavior = "whitelist"
      headers { items = ["Accept", "Origin"] }
    }
    query_strings_config { query_string_behavior = "all" }
  }
}
resource "aws_cloudfront_origin_request_policy" "app" {
  name = "fwd"
  cookies_config { cookie_behavior = "all" }
  headers_config { header_behavior = "allViewer" }
  query_strings_config { query_string_behavior = "all" }
}
resource "aws_cloudfront_response_headers_policy" "sec" {
  name = "sec"
  security_headers_config {
    content_type_options { override = true }
  }
}
resource "aws_cloudfront_function" "rw" {
  name    = "rewrite"
  runtime = "cloudfront-js-2.0"
  code    = "function handler(e){return e.request}"
}
resource "aws_lambda_function" "auth" {
  function_name = "edge-auth"
  role          = "arn:aws:iam::1:role/x"
  handler       = "index.handler"
  runtime       = "nodejs20.x"
  filename      = "auth.zip"
  publish       = true
}
resource "aws_cloudfront_public_key" "k" {
  name        = "k1"
  encoded_key = "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA\n-----END PUBLIC KEY-----\n"
}
resource "aws_cloudfront_key_group" "g" {
  name  = "paid"
  items = [aws_cloudfront_public_key.k.id]
}
data "aws_cloudfront_cache_policy" "off" { name = "Managed-CachingDisabled" }
data "aws_cloudfront_origin_request_policy" "all" { name = "Managed-AllViewer" }

resource "aws_cloudfront_distribution" "site" {
  enabled             = true
  aliases             = ["www.example.com", "example.com"]
  default_root_object = "index.html"
  comment             = "the site"
  origin {
    origin_id                = local.web
    domain_name              = aws_s3_bucket.web.bucket_regional_domain_name
    origin_access_control_id = aws_cloudfront_origin_access_control.web.id
  }
  origin {
    origin_id   = "ALB-api"
    domain_name = aws_lb.api.dns_name
    custom_header {
      name  = "X-Secret"
      value = "s"
    }
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "http-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }
  origin {
    origin_id   = aws_s3_bucket.site.id
    domain_name = aws_s3_bucket_website_configuration.site.website_endpoint
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "http-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }
  origin {
    origin_id   = "oai"
    domain_name = aws_s3_bucket.site.bucket_regional_domain_name
    origin_path = "/x"
    s3_origin_config { origin_access_identity = aws_cloudfront_origin_access_identity.site.cloudfront_access_identity_path }
  }
  origin_group {
    origin_id = "fail"
    failover_criteria { status_codes = [500, 404] }
    member { origin_id = local.web }
    member { origin_id = "oai" }
  }
  default_cache_behavior {
    target_origin_id           = "fail"
    viewer_protocol_policy     = "redirect-to-https"
    allowed_methods            = ["GET", "HEAD"]
    cached_methods             = ["GET", "HEAD"]
    cache_policy_id            = aws_cloudfront_cache_policy.app.id
    response_headers_policy_id = aws_cloudfront_response_headers_policy.sec.id
    compress                   = true
    function_association {
      event_type   = "viewer-request"
      function_arn = aws_cloudfront_function.rw.arn
    }
  }
  dynamic "ordered_cache_behavior" {
    for_each = var.paths
    content {
      path_pattern             = ordered_cache_behavior.value
      target_origin_id         = local.web
      viewer_protocol_policy   = "allow-all"
      allowed_methods          = ["GET", "HEAD"]
      cached_methods           = ["GET", "HEAD"]
      cache_policy_id          = aws_cloudfront_cache_policy.app.id
      origin_request_policy_id = aws_cloudfront_origin_request_policy.app.id
    }
  }
  ordered_cache_behavior {
    path_pattern             = "/api/*"
    target_origin_id         = "ALB-api"
    viewer_protocol_policy   = "https-only"
    allowed_methods          = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]
    cached_methods           = ["GET", "HEAD"]
    cache_policy_id          = data.aws_cloudfront_cache_policy.off.id
    origin_request_policy_id = data.aws_cloudfront_origin_request_policy.all.id
    lambda_function_association {
      event_type   = "origin-request"
      lambda_arn   = aws_lambda_function.auth.qualified_arn
      include_body = true
    }
  }
  ordered_cache_behavior {
    path_pattern           = "/old/*"
    target_origin_id       = aws_s3_bucket.site.id
    viewer_protocol_policy = "allow-all"
    allowed_methods        = ["GET", "HEAD", "OPTIONS"]
    cached_methods         = ["GET", "HEAD"]
    min_ttl                = 0
    trusted_key_groups     = [aws_cloudfront_key_group.g.id]
    forwarded_values {
      query_string = true
      headers      = ["Origin"]
      cookies {
        forward           = "whitelist"
        whitelisted_names = ["sid"]
      }
    }
  }
  custom_error_response {
    error_code         = 404
    response_code      = 200
    response_page_path = "/index.html"
  }
  custom_error_response {
    error_code            = 403
    error_caching_min_ttl = 10
  }
  restrictions {
    geo_restriction { restriction_type = "none" }
  }
  viewer_certificate { cloudfront_default_certificate = true }
}

module "redirect" {
  for_each = toset(["blue", "green"])
  source   = "./modules/redirect"
  name     = each.key
  policy   = aws_cloudfront_cache_policy.app.id
  lb       = aws_lb.api
}
