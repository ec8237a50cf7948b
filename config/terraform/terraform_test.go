package terraform

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// fake is a provider of two types: "thing" with a schema, "lb" without one but with stand-ins.
type fake struct{}

func (fake) Schema(mode Mode, typ string) *Schema {
	if mode != Managed || typ != "thing" {
		return nil
	}
	leaf := Schema{Attributes: map[string]Attribute{
		"name": {Type: cty.String, Required: true},
		"port": {Type: cty.Number, Optional: true},
	}}
	return &Schema{
		Attributes: map[string]Attribute{
			"id":      {Type: cty.String, Computed: true},
			"enabled": {Type: cty.Bool, Required: true},
			"comment": {Type: cty.String, Optional: true},
			"aliases": {Type: cty.Set(cty.String), Optional: true},
			"tags":    {Type: cty.Map(cty.String), Optional: true},
		},
		Blocks: map[string]NestedBlock{
			"origin": {Schema: leaf, Min: 0, Set: true},
			"rule":   {Schema: leaf},
			"only":   {Schema: leaf, Max: 1},
		},
	}
}

func (fake) Attribute(r *Resource, name string) cty.Value {
	switch name {
	case "dns_name":
		return StandIn(r.Address+".dns_name", "lb-1.elb.example.com")
	case "name":
		return cty.StringVal(r.Name)
	}
	return cty.NilVal
}

