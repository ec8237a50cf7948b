package s3

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var (
	modified = time.Date(2024, 5, 1, 10, 0, 0, 500_000_000, time.UTC)
	now      = time.Date(2024, 5, 2, 10, 0, 0, 0, time.UTC)
)

const (
	date         = "Thu, 02 May 2024 10:00:00 GMT"
	lastModified = "Wed, 01 May 2024 10:00:00 GMT"
	digits       = "0123456789"
	digitsETag   = `"781e5e245d69b566979b86e28d23f2c7"`
)

// bucket writes files, named by key, into a new directory and returns the bucket over it.
func bucket(t *testing.T, files map[string]string, opts Options) *Handler {
	t.Helper()
	opts.Dir = t.TempDir()
	if opts.Place == "" {
		opts.Place = "./dist"
	}
	opts.Now = func() time.Time { return now }
	for key, content := range files {
		write(t, filepath.Join(opts.Dir, filepath.FromSlash(key)), content)
	}
	return New(opts)
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(name, modified, modified); err != nil {
		t.Fatal(err)
	}
}

// request makes a request from "METHOD /path?query" and "Name: value" lines.
func request(line string, fields ...string) *Request {
	method, target, _ := strings.Cut(line, " ")
	path, query, _ := strings.Cut(target, "?")
	req := &Request{Method: method, Path: path, RawQuery: query, Host: "b.s3.amazonaws.com"}
	for _, f := range fields {
		name, value, _ := strings.Cut(f, ": ")
		req.Fields = append(req.Fields, [2]string{name, value})
	}
	return req
}

// An answer is a response as a test compares it.
type answer struct {
	Status int
	Fields [][2]string
	Body   string
	Notes  []Note
}

func ask(t *testing.T, h *Handler, req *Request) answer {
	t.Helper()
	res := h.Respond(t.Context(), req)
	a := answer{Status: res.Status, Fields: res.Fields, Notes: res.Notes}
	if res.Body != nil {
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		if res.Length >= 0 && int64(len(b)) != res.Length {
			t.Errorf("body of %d bytes, Length %d", len(b), res.Length)
		}
		a.Body = string(b)
	}
	return a
}

func (a answer) field(name string) string {
	for _, f := range a.Fields {
		if strings.EqualFold(f[0], name) {
			return f[1]
		}
	}
	return ""
}

