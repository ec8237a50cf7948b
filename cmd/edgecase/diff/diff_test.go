package diff

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"edgecase/config/cloudfront"

	"github.com/google/go-cmp/cmp"
)

// A change of the usual distribution.
type edit func(*cloudfront.Distribution)

// line is a place in the Terraform that the tests pretend to have.
func line(n int) cloudfront.Source { return cloudfront.Source{File: "cloudfront.tf", Line: n} }

const (
	reading = "GET HEAD"
	writing = "GET HEAD OPTIONS PUT POST PATCH DELETE"
)

// distributionOf returns the usual distribution: www.example.com, S3-web behind the default behavior, ALB-api behind
// /api/*.
func distributionOf(edits ...edit) *cloudfront.Distribution {
	d := &cloudfront.Distribution{
		Address: "aws_cloudfront_distribution.site", ID: "E1", DomainName: "d111111abcdef8.cloudfront.net",
		Aliases: []string{"www.example.com"}, Enabled: true, HTTPVersion: cloudfront.HTTP2,
		Origins: []*cloudfront.Origin{
			{ID: cloudfront.Known("S3-web"), Kind: cloudfront.KindS3, DomainName: cloudfront.Known("web.s3.amazonaws.com"), Source: line(10)},
			originOf("ALB-api", "alb.example.net"),
		},
		Behaviors: []*cloudfront.Behavior{behaviorOf("/api/*", "ALB-api", writing), behaviorOf("*", "S3-web", reading)},
		Source:    line(1), Sources: cloudfront.Sources{"aliases": line(2), "enabled": line(3)},
	}
	d.Behaviors[1].CachePolicy = cloudfront.ManagedCachePolicy("Managed-CachingOptimized")
	for i, b := range d.Behaviors {
		b.Source = line(20 + 10*i)
	}
	for _, e := range edits {
		e(d)
	}
	return d
}

func originOf(id, domain string) *cloudfront.Origin {
	return &cloudfront.Origin{
		ID: cloudfront.Known(id), Kind: cloudfront.KindCustom, DomainName: cloudfront.Known(domain), HTTPPort: 80, HTTPSPort: 443,
		OriginProtocolPolicy: cloudfront.OriginHTTPOnly, ConnectionAttempts: 3, Source: line(11),
	}
}

func behaviorOf(pattern, origin, methods string, edits ...func(*cloudfront.Behavior)) *cloudfront.Behavior {
	allowed := strings.Fields(methods)
	slices.Sort(allowed)
	b := &cloudfront.Behavior{
		Pattern: cloudfront.MustParsePathPattern(pattern), TargetOriginID: cloudfront.Known(origin), AllowedMethods: allowed,
		CachedMethods: []string{"GET", "HEAD"}, ViewerProtocolPolicy: cloudfront.AllowAll,
		CachePolicy: cloudfront.ManagedCachePolicy("Managed-CachingDisabled"), Source: line(40),
	}
	for _, e := range edits {
		e(b)
	}
	return b
}

// above puts a behavior above the others.
func above(pattern, origin, methods string, edits ...func(*cloudfront.Behavior)) edit {
	return func(d *cloudfront.Distribution) {
		d.Behaviors = slices.Insert(d.Behaviors, 0, behaviorOf(pattern, origin, methods, edits...))
	}
}

// behavior edits one behavior.
func behavior(i int, e func(*cloudfront.Behavior)) edit {
	return func(d *cloudfront.Distribution) { e(d.Behaviors[i]) }
}

// oneLine writes a change in one line.
func oneLine(c Change) string {
	var regions []string
	for _, r := range c.Regions {
		regions = append(regions, r.Text)
	}
	s := string(c.Kind)
	if c.Name != "" {
		s += " " + c.Name
	}
	s += ": " + strings.Join(regions, "; ") + " [" + strings.Join(c.Methods, " ") + "] "
	if c.Old+c.New != "" {
		s += c.Old + " → " + c.New
	}
	for _, g := range c.Gained {
		s += " +" + g
	}
	for _, l := range c.Lost {
		s += " -" + l
	}
	if w := c.Witness; w != nil {
		s += "  e.g. " + w.Method + " " + strings.TrimPrefix(w.URL, "https://www.example.com")
		for _, h := range w.Headers {
			s += fmt.Sprintf(" -H %q", h)
		}
		if w.Country != "" {
			s += " from " + w.Country
		}
		if w.OriginStatus != 0 {
			s += fmt.Sprint(" on ", w.OriginStatus)
		}
	}
	return s
}

