package cloudfront

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// line is a place in the file of the test's distribution.
func line(n int) Source { return Source{File: "cloudfront.tf", Line: n} }

// lines gives the arguments of a block successive lines.
func lines(first int, arguments ...string) Sources {
	s := Sources{}
	for i, a := range arguments {
		s[a] = line(first + i)
	}
	return s
}

// sound returns a distribution that nobody finds fault with: a bucket behind the default behavior, and a server behind
// /api/*.
func sound() *Distribution {
	caching := &CachePolicy{Name: Known("pages"), DefaultTTL: time.Hour, MaxTTL: 24 * time.Hour, Source: line(200),
		Headers: Selection{Behavior: SelectNone}, Cookies: Selection{Behavior: SelectNone},
		QueryStrings: Selection{Behavior: SelectWhitelist, Items: []string{"page"}},
		Sources:      lines(201, "min_ttl", "headers_config", "cookies_config", "query_strings_config")}
	forwarding := &OriginRequestPolicy{Name: Known("everything"), Source: line(220),
		Headers: Selection{Behavior: SelectAllExcept, Items: []string{"Host"}}, Cookies: Selection{Behavior: SelectAll},
		QueryStrings: Selection{Behavior: SelectAll},
		Sources:      lines(221, "headers_config", "cookies_config", "query_strings_config")}
	security := &ResponseHeadersPolicy{Name: Known("security"), Source: line(240),
		CORS: &CORS{AllowHeaders: []string{"X-A"}, AllowMethods: []string{"ALL"},
			AllowOrigins: []string{"https://*.example.org", "http://localhost:*"}},
		Sources: lines(241, "cors_config", "security_headers_config", "custom_headers_config", "remove_headers_config",
			"server_timing_headers_config")}
	return &Distribution{
		Address: "aws_cloudfront_distribution.site", DomainName: "d111.cloudfront.net", Enabled: true,
		Aliases: []string{"www.example.com", "*.example.com"}, DefaultRootObject: "index.html", HTTPVersion: HTTP2,
		Origins: []*Origin{
			{ID: Known("ALB-api"), DomainName: Known("api.example.net"), Kind: KindCustom, HTTPPort: 80, HTTPSPort: 443,
				OriginProtocolPolicy: OriginHTTPSOnly, OriginSSLProtocols: []string{"TLSv1.2"},
				OriginReadTimeout: 30 * time.Second, OriginKeepaliveTimeout: 5 * time.Second,
				ConnectionAttempts: 3, ConnectionTimeout: 10 * time.Second, Source: line(30),
				Sources: lines(31, "origin_id", "domain_name", "origin_path", "http_port", "https_port", "origin_protocol_policy",
					"origin_ssl_protocols", "origin_read_timeout", "origin_keepalive_timeout", "connection_attempts",
					"connection_timeout", "response_completion_timeout", "custom_header")},
			{ID: Known("S3-web"), DomainName: Known("my.site.s3.eu-west-1.amazonaws.com"), OriginPath: "/v1", Kind: KindS3,
				OriginAccessControl: &OriginAccessControl{OriginType: "s3", SigningBehavior: "always", Source: line(260)},
				Source:              line(50),
				Sources:             lines(51, "origin_id", "domain_name", "origin_path", "origin_access_control_id")},
		},
		OriginGroups: []*OriginGroup{{ID: Known("group"), Members: []Text{Known("S3-web"), Known("ALB-api")},
			StatusCodes: []int{404, 503}, Source: line(60), Sources: lines(61, "origin_id", "member", "status_codes")}},
		Behaviors: []*Behavior{
			{Pattern: MustParsePathPattern("/api/*"), TargetOriginID: Known("ALB-api"), ViewerProtocolPolicy: HTTPSOnly,
				AllowedMethods: []string{"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"},
				CachedMethods:  []string{"GET", "HEAD"}, CachePolicy: ManagedCachePolicy("Managed-CachingDisabled"),
				OriginRequestPolicy: forwarding, ResponseHeadersPolicy: security, Source: line(70),
				Sources: lines(71, "path_pattern", "target_origin_id", "viewer_protocol_policy", "allowed_methods",
					"cached_methods", "cache_policy_id", "origin_request_policy_id", "grpc_config")},
			{Pattern: MustParsePathPattern("*"), TargetOriginID: Known("group"), ViewerProtocolPolicy: RedirectToHTTPS,
				AllowedMethods: []string{"GET", "HEAD"}, CachedMethods: []string{"GET", "HEAD"}, CachePolicy: caching,
				Source: line(90), Sources: lines(91, "target_origin_id", "viewer_protocol_policy", "allowed_methods",
					"cached_methods", "cache_policy_id", "forwarded_values", "min_ttl", "origin_request_policy_id")},
		},
		ErrorResponses: []ErrorResponse{
			{ErrorCode: 404, ResponseCode: 404, ResponsePagePath: "/404.html", Source: line(110),
				Sources: lines(111, "error_code", "response_code", "response_page_path")},
			{ErrorCode: 412, Source: line(120)},
		},
		GeoRestriction: GeoRestriction{RestrictionType: "whitelist", Locations: []string{"CA", "US"}, Source: line(130)},
		ViewerCertificate: ViewerCertificate{ACMCertificateARN: Known("arn:aws:acm:us-east-1:123456789012:certificate/1"),
			MinimumProtocolVersion: "TLSv1.2_2021", SSLSupportMethod: "sni-only",
			Names: []string{"example.com", "*.example.com"}, Source: line(140)},
		Source: line(10),
		Sources: lines(11, "aliases", "enabled", "staging", "default_root_object", "http_version", "origin", "origin_group",
			"ordered_cache_behavior"),
	}
}