func TestObject(t *testing.T) {
	h := bucket(t, map[string]string{"a/app.js": digits, "empty.html": "", "x": digits}, Options{Objects: map[string]Meta{
		"a/app.js": {CacheControl: "max-age=60", ContentEncoding: "gzip", ContentDisposition: "inline", ContentLanguage: "en",
			ContentType: "text/plain", WebsiteRedirect: "/y", User: map[string]string{"B": "2", "a": "1"}}}})
	plain := func(kind, length, etag string) [][2]string {
		return [][2]string{{"Content-Type", kind}, {"Content-Length", length}, {"Date", date}, {"Last-Modified", lastModified},
			{"ETag", etag}, {"x-amz-server-side-encryption", "AES256"}, {"Accept-Ranges", "bytes"}, {"Server", "AmazonS3"}}
	}
	tests := []struct {
		name, rule string
		req        *Request
		want       answer
	}{
		{"fields in order", "REQ-389", request("GET /x"),
			answer{Status: 200, Fields: plain("binary/octet-stream", "10", digitsETag), Body: digits}},
		{"HEAD", "REQ-389", request("HEAD /x"),
			answer{Status: 200, Fields: plain("binary/octet-stream", "10", digitsETag)}},
		{"empty object", "REQ-389", request("GET /empty.html"),
			answer{Status: 200, Fields: plain("text/html", "0", `"d41d8cd98f00b204e9800998ecf8427e"`)}},
		{"query string is ignored", "REQ-399", request("GET /x?v=1&%zz&a=b=c"),
			answer{Status: 200, Fields: plain("binary/octet-stream", "10", digitsETag), Body: digits}},
		{"metadata", "REQ-389", request("GET /a/app.js"), answer{Status: 200, Fields: [][2]string{
			{"Content-Type", "text/plain"}, {"Content-Length", "10"}, {"Date", date}, {"Last-Modified", lastModified},
			{"ETag", digitsETag}, {"x-amz-server-side-encryption", "AES256"}, {"Cache-Control", "max-age=60"},
			{"Content-Disposition", "inline"}, {"Content-Encoding", "gzip"}, {"Content-Language", "en"},
			{"x-amz-website-redirect-location", "/y"}, {"x-amz-meta-a", "1"}, {"x-amz-meta-b", "2"},
			{"Accept-Ranges", "bytes"}, {"Server", "AmazonS3"}}, Body: digits}},
		{"percent-decoded once", "REQ-388", request("GET /%61%2Fapp.js"), answer{Status: 200, Body: digits}},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			got := ask(t, h, tt.req)
			if tt.want.Fields == nil {
				got.Fields = nil
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// errorXML is an error's body, and errorFields its header.
func errorXML(inner string) string {
	return `<?xml version="1.0" encoding="UTF-8"?>` + "\n<Error>" + inner + "</Error>"
}

var errorFields = [][2]string{{"Content-Type", "application/xml"}, {"Transfer-Encoding", "chunked"}, {"Date", date}, {"Server", "AmazonS3"}}

const denied = "<Code>AccessDenied</Code><Message>Access Denied</Message>"

func TestMissing(t *testing.T) {
	files := map[string]string{"docs/index.html": "x", "About.html": "x", "dir/sub/x": "x", "page": "x", ".env": "secret"}
	noSuchKey := func(key string) string {
		return "<Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><Key>" + key + "</Key>"
	}
	tests := []struct {
		name, rule string
		list       bool
		req        *Request
		status     int
		body       string
		notes      []Note
	}{
		{"without ListBucket", "REQ-391", false, request("GET /god-mode/x.js"), 403, denied,
			[]Note{{"key god-mode/x.js is not in ./dist; no s3:ListBucket, so 403", "REQ-391"}}},
		{"with ListBucket", "REQ-390", true, request("GET /a&b"), 404, noSuchKey("a&amp;b"),
			[]Note{{"key a&b is not in ./dist; s3:ListBucket is granted, so 404", "REQ-390"}}},
		{"HEAD", "REQ-395", true, request("HEAD /nope"), 404, "",
			[]Note{{"key nope is not in ./dist; s3:ListBucket is granted, so 404", "REQ-390"}}},
		{"no index document, T11", "REQ-172", false, request("GET /docs/"), 403, denied, []Note{
			{"key docs/ is not in ./dist; no s3:ListBucket, so 403", "REQ-391"},
			{`./dist/docs/index.html exists, but a bucket's REST endpoint has no index documents, and default_root_object is for "/" only`, "REQ-172"}}},
		{"directory, T11", "REQ-172", false, request("GET /docs"), 403, denied, []Note{
			{"key docs is a directory or a special file in ./dist, no object; no s3:ListBucket, so 403", "REQ-391"},
			{`./dist/docs/index.html exists, but a bucket's REST endpoint has no index documents, and default_root_object is for "/" only`, "REQ-172"}}},
		{"case, T10", "REQ-388", false, request("GET /about.html"), 403, denied, []Note{
			{"key about.html is not in ./dist; no s3:ListBucket, so 403", "REQ-391"},
			{"./dist/About.html exists, but keys are case-sensitive", "REQ-388"}}},
		{"case of a folder", "REQ-388", false, request("GET /DIR/sub/X"), 403, denied, []Note{
			{"key DIR/sub/X is not in ./dist; no s3:ListBucket, so 403", "REQ-391"},
			{"./dist/dir/sub/x exists, but keys are case-sensitive", "REQ-388"}}},
		{"extension", "REQ-388", false, request("GET /About"), 403, denied, []Note{
			{"key About is not in ./dist; no s3:ListBucket, so 403", "REQ-391"},
			{"./dist/About.html exists, but a bucket adds no extension", "REQ-388"}}},
		{"trailing slash", "REQ-401", false, request("GET /page/"), 403, denied, []Note{
			{"key page/ is not in ./dist; no s3:ListBucket, so 403", "REQ-391"},
			{`./dist/page exists, but the key that was asked for ends in "/"`, "REQ-388"}}},
		{"double slash", "REQ-388", true, request("GET /dir//sub/x"), 404, noSuchKey("dir//sub/x"),
			[]Note{{"key dir//sub/x is not in ./dist; s3:ListBucket is granted, so 404", "REQ-390"}}},
		{"second first slash", "REQ-388", true, request("GET //page"), 404, noSuchKey("/page"),
			[]Note{{"key /page is not in ./dist; s3:ListBucket is granted, so 404", "REQ-390"}}},
		{"decoded twice", "REQ-388", true, request("GET /%2570age"), 404, noSuchKey("%70age"),
			[]Note{{"key %70age is not in ./dist; s3:ListBucket is granted, so 404", "REQ-390"}}},
		{"root without ListBucket", "REQ-400", false, request("GET /"), 403, denied,
			[]Note{{`"/" lists the bucket, which takes s3:ListBucket; usually default_root_object is missing`, "REQ-400"}}},
		{"key too long", "REQ-396", false, request("GET /" + strings.Repeat("a", 1025)), 400,
			"<Code>KeyTooLongError</Code><Message>Your key is too long</Message><Size>1025</Size><MaxSizeAllowed>1024</MaxSizeAllowed>", nil},
		{"longest key", "REQ-396", true, request("GET /" + strings.Repeat("a", 1024)), 404, noSuchKey(strings.Repeat("a", 1024)),
			[]Note{{"key " + strings.Repeat("a", 1024) + " is not in ./dist; s3:ListBucket is granted, so 404", "REQ-390"}}},
		{"broken escape", "REQ-396", false, request("GET /a%zz"), 400,
			"<Code>InvalidURI</Code><Message>Couldn&#39;t parse the specified URI.</Message><URI>/a%zz</URI>", nil},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			h := bucket(t, files, Options{ListBucket: tt.list})
			want := answer{Status: tt.status, Fields: errorFields, Notes: tt.notes}
			if tt.body != "" {
				want.Body = errorXML(tt.body)
			}
			if diff := cmp.Diff(want, ask(t, h, tt.req)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
	t.Run("REQ-407/denied", func(t *testing.T) {
		for _, opts := range []Options{{Denied: true}, {Denied: true, Website: &Website{}}} {
			got := ask(t, bucket(t, files, opts), request("GET /page"))
			if got.Status != 403 || len(got.Notes) != 1 || got.Notes[0].Rule != "REQ-407" {
				t.Errorf("%+v", got)
			}
		}
	})
	t.Run("REQ-388/dotfiles are keys", func(t *testing.T) {
		if got := ask(t, bucket(t, files, Options{}), request("GET /.env")); got.Status != 200 || got.Body != "secret" {
			t.Errorf("%+v", got)
		}
	})
	t.Run("OBS-053/region", func(t *testing.T) {
		got := ask(t, bucket(t, nil, Options{Region: "us-west-2"}), request("GET /x"))
		if region := got.field("x-amz-bucket-region"); region != "us-west-2" {
			t.Errorf("x-amz-bucket-region %q", region)
		}
	})
}

func TestHost(t *testing.T) {
	hosts := []string{"b.s3.amazonaws.com", "b"}
	tests := []struct {
		name, host string
		signed     bool
		status     int
		code       string
	}{
		{"own", "B.s3.amazonaws.com", true, 200, ""},
		{"bucket's name", "b", false, 200, ""},
		{"viewer's, public", "www.example.com", false, 404, "<Code>NoSuchBucket</Code><Message>The specified bucket does not exist</Message><BucketName>www.example.com</BucketName>"},
		{"viewer's, signed", "www.example.com", true, 403, "<Code>SignatureDoesNotMatch</Code>"},
	}
	for _, tt := range tests {
		t.Run("REQ-397/"+tt.name, func(t *testing.T) {
			h := bucket(t, map[string]string{"x": digits}, Options{Hosts: hosts, Signed: tt.signed})
			req := request("GET /x")
			req.Host = tt.host
			if got := ask(t, h, req); got.Status != tt.status || !strings.Contains(got.Body, tt.code) {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestSums(t *testing.T) {
	dir := t.TempDir()
	sums := NewSums(2)
	sum := func(name string) string {
		t.Helper()
		f, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		info, err := f.Stat()
		if err != nil {
			t.Fatal(err)
		}
		s, err := sums.sum(t.Context(), f, info, now)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	want := func(content string) string {
		s := md5.Sum([]byte(content))
		return hex.EncodeToString(s[:])
	}
	for _, name := range []string{"a", "b", "c", "d"} {
		write(t, filepath.Join(dir, name), name)
		if got := sum(name); got != want(name) {
			t.Errorf("%s: %s", name, got)
		}
	}
	if n, m := len(sums.known), sums.recent.Len(); n != 2 || m != 2 {
		t.Errorf("%d and %d sums are kept, want 2", n, m)
	}
	write(t, filepath.Join(dir, "d"), "e")
	if got := sum("d"); got != want("d") {
		t.Errorf("same size and time: the sum was computed again")
	}
	// A file that was written just now may be written once more within the same tick.
	name := filepath.Join(dir, "fresh")
	for _, content := range []string{"1", "2"} {
		write(t, name, content)
		if err := os.Chtimes(name, now, now); err != nil {
			t.Fatal(err)
		}
		if got := sum("fresh"); got != want(content) {
			t.Errorf("fresh file with %q has the sum %s", content, got)
		}
	}
}

func TestSumsCanceled(t *testing.T) {
	h := bucket(t, map[string]string{"x": digits}, Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if res := h.Respond(ctx, request("GET /x")); res.Status != 500 {
		t.Errorf("canceled: %d", res.Status)
	}
	if got := ask(t, h, request("GET /x")); got.Status != 200 || got.field("ETag") != digitsETag {
		t.Errorf("afterwards: %+v", got)
	}
}
