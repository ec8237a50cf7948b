auto      = "a.auto.tfvars"
auto_json = "a.auto.tfvars"
var_file  = "a.auto.tfvars"