// write makes a directory of files.
func write(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// load loads files as a root module; a single text is main.tf.
func load(t testing.TB, opts Options, files map[string]string) (*Module, hcl.Diagnostics) {
	t.Helper()
	if opts.Provider == nil {
		opts.Provider = fake{}
	}
	return Load(write(t, files), opts)
}

// evaluate evaluates an expression in the root module and prints the value, or the first error.
func evaluate(t testing.TB, m *Module, src string) string {
	t.Helper()
	expr, diags := hclsyntax.ParseExpression([]byte(src), "test.tf", hcl.InitialPos)
	if diags.HasErrors() {
		return first1(diags)
	}
	v, diags := m.value(expr, m.root.ctx)
	v, more := settle(v)
	if diags = append(diags, more...); diags.HasErrors() {
		return first1(diags)
	}
	return show(v)
}

func first1(diags hcl.Diagnostics) string {
	for _, d := range diags {
		if d.Severity == hcl.DiagError {
			return "error: " + d.Summary + ": " + d.Detail
		}
	}
	return ""
}

// show prints a value in one line; references come behind it as <address>.
func show(v cty.Value) string {
	plain, marks := v.Unmark()
	suffix := ""
	var names []string
	for mark := range marks {
		switch mark := mark.(type) {
		case Reference:
			names = append(names, "<"+mark.Address+">")
		case Sensitive:
			names = append(names, "<sensitive>")
		default:
			names = append(names, fmt.Sprintf("<%T>", mark))
		}
	}
	sort.Strings(names)
	suffix = strings.Join(names, "")
	switch t := plain.Type(); {
	case !plain.IsKnown():
		return "unknown " + t.FriendlyName() + suffix
	case plain.IsNull():
		return "null" + suffix
	case t == cty.String:
		return fmt.Sprintf("%q", plain.AsString()) + suffix
	case t == cty.Number:
		return numberText(plain) + suffix
	case t == cty.Bool:
		return fmt.Sprint(plain.True()) + suffix
	case t.IsMapType() || t.IsObjectType():
		var parts []string
		for it := plain.ElementIterator(); it.Next(); {
			k, e := it.Element()
			parts = append(parts, k.AsString()+"="+show(e))
		}
		return "{" + strings.Join(parts, " ") + "}" + suffix
	}
	var parts []string
	for it := plain.ElementIterator(); it.Next(); {
		_, e := it.Element()
		parts = append(parts, show(e))
	}
	return "[" + strings.Join(parts, " ") + "]" + suffix
}

// summaries are the diagnostics in short: "E main.tf:3 Summary".
func summaries(diags hcl.Diagnostics) []string {
	var out []string
	for _, d := range diags {
		severity := "E"
		if d.Severity == hcl.DiagWarning {
			severity = "W"
		}
		at := "?"
		if d.Subject != nil {
			at = fmt.Sprintf("%s:%d", filepath.Base(d.Subject.Filename), d.Subject.Start.Line)
		}
		out = append(out, severity+" "+at+" "+d.Summary)
	}
	return out
}

// outline prints an evaluated block, nested blocks indented, in order.
func outline(b *Block) string {
	var out strings.Builder
	var walk func(b *Block, indent string)
	walk = func(b *Block, indent string) {
		for _, name := range keys(b.Arguments) {
			fmt.Fprintf(&out, "%s%s=%s\n", indent, name, show(b.Arguments[name].Value))
		}
		for _, n := range b.Blocks {
			fmt.Fprintf(&out, "%s%s:%d\n", indent, n.Type, n.Range.Start.Line)
			walk(n, indent+"  ")
		}
	}
	walk(b, "")
	return out.String()
}

const world = `
variable "env" { default = "prod" }
variable "domain" { type = string }
variable "zones" { type = list(string) }
variable "secret" {
  default   = "s3cr3t"
  sensitive = true
}
locals {
  a    = "${local.b}-a"
  b    = var.env
  x    = local.y
  y    = local.x
  list = [{ id = 1 }, { id = 2 }]
  map  = { dev = 1, prod = 2 }
  bad  = local.nothing
  chosen = merge({ here = 1 }, local.byname)
  stage  = trimprefix(terraform.workspace, "web-")
  byname = lookup({ dev = { gone = 1 } }, terraform.workspace, {})
}
resource "lb" "one" { port = 80 }
resource "lb" "many" {
  count = 2
  port  = 80 + count.index
}
resource "lb" "none" { count = 0 }
resource "lb" "each" {
  for_each = { b = 2, a = 1 }
  port     = each.value
  label    = "${each.key}!"
}
resource "lb" "broken" {
  good = "g"
  bad  = local.nothing
}
resource "thing" "t" {
  enabled = "true"
  rule { name = "r" }
}
data "remote" "r" {}
module "gone" { source = "acme/gone/aws" }
module "label" { source = "cloudposse/label/null" }
`

func TestReferences(t *testing.T) {
	tests := []struct{ name, rule, expr, want string }{
		{"local", "TF-042", `local.a`, `"prod-a"`},
		{"variable", "TF-041", `var.env`, `"prod"`},
		{"cycle", "TF-040", `local.x`, `error: Cycle: The values need each other: local.x → local.y → local.x.`},
		{"undeclared local", "TF-262", `local.lst`, `error: Reference to undeclared local value: A local value with the name "lst" has not been declared. Did you mean "list"?`},
		{"undeclared variable", "TF-009", `var.enc`, `error: Reference to undeclared input variable: An input variable with the name "enc" has not been declared. Did you mean "env"? This variable can be declared with a variable "enc" {} block.`},
		{"undeclared resource", "TF-041", `lb.on.port`, `error: Reference to undeclared resource: A managed resource "lb" "on" has not been declared in the root module. Did you mean lb.one?`},
		{"undeclared module", "TF-041", `module.gon.x`, `error: Reference to undeclared module: No module call named "gon" is declared in the root module. Did you mean "gone"?`},
		{"bare name", "TF-041", `env`, `error: Invalid reference: There is nothing named "env" here: a reference to a resource type must be followed by at least one attribute access, specifying the resource name. Did you mean var.env?`},
		{"argument", "TF-223", `lb.one.port`, `80`},
		{"stand-in", "TF-200", `lb.one.dns_name`, `"lb-1.elb.example.com"<lb.one.dns_name>`},
		{"unknown attribute", "TF-224", `lb.one.other`, `unknown dynamic<lb.one.other>`},
		{"schema argument converts", "TF-029", `thing.t.enabled`, `true`},
		{"schema typo", "TF-040", `thing.t.idd`, `error: Unsupported attribute: This object has no argument, nested block, or exported attribute named "idd". Did you mean "id"?`},
		{"nested block", "TF-075", `thing.t.rule[0].name`, `"r"`},
		{"count", "TF-046", `lb.many[1].port`, `81`},
		{"legacy index", "TF-054", `lb.many.1.port`, `81`},
		{"splat", "TF-054", `lb.many[*].port`, `[80 81]`},
		{"legacy splat", "TF-054", `lb.many.*.port`, `[80 81]`},
		{"splat of one", "TF-054", `lb.one[*].port`, `[80]`},
		{"none", "TF-046", `lb.none[*].port`, `[]`},
		{"one of none", "TF-046", `one(lb.none[*].port)`, `null`},
		{"try none", "TF-046", `try(lb.none[0].port, "x")`, `"x"`},
		{"index none", "TF-262", `lb.none[0].port`, `error: Invalid index: lb.none has no instance [0]: its "count" is 0 (main.tf:26).`},
		{"no key", "TF-046", `lb.many.port`, `error: Missing resource instance key: Because lb.many has "count" set, its attributes must be accessed on specific instances, for example lb.many[0].port.`},
		{"for_each", "TF-047", `lb.each["a"].label`, `"a!"`},
		{"for_each order", "TF-047", `[for k, v in lb.each : "${k}${v.port}"]`, `["a1" "b2"]`},
		{"for_each values", "TF-047", `values(lb.each)[*].dns_name`, `["lb-1.elb.example.com"<lb.each["a"].dns_name> "lb-1.elb.example.com"<lb.each["b"].dns_name>]`},
		{"whole resource", "TF-075", `[for l in [lb.one] : l.dns_name]`, `["lb-1.elb.example.com"<lb.one.dns_name>]`},
		{"whole, good part", "TF-040", `[for l in [lb.broken] : l.good]`, `["g"]`},
		{"whole, bad part", "TF-040", `[for l in [lb.broken] : l.bad]`, `error: Reference to undeclared local value: A local value with the name "nothing" has not been declared.`},
		{"whole, bad part tried", "TF-040", `[for l in [lb.broken] : try(l.bad, "x")]`, `["x"]`},
		{"the other side does not evaluate", "TF-052", `var.env == "prod" ? "a" : lb.broken.bad`, `"a"`},
		{"conditional of wholes", "TF-075", `(var.env == "prod" ? lb.one : lb.broken).dns_name`, `"lb-1.elb.example.com"<lb.one.dns_name>`},
		{"data", "TF-220", `"S3-${data.remote.r.outputs.uri}"`, `"S3-{data.remote.r.outputs.uri}"<data.remote.r.outputs.uri>`},
		{"unavailable module", "TF-073", `module.gone.out`, `unknown dynamic<module.gone.out>`},
		{"part of an output", "TF-073", `module.gone.out["k"].x`, `unknown dynamic<module.gone.out.k.x>`},
		{"label module", "TF-073", `module.label.enabled`, `true`},
		{"workspace", "TF-045", `terraform.workspace`, `"default"`},
		{"part of a map by workspace", "TF-045", `local.chosen.gone`, `error: Unsupported attribute: This object does not have an attribute named "gone". The workspace is "default"; choose another with --workspace or TF_WORKSPACE.`},
		{"map by a local of the workspace", "TF-045", `local.map[local.stage]`, `error: Invalid index: The given key does not identify an element in this collection value. There is no key "default"; the keys are "dev", "prod". The workspace is "default"; choose another with --workspace or TF_WORKSPACE.`},
		{"map by workspace", "TF-045", `local.map[terraform.workspace]`, `error: Invalid index: The given key does not identify an element in this collection value. There is no key "default"; the keys are "dev", "prod". The workspace is "default"; choose another with --workspace or TF_WORKSPACE.`},
		{"path", "TF-043", `"${path.module} ${path.root}"`, `". ."`},
		{"each outside", "TF-041", `each.key`, `error: Reference to "each" in context without for_each: The "each" object can be used only in "module" or "resource" blocks, and only when the "for_each" argument is set.`},
		{"sensitive", "TF-059", `"x${var.secret}"`, `"xs3cr3t"<sensitive>`},
		{"nonsensitive", "TF-059", `nonsensitive(var.secret)`, `"s3cr3t"`},
	}
	m, diags := load(t, Options{}, map[string]string{"main.tf": world})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			got := strings.ReplaceAll(evaluate(t, m, tt.expr), m.display(m.dir)+"/", "")
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("%s (-want +got)\n%s", tt.expr, d)
			}
		})
	}
}

