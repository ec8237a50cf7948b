package check

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"edgecase/cmd/edgecase/check/application"
	"edgecase/config"
	"edgecase/config/cloudfront"
)

// TestEvidence finds out which origins are the application's, and which distribution its routes belong to.
func TestEvidence(t *testing.T) {
	second := func(id, domain string, kind cloudfront.Kind) *cloudfront.Distribution {
		d := shop()
		d.Origins = append(d.Origins, &cloudfront.Origin{ID: cloudfront.Known(id), DomainName: cloudfront.Known(domain), Kind: kind, OriginProtocolPolicy: cloudfront.OriginHTTPSOnly})
		b := *d.Behaviors[0]
		b.Pattern, b.TargetOriginID = cloudfront.MustParsePathPattern("/live/*").Ordered(), cloudfront.Known(id)
		d.Behaviors = append([]*cloudfront.Behavior{&b}, d.Behaviors...)
		return d
	}
	pages := func(change func(*cloudfront.Distribution)) *cloudfront.Distribution {
		d := shop()
		d.Address, d.Aliases = "aws_cloudfront_distribution.pages", []string{"pages.example.com"}
		change(d)
		return d
	}
	buckets := func(d *cloudfront.Distribution) {
		d.Origins = d.Origins[:1]
		d.Behaviors = d.Behaviors[3:]
	}
	tests := []struct {
		name   string
		all    []*cloudfront.Distribution
		named  []string
		routes string
		want   []string
		how    string
		err    string
	}{
		{"the only server", []*cloudfront.Distribution{shop()}, nil, "GET /api/x", []string{"app"}, "the only origin that is a server", ""},
		{"the only server, though nothing reaches it", []*cloudfront.Distribution{shop()}, nil, "GET /x", []string{"app"}, "the only origin that is a server", ""},
		{"the server of most routes", []*cloudfront.Distribution{second("live", "live.example.com", cloudfront.KindCustom)}, nil, "GET /api/a\nGET /api/b\nGET /api/c\nGET /live/x", []string{"app"}, "3 of 4 routes reach it, 1 reach live", ""},
		{"the server of none", []*cloudfront.Distribution{second("live", "live.example.com", cloudfront.KindVPC)}, nil, "GET /api/a\nGET /b", []string{"app"}, "1 of 2 routes reach it, 0 reach live", ""},
		{"one server under two names", []*cloudfront.Distribution{second("live", "app.example.com", cloudfront.KindCustom)}, nil, "GET /api/a\nGET /live/x", []string{"app", "live"}, "the only origin that is a server", ""},
		{"a bucket's website is none", []*cloudfront.Distribution{second("site", "b.s3-website-us-east-1.amazonaws.com", cloudfront.KindS3Website)}, nil, "GET /api/a", []string{"app"}, "the only origin that is a server", ""},
		{"not clear", []*cloudfront.Distribution{second("live", "live.example.com", cloudfront.KindCustom)}, nil, "GET /api/a\nGET /live/x", nil, "",
			"which origin is the application's is not clear: app (1 of 2 routes reach it), live (1 of 2 routes reach it) | name it: --app-origin app"},
		{"named", []*cloudfront.Distribution{second("live", "live.example.com", cloudfront.KindCustom)}, []string{"live"}, "GET /api/a\nGET /live/x", []string{"live"}, "", ""},
		{"named by domain name", []*cloudfront.Distribution{shop()}, []string{"app.example.com"}, "GET /api/a", []string{"app"}, "", ""},
		{"several named", []*cloudfront.Distribution{second("live", "live.example.com", cloudfront.KindCustom)}, []string{"live", "app"}, "GET /api/a", []string{"app", "live"}, "", ""},
		{"misnamed", []*cloudfront.Distribution{shop()}, []string{"ap"}, "GET /api/a", nil, "",
			"--app-origin ap: no origin has this id or domain name | did you mean app? the origins are app, bucket"},
		{"buckets only", []*cloudfront.Distribution{pages(buckets)}, nil, "GET /a", nil, "",
			"no origin can be the application's: all of them are buckets | name the application's origin with --app-origin ID"},
		{"the distribution with a server", []*cloudfront.Distribution{pages(buckets), shop()}, nil, "GET /api/a", []string{"app"}, "the only origin that is a server", ""},
		{"the distribution that is on", []*cloudfront.Distribution{pages(func(d *cloudfront.Distribution) { d.Enabled = false }), shop()}, nil, "GET /api/a", []string{"app"}, "the only origin that is a server", ""},
		{"the distribution that is not for staging", []*cloudfront.Distribution{pages(func(d *cloudfront.Distribution) { d.Staging = true }), shop()}, nil, "GET /api/a", []string{"app"}, "the only origin that is a server", ""},
		{"either distribution", []*cloudfront.Distribution{pages(func(*cloudfront.Distribution) {}), shop()}, nil, "GET /api/a", nil, "",
			"the routes could belong to any of 2 distributions | choose one:\n  --distribution 'aws_cloudfront_distribution.pages'\n  --distribution 'aws_cloudfront_distribution.shop'"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			report, err := runRoutes(t.Context(), Input{
				Loaded: &config.Loaded{Config: &cloudfront.Config{Distributions: tt.all}}, Routes: read(t, tt.routes), AppOrigins: tt.named,
			})
			if wrong, ok := errors.AsType[*InputError](err); ok || tt.err != "" {
				if !ok || wrong.What+" | "+wrong.Hint != tt.err {
					t.Errorf("error %+v, want %s", err, tt.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, report.Application.Origins); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if report.Application.How != tt.how {
				t.Errorf("how: %q, want %q", report.Application.How, tt.how)
			}
		})
	}
}

// TestSeenHosts holds routes against the distribution whose host was seen.
func TestSeenHosts(t *testing.T) {
	pages := shop()
	pages.Address, pages.Aliases = "aws_cloudfront_distribution.pages", []string{"pages.example.com"}
	pages.Behaviors = pages.Behaviors[3:]
	routes := &application.Routes{From: "access.log", Notes: []string{"2 requests are left out"}, List: []application.Route{
		{Path: "/api/x", Methods: []string{"POST"}, Host: "www.example.com", Count: 2},
		{Path: "/api/x", Methods: []string{"POST"}, Host: "pages.example.com:443", Count: 1},
		{Path: "/auth/x", Refused: []string{"POST"}, Host: "pages.example.com", Count: 3},
		{Path: "/api/y", Refused: []string{"POST"}, Host: "www.example.com", Count: 3},
		{Path: "/live/x", Methods: []string{"GET"}, Kind: application.Socket, Host: "pages.example.com", Count: 1},
	}}
	report, err := runRoutes(t.Context(), Input{Loaded: &config.Loaded{Config: &cloudfront.Config{Distributions: []*cloudfront.Distribution{shop(), pages}}}, Routes: []*application.Routes{routes}})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"route-misrouted :100 GET /live/x goes to bucket by the default behavior",
		"route-misrouted :100 POST /api/x is refused by the default behavior, which allows GET HEAD",
		"route-refused :100 POST /auth/x was refused (seen 3 times), and is refused by the default behavior, which allows GET HEAD",
	}
	if diff := cmp.Diff(want, said(report.Findings)); diff != "" {
		t.Errorf("REQ-001 (-want +got):\n%s", diff)
	}
	for _, f := range report.Findings {
		prove(t, pages, f)
		if f.Fix.HCL == "" {
			t.Errorf("%s: nothing is proposed", f.Message)
		}
	}
	if diff := cmp.Diff([]string{"access.log: 2 requests are left out"}, report.Application.Notes); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}
