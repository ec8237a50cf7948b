package config

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"edgecase/config/cloudfront"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"golang.org/x/tools/txtar"
)

// load writes an archive's files to a new directory, goes there, and loads it. What stands before the first file is
// the only file: main.tf.
func load(t testing.TB, archive string, opts Options) (*Loaded, hcl.Diagnostics) {
	t.Helper()
	unpack(t, archive)
	return Load(".", opts)
}

func unpack(t testing.TB, archive string) {
	t.Helper()
	dir := t.TempDir()
	a := txtar.Parse([]byte(archive))
	if len(a.Files) == 0 {
		a.Files = []txtar.File{{Name: "main.tf", Data: a.Comment}}
	}
	for _, f := range a.Files {
		path := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
}

// printed is what people see of diagnostics.
func printed(t testing.TB, l *Loaded, diags hcl.Diagnostics) string {
	t.Helper()
	var b bytes.Buffer
	if err := hcl.NewDiagnosticTextWriter(&b, l.Files, 100, false).WriteDiagnostics(diags); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// summaries are the diagnostics in short: "error main.tf:3 Unknown origin".
func summaries(diags hcl.Diagnostics) []string {
	var out []string
	for _, d := range diags {
		s := "error "
		if d.Severity == hcl.DiagWarning {
			s = "warning "
		}
		if d.Subject != nil {
			s += d.Subject.Filename + ":" + itoa(d.Subject.Start.Line) + " "
		}
		out = append(out, s+d.Summary)
	}
	return out
}

// site is a distribution with the parts that every distribution needs; what a test is about stands in place of $ORIGIN,
// $BEHAVIOR and $MORE.
const site = `
resource "aws_cloudfront_distribution" "site" {
  enabled = true
  origin {
    origin_id = "app"
    $ORIGIN
  }
  default_cache_behavior {
    target_origin_id       = "app"
    viewer_protocol_policy = "redirect-to-https"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    $BEHAVIOR
  }
  $MORE
  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }
  viewer_certificate {
    cloudfront_default_certificate = true
  }
}
`

const (
	appOrigin = `domain_name = "app.example.com"
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }`
	optimized = `cache_policy_id = "658327ea-f89d-4fab-a63d-7e88639e58f6"`
)

// siteWith fills site in; "" is a custom origin, a managed cache policy and nothing more.
func siteWith(origin, behavior, more string) string {
	return strings.NewReplacer("$ORIGIN", firstOf(origin, appOrigin), "$BEHAVIOR", firstOf(behavior, optimized), "$MORE", more).
		Replace(site)
}

// clean loads what must not have errors, and returns its only distribution.
func clean(t testing.TB, archive string, opts Options) *cloudfront.Distribution {
	t.Helper()
	l, diags := load(t, archive, opts)
	if diags.HasErrors() {
		t.Fatalf("unexpected errors:\n%s", printed(t, l, diags))
	}
	if len(l.Config.Distributions) != 1 {
		t.Fatalf("got %d distributions, want 1", len(l.Config.Distributions))
	}
	return l.Config.Distributions[0]
}

func diff(t testing.TB, want, got any) {
	t.Helper()
	if d := cmp.Diff(want, got, cmp.AllowUnexported(cloudfront.PathPattern{})); d != "" {
		t.Errorf("mismatch (-want +got)\n%s", d)
	}
}