func TestUnknowns(t *testing.T) {
	tests := []struct{ name, rule, expr, want string }{
		{"placeholder", "TF-028", `var.domain`, `unknown string<var.domain>`},
		{"alone in a template", "TF-055", `"${var.domain}"`, `unknown string<var.domain>`},
		{"in a template", "TF-202", `"a-${var.domain}"`, `"a-{var.domain}"<var.domain>`},
		{"format", "TF-202", `format("a-%s", var.domain)`, `"a-{var.domain}"<var.domain>`},
		{"join", "TF-202", `join("-", ["a", var.domain])`, `"a-{var.domain}"<var.domain>`},
		{"function", "TF-230", `split(".", var.domain)`, `unknown list of string<var.domain>`},
		{"decoded", "TF-220", `jsondecode(data.remote.r.secret)["x"].y`, `unknown dynamic<data.remote.r.secret.x.y>`},
		{"is set", "TF-230", `var.domain != "" && var.domain != null`, `true<var.domain>`},
		{"stand-in is set", "TF-230", `lb.one.dns_name == null ? 1 : 2`, `2`},
		{"condition is no source", "TF-200", `lb.one.dns_name != "" ? "a" : "b"`, `"a"`},
		{"other side is no source", "TF-200", `true ? "a" : lb.one.dns_name`, `"a"`},
		{"unknown condition", "TF-052", `var.domain == "x" ? "a" : "b"`, `unknown string<var.domain>`},
		{"unknown condition, same result", "TF-052", `var.domain == "x" ? "a" : "a"`, `"a"`},
		{"unknown condition, no use", "TF-052", `!(var.domain == "x") && false`, `false<var.domain>`},
		{"negation keeps its source", "TF-231", `!(var.domain == "x")`, `unknown bool<var.domain>`},
		{"key", "TF-233", `{ (var.domain) = 1 }`, `{{var.domain}=1}<var.domain>`},
		{"unknown index", "TF-233", `local.map[var.domain]`, `unknown dynamic<var.domain>`},
		{"set", "TF-233", `toset([var.domain, "a"])`, `["a" "{var.domain}"]<var.domain>`},
		{"loop over unknown", "TF-233", `[for z in var.zones : upper(z)]`, `unknown dynamic<var.zones>`},
		{"loop over a marked set", "TF-233", `[for z in toset([lb.one.dns_name]) : upper(z)]`, `["LB-1.ELB.EXAMPLE.COM"<lb.one.dns_name>]`},
		{"loop over a set of which a part is marked", "TF-233", `[for z in toset(["a", lb.one.dns_name]) : z]`, `["a" "lb-1.elb.example.com"<lb.one.dns_name>]`},
		{"unknown in a loop", "TF-233", `[for z in [var.domain] : upper(z)]`, `["{VAR.DOMAIN}"<var.domain>]`},
		{"filter", "TF-200", `[for z in ["a"] : z if lb.one.dns_name != ""]`, `["a"]`},
		{"trim", "TF-200", `trimprefix("https://${lb.one.dns_name}/x", "https://")`, `"lb-1.elb.example.com/x"<lb.one.dns_name>`},
		{"element", "TF-200", `split(".", lb.one.dns_name)[1]`, `"elb"<lb.one.dns_name>`},
		{"length", "TF-233", `length([var.domain])`, `1`},
		{"merge", "TF-200", `merge({ a = lb.one.dns_name }, { b = 1 }).a`, `"lb-1.elb.example.com"<lb.one.dns_name>`},
		{"coalesce", "TF-053", `coalesce("", lb.one.dns_name)`, `"lb-1.elb.example.com"<lb.one.dns_name>`},
		{"coalesce takes the first", "TF-053", `coalesce("a", lb.one.dns_name)`, `"a"`},
		{"lookup", "TF-053", `lookup({ a = lb.one.dns_name }, "a", "x")`, `"lb-1.elb.example.com"<lb.one.dns_name>`},
		{"lookup in unknown", "TF-053", `lookup(jsondecode(data.remote.r.secret), "k", "d")`, `unknown dynamic<data.remote.r.secret.k>`},
		{"try of unknown", "TF-053", `try(var.domain, "x")`, `unknown string<var.domain>`},
		{"can of unknown", "TF-053", `can(var.domain)`, `true`},
		{"range of unknown", "TF-233", `range(length(var.zones))`, `unknown list of number<var.zones>`},
		{"splat of unknown", "TF-054", `var.zones[*]`, `unknown list of string<var.zones>`},
		{"template loop", "TF-233", `"%{for z in [var.domain]}${z};%{endfor}"`, `"{var.domain};"<var.domain>`},
		{"template loop over unknown", "TF-233", `"a%{for z in var.zones}${z}%{endfor}"`, `"a{var.zones}"<var.zones>`},
		{"template condition", "TF-233", `"a%{if var.domain == "x"}b%{endif}"`, `"a{var.domain}"<var.domain>`},
		{"spread", "TF-233", `concat(var.zones...)`, `unknown dynamic<var.zones>`},
		{"json", "TF-200", `jsonencode({ a = lb.one.dns_name })`, `"{\"a\":\"lb-1.elb.example.com\"}"<lb.one.dns_name>`},
		{"timestamp", "TF-058", `formatdate("YYYY", timestamp())`, `"2026"<timestamp()>`},
		{"provider function", "TF-057", `provider::time::rfc3339_parse("x")`, `unknown dynamic`},
	}
	m, diags := load(t, Options{}, map[string]string{"main.tf": world})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			if d := cmp.Diff(tt.want, evaluate(t, m, tt.expr)); d != "" {
				t.Errorf("%s (-want +got)\n%s", tt.expr, d)
			}
		})
	}
}
