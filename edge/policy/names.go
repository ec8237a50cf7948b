package policy

import "strings"

// names maps header names to what is known of them. It is filled once and then only read.
type names[T any] struct {
	exact    map[string]*T // by lower-case name
	prefixes []prefix[T]
	rest     *T // of every other name
}

type prefix[T any] struct {
	text  string
	value *T
}

// set adds a name in lower case; a final "*" stands for any rest.
func (n *names[T]) set(name string, value *T) {
	if text, ok := strings.CutSuffix(name, "*"); ok {
		n.prefixes = append(n.prefixes, prefix[T]{text, value})
		return
	}
	if n.exact == nil {
		n.exact = make(map[string]*T)
	}
	n.exact[name] = value
}

// find returns what is known of a name in any case. It does not allocate for names of usual length.
func (n *names[T]) find(name string) *T {
	var buf [64]byte
	if len(name) > len(buf) {
		lower := strings.ToLower(name)
		if v, ok := n.exact[lower]; ok {
			return v
		}
		return n.other(lower)
	}
	for i := range len(name) {
		c := name[i]
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		buf[i] = c
	}
	if v, ok := n.exact[string(buf[:len(name)])]; ok {
		return v
	}
	return n.other(name)
}

func (n *names[T]) other(name string) *T {
	for i := range n.prefixes {
		if text := n.prefixes[i].text; len(name) >= len(text) && strings.EqualFold(name[:len(text)], text) {
			return n.prefixes[i].value
		}
	}
	return n.rest
}
