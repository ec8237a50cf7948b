package diff

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"edgecase/config/cloudfront"
)

// A comparison is of one distribution.
type comparison struct {
	oldSide, newSide *Side
	old, new         *cloudfront.Distribution
	survey           cloudfront.Survey
	names            *names
	outcomes         map[outcomeKey]outcome
	list             []class

	oldRegions, newRegions []cloudfront.Region // of the behaviors
	byOld, byNew           [][]int             // the places of the classes of each behavior
	out                    Distribution
}

// run compares what the distribution decides for all requests, then class by class.
func (c *comparison) run() Distribution {
	c.out = Distribution{Changes: []Change{}, Undecided: []string{}, Unknown: []string{}}
	if c.old != nil {
		c.out.Old = c.old.Address
	}
	if c.new != nil {
		c.out.New = c.new.Address
	}
	if c.old == nil || c.new == nil {
		c.presence()
		return c.out
	}
	c.hosts()
	c.settings()
	c.geo()
	c.classes()
	c.rootObject()
	c.errorPages()
	return c.out
}

// add adds a change. Its places are those of the two sides.
func (c *comparison) add(change Change, old, new cloudfront.Source) {
	change.OldSource, change.NewSource = c.oldSide.place(old), c.newSide.place(new)
	if change.Regions == nil {
		change.Regions = []Region{}
	}
	if change.Methods == nil {
		change.Methods = []string{}
	}
	c.out.Changes = append(c.out.Changes, change)
}

// presence says that the distribution is on one side only.
func (c *comparison) presence() {
	d := cmp.Or(c.old, c.new)
	change := Change{Kind: Presence, Witness: &Witness{Method: "GET", URL: "https://" + d.Host() + "/"}}
	names := strings.Join(append(slices.Clone(d.Aliases), d.DomainName), " ")
	if c.old == nil {
		change.New = names
		c.add(change, cloudfront.Source{}, d.Source)
		return
	}
	change.Old = names
	c.add(change, d.Source, cloudfront.Source{})
}

// hosts says which aliases have come and gone.
func (c *comparison) hosts() {
	for _, side := range []struct {
		has, lacks *cloudfront.Distribution
		gone       bool
	}{{c.old, c.new, true}, {c.new, c.old, false}} {
		for _, alias := range side.has.Aliases {
			if slices.ContainsFunc(side.lacks.Aliases, func(s string) bool { return strings.EqualFold(s, alias) }) {
				continue
			}
			change := Change{Kind: Host, Name: alias, Witness: c.witness("GET", "https", "/")}
			if host := strings.Replace(alias, "*.", "www.", 1); host != "" {
				change.Witness.URL = "https://" + host + "/"
			}
			if side.gone {
				change.Old = alias
			} else {
				change.New = alias
			}
			c.add(change, c.old.Sources["aliases"], c.new.Sources["aliases"])
		}
	}
}

// settings compares what is said of the distribution as a whole.
func (c *comparison) settings() {
	old, new := distributionFacets(c.old), distributionFacets(c.new)
	for i, was := range old {
		is := new[i]
		switch {
		case was.same(is):
			continue
		case incomparable(was, is):
			c.unknown(was, is)
			continue
		}
		change := Change{Kind: Setting, Name: was.name, Old: orNone(was.text), New: orNone(is.text)}
		if was.name == "enabled" || was.name == "staging" { // of the others a request shows nothing
			change.Witness = c.witness("GET", "https", "/")
		}
		c.add(change, sourceOf(c.old.Sources, was.name, c.old.Source), sourceOf(c.new.Sources, was.name, c.new.Source))
	}
}

// distributionFacets are the settings that need no words of their own.
func distributionFacets(d *cloudfront.Distribution) []facet {
	certificate := d.ViewerCertificate.ACMCertificateARN
	if certificate.Value == "" {
		certificate = d.ViewerCertificate.IAMCertificateID
	}
	method := d.ViewerCertificate.SSLSupportMethod
	if d.ViewerCertificate.CloudFrontDefaultCertificate {
		method = "" // there is no choice then, though AWS says "vip"
	}
	return []facet{
		{kind: Setting, name: "enabled", text: strconv.FormatBool(d.Enabled)},
		{kind: Setting, name: "staging", text: strconv.FormatBool(d.Staging)},
		{kind: Setting, name: "http_version", text: string(d.HTTPVersion)},
		{kind: Setting, name: "is_ipv6_enabled", text: strconv.FormatBool(d.IsIPV6Enabled)},
		{kind: Setting, name: "minimum_protocol_version", text: d.ViewerCertificate.MinimumProtocolVersion},
		{kind: Setting, name: "ssl_support_method", text: method},
		textFacet(Setting, "web_acl_id", d.WebACLID),
		textFacet(Setting, "viewer_certificate", certificate),
	}
}

