package check

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"edgecase/config/cloudfront"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// redirects returns the listener that answers an origin's requests over http with a redirect to https, where the origin
// is a load balancer of the directory; else the zero Source. A listener with rules may answer some of them otherwise.
func (v *view) redirects(o *cloudfront.Origin) cloudfront.Source {
	dir := filepath.Dir(o.Source.File)
	for _, from := range o.DomainName.From {
		m := balancer.FindStringSubmatch(from)
		if m == nil {
			continue
		}
		for _, block := range v.resources(dir) {
			kind, name := block.Labels[0], block.Labels[1]
			if kind != "aws_lb_listener" && kind != "aws_alb_listener" || !refers(block.Body.Attributes["load_balancer_arn"], m[1], m[2]) ||
				number(block.Body.Attributes["port"]) != o.HTTPPort || !toHTTPS(block.Body) {
				continue
			}
			if !slices.ContainsFunc(v.resources(dir), func(b *hclsyntax.Block) bool { return refers(b.Body.Attributes["listener_arn"], kind, name) }) {
				at := block.DefRange()
				return cloudfront.Source{File: at.Filename, Line: at.Start.Line, Column: at.Start.Column}
			}
		}
	}
	return cloudfront.Source{}
}

// balancer takes apart a reference to a load balancer of the root module.
var balancer = regexp.MustCompile(`^(aws_lb|aws_alb)\.([\w-]+)(?:\[.*\])?\.dns_name$`)

// resources returns the resource blocks of the files in a directory.
func (s *Subject) resources(dir string) []*hclsyntax.Block {
	var list []*hclsyntax.Block
	for name, file := range s.Loaded.Files {
		body, ok := file.Body.(*hclsyntax.Body)
		if !ok || filepath.Dir(name) != dir {
			continue
		}
		for _, b := range body.Blocks {
			if b.Type == "resource" && len(b.Labels) == 2 {
				list = append(list, b)
			}
		}
	}
	return list
}

// refers reports whether an argument is made of a resource.
func refers(a *hclsyntax.Attribute, kind, name string) bool {
	if a == nil {
		return false
	}
	for _, t := range a.Expr.Variables() {
		if words := traversed(t); t.RootName() == kind && len(words) > 1 && words[1] == name {
			return true
		}
	}
	return false
}

// number returns a number that is written out, also as a text; else 0.
func number(a *hclsyntax.Attribute) int {
	n := 0
	for _, c := range []byte(literal(a)) {
		if c < '0' || c > '9' || n > 1<<16 {
			return 0
		}
		n = n*10 + int(c-'0')
	}
	return n
}

// literal returns a text or a number that is written out, else "".
func literal(a *hclsyntax.Attribute) string {
	if a == nil {
		return ""
	}
	v, diags := a.Expr.Value(nil)
	if diags.HasErrors() || !v.IsKnown() || v.IsNull() {
		return ""
	}
	switch v.Type() {
	case cty.String:
		return v.AsString()
	case cty.Number:
		return v.AsBigFloat().Text('f', 0)
	}
	return ""
}

// toHTTPS reports whether a listener's default action redirects to https at the same path.
func toHTTPS(body *hclsyntax.Body) bool {
	for _, action := range body.Blocks {
		if action.Type != "default_action" || literal(action.Body.Attributes["type"]) != "redirect" {
			continue
		}
		for _, to := range action.Body.Blocks {
			if to.Type == "redirect" && strings.EqualFold(literal(to.Body.Attributes["protocol"]), "HTTPS") &&
				to.Body.Attributes["host"] == nil && to.Body.Attributes["path"] == nil {
				return true
			}
		}
	}
	return false
}
