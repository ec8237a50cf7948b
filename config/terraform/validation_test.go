package terraform

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
)

// TestValidation: a condition that fails is a warning at its line; what cannot be known is not judged, and conditions of
// other blocks are none of the loader's business.
func TestValidation(t *testing.T) {
	rule := func(condition string) string {
		return "  validation {\n    condition = " + condition + "\n    error_message = \"Choose dev or ${upper(\"prod\")}, not ${var.v}.\"\n  }\n}\n"
	}
	tests := []struct {
		name, text string
		given      string
		want       []string
	}{
		{"met", "variable \"v\" {\n" + rule(`contains(["dev", "prod"], var.v)`), "dev", nil},
		{"not met", "variable \"v\" {\n" + rule(`contains(["dev", "prod"], var.v)`), "test",
			[]string{"main.tf:3 Invalid value for variable; var.v: Choose dev or PROD, not test. Terraform would refuse it."}},
		{"default that does not meet it", "variable \"w\" {\n  default = \"x\"\n  validation {\n    condition = length(var.w) > 3\n    error_message = \"Short.\"\n  }\n}\nvariable \"v\" { default = 1 }\nlocals { l = var.w }\n", "",
			[]string{"main.tf:4 Invalid value for variable; var.w: Short. Terraform would refuse it."}},
		{"another variable that is not known", "variable \"u\" {}\nvariable \"v\" {\n" + rule(`var.v == var.u`), "dev", nil},
		{"another variable that is", "variable \"u\" { default = \"x\" }\nvariable \"v\" {\n" + rule(`var.v == var.u`), "dev",
			[]string{"main.tf:4 Invalid value for variable; var.v: Choose dev or PROD, not dev. Terraform would refuse it."}},
		{"a stand-in", "variable \"v\" {\n" + rule(`var.v == lb.a.dns_name`) + "resource \"lb\" \"a\" {}\n", "dev", nil},
		{"a condition that fails to evaluate", "variable \"v\" {\n" + rule(`var.v.x.y`), "dev", nil},
		{"can", "variable \"v\" {\n" + rule(`can(regex("^[0-9]+$", var.v))`), "dev",
			[]string{"main.tf:3 Invalid value for variable; var.v: Choose dev or PROD, not dev. Terraform would refuse it."}},
		{"a secret stays one", "variable \"v\" {\n  sensitive = true\n" + rule(`var.v == "x"`), "dev",
			[]string{"main.tf:4 Invalid value for variable; var.v: The value does not meet the condition. Terraform would refuse it."}},
		{"preconditions and checks", "variable \"v\" {}\nresource \"lb\" \"a\" {\n  lifecycle {\n    precondition {\n      condition = false\n      error_message = \"no\"\n    }\n  }\n}\n" +
			"check \"c\" {\n  assert {\n    condition = false\n    error_message = \"no\"\n  }\n}\n", "dev", nil},
	}
	for _, tt := range tests {
		t.Run("TF-027/"+tt.name, func(t *testing.T) {
			opts := Options{Settings: []Setting{{Name: "v", Value: tt.given}}}
			m, diags := load(t, opts, map[string]string{"main.tf": tt.text + "output \"o\" { value = [var.v, try(local.l, 1), try(lb.a.dns_name, 1)] }\n"})
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			if _, diags := m.root.output("o", hcl.Range{}); diags.HasErrors() {
				t.Fatal(diags)
			}
			var got []string
			for _, d := range m.drain() {
				got = append(got, "main.tf"+place(d.Subject)[len(d.Subject.Filename):]+" "+d.Summary+"; "+d.Detail)
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}
