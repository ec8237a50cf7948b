package terraform

import (
	"fmt"
	"strconv"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// A Given is a value that the user gives for what only apply can tell (TF-220): an attribute of a resource or data
// source, an output of a module, a variable, or a part of one of these. What the configuration itself says goes before.
type Given struct {
	Address string    // as messages write it: module.cdn["a"].data.aws_ssm_parameter.x.value
	Value   cty.Value // without marks
	Range   hcl.Range // of the address, where it is given
}

// A gift is one address in the tree of what is given: a value, or parts of one.
type gift struct {
	step   hcl.Traverser
	given  *Given           // nil if only parts are given
	parts  map[string]*gift // by the text of the step
	used   bool             // the value has taken its place
	idle   bool             // the configuration has a value of its own there
	asked  bool             // somebody has asked for it as a part of an unknown
	missed []string         // names that were asked for beside the parts
}

func newGift(step hcl.Traverser) *gift { return &gift{step: step, parts: map[string]*gift{}} }

// plant builds the tree of what is given.
func (m *Module) plant(list []Given) hcl.Diagnostics {
	if len(list) == 0 {
		return nil
	}
	var diags hcl.Diagnostics
	m.gifts = newGift(nil)
	for i := range list {
		g := &list[i]
		refuse := func(summary, detail string) {
			diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: &g.Range})
		}
		t := addressOf(g.Address)
		if len(t) < 2 {
			refuse("Not an address", fmt.Sprintf("%q is no address of a value. Addresses are written as in messages: "+
				`data.aws_ssm_parameter.x.value, module.x.out, data.terraform_remote_state.x.outputs.y.`, g.Address))
			continue
		}
		at := m.gifts
		for _, step := range t {
			key := stepKey(step)
			if at.parts[key] == nil {
				at.parts[key] = newGift(step)
			}
			at = at.parts[key]
		}
		if at.given != nil {
			refuse("Value given twice", fmt.Sprintf("%s has a value already, at %s. Keep one of them.", g.Address, place(&at.given.Range)))
			continue
		}
		if err := weigh(g.Value); err != nil {
			diags = append(diags, tooLarge(err, g.Range))
			continue
		}
		at.given = g
		m.presents = append(m.presents, at)
	}
	return diags
}

// addressOf parses an address, nil if it is none.
func addressOf(s string) hcl.Traversal {
	if len(s) > 10_000 {
		return nil
	}
	t, diags := hclsyntax.ParseTraversalAbs([]byte(s), "", hcl.InitialPos)
	if diags.HasErrors() {
		return nil
	}
	return t
}

func stepKey(step hcl.Traverser) string {
	if root, ok := step.(hcl.TraverseRoot); ok {
		return "." + root.Name
	}
	return part(step)
}

// at follows an address down the tree; nil if nothing is given there or below.
func (m *Module) giftAt(address string) *gift {
	if m.gifts == nil {
		return nil
	}
	g := m.gifts
	for _, step := range addressOf(address) {
		if g = g.parts[stepKey(step)]; g == nil {
			return nil
		}
	}
	return g
}

// supplied puts what is given for an address in the place of a value that only apply can tell, stand-in or unknown.
func (m *Module) supplied(address string, v cty.Value) cty.Value {
	if m.gifts == nil {
		return v
	}
	if len(References(v)) > 0 || !v.IsWhollyKnown() {
		m.wanted[address] = true
	}
	g := m.giftAt(address)
	if g == nil {
		return v
	}
	return m.over(g, address, v, false)
}

// over puts a gift in the place of a value. What the configuration is certain of stays, unless the value is itself given.
func (m *Module) over(g *gift, address string, v cty.Value, given bool) cty.Value {
	if certain(v) && !given {
		g.spare()
		return v
	}
	plain, marks := v.Unmark()
	secret := IsSensitive(v)
	if g.given != nil {
		g.used = true
		plain = g.given.Value
		if c, err := convert.Convert(plain, v.Type().WithoutOptionalAttributesDeep()); err == nil {
			plain = c
		}
		v, marks = plain, nil
		if secret {
			v = v.Mark(Sensitive{})
		}
	}
	if len(g.parts) == 0 {
		return v
	}
	return m.assembled(g, address, plain, marks, secret)
}

