package terraform

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"sort"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// anything is a parameter that takes every value as it is, marks included.
func anything(name string) function.Parameter {
	return function.Parameter{
		Name: name, Type: cty.DynamicPseudoType,
		AllowUnknown: true, AllowDynamicType: true, AllowNull: true, AllowMarked: true,
	}
}

// marked makes a function of whole values that looks after marks itself.
func marked(params []function.Parameter, rest *function.Parameter, impl func(args []cty.Value) (cty.Value, error)) function.Function {
	return function.New(&function.Spec{
		Params: params, VarParam: rest,
		// The type of the result depends on the values, so evaluating is the only way to tell it.
		Type: func(args []cty.Value) (cty.Type, error) {
			v, err := impl(args)
			if err != nil {
				return cty.DynamicPseudoType, err
			}
			return v.Type(), nil
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return impl(args) },
	})
}

func collectionFunctions() map[string]function.Function {
	return map[string]function.Function{
		"alltrue":   truth(true),
		"anytrue":   truth(false),
		"coalesce":  coalesceFunction(),
		"contains":  containsFunction(),
		"index":     marked([]function.Parameter{anything("list"), anything("value")}, nil, indexOf),
		"length":    marked([]function.Parameter{anything("value")}, nil, length),
		"lookup":    marked([]function.Parameter{anything("inputMap"), anything("key")}, &function.Parameter{Name: "default", Type: cty.DynamicPseudoType, AllowUnknown: true, AllowDynamicType: true, AllowNull: true, AllowMarked: true}, lookupKey),
		"matchkeys": marked([]function.Parameter{anything("values"), anything("keys"), anything("searchset")}, nil, matchkeys),
		"one":       marked([]function.Parameter{anything("list")}, nil, one),
		"signum":    signumFunction(),
		"sum":       marked([]function.Parameter{anything("list")}, nil, sum),
		"transpose": transposeFunction(),
		"sensitive": marked([]function.Parameter{anything("value")}, nil, func(args []cty.Value) (cty.Value, error) { return args[0].Mark(Sensitive{}), nil }),
		"issensitive": marked([]function.Parameter{anything("value")}, nil, func(args []cty.Value) (cty.Value, error) {
			return cty.BoolVal(args[0].HasMark(Sensitive{})), nil
		}),
		"nonsensitive": marked([]function.Parameter{anything("value")}, nil, nonsensitive),
		"ephemeralasnull": marked([]function.Parameter{anything("value")}, nil, func(args []cty.Value) (cty.Value, error) {
			return args[0], nil
		}),
		"list": removed("list", "tolist([...])"),
		"map":  removed("map", "tomap({...})"),
	}
}

// removed are functions of Terraform 0.11 that are still found in old files.
func removed(name, instead string) function.Function {
	rest := anything("vals")
	return marked(nil, &rest, func([]cty.Value) (cty.Value, error) {
		return cty.DynamicVal, fmt.Errorf("the %q function was deprecated in Terraform v0.12 and is no longer available; use %s syntax instead", name, instead)
	})
}

// nonsensitive takes the mark off a value and, unlike Terraform, off what is in it.
func nonsensitive(args []cty.Value) (cty.Value, error) {
	v, paths := args[0].UnmarkDeepWithPaths()
	for _, p := range paths {
		delete(p.Marks, Sensitive{})
	}
	kept := paths[:0]
	for _, p := range paths {
		if len(p.Marks) > 0 {
			kept = append(kept, p)
		}
	}
	return v.MarkWithPaths(kept), nil
}

// conversion makes one of the to… functions.
func conversion(want cty.Type) function.Function {
	return marked([]function.Parameter{anything("v")}, nil, func(args []cty.Value) (cty.Value, error) {
		v := args[0]
		if want.IsSetType() {
			v = textElements(v)
		}
		if v.IsNull() && v.Type() == cty.DynamicPseudoType {
			return cty.NullVal(want).WithSameMarks(v), nil
		}
		out, err := converted(v, want)
		if err != nil {
			plain, _ := v.UnmarkDeep()
			if plain.Type() == cty.String && want.IsPrimitiveType() {
				return cty.UnknownVal(want), function.NewArgErrorf(0, "cannot convert this text to %s: %s", want.FriendlyName(), err)
			}
			return cty.UnknownVal(want), function.NewArgErrorf(0, "cannot convert %s to %s: %s", plain.Type().FriendlyName(), want.FriendlyNameForConstraint(), err)
		}
		return out, nil
	})
}

// textElements makes text of the unknown strings in a sequence: a set of them would not know its own length.
func textElements(v cty.Value) cty.Value {
	plain, marks := v.Unmark()
	if !plain.IsKnown() || plain.IsNull() || !plain.Type().IsTupleType() && !plain.Type().IsListType() || plain.LengthInt() == 0 {
		return v
	}
	changed := false
	vals := plain.AsValueSlice()
	for i, e := range vals {
		if !e.IsKnown() {
			vals[i] = textOf(e)
			changed = changed || vals[i].IsKnown()
		}
	}
	if !changed {
		return v
	}
	return cty.TupleVal(vals).WithMarks(marks)
}

