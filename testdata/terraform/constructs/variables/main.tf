# Where the values of variables come from, and which of them wins: TF-020, TF-022, TF-023, TF-024, TF-029.
#
# Each behavior bears the name of the place that its variable's value comes from; the test sets TF_VAR_… for all that
# stand above "default". prod.tfvars is nobody's: only --var-file would read it.

resource "aws_cloudfront_distribution" "docs" {
  enabled         = true
  is_ipv6_enabled = var.ipv6
  aliases         = [for z in var.zones : "docs.${z}.example.com"]
  comment         = join(",", [var.literal, "-"])

  origin {
    origin_id   = "docs"
    domain_name = "docs.internal.example.com"

    custom_origin_config {
      http_port              = var.ports.http
      https_port             = var.ports.https
      origin_protocol_policy = "match-viewer"
      origin_ssl_protocols   = ["TLSv1.2"]
      origin_read_timeout    = var.read_timeout
    }
  }

  dynamic "ordered_cache_behavior" {
    for_each = [
      "/default/${var.unset}/*",
      "/environment/${var.environment}/*",
      "/terraform.tfvars/${var.terraform_tfvars}/*",
      "/terraform.tfvars.json/${var.tfvars_json}/*",
      "/auto.tfvars/${var.auto}/*",
      "/auto.tfvars.json/${var.auto_json}/*",
      "/var-file/${var.var_file}/*",
      "/literal/${trim(var.literal, "[\"]")}/*",
    ]

    content {
      path_pattern           = ordered_cache_behavior.value
      target_origin_id       = "docs"
      viewer_protocol_policy = "redirect-to-https"
      allowed_methods        = ["GET", "HEAD"]
      cached_methods         = ["GET", "HEAD"]
      cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"
    }
  }

  default_cache_behavior {
    target_origin_id       = "docs"
    viewer_protocol_policy = "redirect-to-https"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    compress               = var.compress
    cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"
  }

  dynamic "custom_error_response" {
    for_each = var.pages

    content {
      error_code         = custom_error_response.key
      response_code      = custom_error_response.key
      response_page_path = custom_error_response.value
    }
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    acm_certificate_arn      = "arn:aws:acm:us-east-1:123456789012:certificate/0a6c1f0e-5d11-4a3e-9c43-1c1f5b8f7d20"
    ssl_support_method       = "sni-only"
    minimum_protocol_version = "TLSv1.2_2021"
  }
}
