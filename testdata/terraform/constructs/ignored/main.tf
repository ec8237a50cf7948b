# What has no effect, and what nobody reaches: TF-006, TF-007, TF-040, TF-049, TF-057.
#
# Nothing in this directory may be an error: the broken resources in broken.tf feed no distribution.

terraform {
  required_version = "< 0.12"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "= 3.1.4"
    }
  }

  backend "s3" {
    bucket = "states"
    key    = "site.tfstate"
  }
}

moved {
  from = aws_cloudfront_distribution.old
  to   = aws_cloudfront_distribution.site
}

import {
  to = aws_cloudfront_distribution.site
  id = "E1234567890ABC"
}

removed {
  from = aws_s3_bucket.gone

  lifecycle {
    destroy = false
  }
}

check "answers" {
  data "http" "site" {
    url = "https://${aws_cloudfront_distribution.site.domain_name}"
  }

  assert {
    condition     = data.http.site.status_code == 200
    error_message = "The site does not answer."
  }
}

ephemeral "aws_secretsmanager_secret_version" "token" {
  secret_id = "token"
}

# From a Terraform of the future.
policy_pack "cost" {
  limit = 5
}

resource "aws_cloudfront_distribution" "site" {
  enabled    = true
  depends_on = [aws_s3_bucket.broken, terraform_data.invalidate]

  origin {
    origin_id   = "app"
    domain_name = core::lower("APP.example.com")
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }

  default_cache_behavior {
    target_origin_id       = "app"
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


  lifecycle {
    create_before_destroy = true
    ignore_changes        = [web_acl_id]

    precondition {
      condition     = nothing.of.the.kind
      error_message = "No."
    }
  }

  timeouts {
    create = "90m"
  }

  provisioner "local-exec" {
    when    = destroy
    command = "echo ${self.id}"
  }

  connection {
    host = self.domain_name
  }
}

resource "terraform_data" "invalidate" {
  triggers_replace = [timestamp()]

  provisioner "local-exec" {
    command = "aws cloudfront create-invalidation --distribution-id ${aws_cloudfront_distribution.site.id} --paths '/*'"
  }
}
