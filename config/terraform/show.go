package terraform

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// A Record is one resource as Terraform's own JSON has it (TF-241).
type Record struct {
	Address   string
	Module    string // "module.cdn[0]", "" in the root
	Mode      Mode
	Type      string
	Name      string
	Key       cty.Value // NilVal for a single instance
	At        *Node     // the whole resource
	Values    *Node     // arguments and attributes; nested blocks are arrays of objects (TF-242)
	Unknown   *Node     // of the same form: true where only apply can tell (TF-243)
	Sensitive *Node     // likewise: true where the value must not be shown
}

// Shown is what somebody's JSON tells of resources. It answers the questions that a [Module] answers about a directory.
type Shown struct {
	IsPlan bool

	doc      *Document
	provider Provider
	records  map[string]*record
	bases    map[string][]*record // the instances, by address without key
	order    []*record
	wiring   *wiring // nil where only values are told
}

// A record stands behind a Resource that was read from JSON.
type record struct {
	Record
	shown    *Shown
	resource *Resource
	declared *Node // the resource in the plan's configuration; nil if it is not there
	scope    *wiring
	block    *Block
	diags    hcl.Diagnostics
	building bool
}

// Show reads what terraform show -json has printed, of a plan or of a state (TF-240).
func Show(doc *Document, provider Provider) *Shown {
	root := doc.Root
	s := &Shown{doc: doc, provider: provider, records: map[string]*record{}, bases: map[string][]*record{}, IsPlan: root.Get("planned_values") != nil || root.Get("resource_changes") != nil}
	if !s.IsPlan {
		s.module(root.Get("values", "root_module"), nil)
		return s
	}
	s.wiring = newWiring(s, root)
	changes := map[string]*Node{}
	for _, c := range root.Get("resource_changes").List() {
		changes[c.Get("address").Text()] = c.Get("change")
	}
	if root.Get("planned_values") == nil {
		s.changes(root.Get("resource_changes"))
	}
	s.module(root.Get("planned_values", "root_module"), changes)
	// Data sources that were read while planning are only in the state before (TF-244).
	s.module(root.Get("prior_state", "values", "root_module"), map[string]*Node{"": nil})
	return s
}

// Records makes a Shown of resources that were read in another way.
func Records(doc *Document, provider Provider, list []Record) *Shown {
	s := &Shown{doc: doc, provider: provider, records: map[string]*record{}, bases: map[string][]*record{}}
	for _, r := range list {
		s.add(r)
	}
	return s
}

// module takes in the resources of a module and of the modules in it. Of a state before a plan, changes is not nil and
// holds no change: then only data sources are taken that the plan itself does not have.
func (s *Shown) module(n *Node, changes map[string]*Node) {
	_, before := changes[""]
	for _, r := range n.Get("resources").List() {
		rec := Record{
			Address: r.Get("address").Text(), Module: n.Get("address").Text(),
			Mode: Mode(r.Get("mode").Text()), Type: r.Get("type").Text(), Name: r.Get("name").Text(),
			Key: keyValue(r.Get("index")), At: r, Values: r.Get("values"), Sensitive: r.Get("sensitive_values"),
		}
		if c := changes[rec.Address]; c != nil {
			rec.Unknown = c.Get("after_unknown")
			if rec.Sensitive == nil {
				rec.Sensitive = c.Get("after_sensitive")
			}
		}
		if rec.Address == "" || rec.Values == nil || before && (rec.Mode != Data || s.records[rec.Address] != nil) {
			continue
		}
		s.add(rec)
	}
	for _, child := range n.Get("child_modules").List() {
		s.module(child, changes)
	}
}

// changes takes in what the resources will be after their changes.
func (s *Shown) changes(list *Node) {
	for _, c := range list.List() {
		change := c.Get("change")
		if after := change.Get("after"); after != nil && after.IsObject {
			s.add(Record{
				Address: c.Get("address").Text(), Module: c.Get("module_address").Text(),
				Mode: Mode(c.Get("mode").Text()), Type: c.Get("type").Text(), Name: c.Get("name").Text(),
				Key: keyValue(c.Get("index")), At: c, Values: after,
				Unknown: change.Get("after_unknown"), Sensitive: change.Get("after_sensitive"),
			})
		}
	}
}

func keyValue(n *Node) cty.Value {
	if n == nil {
		return cty.NilVal
	}
	return scalarValue(n)
}

func (s *Shown) add(rec Record) {
	r := &record{Record: rec, shown: s}
	r.resource = &Resource{
		Address: rec.Address, Module: rec.Module, Mode: rec.Mode, Type: rec.Type, Name: rec.Name, Key: rec.Key,
		Range: s.doc.Range(rec.At), reader: r,
	}
	if s.wiring != nil {
		r.scope = s.wiring.below(rec.Module)
		r.declared = r.scope.declared(rec)
	}
	if s.records[rec.Address] == nil {
		s.order = append(s.order, r)
		base := baseAddress(rec)
		s.bases[base] = append(s.bases[base], r)
	}
	s.records[rec.Address] = r
}

// baseAddress is a resource's address without its key.
func baseAddress(r Record) string {
	base := r.Type + "." + r.Name
	if r.Mode == Data {
		base = "data." + base
	}
	if r.Module != "" {
		base = r.Module + "." + base
	}
	return base
}

