# What the directories beside this file have in common: a bucket that only CloudFront may read, a certificate, and the
# ids of AWS's own policies.

locals {
  read    = ["GET", "HEAD"]
  options = ["GET", "HEAD", "OPTIONS"]
  all     = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]

  optimized  = "658327ea-f89d-4fab-a63d-7e88639e58f6" # Managed-CachingOptimized
  disabled   = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad" # Managed-CachingDisabled
  all_viewer = "216adef6-5c7f-47e4-b989-5492eafa07d3" # Managed-AllViewer
  no_host    = "b689b0a8-53d0-40ab-baf2-68738e2966ac" # Managed-AllViewerExceptHostHeader
  cors_s3    = "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf" # Managed-CORS-S3Origin
}

resource "aws_s3_bucket" "site" {
  bucket = "example-site"
}

resource "aws_cloudfront_origin_access_control" "site" {
  name                              = "site"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

resource "aws_acm_certificate" "site" {
  domain_name               = "example.com"
  subject_alternative_names = ["*.example.com"]
  validation_method         = "DNS"
}
