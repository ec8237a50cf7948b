locals {
  read = ["GET", "HEAD"]
  all  = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]

  disabled   = data.aws_cloudfront_cache_policy.disabled.id
  all_viewer = data.aws_cloudfront_origin_request_policy.all_viewer.id
  cors_s3    = data.aws_cloudfront_origin_request_policy.cors_s3.id
  decorated  = aws_cloudfront_response_headers_policy.decorated.id
  cors       = aws_cloudfront_response_headers_policy.cors.id
  mine       = { for name, policy in aws_cloudfront_origin_request_policy.these : name => policy.id }
  keyed      = { for name, policy in aws_cloudfront_cache_policy.these : name => policy.id }

  # The behaviors of the main distribution, in order: the first pattern that matches decides. What a row does not say is
  # GET and HEAD, both protocols, no caching, nothing forwarded. Each has an origin of its own, which tells the machine
  # behind all of them the behavior's name.
  behaviors = [
    { name = "capture", path = "/edgecase-capture.json", bucket = true },

    # methods and protocols
    { name = "get", path = "/get/*" },
    { name = "options", path = "/options/*", methods = ["GET", "HEAD", "OPTIONS"] },
    { name = "all", path = "/all/*", methods = local.all },
    { name = "redirect", path = "/redirect/*", protocol = "redirect-to-https", headers = local.decorated, seen = true },
    { name = "redirect-all", path = "/redirect-all/*", protocol = "redirect-to-https", methods = local.all },
    { name = "https", path = "/https/*", protocol = "https-only" },

    # what reaches the origin
    { name = "legacy", path = "/legacy/*", methods = local.all, legacy = { query = false, headers = [], cookies = "none" } },
    { name = "legacy-some", path = "/legacy-some/*", methods = local.all, legacy = { query = true, headers = ["Accept-Language"], cookies = "all" } },
    { name = "legacy-all", path = "/legacy-all/*", methods = local.all, headers = local.decorated, legacy = { query = true, headers = ["*"], cookies = "all" } },
    { name = "viewer", path = "/viewer/*", methods = local.all, forward = local.all_viewer },
    { name = "listed", path = "/listed/*", methods = local.all, forward = local.mine["listed"] },
    { name = "uncookied", path = "/uncookied/*", methods = local.all, forward = local.mine["uncookied"] },
    { name = "except", path = "/except/*", methods = local.all, forward = local.mine["except"] },
    { name = "encoded", path = "/encoded/*", cache = local.keyed["encodings"] },
    { name = "merged-only", path = "/merged-only/*", cache = local.keyed["only-a"], forward = local.mine["but-a"] },
    { name = "merged-but", path = "/merged-but/*", cache = local.keyed["but-a"], forward = local.mine["only-a"] },

    # what is added to answers
    { name = "decorated", path = "/decorated/*", methods = local.all, headers = local.decorated, seen = true },
    { name = "cors", path = "/cors/*", methods = local.all, headers = local.cors },
    { name = "cors-any", path = "/cors-any/*", methods = local.all, headers = aws_cloudfront_response_headers_policy.cors_any.id },

    # origins that fail
    { name = "refused", path = "/refused/*", port = 8001, headers = local.decorated },
    { name = "unreachable", path = "/unreachable/*", port = 9000 },
    { name = "not-tls", path = "/not-tls/*", tls = true },
    { name = "group-502", path = "/group-502/*", group = { first = "refused", codes = [502] } },
    { name = "group-503", path = "/group-503/*", group = { first = "refused", codes = [503] } },
    { name = "group-504", path = "/group-504/*", group = { first = "unreachable", codes = [504] } },

    # the bucket
    { name = "s3", path = "/s3/*", bucket = true, methods = local.all, forward = local.mine["only-a"] },
    { name = "s3-cors", path = "/s3-cors/*", bucket = true, methods = local.all, forward = local.cors_s3, headers = local.cors },
    { name = "s3-host", path = "/s3-host/*", bucket = true, forward = local.all_viewer },

    # the order of checks
    { name = "signed", path = "/signed/*", signed = true, seen = true },
    { name = "start", path = "/start/*" },

    # patterns
    { name = "question", path = "/q?c" },
    { name = "norm", path = "/norm/*" },
    { name = "up", path = "/up/*" },
    { name = "tilde", path = "/~t/*" },
    { name = "tail", path = "*/tail/*" },
    { name = "jpg", path = "d*.jpg" },
    { name = "jp", path = "i/*.jp*" },
    { name = "caf", path = "/caf?" },
  ]
}

