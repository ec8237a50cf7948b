package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"edgecase/config/terraform"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// A resource is a resource as the decoder sees it, whoever read it: the evaluator, or a reader of Terraform's own JSON.
type resource interface {
	Evaluate() (*terraform.Block, hcl.Diagnostics)
	Argument(name string) (cty.Value, bool)
}

// An entity is a resource and who it is.
type entity struct {
	resource
	address string
	typ     string // with "data." in front for a data source
	name    string
	at      hcl.Range
}

// A directory finds the other resources that a distribution names.
type directory struct {
	find  func(address string) *entity    // nil if there is none
	list  func(types ...string) []*entity // managed resources; of JSON, with "data." in front, data sources as well
	read  func() []string                 // every file read so far
	lists map[string][]*entity
	kind  documentKind // of the JSON that tells of it; "" for Terraform that was evaluated
}

// computed tells whether arguments that nobody has configured have values, too: so it is in JSON.
func (d *directory) computed() bool { return d.kind != "" }

// A source has read resources: an evaluated module, or Terraform's own JSON.
type source interface {
	Resource(address string) *terraform.Resource
	Resources(types ...string) ([]*terraform.Resource, hcl.Diagnostics)
}

// newDirectory makes a directory of a source; read lists the files that were read so far.
func newDirectory(s source, read func() []string) *directory {
	return &directory{
		find: func(address string) *entity {
			if r := s.Resource(address); r != nil {
				return entityOf(r)
			}
			return nil
		},
		list: func(types ...string) []*entity {
			// What fails here is something that no distribution needs, or it is reported by whoever needs it (TF-040).
			resources, _ := s.Resources(types...)
			entities := make([]*entity, 0, len(resources))
			for _, r := range resources {
				entities = append(entities, entityOf(r))
			}
			return entities
		},
		read:  read,
		lists: map[string][]*entity{},
	}
}

func entityOf(r *terraform.Resource) *entity {
	typ := r.Type
	if r.Mode == terraform.Data {
		typ = "data." + typ
	}
	return &entity{resource: r, address: r.Address, typ: typ, name: r.Name, at: r.Range}
}

// all returns the entities of a type, in source order.
func (d *directory) all(typ string) []*entity {
	list, ok := d.lists[typ]
	if !ok {
		list = d.list(typ)
		d.lists[typ] = list
	}
	return list
}

// referred returns the entities of some types that a value was made of.
func (d *directory) referred(v cty.Value, types ...string) []*entity {
	var out []*entity
	for _, r := range terraform.References(v) {
		if e := d.behind(r.Address); e != nil && slices.Contains(types, e.typ) {
			out = append(out, e)
		}
	}
	return out
}

// behind returns the entity whose attribute a reference names, or nil.
func (d *directory) behind(reference string) *entity {
	for address := reference; ; {
		i := strings.LastIndexAny(address, ".[")
		if i < 0 {
			return nil
		}
		address = address[:i]
		if strings.Count(address, ".") == 0 {
			return nil
		}
		if e := d.find(address); e != nil {
			return e
		}
	}
}

// named returns the entity of a type whose invented id, or whose own id or name, is a text: a literal, or a stand-in
// that lost its reference.
func (d *directory) named(text, typ string, ids ...func(*entity) string) *entity {
	if text == "" {
		return nil
	}
	for _, e := range d.all(typ) {
		for _, id := range ids {
			if id(e) == text {
				return e
			}
		}
	}
	return nil
}

// id is the id that the entity says it has, or what invent makes of its address. Only JSON tells ids.
func (e *entity) id(invent func(address string) string) string {
	if id := e.argument("id"); id != "" {
		return id
	}
	return invent(e.address)
}

// pick returns the entity of a type that an id stands for: the one referred to whose stand-in is the text, else the one
// whose id it is; for an unknown id the only one referred to.
func (d *directory) pick(v cty.Value, typ string, ids ...func(*entity) string) *entity {
	text, known := standInText(v)
	referred := d.referred(v, typ)
	if !known {
		if len(referred) == 1 {
			return referred[0]
		}
		return d.only(v, typ)
	}
	for _, r := range terraform.References(v) {
		if r.StandIn != text {
			continue
		}
		if e := d.behind(r.Address); e != nil && e.typ == typ {
			return e
		}
	}
	return d.named(text, typ, ids...)
}

// argument returns the text of an argument, stand-ins as they are; "" if it is absent or unknown.
func (e *entity) argument(name string) string {
	v, ok := e.Argument(name)
	if !ok {
		return ""
	}
	text, _ := rawText(v)
	return text
}

// configuredName is the name argument, or what stands for it.
func (e *entity) configuredName() string {
	if n := e.argument("name"); n != "" {
		return n
	}
	return e.name
}

// place says where something is looked for.
func (d *directory) place() string {
	switch {
	case d.kind == distributionConfig:
		return "beside this file"
	case d.computed():
		return "in this file"
	}
	return "in this directory"
}

// bring says how to make something known that exists in the account (TF-254).
func (d *directory) bring(typ, id string) string {
	switch {
	case d.kind == distributionConfig:
		return fmt.Sprintf("put what AWS says of it beside this file: aws cloudfront get-%s --id %s > %s.json",
			strings.ReplaceAll(strings.TrimPrefix(typ, "aws_cloudfront_"), "_", "-"), id, id)
	case d.computed():
		return "plan it together with the distribution"
	}
	return "bring its resource into the directory"
}

// only returns the only entity of a type that a plan makes, for an id of which the plan says no more than that apply will
// tell it: of what stands in dynamic blocks and in locals, plans do not tell the expressions [inferred].
func (d *directory) only(v cty.Value, typ string) *entity {
	if d.kind != plan || d.leads(v) {
		return nil
	}
	var made []*entity
	for _, e := range d.all(typ) {
		if e.argument("id") == "" {
			made = append(made, e)
		}
	}
	if len(made) == 1 {
		return made[0]
	}
	return nil
}

// leads tells whether a value refers to something else than a local or the distribution itself.
func (d *directory) leads(v cty.Value) bool {
	return slices.ContainsFunc(terraform.References(v), func(r terraform.Reference) bool {
		e := d.behind(r.Address)
		return (e == nil || e.typ != distributionType) && !isLocal.MatchString(r.Address)
	})
}

var isLocal = regexp.MustCompile(`(^|\.)local\.[^.\[]+$`)
