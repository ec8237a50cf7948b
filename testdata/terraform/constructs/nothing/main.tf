# No distribution, and why: TF-002, TF-011, TF-072, TF-260.

module "cdn" {
  source = "git::https://git.example.com/infra/cdn.git"
}

module "off" {
  source = "./cdn"
  count  = var.enabled ? 1 : 0
}

variable "enabled" {
  type    = bool
  default = false
}

/*
resource "aws_cloudfront_distribution" "commented" {
  enabled = true
}
*/

resource "aws_s3_bucket" "site" {
  bucket = "site"
}
