package http1

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"
)

// A writer is the writing half of a connection: a head is appended to buf, then send writes it and the body.
type writer struct {
	conn    net.Conn
	timeout time.Duration
	timed   bool
	buf     []byte
	wrote   int64
}

func newWriter(c net.Conn) *writer {
	return &writer{conn: c, buf: smallBuffers.Get().(*[smallBuffer]byte)[:0]}
}

// free gives the buffer back. The writer must not be used afterwards.
func (w *writer) free() {
	buf := w.buf
	w.buf = nil
	if buf != nil {
		release(buf)
	}
}

// flush writes what is in the buffer.
func (w *writer) flush() error {
	if len(w.buf) == 0 {
		return nil
	}
	if w.timeout > 0 || w.timed {
		w.timed = w.timeout > 0
		var deadline time.Time
		if w.timed {
			deadline = time.Now().Add(w.timeout)
		}
		// An error means that the connection is closed; the write reports it.
		_ = w.conn.SetWriteDeadline(deadline)
	}
	n, err := w.conn.Write(w.buf)
	w.wrote += int64(n)
	w.buf = w.buf[:0]
	if err != nil {
		return &Error{Kind: WriteFailed, Detail: "connection takes no more", Err: err}
	}
	return nil
}

// appendFields appends the field lines. Where a field stands that contradicts the framing that was chosen, it is left
// out; a Transfer-Encoding that fits stays in its place.
// The second result is the number of lines.
func appendFields(buf []byte, fields Fields, how framing) ([]byte, int) {
	coded := how != byChunks
	lines := 0
	for i := range fields {
		name := fields[i].Name
		switch {
		case len(name) == 17 && equalFold(name, "transfer-encoding"):
			if coded {
				continue
			}
			coded = true
		case len(name) == 14 && how == byChunks && equalFold(name, "content-length"):
			continue
		}
		buf = appendField(buf, name, fields[i].Value)
		lines++
	}
	if !coded {
		buf = append(buf, "Transfer-Encoding: chunked\r\n"...)
		lines++
	}
	return buf, lines
}

func appendField(buf []byte, name, value string) []byte {
	buf = append(buf, name...)
	buf = append(buf, ": "...)
	buf = append(buf, value...)
	return append(buf, "\r\n"...)
}

// isOneHead reports whether the bytes have exactly this many lines and no NUL: whether no name or value in them, which
// a function of the user's may have made, begins a line of its own.
func isOneHead(head []byte, lines int) bool {
	return bytes.Count(head, []byte("\n")) == lines && bytes.Count(head, []byte("\r")) == lines &&
		bytes.IndexByte(head, 0) < 0
}

// cleanFields returns fields in which nothing can begin a line of its own: fields without a proper name are left out,
// and control characters in values become blanks (RFC 9110 section 5.5).
func cleanFields(fields Fields) Fields {
	clean := make(Fields, 0, len(fields))
	for _, f := range fields {
		if !isToken(f.Name) {
			continue
		}
		value := []byte(f.Value)
		for i, c := range value {
			if c == '\r' || c == '\n' || c == 0 {
				value[i] = ' '
			}
		}
		clean = append(clean, Field{f.Name, string(value)})
	}
	return clean
}

func appendStatus(buf []byte, status int, reason string) []byte {
	if status == 200 && (reason == "" || reason == "OK") {
		return append(buf, "HTTP/1.1 200 OK\r\n"...)
	}
	if reason == "" {
		reason = http.StatusText(status)
	}
	buf = append(buf, "HTTP/1.1 "...)
	buf = strconv.AppendInt(buf, int64(status), 10)
	buf = append(buf, ' ')
	buf = append(buf, reason...)
	return append(buf, "\r\n"...)
}