// truth is alltrue and anytrue.
func truth(all bool) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "list", Type: cty.List(cty.Bool), AllowUnknown: true}},
		Type:   function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if !args[0].IsKnown() {
				return cty.UnknownVal(cty.Bool), nil
			}
			unknown := false
			for it := args[0].ElementIterator(); it.Next(); {
				_, v := it.Element()
				switch {
				case !v.IsKnown():
					unknown = true
				case v.IsNull() || v.False():
					if all {
						return cty.False, nil
					}
				case !all:
					return cty.True, nil
				}
			}
			if unknown {
				return cty.UnknownVal(cty.Bool), nil
			}
			return cty.BoolVal(all), nil
		},
	})
}

// coalesceFunction skips null and the empty string (TF-053); only the value that it takes gives its references, but a secret
// among the arguments makes the result secret.
func coalesceFunction() function.Function {
	rest := anything("vals")
	return marked(nil, &rest, func(args []cty.Value) (cty.Value, error) {
		types := make([]cty.Type, len(args))
		for i, a := range args {
			types[i] = a.Type()
		}
		t, _ := convert.UnifyUnsafe(types)
		if t == cty.NilType {
			return cty.DynamicVal, errors.New("all arguments must have the same type")
		}
		secret := slices.ContainsFunc(args, IsSensitive)
		for _, a := range args {
			v, err := convert.Convert(a, t)
			if err != nil {
				return cty.DynamicVal, err
			}
			if secret {
				v = v.Mark(Sensitive{})
			}
			plain, _ := v.Unmark()
			if !plain.IsKnown() {
				return v, nil
			}
			if plain.IsNull() || t == cty.String && plain.AsString() == "" {
				continue
			}
			return v, nil
		}
		return cty.DynamicVal, errors.New("no non-null, non-empty-string arguments")
	})
}

func length(args []cty.Value) (cty.Value, error) {
	v, marks := args[0].Unmark()
	t := v.Type()
	out := cty.UnknownVal(cty.Number)
	switch {
	case v.IsNull():
		return out, function.NewArgErrorf(0, "argument must not be null")
	case t == cty.DynamicPseudoType:
	case t.IsTupleType():
		out = cty.NumberIntVal(int64(t.Length()))
	case t.IsObjectType():
		out = cty.NumberIntVal(int64(len(t.AttributeTypes())))
	case t == cty.String:
		if v.IsKnown() {
			n, err := stdlib.Strlen(v)
			if err != nil {
				return out, err
			}
			out = n
		}
	case t.IsCollectionType():
		if v.IsKnown() {
			plain, _ := v.UnmarkDeep()
			out = plain.Length()
		}
	default:
		return out, function.NewArgErrorf(0, "argument must be a string, a collection type, or a structural type")
	}
	// How many there are is not made of what they are: only an unknown result needs to say from where.
	if out.IsKnown() {
		return withoutReferences(out.WithMarks(visible(marks))), nil
	}
	return out.WithMarks(visible(marks)), nil
}

func one(args []cty.Value) (cty.Value, error) {
	v, marks := args[0].Unmark()
	t := v.Type()
	switch {
	case t == cty.DynamicPseudoType && !v.IsKnown():
		return args[0], nil
	case v.IsNull():
		return cty.DynamicVal, function.NewArgErrorf(0, "argument must not be null")
	case !t.IsTupleType() && !t.IsListType() && !t.IsSetType():
		return cty.DynamicVal, function.NewArgErrorf(0, "must be a list, set, or tuple value with either zero or one elements")
	case !v.IsKnown():
		if t.IsTupleType() {
			return keepMarks(cty.DynamicVal, args[0]), nil
		}
		return cty.UnknownVal(t.ElementType()).WithMarks(visible(marks)), nil
	}
	switch v.LengthInt() {
	case 0:
		if t.IsTupleType() {
			return cty.NullVal(cty.DynamicPseudoType), nil
		}
		return cty.NullVal(t.ElementType()).WithMarks(visible(marks)), nil
	case 1:
		it := v.ElementIterator()
		it.Next()
		_, e := it.Element()
		return e.WithMarks(visible(marks)), nil
	}
	return cty.DynamicVal, function.NewArgErrorf(0, "must be a list, set, or tuple value with either zero or one elements")
}

