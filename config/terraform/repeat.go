package terraform

import (
	"fmt"
	"math/big"
	"sort"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// An expansion is the instances of one resource, data or module block.
type expansion struct {
	busy, done bool
	kind       string         // "count", "for_each", or "" for a single instance
	expr       hcl.Expression // of count or for_each
	rng        hcl.Range      // of expr
	checked    bool           // the arguments of a call have been held against its variables
	unknown    bool           // one instance is assumed (TF-046, TF-047)
	list       []*instance
	byKey      map[string]*instance
	diags      hcl.Diagnostics
	label      string
	from       cty.Value // the unknown value, for its marks
}

// An instance is one resource, data source, or module call after count and for_each.
type instance struct {
	scope    *scope
	decl     *declaration
	key      cty.Value // NilVal if single
	ctx      *hcl.EvalContext
	module   *scope // of a call; nil when the source is unavailable
	resource *Resource
	args     map[string]*memo
	block    *Block
	diags    hcl.Diagnostics
	complete bool // block and diags are set
	busy     bool
}

// element is a key with its value.
type element struct{ key, value cty.Value }

// expand returns the instances of a resource or data block.
func (s *scope) expand(d *declaration) *expansion {
	return s.expansion(d.key, d.block, func(i *instance, suffix string) {
		i.decl = d
		i.args = map[string]*memo{}
		i.resource = &Resource{
			Address: s.address(d.key) + suffix, Module: s.path, Mode: d.mode, Type: d.typ, Name: d.name,
			Key: i.key, Range: d.block.DefRange(), reader: i,
		}
	})
}

func (s *scope) expansion(key string, block *hclsyntax.Block, fill func(*instance, string)) *expansion {
	set := s.sets[key]
	if set == nil {
		set = &expansion{byKey: map[string]*instance{}, label: s.address(key)}
		s.sets[key] = set
	}
	if set.done {
		return set
	}
	if d := s.m.enter(set, &set.busy, set.label, block.DefRange()); d != nil {
		return &expansion{label: set.label, diags: hcl.Diagnostics{d}, unknown: true}
	}
	defer s.m.leave(&set.busy)
	elements, diags := s.repetition(set, block)
	set.diags = diags
	for _, e := range elements {
		i := &instance{scope: s, key: e.key, ctx: s.ctx}
		suffix, vars := "", map[string]cty.Value{}
		switch set.kind {
		case "count":
			suffix = "[" + numberText(e.key) + "]"
			vars["count"] = cty.ObjectVal(map[string]cty.Value{"index": e.value})
			set.byKey[numberText(e.key)] = i
		case "for_each":
			text := e.key.AsString()
			suffix = fmt.Sprintf("[%q]", text)
			_, marks := e.value.Unmark()
			k := e.key.WithMarks(visible(marks))
			if set.unknown {
				k = keepMarks(cty.UnknownVal(cty.String).RefineNotNull(), set.from)
			}
			vars["each"] = cty.ObjectVal(map[string]cty.Value{"key": k, "value": e.value})
			set.byKey[text] = i
		}
		if len(vars) > 0 {
			i.ctx = s.ctx.NewChild()
			i.ctx.Variables = vars
		}
		fill(i, suffix)
		set.list = append(set.list, i)
	}
	set.done = true
	return set
}

// visible leaves out the marks that say more than where a text comes from.
func visible(marks cty.ValueMarks) cty.ValueMarks {
	out := cty.ValueMarks{}
	for mark := range marks {
		switch mark.(type) {
		case whole, deferred, supposed:
		default:
			out[mark] = struct{}{}
		}
	}
	return out
}

func numberText(v cty.Value) string {
	v, _ = v.Unmark()
	return v.AsBigFloat().Text('f', -1)
}

// repetition evaluates count or for_each.
func (s *scope) repetition(set *expansion, block *hclsyntax.Block) ([]element, hcl.Diagnostics) {
	count, each := block.Body.Attributes["count"], block.Body.Attributes["for_each"]
	switch {
	case count != nil && each != nil:
		set.kind, set.expr, set.rng = "count", count.Expr, count.Expr.Range()
		return nil, hcl.Diagnostics{{
			Severity: hcl.DiagError,
			Summary:  `Invalid combination of "count" and "for_each"`,
			Detail:   `The "count" and "for_each" meta-arguments are mutually-exclusive, only one should be used.`,
			Subject:  each.NameRange.Ptr(),
		}}
	case count != nil:
		set.kind, set.expr, set.rng = "count", count.Expr, count.Expr.Range()
		return s.count(set, count.Expr)
	case each != nil:
		set.kind, set.expr, set.rng = "for_each", each.Expr, each.Expr.Range()
		return s.forEach(set, each.Expr)
	}
	return []element{{key: cty.NilVal}}, nil
}

func (s *scope) count(set *expansion, expr hclsyntax.Expression) ([]element, hcl.Diagnostics) {
	v, diags := s.m.value(expr, s.ctx)
	diags = append(diags, deferredErrors(v)...)
	if diags.HasErrors() {
		set.unknown, set.from = true, v
		return nil, diags
	}
	plain, _ := v.Unmark()
	bad := func(detail string) ([]element, hcl.Diagnostics) {
		return nil, append(diags, s.invalid("Invalid count argument", detail, expr))
	}
	if plain.IsNull() {
		return bad(`The given "count" argument value is null. An integer is required.`)
	}
	n, err := convert.Convert(plain, cty.Number)
	if err != nil {
		return bad(fmt.Sprintf(`The given "count" argument value is unsuitable: %s.`, err))
	}
	if !n.IsKnown() {
		set.unknown, set.from = true, v
		zero := cty.NumberIntVal(0)
		return []element{{zero, zero}}, append(diags, s.assumed("count", v, expr))
	}
	f := n.AsBigFloat()
	i, accuracy := f.Int64()
	switch {
	case accuracy != big.Exact:
		return bad(`The given "count" argument value is unsuitable: a whole number is required.`)
	case i < 0:
		return bad(`The given "count" argument value is unsuitable: must be greater than or equal to zero.`)
	case i > maxInstances:
		return bad(fmt.Sprintf("The value %d asks for more instances than the %d that edgecase evaluates.", i, maxInstances))
	}
	if _, ok := supposition(v); ok {
		diags = append(diags, s.assumed("count", v, expr))
	}
	elements := make([]element, i)
	for j := range elements {
		k := cty.NumberIntVal(int64(j))
		elements[j] = element{k, k}
	}
	return elements, diags
}

func (s *scope) forEach(set *expansion, expr hclsyntax.Expression) ([]element, hcl.Diagnostics) {
	v, diags := s.m.value(expr, s.ctx)
	diags = append(diags, deferredErrors(v)...)
	if diags.HasErrors() {
		set.unknown, set.from = true, v
		return nil, diags
	}
	plain, marks := v.Unmark()
	bad := func(detail string) ([]element, hcl.Diagnostics) {
		return nil, append(diags, s.invalid("Invalid for_each argument", detail, expr))
	}
	t := plain.Type()
	switch {
	case plain.IsNull():
		return bad(`The given "for_each" argument value is null: the "for_each" argument must be a map, or set of strings.`)
	case t == cty.DynamicPseudoType:
	case t.IsSetType() && (t.ElementType() == cty.String || t.ElementType() == cty.DynamicPseudoType || plain.IsKnown() && plain.LengthInt() == 0):
	case t.IsMapType() || t.IsObjectType():
	default:
		return bad(fmt.Sprintf(`The given "for_each" argument value is unsuitable: the "for_each" argument must be a map, `+
			`or set of strings, and you have provided a value of type %s.`, t.FriendlyName()))
	}
	if !plain.IsKnown() || t.IsSetType() && !plain.IsWhollyKnown() {
		set.unknown, set.from = true, v
		return []element{unknownElement(v)}, append(diags, s.assumed("for_each", v, expr))
	}
	if n := plain.LengthInt(); n > maxInstances {
		return bad(fmt.Sprintf("The value asks for %d instances; edgecase evaluates up to %d.", n, maxInstances))
	}
	if _, ok := supposition(v); ok {
		diags = append(diags, s.assumed("for_each", v, expr))
	}
	var elements []element
	for it := plain.ElementIterator(); it.Next(); {
		k, e := it.Element()
		if t.IsSetType() {
			k = e
			if k.IsNull() {
				return bad(`The given "for_each" argument value is unsuitable: "for_each" sets must not contain null values.`)
			}
		}
		k, _ = k.Unmark()
		elements = append(elements, element{k, e.WithMarks(visible(marks))})
	}
	sort.SliceStable(elements, func(i, j int) bool { return elements[i].key.AsString() < elements[j].key.AsString() })
	return elements, diags
}

// unknownElement is the one element that is assumed of an unknown collection.
func unknownElement(v cty.Value) element {
	plain, marks := v.Unmark()
	et := cty.DynamicPseudoType
	t := plain.Type()
	if t.IsCollectionType() {
		et = t.ElementType()
	}
	text := Name(v)
	return element{cty.StringVal(text), opened("", cty.UnknownVal(et).RefineNotNull().WithMarks(visible(marks)))}
}

func (s *scope) invalid(summary, detail string, expr hclsyntax.Expression) *hcl.Diagnostic {
	d := &hcl.Diagnostic{
		Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: expr.Range().Ptr(),
		Expression: expr, EvalContext: s.ctx,
	}
	s.m.explain(d)
	return d
}

// assumed is the notice for an unknown count or for_each.
func (s *scope) assumed(what string, v cty.Value, expr hclsyntax.Expression) *hcl.Diagnostic {
	number := "One instance is"
	if cond, ok := supposition(v); ok {
		if n := size(v); n != 1 {
			number = fmt.Sprintf("%d instances are", n)
		}
		v = cond
	}
	return &hcl.Diagnostic{
		Severity: hcl.DiagWarning,
		Summary:  "Unknown " + what,
		Detail:   fmt.Sprintf("The value of %q %s. %s assumed.%s", what, because(v), number, Supply(v)),
		Subject:  expr.Range().Ptr(),
		Extra:    Needed(v),
	}
}
