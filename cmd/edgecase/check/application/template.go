package application

import (
	"strings"
)

// fromTemplate makes an example and a pattern of a path with placeholders, as frameworks and people write them: {id},
// <int:id>, :id, and "*".
func fromTemplate(template string) (example, pattern string) {
	var e, p strings.Builder
	for i := 0; i < len(template); {
		c := template[i]
		switch {
		case c == '{' || c == '<':
			closing := byte('}')
			if c == '<' {
				closing = '>'
			}
			if end := strings.IndexByte(template[i:], closing); end > 0 {
				e.WriteString(exampleOf(template[i+1 : i+end]))
				p.WriteByte('*')
				i += end + 1
				continue
			}
		case c == ':' && i > 0 && template[i-1] == '/':
			end := i + 1
			for end < len(template) && isNameByte(template[end]) {
				end++
			}
			if end > i+1 {
				e.WriteString(exampleOf(template[i+1 : end]))
				p.WriteByte('*')
				i = end
				continue
			}
		case c == '*':
			e.WriteByte('x')
			p.WriteByte('*')
			for i < len(template) && template[i] == '*' {
				i++
			}
			continue
		}
		e.WriteByte(c)
		p.WriteByte(c)
		i++
	}
	example, pattern = e.String(), p.String()
	if pattern == example {
		pattern = ""
	}
	return example, pattern
}

// exampleOf returns what may stand in place of a placeholder.
func exampleOf(name string) string {
	kind, name, typed := strings.Cut(name, ":")
	if !typed {
		kind, name = "", kind
	}
	name = strings.Trim(name, "*?+. ")
	switch lower := strings.ToLower(name); {
	case kind == "int" || kind == "number" || lower == "id" || lower == "pk" || strings.HasSuffix(lower, "_id") || strings.HasSuffix(name, "Id"):
		return "1"
	case kind == "uuid" || lower == "uuid" || lower == "guid":
		return "00000000-0000-4000-8000-000000000001"
	case strings.IndexFunc(name, func(r rune) bool { return r > 127 || !isNameByte(byte(r)) && r != '-' }) >= 0 || name == "":
		return "x"
	}
	return name
}

func isNameByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_'
}

// cleanPath makes a path out of one that people have written: what no viewer can send is escaped. It is "" for what
// cannot be a path.
func cleanPath(path string) string {
	path, _, _ = strings.Cut(path, "?")
	path, _, _ = strings.Cut(path, "#")
	if !strings.HasPrefix(path, "/") || len(path) > maxPath {
		return ""
	}
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(path) {
		c := path[i]
		switch {
		case c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0:
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		case c == '%' && (i+2 >= len(path) || !isHex(path[i+1]) || !isHex(path[i+2])):
			b.WriteString("%25")
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// maxPath is longer than any URL that CloudFront takes (REQ-142).
const maxPath = 8192

func isHex(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F' }
