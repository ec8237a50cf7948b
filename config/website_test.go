package config

import (
	"testing"

	"edgecase/config/cloudfront"
)

const websiteOrigin = `domain_name = aws_s3_bucket.b.website_endpoint
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "http-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }`

func TestWebsite(t *testing.T) {
	tests := []struct {
		name, rule, more string
		want             *cloudfront.Website
		notices          int
	}{
		{"none", "TF-205", `resource "aws_s3_bucket" "b" {}`, nil, 0},
		{"a resource", "TF-205", `
resource "aws_s3_bucket" "b" {}
resource "aws_s3_bucket_website_configuration" "w" {
  bucket = aws_s3_bucket.b.id
  index_document { suffix = "home.html" }
  error_document { key = "404.html" }
}`, &cloudfront.Website{IndexDocument: "home.html", ErrorDocument: "404.html"}, 0},
		{"a block", "TF-192", `
resource "aws_s3_bucket" "b" {
  website {
    index_document = "home.html"
    error_document = "404.html"
  }
}`, &cloudfront.Website{IndexDocument: "home.html", ErrorDocument: "404.html"}, 0},
		{"redirects everything", "REQ-419", `
resource "aws_s3_bucket" "b" {}
resource "aws_s3_bucket_website_configuration" "w" {
  bucket = aws_s3_bucket.b.bucket
  redirect_all_requests_to {
    host_name = "www.example.com"
    protocol  = "https"
  }
}`, &cloudfront.Website{RedirectAllRequestsTo: "https://www.example.com"}, 0},
		{"redirects everything, by a block", "REQ-419", `
resource "aws_s3_bucket" "b" {
  website { redirect_all_requests_to = "https://www.example.com" }
}`, &cloudfront.Website{RedirectAllRequestsTo: "https://www.example.com"}, 0},
		{"redirects everything, without a protocol", "REQ-419", `
resource "aws_s3_bucket" "b" {
  website { redirect_all_requests_to = "www.example.com" }
}`, &cloudfront.Website{RedirectAllRequestsTo: "http://www.example.com"}, 0},
		{"what is not known is not there", "TF-230", `
data "aws_ssm_parameter" "p" { name = "p" }
resource "aws_s3_bucket" "b" {
  website { index_document = data.aws_ssm_parameter.p.value }
}`, &cloudfront.Website{}, 0},
		{"routing rules", "TF-205", `
resource "aws_s3_bucket" "b" {}
resource "aws_s3_bucket_website_configuration" "w" {
  bucket = aws_s3_bucket.b.id
  index_document { suffix = "index.html" }
  routing_rule {
    redirect { replace_key_prefix_with = "b/" }
  }
}`, &cloudfront.Website{IndexDocument: "index.html"}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			l, diags := load(t, siteWith(websiteOrigin, "", "")+tt.more, Options{})
			if diags.HasErrors() {
				t.Fatal(printed(t, l, diags))
			}
			diff(t, tt.want, l.Config.Distributions[0].Buckets[0].Website)
			notices := 0
			for _, n := range l.Notices {
				if n.Text == "the routing rules of a bucket's website are not applied" {
					notices++
				}
			}
			diff(t, tt.notices, notices)
		})
	}
}

func TestCORSRules(t *testing.T) {
	age := 60
	rules := []cloudfront.CORSRule{
		{AllowedOrigins: []string{"https://a.example"}, AllowedMethods: []string{"GET", "HEAD"}, ExposeHeaders: []string{"ETag"}, MaxAgeSeconds: &age},
		{AllowedOrigins: []string{"*"}, AllowedMethods: []string{"PUT"}, AllowedHeaders: []string{"*"}},
	}
	const blocks = `
  cors_rule {
    allowed_origins = ["https://a.example"]
    allowed_methods = ["GET", "HEAD"]
    expose_headers  = ["ETag"]
    max_age_seconds = 60
  }
  cors_rule {
    allowed_origins = ["*"]
    allowed_methods = ["PUT"]
    allowed_headers = ["*"]
  }
}`
	tests := []struct {
		name, more string
		want       []cloudfront.CORSRule
	}{
		{"none", `resource "aws_s3_bucket" "b" {}`, nil},
		{"a resource", `
resource "aws_s3_bucket" "b" {}
resource "aws_s3_bucket_cors_configuration" "c" {
  bucket = aws_s3_bucket.b.id` + blocks, rules},
		{"blocks", `
resource "aws_s3_bucket" "b" {` + blocks, rules},
		{"another bucket's", `
resource "aws_s3_bucket" "b" {}
resource "aws_s3_bucket_cors_configuration" "c" {
  bucket = "another"` + blocks, nil},
	}
	for _, tt := range tests {
		t.Run("REQ-102/"+tt.name, func(t *testing.T) {
			d := clean(t, siteWith(s3Origin, "", "")+tt.more, Options{})
			diff(t, tt.want, d.Buckets[0].CORSRules)
		})
	}
}

func TestSecret(t *testing.T) {
	tests := []struct {
		name, value, more string
		want              bool
	}{
		{"password", `random_password.p.result`, `resource "random_password" "p" { length = 8 }`, true},
		{"text", `random_string.p.result`, `resource "random_string" "p" { length = 8 }`, false},
		{"parameter", `"x-${data.aws_ssm_parameter.p.value}"`, `data "aws_ssm_parameter" "p" { name = "p" }`, true},
		{"part of a secret", `jsondecode(data.aws_secretsmanager_secret_version.p.secret_string)["key"]`,
			`data "aws_secretsmanager_secret_version" "p" { secret_id = "p" }`, true},
		{"id of a secret", `data.aws_secretsmanager_secret_version.p.arn`,
			`data "aws_secretsmanager_secret_version" "p" { secret_id = "p" }`, false},
		{"private key", `tls_private_key.k.private_key_pem`, `resource "tls_private_key" "k" { algorithm = "RSA" }`, true},
	}
	for _, tt := range tests {
		t.Run("TF-059/"+tt.name, func(t *testing.T) {
			header := "\n    custom_header {\n      name  = \"X-Key\"\n      value = " + tt.value + "\n    }"
			d := clean(t, siteWith(appOrigin+header, "", "")+"\n"+tt.more, Options{})
			diff(t, tt.want, d.Origins[0].CustomHeaders[0].Value.Sensitive)
		})
	}
}

// TestUnfinished: what is not there before a build, or not known, does not keep a distribution from loading.
func TestUnfinished(t *testing.T) {
	tests := []struct{ name, rule, origin, behavior, more string }{
		{"archive of a Lambda function that is not built yet", "TF-211", "", optimized + `
    lambda_function_association {
      event_type = "origin-request"
      lambda_arn = aws_lambda_function.f.qualified_arn
    }`, `
resource "aws_lambda_function" "f" {
  function_name    = "f"
  filename         = "dist/f.zip"
  source_code_hash = filebase64sha256("dist/f.zip")
  handler          = "index.handler"
  runtime          = "nodejs20.x"
  publish          = true
}`},
		{"bucket in a variable", "TF-127", `domain_name = "staging.${var.bucket}"`, "", `variable "bucket" { type = string }`},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			clean(t, siteWith(tt.origin, tt.behavior, "")+tt.more, Options{})
		})
	}
}
