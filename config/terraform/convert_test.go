package terraform

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// TestConverted: a large tuple becomes what convert.Convert makes of it, and fails where that fails.
func TestConverted(t *testing.T) {
	many := func(last cty.Value, each func(i int) cty.Value) cty.Value {
		var list []cty.Value
		for i := range 2 * few {
			list = append(list, each(i))
		}
		return cty.TupleVal(append(list, last))
	}
	number := func(i int) cty.Value { return cty.NumberIntVal(int64(i % 40)) }
	object := func(i int) cty.Value { return cty.ObjectVal(map[string]cty.Value{"a": number(i)}) }
	text := cty.StringVal("x")
	route := cty.ObjectWithOptionalAttrs(map[string]cty.Type{"a": cty.String, "b": cty.Number}, []string{"b"})
	tests := []struct {
		name string
		v    cty.Value
		want cty.Type
	}{
		{"numbers as text", many(text, number), cty.List(cty.String)},
		{"a set", many(number(0), number), cty.Set(cty.Number)},
		{"any, mixed", many(text, number), cty.List(cty.DynamicPseudoType)},
		{"any, alike", many(number(1), number), cty.Set(cty.DynamicPseudoType)},
		{"objects with optional attributes", many(object(1), object), cty.List(route)},
		{"a null among them", many(cty.NullVal(cty.DynamicPseudoType), number), cty.List(cty.String)},
		{"an unknown among them", many(cty.DynamicVal, number), cty.List(cty.String)},
		{"an unknown among any", many(cty.DynamicVal, number), cty.List(cty.DynamicPseudoType)},
		{"a mark among them", many(text.Mark("m"), number), cty.Set(cty.String)},
		{"marked", many(text, number).Mark("m"), cty.List(cty.String)},
		{"one that does not convert", many(object(1), number), cty.List(cty.String)},
		{"text that is no number", many(text, number), cty.List(cty.Number)},
		{"no common type", many(object(1), number), cty.List(cty.DynamicPseudoType)},
		{"tuples in it", many(cty.EmptyTupleVal, func(i int) cty.Value { return many(text, number) }), cty.List(cty.List(cty.String))},
		{"not a list", many(text, number), cty.Map(cty.String)},
	}
	for _, tt := range tests {
		t.Run("TF-025/"+tt.name, func(t *testing.T) {
			want, wantErr := convert.Convert(tt.v, tt.want)
			got, err := converted(tt.v, tt.want)
			if d := cmp.Diff(errorText(wantErr), errorText(err)); d != "" {
				t.Fatalf("error (-want +got)\n%s", d)
			}
			if err == nil && !got.RawEquals(want) {
				t.Errorf("got %#v, want %#v", got, want)
			}
		})
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
