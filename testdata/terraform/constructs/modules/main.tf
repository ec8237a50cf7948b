# Local modules, three deep: TF-021, TF-070, TF-074, TF-075, TF-076, TF-261.
#
# The root knows names, module.platform has the load balancer, module.site wraps module.edge, which has the distribution.
# Whole resources are handed down and up; outputs of outputs come back. terraform.tfvars is for the root alone.
#
# The test loads modules/site/edge, too, where nobody calls it.

variable "zone" {
  type = string
}

provider "aws" {
  region = "eu-west-1"
}

provider "aws" {
  alias  = "frankfurt"
  region = "eu-central-1"
}

module "platform" {
  source = "./modules/platform"

  name = "shop"

  providers = {
    aws = aws.frankfurt
  }
}

module "site" {
  source = "./modules/site"

  domain   = "www.${var.zone}"
  platform = module.platform
  behaviors = {
    "/api/*"   = "app"
    "/media/*" = "media"
  }
}

output "address" {
  value = module.site.edge.distribution.domain_name
}

# Something else hangs from the distribution.
resource "aws_route53_record" "www" {
  zone_id = "Z0000000000000"
  name    = "www"
  type    = "A"

  alias {
    name                   = module.site.edge.distribution.domain_name
    zone_id                = module.site.edge.distribution.hosted_zone_id
    evaluate_target_health = false
  }
}