// geo compares the geo restriction (REQ-510). The witness comes from a country that is treated differently.
func (c *comparison) geo() {
	was, is := geoText(c.old.GeoRestriction), geoText(c.new.GeoRestriction)
	if was == is {
		return
	}
	change := Change{Kind: Geo, Old: was, New: is}
	for _, country := range append(slices.Concat(c.old.GeoRestriction.Locations, c.new.GeoRestriction.Locations), "US", "CA", "ZZ") {
		if admits(c.old.GeoRestriction, country) != admits(c.new.GeoRestriction, country) {
			change.Witness = c.witness("GET", "https", "/")
			change.Witness.Country = country
			break
		}
	}
	c.add(change, c.old.GeoRestriction.Source, c.new.GeoRestriction.Source)
}

func geoText(g cloudfront.GeoRestriction) string {
	if g.RestrictionType == "" || g.RestrictionType == "none" {
		return "everywhere"
	}
	return strings.TrimSpace(g.RestrictionType + " " + strings.Join(g.Locations, " "))
}

// admits reports whether viewers from a country are served.
func admits(g cloudfront.GeoRestriction, country string) bool {
	listed := slices.Contains(g.Locations, country)
	return g.RestrictionType != "whitelist" && g.RestrictionType != "blacklist" || listed == (g.RestrictionType == "whitelist")
}

// rootObject compares default_root_object, which is about one path only (REQ-170).
func (c *comparison) rootObject() {
	if c.old.DefaultRootObject == c.new.DefaultRootObject {
		return
	}
	c.add(Change{
		Kind: RootObject, Regions: []Region{c.region(cloudfront.Region{All: []cloudfront.PathPattern{cloudfront.MustParsePathPattern("/")}})},
		Old: rootText(c.old), New: rootText(c.new), Witness: c.witness("GET", "https", "/"),
	}, sourceOf(c.old.Sources, "default_root_object", c.old.Source), sourceOf(c.new.Sources, "default_root_object", c.new.Source))
}

func rootText(d *cloudfront.Distribution) string { return "/" + d.DefaultRootObject }

// errorPages compares the custom error responses (section 13 of the request rules).
func (c *comparison) errorPages() {
	var codes []int
	for _, e := range slices.Concat(c.old.ErrorResponses, c.new.ErrorResponses) {
		codes = append(codes, e.ErrorCode)
	}
	slices.Sort(codes)
	for _, code := range slices.Compact(codes) {
		was, is := c.old.ErrorResponse(code), c.new.ErrorResponse(code)
		change := Change{Kind: ErrorPage, Name: strconv.Itoa(code), Old: errorText(c.old, code, was), New: errorText(c.new, code, is)}
		if change.Old == change.New {
			continue
		}
		if pageText(c.old, code, was) != pageText(c.new, code, is) {
			change.Witness = c.witness("GET", "https", "/")
			change.Witness.OriginStatus = code
		}
		at := func(e *cloudfront.ErrorResponse) cloudfront.Source {
			if e == nil {
				return cloudfront.Source{}
			}
			return e.Source
		}
		c.add(change, at(was), at(is))
	}
}

// errorText says what becomes of an error of an origin or the edge, and for how long it is remembered.
func errorText(d *cloudfront.Distribution, code int, e *cloudfront.ErrorResponse) string {
	text := pageText(d, code, e)
	if e != nil && e.ErrorCachingMinTTL != nil {
		text += fmt.Sprintf(", for %s", seconds(*e.ErrorCachingMinTTL))
	}
	return text
}

// pageText says what the viewer gets instead, and from where: the behavior of the page's own path says that.
func pageText(d *cloudfront.Distribution, code int, e *cloudfront.ErrorResponse) string {
	if e == nil || e.ResponsePagePath == "" {
		return "as it is"
	}
	path := cloudfront.NormalizePath(e.ResponsePagePath)
	b := d.DefaultBehavior()
	if k := slices.IndexFunc(d.Behaviors, func(b *cloudfront.Behavior) bool { return b.Pattern.Match(path) }); k >= 0 {
		b = d.Behaviors[k]
	}
	return fmt.Sprintf("%d %s from %s", cmp.Or(e.ResponseCode, code), e.ResponsePagePath, b.TargetOriginID)
}

// witness returns a request to the distribution.
func (c *comparison) witness(method, scheme, path string) *Witness {
	return &Witness{Method: method, URL: scheme + "://" + c.host() + path}
}

// host returns a name that both sides answer to, if there is any.
func (c *comparison) host() string {
	if alias := commonAlias(c.old, c.new); alias != "" {
		return alias
	}
	if c.old.DomainName == c.new.DomainName {
		return c.new.DomainName
	}
	return c.new.Host()
}

// commonAlias returns an alias that two distributions have, one without a wildcard if there is any; "" for none.
func commonAlias(a, b *cloudfront.Distribution) string {
	common := ""
	for _, alias := range b.Aliases {
		if !slices.ContainsFunc(a.Aliases, func(s string) bool { return strings.EqualFold(s, alias) }) {
			continue
		}
		if !strings.HasPrefix(alias, "*.") {
			return alias
		}
		common = strings.Replace(alias, "*.", "www.", 1)
	}
	return common
}

// sourceOf returns the place of an argument, else that of its block.
func sourceOf(s cloudfront.Sources, argument string, block cloudfront.Source) cloudfront.Source {
	if at, ok := s[argument]; ok {
		return at
	}
	return block
}

func orNone(s string) string { return cmp.Or(s, "none") }
