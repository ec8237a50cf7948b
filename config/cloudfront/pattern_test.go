package cloudfront

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The vectors of section 2.3 of the request rules.
func TestMatch(t *testing.T) {
	tests := []struct {
		name, rule      string
		pattern, target string
		want            bool
	}{
		{"V01", "REQ-041", "*", "/", true},
		{"V02", "REQ-045", "*", "/any/deep/path.html", true},
		{"V03", "REQ-044", "/*", "/", true},
		{"V04", "REQ-047", "/*", "/index.html", true},
		{"V05", "REQ-048", "/auth/*", "/auth/login", true},
		{"V06", "REQ-044", "/auth/*", "/auth/", true},
		{"V07", "REQ-048", "/auth/*", "/auth", false},
		{"V08", "REQ-048", "/auth/*", "/authx", false},
		{"V09", "REQ-049", "/auth/*", "/Auth/login", false},
		{"V10", "REQ-045", "/auth/*", "/auth/a/b/c?next=/", true},
		{"V11", "REQ-048", "/auth/*", "/x/auth/login", false},
		{"V12", "REQ-044", "/auth*", "/auth", true},
		{"V13", "REQ-044", "/auth*", "/auth/login", true},
		{"V14", "REQ-048", "/auth*", "/authors/list", true},
		{"V15", "REQ-048", "/auth", "/auth", true},
		{"V16", "REQ-068", "/auth", "/auth/", false},
		{"V17", "REQ-048", "/auth", "/auth/login", false},
		{"V18", "REQ-050", "/auth", "/auth?next=/home", true},
		{"V19", "REQ-048", "/auth/", "/auth/login", false},
		{"V20", "REQ-047", "auth/*", "/auth/login", true},
		{"V21", "REQ-047", "api/*", "/api/v1/users", true},
		{"V22", "REQ-049", "/api/*", "/API/x", false},
		{"V23", "REQ-048", "/api/*", "/api", false},
		{"V24", "REQ-048", "/api/*", "/v2/api/x", false},
		{"V25", "REQ-047", "*/api/*", "/v2/api/x", true},
		{"V26", "REQ-047", "*/api/*", "/api/x", false},
		{"V27", "REQ-044", "*api/*", "/api/x", true},
		{"V28", "REQ-048", "*.jpg", "/logo.jpg", true},
		{"V29", "REQ-049", "*.jpg", "/LOGO.JPG", false},
		{"V30", "REQ-045", "*.jpg", "/images/a/b/logo.jpg", true},
		{"V31", "REQ-048", "*.jpg", "/logo.jpg.html", false},
		{"V32", "REQ-048", "*.jpg", "/logo.jpeg", false},
		{"V33", "REQ-050", "*.jpg", "/logo?f=.jpg", false},
		{"V34", "REQ-044", "*.jpg", "/.jpg", true},
		{"V35", "REQ-045", "images/*.jpg", "/images/product1/x.jpg", true},
		{"V36", "REQ-048", "images/*.jpg", "/images/sample.gif", false},
		{"V37", "REQ-040", "images/*", "/images/sample.gif", true},
		{"V38", "REQ-044", "images/*.jp*", "/images/a.jpg", true},
		{"V39", "REQ-044", "images/*.jp*", "/images/a.jpeg", true},
		{"V40", "REQ-044", "images/*.jp*", "/images/a.jp", true},
		{"V41", "REQ-045", "images/*.jp*", "/images/a.jp/b.txt", true},
		{"V42", "REQ-048", "images/*.jp*", "/images.jpg", false},
		{"V43", "REQ-044", "/a?c", "/abc", true},
		{"V44", "REQ-044", "/a?c", "/ac", false},
		{"V45", "REQ-044", "/a?c", "/abbc", false},
		{"V46", "REQ-046", "/a?c", "/a/c", true},
		{"V47", "REQ-050", "/a?c", "/a?c", false},
		{"V48", "REQ-062", "/a?c", "/a%62c", true},
		{"V49", "REQ-063", "/a?c", "/a%20c", false},
		{"V50", "REQ-044", "a??.jpg", "/ant.jpg", true},
		{"V51", "REQ-044", "a??.jpg", "/abe.jpg", true},
		{"V52", "REQ-044", "a??.jpg", "/apple.jpg", false},
		{"V53", "REQ-047", "a??.jpg", "/x/ant.jpg", false},
		{"V54", "REQ-044", "a*.jpg", "/apple.jpg", true},
		{"V55", "REQ-045", "a*.jpg", "/abra/cadabra/magic.jpg", true},
		{"V56", "REQ-047", "a*.jpg", "/img/apple.jpg", false},
		{"V57", "REQ-044", "*.doc*", "/x.doc", true},
		{"V58", "REQ-044", "*.doc*", "/x.docx", true},
		{"V59", "REQ-044", "*.doc?", "/x.doc", false},
		{"V60", "REQ-044", "*.doc?", "/x.docm", true},
		{"V61", "REQ-047", "/*product.jpg", "/newproduct.jpg", true},
		{"V62", "REQ-047", "*product.jpg", "/newproduct.jpg", true},
		{"V63", "REQ-061", "/a/b*", "/a/b?c=1", true},
		{"V64", "REQ-061", "/a/b*", "/a/b/..?c=1", false},
		{"V65", "REQ-061", "/a*", "/a/b/..?c=1", true},
		{"V66", "REQ-059", "/static/*", "//static/app.js", true},
		{"V67", "REQ-059", "/static/*", "/static/../admin/", false},
		{"V68", "REQ-059", "/admin/*", "/static/../admin/", true},
		{"V69", "REQ-062", "/static/*", "/static/./app.js", true},
		{"V70", "REQ-062", "/static/*", "/%73tatic/app.js", true},
		{"V71", "REQ-062", "/admin/*", "/static/%2e%2e/admin/", true},
		{"V72", "REQ-063", "/a/*", "/a%2Fb", false},
		{"V73", "REQ-055", "/a%2Fb", "/a%2Fb", true},
		{"V74", "REQ-063", "/caf?", "/caf%C3%A9", false},
		{"V75", "REQ-063", "/caf*", "/caf%C3%A9", true},
		{"V76", "REQ-053", "/~user/*", "/~user/x", true},
		{"V77", "REQ-062", "/~user/*", "/%7Euser/x", true},
		{"V78", "REQ-054", "/a&b", "/a&b", true},
		{"V79", "REQ-054", "/a&amp;b", "/a&b", true},
		{"V80", "REQ-053", "/a+b", "/a+b", true},
		{"V81", "REQ-063", "/a+b", "/a%20b", false},
		{"V82", "REQ-055", "/a b", "/a%20b", false},
		{"V83", "REQ-056", "/file$1", "/file$1", true},
		{"V84", "REQ-056", "/x.y", "/xzy", false},
		{"V85", "REQ-053", "/@me", "/@me", true},
		{"V86", "REQ-044", "/a*b*c", "/a/1/b/2/c", true},
		{"V87", "REQ-048", "/a*b*c", "/abbcd", false},
		{"V88", "REQ-044", "**", "/anything", true},
		{"V89", "REQ-176", "/index.html", "/", false},

		{"non-adjacent stars", "REQ-044", "/*a*a*a*b", "/" + strings.Repeat("a", 300), false},
		{"mark after slash only", "REQ-047", "?", "/x", true},
		{"one mark is not the root", "REQ-047", "?", "/", false},
		{"brackets are literal", "REQ-044", "/[ab]", "/a", false},
		{"braces are literal", "REQ-044", "/{a,b}", "/a", false},
		{"star is no path character class", "REQ-044", "/a**b", "/a/x/b", true},
		{"encoded question mark", "REQ-063", "/a?b", "/a%3Fb", false},
		{"backslash stays", "REQ-064", "/a/b", `/a\b`, false},
		{"backslash is one character", "REQ-064", "/a?b", `/a\b`, true},
		{"backslash dots are no segments", "REQ-064", "/admin", `/static\..\admin`, false},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			path, _, _ := strings.Cut(tt.target, "?")
			if got := MustParsePathPattern(tt.pattern).Match(NormalizePath(path)); got != tt.want {
				t.Errorf("%q matches %q: got %v, want %v", tt.pattern, tt.target, got, tt.want)
			}
		})
	}
}

