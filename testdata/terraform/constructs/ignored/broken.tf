# None of this is valid, and none of it matters.
resource "aws_s3_bucket" "broken" {
  bucket = local.not_declared
  tags   = var.not_declared_either
  acl    = upper(1, 2, 3)
  count  = "many"
}

resource "aws_lambda_function" "broken" {
  filename    = file("does-not-exist.zip")
  role        = module.nobody.arn
  memory_size = 1 / 0

  nonsense {
    for = [for x in 5 : x]
  }
}

data "aws_cloudfront_cache_policy" "broken" {
  name = "Managed-NoSuchPolicy"
}

module "broken" {
  source = "./no-such-directory"
  count  = null
}

locals {
  a = local.b
  b = local.a
}

output "broken" {
  value = aws_s3_bucket.broken.arn.foo.bar[9]
}
