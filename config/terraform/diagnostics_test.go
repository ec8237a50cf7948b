package terraform

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
)

// TestPrinted: diagnostics print with the values that they are about, but for sensitive and long ones.
func TestPrinted(t *testing.T) {
	tests := []struct{ name, rule, text, want string }{
		{"value", "TF-060", `variable "n" { default = "x" }
resource "x" "y" { v = tonumber(var.n) }
`, `Error: Invalid function argument

  on main.tf line 2, in resource "x" "y":
   2: resource "x" "y" { v = tonumber(var.n) }

with var.n as "x".

Invalid value for "v" parameter: cannot convert this text to number: a number
is required.

`},
		{"sensitive value", "TF-059", `variable "n" {
  default   = "x"
  sensitive = true
}
resource "x" "y" { v = tonumber(var.n) }
`, `Error: Invalid function argument

  on main.tf line 5, in resource "x" "y":
   5: resource "x" "y" { v = tonumber(var.n) }

Invalid value for "v" parameter: cannot convert this text to number: a number
is required.

`},
		{"keys of a sensitive map", "TF-059", `variable "n" {
  default   = { password = 1 }
  sensitive = true
}
resource "x" "y" { v = var.n["passwort"] }
`, `Error: Invalid index

  on main.tf line 5, in resource "x" "y":
   5: resource "x" "y" { v = var.n["passwort"] }

The given key does not identify an element in this collection value.

`},
		{"each", "TF-060", `resource "x" "y" {
  for_each = { k = "text" }
  v        = each.value + 1
}
`, `Error: Invalid operand

  on main.tf line 3, in resource "x" "y":
   3:   v        = each.value + 1

with each.value as "text".

Unsuitable value for left operand: a number is required.

`},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			m, _ := load(t, Options{}, map[string]string{"main.tf": tt.text})
			list, _ := m.Resources("x")
			_, diags := list[0].Evaluate()
			var out bytes.Buffer
			if err := hcl.NewDiagnosticTextWriter(&out, m.Files(), 78, false).WriteDiagnostics(diags); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.want, strings.ReplaceAll(out.String(), m.display(m.dir)+"/", "")); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}
