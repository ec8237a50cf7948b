# Modules that nobody has installed: TF-072, TF-073, TF-223, TF-230, TF-260.
#
# The label and the load balancer are unknown and named by their outputs; a label says it is enabled; the distribution of
# module.docs cannot be seen, which is said with the command that brings it.

module "label" {
  source  = "cloudposse/label/null"
  version = "0.25.0"

  namespace = "eg"
  name      = "site"
}

module "lb" {
  source = "git@git.example.com:infra/lb.git"
}

module "docs" {
  source  = "terraform-aws-modules/cloudfront/aws"
  version = "~> 4.0"

  aliases = ["docs.example.com"]
  origin  = { docs = { domain_name = "docs-origin.example.com" } }
}

module "nothing_needs_it" {
  source = "acme/tags/aws"
}

resource "aws_cloudfront_distribution" "site" {
  count = module.label.enabled ? 1 : 0

  enabled = module.label.enabled
  comment = module.label.id
  tags    = module.label.tags

  origin {
    origin_id   = "lb-${module.label.id}"
    domain_name = module.lb.dns_name
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }

    custom_header {
      name  = "X-Label"
      value = module.label.id
    }
  }

  origin {
    origin_id   = "assets"
    domain_name = "assets.${module.lb.settings["zone"].name}"
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }

  ordered_cache_behavior {
    path_pattern           = "/assets/*"
    target_origin_id       = "assets"
    viewer_protocol_policy = "redirect-to-https"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"
  }

  default_cache_behavior {
    target_origin_id       = "lb-${module.label.id}"
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
    cloudfront_default_certificate = true
  }

}
