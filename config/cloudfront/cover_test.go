package cloudfront

import (
	"strings"
	"testing"
)

func TestCovers(t *testing.T) {
	tests := []struct {
		name, rule string
		p, q       string
		want       bool
	}{
		{"everything", "REQ-043", "*", "/api/*", true},
		{"everything with a slash", "REQ-043", "/*", "*", true},
		{"prefix", "REQ-043", "/api/*", "/api/v1/*", true},
		{"prefix the other way round", "REQ-043", "/api/v1/*", "/api/*", false},
		{"same", "REQ-043", "images/*", "/images/*", true},
		{"bare path", "REQ-043", "/api/*", "/api", false},
		{"bare path below a looser one", "REQ-043", "/api*", "/api", true},
		{"suffix", "REQ-043", "*.jpg", "/images/*.jpg", true},
		{"suffix is no prefix", "REQ-043", "/images/*", "*.jpg", false},
		{"literal", "REQ-043", "/a/*.js", "/a/b/c.js", true},
		{"case", "REQ-049", "/API/*", "/api/x", false},
		{"mark", "REQ-044", "/a?c", "/abc", true},
		{"literal below mark", "REQ-044", "/abc", "/a?c", false},
		{"mark below star", "REQ-044", "/a*c", "/a?c", true},
		{"star below mark", "REQ-044", "/a?", "/a*", false},
		{"at least one, either order", "REQ-044", "/a?*", "/a*?", true},
		{"at least one, other order", "REQ-044", "/a*?", "/a?*", true},
		{"at least one by a literal", "REQ-044", "/a?*b", "/a*cb", true},
		{"at least one by a literal behind", "REQ-044", "/a*?", "/ac*", true},
		{"at least two", "REQ-044", "/a??*", "/a*c", false},
		{"middle", "REQ-044", "*/api/*", "/v?/api/users", true},
		{"two stars", "REQ-044", "/*a*b*", "/*ab*", true},
		{"two stars the other way round", "REQ-044", "/*ab*", "/*a*b*", false},
		{"overlap", "REQ-044", "/*aa*", "/aaa*", true},
		{"long", "REQ-052", "/" + strings.Repeat("a*", 127), "/" + strings.Repeat("a", 254), true},
		{"entangled", "REQ-052", "/*" + strings.Repeat("?", 30) + "a*", "/*" + strings.Repeat("b?", 60), false},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			if got := MustParsePathPattern(tt.p).Covers(MustParsePathPattern(tt.q)); got != tt.want {
				t.Errorf("%q covers %q: got %v, want %v", tt.p, tt.q, got, tt.want)
			}
		})
	}
}

// Whatever a covered pattern matches, the covering one matches, too.
func FuzzCovers(f *testing.F) {
	f.Add("*", "/api/*", "x")
	f.Add("/a?*", "/a*?", "bcd")
	f.Add("*.jp*", "images/*.jpg", "1/2")
	f.Add("/*ab*", "/*a*b*", "x")
	f.Fuzz(func(t *testing.T, p, q, fill string) {
		if len(p) > 40 || len(q) > 40 || strings.ContainsAny(fill, "?*") {
			return
		}
		wide, err := ParsePathPattern(p)
		if err != nil {
			return
		}
		narrow, err := ParsePathPattern(q)
		if err != nil {
			return
		}
		path := example(narrow.Canonical(), fill)
		if !narrow.Match(path) {
			t.Fatalf("%q does not match %q, which was made for it", narrow, path)
		}
		if wide.Covers(narrow) && !wide.Match(path) {
			t.Errorf("%q covers %q, but does not match %q", wide, narrow, path)
		}
	})
}

// example returns a path that the pattern matches: each "?" takes a byte of fill, each "*" as many as its first says.
func example(pattern, fill string) string {
	var path []byte
	take := func(n int) {
		for ; n > 0; n-- {
			if fill == "" {
				fill = "z"
			}
			path = append(path, fill[0])
			fill = fill[1:]
		}
	}
	for _, c := range []byte(pattern) {
		switch {
		case c == '?':
			take(1)
		case c == '*' && fill != "":
			take(int(fill[0] % 4))
		case c != '*':
			path = append(path, c)
		}
	}
	return string(path)
}

func BenchmarkCovers(b *testing.B) {
	p, q := MustParsePathPattern("/assets/*/img/*.jp?"), MustParsePathPattern("/assets/*/img/thumbs/*.jpg")
	b.ReportAllocs()
	for b.Loop() {
		if !p.Covers(q) {
			b.Fatal("does not cover")
		}
	}
}
