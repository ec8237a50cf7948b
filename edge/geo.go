package edge

import (
	"context"
	"slices"
	"strings"

	"edgecase/config/cloudfront"
)

// geo applies the distribution's geo restriction to the country that the user simulates. A viewer without one is
// served, as CloudFront serves a viewer that it cannot locate (REQ-512).
var geo = Stage{"geo restriction", func(_ context.Context, x *Exchange) Verdict {
	g := x.Distribution.GeoRestriction
	if g.RestrictionType == "" || g.RestrictionType == "none" {
		return Verdict{Action: Skip}
	}
	country := x.site.viewer["Country"]
	v := Verdict{Rule: "REQ-510", Source: g.Source}
	switch {
	case country == "":
		v.Rule = "REQ-512"
		v.Why = why("the viewer's country is not known; give one with --country")
	case geoBlocks(g, country):
		v.Action, v.Reason, v.Err, v.Rule = Fail, GeoBlocked, errGeo, errGeo.Rule
		v.Why = why("%s refuses viewers from %s", g.RestrictionType, country)
	default:
		v.Why = why("%s admits viewers from %s", g.RestrictionType, country)
	}
	return v
}}

// geoBlocks reports whether a restriction keeps a country out. Codes are compared in any case, as people write them.
func geoBlocks(g cloudfront.GeoRestriction, country string) bool {
	listed := slices.ContainsFunc(g.Locations, func(code string) bool { return strings.EqualFold(code, country) })
	return g.RestrictionType == "whitelist" && !listed || g.RestrictionType == "blacklist" && listed
}
