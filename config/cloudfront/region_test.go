package cloudfront

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// region reads "/a* & *.jpg - /ab -/ac": the patterns that must match, and those that must not.
func region(s string) Region {
	var r Region
	in, out, _ := strings.Cut(s+" ", "- ")
	for _, p := range strings.Split(in, " & ") {
		if p = strings.TrimSpace(p); p != "" {
			r.All = append(r.All, MustParsePathPattern(p))
		}
	}
	for _, p := range strings.Fields(out) {
		r.None = append(r.None, MustParsePathPattern(p))
	}
	return r
}

func TestRegionWitness(t *testing.T) {
	tests := []struct{ name, rule, region, want string }{
		{"everything", "REQ-044", "", "/"},
		{"directory", "REQ-044", "/auth/*", "/auth/"},
		{"mark", "REQ-044", "/a?c*", "/abc"},
		{"mark alone", "REQ-046", "/?", "/a"},
		{"other than named", "REQ-044", "/?* - /a* /b*", "/c"},
		{"suffix", "REQ-047", "*.jpg", "/a.jpg"},
		{"suffix that must have no more", "REQ-047", "*.jpg - /?*.jpg", "/.jpg"},
		{"dot segment", "REQ-062", "/a/?", "/a/b"},
		{"a dot is no segment", "REQ-062", "/a/.", ""},
		{"two dots neither", "REQ-062", "/a/../b", ""},
		{"three dots are", "REQ-062", "/a/...", "/a/..."},
		{"two slashes", "REQ-059", "/a//b", ""},
		{"two slashes in a star", "REQ-059", "/a/*/b - /a/?*/b", ""},
		{"only a slash between", "REQ-059", "/a?b - /a??b", "/acb"},
		{"escape", "REQ-063", "/a%2Fb", "/a%2Fb"},
		{"escape in lower case", "REQ-062", "/a%2fb", ""},
		{"escape of a letter", "REQ-062", "/a%62b", ""},
		{"escape of a byte", "REQ-063", "/caf%C3%A9", "/caf%C3%A9"},
		{"some escape", "REQ-063", "/%??", "/%22"},
		{"broken escape", "REQ-150", "/100%", ""},
		{"escape after a star", "REQ-150", "*%", ""},
		{"blank", "REQ-055", "/a b", ""},
		{"fragment", "REQ-055", "/a#*", ""},
		{"both", "REQ-048", "/img/* & *.jpg", "/img/a.jpg"},
		{"both with a common middle", "REQ-044", "/ab* & *ba", "/aba"},
		{"apart", "REQ-049", "/api/* & /API/*", ""},
		{"apart at the end", "REQ-048", "*.jpg & *.png", ""},
		{"apart by length", "REQ-044", "/?? & /???", ""},
		{"covered", "REQ-043", "/api/v1/* - /api/*", ""},
		{"covered by two", "REQ-043", "/a/* - /a/ /a/?*", ""},
		{"not quite covered by two", "REQ-043", "/a/* - /a/ /a/??*", "/a/b"},
		{"below everything", "REQ-043", "*.css - /*", ""},
		{"at least one, either order", "REQ-044", "/a?* - /a*?", ""},
		{"all but a bare path", "REQ-048", "/api* - /api/*", "/api"},
		{"not that either", "REQ-048", "/api* - /api/* /api", "/apib"},
		{"ampersand", "REQ-054", "/a&amp;b", "/a&b"},
		{"nothing named is left", "REQ-044", "/? - /b /c /d", "/a"},
		{"two conditions on one star", "REQ-044", "/*a*a* & /*b*b* - /*ab* /*aa* /*bb*", "/bacba"},
		{"two conditions that can be met", "REQ-044", "/*a*a* & /*b*b* - /*ab*", "/bbaa"},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			r := region(tt.region)
			got, x := r.Witness()
			if got != tt.want || x != (map[bool]Extent{true: Inhabited, false: Empty})[tt.want != ""] {
				t.Errorf("%s: got %q, %s, want %q", tt.region, got, x, tt.want)
			}
			if x == Inhabited && (!r.Contains(got) || NormalizePath(got) != got) {
				t.Errorf("%s: %q is not in the region, or no normal path", tt.region, got)
			}
		})
	}
}

// letters of the exhaustive comparison: what patterns are made of, what normalizing looks at, and one that is neither.
const pathLetters, patternLetters = "/.abz", "/.ab**??"

// allPaths returns all normal paths up to a length, the shortest first.
var allPaths = func() []string {
	list, last := []string{"/"}, []string{"/"}
	for range 5 {
		var longer []string
		for _, s := range last {
			for _, c := range pathLetters {
				longer = append(longer, s+string(c))
			}
		}
		last = longer
		for _, s := range longer {
			if NormalizePath(s) == s {
				list = append(list, s)
			}
		}
	}
	return list
}()

