include "root" {
  path = find_in_parent_folders("root.hcl")
}

generate "web_acl" {
  path      = "generated.tf"
  if_exists = "overwrite"
  contents  = "variable \"generated_web_acl\" {}"
}
