variable "name" {
  type = string
}

variable "origins" {
  type = map(string)
}

module "headers" {
  source = "app.registry.example/web/headers/aws"
  version = "1.0.0"

  name = var.name
}

module "logs" {
  source = "./modules/logs"
}

resource "aws_cloudfront_distribution" "this" {
  enabled = true

  dynamic "origin" {
    for_each = var.origins

    content {
      origin_id = origin.key
      domain_name = origin.value
      custom_origin_config {
http_port = 80
https_port = 443
origin_protocol_policy = "https-only"
origin_ssl_protocols = ["TLSv1.2"]
}
    }
  }

  default_cache_behavior {
    target_origin_id = one(keys(var.origins))
    viewer_protocol_policy = "redirect-to-https"
allowed_methods = ["GET", "HEAD"]
cached_methods = ["GET", "HEAD"]
    cache_policy_id = "658327ea-f89d-4fab-a63d-7e88639e58f6"
    response_headers_policy_id = module.headers.id
  }

  logging_config {
    bucket = module.logs.bucket
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
