# terraform.workspace: TF-045, TF-052.
#
# The environment file says shop-staging; the test loads shop-production by TF_WORKSPACE, and shop-preview, which the map
# does not have.

locals {
  environment = trimprefix(terraform.workspace, "shop-")
  production  = substr(terraform.workspace, -11, -1) == "-production"

  hosts = {
    staging    = "staging.shop.example"
    production = "shop.example"
  }
}

resource "aws_cloudfront_distribution" "shop" {
  enabled     = true
  price_class = local.production ? "PriceClass_All" : "PriceClass_100"
  aliases     = local.production ? ["shop.example", "www.shop.example"] : [local.hosts[local.environment]]

  origin {
    origin_id   = "shop"
    domain_name = "origin.${local.hosts[local.environment]}"
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }

  default_cache_behavior {
    target_origin_id       = "shop"
    viewer_protocol_policy = "redirect-to-https"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    cache_policy_id = lookup({
      production = "658327ea-f89d-4fab-a63d-7e88639e58f6"
    }, local.environment, "4135ea2d-6df8-44a3-9df3-4b5a84be39ad")
  }

  dynamic "ordered_cache_behavior" {
    for_each = terraform.workspace == "shop-production" ? [] : ["/debug/*"]

    content {
      path_pattern           = ordered_cache_behavior.value
      target_origin_id       = "shop"
      viewer_protocol_policy = "https-only"
      allowed_methods        = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]
      cached_methods         = ["GET", "HEAD"]
      cache_policy_id        = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    }
  }


  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    acm_certificate_arn      = "arn:aws:acm:us-east-1:123456789012:certificate/${local.environment}"
    ssl_support_method       = "sni-only"
    minimum_protocol_version = "TLSv1.2_2021"
  }

}
