terraform {
  required_version = ">= 1.10"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.80"
    }
  }

  backend "s3" {
    bucket       = "example-gov-terraform-state"
    key          = "plane/cdn.tfstate"
    region       = "us-east-1"
    use_lockfile = true
    encrypt      = true
  }
}

# Everything is in us-east-1, as CloudFront wants its certificate there anyway.
provider "aws" {
  region = "us-east-1"

  default_tags {
    tags = local.tags
  }
}
