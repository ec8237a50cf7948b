package terraform

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestAssumed: what an unknown for_each may or may not make stands in nobody's way.
func TestAssumed(t *testing.T) {
	const head = "variable \"v\" {}\nresource \"thing\" \"t\" {\n  enabled = true\n"
	tests := []struct {
		name, rule, text, want string
		diags                  []string
	}{
		{"blocks that exclude each other", "TF-050", head + `  dynamic "only" {
    for_each = var.v.a == "x" ? [1] : []
    content { name = "a" }
  }
  dynamic "only" {
    for_each = var.v.a == "x" ? [] : [1]
    content { name = "b" }
  }
}`, "enabled=true\nonly:4\n  name=\"a\"\n", []string{
			"W main.tf:5 Unknown for_each", "W main.tf:8 Too many only blocks"}},
		{"a block that is there for certain", "TF-050", head + `  dynamic "only" {
    for_each = var.v.a == "x" ? [1] : []
    content { name = var.v.a ? "a" : "b" }
  }
  only { name = "b" }
}`, "enabled=true\nonly:8\n  name=\"b\"\n", []string{"W main.tf:4 Too many only blocks"}},
		{"certain blocks are too many", "TF-050", head + `  dynamic "only" {
    for_each = [1, 2]
    content { name = "a" }
  }
}`, "enabled=true\nonly:4\n  name=\"a\"\nonly:4\n  name=\"a\"\n", []string{"E main.tf:4 Too many only blocks"}},
		{"mistake in what may not be there", "TF-262", head + `  dynamic "rule" {
    for_each = var.v ? [1] : []
    content { name = [][0] }
  }
}`, "enabled=true\nrule:4\n  name=unknown dynamic\n", []string{
			"W main.tf:5 Unknown for_each", "W main.tf:6 Invalid index"}},
		{"mistake that no value mends", "TF-262", head + `  dynamic "rule" {
    for_each = var.v ? [1] : []
    content { name = local.nothing }
  }
}`, "enabled=true\nrule:4\n  name=unknown dynamic\n", []string{
			"W main.tf:5 Unknown for_each", "E main.tf:6 Reference to undeclared local value"}},
		{"part of an element of no certain type", "TF-233", head + `  dynamic "rule" {
    for_each = var.v.bucket != null ? toset([var.v]) : []
    content { name = rule.value["bucket"]["id"] }
  }
}`, "enabled=true\nrule:4\n  name=unknown string<var.v.bucket.id>\n", nil},
		{"blocks on a condition", "TF-232", head + `  dynamic "rule" {
    for_each = concat([{ n = "a" }], var.v ? [] : [{ n = "b" }, { n = "c" }])
    content { name = rule.value.n }
  }
}`, "enabled=true\nrule:4\n  name=\"a\"\nrule:4\n  name=\"b\"\nrule:4\n  name=\"c\"\n", []string{"W main.tf:5 Unknown for_each"}},
		{"blocks from a loop over a condition", "TF-232", head + `  dynamic "rule" {
    for_each = { for n in (var.v ? ["b", "a"] : []) : n => upper(n) }
    content { name = rule.value }
  }
}`, "enabled=true\nrule:4\n  name=\"A\"\nrule:4\n  name=\"B\"\n", []string{"W main.tf:5 Unknown for_each"}},
		{"a setting on a condition is not decided", "TF-052", head + `  aliases = var.v ? ["a"] : []
  comment = "x-${join(",", var.v ? ["a"] : [])}"
  tags    = merge({ a = 1 }, var.v ? { b = 2 } : {})
}`, "aliases=unknown set of string<var.v>\ncomment=unknown string<var.v>\nenabled=true\ntags=unknown map of string<var.v>\n", nil},
		{"key of a map", "TF-233", head + `  comment = { a = 1 }[var.v.key]
}`, "comment=unknown string<var.v.key>\nenabled=true\n", nil},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			m, diags := load(t, Options{Provider: fake{}}, map[string]string{"main.tf": tt.text})
			r := m.Resource("thing.t")
			if r == nil {
				t.Fatal("no thing.t")
			}
			block, more := r.Evaluate()
			if d := cmp.Diff(tt.want, outline(block)); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
			if d := cmp.Diff(tt.diags, summaries(append(diags, more...))); d != "" {
				t.Errorf("diagnostics (-want +got)\n%s", d)
			}
		})
	}
}

// TestSupposed: instances that depend on a condition are there, with a warning that names what to supply.
func TestSupposed(t *testing.T) {
	tests := []struct {
		name, rule, text string
		want             []string
		detail           string
	}{
		{"for_each", "TF-047", `resource "thing" "t" { for_each = toset(var.v ? ["b", "a"] : []) }`,
			[]string{`thing.t["a"]`, `thing.t["b"]`},
			`The value of "for_each" depends on var.v, which cannot be known here. 2 instances are assumed. Give it with --var v=… or in a --var-file.`},
		{"count", "TF-046", `resource "thing" "t" { count = length(var.v.x ? ["b", "a"] : []) }`,
			[]string{`thing.t[0]`, `thing.t[1]`},
			`The value of "count" depends on var.v.x, which cannot be known here. 2 instances are assumed. Give it with --var v=… or in a --var-file.`},
		{"unknown count", "TF-046", `resource "thing" "t" { count = data.x.y.z ? 1 : 0 }
data "x" "y" {}`,
			[]string{`thing.t[0]`},
			`The value of "count" depends on data.x.y.z, which cannot be known here. One instance is assumed. Give it in edgecase.hcl:
  values { "data.x.y.z" = "…" }`},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			m, _ := load(t, Options{}, map[string]string{"main.tf": "variable \"v\" {}\n" + tt.text})
			list, diags := m.Resources("thing")
			var got []string
			for _, r := range list {
				got = append(got, r.Address)
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
			if len(diags) != 1 || diags[0].Detail != tt.detail {
				t.Errorf("got %v, want %s", diags, tt.detail)
			}
		})
	}
}
