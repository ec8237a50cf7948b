package policy

import (
	"slices"
	"strings"

	"edgecase/edge/http1"
)

// A crumb is one cookie of a Cookie header.
type crumb struct{ name, value, text string }

// parseCookies splits one Cookie field value and appends its cookies to crumbs. It reports false, and appends nothing,
// if the value is not in the form name=value; name=value (REQ-224). Blanks around cookies and empty pieces (a final
// ";") are forgiven.
func parseCookies(value string, crumbs []crumb) ([]crumb, bool) {
	before := len(crumbs)
	for piece := range strings.SplitSeq(value, ";") {
		piece = strings.Trim(piece, " \t")
		if piece == "" {
			continue
		}
		name, val, found := strings.Cut(piece, "=")
		if !found || name == "" || strings.ContainsAny(name, " \t") {
			return crumbs[:before], false
		}
		crumbs = append(crumbs, crumb{name, val, piece})
	}
	return crumbs, true
}

// selectCookies returns the value of the Cookie header that the origin receives, "" for none: the cookies that take
// accepts, sorted by name (REQ-222) with repeated ones in their order (CACHE-029), without names that begin with "$"
// (REQ-223). Fields that are not name=value pairs contribute nothing (REQ-224).
func selectCookies(fields http1.Fields, take func(name string) bool, seen func(c crumb, kept bool)) string {
	var buf [16]crumb
	crumbs := buf[:0]
	source := "" // the only Cookie field so far, to be passed on as it is if selection changes nothing
	lines := 0
	for i := range fields {
		if !strings.EqualFold(fields[i].Name, "Cookie") {
			continue
		}
		lines++
		source = fields[i].Value
		var ok bool
		if crumbs, ok = parseCookies(fields[i].Value, crumbs); !ok && seen != nil {
			seen(crumb{text: fields[i].Value}, false)
		}
	}
	size := 0
	kept := crumbs[:0]
	for _, c := range crumbs {
		ok := c.name[0] != '$' && take(c.name)
		if seen != nil {
			seen(c, ok)
		}
		if ok {
			kept = append(kept, c)
			size += len(c.text) + 2
		}
	}
	if len(kept) == 0 {
		return ""
	}
	byName := func(a, b crumb) int { return strings.Compare(a.name, b.name) }
	if !slices.IsSortedFunc(kept, byName) {
		slices.SortStableFunc(kept, byName)
	} else if lines == 1 && written(source, kept) {
		return source
	}
	var b strings.Builder
	b.Grow(size)
	for i, c := range kept {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(c.text)
	}
	return b.String()
}

// written reports whether s is these cookies with "; " between them: then no new string is needed.
func written(s string, crumbs []crumb) bool {
	for i, c := range crumbs {
		if i > 0 {
			if !strings.HasPrefix(s, "; ") {
				return false
			}
			s = s[2:]
		}
		if !strings.HasPrefix(s, c.text) {
			return false
		}
		s = s[len(c.text):]
	}
	return s == ""
}
