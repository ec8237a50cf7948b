package terraform

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// An expression is evaluated on a copy of its tree in which the nodes that need it are replaced by ours. A node of ours
// embeds the original, which answers for ranges and variables, and overrides Value: references are resolved when they
// are reached (TF-040), unknown text stays text (TF-202), conditions and loops keep marks where they belong.

// compile returns the tree to evaluate for an expression as it was parsed.
func (m *Module) compile(e hclsyntax.Expression) hclsyntax.Expression {
	c, ok := m.compiled[e]
	if !ok {
		c = m.rewrite(e)
		m.compiled[e] = c
	}
	return c
}

func (m *Module) rewrite(e hclsyntax.Expression) hclsyntax.Expression {
	switch e := e.(type) {
	case *hclsyntax.ScopeTraversalExpr:
		return &reference{e, m, e.Traversal}
	case *hclsyntax.RelativeTraversalExpr:
		return &relative{e, m, m.rewrite(e.Source), e.Traversal}
	case *hclsyntax.IndexExpr:
		return &index{e, m, m.rewrite(e.Collection), m.rewrite(e.Key), e}
	case *hclsyntax.SplatExpr:
		c := *e
		c.Source, c.Each = m.rewrite(e.Source), m.rewrite(e.Each)
		return &splat{e, m, &c}
	case *hclsyntax.FunctionCallExpr:
		c := *e
		c.Args = m.rewriteAll(e.Args)
		return &funcall{e, m, &c}
	case *hclsyntax.ConditionalExpr:
		c := *e
		c.Condition, c.TrueResult, c.FalseResult = m.rewrite(e.Condition), m.rewrite(e.TrueResult), m.rewrite(e.FalseResult)
		return &conditional{e, &c}
	case *hclsyntax.TupleConsExpr:
		c := *e
		c.Exprs = m.rewriteAll(e.Exprs)
		return &c
	case *hclsyntax.ObjectConsExpr:
		c := *e
		c.Items = make([]hclsyntax.ObjectConsItem, len(e.Items))
		for i, item := range e.Items {
			c.Items[i] = hclsyntax.ObjectConsItem{KeyExpr: m.rewriteKey(item.KeyExpr), ValueExpr: m.rewrite(item.ValueExpr)}
		}
		return &c
	case *hclsyntax.ForExpr:
		return m.rewriteFor(e)
	case *hclsyntax.BinaryOpExpr:
		c := *e
		c.LHS, c.RHS = m.rewrite(e.LHS), m.rewrite(e.RHS)
		return &operation{e, &c}
	case *hclsyntax.UnaryOpExpr:
		c := *e
		c.Val = m.rewrite(e.Val)
		return &unary{e, &c}
	case *hclsyntax.ParenthesesExpr:
		return &hclsyntax.ParenthesesExpr{Expression: m.rewrite(e.Expression), SrcRange: e.SrcRange}
	case *hclsyntax.TemplateExpr:
		c := *e
		c.Parts = m.rewriteAll(e.Parts)
		return &template{e, &c}
	case *hclsyntax.TemplateWrapExpr:
		c := *e
		c.Wrapped = m.rewrite(e.Wrapped)
		return &c
	case *hclsyntax.TemplateJoinExpr:
		return &join{e, m.rewrite(e.Tuple)}
	}
	return e
}

func (m *Module) rewriteAll(list []hclsyntax.Expression) []hclsyntax.Expression {
	out := make([]hclsyntax.Expression, len(list))
	for i, e := range list {
		out[i] = m.rewrite(e)
	}
	return out
}

// rewriteKey leaves bare names alone, which are text and not references.
func (m *Module) rewriteKey(e hclsyntax.Expression) hclsyntax.Expression {
	if k, ok := e.(*hclsyntax.ObjectConsKeyExpr); ok {
		_, bare := k.Wrapped.(*hclsyntax.ScopeTraversalExpr)
		if !k.ForceNonLiteral && (bare || hcl.ExprAsKeyword(k.Wrapped) != "") {
			return e
		}
		return &keyText{k, m.rewrite(k.Wrapped)}
	}
	return &keyText{e, m.rewrite(e)}
}

func (m *Module) rewriteFor(e *hclsyntax.ForExpr) hclsyntax.Expression {
	c := *e
	c.CollExpr, c.ValExpr = m.rewrite(e.CollExpr), &turn{e.ValExpr, m, m.rewrite(e.ValExpr)}
	if e.KeyExpr != nil {
		c.KeyExpr = &keyText{e.KeyExpr, m.rewrite(e.KeyExpr)}
	}
	if e.CondExpr != nil {
		c.CondExpr = &steering{e.CondExpr, &turn{e.CondExpr, m, m.rewrite(e.CondExpr)}}
	}
	return &loop{e, &c}
}

