# As files were written before policies, and before Terraform 0.12: TF-029, TF-054, TF-055, TF-146, TF-147, TF-190 to
# TF-192, TF-222.

provider "aws" {
  version = "~> 3.0"
  region  = "${var.region}"
}

variable "region" {
  default = "eu-central-1"
}

variable "env" {
  default = "stage"
}

variable "hosts" {
  type = "map"

  default = {
    stage = "stage.example.com"
    prod  = "www.example.com"
  }
}

data "template_file" "greeting" {
  template = "Site of $${env}"

  vars = {
    env = "${var.env}"
  }
}

resource "aws_s3_bucket" "site" {
  count  = 1
  bucket = "${lookup(var.hosts, var.env)}"
  acl    = "public-read"

  website {
    index_document = "index.html"
  }
}

resource "aws_cloudfront_distribution" "site" {
  enabled = "true"
  comment = "${data.template_file.greeting.rendered}"
  aliases = "${compact(split(",", ",${lookup(var.hosts, var.env)}"))}"

  origin {
    origin_id   = "S3-${aws_s3_bucket.site.0.id}"
    domain_name = "${aws_s3_bucket.site.0.website_endpoint}"

    custom_origin_config {
      http_port              = "80"
      https_port             = "443"
      origin_protocol_policy = "http-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }

  # Query string and all cookies, headers by name, times in text.
  default_cache_behavior {
    target_origin_id       = "S3-${element(aws_s3_bucket.site.*.id, 0)}"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    viewer_protocol_policy = "redirect-to-https"
    min_ttl                = "0"
    default_ttl            = "3600"
    max_ttl                = "${24 * 3600}"

    forwarded_values {
      query_string = "true"
      headers      = ["Origin", "Accept-Language"]

      cookies {
        forward = "all"
      }
    }
  }

  # All headers: nothing is cached. The times that are left out are 0.
  ordered_cache_behavior {
    path_pattern           = "/api/*"
    target_origin_id       = "S3-${aws_s3_bucket.site.0.id}"
    viewer_protocol_policy = "https-only"
    allowed_methods        = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]
    cached_methods         = ["GET", "HEAD"]

    forwarded_values {
      query_string = true
      headers      = ["*"]

      cookies {
        forward = "all"
      }
    }
  }

  # Some of the query string's keys, some cookies; signers.
  ordered_cache_behavior {
    path_pattern           = "/search"
    target_origin_id       = "S3-${aws_s3_bucket.site.0.id}"
    viewer_protocol_policy = "allow-all"
    allowed_methods        = ["GET", "HEAD", "OPTIONS"]
    cached_methods         = ["GET", "HEAD", "OPTIONS"]
    default_ttl            = 300
    max_ttl                = 600
    min_ttl                = 60
    trusted_signers        = ["self"]

    forwarded_values {
      query_string            = true
      query_string_cache_keys = ["q", "page"]

      cookies {
        forward           = "whitelist"
        whitelisted_names = ["lang", "pref_*"]
      }
    }
  }

  ordered_cache_behavior {
    path_pattern           = "/static/*"
    target_origin_id       = "S3-${aws_s3_bucket.site.0.id}"
    viewer_protocol_policy = "allow-all"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    default_ttl            = 86400

    forwarded_values {
      query_string = false

      cookies {
        forward = "none"
      }
    }
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    iam_certificate_id = "ASCAEXAMPLE"
    ssl_support_method = "sni-only"
  }
}

# list() is gone since Terraform 0.12. Nobody asks for this output.
output "hosts" {
  value = "${list(aws_cloudfront_distribution.site.domain_name)}"
}
