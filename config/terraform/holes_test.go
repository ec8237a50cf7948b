package terraform

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestHoles: what an operation says of a text with a placeholder in it counts only where it holds for every text that may
// come in its place (TF-231, TF-233).
func TestHoles(t *testing.T) {
	const many = `"x${length(var.a) + length(var.b) + length(var.c) + length(var.d) + length(var.e)}"`
	tests := []struct{ rule, expr, want string }{
		{"TF-202", `"x${var.a}"`, `"x{var.a}"<var.a>`},
		{"TF-202", `"x${var.a.b.c}"`, `"x{var.a.b.c}"<var.a.b.c>`},
		{"TF-202", many, `"x{var.a,var.b,var.c,+2:6e3c}"<var.a><var.b><var.c><var.d><var.e>`},
		{"TF-202", `substr("${var.a}x", 0, 3)`, `unknown string<var.a>`},
		{"TF-202", `split(".", "${var.a}.example.com")[0]`, `unknown string<var.a[0]>`},
		{"TF-202", `split("/", "${var.b}/x")[0]`, `"{var.b}"<var.b>`},
		{"TF-202", `replace("${var.a}_x", "_", "-")`, `"{var.a}-x"<var.a>`},
		{"TF-233", `split("/", "x${var.a}")[2]`, `unknown dynamic<var.a>`},
		{"TF-233", `element(split("/", "x${var.a}"), 2)`, `unknown string<var.a>`},
		{"TF-233", `element(["p", "q", var.a], 4)`, `"q"`},
		{"TF-233", `regex("^(.*)-y$", "x${var.a}")[0]`, `unknown dynamic<var.a[0]>`},
		{"TF-233", `jsondecode("x${var.a}").z`, `unknown dynamic<var.a.z>`},
		{"TF-233", `tonumber("${var.a}1")`, `unknown dynamic<var.a>`},
		{"TF-233", `cidrhost("${var.a}/24", 1)`, `unknown dynamic<var.a>`},
		{"TF-233", `file("${var.a}.js")`, `unknown dynamic<var.a>`},
		{"TF-053", `try(file("${var.a}.js"), "none")`, `"none"`},
		{"TF-053", `try(jsondecode(file("${var.a}.json")).x, "none")`, `"none"`},
		{"TF-053", `[local.f, try(local.f, "none"), local.f]`, `[unknown dynamic<var.a> "none" unknown dynamic<var.a>]`},
		{"TF-053", `fileexists("${var.a}.js") ? 1 : 2`, `2`},
		{"TF-233", `index(["a"], "x${var.a}")`, `unknown dynamic<var.a>`},
		{"TF-233", `lookup({ a = 1 }, "x${var.a}")`, `unknown dynamic<var.a>`},
		{"TF-233", `lookup({ a = 1 }, "x${var.a}", 2)`, `unknown number<var.a>`},
		{"TF-233", `lookup({ a = 1 }, "a", "x${var.a}")`, `1`},
		{"TF-233", `{ a = 1 }["x${var.a}"]`, `unknown dynamic<var.a>`},
		{"TF-233", `contains(["dev"], "${var.a}x")`, `unknown bool<var.a>`},
		{"TF-233", `toset([var.a])`, `["{var.a}"]<var.a>`},
		{"TF-233", `[for v in toset([var.a]) : v.id]`, `[unknown dynamic<var.a.id>]`},
		{"TF-233", `[for v in [for w in toset([var.a]) : w][0] : v]`, `unknown dynamic<var.a>`},
		{"TF-052", `"${var.a}-prod" == "web-prod"`, `unknown bool<var.a>`},
		{"TF-052", `"web-prod" != "${var.a}-prod"`, `unknown bool<var.a>`},
		{"TF-052", `"${var.a}-prod" == "web-dev"`, `false<var.a>`},
		{"TF-052", `"${var.a}-${var.b}" == "web-dev"`, `unknown bool<var.a><var.b>`},
		{"TF-052", `"${var.a}-x" == "${var.b}-x"`, `unknown bool<var.a><var.b>`},
		{"TF-052", `"${var.a}-x" == "${var.a}-x"`, `true<var.a>`},
		{"TF-052", `"${var.a}--${var.b}" == "web-dev"`, `false<var.a><var.b>`},
		{"TF-052", `"${var.a}-prod" == "-prod"`, `unknown bool<var.a>`},
		{"TF-230", `"${var.a}-prod" == ""`, `false<var.a>`},
		{"TF-233", `regex("^b$", "a")`, `error: Error in function call: Call to function "regex" failed: pattern did not match any part of the given string.`},
		{"TF-233", `substr(null, 0, length(var.a))`, `error: Invalid function argument: Invalid value for "str" parameter: argument must not be null.`},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.expr, func(t *testing.T) {
			m, _ := load(t, Options{}, map[string]string{"main.tf": `
variable "a" {}
variable "b" {}
variable "c" {}
variable "d" {}
variable "e" {}
locals { f = file("${var.a}.js") }
`})
			if d := cmp.Diff(tt.want, evaluate(t, m, tt.expr)); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}
