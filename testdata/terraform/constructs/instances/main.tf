# count and for_each on distributions, modules and buckets: TF-046, TF-047, TF-048, TF-054.
#
# Two brands by for_each, a shadow by count, a module for each region, one that is switched off; what has no instances is
# asked for with one(), try() and splats only.

variable "brands" {
  type = map(object({ host = string, buckets = number }))
  default = {
    zebra = { host = "zebra.example", buckets = 1 }
    ant   = { host = "ant.example", buckets = 2 }
  }
}

variable "with_shadow" {
  default = true
}

variable "with_logs" {
  default = false
}

locals {
  buckets = merge([for brand, b in var.brands : { for i in range(b.buckets) : "${brand}-${i}" => brand }]...)
}

resource "aws_s3_bucket" "media" {
  for_each = local.buckets

  bucket = "media-${each.key}"
}

resource "aws_s3_bucket" "logs" {
  count = var.with_logs ? 1 : 0

  bucket = "logs"
}

resource "aws_cloudfront_distribution" "brand" {
  for_each = var.brands

  enabled = true
  comment = "${each.key} of ${length(var.brands)}"

  dynamic "origin" {
    for_each = [for name, brand in local.buckets : name if brand == each.key]

    content {
      origin_id   = origin.value
      domain_name = aws_s3_bucket.media[origin.value].bucket_regional_domain_name
      origin_path = "/${origin.key}"

      s3_origin_config {
        origin_access_identity = ""
      }
    }
  }

  origin {
    origin_id   = "www"
    domain_name = each.value.host
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }

  default_cache_behavior {
    target_origin_id       = "www"
    viewer_protocol_policy = "redirect-to-https"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"
  }

  ordered_cache_behavior {
    path_pattern           = "/${each.key}/${one(aws_s3_bucket.logs[*].bucket) == null ? "no-logs" : "logs"}/*"
    target_origin_id       = "${each.key}-0"
    viewer_protocol_policy = "redirect-to-https"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"
  }

  # Off: an index into what has no instances stands in a block that is not there.
  dynamic "logging_config" {
    for_each = var.with_logs ? [1] : []

    content {
      bucket = aws_s3_bucket.logs[0].bucket_domain_name
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

resource "aws_cloudfront_distribution" "shadow" {
  count = var.with_shadow ? 2 : 0

  enabled = true
  comment = try(aws_s3_bucket.logs[0].bucket, "no logs for ${count.index}")

  origin {
    origin_id   = "brand"
    domain_name = aws_cloudfront_distribution.brand[sort(keys(var.brands))[count.index]].domain_name
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }

  default_cache_behavior {
    target_origin_id       = "brand"
    viewer_protocol_policy = "redirect-to-https"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"
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

module "region" {
  source   = "./region"
  for_each = toset(["eu", "us"])

  name = each.value
}

module "off" {
  source = "./region"
  count  = 0

  name = "off"
}

resource "aws_cloudfront_distribution" "regions" {
  enabled = true

  dynamic "origin" {
    for_each = merge({ for k, m in module.region : k => m.host }, { for i, m in module.off : "off" => m.host })

    content {
      origin_id   = origin.key
      domain_name = origin.value
      custom_origin_config {
        http_port              = 80
        https_port             = 443
        origin_protocol_policy = "https-only"
        origin_ssl_protocols   = ["TLSv1.2"]
      }
    }
  }

  dynamic "ordered_cache_behavior" {
    for_each = flatten([values(module.region)[*].patterns, module.off[*].patterns])

    content {
      path_pattern           = ordered_cache_behavior.value
      target_origin_id       = split("/", ordered_cache_behavior.value)[1]
      viewer_protocol_policy = "redirect-to-https"
      allowed_methods        = ["GET", "HEAD"]
      cached_methods         = ["GET", "HEAD"]
      cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"
    }
  }

  default_cache_behavior {
    target_origin_id       = keys(module.region)[0]
    viewer_protocol_policy = "redirect-to-https"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"
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
