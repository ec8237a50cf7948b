package config

import (
	"path/filepath"
	"testing"
)

// TestLambdaCode finds the code of Lambda functions, however the archive is made (TF-211).
func TestLambdaCode(t *testing.T) {
	const association = `
    lambda_function_association {
      event_type = "origin-request"
      lambda_arn = aws_lambda_function.f.qualified_arn
    }`
	function := func(filename string) string {
		return `
resource "aws_lambda_function" "f" {
  function_name = "rewrite"
  filename      = ` + filename + `
  handler       = "index.handler"
  runtime       = "nodejs22.x"
  publish       = true
}
`
	}
	type code struct{ File, Code string }
	tests := []struct {
		name, rule, more string
		want             code
	}{
		{"an archive that is there", "TF-211", function(`"dist/f.zip"`), code{File: "infra/dist/f.zip"}},
		{"below the module", "TF-044", function(`"${path.module}/f.zip"`), code{File: "infra/f.zip"}},
		{"archive of a file", "TF-211", function("data.archive_file.a.output_path") + `
data "archive_file" "a" {
  type        = "zip"
  source_file = "${path.module}/src/index.js"
  output_path = "f.zip"
}`, code{File: "infra/src/index.js"}},
		{"archive of a directory", "TF-211", function("archive_file.a.output_path") + `
resource "archive_file" "a" {
  type        = "zip"
  source_dir  = "../src"
  output_path = "f.zip"
}`, code{File: "src"}},
		{"archive of texts", "TF-211", function("data.archive_file.a.output_path") + `
data "archive_file" "a" {
  type        = "zip"
  output_path = "f.zip"
  source {
    content  = "{}"
    filename = "config.json"
  }
  source {
    content  = "exports.handler = async () => {}"
    filename = "index.js"
  }
}`, code{Code: "exports.handler = async () => {}"}},
		{"archive of one text", "TF-211", function("data.archive_file.a.output_path") + `
data "archive_file" "a" {
  type                    = "zip"
  output_path             = "f.zip"
  source_content          = "exports.handler = 1"
  source_content_filename = "index.js"
}`, code{Code: "exports.handler = 1"}},
		{"code in a bucket", "TF-211", `
resource "aws_lambda_function" "f" {
  function_name = "rewrite"
  s3_bucket     = "code"
  s3_key        = "f.zip"
  publish       = true
}`, code{}},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			unpack(t, "-- infra/main.tf --\n"+siteWith("", optimized+association, "")+tt.more)
			l, diags := Load("infra", Options{})
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			fn := l.Config.Distributions[0].DefaultBehavior().Associations[0].Function
			diff(t, tt.want, code{filepath.ToSlash(fn.File), fn.Code})
		})
	}
}
