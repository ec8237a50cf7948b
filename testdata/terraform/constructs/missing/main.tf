# What a directory alone does not have: variables without a value (TF-028), variables that only a generated file declares
# (TF-009), a value file nobody names (TF-022), and locals of an overlay (TF-010). The distribution is shown all the same.

resource "aws_cloudfront_distribution" "api" {
  enabled     = true
  aliases     = [var.domain]
  price_class = var.price_class
  web_acl_id  = var.generated_web_acl

  origin {
    origin_id   = "api-${var.stage}"
    domain_name = "api.${var.domain}"

    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
      origin_read_timeout    = var.read_timeout
    }

    dynamic "custom_header" {
      for_each = var.headers

      content {
        name  = custom_header.key
        value = custom_header.value
      }
    }
  }

  default_cache_behavior {
    target_origin_id       = "api-${var.stage}"
    viewer_protocol_policy = "redirect-to-https"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"
  }

  ordered_cache_behavior {
    path_pattern           = "/v1/*"
    target_origin_id       = "api-${var.stage}"
    viewer_protocol_policy = var.stage == "" ? "allow-all" : "https-only"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    compress               = var.compress
    cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    acm_certificate_arn = var.certificate_arn
    ssl_support_method  = "sni-only"
  }

  tags = local.overlay_tags
}
