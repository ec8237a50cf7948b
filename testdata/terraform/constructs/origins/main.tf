# Every kind of origin, groups, error pages, countries: TF-103, TF-104, TF-107, TF-108, TF-120 to TF-131, TF-175 to TF-177.

locals {
  # The patterns of behaviors say which origin they are for.
  paths = {
    "/oai/*"            = "oai"
    "/oac/*"            = "oac"
    "/bare/*"           = "bare"
    "/empty-identity/*" = "empty-identity"
    "/website/*"        = "website"
    "/alb/*"            = "alb"
    "/http-api/*"       = "http-api"
    "/function-url/*"   = "function-url"
    "/private/*"        = "vpc"
    "/videos/*"         = "mediastore"
  }
}

resource "aws_cloudfront_distribution" "all" {
  enabled             = true
  default_root_object = "index.html"

  # A bucket with an identity.
  origin {
    origin_id   = "oai"
    domain_name = aws_s3_bucket.oai.bucket_regional_domain_name
    origin_path = "/releases/current"

    s3_origin_config {
      origin_access_identity = aws_cloudfront_origin_access_identity.site.cloudfront_access_identity_path
    }
  }

  # A bucket with an origin access control: no block at all.
  origin {
    origin_id                = "oac"
    domain_name              = aws_s3_bucket.oac.bucket_regional_domain_name
    origin_access_control_id = aws_cloudfront_origin_access_control.s3.id
    connection_attempts      = 1
    connection_timeout       = 4

    origin_shield {
      enabled              = true
      origin_shield_region = "eu-central-1"
    }
  }

  # A bucket by its name alone.
  origin {
    origin_id   = "bare"
    domain_name = "bare-bucket.s3.eu-west-1.amazonaws.com"
  }

  origin {
    origin_id   = "empty-identity"
    domain_name = aws_s3_bucket.oai.bucket_domain_name

    s3_origin_config {
      origin_access_identity = ""
    }
  }

  # The website endpoint of a bucket is a custom origin that only speaks HTTP.
  origin {
    origin_id   = "website"
    domain_name = aws_s3_bucket_website_configuration.site.website_endpoint

    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "http-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }

    custom_header {
      name  = "Referer"
      value = random_password.referer.result
    }
  }

  origin {
    origin_id   = "alb"
    domain_name = aws_lb.app.dns_name

    custom_origin_config {
      http_port                = 8080
      https_port               = 8443
      origin_protocol_policy   = "match-viewer"
      origin_ssl_protocols     = ["TLSv1.1", "TLSv1.2"]
      origin_read_timeout      = 60
      origin_keepalive_timeout = 30
    }

    custom_header {
      name  = "X-Origin-Verify"
      value = "letmein"
    }
  }

  origin {
    origin_id   = "http-api"
    domain_name = replace(aws_apigatewayv2_api.api.api_endpoint, "/^https?://([^/]*).*/", "$1")
    origin_path = "/live"
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }

  origin {
    origin_id                = "function-url"
    domain_name              = split("/", aws_lambda_function_url.render.function_url)[2]
    origin_access_control_id = aws_cloudfront_origin_access_control.lambda.id
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }

  origin {
    origin_id   = "vpc"
    domain_name = "internal.example.com"

    vpc_origin_config {
      vpc_origin_id       = aws_cloudfront_vpc_origin.internal.id
      origin_read_timeout = 20
    }
  }

  origin {
    origin_id                = "mediastore"
    domain_name              = "abcdefgh1.data.mediastore.eu-west-1.amazonaws.com"
    origin_access_control_id = aws_cloudfront_origin_access_control.mediastore.id
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }

  origin_group {
    origin_id = "spare"

    failover_criteria {
      status_codes = [504, 500, 403]
    }

    member {
      origin_id = "oac"
    }

    member {
      origin_id = "oai"
    }
  }

  dynamic "ordered_cache_behavior" {
    for_each = local.paths

    content {
      path_pattern           = ordered_cache_behavior.key
      target_origin_id       = ordered_cache_behavior.value
      viewer_protocol_policy = "redirect-to-https"
      allowed_methods        = ["GET", "HEAD"]
      cached_methods         = ["GET", "HEAD"]
      cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"
    }
  }

  default_cache_behavior {
    target_origin_id       = "spare"
    viewer_protocol_policy = "redirect-to-https"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"
  }

  # Without response_code the status stays; without a page only the time counts.
  custom_error_response {
    error_code            = 500
    error_caching_min_ttl = 0
  }

  custom_error_response {
    error_code            = 403
    response_code         = 404
    response_page_path    = "/bare/missing.html"
    error_caching_min_ttl = 300
  }

  custom_error_response {
    error_code         = "404"
    response_code      = "404"
    response_page_path = "/bare/missing.html"
  }

  restrictions {
    geo_restriction {
      restriction_type = "blacklist"
      locations        = ["CU", "AQ"]
    }
  }

  viewer_certificate {
    cloudfront_default_certificate = true
  }
}