// partial evaluates an expression of which only what the steps reach is needed.
func partial(e hclsyntax.Expression, ctx *hcl.EvalContext, need hcl.Traversal) (cty.Value, hcl.Diagnostics) {
	switch e := e.(type) {
	case *reference:
		return e.partial(ctx, need)
	case *relative:
		return e.partial(ctx, need)
	case *index:
		return e.partial(ctx, need)
	case *hclsyntax.ParenthesesExpr:
		return partial(e.Expression, ctx, need)
	}
	return e.Value(ctx)
}

type reference struct {
	hclsyntax.Expression
	m     *Module
	steps hcl.Traversal
}

func (e *reference) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	return e.partial(ctx, nil)
}

func (e *reference) partial(ctx *hcl.EvalContext, need hcl.Traversal) (cty.Value, hcl.Diagnostics) {
	s := scopeOf(ctx)
	if d := e.m.tick(e.Range()); d != nil {
		return cty.DynamicVal, hcl.Diagnostics{d}
	}
	if s == nil { // in a template file
		v, ok := lookup(ctx, e.steps.RootName())
		if !ok {
			return e.Expression.Value(ctx)
		}
		v, diags := e.m.traverse(v, e.steps[1:])
		return v, located(diags, e.Expression, ctx)
	}
	v, diags := s.resolve(ctx, e.steps, need)
	diags = located(diags, e.Expression, ctx)
	if diags.HasErrors() && e.steps.RootName() == "local" {
		s.blameWorkspace(e.steps, diags)
	}
	return v, diags
}

// blameWorkspace says which workspace it is where an attribute is missing of a local value that is chosen by the workspace
// (TF-045).
func (s *scope) blameWorkspace(t hcl.Traversal, diags hcl.Diagnostics) {
	name, ok := attrName(t, 1)
	for _, d := range diags {
		if ok && d.Summary == "Unsupported attribute" && t.SourceRange().Filename == d.Subject.Filename &&
			t.SourceRange().Overlaps(*d.Subject) && s.byWorkspace(name, map[string]bool{}) && !strings.Contains(d.Detail, "--workspace") {
			d.Detail += s.workspaceHint()
		}
	}
}

func (s *scope) workspaceHint() string {
	return fmt.Sprintf(" The workspace is %q; choose another with --workspace or TF_WORKSPACE.", s.m.workspace)
}

// byWorkspace tells whether a local value, or one that it is made of, asks for the workspace.
func (s *scope) byWorkspace(name string, seen map[string]bool) bool {
	attr := s.config.locals[name]
	if attr == nil || seen[name] {
		return false
	}
	seen[name] = true
	return s.asksWorkspace(attr.Expr, seen)
}

// asksWorkspace tells whether an expression, or a local value in it, asks for the workspace.
func (s *scope) asksWorkspace(e hcl.Expression, seen map[string]bool) bool {
	for _, t := range e.Variables() {
		if t.RootName() == "terraform" {
			return true
		}
		if inner, ok := attrName(t, 1); ok && t.RootName() == "local" && s.byWorkspace(inner, seen) {
			return true
		}
	}
	return false
}

// located completes new diagnostics with the expression, so that a printer can show values.
func located(diags hcl.Diagnostics, e hclsyntax.Expression, ctx *hcl.EvalContext) hcl.Diagnostics {
	rng := e.Range()
	for _, d := range diags {
		if d.Subject == nil {
			d.Subject = rng.Ptr()
		}
		if d.Expression == nil && d.EvalContext == nil && rng.Filename == d.Subject.Filename && rng.Overlaps(*d.Subject) {
			d.Expression, d.EvalContext = e, ctx
		}
	}
	return diags
}

// about names the whole expression where hcl has complained about a part that we have put a value for.
func about(e hclsyntax.Expression, diags hcl.Diagnostics) hcl.Diagnostics {
	for _, d := range diags {
		if _, ok := d.Expression.(*hclsyntax.LiteralValueExpr); ok {
			d.Expression = e
		}
	}
	return diags
}

type relative struct {
	hclsyntax.Expression
	m      *Module
	source hclsyntax.Expression
	steps  hcl.Traversal
}

func (e *relative) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	return e.partial(ctx, nil)
}

func (e *relative) partial(ctx *hcl.EvalContext, need hcl.Traversal) (cty.Value, hcl.Diagnostics) {
	v, diags := partial(e.source, ctx, append(e.steps[:len(e.steps):len(e.steps)], need...))
	v, more := e.m.traverse(v, e.steps)
	if diags.HasErrors() {
		return v, diags
	}
	return v, append(diags[:len(diags):len(diags)], located(more, e.Expression, ctx)...)
}

type index struct {
	hclsyntax.Expression
	m               *Module
	collection, key hclsyntax.Expression
	raw             *hclsyntax.IndexExpr
}

func (e *index) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) { return e.partial(ctx, nil) }

