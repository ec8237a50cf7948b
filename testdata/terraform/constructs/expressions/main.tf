# What expressions come to, each visible as a path pattern: TF-041, TF-042, TF-052 to TF-058, TF-080, TF-081.
#
# Behind each pattern stands, where it can be wrong, what is expected: /NAME/RESULT/*.

resource "aws_cloudfront_distribution" "lab" {
  enabled = true
  comment = trimspace(local.banner)

  origin {
    origin_id   = "lab"
    domain_name = "lab.example.com"
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }

  dynamic "ordered_cache_behavior" {
    # Some of the characters are not for path patterns.
    for_each = [
      for p in concat(local.conditions, local.collections, local.texts, local.encodings, local.splats) :
      replace(p, "/[, {}%=]+/", "_")
    ]

    content {
      path_pattern           = ordered_cache_behavior.value
      target_origin_id       = "lab"
      viewer_protocol_policy = "redirect-to-https"
      allowed_methods        = ["GET", "HEAD"]
      cached_methods         = ["GET", "HEAD"]
      cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"
    }
  }

  default_cache_behavior {
    target_origin_id       = "lab"
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
