# The policy's text lies beside this module; owner.txt lies in the root.
resource "aws_cloudfront_response_headers_policy" "this" {
  name = "headers-${trimspace(file("config/owner.txt"))}"

  security_headers_config {
    content_security_policy {
      content_security_policy = join("; ", compact(split("\n", file("${path.module}/csp.txt"))))
      override                = true
    }
  }
}

output "policy_id" {
  value = aws_cloudfront_response_headers_policy.this.id
}
