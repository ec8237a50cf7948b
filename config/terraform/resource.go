package terraform

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// metaArguments are not the resource's own (TF-049).
var metaArguments = map[string]bool{
	"count": true, "for_each": true, "provider": true, "depends_on": true,
}

// opaqueBlocks never change values and are not looked into (TF-049).
var opaqueBlocks = map[string]bool{
	"lifecycle": true, "provisioner": true, "connection": true, "timeouts": true,
}

// Evaluate returns the evaluated block of a resource or data source. It remembers what it returns.
func (r *Resource) Evaluate() (*Block, hcl.Diagnostics) {
	i := r.instance
	m := i.scope.m
	if i.complete {
		return i.block, i.diags
	}
	if len(m.stack) == 0 {
		m.steps, m.exhausted = 0, nil
	}
	if d := m.enter(i, &i.busy, r.Address, r.Range); d != nil {
		return emptyBlock(i.decl.block), hcl.Diagnostics{d}
	}
	defer m.leave(&i.busy)
	e := evaluator{m: m, instance: i, title: r.Address}
	i.block, i.diags = e.block(i.decl.block, i.ctx, m.schema(r.Mode, r.Type))
	i.diags = append(distinct(i.diags), m.drain()...)
	i.complete = true
	return i.block, i.diags
}

func emptyBlock(b *hclsyntax.Block) *Block {
	return &Block{Type: b.Type, Range: b.DefRange(), BodyRange: b.Range(), Arguments: map[string]Argument{}}
}

// Argument evaluates one top-level argument, and nothing else of the resource. It returns false if the argument is not
// configured. An argument that cannot be evaluated is an unknown, which carries its error to whoever uses it.
func (r *Resource) Argument(name string) (cty.Value, bool) {
	i := r.instance
	attr := i.decl.block.Body.Attributes[name]
	if attr == nil || metaArguments[name] {
		if v, diags, ok := i.nested(name); ok {
			if diags.HasErrors() {
				return failure(r.Address+"."+name, diags), true
			}
			return v, true
		}
		return cty.NilVal, false
	}
	v, diags := i.argument(attr)
	if diags.HasErrors() {
		return failure(r.Address+"."+name, diags), true
	}
	return v, true
}

// Ignored returns the range of lifecycle.ignore_changes, if the resource has it: the live service may then differ from
// what is written (TF-049).
func (r *Resource) Ignored() (hcl.Range, bool) {
	for _, b := range r.instance.decl.block.Body.Blocks {
		if b.Type == "lifecycle" {
			if a := b.Body.Attributes["ignore_changes"]; a != nil {
				return a.SrcRange, true
			}
		}
	}
	return hcl.Range{}, false
}

// argument evaluates a configured argument and converts it to what the schema wants.
func (i *instance) argument(attr *hclsyntax.Attribute) (cty.Value, hcl.Diagnostics) {
	m := i.scope.m
	c := i.args["="+attr.Name]
	if c == nil {
		c = &memo{}
		i.args["="+attr.Name] = c
	}
	return m.once(c, i.resource.Address+"."+attr.Name, attr.NameRange, func() (cty.Value, hcl.Diagnostics) {
		return m.argument(attr, i.ctx, m.schema(i.decl.mode, i.decl.typ))
	})
}

func (m *Module) argument(attr *hclsyntax.Attribute, ctx *hcl.EvalContext, schema *Schema) (cty.Value, hcl.Diagnostics) {
	v, diags := m.value(attr.Expr, ctx)
	if schema == nil || diags.HasErrors() {
		return v, diags
	}
	want, ok := schema.Attributes[attr.Name]
	if !ok || want.Type == cty.NilType || want.Type == cty.DynamicPseudoType {
		return v, diags
	}
	converted, err := convert.Convert(materialize(v, want.Type), want.Type)
	if err != nil {
		d := &hcl.Diagnostic{
			Severity:   hcl.DiagError,
			Summary:    "Incorrect attribute value type",
			Detail:     fmt.Sprintf("Inappropriate value for attribute %q: %s.", attr.Name, conversionError(err)),
			Subject:    attr.Expr.Range().Ptr(),
			Expression: attr.Expr, EvalContext: ctx,
		}
		m.explain(d)
		return keepMarks(cty.UnknownVal(want.Type), v), append(diags, d)
	}
	return converted, diags
}

