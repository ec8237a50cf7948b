package terraform

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// whole marks the value of a whole resource, so that attributes which the value does not have can still be asked of
// the provider, however far the value has travelled (TF-075).
type whole struct{ of extension }

// deferred marks an unknown that stands for an argument which failed while a whole resource or module was made into a
// value. Only who uses that argument shall see the error (TF-040).
type deferred struct{ diags *hcl.Diagnostics }

// missing marks an unknown that stands for a file with something unknown in its name. For try and can it is the error of
// a file that is not there; nobody else sees it.
type missing struct{ diags *hcl.Diagnostics }

// failure returns an unknown that carries its error to whoever uses it.
func failure(address string, diags hcl.Diagnostics) cty.Value {
	return Unknown(address, cty.DynamicPseudoType).Mark(deferred{&diags})
}

// settle takes our internal marks off a value and returns the errors that were deferred in it.
func settle(v cty.Value) (cty.Value, hcl.Diagnostics) {
	if !v.ContainsMarked() {
		return v, nil
	}
	var diags hcl.Diagnostics
	v = withoutSuppositions(v)
	v, paths := v.UnmarkDeepWithPaths()
	kept := paths[:0]
	for _, p := range paths {
		marks := cty.ValueMarks{}
		for mark := range p.Marks {
			switch mark := mark.(type) {
			case whole, missing, supposed:
			case deferred:
				diags = append(diags, *mark.diags...)
			default:
				marks[mark] = struct{}{}
			}
		}
		if len(marks) > 0 {
			kept = append(kept, cty.PathValueMarks{Path: p.Path, Marks: marks})
		}
	}
	return v.MarkWithPaths(kept), distinct(diags)
}

// deferredErrors returns the errors deferred anywhere in a value.
func deferredErrors(v cty.Value) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for mark := range deepMarks(v) {
		if d, ok := mark.(deferred); ok {
			diags = append(diags, *d.diags...)
		}
	}
	return distinct(diags)
}

// missingFiles returns the errors of files with something unknown in their names that a value was made of.
func missingFiles(v cty.Value) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for mark := range deepMarks(v) {
		if f, ok := mark.(missing); ok {
			diags = append(diags, *f.diags...)
		}
	}
	return diags
}

// deepMarks returns the marks of a value and of everything in it.
func deepMarks(v cty.Value) cty.ValueMarks {
	if v == cty.NilVal || !v.ContainsMarked() {
		return nil
	}
	_, marks := v.UnmarkDeep()
	return marks
}

// withoutReferences drops the references of a value that only steers: a condition decides which text is used, it is
// not what the text is made of (TF-200).
func withoutReferences(v cty.Value) cty.Value {
	if !v.IsMarked() {
		return v
	}
	v, marks := v.Unmark()
	for mark := range marks {
		switch mark.(type) {
		case Reference, whole:
		default:
			v = v.Mark(mark)
		}
	}
	return v
}

// keepMarks puts the marks of the parts on an unknown whole that lost them on the way.
func keepMarks(v cty.Value, parts ...cty.Value) cty.Value {
	if v == cty.NilVal || v.IsKnown() || v.IsMarked() {
		return v
	}
	for _, p := range parts {
		for mark := range deepMarks(p) {
			if _, ok := mark.(whole); !ok {
				v = v.Mark(mark)
			}
		}
	}
	return v
}

// References returns the references on a value and on everything in it, sorted by address.
func References(v cty.Value) []Reference {
	var refs []Reference
	for mark := range deepMarks(v) {
		if r, ok := mark.(Reference); ok {
			refs = append(refs, r)
		}
	}
	sort.Slice(refs, func(i, j int) bool {
		if refs[i].Address != refs[j].Address {
			return refs[i].Address < refs[j].Address
		}
		return refs[i].StandIn < refs[j].StandIn
	})
	return refs
}

// IsSensitive tells whether a value, or anything in it, must not be shown (TF-059).
func IsSensitive(v cty.Value) bool {
	_, ok := deepMarks(v)[Sensitive{}]
	return ok
}

// textOf makes "{ADDRESS}" of an unknown with a reference (TF-202, TF-231); other values are returned as they are.
func textOf(v cty.Value) cty.Value {
	if v == cty.NilVal || v.IsKnown() {
		return v
	}
	if t := v.Type(); t != cty.DynamicPseudoType && !t.IsPrimitiveType() {
		return v
	}
	text := Name(v)
	if text == "{}" {
		return v
	}
	_, marks := v.Unmark()
	return cty.StringVal(text).WithMarks(marks)
}

// Name writes what an unknown value is made of as "{ADDRESS}" or "{ADDRESS,ADDRESS}" (TF-202); it is "{}" for one without
// references. Of many addresses the first few stand for all, with a digest of the list, so that other lists read otherwise.
func Name(v cty.Value) string {
	names := addresses(v)
	if len(names) <= maxNames {
		return "{" + strings.Join(names, ",") + "}"
	}
	shown := outermost(names)
	slices.SortStableFunc(shown, func(a, b string) int { return len(a) - len(b) })
	shown = shown[:min(len(shown), maxNames-1)]
	sum := sha256.Sum256([]byte(strings.Join(names, ",")))
	return fmt.Sprintf("{%s,+%d:%x}", strings.Join(shown, ","), len(names)-len(shown), sum[:2])
}

// outermost leaves out of a sorted list what is a part of something else in it.
func outermost(names []string) []string {
	var out []string
	for _, n := range names {
		if len(out) > 0 {
			if rest, ok := strings.CutPrefix(n, out[len(out)-1]); ok && (rest[0] == '.' || rest[0] == '[') {
				continue
			}
		}
		out = append(out, n)
	}
	return out
}

// refine gives the part of an unknown the address of the part: data.x.y.outputs becomes data.x.y.outputs.uri.
func refine(v cty.Value, from cty.Value, suffix string) cty.Value {
	v, _ = v.Unmark()
	_, marks := from.Unmark()
	count := 0
	for mark := range marks {
		if _, ok := mark.(Reference); ok {
			count++
		}
	}
	for mark := range marks {
		switch r := mark.(type) {
		case whole:
		case Reference:
			if count == 1 && r.StandIn == "" {
				r.Address += suffix
			}
			v = v.Mark(r)
		default:
			v = v.Mark(mark)
		}
	}
	return v
}

// distinct drops repetitions of the same diagnostic: several arguments may have run into one broken local.
func distinct(diags hcl.Diagnostics) hcl.Diagnostics {
	if len(diags) < 2 {
		return diags
	}
	seen := make(map[*hcl.Diagnostic]bool, len(diags))
	out := make(hcl.Diagnostics, 0, len(diags))
	for _, d := range diags {
		if !seen[d] {
			seen[d] = true
			out = append(out, d)
		}
	}
	return out
}
