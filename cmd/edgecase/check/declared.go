package check

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"edgecase/config/cloudfront"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

var declarationUnused = &Rule{
	Name: "declaration-unused", Title: "a policy, a function or an access control is declared, and nothing refers to it", Severity: Note,
	Why: "A policy that no behavior names does nothing, and often it is the one that somebody thought to be in force: it was declared, and " +
		"the behavior still has the old one.",
	Example: `resource "aws_cloudfront_origin_request_policy" "api" { … }, and nothing with aws_cloudfront_origin_request_policy.api`,
	Fix:     "Name it in the behavior or origin that it is meant for, or remove it.",
	Cites:   []string{"TF-145", "POL-001"},
}

// declared are the types of what a distribution refers to, and what people call them.
var declared = map[string]string{
	"aws_cloudfront_cache_policy":                  "cache policy",
	"aws_cloudfront_origin_request_policy":         "origin request policy",
	"aws_cloudfront_response_headers_policy":       "response headers policy",
	"aws_cloudfront_function":                      "function",
	"aws_cloudfront_origin_access_control":         "origin access control",
	"aws_cloudfront_origin_access_identity":        "origin access identity",
	"aws_cloudfront_key_group":                     "key group",
	"aws_cloudfront_field_level_encryption_config": "field-level encryption configuration",
}

// unusedDeclarations finds blocks to which nothing in their module refers. It goes by the text: what is referred to and
// still not used is a matter of values.
func unusedDeclarations(s *Subject) []Finding {
	type block struct {
		*hclsyntax.Block
		dir string
	}
	var blocks []block
	used := map[string]bool{} // directory, type and name
	for name, file := range s.Loaded.Files {
		dir := filepath.Dir(name)
		body, ok := file.Body.(*hclsyntax.Body)
		if !ok {
			return nil // JSON may refer to anything
		}
		for _, b := range body.Blocks {
			if _, known := declared[labelOf(b)]; known {
				blocks = append(blocks, block{b, dir})
			}
			references(b.Body, func(words []string) { used[dir+"\x00"+strings.Join(words, ".")] = true })
		}
	}
	var found []Finding
	for _, b := range blocks {
		address := strings.Join(b.Labels, ".")
		if b.Type == "data" {
			address = "data." + address
		}
		if used[b.dir+"\x00"+address] {
			continue
		}
		at := b.DefRange()
		found = append(found, Finding{
			Rule: declarationUnused, At: cloudfront.Source{File: at.Filename, Line: at.Start.Line, Column: at.Start.Column},
			Message: fmt.Sprintf("nothing refers to the %s %s", declared[labelOf(b.Block)], address),
			Fix:     Fix{Where: "Name it where it is meant for, or remove it"},
		})
	}
	return found
}

// labelOf returns the type of a resource or data source, "" of other blocks.
func labelOf(b *hclsyntax.Block) string {
	if len(b.Labels) == 2 && (b.Type == "resource" || b.Type == "data") {
		return b.Labels[0]
	}
	return ""
}

// references visits what the expressions in a body refer to: the type and name of a resource, with "data" in front for a
// data source.
func references(body *hclsyntax.Body, visit func(words []string)) {
	for _, a := range body.Attributes {
		for _, t := range a.Expr.Variables() {
			words := traversed(t)
			n := 2
			if t.RootName() == "data" {
				n = 3
			}
			visit(words[:min(n, len(words))])
		}
	}
	for _, b := range body.Blocks {
		references(b.Body, visit)
	}
}

// traversed returns the names of a reference up to its first index.
func traversed(t hcl.Traversal) []string {
	var words []string
	for _, step := range t {
		switch step := step.(type) {
		case hcl.TraverseRoot:
			words = append(words, step.Name)
		case hcl.TraverseAttr:
			words = append(words, step.Name)
		default:
			return slices.Clip(words)
		}
	}
	return words
}
