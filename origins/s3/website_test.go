package s3

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWebsite(t *testing.T) {
	files := map[string]string{"index.html": "home", "docs/index.html": "docs", "a b/index.html": "blank", "about": "about", "404.html": "lost", "moved": ""}
	objects := map[string]Meta{"moved": {WebsiteRedirect: "https://example.com/new"}}
	tests := []struct {
		name, rule string
		list       bool
		site       Website
		req        *Request
		status     int
		body       string
		location   string
	}{
		{"root", "REQ-412", false, Website{}, request("GET /"), 200, "home", ""},
		{"folder", "REQ-412", false, Website{}, request("GET /docs/"), 200, "docs", ""},
		{"object", "REQ-413", false, Website{}, request("GET /about"), 200, "about", ""},
		{"folder without slash", "REQ-413", false, Website{}, request("GET /docs?x=1"), 302, "<li>Code: Found</li>", "/docs/"},
		{"folder with a blank", "REQ-413", false, Website{}, request("GET /a%20b"), 302, "<li>Code: Found</li>", "/a%20b/"},
		{"missing, no list", "REQ-417", false, Website{}, request("GET /nope"), 403, "<li>Code: AccessDenied</li>\n<li>Message: Access Denied</li>\n<li>RequestId: ", ""},
		{"missing, list", "REQ-415", true, Website{}, request("GET /no<pe/"), 404,
			"<html>\n<head><title>404 Not Found</title></head>\n<body>\n<h1>404 Not Found</h1>\n<ul>\n<li>Code: NoSuchKey</li>\n" +
				"<li>Message: The specified key does not exist.</li>\n<li>Key: no&lt;pe/index.html</li>\n<li>RequestId: ", ""},
		{"other index document", "REQ-412", true, Website{IndexDocument: "home.html"}, request("GET /docs/"), 404, "<li>Key: docs/home.html</li>", ""},
		{"error document", "REQ-416", true, Website{ErrorDocument: "404.html"}, request("GET /nope", "Range: bytes=0-1"), 404, "lost", ""},
		{"error document is missing", "REQ-416", true, Website{ErrorDocument: "500.html"}, request("GET /nope"), 404,
			"</ul>\n<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>\n<ul>\n<li>Code: NoSuchKey</li>\n" +
				"<li>Message: The specified key does not exist.</li>\n<li>Key: 500.html</li>\n</ul>\n<hr/>\n</body>\n</html>\n", ""},
		{"POST", "REQ-103", false, Website{}, request("POST /about"), 405,
			"<li>Code: MethodNotAllowed</li>\n<li>Message: The specified method is not allowed against this resource.</li>\n<li>Method: POST</li>\n<li>ResourceType: OBJECT</li>\n", ""},
		{"PUT", "REQ-102", false, Website{}, request("PUT /about"), 405, "<h1>405 Method Not Allowed</h1>", ""},
		{"OPTIONS without CORS rules", "REQ-102", false, Website{}, request("OPTIONS /about", "Origin: https://x"), 403, "<li>Code: AccessForbidden</li>", ""},
		{"redirect of an object", "REQ-419", false, Website{}, request("GET /moved"), 301, "", "https://example.com/new"},
		{"redirect of everything", "REQ-419", false, Website{RedirectAll: "https://example.com"}, request("GET /x/y"), 301, "", "https://example.com/x/y"},
		{"HEAD", "REQ-395", false, Website{}, request("HEAD /nope"), 403, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			h := bucket(t, files, Options{Website: &tt.site, ListBucket: tt.list, Objects: objects})
			got := ask(t, h, tt.req)
			if got.Status != tt.status || !strings.Contains(got.Body, tt.body) || got.field("Location") != tt.location {
				t.Errorf("%+v", got)
			}
			if tt.req.Method == "HEAD" && got.Body != "" {
				t.Errorf("body %q", got.Body)
			}
			if kind := got.field("Content-Type"); tt.status >= 400 && tt.body != "lost" && kind != "text/html; charset=utf-8" {
				t.Errorf("Content-Type %q", kind)
			}
		})
	}
}

// OBS-052: pages of a website have a length, and are not sent in chunks.
func TestWebsitePageLength(t *testing.T) {
	h := bucket(t, nil, Options{Website: &Website{ErrorDocument: "error.html"}, ListBucket: true})
	got := ask(t, h, request("GET /group/123"))
	if length := got.field("Content-Length"); length != fmt.Sprint(len(got.Body)) {
		t.Errorf("Content-Length %s of %d bytes", length, len(got.Body))
	}
}

func TestWebsiteNearMisses(t *testing.T) {
	h := bucket(t, map[string]string{"About.html": "x", "docs/index.html": "x"}, Options{Website: &Website{IndexDocument: "home.html"}, ListBucket: true})
	tests := []struct {
		name, path string
		want       []Note
	}{
		{"case, T10", "/about.html", []Note{
			{"key about.html is not in ./dist; its keys may be listed by everybody, so 404", "REQ-417"},
			{"./dist/About.html exists, but keys are case-sensitive", "REQ-388"}}},
		{"extension", "/About", []Note{
			{"key About is not in ./dist; its keys may be listed by everybody, so 404", "REQ-417"},
			{"./dist/About.html exists, but a bucket adds no extension", "REQ-388"}}},
		{"another index document", "/docs", []Note{
			{"key docs is a directory or a special file in ./dist, no object; its keys may be listed by everybody, so 404", "REQ-417"}}},
	}
	for _, tt := range tests {
		t.Run("REQ-417/"+tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, ask(t, h, request("GET "+tt.path)).Notes); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}
