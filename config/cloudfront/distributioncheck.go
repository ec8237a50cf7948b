package cloudfront

import (
	"fmt"
	"strings"
)

// CloudFront's quotas (REQ-011, REQ-057). AWS raises them on request.
const (
	maxAliases      = 100
	maxBehaviors    = 75
	maxOrigins      = 100
	maxOriginGroups = 10
)

// maxRootObjectLength is the longest default_root_object (REQ-174).
const maxRootObjectLength = 255

func (r *report) distribution(d *Distribution) {
	r.reach(d)
	r.quotas(d)
	r.aliases(d)
	r.certificate(d)
	r.settings(d)
	r.origins(d)
	r.originGroups(d)
	r.behaviors(d)
	r.errorResponses(d)
	r.geoRestriction(d)
}

// reach tells of distributions that answer nobody.
func (r *report) reach(d *Distribution) {
	if !d.Enabled {
		r.add(Note, "REQ-018", Documented, d.Sources.at("enabled", d.Source), "Disabled distribution",
			"%s has enabled = false, so CloudFront accepts no requests for it. Set enabled = true to have it served "+
				"under its own names.", d.Address)
	}
	if d.Staging {
		r.add(Note, "REQ-020", Documented, d.Sources.at("staging", d.Source), "Staging distribution",
			"%s is a staging distribution: requests reach it only through its primary distribution, never by its "+
				"own names. Name it with --distribution to try it.", d.Address)
	}
}

func (r *report) quotas(d *Distribution) {
	quotas := []struct {
		rule, what, argument string
		have, most           int
	}{
		{"REQ-011", "aliases", "aliases", len(d.Aliases), maxAliases},
		{"REQ-057", "cache behaviors", "ordered_cache_behavior", len(d.Behaviors), maxBehaviors},
		{"REQ-057", "origins", "origin", len(d.Origins), maxOrigins},
		{"REQ-057", "origin groups", "origin_group", len(d.OriginGroups), maxOriginGroups},
	}
	for _, q := range quotas {
		if q.have > q.most {
			r.warn(q.rule, Documented, d.Sources.at(q.argument, d.Source), "Quota exceeded",
				"A distribution has at most %d %s, and %s has %d. Ask AWS for a higher quota, or split the "+
					"distribution.",
				q.most, q.what, d.Address, q.have)
		}
	}
}

func (r *report) aliases(d *Distribution) {
	at := d.Sources.at("aliases", d.Source)
	for _, alias := range d.Aliases {
		if placeholder(alias) {
			continue
		}
		if lower := strings.ToLower(alias); lower != alias {
			r.refuse("REQ-004", Documented, at, "Upper-case alias",
				"CloudFront keeps aliases in lower case and refuses %q. Write %q.", alias, lower)
		}
		switch name := strings.TrimPrefix(alias, "*."); {
		case strings.Contains(name, "*"):
			r.refuse("REQ-006", Documented, at, "Invalid wildcard alias",
				`A wildcard alias begins with "*." and has no other "*", unlike %q. Write one such as `+
					`"*.example.com".`, alias)
		case strings.ContainsAny(name, ":/ ") || !strings.Contains(name, "."):
			r.refuse("REQ-004", Inferred, at, "Invalid alias",
				`%q is no domain name. Write only the name, without scheme, port or path: "www.example.com".`, alias)
		}
	}
}

// sharedAliases finds aliases that stand on two distributions. A staging distribution stands in for its primary and is
// never reached by a name, so it does not count.
func (r *report) sharedAliases(distributions []*Distribution) {
	owner := map[string]*Distribution{}
	for _, d := range distributions {
		if d.Staging {
			continue
		}
		for _, alias := range d.Aliases {
			name := strings.ToLower(alias)
			if placeholder(name) {
				continue
			}
			first := owner[name]
			if first == nil {
				owner[name] = d
				continue
			}
			if first != d {
				r.refuse("REQ-010", Documented, d.Sources.at("aliases", d.Source), "Alias on two distributions",
					"%q is an alias of %s%s and of %s, and a name can belong to one distribution only. Remove it "+
						"from one of the two.",
					alias, first.Address, parenthesized(first.Sources.at("aliases", first.Source)), d.Address)
			}
		}
	}
}

