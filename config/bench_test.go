package config

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A bulk says how much there is of each thing in a generated directory.
type bulk struct {
	resources int // that no distribution needs, buckets with policies in turn
	behaviors int // of the distribution, by a dynamic block
	locals    int // half of them variables, each local made of the one before it
	modules   int // instances of the outer module; each has two more levels, three instances in all
}

// huge is more than people have written: issue trackers know directories of a thousand resources, CloudFront takes 75
// behaviors.
var huge = bulk{resources: 1000, behaviors: 75, locals: 300, modules: 20}

// write makes a directory of it: the root with a distribution, and modules inside each other, each with for_each, whose
// outputs are the distribution's origins.
func (n bulk) write(t testing.TB) string {
	dir := t.TempDir()
	files := map[string]func(*strings.Builder){
		"main.tf": n.main, "resources.tf": n.others, "locals.tf": n.settings,
		"modules/service/main.tf":               module("part", "../part", `{ one = "1" }`),
		"modules/part/main.tf":                  module("leaf", "../leaf", `{ only = "x" }`),
		"modules/leaf/main.tf":                  leaf,
		"modules/never/called/by/anyone/bad.tf": func(b *strings.Builder) { b.WriteString("resource {") },
	}
	for name, text := range files {
		var b strings.Builder
		text(&b)
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func (n bulk) main(b *strings.Builder) {
	fmt.Fprintf(b, `
module "service" {
  source   = "./modules/service"
  for_each = toset([for i in range(%d) : format("service-%%03d", i)])
  name     = each.key
  domain   = local.domain
}

data "aws_cloudfront_cache_policy" "managed" {
  for_each = toset(["CachingOptimized", "CachingDisabled"])
  name     = "Managed-${each.key}"
}

locals {
  services = keys(module.service)
  behaviors = [for i in range(%d) : {
    path    = format("/app-%%02d/*", i)
    methods = i %% 2 == 0 ? ["GET", "HEAD"] : ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]
    cached  = i %% 3 == 0
    index   = i
  }]
}

resource "aws_cloudfront_distribution" "site" {
  enabled = true
  comment = local.l%d

  origin {
    origin_id   = "app"
    domain_name = "app.${local.domain}"
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }

  dynamic "origin" {
    for_each = module.service
    content {
      origin_id   = origin.key
      domain_name = origin.value.host
      custom_origin_config {
        http_port              = 80
        https_port             = 443
        origin_protocol_policy = "https-only"
        origin_ssl_protocols   = ["TLSv1.2"]
      }
    }
  }

  dynamic "ordered_cache_behavior" {
    for_each = local.behaviors
    content {
      path_pattern           = ordered_cache_behavior.value.path
      target_origin_id       = local.services[ordered_cache_behavior.value.index %% length(local.services)]
      viewer_protocol_policy = "redirect-to-https"
      allowed_methods        = ordered_cache_behavior.value.methods
      cached_methods         = ["GET", "HEAD"]
      cache_policy_id        = data.aws_cloudfront_cache_policy.managed[ordered_cache_behavior.value.cached ? "CachingOptimized" : "CachingDisabled"].id
    }
  }

  default_cache_behavior {
    target_origin_id       = "app"
    viewer_protocol_policy = "redirect-to-https"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    cache_policy_id        = data.aws_cloudfront_cache_policy.managed["CachingOptimized"].id
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    cloudfront_default_certificate = true
  }
}
`, n.modules, n.behaviors, n.locals/2-1)
}

func (n bulk) others(b *strings.Builder) {
	for i := range n.resources / 2 {
		fmt.Fprintf(b, `
resource "aws_s3_bucket" "b%[1]d" {
  bucket = "${local.domain}-%[1]d"
  tags   = merge(local.tags, { Name = "b%[1]d" })
}

resource "aws_s3_bucket_policy" "b%[1]d" {
  bucket = aws_s3_bucket.b%[1]d.id
  policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = "s3:GetObject", Principal = "*", Resource = "${aws_s3_bucket.b%[1]d.arn}/*" }]
  })
}
`, i)
	}
}

func (n bulk) settings(b *strings.Builder) {
	b.WriteString("locals {\n  domain = \"example.com\"\n  tags = { team = \"web\" }\n  l0 = \"l\"\n")
	for i := 1; i < n.locals/2; i++ {
		fmt.Fprintf(b, "  l%d = var.v%d == \"\" ? \"none\" : local.l%d\n", i, i, i-1)
		if i%100 == 0 { // references lead to each other no deeper than people's do
			fmt.Fprintf(b, "  start%d = local.l%d\n", i, i)
		}
	}
	b.WriteString("}\n")
	for i := range n.locals / 2 {
		fmt.Fprintf(b, "\nvariable \"v%d\" {\n  type = string\n  default = \"value %d\"\n}\n", i, i)
	}
}

// module is one that calls the next and passes its output on.
func module(name, source, each string) func(*strings.Builder) {
	return func(b *strings.Builder) {
		fmt.Fprintf(b, `
variable "name" {}

variable "domain" {}

module "%[1]s" {
  source   = "%[2]s"
  for_each = %[3]s
  name     = "${var.name}-${each.key}"
  domain   = var.domain
}

output "host" {
  value = one(values(module.%[1]s)).host
}
`, name, source, each)
	}
}

func leaf(b *strings.Builder) {
	b.WriteString(`
variable "name" {}

variable "domain" {}

resource "aws_lb" "this" {
  name = var.name
}

output "host" {
  value = aws_lb.this.dns_name
}
`)
}

// BenchmarkLoad loads the smallest directory, a typical one, and a huge one.
func BenchmarkLoad(b *testing.B) {
	for _, bench := range []struct{ name, dir string }{
		{"small", filepath.FromSlash("../testdata/terraform/minimal")},
		{"typical", filepath.FromSlash("../testdata/terraform/plane")},
		{"huge", huge.write(b)},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, diags := Load(bench.dir, Options{}); diags.HasErrors() {
					b.Fatal(diags)
				}
			}
		})
	}
}

