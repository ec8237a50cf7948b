package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"edgecase/config/cloudfront"
)

func TestLoadChooses(t *testing.T) {
	const two = `
-- main.tf --
module "a" { source = "./m" }
module "b" { source = "./m" }
-- m/main.tf --
`
	tests := []struct {
		name, rule, address string
		want                []string
		diagnostic          string
	}{
		{"all", "TF-048", "", []string{"module.a.aws_cloudfront_distribution.site", "module.b.aws_cloudfront_distribution.site"}, ""},
		{"one", "TF-048", "module.b.aws_cloudfront_distribution.site", []string{"module.b.aws_cloudfront_distribution.site"}, ""},
		{"none of that name", "TF-260", "module.b.aws_cloudfront_distribution.sight", nil, `
Error: Unknown distribution

There is no distribution "module.b.aws_cloudfront_distribution.sight". Did you mean
module.b.aws_cloudfront_distribution.site? The distributions are:
  module.a.aws_cloudfront_distribution.site
  module.b.aws_cloudfront_distribution.site

`},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			l, diags := load(t, two+siteWith("", "", ""), Options{Distribution: tt.address})
			var got []string
			for _, d := range l.Config.Distributions {
				got = append(got, d.Address)
			}
			diff(t, tt.want, got)
			diff(t, strings.TrimPrefix(tt.diagnostic, "\n"), printed(t, l, diags))
		})
	}
}

func TestLoadPlaces(t *testing.T) {
	unpack(t, "-- infra/cdn.tf --\n"+siteWith("", "", ""))
	for _, path := range []string{"infra", "infra/", "infra/cdn.tf", filepath.Join("infra", "..", "infra")} {
		t.Run("TF-002/"+path, func(t *testing.T) {
			l, diags := Load(path, Options{})
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			diff(t, filepath.Join("infra", "cdn.tf"), l.Config.Distributions[0].Source.File)
		})
	}
	for _, path := range []string{"nowhere", "nowhere.tf", "infra/cdn.tf/x"} {
		t.Run("TF-260/"+path, func(t *testing.T) {
			l, diags := Load(path, Options{})
			if !diags.HasErrors() || len(l.Config.Distributions) != 0 {
				t.Errorf("got %d distributions and %v, want an error", len(l.Config.Distributions), diags)
			}
		})
	}
}

func TestNotFound(t *testing.T) {
	tests := []struct {
		name, rule, archive, want string
	}{
		{"a count of zero", "TF-260", siteWith("", "", "count = 0"), `
Error: No distribution

No aws_cloudfront_distribution in this directory: 1 file and 1 resource were read.
aws_cloudfront_distribution.site has no instances, by count = 0 (main.tf:21).

`},
		{"a count by the workspace, beside a module that is not here", "TF-045", siteWith("", "", "count = local.live ? 1 : 0") + `
locals {
  live = terraform.workspace == "prod"
}
module "bucket" {
  source = "terraform-aws-modules/s3-bucket/aws"
}
`, `
Error: No distribution

No aws_cloudfront_distribution in this directory: 1 file and 1 resource were read.
aws_cloudfront_distribution.site has no instances, by count = local.live ? 1 : 0 (main.tf:21). The
workspace is "default"; choose another with --workspace or TF_WORKSPACE.

`},
		{"a comment", "TF-011", "/*" + siteWith("", "", "") + "*/\nresource \"aws_lb\" \"l\" {}", `
Error: No distribution

No aws_cloudfront_distribution in this directory: 1 file and 1 resource were read.
The word stands in main.tf, but in a comment.

`},
		{"a module that is not here", "TF-072", `
-- main.tf --
module "label" {
  source = "cloudposse/label/null"
}
module "site" {
  source = "terraform-aws-modules/cloudfront/aws"
}
`, `
Error: No distribution

No aws_cloudfront_distribution in this directory: 1 file and 0 resources were read.
It may be in a module that is not on this machine: module.site
(terraform-aws-modules/cloudfront/aws, main.tf:5), module.label (cloudposse/label/null, main.tf:2).
Run terraform get, which needs no credentials.

`},
		{"a module below a module that is not here", "TF-072", `
-- main.tf --
module "site" { source = "./site" }
-- site/main.tf --
module "cloudfront" {
  source = "terraform-aws-modules/cloudfront/aws"
}
`, `
Error: No distribution

No aws_cloudfront_distribution in this directory: 2 files and 0 resources were read.
It may be in a module that is not on this machine: module.site.module.cloudfront
(terraform-aws-modules/cloudfront/aws, site/main.tf:2). Run terraform get, which needs no
credentials.

`},
		{"a directory that does not exist", "TF-260", `
-- main.tf --
module "site" { source = "../site" }
-- x/main.tf --
`, `
Error: No distribution

No aws_cloudfront_distribution in this directory: 1 file and 0 resources were read.
It may be in a directory that does not exist: ../site of module.site (main.tf:1).

`},
		{"directories below", "TF-260", `
-- main.tf --
resource "aws_lb" "l" {}
-- live/prod/main.tf --
` + siteWith("", "", ""), `
Error: No distribution

No aws_cloudfront_distribution in this directory: 1 file and 1 resource were read.
There are distributions in live/prod.

`},
		{"the other kind", "TF-186", `resource "aws_cloudfront_multitenant_distribution" "m" { enabled = true }`, `
Error: No distribution

No aws_cloudfront_distribution in this directory: 1 file and 1 resource were read.
aws_cloudfront_multitenant_distribution.m is there, but multi-tenant distributions are not emulated.

`},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			l, diags := load(t, tt.archive, Options{})
			diff(t, strings.TrimPrefix(tt.want, "\n"), printed(t, l, diags))
		})
	}
}

