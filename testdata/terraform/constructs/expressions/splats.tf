resource "aws_s3_bucket" "shard" {
  count = 2

  bucket = "shard-${count.index}"
}

locals {
  single = { id = "one" }

  splats = [
    "/splat/${join(",", aws_s3_bucket.shard[*].bucket)}/*",
    "/attribute-splat/${join(",", aws_s3_bucket.shard.*.bucket)}/*",
    "/legacy-index/${aws_s3_bucket.shard.1.bucket}/*",
    "/null-splat/${length(local.absent[*])}/*",
    "/single-splat/${one(local.single[*].id)}/*",
    "/deep/${join("", [for s in values(local.services) : try(s.paths[1], "-")])}/*",
    "/ports/${join(",", values(local.services)[*].port)}/*",
  ]
}