// assembled is a value with the parts that are given for it. Of a value that is not known there is nothing else, but
// what reaches for more is told that it is unknown.
func (m *Module) assembled(g *gift, address string, plain cty.Value, marks cty.ValueMarks, secret bool) cty.Value {
	known := plain.IsKnown() && !plain.IsNull()
	old := func(has bool, get func() cty.Value, step hcl.Traverser) cty.Value {
		if known && has {
			return get().WithMarks(visible(marks))
		}
		u := Unknown(address+part(step), cty.DynamicPseudoType)
		if secret {
			u = u.Mark(Sensitive{})
		}
		return u
	}
	t := plain.Type()
	var out cty.Value
	if list, ok := g.indexes(); ok && !(known && (t.IsObjectType() || t.IsMapType())) {
		var vals []cty.Value
		if known && (t.IsTupleType() || t.IsListType()) {
			vals = plain.AsValueSlice()
		}
		for i, p := range list {
			has := i < len(vals)
			v := old(has, func() cty.Value { return vals[i] }, hcl.TraverseIndex{Key: cty.NumberIntVal(int64(i))})
			if p != nil {
				v = m.over(p, address+suffix(p.step), v, g.given != nil)
			}
			if has {
				vals[i] = v
			} else {
				vals = append(vals, v)
			}
		}
		out = cty.TupleVal(vals)
	} else {
		attrs := map[string]cty.Value{}
		if known && (t.IsObjectType() || t.IsMapType()) && plain.LengthInt() > 0 {
			attrs = plain.AsValueMap()
		}
		for _, key := range keys(g.parts) {
			p := g.parts[key]
			name, ok := stepName(p.step)
			if !ok {
				continue
			}
			was, has := attrs[name]
			attrs[name] = m.over(p, address+part(p.step), old(has, func() cty.Value { return was }, p.step), g.given != nil)
		}
		out = cty.ObjectVal(attrs)
	}
	if !known {
		out = out.Mark(whole{&assembly{m, g, address, secret}})
	}
	if secret {
		out = out.Mark(Sensitive{})
	}
	return out
}

// maxIndex bounds the elements that are given by their index.
const maxIndex = 1000

// indexes returns the parts that are elements of a list, at their places.
func (g *gift) indexes() ([]*gift, bool) {
	var list []*gift
	for _, p := range g.parts {
		i, ok := elementIndex(p.step)
		if !ok {
			return nil, false
		}
		for len(list) <= i {
			list = append(list, nil)
		}
		list[i] = p
	}
	return list, true
}

func elementIndex(step hcl.Traverser) (int, bool) {
	index, ok := step.(hcl.TraverseIndex)
	if !ok || index.Key.Type() != cty.Number {
		return 0, false
	}
	i, err := strconv.Atoi(numberText(index.Key))
	return i, err == nil && i >= 0 && i < maxIndex
}

// certain tells whether a value is known and made of nothing that only apply can tell.
func certain(v cty.Value) bool {
	return v.IsWhollyKnown() && len(References(v)) == 0
}

// spare notes that the configuration needs nothing of what is given here.
func (g *gift) spare() {
	g.idle = true
	for _, p := range g.parts {
		p.spare()
	}
}

// An extension is what stands behind a value that shows only a part of what it has.
type extension interface {
	attribute(name string, asked hcl.Range) (cty.Value, hcl.Diagnostics)
	label() string
	declared() hcl.Range
}

// An assembly is an unknown value of which parts are given.
type assembly struct {
	m       *Module
	g       *gift
	address string
	secret  bool
}

func (a *assembly) attribute(name string, _ hcl.Range) (cty.Value, hcl.Diagnostics) {
	a.g.missed = append(a.g.missed, name)
	v := Unknown(a.address+part(hcl.TraverseAttr{Name: name}), cty.DynamicPseudoType)
	if a.secret {
		v = v.Mark(Sensitive{})
	}
	return v, nil
}

// hit notes that a part was asked for.
func (a *assembly) hit(name string) {
	for _, p := range a.g.parts {
		if n, ok := stepName(p.step); ok && n == name {
			p.asked = true
		}
	}
}

func (a *assembly) label() string       { return a.address }
func (a *assembly) declared() hcl.Range { return hcl.Range{} }

// isAssembly tells whether a value is an unknown one with given parts: jsondecode takes such parts for those of the
// decoded text.
func isAssembly(v cty.Value) bool {
	_, marks := v.Unmark()
	for mark := range marks {
		if w, ok := mark.(whole); ok {
			if _, ok := w.of.(*assembly); ok {
				return true
			}
		}
	}
	return false
}
