package terraform

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// A scope is one instance of a module: the root, or a call with its key.
type scope struct {
	m       *Module
	parent  *scope
	config  *config
	path    string // "module.cdn[0]", "" for the root
	dotted  string // "cdn", as modules.json has it
	call    *call
	callCtx *hcl.EvalContext // in which the call's arguments are evaluated

	ctx     *hcl.EvalContext
	vars    map[string]*memo
	locals  map[string]*memo
	outputs map[string]*memo
	regions map[string]*memo
	sets    map[string]*expansion
}

// A memo remembers one evaluation, and notices when it is asked for while it is going on.
type memo struct {
	done, busy bool
	val        cty.Value
	diags      hcl.Diagnostics
}

// A frame is an evaluation going on, for the message about a cycle.
type frame struct {
	label string
	memo  any
}

var scopeType = cty.Capsule("scope", reflect.TypeOf(scope{}))

// scopeKey is where an evaluation context holds its scope: no name of the language can be the same.
const scopeKey = "\x00scope"

func (m *Module) newScope(parent *scope, c *config, path string, of *call) *scope {
	s := &scope{
		m: m, parent: parent, config: c, path: path, call: of,
		vars: map[string]*memo{}, locals: map[string]*memo{}, outputs: map[string]*memo{},
		regions: map[string]*memo{}, sets: map[string]*expansion{},
	}
	if of != nil {
		s.dotted = strings.TrimPrefix(parent.dotted+"."+of.name, ".")
	}
	s.ctx = &hcl.EvalContext{
		Variables: map[string]cty.Value{scopeKey: cty.CapsuleVal(scopeType, s)},
		Functions: m.functions,
	}
	return s
}

// address puts the module's path in front.
func (s *scope) address(name string) string {
	if s.path == "" {
		return name
	}
	return s.path + "." + name
}

// scopeOf finds the scope that an expression is evaluated in.
func scopeOf(ctx *hcl.EvalContext) *scope {
	for ; ctx != nil; ctx = ctx.Parent() {
		if v, ok := ctx.Variables[scopeKey]; ok {
			return v.EncapsulatedValue().(*scope)
		}
	}
	return nil
}

// once evaluates what a memo stands for, the first time; asked while that goes on, it reports the cycle.
func (m *Module) once(c *memo, label string, asked hcl.Range, evaluate func() (cty.Value, hcl.Diagnostics)) (cty.Value, hcl.Diagnostics) {
	if c.done {
		return c.val, c.diags
	}
	if d := m.enter(c, &c.busy, label, asked); d != nil {
		return Unknown(label, cty.DynamicPseudoType), hcl.Diagnostics{d}
	}
	defer m.leave(&c.busy)
	c.val, c.diags = evaluate()
	if c.val == cty.NilVal {
		c.val = cty.DynamicVal
	}
	c.diags = distinct(c.diags)
	c.done = true
	return c.val, c.diags
}

func (m *Module) enter(of any, busy *bool, label string, asked hcl.Range) *hcl.Diagnostic {
	if *busy {
		return m.cycle(of, label, asked)
	}
	if len(m.stack) >= maxChain {
		return &hcl.Diagnostic{
			Severity: hcl.DiagError,
			Summary:  "Reference chain too long",
			Detail:   fmt.Sprintf("More than %d references lead to each other here.", maxChain),
			Subject:  asked.Ptr(),
		}
	}
	*busy = true
	m.stack = append(m.stack, frame{label, of})
	return nil
}

func (m *Module) leave(busy *bool) {
	*busy = false
	m.stack = m.stack[:len(m.stack)-1]
}

