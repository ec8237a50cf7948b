variable "name" {}

resource "aws_cloudfront_response_headers_policy" "this" {
  name = "${var.name}-headers"

  remove_headers_config {
    items {
      header = "Server"
    }
  }
}

output "id" {
  value = aws_cloudfront_response_headers_policy.this.id
}
