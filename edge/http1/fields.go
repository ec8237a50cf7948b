package http1

import "strings"

// A Field is one header field line, with its name as it was written.
type Field struct{ Name, Value string }

// Fields are header fields in order. Names are compared without regard to case; the case and the order that arrived
// are the ones that leave.
type Fields []Field

// Get returns the value of the first field with this name, or "".
func (f Fields) Get(name string) string {
	for i := range f {
		if strings.EqualFold(f[i].Name, name) {
			return f[i].Value
		}
	}
	return ""
}

// Has reports whether there is a field with this name.
func (f Fields) Has(name string) bool {
	for i := range f {
		if strings.EqualFold(f[i].Name, name) {
			return true
		}
	}
	return false
}

// Values returns the values of all fields with this name, in order.
func (f Fields) Values(name string) []string {
	var values []string
	for i := range f {
		if strings.EqualFold(f[i].Name, name) {
			values = append(values, f[i].Value)
		}
	}
	return values
}

// Add appends a field.
func (f *Fields) Add(name, value string) { *f = append(*f, Field{name, value}) }

// Set gives the first field with this name a new value, in its place and with the name written as given here, and
// removes the others. Without such a field it appends one.
func (f *Fields) Set(name, value string) {
	kept := (*f)[:0]
	set := false
	for _, field := range *f {
		switch {
		case !strings.EqualFold(field.Name, name):
			kept = append(kept, field)
		case !set:
			kept = append(kept, Field{name, value})
			set = true
		}
	}
	if !set {
		kept = append(kept, Field{name, value})
	}
	*f = kept
}

// Del removes all fields with this name.
func (f *Fields) Del(name string) {
	kept := (*f)[:0]
	for _, field := range *f {
		if !strings.EqualFold(field.Name, name) {
			kept = append(kept, field)
		}
	}
	*f = kept
}

// Clone returns a copy that shares nothing with f.
func (f Fields) Clone() Fields { return append(Fields(nil), f...) }

// HasToken reports whether one of the comma-separated lists in the fields with this name contains the token, without
// regard to case ("Connection: keep-alive, Upgrade" has the token "upgrade").
func (f Fields) HasToken(name, token string) bool {
	for i := range f {
		if !strings.EqualFold(f[i].Name, name) {
			continue
		}
		for part := range strings.SplitSeq(f[i].Value, ",") {
			if strings.EqualFold(strings.TrimSpace(part), token) {
				return true
			}
		}
	}
	return false
}
