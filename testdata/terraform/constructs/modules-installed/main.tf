# Modules of a registry and of git, where "terraform get" has put them: TF-071, TF-072, TF-211.
#
# .terraform/modules/modules.json says where each of them lies, also those that a module calls itself.

module "cdn" {
  source  = "app.registry.example/web/cdn/aws"
  version = "~> 2.1"

  name    = "portal"
  origins = { app = module.lb.dns_name }
}

module "lb" {
  source = "git::https://git.example.com/infra/modules.git//lb?ref=v3.0.0"

  name = "portal"
}
