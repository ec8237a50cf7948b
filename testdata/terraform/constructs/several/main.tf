# Several distributions in one directory: TF-100, TF-101, TF-102, TF-111 to TF-114, TF-215.
#
# One is for everything below the zone, one for a name of it, one is switched off, and one asks another one.

locals {
  zone = "several.example"
}

resource "aws_cloudfront_distribution" "wildcard" {
  enabled             = true
  aliases             = ["*.${local.zone}", local.zone]
  default_root_object = "site/index.html"
  http_version        = "http3"
  price_class         = "PriceClass_200"
  is_ipv6_enabled     = true
  retain_on_delete    = true
  wait_for_deployment = false
  tags                = { Name = "wildcard" }

  origin {
    origin_id   = "o"
    domain_name = "wildcard.origin.example"
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }

  default_cache_behavior {
    target_origin_id       = "o"
    viewer_protocol_policy = "redirect-to-https"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"
  }

  logging_config {
    bucket          = "logs.s3.amazonaws.com"
    prefix          = "wildcard/"
    include_cookies = true
  }


  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    acm_certificate_arn      = "arn:aws:acm:us-east-1:123456789012:certificate/wildcard"
    ssl_support_method       = "sni-only"
    minimum_protocol_version = "TLSv1.2_2021"
  }

}

resource "aws_cloudfront_distribution" "api" {
  enabled      = true
  aliases      = ["api.${local.zone}"]
  http_version = "http1.1"

  # Another distribution is an origin like any other.
  origin {
    origin_id   = "o"
    domain_name = aws_cloudfront_distribution.wildcard.domain_name
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }

    custom_header {
      name  = "X-From"
      value = "${aws_cloudfront_distribution.wildcard.arn} ${aws_cloudfront_distribution.wildcard.hosted_zone_id}"
    }
  }

  default_cache_behavior {
    target_origin_id         = "o"
    viewer_protocol_policy   = "https-only"
    allowed_methods          = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]
    cached_methods           = ["GET", "HEAD"]
    cache_policy_id          = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    origin_request_policy_id = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
  }


  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    acm_certificate_arn      = "arn:aws:acm:us-east-1:123456789012:certificate/api"
    ssl_support_method       = "sni-only"
    minimum_protocol_version = "TLSv1.2_2021"
  }

}

resource "aws_cloudfront_distribution" "off" {
  enabled = "false"

  origin {
    origin_id   = "o"
    domain_name = "off.origin.example"
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }

  default_cache_behavior {
    target_origin_id       = "o"
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