func lines(r *Report) []string {
	var list []string
	for _, d := range r.Distributions {
		for _, c := range d.Changes {
			list = append(list, oneLine(c))
		}
		for _, u := range d.Undecided {
			list = append(list, "undecided: "+u)
		}
	}
	return list
}

func configOf(d ...*cloudfront.Distribution) *cloudfront.Config {
	return &cloudfront.Config{Distributions: d}
}

func compare(old, new *cloudfront.Config) *Report {
	return Compare(Side{Name: "old", Config: old}, Side{Name: "new", Config: new})
}

func TestCompare(t *testing.T) {
	policyOf := func(name string, headers ...string) *cloudfront.OriginRequestPolicy {
		return &cloudfront.OriginRequestPolicy{
			Name: cloudfront.Known(name), Headers: cloudfront.Selection{Behavior: cloudfront.SelectWhitelist, Items: headers},
			Cookies: cloudfront.Selection{Behavior: cloudfront.SelectAll}, QueryStrings: cloudfront.Selection{Behavior: cloudfront.SelectNone},
		}
	}
	request := func(p *cloudfront.OriginRequestPolicy) func(*cloudfront.Behavior) {
		return func(b *cloudfront.Behavior) { b.OriginRequestPolicy = p }
	}
	caching := func(change func(*cloudfront.CachePolicy)) func(*cloudfront.Behavior) {
		return func(b *cloudfront.Behavior) {
			p := *b.CachePolicy
			change(&p)
			b.CachePolicy = &p
		}
	}
	answers := func(p *cloudfront.ResponseHeadersPolicy) func(*cloudfront.Behavior) {
		return func(b *cloudfront.Behavior) { b.ResponseHeadersPolicy = p }
	}
	runs := func(name, code string) func(*cloudfront.Behavior) {
		return func(b *cloudfront.Behavior) {
			b.Associations = []cloudfront.Association{{EventType: cloudfront.ViewerRequest, Kind: cloudfront.CloudFrontFunction, Function: &cloudfront.Function{Name: name, Code: code}}}
		}
	}
	tests := []struct {
		name, rule string
		old, new   []edit
		want       []string
	}{
		{name: "nothing", rule: "REQ-040"},
		{name: "a behavior more", rule: "REQ-051", new: []edit{above("/auth/*", "ALB-api", writing)}, want: []string{
			"answer: /auth/* [OPTIONS PUT POST PATCH DELETE] 403 edge → ALB-api  e.g. POST /auth/",
			"answer: /auth/* [GET HEAD] S3-web → ALB-api  e.g. GET /auth/",
			`forwarding: /auth/* [GET HEAD]  -Accept-Encoding (br,gzip)  e.g. GET /auth/ -H "Accept-Encoding: gzip, br"`,
			"cache: /auth/* [GET HEAD] 1 day (1 s to 1 year) → not cached  e.g. GET /auth/",
		}},
		{name: "a behavior less", rule: "REQ-041", old: []edit{above("/auth/*", "ALB-api", writing)}, want: []string{
			"answer: /auth/* [OPTIONS PUT POST PATCH DELETE] ALB-api → 403 edge  e.g. POST /auth/",
			"answer: /auth/* [GET HEAD] ALB-api → S3-web  e.g. GET /auth/",
			`forwarding: /auth/* [GET HEAD]  +Accept-Encoding (br,gzip)  e.g. GET /auth/ -H "Accept-Encoding: gzip, br"`,
			"cache: /auth/* [GET HEAD] not cached → 1 day (1 s to 1 year)  e.g. GET /auth/",
		}},
		{name: "another order", rule: "REQ-043",
			old: []edit{above("*.jpg", "S3-web", reading)},
			new: []edit{func(d *cloudfront.Distribution) {
				d.Behaviors = slices.Insert(d.Behaviors, 1, behaviorOf("*.jpg", "S3-web", reading))
			}},
			want: []string{
				"answer: *.jpg and /api/* [OPTIONS PUT POST PATCH DELETE] 403 edge → ALB-api  e.g. POST /api/b.jpg",
				"answer: *.jpg and /api/* [GET HEAD] S3-web → ALB-api  e.g. GET /api/b.jpg",
			}},
		{name: "a pattern that nothing matches any more", rule: "REQ-043", old: []edit{above("/api/v1/*", "S3-web", reading)}, new: []edit{func(d *cloudfront.Distribution) {
			d.Behaviors = slices.Insert(d.Behaviors, 1, behaviorOf("/api/v1/*", "S3-web", reading))
		}}, want: []string{
			"answer: /api/v1/* [OPTIONS PUT POST PATCH DELETE] 403 edge → ALB-api  e.g. POST /api/v1/",
			"answer: /api/v1/* [GET HEAD] S3-web → ALB-api  e.g. GET /api/v1/",
		}},
		{name: "a wider pattern", rule: "REQ-048", new: []edit{behavior(0, func(b *cloudfront.Behavior) { b.Pattern = cloudfront.MustParsePathPattern("/api*") })}, want: []string{
			"answer: /api* except /api/* [OPTIONS PUT POST PATCH DELETE] 403 edge → ALB-api  e.g. POST /api",
			"answer: /api* except /api/* [GET HEAD] S3-web → ALB-api  e.g. GET /api",
			`forwarding: /api* except /api/* [GET HEAD]  -Accept-Encoding (br,gzip)  e.g. GET /api -H "Accept-Encoding: gzip, br"`,
			"cache: /api* except /api/* [GET HEAD] 1 day (1 s to 1 year) → not cached  e.g. GET /api",
			"behavior: /api/* [GET HEAD OPTIONS PUT POST PATCH DELETE] /api/* → /api*  e.g. GET /api/",
		}},
		{name: "methods", rule: "REQ-075", new: []edit{behavior(1, func(b *cloudfront.Behavior) { b.AllowedMethods = []string{"GET", "HEAD", "OPTIONS"} })}, want: []string{
			"answer: default [OPTIONS] 403 edge → S3-web  e.g. OPTIONS /",
		}},
		{name: "a policy by another name", rule: "POL-070",
			old: []edit{behavior(0, request(policyOf("a", "Referer", "Origin")))}, new: []edit{behavior(0, request(policyOf("b", "origin", "referer")))}},
		{name: "a header more", rule: "POL-070",
			old: []edit{behavior(0, request(policyOf("a", "Origin")))}, new: []edit{behavior(0, request(policyOf("a", "Origin", "X-CSRFToken")))},
			want: []string{`forwarding: /api/* [GET HEAD OPTIONS PUT POST PATCH DELETE]  +X-CSRFToken  e.g. GET /api/ -H "X-CSRFToken: 1"`}},
		{name: "all headers but one", rule: "POL-054",
			old: []edit{behavior(0, request(policyOf("a", "Origin")))}, new: []edit{behavior(0, request(cloudfront.ManagedOriginRequestPolicy("Managed-AllViewer")))},
			want: []string{`forwarding: /api/* [GET HEAD OPTIONS PUT POST PATCH DELETE]  +the query string +all headers  e.g. GET /api/?page=1 -H "X-Example: 1"`}},
		{name: "Authorization of GET alone", rule: "REQ-216", new: []edit{behavior(0, caching(func(p *cloudfront.CachePolicy) {
			p.Headers = cloudfront.Selection{Behavior: cloudfront.SelectWhitelist, Items: []string{"Authorization"}}
		}))}, want: []string{`forwarding: /api/* [GET HEAD]  +Authorization  e.g. GET /api/ -H "Authorization: 1"`}},
		{name: "domain name", rule: "REQ-200", new: []edit{func(d *cloudfront.Distribution) { d.Origins[1].DomainName = cloudfront.Known("new.example.net") }}, want: []string{
			"origin ALB-api domain_name: /api/* [GET HEAD OPTIONS PUT POST PATCH DELETE] alb.example.net → new.example.net  e.g. GET /api/",
		}},
		{name: "origin renamed", rule: "REQ-200", new: []edit{func(d *cloudfront.Distribution) {
			d.Origins[1].ID, d.Behaviors[0].TargetOriginID = cloudfront.Known("api"), cloudfront.Known("api")
		}}, want: []string{
			"answer: /api/* [GET HEAD OPTIONS PUT POST PATCH DELETE] ALB-api → api (the same origin)  e.g. GET /api/",
		}},
		{name: "an origin that nobody asks", rule: "REQ-200", new: []edit{func(d *cloudfront.Distribution) { d.Origins = append(d.Origins, originOf("x", "x.test")) }}},
		{name: "a custom header, whose value is a secret", rule: "REQ-241",
			old: []edit{func(d *cloudfront.Distribution) {
				d.Origins[1].CustomHeaders = []cloudfront.CustomHeader{{Name: "X-Key", Value: cloudfront.Known("old-secret")}}
			}},
			new: []edit{func(d *cloudfront.Distribution) {
				d.Origins[1].CustomHeaders = []cloudfront.CustomHeader{{Name: "X-Key", Value: cloudfront.Known("new-secret")}}
			}},
			want: []string{"origin ALB-api custom_header: /api/* [GET HEAD OPTIONS PUT POST PATCH DELETE] X-Key → X-Key (changed)  e.g. GET /api/"}},
		{name: "times", rule: "POL-013", new: []edit{behavior(1, caching(func(p *cloudfront.CachePolicy) { p.DefaultTTL = time.Minute }))}, want: []string{
			"cache: default [GET HEAD] 1 day (1 s to 1 year) → 60 s (1 s to 1 year)  e.g. GET /",
		}},
		{name: "cache key", rule: "CACHE-014", new: []edit{behavior(1, caching(func(p *cloudfront.CachePolicy) {
			p.QueryStrings = cloudfront.Selection{Behavior: cloudfront.SelectWhitelist, Items: []string{"v"}}
			p.Headers = cloudfront.Selection{Behavior: cloudfront.SelectWhitelist, Items: []string{"Origin"}}
		}))}, want: []string{
			`forwarding: default [GET HEAD]  +?v +Origin  e.g. GET /?v=1 -H "Origin: 1"`,
			`cache-key: default [GET HEAD]  +?v +Origin  e.g. GET /?v=1 -H "Origin: 1"`,
		}},
		{name: "protocol", rule: "REQ-110", new: []edit{behavior(0, func(b *cloudfront.Behavior) { b.ViewerProtocolPolicy = cloudfront.RedirectToHTTPS })}, want: []string{
			"protocol: /api/* [GET HEAD OPTIONS PUT POST PATCH DELETE] allow-all → redirect-to-https  e.g. GET http://www.example.com/api/",
		}},
		{name: "everywhere", rule: "REQ-110", old: []edit{behavior(1, func(b *cloudfront.Behavior) { b.AllowedMethods = strings.Fields(writing) })}, new: []edit{func(d *cloudfront.Distribution) {
			d.Behaviors[1].AllowedMethods = strings.Fields(writing)
			for _, b := range d.Behaviors {
				b.ViewerProtocolPolicy = cloudfront.HTTPSOnly
			}
		}}, want: []string{
			"protocol: every path [GET HEAD OPTIONS PUT POST PATCH DELETE] allow-all → https-only  e.g. GET http://www.example.com/api/",
		}},
		{name: "all that two behaviors get", rule: "REQ-110",
			old: []edit{above("/a/*", "S3-web", reading), above("/b/*", "S3-web", reading), above("/a/x", "ALB-api", reading)},
			new: []edit{above("/a/*", "S3-web", reading, answers(&cloudfront.ResponseHeadersPolicy{RemoveHeaders: []string{"ETag"}})), above("/b/*", "S3-web", reading, answers(&cloudfront.ResponseHeadersPolicy{RemoveHeaders: []string{"ETag"}})), above("/a/x", "ALB-api", reading)},
			want: []string{
				"response-headers: /b/*; /a/* except /a/x [GET HEAD]  +without ETag  e.g. GET /b/",
			}},
		{name: "headers for the viewer", rule: "POL-100",
			old: []edit{behavior(0, answers(&cloudfront.ResponseHeadersPolicy{CustomHeaders: []cloudfront.ResponseHeader{{Name: "X-A", Value: cloudfront.Known("1")}}}))},
			new: []edit{behavior(0, answers(&cloudfront.ResponseHeadersPolicy{CustomHeaders: []cloudfront.ResponseHeader{{Name: "X-A", Value: cloudfront.Known("1"), Override: true}},
				CORS: &cloudfront.CORS{AllowOrigins: []string{"https://*.example.org"}, AllowMethods: []string{"GET"}, AllowHeaders: []string{"*"}, OriginOverride: true}}))},
			want: []string{
				`response-headers: /api/* [GET HEAD OPTIONS PUT POST PATCH DELETE]  +CORS headers * +CORS methods GET +CORS origins https://*.example.org +X-A: 1 -X-A: 1 (unless the origin sends it)  e.g. GET /api/ -H "Origin: https://x.example.org"`,
			}},
		{name: "a function", rule: "FN-022", new: []edit{behavior(0, runs("rewrite", "a"))}, want: []string{
			"function viewer-request: /api/* [GET HEAD OPTIONS PUT POST PATCH DELETE] none → rewrite  e.g. GET /api/",
		}},
		{name: "a function's code", rule: "FN-022", old: []edit{behavior(0, runs("rewrite", "a"))}, new: []edit{behavior(0, runs("rewrite", "b"))}, want: []string{
			"function viewer-request: /api/* [GET HEAD OPTIONS PUT POST PATCH DELETE] rewrite → rewrite (changed)  e.g. GET /api/",
		}},
		{name: "signatures", rule: "SIG-001", new: []edit{behavior(1, func(b *cloudfront.Behavior) { b.TrustedKeyGroups = []*cloudfront.KeyGroup{{Name: "staff"}} })}, want: []string{
			"signed: default [GET HEAD] nobody → key group staff  e.g. GET /",
		}},
		{name: "the same settings", rule: "REQ-041", new: []edit{above("/web/*", "S3-web", reading, func(b *cloudfront.Behavior) {
			b.CachePolicy = cloudfront.ManagedCachePolicy("Managed-CachingOptimized")
		})}, want: []string{
			"behavior: /web/* [GET HEAD OPTIONS PUT POST PATCH DELETE] default → /web/*  e.g. GET /web/",
		}},
		{name: "the distribution itself", rule: "REQ-018", new: []edit{func(d *cloudfront.Distribution) {
			d.Enabled, d.HTTPVersion, d.DefaultRootObject = false, cloudfront.HTTP2And3, "index.html"
			d.Aliases = []string{"www.example.com", "*.example.org"}
			d.GeoRestriction = cloudfront.GeoRestriction{RestrictionType: "blacklist", Locations: []string{"FR"}}
			d.ErrorResponses = []cloudfront.ErrorResponse{{ErrorCode: 404, ResponseCode: 200, ResponsePagePath: "/api/404"}}
		}}, want: []string{
			"host *.example.org:  []  → *.example.org  e.g. GET https://www.example.org/",
			"setting enabled:  [] true → false  e.g. GET /",
			"setting http_version:  [] http2 → http2and3",
			"geo:  [] everywhere → blacklist FR  e.g. GET / from FR",
			"root-object: / [] / → /index.html  e.g. GET /",
			"error-page 404:  [] as it is → 200 /api/404 from ALB-api  e.g. GET / on 404",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			r := compare(configOf(distributionOf(tt.old...)), configOf(distributionOf(tt.new...)))
			if diff := cmp.Diff(tt.want, lines(r)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if r.Differences != len(tt.want) {
				t.Errorf("%d differences", r.Differences)
			}
		})
	}
}

// Distributions are matched by address, then by alias, then because they are alone.
func TestMatch(t *testing.T) {
	named := func(address string, aliases ...string) *cloudfront.Distribution {
		return distributionOf(func(d *cloudfront.Distribution) {
			d.Address, d.Aliases, d.DomainName = address, aliases, address+".cloudfront.net"
		})
	}
	tests := []struct {
		name     string
		old, new []*cloudfront.Distribution
		want     []string
	}{
		{"address before alias", []*cloudfront.Distribution{named("a", "x.test"), named("b", "y.test")}, []*cloudfront.Distribution{named("b", "x.test"), named("a", "y.test")},
			[]string{"b b 2", "a a 2"}},
		{"moved into a module", []*cloudfront.Distribution{named("a", "x.test"), named("b", "y.test")}, []*cloudfront.Distribution{named("module.a", "X.test"), named("b", "y.test")},
			[]string{"a module.a 0", "b b 0"}},
		{"alone", []*cloudfront.Distribution{named("a")}, []*cloudfront.Distribution{named("b")}, []string{"a b 0"}},
		{"the last ones", []*cloudfront.Distribution{named("a"), named("b")}, []*cloudfront.Distribution{named("c"), named("a")}, []string{"b c 0", "a a 0"}},
		{"come and gone", []*cloudfront.Distribution{named("a"), named("b"), named("c")}, []*cloudfront.Distribution{named("a"), named("d")},
			[]string{"a a 0", " d 1", "b  1", "c  1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, d := range compare(configOf(tt.old...), configOf(tt.new...)).Distributions {
				got = append(got, fmt.Sprint(d.Old, " ", d.New, " ", len(d.Changes)))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Classes that are too entangled are said, and count: nobody may take them for the same.
func TestUndecided(t *testing.T) {
	entangled := func(a, b string) *cloudfront.Config {
		return configOf(distributionOf(
			above("/"+strings.Repeat("*"+a, 126)+"*", "ALB-api", reading),
			above("/"+strings.Repeat("*"+a+"?"+b, 60)+"*", "ALB-api", reading),
		))
	}
	r := compare(entangled("a", "b"), entangled("b", "a"))
	d := r.Distributions[0]
	if len(d.Undecided) == 0 || r.Differences != len(d.Changes)+len(d.Undecided) {
		t.Errorf("%d differences, %d changes and %d undecided", r.Differences, len(d.Changes), len(d.Undecided))
	}
}

// What only apply can tell is no difference to what is known, and is said.
func TestUnknown(t *testing.T) {
	waiting := cloudfront.Text{Value: "{aws_lb.api.dns_name}", From: []string{"aws_lb.api.dns_name"}}
	ids := func(d *cloudfront.Distribution) {
		d.Origins[1].ID, d.Behaviors[0].TargetOriginID = waiting, waiting
	}
	domain := func(d *cloudfront.Distribution) { d.Origins[1].DomainName = waiting }
	other := func(d *cloudfront.Distribution) {
		d.Origins[1].DomainName = cloudfront.Text{Value: "{aws_lb.other.dns_name}"}
	}
	lambda := func(arn cloudfront.Text) edit {
		return behavior(0, func(b *cloudfront.Behavior) {
			b.Associations = []cloudfront.Association{{EventType: cloudfront.OriginRequest, Kind: cloudfront.LambdaFunction, ARN: arn}}
		})
	}
	code := func(code string) edit {
		return behavior(0, func(b *cloudfront.Behavior) {
			b.Associations = []cloudfront.Association{{EventType: cloudfront.ViewerRequest, Kind: cloudfront.CloudFrontFunction, Function: &cloudfront.Function{Name: "f", Code: code}}}
		})
	}
	arn := func(version string) cloudfront.Text {
		return cloudfront.Known("arn:aws:lambda:us-east-1:111122223333:function:auth:" + version)
	}
	tests := []struct {
		name     string
		old, new []edit
		changes  []string
		unknown  []string
	}{
		{"domain name", nil, []edit{domain}, nil, []string{"ALB-api domain_name: alb.example.net or {aws_lb.api.dns_name}"}},
		{"on both sides", []edit{domain}, []edit{domain}, nil, []string{}},
		{"another reference", []edit{domain}, []edit{other}, []string{
			"origin ALB-api domain_name: /api/* [GET HEAD OPTIONS PUT POST PATCH DELETE] {aws_lb.api.dns_name} → {aws_lb.other.dns_name}  e.g. GET /api/",
		}, []string{}},
		{"id", nil, []edit{ids}, nil, []string{"target_origin_id: ALB-api or {aws_lb.api.dns_name}"}},
		{"version of a Lambda function", []edit{lambda(arn("3"))}, []edit{lambda(arn("4"))}, []string{
			"function origin-request: /api/* [GET HEAD OPTIONS PUT POST PATCH DELETE] Lambda auth → Lambda auth (changed)  e.g. GET /api/",
		}, []string{}},
		{"code", []edit{code("a")}, []edit{code("")}, nil, []string{"viewer-request: the code of f"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := compare(configOf(distributionOf(tt.old...)), configOf(distributionOf(tt.new...)))
			if diff := cmp.Diff(tt.changes, lines(r)); diff != "" {
				t.Errorf("changes (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.unknown, r.Distributions[0].Unknown); diff != "" {
				t.Errorf("not compared (-want +got):\n%s", diff)
			}
		})
	}
}

// What a place of the two sides is, and that a secret is nowhere.
func TestSides(t *testing.T) {
	key := func(value string) edit {
		return func(d *cloudfront.Distribution) {
			d.Origins[1].CustomHeaders = []cloudfront.CustomHeader{{Name: "X-Key", Value: cloudfront.Known(value)}}
		}
	}
	old := Side{Name: "main", Config: configOf(distributionOf(key("old-secret"))), At: func(s cloudfront.Source) cloudfront.Source {
		s.File = "main:" + s.File
		return s
	}, Place: func(*cloudfront.Origin) string { return "echo" }}
	new := Side{Name: "HEAD", Config: configOf(distributionOf(key("new-secret"))), Place: func(o *cloudfront.Origin) string {
		if o.ID.Value == "ALB-api" {
			return "http://localhost:8000"
		}
		return "echo"
	}}
	document, err := json.Marshal(Compare(old, new))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"name":"ALB-api place"`, `"new":"http://localhost:8000"`, `"old_source":{"file":"main:cloudfront.tf","line":11}`, `"new_source":{"file":"cloudfront.tf","line":11}`} {
		if !strings.Contains(string(document), want) {
			t.Errorf("%s is not in %s", want, document)
		}
	}
	if strings.Contains(string(document), "secret") {
		t.Errorf("a secret is in %s", document)
	}
}

// manyBehaviors is a distribution with as many behaviors as CloudFront takes, of the usual kinds.
func manyBehaviors() *cloudfront.Distribution {
	d := distributionOf()
	d.Behaviors = d.Behaviors[1:]
	for i := range 74 {
		pattern := fmt.Sprintf([]string{"/app%d/*", "/v?/app%d/*", "*.e%d", "*/static%d/*.js", "/docs%d*"}[i%5], i)
		above(pattern, []string{"S3-web", "ALB-api"}[i%2], reading)(d)
	}
	return d
}

func BenchmarkCompare(b *testing.B) {
	old := configOf(manyBehaviors())
	for name, new := range map[string]*cloudfront.Config{
		"the same": configOf(manyBehaviors()),
		"a behavior at the end": configOf(func() *cloudfront.Distribution {
			d := manyBehaviors()
			d.Behaviors = slices.Insert(d.Behaviors, 74, behaviorOf("/new/*", "ALB-api", writing))
			return d
		}()),
		"a behavior on top": configOf(func() *cloudfront.Distribution {
			d := manyBehaviors()
			above("/new/*", "ALB-api", writing)(d)
			return d
		}()),
		"the other way round": configOf(func() *cloudfront.Distribution {
			d := manyBehaviors()
			slices.Reverse(d.Behaviors[:74])
			return d
		}()),
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				compare(old, new)
			}
		})
	}
}
