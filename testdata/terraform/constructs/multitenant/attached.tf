resource "aws_wafv2_web_acl" "edge" {
  name  = "edge"
  scope = "CLOUDFRONT"

  default_action {
    allow {}
  }

  visibility_config {
    cloudwatch_metrics_enabled = false
    metric_name                = "edge"
    sampled_requests_enabled   = false
  }
}

resource "aws_cloudfront_anycast_ip_list" "ips" {
  name     = "ips"
  ip_count = 21
}

resource "aws_cloudfront_trust_store" "roots" {
  name = "roots"

  ca_certificates_bundle_source {
    ca_certificates_bundle_s3_location {
      bucket = "roots"
      key    = "roots.pem"
      region = "us-east-1"
    }
  }
}

resource "aws_cloudfront_connection_function" "check" {
  name                     = "check"
  connection_function_code = "function connectionHandler(connection) { connection.allow(); }"

  connection_function_config {
    runtime = "cloudfront-js-2.0"
    comment = "lets everybody in"
  }
}

resource "aws_cloudfront_field_level_encryption_profile" "card" {
  name = "card"

  encryption_entities {
    items {
      public_key_id = "K2JCJMDEHXQW5F"
      provider_id   = "pay"

      field_patterns {
        items = ["card"]
      }
    }
  }
}

resource "aws_cloudfront_field_level_encryption_config" "fields" {
  content_type_profile_config {
    forward_when_content_type_is_unknown = true

    content_type_profiles {
      items {
        content_type = "application/x-www-form-urlencoded"
        format       = "URLEncoded"
        profile_id   = aws_cloudfront_field_level_encryption_profile.card.id
      }
    }
  }

  query_arg_profile_config {
    forward_when_query_arg_profile_is_unknown = true
  }
}

resource "aws_cloudfront_realtime_log_config" "log" {
  name          = "log"
  sampling_rate = 100
  fields        = ["timestamp", "c-ip"]

  endpoint {
    stream_type = "Kinesis"

    kinesis_stream_config {
      role_arn   = "arn:aws:iam::123456789012:role/log"
      stream_arn = "arn:aws:kinesis:us-east-1:123456789012:stream/log"
    }
  }
}
