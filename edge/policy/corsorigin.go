package policy

import (
	"slices"
	"strings"
)

// allows reports whether one of the entries matches a request's Origin.
func (c *corsPlan) allows(origin string) bool {
	return slices.ContainsFunc(c.config.AllowOrigins, func(entry string) bool { return originMatches(entry, origin) })
}

// originMatches matches an Origin with one entry of access_control_allow_origins (POL-124). An entry is
// scheme://host[:port] or, for both schemes, host[:port]; the leftmost label may be "*" (one or more labels), the port
// may hold "*" (any digits). Without a port it matches only origins without one (POL-144). Scheme and host compare
// without regard to case (POL-125).
func originMatches(entry, origin string) bool {
	if entry == "*" {
		return true
	}
	scheme, host, port, ok := splitOrigin(origin)
	if !ok {
		return false
	}
	entryScheme, entryHost, entryPort, hasScheme := splitOrigin(entry)
	if hasScheme && !strings.EqualFold(entryScheme, scheme) {
		return false
	}
	return hostMatches(strings.ToLower(entryHost), strings.ToLower(host)) && portMatches(entryPort, port)
}

// splitOrigin takes an Origin or an entry apart; the port keeps its ":", ok reports that there was a scheme.
func splitOrigin(s string) (scheme, host, port string, ok bool) {
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok {
		scheme, rest = "", s
	}
	// A colon inside brackets belongs to an IPv6 address.
	if i := strings.LastIndexByte(rest, ':'); i > strings.LastIndexByte(rest, ']') {
		return scheme, rest[:i], rest[i:], ok
	}
	return scheme, rest, "", ok
}

func hostMatches(entry, host string) bool {
	suffix, wild := strings.CutPrefix(entry, "*")
	if !wild {
		return entry == host
	}
	// "*.example.org": at least one label in front, so not the bare domain.
	return strings.HasPrefix(suffix, ".") && len(host) > len(suffix) && strings.HasSuffix(host, suffix)
}

func portMatches(entry, port string) bool {
	if entry == "" || port == "" {
		return entry == port
	}
	return starMatch(entry, port)
}
