resource "aws_s3_bucket" "oai" {
  bucket = "site-releases"
}

resource "aws_s3_bucket" "oac" {
  bucket = "site-assets"
}

resource "aws_s3_bucket" "website" {
  bucket = "site-old"
}

resource "aws_s3_bucket_website_configuration" "site" {
  bucket = aws_s3_bucket.website.id

  index_document {
    suffix = "index.html"
  }

  error_document {
    key = "404.html"
  }
}

resource "random_password" "referer" {
  length = 12
}

resource "aws_lb" "app" {
  name = "app"
}

resource "aws_apigatewayv2_api" "api" {
  name          = "api"
  protocol_type = "HTTP"
}

resource "aws_lambda_function_url" "render" {
  function_name      = "render"
  authorization_type = "AWS_IAM"
}
