resource "aws_acm_certificate" "main" {
  domain_name       = var.domain_name
  validation_method = "DNS"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_cloudfront_distribution" "main" {
  comment             = "${local.name}: Django and the static applications"
  enabled             = true
  is_ipv6_enabled     = true
  http_version        = "http2"
  price_class         = "PriceClass_100"
  aliases             = [var.domain_name]
  default_root_object = "index.html"
  web_acl_id          = var.web_acl_arn

  origin {
    origin_id   = "ALB-api"
    domain_name = aws_lb.api.dns_name

    custom_origin_config {
      http_port                = 80
      https_port               = 443
      origin_protocol_policy   = "https-only"
      origin_ssl_protocols     = ["TLSv1.2"]
      origin_read_timeout      = var.api_read_timeout
      origin_keepalive_timeout = 5
    }
  }

  dynamic "origin" {
    for_each = local.static_apps

    content {
      origin_id                = "S3-${origin.key}"
      domain_name              = aws_s3_bucket.static[origin.key].bucket_regional_domain_name
      origin_access_control_id = aws_cloudfront_origin_access_control.static.id
    }
  }

  # The web application, and whatever no behavior below asks for.
  default_cache_behavior {
    target_origin_id       = "S3-web"
    viewer_protocol_policy = local.viewer_protocol_policy
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    cache_policy_id        = data.aws_cloudfront_cache_policy.optimized.id
    compress               = true
  }

  ordered_cache_behavior {
    path_pattern             = "/api/*"
    target_origin_id         = "ALB-api"
    viewer_protocol_policy   = local.viewer_protocol_policy
    allowed_methods          = local.all_methods
    cached_methods           = ["GET", "HEAD"]
    cache_policy_id          = data.aws_cloudfront_cache_policy.disabled.id
    origin_request_policy_id = aws_cloudfront_origin_request_policy.api.id
  }

  ordered_cache_behavior {
    path_pattern             = "/auth/*"
    target_origin_id         = "ALB-api"
    viewer_protocol_policy   = local.viewer_protocol_policy
    allowed_methods          = local.all_methods
    cached_methods           = ["GET", "HEAD"]
    cache_policy_id          = data.aws_cloudfront_cache_policy.disabled.id
    origin_request_policy_id = aws_cloudfront_origin_request_policy.api.id
  }

  # WebSockets of the live editor.
  ordered_cache_behavior {
    path_pattern             = "/live/*"
    target_origin_id         = "ALB-api"
    viewer_protocol_policy   = local.viewer_protocol_policy
    allowed_methods          = local.all_methods
    cached_methods           = ["GET", "HEAD"]
    cache_policy_id          = data.aws_cloudfront_cache_policy.disabled.id
    origin_request_policy_id = aws_cloudfront_origin_request_policy.api.id
  }

  dynamic "ordered_cache_behavior" {
    for_each = { for name, app in local.static_apps : name => app if app.path != null }

    content {
      path_pattern           = ordered_cache_behavior.value.path
      target_origin_id       = "S3-${ordered_cache_behavior.key}"
      viewer_protocol_policy = local.viewer_protocol_policy
      allowed_methods        = ["GET", "HEAD"]
      cached_methods         = ["GET", "HEAD"]
      cache_policy_id        = data.aws_cloudfront_cache_policy.optimized.id
      compress               = true
    }
  }

  # edgecase:ignore error-page-masks-api the applications route in the browser: a path that is no file is theirs
  custom_error_response {
    error_code            = 404
    response_code         = 200
    response_page_path    = "/index.html"
    error_caching_min_ttl = 10
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    acm_certificate_arn      = aws_acm_certificate.main.arn
    ssl_support_method       = "sni-only"
    minimum_protocol_version = "TLSv1.2_2021"
  }
}

output "distribution_domain_name" {
  value = aws_cloudfront_distribution.main.domain_name
}
