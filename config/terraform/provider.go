package terraform

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// Region returns the region of the provider block that the resource uses (TF-076), "" if it is not known.
func (r *Resource) Region() string {
	v := r.ProviderArgument("region")
	if v == cty.NilVal {
		return ""
	}
	v, _ = v.Unmark()
	if v.IsNull() || !v.IsKnown() || v.Type() != cty.String {
		return ""
	}
	return v.AsString()
}

// ProviderArgument evaluates an argument of the provider block that the resource uses, or of a block nested in it
// ("default_tags.tags"); NilVal if it does not have it.
func (r *Resource) ProviderArgument(name string) cty.Value { return r.reader.providerArgument(name) }

func (i *instance) providerArgument(name string) cty.Value {
	local, alias := strings.SplitN(i.decl.typ, "_", 2)[0], ""
	if attr := i.decl.block.Body.Attributes["provider"]; attr != nil {
		local, alias = providerName(traversal(attr.Expr), local)
	}
	return i.scope.providerArgument(local, alias, name)
}

func providerName(t hcl.Traversal, fallback string) (local, alias string) {
	if len(t) == 0 {
		return fallback, ""
	}
	alias, _ = attrName(t, 1)
	return t.RootName(), alias
}

// providerArgument looks for a provider's block here and, as the calls hand it down, in the callers.
func (s *scope) providerArgument(local, alias, name string) cty.Value {
	key := local
	if alias != "" {
		key += "." + alias
	}
	if b := s.config.providers[key]; b != nil {
		attr := argumentOf(b.Body, name)
		if attr == nil {
			return cty.NilVal
		}
		c := s.regions[key+" "+name]
		if c == nil {
			c = &memo{}
			s.regions[key+" "+name] = c
		}
		v, diags := s.m.once(c, s.address("provider."+key), attr.NameRange, func() (cty.Value, hcl.Diagnostics) {
			return s.m.value(attr.Expr, s.ctx)
		})
		if diags.HasErrors() {
			return cty.NilVal
		}
		v, _ = settle(v)
		return v
	}
	if s.parent == nil {
		return cty.NilVal
	}
	local, alias = s.handed(key, local, alias)
	return s.parent.providerArgument(local, alias, name)
}

// argumentOf returns an argument of a block: by its name, or below a nested block as "default_tags.tags".
func argumentOf(body *hclsyntax.Body, name string) *hclsyntax.Attribute {
	block, inner, nested := strings.Cut(name, ".")
	if !nested {
		return body.Attributes[name]
	}
	for _, b := range body.Blocks {
		if b.Type == block {
			return argumentOf(b.Body, inner)
		}
	}
	return nil
}

// handed is the caller's name for a provider of the module.
func (s *scope) handed(key, local, alias string) (string, string) {
	attr := s.call.block.Body.Attributes["providers"]
	if attr == nil {
		return local, alias
	}
	pairs, _ := hcl.ExprMap(attr.Expr)
	for _, p := range pairs {
		t, diags := hcl.AbsTraversalForExpr(p.Key)
		if diags.HasErrors() {
			if v, d := p.Key.Value(nil); !d.HasErrors() && v.Type() == cty.String && v.IsKnown() && !v.IsNull() && v.AsString() == key {
				return quotedProvider(p.Value, local)
			}
			continue
		}
		if text(t) == key {
			return quotedProvider(p.Value, local)
		}
	}
	return local, alias
}

func quotedProvider(e hcl.Expression, fallback string) (string, string) {
	if t, diags := hcl.AbsTraversalForExpr(e); !diags.HasErrors() {
		return providerName(t, fallback)
	}
	if v, diags := e.Value(nil); !diags.HasErrors() && v.Type() == cty.String && v.IsKnown() && !v.IsNull() {
		local, alias, _ := strings.Cut(v.AsString(), ".")
		return local, alias
	}
	return fallback, ""
}
