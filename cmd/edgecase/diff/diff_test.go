package diff

import (
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
		return &cloudfront.OriginRequestPolicy{Name: cloudfront.Known(name),
			Headers: cloudfront.Selection{Behavior: cloudfront.SelectWhitelist, Items: headers},
			Cookies: cloudfront.Selection{Behavior: cloudfront.SelectAll}, QueryStrings: cloudfront.Selection{Behavior: cloudfront.SelectNone}}
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
		}},
		{name: "a behavior less", rule: "REQ-041", old: []edit{above("/auth/*", "ALB-api", writing)}, want: []string{
			"answer: /auth/* [OPTIONS PUT POST PATCH DELETE] ALB-api → 403 edge  e.g. POST /auth/",
			"answer: /auth/* [GET HEAD] ALB-api → S3-web  e.g. GET /auth/",
		}},
		{name: "another order", rule: "REQ-043",
			old: []edit{above("*.jpg", "S3-web", reading), behavior(1, func(b *cloudfront.Behavior) { b.CachePolicy = cloudfront.ManagedCachePolicy("Managed-CachingDisabled") })},
			new: []edit{func(d *cloudfront.Distribution) {
				d.Behaviors = slices.Insert(d.Behaviors, 1, behaviorOf("*.jpg", "S3-web", reading))
			}},
			want: []string{}},
		{name: "methods", rule: "REQ-075", new: []edit{behavior(1, func(b *cloudfront.Behavior) { b.AllowedMethods = []string{"GET", "HEAD", "OPTIONS"} })}, want: []string{
			"answer: default [OPTIONS] 403 edge → S3-web  e.g. OPTIONS /",
		}},
		{name: "a policy by another name", rule: "POL-070", old: []edit{behavior(0, func(b *cloudfront.Behavior) { b.OriginRequestPolicy = policyOf("a", "Referer", "Origin") })},
			new: []edit{behavior(0, func(b *cloudfront.Behavior) { b.OriginRequestPolicy = policyOf("b", "origin", "referer") })}},
		{name: "forwarding", rule: "POL-070", old: []edit{behavior(0, func(b *cloudfront.Behavior) { b.OriginRequestPolicy = policyOf("a", "Referer", "Origin") })},
			new: []edit{behavior(0, func(b *cloudfront.Behavior) {
				b.OriginRequestPolicy = cloudfront.ManagedOriginRequestPolicy("Managed-AllViewerExceptHostHeader")
			})},
			want: nil},
		{name: "domain name", rule: "REQ-200", new: []edit{func(d *cloudfront.Distribution) { d.Origins[1].DomainName = cloudfront.Known("new.example.net") }}, want: []string{
			"origin ALB-api domain_name: /api/* [GET HEAD OPTIONS PUT POST PATCH DELETE] alb.example.net → new.example.net  e.g. GET /api/",
		}},
		{name: "origin renamed", rule: "REQ-200", new: []edit{func(d *cloudfront.Distribution) {
			d.Origins[1].ID, d.Behaviors[0].TargetOriginID = cloudfront.Known("api"), cloudfront.Known("api")
		}}, want: []string{
			"answer: /api/* [GET HEAD OPTIONS PUT POST PATCH DELETE] ALB-api → api (the same origin)  e.g. GET /api/",
		}},
		{name: "times", rule: "CACHE-034", new: []edit{behavior(1, func(b *cloudfront.Behavior) {
			p := *b.CachePolicy
			p.DefaultTTL = time.Minute
			b.CachePolicy = &p
		})}, want: nil},
		{name: "protocol", rule: "REQ-110", new: []edit{behavior(0, func(b *cloudfront.Behavior) { b.ViewerProtocolPolicy = cloudfront.RedirectToHTTPS }), behavior(1, func(b *cloudfront.Behavior) { b.ViewerProtocolPolicy = cloudfront.RedirectToHTTPS })}, want: nil},
		{name: "same settings", rule: "REQ-041", new: []edit{above("/web/*", "S3-web", reading, func(b *cloudfront.Behavior) {
			b.CachePolicy = cloudfront.ManagedCachePolicy("Managed-CachingOptimized")
		})}, want: nil},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			r := compare(configOf(distributionOf(tt.old...)), configOf(distributionOf(tt.new...)))
			if diff := cmp.Diff(tt.want, lines(r)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
