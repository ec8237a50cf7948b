output "shop" {
  value = aws_cloudfront_distribution.shop.domain_name
}

variable "unused" {
  type    = string
  default = ""
}
