package terraform

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBlocks(t *testing.T) {
	tests := []struct {
		name, rule, text, want string
		diags                  []string
	}{
		{"order", "TF-050", `resource "thing" "t" {
  enabled = true
  rule { name = "first" }
  dynamic "rule" {
    for_each = { z = 1, a = 2 }
    content { name = "${rule.key}${rule.value}" }
  }
  dynamic "rule" {
    for_each = ["x", "y"]
    iterator = it
    content { name = "${it.key}${it.value}" }
  }
  rule { name = "last" }
}`, `enabled=true
rule:3
  name="first"
rule:4
  name="a2"
rule:4
  name="z1"
rule:8
  name="0x"
rule:8
  name="1y"
rule:13
  name="last"
`, nil},
		{"set", "TF-050", `resource "x" "t" {
  dynamic "b" {
    for_each = toset(["q", "p"])
    content { k = b.key }
  }
}`, "b:2\n  k=\"p\"\nb:2\n  k=\"q\"\n", nil},
		{"nested dynamic", "TF-050", `resource "x" "t" {
  dynamic "o" {
    for_each = [[1, 2], []]
    content {
      dynamic "i" {
        for_each = o.value
        content { v = "${o.key}.${i.value}" }
      }
      s { v = o.key }
    }
  }
}`, "o:2\n  i:5\n    v=\"0.1\"\n  i:5\n    v=\"0.2\"\n  s:9\n    v=0\no:2\n  s:9\n    v=1\n", nil},
		{"null for_each", "TF-050", `resource "x" "t" {
  dynamic "o" {
    for_each = null
    content {}
  }
}`, "", []string{"E main.tf:3 Invalid dynamic for_each value"}},
		{"unknown for_each", "TF-050", `variable "v" { type = list(object({ p = string })) }
resource "x" "t" {
  dynamic "o" {
    for_each = var.v
    content {
      a = o.value.p
      b = "x-${o.value.p}"
    }
  }
}`, "o:3\n  a=unknown string<var.v.p>\n  b=\"x-{var.v.p}\"<var.v.p>\n", []string{"W main.tf:4 Unknown for_each"}},
		{"unknown argument", "TF-040", `resource "thing" "t" {
  enabled = true
  coment  = "x"
  rul { name = "x" }
  rule {
    nam = "x"
  }
  only { name = "a" }
  only { name = "b" }
  id = "x"
}`, "enabled=true\nrule:5\nonly:8\n  name=\"a\"\nonly:9\n  name=\"b\"\n", []string{
			"E main.tf:3 Unsupported argument", "E main.tf:10 Value for unconfigurable attribute", "E main.tf:4 Unsupported block type",
			"E main.tf:6 Unsupported argument", "E main.tf:5 Missing required argument", "E main.tf:9 Too many only blocks",
		}},
		{"conversion", "TF-029", `resource "thing" "t" {
  enabled = "true"
  aliases = ["b", "a", "b"]
  tags    = { n = 1 }
  rule {
    name = 5
    port = "80"
  }
}`, "aliases=[\"a\" \"b\"]\nenabled=true\ntags={n=\"1\"}\nrule:5\n  name=\"5\"\n  port=80\n", nil},
		{"conversion fails", "TF-029", `resource "thing" "t" {
  enabled = "yes"
  rule {
    name = []
  }
}`, "enabled=unknown bool\nrule:3\n  name=unknown string\n", []string{"E main.tf:2 Incorrect attribute value type", "E main.tf:4 Incorrect attribute value type"}},
		{"all problems", "TF-060", `resource "x" "t" {
  a = local.a
  b = local.b
  c { d = var.d }
}`, "a=unknown dynamic\nb=unknown dynamic\nc:4\n  d=unknown dynamic<var.d>\n", []string{
			"E main.tf:2 Reference to undeclared local value", "E main.tf:3 Reference to undeclared local value", "E main.tf:4 Reference to undeclared input variable",
		}},
		{"meta-arguments", "TF-049", `resource "x" "t" {
  a          = 1
  provider   = aws.nowhere
  depends_on = [nothing.at_all]
  lifecycle { ignore_changes = [a] }
  provisioner "local-exec" { command = self.nothing }
  timeouts { create = "1m" }
}`, "a=1\n", nil},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			m, diags := load(t, Options{}, map[string]string{"main.tf": tt.text})
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			list, _ := m.Resources("x", "thing")
			block, diags := list[0].Evaluate()
			if d := cmp.Diff(tt.want, outline(block)); d != "" {
				t.Errorf("block (-want +got)\n%s", d)
			}
			if d := cmp.Diff(tt.diags, summaries(diags)); d != "" {
				t.Errorf("diagnostics (-want +got)\n%s", d)
			}
		})
	}
}