// conversionError names the part of a value that does not convert.
func conversionError(err error) string {
	if p, ok := err.(cty.PathError); ok && len(p.Path) > 0 {
		var t hcl.Traversal
		for _, step := range p.Path {
			switch step := step.(type) {
			case cty.GetAttrStep:
				t = append(t, hcl.TraverseAttr{Name: step.Name})
			case cty.IndexStep:
				t = append(t, hcl.TraverseIndex{Key: step.Key})
			}
		}
		return fmt.Sprintf("%s: %s", text(t), err)
	}
	return err.Error()
}

// attribute is what a reference to an attribute of the resource gives (TF-223): the configured argument, the nested
// blocks, or what the provider says.
func (i *instance) attribute(name string, asked hcl.Range) (cty.Value, hcl.Diagnostics) {
	m := i.scope.m
	c := i.args[name]
	if c == nil {
		c = &memo{}
		i.args[name] = c
	}
	address := i.resource.Address + "." + name
	v, diags := m.once(c, address, asked, func() (cty.Value, hcl.Diagnostics) {
		if attr := i.decl.block.Body.Attributes[name]; attr != nil && !metaArguments[name] {
			v, diags := i.argument(attr)
			if plain, _ := v.Unmark(); diags.HasErrors() || !plain.IsNull() {
				return v, diags
			}
		}
		if v, diags, ok := i.nested(name); ok {
			return v, diags
		}
		return i.computed(name, address)
	})
	if v == cty.NilVal || len(diags) == 1 && diags[0].Subject == nil {
		// The error is about who asks, so each asker gets their own.
		c.done = false
		d := *diags[0]
		d.Subject = asked.Ptr()
		return Unknown(address, cty.DynamicPseudoType), hcl.Diagnostics{&d}
	}
	return v, diags
}

func (i *instance) computed(name, address string) (cty.Value, hcl.Diagnostics) {
	m := i.scope.m
	t := cty.DynamicPseudoType
	if schema := m.schema(i.decl.mode, i.decl.typ); schema != nil {
		if _, ok := schema.Blocks[name]; ok {
			return cty.ListValEmpty(cty.DynamicPseudoType), nil
		}
		attr, ok := schema.Attributes[name]
		if !ok {
			return cty.DynamicVal, hcl.Diagnostics{{
				Severity: hcl.DiagError,
				Summary:  "Unsupported attribute",
				Detail: fmt.Sprintf("This object has no argument, nested block, or exported attribute named %q.%s", name,
					didYouMean(name, append(keys(schema.Attributes), keys(schema.Blocks)...))),
			}}
		}
		if attr.Type != cty.NilType {
			t = attr.Type
		}
	}
	if m.opts.Provider != nil {
		if v := m.opts.Provider.Attribute(i.resource, name); v != cty.NilVal {
			return v, nil
		}
	}
	return Unknown(address, t), nil
}

// nested is the value of the nested blocks of a type, if there are any: a list, or a set if the schema says so.
func (i *instance) nested(name string) (cty.Value, hcl.Diagnostics, bool) {
	if opaqueBlocks[name] {
		return cty.NilVal, nil, false
	}
	m := i.scope.m
	schema := m.schema(i.decl.mode, i.decl.typ)
	found := false
	e := evaluator{m: m, title: i.resource.Address}
	var blocks []*Block
	var diags hcl.Diagnostics
	for _, b := range i.decl.block.Body.Blocks {
		if blockType(b) == name {
			found = true
			list, more := e.nested(b, i.ctx, schema)
			blocks, diags = append(blocks, list...), append(diags, more...)
		}
	}
	if !found {
		return cty.NilVal, nil, false
	}
	v := blocksValue(blocks, schema, name)
	return v, diags, true
}

// blocksValue is what a reference sees of nested blocks.
func blocksValue(blocks []*Block, parent *Schema, name string) cty.Value {
	var schema *Schema
	isSet := false
	if parent != nil {
		if b, ok := parent.Blocks[name]; ok {
			schema, isSet = &b.Schema, b.Set
		}
	}
	vals := make([]cty.Value, len(blocks))
	for i, b := range blocks {
		vals[i] = blockValue(b, schema)
	}
	switch {
	case schema == nil || len(vals) == 0:
		return cty.TupleVal(vals)
	case isSet && cty.CanSetVal(vals):
		return cty.SetVal(vals)
	case cty.CanListVal(vals):
		return cty.ListVal(vals)
	}
	return cty.TupleVal(vals)
}

