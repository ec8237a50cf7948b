package policy

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
)

func everyName(string) bool { return true }

func TestSelectCookies(t *testing.T) {
	tests := []struct {
		name, rule string
		in         []string
		take       func(string) bool
		want       string
	}{
		{"sorted", "REQ-222", []string{"sid=1; lang=de; _ga=9"}, everyName, "_ga=9; lang=de; sid=1"},
		{"repeated names keep their order", "CACHE-029", []string{"b=2; a=1; b=1"}, everyName, "a=1; b=2; b=1"},
		{"case counts", "REQ-225", []string{"b=1; B=2"}, func(s string) bool { return s == "b" }, "b=1"},
		{"dollar", "REQ-223", []string{"$Version=1; a=1; $Path=/"}, everyName, "a=1"},
		{"malformed", "REQ-224", []string{"a=1; nonsense"}, everyName, ""},
		{"no name", "REQ-224", []string{"=1"}, everyName, ""},
		{"one of two lines malformed", "REQ-224", []string{"nonsense", "a=1"}, everyName, "a=1"},
		{"several lines", "POL-035", []string{"b=2", "a=1"}, everyName, "a=1; b=2"},
		{"final semicolon", "REQ-224", []string{"a=1;"}, everyName, "a=1"},
		{"no blanks", "POL-035", []string{"a=1;b=2"}, everyName, "a=1; b=2"},
		{"blank before semicolon", "POL-035", []string{"a=1 ;b=2"}, everyName, "a=1; b=2"},
		{"value with equals sign", "REQ-199", []string{`a="x=y"; b=`}, everyName, `a="x=y"; b=`},
		{"empty", "POL-035", []string{""}, everyName, ""},
		{"none", "POL-035", nil, everyName, ""},
		{"nothing selected", "POL-035", []string{"a=1"}, func(string) bool { return false }, ""},
		{"signed cookies", "OBS-095", []string{"CloudFront-Policy=p; a=1"}, everyName, "CloudFront-Policy=p; a=1"},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			var f http1.Fields
			for _, value := range tt.in {
				f.Add("cookie", value)
			}
			if got := selectCookies(f, tt.take, nil); got != tt.want {
				t.Errorf("selectCookies(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestSelectQuery(t *testing.T) {
	a := func(name string) bool { return name == "a" }
	tests := []struct {
		name, rule, raw string
		take            func(string) bool
		want            string
	}{
		{"order kept", "CACHE-035", "b=2&a=1&c&a=0", a, "a=1&a=0"},
		{"case", "CACHE-033", "A=1&a=2", a, "a=2"},
		{"only ampersands", "CACHE-034", "x=1;a=2", a, ""},
		{"semicolon in a value", "CACHE-034", "a=red;size=large", a, "a=red;size=large"},
		{"names are raw", "CACHE-036", "%61=1", a, ""},
		{"values are raw", "CACHE-035", "a=%zz+%20", a, "a=%zz+%20"},
		{"no value", "CACHE-037", "a&b", a, "a"},
		{"empty pieces", "POL-074", "&&a=1&&", everyName, "a=1"},
		{"nothing", "POL-074", "b=1", a, ""},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			if got := selectQuery(tt.raw, tt.take, nil); got != tt.want {
				t.Errorf("selectQuery(%q) = %q, want %q", tt.raw, got, tt.want)
			}
		})
	}
}

func TestAcceptEncoding(t *testing.T) {
	tests := []struct {
		name, rule string
		gzip, br   bool
		legacy     bool
		value      string
		minor      int
		want       string
	}{
		{name: "both", rule: "REQ-228", gzip: true, br: true, value: "gzip, deflate, br", minor: 1, want: "br,gzip"},
		{name: "both, viewer has gzip", rule: "REQ-228", gzip: true, br: true, value: "gzip", minor: 1, want: "gzip"},
		{name: "both, viewer has br", rule: "REQ-228", gzip: true, br: true, value: "br", minor: 1, want: "br"},
		{name: "gzip only", rule: "REQ-229", gzip: true, value: "br, GZIP;q=0.5", minor: 1, want: "gzip"},
		{name: "br only", rule: "REQ-229", br: true, value: "gzip, br", minor: 1, want: "br"},
		{name: "none of them", rule: "REQ-230", gzip: true, br: true, value: "deflate", minor: 1, want: "identity"},
		{name: "star", rule: "REQ-230", gzip: true, br: true, value: "*", minor: 1, want: "identity"},
		{name: "no header", rule: "REQ-231", gzip: true, br: true, minor: 1},
		{name: "not enabled", rule: "REQ-232", value: "gzip", minor: 1},
		{name: "http1.0", rule: "REQ-233", gzip: true, br: true, value: "gzip"},
		{name: "legacy", rule: "REQ-234", legacy: true, value: "br, gzip", minor: 1, want: "gzip"},
		{name: "legacy without gzip", rule: "REQ-234", legacy: true, value: "br", minor: 1},
		{name: "q=0", rule: "REQ-235", gzip: true, br: true, value: "gzip;q=0, br;q=0.000", minor: 1, want: "identity"},
		{name: "q=0 in capitals", rule: "REQ-235", gzip: true, br: true, value: "gzip; Q=0, br; q=1", minor: 1, want: "br"},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			p := &cloudfront.CachePolicy{EnableAcceptEncodingGzip: tt.gzip, EnableAcceptEncodingBrotli: tt.br, Legacy: tt.legacy}
			if got := AcceptEncoding(p, tt.value, 1, tt.minor); got != tt.want {
				t.Errorf("AcceptEncoding(%q) = %q, want %q", tt.value, got, tt.want)
			}
		})
	}
}

