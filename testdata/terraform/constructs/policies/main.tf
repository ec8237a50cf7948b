# Policies of the directory, of AWS, and of what others have made: TF-145, TF-160, TF-161, TF-162, TF-196.

data "aws_cloudfront_cache_policy" "managed" {
  for_each = toset(["Managed-CachingOptimized", "Managed-CachingDisabled", "UseOriginCacheControlHeaders"])

  name = each.value
}

data "aws_cloudfront_origin_request_policy" "viewer" {
  name = "Managed-AllViewerExceptHostHeader"
}

data "aws_cloudfront_response_headers_policy" "cors" {
  id = "eaab4381-ed33-4a86-88ca-d9558dc6cd63"
}

# By the name of a policy of the directory.
data "aws_cloudfront_cache_policy" "own" {
  name = "shop-${var.flavor}"

  depends_on = [aws_cloudfront_cache_policy.shop]
}

variable "flavor" {
  default = "search"
}

resource "aws_cloudfront_cache_policy" "shop" {
  for_each = {
    search = { ttl = 60, query = ["q", "page"] }
    images = { ttl = 86400, query = [] }
  }

  name        = "shop-${each.key}"
  comment     = "for ${each.key}"
  min_ttl     = 1
  default_ttl = each.value.ttl
  max_ttl     = each.value.ttl * 10

  parameters_in_cache_key_and_forwarded_to_origin {
    enable_accept_encoding_brotli = true
    enable_accept_encoding_gzip   = true

    cookies_config {
      cookie_behavior = "none"
    }

    headers_config {
      header_behavior = each.key == "images" ? "whitelist" : "none"

      dynamic "headers" {
        for_each = each.key == "images" ? [1] : []

        content {
          items = ["Accept", "CloudFront-Is-Mobile-Viewer"]
        }
      }
    }

    query_strings_config {
      query_string_behavior = length(each.value.query) > 0 ? "whitelist" : "all"

      dynamic "query_strings" {
        for_each = length(each.value.query) > 0 ? [each.value.query] : []

        content {
          items = query_strings.value
        }
      }
    }
  }
}

# The times that are left out are a day and a year.
resource "aws_cloudfront_cache_policy" "defaults" {
  name = "defaults"

  parameters_in_cache_key_and_forwarded_to_origin {
    cookies_config {
      cookie_behavior = "allExcept"

      cookies {
        items = ["_ga"]
      }
    }

    headers_config {
      header_behavior = "none"
    }

    query_strings_config {
      query_string_behavior = "allExcept"

      query_strings {
        items = ["utm_source"]
      }
    }
  }
}

resource "aws_cloudfront_origin_request_policy" "api" {
  name = "api"

  cookies_config {
    cookie_behavior = "whitelist"

    cookies {
      items = ["session"]
    }
  }

  headers_config {
    header_behavior = "allViewerAndWhitelistCloudFront"

    headers {
      items = ["CloudFront-Viewer-Country"]
    }
  }

  query_strings_config {
    query_string_behavior = "all"
  }
}

resource "aws_cloudfront_response_headers_policy" "full" {
  name = "full"

  cors_config {
    access_control_allow_credentials = true
    access_control_max_age_sec       = 600
    origin_override                  = false

    access_control_allow_headers {
      items = ["Authorization", "Content-Type"]
    }

    access_control_allow_methods {
      items = ["GET", "POST"]
    }

    access_control_allow_origins {
      items = ["https://shop.example", "https://*.shop.example"]
    }

    access_control_expose_headers {
      items = ["X-Total"]
    }
  }

  custom_headers_config {
    items {
      header   = "X-Stage"
      value    = "test"
      override = true
    }

    items {
      header   = "Cache-Control"
      value    = "no-cache"
      override = false
    }
  }

  remove_headers_config {
    items {
      header = "X-Powered-By"
    }
  }

  security_headers_config {
    content_type_options {
      override = true
    }

    frame_options {
      frame_option = "DENY"
      override     = false
    }

    referrer_policy {
      referrer_policy = "same-origin"
      override        = true
    }

    strict_transport_security {
      access_control_max_age_sec = 31536000
      include_subdomains         = true
      preload                    = true
      override                   = true
    }

    xss_protection {
      protection = true
      mode_block = true
      override   = true
    }

    content_security_policy {
      content_security_policy = "default-src 'self'"
      override                = true
    }
  }

  server_timing_headers_config {
    enabled       = true
    sampling_rate = 12.5
  }
}

locals {
  behaviors = [
    { path = "/search", cache = data.aws_cloudfront_cache_policy.own.id, request = null, response = null },
    { path = "/images/*", cache = aws_cloudfront_cache_policy.shop["images"].id, request = "", response = "" },
    { path = "/defaults/*", cache = aws_cloudfront_cache_policy.defaults.id, request = null, response = null },
    { path = "/api/*", cache = data.aws_cloudfront_cache_policy.managed["Managed-CachingDisabled"].id, request = aws_cloudfront_origin_request_policy.api.id, response = aws_cloudfront_response_headers_policy.full.id },
    { path = "/literal/*", cache = "b2884449-e4de-46a7-ac36-70bc7f1ddd6d", request = "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf", response = null },
    { path = "/elsewhere/*", cache = var.policy_of_another_team, request = data.aws_cloudfront_origin_request_policy.viewer.id, response = data.aws_cloudfront_response_headers_policy.cors.id },
    { path = "/short/*", cache = data.aws_cloudfront_cache_policy.own.default_ttl < 100 ? data.aws_cloudfront_cache_policy.managed["UseOriginCacheControlHeaders"].id : null, request = null, response = null },
  ]
}

variable "policy_of_another_team" {
  default = "11111111-2222-3333-4444-555555555555"
}
