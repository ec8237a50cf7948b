package edge

import (
	"context"
	"net/netip"
	"strings"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
)

// aliasname makes of a request to a local name the one that the distribution's alias would have got: Host, Origin and
// Referer name the alias (REQ-595). Only where Options.AsAlias asks for it. The stages after it see production's request.
var aliasname = Stage{"alias", func(_ context.Context, x *Exchange) Verdict {
	if !x.local || !x.site.asAlias {
		return Verdict{Action: Skip}
	}
	x.names = x.site.localNames(&x.Viewer, x.Distribution)
	x.Translated = append(x.Translated, Translation{"request", "Host", x.names.host, x.names.alias})
	x.Viewer.Host = x.names.alias
	x.Viewer.Fields = x.names.request(x.Viewer.Fields, &x.Translated)
	x.Request.Host, x.Request.Fields = x.Viewer.Host, x.Viewer.Fields
	return Verdict{Rule: "REQ-595", Why: why("%s is taken for %s", x.names.host, x.names.alias)}
}}

// localname makes of the alias's answer one that a browser at the local name can use: Location, cookies and CORS name
// the local address again (REQ-596). What would pin the name to HTTPS is withheld from every local name (REQ-597).
var localname = Stage{"local name", func(_ context.Context, x *Exchange) Verdict {
	if !x.local {
		return Verdict{Action: Skip}
	}
	before := len(x.Translated)
	fields := x.Response.Fields[:0]
	for _, f := range x.Response.Fields {
		if strings.EqualFold(f.Name, "Strict-Transport-Security") {
			x.Translated = append(x.Translated, Translation{Message: "response", Name: f.Name, To: "withheld"})
			continue
		}
		if x.names != nil {
			f.Value = x.names.answer(f, &x.Translated)
		}
		fields = append(fields, f)
	}
	x.Response.Fields = fields
	if len(x.Translated) == before {
		return Verdict{Action: Skip}
	}
	rule := "REQ-597"
	if x.names != nil {
		rule = "REQ-596"
	}
	return Verdict{Rule: rule, Why: why("%s", translations(x.Translated[before:]))}
}}

// A Translation is one field of a message that was changed between a local name and the alias it stands for.
type Translation struct {
	Message string `json:"message"`        // "request" or "response"
	Name    string `json:"name"`           // of the field; for a cookie "Set-Cookie sessionid"
	From    string `json:"from,omitempty"` // scheme and host; never the whole value, which may hold a secret
	To      string `json:"to"`
}

// String says it in a few words: "Origin → https://www.example.com".
func (t Translation) String() string {
	if t.From == "" {
		return t.Name + " " + t.To
	}
	return t.Name + " → " + t.To
}

// translations puts several on one line.
func translations(list []Translation) string {
	words := make([]string, len(list))
	for i, t := range list {
		words[i] = t.String()
	}
	return strings.Join(words, ", ")
}

// localNames relate the local address that a viewer used to the alias it stands for.
type localNames struct {
	host    string // as the viewer wrote it: "localhost:8080"
	local   string // scheme and host of the viewer's address: "http://localhost:8080"
	alias   string // "www.example.com"
	scheme  string // by which the alias is asked: https on the plain listener, too, where that is assumed
	other   string // likewise of the same machine's other listener: "https://localhost:8443"; "" where it is off
	site    *site
	assumed bool // the viewer speaks plain HTTP, and the distribution takes it for HTTPS
}

// dotLocalhost is below what browsers take for this machine without asking anybody (RFC 6761, section 6.3).
const dotLocalhost = ".localhost"

// localNames returns what a viewer's local name stands for: the alias that is written before .localhost, else the host
// by which the distribution is best known.
func (s *site) localNames(r *Request, d *cloudfront.Distribution) *localNames {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	n := &localNames{
		host: r.Host, local: scheme + "://" + r.Host, alias: d.Host(), scheme: r.Scheme, site: s,
		assumed: r.Scheme == "https" && r.TLS == nil,
	}
	if alias, owner := s.beforeLocalhost(hostname(r.Host)); owner == d {
		n.alias = alias
	}
	switch {
	case scheme == "http" && s.httpsPort != "":
		n.other = "https://" + withPort(r.Host, s.httpsPort)
	case scheme == "https" && s.httpPort != "":
		n.other = "http://" + withPort(r.Host, s.httpPort)
	}
	return n
}

// beforeLocalhost returns the alias that a host name without port has before .localhost, and whose it is; nil if it has
// none (REQ-017).
func (s *site) beforeLocalhost(name string) (alias string, owner *cloudfront.Distribution) {
	alias, ok := strings.CutSuffix(strings.ToLower(name), dotLocalhost)
	if !ok {
		return "", nil
	}
	return alias, s.hosts.Owner(alias)
}

// request translates the fields of a request. The list that was given is left as it is.
func (n *localNames) request(fields http1.Fields, done *[]Translation) http1.Fields {
	fields = fields.Clone()
	for i, f := range fields {
		switch strings.ToLower(f.Name) {
		case "host":
			fields[i].Value = n.alias
		case "origin", "referer":
			from, rest := splitAddress(f.Value)
			if to := n.toAlias(from); to != "" {
				fields[i].Value = to + rest
				*done = append(*done, Translation{"request", f.Name, from, to})
			}
		}
	}
	return fields
}

