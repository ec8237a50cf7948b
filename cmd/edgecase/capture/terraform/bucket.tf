# The bucket: a few objects that CloudFront alone may read.

resource "aws_s3_bucket" "site" {
  bucket        = local.name
  force_destroy = true
}

resource "aws_s3_object" "site" {
  for_each = fileset("${path.module}/site", "**")

  bucket       = aws_s3_bucket.site.id
  key          = each.value
  source       = "${path.module}/site/${each.value}"
  content_type = "text/plain"
  etag         = filemd5("${path.module}/site/${each.value}")
}

# A "folder" as the console makes it (REQ-401).
resource "aws_s3_object" "folder" {
  bucket       = aws_s3_bucket.site.id
  key          = "s3/folder/"
  content      = ""
  content_type = "application/x-directory"
}

# What edgecase asks for first: whose distribution this is, and where the others are.
resource "aws_s3_object" "capture" {
  bucket       = aws_s3_bucket.site.id
  key          = "edgecase-capture.json"
  content_type = "application/json"

  content = jsonencode({
    token    = local.token
    pages    = aws_cloudfront_distribution.pages.domain_name
    nowhere  = aws_cloudfront_distribution.nowhere.domain_name
    disabled = aws_cloudfront_distribution.disabled.domain_name
  })
}

resource "aws_cloudfront_origin_access_control" "site" {
  name                              = local.name
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

resource "aws_s3_bucket_policy" "site" {
  bucket = aws_s3_bucket.site.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "cloudfront.amazonaws.com" }
      Action    = "s3:GetObject"
      Resource  = "${aws_s3_bucket.site.arn}/*"
      Condition = { StringEquals = { "AWS:SourceArn" = [aws_cloudfront_distribution.main.arn] } }
    }]
  })
}
