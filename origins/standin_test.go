package origins

import (
	"context"
	"crypto/sha1"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"

	"edgecase/edge/http1"
)

func TestUnmapped(t *testing.T) {
	p := NewPool(Places{{ID: "other", Place: Place{Kind: PlaceURL, URL: "http://other"}}}, PoolOptions{Dial: neverDial(t)})
	defer p.Close()
	o := settings(nil)
	if place, mapped := p.Place(o); place != Echo || mapped {
		t.Errorf("Place = %s, %t", place, mapped)
	}
	req := post("<body>&\xff")
	req.Path, req.RawQuery, req.HasQuery, req.Scheme = "/a//b", "x=1", true, "https"
	req.Fields = http1.Fields{{Name: "hOst", Value: "www.example.com"}, {Name: "X-b", Value: "1"}, {Name: "x-A", Value: "<&>"}, {Name: "X-B", Value: "2"}}
	result, err := transport(t, p, o).RoundTrip(t.Context(), req)
	var got, want any
	if err := json.Unmarshal([]byte(read(t, result, err)), &got); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(`{"origin":"app","method":"POST","url":"https://origin.example/a//b?x=1",
		"headers":[["hOst","www.example.com"],["X-b","1"],["x-A","<&>"],["X-B","2"]],"body_bytes":8,"body_base64":"PGJvZHk+Jv8="}`), &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]Note{{Text: "origin app is not mapped; the echo answered in its place"}}, result.Notes); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for _, f := range result.Response.Fields {
		if f.Name != "Content-Type" && f.Name != "Content-Length" {
			t.Errorf("the echo sets %s", f.Name)
		}
	}
}

func TestEchoBodyBreaks(t *testing.T) {
	p := NewPool(nil, PoolOptions{})
	defer p.Close()
	body := blocked{make(chan struct{})}
	close(body.done)
	req := post("")
	req.Body, req.ContentLength = body, -1
	_, err := transport(t, p, settings(nil)).RoundTrip(t.Context(), req)
	if kind, _ := kindOf(t, err); kind != Canceled {
		t.Errorf("REQ-261: %v", err)
	}
	if _, ok := errors.AsType[*http1.BodyError](err); !ok {
		t.Errorf("REQ-261: %v does not tell that the body broke off", err)
	}
}

func upgrade() *http1.Request {
	r := get("/live")
	r.Fields = append(r.Fields, http1.Field{Name: "Connection", Value: "Upgrade"}, http1.Field{Name: "Upgrade", Value: "websocket"},
		http1.Field{Name: "Sec-WebSocket-Version", Value: "13"}, http1.Field{Name: "Sec-WebSocket-Key", Value: "dGhlIHNhbXBsZSBub25jZQ=="})
	return r
}

func TestEchoSocket(t *testing.T) {
	p := NewPool(nil, PoolOptions{Dial: neverDial(t)})
	defer p.Close()
	ctx, cancel := context.WithCancel(t.Context())
	result, err := transport(t, p, settings(nil)).RoundTrip(ctx, upgrade())
	if err != nil {
		t.Fatal(err)
	}
	cancel() // the tunnel outlives the request
	if got := result.Response.Fields.Get("Sec-WebSocket-Accept"); result.Response.Status != 101 || got != "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" {
		t.Fatalf("REQ-475: %+v", result.Response)
	}
	socket := client(t, result.Response.Switched)
	defer socket.Close()
	kind, first, err := socket.ReadMessage()
	if err != nil || kind != websocket.TextMessage || !strings.Contains(string(first), `"url":"http://origin.example/live"`) {
		t.Fatalf("%d %q %v", kind, first, err)
	}
	if err := socket.WriteMessage(websocket.BinaryMessage, []byte("\x00\xff")); err != nil {
		t.Fatal(err)
	}
	if kind, b, err := socket.ReadMessage(); err != nil || kind != websocket.BinaryMessage || string(b) != "\x00\xff" {
		t.Errorf("%d %q %v", kind, b, err)
	}
}

// client speaks the client's side of a WebSocket whose handshake is over.
func client(t *testing.T, rw io.ReadWriteCloser) *websocket.Conn {
	t.Helper()
	near, far := net.Pipe()
	go func() { defer near.Close(); io.Copy(near, rw) }()
	go func() { defer rw.Close(); io.Copy(rw, near) }()
	dialer := websocket.Dialer{NetDial: func(string, string) (net.Conn, error) { return &handshaken{Conn: far}, nil }}
	conn, _, err := dialer.Dial("ws://x", nil)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

// handshaken swallows the handshake of a client and answers it.
type handshaken struct {
	net.Conn
	answer io.Reader
	sent   strings.Builder
}

func (h *handshaken) Write(p []byte) (int, error) {
	if h.answer != nil {
		return h.Conn.Write(p)
	}
	h.sent.Write(p)
	if head := h.sent.String(); strings.HasSuffix(head, "\r\n\r\n") {
		_, rest, _ := strings.Cut(head, "Sec-WebSocket-Key: ")
		key, _, _ := strings.Cut(rest, "\r\n")
		h.answer = strings.NewReader("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + accept(key) + "\r\n\r\n")
	}
	return len(p), nil
}

func (h *handshaken) Read(p []byte) (int, error) {
	if n, err := h.answer.Read(p); n > 0 || err != io.EOF {
		return n, err
	}
	return h.Conn.Read(p)
}

// accept is RFC 6455's answer to a key.
func accept(key string) string {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return base64.StdEncoding.EncodeToString(sum[:])
}

func TestEchoSocketRefused(t *testing.T) {
	p := NewPool(nil, PoolOptions{})
	defer p.Close()
	req := upgrade()
	req.Fields.Del("Sec-WebSocket-Key")
	result, err := transport(t, p, settings(nil)).RoundTrip(t.Context(), req)
	if body := read(t, result, err); result.Response.Status != 400 || !strings.Contains(body, "Bad Request") || result.Response.Switched != nil {
		t.Errorf("REQ-474: %+v, body %q", result.Response, body)
	}
}

func TestCloseEndsSockets(t *testing.T) {
	p := NewPool(nil, PoolOptions{})
	tr := transport(t, p, settings(nil))
	result, err := tr.RoundTrip(t.Context(), upgrade())
	if err != nil {
		t.Fatal(err)
	}
	p.Close()
	if _, err := io.ReadAll(result.Response.Switched); err == nil {
		t.Error("the socket was not closed")
	}
	if _, err := tr.RoundTrip(t.Context(), upgrade()); err == nil {
		t.Error("a closed pool opens sockets")
	}
}
