package terraform

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
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
	isPlan   bool
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
	s := newShown(doc, provider)
	root := doc.Root
	if !s.isPlan {
		s.module(root.Get("values", "root_module"), s.add)
		return s
	}
	s.wiring = newWiring(s, root)
	if root.Get("planned_values") == nil {
		s.changes(root.Get("resource_changes"))
	}
	changes := map[string]*Node{}
	for _, c := range root.Get("resource_changes").List() {
		changes[c.Get("address").Text()] = c.Get("change")
	}
	s.module(root.Get("planned_values", "root_module"), func(r Record) {
		r.Unknown = changes[r.Address].Get("after_unknown")
		if r.Sensitive == nil {
			r.Sensitive = changes[r.Address].Get("after_sensitive")
		}
		s.add(r)
	})
	// Data sources that were read while planning are only in the state before (TF-244).
	s.module(root.Get("prior_state", "values", "root_module"), func(r Record) {
		if r.Mode == Data && s.records[r.Address] == nil {
			s.add(r)
		}
	})
	return s
}

// Records makes a Shown of resources that were read in another way.
func Records(doc *Document, provider Provider, list []Record) *Shown {
	s := newShown(doc, provider)
	for _, r := range list {
		s.add(r)
	}
	return s
}

func newShown(doc *Document, provider Provider) *Shown {
	return &Shown{
		isPlan: doc.Root.Get("planned_values") != nil || doc.Root.Get("resource_changes") != nil,
		doc:    doc, provider: provider, records: map[string]*record{}, bases: map[string][]*record{},
	}
}

// module gives the resources of a module, and of the modules in it, to take.
func (s *Shown) module(n *Node, take func(Record)) {
	for _, r := range n.Get("resources").List() {
		rec := Record{
			Address: r.Get("address").Text(), Module: n.Get("address").Text(),
			Mode: Mode(r.Get("mode").Text()), Type: r.Get("type").Text(), Name: r.Get("name").Text(),
			Key: keyValue(r.Get("index")), At: r, Values: r.Get("values"), Sensitive: r.Get("sensitive_values"),
		}
		if rec.Address != "" && rec.Values != nil {
			take(rec)
		}
	}
	for _, child := range n.Get("child_modules").List() {
		s.module(child, take)
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
