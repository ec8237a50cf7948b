package origins

import (
	"fmt"
	"slices"
	"strings"

	"edgecase/config/cloudfront"
)

// A Mapping says where one origin, or several, are on this machine.
type Mapping struct {
	ID     string // an origin's id or its domain name; "*" stands for any run of characters
	Place  Place
	Source string // where the user said so: "--origin", "edgecase.hcl:12"
}

// ParseMapping reads "ID=PLACE", as --origin takes it.
func ParseMapping(s, source string) (Mapping, error) {
	id, place, ok := strings.Cut(s, "=")
	if !ok || id == "" {
		return Mapping{}, fmt.Errorf("%q is not ID=PLACE; write for example app=http://localhost:8000", s)
	}
	p, err := ParsePlace(place)
	if err != nil {
		return Mapping{}, fmt.Errorf("place of %q: %w", id, err)
	}
	return Mapping{ID: id, Place: p, Source: source}, nil
}

// Check reports a place that cannot be used, and who named it.
func (m Mapping) Check() error {
	if err := m.Place.Check(); err != nil {
		return fmt.Errorf("%s %s=%s: %w", m.source(), m.ID, m.Place, err)
	}
	return nil
}

// source is never empty, so that messages can begin with it.
func (m Mapping) source() string {
	if m.Source == "" {
		return "origin"
	}
	return m.Source
}

// A rank says how closely a mapping names an origin; a higher one goes first.
type rank int

const (
	unnamed rank = iota
	byGlob
	byDomainName
	byID
)

// names tells how the mapping names an origin. Ids are case-sensitive, domain names are not.
func (m Mapping) names(o *cloudfront.Origin) rank {
	switch {
	case m.ID == o.ID.Value:
		return byID
	case strings.EqualFold(m.ID, o.DomainName.Value):
		return byDomainName
	case !strings.Contains(m.ID, "*"):
		return unnamed
	case matchGlob(m.ID, o.ID.Value), matchGlob(strings.ToLower(m.ID), strings.ToLower(o.DomainName.Value)):
		return byGlob
	}
	return unnamed
}

// matchGlob reports whether the whole of s matches a pattern in which "*" stands for any run of characters.
func matchGlob(pattern, s string) bool {
	parts := strings.Split(pattern, "*")
	first, last := parts[0], parts[len(parts)-1]
	if len(parts) == 1 {
		return pattern == s
	}
	if len(s) < len(first)+len(last) || !strings.HasPrefix(s, first) || !strings.HasSuffix(s, last) {
		return false
	}
	s = s[len(first) : len(s)-len(last)]
	for _, part := range parts[1 : len(parts)-1] {
		_, after, ok := strings.Cut(s, part)
		if !ok {
			return false
		}
		s = after
	}
	return true
}

// Places says where origins are. The order matters only among mappings that name an origin equally closely.
type Places []Mapping

// For returns the place of an origin: that of the mapping with its id, else with its domain name, else with a "*" that
// matches one of the two; among equals the later one. An origin that nobody mapped is at [Echo].
func (p Places) For(o *cloudfront.Origin) (place Place, mapped bool) {
	m, mapped := p.mapping(o)
	if !mapped {
		return Echo, false
	}
	return m.Place, true
}

// mapping returns the mapping that decides about an origin.
func (p Places) mapping(o *cloudfront.Origin) (Mapping, bool) {
	best, found := unnamed, Mapping{}
	for _, m := range p {
		if r := m.names(o); r > unnamed && r >= best {
			best, found = r, m
		}
	}
	return found, best > unnamed
}

// Unmatched returns the mappings that name none of the origins: mistakes of the user, see [Mapping.Mismatch].
func (p Places) Unmatched(origins []*cloudfront.Origin) []Mapping {
	var unmatched []Mapping
	for _, m := range p {
		if m.Mismatch(origins) != nil {
			unmatched = append(unmatched, m)
		}
	}
	return unmatched
}

// Mismatch returns nil if the mapping names one of the origins, else an error that says which one may be meant.
func (m Mapping) Mismatch(origins []*cloudfront.Origin) error {
	if len(origins) == 0 {
		return fmt.Errorf("%s %s=%s: there are no origins", m.source(), m.ID, m.Place)
	}
	for _, o := range origins {
		if m.names(o) > unnamed {
			return nil
		}
	}
	hint := ""
	if name := m.nearest(origins); name != "" {
		hint = fmt.Sprintf("; did you mean %q?", name)
	} else {
		hint = "; there are " + list(origins)
	}
	return fmt.Errorf("%s %s=%s: no origin has the id or the domain name %q%s", m.source(), m.ID, m.Place, m.ID, hint)
}

// nearest returns the id or the domain name that was probably meant, or "".
func (m Mapping) nearest(origins []*cloudfront.Origin) string {
	best, name := len(m.ID)/3+1, ""
	for _, o := range origins {
		for _, candidate := range []string{o.ID.Value, o.DomainName.Value} {
			if d := distance(strings.ToLower(m.ID), strings.ToLower(candidate)); d < best {
				best, name = d, candidate
			}
		}
	}
	return name
}

// list names up to ten origins for an error message.
func list(origins []*cloudfront.Origin) string {
	var names []string
	for _, o := range origins {
		name := fmt.Sprintf("%q", o.ID.Value)
		if slices.Contains(names, name) {
			continue // distributions may use the same id
		}
		if len(names) == 10 {
			names = append(names, "…")
			break
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

// distance returns the number of letters that must be added, removed or exchanged to make one word of the other
// (Levenshtein). Words of more than 200 bytes are far from everything.
func distance(a, b string) int {
	if len(a) > 200 || len(b) > 200 {
		return max(len(a), len(b))
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
