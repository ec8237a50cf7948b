package application

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// entry writes one entry of a HAR file.
func entry(method, url string, status int, mediaType, resource string) string {
	e := map[string]any{
		"startedDateTime": "2026-01-01T00:00:00Z",
		"request":         map[string]any{"method": method, "url": url, "headers": []any{map[string]string{"name": "url", "value": "x"}}},
		"response":        map[string]any{"status": status, "content": map[string]any{"size": 1, "mimeType": mediaType, "text": "x"}},
	}
	if resource != "" {
		e["_resourceType"] = resource
	}
	text, _ := json.Marshal(e) // maps of texts and numbers
	return string(text)
}

func harOf(entries ...string) string {
	return `{"log":{"version":"1.2","pages":[{"id":"page_1"}],"entries":[` + strings.Join(entries, ",\n") + `]}}`
}

func TestReadHAR(t *testing.T) {
	const site = "https://www.example.com"
	tests := []struct {
		name, text  string
		want, notes []string
		err         string
	}{
		{"nothing", harOf(), nil, nil, ""},
		{"a change", harOf(entry("POST", site+"/auth/x?y=1", 200, "application/json", "xhr")), []string{"POST /auth/x www.example.com ×1"}, nil, ""},
		{"again", harOf(entry("POST", site+"/a/1/", 200, "", ""), entry("PUT", site+"/a/2/", 204, "", "")), []string{"POST,PUT /a/1/ (/a/*/) www.example.com ×2"}, nil, ""},
		{"data", harOf(entry("GET", site+"/api/me", 200, "application/json; charset=utf-8", "fetch")), []string{"GET /api/me www.example.com ×1"}, nil, ""},
		{"refused data", harOf(entry("GET", site+"/api/me", 401, "application/json", "fetch")), []string{"GET /api/me www.example.com ×1"}, nil, ""},
		{"events", harOf(entry("GET", site+"/api/events", 200, "text/event-stream", "eventsource")), []string{"GET /api/events www.example.com ×1"}, nil, ""},
		{"files", harOf(entry("GET", site+"/", 200, "text/html", "document"), entry("GET", site+"/app.json", 200, "application/json", "fetch"),
			entry("OPTIONS", site+"/api/", 204, "", "preflight")), nil, []string{"3 requests for files are left out"}, ""},
		{"a change that nobody takes", harOf(entry("POST", site+"/x", 404, "text/html", "xhr"), entry("POST", site+"/y", 403, "application/xml", "xhr")), nil,
			[]string{"2 requests for files are left out"}, ""},
		{"a change that CloudFront refused", harOf(entry("POST", site+"/x", 403, "text/html", "xhr")), []string{"POST /x www.example.com ×1"}, nil, ""},
		{"a socket", harOf(entry("GET", "wss://www.example.com/live/7", 101, "", "websocket")), []string{"GET /live/7 (/live/*) websocket www.example.com ×1"}, nil, ""},
		{"others", harOf(entry("POST", site+"/x", 200, "", ""), entry("POST", "https://stats.example.net/collect", 200, "", "")),
			[]string{"POST /x www.example.com ×1"}, []string{"1 requests to other hosts are left out"}, ""},
		{"a local name", harOf(entry("POST", "http://localhost:8000/x", 200, "", "")), []string{"POST /x localhost:8000 ×1"}, nil, ""},
		{"none of ours", harOf(entry("POST", "https://staging.example.net/x", 200, "", ""), entry("POST", "https://stats.example.net/collect", 200, "", "")),
			[]string{"POST /x staging.example.net ×1"}, []string{"staging.example.net is taken for the site: it was asked first", "1 requests to other hosts are left out"}, ""},
		{"other schemes", harOf(entry("GET", "data:image/png;base64,xx", 200, "", ""), entry("GET", "blob:x", 200, "", "")), nil, nil, ""},
		{"mark and other members", "\ufeff" + `{"x":[1,2.5e3,null,true,{"a":[]}],"log":{"creator":{"name":"é\u00e9\ud83d\ude00\n"},"entries":[{"request":null}]}}`, nil, nil, ""},
		{"empty", "", nil, nil, "h:1: it is no HAR file: it does not begin with {"},
		{"no entries", `{"log":{}}`, nil, nil, "h: it is no HAR file: it has no log.entries"},
		{"another document", `{"a":1}`, nil, nil, "h: it is no HAR file: it has no log.entries"},
		{"broken", "{\"log\":{\n\"entries\":[{]}}", nil, nil, `h:2: it is no HAR file: there is "]" where a name should be`},
		{"ends", "{\"log\":{\"entries\":[", nil, nil, "h:1: it is no HAR file: the document ends in the middle"},
		{"behind it", harOf() + "x", nil, nil, "h:1: it is no HAR file: there is more behind the document"},
		{"deep", `{"a":` + strings.Repeat("[", 600), nil, nil, "h:1: it is no HAR file: the document is nested more than 512 deep"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ours := func(host string) bool { return host == "www.example.com" || Local(host) }
			got, err := ReadHAR(strings.NewReader(tt.text), "h", ours, nil)
			if tt.err != "" || err != nil {
				if err == nil || err.Error() != tt.err {
					t.Fatalf("error %v, want %s", err, tt.err)
				}
				return
			}
			if diff := cmp.Diff(tt.want, allInShort(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.notes, got.Notes); diff != "" {
				t.Errorf("notes (-want +got):\n%s", diff)
			}
		})
	}
}

