variable "name" {}

resource "aws_lb" "this" {
  count = 2

  name = "${var.name}-${count.index}"
}

output "host" {
  value = aws_lb.this[1].dns_name
}

output "patterns" {
  value = [for lb in aws_lb.this : "/${var.name}/${lb.name}/*"]
}
