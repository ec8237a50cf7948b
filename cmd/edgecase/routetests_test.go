package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// storyTests are route tests that fail in several ways on testdata/terraform/plane.
const storyTests = `run "sign-up reaches Django" {
  request {
    method = "POST"
    url    = "/auth/email-check/"
  }
  expect {
    behavior = "/auth/*"
    origin   = "ALB-api"
    status   = 200
    forwards = ["Cookie", "X-CSRFToken"]
  }
}
run "what the application gets" {
  for_each = ["GET"]
  request {
    method  = each.value
    url     = "/api/me?page=1&token=1234567"
    headers = { Authorization = "Bearer 7654321" }
  }
  expect {
    origin_url     = "/api/me?page=2"
    origin_headers = { Authorization = "Bearer abc", Host = "plane.example.gov" }
    drops          = ["Cookie"]
  }
}
run "the application's page" {
  request { url = "/api/nope" }
  assume { status = 404 }
  expect {
    status     = 404
    error_page = absent()
  }
}
run "the page" {
  request { url = "/" }
  expect { status = 200 }
}
run "later" {
  skip = "waits for the beta"
  request { url = "/beta" }
  expect { origin = "S3-beta" }
}
run "no such behavior" {
  request { url = "/beta" }
  expect { behavior = "/beta/*" }
}
run "fine" {
  request { url = "/spaces/" }
  expect { origin = "S3-space" }
}
`

// storyRound runs storyTests.
func storyRound(t *testing.T) *round {
	t.Helper()
	dir := t.TempDir()
	source, err := filepath.Abs("../../testdata/terraform/plane")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(dir, "terraform"), os.DirFS(source)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "auth.edgetest.hcl"), []byte(storyTests), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	p := &process{stderr: io.Discard, env: func(string) (string, bool) { return "", false }}
	r, err := (&rehearsal{process: p, flags: &flags{terraform: "terraform", config: "none"}, only: regexp.MustCompile("")}).round(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	r.took, r.began = 12*time.Millisecond, time.Date(2026, time.November, 24, 12, 0, 0, 0, time.UTC)
	for _, result := range r.results {
		result.Took = time.Millisecond
	}
	return r
}

// TestTestFormats holds the results of route tests in each format against testdata/routetests.
func TestTestFormats(t *testing.T) {
	folder, err := filepath.Abs("../../testdata/routetests")
	if err != nil {
		t.Fatal(err)
	}
	r := storyRound(t)
	for name, write := range map[string]writer{
		"text":    func(w io.Writer) error { return writeTestText(w, r, false, false) },
		"verbose": func(w io.Writer) error { return writeTestText(w, r, true, false) },
		"json":    func(w io.Writer) error { return writeJSON(w, newTestDocument(r)) },
		"xml":     func(w io.Writer) error { return writeJUnit(w, "test", testSuites(r)) },
		"github":  func(w io.Writer) error { return writeAnnotations(w, testAnnotations(r)) },
	} {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			if err := write(&b); err != nil {
				t.Fatal(err)
			}
			for _, secret := range []string{"1234567", "7654321"} {
				if strings.Contains(b.String(), secret) {
					t.Errorf("REQ-247: it holds %s", secret)
				}
			}
			for line := range strings.Lines(b.String()) {
				if n := width(strings.TrimRight(line, "\n")); n > maxColumns && (name == "text" || name == "verbose") {
					t.Errorf("a line of %d columns: %s", n, line)
				}
			}
			golden(t, filepath.Join(folder, "story."+name), b.String())
		})
	}
}

// TestTestJUnit holds the results of route tests against the schema of JUnit's.
func TestTestJUnit(t *testing.T) {
	text, err := os.ReadFile("../../testdata/routetests/story.xml")
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range junitProblems(text) {
		t.Error(problem)
	}
}

// TestTestWatch saves files while --watch runs, and wants the results each time.
func TestTestWatch(t *testing.T) {
	dir := t.TempDir()
	source, err := filepath.Abs("../../testdata/terraform/plane")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(dir, "terraform"), os.DirFS(source)); err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("edgecase.hcl", "terraform = \"terraform\"\n")
	write("auth.edgetest.hcl", storyTests)
	t.Chdir(dir)
	ctx, cancel := context.WithCancel(t.Context())
	out, ended := &output{}, make(chan error)
	p := &process{stdout: out, stderr: out, env: func(string) (string, bool) { return "", false }}
	r := &rehearsal{process: p, flags: &flags{}, only: regexp.MustCompile("sign-up|more"), format: "text"}
	go func() { ended <- r.keepRunning(ctx) }()
	seen := 0
	want := func(what string) {
		t.Helper()
		if !eventually(func() bool { return strings.Contains(out.String()[seen:], what) }) {
			t.Fatalf("%q does not come:\n%s", what, out.String()[seen:])
		}
		seen += strings.Index(out.String()[seen:], what) + len(what)
	}
	want("0 passed, 1 failed in ")
	want("waiting for a file to be saved")

	mended, err := os.ReadFile(filepath.Join(source, "../plane-mended/cloudfront.tf"))
	if err != nil {
		t.Fatal(err)
	}
	write("terraform/cloudfront.tf", string(mended))
	want("cloudfront.tf\n")
	want("1 passed in ")
	want("waiting for")

	write("more.edgetest.hcl", "run \"more\" {\n  request { url = \"/api\" }\n  expect { behavior = \"/api/*\" }\n}\n")
	want("more.edgetest.hcl\n")
	want("1 passed, 1 failed in ")
	want("waiting for")

	write("more.edgetest.hcl", "run \"more\" {")
	want("Unclosed configuration block")
	want("waiting for")

	write("more.edgetest.hcl", "run \"more\" {\n  request { url = \"/api/\" }\n  expect { behavior = \"/api/*\" }\n}\n")
	want("2 passed in ")
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
