# The types of variables, and what they make of values: TF-025, TF-026, TF-027, TF-029, TF-059.
#
# The typed values come from terraform.tfvars; what the file leaves out comes from optional().

resource "aws_cloudfront_distribution" "media" {
  enabled             = true
  comment             = "${var.any.team} ${var.tuple[0]} ${var.tuple[1]}"
  aliases             = setunion(var.hosts, module.nullable.hosts)
  default_root_object = var.root

  dynamic "origin" {
    for_each = var.origins

    content {
      origin_id           = origin.key
      domain_name         = origin.value.host
      origin_path         = origin.value.path
      connection_attempts = origin.value.limits.attempts
      connection_timeout  = origin.value.limits.timeout

      custom_origin_config {
        http_port              = 80
        https_port             = coalesce(origin.value.port, 443)
        origin_protocol_policy = origin.value.port == null ? "https-only" : "match-viewer"
        origin_ssl_protocols   = origin.value.tls
      }

      custom_header {
        name  = "Authorization-Token"
        value = "Bearer ${var.token} ${issensitive(var.token)}"
      }

      dynamic "custom_header" {
        for_each = origin.value.headers

        content {
          name  = custom_header.value.name
          value = custom_header.value.value
        }
      }
    }
  }

  dynamic "ordered_cache_behavior" {
    for_each = var.routes

    content {
      path_pattern           = ordered_cache_behavior.value.pattern
      target_origin_id       = ordered_cache_behavior.value.to
      viewer_protocol_policy = ordered_cache_behavior.value.https
      allowed_methods        = ordered_cache_behavior.value.methods
      cached_methods         = ["GET", "HEAD"]
      compress               = ordered_cache_behavior.value.compress
      cache_policy_id        = ordered_cache_behavior.value.policy
    }
  }

  dynamic "ordered_cache_behavior" {
    for_each = {
      legacy = concat(var.legacy_list, var.bare_list, [var.legacy_text])
      token  = [nonsensitive(var.token)]
    }

    content {
      path_pattern           = "/${ordered_cache_behavior.key}/${one(ordered_cache_behavior.value)}/*"
      target_origin_id       = "images"
      viewer_protocol_policy = "https-only"
      allowed_methods        = ["GET", "HEAD"]
      cached_methods         = ["GET", "HEAD"]
      cache_policy_id        = lookup(merge(var.legacy_map, var.bare_map), "policy", "658327ea-f89d-4fab-a63d-7e88639e58f6")
    }
  }

  default_cache_behavior {
    target_origin_id       = sort(keys(var.origins))[0]
    viewer_protocol_policy = "redirect-to-https"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"
  }

  restrictions {
    geo_restriction {
      restriction_type = var.countries == null ? "none" : "whitelist"
      locations        = var.countries
    }
  }

  viewer_certificate {
    acm_certificate_arn      = "arn:aws:acm:us-east-1:123456789012:certificate/0a6c1f0e-5d11-4a3e-9c43-1c1f5b8f7d20"
    ssl_support_method       = "sni-only"
    minimum_protocol_version = "TLSv1.2_2021"
  }
}

# A caller's null is not the same as silence: TF-026.
module "nullable" {
  source = "./hosts"

  kept     = null
  replaced = null
}

output "token" {
  value     = var.token
  sensitive = true
}
