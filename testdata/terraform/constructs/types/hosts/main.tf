variable "kept" {
  type     = string
  default  = "kept.example.net"
  nullable = false
}

variable "replaced" {
  type    = string
  default = "lost.example.net"
}

output "hosts" {
  value = compact([var.kept, var.replaced])
}
