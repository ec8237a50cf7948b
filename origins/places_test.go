package origins

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"edgecase/config/cloudfront"
)

func TestParsePlace(t *testing.T) {
	tests := []struct {
		in     string
		want   Place
		String string // if not in
	}{
		{in: "http://localhost:8000", want: Place{Kind: PlaceURL, URL: "http://localhost:8000"}},
		{in: "http://localhost:8000/", want: Place{Kind: PlaceURL, URL: "http://localhost:8000"}, String: "http://localhost:8000"},
		{in: "http://api:8000/v1/", want: Place{Kind: PlaceURL, URL: "http://api:8000/v1"}, String: "http://api:8000/v1"},
		{in: "http://api/a%2Fb", want: Place{Kind: PlaceURL, URL: "http://api/a%2Fb"}},
		{in: "HTTP://api", want: Place{Kind: PlaceURL, URL: "http://api"}, String: "http://api"},
		{in: "https://[::1]:8443", want: Place{Kind: PlaceURL, URL: "https://[::1]:8443"}},
		{in: "./apps/web/dist", want: Place{Kind: PlaceDir, Dir: "./apps/web/dist"}},
		{in: "dist", want: Place{Kind: PlaceDir, Dir: "dist"}, String: "./dist"},
		{in: "../dist", want: Place{Kind: PlaceDir, Dir: "../dist"}},
		{in: "/srv/a b", want: Place{Kind: PlaceDir, Dir: "/srv/a b"}},
		{in: "./echo", want: Place{Kind: PlaceDir, Dir: "./echo"}},
		{in: "a:b", want: Place{Kind: PlaceDir, Dir: "a:b"}, String: "./a:b"},
		{in: "s3://media@http://minio:9000", want: Place{Kind: PlaceS3, Bucket: "media", URL: "http://minio:9000"}},
		{in: "echo", want: Echo},
		{in: "none", want: Place{Kind: PlaceNone}},
	}
	for _, tt := range tests {
		t.Run(tt.in, func(t *testing.T) {
			got, err := ParsePlace(tt.in)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			want := tt.String
			if want == "" {
				want = tt.in
			}
			if got.String() != want {
				t.Errorf("String() = %q, want %q", got, want)
			}
		})
	}
}

func TestParsePlaceErrors(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", "a place is missing"},
		{"localhost:8000", "did you mean http://localhost:8000?"},
		{":8000", "did you mean http://localhost:8000?"},
		{"[::1]:80", "did you mean http://[::1]:80?"},
		{"ftp://x", "must be http, https or s3"},
		{"file:///srv", "without file://"},
		{"ws://api:8000", "write http://api:8000"},
		{"http://", "has no host"},
		{"http://:8000", "has no host"},
		{"http://api:", "a port is a number"},
		{"http://api:0", "a port is a number"},
		{"http://api:65536", "a port is a number"},
		{"http://api:x", "is not a URL: invalid port"},
		{"http://a b/", "is not a URL"},
		{"http://u:p@api", "a user and a password"},
		{"http://api?x", "a query string"},
		{"http://api?", "a query string"},
		{"http://api#x", "a fragment"},
		{"s3://media", "names no store"},
		{"s3://@http://minio:9000", "not the name of a bucket"},
		{"s3://a/b@http://minio:9000", `"a/b" is not the name of a bucket`},
		{"s3://a%20b@http://minio:9000", "not the name of a bucket"},
		{"s3://bücher@http://minio:9000", "not the name of a bucket"},
		{"s3://media@minio:9000", "write s3://media@http://minio:9000"},
		{"s3://media@ftp://minio", "the scheme must be http or https"},
		{"./dist\n", "control character"},
	}
	for _, tt := range tests {
		t.Run(tt.in, func(t *testing.T) {
			_, err := ParsePlace(tt.in)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q in it", err, tt.want)
			}
		})
	}
}

// What a place prints is what it is read from.
func FuzzParsePlace(f *testing.F) {
	for _, s := range []string{"http://a:1/b", "https://[::1]", "s3://b@http://c:9", "echo", "none", "./x", "..", "a:b", "dist", "http://%41"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ParsePlace(s)
		if err != nil {
			return
		}
		again, err := ParsePlace(p.String())
		if err != nil {
			t.Fatalf("%q prints %q: %v", s, p, err)
		}
		if p.Kind == PlaceDir {
			p.Dir, again.Dir = filepath.Clean(p.Dir), filepath.Clean(again.Dir)
		}
		if p != again {
			t.Fatalf("%q gives %+v, and printed %+v", s, p, again)
		}
	})
}

func origin(id, domain string) *cloudfront.Origin {
	return &cloudfront.Origin{ID: cloudfront.Known(id), DomainName: cloudfront.Known(domain), Kind: cloudfront.KindCustom}
}

