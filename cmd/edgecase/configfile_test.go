package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestBadConfig shows what is printed for a wrong edgecase.hcl: a box with the line, and what to do.
func TestBadConfig(t *testing.T) {
	for _, tt := range []struct{ name, file, want string }{
		{"unknown argument", `teraform = "infra"`, `
╷
│ Error: Unsupported argument
│
│   on edgecase.hcl line 1:
│    1: teraform = "infra"
│
│ An argument named "teraform" is not expected here. Did you mean "terraform"?
╵
`},
		{"no place", "origin \"app\" {\n}\n", `
╷
│ Error: Where is the origin?
│
│   on edgecase.hcl line 1, in origin "app":
│    1: origin "app" {
│
│ An origin has one of url = "http://localhost:8000", dir = "./dist", s3 = {
│ endpoint = "http://localhost:9000", bucket = "name" }, place = "echo" and
│ place = "none".
╵
`},
		{"no scheme", "origin \"app\" {\n  url = \"localhost:8000\"\n}\n", `
╷
│ Error: Not a place
│
│   on edgecase.hcl line 2, in origin "app":
│    2:   url = "localhost:8000"
│
│ "localhost:8000" is not a place: did you mean http://localhost:8000?
╵
`},
		{"twice", "viewer {}\nviewer {}\n", `
╷
│ Error: Duplicate block
│
│   on edgecase.hcl line 2, in viewer:
│    2: viewer {}
│
│ viewer stands in line 1, too. Keep one of them.
╵
`},
		{"wrong type", "var_files = { a = 1 }\n", `
╷
│ Error: Wrong type
│
│   on edgecase.hcl line 1:
│    1: var_files = { a = 1 }
│
│ var_files: list of string required.
╵
`},
		{"control characters", "a = \"\x1b[2J\x07\"\n", `
╷
│ Error: Unsupported argument
│
│   on edgecase.hcl line 1:
│    1: a = "?[2J?"
│
│ An argument named "a" is not expected here.
╵
`},
		{"a reference", "terraform = path.module\n", `
╷
│ Error: Variables not allowed
│
│   on edgecase.hcl line 1:
│    1: terraform = path.module
│
│ Variables may not be used here.
╵
`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			write(t, configName, tt.file)
			var stderr bytes.Buffer
			p := &process{stderr: &stderr, env: environmentOf()}
			_, err := openProject(p, &flags{}, "")
			if code := p.report(err); code != exitConfig {
				t.Errorf("exit status %d, want %d", code, exitConfig)
			}
			if diff := cmp.Diff(strings.TrimPrefix(tt.want, "\n"), stderr.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestFindConfig shows that edgecase.hcl is looked for in the folders above, and that its paths are relative to it.
func TestFindConfig(t *testing.T) {
	root := t.TempDir()
	deep := filepath.Join(root, "apps", "web")
	for _, dir := range []string{deep, filepath.Join(root, "infra")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(root)
	write(t, configName, `
terraform = "infra"
var_files = ["prod.tfvars"]
origin "web" { dir = "apps/web/dist" }
origin "media" { s3 = { endpoint = "http://minio:9000", bucket = "media" } }
origin "app" { place = "none" }
`)
	t.Chdir(deep)
	pr, err := openProject(&process{stderr: new(bytes.Buffer), env: environmentOf()}, &flags{}, "")
	if err != nil {
		t.Fatal(err)
	}
	got := []string{pr.file.name, pr.path, pr.settings()[0].File}
	for _, m := range pr.places {
		got = append(got, m.Place.String())
	}
	want := []string{
		"../../edgecase.hcl", "../../infra", "../../prod.tfvars", "../../apps/web/dist", "s3://media@http://minio:9000", "none",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// FuzzConfig: no edgecase.hcl makes the program panic; half of one, as an editor saves it, is an error.
func FuzzConfig(f *testing.F) {
	for _, s := range []string{
		"terraform = ", "terraform = \"${", "var_files = [\"a\", ", "variables = { a = ", "variables = { (a) = 1 }", "values = {", "listen {\n  http = \n}\n",
		"origin \"a\" { s3 = { endpoint = , bucket = \"b\" } }", "origin \"a\" { url = \"http://localhost:1\" }", "viewer { country = \"CA\" }",
	} {
		f.Add(s)
	}
	name := filepath.Join(f.TempDir(), configName)
	f.Fuzz(func(t *testing.T, text string) {
		write(t, name, text)
		c, diags := readConfig(name)
		if c == nil || !diags.HasErrors() && c.file == nil {
			t.Errorf("nothing is read of %q", text)
		}
	})
}
