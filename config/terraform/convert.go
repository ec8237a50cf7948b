package terraform

import (
	"slices"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// few is up to how many elements convert.Convert is left alone: it compares the types of all elements with each other,
// which takes minutes for a list of 100,000.
const few = 32

// converted is convert.Convert in a time that grows as the value does. What it cannot convert goes to convert.Convert,
// which has the words for it.
func converted(v cty.Value, want cty.Type) (cty.Value, error) {
	if list, ok := sequence(v, want); ok {
		return list, nil
	}
	return convert.Convert(v, want)
}

// sequence converts the elements of a large tuple one by one.
func sequence(v cty.Value, want cty.Type) (cty.Value, bool) {
	if !want.IsListType() && !want.IsSetType() {
		return v, false
	}
	plain, marks := v.Unmark()
	if !plain.Type().IsTupleType() || !plain.IsKnown() || plain.IsNull() || plain.LengthInt() <= few {
		return v, false
	}
	element := want.ElementType()
	if element == cty.DynamicPseudoType {
		if element, _ = convert.UnifyUnsafe(unlike(plain.Type().TupleElementTypes())); element == cty.NilType {
			return v, false
		}
	}
	if element.HasDynamicTypes() {
		return v, false
	}
	elements := make([]cty.Value, 0, plain.LengthInt())
	for it := plain.ElementIterator(); it.Next(); {
		_, e := it.Element()
		e, err := converted(e, element)
		if err != nil {
			return v, false
		}
		elements = append(elements, e)
	}
	if want.IsSetType() {
		return cty.SetVal(elements).WithMarks(marks), true
	}
	return cty.ListVal(elements).WithMarks(marks), true
}

// unified is convert.UnifyUnsafe for the two sides of a condition.
func unified(a, b cty.Type) (cty.Type, []convert.Conversion) {
	if !a.IsTupleType() || !b.IsTupleType() || a.Length() == b.Length() || max(a.Length(), b.Length()) <= few {
		return convert.UnifyUnsafe([]cty.Type{a, b})
	}
	element, _ := convert.UnifyUnsafe(unlike(slices.Concat(a.TupleElementTypes(), b.TupleElementTypes())))
	if element == cty.NilType {
		return cty.NilType, nil
	}
	to := func(v cty.Value) (cty.Value, error) { return converted(v, cty.List(element)) }
	return cty.List(element), []convert.Conversion{to, to}
}

// unlike returns each type once.
func unlike(types []cty.Type) []cty.Type {
	var out []cty.Type
next:
	for _, t := range types {
		for _, seen := range out {
			if seen.Equals(t) {
				continue next
			}
		}
		out = append(out, t)
	}
	return out
}
