package terraform

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestProviderFunctions: the functions of providers that can be computed. What those of terraform give is what terraform
// console 1.11 gives.
func TestProviderFunctions(t *testing.T) {
	const role = "arn:aws:iam::444455556666:role/with/some/path/example"
	tests := []struct{ name, expr, want string }{
		{"expression", `provider::terraform::encode_expr({ a = [1, "x", null], b = { c = true }, "d e" = "x1\ny" })`,
			`"{\n  a = [1, \"x\", null]\n  b = {\n    c = true\n  }\n  \"d e\" = \"x1\\ny\"\n}"`},
		{"empty expression", `provider::terraform::encode_expr([])`, `"[]"`},
		{"unknown expression", `provider::terraform::encode_expr([var.a])`, `unknown string<var.a>`},
		{"variables", `provider::terraform::encode_tfvars({ b = "x", a = [1, 2], long_name = { k = "v" } })`,
			`"a = [1, 2]\nb = \"x\"\nlong_name = {\n  k = \"v\"\n}\n"`},
		{"variables of a bad name", `provider::terraform::encode_tfvars({ "a b" = 1 })`,
			`error: Invalid function argument: Invalid value for "value" parameter: invalid variable name "a b": must be a valid identifier, per Terraform's rules for input variable declarations.`},
		{"no variables", `provider::terraform::encode_tfvars("x")`,
			`error: Invalid function argument: Invalid value for "value" parameter: invalid value to encode: must be an object whose attribute names will become the encoded variable names.`},
		{"decoded variables", `provider::terraform::decode_tfvars("a = 1\nb = [\"x\"]\n")`, `{a=1 b=["x"]}`},
		{"a variable that is none", `can(provider::terraform::decode_tfvars("a = var.x"))`, `false`},
		{"ARN", `provider::aws::arn_parse("arn:aws:s3:::bucket/a:b")`,
			`{account_id="" partition="aws" region="" resource="bucket/a:b" service="s3"}`},
		{"no ARN", `can(provider::aws::arn_parse("bucket"))`, `false`},
		{"ARN of a placeholder", `provider::aws::arn_parse(var.a).resource`, `unknown string<var.a.resource>`},
		{"built ARN", `provider::aws::arn_build("aws", "iam", "", "444455556666", "user/example")`, `"arn:aws:iam::444455556666:user/example"`},
		{"path of a role", `provider::aws::trim_iam_role_path("` + role + `")`, `"arn:aws:iam::444455556666:role/example"`},
		{"no role", `can(provider::aws::trim_iam_role_path("arn:aws:iam::444455556666:user/example"))`, `false`},
		{"user agent", `provider::aws::user_agent("product", "1.0", "note")`, `"product/1.0 (note)"`},
		{"user agent without more", `provider::aws::user_agent("product", null, "")`, `"product"`},
		{"core", `core::upper("a")`, `"A"`},
	}
	for _, tt := range tests {
		t.Run("TF-057/"+tt.name, func(t *testing.T) {
			m, _ := load(t, Options{}, map[string]string{"main.tf": "variable \"a\" {}\n"})
			if d := cmp.Diff(tt.want, evaluate(t, m, tt.expr)); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}
