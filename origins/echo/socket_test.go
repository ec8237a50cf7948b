package echo

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"
)

// serve takes one connection, reads a request's head from it and hands both to Upgrade, as the origins do. It returns
// the client's end. The echo has ended when the test has.
func serve(t *testing.T) net.Conn {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	far, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer far.Close()
		r, err := http.ReadRequest(bufio.NewReader(far))
		if err != nil {
			return
		}
		req := Request{Origin: "app", Method: r.Method, URL: "http://app.example.com" + r.RequestURI, Fields: [][2]string{{"Host", r.Host}}}
		for _, name := range []string{"Connection", "Upgrade", "Origin", "Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Protocol"} {
			if value := r.Header.Get(name); value != "" {
				req.Fields = append(req.Fields, [2]string{name, value})
			}
		}
		Upgrade(far, req)
	}()
	t.Cleanup(func() {
		conn.Close()
		<-done
	})
	return conn
}

// dial opens a WebSocket with the echo, and reads its first message.
func dial(t *testing.T, subprotocols ...string) (*websocket.Conn, document) {
	t.Helper()
	dialer := websocket.Dialer{Subprotocols: subprotocols, NetDial: func(string, string) (net.Conn, error) { return serve(t), nil }}
	c, res, err := dialer.Dial("ws://app.example.com/ws?room=1", http.Header{"Origin": {"https://other.example"}})
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	kind, first, err := c.ReadMessage()
	if err != nil {
		t.Fatal(err)
	}
	var d document
	if err := json.Unmarshal(first, &d); err != nil || kind != websocket.TextMessage {
		t.Fatalf("REQ-475: message %d %q, %v", kind, first, err)
	}
	return c, d
}

func TestSocketBeginsWithTheHandshake(t *testing.T) {
	c, d := dial(t, "chat", "superchat")
	if got := c.Subprotocol(); got != "chat" {
		t.Errorf("REQ-475: subprotocol %q, want the first that was offered", got)
	}
	d.Headers = d.Headers[:4] // the key is random
	want := document{Origin: "app", Method: "GET", URL: "http://app.example.com/ws?room=1", Headers: [][2]string{
		{"Host", "app.example.com"}, {"Connection", "Upgrade"}, {"Upgrade", "websocket"}, {"Origin", "https://other.example"}}}
	if diff := cmp.Diff(want, d); diff != "" {
		t.Errorf("REQ-475 (-want +got)\n%s", diff)
	}
}

func TestSocketEchoes(t *testing.T) {
	c, _ := dial(t)
	tests := []struct {
		name string
		kind int
		body []byte
	}{
		{"text", websocket.TextMessage, []byte("hello")},
		{"binary", websocket.BinaryMessage, []byte{0, 0xff}},
		{"empty", websocket.TextMessage, []byte{}},
		{"long", websocket.BinaryMessage, bytes.Repeat([]byte("0123456789abcdef"), 1<<16)},
	}
	for _, tt := range tests {
		t.Run("REQ-475/"+tt.name, func(t *testing.T) {
			sent := make(chan error, 1)
			go func() { sent <- c.WriteMessage(tt.kind, tt.body) }()
			kind, body, err := c.ReadMessage()
			if err != nil || kind != tt.kind || !bytes.Equal(body, tt.body) {
				t.Errorf("message %d of %d bytes, %v; want %d of %d", kind, len(body), err, tt.kind, len(tt.body))
			}
			if err := <-sent; err != nil {
				t.Error(err)
			}
		})
	}
	t.Run("REQ-475/ping", func(t *testing.T) {
		got := ""
		c.SetPongHandler(func(s string) error { got = s; return nil })
		if err := c.WriteControl(websocket.PingMessage, []byte("there?"), time.Now().Add(time.Second)); err != nil {
			t.Fatal(err)
		}
		if err := c.WriteMessage(websocket.TextMessage, []byte("x")); err != nil {
			t.Fatal(err)
		}
		if _, _, err := c.ReadMessage(); err != nil || got != "there?" {
			t.Errorf("pong %q, %v", got, err)
		}
	})
	t.Run("REQ-475/close", func(t *testing.T) {
		message := websocket.FormatCloseMessage(4001, "enough")
		if err := c.WriteControl(websocket.CloseMessage, message, time.Now().Add(time.Second)); err != nil {
			t.Fatal(err)
		}
		_, _, err := c.ReadMessage()
		if !websocket.IsCloseError(err, 4001) {
			t.Errorf("%v, want the code that was sent", err)
		}
	})
}

// A client may disappear without a word, and may do so in the middle of a message.
func TestSocketBreaksOff(t *testing.T) {
	for _, begun := range []bool{false, true} {
		c, _ := dial(t)
		if begun {
			if _, err := c.NetConn().Write([]byte{0x82, 0x85, 0, 0, 0, 0, 'h'}); err != nil {
				t.Fatal(err)
			}
		}
		c.Close() // the cleanup waits for the echo
	}
}

func TestHandshakeRefused(t *testing.T) {
	const head = "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
	tests := []struct{ name, head, want string }{
		{"no key", head + "Sec-WebSocket-Version: 13\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n"},
		{"other version", head + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 8\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n"},
		{"POST", "POST" + strings.TrimPrefix(head, "GET") + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
			"HTTP/1.1 405 Method Not Allowed\r\n"},
	}
	for _, tt := range tests {
		t.Run("REQ-474/"+tt.name, func(t *testing.T) {
			conn := serve(t)
			if _, err := io.WriteString(conn, tt.head); err != nil {
				t.Fatal(err)
			}
			answer, err := io.ReadAll(conn)
			if err != nil || !strings.HasPrefix(string(answer), tt.want) {
				t.Fatalf("answer %q, %v", answer, err)
			}
			res, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(answer)), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			if body, err := io.ReadAll(res.Body); err != nil || len(body) == 0 || !res.Close {
				t.Errorf("body %q, %v, close %t", body, err, res.Close)
			}
		})
	}
}
