package terraform

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// The arguments of variable and output blocks, in JSON also their blocks; true for those that are a literal true or false.
var (
	variableArguments = map[string]bool{"type": false, "default": false, "description": false, "sensitive": true, "nullable": true, "ephemeral": true, "deprecated": false, "validation": false}
	outputArguments   = map[string]bool{"value": false, "description": false, "sensitive": true, "ephemeral": true, "depends_on": false, "deprecated": false, "precondition": false}
)

// meta reports what a variable or output block says about itself that it cannot mean. Of what is not like any argument known
// here there is a notice only: it may be of a newer Terraform, as with blocks (TF-006).
func (c *config) meta(b *hclsyntax.Block, known map[string]bool) {
	for _, a := range inOrder(b.Body.Attributes) {
		truth, ok := known[a.Name]
		d := &hcl.Diagnostic{Severity: hcl.DiagError, Subject: a.NameRange.Ptr()}
		hint := didYouMean(a.Name, keys(known))
		switch {
		case !ok:
			d.Summary = "Unsupported argument"
			d.Detail = fmt.Sprintf("An argument named %q is not expected in a block of type %s.%s", a.Name, b.Type, hint)
			if hint == "" {
				d.Severity = hcl.DiagWarning
			}
		case truth && !isTrueFalse(a.Expr, true) && !isTrueFalse(a.Expr, false):
			d.Summary = "Unsuitable value type"
			d.Detail = fmt.Sprintf("The argument %q must be true or false, not an expression.", a.Name)
		default:
			continue
		}
		c.diags = append(c.diags, d)
	}
}

// reserved reports the name of a variable that has a meaning of its own in module blocks.
func (c *config) reserved(b *hclsyntax.Block) {
	name := b.Labels[0]
	if callArguments[name] || name == "lifecycle" || name == "locals" {
		c.diags = append(c.diags, &hcl.Diagnostic{
			Severity: hcl.DiagError, Summary: "Invalid variable name",
			Detail:  fmt.Sprintf("The variable name %q is reserved: it has a meaning in module blocks. Choose another.", name),
			Subject: b.DefRange().Ptr(),
		})
	}
}

func badName(b *hclsyntax.Block, i int) *hcl.Diagnostic {
	d := &hcl.Diagnostic{
		Severity: hcl.DiagError,
		Summary:  "Invalid " + b.Type + " name",
		Detail: fmt.Sprintf("%q is no name: a name starts with a letter or underscore and has letters, digits, underscores "+
			"and dashes.", b.Labels[i]),
		Subject: b.DefRange().Ptr(),
	}
	if i < len(b.LabelRanges) {
		d.Subject = &b.LabelRanges[i]
	}
	return d
}
