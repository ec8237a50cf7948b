domain          = "dev.example.com"
stage           = "dev"
read_timeout    = 30
compress        = true
certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/6f0b6f2e-5f0e-4a59-8e0a-7a4d3b0c7b11"
headers         = {}
