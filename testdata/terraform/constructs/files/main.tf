# Which files of a directory count, and in which order: TF-001, TF-003, TF-005, TF-008, TF-011, TF-013.
#
# The bookshop's distribution stands in cdn.tf, its origins' names in names.tf.json, a link (shared.tf) and locals.tf.
# Three override files change it: edge_override.tf, override.tf and zz_override.tf.json, in this order. What lies in
# hidden files, backups, tests and folders is not Terraform. cdn.tofu is OpenTofu's.

terraform {
  required_version = ">= 1.5"
}

/*
resource "aws_cloudfront_distribution" "old" {
  enabled = true
  comment = "The shop before the move, kept for its settings"
}
*/
