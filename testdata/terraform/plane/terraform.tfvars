environment = "dev"
domain_name = "plane.example.gov"
https_only  = false

vpc_id            = "vpc-0c5d2e9f13ab47680"
public_subnet_ids = ["subnet-01a2b3c4d5e6f7081", "subnet-08f7e6d5c4b3a2910"]

api_read_timeout = 60
web_acl_arn      = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/plane-dev/5b2f0c8e-6d0a-4c1e-9a57-2f7d3f1f8a10"
