# What Terraform says of the buckets behind origins: TF-203, TF-205, TF-206, TF-219, TF-192.
#
# Whether a missing key is 403 or 404 hangs on s3:ListBucket; the website, the rules of CORS and the metadata of objects
# answer for the bucket. settings.txt has all of it.

resource "aws_s3_bucket" "site" {
  bucket = "studio-site"
}

resource "aws_s3_bucket" "listed" {
  bucket = "studio-listed"
}

resource "aws_s3_bucket" "closed" {
  bucket = "studio-closed"
}

resource "aws_s3_bucket" "redirect" {
  bucket = "www.studio.example"
}

# As before provider 4: the website stands in the bucket.
resource "aws_s3_bucket" "inline" {
  bucket = "studio-inline"
  acl    = "public-read"

  website {
    index_document = "home.html"
    error_document = "oops.html"
  }

  cors_rule {
    allowed_methods = ["GET"]
    allowed_origins = ["*"]
  }
}

data "aws_iam_policy_document" "read" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.site.arn}/*"]

    principals {
      type        = "Service"
      identifiers = ["cloudfront.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "AWS:SourceArn"
      values   = [aws_cloudfront_distribution.studio.arn]
    }
  }
}

data "aws_iam_policy_document" "list" {
  source_policy_documents = [data.aws_iam_policy_document.list_only.json]

  statement {
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.listed.arn}/*"]

    principals {
      type        = "AWS"
      identifiers = [aws_cloudfront_origin_access_identity.studio.iam_arn]
    }
  }
}

data "aws_iam_policy_document" "list_only" {
  statement {
    actions   = ["s3:ListBucket"]
    resources = [aws_s3_bucket.listed.arn]

    principals {
      type        = "AWS"
      identifiers = [aws_cloudfront_origin_access_identity.studio.iam_arn]
    }
  }
}

resource "aws_s3_bucket_policy" "site" {
  bucket = aws_s3_bucket.site.id
  policy = data.aws_iam_policy_document.read.json
}

resource "aws_s3_bucket_policy" "listed" {
  bucket = aws_s3_bucket.listed.id
  policy = data.aws_iam_policy_document.list.json
}

resource "aws_s3_bucket_policy" "closed" {
  bucket = aws_s3_bucket.closed.bucket
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::123456789012:role/deploy" }
      Action    = "s3:*"
      Resource  = ["${aws_s3_bucket.closed.arn}/*", aws_s3_bucket.closed.arn]
    }]
  })
}

resource "aws_s3_bucket_cors_configuration" "site" {
  bucket = aws_s3_bucket.site.id

  cors_rule {
    allowed_methods = ["GET", "HEAD"]
    allowed_origins = ["https://*.studio.example"]
    allowed_headers = ["*"]
    expose_headers  = ["ETag"]
    max_age_seconds = 3000
  }
}

resource "aws_s3_bucket_website_configuration" "redirect" {
  bucket = aws_s3_bucket.redirect.id

  redirect_all_requests_to {
    host_name = "studio.example"
    protocol  = "https"
  }
}

resource "aws_s3_object" "config" {
  bucket        = aws_s3_bucket.site.id
  key           = "config.json"
  content       = jsonencode({ api = "/api" })
  content_type  = "application/json"
  cache_control = "no-store"
}

resource "aws_s3_object" "page" {
  for_each = fileset("${path.module}/pages", "*")

  bucket       = aws_s3_bucket.site.bucket
  key          = each.value
  source       = "${path.module}/pages/${each.value}"
  content_type = lookup({ html = "text/html", css = "text/css" }, split(".", each.value)[1], "application/octet-stream")
  etag         = filemd5("${path.module}/pages/${each.value}")
}
