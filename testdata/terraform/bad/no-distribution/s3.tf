# A directory that another team keeps: the bucket is here, the distribution is not.
resource "aws_s3_bucket" "site" {
  bucket = "example-gov-site"
}