func (e *index) partial(ctx *hcl.EvalContext, need hcl.Traversal) (cty.Value, hcl.Diagnostics) {
	key, diags := e.key.Value(ctx)
	step := hcl.TraverseIndex{Key: key, SrcRange: e.raw.BracketRange}
	v, more := partial(e.collection, ctx, append(hcl.Traversal{step}, need...))
	diags = append(diags[:len(diags):len(diags)], more...)
	v, more = e.m.traverse(v, hcl.Traversal{step})
	if diags.HasErrors() {
		return v, diags
	}
	for _, d := range more {
		if s := scopeOf(ctx); s != nil && s.asksWorkspace(e.raw.Key, map[string]bool{}) {
			d.Detail += s.workspaceHint()
		}
	}
	return v, append(diags, located(more, e.Expression, ctx)...)
}

type splat struct {
	hclsyntax.Expression
	m    *Module
	tree *hclsyntax.SplatExpr
}

func (e *splat) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	need := hcl.Traversal{hcl.TraverseSplat{}}
	if each, ok := e.tree.Each.(*relative); ok {
		if each.source == hclsyntax.Expression(e.tree.Item) {
			need = append(need, each.steps...)
		}
	}
	v, diags := partial(e.tree.Source, ctx, need)
	if diags.HasErrors() {
		return keepMarks(cty.DynamicVal, v), diags
	}
	c := *e.tree
	c.Source = &hclsyntax.LiteralValueExpr{Val: v, SrcRange: e.tree.Source.Range()}
	c.Each = &patient{Expression: c.Each, m: e.m}
	out, more := c.Value(ctx)
	return opened("", keepMarks(out, v)), append(diags[:len(diags):len(diags)], about(e.Expression, more)...)
}

// operation is what an operator does to two values. An unknown result keeps the references of its operands, which hcl may drop.
type operation struct {
	hclsyntax.Expression
	tree *hclsyntax.BinaryOpExpr
}

func (e *operation) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	op := e.tree.Op
	l, diags := e.tree.LHS.Value(ctx)
	if diags.HasErrors() {
		return cty.UnknownVal(op.Type), diags
	}
	if decided(op, l) {
		return l, diags
	}
	r, more := e.tree.RHS.Value(ctx)
	diags = append(diags[:len(diags):len(diags)], more...)
	if more.HasErrors() {
		return cty.UnknownVal(op.Type), diags
	}
	if op == hclsyntax.OpLogicalAnd || op == hclsyntax.OpLogicalOr {
		for i, v := range []cty.Value{l, r} {
			if v.IsNull() { // hcl would take it for false
				at := []hclsyntax.Expression{e.tree.LHS, e.tree.RHS}[i].Range()
				return cty.UnknownVal(cty.Bool), append(diags, &hcl.Diagnostic{
					Severity: hcl.DiagError, Summary: "Invalid operand", Detail: "The operand of a logical operation must not be null.",
					Subject: &at, Context: e.Range().Ptr(), Expression: e.Expression, EvalContext: ctx,
				})
			}
		}
	}
	if op == hclsyntax.OpEqual || op == hclsyntax.OpNotEqual {
		// TF-230: what only apply can tell is neither empty nor null.
		if set(l) && unset(r) || set(r) && unset(l) {
			return cty.BoolVal(op == hclsyntax.OpNotEqual).WithSameMarks(l, r), diags
		}
		if uncertain(l, r) {
			return keepMarks(cty.UnknownVal(cty.Bool).RefineNotNull(), l, r), diags
		}
	}
	c := *e.tree
	c.LHS = &hclsyntax.LiteralValueExpr{Val: l, SrcRange: e.tree.LHS.Range()}
	c.RHS = &hclsyntax.LiteralValueExpr{Val: r, SrcRange: e.tree.RHS.Range()}
	v, more := c.Value(ctx)
	return keepMarks(v, l, r), append(diags, about(e.Expression, more)...)
}

// decided tells whether the left side of a logical operation makes the right side irrelevant.
func decided(op *hclsyntax.Operation, l cty.Value) bool {
	plain, _ := l.Unmark()
	if !plain.IsKnown() || plain.IsNull() || plain.Type() != cty.Bool {
		return false
	}
	return op == hclsyntax.OpLogicalAnd && plain.False() || op == hclsyntax.OpLogicalOr && plain.True()
}

type unary struct {
	hclsyntax.Expression
	tree *hclsyntax.UnaryOpExpr
}

func (e *unary) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	v, diags := e.tree.Val.Value(ctx)
	if diags.HasErrors() {
		return cty.UnknownVal(e.tree.Op.Type), diags
	}
	c := *e.tree
	c.Val = &hclsyntax.LiteralValueExpr{Val: v, SrcRange: e.tree.Val.Range()}
	out, more := c.Value(ctx)
	return keepMarks(out, v), append(diags[:len(diags):len(diags)], about(e.Expression, more)...)
}

func set(v cty.Value) bool {
	return !v.IsKnown() && len(References(v)) > 0
}

func unset(v cty.Value) bool {
	v, _ = v.Unmark()
	return v.IsKnown() && (v.IsNull() || v.Type() == cty.String && v.AsString() == "")
}
