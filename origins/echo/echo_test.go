package echo

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestRespond(t *testing.T) {
	fields := [][2]string{{"hOst", "www.example.com"}, {"X-b", "1"}, {"x-A", `<&">`}, {"X-B", "2"}}
	tests := []struct {
		name string
		req  Request
		want string
	}{
		{"fields in order", Request{Origin: "app", Method: "GET", URL: "http://o/x", Fields: fields}, `{
  "origin": "app",
  "method": "GET",
  "url": "http://o/x",
  "headers": [
    ["hOst", "www.example.com"],
    ["X-b", "1"],
    ["x-A", "<&\">"],
    ["X-B", "2"]
  ],
  "body_bytes": 0
}
`},
		{"no fields", Request{}, "{\n  \"origin\": \"\",\n  \"method\": \"\",\n  \"url\": \"\",\n  \"headers\": [],\n  \"body_bytes\": 0\n}\n"},
		{"text", Request{Body: strings.NewReader("a\n<b>")},
			"{\n  \"origin\": \"\",\n  \"method\": \"\",\n  \"url\": \"\",\n  \"headers\": [],\n  \"body_bytes\": 5,\n  \"body\": \"a\\n<b>\"\n}\n"},
		{"bytes", Request{Body: strings.NewReader("\xff")},
			"{\n  \"origin\": \"\",\n  \"method\": \"\",\n  \"url\": \"\",\n  \"headers\": [],\n  \"body_bytes\": 1,\n  \"body_base64\": \"/w==\"\n}\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			res, err := Respond(t.Context(), tt.req)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, string(res.Body)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if res.Status != 200 || len(res.Fields) != 2 || res.Length != int64(len(res.Body)) {
				t.Errorf("%+v", res)
			}
		})
	}
}

func TestHead(t *testing.T) {
	res, err := Respond(t.Context(), Request{Method: "HEAD"})
	if err != nil || res.Body != nil || res.Length == 0 {
		t.Errorf("REQ-287: %+v, %v", res, err)
	}
}

// Of a large body the beginning is kept and the rest is counted, whatever its size.
func TestLargeBody(t *testing.T) {
	const size = 200 << 20
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	res, err := Respond(t.Context(), Request{Body: io.LimitReader(endless{'x'}, size)})
	runtime.ReadMemStats(&after)
	if err != nil {
		t.Fatal(err)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 20<<20 {
		t.Errorf("%d bytes were allocated", used)
	}
	var d document
	if err := json.Unmarshal(res.Body, &d); err != nil {
		t.Fatal(err)
	}
	if d.BodyBytes != size || len(d.Body) != KeptBody || !d.Truncated {
		t.Errorf("%d bytes, %d kept, truncated %t", d.BodyBytes, len(d.Body), d.Truncated)
	}
}

type endless struct{ b byte }

func (e endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = e.b
	}
	return len(p), nil
}

// A character that the limit cuts does not make the text binary; a broken one does.
func TestCutCharacter(t *testing.T) {
	tests := []struct {
		name, tail string
		kept       int // bytes of text, 0 for base64
	}{
		{"whole", "é", KeptBody},
		{"cut", "x€", KeptBody - 1},
		{"cut after two of three", "€", KeptBody - 2},
		{"broken", "\xff\xff", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			body := strings.Repeat("x", KeptBody-2) + tt.tail + "more"
			res, err := Respond(t.Context(), Request{Body: strings.NewReader(body)})
			if err != nil {
				t.Fatal(err)
			}
			var d document
			if err := json.Unmarshal(res.Body, &d); err != nil {
				t.Fatal(err)
			}
			if len(d.Body) != tt.kept || d.BodyBytes != int64(len(body)) || !strings.HasPrefix(body, d.Body) {
				t.Errorf("%d bytes of text, want %d", len(d.Body), tt.kept)
			}
			if tt.kept == 0 {
				if b, err := base64.StdEncoding.DecodeString(d.BodyBase64); err != nil || string(b) != body[:KeptBody] {
					t.Errorf("base64 of %d bytes, %v", len(b), err)
				}
			}
		})
	}
}

func TestBodyErrors(t *testing.T) {
	broken := errors.New("broken")
	for _, size := range []int{0, KeptBody, KeptBody + 10} {
		body := io.MultiReader(bytes.NewReader(make([]byte, size)), failing{broken})
		if _, err := Respond(t.Context(), Request{Body: body}); err != broken {
			t.Errorf("REQ-261: after %d bytes: %v", size, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, body := range map[string]io.Reader{"none": nil, "short": strings.NewReader("x"), "endless": endless{'x'}} {
		if _, err := Respond(ctx, Request{Body: body}); err != context.Canceled {
			t.Errorf("REQ-291: body %s: %v", name, err)
		}
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// Whatever is sent, the answer is JSON that says the same.
func FuzzRespond(f *testing.F) {
	f.Add("POST", "http://a/?<>&", "X-A", "1", []byte("ü"))
	f.Add("G\xff", "\x00", "\u2028", "\"", []byte("\xff\xfe"))
	f.Fuzz(func(t *testing.T, method, url, name, value string, body []byte) {
		res, err := Respond(t.Context(), Request{Method: method, URL: url, Fields: [][2]string{{name, value}}, Body: bytes.NewReader(body)})
		if err != nil {
			t.Fatal(err)
		}
		if method == "HEAD" {
			return
		}
		var got struct {
			document
			BodyBase64 []byte `json:"body_base64"`
		}
		if err := json.Unmarshal(res.Body, &got); err != nil {
			t.Fatalf("%v in %s", err, res.Body)
		}
		if kept := got.Body + string(got.BodyBase64); got.BodyBytes != int64(len(body)) || kept != string(body[:min(len(body), KeptBody)]) {
			t.Fatalf("body %q became %s", body, res.Body)
		}
		for sent, got := range map[string]string{method: got.Method, url: got.URL, name: got.Headers[0][0], value: got.Headers[0][1]} {
			if utf8.ValidString(sent) && got != sent {
				t.Fatalf("%q became %q in %s", sent, got, res.Body)
			}
		}
	})
}
