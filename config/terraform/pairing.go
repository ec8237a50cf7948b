package terraform

import (
	"cmp"
	"slices"
)

// pair finds the expression of each nested block: by the constants in it and by what is set in it, since sets have lost
// the author's order and blocks that were made dynamically have no expressions.
func pair(blocks []*Node, unknown, exprs *Node) []*Node {
	list := exprs.List()
	if exprs != nil && exprs.IsObject {
		list = []*Node{exprs}
	}
	var pairs []pairing
	for i, b := range blocks {
		for j, e := range list {
			l := likeness(b, elementOf(unknown, i), e)
			if l.constants > 0 || l.differences == 0 || len(list) == len(blocks) {
				pairs = append(pairs, pairing{i, j, l})
			}
		}
	}
	slices.SortStableFunc(pairs, func(a, b pairing) int {
		return cmp.Or(cmp.Compare(b.constants, a.constants), cmp.Compare(a.differences, b.differences))
	})
	out := make([]*Node, len(blocks))
	used := make([]bool, len(list))
	for _, f := range pairs {
		if out[f.block] == nil && !used[f.expr] && !f.impossible {
			out[f.block], used[f.expr] = list[f.expr], true
		}
	}
	return out
}

// A pairing is a block and an expression that may have given it.
type pairing struct {
	block, expr int
	alike
}

// An alike is how well a block and an expression go together: the constants that they share, and the arguments that only
// one of them sets. They cannot where a constant differs.
type alike struct {
	constants, differences int
	impossible             bool
}

func likeness(block, unknown, expr *Node) alike {
	var l alike
	for _, name := range names(block, expr) {
		e, v, u := expr.Get(name), block.Get(name), member(unknown, name)
		c := fixed(e)
		switch {
		case e != nil && e.IsArray && v != nil && v.IsArray && len(v.Items) == len(e.Items):
			for i := range e.Items {
				inner := likeness(v.Items[i], elementOf(u, i), e.Items[i])
				l.constants += inner.constants
				l.differences += inner.differences
				l.impossible = l.impossible || inner.impossible
			}
		case c == nil || v == nil || c.IsArray || c.IsObject:
			if (e != nil) != (u.IsTrue() || v.isSet()) {
				l.differences++
			}
		case scalarText(c) == scalarText(v):
			l.constants++
		default:
			l.impossible = true
		}
	}
	return l
}

// fixed returns the value of an expression without references: of JSON syntax a plan has the text of a template there.
func fixed(expr *Node) *Node {
	if expr.Get("references") != nil {
		return nil
	}
	return expr.Get("constant_value")
}

// isSet tells whether a value is more than what stands for nothing.
func (n *Node) isSet() bool {
	return !n.IsNull() && (n.IsObject || len(n.Items) > 0 || !n.IsArray && n.Scalar != "")
}

// scalarText is a scalar as a string has it: "80" and 80 are the same argument (TF-029).
func scalarText(n *Node) string {
	switch s := n.Scalar.(type) {
	case string:
		return s
	case bool:
		if s {
			return "true"
		}
		return "false"
	case interface{ String() string }:
		return s.String()
	}
	return ""
}
