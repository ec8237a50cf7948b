package terraform

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// turn counts the turns of a loop.
type turn struct {
	hclsyntax.Expression
	m    *Module
	tree hclsyntax.Expression
}

func (e *turn) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	if d := e.m.tick(e.Range()); d != nil {
		return cty.DynamicVal, hcl.Diagnostics{d}
	}
	return e.tree.Value(ctx)
}

// steering is a condition, whose references are not part of what it chooses.
type steering struct {
	hclsyntax.Expression
	tree hclsyntax.Expression
}

func (e *steering) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	v, diags := e.tree.Value(ctx)
	if v.IsKnown() {
		v = withoutReferences(v)
	}
	return v, diags
}

// keyText is the key of an object: text, also when it is not known.
type keyText struct {
	hclsyntax.Expression
	tree hclsyntax.Expression
}

func (e *keyText) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	v, diags := e.tree.Value(ctx)
	if diags.HasErrors() {
		return v, diags
	}
	return textOf(v), diags
}

// patient is what is done to each element of a collection, until enough elements have failed: their errors say the same.
type patient struct {
	hclsyntax.Expression
	m      *Module // counts the steps of a splat; a loop has turns
	failed int
}

func (e *patient) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	if e.failed >= maxFailed {
		return cty.DynamicVal, nil
	}
	if e.m != nil {
		if d := e.m.tick(e.Range()); d != nil {
			e.failed = maxFailed
			return cty.DynamicVal, hcl.Diagnostics{d}
		}
	}
	v, diags := e.Expression.Value(ctx)
	if diags.HasErrors() {
		e.failed++
	}
	return v, diags
}

type loop struct {
	hclsyntax.Expression
	tree *hclsyntax.ForExpr
}

func (e *loop) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	coll, diags := e.tree.CollExpr.Value(ctx)
	if diags.HasErrors() {
		return keepMarks(cty.DynamicVal, coll), diags
	}
	if madeOfUnknown(coll) {
		return keepMarks(cty.DynamicVal, coll), diags
	}
	c := *e.tree
	if c.KeyVar == "" {
		coll = markedElements(coll)
	}
	plain, marks := coll.Unmark()
	c.CollExpr = &hclsyntax.LiteralValueExpr{Val: plain.WithMarks(visible(marks)), SrcRange: e.tree.CollExpr.Range()}
	c.ValExpr = &patient{Expression: c.ValExpr}
	if c.KeyExpr != nil {
		c.KeyExpr = &patient{Expression: c.KeyExpr}
	}
	v, more := c.Value(ctx)
	return stillSupposed(opened("", keepMarks(v, coll)), marks), append(diags[:len(diags):len(diags)], about(e.Expression, more)...)
}

// markedElements gives the elements of a set the references that the set as a whole has for them, as a tuple in the same
// order.
func markedElements(v cty.Value) cty.Value {
	plain, marks := v.Unmark()
	if !plain.Type().IsSetType() || !plain.IsKnown() || plain.IsNull() || len(References(cty.DynamicVal.WithMarks(marks))) == 0 {
		return v
	}
	var elements []cty.Value
	for it := plain.ElementIterator(); it.Next(); {
		_, e := it.Element()
		elements = append(elements, e.WithMarks(ofElement(e, visible(marks))))
	}
	return cty.TupleVal(elements)
}

// ofElement leaves out the references that a known text is not made of.
func ofElement(e cty.Value, marks cty.ValueMarks) cty.ValueMarks {
	if !e.IsKnown() || e.IsNull() || e.Type() != cty.String {
		return marks
	}
	out, text := cty.ValueMarks{}, e.AsString()
	for mark := range marks {
		r, ok := mark.(Reference)
		if !ok || r.StandIn != "" && strings.Contains(text, r.StandIn) || strings.Contains(text, "{") && strings.Contains(text, r.Address) {
			out[mark] = struct{}{}
		}
	}
	return out
}
