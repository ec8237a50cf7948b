package terraform

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// resolve evaluates a reference (TF-041). What follows the reference in the expression is given as need: of a resource
// with many instances and attributes only the wanted one is evaluated, which is faster and avoids false cycles.
func (s *scope) resolve(ctx *hcl.EvalContext, t, need hcl.Traversal) (cty.Value, hcl.Diagnostics) {
	root := t.RootName()
	rng := t.SourceRange()
	if v, ok := lookup(ctx, root); ok {
		return s.m.traverse(v, t[1:])
	}
	switch root {
	case "each", "count":
		return s.misplaced(root, rng)
	case "self":
		return invalidReference(rng, `The "self" object is not available here: it is for provisioner and connection blocks.`)
	case "path", "terraform", "var", "local", "module":
		name, ok := attrName(t, 1)
		if !ok {
			return invalidReference(rng, fmt.Sprintf("The %q object cannot be accessed directly. Instead, access one of its attributes.", root))
		}
		if root == "module" {
			v, diags := s.moduleValue(name, append(t[2:len(t):len(t)], need...), t[:2].SourceRange())
			return s.follow(v, t[2:], diags)
		}
		v, diags := s.named(root, name, t[:2].SourceRange())
		return s.follow(v, t[2:], diags)
	case "ephemeral":
		head := t[:min(3, len(t))]
		address := s.address(text(head))
		return s.m.traverse(s.m.supplied(address, Unknown(address, cty.DynamicPseudoType)), t[len(head):])
	case "data":
		return s.resourceReference(Data, t, 1, need)
	case "resource":
		return s.resourceReference(Managed, t, 1, need)
	}
	return s.resourceReference(Managed, t, 0, need)
}

// follow goes on with the rest of a reference unless its beginning has failed: then nothing is known of the end, not even
// a type.
func (s *scope) follow(v cty.Value, rest hcl.Traversal, diags hcl.Diagnostics) (cty.Value, hcl.Diagnostics) {
	switch {
	case diags.HasErrors() && len(rest) > 0:
		return cty.DynamicVal, diags
	case diags.HasErrors():
		return v, diags
	}
	v, more := s.m.traverse(v, rest)
	return v, append(diags[:len(diags):len(diags)], more...)
}

func (s *scope) misplaced(root string, rng hcl.Range) (cty.Value, hcl.Diagnostics) {
	with := map[string]string{"each": "for_each", "count": "count"}[root]
	return cty.DynamicVal, hcl.Diagnostics{{
		Severity: hcl.DiagError,
		Summary:  fmt.Sprintf("Reference to %q in context without %s", root, with),
		Detail: fmt.Sprintf(`The %q object can be used only in "module" or "resource" blocks, and only when the %q `+
			`argument is set.`, root, with),
		Subject: rng.Ptr(),
	}}
}

func (s *scope) named(root, name string, rng hcl.Range) (cty.Value, hcl.Diagnostics) {
	switch root {
	case "var":
		return s.variable(name, rng)
	case "local":
		return s.local(name, rng)
	case "path":
		return s.pathValue(name, rng)
	}
	switch name {
	case "workspace":
		return cty.StringVal(s.m.workspace), nil
	case "applying":
		return cty.False, nil
	}
	return cty.DynamicVal, hcl.Diagnostics{{
		Severity: hcl.DiagError,
		Summary:  `Invalid "terraform" attribute`,
		Detail:   fmt.Sprintf(`The "terraform" object does not have an attribute named %q.%s`, name, didYouMean(name, []string{"workspace"})),
		Subject:  rng.Ptr(),
	}}
}

func (s *scope) local(name string, rng hcl.Range) (cty.Value, hcl.Diagnostics) {
	attr := s.config.locals[name]
	if attr == nil {
		return cty.DynamicVal, hcl.Diagnostics{{
			Severity: hcl.DiagError,
			Summary:  "Reference to undeclared local value",
			Detail: fmt.Sprintf("A local value with the name %q has not been declared.%s%s", name,
				didYouMean(name, keys(s.config.locals)), s.overlayHint()),
			Subject: rng.Ptr(),
		}}
	}
	c := s.locals[name]
	if c == nil {
		c = &memo{}
		s.locals[name] = c
	}
	return s.m.once(c, s.address("local."+name), rng, func() (cty.Value, hcl.Diagnostics) {
		v, diags := s.m.value(attr.Expr, s.ctx)
		return s.m.supplied(s.address("local."+name), v), diags
	})
}

// overlayHint helps those who copy environment files over a module before they run Terraform (TF-010).
func (s *scope) overlayHint() string {
	if len(s.config.locals) > 0 {
		return ""
	}
	where := "The directory " + s.m.display(s.config.dir)
	if s.m.display(s.config.dir) == "." {
		where = "This directory"
	}
	return " " + where + " declares no locals at all: if files are copied over it before Terraform runs, give the directory as it " +
		"is after the copy."
}

