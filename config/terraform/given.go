package terraform

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

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

// An Unneeded value is given for an address and has changed nothing.
type Unneeded struct {
	Given
	Settled bool   // the configuration has a value of its own there
	Known   bool   // the address exists, but nothing that was evaluated asks for it
	Near    string // an address that was asked for and may be meant; "" if there is none
}

// Unneeded returns the given values that have not been used so far, in the order in which they were given.
func (m *Module) Unneeded() []Unneeded {
	var list []Unneeded
	for _, g := range m.presents {
		if g.used {
			continue
		}
		u := Unneeded{Given: *g.given, Settled: g.idle, Known: m.exists(g.given.Address)}
		u.Near = nearest(u.Address, m.lacking())
		list = append(list, u)
	}
	return append(list, m.misspelt(m.gifts)...)
}

// lacking returns the addresses that were asked for, are not known and are not given.
func (m *Module) lacking() []string {
	var list []string
	for _, address := range keys(m.wanted) {
		if g := m.giftAt(address); g == nil || !g.used {
			list = append(list, address)
		}
	}
	return list
}

// misspelt returns the parts of unknown values that nobody asked for, while something else of the same was asked for.
func (m *Module) misspelt(g *gift) []Unneeded {
	if g == nil {
		return nil
	}
	var list []Unneeded
	for _, key := range keys(g.parts) {
		p := g.parts[key]
		if name, ok := stepName(p.step); ok && p.given != nil && p.used && !p.asked && len(g.missed) > 0 {
			u := Unneeded{Given: *p.given, Known: true}
			if near := nearest(name, g.missed); near != "" {
				u.Near = strings.TrimSuffix(p.given.Address, part(p.step)) + part(hcl.TraverseAttr{Name: near})
			}
			list = append(list, u)
		}
		list = append(list, m.misspelt(p)...)
	}
	return list
}

// exists tells whether the beginning of an address is something that the configuration declares.
func (m *Module) exists(address string) bool {
	t := addressOf(address)
	s := m.root
	for rootName(t) == "module" && len(t) > 2 {
		name, _ := attrName(t, 1)
		c := s.config.calls[name]
		if c == nil {
			return false
		}
		t = t[2:]
		if m.sourceOf(s, c) == "" {
			return true
		}
		i := pick(s.callInstances(c), &t)
		if i == nil || i.module == nil || len(t) == 0 {
			return false
		}
		s = i.module
		if len(t) == 1 || rootName(t) != "module" && rootName(t) != "data" && rootName(t) != "var" && s.config.outputs[rootName(t)] != nil {
			return s.config.outputs[rootName(t)] != nil
		}
	}
	name, _ := attrName(t, 1)
	switch root := rootName(t); root {
	case "var":
		return s.config.variables[name] != nil
	case "data":
		third, _ := attrName(t, 2)
		return s.config.resources["data."+name+"."+third] != nil
	case "ephemeral":
		return true
	default:
		return s.config.resources[root+"."+name] != nil
	}
}

// Supply says how to give the values that something unknown waits for: a variable of the root module as Terraform takes
// it, anything else in edgecase.hcl.
func Supply(v cty.Value) string { return SupplyOf(Needed(v)) }

// Needs are the addresses of the values that a diagnostic asks for: its Extra.
type Needs []string

// SupplyOf says how to give values for addresses.
func SupplyOf(addresses Needs) string {
	var variables, values []string
	for _, address := range addresses {
		name, isVar := strings.CutPrefix(address, "var.")
		if i := strings.IndexAny(name, ".["); isVar && i >= 0 {
			name = name[:i]
		}
		switch {
		case isVar && !slices.Contains(variables, name):
			variables = append(variables, name)
		case !isVar:
			values = append(values, address)
		}
	}
	var hint string
	if len(variables) > 0 {
		hint = fmt.Sprintf(" Give it with --var %s=… or in a --var-file.", strings.Join(variables[:min(len(variables), maxNames)], "=…, --var "))
	}
	if len(values) > 0 {
		hint += " " + supplyLines(values)
	}
	return hint
}

const maxLine = 60 // bytes of what stands in a line beside a few words

func supplyLines(addresses []string) string {
	shown := addresses[:min(len(addresses), maxNames)]
	lines := make([]string, len(shown))
	for i, a := range shown {
		lines[i] = strconv.Quote(a) + ` = "…"`
		if len(a) > maxLine {
			lines[i] = strconv.Quote(a) + `="…"` // printers break lines at blanks
		}
	}
	if len(lines) == 1 && len(lines[0]) < maxLine {
		return "Give it in edgecase.hcl:\n  values { " + lines[0] + " }"
	}
	return "Give them in edgecase.hcl:\n  values {\n    " + strings.Join(lines, "\n    ") + "\n  }"
}

// Needed returns the addresses whose values make a value known, each once, sorted.
func Needed(v cty.Value) Needs {
	var list Needs
	for _, r := range References(v) {
		address := r.Address
		if r.Of != "" {
			address = r.Of
		}
		for _, open := range []string{"[…]", "[*]"} { // a part that nobody can name
			address, _, _ = strings.Cut(address, open)
		}
		if address != "self" && !strings.HasPrefix(address, "self.") && !slices.Contains(list, address) {
			list = append(list, address)
		}
	}
	return list
}

// waitingFor notes of an unknown of which a part is picked by an unknown key that the key is what to give.
func waitingFor(v, key cty.Value) cty.Value {
	needed := Needed(key)
	if len(needed) == 0 {
		return opened("", v)
	}
	plain, marks := v.Unmark()
	for mark := range marks {
		if r, ok := mark.(Reference); ok && r.Of == "" {
			r.Of = needed[0]
			plain = plain.Mark(r)
			continue
		}
		plain = plain.Mark(mark)
	}
	return plain
}

// opened notes of an unknown that a function has made what it was made from: parts of the result are no parts of that.
func opened(name string, v cty.Value) cty.Value {
	switch name {
	case "jsondecode", "yamldecode", "sensitive", "nonsensitive", "try":
		return v
	}
	if v.IsKnown() {
		return v
	}
	plain, marks := v.Unmark()
	for mark := range marks {
		if r, ok := mark.(Reference); ok && r.Of == "" {
			r.Of = r.Address
			plain = plain.Mark(r)
			continue
		}
		plain = plain.Mark(mark)
	}
	return plain
}