// send writes the buffer, which holds the head, and then the body. Each piece is written as soon as reading on would
// have to wait. A body that breaks off gives a BodyError, and so does one that is shorter or longer than its length.
func (w *writer) send(body io.Reader, how framing, length int64) error {
	switch {
	case how == noBody:
		return w.flush()
	case body == nil && how == byLength && length > 0:
		return w.broken(io.ErrUnexpectedEOF)
	case body == nil:
		if how == byChunks {
			w.buf = append(w.buf, "0\r\n\r\n"...)
		}
		return w.flush()
	case how == byLength && length == 0:
		return w.end(body)
	}
	// A small body that is in memory fits behind the head.
	if how != byLength || length > int64(cap(w.buf)-len(w.buf)) {
		w.enlarge()
	}
	ended := false
	for !ended {
		if room := cap(w.buf) - len(w.buf); ready(body) == 0 || room < minPiece && (how != byLength || int64(room) < length) {
			if err := w.flush(); err != nil {
				return err
			}
		}
		n, err := w.piece(body, how, length)
		length -= int64(n)
		switch {
		case err == io.EOF && how == byLength && length > 0:
			return w.broken(io.ErrUnexpectedEOF)
		case err == io.EOF:
			ended = true
		case err != nil:
			return w.broken(err)
		case how == byLength && length == 0:
			return w.end(body)
		}
	}
	if how == byChunks {
		w.buf = append(w.buf, "0\r\n\r\n"...)
	}
	return w.flush()
}

const (
	chunkHead = 6   // "8000\r\n": the buffer's size is the largest chunk
	chunkTail = 7   // "\r\n" and, at the end, "0\r\n\r\n"
	minPiece  = 512 // with less room the buffer is written first
)

// piece reads once from the body into the buffer.
func (w *writer) piece(body io.Reader, how framing, length int64) (int, error) {
	start := len(w.buf)
	room := w.buf[start:cap(w.buf)]
	switch how {
	case byChunks:
		room = room[chunkHead:min(len(room)-chunkTail, largeBuffer)]
	case byLength:
		room = room[:min(int64(len(room)), length)]
	}
	n, err := body.Read(room)
	if n == 0 {
		return 0, err
	}
	if how != byChunks {
		w.buf = w.buf[:start+n]
		return n, err
	}
	w.buf = strconv.AppendInt(w.buf, int64(n), 16)
	w.buf = append(w.buf, "\r\n"...)
	// Only a chunk below 4 kB has a shorter size than the place left for it, and has to be moved.
	w.buf = append(w.buf, room[:n]...)
	w.buf = append(w.buf, "\r\n"...)
	return n, err
}

// broken sends what there is of a body that broke off.
func (w *writer) broken(err error) error {
	if flushed := w.flush(); flushed != nil {
		return flushed
	}
	return &BodyError{err}
}

// enlarge takes a buffer for copying.
func (w *writer) enlarge() {
	if cap(w.buf) >= largeBuffer {
		return
	}
	small := w.buf
	w.buf = append(largeBuffers.Get().(*[largeBuffer]byte)[:0], small...)
	release(small)
}

// shrink gives the large buffer back after a body, since most connections wait most of the time.
func (w *writer) shrink() {
	if cap(w.buf) == smallBuffer {
		return
	}
	release(w.buf)
	w.buf = smallBuffers.Get().(*[smallBuffer]byte)[:0]
}

// end writes what is left, and then reads on at the place where the body should end: whoever wraps a body, as the
// cache does, wants to see its end.
func (w *writer) end(body io.Reader) error {
	if err := w.flush(); err != nil {
		return err
	}
	if err := atEOF(body); err != nil {
		return &BodyError{err}
	}
	return nil
}

// atEOF reports whether a body ends here.
func atEOF(body io.Reader) error {
	var p [1]byte
	for range 100 {
		n, err := body.Read(p[:])
		switch {
		case n > 0:
			return errors.New("body is longer than its Content-Length")
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
	}
	return io.ErrNoProgress
}

// withLength returns the fields with a Content-Length at their end.
func withLength(fields Fields, length int64) Fields {
	with := make(Fields, len(fields), len(fields)+1)
	copy(with, fields)
	return append(with, Field{"Content-Length", strconv.FormatInt(length, 10)})
}
