package terraform

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestVariables(t *testing.T) {
	env := func(vars map[string]string) func(string) (string, bool) {
		return func(name string) (string, bool) { v, ok := vars[name]; return v, ok }
	}
	decl := `variable "x" {
  default = "default"
}
`
	tests := []struct {
		name, rule string
		files      map[string]string
		opts       Options
		expr, want string
		diags      []string
	}{
		{"default", "TF-020", map[string]string{"v.tf": decl}, Options{}, "var.x", `"default"`, nil},
		{"environment", "TF-020", map[string]string{"v.tf": decl}, Options{Env: env(map[string]string{"TF_VAR_x": "env"})}, "var.x", `"env"`, nil},
		{"tfvars over environment", "TF-020", map[string]string{"v.tf": decl, "terraform.tfvars": `x = "file"`}, Options{Env: env(map[string]string{"TF_VAR_x": "env"})}, "var.x", `"file"`, nil},
		{"json over tfvars", "TF-020", map[string]string{"v.tf": decl, "terraform.tfvars": `x = "file"`, "terraform.tfvars.json": `{"x": "json"}`}, Options{}, "var.x", `"json"`, nil},
		{"auto over json", "TF-020", map[string]string{"v.tf": decl, "a.auto.tfvars": `x = "a"`, "b.auto.tfvars.json": `{"x": "b"}`, "terraform.tfvars.json": `{"x": "json"}`}, Options{}, "var.x", `"b"`, nil},
		{"auto in lexical order", "TF-020", map[string]string{"v.tf": decl, "z.auto.tfvars": `x = "z"`, "b.auto.tfvars.json": `{"x": "b"}`}, Options{}, "var.x", `"z"`, nil},
		{"command line", "TF-020", map[string]string{"v.tf": decl, "z.auto.tfvars": `x = "z"`}, Options{Settings: []Setting{{Name: "x", Value: "cli"}}}, "var.x", `"cli"`, nil},
		{"other tfvars are not read", "TF-022", map[string]string{"v.tf": decl, "prod.tfvars": `x = "prod"`}, Options{}, "var.x", `"default"`, nil},
		{"undeclared in a file", "TF-023", map[string]string{"v.tf": decl, "terraform.tfvars": `y = 1`}, Options{}, "var.x", `"default"`, []string{"W terraform.tfvars:1 Value for undeclared variable"}},
		{"literal text", "TF-024", map[string]string{"v.tf": decl}, Options{Settings: []Setting{{Name: "x", Value: `["p"]`}}}, "var.x", `"[\"p\"]"`, nil},
		{"null is text", "TF-024", map[string]string{"v.tf": `variable "x" { type = string }`}, Options{Settings: []Setting{{Name: "x", Value: `null`}}}, "var.x", `"null"`, nil},
		{"expression", "TF-024", map[string]string{"v.tf": `variable "x" { type = list(string) }`}, Options{Settings: []Setting{{Name: "x", Value: `["p", 1]`}}}, "var.x", `["p" "1"]`, nil},
		{"number", "TF-029", map[string]string{"v.tf": `variable "x" { type = number }`}, Options{Settings: []Setting{{Name: "x", Value: "5"}}}, "var.x", `5`, nil},
		{"bool from text", "TF-029", map[string]string{"v.tf": `variable "x" { type = bool }`, "terraform.tfvars": `x = "true"`}, Options{}, "var.x", `true`, nil},
		{"wrong type", "TF-025", map[string]string{"v.tf": `variable "x" { type = number }`, "terraform.tfvars": `x = "a"`}, Options{}, "var.x", "", nil},
		{"optional", "TF-025", map[string]string{"v.tf": `variable "x" {
  type = list(object({ a = string, b = optional(number, 5), c = optional(object({ d = optional(string, "e") }), {}) }))
}`, "terraform.tfvars": `x = [{ a = "1" }]`}, Options{}, "var.x", `[{a="1" b=5 c={d="e"}}]`, nil},
		{"quoted type", "TF-025", map[string]string{"v.tf": `variable "x" {
  type    = "list"
  default = ["a"]
}`}, Options{}, "var.x", `["a"]`, nil},
		{"bare type", "TF-025", map[string]string{"v.tf": `variable "x" {
  type    = map
  default = { a = 1 }
}`}, Options{}, "var.x", `{a=1}`, nil},
		{"nullable", "TF-026", map[string]string{"v.tf": decl, "terraform.tfvars": `x = null`}, Options{}, "var.x", `null`, nil},
		{"not nullable", "TF-026", map[string]string{"v.tf": `variable "x" {
  default  = "d"
  nullable = false
}`, "terraform.tfvars": `x = null`}, Options{}, "var.x", `"d"`, nil},
		{"no default", "TF-028", map[string]string{"v.tf": `variable "x" { type = number }`}, Options{}, "var.x", `unknown number<var.x>`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			m, diags := load(t, tt.opts, tt.files)
			if d := cmp.Diff(tt.diags, summaries(diags)); d != "" {
				t.Errorf("diagnostics (-want +got)\n%s", d)
			}
			got := evaluate(t, m, tt.expr)
			if tt.want == "" {
				tt.want = "error: Invalid value for input variable: The value given with " + filepath.Join(m.display(m.dir), "terraform.tfvars") +
					" is not suitable for var.x, declared at " + filepath.Join(m.display(m.dir), "v.tf") + ":1: a number is required."
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}

func TestSettings(t *testing.T) {
	dir := write(t, map[string]string{
		"main.tf":  `variable "x" {}`,
		"a.tfvars": `x = "a"`,
		"b.tfvars": `x = "b"`,
	})
	file := func(name string) Setting { return Setting{File: filepath.Join(dir, name)} }
	tests := []struct {
		name, rule string
		settings   []Setting
		want       string
	}{
		{"last file", "TF-020", []Setting{file("a.tfvars"), file("b.tfvars")}, `"b"`},
		{"value after file", "TF-020", []Setting{file("a.tfvars"), {Name: "x", Value: "v"}}, `"v"`},
		{"file after value", "TF-020", []Setting{{Name: "x", Value: "v"}, file("a.tfvars")}, `"a"`},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			m, diags := Load(dir, Options{Settings: tt.settings})
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			if d := cmp.Diff(tt.want, evaluate(t, m, "var.x")); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
	t.Run("TF-023/undeclared", func(t *testing.T) {
		_, diags := Load(dir, Options{Settings: []Setting{{Name: "y", Value: "1"}, {File: "nowhere.tfvars"}}})
		want := []string{"E " + filepath.Base(dir) + ":1 Value for undeclared variable", "E nowhere.tfvars:1 Failed to read variables file"}
		if d := cmp.Diff(want, summaries(diags)); d != "" {
			t.Errorf("(-want +got)\n%s", d)
		}
	})
}

func TestPlaceholders(t *testing.T) {
	m, _ := load(t, Options{}, map[string]string{
		"main.tf": `variable "a" {
  type        = list(string)
  description = "the a"
}
variable "unused" {}
resource "x" "y" {
  one = var.a
  two = length(var.a)
}
`, "prod.tfvars": ``})
	list, _ := m.Resources("x")
	list[0].Evaluate()
	got := m.Placeholders()
	if len(got) != 1 || len(got[0].Uses) != 2 || got[0].Uses[1].Start.Line != 8 || got[0].Range.Start.Line != 1 {
		t.Fatalf("placeholders: %+v", got)
	}
	got[0].Uses, got[0].Range.Filename = nil, ""
	want := Placeholder{Name: "a", Type: "list(string)", Description: "the a", Range: got[0].Range}
	if d := cmp.Diff(want, got[0]); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	if d := cmp.Diff([]string{"prod.tfvars"}, m.TfvarsFiles()); d != "" {
		t.Errorf("other files (-want +got)\n%s", d)
	}
}