func (r *report) certificate(d *Distribution) {
	c := d.ViewerCertificate
	at := c.Source
	if at.IsZero() {
		at = d.Source
	}
	own := c.ACMCertificateARN.set() || c.IAMCertificateID.set()
	var names []string
	for _, alias := range d.Aliases {
		if !placeholder(alias) && (!own || len(c.Names) > 0 && !certified(alias, c.Names)) {
			names = append(names, alias)
		}
	}
	switch {
	case len(names) == 0:
	case !own:
		r.warn("REQ-012", Documented, at, "Alias without certificate",
			"The distribution has aliases (%s) and only CloudFront's own certificate, which covers "+
				"*.cloudfront.net. AWS refuses that with InvalidViewerCertificate: give viewer_certificate an "+
				"acm_certificate_arn.",
			handful(names))
	default:
		r.warn("REQ-012", Documented, at, "Alias not covered by the certificate",
			"The certificate is for %s and does not cover %s. AWS refuses that with InvalidViewerCertificate: add "+
				"the names to the certificate, or remove the aliases.",
			handful(c.Names), handful(names))
	}
}

// certified reports whether one of a certificate's names covers an alias. A wildcard of a certificate stands for one
// label, and covers the same wildcard as an alias (REQ-007 says how the two differ).
func certified(alias string, names []string) bool {
	alias = strings.ToLower(alias)
	_, parent, _ := strings.Cut(alias, ".")
	for _, name := range names {
		name = strings.ToLower(name)
		if placeholder(name) || name == alias || name == "*."+parent {
			return true
		}
	}
	return false
}

func (r *report) settings(d *Distribution) {
	at, object := d.Sources.at("default_root_object", d.Source), d.DefaultRootObject
	switch {
	case object == "" || placeholder(object):
	case strings.HasPrefix(object, "/"):
		next := "Remove it."
		if name := strings.TrimLeft(object, "/"); name != "" {
			next = fmt.Sprintf("Write %q.", name)
		}
		r.warn("REQ-174", Documented, at, "Slash before the default root object",
			"The value of default_root_object has no leading slash; with %q, requests for / can end in 403. "+
				"%s", object, next)
	case len(object) > maxRootObjectLength || strings.ContainsFunc(object, notIn(pathCharacters+"&")):
		r.warn("REQ-179", Documented, at, "Invalid default root object",
			"CloudFront answers requests for / with 400 InvalidDefaultRootObject: the value has more than %d "+
				"characters, or others than letters, digits and _-.*$/~\"'&. Name an object such as \"index.html\".",
			maxRootObjectLength)
	}
}

// pathCharacters are those that a default_root_object and a path pattern have in common (REQ-053, REQ-174).
const pathCharacters = `ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.*$/~"'`

func notIn(set string) func(rune) bool {
	return func(c rune) bool { return !strings.ContainsRune(set, c) }
}

func (r *report) geoRestriction(d *Distribution) {
	g := d.GeoRestriction
	at := g.Source
	if at.IsZero() {
		at = d.Source
	}
	at = g.Sources.at("locations", at)
	switch g.RestrictionType {
	case "none":
		if len(g.Locations) > 0 {
			r.refuse("REQ-510", Inferred, at, "Countries without restriction",
				`restriction_type is "none", but locations lists %s. Empty the list, or choose "whitelist" or `+
					`"blacklist".`, handful(g.Locations))
		}
	case "whitelist", "blacklist":
		if len(g.Locations) == 0 {
			r.refuse("REQ-510", Inferred, at, "Restriction without countries",
				`restriction_type is %q, but locations is empty. List the countries, or choose `+
					`"none".`, g.RestrictionType)
		}
	}
	for _, code := range g.Locations {
		switch upper := strings.ToUpper(code); {
		case placeholder(code):
		case len(code) != 2 || strings.ContainsFunc(upper, notIn("ABCDEFGHIJKLMNOPQRSTUVWXYZ")):
			r.refuse("REQ-510", Documented, at, "Invalid country code",
				`%q is no ISO 3166-1 alpha-2 code. Write two upper-case letters, such as "US".`, code)
		case code != upper:
			r.refuse("REQ-510", Inferred, at, "Lower-case country code", "Countries are given in upper case. Write "+
				"%q for %q.", upper, code)
		}
	}
}
