resource "aws_s3_bucket" "static" {
  for_each = local.static_apps

  bucket = "${local.name}-${each.key}"
}

resource "aws_s3_bucket_public_access_block" "static" {
  for_each = aws_s3_bucket.static

  bucket                  = each.value.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_cloudfront_origin_access_control" "static" {
  name                              = "${local.name}-static"
  description                       = "CloudFront to the buckets of the static applications"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

data "aws_iam_policy_document" "static" {
  for_each = aws_s3_bucket.static

  statement {
    sid       = "ReadObjects"
    actions   = ["s3:GetObject"]
    resources = ["${each.value.arn}/*"]

    principals {
      type        = "Service"
      identifiers = ["cloudfront.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "AWS:SourceArn"
      values   = [aws_cloudfront_distribution.main.arn]
    }
  }

  # With this, a missing key is 404, which the distribution turns into the application; without it, it is 403.
  statement {
    sid       = "ListBucket"
    actions   = ["s3:ListBucket"]
    resources = [each.value.arn]

    principals {
      type        = "Service"
      identifiers = ["cloudfront.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "AWS:SourceArn"
      values   = [aws_cloudfront_distribution.main.arn]
    }
  }
}

resource "aws_s3_bucket_policy" "static" {
  for_each = aws_s3_bucket.static

  bucket = each.value.id
  policy = data.aws_iam_policy_document.static[each.key].json
}
