package config

import (
	"os"
	"testing"

	"edgecase/config/cloudfront"
)

const bucketSite = `
resource "aws_s3_bucket" "b" { bucket = "files" }
resource "aws_cloudfront_origin_access_identity" "i" {}
`

func TestListBucket(t *testing.T) {
	statement := func(action, resource, principals string) string {
		return `
resource "aws_s3_bucket_policy" "p" {
  bucket = aws_s3_bucket.b.id
  policy = data.aws_iam_policy_document.p.json
}
data "aws_iam_policy_document" "p" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.b.arn}/*"]
    principals {
      type        = "Service"
      identifiers = ["cloudfront.amazonaws.com"]
    }
  }
  statement {
    actions   = ["` + action + `"]
    resources = [` + resource + `]
    principals {
      ` + principals + `
    }
  }
}`
	}
	const service = `type = "Service"
      identifiers = ["cloudfront.amazonaws.com"]`
	const identity = `type = "AWS"
      identifiers = [aws_cloudfront_origin_access_identity.i.iam_arn]`
	tests := []struct {
		name, more string
		want       cloudfront.Permission
	}{
		{"no policy", "", cloudfront.Unstated},
		{"another bucket's policy", `
resource "aws_s3_bucket_policy" "p" {
  bucket = "another"
  policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "s3:*", Resource = "*" }] })
}`, cloudfront.Unstated},
		{"list for the service", statement("s3:ListBucket", "aws_s3_bucket.b.arn", service), cloudfront.Granted},
		{"list for the identity", statement("s3:List*", "aws_s3_bucket.b.arn", identity), cloudfront.Granted},
		{"list on objects", statement("s3:ListBucket", `"${aws_s3_bucket.b.arn}/*"`, service), cloudfront.Withheld},
		{"list for somebody else", statement("s3:ListBucket", "aws_s3_bucket.b.arn", `type = "AWS"
      identifiers = ["arn:aws:iam::123456789012:root"]`), cloudfront.Withheld},
		{"no list", statement("s3:PutObject", "aws_s3_bucket.b.arn", service), cloudfront.Withheld},
		{"jsonencode, one statement, one text", `
resource "aws_s3_bucket_policy" "p" {
  bucket = aws_s3_bucket.b.bucket
  policy = jsonencode({
    Statement = { Effect = "Allow", Principal = "*", Action = "s3:ListBucket", Resource = aws_s3_bucket.b.arn }
  })
}`, cloudfront.Granted},
		{"a denial", `
resource "aws_s3_bucket_policy" "p" {
  bucket = "files"
  policy = <<-E
    {"Statement": [{"Effect": "Deny", "Principal": "*", "Action": ["s3:*"], "Resource": "*"}]}
  E
}`, cloudfront.Withheld},
		{"a policy that is not known", `
data "aws_ssm_parameter" "p" { name = "p" }
resource "aws_s3_bucket_policy" "p" {
  bucket = aws_s3_bucket.b.id
  policy = data.aws_ssm_parameter.p.value
}`, cloudfront.Unstated},
		{"merged documents", statement("s3:PutObject", "aws_s3_bucket.b.arn", service) + `
resource "aws_s3_bucket_policy" "q" {
  bucket = aws_s3_bucket.b.id
  policy = data.aws_iam_policy_document.q.json
}
data "aws_iam_policy_document" "q" {
  source_policy_documents = [data.aws_iam_policy_document.p.json]
  override_policy_documents = [jsonencode({
    Statement = [{ Sid = "List", Effect = "Allow", Principal = { Service = "cloudfront.amazonaws.com" },
      Action = ["s3:ListBucket"], Resource = [aws_s3_bucket.b.arn] }]
  })]
  statement {
    sid       = "List"
    actions   = ["s3:PutObject"]
    resources = ["*"]
  }
}`, cloudfront.Granted},
	}
	for _, tt := range tests {
		t.Run("REQ-392/"+tt.name, func(t *testing.T) {
			d := clean(t, siteWith(s3Origin, "", "")+bucketSite+tt.more, Options{})
			diff(t, tt.want, d.Buckets[0].ListBucket)
		})
	}
}

