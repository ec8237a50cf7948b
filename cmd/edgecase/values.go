package main

import (
	"bytes"
	"fmt"
	"slices"

	"edgecase/config/terraform"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// Values that only AWS can tell are given by their address, as an object or as a block:
//
//	values = { "data.aws_ssm_parameter.x.value" = "…" }
//	values { "data.aws_ssm_parameter.x.value" = "…" }
//
// HCL has no block whose names are quoted. So these blocks are cut out before the rest is parsed, and read as the objects
// that they look like.

// cutValues returns a file with blanks in place of its values blocks, so that every other place stays what it is, and the
// objects in their braces.
func cutValues(src []byte, name string) (rest []byte, objects []hclsyntax.Expression, diags hcl.Diagnostics) {
	tokens, _ := hclsyntax.LexConfig(src, name, hcl.InitialPos) // what is wrong with them the parser tells
	rest = slices.Clone(src)
	for i := 0; i < len(tokens); i++ {
		end := valuesBlock(tokens, i)
		if end == 0 {
			i = closing(tokens, i)
			continue
		}
		from, to := tokens[i+1].Range, tokens[end].Range
		expr, more := terraform.ParseExpression(src[from.Start.Byte:to.End.Byte], name, from.Start)
		diags = append(diags, more...)
		if !more.HasErrors() {
			objects = append(objects, expr)
		}
		blank(rest[tokens[i].Range.Start.Byte:to.End.Byte])
		i = end
	}
	return rest, objects, diags
}

// valuesBlock returns the token that closes the values block which begins at a token of the file's top level, 0 if none does.
func valuesBlock(tokens hclsyntax.Tokens, i int) int {
	first := i == 0 || tokens[i-1].Type == hclsyntax.TokenNewline || tokens[i-1].Type == hclsyntax.TokenComment
	if !first || string(tokens[i].Bytes) != "values" || i+1 >= len(tokens) || tokens[i+1].Type != hclsyntax.TokenOBrace {
		return 0
	}
	if end := closing(tokens, i+1); end < len(tokens) && tokens[end].Type == hclsyntax.TokenCBrace {
		return end
	}
	return 0
}

// closing returns the token that closes what a token opens, itself if it opens nothing, and the number of tokens where
// nothing closes it.
func closing(tokens hclsyntax.Tokens, i int) int {
	depth := 0
	for ; i < len(tokens); i++ {
		switch tokens[i].Type {
		case hclsyntax.TokenOBrace, hclsyntax.TokenOBrack, hclsyntax.TokenOParen, hclsyntax.TokenTemplateInterp, hclsyntax.TokenTemplateControl:
			depth++
		case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen, hclsyntax.TokenTemplateSeqEnd:
			depth--
		}
		if depth <= 0 {
			return i
		}
	}
	return i
}

// blank puts blanks in place of a text. Line ends stay.
func blank(text []byte) {
	for i, c := range text {
		if c != '\n' && c != '\r' {
			text[i] = ' '
		}
	}
}

// given reads one object of addresses and values.
func (c *configFile) given(object hcl.Expression, src []byte) hcl.Diagnostics {
	pairs, diags := hcl.ExprMap(object)
	if diags.HasErrors() {
		return append(diags, problem(object.Range(), "Wrong type",
			`values are an object of addresses: values = { "data.aws_ssm_parameter.x.value" = "…" }.`))
	}
	for _, p := range pairs {
		address, more := addressText(p.Key, src)
		diags = append(diags, more...)
		v, more := p.Value.Value(&hcl.EvalContext{Functions: map[string]function.Function{"jsonencode": stdlib.JSONEncodeFunc}})
		diags = append(diags, more...)
		if diags.HasErrors() {
			continue
		}
		c.values = append(c.values, terraform.Given{Address: address, Value: v, Range: p.Key.Range()})
	}
	return diags
}

// addressText returns an address that is written with or without quotes.
func addressText(key hcl.Expression, src []byte) (string, hcl.Diagnostics) {
	if k, ok := key.(*hclsyntax.ObjectConsKeyExpr); ok && !k.ForceNonLiteral {
		if t, ok := k.Wrapped.(*hclsyntax.ScopeTraversalExpr); ok && t.SrcRange.CanSliceBytes(src) {
			return string(bytes.TrimSpace(t.SrcRange.SliceBytes(src))), nil
		}
	}
	v, diags := key.Value(nil)
	if diags.HasErrors() {
		return "", diags
	}
	if v.IsNull() || v.Type() != cty.String {
		return "", hcl.Diagnostics{problem(key.Range(), "Not an address", fmt.Sprintf("An address is a text, not %s.", v.Type().FriendlyName()))}
	}
	return v.AsString(), nil
}
