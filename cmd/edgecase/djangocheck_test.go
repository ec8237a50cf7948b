//go:build django

package main_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestDjangoCheck asks the project itself which URLs it has: exactly /auth/ is missing in the story's directory, for
// exactly its methods, and the behavior that is proposed mends it.
func TestDjangoCheck(t *testing.T) {
	edgecase := buildEdgecase(t)
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(brokenPlane)); err != nil {
		t.Fatal(err)
	}
	found := checkDjango(t, edgecase, dir, 1)
	if len(found.Findings) != 1 {
		t.Fatalf("findings %+v", found.Findings)
	}
	f := found.Findings[0]
	at := map[string]any{"rule": f.Rule, "file": filepath.Base(f.Source.File), "line": f.Source.Line, "place": filepath.ToSlash(f.Related[0].Source.File)}
	want := map[string]any{"rule": "route-misrouted", "file": "cloudfront.tf", "line": 45, "place": "../../testdata/django/plane/authentication/urls.py"}
	if diff := cmp.Diff(want, at); diff != "" {
		t.Errorf("REQ-079 (-want +got):\n%s", diff)
	}
	if !strings.HasSuffix(f.Fix.Where, " for GET HEAD POST of /auth/*") {
		t.Errorf("where: %s", f.Fix.Where)
	}
	for _, request := range f.Requests {
		if _, path, _ := strings.Cut(request, " "); !strings.HasPrefix(path, "/auth/") {
			t.Errorf("%s is not missing", request)
		}
	}
	if !slices.Contains(f.Requests, "POST /auth/email-check/") {
		t.Errorf("requests %q", f.Requests)
	}

	file := filepath.Join(dir, "cloudfront.tf")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	const behind = "  # edgecase:ignore error-page-masks-api"
	if err := os.WriteFile(file, []byte(strings.Replace(string(text), behind, f.Fix.HCL+"\n\n"+behind, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	if found := checkDjango(t, edgecase, dir, 0); len(found.Findings) != 0 || found.Application.Carried != found.Application.Routes {
		t.Errorf("mended, and still %+v", found)
	}
}

// checked is what is wanted of the document of "check --format json".
type (
	checked struct {
		Findings    []finding
		Application struct{ Routes, Carried int }
	}
	finding struct {
		Rule, Message string
		Source        struct {
			File string
			Line int
		}
		Fix      struct{ Where, HCL string }
		Requests []string
		Related  []struct {
			Source struct{ File string }
		}
	}
)

// checkDjango returns what is found about routes.
func checkDjango(t *testing.T, edgecase, dir string, status int) checked {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), edgecase, "check", dir, "--django", "../../testdata/django/manage.py", "--python", "/usr/bin/python3", "--format", "json")
	out, err := cmd.Output()
	if cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != status {
		t.Fatalf("%v: %v\n%s", cmd, err, out)
	}
	var c checked
	if err := json.Unmarshal(out, &c); err != nil {
		t.Fatal(err)
	}
	c.Findings = slices.DeleteFunc(c.Findings, func(f finding) bool { return !strings.HasPrefix(f.Rule, "route-") })
	return c
}
