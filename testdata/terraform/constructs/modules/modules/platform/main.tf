variable "name" {
  type = string
}

resource "aws_lb" "app" {
  name = "${var.name}-app"
}

resource "aws_s3_bucket" "media" {
  bucket_prefix = "${var.name}-media-"
}

output "load_balancer" {
  description = "The whole resource"
  value       = aws_lb.app
}

output "media" {
  value = { bucket = aws_s3_bucket.media, prefix = "/public" }
}
