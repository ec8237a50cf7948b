package http1

import (
	"bytes"
	"context"
	"io"
	"net"
	"strings"
	"time"
)

// A script is a connection whose peer sends a fixed text, in pieces, and closes its side.
type script struct {
	io.Reader
	sent   bytes.Buffer
	closed bool
}

func newScript(text string) *script { return &script{Reader: strings.NewReader(text)} }

func (s *script) Write(p []byte) (int, error)      { return s.sent.Write(p) }
func (s *script) Close() error                     { s.closed = true; return nil }
func (s *script) LocalAddr() net.Addr              { return &net.TCPAddr{} }
func (s *script) RemoteAddr() net.Addr             { return &net.TCPAddr{} }
func (s *script) SetDeadline(time.Time) error      { return nil }
func (s *script) SetReadDeadline(time.Time) error  { return nil }
func (s *script) SetWriteDeadline(time.Time) error { return nil }

// endless repeats a text for ever.
type endless struct {
	text string
	at   int
	size int
}

func (e *endless) Read(p []byte) (int, error) {
	for n := 0; n < len(p); {
		k := copy(p[n:], e.text[e.at:])
		e.at = (e.at + k) % len(e.text)
		n += k
	}
	e.size += len(p)
	return len(p), nil
}

// A seen is what a viewer's text was understood as.
type seen struct {
	Method, Target, Host, Body string
	Kind                       ErrorKind // of the head's fault, or else of the body's
}

// readAll reads requests and their bodies until the connection takes no more.
func readAll(text io.Reader) []seen {
	c := NewConn(&script{Reader: text}, ConnOptions{})
	var all []seen
	for {
		r, err := c.ReadRequest(context.Background())
		if err == io.EOF {
			return all
		}
		s := seen{}
		if r != nil {
			s = seen{Method: r.Method, Target: r.Target(), Host: r.Host}
		}
		if err == nil && r.Body != nil {
			var body []byte
			body, err = io.ReadAll(r.Body)
			s.Body = string(body)
		}
		if err != nil {
			s.Kind = err.(*Error).Kind
			return append(all, s)
		}
		all = append(all, s)
	}
}
