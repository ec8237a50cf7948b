package diff

import (
	"slices"
	"strings"
)

// show returns a request with a path and a method that shows how two facets differ.
func (c *comparison) show(kind Kind, old, new facet, path, method string) *Witness {
	scheme := "https"
	if kind == Protocol {
		scheme = "http"
	}
	w := c.witness(method, scheme, path)
	items := append(without(new.items, old.items), without(old.items, new.items)...)
	switch kind {
	case Forwarding, CacheKey:
		c.names.equip(w, items)
		if slices.ContainsFunc(items, func(s string) bool { return strings.HasPrefix(s, "CloudFront-Viewer-Country") }) {
			w.Country = c.admitted()
		}
	case ResponseHeaders:
		w.OriginHeaders = contested(items)
		if slices.ContainsFunc(items, func(s string) bool { return strings.HasPrefix(s, "CORS") }) {
			w.Headers = append(w.Headers, "Origin: https://"+allowedOrigin(items))
		}
	}
	return w
}

// admitted returns a country that both sides let in, "" for none that is known.
func (c *comparison) admitted() string {
	for _, country := range append([]string{"US", "ZZ"}, slices.Concat(c.old.GeoRestriction.Locations, c.new.GeoRestriction.Locations)...) {
		if admits(c.old.GeoRestriction, country) && admits(c.new.GeoRestriction, country) {
			return country
		}
	}
	return ""
}

// contested returns headers of the origin without which some items would make no difference: those that are taken away,
// and those that the policy would set but for the origin's.
func contested(items []string) []string {
	var list []string
	for _, item := range items {
		if name, ok := strings.CutPrefix(item, removing); ok {
			list = append(list, name+": 1")
		}
		if set, ok := strings.CutSuffix(item, yielding); ok && slices.Contains(items, set) {
			name, _, _ := strings.Cut(set, ":")
			list = append(list, name+": 1")
		}
	}
	return list
}

// allowedOrigin returns a host that the CORS settings that differ name, else any.
func allowedOrigin(items []string) string {
	for _, item := range items {
		for _, o := range strings.Fields(strings.TrimPrefix(item, "CORS origins ")) {
			if _, host, ok := strings.Cut(o, "://"); ok && strings.HasPrefix(item, "CORS origins ") {
				return strings.ReplaceAll(host, "*", "x")
			}
		}
	}
	return "other.example.org"
}

// usual returns the method that people think of first.
func usual(methods []string) string {
	for _, m := range []string{"GET", "POST"} {
		if slices.Contains(methods, m) {
			return m
		}
	}
	return methods[0]
}

// maxEquipped is how many headers, cookies and parameters a witness has.
const maxEquipped = 3

// equip gives a request what is treated differently.
func (n *names) equip(w *Witness, items []string) {
	var cookies []string
	everyHeader, everyCookie, everyParameter := slices.Contains(items, allHeaders), slices.Contains(items, allCookies), slices.Contains(items, allQuery)
	items = slices.DeleteFunc(items, func(s string) bool {
		return everyHeader && s != allHeaders && n.belongs(s, "") || everyCookie && n.belongs(s, "cookie ") || everyParameter && n.belongs(s, "?")
	})
	query := false
	for _, item := range items {
		if len(w.Headers)+len(cookies) >= maxEquipped {
			break
		}
		name, isCookie := strings.CutPrefix(item, "cookie ")
		switch {
		case item == allCookies:
			cookies = append(cookies, n.otherCookie+"=1")
		case isCookie:
			cookies = append(cookies, name+"=1")
		case item == allQuery && !query:
			w.URL, query = w.URL+"?"+n.otherParameter+"=1", true
		case strings.HasPrefix(item, "?") && !query:
			w.URL, query = w.URL+item+"=1", true
		case strings.HasPrefix(item, "Accept-Encoding"):
			w.Headers = append(w.Headers, "Accept-Encoding: "+bothCodings)
		case item == allHeaders:
			w.Headers = append(w.Headers, n.otherHeader+": 1")
		case !strings.ContainsAny(item, " ?") && item != "Host" && !strings.HasPrefix(item, "CloudFront-"):
			w.Headers = append(w.Headers, item+": 1")
		}
	}
	if len(cookies) > 0 {
		w.Headers = append(w.Headers, "Cookie: "+strings.Join(cookies, "; "))
	}
	slices.Sort(w.Headers)
	w.Headers = slices.Compact(w.Headers)
}