// A recording is a HAR file of a size, made while it is read.
type recording struct {
	left int64
	rest []byte
	body []byte
	n    int
}

func newRecording(size int64, body int) *recording {
	return &recording{left: size, rest: []byte(`{"log":{"entries":[`), body: bytes.Repeat([]byte(strings.Repeat("base64", 20)+`\u0041\"`), body/128)}
}

func (r *recording) Read(p []byte) (int, error) {
	for len(r.rest) == 0 {
		if r.left < 0 {
			return 0, io.EOF
		}
		sep := ","
		if r.n == 0 {
			sep = ""
		}
		r.n++
		r.rest = append(r.rest, sep+`{"request":{"method":"POST","url":"https://www.example.com/api/`+string(rune('a'+r.n%26))+`"},"response":{"status":200,"content":{"text":"`...)
		r.rest = append(append(r.rest, r.body...), `"}}}`...)
		if r.left -= int64(len(r.rest)); r.left < 0 {
			r.rest = append(r.rest, "]}}"...)
		}
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// TestLargeHAR reads 100 MB with bodies of 10 MB, and many small ones, and keeps next to nothing of them.
func TestLargeHAR(t *testing.T) {
	for _, tt := range []struct {
		name string
		size int64
		body int
	}{{"large bodies", 100 << 20, 10 << 20}, {"small bodies", 10 << 20, 4 << 10}} {
		t.Run(tt.name, func(t *testing.T) {
			size, body := tt.size, tt.body
			in := newRecording(size, body)
			peak := watchMemory(t)
			var told int64
			got, err := ReadHAR(in, "h", func(string) bool { return true }, func(bytes int64, _ int) { told = bytes })
			if err != nil {
				t.Fatal(err)
			}
			if len(got.List) == 0 || len(got.List) > 26 {
				t.Errorf("%d routes", len(got.List))
			}
			if grown := peak(); grown > 4*int64(body)+(16<<20) {
				t.Errorf("it took %d MB more", grown>>20)
			}
			if body < 1<<20 && told < size/2 {
				t.Errorf("the meter stands at %d", told)
			}
		})
	}
}

// watchMemory returns how much the heap has grown since, without what can be freed.
func watchMemory(t *testing.T) func() int64 {
	t.Helper()
	inUse := func() int64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapSys - m.HeapReleased)
	}
	before := inUse()
	return func() int64 { return inUse() - before }
}

