package config

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"edgecase/config/cloudfront"

	"github.com/hashicorp/hcl/v2"
)

// distribution decodes one aws_cloudfront_distribution (TF-100 to TF-118). It returns nil for a block that could not be
// evaluated at all.
func (d *decoder) distribution(e *entity) *cloudfront.Distribution {
	f := d.evaluated(e)
	if f.Block == nil {
		return nil
	}
	dist := &cloudfront.Distribution{
		Address:           e.address,
		ID:                e.id(distributionID),
		DomainName:        firstOf(e.argument("domain_name"), distributionDomain(e.address)),
		Aliases:           f.telling("aliases"),
		Enabled:           f.boolean("enabled", true),
		Staging:           f.boolean("staging", false),
		DefaultRootObject: f.path("default_root_object"),
		HTTPVersion:       cloudfront.HTTPVersion(f.word("http_version", string(cloudfront.HTTP2))),
		IsIPV6Enabled:     f.boolean("is_ipv6_enabled", false),
		WebACLID:          f.text("web_acl_id"),
		GeoRestriction:    f.geoRestriction(),
		ViewerCertificate: f.viewerCertificate(),
		Source:            f.source(),
		Sources:           f.sources(),
	}
	for _, b := range f.all("cache_behavior") {
		d.refuse(b.Range, "TF-154", "Unsupported block type",
			"Blocks of type \"cache_behavior\" are not expected here. Since version 2 of the provider it is ordered_cache_behavior.")
	}
	for _, o := range f.all("origin") {
		dist.Origins = append(dist.Origins, o.origin())
	}
	for _, g := range f.all("origin_group") {
		dist.OriginGroups = append(dist.OriginGroups, g.originGroup())
	}
	for _, b := range slices.Concat(f.all("ordered_cache_behavior"), f.all("default_cache_behavior")) {
		dist.Behaviors = append(dist.Behaviors, b.behavior())
	}
	if d.directory.computed() && f.first("default_cache_behavior").Block == nil {
		d.refuse(f.Range, "TF-105", "Missing default behavior",
			"Of %s nothing is told about its default behavior. Give the whole document, as it was written.", e.address)
	}
	for _, c := range f.all("custom_error_response") {
		dist.ErrorResponses = append(dist.ErrorResponses, c.errorResponse())
	}
	slices.SortStableFunc(dist.ErrorResponses, func(a, b cloudfront.ErrorResponse) int {
		return cmp.Compare(a.ErrorCode, b.ErrorCode)
	})
	d.join(dist, f)
	for _, o := range dist.Origins {
		if o.Bucket != nil && !slices.Contains(dist.Buckets, o.Bucket) {
			dist.Buckets = append(dist.Buckets, o.Bucket)
		}
	}
	d.attached(f.Block)
	d.unsupported("distribution", f)
	d.emulated(dist)
	d.decided(dist)
	if r, ok := e.resource.(interface{ Ignored() (hcl.Range, bool) }); ok {
		if at, ok := r.Ignored(); ok {
			d.note("TF-049", d.sourceOf(at),
				"ignore_changes keeps Terraform from changing the distribution, so the live one may differ from what is written")
		}
	}
	return dist
}

// geoRestriction is TF-108.
func (f fields) geoRestriction() cloudfront.GeoRestriction {
	g := f.first("restrictions").first("geo_restriction")
	if g.Block == nil {
		return cloudfront.GeoRestriction{}
	}
	return cloudfront.GeoRestriction{
		RestrictionType: g.word("restriction_type", "none"),
		Locations:       g.sorted("locations"),
		Source:          g.source(),
		Sources:         g.sources(),
	}
}

// errorResponse is TF-107.
func (f fields) errorResponse() cloudfront.ErrorResponse {
	return cloudfront.ErrorResponse{
		ErrorCode:          f.number("error_code", 0),
		ResponseCode:       f.number("response_code", 0),
		ResponsePagePath:   f.path("response_page_path"),
		ErrorCachingMinTTL: f.numbered("error_caching_min_ttl"),
		Source:             f.source(),
		Sources:            f.sources(),
	}
}

