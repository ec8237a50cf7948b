# A folder is another module.
resource "aws_cloudfront_distribution" "shop" {
  enabled = false
}
