auto = "c.auto.tfvars"
