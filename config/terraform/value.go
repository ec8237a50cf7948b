package terraform

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

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
		return s.m.supplied(set.label, keepMarks(Unknown(set.label, cty.DynamicPseudoType), set.from)), nil
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
	at := place(&set.rng)
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
					a, diags := w.of.attribute(name, w.of.declared())
					if diags.HasErrors() {
						a = failure(w.of.label()+"."+name, diags)
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

func (i *instance) label() string       { return i.resource.Address }
func (i *instance) declared() hcl.Range { return i.resource.Range }
