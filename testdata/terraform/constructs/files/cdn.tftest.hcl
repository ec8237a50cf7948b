run "enabled" {
  command = plan

  assert {
    condition     = aws_cloudfront_distribution.shop.enabled
    error_message = "The shop is closed."
  }
}
