resource "aws_s3_bucket" "logs" {
  bucket = "cdn-logs"
}

output "bucket" {
  value = aws_s3_bucket.logs.bucket_domain_name
}
