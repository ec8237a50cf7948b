package terraform

import (
	"errors"
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

func lookupKey(args []cty.Value) (cty.Value, error) {
	if len(args) > 3 {
		return cty.DynamicVal, fmt.Errorf("lookup() takes two or three arguments, got %d", len(args))
	}
	m, mapMarks := args[0].Unmark()
	key, keyMarks := args[1].Unmark()
	key, err := convert.Convert(key, cty.String)
	if err != nil {
		return cty.DynamicVal, function.NewArgErrorf(1, "a string is required")
	}
	t := m.Type()
	switch {
	case m.IsNull():
		return cty.DynamicVal, function.NewArgErrorf(0, "argument must not be null")
	case key.IsNull():
		return cty.DynamicVal, function.NewArgErrorf(1, "argument must not be null")
	case t != cty.DynamicPseudoType && !t.IsMapType() && !t.IsObjectType():
		return cty.DynamicVal, function.NewArgErrorf(0, "lookup() requires a map as the first argument")
	case t == cty.DynamicPseudoType || !m.IsKnown() || !key.IsKnown():
		out := cty.DynamicVal
		if t.IsMapType() {
			out = cty.UnknownVal(t.ElementType())
		}
		if !m.IsKnown() && key.IsKnown() {
			return refine(out, args[0], part(hcl.TraverseIndex{Key: key})), nil
		}
		return keepMarks(out, args[0], args[1]), nil
	}
	name := key.AsString()
	if t.IsObjectType() && t.HasAttribute(name) {
		return m.GetAttr(name).WithMarks(visible(mapMarks), visible(keyMarks)), nil
	}
	if t.IsObjectType() {
		for mark := range mapMarks {
			if w, ok := mark.(whole); ok {
				if v, diags := w.of.attribute(name, w.of.declared()); !diags.HasErrors() {
					return v, nil
				}
			}
		}
	}
	if t.IsMapType() && m.HasIndex(key).True() {
		return m.Index(key).WithMarks(visible(mapMarks), visible(keyMarks)), nil
	}
	secret := IsSensitive(args[0]) || IsSensitive(args[1])
	if len(args) == 3 {
		def := args[2]
		if t.IsMapType() && t.ElementType() != cty.DynamicPseudoType {
			if def, err = convert.Convert(def, t.ElementType()); err != nil {
				return cty.DynamicVal, function.NewArgErrorf(2, "the default value must have the same type as the map elements")
			}
		}
		if secret {
			def = def.Mark(Sensitive{})
		}
		return def, nil
	}
	if secret {
		return cty.DynamicVal, errors.New("the given object has no such attribute, and there is no default")
	}
	var have []string
	if t.IsMapType() {
		have = keys(m.AsValueMap())
	} else {
		have = keys(t.AttributeTypes())
	}
	return cty.DynamicVal, fmt.Errorf("the given object has no attribute %q, and there is no default.%s", name, listed(name, have))
}

func indexOf(args []cty.Value) (cty.Value, error) {
	list, _ := args[0].UnmarkDeep()
	want, _ := args[1].UnmarkDeep()
	t := list.Type()
	for i, a := range []cty.Value{list, want} {
		if a.IsNull() {
			return cty.UnknownVal(cty.Number), function.NewArgErrorf(i, "argument must not be null")
		}
	}
	if t == cty.DynamicPseudoType || !list.IsKnown() {
		return cty.UnknownVal(cty.Number), nil
	}
	if !t.IsTupleType() && !t.IsListType() {
		return cty.UnknownVal(cty.Number), function.NewArgErrorf(0, "argument must be a list or tuple")
	}
	if list.LengthInt() == 0 {
		return cty.UnknownVal(cty.Number), errors.New("cannot search an empty list")
	}
	for it := list.ElementIterator(); it.Next(); {
		i, v := it.Element()
		eq, err := stdlib.Equal(v, want)
		if err != nil {
			return cty.UnknownVal(cty.Number), err
		}
		if !eq.IsKnown() {
			return cty.UnknownVal(cty.Number), nil
		}
		if eq.True() {
			return i, nil
		}
	}
	return cty.UnknownVal(cty.Number), errors.New("item not found")
}
