package terraform

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// template is a string with interpolations (TF-055). An unknown part with a reference becomes "{ADDRESS}", so that the
// text around it stays known (TF-202, TF-231).
type template struct {
	hclsyntax.Expression
	tree *hclsyntax.TemplateExpr
}

func (e *template) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	var b strings.Builder
	var diags hcl.Diagnostics
	known := true
	marks := cty.ValueMarks{}
	for i, part := range e.tree.Parts {
		v, more := part.Value(ctx)
		diags = append(diags, more...)
		if more.HasErrors() {
			known = false
			continue
		}
		v = textOf(v)
		plain, partMarks := v.Unmark()
		for mark := range visible(partMarks) {
			marks[mark] = struct{}{}
		}
		for mark := range partMarks {
			switch mark.(type) {
			case deferred, supposed:
				marks[mark] = struct{}{}
			}
		}
		text, problem := partText(plain)
		switch {
		case problem != "":
			diags = append(diags, &hcl.Diagnostic{
				Severity: hcl.DiagError, Summary: "Invalid template interpolation value", Detail: problem,
				Subject: part.Range().Ptr(), Context: e.Range().Ptr(),
				Expression: e.Expression.(*hclsyntax.TemplateExpr).Parts[i], EvalContext: ctx,
			})
			known = false
		case !plain.IsKnown():
			known = false
		case b.Len()+len(text) > maxText:
			return cty.UnknownVal(cty.String), append(diags, tooLarge(fmt.Errorf("the text is longer than %d MiB", maxText>>20), e.Range()))
		default:
			b.WriteString(text)
		}
	}
	if !known {
		return cty.UnknownVal(cty.String).RefineNotNull().WithMarks(marks), diags
	}
	return cty.StringVal(b.String()).WithMarks(marks), diags
}

func partText(v cty.Value) (text, problem string) {
	if v.IsNull() {
		return "", "The expression result is null. Cannot include a null value in a string template."
	}
	if err := weigh(v); err != nil {
		return "", fmt.Sprintf("Cannot include the given value in a string template: %s.", err)
	}
	s, err := convert.Convert(v, cty.String)
	if err != nil {
		return "", fmt.Sprintf("Cannot include the given value in a string template: %s.", err)
	}
	if !s.IsKnown() {
		return "", ""
	}
	return s.AsString(), ""
}

// join puts together what a %{ for } has produced.
type join struct {
	hclsyntax.Expression
	tuple hclsyntax.Expression
}

func (e *join) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	v, diags := e.tuple.Value(ctx)
	if diags.HasErrors() {
		return cty.UnknownVal(cty.String), diags
	}
	plain, marks := v.Unmark()
	if !plain.IsKnown() || plain.IsNull() || !plain.Type().IsTupleType() {
		return keepMarks(cty.UnknownVal(cty.String), v), diags
	}
	var parts []hclsyntax.Expression
	for it := plain.ElementIterator(); it.Next(); {
		_, part := it.Element()
		parts = append(parts, &hclsyntax.LiteralValueExpr{Val: part, SrcRange: e.Range()})
	}
	raw := &hclsyntax.TemplateExpr{Parts: parts, SrcRange: e.Range()}
	out, more := (&template{raw, raw}).Value(ctx)
	return out.WithMarks(visible(marks)), append(diags, more...)
}

// conditional chooses (TF-052). Only the chosen side has to evaluate, and only it gives marks to the result; the other
// side is asked for its type where that can change the result's.
type conditional struct {
	hclsyntax.Expression
	tree *hclsyntax.ConditionalExpr
}

func (e *conditional) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	cond, diags := e.tree.Condition.Value(ctx)
	if diags.HasErrors() {
		return e.either(ctx), diags
	}
	plain, marks := cond.Unmark()
	b, err := convert.Convert(plain, cty.Bool)
	switch {
	case plain.IsNull():
		diags = append(diags, e.problem(ctx, "Null condition", "The condition value is null. Conditions must either be true or false."))
		return e.either(ctx), diags
	case err != nil:
		diags = append(diags, e.problem(ctx, "Incorrect condition type", "The condition expression must be of type bool."))
		return e.either(ctx), diags
	case !b.IsKnown():
		return e.undecided(ctx, cond, diags)
	}
	chosen, other := e.tree.TrueResult, e.tree.FalseResult
	if b.False() {
		chosen, other = other, chosen
	}
	v, more := chosen.Value(ctx)
	diags = append(diags[:len(diags):len(diags)], more...)
	if more.HasErrors() {
		return v, diags
	}
	v, d := e.unified(ctx, v, other)
	if d != nil {
		return cty.DynamicVal, append(diags, d)
	}
	_, kept := withoutReferences(plain.WithMarks(marks)).Unmark()
	return v.WithMarks(kept), diags
}