func blockValue(b *Block, schema *Schema) cty.Value {
	attrs := map[string]cty.Value{}
	for name, a := range b.Arguments {
		attrs[name] = a.Value
	}
	byType := map[string][]*Block{}
	for _, n := range b.Blocks {
		byType[n.Type] = append(byType[n.Type], n)
	}
	for name, list := range byType {
		attrs[name] = blocksValue(list, schema, name)
	}
	if schema != nil {
		for name, a := range schema.Attributes {
			if _, ok := attrs[name]; !ok && a.Type != cty.NilType {
				attrs[name] = cty.NullVal(a.Type)
			}
		}
		for name := range schema.Blocks {
			if _, ok := attrs[name]; !ok {
				attrs[name] = cty.EmptyTupleVal
			}
		}
	}
	return cty.ObjectVal(attrs)
}

// resourceValue is what a reference to a resource gives. Only what the steps reach is evaluated.
func (s *scope) resourceValue(d *declaration, steps hcl.Traversal, asked hcl.Range) (cty.Value, hcl.Diagnostics) {
	set := s.expand(d)
	return s.collected(set, steps, func(i *instance, rest hcl.Traversal) (cty.Value, hcl.Diagnostics) {
		return i.thin(rest, asked)
	})
}

// collected makes the value of all instances: an object, a tuple (count) or an object by key (for_each). When the steps
// pick one instance, the others stay unevaluated.
func (s *scope) collected(set *expansion, steps hcl.Traversal, one func(*instance, hcl.Traversal) (cty.Value, hcl.Diagnostics)) (cty.Value, hcl.Diagnostics) {
	if set.diags.HasErrors() {
		return Unknown(set.label, cty.DynamicPseudoType), set.diags
	}
	s.m.notices = append(s.m.notices, set.diags...)
	if set.kind == "" {
		if len(steps) > 0 && isSplat(steps[0]) {
			steps = steps[1:]
		}
		return one(set.list[0], steps)
	}
	if set.unknown && set.kind == "for_each" {
		return keepMarks(Unknown(set.label, cty.DynamicPseudoType), set.from), nil
	}
	picked := func(string) bool { return true }
	var rest hcl.Traversal
	if len(steps) > 0 {
		rest = steps[1:]
		if key, ok := keyOf(steps[0]); ok {
			if d := set.lacks(steps[0], key); d != nil {
				return Unknown(set.label, cty.DynamicPseudoType), hcl.Diagnostics{d}
			}
			picked = func(k string) bool { return k == key }
		}
	}
	var diags hcl.Diagnostics
	vals := make([]cty.Value, len(set.list))
	byKey := map[string]cty.Value{}
	for n, i := range set.list {
		key := instanceKey(i)
		v := cty.DynamicVal
		if picked(key) {
			var more hcl.Diagnostics
			v, more = one(i, rest)
			diags = append(diags, more...)
		}
		vals[n], byKey[key] = v, v
	}
	if set.kind == "count" {
		return cty.TupleVal(vals), diags
	}
	return cty.ObjectVal(byKey), diags
}

// lacks is the error of a reference to an instance that does not exist.
func (set *expansion) lacks(step hcl.Traverser, key string) *hcl.Diagnostic {
	if set.byKey[key] != nil {
		return nil
	}
	d := &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Invalid index", Subject: step.SourceRange().Ptr()}
	if d.Subject.Empty() {
		d.Subject = nil
	}
	at := fmt.Sprintf("%s:%d", set.rng.Filename, set.rng.Start.Line)
	index, isIndex := step.(hcl.TraverseIndex)
	switch {
	case !isIndex && set.kind == "count":
		d.Summary = "Missing resource instance key"
		d.Detail = fmt.Sprintf("Because %s has \"count\" set, its attributes must be accessed on specific instances, for "+
			"example %s[0]%s.", set.label, set.label, suffix(step))
	case !isIndex:
		d.Summary = "Missing resource instance key"
		d.Detail = fmt.Sprintf("Because %s has \"for_each\" set, its attributes must be accessed on specific instances, for "+
			"example %s[each.key]%s.", set.label, set.label, suffix(step))
	case len(References(index.Key)) > 0:
		return nil
	case set.kind == "count":
		d.Detail = fmt.Sprintf("%s has no instance %s: its \"count\" is %d (%s).", set.label, suffix(step), len(set.list), at)
	default:
		d.Detail = fmt.Sprintf("%s has no instance %s (its \"for_each\" is at %s).%s", set.label, suffix(step), at, listed(key, keys(set.byKey)))
	}
	return d
}

