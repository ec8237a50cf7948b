package terraform

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestModules(t *testing.T) {
	child := `variable "in" {}
variable "opt" { default = "o" }
resource "x" "d" { v = "${var.in}-${var.opt}-${path.module}" }
output "out" { value = "${var.in}!" }
output "id" { value = x.d.id }
output "bad" { value = local.nothing }
`
	tests := []struct {
		name, rule string
		files      map[string]string
		expr, want string
		resources  []string
		diags      []string
	}{
		{"output", "TF-075", map[string]string{"main.tf": `module "m" {
  source = "./m"
  in     = "a"
}`, "m/m.tf": child}, "module.m.out", `"a!"`, []string{"module.m.x.d"}, nil},
		{"path", "TF-043", map[string]string{"main.tf": `module "m" {
  source = "./m"
  in     = "a"
}`, "m/m.tf": child + `output "p" { value = path.module }`}, "module.m.p", `"m"`, []string{"module.m.x.d"}, nil},
		{"bad output does not matter", "TF-040", map[string]string{"main.tf": `module "m" {
  source = "./m"
  in     = "a"
}`, "m/m.tf": child}, "[for m in [module.m] : m.out]", `["a!"]`, []string{"module.m.x.d"}, nil},
		{"count", "TF-048", map[string]string{"main.tf": `module "m" {
  count  = 2
  source = "./m"
  in     = count.index
}`, "m/m.tf": child}, "module.m[*].out", `["0!" "1!"]`, []string{"module.m[0].x.d", "module.m[1].x.d"}, nil},
		{"for_each", "TF-048", map[string]string{"main.tf": `module "m" {
  for_each = { b = "q", a = "p" }
  source   = "./m"
  in       = each.value
}`, "m/m.tf": child}, `module.m["b"].out`, `"q!"`, []string{`module.m["a"].x.d`, `module.m["b"].x.d`}, nil},
		{"nested", "TF-070", map[string]string{"main.tf": `module "m" { source = "./m" }`, "m/m.tf": `module "n" {
  source = "../n"
  in     = "deep"
}
output "o" { value = module.n.out }`, "n/n.tf": child}, `module.m.o`, `"deep!"`, []string{`module.m.module.n.x.d`}, nil},
		{"resource passed", "TF-075", map[string]string{"main.tf": `resource "lb" "l" {}
module "m" {
  source = "./m"
  in     = lb.l
}`, "m/m.tf": `variable "in" {}
resource "x" "d" {}
output "load_balancer_arn" { value = var.in.dns_name }
output "lb" { value = var.in }`}, `"${module.m.load_balancer_arn} ${module.m.lb.dns_name}"`, `"lb-1.elb.example.com lb-1.elb.example.com"<lb.l.dns_name>`, []string{`module.m.x.d`}, nil},
		{"resource passed by type", "TF-075", map[string]string{"main.tf": `resource "lb" "l" {}
module "m" {
  source = "./m"
  in     = { one = lb.l }
}`, "m/m.tf": `variable "in" { type = map(object({ dns_name = string, zone = optional(string) })) }
output "o" { value = var.in["one"] }`}, `module.m.o`, `{dns_name="lb-1.elb.example.com"<lb.l.dns_name> zone=null}`, nil, nil},
		{"missing argument", "TF-074", map[string]string{"main.tf": `module "m" {
  source = "./m"
}`, "m/m.tf": child}, "module.m.out", `error: Missing required argument: The argument "in" is required by the module "m", but no definition was found.`, []string{"module.m.x.d"}, nil},
		{"unexpected argument", "TF-074", map[string]string{"main.tf": `module "m" {
  source = "./m"
  in     = 1
  opts   = 2
}`, "m/m.tf": child}, "module.m.out", `"1!"`, []string{"module.m.x.d"}, []string{"W main.tf:4 Unsupported argument"}},
		{"tfvars are the root's", "TF-021", map[string]string{"main.tf": `module "m" {
  source = "./m"
  in     = "a"
}`, "m/m.tf": child + `output "opt" { value = var.opt }`, "m/terraform.tfvars": `opt = "file"`}, "module.m.opt", `"o"`, []string{"module.m.x.d"}, nil},
		{"null overrides the default", "TF-026", map[string]string{"main.tf": `module "m" {
  source = "./m"
  in     = "a"
  opt    = null
}`, "m/m.tf": child + `output "opt" { value = var.opt }`}, "module.m.opt", `null`, []string{"module.m.x.d"}, nil},
		{"calls itself", "TF-070", map[string]string{"main.tf": `module "m" { source = "./m" }`, "m/m.tf": `module "n" { source = "../m" }
resource "x" "d" {}`}, "1", `1`, []string{"module.m.x.d"}, []string{"E m.tf:1 Module calls itself"}},
		{"no such directory", "TF-070", map[string]string{"main.tf": `module "m" { source = "./nowhere" }`}, "module.m.out", "error: Missing module source", nil, nil},
		{"installed", "TF-071", map[string]string{"main.tf": `module "m" {
  source = "acme/m/aws"
  in     = "r"
}`, ".terraform/modules/modules.json": `{"Modules":[{"Key":"","Source":"","Dir":"."},{"Key":"m","Source":"registry.example.com/acme/m/aws","Version":"1.0.0","Dir":".terraform/modules/m/sub"}]}`,
			".terraform/modules/m/sub/m.tf": child}, "module.m.out", `"r!"`, []string{"module.m.x.d"}, nil},
		{"broken child", "TF-012", map[string]string{"main.tf": `module "m" { source = "./m" }`, "m/m.tf": `resource "x" "y" {`}, "1", "1", []string{"module.m.x.y"}, []string{"E m.tf:1 Unclosed configuration block"}},
		{"not reached", "TF-040", map[string]string{"main.tf": `module "m" {
  source = "./m"
  count  = local.nothing
}
resource "x" "d" {}`, "m/m.tf": `resource "y" "d" {}`}, "1", "1", []string{"x.d"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			m, diags := load(t, Options{}, tt.files)
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			list, diags := m.Resources("x")
			var got []string
			for _, r := range list {
				got = append(got, r.Address)
				if m.Resource(r.Address) != r {
					t.Errorf("Resource(%q) does not find it", r.Address)
				}
			}
			if d := cmp.Diff(tt.resources, got); d != "" {
				t.Errorf("resources (-want +got)\n%s", d)
			}
			if d := cmp.Diff(tt.diags, summaries(diags)); d != "" {
				t.Errorf("diagnostics (-want +got)\n%s", d)
			}
			if got := evaluate(t, m, tt.expr); got != tt.want && !(strings.HasPrefix(tt.want, "error") && strings.HasPrefix(got, tt.want)) {
				t.Errorf("(-want +got)\n%s", cmp.Diff(tt.want, got))
			}
		})
	}
}

