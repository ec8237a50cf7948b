# What nobody can know before apply: TF-052, TF-202, TF-220, TF-230 to TF-233.
#
# A remote state, parameters and secrets are unknown, whatever is cut out of them. Origins and behaviors that are named
# by the same unknown are the same; conditions see an unknown as set; count and for_each assume one.

data "terraform_remote_state" "network" {
  backend = "s3"

  config = {
    bucket = "states"
    key    = "network.tfstate"
    region = "eu-west-1"
  }
}

data "aws_ssm_parameter" "origin" {
  name = "/site/origin"
}

data "aws_secretsmanager_secret_version" "site" {
  secret_id = "site"
}

data "http" "allow" {
  url = "https://config.example.com/allow.json"
}

data "external" "version" {
  program = ["sh", "version.sh"]
}

locals {
  secret  = jsondecode(data.aws_secretsmanager_secret_version.site.secret_string)
  network = data.terraform_remote_state.network.outputs
  # Set, whatever it will be.
  has_api = local.network.api_host != "" && local.network.api_host != null
}

resource "aws_cloudfront_distribution" "site" {
  enabled = true
  comment = data.external.version.result["version"]

  origin {
    origin_id   = "S3-${local.network.website_bucket}"
    domain_name = "${local.network.website_bucket}.s3.amazonaws.com"
  }

  origin {
    origin_id   = local.network.api_id
    domain_name = local.network.api_host
    origin_path = data.aws_ssm_parameter.origin.value
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }

    custom_header {
      name  = "X-Token"
      value = local.secret["token"]
    }

    custom_header {
      name  = "X-Zone"
      value = try(local.network.zones[0].name, "none")
    }
  }

  dynamic "ordered_cache_behavior" {
    for_each = local.has_api ? ["/api/*"] : []

    content {
      path_pattern           = ordered_cache_behavior.value
      target_origin_id       = local.network.api_id
      viewer_protocol_policy = "https-only"
      allowed_methods        = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]
      cached_methods         = ["GET", "HEAD"]
      cache_policy_id        = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    }
  }

  dynamic "ordered_cache_behavior" {
    for_each = toset(jsondecode(data.http.allow.response_body).paths)

    content {
      path_pattern           = "/allowed/${ordered_cache_behavior.value}/*"
      target_origin_id       = "S3-${data.terraform_remote_state.network.outputs.website_bucket}"
      viewer_protocol_policy = "redirect-to-https"
      allowed_methods        = ["GET", "HEAD"]
      cached_methods         = ["GET", "HEAD"]
      cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"
    }
  }

  default_cache_behavior {
    target_origin_id       = "S3-${local.network.website_bucket}"
    viewer_protocol_policy = "redirect-to-https"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    cache_policy_id        = local.network.cached ? "658327ea-f89d-4fab-a63d-7e88639e58f6" : "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
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

resource "aws_cloudfront_distribution" "mirror" {
  count = local.network.mirrors

  enabled = true

  origin {
    origin_id   = "mirror"
    domain_name = local.network.hosts[count.index]
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }

  default_cache_behavior {
    target_origin_id       = "mirror"
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