func (s *scope) pathValue(name string, rng hcl.Range) (cty.Value, hcl.Diagnostics) {
	switch name {
	case "module":
		return cty.StringVal(s.m.relative(s.config.dir)), nil
	case "root":
		return cty.StringVal("."), nil
	case "cwd":
		return cty.StringVal(slashed(s.m.dir)), nil
	}
	return cty.DynamicVal, hcl.Diagnostics{{
		Severity: hcl.DiagError,
		Summary:  `Invalid "path" attribute`,
		Detail:   fmt.Sprintf(`The "path" object does not have an attribute named %q.%s`, name, didYouMean(name, []string{"module", "root", "cwd"})),
		Subject:  rng.Ptr(),
	}}
}

func (s *scope) resourceReference(mode Mode, t hcl.Traversal, skip int, need hcl.Traversal) (cty.Value, hcl.Diagnostics) {
	rng := t.SourceRange()
	typ, ok := t.RootName(), true
	if skip == 1 {
		typ, ok = attrName(t, 1)
	}
	name, named := attrName(t, skip+1)
	if !ok || !named {
		return s.unknownRoot(t, rng)
	}
	key := typ + "." + name
	if mode == Data {
		key = "data." + key
	}
	head := t[:skip+2].SourceRange()
	rest := t[skip+2:]
	d := s.config.resources[key]
	if d == nil {
		return s.undeclared(mode, typ, name, head)
	}
	steps := append(rest[:len(rest):len(rest)], need...)
	v, diags := s.resourceValue(d, steps, head)
	return s.follow(v, rest, diags)
}

func (s *scope) unknownRoot(t hcl.Traversal, rng hcl.Range) (cty.Value, hcl.Diagnostics) {
	name := t.RootName()
	if len(t) > 1 {
		return invalidReference(rng, "A reference to a resource type must be followed by at least one attribute access, specifying the resource name.")
	}
	hint := didYouMean(name, []string{"var", "local", "module", "data", "path", "each", "count", "terraform"})
	switch {
	case s.config.variables[name] != nil:
		hint = fmt.Sprintf(" Did you mean var.%s?", name)
	case s.config.locals[name] != nil:
		hint = fmt.Sprintf(" Did you mean local.%s?", name)
	}
	return invalidReference(rng, fmt.Sprintf("There is nothing named %q here: a reference to a resource type must be followed by at least one "+
		"attribute access, specifying the resource name.%s", name, hint))
}

func (s *scope) undeclared(mode Mode, typ, name string, rng hcl.Range) (cty.Value, hcl.Diagnostics) {
	kind, prefix := "managed", ""
	if mode == Data {
		kind, prefix = "data", "data."
	}
	key := prefix + typ + "." + name
	var names []string
	for _, d := range s.config.order {
		if d.mode == mode {
			names = append(names, d.key)
		}
	}
	hint := ""
	if near := nearest(key, names); near != "" {
		hint = fmt.Sprintf(" Did you mean %s?", near)
	} else if mode == Managed && s.config.resources["data."+key] != nil {
		hint = fmt.Sprintf(" Did you mean the data resource data.%s?", key)
	} else if !strings.Contains(typ, "_") {
		if near := nearest(typ, []string{"var", "local", "module", "data", "path", "each", "count", "terraform"}); near != "" {
			hint = fmt.Sprintf(" Did you mean %s.%s?", near, name)
		}
	}
	return Unknown(s.address(key), cty.DynamicPseudoType), hcl.Diagnostics{{
		Severity: hcl.DiagError,
		Summary:  "Reference to undeclared resource",
		Detail:   fmt.Sprintf("A %s resource %q %q has not been declared in %s.%s", kind, typ, name, s.title(), hint),
		Subject:  rng.Ptr(),
	}}
}

// title is how Terraform names a module in a sentence.
func (s *scope) title() string {
	if s.path == "" {
		return "the root module"
	}
	return s.path
}

func invalidReference(rng hcl.Range, detail string) (cty.Value, hcl.Diagnostics) {
	return cty.DynamicVal, hcl.Diagnostics{{
		Severity: hcl.DiagError, Summary: "Invalid reference", Detail: detail, Subject: rng.Ptr(),
	}}
}

func attrName(t hcl.Traversal, at int) (string, bool) {
	if len(t) <= at {
		return "", false
	}
	a, ok := t[at].(hcl.TraverseAttr)
	return a.Name, ok
}

// text writes a traversal as people do.
func text(t hcl.Traversal) string {
	var b strings.Builder
	for _, step := range t {
		if root, ok := step.(hcl.TraverseRoot); ok {
			b.WriteString(root.Name)
			continue
		}
		b.WriteString(suffix(step))
	}
	return b.String()
}

// suffix is one step of an address.
func suffix(step hcl.Traverser) string {
	switch step := step.(type) {
	case hcl.TraverseAttr:
		return "." + step.Name
	case hcl.TraverseIndex:
		key, _ := step.Key.Unmark()
		switch {
		case key.IsNull() || !key.IsKnown():
			return "[…]"
		case key.Type() == cty.String:
			return fmt.Sprintf("[%q]", key.AsString())
		case key.Type() == cty.Number:
			return "[" + numberText(key) + "]"
		}
		return "[…]"
	}
	return "[*]"
}