// checkRegion compares the answer about a region with all paths up to a length.
func checkRegion(r Region) error {
	got, x := new(Survey).Witness(r)
	if x == Undecided {
		return nil
	}
	if x == Inhabited && (!r.Contains(got) || NormalizePath(got) != got) {
		return fmt.Errorf("%q is no witness", got)
	}
	for _, path := range allPaths {
		if !r.Contains(path) {
			continue
		}
		if x == Empty {
			return fmt.Errorf("empty, but it holds %q", path)
		}
		if named := strings.Count(got, "/.") < strings.Count(path, "/."); len(got) > len(path) && (!named || len(got) > len(path)+1) {
			return fmt.Errorf("witness %q, but %q is shorter", got, path)
		}
		return nil
	}
	if x == Inhabited && len(got) <= 6 && !strings.ContainsFunc(got, func(c rune) bool { return !strings.ContainsRune(pathLetters, c) }) {
		return fmt.Errorf("witness %q is not among the paths", got)
	}
	return nil
}

// makeRegion makes a region of the bytes of a fuzzer.
func makeRegion(data []byte) Region {
	var r Region
	for i, s := range strings.SplitN(string(data), "\x00", 5) {
		var p []byte
		for _, c := range []byte(s[:min(len(s), 7)]) {
			p = append(p, patternLetters[int(c)%len(patternLetters)])
		}
		pattern, err := ParsePathPattern(string(p))
		if err != nil {
			continue
		}
		if i < 1 || i == 2 && len(s) > 3 {
			r.All = append(r.All, pattern)
		} else {
			r.None = append(r.None, pattern)
		}
	}
	return r
}

func show(r Region) string { return fmt.Sprintf("all of %s, none of %s", r.All, r.None) }

// Every answer agrees with brute force: no path up to six bytes is in a region that is said to be empty, and none is
// shorter than the witness.
func FuzzRegion(f *testing.F) {
	for _, s := range []string{"/*a\x00/a", "/a?*\x00/*?", "/*/.*\x00/?\x00a*a*a\x00/.", "*a*b*\x00*ab*\x00*ba*\x00*a"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r := makeRegion(data)
		if err := checkRegion(r); err != nil {
			t.Errorf("%s: %v", show(r), err)
		}
		short := new(Survey).Simplify(r)
		for _, path := range allPaths {
			if r.Contains(path) != short.Contains(path) {
				t.Fatalf("%s became %s, which differs about %q", show(r), show(short), path)
			}
		}
	})
}

// What a fuzzer finds in minutes, in a second: a fixed choice of regions.
func TestRegionAgainstBruteForce(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	inhabited := 0
	for range 3000 {
		data := make([]byte, 8+random.IntN(20))
		for i := range data {
			data[i] = byte(random.IntN(2) * random.IntN(256))
		}
		r := makeRegion(data)
		if err := checkRegion(r); err != nil {
			t.Fatalf("%s: %v", show(r), err)
		}
		if _, x := r.Witness(); x == Inhabited {
			inhabited++
		}
	}
	if inhabited < 500 || inhabited > 2900 {
		t.Errorf("%d of 3000 regions hold a path: a one-sided choice", inhabited)
	}
}

// Patterns made to be hard end with an answer, or without one, in bounded work; the bound holds for all questions to a
// survey together.
func TestEntangled(t *testing.T) {
	marks := func(c string, n int) string { return "/*" + c + strings.Repeat("?", n) }
	tests := []struct {
		name, rule, region string
		want               Extent
	}{
		{"many stars", "REQ-052", "/" + strings.Repeat("a*", 126) + " - /" + strings.Repeat("*a", 126) + "*", Empty},
		{"many stars, one more", "REQ-052", "/" + strings.Repeat("a*", 126) + " - /" + strings.Repeat("*a", 127), Inhabited},
		{"many stars in both", "REQ-052", "/" + strings.Repeat("a*", 127) + " & /" + strings.Repeat("*b", 127), Inhabited},
		{"a position far from the end", "REQ-052", marks("a", 200) + " - " + marks("b", 200), Inhabited},
		{"two positions", "REQ-052", "/* - " + marks("a", 60) + " " + marks("b", 60), Inhabited},
		{"marks between", "REQ-052", "/*" + strings.Repeat("b?", 60) + " - /*" + strings.Repeat("?", 30) + "a*", Inhabited},
		{"marks that leave nothing", "REQ-052", "/*" + strings.Repeat("?", 40) + "a* - " + strings.Repeat("?", 30) + "*a*", Empty},
		{"three at once", "REQ-052", "/" + strings.Repeat("*a", 126) + "* & /" + strings.Repeat("*b", 126) + "* & /" + strings.Repeat("*c", 126) + "*", Undecided},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			var s Survey
			if path, x := s.Witness(region(tt.region)); x != tt.want {
				t.Errorf("got %q, %s after %d steps, want %s", path, x, s.work, tt.want)
			}
		})
	}
}

