# Dynamic blocks: TF-050, TF-051.
#
# The order of behaviors is the order in the source, static and dynamic ones mixed; inside a dynamic block it is that of
# the list, or of the sorted keys of a map or of a set. A map made of a list loses the list's order.

locals {
  list = ["z", "a", "m"]
  rules = [
    { path = "/b_10/*", to = "assets" },
    { path = "/b_2/*", to = "app" },
    { path = "/a/*", to = "app" },
  ]
  origins = {
    app    = { host = "app.example.com", headers = { X-Env = "test", X-App = "app" }, s3 = false }
    assets = { host = "assets.s3.eu-west-1.amazonaws.com", headers = {}, s3 = true }
  }
  edge = {
    "/signed/*" = { lambdas = { viewer-request = "auth", origin-response = "headers" }, cookies = ["sid", "lang"] }
    "/plain/*"  = { lambdas = {}, cookies = [] }
  }
}

resource "aws_cloudfront_distribution" "mixed" {
  enabled = true

  dynamic "origin" {
    for_each = local.origins
    iterator = o

    content {
      origin_id   = o.key
      domain_name = o.value.host

      # A nested block sees the iterators of the outer ones.
      dynamic "custom_header" {
        for_each = o.value.headers
        iterator = h

        content {
          name  = h.key
          value = "${o.key}:${h.value}"
        }
      }

      dynamic "custom_origin_config" {
        for_each = o.value.s3 ? [] : [80]
        iterator = port

        content {
          http_port              = port.value
          https_port             = port.key + 443
          origin_protocol_policy = "https-only"
          origin_ssl_protocols   = ["TLSv1.2"]
        }
      }

      dynamic "s3_origin_config" {
        for_each = o.value.s3 ? [""] : []

        content {
          origin_access_identity = s3_origin_config.value
        }
      }
    }
  }

  ordered_cache_behavior {
    path_pattern           = "/first/*"
    target_origin_id       = "app"
    viewer_protocol_policy = "redirect-to-https"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"
  }

  dynamic "ordered_cache_behavior" {
    for_each = local.list

    content {
      path_pattern           = "/list/${ordered_cache_behavior.key}-${ordered_cache_behavior.value}/*"
      target_origin_id       = "app"
      viewer_protocol_policy = "redirect-to-https"
      allowed_methods        = ["GET", "HEAD"]
      cached_methods         = ["GET", "HEAD"]
      cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"
    }
  }

  ordered_cache_behavior {
    path_pattern           = "/between/*"
    target_origin_id       = "assets"
    viewer_protocol_policy = "redirect-to-https"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"
  }

  dynamic "ordered_cache_behavior" {
    for_each = toset(local.list)

    content {
      path_pattern           = "/set/${ordered_cache_behavior.key}-${ordered_cache_behavior.value}/*"
      target_origin_id       = "app"
      viewer_protocol_policy = "redirect-to-https"
      allowed_methods        = ["GET", "HEAD"]
      cached_methods         = ["GET", "HEAD"]
      cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"
    }
  }

  dynamic "ordered_cache_behavior" {
    for_each = { for r in local.rules : r.path => r }
    iterator = rule

    content {
      path_pattern           = rule.key
      target_origin_id       = rule.value.to
      viewer_protocol_policy = "redirect-to-https"
      allowed_methods        = ["GET", "HEAD"]
      cached_methods         = ["GET", "HEAD"]
      cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"
    }
  }

  dynamic "ordered_cache_behavior" {
    for_each = local.edge
    iterator = behavior

    content {
      path_pattern           = behavior.key
      target_origin_id       = "app"
      viewer_protocol_policy = "redirect-to-https"
      allowed_methods        = ["GET", "HEAD"]
      cached_methods         = ["GET", "HEAD"]

      dynamic "forwarded_values" {
        for_each = length(behavior.value.cookies) > 0 ? [behavior.value.cookies] : []

        content {
          query_string = true

          dynamic "cookies" {
            for_each = [forwarded_values.value]

            content {
              forward           = "whitelist"
              whitelisted_names = concat(cookies.value, [lower(replace(behavior.key, "/[^a-z]/", ""))])
            }
          }
        }
      }

      cache_policy_id = length(behavior.value.cookies) > 0 ? null : "658327ea-f89d-4fab-a63d-7e88639e58f6"

      dynamic "lambda_function_association" {
        for_each = behavior.value.lambdas

        content {
          event_type   = lambda_function_association.key
          lambda_arn   = "arn:aws:lambda:us-east-1:123456789012:function:${lambda_function_association.value}:3"
          include_body = lambda_function_association.key == "viewer-request"
        }
      }
    }
  }

  # None.
  dynamic "ordered_cache_behavior" {
    for_each = []

    content {
      path_pattern           = "/never/*"
      target_origin_id       = "nobody"
      viewer_protocol_policy = "https-only"
      allowed_methods        = ["GET"]
      cached_methods         = ["GET"]
    }
  }

  ordered_cache_behavior {
    path_pattern           = "/last/*"
    target_origin_id       = "app"
    viewer_protocol_policy = "redirect-to-https"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"
  }

  default_cache_behavior {
    target_origin_id       = "app"
    viewer_protocol_policy = "redirect-to-https"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"
  }

  dynamic "origin_group" {
    for_each = [["app", "assets"]]

    content {
      origin_id = join("-or-", origin_group.value)

      failover_criteria {
        status_codes = [for n in range(502, 505) : n]
      }

      dynamic "member" {
        for_each = origin_group.value

        content {
          origin_id = member.value
        }
      }
    }
  }

  dynamic "custom_error_response" {
    for_each = { 404 = 200, 503 = null }

    content {
      error_code            = custom_error_response.key
      response_code         = custom_error_response.value
      response_page_path    = custom_error_response.value == null ? null : "/index.html"
      error_caching_min_ttl = custom_error_response.value == null ? 5 : null
    }
  }

  restrictions {
    dynamic "geo_restriction" {
      for_each = [["DE", "AT", "CH"]]

      content {
        restriction_type = "whitelist"
        locations        = geo_restriction.value
      }
    }
  }

  dynamic "viewer_certificate" {
    for_each = [true]

    content {
      cloudfront_default_certificate = viewer_certificate.value
    }
  }
}
