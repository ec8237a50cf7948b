terraform_tfvars = "terraform.tfvars"
tfvars_json      = "terraform.tfvars"
auto             = "terraform.tfvars"
auto_json        = "terraform.tfvars"
var_file         = "terraform.tfvars"

# Nobody declares it.
stage = "dev"
