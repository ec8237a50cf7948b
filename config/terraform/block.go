package terraform

import (
	"fmt"
	"sort"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// An evaluator evaluates the blocks of one resource.
type evaluator struct {
	m         *Module
	instance  *instance // set while its own block, not a nested one, is evaluated
	title     string
	generated bool             // inside a dynamic block: the text must be made
	origin    *hclsyntax.Block // the dynamic block whose content this is
	depth     int
	count     *int
}

// block evaluates a block with everything in it.
func (e evaluator) block(b *hclsyntax.Block, ctx *hcl.EvalContext, schema *Schema) (*Block, hcl.Diagnostics) {
	top := e.instance
	e.instance = nil
	if e.count == nil {
		e.count = new(int)
	}
	out := emptyBlock(b)
	if of := e.origin; of != nil {
		out.Type, out.Range, out.BodyRange = of.Labels[0], of.DefRange(), of.Range()
		e.origin = nil
	}
	var diags hcl.Diagnostics
	attrs := inOrder(b.Body.Attributes)
	for _, attr := range attrs {
		if top != nil && metaArguments[attr.Name] {
			continue
		}
		if schema != nil {
			if d := unsupported(attr, schema); d != nil {
				diags = append(diags, d)
				continue
			}
		}
		var v cty.Value
		var more hcl.Diagnostics
		if top != nil {
			v, more = top.argument(attr)
		} else {
			v, more = e.m.argument(attr, ctx, schema)
		}
		diags = append(diags, more...)
		v, more = settle(v)
		diags = append(diags, more...)
		out.Arguments[attr.Name] = Argument{Value: v, Range: attr.Expr.Range(), Name: attr.NameRange}
	}
	failed := map[string]bool{} // types of blocks of which some could not be evaluated
	for _, n := range b.Body.Blocks {
		if top != nil && opaqueBlocks[n.Type] && (schema == nil || blockSchema(schema, n.Type) == nil) {
			continue
		}
		list, more := e.nested(n, ctx, schema)
		out.Blocks = append(out.Blocks, list...)
		diags = append(diags, more...)
		failed[blockType(n)] = failed[blockType(n)] || more.HasErrors()
	}
	if schema != nil {
		diags = out.dropAssumed(schema, diags)
		diags = append(diags, incomplete(out, schema, b.DefRange(), failed)...)
	}
	if e.generated {
		out.Text = e.m.render(out, attrs)
	} else {
		out.Text = e.m.source(b.Range())
	}
	return out, diags
}

func inOrder(attrs hclsyntax.Attributes) []*hclsyntax.Attribute {
	list := make([]*hclsyntax.Attribute, 0, len(attrs))
	for _, a := range attrs {
		list = append(list, a)
	}
	sort.Slice(list, func(i, j int) bool {
		a, b := list[i].NameRange, list[j].NameRange
		if a.Filename != b.Filename {
			return a.Filename < b.Filename
		}
		return a.Start.Byte < b.Start.Byte
	})
	return list
}

// unsupported reports an argument that the schema does not have, or that only the provider sets.
func unsupported(attr *hclsyntax.Attribute, schema *Schema) *hcl.Diagnostic {
	if a, ok := schema.Attributes[attr.Name]; ok {
		if a.Computed && !a.Optional && !a.Required {
			return &hcl.Diagnostic{
				Severity: hcl.DiagError,
				Summary:  "Value for unconfigurable attribute",
				Detail: fmt.Sprintf("Can't configure a value for %q: its value will be decided automatically based on the "+
					"result of applying this configuration.", attr.Name),
				Subject: attr.NameRange.Ptr(),
			}
		}
		return nil
	}
	hint := ""
	if _, ok := schema.Blocks[attr.Name]; ok {
		hint = fmt.Sprintf(" Did you mean to define a block of type %q?", attr.Name)
	} else {
		hint = didYouMean(attr.Name, configurable(schema))
	}
	return &hcl.Diagnostic{
		Severity: hcl.DiagError,
		Summary:  "Unsupported argument",
		Detail:   fmt.Sprintf("An argument named %q is not expected here.%s", attr.Name, hint),
		Subject:  attr.NameRange.Ptr(),
	}
}

func configurable(schema *Schema) []string {
	var names []string
	for name, a := range schema.Attributes {
		if !a.Computed || a.Optional || a.Required {
			names = append(names, name)
		}
	}
	return append(names, keys(schema.Blocks)...)
}

// nested evaluates a static block to one block, a dynamic block to one for each element.
func (e evaluator) nested(b *hclsyntax.Block, ctx *hcl.EvalContext, schema *Schema) ([]*Block, hcl.Diagnostics) {
	e.instance = nil
	if e.count == nil {
		e.count = new(int)
	}
	if e.depth++; e.depth > maxNesting {
		return nil, hcl.Diagnostics{tooDeep(b.DefRange())}
	}
	typ := blockType(b)
	at := b.TypeRange
	if b.Type == "dynamic" {
		if len(b.Labels) != 1 {
			return nil, hcl.Diagnostics{badLabels(b, 1)}
		}
		if len(b.LabelRanges) > 0 {
			at = b.LabelRanges[0]
		}
	}
	var inner *Schema
	if schema != nil {
		if inner = blockSchema(schema, typ); inner == nil {
			return nil, hcl.Diagnostics{unexpected(typ, at, schema)}
		}
	}
	if b.Type == "dynamic" {
		return e.dynamic(b, ctx, inner)
	}
	block, diags := e.block(b, ctx, inner)
	return []*Block{block}, diags
}

func unexpected(typ string, at hcl.Range, schema *Schema) *hcl.Diagnostic {
	hint := ""
	if _, ok := schema.Attributes[typ]; ok {
		hint = fmt.Sprintf(" Did you mean to define argument %q? If so, use the equals sign to assign it a value.", typ)
	} else {
		hint = didYouMean(typ, keys(schema.Blocks))
	}
	return &hcl.Diagnostic{
		Severity: hcl.DiagError,
		Summary:  "Unsupported block type",
		Detail:   fmt.Sprintf("Blocks of type %q are not expected here.%s", typ, hint),
		Subject:  at.Ptr(),
	}
}

// dynamic expands a dynamic block where it stands, so that the order among blocks stays the author's (TF-050).
func (e evaluator) dynamic(b *hclsyntax.Block, ctx *hcl.EvalContext, schema *Schema) ([]*Block, hcl.Diagnostics) {
	each, content, iterator, diags := dynamicParts(b)
	if diags.HasErrors() {
		return nil, diags
	}
	v, more := e.m.value(each.Expr, ctx)
	diags = append(diags, more...)
	diags = append(diags, deferredErrors(v)...)
	if diags.HasErrors() {
		return nil, diags
	}
	elements, unknown, problem := iterate(v)
	if problem != "" {
		d := &hcl.Diagnostic{
			Severity: hcl.DiagError, Summary: "Invalid dynamic for_each value", Detail: problem,
			Subject: each.Expr.Range().Ptr(), Expression: each.Expr, EvalContext: ctx,
		}
		e.m.explain(d)
		return nil, append(diags, d)
	}
	var assumed *hcl.Diagnostic
	if cond, ok := supposition(v); ok || unknown {
		number := "One %q block is"
		if ok {
			v = cond
			if n := len(elements); n > 1 {
				number = fmt.Sprint(n) + " %q blocks are"
			}
		}
		assumed = &hcl.Diagnostic{
			Severity: hcl.DiagWarning, Summary: "Unknown for_each",
			Detail:  fmt.Sprintf("The value of \"for_each\" %s. "+number+" assumed.%s", because(v), b.Labels[0], Supply(v)),
			Subject: each.Expr.Range().Ptr(),
			Extra:   Needed(v),
		}
		diags = append(diags, assumed)
	}
	e.generated, e.origin = true, b
	var blocks []*Block
	for _, el := range elements {
		if *e.count++; *e.count > maxInstances {
			return blocks, append(diags, tooLarge(fmt.Errorf("it makes more than %d blocks", maxInstances), each.Expr.Range()))
		}
		child := ctx.NewChild()
		child.Variables = map[string]cty.Value{
			iterator: cty.ObjectVal(map[string]cty.Value{"key": el.key, "value": el.value}),
		}
		block, more := e.block(content, child, schema)
		block.Each = collection(v)
		if block.assumed = assumed; assumed != nil {
			more = doubtful(more, assumed)
		}
		diags = append(diags, more...)
		blocks = append(blocks, block)
	}
	return blocks, diags
}

// dynamicParts takes a dynamic block apart.
func dynamicParts(b *hclsyntax.Block) (each *hclsyntax.Attribute, content *hclsyntax.Block, iterator string, diags hcl.Diagnostics) {
	problem := func(summary, detail string, at hcl.Range) {
		diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: at.Ptr()})
	}
	iterator = b.Labels[0]
	for _, attr := range inOrder(b.Body.Attributes) {
		switch attr.Name {
		case "for_each":
			each = attr
		case "labels":
		case "iterator":
			t := traversal(attr.Expr)
			if len(t) != 1 {
				problem("Invalid dynamic iterator name", "Dynamic iterator must be a single variable name.", attr.Expr.Range())
				continue
			}
			iterator = t.RootName()
		default:
			problem("Unsupported argument", fmt.Sprintf("An argument named %q is not expected here.%s", attr.Name,
				didYouMean(attr.Name, []string{"for_each", "iterator", "labels"})), attr.NameRange)
		}
	}
	if each == nil {
		problem("Missing required argument", `The argument "for_each" is required, but no definition was found.`, b.DefRange())
	}
	for _, n := range b.Body.Blocks {
		switch {
		case n.Type != "content":
			problem("Unsupported block type", fmt.Sprintf("Blocks of type %q are not expected here.%s", n.Type,
				didYouMean(n.Type, []string{"content"})), n.TypeRange)
		case content != nil:
			problem("Extraneous dynamic content block", "Only one nested content block is allowed for each dynamic block.", n.DefRange())
		default:
			content = n
		}
	}
	if content == nil && !diags.HasErrors() {
		problem("Missing dynamic content block",
			`A dynamic block must have a nested block of type "content" to describe the body of each generated block.`, b.DefRange())
	}
	return each, content, iterator, diags
}

