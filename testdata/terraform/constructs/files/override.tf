resource "aws_cloudfront_distribution" "shop" {
  comment             = "The bookshop"
  default_root_object = "index.html"
}

variable "zone" {
  default = "books.test"
}
