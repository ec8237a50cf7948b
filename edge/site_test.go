package edge

import (
	"slices"
	"strings"

	"edgecase/config/cloudfront"
)

// A change makes something else of the usual distribution.
type change func(*cloudfront.Distribution)

// line is a place in the Terraform that the tests pretend to have.
func line(n int) cloudfront.Source { return cloudfront.Source{File: "cloudfront.tf", Line: n} }

// The method sets of REQ-075.
const (
	read      = "GET HEAD"
	readWrite = "GET HEAD OPTIONS PUT POST PATCH DELETE"
)

// distributionOf returns the usual distribution, changed: www.example.com, one custom origin "app", and a default
// behavior that allows GET and HEAD over both protocols and forwards nothing.
func distributionOf(changes ...change) *cloudfront.Distribution {
	d := &cloudfront.Distribution{
		Address: "aws_cloudfront_distribution.site", ID: "E1", DomainName: "d111111abcdef8.cloudfront.net",
		Aliases: []string{"www.example.com"}, Enabled: true, HTTPVersion: cloudfront.HTTP2,
		Origins:   []*cloudfront.Origin{originOf("app", cloudfront.KindCustom, "app.example.net")},
		Behaviors: []*cloudfront.Behavior{behaviorOf("*", "app", read)},
		Source:    line(1), Sources: cloudfront.Sources{"enabled": line(2), "staging": line(3), "default_root_object": line(4), "web_acl_id": line(5)},
	}
	d.Behaviors[0].Block = "default_cache_behavior {\n    target_origin_id = \"app\"\n  }"
	for _, c := range changes {
		c(d)
	}
	return d
}

// originOf returns an origin of which nothing is set but what must be.
func originOf(id string, kind cloudfront.Kind, domainName string) *cloudfront.Origin {
	o := &cloudfront.Origin{
		ID: cloudfront.Known(id), Kind: kind, DomainName: cloudfront.Known(domainName), HTTPPort: 80, HTTPSPort: 443,
		OriginProtocolPolicy: cloudfront.OriginHTTPOnly, ConnectionAttempts: 1, Source: line(100),
	}
	if kind == cloudfront.KindS3 {
		o.OriginProtocolPolicy, o.HTTPPort, o.HTTPSPort = "", 0, 0
	}
	return o
}

// behaviorOf returns a behavior without caching that forwards nothing.
func behaviorOf(pattern, origin, methods string, edits ...func(*cloudfront.Behavior)) *cloudfront.Behavior {
	allowed := strings.Fields(methods)
	slices.Sort(allowed)
	b := &cloudfront.Behavior{
		Pattern: cloudfront.MustParsePathPattern(pattern), TargetOriginID: cloudfront.Known(origin),
		ViewerProtocolPolicy: cloudfront.AllowAll, AllowedMethods: allowed, CachedMethods: []string{"GET", "HEAD"},
		CachePolicy: cloudfront.ManagedCachePolicy("Managed-CachingDisabled"), Source: line(20),
		Sources: cloudfront.Sources{
			"allowed_methods": line(21), "viewer_protocol_policy": line(22), "cache_policy_id": line(23),
			"response_headers_policy_id": line(24),
		},
		Block: "ordered_cache_behavior {\n    path_pattern     = \"" + pattern + "\"\n    target_origin_id = \"" + origin + "\"\n  }",
	}
	for _, edit := range edits {
		edit(b)
	}
	return b
}

// ordered puts a behavior in front of the default one.
func ordered(pattern, origin, methods string, edits ...func(*cloudfront.Behavior)) change {
	return func(d *cloudfront.Distribution) {
		n := len(d.Behaviors) - 1
		b := behaviorOf(pattern, origin, methods, edits...)
		b.Pattern = b.Pattern.Ordered()
		b.Source = line(30 + n)
		d.Behaviors = slices.Insert(d.Behaviors, n, b)
	}
}

// byDefault edits the default behavior.
func byDefault(edits ...func(*cloudfront.Behavior)) change {
	return func(d *cloudfront.Distribution) {
		for _, edit := range edits {
			edit(d.DefaultBehavior())
		}
	}
}

// The edits of a behavior.

func allow(methods string) func(*cloudfront.Behavior) {
	return func(b *cloudfront.Behavior) {
		b.AllowedMethods = strings.Fields(methods)
		slices.Sort(b.AllowedMethods)
	}
}

