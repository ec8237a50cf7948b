package echo

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/gorilla/websocket"
)

// Upgrade serves one WebSocket on a connection whose request has been read: it writes the 101, the document of the
// handshake as a text message, and then every message as it came, until one side closes. A handshake that is none is
// refused with an HTTP answer. The connection is closed in the end.
func Upgrade(conn net.Conn, req Request) {
	defer conn.Close()
	w := &wire{conn: conn, header: http.Header{}}
	r := &http.Request{Method: req.Method, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, URL: &url.URL{Path: "/"}, Header: http.Header{}}
	for _, f := range req.Fields {
		r.Header.Add(f[0], f[1])
	}
	r.Host = r.Header.Get("Host")
	serveSocket(w, r, req)
}

// serveSocket upgrades a connection and echoes until its end.
func serveSocket(w http.ResponseWriter, r *http.Request, req Request) {
	upgrader := websocket.Upgrader{
		CheckOrigin:  func(*http.Request) bool { return true },
		Subprotocols: websocket.Subprotocols(r),
	}
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // the upgrader has answered
	}
	defer conn.Close()
	// Close frames travel at once; without this the library would wait for a silent peer for ever.
	conn.SetCloseHandler(func(code int, text string) error {
		message := websocket.FormatCloseMessage(code, text)
		return conn.WriteControl(websocket.CloseMessage, message, time.Now().Add(time.Second))
	})
	handshake, err := newDocument(req).encode()
	if err != nil {
		return
	}
	if conn.WriteMessage(websocket.TextMessage, handshake) != nil {
		return
	}
	for echoMessage(conn) == nil {
	}
}

// echoMessage sends one message back as it arrives, however long it is.
func echoMessage(conn *websocket.Conn) error {
	kind, r, err := conn.NextReader()
	if err != nil {
		return err
	}
	w, err := conn.NextWriter(kind)
	if err != nil {
		return err
	}
	if _, err := io.Copy(w, r); err != nil {
		return err
	}
	return w.Close()
}

// wire is the little of an http.ResponseWriter that an upgrade needs on a bare connection.
type wire struct {
	conn   net.Conn
	header http.Header
	wrote  bool
}

func (w *wire) Header() http.Header { return w.header }

// Hijack hands the connection over.
func (w *wire) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return w.conn, bufio.NewReadWriter(bufio.NewReader(w.conn), bufio.NewWriter(w.conn)), nil
}

// WriteHeader begins the answer of a refused handshake, which ends with the connection.
func (w *wire) WriteHeader(status int) {
	if w.wrote {
		return
	}
	w.wrote = true
	w.header.Set("Connection", "close")
	fmt.Fprintf(w.conn, "HTTP/1.1 %03d %s\r\n", status, http.StatusText(status))
	_ = w.header.Write(w.conn)
	io.WriteString(w.conn, "\r\n")
}

func (w *wire) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.conn.Write(p)
}
