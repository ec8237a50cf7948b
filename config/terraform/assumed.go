package terraform

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// Of an unknown count or for_each one instance or block is assumed (TF-046, TF-047, TF-050). It may not be there, so what
// is wrong with it is no more than a warning, and it never stands in the way of what is there for certain.

// Assumed reports whether the block may not be there: the for_each of the dynamic block that it comes from is unknown.
func (b *Block) Assumed() bool { return b.assumed != nil }

// doubtful turns the mistakes in a block that may not be there into warnings. Those that Terraform finds without a value
// stay what they are.
func doubtful(diags hcl.Diagnostics, assumed *hcl.Diagnostic) hcl.Diagnostics {
	out := make(hcl.Diagnostics, len(diags))
	for i, d := range diags {
		out[i] = d
		if d.Severity == hcl.DiagError && !static(d) {
			weaker := *d
			weaker.Severity = hcl.DiagWarning
			weaker.Detail += fmt.Sprintf(" This block is assumed, as the for_each of line %d is unknown; it may not be there.",
				assumed.Subject.Start.Line)
			out[i] = &weaker
		}
	}
	return out
}

// static tells whether a mistake is one of the text, which no value mends.
func static(d *hcl.Diagnostic) bool {
	return strings.HasPrefix(d.Summary, "Reference to undeclared") || slices.Contains([]string{
		"Unsupported argument", "Unsupported block type", "Invalid reference", "Call to unknown function", "Cycle",
	}, d.Summary)
}

// dropAssumed leaves out assumed blocks where there are more blocks of a type than there may be: authors write several
// dynamic blocks that exclude each other. What is certain stays, else the first.
func (b *Block) dropAssumed(schema *Schema, diags hcl.Diagnostics) hcl.Diagnostics {
	for _, name := range keys(schema.Blocks) {
		most := schema.Blocks[name].Max
		var all, assumed []*Block
		for _, n := range b.Blocks {
			if n.Type != name {
				continue
			}
			all = append(all, n)
			if n.assumed != nil {
				assumed = append(assumed, n)
			}
		}
		surplus := min(len(all)-most, len(assumed))
		if most == 0 || surplus <= 0 {
			continue
		}
		dropped := assumed[len(assumed)-surplus:]
		b.Blocks = slices.DeleteFunc(b.Blocks, func(n *Block) bool { return slices.Contains(dropped, n) })
		diags = slices.DeleteFunc(diags, func(d *hcl.Diagnostic) bool {
			return slices.ContainsFunc(dropped, func(n *Block) bool { return n.assumed == d || within(d, n.BodyRange) })
		})
		diags = append(diags, excluded(name, most, dropped))
	}
	return diags
}

// within tells whether a warning is about something in a block.
func within(d *hcl.Diagnostic, r hcl.Range) bool {
	return d.Severity == hcl.DiagWarning && d.Subject != nil && d.Subject.Filename == r.Filename &&
		d.Subject.Start.Byte >= r.Start.Byte && d.Subject.End.Byte <= r.End.Byte
}

func excluded(name string, most int, dropped []*Block) *hcl.Diagnostic {
	var lines []string
	for _, n := range dropped {
		lines = append(lines, fmt.Sprint(n.Range.Start.Line))
	}
	which := "that of line " + lines[0] + " is"
	if len(lines) > 1 {
		which = "those of lines " + strings.Join(lines, ", ") + " are"
	}
	return &hcl.Diagnostic{
		Severity: hcl.DiagWarning, Summary: fmt.Sprintf("Too many %s blocks", name),
		Detail: fmt.Sprintf("No more than %d %q blocks are allowed, and which of the dynamic ones are there depends on values "+
			"that cannot be known here: %s taken not to be there.", most, name, which),
		Subject: dropped[0].Range.Ptr(),
	}
}

// supposed marks a collection that a condition makes or leaves empty, where the condition cannot be known: what there may
// be is taken to be there (TF-232). Blocks and instances are made of it, with a warning; a setting is not decided by it.
type supposed struct{ cond *cty.Value }

// suppose chooses of a collection and an empty one the collection.
func suppose(cond, yes, no cty.Value) (cty.Value, bool) {
	if size(yes) == 0 {
		yes, no = no, yes
	}
	if size(yes) <= 0 || size(no) != 0 && !no.IsNull() {
		return cty.NilVal, false
	}
	if !no.IsNull() {
		if t, convs := unified(yes.Type(), no.Type()); t != cty.NilType && !t.HasDynamicTypes() && convs[0] != nil {
			if v, err := convs[0](yes); err == nil {
				yes = v
			}
		}
	}
	return yes.Mark(supposed{&cond}), true
}

// size is the number of elements of a known collection or the value of a known number; -1 for anything else.
func size(v cty.Value) int {
	v, _ = v.Unmark()
	switch {
	case v.IsNull() || !v.IsKnown():
		return -1
	case v.Type() == cty.Number:
		n, _ := v.AsBigFloat().Int64()
		return int(n)
	case !v.CanIterateElements():
		return -1
	}
	return v.LengthInt()
}

// supposition returns the condition that a value was supposed to meet.
func supposition(v cty.Value) (cty.Value, bool) {
	_, marks := v.Unmark()
	for mark := range marks {
		if s, ok := mark.(supposed); ok {
			return *s.cond, true
		}
	}
	return cty.NilVal, false
}

// stillSupposed marks what was made of a supposed collection.
func stillSupposed(v cty.Value, marks cty.ValueMarks) cty.Value {
	for mark := range marks {
		if s, ok := mark.(supposed); ok {
			v = v.Mark(s)
		}
	}
	return v
}

// withoutSuppositions makes unknown what was supposed.
func withoutSuppositions(v cty.Value) cty.Value {
	some := false
	for mark := range deepMarks(v) {
		_, ok := mark.(supposed)
		some = some || ok
	}
	if !some {
		return v
	}
	out, err := cty.Transform(v, func(_ cty.Path, part cty.Value) (cty.Value, error) {
		if cond, ok := supposition(part); ok {
			return keepMarks(cty.UnknownVal(part.Type()), cond), nil
		}
		return part, nil
	})
	if err != nil {
		return v
	}
	return out
}

// because says why a value is not known.
func because(v cty.Value) string {
	names := addresses(v)
	if len(names) == 0 {
		return "cannot be known before apply"
	}
	return "depends on " + listOf(names) + ", which cannot be known here"
}

// addresses returns the addresses of a value's references, each once, sorted.
func addresses(v cty.Value) []string {
	var names []string
	for _, r := range References(v) {
		names = append(names, r.Address)
	}
	return slices.Compact(names)
}

const maxNames = 4

// listOf names the first few of many.
func listOf(names []string) string {
	if n := len(names); n > maxNames {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:maxNames], ", "), n-maxNames)
	}
	return strings.Join(names, ", ")
}