// toAlias returns the address that a local one stands for, both as scheme and host; "" for any other address.
func (n *localNames) toAlias(address string) string {
	switch {
	case address == "":
		return ""
	case strings.EqualFold(address, n.local):
		return n.scheme + "://" + n.alias
	case strings.EqualFold(address, n.other):
		scheme, _, _ := strings.Cut(n.other, "://")
		return scheme + "://" + n.alias
	}
	// Another alias of this machine's distributions, at the same listener.
	scheme, host, _ := strings.Cut(address, "://")
	name, port := splitPort(host)
	alias, owner := n.site.beforeLocalhost(name)
	if _, own := splitPort(n.host); owner != nil && port == own && strings.HasPrefix(n.local, scheme+":") {
		return n.scheme + "://" + alias
	}
	return ""
}

// answer returns the translated value of a response's field.
func (n *localNames) answer(f http1.Field, done *[]Translation) string {
	switch strings.ToLower(f.Name) {
	case "location", "access-control-allow-origin":
		from, rest := splitAddress(f.Value)
		if to := n.toLocal(from); to != "" {
			*done = append(*done, Translation{"response", f.Name, from, to})
			return to + rest
		}
	case "set-cookie":
		value, changes := n.cookie(f.Value)
		if len(changes) > 0 {
			name, _, _ := strings.Cut(f.Value, "=")
			*done = append(*done, Translation{Message: "response", Name: f.Name + " " + strings.TrimSpace(name), To: "without " + strings.Join(changes, ", ")})
		}
		return value
	}
	return f.Value
}

// toLocal returns the local address of one that the distributions answer to, both as scheme and host; "" for any other.
func (n *localNames) toLocal(address string) string {
	scheme, host, ok := strings.Cut(address, "://")
	if !ok {
		scheme, host = n.scheme, strings.TrimPrefix(address, "//")
	}
	scheme = strings.ToLower(scheme)
	name, port := splitPort(strings.ToLower(host))
	if name == "" || port != "" && port != defaultPort(scheme) {
		return ""
	}
	var local string
	switch {
	case scheme == n.scheme, n.assumed && scheme == "http": // production's redirect to https leads here, too
		local = n.local
	case strings.HasPrefix(n.other, scheme+":"):
		local = n.other
	}
	switch {
	case local == "" || name == n.alias:
		return local
	case n.site.hosts.Owner(name) != nil && n.atHome():
		scheme, host, _ := strings.Cut(local, "://")
		if _, port := splitPort(host); port != "" {
			return scheme + "://" + name + dotLocalhost + ":" + port
		}
		return scheme + "://" + name + dotLocalhost
	}
	return ""
}

// atHome reports whether names below .localhost mean the same machine to the viewer as the name that it used.
func (n *localNames) atHome() bool {
	name := hostname(n.host)
	if a, err := netip.ParseAddr(name); err == nil {
		return a.Unmap().IsLoopback()
	}
	return strings.EqualFold(name, "localhost") || strings.HasSuffix(strings.ToLower(name), dotLocalhost)
}

func defaultPort(scheme string) string {
	if scheme == "https" {
		return "443"
	}
	return "80"
}

// cookie takes from a Set-Cookie field what a browser at the local address would refuse it for: a Domain that covers
// the alias, and, where the viewer's plain HTTP is taken for HTTPS, Secure and what only goes with it. A cookie whose
// name demands these (__Host-, __Secure-) keeps Secure, which browsers accept from localhost; so does one whose Domain
// does not cover the alias, since browsers would refuse it in production, too.
func (n *localNames) cookie(value string) (translated string, without []string) {
	attributes := strings.Split(value, ";")
	name := strings.ToLower(strings.TrimSpace(attributes[0]))
	demanding := strings.HasPrefix(name, "__host-") || strings.HasPrefix(name, "__secure-")
	kept := attributes[:1]
	for _, a := range attributes[1:] {
		key, v, _ := strings.Cut(strings.TrimSpace(a), "=")
		v = strings.TrimSpace(v)
		drop := false
		switch strings.ToLower(strings.TrimSpace(key)) {
		case "domain":
			drop = covers(v, n.alias)
		case "secure", "partitioned":
			drop = n.assumed && !demanding
		case "samesite":
			drop = n.assumed && !demanding && strings.EqualFold(v, "none")
		}
		if drop {
			without = append(without, strings.TrimSpace(a))
		} else {
			kept = append(kept, a)
		}
	}
	if len(without) == 0 {
		return value, nil
	}
	return strings.Join(kept, ";"), without
}

// covers reports whether a cookie's Domain takes in a host.
func covers(domain, host string) bool {
	domain = strings.TrimPrefix(strings.ToLower(domain), ".")
	return domain != "" && (domain == host || strings.HasSuffix(host, "."+domain))
}

// splitAddress cuts a URL after scheme and host.
func splitAddress(url string) (address, rest string) {
	start := 0
	if i := strings.Index(url, "://"); i > 0 && !strings.ContainsAny(url[:i], "/?#") {
		start = i + 3
	} else if strings.HasPrefix(url, "//") {
		start = 2
	} else {
		return "", url
	}
	if i := strings.IndexAny(url[start:], "/?#"); i >= 0 {
		return url[:start+i], url[start+i:]
	}
	return url, ""
}
