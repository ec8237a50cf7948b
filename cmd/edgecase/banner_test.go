package main

import (
	"strings"
	"testing"
	"time"

	"edgecase/config"
	"edgecase/config/cloudfront"
	"edgecase/origins"

	"github.com/google/go-cmp/cmp"
)

// TestBanner shows the first screen that a user sees.
func TestBanner(t *testing.T) {
	t.Chdir("../../testdata/terraform")
	loaded, diags := config.Load("plane", config.Options{})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	mapping := func(s string) origins.Mapping {
		m, err := origins.ParseMapping(s, "--origin")
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	places := origins.Places{mapping("ALB-api=http://localhost:8000"), mapping("S3-web=apps/web/dist"), mapping("S3-admin=none")}
	b := &banner{
		path: "plane", files: 8, took: 11 * time.Millisecond, config: "edgecase.hcl",
		http: "127.0.0.1:8080", https: "0.0.0.0:443", admin: "[::1]:8081",
		distributions: loaded.Config.Distributions, place: places.For,
		notes: []note{
			{"note", "S3-space is not mapped; it echoes requests", "--origin S3-space=./dist"},
			{"note", "web_acl_id is set and not enforced", "plane/cloudfront.tf:18"},
			{"note", "localhost is served as plane.example.gov; CloudFront would answer 403 to that name", ""},
			{"note", strings.Repeat("many words ", 40), "plane/cloudfront.tf:1"},
			{"note", "bad\x1b[31m", ""},
		},
	}
	want := `
edgecase 0.1.0   plane (8 files and edgecase.hcl, 11 ms)   aws_cloudfront_distribution.main
  plane.example.gov

  http  http://localhost:8080    https  https://localhost    admin  http://[::1]:8081

  #  path pattern  methods   origin    goes to                cloudfront.tf
  1  /api/*        all       ALB-api   http://localhost:8000  :54
  2  /live/*       all       ALB-api   http://localhost:8000  :65
  3  /god-mode/*   GET HEAD  S3-admin  none                   :75
  4  /spaces/*     GET HEAD  S3-space  echo (not mapped)      :75
  *  default       GET HEAD  S3-web    ./apps/web/dist        :45

  note  S3-space is not mapped; it echoes requests            --origin S3-space=./dist
  note  web_acl_id is set and not enforced                    plane/cloudfront.tf:18
  note  localhost is served as plane.example.gov; CloudFront would answer 403 to that name
  note  many words many words many words many words many words many words many words many words many
        words many words many words many words many words many words many words many words many
        words many words many words many words many words many words many words many words …
        plane/cloudfront.tf:1
  note  bad\x1b[31m

`
	got := b.render(false)
	if diff := cmp.Diff(strings.TrimPrefix(want, "\n"), got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for line := range strings.SplitSeq(got, "\n") {
		if width(line) > maxColumns {
			t.Errorf("%d columns: %s", width(line), line)
		}
	}
	colored := b.render(true)
	for _, code := range []string{"\x1b[33m", "\x1b[2m", "\x1b[0m"} {
		if !strings.Contains(colored, code) {
			t.Errorf("with color there is no %q", code)
		}
	}
	if plain := stripped(colored); plain != got {
		t.Errorf("color changes more than color (-plain +colored):\n%s", cmp.Diff(got, plain))
	}
}

// stripped returns a text without its colors.
func stripped(s string) string {
	for _, code := range []string{"\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[32m", "\x1b[33m"} {
		s = strings.ReplaceAll(s, code, "")
	}
	return s
}

// TestGrid shows that a table of long names still fits.
func TestGrid(t *testing.T) {
	long := strings.Repeat("x", 200)
	for line := range strings.SplitSeq(grid([][]string{{"#", "a", "b"}, {"1", long, long + "/" + long}}, false), "\n") {
		if width(line) > maxColumns {
			t.Errorf("%d columns: %s", width(line), line)
		}
	}
}

// TestSeveralDistributions shows that each has its table under its name.
func TestSeveralDistributions(t *testing.T) {
	d := func(address string) *cloudfront.Distribution {
		return &cloudfront.Distribution{
			Address: address, DomainName: address + ".cloudfront.net",
			Origins: []*cloudfront.Origin{
				{ID: cloudfront.Known("one"), DomainName: cloudfront.Known("1.test")}, {ID: cloudfront.Known("two"), DomainName: cloudfront.Known("2.test")},
			},
			OriginGroups: []*cloudfront.OriginGroup{{ID: cloudfront.Known("both"), Members: []cloudfront.Text{cloudfront.Known("one"), cloudfront.Known("two")}}},
			Behaviors: []*cloudfront.Behavior{{
				Pattern: cloudfront.MustParsePathPattern("*"), TargetOriginID: cloudfront.Known("both"), AllowedMethods: []string{"GET", "HEAD"},
				Source: cloudfront.Source{File: "infra/" + address + ".tf", Line: 7, Column: 3},
			}},
		}
	}
	b := &banner{path: ".", files: 1, http: "127.0.0.1:80", distributions: []*cloudfront.Distribution{d("a"), d("b")}, place: origins.Places{}.For}
	want := `
edgecase 0.1.0   . (1 file, 0 ms)   2 distributions

  http  http://localhost

  a   a.cloudfront.net
  #  path pattern  methods   origin  goes to                                    a.tf
  *  default       GET HEAD  both    echo (not mapped), then echo (not mapped)  :7

  b   b.cloudfront.net
  #  path pattern  methods   origin  goes to                                    b.tf
  *  default       GET HEAD  both    echo (not mapped), then echo (not mapped)  :7

`
	if diff := cmp.Diff(strings.TrimPrefix(want, "\n"), b.render(false)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