func TestPlacesFor(t *testing.T) {
	api := origin("ALB-api", "alb.example.com")
	tests := []struct {
		name     string
		mappings []string
		want     string
		mapped   bool
	}{
		{"none", nil, "echo", false},
		{"other", []string{"web=./dist"}, "echo", false},
		{"id", []string{"ALB-api=http://a"}, "http://a", true},
		{"id is case-sensitive", []string{"alb-API=http://a"}, "echo", false},
		{"domain name", []string{"alb.example.com=http://b"}, "http://b", true},
		{"domain name has no case", []string{"ALB.example.COM=http://b"}, "http://b", true},
		{"glob on the id", []string{"ALB-*=http://c"}, "http://c", true},
		{"glob on the domain name", []string{"*.example.com=http://c"}, "http://c", true},
		{"glob in the middle", []string{"A*-*i=http://c"}, "http://c", true},
		{"glob that overlaps itself", []string{"ALB-ap*pi=http://c"}, "echo", false},
		{"star alone", []string{"*=none"}, "none", true},
		{"id before domain name before glob", []string{"ALB-api=http://a", "alb.example.com=http://b", "*=http://c"}, "http://a", true},
		{"domain name before glob", []string{"alb.example.com=http://b", "*=http://c"}, "http://b", true},
		{"the later of two ids", []string{"ALB-api=http://a", "ALB-api=http://z"}, "http://z", true},
		{"the later of two globs", []string{"*=http://a", "ALB*=http://z", "*api=http://y"}, "http://y", true},
		{"echo on purpose", []string{"*=http://a", "ALB-api=echo"}, "echo", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			place, mapped := parsePlaces(t, tt.mappings).For(api)
			if place.String() != tt.want || mapped != tt.mapped {
				t.Errorf("For = %s, %t; want %s, %t", place, mapped, tt.want, tt.mapped)
			}
		})
	}
}

func parsePlaces(t *testing.T, list []string) Places {
	t.Helper()
	var places Places
	for _, s := range list {
		m, err := ParseMapping(s, "--origin")
		if err != nil {
			t.Fatal(err)
		}
		places = append(places, m)
	}
	return places
}

func TestUnmatched(t *testing.T) {
	origins := []*cloudfront.Origin{origin("ALB-api", "alb.example.com"), origin("S3-web", "web.s3.amazonaws.com"), origin("S3-web", "web.s3.amazonaws.com")}
	tests := []struct{ mapping, want string }{
		{"ALB-api=echo", ""},
		{"web.s3.amazonaws.com=echo", ""},
		{"S3-*=echo", ""},
		{"ALB-apj=echo", `--origin ALB-apj=echo: no origin has the id or the domain name "ALB-apj"; did you mean "ALB-api"?`},
		{"alb-api=./dist", `--origin alb-api=./dist: no origin has the id or the domain name "alb-api"; did you mean "ALB-api"?`},
		{"alb.exmple.com=echo", `--origin alb.exmple.com=echo: no origin has the id or the domain name "alb.exmple.com"; did you mean "alb.example.com"?`},
		{"something=echo", `--origin something=echo: no origin has the id or the domain name "something"; there are "ALB-api", "S3-web"`},
		{"GCS-*=echo", `--origin GCS-*=echo: no origin has the id or the domain name "GCS-*"; there are "ALB-api", "S3-web"`},
	}
	for _, tt := range tests {
		t.Run(tt.mapping, func(t *testing.T) {
			places := parsePlaces(t, []string{tt.mapping})
			unmatched := places.Unmatched(origins)
			if (len(unmatched) == 1) != (tt.want != "") {
				t.Fatalf("Unmatched = %v", unmatched)
			}
			got := ""
			if err := places[0].Mismatch(origins); err != nil {
				got = err.Error()
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestParseMappingErrors(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"app", `"app" is not ID=PLACE`},
		{"=./dist", "is not ID=PLACE"},
		{"app=", `place of "app": a place is missing`},
		{"app=localhost:3000", "did you mean http://localhost:3000?"},
	} {
		t.Run(tt.in, func(t *testing.T) {
			if _, err := ParseMapping(tt.in, "--origin"); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q in it", err, tt.want)
			}
		})
	}
}

func TestMappingCheck(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	missing := filepath.Join(dir, "dist")
	for _, tt := range []struct{ place, want string }{
		{dir, ""},
		{"http://localhost:1", ""},
		{missing, "--origin web=" + missing + ": the directory " + missing + " does not exist"},
		{file, "is a file; name the directory"},
	} {
		t.Run(tt.place, func(t *testing.T) {
			err := parsePlaces(t, []string{"web=" + tt.place})[0].Check()
			if tt.want == "" {
				if err != nil {
					t.Error(err)
				}
			} else if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q in it", err, tt.want)
			}
		})
	}
}
