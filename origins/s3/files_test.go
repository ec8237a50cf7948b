package s3

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestPrefix(t *testing.T) {
	tests := []struct {
		name  string
		files map[string]string
		path  string
		want  int
	}{
		{"folder exists", map[string]string{"prod/v1/x": "1", "x": "2"}, "/prod/v1/x", 200},
		{"folder exists, key does not", map[string]string{"prod/v1/y": "1", "x": "2"}, "/prod/v1/x", 403},
		{"directory stands for the folder", map[string]string{"x": "2"}, "/prod/v1/x", 200},
		{"another key", map[string]string{"x": "2"}, "/x", 200},
		{"the prefix itself", map[string]string{"x": "2"}, "/prod/v1", 403},
	}
	for _, tt := range tests {
		t.Run("REQ-315/"+tt.name, func(t *testing.T) {
			if got := ask(t, bucket(t, tt.files, Options{Prefix: "/prod/v1"}), request("GET "+tt.path)); got.Status != tt.want {
				t.Errorf("%+v, want %d", got, tt.want)
			}
		})
	}
}

// Nothing outside of the directory is ever read, and nothing that is no file is waited for.
func TestConfinement(t *testing.T) {
	h := bucket(t, map[string]string{"in/x": "inside"}, Options{})
	outside := t.TempDir()
	write(t, filepath.Join(outside, "secret"), "secret")
	link := func(target, name string) {
		t.Helper()
		if err := os.Symlink(target, filepath.Join(h.opts.Dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	relative, err := filepath.Rel(h.opts.Dir, outside)
	if err != nil {
		t.Fatal(err)
	}
	link("in/x", "good")
	link("in", "goodir")
	link(filepath.Join(outside, "secret"), "absolute")
	link(filepath.Join(relative, "secret"), "relative")
	link(outside, "dir")
	link("loop", "loop")
	link("../"+filepath.Base(h.opts.Dir)+"/in/x", "roundabout")
	tests := []struct {
		path string
		want int
		note string
	}{
		{"/in/x", 200, ""},
		{"/good", 200, ""},
		{"/goodir/x", 200, ""},
		{"/absolute", 403, "leads out of ./dist"},
		{"/relative", 403, "leads out of ./dist"},
		{"/roundabout", 403, "leads out of ./dist"},
		{"/dir/secret", 403, "leads out of ./dist"},
		{"/loop", 403, ""},
		{"/in", 403, "a directory"},
		{"/in/", 403, ""},
		{"/.", 403, ""},
		{"/..", 403, ""},
		{"/in/../in/x", 403, ""},
		{"/in/./x", 403, ""},
		{"/in%2F..%2Fin%2Fx", 403, ""},
		{"/../" + filepath.Base(outside) + "/secret", 403, ""},
		{"/%2e%2e/" + filepath.Base(outside) + "/secret", 403, ""},
		{"/" + outside + "/secret", 403, ""},
		{"/%2F" + strings.TrimPrefix(outside, "/") + "/secret", 403, ""},
		{"/in/x%00", 403, ""},
		{"/in/x%00.html", 403, ""},
		{`/in\x`, 403, ""},
		{`/in%5Cx`, 403, ""},
		{"/" + strings.Repeat("a", 300), 403, ""},
		{"/" + strings.Repeat("a/", 500), 403, ""},
		{"/in/x/y", 403, ""},
		{"/%ff", 403, ""},
	}
	for _, tt := range tests {
		t.Run("REQ-388/"+tt.path, func(t *testing.T) {
			got := ask(t, h, request("GET "+tt.path))
			if got.Status != tt.want {
				t.Fatalf("%+v, want %d", got, tt.want)
			}
			if tt.want == 200 && got.Body != "inside" {
				t.Errorf("body %q", got.Body)
			}
			if tt.note != "" && !strings.Contains(got.Notes[0].Text, tt.note) {
				t.Errorf("notes %v, want %q", got.Notes, tt.note)
			}
		})
	}
}

// TestFolder has an object whose key ends in a slash, which no file can hold.
func TestFolder(t *testing.T) {
	h := bucket(t, map[string]string{"docs/x": digits}, Options{Objects: map[string]Meta{"docs/": {}, "img/": {ContentType: "text/plain"}}})
	if err := os.Chtimes(h.opts.Dir, modified, modified); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		path, kind string
		status     int
	}{
		{"/docs/", "application/x-directory", 200},
		{"/img/", "text/plain", 200},
		{"/docs", "application/xml", 403},
		{"/other/", "application/xml", 403},
	}
	for _, tt := range tests {
		t.Run("REQ-401/"+tt.path, func(t *testing.T) {
			got := ask(t, h, request("GET "+tt.path))
			if got.Status != tt.status || got.field("Content-Type") != tt.kind {
				t.Fatalf("%+v", got)
			}
			if tt.status == 200 && (got.Body != "" || got.field("Content-Length") != "0" || got.field("Last-Modified") != lastModified) {
				t.Errorf("%+v", got)
			}
		})
	}
	t.Run("REQ-401/range", func(t *testing.T) {
		if got := ask(t, h, request("GET /docs/", "Range: bytes=0-")); got.Status != 416 {
			t.Errorf("%+v", got)
		}
	})
	t.Run("REQ-401/condition", func(t *testing.T) {
		if got := ask(t, h, request("GET /docs/", `If-None-Match: "d41d8cd98f00b204e9800998ecf8427e"`)); got.Status != 304 {
			t.Errorf("%+v", got)
		}
	})
}

// The only keys that name a file are the names of the files in the directory, and of the links that stay in it.
func FuzzKey(f *testing.F) {
	dir := f.TempDir()
	inside := filepath.Join(dir, "bucket")
	for _, name := range []string{"secret/s", "bucket/x", "bucket/a/b/c.html"} {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			f.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(filepath.Base(name)), 0o600); err != nil {
			f.Fatal(err)
		}
	}
	for name, target := range map[string]string{"out": "../secret/s", "outdir": "../secret", "absolute": filepath.Join(dir, "secret"),
		"up": "..", "slash": "/", "around": "../bucket/x", "loop": "loop", "in": "a/b/c.html", "indir": "a", "here": "."} {
		if err := os.Symlink(target, filepath.Join(inside, name)); err != nil {
			f.Fatal(err)
		}
	}
	for _, path := range []string{"/x", "/a/b/c.html", "/in", "/indir/b/c.html", "/here/here/x", "/../secret/s", "/%2e%2e%2fsecret%2Fs", "/out",
		"/outdir/s", "/absolute/s", "/up/secret/s", "/up/bucket/x", "/slash/etc/passwd", "/around", "/loop", "/a/../../secret/s",
		"/a/b/", "//", "//x", "/%00", "/x%00", "/%2Fx", "/.", "/./x", `/a\b\c.html`, "/%252e%252e/secret/s", "/X", "/x/", "/\xff"} {
		f.Add(path)
	}
	h := New(Options{Dir: inside})
	f.Fuzz(func(t *testing.T, path string) {
		res := h.Respond(context.Background(), &Request{Method: "GET", Path: path})
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		key, fail := parseKey(path)
		if fail != nil {
			key = ""
		}
		// Links to directories inside may be gone through as often as one likes.
		for strings.HasPrefix(key, "here/") {
			key = strings.TrimPrefix(key, "here/")
		}
		if rest, ok := strings.CutPrefix(key, "indir/"); ok {
			key = "a/" + rest
		}
		want := map[string]string{"x": "x", "a/b/c.html": "c.html", "in": "c.html"}[key]
		switch {
		case res.Status == 200 && (want == "" || string(b) != want):
			t.Fatalf("%q gives %q", path, b)
		case res.Status != 200 && want != "" && len(path) < 300: // a file system bounds the links it follows
			t.Fatalf("%q gives %d", path, res.Status)
		}
	})
}

// The file may change while it is sent: the answer breaks off rather than lie about its length.
func TestFileShrinks(t *testing.T) {
	h := bucket(t, map[string]string{"x": strings.Repeat("x", 1<<20)}, Options{})
	res := h.Respond(t.Context(), request("GET /x"))
	defer res.Body.Close()
	if err := os.Truncate(filepath.Join(h.opts.Dir, "x"), 10); err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(res.Body); err != io.ErrUnexpectedEOF {
		t.Errorf("%d bytes, %v", len(b), err)
	}
}

func TestFileGrows(t *testing.T) {
	h := bucket(t, map[string]string{"x": digits}, Options{})
	res := h.Respond(t.Context(), request("GET /x"))
	defer res.Body.Close()
	f, err := os.OpenFile(filepath.Join(h.opts.Dir, "x"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(digits); err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(res.Body); string(b) != digits || err != nil {
		t.Errorf("%q, %v", b, err)
	}
}

func TestDirectoryComesAndGoes(t *testing.T) {
	h := bucket(t, map[string]string{"x": "1"}, Options{})
	if err := os.RemoveAll(h.opts.Dir); err != nil {
		t.Fatal(err)
	}
	got := ask(t, h, request("GET /x"))
	if got.Status != 403 || len(got.Notes) != 2 || !strings.Contains(got.Notes[1].Text, "the directory ./dist cannot be opened") {
		t.Errorf("without a directory: %+v", got)
	}
	write(t, filepath.Join(h.opts.Dir, "x"), "2")
	if got := ask(t, h, request("GET /x")); got.Body != "2" {
		t.Errorf("built anew: %+v", got)
	}
}
