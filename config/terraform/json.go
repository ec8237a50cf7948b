package terraform

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// jsonBlocks turns a .tf.json file into the tree of the native syntax, so that there is one evaluator (TF-005).
func (m *Module) jsonBlocks(body hcl.Body) ([]*hclsyntax.Block, hcl.Diagnostics) {
	schema := &hcl.BodySchema{}
	for name, labels := range blockLabels {
		schema.Blocks = append(schema.Blocks, hcl.BlockHeaderSchema{Type: name, LabelNames: []string{"type", "name"}[:labels]})
	}
	content, rest, diags := body.PartialContent(schema)
	var blocks []*hclsyntax.Block
	for _, b := range content.Blocks {
		var nested *Schema
		switch b.Type {
		case "resource":
			nested = m.schema(Managed, b.Labels[0])
		case "data":
			nested = m.schema(Data, b.Labels[0])
		}
		block, more := jsonBlock(b, nested, b.Type == "resource" || b.Type == "data")
		if b.Type == "variable" {
			literalDefault(b, block)
		}
		diags = append(diags, more...)
		blocks = append(blocks, block)
	}
	left, _ := rest.JustAttributes()
	for _, name := range keys(left) {
		if inertBlocks[name] {
			continue
		}
		attr := left[name]
		diags = append(diags, unknownBlock(&hclsyntax.Block{Type: name, TypeRange: attr.NameRange}))
	}
	return blocks, diags
}

// literalDefault takes the default of a variable as it is: no template is read in it.
func literalDefault(b *hcl.Block, block *hclsyntax.Block) {
	attrs, _ := b.Body.JustAttributes()
	if a := attrs["default"]; a != nil {
		v, _ := a.Expr.Value(nil)
		block.Body.Attributes["default"].Expr = &hclsyntax.LiteralValueExpr{Val: v, SrcRange: a.Expr.Range()}
	}
}

// jsonBlock converts a block. In JSON an object may be an argument or a block: the schema tells.
func jsonBlock(b *hcl.Block, schema *Schema, meta bool) (*hclsyntax.Block, hcl.Diagnostics) {
	body, diags := jsonBody(b.Body, schema, meta)
	body.SrcRange = hcl.RangeBetween(b.DefRange, b.Body.MissingItemRange())
	body.EndRange = b.Body.MissingItemRange()
	return &hclsyntax.Block{
		Type: b.Type, Labels: b.Labels, Body: body,
		TypeRange: b.TypeRange, LabelRanges: b.LabelRanges,
		OpenBraceRange: b.DefRange, CloseBraceRange: b.Body.MissingItemRange(),
	}, diags
}

func jsonBody(body hcl.Body, schema *Schema, meta bool) (*hclsyntax.Body, hcl.Diagnostics) {
	out := &hclsyntax.Body{Attributes: hclsyntax.Attributes{}}
	want := &hcl.BodySchema{}
	if schema != nil {
		want.Blocks = append(want.Blocks, hcl.BlockHeaderSchema{Type: "dynamic", LabelNames: []string{"type"}})
		for _, name := range keys(schema.Blocks) {
			want.Blocks = append(want.Blocks, hcl.BlockHeaderSchema{Type: name})
		}
	}
	if meta {
		for name := range opaqueBlocks {
			if schema == nil || !declares(schema, name) {
				want.Blocks = append(want.Blocks, hcl.BlockHeaderSchema{Type: name})
			}
		}
	}
	content, rest, diags := body.PartialContent(want)
	for _, b := range content.Blocks {
		var block *hclsyntax.Block
		var more hcl.Diagnostics
		switch {
		case b.Type == "dynamic":
			block, more = jsonDynamic(b, schema)
		case schema != nil && blockSchema(schema, b.Type) != nil:
			block, more = jsonBlock(b, blockSchema(schema, b.Type), false)
		default:
			block, more = jsonBlock(&hcl.Block{Type: b.Type, Body: hcl.EmptyBody(), DefRange: b.DefRange, TypeRange: b.TypeRange}, nil, false)
		}
		diags = append(diags, more...)
		out.Blocks = append(out.Blocks, block)
	}
	attrs, more := rest.JustAttributes()
	diags = append(diags, more...)
	for name, attr := range attrs {
		expr, more := jsonExpression(attr.Expr)
		diags = append(diags, more...)
		out.Attributes[name] = &hclsyntax.Attribute{Name: name, Expr: expr, SrcRange: attr.Range, NameRange: attr.NameRange}
	}
	return out, diags
}

func jsonDynamic(b *hcl.Block, schema *Schema) (*hclsyntax.Block, hcl.Diagnostics) {
	content, rest, diags := b.Body.PartialContent(&hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{{Type: "content"}}})
	block, more := jsonBlock(&hcl.Block{
		Type: b.Type, Labels: b.Labels, Body: rest, DefRange: b.DefRange, TypeRange: b.TypeRange, LabelRanges: b.LabelRanges,
	}, nil, false)
	diags = append(diags, more...)
	for _, c := range content.Blocks {
		inner, more := jsonBlock(c, blockSchema(schema, b.Labels[0]), false)
		diags = append(diags, more...)
		block.Body.Blocks = append(block.Body.Blocks, inner)
	}
	return block, diags
}

func declares(s *Schema, name string) bool {
	_, attribute := s.Attributes[name]
	_, block := s.Blocks[name]
	return attribute || block
}

func blockSchema(s *Schema, name string) *Schema {
	if s == nil {
		return nil
	}
	if b, ok := s.Blocks[name]; ok {
		return &b.Schema
	}
	return nil
}

// jsonExpression converts a JSON value: its strings are templates, everything else is what it looks like.
func jsonExpression(expr hcl.Expression) (hclsyntax.Expression, hcl.Diagnostics) {
	var diags hcl.Diagnostics
	rng := expr.Range()
	if items, more := hcl.ExprList(expr); !more.HasErrors() {
		out := &hclsyntax.TupleConsExpr{SrcRange: rng, OpenRange: expr.StartRange()}
		for _, item := range items {
			e, more := jsonExpression(item)
			diags = append(diags, more...)
			out.Exprs = append(out.Exprs, e)
		}
		return out, diags
	}
	if pairs, more := hcl.ExprMap(expr); !more.HasErrors() {
		out := &hclsyntax.ObjectConsExpr{SrcRange: rng, OpenRange: expr.StartRange()}
		for _, p := range pairs {
			k, more := jsonExpression(p.Key)
			diags = append(diags, more...)
			v, more := jsonExpression(p.Value)
			diags = append(diags, more...)
			out.Items = append(out.Items, hclsyntax.ObjectConsItem{KeyExpr: k, ValueExpr: v})
		}
		return out, diags
	}
	v, _ := expr.Value(nil)
	if v.IsNull() || !v.IsKnown() || v.Type() != cty.String {
		return &hclsyntax.LiteralValueExpr{Val: v, SrcRange: rng}, nil
	}
	src := []byte(v.AsString())
	start := rng.Start
	start.Byte++
	start.Column++
	tokens, _ := hclsyntax.LexTemplate(src, rng.Filename, start)
	if d := checkTokens(tokens); d != nil {
		return &hclsyntax.LiteralValueExpr{Val: cty.DynamicVal, SrcRange: rng}, hcl.Diagnostics{d}
	}
	e, diags := hclsyntax.ParseTemplate(src, rng.Filename, start)
	if diags.HasErrors() {
		return &hclsyntax.LiteralValueExpr{Val: cty.DynamicVal, SrcRange: rng}, diags
	}
	return e, diags
}
