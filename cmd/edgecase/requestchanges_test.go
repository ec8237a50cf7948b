package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"edgecase/cmd/edgecase/diff"
	"edgecase/config"
	"edgecase/config/cloudfront"

	"github.com/google/go-cmp/cmp"
)

// TestRequestChanges is what serve says after a save.
func TestRequestChanges(t *testing.T) {
	type edit struct{ old, new string }
	const auth = `  ordered_cache_behavior {
    path_pattern           = "/auth/*"
    target_origin_id       = "ALB-api"
    viewer_protocol_policy = "allow-all"
    allowed_methods        = ["GET", "HEAD", "OPTIONS"]
    cached_methods         = ["GET", "HEAD"]
    cache_policy_id        = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
  }
  # WebSockets of`
	for _, tt := range []struct {
		name  string
		edits []edit
		want  string
	}{
		{"nothing", nil, `
            no request changes
`},
		{"a comment", []edit{{"# WebSockets", "# Sockets"}}, `
            no request changes
`},
		{"a behavior more", []edit{{"  # WebSockets of", auth}}, `
            /auth/*  OPTIONS   403 edge  →  ALB-api   e.g. OPTIONS /auth/   cloudfront.tf:66
            /auth/*  GET HEAD  S3-web  →  ALB-api     e.g. GET /auth/   cloudfront.tf:66
                to the origin  - Accept-Encoding (br,gzip)
                               e.g. GET /auth/ -H 'Accept-Encoding: gzip, br'   cloudfront.tf:70
                cached         1 day (1 s to 1 year)  →  not cached   cloudfront.tf:70
                compress       gzip br  →  no   cloudfront.tf:64
`},
		{"a name and methods", []edit{
			{`aliases             = [`, `aliases             = ["more.example.gov", `},
			{`allowed_methods        = ["GET", "HEAD"]`, `allowed_methods        = ["GET", "HEAD", "OPTIONS"]`},
		}, `
            all               host  + more.example.gov   e.g. GET https://more.example.gov/
                cloudfront.tf:16
            default  OPTIONS  403 edge  →  S3-web   e.g. OPTIONS /   cloudfront.tf:46
`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files := planeFiles(t)
			before := loadPlane(t, files, func(text string) string { return text })
			after := loadPlane(t, files, func(text string) string {
				for _, e := range tt.edits {
					if !strings.Contains(text, e.old) {
						t.Fatalf("%q is not in the file", e.old)
					}
					text = strings.Replace(text, e.old, e.new, 1)
				}
				return text
			})
			got := requestChanges(diff.Side{Config: before}, diff.Side{Config: after}, false)
			if d := cmp.Diff(strings.TrimPrefix(tt.want, "\n"), got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

// planeFiles returns the Terraform files of the story, by their names.
func planeFiles(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, pattern := range []string{"*.tf", "*.tfvars"} {
		names, err := filepath.Glob(filepath.Join("../../testdata/terraform/plane", pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			content, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files[filepath.Base(name)] = string(content)
		}
	}
	if len(files) == 0 {
		t.Fatal("the story's directory is empty")
	}
	return files
}

// loadPlane loads them from another directory, the test's own, after an edit of cloudfront.tf.
func loadPlane(t *testing.T, files map[string]string, edit func(string) string) *cloudfront.Config {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, content := range files {
		if name == "cloudfront.tf" {
			content = edit(content)
		}
		write(t, name, content)
	}
	loaded, diags := config.Load(".", config.Options{})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return loaded.Config
}
