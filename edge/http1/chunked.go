package http1

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// A chunkState is a place in a chunked body (RFC 9112 section 7.1).
type chunkState int

const (
	atSize    chunkState = iota // before the line with a chunk's size
	inChunk                     // in a chunk's data
	atDataEnd                   // before the CRLF after the data
	atTrailer                   // before a trailer field or the last empty line
	atEnd
)

var errWait = errors.New("more bytes are needed")

func (b *body) readChunked(p []byte) (int, error) {
	if err := b.advance(true); err != nil {
		return 0, err
	}
	if b.chunks == atEnd {
		return 0, io.EOF
	}
	n, err := b.in.readInto(p[:min(int64(len(p)), b.left)], b.deadline())
	if err != nil {
		return n, readError(err, "in a chunk")
	}
	if b.left -= int64(n); b.left > 0 {
		return n, nil
	}
	b.chunks = atDataEnd
	// If the end has arrived, too, it is told together with the last bytes. A fault is told by the next read.
	if b.advance(false) == nil && b.chunks == atEnd {
		return n, io.EOF
	}
	return n, nil
}

// advance goes on to the next byte of data or to the end. Unless it may wait it returns errWait where it would have
// to. After any error it can be called again.
func (b *body) advance(wait bool) error {
	for {
		var err error
		switch b.chunks {
		case atSize:
			err = b.nextChunk(wait)
		case atDataEnd:
			err = b.endChunk(wait)
		case atTrailer:
			err = b.nextTrailer(wait)
		default:
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (b *body) nextChunk(wait bool) error {
	line, err := b.line(wait, maxChunkLine, "chunk size")
	if err != nil {
		return err
	}
	size, extension, err := parseChunkSize(line)
	if err != nil {
		return err
	}
	// Extensions mean nothing to anybody; without a bound they could be sent for ever.
	if b.extra += int64(extension); b.extra > freeExtension+b.size {
		return &Error{Kind: BadFraming, Detail: "chunk extensions outweigh the body"}
	}
	b.in.r += len(line) + 2
	b.left, b.chunks = size, inChunk
	if size == 0 {
		b.chunks = atTrailer
	}
	return nil
}

func (b *body) endChunk(wait bool) error {
	for len(b.in.buffered()) < 2 {
		if err := b.more(wait); err != nil {
			return err
		}
	}
	if !bytes.HasPrefix(b.in.buffered(), []byte("\r\n")) {
		return &Error{Kind: BadFraming, Detail: "chunk is longer than its size says"}
	}
	b.in.r += 2
	b.chunks = atSize
	return nil
}

// nextTrailer reads and drops a trailer field (REQ-260).
func (b *body) nextTrailer(wait bool) error {
	line, err := b.line(wait, min(b.trailer, smallBuffer-2), "trailer")
	if err != nil {
		return err
	}
	if len(line) == 0 {
		b.in.r += 2
		b.chunks = atEnd
		return nil
	}
	name, value, ok := bytes.Cut(line, []byte(":"))
	if !ok || !isToken(string(name)) || !isText(string(value)) {
		return &Error{Kind: BadFraming, Detail: "malformed trailer field"}
	}
	b.trailer -= len(line) + 2
	b.in.r += len(line) + 2
	return nil
}

// line returns the next line without its CRLF, and leaves it in the buffer.
func (b *body) line(wait bool, limit int, what string) ([]byte, error) {
	for {
		text := b.in.buffered()
		i := bytes.IndexByte(text, '\n')
		switch {
		case i > limit+1 || i < 0 && len(text) > limit+1:
			return nil, &Error{Kind: BadFraming, Detail: what + " is too long"}
		case i == 0 || i > 0 && text[i-1] != '\r':
			return nil, &Error{Kind: BadFraming, Detail: what + " ends in a bare LF"}
		case i > 0:
			return text[:i-1], nil
		}
		if err := b.more(wait); err != nil {
			return nil, err
		}
	}
}

func (b *body) more(wait bool) error {
	if !wait {
		return errWait
	}
	if err := b.in.fill(b.deadline()); err != nil {
		return readError(err, "between chunks")
	}
	return nil
}

// parseChunkSize parses "1a" or "1a;name=value", and returns the size and the length of the extensions.
func parseChunkSize(line []byte) (size int64, extension int, err error) {
	i := 0
	for i < len(line) && isHex(line[i]) {
		c := line[i]
		switch {
		case c >= 'a':
			c -= 'a' - 10
		case c >= 'A':
			c -= 'A' - 10
		default:
			c -= '0'
		}
		if size >= 1<<58 {
			return 0, 0, &Error{Kind: BadFraming, Detail: "chunk size overflows"}
		}
		size = size<<4 | int64(c)
		i++
	}
	if i == 0 || i > 16 {
		return 0, 0, &Error{Kind: BadFraming, Detail: fmt.Sprintf("chunk size %.20q", line)}
	}
	rest := bytes.TrimLeft(line[i:], " \t")
	if len(rest) > 0 && rest[0] != ';' || len(rest) == 0 && i < len(line) || !isText(string(rest)) {
		return 0, 0, &Error{Kind: BadFraming, Detail: fmt.Sprintf("%.20q after a chunk size", line[i:])}
	}
	return size, len(line) - i, nil
}