// FuzzReadHAR holds the reader against encoding/json: both take the same documents, and routes are sound.
func FuzzReadHAR(f *testing.F) {
	f.Add(harOf(entry("POST", "https://www.example.com/a/1", 200, "application/json", "xhr")))
	f.Add(`{"log":{"entries":[{"request":{"method":"GET","url":"ws://x/y"},"response":{"status":1e2}}]}}`)
	f.Add("{\"log\":{\"entries\":[]},\"x\":[-0.5,1E+9,\"\\ud83d\\ude00\\ud800\",null,true]}")
	f.Add("{\"log\":{\"entries\":[],},}")
	f.Add(harOf() + "x")
	f.Add(harOf() + "\x00")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := ReadHAR(strings.NewReader(text), "h", Local, nil)
		if err == nil {
			wantSound(t, r)
		}
		var wrong *Error
		if err != nil && !errors.As(err, &wrong) {
			t.Errorf("error %v says no place", err)
		}
		if err == nil && !json.Valid([]byte(strings.TrimPrefix(text, "\ufeff"))) {
			t.Errorf("%q is no JSON, and is taken", text)
		}
		var doc struct{ Log struct{ Entries []any } }
		if err != nil && strings.Contains(err.Error(), "no HAR file: ") && !strings.Contains(err.Error(), "log.entries") && !strings.Contains(err.Error(), "nested") &&
			json.Unmarshal([]byte(text), &doc) == nil && strings.HasPrefix(strings.TrimLeft(text, " \t\r\n"), "{") {
			t.Errorf("%q is JSON, and is refused: %v", text, err)
		}
	})
}

// BenchmarkReadHAR reads a recording with bodies of 40 kB.
func BenchmarkReadHAR(b *testing.B) {
	text, err := io.ReadAll(newRecording(16<<20, 40<<10))
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ReadHAR(bytes.NewReader(text), "h", func(string) bool { return true }, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// TestEachInHAR: all that a viewer could have asked CloudFront, and nothing that is particular to the one who did.
func TestEachInHAR(t *testing.T) {
	const site = "https://www.Example.com"
	text := harOf(
		entry("GET", site+"/?utm=x", 200, "text/html", "document"),
		entry("POST", site+"/users/4711/reset/9f8e7d6c5b4a39281706?token=secret", 403, "", "xhr"),
		entry("GET", "data:image/png;base64,xx", 200, "", ""),
		entry("GET", "wss://www.example.com/live", 101, "", "websocket"),
		entry("BREW", site+"/pot", 418, "", ""),
		entry("GET", "http://localhost:8000/app.js", 304, "", "script"),
	)
	var got []Request
	if err := EachInHAR(strings.NewReader(text), "h", func(r Request) { got = append(got, r) }, nil); err != nil {
		t.Fatal(err)
	}
	want := []Request{
		{"GET", "https", "www.example.com", "/", 200},
		{"POST", "https", "www.example.com", "/users/1/reset/x", 403},
		{"GET", "http", "localhost:8000", "/app.js", 304},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if err := EachInHAR(strings.NewReader("{}"), "h", func(Request) {}, nil); err == nil || !strings.Contains(err.Error(), "no log.entries") {
		t.Errorf("error %v", err)
	}
}

// TestAnonymous: what tells one sender from another does not stay in a path.
func TestAnonymous(t *testing.T) {
	tests := []struct{ path, want string }{
		{"/", "/"},
		{"/about/us", "/about/us"},
		{"/users/42/", "/users/1/"},
		{"/items/2f1c7a52-8a4f-4b52-9a0e-0c9f3c1d2e3f", "/items/x"},
		{"/reset/MQ/abc123def456abc123def456", "/reset/MQ/x"},
		{"/t/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N", "/t/x"},
		{"/assets/index-3f9a8bc1.js", "/assets/index-3f9a8bc1.js"},
		{"/v2/api", "/v2/api"},
	}
	for _, tt := range tests {
		if got := anonymous(tt.path); got != tt.want {
			t.Errorf("anonymous(%q) = %q, want %q", tt.path, got, tt.want)
		}
	}
}
