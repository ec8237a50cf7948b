// Package terraform evaluates a Terraform directory without Terraform: no credentials, no init, no plan, no provider
// process. It knows the language (files, variables, locals, modules, count, for_each, dynamic blocks, functions), not
// CloudFront and not AWS: a [Provider] tells it block schemas, computed attributes and data sources, which is
// Terraform's own split between core and provider.
//
// Evaluation is on demand, outwards from the resources that the caller asks for, with memory and cycle detection
// (TF-040): what no asked-for resource reaches is never evaluated and cannot fail.
//
//	m, diags := terraform.Load("infra", terraform.Options{Provider: aws})
//	resources, diags := m.Resources("aws_cloudfront_distribution")
//	for _, r := range resources { block, diags := r.Evaluate() … }
package terraform

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// A Setting is one -var or -var-file, in command-line order (TF-020): File set, or Name and Value.
type Setting struct {
	Name, Value string
	File        string
	Range       *hcl.Range // where a file gives it; nil for the command line
}

// Options say what a command line and an environment would have told Terraform. The zero value works.
type Options struct {
	Settings  []Setting
	Workspace string                      // "" asks the environment and .terraform/environment (TF-045)
	Env       func(string) (string, bool) // TF_VAR_…, TF_WORKSPACE; nil is an empty environment
	Provider  Provider                    // nil knows no resource type
	Values    []Given                     // what the user knows of what only apply can tell (TF-220)
}

// A Mode tells managed resources from data sources.
type Mode string

// The modes.
const (
	Managed Mode = "managed"
	Data    Mode = "data"
)

// A Provider knows resource types. Its methods must not depend on anything but their arguments, so that a reload gives
// the same values.
type Provider interface {
	// Schema returns the schema of a resource or data source type, or nil for a type it does not know: then every
	// argument and block is accepted and keeps the type it evaluates to.
	Schema(mode Mode, typ string) *Schema
	// Attribute returns the value of an attribute that the configuration does not set: a default, a stand-in made
	// with [StandIn], or [Unknown]. It is asked for every attribute of the schema that is not configured, and for
	// any other name by which an expression reaches into the resource.
	Attribute(r *Resource, name string) cty.Value
}

// A Normalizer is a Provider that keeps some arguments in another form than they are written in: expressions that refer to
// such an argument see that form.
type Normalizer interface {
	Normalized(mode Mode, typ, argument string, v cty.Value) cty.Value
}

// A Namer is a Provider that knows the names of attributes of some types whose schema it does not have. A name beside
// them that is almost one of them is warned of; others may be newer than the provider's knowledge.
type Namer interface {
	Names(mode Mode, typ string) []string
}

// A Schema lists the arguments and nested blocks of a block.
type Schema struct {
	Attributes map[string]Attribute
	Blocks     map[string]NestedBlock
}

// An Attribute is one argument or computed attribute.
type Attribute struct {
	Type     cty.Type // values convert to it (TF-029); cty.DynamicPseudoType takes any
	Required bool
	Computed bool // only the provider sets it: configuring it is an error unless Optional
	Optional bool
	// ZeroIsUnset says that the provider stores 0 for an argument that is not configured, so that a state cannot tell
	// the two apart (TF-242).
	ZeroIsUnset bool
}

// A NestedBlock is a block type inside another.
type NestedBlock struct {
	Schema   Schema
	Min, Max int  // 0 for Max means any number
	Set      bool // as a value the blocks are a set; else a list
}

// A Reference is a mark on a value that only apply can tell: where it comes from, and the text that stands for it.
// Marks survive functions and templates (TF-200), so that the decoder of an origin's domain name knows what it was made of.
type Reference struct {
	Address string // "module.cdn.aws_lb.api.dns_name", "var.domain"
	StandIn string // the text that stands in for it, where one was invented; "" for an unknown
	Of      string // for a part of what a function made of a value: that value, which can be given; else ""
}

// Sensitive is the mark on values that must not be shown (TF-059).
type Sensitive struct{}

// StandIn returns a known string that stands in for a value that only apply can tell, marked with its reference.
func StandIn(address, text string) cty.Value {
	return cty.StringVal(text).Mark(Reference{Address: address, StandIn: text})
}

// Unknown returns an unknown value of a type, marked with its reference. It is taken not to be null (TF-230), so that
// conditions such as x == null see it as set.
func Unknown(address string, t cty.Type) cty.Value {
	return cty.UnknownVal(t).RefineNotNull().Mark(Reference{Address: address})
}

// A Resource is one instance of a resource or data block: count and for_each have been expanded, modules as well.
type Resource struct {
	Address string // "module.cdn.aws_cloudfront_distribution.this[0]"
	Module  string // "module.cdn", "" in the root
	Mode    Mode
	Type    string
	Name    string
	Key     cty.Value // index of count, key of for_each, or cty.NilVal
	Range   hcl.Range // of the block's header

	reader reader
}

// A Block is an evaluated block: arguments with their values, nested blocks with dynamic ones expanded, in true order
// (TF-050).
type Block struct {
	Type      string
	Range     hcl.Range // of the header
	BodyRange hcl.Range // header to closing brace
	Text      string    // the block as its author wrote it; for a dynamic one an equivalent
	Arguments map[string]Argument
	Blocks    []*Block // all types together, in source order

	// Each is the kind of collection that a dynamic block goes over, "map", "set" or "list": it decides their order. It is ""
	// for other blocks.
	Each string

	assumed *hcl.Diagnostic // of a dynamic block whose for_each is unknown: the warning that says so
}

// An Argument is one evaluated argument. Its value may be unknown in whole or in part, and carries marks.
type Argument struct {
	Value cty.Value
	Range hcl.Range // of the expression
	Name  hcl.Range // of the name
}