func TestLegacyCookieNames(t *testing.T) {
	tests := []struct {
		pattern, name string
		want          bool
	}{
		{"s*", "sid", true}, {"s*", "s", true}, {"s?d", "sid", true}, {"s?d", "sd", false}, {"*id", "sid", true},
		{"*", "", true}, {"?", "", false}, {"a*b*c", "aXbYc", true}, {"a*b*c", "aXc", false}, {"sid", "SID", false},
	}
	for _, tt := range tests {
		t.Run("CACHE-049/"+tt.pattern+" "+tt.name, func(t *testing.T) {
			if got := cloudfront.MatchWildcards(tt.pattern, tt.name); got != tt.want {
				t.Errorf("MatchWildcards(%q, %q) = %v, want %v", tt.pattern, tt.name, got, tt.want)
			}
		})
	}
	t.Run("CACHE-020/literal in policies", func(t *testing.T) {
		p := Compile(&cloudfront.Behavior{CachePolicy: keyed(none, only("s*"), only("a*"))}, nil)
		if p.CarriesCookie("sid") || !p.CarriesCookie("s*") || p.CarriesQuery("ab") || !p.CarriesQuery("a*") {
			t.Error("a star in a policy's list is not literal")
		}
	})
}

// FuzzCookies checks selection against a reference that works on sorted pairs: what is sent are the viewer's cookies
// that were asked for, sorted, and selecting again changes nothing.
func FuzzCookies(f *testing.F) {
	for _, seed := range []string{"sid=1; lang=de; _ga=9", "$a=1;b=2", "a=1;;b", "a = 1", "b=2;a=1;a=0"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		in := http1.Fields{{Name: "Cookie", Value: value}}
		take := func(name string) bool { return len(name)%2 == 1 }
		got := selectCookies(in, take, nil)
		if again := selectCookies(http1.Fields{{Name: "Cookie", Value: got}}, take, nil); again != got {
			t.Errorf("selecting again: %q, then %q", got, again)
		}
		if got == "" {
			return
		}
		var names []string
		for piece := range strings.SplitSeq(got, "; ") {
			name, _, ok := strings.Cut(piece, "=")
			if !ok || name == "" || name[0] == '$' || !take(name) || !strings.Contains(value, piece) {
				t.Errorf("%q was sent of %q", piece, value)
			}
			names = append(names, name)
		}
		if diff := cmp.Diff(slices.Sorted(slices.Values(names)), names); diff != "" {
			t.Errorf("not sorted: %s", diff)
		}
	})
}

// FuzzQuery checks that a selection is a subsequence of the viewer's parameters, holds all that were asked for, and is
// stable.
func FuzzQuery(f *testing.F) {
	for _, seed := range []string{"a=1&b=2", "&&a", "a;b=1&a", "%61=1&a=%"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		take := func(name string) bool { return !strings.HasPrefix(name, "b") }
		got := selectQuery(raw, take, nil)
		if again := selectQuery(got, take, nil); again != got {
			t.Errorf("selecting again: %q, then %q", got, again)
		}
		rest := strings.Split(raw, "&")
		if got != "" {
			for piece := range strings.SplitSeq(got, "&") {
				i := slices.Index(rest, piece)
				if i < 0 {
					t.Fatalf("%q is not in the rest of %q", piece, raw)
				}
				for _, skipped := range rest[:i] {
					if name, _, _ := strings.Cut(skipped, "="); skipped != "" && take(name) {
						t.Errorf("%q is missing", skipped)
					}
				}
				rest = rest[i+1:]
			}
		}
	})
}
