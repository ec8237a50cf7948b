package edge

import "strings"

// masked stands for a value that must not be shown.
const masked = "(masked)"

// maskValue returns a header's value as it may be shown: of Authorization the scheme, of Cookie and Set-Cookie the
// names.
func maskValue(name, value string) string {
	switch {
	case strings.EqualFold(name, "Authorization"), strings.EqualFold(name, "Proxy-Authorization"):
		scheme, _, found := strings.Cut(value, " ")
		if !found {
			return masked
		}
		return scheme + " " + masked
	case strings.EqualFold(name, "Cookie"):
		var parts []string
		for c := range strings.SplitSeq(value, ";") {
			parts = append(parts, maskPair(c))
		}
		return strings.Join(parts, "; ")
	case strings.EqualFold(name, "Set-Cookie"):
		cookie, attributes, found := strings.Cut(value, ";")
		if !found {
			return maskPair(cookie)
		}
		return maskPair(cookie) + ";" + attributes
	}
	return value
}

func maskPair(cookie string) string {
	name, _, found := strings.Cut(strings.TrimSpace(cookie), "=")
	if !found {
		return masked
	}
	return name + "=" + masked
}
