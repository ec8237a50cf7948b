package terraform

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

func TestLanguage(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "body.json"), []byte(`{"a":1}`), 0o644); err != nil {
		t.Fatal(err)
	}
	shout := function.New(&function.Spec{
		Params: []function.Parameter{{Name: "text", Type: cty.String}}, Type: function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			return cty.StringVal(args[0].AsString() + "!"), nil
		},
	})
	tests := []struct {
		name, rule, expr, want, err string
		secret                      bool
	}{
		{"text", "TF-080", `"a"`, "a", "", false},
		{"name", "TF-080", `"${local.a}-${upper("x")}"`, "1-X", "", false},
		{"function of ours", "TF-080", `shout("hey")`, "hey!", "", false},
		{"JSON", "TF-080", `jsonencode({ a = local.a })`, `{"a":"1"}`, "", false},
		{"loop", "TF-080", `join(",", [for i in range(3) : i])`, "0,1,2", "", false},
		{"try", "TF-080", `try(local.b, "none")`, "none", "", false},
		{"file", "TF-044", `file("body.json")`, `{"a":1}`, "", false},
		{"no file", "TF-044", `file("nobody.json")`, "", "no file exists", false},
		{"secret", "TF-059", `sensitive("s")`, "s", "", true},
		{"secret within", "TF-059", `jsonencode({ a = sensitive("s") })`, `{"a":"s"}`, "", true},
		{"unknown name", "TF-041", `var.a`, "", "There is no variable named \"var\"", false},
		{"unknown function", "TF-080", `upperr("a")`, "", `Did you mean "upper"?`, false},
		{"without end", "TF-233", `[for a in range(1024) : [for b in range(1024) : [for c in range(1024) : a]]]`, "", "took more than", false},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			l := NewLanguage(dir, nil, map[string]function.Function{"shout": shout})
			expr, diags := ParseExpression([]byte(tt.expr), "x", hcl.InitialPos)
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			v, diags := l.Value(expr, map[string]cty.Value{"local": cty.ObjectVal(map[string]cty.Value{"a": cty.StringVal("1")})})
			if tt.err != "" || diags.HasErrors() {
				if !strings.Contains(diags.Error(), tt.err) || tt.err == "" {
					t.Fatalf("error %v, want %q", diags, tt.err)
				}
				return
			}
			secret := IsSensitive(v)
			v, _ = v.UnmarkDeep()
			if v.AsString() != tt.want || secret != tt.secret {
				t.Errorf("got %#v, secret %t; want %q, secret %t", v, secret, tt.want, tt.secret)
			}
		})
	}
}