func instanceKey(i *instance) string {
	if i.key.Type() == cty.Number {
		return numberText(i.key)
	}
	return i.key.AsString()
}

func isSplat(step hcl.Traverser) bool {
	_, ok := step.(hcl.TraverseSplat)
	return ok
}

// keyOf is the key of the instance that a step picks.
func keyOf(step hcl.Traverser) (string, bool) {
	if i, ok := step.(hcl.TraverseIndex); ok {
		key, _ := i.Key.Unmark()
		if key.IsKnown() && !key.IsNull() && key.Type() == cty.Number {
			return numberText(key), true
		}
	}
	return stepName(step)
}

// thin is the resource with just the attribute that the steps ask for, or the whole resource.
func (i *instance) thin(steps hcl.Traversal, asked hcl.Range) (cty.Value, hcl.Diagnostics) {
	if len(steps) == 0 {
		return i.whole(asked), nil
	}
	name, ok := stepName(steps[0])
	if !ok {
		return i.whole(asked), nil
	}
	if r := steps[0].SourceRange(); !r.Empty() {
		asked = r
	}
	v, diags := i.attribute(name, asked)
	return cty.ObjectVal(map[string]cty.Value{name: v}), diags
}

// whole is the resource as a value (TF-075): what is configured and what the schema knows. Any other attribute is
// asked for when a reference reaches into the value, wherever that is. Errors wait for who uses the part.
func (i *instance) whole(asked hcl.Range) cty.Value {
	names := map[string]bool{}
	for name := range i.decl.block.Body.Attributes {
		names[name] = !metaArguments[name]
	}
	for _, b := range i.decl.block.Body.Blocks {
		names[blockType(b)] = !opaqueBlocks[b.Type]
	}
	if schema := i.scope.m.schema(i.decl.mode, i.decl.typ); schema != nil {
		for name := range schema.Attributes {
			names[name] = true
		}
		for name := range schema.Blocks {
			names[name] = true
		}
	}
	attrs := map[string]cty.Value{}
	for _, name := range keys(names) {
		if !names[name] {
			continue
		}
		v, diags := i.attribute(name, asked)
		if diags.HasErrors() {
			v = failure(i.resource.Address+"."+name, diags)
		}
		attrs[name] = v
	}
	return cty.ObjectVal(attrs).Mark(whole{i})
}

// materialize adds to whole resources the attributes that a type demands, before a conversion would miss them.
func materialize(v cty.Value, t cty.Type) cty.Value {
	if v == cty.NilVal || v.IsNull() || !v.IsKnown() || !isWhole(v) {
		return v
	}
	plain, marks := v.Unmark()
	switch {
	case t.IsObjectType() && plain.Type().IsObjectType():
		attrs := plain.AsValueMap()
		if attrs == nil {
			attrs = map[string]cty.Value{}
		}
		for name, at := range t.AttributeTypes() {
			if a, ok := attrs[name]; ok {
				attrs[name] = materialize(a, at)
				continue
			}
			for mark := range marks {
				if w, ok := mark.(whole); ok && !t.AttributeOptional(name) {
					a, diags := w.of.attribute(name, w.of.resource.Range)
					if diags.HasErrors() {
						a = failure(w.of.resource.Address+"."+name, diags)
					}
					attrs[name] = a
				}
			}
		}
		return cty.ObjectVal(attrs).WithMarks(marks)
	case (t.IsMapType() || t.IsCollectionType()) && plain.Type().IsObjectType() && t.IsMapType():
		attrs := plain.AsValueMap()
		for name, a := range attrs {
			attrs[name] = materialize(a, t.ElementType())
		}
		return cty.ObjectVal(attrs).WithMarks(marks)
	case t.IsCollectionType() && !t.IsMapType() && plain.Type().IsTupleType():
		vals := plain.AsValueSlice()
		for i, e := range vals {
			vals[i] = materialize(e, t.ElementType())
		}
		return cty.TupleVal(vals).WithMarks(marks)
	}
	return v
}