// The order vectors of section 2.3.
func TestMatchOrder(t *testing.T) {
	behaviors := []struct{ name, pattern string }{
		{"A", "images/*.jpg"}, {"B", "images/*"}, {"C", "*.gif"}, {"D", "*"},
	}
	tests := []struct{ name, rule, target, want string }{
		{"O1", "REQ-040", "/images/sample.jpg", "A"},
		{"O2", "REQ-043", "/images/sample.gif", "B"},
		{"O3", "REQ-040", "/logo.gif", "C"},
		{"O4", "REQ-041", "/index.html", "D"},
		{"O5", "REQ-049", "/Images/sample.jpg", "D"},
		{"O6", "REQ-048", "/images", "D"},
		{"O7", "REQ-060", "/x/../images/sample.gif", "B"},
		{"O8", "REQ-063", "/images%2Fsample.gif", "C"},
		{"O9", "REQ-050", "/images/?f=x.jpg", "B"},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			path, _, _ := strings.Cut(tt.target, "?")
			path = NormalizePath(path)
			var got string
			for _, b := range behaviors {
				if MustParsePathPattern(b.pattern).Match(path) {
					got = b.name
					break
				}
			}
			if got != tt.want {
				t.Errorf("%s goes to %s, want %s", tt.target, got, tt.want)
			}
		})
	}
}

