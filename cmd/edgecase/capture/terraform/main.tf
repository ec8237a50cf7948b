# A throw-away distribution that answers questions about CloudFront: written by `edgecase capture init`, read by
# `edgecase capture --against`. README.md says what it costs and how it goes away again.

terraform {
  required_version = ">= 1.3"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.40"
    }
  }
}

variable "region" {
  description = "Where the bucket and the origin's machine are."
  type        = string
  default     = "us-east-1"
}

provider "aws" {
  region = var.region

  default_tags {
    tags = { edgecase-capture = local.name }
  }
}

locals {
  # What tells this directory's distribution from everybody else's: edgecase asks for it before anything else.
  token = jsondecode(file("${path.module}/capture.json")).token
  name  = "edgecase-capture-${substr(local.token, 0, 8)}"
}

output "host" {
  description = "edgecase capture --against https://HOST -t . -o answers.json"
  value       = aws_cloudfront_distribution.main.domain_name
}
