package cloudfront

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDistributionProblems(t *testing.T) {
	tests := []complaint{
		{name: "disabled", rule: "REQ-018", edit: func(d *Distribution) { d.Enabled = false }, want: []string{
			`note REQ-018 documented :12 Disabled distribution. aws_cloudfront_distribution.site has enabled = false, so CloudFront accepts no requests for it. Set enabled = true to have it served under its own names.`,
		}},
		{name: "staging", rule: "REQ-020", edit: func(d *Distribution) { d.Staging = true }, want: []string{
			`note REQ-020 documented :13 Staging distribution. aws_cloudfront_distribution.site is a staging distribution: requests reach it only through its primary distribution, never by its own names. Name it with --distribution to try it.`,
		}},
		{name: "many aliases", rule: "REQ-011", edit: func(d *Distribution) {
			for i := range 99 {
				d.Aliases = append(d.Aliases, fmt.Sprintf("a%d.example.com", i))
			}
		}, want: []string{
			`warning REQ-011 documented :11 Quota exceeded. A distribution has at most 100 aliases, and aws_cloudfront_distribution.site has 101. Ask AWS for a higher quota, or split the distribution.`,
		}},
		{name: "many behaviors", rule: "REQ-057", edit: func(d *Distribution) {
			var patterns []string
			for i := range 74 {
				patterns = append(patterns, fmt.Sprintf("/%d/*", i))
			}
			ordered(d, patterns...)
		}, want: []string{
			`warning REQ-057 documented :18 Quota exceeded. A distribution has at most 75 cache behaviors, and aws_cloudfront_distribution.site has 76. Ask AWS for a higher quota, or split the distribution.`,
		}},
		{name: "many origins", rule: "REQ-057", edit: func(d *Distribution) {
			for i := range 99 {
				o := *d.Origins[0]
				o.ID = Known(fmt.Sprintf("o%d", i))
				d.Origins = append(d.Origins, &o)
			}
		}, want: []string{
			`warning REQ-057 documented :16 Quota exceeded. A distribution has at most 100 origins, and aws_cloudfront_distribution.site has 101. Ask AWS for a higher quota, or split the distribution.`,
		}},
		{name: "many origin groups", rule: "REQ-057", edit: func(d *Distribution) {
			for i := range 10 {
				g := *d.OriginGroups[0]
				g.ID = Known(fmt.Sprintf("g%d", i))
				d.OriginGroups = append(d.OriginGroups, &g)
			}
		}, want: []string{
			`warning REQ-057 documented :17 Quota exceeded. A distribution has at most 10 origin groups, and aws_cloudfront_distribution.site has 11. Ask AWS for a higher quota, or split the distribution.`,
		}},
		{name: "upper case", rule: "REQ-004", edit: func(d *Distribution) { d.Aliases[0] = "WWW.Example.com" }, want: []string{
			`error REQ-004 documented :11 Upper-case alias. CloudFront keeps aliases in lower case and refuses "WWW.Example.com". Write "www.example.com".`,
		}},
		{name: "scheme", rule: "REQ-004", edit: func(d *Distribution) {
			d.Aliases, d.ViewerCertificate.Names = []string{"https://www.example.com", "localhost"}, nil
		}, want: []string{
			`warning REQ-004 inferred :11 Invalid alias. "https://www.example.com" is no domain name. Write only the name, without scheme, port or path: "www.example.com".`,
			`warning REQ-004 inferred :11 Invalid alias. "localhost" is no domain name. Write only the name, without scheme, port or path: "www.example.com".`,
		}},
		{name: "wildcard inside", rule: "REQ-006", edit: func(d *Distribution) {
			d.Aliases, d.ViewerCertificate.Names = []string{"*domain.example.com", "sub.*.example.com", "*.*.example.com"}, nil
		}, want: []string{
			`error REQ-006 documented :11 Invalid wildcard alias. A wildcard alias begins with "*." and has no other "*", unlike "*domain.example.com". Write one such as "*.example.com".`,
			`error REQ-006 documented :11 Invalid wildcard alias. A wildcard alias begins with "*." and has no other "*", unlike "sub.*.example.com". Write one such as "*.example.com".`,
			`error REQ-006 documented :11 Invalid wildcard alias. A wildcard alias begins with "*." and has no other "*", unlike "*.*.example.com". Write one such as "*.example.com".`,
		}},
		{name: "no certificate", rule: "REQ-012", edit: func(d *Distribution) {
			d.ViewerCertificate = ViewerCertificate{CloudFrontDefaultCertificate: true, Source: line(140)}
		}, want: []string{
			`warning REQ-012 documented :140 Alias without certificate. The distribution has aliases ("www.example.com" and "*.example.com") and only CloudFront's own certificate, which covers *.cloudfront.net. AWS refuses that with InvalidViewerCertificate: give viewer_certificate an acm_certificate_arn.`,
		}},
		{name: "one label only", rule: "REQ-012", edit: func(d *Distribution) {
			d.Aliases = append(d.Aliases, "a.b.example.com", "*.b.example.com", "example.com")
		}, want: []string{
			`warning REQ-012 documented :140 Alias not covered by the certificate. The certificate is for "example.com" and "*.example.com" and does not cover "a.b.example.com" and "*.b.example.com". AWS refuses that with InvalidViewerCertificate: add the names to the certificate, or remove the aliases.`,
		}},
		{name: "certificate with names to come", rule: "REQ-012", edit: func(d *Distribution) {
			d.ViewerCertificate.Names = []string{"{var.domain}"}
		}},
		{name: "upper-case version", rule: "TF-112", edit: func(d *Distribution) { d.HTTPVersion = "HTTP2" }},
		{name: "leading slash", rule: "REQ-174", edit: func(d *Distribution) { d.DefaultRootObject = "/index.html" }, want: []string{
			`warning REQ-174 documented :14 Slash before the default root object. The value of default_root_object has no leading slash; with "/index.html", requests for / can end in 403. Write "index.html".`,
		}},
		{name: "only a slash", rule: "REQ-174", edit: func(d *Distribution) { d.DefaultRootObject = "/" }, want: []string{
			`warning REQ-174 documented :14 Slash before the default root object. The value of default_root_object has no leading slash; with "/", requests for / can end in 403. Remove it.`,
		}},
		{name: "blank", rule: "REQ-179", edit: func(d *Distribution) { d.DefaultRootObject = "index page.html" }, want: []string{
			`warning REQ-179 documented :14 Invalid default root object. CloudFront answers requests for / with 400 InvalidDefaultRootObject: the value has more than 255 characters, or others than letters, digits and _-.*$/~"'&. Name an object such as "index.html".`,
		}},
		{name: "too long", rule: "REQ-179", edit: func(d *Distribution) { d.DefaultRootObject = strings.Repeat("x", 256) }, want: []string{
			`warning REQ-179 documented :14 Invalid default root object. CloudFront answers requests for / with 400 InvalidDefaultRootObject: the value has more than 255 characters, or others than letters, digits and _-.*$/~"'&. Name an object such as "index.html".`,
		}},
		{name: "folder", rule: "REQ-174", edit: func(d *Distribution) { d.DefaultRootObject = "folder/index.html" }},
		{name: "countries without restriction", rule: "REQ-510", edit: func(d *Distribution) {
			d.GeoRestriction.RestrictionType = "none"
		}, want: []string{
			`warning REQ-510 inferred :130 Countries without restriction. restriction_type is "none", but locations lists "CA" and "US". Empty the list, or choose "whitelist" or "blacklist".`,
		}},
		{name: "restriction without countries", rule: "REQ-510", edit: func(d *Distribution) { d.GeoRestriction.Locations = nil }, want: []string{
			`warning REQ-510 inferred :130 Restriction without countries. restriction_type is "whitelist", but locations is empty. List the countries, or choose "none".`,
		}},
		{name: "codes", rule: "REQ-510", edit: func(d *Distribution) {
			d.GeoRestriction.Locations = []string{"USA", "us", "1A", "DE"}
		}, want: []string{
			`error REQ-510 documented :130 Invalid country code. "USA" is no ISO 3166-1 alpha-2 code. Write two upper-case letters, such as "US".`,
			`warning REQ-510 inferred :130 Lower-case country code. Countries are given in upper case. Write "US" for "us".`,
			`error REQ-510 documented :130 Invalid country code. "1A" is no ISO 3166-1 alpha-2 code. Write two upper-case letters, such as "US".`,
		}},
	}
	for _, tt := range tests {
		tt.run(t)
	}
}