func TestObjects(t *testing.T) {
	d := clean(t, siteWith(s3Origin, "", "")+bucketSite+`
resource "aws_s3_object" "page" {
  for_each      = toset(["a.html", "b.html"])
  bucket        = aws_s3_bucket.b.id
  key           = each.key
  content_type  = "text/html"
  cache_control = "no-cache"
  metadata      = { "x" = "1" }
}
resource "aws_s3_bucket_object" "old" {
  bucket           = "files"
  key              = "old"
  website_redirect = "/a.html"
}
resource "aws_s3_object" "elsewhere" {
  bucket = "another"
  key    = "c"
}`, Options{})
	t.Run("TF-206/objects", func(t *testing.T) {
		page := func(key string) *cloudfront.Object {
			return &cloudfront.Object{Key: key, ContentType: "text/html", CacheControl: "no-cache",
				Metadata: map[string]string{"x": "1"}, Source: cloudfront.Source{File: "main.tf", Line: 29, Column: 1}}
		}
		diff(t, []*cloudfront.Object{page("a.html"), page("b.html"),
			{Key: "old", WebsiteRedirect: "/a.html", Source: cloudfront.Source{File: "main.tf", Line: 37, Column: 1}},
		}, d.Buckets[0].Objects)
	})
}

func TestFunctions(t *testing.T) {
	l, diags := load(t, `
-- main.tf --
`+siteWith("", optimized+`
    function_association {
      event_type   = "viewer-response"
      function_arn = "arn:aws:cloudfront::999999999999:function/inline"
    }
    function_association {
      event_type   = "viewer-request"
      function_arn = aws_cloudfront_function.file.arn
    }`, behaviorBlock("/lambda", `
    lambda_function_association {
      event_type   = "origin-request"
      lambda_arn   = "${aws_lambda_function.l.arn}:${aws_lambda_function.l.version}"
      include_body = true
    }`))+`
resource "aws_cloudfront_function" "file" {
  name    = "file"
  runtime = "cloudfront-js-2.0"
  code    = file("${path.module}/js/index.js")
}
resource "aws_cloudfront_function" "inline" {
  name    = "inline"
  runtime = "cloudfront-js-1.0"
  code    = <<-E
    function handler(event) { return event.response; }
  E
}
resource "aws_cloudfront_key_value_store" "s" { name = "s" }
resource "aws_lambda_function" "l" {
  function_name = "rewriter"
  runtime       = "nodejs22.x"
  handler       = "index.handler"
  filename      = data.archive_file.l.output_path
  publish       = true
}
data "archive_file" "l" {
  type        = "zip"
  source_file = "lambda/index.js"
  output_path = "out.zip"
}
-- js/index.js --
function handler(event) { return event.request; }
`, Options{})
	if diags.HasErrors() {
		t.Fatal(printed(t, l, diags))
	}
	d := l.Config.Distributions[0]
	t.Run("TF-164/code", func(t *testing.T) {
		var got []cloudfront.Function
		for _, a := range d.DefaultBehavior().Associations {
			f := *a.Function
			f.Source = cloudfront.Source{}
			got = append(got, f)
		}
		diff(t, []cloudfront.Function{
			{Address: "aws_cloudfront_function.file", Name: "file", Runtime: "cloudfront-js-2.0", File: "js/index.js",
				Code: "function handler(event) { return event.request; }\n"},
			{Address: "aws_cloudfront_function.inline", Name: "inline", Runtime: "cloudfront-js-1.0",
				Code: "function handler(event) { return event.response; }\n"},
		}, got)
	})
	t.Run("TF-211/lambda", func(t *testing.T) {
		a := d.Behaviors[0].Associations[0]
		f := *a.Function
		f.Source = cloudfront.Source{}
		diff(t, cloudfront.Function{Address: "aws_lambda_function.l", Name: "rewriter", Runtime: "nodejs22.x",
			Handler: "index.handler", File: "lambda/index.js"}, f)
		diff(t, "{aws_lambda_function.l.arn}:{aws_lambda_function.l.version}", a.ARN.Value)
		diff(t, true, a.IncludeBody)
	})
	t.Run("TF-164/watched", func(t *testing.T) {
		for _, path := range l.Read {
			if info, err := os.Stat(path); err == nil && info.Name() == "index.js" {
				return
			}
		}
		t.Errorf("js/index.js is not among %v", l.Read)
	})
}