func (m *Module) cycle(of any, label string, asked hcl.Range) *hcl.Diagnostic {
	var path []string
	for i := len(m.stack) - 1; i >= 0; i-- {
		path = append([]string{m.stack[i].label}, path...)
		if m.stack[i].memo == of {
			break
		}
	}
	if len(path) > 12 {
		path = append(append(path[:6:6], "…"), path[len(path)-5:]...)
	}
	return &hcl.Diagnostic{
		Severity: hcl.DiagError,
		Summary:  "Cycle",
		Detail:   fmt.Sprintf("The values need each other: %s → %s.", strings.Join(path, " → "), label),
		Subject:  asked.Ptr(),
	}
}

// value evaluates an expression. Nothing that goes wrong inside may get past it but as a diagnostic (TF-233).
func (m *Module) value(expr hclsyntax.Expression, ctx *hcl.EvalContext) (v cty.Value, diags hcl.Diagnostics) {
	depth := len(m.stack)
	defer func() {
		if r := recover(); r != nil {
			m.stack = m.stack[:depth]
			v = cty.DynamicVal
			diags = hcl.Diagnostics{{
				Severity: hcl.DiagError,
				Summary:  "Expression not supported",
				Detail:   fmt.Sprintf("The evaluation of this expression ended unexpectedly: %v.", r),
				Subject:  expr.Range().Ptr(),
			}}
		}
	}()
	v, diags = m.compile(expr).Value(ctx)
	if err := weigh(v); err != nil {
		return cty.DynamicVal, append(diags, tooLarge(err, expr.Range()))
	}
	for _, d := range diags {
		m.explain(d)
	}
	return v, diags
}

// explain gives a diagnostic the values that its expression refers to, for the printer; hcl looks them up in the
// context, where ours are not. Sensitive values and long ones stay out.
func (m *Module) explain(d *hcl.Diagnostic) {
	if d.Expression == nil || d.EvalContext == nil {
		return
	}
	s := scopeOf(d.EvalContext)
	if s == nil && d.EvalContext.Functions == nil && d.EvalContext.Parent() == nil {
		return // it has been done already
	}
	shown := map[string]cty.Value{}
	for _, t := range d.Expression.Variables() {
		if len(t) > 2 && t.RootName() != "each" || t.IsRelative() || m.exhausted != nil {
			continue
		}
		v, found := s.known(d.EvalContext, t)
		if !found || v == cty.NilVal || v.ContainsMarked() || !v.IsWhollyKnown() {
			continue
		}
		if v.Type() == cty.String && !v.IsNull() && len(v.AsString()) > 200 {
			continue
		}
		root := t.RootName()
		if len(t) == 1 {
			shown[root] = v
			continue
		}
		if a, ok := t[1].(hcl.TraverseAttr); ok && len(t) == 2 {
			names := map[string]cty.Value{}
			if old, ok := shown[root]; ok && old.Type().IsObjectType() {
				names = old.AsValueMap()
			}
			if names == nil {
				names = map[string]cty.Value{}
			}
			names[a.Name] = v
			shown[root] = cty.ObjectVal(names)
		}
	}
	d.EvalContext = &hcl.EvalContext{Variables: shown}
}

// known returns what a reference stands for if that has been evaluated already.
func (s *scope) known(ctx *hcl.EvalContext, t hcl.Traversal) (cty.Value, bool) {
	if v, ok := lookup(ctx, t.RootName()); ok {
		v, diags := t[1:].TraverseRel(v)
		return v, !diags.HasErrors()
	}
	name, ok := attrName(t, 1)
	if len(t) != 2 || !ok || s == nil {
		return cty.NilVal, false
	}
	var c *memo
	switch t.RootName() {
	case "var":
		c = s.vars[name]
	case "local":
		c = s.locals[name]
	}
	if c == nil || !c.done || c.diags.HasErrors() {
		return cty.NilVal, false
	}
	return c.val, true
}

// lookup finds a name that the context itself has: each, count, iterators, the variables of for.
func lookup(ctx *hcl.EvalContext, name string) (cty.Value, bool) {
	for ; ctx != nil; ctx = ctx.Parent() {
		if v, ok := ctx.Variables[name]; ok {
			return v, true
		}
	}
	return cty.NilVal, false
}
