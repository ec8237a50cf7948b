package diff

import (
	"slices"
	"strings"
)

// show returns a request with a path and a method that shows how two facets differ.
func (c *comparison) show(old, new facet, path, method string) *Witness {
	scheme := "https"
	if old.kind == Protocol {
		scheme = "http"
	}
	w := c.witness(method, scheme, path)
	items := append(without(new.items, old.items), without(old.items, new.items)...)
	switch old.kind {
	case Forwarding, CacheKey:
		c.names.equip(w, items)
	case ResponseHeaders:
		if slices.ContainsFunc(items, func(s string) bool { return strings.HasPrefix(s, "CORS") }) {
			w.Headers = append(w.Headers, "Origin: https://"+allowedOrigin(items))
		}
	}
	return w
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
	query := false
	for _, kind := range []func(string) bool{
		func(s string) bool { return s == allHeaders || s == allCookies || s == allQuery },
		func(string) bool { return true },
	} {
		for _, item := range items {
			if len(w.Headers)+len(cookies) >= maxEquipped || !kind(item) {
				continue
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
			case strings.HasPrefix(item, "Accept-Encoding "):
				w.Headers = append(w.Headers, "Accept-Encoding: gzip, br")
			case item == allHeaders:
				w.Headers = append(w.Headers, n.otherHeader+": 1")
			case !strings.ContainsAny(item, " ?") && item != "Host" && !strings.HasPrefix(item, "CloudFront-"):
				w.Headers = append(w.Headers, item+": 1")
			}
		}
	}
	if len(cookies) > 0 {
		w.Headers = append(w.Headers, "Cookie: "+strings.Join(cookies, "; "))
	}
	slices.Sort(w.Headers)
	w.Headers = slices.Compact(w.Headers)
}
