# Mistakes that people make, all said in one run, each at its line: TF-004, TF-060, TF-141, TF-154, TF-199, TF-262.

resource "aws_cloudfront_distribution" "shop" {
  enabled = true
  aliases = [local.domian]
  comment = var.extras

  origin {
    origin_id   = "shop"
    domain_name = "https://shop.example.com"

    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "http_only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }

  default_cache_behavior {
    target_origin_id       = "shpo"
    viewer_protocol_policy = "redirect-to-https"
    allowed_methods        = ["GET", "HEAD", "POST"]
    cached_methods         = ["GET", "HEAD"]
    cache_policy_id        = data.aws_cloudfront_cache_policy.optimised.id
    default_tll            = 60
  }

  cache_behavior {
    path_pattern     = "/old/*"
    target_origin_id = "shop"
  }

  dynamic "ordered_cache_behavior" {
    for_each = var.extra

    content {
      path_pattern           = ordered_cache_behavior.value
      target_origin_id       = "shop"
      viewer_protocol_policy = "redirect-to-https"
      allowed_methods        = ["GET", "HEAD"]
      cached_methods         = ["GET", "HEAD"]
      cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"
    }
  }

  dynamic "logging_config" {
    for_each = [1]

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

data "aws_cloudfront_cache_policy" "optimised" {
  name = "Managed-CachingOptimised"
}

locals {
  domain = "shop.example.com"
}

variable "extra" {
  type    = list(string)
  default = null
}

resource "aws_s3_bucket" "logs" {
  count = 0
}

# The same address again.
resource "aws_s3_bucket" "logs" {
  bucket = "logs"
}