resource "aws_cloudfront_distribution" "main" {
  comment             = "edgecase capture: the questions"
  enabled             = true
  is_ipv6_enabled     = true
  http_version        = "http2"
  price_class         = "PriceClass_100"
  default_root_object = "start/index"

  dynamic "origin" {
    for_each = { for b in concat(local.behaviors, [{ name = "default" }]) : b.name => b }

    content {
      origin_id                = origin.key
      domain_name              = try(origin.value.bucket, false) ? aws_s3_bucket.site.bucket_regional_domain_name : aws_instance.origin.public_dns
      origin_access_control_id = try(origin.value.bucket, false) ? aws_cloudfront_origin_access_control.site.id : null
      connection_attempts      = 1
      connection_timeout       = 2

      dynamic "custom_origin_config" {
        for_each = try(origin.value.bucket, false) ? [] : [origin.value]

        content {
          http_port              = try(custom_origin_config.value.port, 8000)
          https_port             = 8000
          origin_protocol_policy = try(custom_origin_config.value.tls, false) ? "https-only" : "http-only"
          origin_ssl_protocols   = ["TLSv1.2"]
          origin_read_timeout    = 3
        }
      }

      custom_header {
        name  = "X-Capture-Behavior"
        value = origin.key
      }

      custom_header {
        name  = "X-Forwarded-Host"
        value = "custom.example.org"
      }
    }
  }

  dynamic "origin_group" {
    for_each = { for b in local.behaviors : b.name => b.group if can(b.group) }
    iterator = group

    content {
      origin_id = "${group.key}-then"

      failover_criteria {
        status_codes = group.value.codes
      }

      member {
        origin_id = group.value.first
      }

      member {
        origin_id = group.key
      }
    }
  }

  dynamic "ordered_cache_behavior" {
    for_each = local.behaviors
    iterator = b

    content {
      path_pattern               = b.value.path
      target_origin_id           = can(b.value.group) ? "${b.value.name}-then" : b.value.name
      viewer_protocol_policy     = try(b.value.protocol, "allow-all")
      allowed_methods            = try(b.value.methods, local.read)
      cached_methods             = local.read
      compress                   = b.value.name == "encoded"
      cache_policy_id            = try(b.value.legacy, null) != null ? null : try(b.value.cache, local.disabled)
      origin_request_policy_id   = try(b.value.forward, null)
      response_headers_policy_id = try(b.value.headers, null)
      trusted_key_groups         = try(b.value.signed, false) ? [aws_cloudfront_key_group.nobody.id] : []
      min_ttl                    = 0
      default_ttl                = 0
      max_ttl                    = 0

      dynamic "forwarded_values" {
        for_each = try([b.value.legacy], [])

        content {
          query_string = forwarded_values.value.query
          headers      = forwarded_values.value.headers

          cookies {
            forward = forwarded_values.value.cookies
          }
        }
      }

      dynamic "function_association" {
        for_each = try(b.value.seen, false) ? [1] : []

        content {
          event_type   = "viewer-request"
          function_arn = aws_cloudfront_function.seen.arn
        }
      }
    }
  }

  default_cache_behavior {
    target_origin_id       = "default"
    viewer_protocol_policy = "allow-all"
    allowed_methods        = local.read
    cached_methods         = local.read
    cache_policy_id        = local.disabled

    function_association {
      event_type   = "viewer-request"
      function_arn = aws_cloudfront_function.seen.arn
    }
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    cloudfront_default_certificate = true
  }
}