func over(p cloudfront.ViewerProtocolPolicy) func(*cloudfront.Behavior) {
	return func(b *cloudfront.Behavior) { b.ViewerProtocolPolicy = p }
}

func target(id string) func(*cloudfront.Behavior) {
	return func(b *cloudfront.Behavior) { b.TargetOriginID = cloudfront.Known(id) }
}

// forwards gives the behavior a managed origin request policy.
func forwards(managed string) func(*cloudfront.Behavior) {
	return func(b *cloudfront.Behavior) { b.OriginRequestPolicy = cloudfront.ManagedOriginRequestPolicy(managed) }
}

// forwardsAllBut gives the behavior an origin request policy that forwards all of the viewer's but some headers.
func forwardsAllBut(names ...string) func(*cloudfront.Behavior) {
	return func(b *cloudfront.Behavior) {
		b.OriginRequestPolicy = &cloudfront.OriginRequestPolicy{
			Name:         cloudfront.Known("custom"),
			Headers:      cloudfront.Selection{Behavior: cloudfront.SelectAllExcept, Items: names},
			Cookies:      cloudfront.Selection{Behavior: cloudfront.SelectAll},
			QueryStrings: cloudfront.Selection{Behavior: cloudfront.SelectAll},
		}
	}
}

// forwardsHeaders gives the behavior an origin request policy that lists headers.
func forwardsHeaders(names ...string) func(*cloudfront.Behavior) {
	return func(b *cloudfront.Behavior) {
		b.OriginRequestPolicy = &cloudfront.OriginRequestPolicy{
			Name:         cloudfront.Known("custom"),
			Headers:      cloudfront.Selection{Behavior: cloudfront.SelectWhitelist, Items: names},
			Cookies:      cloudfront.Selection{Behavior: cloudfront.SelectNone},
			QueryStrings: cloudfront.Selection{Behavior: cloudfront.SelectNone},
		}
	}
}

// decorates gives the behavior a response headers policy.
func decorates(p *cloudfront.ResponseHeadersPolicy) func(*cloudfront.Behavior) {
	return func(b *cloudfront.Behavior) { b.ResponseHeadersPolicy = p }
}

// legacy gives the behavior forwarded_values.
func legacy(edit func(*cloudfront.CachePolicy)) func(*cloudfront.Behavior) {
	return func(b *cloudfront.Behavior) {
		b.CachePolicy = &cloudfront.CachePolicy{
			Legacy: true, Headers: cloudfront.Selection{Behavior: cloudfront.SelectNone},
			Cookies: cloudfront.Selection{Behavior: cloudfront.SelectNone},
		}
		edit(b.CachePolicy)
	}
}

// The changes of a distribution.

// hasOrigin adds an origin, or replaces the one with its id.
func hasOrigin(id string, kind cloudfront.Kind, domainName string, edits ...func(*cloudfront.Origin)) change {
	return func(d *cloudfront.Distribution) {
		o := originOf(id, kind, domainName)
		for _, edit := range edits {
			edit(o)
		}
		for i := range d.Origins {
			if d.Origins[i].ID.Value == id {
				d.Origins[i] = o
				return
			}
		}
		d.Origins = append(d.Origins, o)
	}
}

// errorPage adds a custom_error_response.
func errorPage(code int, path string, response int) change {
	return func(d *cloudfront.Distribution) {
		d.ErrorResponses = append(d.ErrorResponses,
			cloudfront.ErrorResponse{ErrorCode: code, ResponseCode: response, ResponsePagePath: path, Source: line(200 + code)})
	}
}

func rootObject(name string) change {
	return func(d *cloudfront.Distribution) { d.DefaultRootObject = name }
}

func aliases(names ...string) change { return func(d *cloudfront.Distribution) { d.Aliases = names } }

func named(address, domainName string) change {
	return func(d *cloudfront.Distribution) { d.Address, d.DomainName = address, domainName }
}

func httpVersion(v cloudfront.HTTPVersion) change {
	return func(d *cloudfront.Distribution) { d.HTTPVersion = v }
}

func geoRestriction(kind string, countries ...string) change {
	return func(d *cloudfront.Distribution) {
		d.GeoRestriction = cloudfront.GeoRestriction{RestrictionType: kind, Locations: countries, Source: line(50)}
	}
}

func disabled(d *cloudfront.Distribution) { d.Enabled = false }

func staging(d *cloudfront.Distribution) { d.Staging = true }
