# Code at the edge: TF-150, TF-151, TF-163 to TF-167, TF-170, TF-197, TF-198, TF-210, TF-211.
#
# A function from a heredoc, one from a file, one from a template that gets the id of a key value store, and one that is
# not there; Lambda@Edge from a file, a folder and a text, by qualified_arn and by an ARN that is put together.

resource "aws_cloudfront_key_value_store" "redirects" {
  name    = "redirects"
  comment = "old path to new path"
}

resource "aws_cloudfrontkeyvaluestore_key" "redirect" {
  for_each = { "/old" = "/new", "/a" = "/b" }

  key_value_store_arn = aws_cloudfront_key_value_store.redirects.arn
  key                 = each.key
  value               = each.value
}

resource "aws_cloudfront_key_value_store" "flags" {
  name = "flags"
}

resource "aws_cloudfrontkeyvaluestore_keys_exclusive" "flags" {
  key_value_store_arn = aws_cloudfront_key_value_store.flags.arn

  dynamic "resource_key_value_pair" {
    for_each = { beta = "on", dark = "off" }

    content {
      key   = resource_key_value_pair.key
      value = resource_key_value_pair.value
    }
  }
}

resource "aws_cloudfront_function" "index" {
  name    = "index-${terraform.workspace}"
  runtime = "cloudfront-js-1.0"
  code    = <<-JS
    function handler(event) {
      var request = event.request;
      if (request.uri.endsWith("/")) {
        request.uri += "index.html";
      }
      return request;
    }
  JS
}

resource "aws_cloudfront_function" "redirect" {
  name                         = "redirect"
  runtime                      = "cloudfront-js-2.0"
  publish                      = true
  key_value_store_associations = [aws_cloudfront_key_value_store.redirects.arn]
  code = templatefile("${path.module}/functions/redirect.js", {
    store = element(split("/", aws_cloudfront_key_value_store.redirects.arn), 1)
  })
}

resource "aws_cloudfront_function" "headers" {
  name    = "headers"
  runtime = "cloudfront-js-2.0"
  code    = var.strict ? file("${path.module}/functions/strict.js") : "function handler(event) { return event.response; }"
}

variable "strict" {
  type    = bool
  default = true
}

data "aws_cloudfront_function" "shared" {
  name  = "of-another-team"
  stage = "LIVE"
}

data "archive_file" "auth" {
  type        = "zip"
  source_file = "${path.module}/lambda/auth.js"
  output_path = "${path.module}/build/auth.zip"
}

data "archive_file" "resize" {
  type        = "zip"
  source_dir  = "${path.module}/lambda/resize"
  output_path = "${path.module}/build/resize.zip"
}

data "archive_file" "inline" {
  type        = "zip"
  output_path = "${path.module}/build/inline.zip"

  source {
    content  = "exports.handler = async (event) => event.Records[0].cf.response;"
    filename = "index.js"
  }
}

resource "aws_lambda_function" "auth" {
  region           = "us-east-1"
  function_name    = "auth"
  role             = "arn:aws:iam::123456789012:role/edge"
  handler          = "auth.handler"
  runtime          = "nodejs22.x"
  publish          = true
  filename         = data.archive_file.auth.output_path
  source_code_hash = data.archive_file.auth.output_base64sha256
}

resource "aws_lambda_function" "resize" {
  region        = "us-east-1"
  function_name = "resize"
  role          = "arn:aws:iam::123456789012:role/edge"
  handler       = "app.handler"
  runtime       = "python3.13"
  publish       = true
  filename      = data.archive_file.resize.output_path
}

resource "aws_lambda_function" "inline" {
  region        = "us-east-1"
  function_name = "inline"
  role          = "arn:aws:iam::123456789012:role/edge"
  handler       = "index.handler"
  runtime       = "nodejs22.x"
  publish       = true
  filename      = data.archive_file.inline.output_path
}

resource "aws_cloudfront_distribution" "code" {
  enabled = true

  origin {
    origin_id   = "app"
    domain_name = "app.example.com"
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }

  ordered_cache_behavior {
    path_pattern           = "/images/*"
    target_origin_id       = "app"
    viewer_protocol_policy = "redirect-to-https"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"

    lambda_function_association {
      event_type   = "origin-request"
      lambda_arn   = "${aws_lambda_function.resize.arn}:${aws_lambda_function.resize.version}"
      include_body = true
    }

    lambda_function_association {
      event_type = "origin-response"
      lambda_arn = aws_lambda_function.inline.qualified_arn
    }
  }

  ordered_cache_behavior {
    path_pattern           = "/private/*"
    target_origin_id       = "app"
    viewer_protocol_policy = "redirect-to-https"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    cache_policy_id        = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"

    lambda_function_association {
      event_type = "viewer-request"
      lambda_arn = aws_lambda_function.auth.qualified_arn
    }
  }

  ordered_cache_behavior {
    path_pattern           = "/old/*"
    target_origin_id       = "app"
    viewer_protocol_policy = "redirect-to-https"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"

    function_association {
      event_type   = "viewer-request"
      function_arn = aws_cloudfront_function.redirect.arn
    }
  }

  ordered_cache_behavior {
    path_pattern           = "/shared/*"
    target_origin_id       = "app"
    viewer_protocol_policy = "redirect-to-https"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"

    function_association {
      event_type   = "viewer-request"
      function_arn = data.aws_cloudfront_function.shared.arn
    }
  }

  default_cache_behavior {
    target_origin_id       = "app"
    viewer_protocol_policy = "redirect-to-https"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"

    dynamic "function_association" {
      for_each = {
        viewer-request  = aws_cloudfront_function.index.arn
        viewer-response = aws_cloudfront_function.headers.arn
      }

      content {
        event_type   = function_association.key
        function_arn = function_association.value
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
