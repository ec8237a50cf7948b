package terraform

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// metaArguments are not the resource's own (TF-049).
var metaArguments = map[string]bool{
	"count": true, "for_each": true, "provider": true, "depends_on": true,
}

// opaqueBlocks never change values and are not looked into (TF-049).
var opaqueBlocks = map[string]bool{
	"lifecycle": true, "provisioner": true, "connection": true, "timeouts": true,
}

// A reader has read a resource: the evaluator from its block, or [Show] from Terraform's own JSON.
type reader interface {
	evaluate() (*Block, hcl.Diagnostics)
	configured(name string) (cty.Value, bool)
	ignored() (hcl.Range, bool)
	providerArgument(name string) cty.Value
}

// Evaluate returns the evaluated block of a resource or data source. It remembers what it returns. A mistake that several
// resources run into is the same *hcl.Diagnostic from each, so that a caller can leave out repetitions.
func (r *Resource) Evaluate() (*Block, hcl.Diagnostics) { return r.reader.evaluate() }

// Argument evaluates one top-level argument, and nothing else of the resource. It returns false if the argument is not
// configured. An argument that cannot be evaluated is an unknown, which carries its error to whoever uses it.
func (r *Resource) Argument(name string) (cty.Value, bool) { return r.reader.configured(name) }

// Ignored returns the range of lifecycle.ignore_changes, if the resource has it: the live service may then differ from
// what is written (TF-049).
func (r *Resource) Ignored() (hcl.Range, bool) { return r.reader.ignored() }

func (i *instance) evaluate() (*Block, hcl.Diagnostics) {
	m := i.scope.m
	if i.complete {
		return i.block, i.diags
	}
	if len(m.stack) == 0 {
		m.restart()
	}
	if d := m.enter(i, &i.busy, i.resource.Address, i.resource.Range); d != nil {
		return emptyBlock(i.decl.block), hcl.Diagnostics{d}
	}
	defer m.leave(&i.busy)
	e := evaluator{m: m, instance: i, title: i.resource.Address}
	i.block, i.diags = e.block(i.decl.block, i.ctx, m.schema(i.decl.mode, i.decl.typ))
	i.diags = append(i.diags, i.decl.selfReferences(i.decl.block.Body)...)
	i.diags = append(distinct(i.diags), m.drain()...)
	i.complete = true
	return i.block, i.diags
}

// selfReferences reports what a resource says of itself: there is nothing yet that it could know.
func (d *declaration) selfReferences(body *hclsyntax.Body) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, attr := range inOrder(body.Attributes) {
		for _, t := range attr.Expr.Variables() {
			rest, own := strings.CutPrefix(text(t), d.key)
			if !own || rest != "" && rest[0] != '.' && rest[0] != '[' {
				continue
			}
			diags = append(diags, &hcl.Diagnostic{
				Severity: hcl.DiagError, Summary: "Self-referential block",
				Detail:  fmt.Sprintf("The configuration of %s may not refer to %s itself.", d.key, d.key),
				Subject: t.SourceRange().Ptr(),
			})
		}
	}
	for _, b := range body.Blocks {
		if !opaqueBlocks[b.Type] {
			diags = append(diags, d.selfReferences(b.Body)...)
		}
	}
	return diags
}

func emptyBlock(b *hclsyntax.Block) *Block {
	return &Block{Type: b.Type, Range: b.DefRange(), BodyRange: b.Range(), Arguments: map[string]Argument{}}
}

func (i *instance) configured(name string) (cty.Value, bool) {
	attr := i.decl.block.Body.Attributes[name]
	if attr == nil || metaArguments[name] {
		if v, diags, ok := i.nested(name); ok {
			if diags.HasErrors() {
				return failure(i.resource.Address+"."+name, diags), true
			}
			return v, true
		}
		if g := i.scope.m.giftAt(i.resource.Address + "." + name); g != nil && g.given != nil {
			g.used = true
			return g.given.Value, true
		}
		return cty.NilVal, false
	}
	v, diags := i.argument(attr)
	if diags.HasErrors() {
		return failure(i.resource.Address+"."+name, diags), true
	}
	return v, true
}

func (i *instance) ignored() (hcl.Range, bool) {
	for _, b := range i.decl.block.Body.Blocks {
		if b.Type == "lifecycle" {
			if a := b.Body.Attributes["ignore_changes"]; a != nil {
				return a.SrcRange, true
			}
		}
	}
	return hcl.Range{}, false
}

// argument evaluates a configured argument and converts it to what the schema wants.
func (i *instance) argument(attr *hclsyntax.Attribute) (cty.Value, hcl.Diagnostics) {
	m := i.scope.m
	c := i.args["="+attr.Name]
	if c == nil {
		c = &memo{}
		i.args["="+attr.Name] = c
	}
	address := i.resource.Address + "." + attr.Name
	return m.once(c, address, attr.NameRange, func() (cty.Value, hcl.Diagnostics) {
		v, diags := m.argument(attr, i.ctx, m.schema(i.decl.mode, i.decl.typ))
		return m.supplied(address, v), diags
	})
}

