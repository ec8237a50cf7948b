package check

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"edgecase/config/cloudfront"
)

// evidence finds out which origins are the application's: those that were named, else the server that most of its routes
// reach. Origins with the same domain name are the same server.
func (f *routeFinding) evidence(ctx context.Context, placed []placedRoute) error {
	f.apps = map[*cloudfront.Origin]bool{}
	err := f.named()
	if err == nil && len(f.apps) == 0 {
		err = f.found(ctx, placed)
	}
	for _, d := range f.Distributions() {
		for _, o := range d.Origins {
			if f.apps[o] && !slices.Contains(f.summary.Origins, o.ID.String()) {
				f.summary.Origins = append(f.summary.Origins, o.ID.String())
			}
		}
	}
	return err
}

// named takes the origins that were named, by id or domain name.
func (f *routeFinding) named() error {
	for _, name := range f.AppOrigins {
		var ids []string
		found := false
		for _, d := range f.Distributions() {
			for _, o := range d.Origins {
				ids = append(ids, o.ID.Value)
				if o.ID.Value == name || o.DomainName.Value == name {
					f.apps[o], found = true, true
				}
			}
		}
		if !found {
			hint := "the origins are " + strings.Join(slices.Compact(slices.Sorted(slices.Values(ids))), ", ")
			if near := cloudfront.Nearest(name, ids); near != "" {
				hint = "did you mean " + near + "? " + hint
			}
			return &InputError{fmt.Sprintf("--app-origin %s: no origin has this id or domain name", name), hint}
		}
	}
	return nil
}

// A claim is a server, and how many routes reach it.
type claim struct {
	domain  string
	origins []*cloudfront.Origin
	routes  int
}

// found takes the server that most routes reach.
func (f *routeFinding) found(ctx context.Context, placed []placedRoute) error {
	claims := f.claims(placed)
	switch len(claims) {
	case 0:
		if len(placed) == 0 {
			return &InputError{"what the application serves is empty: there is no route in it", "a list has lines of METHOD /path"}
		}
		return &InputError{"no origin can be the application's: all of them are buckets", "name the application's origin with --app-origin ID"}
	case 1:
		f.take(claims[0])
		f.summary.How = "the only origin that is a server"
		return nil
	}
	byOrigin := map[*cloudfront.Origin]*claim{}
	for _, c := range claims {
		for _, o := range c.origins {
			byOrigin[o] = c
		}
	}
	for _, p := range placed {
		reached := map[*claim]bool{}
		for _, m := range slices.Concat(p.Methods, p.Assumed) {
			if c := byOrigin[f.decide(ctx, p, m).origin]; c != nil {
				reached[c] = true
			}
		}
		for c := range reached {
			c.routes++
		}
	}
	slices.SortStableFunc(claims, func(a, b *claim) int { return cmp.Compare(b.routes, a.routes) })
	first, second := claims[0], claims[1]
	if first.routes <= 2*second.routes {
		var list []string
		for _, c := range claims {
			list = append(list, fmt.Sprintf("%s (%d of %d routes reach it)", c.origins[0].ID, c.routes, len(placed)))
		}
		return &InputError{"which origin is the application's is not clear: " + strings.Join(list, ", "), "name it: --app-origin " + first.origins[0].ID.Value}
	}
	f.take(first)
	f.summary.How = fmt.Sprintf("%d of %d routes reach it, %d reach %s", first.routes, len(placed), second.routes, second.origins[0].ID)
	return nil
}

// take makes a server the application's.
func (f *routeFinding) take(c *claim) {
	for _, o := range c.origins {
		f.apps[o] = true
	}
}

// claims returns the servers among the origins of the routes' distributions.
func (f *routeFinding) claims(placed []placedRoute) []*claim {
	concerned := map[*cloudfront.Distribution]bool{}
	for _, p := range placed {
		concerned[p.distribution] = true
	}
	var list []*claim
	for _, d := range f.Distributions() {
		if !concerned[d] {
			continue
		}
		for _, o := range d.Origins {
			if !server(o) {
				continue
			}
			i := slices.IndexFunc(list, func(c *claim) bool { return c.domain == o.DomainName.Value })
			if i < 0 {
				i, list = len(list), append(list, &claim{domain: o.DomainName.Value})
			}
			list[i].origins = append(list[i].origins, o)
		}
	}
	return list
}
