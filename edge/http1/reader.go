package http1

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"time"
)

const (
	smallBuffer = 4 << 10  // holds the usual head, and a small answer
	largeBuffer = 32 << 10 // copies bodies
)

// Buffers are pooled by size, as pointers to arrays, so that putting one back does not allocate.
var (
	smallBuffers = sync.Pool{New: func() any { return new([smallBuffer]byte) }}
	largeBuffers = sync.Pool{New: func() any { return new([largeBuffer]byte) }}
)

func release(b []byte) {
	switch b = b[:cap(b)]; len(b) {
	case smallBuffer:
		smallBuffers.Put((*[smallBuffer]byte)(b))
	case largeBuffer:
		largeBuffers.Put((*[largeBuffer]byte)(b))
	}
}

// A reader is the reading half of a connection. Unlike bufio.Reader it grows for a long head, sets a deadline before
// it blocks, and can be interrupted by another goroutine without losing a byte.
type reader struct {
	conn net.Conn
	buf  []byte
	r, w int   // buf[r:w] has been read from conn and not yet been used
	err  error // why conn gives no more

	mu          sync.Mutex
	interrupted bool
	timed       bool // a deadline is set
}

func newReader(c net.Conn) *reader {
	return &reader{conn: c, buf: smallBuffers.Get().(*[smallBuffer]byte)[:]}
}

func (b *reader) buffered() []byte { return b.buf[b.r:b.w] }

// arm sets the deadline for the next read, none if it is zero.
func (b *reader) arm(deadline time.Time) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.interrupted {
		return errInterrupted
	}
	if b.timed || !deadline.IsZero() {
		b.timed = !deadline.IsZero()
		// An error means that the connection is closed; the read reports it.
		_ = b.conn.SetReadDeadline(deadline)
	}
	return nil
}

// interrupt makes the read that another goroutine is in, or is about to begin, return errInterrupted.
func (b *reader) interrupt() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.interrupted = true
	b.timed = true
	_ = b.conn.SetReadDeadline(time.Unix(1, 0))
}

// resume makes the reader usable again. The goroutine that was interrupted must have returned.
func (b *reader) resume() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.interrupted {
		b.interrupted = false
		b.timed = false
		_ = b.conn.SetReadDeadline(time.Time{})
	}
}

// read reads once from the connection. Whatever ends the connection is kept for later reads; a timeout is not.
func (b *reader) read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	for range 100 {
		n, err := b.conn.Read(p)
		if err != nil && errors.Is(err, os.ErrDeadlineExceeded) {
			b.mu.Lock()
			interrupted := b.interrupted
			b.mu.Unlock()
			if interrupted {
				err = errInterrupted
			}
			if n > 0 {
				return n, nil
			}
			return 0, err
		}
		b.err = err
		if n > 0 {
			return n, nil
		}
		if err != nil {
			return 0, err
		}
	}
	return 0, io.ErrNoProgress
}

// fill reads once more into the buffer, under the deadline.
func (b *reader) fill(deadline time.Time) error {
	if b.err != nil {
		return b.err
	}
	if err := b.arm(deadline); err != nil {
		return err
	}
	return b.fillArmed()
}

// fillArmed is fill under the deadline that somebody else has set.
func (b *reader) fillArmed() error {
	switch {
	case b.r == b.w:
		b.r, b.w = 0, 0
	case b.w == len(b.buf) && b.r == 0:
		return errBufferFull
	case b.w == len(b.buf):
		b.w = copy(b.buf, b.buf[b.r:b.w])
		b.r = 0
	}
	n, err := b.read(b.buf[b.w:])
	b.w += n
	return err
}

// readInto gives p what is buffered, or else reads from the connection: directly into a large p.
func (b *reader) readInto(p []byte, deadline time.Time) (int, error) {
	if b.r == b.w {
		if len(p) >= len(b.buf) {
			if b.err != nil {
				return 0, b.err
			}
			if err := b.arm(deadline); err != nil {
				return 0, err
			}
			return b.read(p)
		}
		if err := b.fill(deadline); err != nil {
			return 0, err
		}
	}
	n := copy(p, b.buf[b.r:b.w])
	b.r += n
	return n, nil
}

// grow makes room for a head of n bytes.
func (b *reader) grow(n int) {
	if n <= len(b.buf) {
		return
	}
	old := b.buf
	if n <= largeBuffer {
		b.buf = largeBuffers.Get().(*[largeBuffer]byte)[:]
	} else {
		b.buf = make([]byte, n)
	}
	b.w = copy(b.buf, old[b.r:b.w])
	b.r = 0
	release(old)
}

// free gives the buffer back. The reader must not be used afterwards.
func (b *reader) free() {
	buf := b.buf
	b.buf, b.r, b.w = nil, 0, 0
	if b.err == nil {
		b.err = net.ErrClosed
	}
	if buf != nil {
		release(buf)
	}
}

// headEnd returns the length of the head at the start of p, with its empty line, or 0 if it has no end yet. It looks
// at p from offset on. An empty line that ends in a bare LF counts here, so that a head made of such lines is
// refused at once instead of being waited for.
func headEnd(p []byte, offset int) int {
	end := 0
	if i := bytes.Index(p[offset:], []byte("\n\r\n")); i >= 0 {
		end = offset + i + 3
	}
	search := p[offset:]
	if end > 0 {
		search = p[offset:end]
	}
	if i := bytes.Index(search, []byte("\n\n")); i >= 0 {
		end = offset + i + 2
	}
	return end
}
