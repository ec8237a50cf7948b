unset = "prod.tfvars"
