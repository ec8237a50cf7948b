var_file = "sizes.tfvars"

ports = {
  http  = "8080"
  https = 8443
}
