package http1

import (
	"crypto/tls"
	"io"
	"net/netip"
)

// A Request is one HTTP request: what a viewer sent, or what goes to an origin. Over HTTP/2 an adapter makes one; the
// fields then lack what only HTTP/1.1 has (order, case).
type Request struct {
	Method string
	// Path is the path of the target, escaped as it was written, never cleaned or decoded; it begins with "/".
	// RawQuery is what follows the first "?", HasQuery tells "/a?" from "/a".
	Path     string
	RawQuery string
	HasQuery bool

	Scheme       string // "http" or "https": the listener's, or how to reach the origin
	Host         string // the authority: the Host field's value, or that of an absolute target (RFC 9112 section 3.2.2)
	Major, Minor int    // 1, 1
	Fields       Fields // as written and in order, Host among them

	// Body is nil if there is none. ContentLength is its length in bytes, -1 if only its end tells (chunked), 0
	// without a body. HasLength reports that a Content-Length field was there, "Content-Length: 0" included.
	Body          io.ReadCloser
	ContentLength int64
	HasLength     bool

	RemoteAddr netip.AddrPort // the peer of the connection
	TLS        *tls.ConnectionState
	HeadBytes  int // size of the head as it arrived: request line, fields, and the empty line
}

// Target returns the request target in origin form: path, and query if there is one.
func (r *Request) Target() string {
	if r.HasQuery || r.RawQuery != "" {
		return r.Path + "?" + r.RawQuery
	}
	return r.Path
}

// HasBody reports whether the request carries a body: a length above zero, or a transfer coding (REQ-099).
func (r *Request) HasBody() bool { return r.ContentLength != 0 }

// AtLeast reports whether the message's HTTP version is major.minor or later.
func (r *Request) AtLeast(major, minor int) bool {
	return r.Major > major || r.Major == major && r.Minor >= minor
}

// A Response is one HTTP response.
type Response struct {
	Status       int
	Reason       string // the phrase after the status; "" writes the registered one
	Major, Minor int
	Fields       Fields

	// Body is nil if there is none. ContentLength is its length in bytes, or -1 if only its end tells. Chunked says
	// that it arrived, or is to be written, in chunks.
	Body          io.ReadCloser
	ContentLength int64
	Chunked       bool

	// Switched is the connection after a 101: what is read from it came from the origin, what is written to it goes
	// there. Nil on every other answer.
	Switched io.ReadWriteCloser
}