func TestUnavailable(t *testing.T) {
	m, _ := load(t, Options{}, map[string]string{"main.tf": `module "a" {
  source  = "acme/a/aws"
  version = "~> 1"
}
module "b" { source = "git::https://example.com/b.git?ref=v1" }
resource "x" "y" { v = module.a.out }
`})
	list, _ := m.Resources("x")
	list[0].Evaluate()
	got := m.Unavailable()
	for i := range got {
		got[i].Range.Filename = filepath.Base(got[i].Range.Filename)
	}
	if len(got) != 2 || got[0].Range.Start.Line != 2 {
		t.Fatalf("unavailable: %+v", got)
	}
	want := []UnavailableModule{
		{Path: "module.a", Source: "acme/a/aws", Version: "~> 1", Range: got[0].Range, Needed: true},
		{Path: "module.b", Source: "git::https://example.com/b.git?ref=v1", Range: got[1].Range},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

func TestRegion(t *testing.T) {
	m, _ := load(t, Options{}, map[string]string{
		"main.tf": `variable "unset" {}
provider "aws" { region = "eu-west-1" }
provider "aws" {
  alias  = "use1"
  region = "us-${"east"}-1"
}
provider "aws" {
  alias  = "unset"
  region = var.unset
}
resource "aws_x" "default" {}
resource "aws_x" "alias" { provider = aws.use1 }
resource "aws_x" "quoted" { provider = "aws.use1" }
resource "aws_x" "unknown" { provider = aws.unset }
resource "other_x" "none" {}
module "plain" { source = "./m" }
module "handed" {
  source    = "./m"
  providers = { aws = aws.use1, aws.x = aws }
}
`,
		"m/m.tf": `resource "aws_x" "default" {}
resource "aws_x" "x" { provider = aws.x }`,
	})
	want := map[string]string{
		"aws_x.default": "eu-west-1", "aws_x.alias": "us-east-1", "aws_x.quoted": "us-east-1", "aws_x.unknown": "", "other_x.none": "",
		"module.plain.aws_x.default": "eu-west-1", "module.handed.aws_x.default": "us-east-1", "module.handed.aws_x.x": "eu-west-1",
	}
	got := map[string]string{}
	for address := range want {
		got[address] = m.Resource(address).Region()
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("TF-076 (-want +got)\n%s", d)
	}
}

func TestFiles(t *testing.T) {
	tests := []struct {
		name, rule  string
		files       map[string]string
		expr, want  string
		diagnostics []string
	}{
		{"all files", "TF-001", map[string]string{"a.tf": "locals {\n  a = local.b\n}", "b.tf": "locals {\n  b = 1\n}", "sub/c.tf": "nonsense", ".hidden.tf": "x", "c.tf~": "x", "t.tftest.hcl": "x"}, "local.a", "1", nil},
		{"override", "TF-003", map[string]string{"main.tf": `resource "x" "r" {
  a = 1
  b = 2
  n { v = 1 }
  n { v = 2 }
  o { v = 3 }
}
locals {
  l = 1
  k = 1
}
variable "v" { default = 1 }`, "main_override.tf": `resource "x" "r" {
  b = 20
  n { v = 10 }
}
locals {
  l = 2
}
variable "v" { default = 2 }`}, "[x.r.a, x.r.b, x.r.n[*].v, x.r.o[*].v, local.l, local.k, var.v]", "[1 20 [10] [3] 2 1 2]", nil},
		{"override of nothing", "TF-003", map[string]string{"override.tf": `resource "x" "r" {}`}, "1", "1", []string{"E override.tf:1 Missing resource to override"}},
		{"duplicates", "TF-004", map[string]string{"a.tf": `resource "x" "r" {}
variable "v" {}
locals {
  l = 1
}
output "o" { value = 1 }
module "m" { source = "./m" }
data "x" "r" {}`, "b.tf": `resource "x" "r" {}
variable "v" {}
locals {
  l = 1
}
output "o" { value = 1 }
module "m" { source = "./m" }
data "x" "r" {}`}, "1", "1", []string{
			"E b.tf:1 Duplicate resource declaration", "E b.tf:2 Duplicate variable declaration", "E b.tf:4 Duplicate local value declaration",
			"E b.tf:6 Duplicate output declaration", "E b.tf:7 Duplicate module call declaration", "E b.tf:8 Duplicate data resource declaration",
		}},
		{"json", "TF-005", map[string]string{"main.tf.json": `{
  "//": "a comment",
  "locals": {"x": 4, "y": "${local.x + 1}", "s": "v${local.x}", "l": [1, "${local.x}"], "o": {"${local.s}": true}},
  "variable": {"v": {"type": "list(string)", "default": ["a"]}},
  "terraform": {"required_version": ">= 1"},
  "resource": {"thing": {"t": {"//": "c", "enabled": true, "rule": [{"name": "a"}, {"name": "b"}], "origin": {"name": "o"},
    "dynamic": {"rule": {"for_each": ["${local.s}"], "content": {"name": "${rule.value}"}}},
    "lifecycle": {"ignore_changes": ["enabled"]}}},
    "lb": {"l": [{"port": 80}]}}
}`}, `[local.y, local.s, local.l, local.o, var.v, thing.t.enabled, thing.t.rule[*].name, lb.l.port]`,
			`[5 "v4" [1 4] {v4=true} ["a"] true ["a" "b" "v4"] 80]`, nil},
		{"inert and unknown blocks", "TF-006", map[string]string{"main.tf": `terraform {
  required_version = ">= 99"
  backend "s3" {}
}
moved {
  from = a.b
  to   = a.c
}
check "c" {}
import {}
removed {}
language {}
locale {}`}, "1", "1", []string{"W main.tf:12 Unknown block type", "E main.tf:13 Unsupported block type"}},
		{"labels", "TF-262", map[string]string{"main.tf": "resource \"aws_cloudfront_distribution\" \"\" {}\nresource \"x\" {}\n"}, "1", "1", []string{
			"E main.tf:1 Wrong labels on resource block", "E main.tf:2 Wrong labels on resource block"}},
		{"tofu twin", "TF-008", map[string]string{"main.tf": "locals {\n  a = 1\n}", "main.tofu": "locals {\n  a = 2\n}"}, "local.a", "1", []string{"W main.tofu:1 OpenTofu file not read"}},
		{"commented out", "TF-011", map[string]string{"main.tf": "/*\nresource \"x\" \"y\" {}\n*/\n"}, "1", "1", []string{"W ? Empty configuration"}},
		{"syntax errors of all files", "TF-012", map[string]string{"a.tf": "locals {\n  a = \n}\n", "b.tf": "resource \"x\" \"y\" {\n", "c.tf": "locals {\n  c = 1\n}"}, "local.c", "1", []string{
			"E a.tf:2 Invalid expression", "E b.tf:1 Unclosed configuration block"}},
		{"byte order mark", "TF-001", map[string]string{"a.tf": "\xef\xbb\xbflocals {\n  a = 1\n}"}, "local.a", "1", nil},
		{"terragrunt", "TF-009", map[string]string{"a.tf": "locals {\n  a = \"x-${var.generated}\"\n}", "terragrunt.hcl": ""}, "local.a", `"x-{var.generated}"<var.generated>`, nil},
		{"terragrunt, elsewhere in the repository", "TF-009", map[string]string{"a.tf": "locals {\n  a = \"x-${var.generated}\"\n}", ".git": "", "live/terragrunt.hcl": ""}, "local.a", `"x-{var.generated}"<var.generated>`, nil},
		{"terragrunt, outside of a repository", "TF-009", map[string]string{"a.tf": "locals {\n  a = \"x-${var.generated}\"\n}", "live/terragrunt.hcl": ""}, "local.a", `error: Reference to undeclared input variable: An input variable with the name "generated" has not been declared. This variable can be declared with a variable "generated" {} block.`, nil},
		{"terragrunt, a name like another", "TF-009", map[string]string{"a.tf": "variable \"environments\" {}\nlocals {\n  a = \"x-${var.environment}\"\n}", "terragrunt.hcl": ""}, "local.a", `"x-{var.environment}"<var.environment>`, nil},
		{"terragrunt, a value for it", "TF-009", map[string]string{"a.tf": "locals {\n  a = \"x-${var.generated}\"\n}", "terraform.tfvars": "generated = \"y\"", "terragrunt.hcl": ""}, "local.a", `"x-y"`, nil},
		{"terragrunt, a value for nothing", "TF-023", map[string]string{"a.tf": "locals {\n  a = \"x-${var.generated}\"\n}", "terraform.tfvars": "generatde = \"y\"", "terragrunt.hcl": ""}, "local.a", `"x-{var.generated}"<var.generated>`, []string{"W terraform.tfvars:1 Value for undeclared variable"}},
		{"empty directory", "TF-001", map[string]string{"readme": ""}, "1", "1", []string{"E ? No Terraform configuration files"}},
		{"nulls", "TF-012", map[string]string{"a.tf": "a\n\x00"}, "1", "1", []string{"E a.tf:2 Invalid character encoding"}},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			m, diags := load(t, Options{}, tt.files)
			got := summaries(diags)
			for i := range got {
				got[i] = strings.ReplaceAll(got[i], " "+filepath.Base(m.dir)+":", " x:")
			}
			if d := cmp.Diff(tt.diagnostics, got); d != "" {
				t.Errorf("diagnostics (-want +got)\n%s", d)
			}
			if d := cmp.Diff(tt.want, evaluate(t, m, tt.expr)); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}

func TestLink(t *testing.T) {
	dir := write(t, map[string]string{"real/a.txt": "locals {\n  a = 1\n}", "root/b.tf": ""})
	if err := os.Symlink(filepath.Join(dir, "real", "a.txt"), filepath.Join(dir, "root", "a.tf")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("loop.tf", filepath.Join(dir, "root", "loop.tf")); err != nil {
		t.Fatal(err)
	}
	m, diags := Load(filepath.Join(dir, "root"), Options{})
	if d := cmp.Diff([]string{"E loop.tf:1 Failed to read file"}, summaries(diags)); d != "" {
		t.Errorf("diagnostics (-want +got)\n%s", d)
	}
	if d := cmp.Diff("1", evaluate(t, m, "local.a")); d != "" {
		t.Errorf("TF-013 (-want +got)\n%s", d)
	}
}

func TestRead(t *testing.T) {
	m, _ := load(t, Options{}, map[string]string{
		"main.tf": `module "m" { source = "./m" }
resource "x" "y" { code = file("${path.module}/fn.js") }`,
		"m/m.tf": `output "t" { value = templatefile("${path.module}/t.tpl", { name = "n" }) }
resource "x" "y" {}`,
		"m/t.tpl": "hello ${name}", "fn.js": "code", "a.auto.tfvars": "",
	})
	list, _ := m.Resources("x")
	list[0].Evaluate()
	if d := cmp.Diff(`"hello n"`, evaluate(t, m, "module.m.t")); d != "" {
		t.Errorf("TF-044 (-want +got)\n%s", d)
	}
	var got []string
	for _, p := range m.Read() {
		rel, err := filepath.Rel(m.dir, p)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, filepath.ToSlash(rel))
	}
	want := []string{
		".", ".terraform/environment", ".terraform/modules/modules.json", "a.auto.tfvars", "fn.js", "m", "m/m.tf", "m/t.tpl", "main.tf",
		"terraform.tfvars", "terraform.tfvars.json",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

func TestStats(t *testing.T) {
	m, _ := load(t, Options{}, map[string]string{
		"main.tf": "resource \"x\" \"y\" {\n  count = 0\n}\nmodule \"m\" {\n  for_each = {}\n  source = \"./m\"\n}\nresource \"z\" \"z\" { count = 0 }\n",
		"m/m.tf":  `resource "x" "y" {}`,
	})
	m.Resources("x")
	s := m.Stats()
	for i := range s.Absent {
		s.Absent[i].Range.Filename = ""
	}
	if len(s.Absent) != 2 || s.Absent[0].Range.Start.Line != 2 || s.Absent[1].Range.Start.Line != 5 {
		t.Fatalf("stats: %+v", s)
	}
	want := Stats{Files: 2, Resources: 3, Absent: []Absent{
		{Address: "x.y", Repetition: "count", Range: s.Absent[0].Range}, {Address: "module.m", Repetition: "for_each", Range: s.Absent[1].Range},
	}}
	if d := cmp.Diff(want, s); d != "" {
		t.Errorf("TF-260 (-want +got)\n%s", d)
	}
}