// Resource returns one instance by its full address, "data." in front for data sources, or nil.
func (s *Shown) Resource(address string) *Resource {
	if r := s.records[address]; r != nil {
		return r.resource
	}
	return nil
}

// Resources returns the instances of the given types, "data." in front for data sources; the root's come first, then the
// modules' by address.
func (s *Shown) Resources(types ...string) ([]*Resource, hcl.Diagnostics) {
	var list []*Resource
	for _, r := range s.order {
		typ := r.Type
		if r.Mode == Data {
			typ = "data." + typ
		}
		if slices.Contains(types, typ) {
			list = append(list, r.resource)
		}
	}
	slices.SortStableFunc(list, func(a, b *Resource) int {
		return cmp.Compare(strings.Count(a.Module, "module."), strings.Count(b.Module, "module."))
	})
	return list, nil
}

// Count returns how many resources and data sources there are.
func (s *Shown) Count() int { return len(s.order) }

// ignored: Terraform's JSON does not tell ignore_changes.
func (r *record) ignored() (hcl.Range, bool) { return hcl.Range{}, false }

func (r *record) providerArgument(name string) cty.Value {
	if r.scope == nil {
		return cty.NilVal
	}
	return r.scope.providerArgument(r.declared.Get("provider_config_key").Text(), name)
}

func (r *record) schema() *Schema {
	if r.shown.provider == nil {
		return nil
	}
	return r.shown.provider.Schema(r.Mode, r.Type)
}

// configured returns an argument that has a value, or will have one by its expression. What the provider alone decides is
// none.
func (r *record) configured(name string) (cty.Value, bool) {
	n, unknown := r.Values.Get(name), member(r.Unknown, name)
	expr := r.declared.Get("expressions", name)
	if unknown.IsTrue() && expr == nil || n.IsNull() && unknown == nil {
		return cty.NilVal, false
	}
	v := r.value(n, unknown, member(r.Sensitive, name), expr, "."+name)
	if bare, _ := v.Unmark(); bare.IsNull() {
		return cty.NilVal, false
	}
	return v, true
}

// attribute is what a reference to an attribute of the resource gives: its value, else what the provider says.
func (r *record) attribute(name string) cty.Value {
	if v, ok := r.configured(name); ok {
		return v
	}
	if r.shown.provider != nil {
		if v := r.shown.provider.Attribute(r.resource, name); v != cty.NilVal {
			return v
		}
	}
	return Unknown(r.Address+"."+name, cty.DynamicPseudoType)
}

// member follows a member in what tells of parts: where the whole is true, so is the part.
func member(n *Node, name string) *Node {
	if n.IsTrue() {
		return n
	}
	return n.Get(name)
}

// elementOf is member for an element.
func elementOf(n *Node, i int) *Node {
	if n.IsTrue() {
		return n
	}
	return n.Item(i)
}

// value makes a value of JSON, with what is unknown and what is sensitive in it.
func (r *record) value(n, unknown, sensitive, expr *Node, path string) cty.Value {
	var v cty.Value
	switch {
	case unknown.IsTrue():
		v = r.traced(expr, path)
	case n == nil && (unknown == nil || !unknown.IsObject && !unknown.IsArray), n.IsNull() && n != nil:
		v = cty.NullVal(cty.DynamicPseudoType)
	case n != nil && n.IsArray || n == nil && unknown.IsArray:
		var items []cty.Value
		found := r.trace(expr)
		whole := len(found) == unknownItems(unknown)
		for i := range max(len(n.List()), len(unknown.List())) {
			if u := unknown.Item(i); whole && u.IsTrue() { // [a.id, b.id]: each element is what one reference gives
				items, found = append(items, found[0]), found[1:]
				continue
			}
			items = append(items, r.value(n.Item(i), elementOf(unknown, i), elementOf(sensitive, i), expr, path+"["+strconv.Itoa(i)+"]"))
		}
		v = cty.TupleVal(items)
	case n != nil && n.IsObject || n == nil && unknown.IsObject:
		attrs := map[string]cty.Value{}
		for _, name := range names(n, unknown) {
			attrs[name] = r.value(n.Get(name), member(unknown, name), member(sensitive, name), expr, path+"."+name)
		}
		v = cty.ObjectVal(attrs)
	default:
		v = scalarValue(n)
	}
	if sensitive.IsTrue() {
		v = v.Mark(Sensitive{})
	}
	return v
}

// unknownItems counts the elements of a list that are unknown; -1 is for a list without any.
func unknownItems(n *Node) int {
	count := 0
	for _, i := range n.List() {
		if i.IsTrue() {
			count++
		}
	}
	if count == 0 {
		return -1
	}
	return count
}

// names are the members of two objects, those of the first first.
func names(a, b *Node) []string {
	var list []string
	if a != nil {
		list = append(list, a.Names...)
	}
	if b != nil {
		for _, n := range b.Names {
			if a == nil || a.Members[n] == nil {
				list = append(list, n)
			}
		}
	}
	return list
}

func scalarValue(n *Node) cty.Value {
	switch s := n.Scalar.(type) {
	case string:
		return cty.StringVal(s)
	case bool:
		return cty.BoolVal(s)
	case json.Number:
		if v, err := cty.ParseNumberVal(s.String()); err == nil {
			return v
		}
	}
	return cty.NullVal(cty.DynamicPseudoType)
}

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
	if r.shown.IsPlan || !a.ZeroIsUnset || n == nil {
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
