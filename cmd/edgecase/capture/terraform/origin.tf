# The origin: a small machine with a program of 80 lines that answers with what it has received, or as the last word of
# the path says (answers/). Only CloudFront can reach it, and it can reach nothing. It has no key, no role, and ends
# itself after 12 hours.

data "aws_ec2_managed_prefix_list" "cloudfront" {
  name = "com.amazonaws.global.cloudfront.origin-facing"
}

data "aws_ssm_parameter" "image" {
  name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"
}

data "aws_ec2_instance_type_offerings" "zones" {
  location_type = "availability-zone"

  filter {
    name   = "instance-type"
    values = ["t4g.nano"]
  }
}

resource "aws_vpc" "origin" {
  cidr_block           = "10.0.0.0/24"
  enable_dns_hostnames = true
}

resource "aws_internet_gateway" "origin" {
  vpc_id = aws_vpc.origin.id
}

resource "aws_subnet" "origin" {
  vpc_id                  = aws_vpc.origin.id
  cidr_block              = "10.0.0.0/24"
  availability_zone       = sort(data.aws_ec2_instance_type_offerings.zones.locations)[0]
  map_public_ip_on_launch = true
}

resource "aws_route_table" "origin" {
  vpc_id = aws_vpc.origin.id

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.origin.id
  }
}

resource "aws_route_table_association" "origin" {
  subnet_id      = aws_subnet.origin.id
  route_table_id = aws_route_table.origin.id
}

# On port 8000 the program listens, on 8001 nobody does, and 9000 is not let through.
resource "aws_security_group" "origin" {
  name        = local.name
  description = "CloudFront to the origin of edgecase capture; nothing else, and nothing out"
  vpc_id      = aws_vpc.origin.id

  ingress {
    from_port       = 8000
    to_port         = 8001
    protocol        = "tcp"
    prefix_list_ids = [data.aws_ec2_managed_prefix_list.cloudfront.id]
  }
}

resource "aws_instance" "origin" {
  ami                                  = data.aws_ssm_parameter.image.value
  instance_type                        = "t4g.nano"
  subnet_id                            = aws_subnet.origin.id
  vpc_security_group_ids               = [aws_security_group.origin.id]
  instance_initiated_shutdown_behavior = "terminate"
  user_data_replace_on_change          = true

  user_data = join("\n", ["#cloud-config", jsonencode({
    write_files = [
      { path = "/opt/edgecase/origin.py", content = file("${path.module}/origin.py") },
      {
        path = "/opt/edgecase/answers.json"
        content = jsonencode({
          for name in fileset("${path.module}/answers", "*.http") : trimsuffix(name, ".http") => file("${path.module}/answers/${name}")
        })
      },
    ]
    runcmd = [
      [
        "systemd-run", "--unit=edgecase-origin", "--uid=nobody", "--property=Restart=always",
        "/usr/bin/python3", "/opt/edgecase/origin.py", "8000", "/opt/edgecase/answers.json",
      ],
      ["shutdown", "--poweroff", "+720"],
    ]
  })])

  metadata_options {
    http_tokens = "required"
  }

  tags = { Name = local.name }

  depends_on = [aws_route_table_association.origin]
}
