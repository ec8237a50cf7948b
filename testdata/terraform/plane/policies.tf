data "aws_cloudfront_cache_policy" "disabled" {
  name = "Managed-CachingDisabled"
}

data "aws_cloudfront_cache_policy" "optimized" {
  name = "Managed-CachingOptimized"
}

# What Django and its WebSockets need: everything the viewer sent (Host, Referer, Cookie, X-CSRFToken,
# Sec-WebSocket-*), and the viewer's scheme and address, which SECURE_PROXY_SSL_HEADER and the audit log read.
resource "aws_cloudfront_origin_request_policy" "api" {
  name    = "${local.name}-api"
  comment = "Everything to Django"

  cookies_config {
    cookie_behavior = "all"
  }

  headers_config {
    header_behavior = "allViewerAndWhitelistCloudFront"

    headers {
      items = ["CloudFront-Forwarded-Proto", "CloudFront-Viewer-Address"]
    }
  }

  query_strings_config {
    query_string_behavior = "all"
  }
}
