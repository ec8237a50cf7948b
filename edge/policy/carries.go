package policy

import (
	"slices"
	"strings"

	"edgecase/config/cloudfront"
)

// Carries reports whether the behavior would let a header of this name reach the origin if a viewer sent it; see
// [Plan.Carries].
func Carries(b *cloudfront.Behavior, o *cloudfront.Origin, method, header string) bool {
	return Compile(b, o).Carries(method, header)
}

// Carries reports whether what a viewer sends under this header name would reach the origin with a request of this
// method: as it is, or reduced (Accept-Encoding, Cookie), or with an entry appended (Via, X-Forwarded-For). A
// CloudFront-* header is carried if a policy asks for it. A header that the origin's custom headers overwrite is not.
func (p *Plan) Carries(method, header string) bool {
	for _, h := range p.origin.CustomHeaders {
		if strings.EqualFold(h.Name, header) && !refusesCustom(h.Name) {
			return false
		}
	}
	return p.passes(method, header)
}

// passes is Carries without a look at custom headers.
func (p *Plan) passes(method, header string) bool {
	t := p.treat(header)
	switch t.act {
	case forward, framing, normalize, ranges, address, hops:
		return true
	case byMethod:
		return p.keepsAuthorization(method)
	case cookie:
		return p.cookies.some()
	case generated:
		return t.by != byNobody
	default:
		return false
	}
}

// CarriesCookie reports whether a cookie of this name would reach the origin.
func (p *Plan) CarriesCookie(name string) bool {
	return name != "" && name[0] != '$' && p.cookies.takes(name)
}

// CarriesQuery reports whether a query parameter of this name would reach the origin.
func (p *Plan) CarriesQuery(name string) bool { return p.takesParameter(name) }

// Generates returns the names of the CloudFront-* headers that the policies ask for, in the order in which they are
// sent.
func (p *Plan) Generates() []string {
	names := make([]string, 0, len(p.generators))
	for _, g := range p.generators {
		names = append(names, g.name)
	}
	return slices.Clip(names)
}