func TestReach(t *testing.T) {
	tests := []struct {
		name, rule string
		list       string
		want       Reach // of the last
	}{
		{"alone", "REQ-040", "/a/*", Reach{Extent: Inhabited, Witness: "/a/"}},
		{"unreachable", "REQ-043", "/a/* /b/* /a/b/*", Reach{Covered: []int{0}}},
		{"by one of several", "REQ-043", "/a/? /a/?* /a/* /a/b", Reach{Covered: []int{0}}},
		{"by two together", "REQ-043", "/x /a/ /a/b /a/?* /a/*", Reach{Covered: []int{1, 3}}},
		{"default below everything", "REQ-043", "/api/* /* *", Reach{Covered: []int{1}}},
		{"matches nothing", "REQ-055", "/a* /a%2f", Reach{}},
		{"partly shadowed", "REQ-043", "/img/* /api/* *.jpg", Reach{
			Extent: Inhabited, Witness: "/b.jpg", Shadows: []Shadow{{0, "/img/a.jpg"}, {1, "/api/b.jpg"}}}},
		{"shadowed by the first only", "REQ-043", "/img/* /img/a/* *.jpg", Reach{
			Extent: Inhabited, Witness: "/b.jpg", Shadows: []Shadow{{0, "/img/a.jpg"}}}},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			var list []PathPattern
			for _, p := range strings.Fields(tt.list) {
				list = append(list, MustParsePathPattern(p))
			}
			if diff := cmp.Diff(tt.want, new(Survey).Reach(list, len(list)-1)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.list, diff)
			}
		})
	}
}

func TestSimplify(t *testing.T) {
	tests := []struct{ name, rule, region, want string }{
		{"nothing to do", "REQ-040", "/a/* - /a/b", "/a/* - /a/b"},
		{"all but one follow", "REQ-048", "* & /a* & /a/*", "/a/*"},
		{"what is elsewhere", "REQ-048", "/a/* - /b/* /a/b /c", "/a/* - /a/b"},
		{"what another takes", "REQ-043", "/a/* - /a/b/c /a/b/*", "/a/* - /a/b/*"},
		{"what two others take", "REQ-043", "/a/* - /a/b/* /a/b/ /a/b/?*", "/a/* - /a/b/*"},
		{"twice", "REQ-058", "/a/* & a/* - a/b /a/b", "/a/* - a/b"},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			if diff := cmp.Diff(show(region(tt.want)), show(new(Survey).Simplify(region(tt.region)))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// manyPatterns are the 75 of a large distribution: prefixes of applications, file types, hashed assets, languages.
func manyPatterns() []PathPattern {
	var list []PathPattern
	add := func(format string, names ...string) {
		for _, name := range names {
			list = append(list, MustParsePathPattern(fmt.Sprintf(format, name)))
		}
	}
	add("/api/v1/%s/*", "users", "orders", "search", "carts", "items", "auth", "media", "events", "health", "teams")
	add("/%s*", "api", "login", "logout", "admin", "sitemap", "robots.txt", "favicon.ico", ".well-known/")
	add("*/static/*.%s", "css", "js", "map", "woff", "woff2", "ttf", "svg", "png", "jpg", "webp")
	add("/_next/%s/*", "static", "image", "data", "webpack-hmr")
	add("/%s/docs/*/index.html", "en", "fr", "de", "es", "it", "pt", "nl", "pl", "ja", "zh")
	add("*.%s", "css", "js", "png", "jpg", "jpeg", "gif", "svg", "ico", "woff", "woff2", "pdf", "zip", "mp4", "webm", "txt")
	add("/??/%s/*", "blog", "help", "legal", "press", "jobs", "shop", "news")
	add("/wp-*/%s?*", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j")
	add("%s", "*")
	return list
}

func BenchmarkSurvey(b *testing.B) {
	list := manyPatterns()
	if len(list) != 75 {
		b.Fatalf("%d patterns", len(list))
	}
	b.Run("reach", func(b *testing.B) { // of each: whether it is used, and each that takes a part of it
		for b.Loop() {
			var s Survey
			for i := range list {
				if s.Reach(list, i).Extent == Undecided {
					b.Fatal("undecided")
				}
			}
		}
	})
	b.Run("cover", func(b *testing.B) { // of each: whether it is used
		for b.Loop() {
			var s Survey
			for i := range list {
				s.Cover(list, i)
			}
		}
	})
}
