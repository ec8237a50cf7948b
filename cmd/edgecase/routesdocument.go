package main

import (
	"cmp"
	"slices"

	"edgecase/config"
	"edgecase/config/cloudfront"
	"edgecase/origins"

	"github.com/hashicorp/hcl/v2"
)

// places says where an origin is on this machine, and whether somebody said so.
type places func(*cloudfront.Origin) (origins.Place, bool)

// A routesDocument is "routes --format json": a contract, to which fields may be added.
type routesDocument struct {
	Distributions []distributionDocument `json:"distributions"`
	Diagnostics   []diagnosticDocument   `json:"diagnostics"`
}

type distributionDocument struct {
	Address              string             `json:"address"`
	ID                   string             `json:"id"`
	DomainName           string             `json:"domain_name"`
	Aliases              []string           `json:"aliases"`
	Enabled              bool               `json:"enabled"`
	Staging              bool               `json:"staging"`
	DefaultRootObject    string             `json:"default_root_object"`
	HTTPVersion          string             `json:"http_version"`
	Origins              []originDocument   `json:"origins"`
	OriginGroups         []groupDocument    `json:"origin_groups"`
	Behaviors            []behaviorDocument `json:"behaviors"`
	CustomErrorResponses []errorDocument    `json:"custom_error_responses"`
	Source               *sourceDocument    `json:"source"`
}

type originDocument struct {
	ID         string          `json:"id"`
	DomainName string          `json:"domain_name"`
	OriginPath string          `json:"origin_path"`
	Kind       string          `json:"kind"`
	Place      string          `json:"place"`
	Mapped     bool            `json:"mapped"` // whether somebody said the place
	Known      bool            `json:"known"`  // false where only apply can tell the domain name
	Source     *sourceDocument `json:"source"`
}

type groupDocument struct {
	ID          string          `json:"id"`
	Members     []string        `json:"members"`
	StatusCodes []int           `json:"status_codes"`
	Source      *sourceDocument `json:"source"`
}

type behaviorDocument struct {
	PathPattern           string             `json:"path_pattern"`
	TargetOriginID        string             `json:"target_origin_id"`
	AllowedMethods        []string           `json:"allowed_methods"`
	CachedMethods         []string           `json:"cached_methods"`
	ViewerProtocolPolicy  *string            `json:"viewer_protocol_policy"`
	Compress              bool               `json:"compress"`
	CachePolicy           *string            `json:"cache_policy"`
	OriginRequestPolicy   *string            `json:"origin_request_policy"`
	ResponseHeadersPolicy *string            `json:"response_headers_policy"`
	Functions             []functionDocument `json:"functions"`
	TrustedKeyGroups      []keyGroupDocument `json:"trusted_key_groups"`
	TrustedSigners        []string           `json:"trusted_signers"`
	Source                *sourceDocument    `json:"source"`
}

type functionDocument struct {
	EventType string  `json:"event_type"`
	Kind      string  `json:"kind"`
	Name      *string `json:"name"`
	Address   *string `json:"address"`
}

type keyGroupDocument struct {
	Name    string        `json:"name"`
	Address string        `json:"address"`
	Keys    []keyDocument `json:"keys"`
}

type keyDocument struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type errorDocument struct {
	ErrorCode          int             `json:"error_code"`
	ResponseCode       *int            `json:"response_code"`
	ResponsePagePath   *string         `json:"response_page_path"`
	ErrorCachingMinTTL *int            `json:"error_caching_min_ttl"`
	Source             *sourceDocument `json:"source"`
}

type sourceDocument struct {
	File string `json:"file"`
	Line int    `json:"line"`
}

type diagnosticDocument struct {
	Severity string `json:"severity"`
	Summary  string `json:"summary"`
	Detail   string `json:"detail"`
	Rule     string `json:"rule,omitempty"`
	File     string `json:"file"`
	Line     int    `json:"line"`
	Column   int    `json:"column"`
}

// newRoutesDocument puts a configuration into the form for programs. Lists are never null.
func newRoutesDocument(c *cloudfront.Config, place places, diags hcl.Diagnostics) *routesDocument {
	doc := &routesDocument{Distributions: []distributionDocument{}, Diagnostics: []diagnosticDocument{}}
	for _, d := range byID(c.Distributions, func(d *cloudfront.Distribution) string { return d.Address }) {
		doc.Distributions = append(doc.Distributions, documentDistribution(d, place))
	}
	for _, d := range allDiagnostics(diags) {
		doc.Diagnostics = append(doc.Diagnostics, documentDiagnostic(d))
	}
	return doc
}

