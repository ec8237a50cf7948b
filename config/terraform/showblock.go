package terraform

import (
	"encoding/json"
	"slices"
	"strconv"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// evaluate makes the block of the resource.
func (r *record) evaluate() (*Block, hcl.Diagnostics) {
	if r.block != nil {
		return r.block, r.diags
	}
	r.block = r.blockOf("resource", r.At, r.Values, r.Unknown, r.Sensitive, r.declared.Get("expressions"), r.schema(), "")
	return r.block, r.diags
}

// blockOf makes a block of an object. Where the provider's schema does not tell arguments from nested blocks, an array of
// objects is both.
func (r *record) blockOf(typ string, at, values, unknown, sensitive, exprs *Node, schema *Schema, path string) *Block {
	doc := r.shown.doc
	b := &Block{Type: typ, Range: doc.Range(at), BodyRange: doc.Range(at), Arguments: map[string]Argument{}}
	for _, name := range names(values, unknown) {
		n, u, s := values.Get(name), member(unknown, name), member(sensitive, name)
		var inner *Schema
		if schema != nil {
			if inner = blockSchema(schema, name); inner == nil {
				r.argument(b, name, n, u, s, exprs.Get(name), schema, path)
				continue
			}
		} else {
			r.argument(b, name, n, u, s, exprs.Get(name), nil, path)
			if !objects(n) {
				continue
			}
		}
		r.nested(b, name, n, u, s, exprs.Get(name), inner, path)
	}
	if schema != nil {
		b.Text = rendered(b, schema)
	}
	return b
}

// objects tells whether a node is an array of one or more objects.
func objects(n *Node) bool {
	return n != nil && len(n.Items) > 0 && !slices.ContainsFunc(n.Items, func(i *Node) bool { return !i.IsObject })
}

func (r *record) argument(b *Block, name string, n, unknown, sensitive, expr *Node, schema *Schema, path string) {
	var a Attribute
	if schema != nil {
		var ok bool
		if a, ok = schema.Attributes[name]; !ok {
			return // of a newer provider
		}
	}
	// A computed value that nobody configures is whatever the provider decides.
	if unknown.IsTrue() && expr == nil && (schema == nil || a.Computed) || n.IsNull() && unknown == nil || r.unset(a, n) {
		return
	}
	v := r.value(n, unknown, sensitive, expr, path+"."+name)
	place := n
	if place == nil {
		place = r.At
	}
	rng := r.shown.doc.Range(place)
	if schema != nil && a.Type != cty.NilType && a.Type != cty.DynamicPseudoType {
		t := a.Type
		if t.IsSetType() && !v.IsWhollyKnown() {
			t = cty.List(t.ElementType()) // in a set, two unknown elements are one, and the marks of each are those of all
		}
		converted, err := convert.Convert(materialize(v, t), t)
		if err != nil {
			r.diags = append(r.diags, &hcl.Diagnostic{
				Severity: hcl.DiagError, Summary: "Incorrect attribute value type",
				Detail:  "Inappropriate value for attribute " + strconv.Quote(name) + ": " + conversionError(err) + ".",
				Subject: rng.Ptr(),
			})
			return
		}
		v = converted
	}
	if bare, _ := v.Unmark(); bare.IsNull() {
		return
	}
	b.Arguments[name] = Argument{Value: v, Range: rng, Name: r.shown.doc.NameRange(place)}
}

// unset tells whether a state stores by this value that nothing was configured (TF-242).
func (r *record) unset(a Attribute, n *Node) bool {
	if r.shown.isPlan || !a.ZeroIsUnset || n == nil {
		return false
	}
	number, ok := n.Scalar.(json.Number)
	return ok && number == "0"
}

// nested adds the blocks of a type. Of a set in which one value is sensitive, Terraform says that all of it is; that is too
// much to hide, and too little to know what to hide.
func (r *record) nested(b *Block, name string, n, unknown, sensitive, exprs *Node, schema *Schema, path string) {
	if unknown.IsTrue() {
		r.diags = append(r.diags, &hcl.Diagnostic{
			Severity: hcl.DiagWarning, Summary: "Blocks known only after apply",
			Detail:  "How many " + strconv.Quote(name) + " blocks " + r.Address + " has is not in this plan: it depends on what only apply can tell. None is taken.",
			Subject: b.Range.Ptr(),
		})
		return
	}
	if sensitive.IsTrue() {
		sensitive = nil
	}
	if n != nil && n.IsObject {
		n = &Node{IsArray: true, Items: []*Node{n}}
	}
	expressions := pair(n.List(), unknown, exprs)
	for i, item := range n.List() {
		if !item.IsObject {
			continue
		}
		b.Blocks = append(b.Blocks, r.blockOf(name, item, item, elementOf(unknown, i), elementOf(sensitive, i), expressions[i],
			schema, path+"."+name+"["+strconv.Itoa(i)+"]"))
	}
}