func (m *Module) argument(attr *hclsyntax.Attribute, ctx *hcl.EvalContext, schema *Schema) (cty.Value, hcl.Diagnostics) {
	v, diags := m.value(attr.Expr, ctx)
	if schema == nil || diags.HasErrors() {
		return v, diags
	}
	want, ok := schema.Attributes[attr.Name]
	if !ok || want.Type == cty.NilType || want.Type == cty.DynamicPseudoType {
		return v, diags
	}
	typed, err := converted(materialize(v, want.Type), want.Type)
	if err != nil {
		d := &hcl.Diagnostic{
			Severity:   hcl.DiagError,
			Summary:    "Incorrect attribute value type",
			Detail:     fmt.Sprintf("Inappropriate value for attribute %q: %s.", attr.Name, conversionError(err)),
			Subject:    attr.Expr.Range().Ptr(),
			Expression: attr.Expr, EvalContext: ctx,
		}
		m.explain(d)
		return keepMarks(cty.UnknownVal(want.Type), v), append(diags, d)
	}
	return typed, diags
}

// conversionError names the part of a value that does not convert.
func conversionError(err error) string {
	if p, ok := err.(cty.PathError); ok && len(p.Path) > 0 {
		var t hcl.Traversal
		for _, step := range p.Path {
			switch step := step.(type) {
			case cty.GetAttrStep:
				t = append(t, hcl.TraverseAttr{Name: step.Name})
			case cty.IndexStep:
				t = append(t, hcl.TraverseIndex{Key: step.Key})
			}
		}
		return fmt.Sprintf("%s: %s", text(t), err)
	}
	return err.Error()
}

// attribute is what a reference to an attribute of the resource gives (TF-223): the configured argument, the nested
// blocks, or what the provider says.
func (i *instance) attribute(name string, asked hcl.Range) (cty.Value, hcl.Diagnostics) {
	m := i.scope.m
	c := i.args[name]
	if c == nil {
		c = &memo{}
		i.args[name] = c
	}
	address := i.resource.Address + "." + name
	v, diags := m.once(c, address, asked, func() (cty.Value, hcl.Diagnostics) {
		unset := cty.NilVal
		if attr := i.decl.block.Body.Attributes[name]; attr != nil && !metaArguments[name] {
			v, diags := i.argument(attr)
			if n, ok := m.opts.Provider.(Normalizer); ok && !diags.HasErrors() {
				v = n.Normalized(i.decl.mode, i.decl.typ, name, v)
			}
			unset = v
			if plain, _ := v.Unmark(); diags.HasErrors() || !plain.IsNull() {
				return v, diags
			}
		}
		if v, diags, ok := i.nested(name); ok {
			return m.supplied(address, v), diags
		}
		v, diags := i.computed(name, address)
		if unset != cty.NilVal && v != cty.NilVal && v.IsNull() {
			v = unset // a null of some type
		}
		return m.supplied(address, v), diags
	})
	if v == cty.NilVal || len(diags) == 1 && diags[0].Subject == nil {
		// The error is about who asks, so each asker gets their own.
		c.done = false
		d := *diags[0]
		d.Subject = asked.Ptr()
		return Unknown(address, cty.DynamicPseudoType), hcl.Diagnostics{&d}
	}
	return v, diags
}

func (i *instance) computed(name, address string) (cty.Value, hcl.Diagnostics) {
	m := i.scope.m
	t := cty.DynamicPseudoType
	if schema := m.schema(i.decl.mode, i.decl.typ); schema != nil {
		if _, ok := schema.Blocks[name]; ok {
			return cty.ListValEmpty(cty.DynamicPseudoType), nil
		}
		attr, ok := schema.Attributes[name]
		if !ok {
			return cty.DynamicVal, hcl.Diagnostics{{
				Severity: hcl.DiagError,
				Summary:  "Unsupported attribute",
				Detail: fmt.Sprintf("This object has no argument, nested block, or exported attribute named %q.%s", name,
					didYouMean(name, append(keys(schema.Attributes), keys(schema.Blocks)...))),
			}}
		}
		if attr.Type != cty.NilType {
			t = attr.Type
		}
	} else if d := i.misspelt(name); d != nil {
		return cty.DynamicVal, hcl.Diagnostics{d}
	}
	if m.opts.Provider != nil {
		if v := m.opts.Provider.Attribute(i.resource, name); v != cty.NilVal {
			return v, nil
		}
	}
	return Unknown(address, t), nil
}

// misspelt warns of an attribute that a type does not have and that is almost one that it has. What it gives is unknown.
func (i *instance) misspelt(name string) *hcl.Diagnostic {
	namer, ok := i.scope.m.opts.Provider.(Namer)
	if !ok {
		return nil
	}
	names := namer.Names(i.decl.mode, i.decl.typ)
	if len(names) == 0 || slices.Contains(names, name) {
		return nil
	}
	hint := didYouMean(name, names)
	if hint == "" {
		return nil
	}
	return &hcl.Diagnostic{
		Severity: hcl.DiagWarning,
		Summary:  "Unsupported attribute",
		Detail:   fmt.Sprintf("%s has no attribute named %q.%s Until then it is unknown.", i.resource.Address, name, hint),
	}
}
