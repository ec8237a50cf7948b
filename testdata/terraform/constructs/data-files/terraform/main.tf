# What comes out of files beside the Terraform: TF-043, TF-044, TF-055, TF-164.
#
# Paths in functions are relative to the working directory, path.module is the way to a module's own files. One file is
# outside the directory: it is read as Terraform reads it.

locals {
  routes   = yamldecode(file("${path.module}/config/routes.yaml"))
  settings = jsondecode(file("config/settings.json"))
  tenants  = csvdecode(file("${path.root}/config/tenants.csv"))
  pages    = fileset("${path.module}/pages", "**/*.html")
  extra    = fileexists("config/extra.json") ? jsondecode(file("config/extra.json")) : { routes = [] }
}

module "headers" {
  source = "./headers"
}

resource "aws_cloudfront_distribution" "site" {
  enabled             = true
  comment             = chomp(file("${path.module}/config/comment.txt"))
  default_root_object = local.settings.root
  http_version        = local.settings["http_version"]

  dynamic "origin" {
    for_each = { for t in local.tenants : t.name => t }

    content {
      origin_id   = origin.key
      domain_name = origin.value.host
      origin_path = origin.value.prefix

      custom_origin_config {
        http_port              = 80
        https_port             = 443
        origin_protocol_policy = "https-only"
        origin_ssl_protocols   = ["TLSv1.2"]
      }
    }
  }

  dynamic "ordered_cache_behavior" {
    for_each = concat(local.routes.routes, local.extra.routes)

    content {
      path_pattern           = ordered_cache_behavior.value.path
      target_origin_id       = ordered_cache_behavior.value.tenant
      viewer_protocol_policy = "redirect-to-https"
      allowed_methods        = ["GET", "HEAD"]
      cached_methods         = ["GET", "HEAD"]
      compress               = try(ordered_cache_behavior.value.compress, false)
      cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"

      dynamic "function_association" {
        for_each = try(ordered_cache_behavior.value.functions, {})

        content {
          event_type   = function_association.key
          function_arn = local.functions[function_association.value]
        }
      }
    }
  }

  dynamic "ordered_cache_behavior" {
    for_each = [for page in local.pages : page if basename(page) != "index.html"]

    content {
      path_pattern               = "/${ordered_cache_behavior.value}"
      target_origin_id           = "red"
      viewer_protocol_policy     = "redirect-to-https"
      allowed_methods            = ["GET", "HEAD"]
      cached_methods             = ["GET", "HEAD"]
      cache_policy_id            = "658327ea-f89d-4fab-a63d-7e88639e58f6"
      response_headers_policy_id = module.headers.policy_id
    }
  }

  default_cache_behavior {
    target_origin_id       = "red"
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

locals {
  functions = {
    rewrite = aws_cloudfront_function.rewrite.arn
    shared  = aws_cloudfront_function.shared.arn
  }
}

resource "aws_cloudfront_function" "rewrite" {
  name    = "rewrite"
  runtime = "cloudfront-js-2.0"
  code = templatefile("${path.module}/functions/rewrite.js.tftpl", {
    tenants = local.tenants
    debug   = local.settings.debug
  })
}

resource "aws_cloudfront_function" "shared" {
  name    = "shared"
  runtime = "cloudfront-js-2.0"
  code    = file("${path.module}/../lambda/security.js")
}
