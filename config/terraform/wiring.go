package terraform

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// A wiring is one module instance of a plan's configuration. A plan tells the values that are known; of the others the
// configuration tells which references their expressions have, and that is followed here to the resources (TF-244).
type wiring struct {
	shown     *Shown
	parent    *wiring
	module    *Node // of the configuration
	call      *Node // in the parent's module_calls; nil for the root
	path      string
	key       cty.Value // of the module instance; NilVal if it is single
	children  map[string]*wiring
	resources map[string]*Node // of the module, by address without key; nil until asked for

	variables *Node // of the root
	providers *Node
}

func newWiring(s *Shown, plan *Node) *wiring {
	return &wiring{
		shown: s, module: plan.Get("configuration", "root_module"), children: map[string]*wiring{},
		variables: plan.Get("variables"), providers: plan.Get("configuration", "provider_config"),
	}
}

// below finds the module instance with an address.
func (w *wiring) below(address string) *wiring {
	if address == w.path {
		return w
	}
	if c := w.children[address]; c != nil {
		return c
	}
	at := w
	for t := addressOf(address); len(t) >= 2; {
		name, _ := attrName(t, 1)
		key, path := cty.NilVal, "module."+name
		t = t[2:]
		if len(t) > 0 {
			if index, ok := t[0].(hcl.TraverseIndex); ok {
				key, path, t = index.Key, path+suffix(index), t[1:]
			}
		}
		at = at.child(name, strings.TrimPrefix(at.path+"."+path, "."), key)
	}
	w.children[address] = at
	return at
}

func (w *wiring) child(name, path string, key cty.Value) *wiring {
	if c := w.children[path]; c != nil {
		return c
	}
	call := w.module.Get("module_calls", name)
	c := &wiring{
		shown: w.shown, parent: w, call: call, module: call.Get("module"), path: path, key: key,
		children: map[string]*wiring{}, variables: w.variables, providers: w.providers,
	}
	w.children[path] = c
	return c
}

// declared finds a resource in the configuration.
func (w *wiring) declared(r Record) *Node {
	if w.resources == nil {
		w.resources = map[string]*Node{}
		for _, n := range w.module.Get("resources").List() {
			w.resources[baseAddress(Record{
				Mode: Mode(n.Get("mode").Text()), Type: n.Get("type").Text(), Name: n.Get("name").Text()})] = n
		}
	}
	r.Module = ""
	return w.resources[baseAddress(r)]
}

// providerArgument returns an argument of a provider block that is a constant or a variable of the root.
func (w *wiring) providerArgument(key, name string) cty.Value {
	expr := w.providers.Get(key, "expressions", name)
	if c := fixed(expr); c != nil {
		return scalarValue(c)
	}
	for _, ref := range expr.Get("references").List() {
		if variable, ok := strings.CutPrefix(ref.Text(), "var."); ok {
			if v := w.variables.Get(variable, "value"); v != nil {
				return scalarValue(v)
			}
		}
	}
	return cty.NilVal
}

// traced is an unknown value, marked with what its expression refers to.
func (r *record) traced(expr *Node, path string) cty.Value {
	own := Unknown(r.Address+path, cty.DynamicPseudoType)
	found := r.trace(expr)
	switch len(found) {
	case 0:
		return own
	case 1:
		// Nobody writes anything around the name of a host, but around ids they do (TF-202).
		if v := found[0]; hostName(v) {
			return v
		}
	}
	v := cty.UnknownVal(cty.DynamicPseudoType)
	for _, f := range found {
		for mark := range deepMarks(f) {
			if ref, ok := mark.(Reference); ok {
				ref.StandIn = ""
				v = v.Mark(ref)
			} else {
				v = v.Mark(mark)
			}
		}
	}
	if !v.IsMarked() {
		return own
	}
	return v
}

// trace returns the values that only apply can tell and that an expression refers to, in order.
func (r *record) trace(expr *Node) []cty.Value {
	if r.scope == nil || expr == nil {
		return nil
	}
	var found []cty.Value
	t := tracer{from: r.Key, each: r.declared.Get("for_each_expression"), found: &found, left: maxSteps / 100}
	t.references(r.scope, expr)
	return found
}

// hostName tells whether a value is a stand-in in the form of a host's name.
func hostName(v cty.Value) bool {
	plain, _ := v.Unmark()
	if !plain.IsKnown() || plain.IsNull() || plain.Type() != cty.String {
		return false
	}
	s := plain.AsString()
	return strings.Contains(s, ".") && !strings.ContainsAny(s, "/:")
}

// A tracer follows references to the attributes that only apply can tell.
type tracer struct {
	from  cty.Value // the key of the resource or module that asks
	each  *Node     // the for_each of the same
	found *[]cty.Value
	rest  hcl.Traversal // what follows the reference whose value the expression is
	left  int           // references that it may still look at
	depth int
	keyed bool // the expression has the key of who asks in it
}