// collection names the kind of what is gone over: Terraform takes the elements of a map by key and those of a set by value,
// in lexical order, whatever order they are written in.
func collection(v cty.Value) string {
	switch t := v.Type(); {
	case t.IsMapType(), t.IsObjectType():
		return "map"
	case t.IsSetType():
		return "set"
	}
	return "list"
}

// iterate returns the elements of a collection in Terraform's order.
func iterate(v cty.Value) (elements []element, unknown bool, problem string) {
	plain, marks := v.Unmark()
	t := plain.Type()
	switch {
	case plain.IsNull():
		return nil, false, "Cannot use a null value in for_each."
	case t == cty.DynamicPseudoType || madeOfUnknown(v) || !plain.IsKnown() && (t.IsCollectionType() || t.IsTupleType() || t.IsObjectType()):
		el := unknownElement(v)
		el.key = keepMarks(cty.UnknownVal(cty.String).RefineNotNull(), v)
		return []element{el}, true, ""
	case !plain.CanIterateElements():
		return nil, false, fmt.Sprintf("Cannot use a %s value in for_each. An iterable collection is required.", t.FriendlyName())
	}
	for it := plain.ElementIterator(); it.Next(); {
		key, val := it.Element()
		val = val.WithMarks(visible(marks))
		if t.IsSetType() {
			key = val
		} else if t.IsMapType() || t.IsObjectType() {
			key = key.WithMarks(visible(marks))
		}
		elements = append(elements, element{key, val})
	}
	return elements, false, ""
}

