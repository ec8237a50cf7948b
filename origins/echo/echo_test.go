package echo

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"
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
    [
      "hOst",
      "www.example.com"
    ],
    [
      "X-b",
      "1"
    ],
    [
      "x-A",
      "<&\">"
    ],
    [
      "X-B",
      "2"
    ]
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
	if _, err := Respond(ctx, Request{Body: endless{'x'}}); err != context.Canceled {
		t.Errorf("REQ-291: %v", err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestHandler(t *testing.T) {
	server := httptest.NewServer(Handler{Origin: "app"})
	defer server.Close()
	res, err := http.Post(server.URL+"/a//b?x=1", "text/plain", strings.NewReader("body"))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var d document
	if err := json.NewDecoder(res.Body).Decode(&d); err != nil {
		t.Fatal(err)
	}
	if d.Origin != "app" || d.Method != "POST" || d.URL != server.URL+"/a//b?x=1" || d.Body != "body" || d.Headers[0][0] != "Host" {
		t.Errorf("%+v", d)
	}
	if kind, control := res.Header.Get("Content-Type"), res.Header.Get("Cache-Control"); kind != "application/json" || control != "" {
		t.Errorf("Content-Type %q, Cache-Control %q", kind, control)
	}
}

func TestSocket(t *testing.T) {
	server := httptest.NewServer(Handler{Origin: "app"})
	defer server.Close()
	dialer := websocket.Dialer{Subprotocols: []string{"chat", "other"}}
	conn, res, err := dialer.Dial("ws"+strings.TrimPrefix(server.URL, "http")+"/live", http.Header{"Origin": {"https://elsewhere.example"}})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	defer res.Body.Close()
	if got := conn.Subprotocol(); got != "chat" {
		t.Errorf("subprotocol %q", got)
	}
	var d document
	if err := conn.ReadJSON(&d); err != nil || d.Method != "GET" || d.URL != server.URL+"/live" {
		t.Fatalf("REQ-470: %+v, %v", d, err)
	}
	for _, message := range []struct {
		kind int
		data string
	}{{websocket.TextMessage, "hello"}, {websocket.BinaryMessage, "\x00\xff"}, {websocket.TextMessage, ""}, {websocket.BinaryMessage, strings.Repeat("x", 1<<20)}} {
		if err := conn.WriteMessage(message.kind, []byte(message.data)); err != nil {
			t.Fatal(err)
		}
		kind, data, err := conn.ReadMessage()
		if err != nil || kind != message.kind || string(data) != message.data {
			t.Fatalf("message of %d bytes came back as %d, %d bytes, %v", len(message.data), kind, len(data), err)
		}
	}
	if err := conn.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(4001, "bye")); err != nil {
		t.Fatal(err)
	}
	if _, _, err := conn.ReadMessage(); !websocket.IsCloseError(err, 4001) {
		t.Errorf("close came back as %v", err)
	}
}
