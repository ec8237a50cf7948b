variable "unset" {
  type    = string
  default = "default"
}

variable "environment" {
  type    = string
  default = "default"
}

variable "terraform_tfvars" {
  type    = string
  default = "default"
}

variable "tfvars_json" {
  type    = string
  default = "default"
}

variable "auto" {
  type    = string
  default = "default"
}

variable "auto_json" {
  type    = string
  default = "default"
}

variable "var_file" {
  type    = string
  default = "default"
}

# Without a type, a value from the command line or the environment is text, whatever it looks like.
variable "literal" {
  default = ""
}

variable "zones" {
  type = list(string)
}

variable "pages" {
  type = map(string)
}

variable "ipv6" {
  type = bool
}

# Numbers and booleans as text, as old files have them.
variable "compress" {
  default = "true"
}

variable "read_timeout" {
  default = "25"
}

variable "ports" {
  type = object({
    http  = number
    https = number
  })
}
