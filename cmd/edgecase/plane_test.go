package main_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"edgecase/config"

	"github.com/google/go-cmp/cmp"
)

const (
	brokenPlane = "../../testdata/terraform/plane"
	mendedPlane = "../../testdata/terraform/plane-mended"
)

// TestPlane keeps the two versions of the story's directory in step: the mended one has one behavior more, which sends
// /auth/* where /api/* goes, and nothing else is different.
func TestPlane(t *testing.T) {
	broken, mended := planeFiles(t, brokenPlane), planeFiles(t, mendedPlane)
	added := authBehavior(t, broken["cloudfront.tf"])
	mended["cloudfront.tf"] = strings.Replace(mended["cloudfront.tf"], added, "", 1)
	if diff := cmp.Diff(broken, mended); diff != "" {
		t.Errorf("beside %q, the mended directory differs (-broken +mended):\n%s", added, diff)
	}
}

// TestPlaneBehaviors holds what is loaded against what the story tells.
func TestPlaneBehaviors(t *testing.T) {
	type route struct {
		Pattern, Origin string
		Methods         int
	}
	rest := []route{
		{"/live/*", "ALB-api", 7},
		{"/god-mode/*", "S3-admin", 2},
		{"/spaces/*", "S3-space", 2},
		{"*", "S3-web", 2},
	}
	for _, tt := range []struct {
		name, dir string
		want      []route
	}{
		{"TF-140/broken", brokenPlane, append([]route{{"/api/*", "ALB-api", 7}}, rest...)},
		{"TF-140/mended", mendedPlane, append([]route{{"/api/*", "ALB-api", 7}, {"/auth/*", "ALB-api", 7}}, rest...)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			loaded, diags := config.Load(tt.dir, config.Options{})
			if diags.HasErrors() || len(loaded.Placeholders) > 0 {
				t.Fatalf("the directory of the story does not load: %v, %v", diags, loaded.Placeholders)
			}
			var got []route
			for _, b := range loaded.Config.Distributions[0].Behaviors {
				got = append(got, route{b.Pattern.String(), b.TargetOriginID.Value, len(b.AllowedMethods)})
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("behaviors (-want +got):\n%s", diff)
			}
		})
	}
}

// authBehavior makes the missing behavior of the one for /api/*.
func authBehavior(t *testing.T, text string) string {
	t.Helper()
	const head = "  ordered_cache_behavior {\n    path_pattern             = \"/api/*\"\n"
	start := strings.Index(text, head)
	if start < 0 {
		t.Fatalf("no behavior begins with\n%s", head)
	}
	const end = "\n  }\n\n"
	block, _, _ := strings.Cut(text[start:], end)
	return strings.Replace(block+end, "/api/*", "/auth/*", 1)
}

func planeFiles(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := make(map[string]string)
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = string(text)
	}
	return files
}

func copyOf(t *testing.T, dir string) string {
	t.Helper()
	to := t.TempDir()
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	return to
}

// edit replaces a text in a file and saves as many editors do: into a new file that takes the old one's name.
func edit(t *testing.T, dir, name, old, new string) {
	t.Helper()
	file := filepath.Join(dir, name)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(text), old) != 1 {
		t.Fatalf("%s does not have %q once", name, old)
	}
	fresh := file + "~"
	if err := os.WriteFile(fresh, []byte(strings.Replace(string(text), old, new, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(fresh, file); err != nil {
		t.Fatal(err)
	}
}

// lineOf returns the line of cloudfront.tf with the last of some texts, each looked for after the one before.
func lineOf(t *testing.T, dir string, texts ...string) int {
	t.Helper()
	text := planeFiles(t, dir)["cloudfront.tf"]
	at := 0
	for _, s := range texts {
		i := strings.Index(text[at:], s)
		if i < 0 {
			t.Fatalf("no %q in cloudfront.tf", s)
		}
		at += i
	}
	return 1 + strings.Count(text[:at], "\n")
}