// TestLinear holds that a directory with twice as much in it takes twice as many allocations to load, of whatever it is.
// Time would say the same less reliably.
func TestLinear(t *testing.T) {
	for _, tt := range []struct {
		name string
		of   func(n int) bulk
	}{
		{"resources", func(n int) bulk { return bulk{resources: 500 * n, behaviors: 2, locals: 4, modules: 2} }},
		{"behaviors", func(n int) bulk { return bulk{resources: 4, behaviors: 60 * n, locals: 4, modules: 2} }},
		{"locals", func(n int) bulk { return bulk{resources: 4, behaviors: 2, locals: 200 * n, modules: 2} }},
		{"modules", func(n int) bulk { return bulk{resources: 4, behaviors: 2, locals: 4, modules: 20 * n} }},
		{"all", func(n int) bulk { return bulk{resources: 200 * n, behaviors: 20 * n, locals: 100 * n, modules: 10 * n} }},
	} {
		t.Run("TF-040/"+tt.name, func(t *testing.T) {
			var count [3]float64
			for i, n := range []int{1, 2, 4} {
				dir := tt.of(n).write(t)
				count[i] = testing.AllocsPerRun(1, func() {
					if l, diags := Load(dir, Options{}); diags.HasErrors() || len(l.Config.Distributions) != 1 {
						t.Fatal(diags)
					}
				})
			}
			// What is twice as much adds twice as much: the step from 2 to 4 is two of the steps from 1 to 2.
			first, second := count[1]-count[0], count[2]-count[1]
			if ratio := second / (2 * first); math.IsNaN(ratio) || ratio > 1.25 {
				t.Errorf("allocations for n, 2n and 4n: %.0f; the growth is %.2f of what is linear", count, ratio)
			} else {
				t.Logf("allocations %.0f, growth %.2f of what is linear", count, ratio)
			}
		})
	}
}

// TestManyDistributions: a count that is out of hand is refused before anything is evaluated; one of them can be had.
func TestManyDistributions(t *testing.T) {
	text := siteWith("", "", "count = 1001\n  comment = count.index")
	l, diags := load(t, text, Options{})
	diff(t, []string{"error main.tf:2 Too many distributions"}, summaries(diags))
	diff(t, 0, len(l.Config.Distributions))
	l, diags = load(t, text, Options{Distribution: "aws_cloudfront_distribution.site[7]"})
	diff(t, []string(nil), summaries(diags))
	diff(t, 1, len(l.Config.Distributions))
}
