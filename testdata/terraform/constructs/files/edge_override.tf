# Read before override.tf: of both, its default_root_object loses.
resource "aws_cloudfront_distribution" "shop" {
  default_root_object = "lost.html"

  # Nested blocks of a type replace all of that type: only this origin_path remains of both origins.
  origin {
    origin_id   = local.shop_origin
    domain_name = local.shop_host
    origin_path = "/v2"

    custom_origin_config {
      http_port              = 8080
      https_port             = 8443
      origin_protocol_policy = "http-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }

  origin {
    origin_id   = "covers"
    domain_name = "covers-2.${var.zone}"

    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }
}

locals {
  shop_origin = "shop"
}