func documentDistribution(d *cloudfront.Distribution, place places) distributionDocument {
	doc := distributionDocument{
		Address: d.Address, ID: d.ID, DomainName: d.DomainName, Aliases: ordered(d.Aliases),
		Enabled: d.Enabled, Staging: d.Staging, DefaultRootObject: d.DefaultRootObject, HTTPVersion: string(d.HTTPVersion),
		Origins: []originDocument{}, OriginGroups: []groupDocument{}, Behaviors: []behaviorDocument{},
		CustomErrorResponses: []errorDocument{}, Source: documentSource(d.Source),
	}
	for _, o := range byID(d.Origins, func(o *cloudfront.Origin) string { return o.ID.String() }) {
		at, mapped := place(o)
		doc.Origins = append(doc.Origins, originDocument{
			ID: o.ID.String(), DomainName: o.DomainName.String(), OriginPath: o.OriginPath, Kind: string(o.Kind),
			Place: at.String(), Mapped: mapped, Known: o.DomainName.Known, Source: documentSource(o.Source),
		})
	}
	for _, g := range byID(d.OriginGroups, func(g *cloudfront.OriginGroup) string { return g.ID.String() }) {
		members := []string{}
		for _, m := range g.Members {
			members = append(members, m.String())
		}
		doc.OriginGroups = append(doc.OriginGroups, groupDocument{g.ID.String(), members, list(g.StatusCodes), documentSource(g.Source)})
	}
	for _, b := range d.Behaviors {
		doc.Behaviors = append(doc.Behaviors, documentBehavior(b))
	}
	for _, e := range d.ErrorResponses {
		page := errorDocument{
			ErrorCode: e.ErrorCode, ResponsePagePath: orNull(e.ResponsePagePath), ErrorCachingMinTTL: e.ErrorCachingMinTTL,
			Source: documentSource(e.Source),
		}
		if e.ResponseCode != 0 {
			page.ResponseCode = &e.ResponseCode
		}
		doc.CustomErrorResponses = append(doc.CustomErrorResponses, page)
	}
	return doc
}

func documentBehavior(b *cloudfront.Behavior) behaviorDocument {
	doc := behaviorDocument{
		PathPattern: b.Pattern.String(), TargetOriginID: b.TargetOriginID.String(),
		AllowedMethods: ordered(b.AllowedMethods), CachedMethods: ordered(b.CachedMethods),
		ViewerProtocolPolicy: orNull(string(b.ViewerProtocolPolicy)), Compress: b.Compress,
		Functions: []functionDocument{}, TrustedKeyGroups: []keyGroupDocument{}, TrustedSigners: list(b.TrustedSigners),
		Source: documentSource(b.Source),
	}
	if p := b.CachePolicy; p != nil && !p.Legacy {
		doc.CachePolicy = orNull(p.Name.String())
	}
	if p := b.OriginRequestPolicy; p != nil {
		doc.OriginRequestPolicy = orNull(p.Name.String())
	}
	if p := b.ResponseHeadersPolicy; p != nil {
		doc.ResponseHeadersPolicy = orNull(p.Name.String())
	}
	for _, a := range b.Associations {
		doc.Functions = append(doc.Functions, documentFunction(a))
	}
	for _, g := range b.TrustedKeyGroups {
		group := keyGroupDocument{Name: g.Name, Address: g.Address, Keys: []keyDocument{}}
		for _, k := range g.Keys {
			group.Keys = append(group.Keys, keyDocument{k.ID, k.Name})
		}
		doc.TrustedKeyGroups = append(doc.TrustedKeyGroups, group)
	}
	return doc
}

// documentFunction names a function.
func documentFunction(a cloudfront.Association) functionDocument {
	doc := functionDocument{EventType: string(a.EventType), Kind: string(a.Kind), Name: orNull(a.Name())}
	if a.Function != nil {
		doc.Address = orNull(a.Function.Address)
	}
	return doc
}

func documentDiagnostic(d *hcl.Diagnostic) diagnosticDocument {
	doc := diagnosticDocument{Severity: severityOf(d), Summary: d.Summary, Detail: d.Detail}
	if d.Subject != nil {
		doc.File, doc.Line, doc.Column = d.Subject.Filename, d.Subject.Start.Line, d.Subject.Start.Column
	}
	if rule, ok := d.Extra.(config.Rule); ok {
		doc.Rule = string(rule)
	}
	return doc
}

func documentSource(s cloudfront.Source) *sourceDocument {
	if s.IsZero() {
		return nil
	}
	return &sourceDocument{s.File, s.Line}
}

// byID returns the members of a set by their ids: plans and states have lost the author's order, and the document is the
// same for all (TF-242).
func byID[T any](set []T, id func(T) string) []T {
	return slices.SortedStableFunc(slices.Values(set), func(a, b T) int { return cmp.Compare(id(a), id(b)) })
}

// list returns a list that is not null.
func list[T any](s []T) []T { return append([]T{}, s...) }

// ordered returns a list that is not null, in order.
func ordered(s []string) []string {
	s = list(s)
	slices.Sort(s)
	return s
}

// orNull returns nil for "".
func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