func TestResponseHeadersPolicy(t *testing.T) {
	d := clean(t, siteWith("", optimized+`
    response_headers_policy_id = aws_cloudfront_response_headers_policy.p.id`, "")+`
resource "aws_cloudfront_response_headers_policy" "p" {
  name = "p"
  cors_config {
    access_control_allow_credentials = true
    origin_override                  = false
    access_control_max_age_sec       = 600
    access_control_allow_headers { items = ["X-B", "X-A"] }
    access_control_allow_methods { items = ["GET"] }
    access_control_allow_origins { items = ["https://example.com"] }
    access_control_expose_headers { items = ["X-C"] }
  }
  custom_headers_config {
    items {
      header   = "X-Team"
      value    = "web"
      override = true
    }
  }
  remove_headers_config {
    items { header = "Server" }
  }
  security_headers_config {
    content_security_policy {
      content_security_policy = "default-src 'self'"
      override                = true
    }
    content_type_options { override = false }
    frame_options {
      frame_option = "DENY"
      override     = true
    }
    referrer_policy {
      referrer_policy = "no-referrer"
      override        = true
    }
    strict_transport_security {
      access_control_max_age_sec = "63072000"
      include_subdomains         = true
      preload                    = true
      override                   = true
    }
    xss_protection {
      protection = true
      mode_block = true
      override   = true
    }
  }
  server_timing_headers_config {
    enabled       = true
    sampling_rate = 12.5
  }
}`, Options{})
	t.Run("TF-162/all", func(t *testing.T) {
		got := *d.DefaultBehavior().ResponseHeadersPolicy
		got.Sources, got.Source = nil, cloudfront.Source{}
		at := func(line int) cloudfront.Source { return cloudfront.Source{File: "main.tf", Line: line, Column: 5} }
		header := func(name, value string, override bool, line int) *cloudfront.ResponseHeader {
			return &cloudfront.ResponseHeader{Name: name, Value: cloudfront.Known(value), Override: override, Source: at(line)}
		}
		age := 600
		diff(t, cloudfront.ResponseHeadersPolicy{
			ID:      uuid("aws_cloudfront_response_headers_policy.p"),
			Name:    cloudfront.Known("p"),
			Address: "aws_cloudfront_response_headers_policy.p",
			CORS: &cloudfront.CORS{AllowCredentials: true, AllowHeaders: []string{"X-A", "X-B"}, AllowMethods: []string{"GET"},
				AllowOrigins: []string{"https://example.com"}, ExposeHeaders: []string{"X-C"}, MaxAge: &age},
			CustomHeaders: []cloudfront.ResponseHeader{*header("X-Team", "web", true, 45)},
			RemoveHeaders: []string{"Server"},
			Security: cloudfront.SecurityHeaders{
				ContentSecurityPolicy:   header("Content-Security-Policy", "default-src 'self'", true, 55),
				ContentTypeOptions:      header("X-Content-Type-Options", "nosniff", false, 59),
				FrameOptions:            header("X-Frame-Options", "DENY", true, 60),
				ReferrerPolicy:          header("Referrer-Policy", "no-referrer", true, 64),
				StrictTransportSecurity: header("Strict-Transport-Security", "max-age=63072000; includeSubDomains; preload", true, 68),
				XSSProtection:           header("X-XSS-Protection", "1; mode=block", true, 74),
			},
			ServerTiming: &cloudfront.ServerTiming{Enabled: true, SamplingRate: 12.5},
		}, got)
	})
}