// unified converts the chosen value to the type that both sides have in common. A side that cannot be evaluated, or whose
// type is a guess, has nothing to say about it: only the chosen one must evaluate.
func (e *conditional) unified(ctx *hcl.EvalContext, v cty.Value, other hclsyntax.Expression) (cty.Value, *hcl.Diagnostic) {
	o, diags := other.Value(ctx)
	// A whole resource of the same type would have the same attributes in Terraform; here it has those that are configured,
	// and gives the others on demand.
	if diags.HasErrors() && o.Type() == cty.DynamicPseudoType || isWhole(v) || isWhole(o) || vague(v) || vague(o) {
		return v, nil
	}
	t, ot := v.Type(), o.Type()
	null := t == cty.DynamicPseudoType && !v.IsMarked()
	if _, marks := o.Unmark(); marks != nil {
		if _, secret := marks[Sensitive{}]; secret {
			v = v.Mark(Sensitive{})
		}
	}
	switch {
	case null:
		return cty.NullVal(ot).WithSameMarks(v), nil
	case t.Equals(ot) || t == cty.DynamicPseudoType || ot == cty.DynamicPseudoType:
		return v, nil
	}
	common, convs := unified(t, ot)
	guessed := len(References(v)) > 0 || len(References(o)) > 0
	switch {
	case common == cty.NilType && guessed:
		return v, nil
	case common == cty.NilType:
		return v, e.inconsistent(ctx, fmt.Sprintf("One is %s, the other is %s.", t.FriendlyName(), ot.FriendlyName()))
	case convs[0] == nil:
		return v, nil
	}
	converted, err := convs[0](v)
	switch {
	case err == nil:
		return converted, nil
	case guessed:
		return v, nil
	}
	return v, e.inconsistent(ctx, fmt.Sprintf("The chosen one does not convert: %s.", err))
}

// vague tells whether the type of a value, or of a part of it, can be known only after apply.
func vague(v cty.Value) bool {
	return v.Type().HasDynamicTypes() && !v.IsWhollyKnown() && (v.Type() == cty.DynamicPseudoType || len(References(v)) > 0)
}

func (e *conditional) inconsistent(ctx *hcl.EvalContext, how string) *hcl.Diagnostic {
	return &hcl.Diagnostic{
		Severity: hcl.DiagError,
		Summary:  "Inconsistent conditional result types",
		Detail:   "The true and false result expressions must have consistent types. " + how,
		Subject:  hcl.RangeBetween(e.tree.TrueResult.Range(), e.tree.FalseResult.Range()).Ptr(), Context: e.Range().Ptr(),
		Expression: e.Expression, EvalContext: ctx,
	}
}

func isWhole(v cty.Value) bool {
	for mark := range deepMarks(v) {
		if _, ok := mark.(whole); ok {
			return true
		}
	}
	return false
}

// either is what is known of the result when the condition is wrong: its type.
func (e *conditional) either(ctx *hcl.EvalContext) cty.Value {
	yes, _ := e.tree.TrueResult.Value(ctx)
	no, _ := e.tree.FalseResult.Value(ctx)
	t, _ := unified(yes.Type(), no.Type())
	switch {
	case yes.IsNull() && yes.Type() == cty.DynamicPseudoType:
		t = no.Type()
	case no.IsNull() && no.Type() == cty.DynamicPseudoType:
		t = yes.Type()
	case t == cty.NilType || yes.Type() == cty.DynamicPseudoType || no.Type() == cty.DynamicPseudoType:
		t = cty.DynamicPseudoType
	}
	return cty.UnknownVal(t)
}

// undecided is the result of a condition that cannot be known.
func (e *conditional) undecided(ctx *hcl.EvalContext, cond cty.Value, diags hcl.Diagnostics) (cty.Value, hcl.Diagnostics) {
	yes, yesDiags := e.tree.TrueResult.Value(ctx)
	no, noDiags := e.tree.FalseResult.Value(ctx)
	if yesDiags.HasErrors() || noDiags.HasErrors() {
		return keepMarks(cty.DynamicVal, cond), diags
	}
	plainYes, _ := yes.UnmarkDeep()
	plainNo, _ := no.UnmarkDeep()
	if plainYes.RawEquals(plainNo) && plainYes.IsWhollyKnown() {
		return yes, diags
	}
	if v, ok := suppose(cond, yes, no); ok {
		return v, diags
	}
	t, _ := unified(yes.Type(), no.Type())
	if t == cty.NilType || yes.Type().HasDynamicTypes() || no.Type().HasDynamicTypes() {
		t = cty.DynamicPseudoType
	}
	out := cty.UnknownVal(t)
	if !yes.IsNull() && !no.IsNull() {
		out = out.RefineNotNull()
	}
	return keepMarks(out, cond), diags
}

func (e *conditional) problem(ctx *hcl.EvalContext, summary, detail string) *hcl.Diagnostic {
	return &hcl.Diagnostic{
		Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: e.tree.Condition.Range().Ptr(),
		Context: e.Range().Ptr(), Expression: e.tree.Condition, EvalContext: ctx,
	}
}
