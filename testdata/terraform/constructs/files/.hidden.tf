this is { not Terraform
