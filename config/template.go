package config

import (
	"strings"

	"edgecase/config/terraform"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// What data.template_file may hold to be rendered: HCL's parser recurses on brackets without a limit.
const (
	maxTemplate = 64 << 10
	maxBrackets = 500
)

// rendered is data.template_file.rendered (TF-222): the template with its vars. A template that uses more than them, such
// as a function, stays unknown.
func rendered(r *terraform.Resource) (cty.Value, bool) {
	text := argumentText(r, "template")
	if text == "" || len(text) > maxTemplate || strings.Count(text, "{")+strings.Count(text, "(")+strings.Count(text, "[") > maxBrackets {
		return cty.NilVal, false
	}
	variables := map[string]cty.Value{}
	if vars, ok := r.Argument("vars"); ok {
		bare, marks := vars.Unmark()
		if bare.IsNull() || !bare.IsKnown() || !bare.CanIterateElements() {
			return cty.NilVal, false
		}
		for it := bare.ElementIterator(); it.Next(); {
			k, v := it.Element()
			if name, ok := rawText(k); ok {
				variables[name] = v.WithMarks(marks)
			}
		}
	}
	expr, diags := hclsyntax.ParseTemplate([]byte(text), r.Range.Filename, r.Range.Start)
	if diags.HasErrors() {
		return cty.NilVal, false
	}
	v, diags := expr.Value(&hcl.EvalContext{Variables: variables})
	if diags.HasErrors() || !v.IsKnown() {
		return cty.NilVal, false
	}
	return v, true
}
