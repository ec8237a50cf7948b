variable "name" {}

resource "aws_lb" "this" {
  name = var.name
  load_balancer_type = "network"
  internal = true
}

output "dns_name" {
  value = aws_lb.this.dns_name
}
