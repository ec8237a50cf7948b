package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"edgecase/config"
	"edgecase/config/cloudfront"

	"github.com/google/go-cmp/cmp"
)

func TestRouteChanges(t *testing.T) {
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
		{"nothing", nil, ""},
		{"a comment", []edit{{"# WebSockets", "# Sockets"}}, ""},
		{"a behavior more", []edit{{"  # WebSockets of", auth}}, `
            + /auth/*   GET HEAD OPTIONS  → ALB-api         cloudfront.tf:64
`},
		{"a behavior less, one with other methods", []edit{
			{`"/live/*"`, `"/live2/*"`},
			{`allowed_methods        = ["GET", "HEAD"]`, `allowed_methods        = ["GET", "HEAD", "OPTIONS"]`},
		}, `
            + /live2/*  all  → ALB-api                      cloudfront.tf:65
            ~ default   methods GET HEAD → GET HEAD OPTIONS  cloudfront.tf:45
            - /live/*   all  → ALB-api
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
			got := renderChanges(routeChanges(before, after), false)
			if diff := cmp.Diff(strings.TrimPrefix(tt.want, "\n"), got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
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

// TestRouteChangesOfLiterals covers what an edit of the story would be long for.
func TestRouteChangesOfLiterals(t *testing.T) {
	behavior := func(pattern, origin string) *cloudfront.Behavior {
		return &cloudfront.Behavior{
			Pattern: cloudfront.MustParsePathPattern(pattern), TargetOriginID: cloudfront.Known(origin), AllowedMethods: []string{"GET", "HEAD"},
			ViewerProtocolPolicy: cloudfront.AllowAll, CachePolicy: &cloudfront.CachePolicy{Name: cloudfront.Known("A")},
		}
	}
	distribution := func(address string, change func(*cloudfront.Distribution)) *cloudfront.Distribution {
		d := &cloudfront.Distribution{
			Address: address, DomainName: "d1.cloudfront.net", Enabled: true,
			Origins:        []*cloudfront.Origin{{ID: cloudfront.Known("app"), DomainName: cloudfront.Known("app.test")}},
			Behaviors:      []*cloudfront.Behavior{behavior("/a/*", "app"), behavior("/b/*", "app"), behavior("*", "app")},
			ErrorResponses: []cloudfront.ErrorResponse{{ErrorCode: 404, ResponseCode: 200, ResponsePagePath: "/index.html"}},
		}
		if change != nil {
			change(d)
		}
		return d
	}
	for _, tt := range []struct {
		name  string
		after []*cloudfront.Distribution
		want  []string
	}{
		{"same", []*cloudfront.Distribution{distribution("x.one", nil)}, nil},
		{"another distribution", []*cloudfront.Distribution{distribution("x.two", nil)}, []string{
			"+ x.two d1.cloudfront.net", "- x.one d1.cloudfront.net",
		}},
		{"another order", []*cloudfront.Distribution{distribution("x.one", func(d *cloudfront.Distribution) {
			d.Behaviors[0], d.Behaviors[1] = d.Behaviors[1], d.Behaviors[0]
		})}, []string{"~ order /b/*  /a/*  default"}},
		{"settings of a behavior", []*cloudfront.Distribution{distribution("x.one", func(d *cloudfront.Distribution) {
			d.Behaviors[1].ViewerProtocolPolicy = cloudfront.HTTPSOnly
			d.Behaviors[1].CachePolicy = &cloudfront.CachePolicy{Name: cloudfront.Known("B")}
			d.Behaviors[1].OriginRequestPolicy = &cloudfront.OriginRequestPolicy{Name: cloudfront.Known("C")}
		})}, []string{
			"~ /b/* viewer_protocol_policy allow-all → https-only", "~ /b/* cache policy A → B", "~ /b/* origin request policy none → C",
		}},
		{"error pages", []*cloudfront.Distribution{distribution("x.one", func(d *cloudfront.Distribution) {
			d.ErrorResponses = []cloudfront.ErrorResponse{{ErrorCode: 403, ResponsePagePath: "/403.html"}, {ErrorCode: 404}}
		})}, []string{"+ 403 → 403 /403.html", "~ 404 → 200 /index.html, now stays as it is"}},
		{"origins", []*cloudfront.Distribution{distribution("x.one", func(d *cloudfront.Distribution) {
			d.Origins = []*cloudfront.Origin{
				{ID: cloudfront.Known("app"), DomainName: cloudfront.Known("new.test")}, {ID: cloudfront.Known("two"), DomainName: cloudfront.Known("two.test")},
			}
		})}, []string{"~ origin app domain_name app.test → new.test", "+ origin two two.test"}},
		{"the distribution itself", []*cloudfront.Distribution{distribution("x.one", func(d *cloudfront.Distribution) {
			d.Enabled, d.Aliases = false, []string{"a.test"}
		})}, []string{"~ x.one aliases none → a.test", "~ x.one enabled true → false"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before := &cloudfront.Config{Distributions: []*cloudfront.Distribution{distribution("x.one", nil)}}
			var got []string
			for _, c := range routeChanges(before, &cloudfront.Config{Distributions: tt.after}) {
				got = append(got, c.sign+" "+c.what+" "+c.text)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
