package config

import (
	"strings"
	"testing"
)

// TestUndeclared: what is not declared is named once, with all who ask for it.
func TestUndeclared(t *testing.T) {
	l, diags := load(t, siteWith("", "", "comment = local.text\nweb_acl_id = local.acl\ndefault_root_object = local.text"), Options{})
	diff(t, `Error: Reference to undeclared local value

  on main.tf line 21, in resource "aws_cloudfront_distribution" "site":
  21:   comment = local.text

A local value with the name "text" has not been declared. This directory declares no locals at all:
if files are copied over it before Terraform runs, give the directory as it is after the copy.
It is asked for at main.tf:23, too.

Error: Reference to undeclared local value

  on main.tf line 22, in resource "aws_cloudfront_distribution" "site":
  22: web_acl_id = local.acl

A local value with the name "acl" has not been declared. This directory declares no locals at all:
if files are copied over it before Terraform runs, give the directory as it is after the copy.

`, printed(t, l, diags))
}

// TestGathered: many warnings for the same reason are one.
func TestGathered(t *testing.T) {
	header := func(names ...string) string {
		var b strings.Builder
		for _, name := range names {
			b.WriteString("dynamic \"custom_header\" {\n  for_each = var.site." + name + "\n  content {\n    name  = \"x-" + name +
				"\"\n    value = \"v\"\n  }\n}\n")
		}
		return appOrigin + "\n" + strings.TrimSuffix(b.String(), "\n")
	}
	behavior := func(name string) string {
		return "ordered_cache_behavior {\n  path_pattern = \"/" + name + "/*\"\n  target_origin_id = \"app\"\n" +
			"  viewer_protocol_policy = \"allow-all\"\n  allowed_methods = [\"GET\", \"HEAD\"]\n  cached_methods = [\"GET\", \"HEAD\"]\n" +
			"  cache_policy_id = var.policies." + name + "\n}\n"
	}
	const foreign = `"11111111-2222-3333-4444-555555555555"`
	tests := []struct {
		name, rule, archive string
		want                []string
	}{
		{"few", "TF-047", siteWith(header("a", "b"), "", "") + "\nvariable \"site\" {}\n", []string{
			"Unknown for_each", "Unknown for_each", "Variables without a value"}},
		{"many", "TF-047", siteWith(header("a", "b", "c", "d", "e"), "", "") + "\nvariable \"site\" {}\n", []string{
			"Unknown count and for_each", "Variables without a value"}},
		{"a policy of the account, twice", "TF-145", strings.NewReplacer("var.policies.a", foreign, "var.policies.b", foreign).
			Replace(siteWith("", "", behavior("a")+behavior("b"))), []string{"Unknown policy"}},
		{"few policies", "TF-145", siteWith("", "", behavior("a")+behavior("b")) + "\nvariable \"policies\" {}\n", []string{
			"Policy known only after apply", "Policy known only after apply", "Variables without a value"}},
		{"many policies", "TF-145", siteWith("", "", behavior("a")+behavior("b")+behavior("c")+behavior("d")) +
			"\nvariable \"policies\" {}\n", []string{"Policies known only after apply", "Variables without a value"}},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			_, diags := load(t, tt.archive, Options{})
			var got []string
			for _, d := range diags {
				got = append(got, d.Summary)
			}
			diff(t, strings.Join(tt.want, "\n"), strings.Join(got, "\n"))
		})
	}
}