func sum(args []cty.Value) (cty.Value, error) {
	v, marks := args[0].UnmarkDeep()
	t := v.Type()
	switch {
	case v.IsNull():
		return cty.UnknownVal(cty.Number), function.NewArgErrorf(0, "argument must not be null")
	case t == cty.DynamicPseudoType || !v.IsKnown():
		return cty.UnknownVal(cty.Number).WithMarks(visible(marks)), nil
	case !v.CanIterateElements() || t.IsMapType() || t.IsObjectType():
		return cty.UnknownVal(cty.Number), function.NewArgErrorf(0, "argument must be list, set, or tuple. Received %s", t.FriendlyName())
	case v.LengthInt() == 0:
		return cty.UnknownVal(cty.Number), function.NewArgErrorf(0, "cannot sum an empty list")
	}
	total := cty.NumberIntVal(0)
	for it := v.ElementIterator(); it.Next(); {
		_, e := it.Element()
		n, err := convert.Convert(e, cty.Number)
		if err != nil || n.IsNull() {
			return cty.UnknownVal(cty.Number), function.NewArgErrorf(0, "argument must be list, set, or tuple of number values")
		}
		total = total.Add(n)
	}
	return total.WithMarks(visible(marks)), nil
}

func matchkeys(args []cty.Value) (cty.Value, error) {
	lists := make([]cty.Value, len(args))
	for i, a := range args {
		list, err := converted(a, cty.List(cty.DynamicPseudoType))
		switch {
		case err != nil:
			return cty.DynamicVal, function.NewArgError(i, err)
		case list.IsNull():
			return cty.DynamicVal, function.NewArgErrorf(i, "argument must not be null")
		case !list.IsKnown():
			return keepMarks(cty.DynamicVal, a), nil
		}
		lists[i] = list
	}
	same, _ := convert.UnifyUnsafe([]cty.Type{lists[1].Type(), lists[2].Type()})
	if same == cty.NilType {
		return cty.DynamicVal, errors.New("keys and searchset must be of the same type")
	}
	for i := range lists[1:] {
		list, err := convert.Convert(lists[i+1], same)
		if err != nil {
			return cty.DynamicVal, function.NewArgError(i+1, err)
		}
		lists[i+1] = list
	}
	values, m1 := lists[0].Unmark()
	searched, m2 := lists[1].UnmarkDeep()
	wanted, m3 := lists[2].UnmarkDeep()
	if values.LengthInt() != searched.LengthInt() {
		return cty.DynamicVal, errors.New("length of keys and values should be equal")
	}
	var out []cty.Value
	list, names := values.AsValueSlice(), searched.AsValueSlice()
	for i, k := range names {
		for it := wanted.ElementIterator(); it.Next(); {
			_, w := it.Element()
			eq, err := stdlib.Equal(k, w)
			if err != nil {
				return cty.DynamicVal, err
			}
			if !eq.IsKnown() {
				return keepMarks(cty.DynamicVal, args...), nil
			}
			if eq.True() {
				out = append(out, list[i])
				break
			}
		}
	}
	found := cty.ListValEmpty(values.Type().ElementType())
	if len(out) > 0 {
		found = cty.ListVal(out)
	}
	return found.WithMarks(visible(m1), visible(m2), visible(m3)), nil
}

// containsFunction is that of the standard library, but for null: Terraform refuses to look for it.
func containsFunction() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "list", Type: cty.DynamicPseudoType}, {Name: "value", Type: cty.DynamicPseudoType}},
		Type:   function.StaticReturnType(cty.Bool),
		Impl:   func(args []cty.Value, _ cty.Type) (cty.Value, error) { return stdlib.Contains(args[0], args[1]) },
	})
}

// signumFunction takes whole numbers only, of 64 bits.
func signumFunction() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "number", Type: cty.Number}},
		Type:   function.StaticReturnType(cty.Number),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			n := args[0].AsBigFloat()
			if _, accuracy := n.Int64(); accuracy != big.Exact {
				return cty.UnknownVal(cty.Number), function.NewArgErrorf(0, "a whole number is required")
			}
			return cty.NumberIntVal(int64(n.Sign())), nil
		},
	})
}

func transposeFunction() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "values", Type: cty.Map(cty.List(cty.String))}},
		Type:   function.StaticReturnType(cty.Map(cty.List(cty.String))),
		Impl: func(args []cty.Value, t cty.Type) (cty.Value, error) {
			if !args[0].IsWhollyKnown() {
				return cty.UnknownVal(t), nil
			}
			turned := map[string][]string{}
			for it := args[0].ElementIterator(); it.Next(); {
				k, list := it.Element()
				for in := list.ElementIterator(); in.Next(); {
					_, v := in.Element()
					if v.IsNull() {
						return cty.UnknownVal(t), errors.New("input must not contain null string values")
					}
					turned[v.AsString()] = append(turned[v.AsString()], k.AsString())
				}
			}
			if len(turned) == 0 {
				return cty.MapValEmpty(cty.List(cty.String)), nil
			}
			out := map[string]cty.Value{}
			for k, names := range turned {
				sort.Strings(names)
				vals := make([]cty.Value, len(names))
				for i, n := range names {
					vals[i] = cty.StringVal(n)
				}
				out[k] = cty.ListVal(vals)
			}
			return cty.MapVal(out), nil
		},
	})
}
