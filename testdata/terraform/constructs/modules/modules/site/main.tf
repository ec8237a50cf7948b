variable "domain" {
  type = string
}

variable "platform" {
  type = any
}

variable "behaviors" {
  type = map(string)
}

module "edge" {
  source = "./edge"

  alias         = var.domain
  load_balancer = var.platform.load_balancer
  bucket        = var.platform.media.bucket
  prefix        = var.platform.media.prefix

  dynamic_behaviors = [for path, to in var.behaviors : { path = path, to = to }]

  # Nobody declares it: Terraform refuses that, here it is said and left out.
  monitoring = true
}

output "edge" {
  value = module.edge
}