func TestCaller(t *testing.T) {
	unpack(t, `
-- modules/cdn/main.tf --
variable "comment" { type = string }
`+siteWith("", "", "comment = var.comment")+`
-- live/main.tf --
module "cdn" {
  source  = "../modules/cdn"
  comment = "x"
}
`)
	l, diags := Load("modules/cdn", Options{})
	t.Run("TF-261/caller", func(t *testing.T) {
		if want := "This directory is a module; live calls it with values. Try that one."; !strings.Contains(printed(t, l, diags), want) {
			t.Errorf("got %s, want %q in it", printed(t, l, diags), want)
		}
	})
}

func TestNotices(t *testing.T) {
	more := `
  web_acl_id = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/x/y"
  staging    = false
  logging_config { bucket = "logs.s3.amazonaws.com" }`
	archive := siteWith(appOrigin+`
    origin_shield {
      enabled              = false
      origin_shield_region = "us-east-1"
    }`, optimized+`
    smooth_streaming = true
    grpc_config { enabled = false }
    realtime_log_config_arn = ""`, more) + `
resource "aws_cloudfront_distribution_tenant" "t" { name = "t" }`
	l, diags := load(t, archive, Options{})
	t.Run("TF-180/notices", func(t *testing.T) {
		at := func(line, column int) cloudfront.Source {
			return cloudfront.Source{File: "main.tf", Line: line, Column: column}
		}
		want := []Notice{
			{"smooth_streaming has no effect", at(24, 5), "TF-153"},
			{"web_acl_id is set and not enforced", at(29, 3), "REQ-521"},
			{"logging_config writes to no bucket; the access log is where --access-log says", at(31, 3), "TF-111"},
			{"distribution tenants are not served", at(42, 1), "TF-186"},
		}
		var got []Notice
		for _, n := range l.Notices {
			if n.Text != "nothing is cached; every answer is a Miss" {
				got = append(got, n)
			}
		}
		diff(t, want, got)
		diff(t, []string(nil), summaries(diags))
	})
	t.Run("TF-180/strict", func(t *testing.T) {
		l, diags := load(t, archive, Options{Strict: true})
		diff(t, len(l.Notices), len(diags))
		if want := "smooth_streaming has no effect. With --strict that is an error."; !strings.Contains(printed(t, l, diags), want) {
			t.Errorf("got %s, want %q in it", printed(t, l, diags), want)
		}
	})
}

// TestDifferences keeps the table fit for print: each setting is one of the schema, each text a clause without a full
// stop.
func TestDifferences(t *testing.T) {
	for _, d := range Differences() {
		t.Run(d.Rule+"/"+d.Setting, func(t *testing.T) {
			if d.Text == "" || strings.HasSuffix(d.Text, ".") || d.Sure == "" {
				t.Errorf("%+v: want a clause and a confidence", d)
			}
			if d.Block == "directory" || d.Setting == websiteRouting || d.Setting == caching {
				return
			}
			s := distributionSchema()
			switch d.Block {
			case "origin":
				s = s.Blocks["origin"].Schema
			case "custom_origin_config":
				s = s.Blocks["origin"].Schema.Blocks[d.Block].Schema
			case "behavior":
				s = s.Blocks["default_cache_behavior"].Schema
			}
			path := strings.Split(d.Setting, ".")
			for ; len(path) > 1; path = path[1:] {
				s = s.Blocks[path[0]].Schema
			}
			_, argument := s.Attributes[path[0]]
			_, block := s.Blocks[path[0]]
			if !argument && !block {
				t.Errorf("%s has no setting %s", d.Block, d.Setting)
			}
		})
	}
}

