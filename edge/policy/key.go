package policy

import (
	"slices"
	"strings"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
)

// A Keyed is what a cache policy (or forwarded_values) adds of a request to the cache key, beside the distribution, the
// path, and OPTIONS (CACHE-001, CACHE-004).
type Keyed struct {
	// Headers hold one field for each keyed header that the request has, sorted by their lower-case names, the lines of
	// one header joined (CACHE-019). One that is absent is missing here, which differs from an empty one (CACHE-018).
	Headers  http1.Fields
	Cookies  string // sorted by name (CACHE-026)
	RawQuery string // in the viewer's order and spelling (CACHE-032)
}

// compileKey prepares Keyed: names whose listing has no effect are no part of the key, nor are cookies of a bucket
// (CACHE-030).
func (p *Plan) compileKey() {
	if p.cache.Headers.Behavior == cloudfront.SelectWhitelist {
		for _, name := range p.cache.Headers.Items {
			lower := strings.ToLower(name)
			if t := p.treat(lower); t.by == byCache && t.act != normalize {
				p.keyed = append(p.keyed, lower)
			}
		}
	}
	if p.encoding.act == normalize && (!p.cache.Legacy || p.behavior.Compress) { // CACHE-044
		p.keyed = append(p.keyed, "accept-encoding")
	}
	slices.Sort(p.keyed)
	p.keyed = slices.Compact(p.keyed)
	p.keyedQuery = side{behavior: p.cache.QueryStrings.Behavior, names: p.cache.QueryStrings.Items}
}

// Keyed returns what of a request is part of the cache key. What only an origin request policy forwards never is
// (CACHE-014). generated is what [Plan.ViewerHeaders] said of the request as it arrived.
func (p *Plan) Keyed(v *Viewer, generated http1.Fields) Keyed {
	var k Keyed
	if len(p.keyed) > 0 {
		k.Headers = make(http1.Fields, 0, len(p.keyed))
	}
	for _, name := range p.keyed {
		if value, ok := p.keyedValue(name, v, generated); ok {
			k.Headers = append(k.Headers, http1.Field{Name: name, Value: value})
		}
	}
	if p.cookies.cache.some() && p.origin.Kind != cloudfront.KindS3 {
		k.Cookies = selectCookies(v.Fields, p.cookies.cache.takes, nil)
	}
	switch {
	case p.keyedQuery.every():
		k.RawQuery = v.RawQuery
	case p.keyedQuery.some():
		k.RawQuery = selectQuery(v.RawQuery, p.keyedQuery.takes, nil)
	}
	return k
}

func (p *Plan) keyedValue(name string, v *Viewer, generatedFields http1.Fields) (string, bool) {
	t := p.treat(name)
	switch {
	case t == p.host:
		return v.Host, true
	case t.act == generated:
		return generatedFields.Get(name), generatedFields.Has(name)
	case t.act == normalize:
		value := p.acceptEncoding(v)
		return value, value != "" && value != "identity" // CACHE-039
	default:
		return strings.Join(v.Fields.Values(name), ", "), v.Fields.Has(name)
	}
}
