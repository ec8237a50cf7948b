package terraform

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// A text made of something unknown has "{ADDRESS}" in that place (TF-202): a hole. What an operation says of such a text
// counts only where it would say the same of every text that may fill the hole (TF-231).

// holes returns the placeholders that stand in a known text.
func holes(v cty.Value) []string {
	plain, marks := v.Unmark()
	if plain.IsNull() || !plain.IsKnown() || plain.Type() != cty.String {
		return nil
	}
	text := plain.AsString()
	var out []string
	for mark := range marks {
		if r, ok := mark.(Reference); ok && r.StandIn == "" && strings.Contains(text, "{"+r.Address+"}") {
			out = append(out, "{"+r.Address+"}")
		}
	}
	if whole := Name(v.WithMarks(marks)); len(out) == 0 && len(whole) > 2 && strings.Contains(text, whole) {
		out = append(out, whole)
	}
	slices.Sort(out)
	return out
}

// may tells whether a text with holes can turn out to be another text.
func may(text string, holes []string, other string) bool {
	parts := []string{text}
	for _, h := range holes {
		var finer []string
		for _, p := range parts {
			finer = append(finer, strings.Split(p, h)...)
		}
		parts = finer
	}
	first, last := parts[0], parts[len(parts)-1]
	if len(parts) == 1 {
		return text == other
	}
	if len(first)+len(last) > len(other) || !strings.HasPrefix(other, first) || !strings.HasSuffix(other, last) {
		return false
	}
	rest := other[len(first) : len(other)-len(last)]
	for _, p := range parts[1 : len(parts)-1] {
		i := strings.Index(rest, p)
		if i < 0 {
			return false
		}
		rest = rest[i+len(p):]
	}
	return true
}

// uncertain tells whether two values are texts with holes in one or both, which differ and may turn out to be equal.
func uncertain(l, r cty.Value) bool {
	a, b := holes(l), holes(r)
	switch {
	case len(a) == 0 && len(b) == 0:
		return false
	case len(a) > 0 && len(b) > 0:
		left, _ := l.Unmark()
		right, _ := r.Unmark()
		return left.AsString() != right.AsString()
	}
	if len(a) == 0 {
		l, r, a = r, l, b
	}
	other, _ := r.Unmark()
	if other.IsNull() || !other.IsKnown() || other.Type() != cty.String || other.AsString() == "" {
		return false // TF-230: what is not known is neither empty nor null
	}
	text, _ := l.Unmark()
	return may(text.AsString(), a, other.AsString())
}

// torn tells whether an operation has cut through a placeholder.
func torn(v cty.Value) bool {
	v, _ = v.Unmark()
	if v.IsNull() || !v.IsKnown() {
		return false
	}
	if v.Type() == cty.String {
		return strings.Count(v.AsString(), "{") != strings.Count(v.AsString(), "}")
	}
	if v.Type().IsPrimitiveType() || !v.CanIterateElements() {
		return false
	}
	for it := v.ElementIterator(); it.Next(); {
		if _, e := it.Element(); torn(e) {
			return true
		}
	}
	return false
}

// madeOfUnknown tells whether a text or number is, or has in it, what only apply can tell.
func madeOfUnknown(v cty.Value) bool {
	plain, _ := v.Unmark()
	return plain.IsKnown() && !plain.IsNull() && plain.Type().IsPrimitiveType() && len(References(v)) > 0
}

// excused tells whether a function failed for what only apply can tell, so that its result is unknown rather than wrong. An
// error about an argument that is known is none of that kind.
func excused(diags hcl.Diagnostics, args []cty.Value, places []hcl.Range) bool {
	some := false
	for _, d := range diags {
		if d.Severity != hcl.DiagError {
			continue
		}
		switch d.Summary {
		case "Error in function call":
			if !slices.ContainsFunc(args, func(v cty.Value) bool { return len(References(v)) > 0 }) {
				return false
			}
		case "Invalid function argument":
			i := slices.IndexFunc(places, func(r hcl.Range) bool { return d.Subject != nil && r == *d.Subject })
			if i < 0 || len(References(args[i])) == 0 {
				return false
			}
		default:
			return false
		}
		some = true
	}
	return some
}

// unsettled tells whether a result that a function gave for texts with holes says nothing about the texts that will fill
// them: a placeholder is cut through, or a default was taken for want of it. A file with a placeholder in its name is none
// that is there, which is what authors ask with fileexists, fileset and try.
func unsettled(name string, args []cty.Value, v cty.Value) bool {
	if !slices.ContainsFunc(args, func(a cty.Value) bool { return len(deepHoles(a)) > 0 }) {
		return false
	}
	switch name {
	case "lookup":
		return len(args) == 3 && len(holes(args[1])) > 0 && !hasKey(args[0], args[1])
	case "element":
		n, _ := args[1].Unmark()
		list, _ := args[0].Unmark()
		return len(holes(args[0])) == 0 && list.IsKnown() && n.IsKnown() && n.Type() == cty.Number &&
			n.GreaterThanOrEqualTo(cty.NumberIntVal(int64(list.LengthInt()))).True()
	case "contains":
		plain, _ := v.Unmark()
		return plain.IsKnown() && plain.Type() == cty.Bool && plain.False()
	case "jsonencode", "yamlencode", "format", "templatefile", "templatestring", "join", "base64encode":
		return false
	}
	return torn(v)
}

func deepHoles(v cty.Value) []string {
	if plain, marks := v.Unmark(); plain.IsKnown() && !plain.IsNull() && plain.CanIterateElements() {
		var out []string
		for it := plain.ElementIterator(); it.Next(); {
			_, e := it.Element()
			out = append(out, deepHoles(e.WithMarks(visible(marks)))...)
		}
		return out
	}
	return holes(v)
}

func hasKey(m, key cty.Value) bool {
	m, _ = m.Unmark()
	key, _ = key.Unmark()
	switch {
	case m.IsNull() || !m.IsKnown():
		return false
	case m.Type().IsObjectType():
		return m.Type().HasAttribute(key.AsString())
	case m.Type().IsMapType():
		has := m.HasIndex(key)
		return has.IsKnown() && has.True()
	}
	return false
}