// incomplete reports required arguments that are missing and block counts that are wrong.
func incomplete(b *Block, schema *Schema, header hcl.Range, failed map[string]bool) hcl.Diagnostics {
	var diags hcl.Diagnostics
	report := func(at hcl.Range, summary, detail string) {
		diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: at.Ptr()})
	}
	for _, name := range keys(schema.Attributes) {
		if !schema.Attributes[name].Required {
			continue
		}
		detail := fmt.Sprintf("The argument %q is required, but no definition was found.", name)
		if arg, ok := b.Arguments[name]; !ok {
			report(header, "Missing required argument", detail)
		} else if arg.Value.IsNull() {
			report(arg.Range, "Missing required argument", detail)
		}
	}
	counts := map[string]int{}
	for _, n := range b.Blocks {
		counts[n.Type]++
	}
	for _, name := range keys(schema.Blocks) {
		want := schema.Blocks[name]
		switch n := counts[name]; {
		case n < want.Min && !failed[name]:
			report(header, fmt.Sprintf("Insufficient %s blocks", name),
				fmt.Sprintf("At least %d %q blocks are required.", want.Min, name))
		case want.Max > 0 && n > want.Max:
			report(lastOf(b.Blocks, name), fmt.Sprintf("Too many %s blocks", name),
				fmt.Sprintf("No more than %d %q blocks are allowed.", want.Max, name))
		}
	}
	return diags
}

func lastOf(blocks []*Block, typ string) hcl.Range {
	var r hcl.Range
	for _, b := range blocks {
		if b.Type == typ {
			r = b.Range
		}
	}
	return r
}
