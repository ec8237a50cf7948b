# A multi-tenant distribution beside a normal one, and what is read and not emulated: TF-110, TF-116, TF-117, TF-129,
# TF-153, TF-180, TF-181, TF-185, TF-186.

resource "aws_cloudfront_multitenant_distribution" "tenants" {
  enabled = true
  comment = "for all tenants"

  origin {
    id          = "app"
    domain_name = "app.example.com"

    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }

  default_cache_behavior {
    target_origin_id       = "app"
    viewer_protocol_policy = "https-only"
    cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"

    allowed_methods {
      items          = ["GET", "HEAD"]
      cached_methods = ["GET", "HEAD"]
    }
  }

  tenant_config {
    parameter_definition {
      name = "tenant"

      definition {
        string_schema {
          required = true
        }
      }
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

resource "aws_cloudfront_connection_group" "group" {
  name = "group"
}

resource "aws_cloudfront_distribution_tenant" "first" {
  distribution_id     = aws_cloudfront_multitenant_distribution.tenants.id
  name                = "first"
  connection_group_id = aws_cloudfront_connection_group.group.id

  domain {
    domain = "first.example.com"
  }

  parameter {
    name  = "tenant"
    value = "1"
  }
}

resource "aws_cloudfront_distribution" "plain" {
  enabled            = true
  web_acl_id         = aws_wafv2_web_acl.edge.arn
  anycast_ip_list_id = aws_cloudfront_anycast_ip_list.ips.id

  origin {
    origin_id   = "app"
    domain_name = aws_cloudfront_connection_group.group.routing_endpoint
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }

    origin_shield {
      enabled = false
    }
  }

  default_cache_behavior {
    target_origin_id          = "app"
    viewer_protocol_policy    = "https-only"
    allowed_methods           = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]
    cached_methods            = ["GET", "HEAD"]
    cache_policy_id           = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    smooth_streaming          = false
    field_level_encryption_id = aws_cloudfront_field_level_encryption_config.fields.id
    realtime_log_config_arn   = aws_cloudfront_realtime_log_config.log.arn

    grpc_config {
      enabled = true
    }
  }

  viewer_mtls_config {
    mode = "required"

    trust_store_config {
      trust_store_id = aws_cloudfront_trust_store.roots.id
    }
  }

  connection_function_association {
    id = aws_cloudfront_connection_function.check.id
  }

  cache_tag_config {
    header_name = "Cache-Tag"
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

resource "aws_cloudfront_monitoring_subscription" "plain" {
  distribution_id = aws_cloudfront_distribution.plain.id

  monitoring_subscription {
    realtime_metrics_subscription_config {
      realtime_metrics_subscription_status = "Enabled"
    }
  }
}
