resource "aws_lb" "app" {
  name = "app"
}

resource "aws_lb" "internal" {
  name_prefix = "int-"
  internal    = true
}

resource "aws_lb" "network" {
  provider = aws.ohio

  name               = "net"
  load_balancer_type = "network"
}

resource "aws_elb" "old" {
  name = "old"
}

resource "aws_apigatewayv2_api" "http" {
  name          = "http"
  protocol_type = "HTTP"
}

resource "aws_api_gateway_rest_api" "rest" {
  name = "rest"
}

resource "aws_api_gateway_stage" "live" {
  rest_api_id   = aws_api_gateway_rest_api.rest.id
  deployment_id = "d1"
  stage_name    = "live"
}

resource "aws_lambda_function" "hook" {
  function_name = "hook"
  role          = "arn:aws:iam::123456789012:role/hook"
  runtime       = "python3.13"
  handler       = "hook.handler"
  filename      = "hook.zip"
  publish       = true
}

resource "aws_lambda_function_url" "hook" {
  function_name      = aws_lambda_function.hook.function_name
  authorization_type = "NONE"
}

resource "aws_s3_bucket" "site" {
  bucket = "site-${data.aws_caller_identity.current.account_id}"
}

resource "aws_s3_bucket_website_configuration" "site" {
  bucket = aws_s3_bucket.site.id

  index_document {
    suffix = "index.html"
  }
}

resource "aws_s3_bucket" "ohio" {
  provider = aws.ohio
  bucket   = "site-ohio"
}

resource "aws_s3_bucket_website_configuration" "ohio" {
  provider = aws.ohio
  bucket   = aws_s3_bucket.ohio.bucket

  index_document {
    suffix = "index.html"
  }
}

resource "aws_s3_bucket" "tokyo" {
  region        = "ap-northeast-1"
  bucket_prefix = "tokyo-"
}

resource "aws_elastic_beanstalk_environment" "app" {
  name        = "app-env"
  application = "app"
}

resource "aws_instance" "box" {
  instance_type = "t3.micro"
}

data "aws_route53_zone" "main" {
  name = "example.com."
}

resource "aws_route53_record" "origin" {
  zone_id = data.aws_route53_zone.main.zone_id
  name    = "origin"
  type    = "CNAME"
  ttl     = 60
  records = [aws_lb.app.dns_name]
}

resource "aws_acm_certificate" "site" {
  domain_name               = "www.example.com"
  subject_alternative_names = ["example.com"]
  validation_method         = "DNS"
  region                    = "us-east-1"
}

resource "aws_acm_certificate_validation" "site" {
  certificate_arn = aws_acm_certificate.site.arn
}

resource "aws_wafv2_web_acl" "edge" {
  name   = "edge"
  scope  = "CLOUDFRONT"
  region = "us-east-1"

  default_action {
    allow {}
  }

  visibility_config {
    cloudwatch_metrics_enabled = false
    metric_name                = "edge"
    sampled_requests_enabled   = false
  }
}

resource "aws_cloudfront_origin_access_identity" "site" {
  comment = "site"
}

resource "random_password" "token" {
  length = 24
}

resource "random_id" "suffix" {
  byte_length = 4
}

resource "random_string" "short" {
  length = 6
}

resource "terraform_data" "version" {
  input = "v1"
}

resource "aws_sqs_queue" "jobs" {
  name = "jobs"
}

resource "aws_cloudfront_distribution" "other" {
  enabled = false

  origin {
    origin_id   = "x"
    domain_name = "x.example.com"
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }

  default_cache_behavior {
    target_origin_id       = "x"
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