func TestParsePathPattern(t *testing.T) {
	long := "/" + strings.Repeat("ä", MaxPatternLength-1)
	tests := []struct {
		name, rule string
		pattern    string
		canonical  string
		err        string
	}{
		{name: "leading slash is implied", rule: "REQ-047", pattern: "images/*.jpg", canonical: "/images/*.jpg"},
		{name: "star", rule: "REQ-047", pattern: "*.jpg", canonical: "/*.jpg"},
		{name: "ampersand", rule: "REQ-054", pattern: "/a&amp;b", canonical: "/a&b"},
		{name: "many stars", rule: "REQ-044", pattern: "/*****x**", canonical: "/*x*"},
		{name: "longest", rule: "REQ-052", pattern: long, canonical: long},
		{name: "too long", rule: "REQ-052", pattern: long + "x",
			err: "a path pattern has at most 255 characters, this one has 256"},
		{name: "empty", rule: "REQ-052", err: "a path pattern must not be empty"},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			p, err := ParsePathPattern(tt.pattern)
			if err == nil {
				err = errors.New("")
			}
			if diff := cmp.Diff(tt.err, err.Error()); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.canonical, p.Canonical()); diff != "" {
				t.Errorf("canonical form (-want +got):\n%s", diff)
			}
			if tt.err == "" && p.String() != tt.pattern {
				t.Errorf("String() = %q, want what was written, %q", p, tt.pattern)
			}
		})
	}
}

func TestDefaultPattern(t *testing.T) {
	star := MustParsePathPattern("*")
	tests := []struct {
		name, rule string
		pattern    PathPattern
		want       bool
	}{
		{"star", "REQ-041", star, true},
		{"star of an ordered behavior", "REQ-041", star.Ordered(), false},
		{"everything", "REQ-041", MustParsePathPattern("/*"), false},
		{"nothing", "REQ-041", PathPattern{}, false},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			if got := tt.pattern.Default(); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
	if p := star.Ordered(); p.String() != "*" || !p.Match("/x") {
		t.Errorf("the ordered pattern is %q, and should match everything still", p)
	}
}

func TestNormalizePath(t *testing.T) {
	tests := []struct{ name, rule, path, want string }{
		{"clean", "REQ-062", "/a/b.html", "/a/b.html"},
		{"root", "REQ-062", "/", "/"},
		{"nothing", "REQ-069", "", "/"},
		{"no slash", "REQ-069", "a", "/a"},
		{"slashes", "REQ-059", "//a///b//", "/a/b/"},
		{"only slashes", "REQ-059", "///", "/"},
		{"dots", "REQ-059", "/a/b/../c", "/a/c"},
		{"dots at the root", "REQ-062", "/../../a", "/a"},
		{"final dots", "REQ-062", "/a/b/..", "/a/"},
		{"final dot", "REQ-062", "/a/.", "/a/"},
		{"only dots", "REQ-062", "/..", "/"},
		{"only a dot", "REQ-062", "/.", "/"},
		{"dot and slash", "REQ-062", "/a/./", "/a/"},
		{"up from a directory", "REQ-062", "/a/b/../", "/a/"},
		{"hidden file", "REQ-062", "/.well-known/x", "/.well-known/x"},
		{"dots before a name", "REQ-062", "/a/..b", "/a/..b"},
		{"dots after a name", "REQ-062", "/a/b../c", "/a/b../c"},
		{"three dots", "REQ-062", "/a/.../b", "/a/.../b"},
		{"slashes before dots", "REQ-062", "/a//../b", "/b"},
		{"slashes made by dots", "REQ-062", "/a/.//./b", "/a/b"},
		{"encoded letter", "REQ-062", "/%73tatic", "/static"},
		{"encoded dots", "REQ-062", "/static/%2e%2E/admin/", "/admin/"},
		{"half encoded dots", "REQ-062", "/static/.%2e/admin/", "/admin/"},
		{"encoded tilde", "REQ-062", "/%7euser", "/~user"},
		{"hex digits", "REQ-062", "/a%2fb%c3%a9", "/a%2Fb%C3%A9"},
		{"already upper case", "REQ-063", "/a%2Fb%C3%A9", "/a%2Fb%C3%A9"},
		{"encoded slash is no slash", "REQ-063", "/a/%2F/../b", "/a/b"},
		{"encoded dots after an encoded slash", "REQ-063", "/a%2F..%2Fb", "/a%2F..%2Fb"},
		{"encoded percent", "REQ-063", "/%2541", "/%2541"},
		{"percent alone", "REQ-150", "/100%", "/100%25"},
		{"percent before an escape", "REQ-150", "/%%34%31", "/%2541"},
		{"cut escape", "REQ-150", "/%4", "/%254"},
		{"backslash", "REQ-064", `/a\..\b`, `/a\..\b`},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, NormalizePath(tt.path)); diff != "" {
				t.Errorf("NormalizePath(%q) (-want +got):\n%s", tt.path, diff)
			}
		})
	}
}

