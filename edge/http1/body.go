package http1

import (
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"time"
)

// A body reads what follows a head, and nothing beyond it.
type body struct {
	in      *reader
	framing framing
	pause   time.Duration // between two reads
	limit   int64         // bytes; 0 means none
	trailer int           // bytes of trailers that are tolerated
	before  func() error  // called once, before the first byte is waited for

	mu     sync.Mutex
	left   int64 // of the body, or of the chunk
	chunks chunkState
	size   int64 // bytes so far
	extra  int64 // bytes of chunk extensions so far
	err    error // io.EOF at the end
	closed bool

	ended atomic.Bool // err is io.EOF: for who cannot wait for a Read to return
}

// Read reads the next bytes. At the end of the message it returns io.EOF, with the last bytes where it can.
func (b *body) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.err != nil:
		return 0, b.err
	case b.closed:
		return 0, errBodyClosed
	case len(p) == 0:
		return 0, nil
	}
	n, err := b.read(p)
	b.size += int64(n)
	if b.limit > 0 && b.size > b.limit {
		err = &Error{Kind: BodyTooLarge, Detail: "body goes on beyond the limit"}
	}
	if err != nil && !errors.Is(err, errInterrupted) {
		b.err = err
		b.ended.Store(err == io.EOF)
	}
	return n, err
}

// Buffered returns how many bytes can be read without waiting for the connection.
func (b *body) Buffered() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err != nil || b.closed {
		return 0
	}
	n := len(b.in.buffered())
	switch {
	case b.framing == byLength:
		return int(min(b.left, int64(n)))
	case b.framing == byChunks && b.chunks != inChunk:
		if b.advance(false) != nil || b.chunks != inChunk {
			return 0
		}
		return int(min(b.left, int64(len(b.in.buffered()))))
	case b.framing == byChunks:
		return int(min(b.left, int64(n)))
	}
	return n
}

// Close gives the rest of the body up. It does not wait for it.
func (b *body) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	return nil
}

// complete reports whether the body has been read to its end.
func (b *body) complete() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.err == io.EOF
}

func (b *body) deadline() time.Time {
	if b.pause <= 0 {
		return time.Time{}
	}
	return time.Now().Add(b.pause)
}

func (b *body) read(p []byte) (int, error) {
	if b.before != nil {
		before := b.before
		b.before = nil
		// A viewer that sends its body without waiting needs no invitation (RFC 9110 section 10.1.1).
		if len(b.in.buffered()) == 0 {
			if err := before(); err != nil {
				return 0, err
			}
		}
	}
	switch b.framing {
	case byLength:
		return b.readLength(p)
	case byChunks:
		return b.readChunked(p)
	}
	n, err := b.in.readInto(p, b.deadline())
	if err != nil && err != io.EOF {
		err = readError(err, "in the body")
	}
	return n, err
}

func (b *body) readLength(p []byte) (int, error) {
	if b.left == 0 {
		return 0, io.EOF
	}
	n, err := b.in.readInto(p[:min(int64(len(p)), b.left)], b.deadline())
	b.left -= int64(n)
	switch {
	case err != nil:
		return n, readError(err, "before the end of the body")
	case b.left == 0:
		return n, io.EOF
	}
	return n, nil
}
