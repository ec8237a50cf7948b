data "aws_cloudfront_cache_policy" "disabled" {
  name = "Managed-CachingDisabled"
}

data "aws_cloudfront_origin_request_policy" "all_viewer" {
  name = "Managed-AllViewer"
}

data "aws_cloudfront_origin_request_policy" "cors_s3" {
  name = "Managed-CORS-S3Origin"
}

locals {
  # An origin's answers say no-store; these policies would keep them for no longer than a second in any case.
  cache_policies = {
    encodings = { gzip = true, brotli = true, query_strings = "none", query_string_names = [] }
    only-a    = { gzip = false, brotli = false, query_strings = "whitelist", query_string_names = ["a"] }
    but-a     = { gzip = false, brotli = false, query_strings = "allExcept", query_string_names = ["a"] }
  }

  origin_request_policies = {
    listed = {
      headers = "whitelist", cookies = "none", query_strings = "none", query_string_names = []
      header_names = [
        "Origin", "X-Listed", "CloudFront-Forwarded-Proto", "CloudFront-Viewer-Http-Version", "CloudFront-Viewer-Country",
        "CloudFront-Viewer-Address",
      ]
    }
    uncookied = { headers = "allViewer", cookies = "none", query_strings = "none", header_names = [], query_string_names = [] }
    except    = { headers = "allExcept", cookies = "all", query_strings = "all", header_names = ["X-Left-Out"], query_string_names = [] }
    only-a    = { headers = "none", cookies = "none", query_strings = "whitelist", header_names = [], query_string_names = ["a"] }
    but-a     = { headers = "none", cookies = "none", query_strings = "allExcept", header_names = [], query_string_names = ["a"] }
  }
}

resource "aws_cloudfront_cache_policy" "these" {
  for_each = local.cache_policies

  name        = "${local.name}-${each.key}"
  min_ttl     = 0
  default_ttl = 0
  max_ttl     = 1

  parameters_in_cache_key_and_forwarded_to_origin {
    enable_accept_encoding_gzip   = each.value.gzip
    enable_accept_encoding_brotli = each.value.brotli

    headers_config {
      header_behavior = "none"
    }

    cookies_config {
      cookie_behavior = "none"
    }

    query_strings_config {
      query_string_behavior = each.value.query_strings

      dynamic "query_strings" {
        for_each = length(each.value.query_string_names) > 0 ? [each.value.query_string_names] : []

        content {
          items = query_strings.value
        }
      }
    }
  }
}

resource "aws_cloudfront_origin_request_policy" "these" {
  for_each = local.origin_request_policies

  name = "${local.name}-${each.key}"

  headers_config {
    header_behavior = each.value.headers

    dynamic "headers" {
      for_each = length(each.value.header_names) > 0 ? [each.value.header_names] : []

      content {
        items = headers.value
      }
    }
  }

  cookies_config {
    cookie_behavior = each.value.cookies
  }

  query_strings_config {
    query_string_behavior = each.value.query_strings

    dynamic "query_strings" {
      for_each = length(each.value.query_string_names) > 0 ? [each.value.query_string_names] : []

      content {
        items = query_strings.value
      }
    }
  }
}

resource "aws_cloudfront_response_headers_policy" "decorated" {
  name = "${local.name}-decorated"

  remove_headers_config {
    items {
      header = "server"
    }

    items {
      header = "Date"
    }

    items {
      header = "x-powered-by"
    }

    items {
      header = "ETag"
    }

    items {
      header = "X-Gone"
    }

    items {
      header = "X-Both"
    }
  }

  security_headers_config {
    strict_transport_security {
      access_control_max_age_sec = 60
      include_subdomains         = true
      preload                    = true
      override                   = true
    }

    xss_protection {
      protection = true
      report_uri = "https://example.org/report"
      override   = true
    }
  }

  custom_headers_config {
    items {
      header   = "X-Decorated"
      value    = "yes"
      override = true
    }

    items {
      header   = "X-Both"
      value    = "policy"
      override = false
    }
  }
}

# What the page of an error carries, if its own behavior decides.
resource "aws_cloudfront_response_headers_policy" "page" {
  name = "${local.name}-page"

  custom_headers_config {
    items {
      header   = "X-Decorated"
      value    = "page"
      override = true
    }
  }
}

resource "aws_cloudfront_response_headers_policy" "cors" {
  name = "${local.name}-cors"

  cors_config {
    access_control_allow_credentials = true
    access_control_max_age_sec       = 60
    origin_override                  = false

    access_control_allow_origins {
      items = ["https://example.org", "*.example.net"]
    }

    access_control_allow_methods {
      items = ["GET", "PUT"]
    }

    access_control_allow_headers {
      items = ["X-One", "X-Two"]
    }

    access_control_expose_headers {
      items = ["X-Shown"]
    }
  }
}

resource "aws_cloudfront_response_headers_policy" "cors_any" {
  name = "${local.name}-cors-any"

  cors_config {
    access_control_allow_credentials = false
    origin_override                  = true

    access_control_allow_origins {
      items = ["*"]
    }

    access_control_allow_methods {
      items = ["ALL"]
    }

    access_control_allow_headers {
      items = ["*"]
    }
  }

  server_timing_headers_config {
    enabled       = true
    sampling_rate = 0
  }
}

# Whose private half was thrown away: nothing that this key could have signed will ever be accepted.
resource "aws_cloudfront_public_key" "nobody" {
  name        = local.name
  encoded_key = file("${path.module}/nobody.pem")
}

resource "aws_cloudfront_key_group" "nobody" {
  name  = local.name
  items = [aws_cloudfront_public_key.nobody.id]
}

resource "aws_cloudfront_function" "seen" {
  name    = local.name
  runtime = "cloudfront-js-2.0"
  publish = true
  code    = file("${path.module}/seen.js")
}