func TestSharedAliases(t *testing.T) {
	second := func(edit func(*Distribution)) []*Distribution {
		d := sound()
		d.Address, d.Aliases, d.Sources["aliases"] = "aws_cloudfront_distribution.second", []string{"WWW.example.com"}, line(411)
		d.ErrorResponses = nil
		edit(d)
		return []*Distribution{sound(), d}
	}
	tests := []struct {
		name, rule string
		config     []*Distribution
		want       []string
	}{
		{"same, in another case", "REQ-010", second(func(*Distribution) {}), []string{
			`error REQ-004 documented :411 Upper-case alias. CloudFront keeps aliases in lower case and refuses "WWW.example.com". Write "www.example.com".`,
			`error REQ-010 documented :411 Alias on two distributions. "WWW.example.com" is an alias of aws_cloudfront_distribution.site (cloudfront.tf:11) and of aws_cloudfront_distribution.second, and a name can belong to one distribution only. Remove it from one of the two.`,
		}},
		{"disabled", "REQ-010", second(func(d *Distribution) { d.Aliases[0], d.Enabled = "www.example.com", false }), []string{
			"note REQ-018 documented :12 Disabled distribution. aws_cloudfront_distribution.second has enabled = false, so CloudFront accepts no requests for it. Set enabled = true to have it served under its own names.",
			`error REQ-010 documented :411 Alias on two distributions. "www.example.com" is an alias of aws_cloudfront_distribution.site (cloudfront.tf:11) and of aws_cloudfront_distribution.second, and a name can belong to one distribution only. Remove it from one of the two.`,
		}},
		{"staging", "REQ-020", second(func(d *Distribution) { d.Aliases[0], d.Staging = "www.example.com", true }), []string{
			"note REQ-020 documented :13 Staging distribution. aws_cloudfront_distribution.second is a staging distribution: requests reach it only through its primary distribution, never by its own names. Name it with --distribution to try it.",
		}},
		{"below a wildcard", "REQ-009", second(func(d *Distribution) { d.Aliases[0] = "shop.example.com" }), nil},
		{"known after apply", "REQ-010", []*Distribution{
			{Enabled: true, Aliases: []string{"{var.host}"}, ViewerCertificate: ViewerCertificate{ACMCertificateARN: unknown("x.y")}},
			{Enabled: true, Aliases: []string{"{var.host}"}, ViewerCertificate: ViewerCertificate{ACMCertificateARN: unknown("x.y")}},
		}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			got := render((&Config{Distributions: tt.config}).Problems())
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}
