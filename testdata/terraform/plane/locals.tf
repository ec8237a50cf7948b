locals {
  name = "plane-${var.environment}"

  # The three single-page applications, each in a bucket of its own. One without a path is the default.
  static_apps = {
    web   = { path = null }
    admin = { path = "/god-mode/*" }
    space = { path = "/spaces/*" }
  }

  all_methods = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]

  viewer_protocol_policy = var.https_only ? "redirect-to-https" : "allow-all"

  tags = {
    Application = "plane"
    Environment = var.environment
    ManagedBy   = "terraform"
  }
}