func TestMatchDoesNotAllocate(t *testing.T) {
	p := MustParsePathPattern("/images/*/thumb-??.jp*")
	var matched bool
	for path, want := range map[string]bool{"/images/2024/01/thumb-07.jpeg": true, "/images/2024/01/x": false, "/caf%C3%A9": false} {
		n := testing.AllocsPerRun(100, func() {
			if NormalizePath(path) != path {
				t.Errorf("%q is clean, but was changed", path)
			}
			matched = p.Match(path)
		})
		if matched != want {
			t.Errorf("%s matches %q: %v, want %v", p, path, matched, want)
		}
		if n != 0 {
			t.Errorf("normalizing and matching %q allocates %v times, want 0", path, n)
		}
	}
}

func FuzzMatch(f *testing.F) {
	for _, pattern := range []string{"*", "/a?c", "*/api/*", "/a*b*c", "*.doc?", "/*a*a*b", "a??*?*"} {
		f.Add(pattern, "/a/b/c.doc")
		f.Add(pattern, "/abcabc")
	}
	f.Fuzz(func(t *testing.T, pattern, path string) {
		if len(path) > 500 {
			return // the reference is slow
		}
		p, err := ParsePathPattern(pattern)
		if err != nil {
			return
		}
		if got, want := p.Match(path), reference(p.Canonical(), path); got != want {
			t.Errorf("%q matches %q: got %v, want %v", pattern, path, got, want)
		}
	})
}

// reference decides by the definition: row[j] tells whether the first j bytes of the path match the pattern so far.
func reference(pattern, path string) bool {
	row := make([]bool, len(path)+1)
	row[0] = true
	for _, c := range []byte(pattern) {
		next := make([]bool, len(path)+1)
		next[0] = c == '*' && row[0]
		for j := range len(path) {
			next[j+1] = c == '*' && (row[j+1] || next[j]) || c != '*' && row[j] && (c == '?' || c == path[j])
		}
		row = next
	}
	return row[len(path)]
}

func FuzzNormalizePath(f *testing.F) {
	for _, path := range []string{
		"/", "", "//a", "/a/../b", "/%2e%2e/x", "/a%2fb", "/%%34%31", "/.well-known/x", "/a/..b", "/a/.", "/a/./..", "/%",
	} {
		f.Add(path)
	}
	f.Fuzz(func(t *testing.T, path string) {
		got := NormalizePath(path)
		if again := NormalizePath(got); again != got {
			t.Errorf("NormalizePath(%q) = %q, which becomes %q", path, got, again)
		}
		if err := checkNormal(got); err != nil {
			t.Errorf("NormalizePath(%q) = %q: %v", path, got, err)
		}
	})
}

func checkNormal(path string) error {
	if !strings.HasPrefix(path, "/") || strings.Contains(path, "//") {
		return errors.New("not single slashes from the beginning")
	}
	for _, segment := range strings.Split(path, "/") {
		if segment == "." || segment == ".." {
			return errors.New("a dot segment is left")
		}
	}
	for _, rest := range strings.Split(path, "%")[1:] {
		var c byte
		if len(rest) < 2 {
			return errors.New("a percent sign begins no escape")
		}
		if _, err := fmt.Sscanf(rest[:2], "%02X", &c); err != nil || rest[:2] != fmt.Sprintf("%02X", c) {
			return fmt.Errorf("%%%s is no escape in upper case", rest[:2])
		}
		if strings.ContainsRune("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~", rune(c)) {
			return fmt.Errorf("%%%s need not be escaped", rest[:2])
		}
	}
	return nil
}

func BenchmarkMatch(b *testing.B) {
	patterns := []PathPattern{
		MustParsePathPattern("/api/*"), MustParsePathPattern("/live/*"), MustParsePathPattern("*.jpg"),
		MustParsePathPattern("/images/*/thumb-??.*"), MustParsePathPattern("*"),
	}
	const path = "/images/products/2024/large/thumb-0x.webp"
	b.ReportAllocs()
	for b.Loop() {
		normal := NormalizePath(path)
		for _, p := range patterns {
			p.Match(normal)
		}
	}
}