# Error pages, which are a distribution's and no behavior's.
resource "aws_cloudfront_distribution" "pages" {
  comment         = "edgecase capture: error pages"
  enabled         = true
  is_ipv6_enabled = true
  http_version    = "http2and3"
  price_class     = "PriceClass_100"

  dynamic "origin" {
    for_each = { echo = 8000, page = 8000, refused = 8001 }

    content {
      origin_id           = origin.key
      domain_name         = aws_instance.origin.public_dns
      connection_attempts = 1
      connection_timeout  = 2

      custom_origin_config {
        http_port              = origin.value
        https_port             = 8000
        origin_protocol_policy = "http-only"
        origin_ssl_protocols   = ["TLSv1.2"]
        origin_read_timeout    = 3
      }

      custom_header {
        name  = "X-Capture-Behavior"
        value = origin.key
      }
    }
  }

  # The pages. None of what this behavior asks of viewers is fulfilled by the requests that lead here.
  ordered_cache_behavior {
    path_pattern               = "/pages/*"
    target_origin_id           = "page"
    viewer_protocol_policy     = "https-only"
    allowed_methods            = local.read
    cached_methods             = local.read
    cache_policy_id            = local.disabled
    origin_request_policy_id   = local.all_viewer
    response_headers_policy_id = aws_cloudfront_response_headers_policy.page.id
    trusted_key_groups         = [aws_cloudfront_key_group.nobody.id]
  }

  ordered_cache_behavior {
    path_pattern               = "/all/*"
    target_origin_id           = "echo"
    viewer_protocol_policy     = "allow-all"
    allowed_methods            = local.all
    cached_methods             = local.read
    cache_policy_id            = local.disabled
    response_headers_policy_id = local.decorated
  }

  ordered_cache_behavior {
    path_pattern           = "/https/*"
    target_origin_id       = "echo"
    viewer_protocol_policy = "https-only"
    allowed_methods        = local.all
    cached_methods         = local.read
    cache_policy_id        = local.disabled
  }

  ordered_cache_behavior {
    path_pattern           = "/redirect/*"
    target_origin_id       = "echo"
    viewer_protocol_policy = "redirect-to-https"
    allowed_methods        = local.all
    cached_methods         = local.read
    cache_policy_id        = local.disabled
  }

  ordered_cache_behavior {
    path_pattern           = "/refused/*"
    target_origin_id       = "refused"
    viewer_protocol_policy = "allow-all"
    allowed_methods        = local.read
    cached_methods         = local.read
    cache_policy_id        = local.disabled
  }

  ordered_cache_behavior {
    path_pattern           = "/signed/*"
    target_origin_id       = "echo"
    viewer_protocol_policy = "allow-all"
    allowed_methods        = local.read
    cached_methods         = local.read
    cache_policy_id        = local.disabled
    trusted_key_groups     = [aws_cloudfront_key_group.nobody.id]
  }

  default_cache_behavior {
    target_origin_id       = "echo"
    viewer_protocol_policy = "allow-all"
    allowed_methods        = local.read
    cached_methods         = local.read
    cache_policy_id        = local.disabled
  }

  dynamic "custom_error_response" {
    for_each = { for code in [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504] : tostring(code) => code }
    iterator = error

    content {
      error_code            = error.value
      response_code         = 200
      response_page_path    = error.value == 405 ? "/pages/status-503" : "/pages/${error.value}"
      error_caching_min_ttl = 0
    }
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    cloudfront_default_certificate = true
  }
}

# Served to Antarctica alone.
resource "aws_cloudfront_distribution" "nowhere" {
  comment         = "edgecase capture: geographic restriction"
  enabled         = true
  is_ipv6_enabled = true
  price_class     = "PriceClass_100"

  origin {
    origin_id   = "echo"
    domain_name = aws_instance.origin.public_dns

    custom_origin_config {
      http_port              = 8000
      https_port             = 8000
      origin_protocol_policy = "http-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }

  ordered_cache_behavior {
    path_pattern           = "/signed/*"
    target_origin_id       = "echo"
    viewer_protocol_policy = "allow-all"
    allowed_methods        = local.read
    cached_methods         = local.read
    cache_policy_id        = local.disabled
    trusted_key_groups     = [aws_cloudfront_key_group.nobody.id]
  }

  default_cache_behavior {
    target_origin_id       = "echo"
    viewer_protocol_policy = "redirect-to-https"
    allowed_methods        = local.read
    cached_methods         = local.read
    cache_policy_id        = local.disabled
  }

  restrictions {
    geo_restriction {
      restriction_type = "whitelist"
      locations        = ["AQ"]
    }
  }

  viewer_certificate {
    cloudfront_default_certificate = true
  }
}

# Off.
resource "aws_cloudfront_distribution" "disabled" {
  comment         = "edgecase capture: disabled"
  enabled         = false
  is_ipv6_enabled = true
  price_class     = "PriceClass_100"

  origin {
    origin_id   = "echo"
    domain_name = aws_instance.origin.public_dns

    custom_origin_config {
      http_port              = 8000
      https_port             = 8000
      origin_protocol_policy = "http-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }

  default_cache_behavior {
    target_origin_id       = "echo"
    viewer_protocol_policy = "allow-all"
    allowed_methods        = local.read
    cached_methods         = local.read
    cache_policy_id        = local.disabled
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    cloudfront_default_certificate = true
  }
}
