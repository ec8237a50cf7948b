package terraform

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// An Unneeded value is given for an address and has changed nothing.
type Unneeded struct {
	Given
	Settled bool   // the configuration has a value of its own there
	Known   bool   // the address exists, but nothing that was evaluated asks for it
	Near    string // an address that was asked for and may be meant; "" if there is none
}

// Unneeded returns the given values that have not been used so far, in the order in which they were given.
func (m *Module) Unneeded() []Unneeded {
	var list []Unneeded
	for _, g := range m.presents {
		if g.used {
			continue
		}
		u := Unneeded{Given: *g.given, Settled: g.idle, Known: m.exists(g.given.Address)}
		u.Near = nearest(u.Address, m.lacking())
		list = append(list, u)
	}
	return append(list, m.misspelt(m.gifts)...)
}

// lacking returns the addresses that were asked for, are not known and are not given.
func (m *Module) lacking() []string {
	var list []string
	for _, address := range keys(m.wanted) {
		if g := m.giftAt(address); g == nil || !g.used {
			list = append(list, address)
		}
	}
	return list
}

// misspelt returns the parts of unknown values that nobody asked for, while something else of the same was asked for.
func (m *Module) misspelt(g *gift) []Unneeded {
	if g == nil {
		return nil
	}
	var list []Unneeded
	for _, key := range keys(g.parts) {
		p := g.parts[key]
		if name, ok := stepName(p.step); ok && p.given != nil && p.used && !p.asked && len(g.missed) > 0 {
			u := Unneeded{Given: *p.given, Known: true}
			if near := nearest(name, g.missed); near != "" {
				u.Near = strings.TrimSuffix(p.given.Address, part(p.step)) + part(hcl.TraverseAttr{Name: near})
			}
			list = append(list, u)
		}
		list = append(list, m.misspelt(p)...)
	}
	return list
}

// exists tells whether the beginning of an address is something that the configuration declares.
func (m *Module) exists(address string) bool {
	t := addressOf(address)
	s := m.root
	for rootName(t) == "module" && len(t) > 2 {
		name, _ := attrName(t, 1)
		c := s.config.calls[name]
		if c == nil {
			return false
		}
		t = t[2:]
		if m.sourceOf(s, c) == "" {
			return true
		}
		i := pick(s.callInstances(c), &t)
		if i == nil || i.module == nil || len(t) == 0 {
			return false
		}
		s = i.module
		if len(t) == 1 || rootName(t) != "module" && rootName(t) != "data" && rootName(t) != "var" && s.config.outputs[rootName(t)] != nil {
			return s.config.outputs[rootName(t)] != nil
		}
	}
	name, _ := attrName(t, 1)
	switch root := rootName(t); root {
	case "var":
		return s.config.variables[name] != nil
	case "data":
		third, _ := attrName(t, 2)
		return s.config.resources["data."+name+"."+third] != nil
	case "ephemeral":
		return true
	default:
		return s.config.resources[root+"."+name] != nil
	}
}
