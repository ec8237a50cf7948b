package cloudfront

import (
	"cmp"
	"slices"
	"strings"
)

// maxHostLength is the longest name the DNS knows, in characters. A longer Host cannot be an alias, and looking one up
// would cost more the more dots it has.
const maxHostLength = 253

// A HostTable tells which distribution a Host selects (REQ-001). It is built once from a configuration and read by
// every request after that.
//
// It knows the names of the distributions and nothing else: that localhost means the distribution at hand (REQ-017) is
// for whoever listens there.
type HostTable struct {
	exact    map[string]*Distribution
	wildcard map[string]*Distribution // by what follows the "*": ".example.com"
}

// NewHosts returns the table of what these distributions answer to: their own domain names and their aliases (REQ-003,
// REQ-004). Where two have the same alias, which is a [Problem] (REQ-010), the first keeps it.
func NewHosts(distributions []*Distribution) *HostTable {
	t := &HostTable{exact: map[string]*Distribution{}, wildcard: map[string]*Distribution{}}
	for _, d := range distributions {
		for _, name := range append([]string{d.DomainName}, d.Aliases...) {
			t.add(strings.ToLower(name), d)
		}
	}
	return t
}

func (t *HostTable) add(name string, d *Distribution) {
	names := t.exact
	if suffix, ok := strings.CutPrefix(name, "*."); ok {
		names, name = t.wildcard, "."+suffix
	}
	if old := names[name]; name != "" && (old == nil || old.Staging && !d.Staging) {
		names[name] = d
	}
}

// Lookup returns the distribution that answers to a Host (a Host header or an :authority, with or without a port), or
// nil if that is none: because no distribution has the name (REQ-013), or because the one that has it is disabled
// (REQ-018) or a staging distribution, which is never reached by its own names (REQ-020). It does not allocate, unless
// the host has upper-case letters.
func (t *HostTable) Lookup(host string) *Distribution {
	if d := t.Owner(host); d != nil && d.Reachable() {
		return d
	}
	return nil
}

// Owner returns the distribution that has a Host among its names, whether it answers or not, or nil. An exact name
// goes before a wildcard, and a longer wildcard before a shorter one (REQ-009). A wildcard covers names at any depth
// (REQ-007), but not the name it is made of: "*.example.com" is not example.com (REQ-008).
func (t *HostTable) Owner(host string) *Distribution {
	host = hostname(host)
	if host == "" || len(host) > maxHostLength {
		return nil
	}
	if d := t.exact[host]; d != nil {
		return d
	}
	if len(t.wildcard) == 0 {
		return nil
	}
	for i := 1; i < len(host); i++ {
		if host[i] != '.' {
			continue
		}
		if d := t.wildcard[host[i:]]; d != nil {
			return d
		}
	}
	return nil
}

// Names returns every name that Lookup finds a distribution by, wildcards as they are written, in alphabetical order:
// what to tell someone whose Host is none of them.
func (t *HostTable) Names() []string {
	var names []string
	for name, d := range t.exact {
		if d.Reachable() {
			names = append(names, name)
		}
	}
	for suffix, d := range t.wildcard {
		if d.Reachable() {
			names = append(names, "*"+suffix)
		}
	}
	slices.Sort(names)
	return names
}

// Reachable reports whether the distribution answers to its own names: it is enabled (REQ-018) and no staging
// distribution (REQ-020).
func (d *Distribution) Reachable() bool { return d.Enabled && !d.Staging }

// hostname returns a Host in the form of an alias: without port, in lower case (REQ-005). A final dot, which only
// makes a name absolute, is dropped, too; nothing is recorded of what CloudFront does with it.
func hostname(host string) string {
	if i := strings.LastIndexByte(host, ':'); i >= 0 && strings.IndexByte(host[i:], ']') < 0 {
		host = host[:i]
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

// Host returns the host by which a distribution is best known: its first alias that is one, else some name below a
// wildcard, else its domain name.
func (d *Distribution) Host() string {
	below := ""
	for _, alias := range d.Aliases {
		rest, wild := strings.CutPrefix(alias, "*.")
		switch {
		case strings.ContainsAny(rest, "{}*"):
		case !wild:
			return alias
		case below == "":
			below = "www." + rest
		}
	}
	return cmp.Or(below, d.DomainName)
}
