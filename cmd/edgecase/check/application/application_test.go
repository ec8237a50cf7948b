package application

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// inShort writes a route in one line: "GET,POST?OPTIONS!PUT /path (/pattern) kind host×count @place".
func inShort(r Route) string {
	s := strings.Join(r.Methods, ",")
	if len(r.Assumed) > 0 {
		s += "?" + strings.Join(r.Assumed, ",")
	}
	if len(r.Refused) > 0 {
		s += "!" + strings.Join(r.Refused, ",")
	}
	s += " " + r.Path
	if r.Pattern != "" {
		s += " (" + r.Pattern + ")"
	}
	if r.Kind != "" {
		s += " " + string(r.Kind)
	}
	if r.Host != "" {
		s += " " + r.Host
	}
	if r.Count > 0 {
		s += fmt.Sprintf(" ×%d", r.Count)
	}
	if r.At.File != "" {
		s += " @" + r.At.String()
	}
	return s
}

func allInShort(r *Routes) []string {
	var list []string
	for _, route := range r.List {
		list = append(list, inShort(route))
	}
	return list
}

func TestReadList(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
		err        string
	}{
		{"nothing", "", nil, ""},
		{"comments", "\ufeff# routes\n\n  # more\n", nil, ""},
		{"a method", "GET /a\n", []string{"GET /a @r:1"}, ""},
		{"several", "get,POST /a/\r\n", []string{"GET,POST /a/ @r:1"}, ""},
		{"any", "/a\n", []string{"?GET,HEAD,OPTIONS,POST /a @r:1"}, ""},
		{"any by name", "ANY /a # why\n", []string{"?GET,HEAD,OPTIONS,POST /a @r:1"}, ""},
		{"twice", "GET /a\nPOST /a\n/a\n", []string{"GET,POST?HEAD,OPTIONS /a @r:1"}, ""},
		{"placeholders", "GET /u/{id}/p/<slug:name>/:post_id/*", []string{"GET /u/1/p/name/1/x (/u/*/p/*/*/*) @r:1"}, ""},
		{"uuid", "GET /u/<uuid:x>", []string{"GET /u/00000000-0000-4000-8000-000000000001 (/u/*) @r:1"}, ""},
		{"no placeholder", "GET /a:b/{/<", []string{"GET /a:b/%7B/%3C @r:1"}, ""},
		{"escapes", "GET /é/%zz/%41?q#f", []string{"GET /%C3%A9/%25zz/%41 @r:1"}, ""},
		{"health", "GET /api/health/\n", []string{"GET /api/health/ health @r:1"}, ""},
		{"inside", "GET /metrics\nGET /__debug__/x/\n", []string{"GET /__debug__/x/ inside @r:2", "GET /metrics inside @r:1"}, ""},
		{"front", "GET /\nGET /robots.txt\nGET /*\n", []string{"GET / front @r:1", "GET /robots.txt front @r:2", "GET /x (/*) catch-all @r:3"}, ""},
		{"unknown method", "GET /a\nFETCH /a\n", nil, `r:2: "FETCH" is no method that CloudFront passes on; there are GET HEAD OPTIONS PUT POST PATCH DELETE`},
		{"no path", "GET\n", nil, `r:1: "GET" is no path: a path begins with /`},
		{"no method", ", /a\n", nil, `r:1: ", /a" has no method`},
		{"too many words", "GET /a /b\n", nil, `r:1: "GET /a /b" is no route`},
		{"URL", "GET https://www.example.com/a\n", nil, `r:1: "https://www.example.com/a" is no path: a path begins with /`},
		{"long line", "GET /a\nGET /" + strings.Repeat("x", maxLine), nil, "r:2: the line is longer than 65536 bytes"},
		{"long path", "GET /" + strings.Repeat("x", maxPath), nil, "r:1: the path is longer than 8192 bytes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ReadList(strings.NewReader(tt.text), "r")
			if tt.err != "" || err != nil {
				if err == nil || err.Error() != tt.err {
					t.Fatalf("error %v, want %s", err, tt.err)
				}
				return
			}
			if diff := cmp.Diff(tt.want, allInShort(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestTooManyRoutes(t *testing.T) {
	var b strings.Builder
	for i := range MaxRoutes + 1 {
		fmt.Fprintf(&b, "GET /a%d/\n", i)
	}
	_, err := ReadList(strings.NewReader(b.String()), "r")
	if want := fmt.Sprintf("r:%d: there are more than %d routes", MaxRoutes+1, MaxRoutes); err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

func TestGeneralize(t *testing.T) {
	for path, want := range map[string]string{
		"/":                "/",
		"/users/12/posts/": "/users/*/posts/",
		"/users/12.json":   "/users/12.json",
		"/v1/x":            "/v1/x",
		"/p/00000000-0000-4000-8000-00000000000a": "/p/*",
		"/assets/index-3fa9b12c4d5e6f70.js":       "/assets/index-3fa9b12c4d5e6f70.js",
		"/t/dGhpcyBpcyBhIHRva2Vu1234":             "/t/*",
		"/oauth2/callback":                        "/oauth2/callback",
	} {
		if got := generalize(path); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
}

// FuzzReadList holds the reader of lists against its promises: what it gives can be asked for.
func FuzzReadList(f *testing.F) {
	for _, s := range []string{"GET /a\n", "/u/{id}/<int:x>/:y/*\n", "GET,POST /é%zz?q\n# c\n", "GET", "ANY /{", "a /b c"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := ReadList(strings.NewReader(text), "r")
		if err == nil {
			wantSound(t, r)
		}
	})
}

// wantSound holds routes against what every reader promises.
func wantSound(t *testing.T, r *Routes) {
	t.Helper()
	if len(r.List) > MaxRoutes {
		t.Errorf("%d routes", len(r.List))
	}
	for _, route := range r.List {
		for _, p := range []string{route.Path, route.Pattern} {
			if p != "" && (p[0] != '/' || cleanPath(p) != p) {
				t.Errorf("%q is no path that a viewer can send", p)
			}
		}
		if route.Path == "" || len(route.Methods)+len(route.Assumed)+len(route.Refused) == 0 {
			t.Errorf("%+v: no path, or no method", route)
		}
	}
}