func TestText(t *testing.T) {
	m, _ := load(t, Options{}, map[string]string{"main.tf": `resource "x" "t" {
  plain {
    a   = 1 # one
  }
  dynamic "made" {
    for_each = ["/a/*"]
    content {
      path   = made.value
      target = lb.l.dns_name
      absent = null
      inner {
        list = [made.key, "x"]
      }
    }
  }
}
resource "lb" "l" {}
`})
	list, _ := m.Resources("x")
	block, _ := list[0].Evaluate()
	want := []string{
		"plain {\n    a   = 1 # one\n  }",
		"made {\n  path   = \"/a/*\"\n  target = lb.l.dns_name\n\n  inner {\n    list = [0, \"x\"]\n  }\n}",
	}
	var got []string
	for _, b := range block.Blocks {
		got = append(got, b.Text)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	if !strings.HasPrefix(block.Text, "resource \"x\" \"t\" {\n  plain {") {
		t.Errorf("text of the resource: %q", block.Text)
	}
	if r := block.Blocks[1].Arguments["path"].Range; r.Start.Line != 8 {
		t.Errorf("range of an argument in a dynamic block: %s, want line 8", r)
	}
}

func TestExpansion(t *testing.T) {
	tests := []struct {
		name, rule, text string
		want             []string
		diags            []string
	}{
		{"count", "TF-046", `resource "x" "a" { count = 2 }`, []string{"x.a[0]", "x.a[1]"}, nil},
		{"count of zero", "TF-046", `resource "x" "a" { count = 0 }`, nil, nil},
		{"count from text", "TF-029", `resource "x" "a" { count = "1" }`, []string{"x.a[0]"}, nil},
		{"null count", "TF-046", `resource "x" "a" { count = null }`, nil, []string{"E main.tf:1 Invalid count argument"}},
		{"negative count", "TF-046", `resource "x" "a" { count = -1 }`, nil, []string{"E main.tf:1 Invalid count argument"}},
		{"broken count", "TF-046", `resource "x" "a" { count = 1.5 }`, nil, []string{"E main.tf:1 Invalid count argument"}},
		{"unknown count", "TF-046", "variable \"n\" {}\nresource \"x\" \"a\" { count = var.n }", []string{"x.a[0]"}, []string{"W main.tf:2 Unknown count"}},
		{"stand-in decides", "TF-230", "resource \"lb\" \"l\" {}\nresource \"x\" \"a\" { count = lb.l.dns_name == \"\" ? 0 : 1 }", []string{"x.a[0]"}, nil},
		{"for_each", "TF-047", `resource "x" "a" { for_each = { b = 1, a = 2, B = 3 } }`, []string{`x.a["B"]`, `x.a["a"]`, `x.a["b"]`}, nil},
		{"for_each of a set", "TF-047", `resource "x" "a" { for_each = toset(["q", "p"]) }`, []string{`x.a["p"]`, `x.a["q"]`}, nil},
		{"for_each of a list", "TF-047", `resource "x" "a" { for_each = ["q"] }`, nil, []string{"E main.tf:1 Invalid for_each argument"}},
		{"null for_each", "TF-047", `resource "x" "a" { for_each = null }`, nil, []string{"E main.tf:1 Invalid for_each argument"}},
		{"set of numbers", "TF-047", `resource "x" "a" { for_each = toset([1]) }`, nil, []string{"E main.tf:1 Invalid for_each argument"}},
		{"unknown for_each", "TF-047", "variable \"n\" {}\nresource \"x\" \"a\" { for_each = var.n }", []string{`x.a["{var.n}"]`}, []string{"W main.tf:2 Unknown for_each"}},
		{"unknown key", "TF-233", "variable \"n\" { type = string }\nresource \"x\" \"a\" { for_each = toset([var.n]) }", []string{`x.a["{var.n}"]`}, nil},
		{"both", "TF-046", "resource \"x\" \"a\" {\n  count = 1\n  for_each = {}\n}", nil, []string{`E main.tf:3 Invalid combination of "count" and "for_each"`}},
		{"too many", "TF-046", `resource "x" "a" { count = 1000000 }`, nil, []string{"E main.tf:1 Invalid count argument"}},
		{"needs itself", "TF-040", `resource "x" "a" { count = length(x.a) }`, nil, []string{"E main.tf:1 Cycle"}},
		{"others do not matter", "TF-040", "resource \"x\" \"a\" {}\nresource \"y\" \"b\" { count = local.nothing }", []string{"x.a"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			m, diags := load(t, Options{}, map[string]string{"main.tf": tt.text})
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
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("instances (-want +got)\n%s", d)
			}
			if d := cmp.Diff(tt.diags, summaries(diags)); d != "" {
				t.Errorf("diagnostics (-want +got)\n%s", d)
			}
		})
	}
}