// ordered puts behaviors like the default one, with these patterns, above it, from line 301 on.
func ordered(d *Distribution, patterns ...string) {
	last := d.DefaultBehavior()
	d.Behaviors = d.Behaviors[:len(d.Behaviors)-1]
	for i, p := range patterns {
		b := *last
		b.Pattern, b.Source, b.Sources = MustParsePathPattern(p), line(300+i), lines(301+i, "path_pattern")
		d.Behaviors = append(d.Behaviors, &b)
	}
	d.Behaviors = append(d.Behaviors, last)
}

// unknown returns a text that only apply can tell.
func unknown(reference string) Text {
	return Text{Value: "{" + reference + "}", From: []string{reference}}
}

// A complaint is a test of one problem: what is wrong with a sound distribution, and what is said of it.
type complaint struct {
	name, rule string
	edit       func(*Distribution)
	want       []string // as render gives them
}

func (c complaint) run(t *testing.T) {
	t.Run(c.rule+"/"+c.name, func(t *testing.T) {
		d := sound()
		c.edit(d)
		problems := (&Config{Distributions: []*Distribution{d}}).Problems()
		if diff := cmp.Diff(c.want, render(problems)); diff != "" {
			t.Errorf("problems (-want +got):\n%s", diff)
		}
		for _, p := range problems {
			if p.Severity == Error && p.Sure == Inferred {
				t.Errorf("%s is only inferred, and must not be an error", p.Rule)
			}
		}
	})
}

// render gives problems as "error REQ-075 documented :74 Summary. Detail.", one a line.
func render(problems []Problem) []string {
	var list []string
	for _, p := range problems {
		place, _ := strings.CutPrefix(p.Source.String(), "cloudfront.tf")
		list = append(list, fmt.Sprintf("%s %s %s %s %s. %s", p.Severity, p.Rule, p.Sure, place, p.Summary, p.Detail))
	}
	return list
}

func origin(edit func(api, web *Origin)) func(*Distribution) {
	return func(d *Distribution) { edit(d.Origins[0], d.Origins[1]) }
}

func behavior(edit func(api, pages *Behavior)) func(*Distribution) {
	return func(d *Distribution) { edit(d.Behaviors[0], d.Behaviors[len(d.Behaviors)-1]) }
}

func TestSoundConfiguration(t *testing.T) {
	tests := []complaint{
		{name: "nothing", rule: "REQ-075", edit: func(*Distribution) {}},
		{name: "no behaviors", rule: "REQ-041", edit: func(d *Distribution) { d.Behaviors = nil }},
		{name: "nothing at all", rule: "REQ-041", edit: func(d *Distribution) { *d = Distribution{Enabled: true} }},
		{name: "policies missing", rule: "POL-001", edit: behavior(func(api, pages *Behavior) {
			api.CachePolicy, pages.CachePolicy, api.OriginRequestPolicy = nil, nil, nil
		})},
		{name: "nothing is known", rule: "TF-202", edit: func(d *Distribution) {
			d.Aliases = []string{"{var.host}", "{var.HOST}.*", "{unknown}"}
			d.DefaultRootObject = "/{var.index}"
			d.GeoRestriction = GeoRestriction{RestrictionType: "{var.kind}", Locations: []string{"{var.a,var.b}"}}
			for _, o := range d.Origins {
				o.ID, o.DomainName, o.OriginPath = unknown("random_id.a.hex"), unknown("aws_lb.api.dns_name"), "{var.path}/"
			}
			d.OriginGroups[0].ID = unknown("random_id.a.hex")
			d.OriginGroups[0].Members = []Text{unknown("random_id.b.hex"), unknown("random_id.b.hex")}
			for _, b := range d.Behaviors {
				b.TargetOriginID = unknown("random_id.c.hex")
			}
			ordered(d, "/{var.prefix}/*", "/{var.prefix}/*", "{var.a b}")
			d.Behaviors = slices.Delete(d.Behaviors, 3, 4) // the last is no reference
			d.ErrorResponses[0].ResponsePagePath, d.ErrorResponses[0].ResponseCode = "{var.page}", 200
			name := "{var." + strings.Repeat("n", 300) + "}"
			d.Origins[0].CustomHeaders = []CustomHeader{{Name: name, Value: unknown("random_password.x")}}
			d.Behaviors[0].AllowedMethods = []string{"{var.methods}"}
			d.Behaviors[0].ViewerProtocolPolicy = "{var.protocol}"
		}},
	}
	for _, tt := range tests {
		tt.run(t)
	}
}

func TestHandful(t *testing.T) {
	tests := []struct {
		name string
		list []string
		want string
	}{
		{"none", nil, ""},
		{"one", []string{"a"}, `"a"`},
		{"two", []string{"a", "b"}, `"a" and "b"`},
		{"seven", strings.Split("abcdefg", ""), `"a", "b", "c", "d", "e", "f" and "g"`},
		{"eight", strings.Split("abcdefgh", ""), `"a", "b", "c", "d", "e", "f", and 2 more`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, handful(tt.list)); diff != "" {
				t.Errorf("handful (-want +got):\n%s", diff)
			}
		})
	}
}