func TestReadable(t *testing.T) {
	archive := siteWith(s3Origin+`
    origin_access_control_id = "E2EXAMPLE"`, "", "") + bucketSite
	t.Run("REQ-407/kept out", func(t *testing.T) {
		_, diags := load(t, archive+`
resource "aws_s3_bucket_policy" "p" {
  bucket = aws_s3_bucket.b.id
  policy = jsonencode({ Statement = [{ Effect = "Deny", Principal = "*", Action = "s3:*", Resource = "*" }] })
}`, Options{})
		diff(t, []string{"warning main.tf:6 Bucket that CloudFront may not read"}, summaries(diags))
	})
	t.Run("REQ-392/no policy", func(t *testing.T) {
		l, diags := load(t, archive, Options{})
		diff(t, []string(nil), summaries(diags))
		diff(t, "REQ-392", l.Notes[0].Rule)
	})
}

func TestIgnoredChanges(t *testing.T) {
	l, _ := load(t, siteWith("", "", `
  lifecycle {
    ignore_changes = [web_acl_id]
  }`), Options{})
	t.Run("TF-049/note", func(t *testing.T) {
		diff(t, []Notice{{"ignore_changes keeps Terraform from changing the distribution, so the live one may differ from what is written",
			cloudfront.Source{File: "main.tf", Line: 23, Column: 5}, "TF-049"}}, l.Notes)
	})
}

// TestCircles proves that resources which name each other come to an end.
func TestCircles(t *testing.T) {
	tests := []struct{ name, rule, archive string }{
		{"bucket", "TF-233", siteWith(`domain_name = aws_s3_bucket_website_configuration.w.website_endpoint`, "", "") + `
resource "aws_s3_bucket_website_configuration" "w" { bucket = data.aws_s3_bucket.b.id }
data "aws_s3_bucket" "b" { bucket = aws_s3_bucket_website_configuration.w.bucket }`},
		{"certificate", "TF-233", strings.Replace(siteWith("", "", ""), `cloudfront_default_certificate = true`,
			`acm_certificate_arn = aws_acm_certificate_validation.v.certificate_arn`, 1) + `
resource "aws_acm_certificate_validation" "v" { certificate_arn = aws_acm_certificate_validation.v.certificate_arn }`},
		{"record", "TF-233", siteWith(strings.Replace(appOrigin, `"app.example.com"`, `aws_route53_record.r.fqdn`, 1), "", "") + `
resource "aws_route53_record" "r" {
  name    = "r"
  zone_id = aws_route53_record.r.fqdn
}`},
		{"policy document", "TF-233", siteWith(s3Origin, "", "") + bucketSite + `
resource "aws_s3_bucket_policy" "p" {
  bucket = aws_s3_bucket.b.id
  policy = data.aws_iam_policy_document.d.json
}
data "aws_iam_policy_document" "d" { source_policy_documents = [data.aws_iam_policy_document.d.json] }`},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			l, _ := load(t, tt.archive, Options{})
			diff(t, 1, len(l.Config.Distributions))
		})
	}
}

// FuzzLoad holds that no directory makes Load panic, and that whatever it returns has a policy and a place for every
// behavior, which the edge relies on.
func FuzzLoad(f *testing.F) {
	f.Add(story)
	f.Add(siteWith("", "", ""))
	f.Add(siteWith(s3Origin, "", "count = var.n") + bucketSite)
	f.Add(siteWith("", optimized+"\nforwarded_values {\nquery_string = null\n}", ""))
	f.Add(`resource "aws_cloudfront_distribution" "x" { origin { origin_id = [] } }`)
	f.Add(`resource "aws_cloudfront_distribution" "x" { dynamic "ordered_cache_behavior" {
  for_each = [null, {}, "x"]
  content { path_pattern = ordered_cache_behavior.value }
} }`)
	f.Add(strings.Replace(siteWith("", "", "count = 3"), "enabled = true", "enabled = true\n  comment = join(\"\", [for i in range(50) : \"${i}\"])", 1))
	f.Add(siteWith("", "", "for_each = { a = 1, b = module.gone.x }\n  aliases = [each.key, each.value]") + "module \"gone\" { source = \"acme/gone/aws\" }")
	f.Add(siteWith("", "cache_policy_id = data.aws_cloudfront_cache_policy.p.id\n    min_ttl = data.aws_cloudfront_cache_policy.p.min_ttl", "") +
		"data \"aws_cloudfront_cache_policy\" \"p\" { name = \"a\" }\nresource \"aws_cloudfront_cache_policy\" \"p\" { name = data.aws_cloudfront_cache_policy.p.comment }")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text string) {
		if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		l, _ := Load(dir, Options{})
		for _, d := range l.Config.Distributions {
			for _, b := range d.Behaviors {
				if b.CachePolicy == nil || b.Source.IsZero() {
					t.Errorf("behavior %q has cache policy %v and place %v", b.Name(), b.CachePolicy, b.Source)
				}
			}
		}
	})
}