// originGroup is TF-104.
func (f fields) originGroup() *cloudfront.OriginGroup {
	g := &cloudfront.OriginGroup{ID: f.must("origin_id"), Source: f.source(), Sources: f.sources()}
	for _, m := range f.all("member") {
		g.Members = append(g.Members, m.text("origin_id"))
		g.MemberSources = append(g.MemberSources, m.place("origin_id"))
	}
	criteria := f.first("failover_criteria")
	merge(g.Sources, criteria.sources())
	for _, v := range criteria.values("status_codes") {
		if n, ok := integer(v); ok {
			g.StatusCodes = append(g.StatusCodes, n)
		}
	}
	slices.Sort(g.StatusCodes)
	g.MembersJudged = len(g.Members) != 2 // the schema counts them
	f.d.unsupported("origin_group", f)
	return g
}

// join gives what a behavior or an origin group names the spelling of the origin's own id, where the two differ only in
// how they came to the same text: one as a bucket's name, the other as its id (TF-202).
func (d *decoder) join(dist *cloudfront.Distribution, f fields) {
	ids := newIdentities(f)
	for i, g := range f.all("origin_group") {
		for j, m := range g.all("member") {
			ids.resolve(&dist.OriginGroups[i].Members[j], m, "origin_id", ids.origins)
		}
	}
	behaviors := slices.Concat(f.all("ordered_cache_behavior"), f.all("default_cache_behavior"))
	for i, b := range behaviors {
		ids.resolve(&dist.Behaviors[i].TargetOriginID, b, "target_origin_id", ids.all)
	}
}

// identities are the ids of a distribution's origins and origin groups.
type identities struct {
	origins, all []identity
}

// An identity is one origin_id: as it is shown, and as it is with stand-ins.
type identity struct {
	text  cloudfront.Text
	raw   string
	known bool // as far as stand-ins go
	at    cloudfront.Source
}

func newIdentities(f fields) *identities {
	var ids identities
	add := func(list *[]identity, b fields) {
		v, ok := b.value("origin_id")
		if !ok {
			return
		}
		raw, known := standInText(v)
		*list = append(*list, identity{textOf(v), raw, known, b.place("origin_id")})
	}
	for _, o := range f.all("origin") {
		add(&ids.origins, o)
	}
	ids.all = slices.Clone(ids.origins)
	for _, g := range f.all("origin_group") {
		add(&ids.all, g)
	}
	return &ids
}

func (ids *identities) resolve(target *cloudfront.Text, f fields, argument string, among []identity) {
	v, ok := f.value(argument)
	if !ok {
		return // a missing argument is the evaluator's to report
	}
	raw, known := standInText(v)
	for _, id := range among {
		if id.text.Value == target.Value {
			return
		}
	}
	for _, id := range among {
		if known && id.known && id.raw == raw {
			*target = id.text
			return
		}
	}
	if target.Known && !slices.ContainsFunc(among, func(id identity) bool { return id.mayBe(raw) }) {
		// Where every id is known, this is a Problem of the configuration and reported with the others.
		if slices.ContainsFunc(among, func(id identity) bool { return !id.text.Known }) {
			f.d.refuse(f.at(argument), "TF-141", "Unknown origin", "%s", unknownOrigin(raw, among))
		}
		return
	}
	if !known && from(v) == "" {
		return // an error has been reported
	}
	if only := ids.open(among); only != nil && !known && f.d.directory.kind == plan && !f.d.directory.leads(v) {
		*target = only.text
		return
	}
	f.d.warn(f.at(argument), "TF-202", "Origin known only after apply",
		"%s is %q, and as far as can be told before apply no origin has this id. Use the same expression on both sides, "+
			"or give values to what they are made of.%s", argument, target.Value, f.d.supply(v))
}

// open returns the only identity that is not known, or nil.
func (ids *identities) open(among []identity) *identity {
	var open *identity
	for i, id := range among {
		if !id.text.Known {
			if open != nil {
				return nil
			}
			open = &among[i]
		}
	}
	return open
}

var placeholder = regexp.MustCompile(`\{[^{}]*\}`)

// mayBe reports whether an id that is not known can come out as a text: what is known of it has to fit.
func (id identity) mayBe(text string) bool {
	return !id.text.Known && cloudfront.MatchWildcards(placeholder.ReplaceAllLiteralString(id.text.Value, "*"), text)
}

// unknownOrigin is the sentence for an id that nothing has, with the nearest one and where it stands.
func unknownOrigin(id string, among []identity) string {
	var names []string
	for _, i := range among {
		names = append(names, i.text.Value)
	}
	what := "No origin or origin group has the id " + quote(id) + "."
	if near := slices.Index(names, nearest(id, names)); near >= 0 {
		return fmt.Sprintf("%s Did you mean %q (line %d)?", what, names[near], among[near].at.Line)
	}
	return what + " The ids are " + strings.Join(names, ", ") + "."
}
