# What only AWS can tell, with the shape it has there: TF-194, TF-200 to TF-219, TF-221, TF-222, TF-224, TF-076.
#
# The provider is in Ireland, an alias in Ohio, and some resources name their region themselves. Teams cut hosts out of
# URLs, so each origin shows that the cut finds what it looks for.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.0"
    }
  }
}

provider "aws" {
  region = "eu-west-1"

  default_tags {
    tags = { team = "web" }
  }
}

provider "aws" {
  alias  = "ohio"
  region = "us-east-2"
}

data "aws_region" "current" {}

data "aws_region" "ohio" {
  provider = aws.ohio
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_default_tags" "current" {}

data "aws_availability_zones" "all" {}

locals {
  hosts = {
    alb          = aws_lb.app.dns_name
    alb_internal = aws_lb.internal.dns_name
    nlb_ohio     = aws_lb.network.dns_name
    classic      = aws_elb.old.dns_name
    http_api     = trimprefix(aws_apigatewayv2_api.http.api_endpoint, "https://")
    rest_stage   = split("/", aws_api_gateway_stage.live.invoke_url)[2]
    rest_id      = "${aws_api_gateway_rest_api.rest.id}.execute-api.${data.aws_region.current.region}.amazonaws.com"
    function_url = regex("https://([^/]+)/", aws_lambda_function_url.hook.function_url)[0]
    url_id       = "${aws_lambda_function_url.hook.url_id}.lambda-url.${data.aws_region.current.name}.on.aws"
    website      = aws_s3_bucket_website_configuration.site.website_endpoint
    website_ohio = aws_s3_bucket_website_configuration.ohio.website_endpoint
    beanstalk    = aws_elastic_beanstalk_environment.app.cname
    instance     = aws_instance.box.public_dns
    record       = aws_route53_record.origin.fqdn
    other        = aws_cloudfront_distribution.other.domain_name
    bucket_v6    = "${aws_s3_bucket.tokyo.id}.s3.${aws_s3_bucket.tokyo.bucket_region}.amazonaws.com"
  }
}

resource "aws_cloudfront_distribution" "all" {
  enabled    = true
  aliases    = [for o in aws_acm_certificate.site.domain_validation_options : o.domain_name]
  web_acl_id = aws_wafv2_web_acl.edge.arn

  dynamic "origin" {
    for_each = local.hosts

    content {
      origin_id   = origin.key
      domain_name = origin.value
      custom_origin_config {
        http_port              = 80
        https_port             = 443
        origin_protocol_policy = "http-only"
        origin_ssl_protocols   = ["TLSv1.2"]
      }
    }
  }

  origin {
    origin_id   = aws_s3_bucket.site.id
    domain_name = aws_s3_bucket.site.bucket_regional_domain_name

    s3_origin_config {
      origin_access_identity = aws_cloudfront_origin_access_identity.site.cloudfront_access_identity_path
    }

    custom_header {
      name  = "X-Arn"
      value = join(" ", [aws_s3_bucket.site.arn, aws_lambda_function.hook.qualified_arn, aws_cloudfront_origin_access_identity.site.iam_arn])
    }

    custom_header {
      name  = "X-Account"
      value = join(" ", concat([data.aws_caller_identity.current.account_id, data.aws_partition.current.partition, data.aws_region.ohio.name, data.aws_default_tags.current.tags["team"]], data.aws_availability_zones.all.names))
    }

    custom_header {
      name  = "X-Random"
      value = join("_", [length(random_password.token.result), length(random_id.suffix.hex), length(random_string.short.result), terraform_data.version.output])
    }

    custom_header {
      name  = "X-Unknown"
      value = "${aws_sqs_queue.jobs.url}/${aws_lb.app.ip_address_type}"
    }
  }

  default_cache_behavior {
    target_origin_id       = aws_s3_bucket.site.id
    viewer_protocol_policy = "redirect-to-https"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"
  }

  viewer_certificate {
    acm_certificate_arn = aws_acm_certificate_validation.site.certificate_arn
    ssl_support_method  = "sni-only"
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }
}
