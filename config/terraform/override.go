package terraform

import (
	"fmt"
	"maps"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// override merges the blocks of an override file into those of the same identity (TF-003).
func override(c *config, base, over []*hclsyntax.Block) []*hclsyntax.Block {
	for _, o := range over {
		if o.Type == "locals" {
			overrideLocals(base, o)
			continue
		}
		i := find(base, o)
		switch {
		case i >= 0:
			merged := *base[i]
			merged.Body = mergeBody(base[i].Body, o.Body)
			base[i] = &merged
		case o.Type == "resource" || o.Type == "data" || o.Type == "module" || o.Type == "variable" || o.Type == "output":
			c.diags = append(c.diags, &hcl.Diagnostic{
				Severity: hcl.DiagError,
				Summary:  fmt.Sprintf("Missing %s to override", o.Type),
				Detail: fmt.Sprintf("There is no %s %q that this block could override: an override file changes what "+
					"another file declares.", o.Type, strings.Join(o.Labels, ".")),
				Subject: o.DefRange().Ptr(),
			})
		default:
			base = append(base, o)
		}
	}
	return base
}

func find(base []*hclsyntax.Block, o *hclsyntax.Block) int {
	for i, b := range base {
		if identity(b) == identity(o) {
			return i
		}
	}
	return -1
}

func identity(b *hclsyntax.Block) string {
	id := b.Type + "\x00" + strings.Join(b.Labels, "\x00")
	if a := b.Body.Attributes["alias"]; a != nil && b.Type == "provider" {
		id += "\x00" + literal(a.Expr)
	}
	return id
}

// overrideLocals replaces locals one by one, wherever they were declared; new ones are added.
func overrideLocals(base []*hclsyntax.Block, o *hclsyntax.Block) {
	var first *hclsyntax.Block
	left := maps.Clone(o.Body.Attributes)
	for i, b := range base {
		if b.Type != "locals" {
			continue
		}
		merged := *b
		body := *b.Body
		body.Attributes = maps.Clone(b.Body.Attributes)
		merged.Body = &body
		for name := range body.Attributes {
			if attr := left[name]; attr != nil {
				body.Attributes[name] = attr
				delete(left, name)
			}
		}
		base[i] = &merged
		if first == nil {
			first = &merged
		}
	}
	if first == nil {
		return
	}
	maps.Copy(first.Body.Attributes, left)
}

// mergeBody replaces arguments by name, and all nested blocks of a type that the override has.
func mergeBody(base, over *hclsyntax.Body) *hclsyntax.Body {
	merged := *base
	merged.Attributes = maps.Clone(base.Attributes)
	if merged.Attributes == nil {
		merged.Attributes = hclsyntax.Attributes{}
	}
	maps.Copy(merged.Attributes, over.Attributes)
	replaced := map[string]bool{}
	for _, b := range over.Blocks {
		replaced[blockType(b)] = true
	}
	merged.Blocks = nil
	for _, b := range base.Blocks {
		if !replaced[blockType(b)] {
			merged.Blocks = append(merged.Blocks, b)
		}
	}
	merged.Blocks = append(merged.Blocks, over.Blocks...)
	return &merged
}

// blockType is the type of the blocks that a block stands for: the label of a dynamic block, else its own type.
func blockType(b *hclsyntax.Block) string {
	if b.Type == "dynamic" && len(b.Labels) == 1 {
		return b.Labels[0]
	}
	return b.Type
}