// part is a step as the address of a part has it: x["a"] and x.a are the same value and have the same text (TF-202).
func part(step hcl.Traverser) string {
	if name, ok := stepName(step); ok && hclsyntax.ValidIdentifier(name) {
		return "." + name
	}
	return suffix(step)
}

// traverse applies steps to a value.
func (m *Module) traverse(v cty.Value, steps hcl.Traversal) (cty.Value, hcl.Diagnostics) {
	var diags hcl.Diagnostics
	for _, step := range steps {
		next, more := m.step(v, step)
		diags = append(diags, more...)
		if more.HasErrors() {
			return refine(cty.DynamicVal, v, part(step)), diags
		}
		v = next
	}
	return v, diags
}

func (m *Module) step(v cty.Value, step hcl.Traverser) (cty.Value, hcl.Diagnostics) {
	plain, marks := v.Unmark()
	for mark := range marks {
		w, ok := mark.(whole)
		if !ok || !plain.IsKnown() || plain.IsNull() || !plain.Type().IsObjectType() {
			continue
		}
		name, ok := stepName(step)
		if ok && !plain.Type().HasAttribute(name) {
			return w.of.attribute(name, step.SourceRange())
		}
		if a, given := w.of.(*assembly); ok && given {
			a.hit(name)
		}
	}
	index, isIndex := step.(hcl.TraverseIndex)
	look := rawStep
	if IsSensitive(v) || isIndex && IsSensitive(index.Key) {
		look = func(v cty.Value, step hcl.Traverser) (cty.Value, hcl.Diagnostics) { return step.TraversalStep(v) }
	}
	next, diags := look(plain, step)
	if diags.HasErrors() {
		if isIndex && len(References(index.Key)) > 0 && !plain.IsNull() {
			// A key that only apply can tell may be there after all.
			return keepMarks(cty.DynamicVal, index.Key), nil
		}
		if madeOfUnknown(v) {
			return refine(cty.DynamicVal, v, part(step)), nil
		}
		if t := plain.Type(); isIndex && (t.IsListType() || t.IsTupleType()) && len(References(cty.DynamicVal.WithMarks(marks))) > 0 {
			// A text that only apply can tell may have more parts, or match after all.
			return keepMarks(cty.DynamicVal, v), nil
		}
		return cty.DynamicVal, diags
	}
	if !next.IsKnown() && !plain.IsKnown() {
		if isIndex && !index.Key.IsKnown() {
			v = waitingFor(v, index.Key)
		}
		return refine(next, v, part(step)), diags
	}
	if isIndex && !index.Key.IsKnown() {
		next = keepMarks(next, index.Key)
	}
	return stillSupposed(next.WithMarks(visible(marks)), marks), diags
}

// stepName is the attribute that a step asks for.
func stepName(step hcl.Traverser) (string, bool) {
	switch step := step.(type) {
	case hcl.TraverseAttr:
		return step.Name, true
	case hcl.TraverseIndex:
		key, _ := step.Key.Unmark()
		if key.IsKnown() && !key.IsNull() && key.Type() == cty.String {
			return key.AsString(), true
		}
	}
	return "", false
}

// rawStep applies a step to a value without marks, and improves on what hcl says when that fails.
func rawStep(v cty.Value, step hcl.Traverser) (cty.Value, hcl.Diagnostics) {
	next, diags := step.TraversalStep(v)
	if !diags.HasErrors() || v.IsNull() || !v.IsKnown() {
		return next, diags
	}
	name, ok := stepName(step)
	if !ok {
		return next, diags
	}
	var have []string
	switch t := v.Type(); {
	case t.IsObjectType():
		have = keys(t.AttributeTypes())
	case t.IsMapType():
		have = keys(v.AsValueMap())
	default:
		return next, diags
	}
	d := *diags[0]
	if hint := didYouMean(name, have); hint != "" {
		d.Detail += hint
	} else if _, isIndex := step.(hcl.TraverseIndex); isIndex || v.Type().IsMapType() {
		d.Detail += listed(name, have)
	}
	return next, hcl.Diagnostics{&d}
}

// listed names the keys that a map has instead (TF-045).
func listed(name string, have []string) string {
	if len(have) == 0 {
		return fmt.Sprintf(" There is no key %q; there are no keys at all.", name)
	}
	more := ""
	if len(have) > 12 {
		more = fmt.Sprintf(" and %d more", len(have)-12)
		have = have[:12]
	}
	quoted := make([]string, len(have))
	for i, h := range have {
		quoted[i] = fmt.Sprintf("%q", h)
	}
	return fmt.Sprintf(" There is no key %q; the keys are %s%s.", name, strings.Join(quoted, ", "), more)
}
