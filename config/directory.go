package config

import (
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
	list  func(types ...string) []*entity // managed resources and, with "data." in front, data sources
	read  func() []string                 // every file read so far
	lists map[string][]*entity
}

// fromModule makes a directory of an evaluated module.
func fromModule(m *terraform.Module) *directory {
	return &directory{
		find: func(address string) *entity {
			if r := m.Resource(address); r != nil {
				return entityOf(r)
			}
			return nil
		},
		list: func(types ...string) []*entity {
			// Data sources are found by reference only. What fails here is something that no distribution needs, or it is reported by whoever needs it (TF-040).
			resources, _ := m.Resources(types...)
			entities := make([]*entity, 0, len(resources))
			for _, r := range resources {
				entities = append(entities, entityOf(r))
			}
			return entities
		},
		read:  m.Read,
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

// pick returns the entity of a type that an id stands for: the one referred to whose stand-in is the text, else the one
// whose id it is; for an unknown id the only one referred to.
func (d *directory) pick(v cty.Value, typ string, ids ...func(*entity) string) *entity {
	text, known := standInText(v)
	referred := d.referred(v, typ)
	if !known {
		if len(referred) == 1 {
			return referred[0]
		}
		return nil
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
