# Who may sign: TF-152, TF-168, TF-169.

resource "aws_cloudfront_public_key" "signer" {
  for_each = toset(["2024", "2025"])

  name        = "signer-${each.key}"
  encoded_key = file("${path.module}/keys/${each.key}.pem")
}

resource "aws_cloudfront_public_key" "partner" {
  name_prefix = "partner-"
  encoded_key = var.partner_key
}

variable "partner_key" {
  description = "PEM of the partner's public key"
  default     = ""
}

resource "aws_cloudfront_key_group" "signers" {
  name  = "signers"
  items = [for k in aws_cloudfront_public_key.signer : k.id]
}

resource "aws_cloudfront_key_group" "partners" {
  name  = "partners"
  items = var.partner_key == "" ? [aws_cloudfront_public_key.signer["2025"].id] : [aws_cloudfront_public_key.partner.id]
}

resource "aws_cloudfront_distribution" "films" {
  enabled = true

  origin {
    origin_id   = "films"
    domain_name = "films.example.com"
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }

  ordered_cache_behavior {
    path_pattern           = "/films/*"
    target_origin_id       = "films"
    viewer_protocol_policy = "redirect-to-https"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"
    trusted_key_groups     = [aws_cloudfront_key_group.signers.id, aws_cloudfront_key_group.partners.id]
  }

  ordered_cache_behavior {
    path_pattern           = "/legacy/*"
    target_origin_id       = "films"
    viewer_protocol_policy = "redirect-to-https"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"
    trusted_signers        = ["self", "210987654321"]
  }

  # Null and an empty list: whoever comes.
  ordered_cache_behavior {
    path_pattern           = "/trailers/*"
    target_origin_id       = "films"
    viewer_protocol_policy = "redirect-to-https"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"
    trusted_signers        = null
    trusted_key_groups     = []
  }

  default_cache_behavior {
    target_origin_id       = "films"
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