// references follows those of an expression: {"references": […]}, or an array or object of expressions.
func (t *tracer) references(w *wiring, expr *Node) {
	if t.depth++; t.depth > maxChain {
		return
	}
	defer func() { t.depth-- }()
	for _, e := range expr.List() {
		t.references(w, e)
	}
	refs := expr.Get("references")
	if refs == nil && expr != nil && expr.IsObject && expr.Get("constant_value") == nil {
		for _, name := range expr.Names {
			t.references(w, expr.Members[name])
		}
	}
	var texts []string
	for _, ref := range refs.List() {
		texts = append(texts, ref.Text())
	}
	// A reference is listed with every part of it that is one, too.
	whole := slices.DeleteFunc(slices.Clone(texts), func(text string) bool {
		return slices.ContainsFunc(texts, func(other string) bool {
			rest, ok := strings.CutPrefix(other, text)
			return ok && rest != "" && (rest[0] == '.' || rest[0] == '[')
		})
	})
	defer func(outer bool) { t.keyed = outer }(t.keyed)
	t.keyed = t.keyed || slices.ContainsFunc(whole, ownKey)
	for _, text := range whole {
		t.reference(w, text)
	}
}

// ownKey tells the references that are the key of the resource they stand in: of a set, each.value is that, too. A key
// that is worked out in another way may be that of any instance.
func ownKey(text string) bool {
	return text == "each.key" || text == "each.value" || text == "count.index"
}

func (t *tracer) reference(w *wiring, text string) {
	if t.left--; t.left < 0 {
		return
	}
	steps := addressOf(text)
	if len(steps) < 2 {
		return
	}
	name, _ := attrName(steps, 1)
	switch root := steps.RootName(); root {
	case "var":
		if w.parent != nil {
			inner := *t
			inner.from, inner.each, inner.keyed = w.key, w.call.Get("for_each_expression"), false
			inner.rest = slices.Concat(steps[2:], t.rest)
			inner.references(w.parent, w.call.Get("expressions", name))
			t.left = inner.left
		}
	case "each":
		if t.each != nil && name == "value" {
			inner := *t
			inner.each, inner.keyed = nil, true // what is repeated for each of some resources has their keys
			inner.references(w, t.each)
			t.left = inner.left
		}
	case "local":
		// Of locals a plan tells nothing more, but the same local is the same value (TF-202).
		t.find(Unknown(strings.TrimPrefix(w.path+"."+text, "."), cty.DynamicPseudoType))
	case "count", "path", "terraform", "self":
	case "module":
		t.output(w, name, steps[2:])
	case "data":
		t.attribute(w, "data."+name, steps[1:])
	default:
		t.attribute(w, root, steps)
	}
}

// output follows an output of a module that the module at hand calls.
func (t *tracer) output(w *wiring, name string, rest hcl.Traversal) {
	path, key := "module."+name, cty.NilVal
	if len(rest) > 0 {
		if index, ok := rest[0].(hcl.TraverseIndex); ok {
			path, key, rest = path+suffix(index), index.Key, rest[1:]
		}
	}
	output, ok := attrName(rest, 0)
	if !ok {
		return
	}
	inner := *t
	inner.from, inner.each, inner.keyed, inner.rest = key, nil, false, slices.Concat(rest[1:], t.rest)
	child := w.child(name, strings.TrimPrefix(w.path+"."+path, "."), key)
	inner.references(child, child.module.Get("outputs", output, "expression"))
	t.left = inner.left
}

// attribute finds the resource of a type that a reference names and the attribute of it, if only apply can tell that.
// The name is the second of the steps.
func (t *tracer) attribute(w *wiring, typ string, steps hcl.Traversal) {
	name, ok := attrName(steps, 1)
	if !ok {
		return
	}
	address := typ + "." + name
	if w.path != "" {
		address = w.path + "." + address
	}
	rest := slices.Concat(steps[2:], t.rest)
	var r *record
	if len(rest) > 0 {
		if index, ok := rest[0].(hcl.TraverseIndex); ok {
			r, rest = w.shown.records[address+suffix(index)], rest[1:]
		}
	}
	if r == nil {
		r = t.instance(w, address)
	}
	attr, ok := attrName(rest, 0)
	if !ok {
		t.instances(w, address, r)
		return
	}
	v := Unknown(address+"."+attr, cty.DynamicPseudoType)
	if r != nil && !r.building {
		r.building = true
		v = r.attribute(attr)
		r.building = false
	}
	t.find(v)
}

// instances are what an expression refers to that picks an attribute of some of them only later, in a splat, in a for, or
// behind a key that is worked out. It is mostly the id; which one it is does not show.
func (t *tracer) instances(w *wiring, address string, one *record) {
	list := w.shown.bases[address]
	if one != nil {
		list = []*record{one}
	}
	for _, r := range list {
		if r.Values.Get("id").IsNull() {
			t.find(Unknown(r.Address+".id", cty.DynamicPseudoType))
		}
	}
}

// find adds what only apply can tell.
func (t *tracer) find(v cty.Value) {
	if len(References(v)) > 0 && !slices.ContainsFunc(*t.found, func(f cty.Value) bool { return f.RawEquals(v) }) {
		*t.found = append(*t.found, v)
	}
}

// instance finds the instance that an address without a key means: the only one, or the one with the asker's own key if
// the expression has that in it.
func (t *tracer) instance(w *wiring, address string) *record {
	if r := w.shown.records[address]; r != nil {
		return r
	}
	if t.keyed && t.from != cty.NilVal {
		if r := w.shown.records[address+suffix(hcl.TraverseIndex{Key: t.from})]; r != nil {
			return r
		}
	}
	if list := w.shown.bases[address]; len(list) == 1 {
		return list[0]
	}
	return nil
}
