resource "aws_cloudfront_origin_access_identity" "site" {
  comment = "releases"
}

resource "aws_cloudfront_origin_access_control" "s3" {
  name                              = "s3"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

resource "aws_cloudfront_origin_access_control" "lambda" {
  name                              = "lambda"
  origin_access_control_origin_type = "lambda"
  signing_behavior                  = "no-override"
  signing_protocol                  = "sigv4"
}

resource "aws_cloudfront_origin_access_control" "mediastore" {
  name                              = "mediastore"
  origin_access_control_origin_type = "mediastore"
  signing_behavior                  = "never"
  signing_protocol                  = "sigv4"
}

resource "aws_cloudfront_vpc_origin" "internal" {
  vpc_origin_endpoint_config {
    name                   = "internal"
    arn                    = aws_lb.app.arn
    http_port              = 8000
    https_port             = 8443
    origin_protocol_policy = "http-only"

    origin_ssl_protocols {
      items    = ["TLSv1.2"]
      quantity = 1
    }
  }
}
