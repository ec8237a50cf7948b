variable "alias" {
  type = string
}

variable "load_balancer" {}

variable "bucket" {}

variable "prefix" {
  default = ""
}

variable "zone" {
  description = "Not the root's"
  default     = "of the module"
}

variable "dynamic_behaviors" {
  type    = list(object({ path = string, to = string, compress = optional(bool, true) }))
  default = []
}

resource "aws_cloudfront_distribution" "this" {
  enabled = true
  aliases = [var.alias]
  comment = "${path.module} ${path.root} ${var.zone}"

  origin {
    origin_id   = "app"
    domain_name = var.load_balancer.dns_name
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "http-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }

    custom_header {
      name  = "X-Balancer"
      value = var.load_balancer.name
    }

    custom_header {
      name  = "X-Module"
      value = path.module
    }
  }

  origin {
    origin_id                = "media"
    domain_name              = var.bucket.bucket_regional_domain_name
    origin_path              = var.prefix
    origin_access_control_id = aws_cloudfront_origin_access_control.this.id
  }

  dynamic "ordered_cache_behavior" {
    for_each = var.dynamic_behaviors

    content {
      path_pattern           = ordered_cache_behavior.value.path
      target_origin_id       = ordered_cache_behavior.value.to
      viewer_protocol_policy = "redirect-to-https"
      allowed_methods        = ["GET", "HEAD"]
      cached_methods         = ["GET", "HEAD"]
      compress               = ordered_cache_behavior.value.compress
      cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"
    }
  }

  default_cache_behavior {
    target_origin_id       = "app"
    viewer_protocol_policy = "redirect-to-https"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    cache_policy_id        = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
  }


  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    acm_certificate_arn      = aws_acm_certificate.this.arn
    ssl_support_method       = "sni-only"
    minimum_protocol_version = "TLSv1.2_2021"
  }

}

resource "aws_cloudfront_origin_access_control" "this" {
  name                              = "media"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

resource "aws_acm_certificate" "this" {
  domain_name       = var.alias
  validation_method = "DNS"
  region            = "us-east-1"
}

output "distribution" {
  value = aws_cloudfront_distribution.this
}
