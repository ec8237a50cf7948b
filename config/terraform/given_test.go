package terraform

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// gifts reads lines of ADDRESS = VALUE.
func gifts(t *testing.T, text string) []Given {
	t.Helper()
	var list []Given
	for i, line := range strings.Split(strings.TrimSpace(text), "\n") {
		address, value, _ := strings.Cut(line, " = ")
		expr, diags := hclsyntax.ParseExpression([]byte(value), "edgecase.hcl", hcl.InitialPos)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		v, diags := expr.Value(nil)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		at := hcl.Pos{Line: i + 1, Column: 1}
		list = append(list, Given{Address: strings.TrimSpace(address), Value: v, Range: hcl.Range{Filename: "edgecase.hcl", Start: at, End: at}})
	}
	return list
}

func TestGiven(t *testing.T) {
	tests := []struct {
		name, rule, given, text, want string
	}{
		{"attribute of a data source", "TF-220", `data.x.y.value = "v"`, `data "x" "y" {}
output "o" { value = data.x.y.value }`, `"v"`},
		{"attribute of an instance", "TF-220", `data.x.y["a"].value = "v"`, `data "x" "y" { for_each = toset(["a", "b"]) }
output "o" { value = [data.x.y["a"].value, data.x.y["b"].value] }`, `["v",<data.x.y["b"].value>]`},
		{"a counted one", "TF-220", `data.x.y[1].value = "v"`, `data "x" "y" { count = 2 }
output "o" { value = data.x.y[*].value }`, `[<data.x.y[0].value>,"v"]`},
		{"stand-in", "TF-201", `lb.a.dns_name = "real.example.org"`, `resource "lb" "a" {}
output "o" { value = "x.${lb.a.dns_name}" }`, `"x.real.example.org"`},
		{"part of an object", "TF-220", `data.r.x.outputs.uri = "u"`, `data "r" "x" {}
output "o" { value = [data.r.x.outputs.uri, data.r.x.outputs["uri"], data.r.x.outputs.other] }`,
			`["u","u",<data.r.x.outputs.other>]`},
		{"parts of a part", "TF-220", "data.r.x.outputs.vpc.id = \"v\"\ndata.r.x.outputs.zones[1] = \"z\"", `data "r" "x" {}
output "o" { value = [data.r.x.outputs.vpc.id, data.r.x.outputs.vpc.arn, data.r.x.outputs.zones[0], data.r.x.outputs.zones[1]] }`,
			`["v",<data.r.x.outputs.vpc.arn>,<data.r.x.outputs.zones[0]>,"z"]`},
		{"a part beside the whole", "TF-220", "data.r.x.outputs = { a = 1, b = 2 }\ndata.r.x.outputs.b = 3", `data "r" "x" {}
output "o" { value = data.r.x.outputs }`, `{"a":1,"b":3}`},
		{"try and lookup see that more may be there", "TF-053", `data.r.x.outputs.uri = "u"`, `data "r" "x" {}
output "o" { value = [try(data.r.x.outputs.more, "none"), lookup(data.r.x.outputs, "less", "none")] }`,
			`[<data.r.x.outputs.more>,<data.r.x.outputs.less>]`},
		{"JSON", "TF-220", `data.s.x.secret_string = "{\"user\":\"u\"}"`, `data "s" "x" {}
output "o" { value = jsondecode(data.s.x.secret_string)["user"] }`, `"u"`},
		{"a part of JSON", "TF-220", `data.s.x.secret_string.user = "u"`, `data "s" "x" {}
output "o" { value = [jsondecode(data.s.x.secret_string)["user"], jsondecode(data.s.x.secret_string).key] }`,
			`["u",<data.s.x.secret_string.key>]`},
		{"output of a module that is not there", "TF-073", `module.m.out = ["a", "b"]`, `module "m" { source = "a/b/c" }
output "o" { value = module.m.out[1] }`, `"b"`},
		{"output of a counted one", "TF-073", `module.m[0].out = "a"`, `module "m" {
  source = "a/b/c"
  count  = 1
}
output "o" { value = module.m[0].out }`, `"a"`},
		{"unknown output of one that is there", "TF-220", `module.child.out = "a"`, `module "child" { source = "./child" }
output "o" { value = module.child.out }`, `"a"`},
		{"inside of a module", "TF-220", `module.child.data.x.y.value = "a"`, `module "child" { source = "./child" }
output "o" { value = module.child.out }`, `"a"`},
		{"variable", "TF-028", `var.v = 5`, `variable "v" { type = string }
output "o" { value = var.v }`, `"5"`},
		{"part of a variable", "TF-028", `var.v.a = 5`, `variable "v" {}
output "o" { value = [var.v.a, var.v.b] }`, `[5,<var.v.b>]`},
		{"what is configured goes before", "TF-220", `local.l = "given"`, `locals { l = "written" }
output "o" { value = local.l }`, `"written"`},
		{"argument made of an unknown", "TF-220", `aws_x.y.name = "n"`, `data "d" "d" {}
resource "aws_x" "y" { name = data.d.d.name_of }
output "o" { value = aws_x.y.name }`, `"n"`},
		{"ephemeral", "TF-220", `ephemeral.a.b.c = "n"`, `ephemeral "a" "b" {}
output "o" { value = ephemeral.a.b.c }`, `"n"`},
		{"condition", "TF-052", `data.x.y.flag = true`, `data "x" "y" {}
output "o" { value = data.x.y.flag ? "on" : "off" }`, `"on"`},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			m, diags := load(t, Options{Values: gifts(t, tt.given)}, map[string]string{"main.tf": tt.text, "child/main.tf": `data "x" "y" {}
output "out" { value = data.x.y.value }`})
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			v, diags := m.root.output("o", hcl.Range{})
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			if got := brief(v); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// brief writes a value as JSON does, unknown parts as <ADDRESS>.
func brief(v cty.Value) string {
	plain, _ := v.Unmark()
	switch {
	case !plain.IsKnown():
		return "<" + strings.Trim(Name(v), "{}") + ">"
	case plain.Type() == cty.String:
		return fmt.Sprintf("%q", plain.AsString())
	case plain.Type() == cty.Number:
		return numberText(plain)
	case !plain.CanIterateElements():
		return plain.GoString()
	}
	var parts []string
	object := plain.Type().IsObjectType() || plain.Type().IsMapType()
	for it := plain.ElementIterator(); it.Next(); {
		k, e := it.Element()
		text := brief(e)
		if object {
			text = brief(k) + ":" + text
		}
		parts = append(parts, text)
	}
	if object {
		return "{" + strings.Join(parts, ",") + "}"
	}
	return "[" + strings.Join(parts, ",") + "]"
}

// TestGivenInVain: what is given and changes nothing is told, with what may be meant.
func TestGivenInVain(t *testing.T) {
	const text = `
data "x" "y" {}
data "unused" "u" {}
data "r" "x" {}
module "m" { source = "a/b/c" }
locals { l = 1 }
output "o" { value = [data.x.y.value, data.r.x.outputs.uri, data.r.x.outputs.other, module.m.out, local.l] }`
	tests := []struct {
		name, given, want string
	}{
		{"used", `data.x.y.value = 1`, ""},
		{"misspelt attribute", `data.x.y.vaule = 1`, "data.x.y.vaule exists, near data.x.y.value\n"},
		{"misspelt resource", `data.x.z.value = 1`, "data.x.z.value near data.x.y.value\n"},
		{"misspelt part", `data.r.x.outputs.ury = 1`, "data.r.x.outputs.ury exists, near data.r.x.outputs.uri\n"},
		{"declared and not asked for", `data.unused.u.value = 1`, "data.unused.u.value exists\n"},
		{"nothing like it", `nothing.like.it = 1`, "nothing.like.it\n"},
		{"configured", `local.l = 2`, "local.l settled\n"},
		{"output that nobody asks for", `module.m.other = 2`, "module.m.other exists\n"},
	}
	for _, tt := range tests {
		t.Run("TF-220/"+tt.name, func(t *testing.T) {
			m, _ := load(t, Options{Values: gifts(t, tt.given)}, map[string]string{"main.tf": text})
			if _, diags := m.root.output("o", hcl.Range{}); diags.HasErrors() {
				t.Fatal(diags)
			}
			got := ""
			for _, u := range m.Unneeded() {
				got += u.Address
				if u.Settled {
					got += " settled"
				}
				if u.Known && !u.Settled {
					got += " exists"
				}
				if u.Near != "" && u.Known {
					got += ","
				}
				if u.Near != "" {
					got += " near " + u.Near
				}
				got += "\n"
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}

func TestGivenWrongly(t *testing.T) {
	tests := []struct {
		name, given, want string
	}{
		{"no address", `a b = 1`, `edgecase.hcl:1,1-1: Not an address; "a b" is no address of a value.`},
		{"one word", `x = 1`, `edgecase.hcl:1,1-1: Not an address; "x" is no address of a value.`},
		{"twice", "a.b.c = 1\na.b[\"c\"] = 2", `edgecase.hcl:2,1-1: Value given twice; a.b["c"] has a value already, at edgecase.hcl:1.`},
	}
	for _, tt := range tests {
		t.Run("TF-220/"+tt.name, func(t *testing.T) {
			_, diags := load(t, Options{Values: gifts(t, tt.given)}, map[string]string{"main.tf": "locals { a = 1 }"})
			if len(diags) != 1 || !strings.HasPrefix(diags[0].Error(), tt.want) {
				t.Errorf("got %v, want %s", diags, tt.want)
			}
		})
	}
}

// TestSupply: what is unknown names what to give, and not what a function has made of it.
func TestSupply(t *testing.T) {
	tests := []struct {
		name, expression, want string
	}{
		{"attribute", `data.x.y.value`, " Give it in edgecase.hcl:\n  values { \"data.x.y.value\" = \"…\" }"},
		{"part", `data.x.y.outputs.a`, " Give it in edgecase.hcl:\n  values { \"data.x.y.outputs.a\" = \"…\" }"},
		{"part of JSON", `jsondecode(data.x.y.value).a`, " Give it in edgecase.hcl:\n  values { \"data.x.y.value.a\" = \"…\" }"},
		{"part of what a function made", `split("/", data.x.y.value)[3]`, " Give it in edgecase.hcl:\n  values { \"data.x.y.value\" = \"…\" }"},
		{"instance", `data.z.z["a"].value`, " Give it in edgecase.hcl:\n  values { \"data.z.z[\\\"a\\\"].value\" = \"…\" }"},
		{"picked by an unknown key", `data.x.y.map[data.k.k.key].part`, " Give it in edgecase.hcl:\n  values { \"data.k.k.key\" = \"…\" }"},
		{"element of an unknown list", `[for e in data.x.y.list : e.id][0].part`, " Give it in edgecase.hcl:\n  values { \"data.x.y.list\" = \"…\" }"},
		{"splat", `data.x.y.list[*].id[0]`, " Give it in edgecase.hcl:\n  values { \"data.x.y.list\" = \"…\" }"},
		{"variable", `var.v.a`, " Give it with --var v=… or in a --var-file."},
		{"two", `data.x.y.b && data.x.y.a`, " Give them in edgecase.hcl:\n  values {\n    \"data.x.y.a\" = \"…\"\n    \"data.x.y.b\" = \"…\"\n  }"},
	}
	for _, tt := range tests {
		t.Run("TF-232/"+tt.name, func(t *testing.T) {
			m, _ := load(t, Options{}, map[string]string{"main.tf": "data \"x\" \"y\" {}\ndata \"k\" \"k\" {}\ndata \"z\" \"z\" { for_each = toset([\"a\"]) }\n" +
				"variable \"v\" {}\noutput \"o\" { value = " + tt.expression + " }"})
			v, diags := m.root.output("o", hcl.Range{})
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			if got := Supply(v); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
