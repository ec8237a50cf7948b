package edge

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"sync"

	"github.com/andybalholm/brotli"

	"edgecase/edge/http1"
)

// A compressor is an answer's body in another coding. It compresses what comes as it comes: before it has to wait for
// the origin, what there is goes to the viewer.
type compressor struct {
	from  io.ReadCloser
	left  int64 // of the length that the origin gave
	pool  *sync.Pool
	coder *coder // from the pool; nil before the first byte and after the last
	err   error  // what ends the body once the coder is drained; io.EOF at its end
}

// newCompressor returns a body of this length in the coding "br" or "gzip".
func newCompressor(from io.ReadCloser, length int64, coding string) *compressor {
	c := &compressor{from: from, left: length, pool: &gzips}
	if coding == "br" {
		c.pool = &brotlis
	}
	return c
}

// A coder is an encoder with what it reads from and writes to.
type coder struct {
	encoder
	in  [32 << 10]byte
	out bytes.Buffer
}

// An encoder writes a coding.
type encoder interface {
	io.WriteCloser
	Flush() error
	Reset(io.Writer)
}

// How hard CloudFront tries is not known. These are quick, and a window of 256 kB keeps a coder for Brotli small.
const gzipLevel, brotliQuality, brotliWindow = gzip.DefaultCompression, 5, 18

// Coders are pooled, since each has a megabyte of tables.
var (
	gzips = sync.Pool{New: func() any {
		w, err := gzip.NewWriterLevel(nil, gzipLevel)
		if err != nil {
			panic(err) // the level is a constant
		}
		return &coder{encoder: w}
	}}
	brotlis = sync.Pool{New: func() any {
		return &coder{encoder: brotli.NewWriterOptions(nil, brotli.WriterOptions{Quality: brotliQuality, LGWin: brotliWindow})}
	}}
)

// Read reads the next compressed bytes, the last ones together with io.EOF.
func (c *compressor) Read(p []byte) (int, error) {
	if c.coder == nil && c.err == nil {
		c.coder = c.pool.Get().(*coder)
		c.coder.out.Reset()
		c.coder.Reset(&c.coder.out)
	}
	for c.err == nil && c.coder.out.Len() == 0 {
		c.err = c.fill()
	}
	if c.coder == nil {
		return 0, c.err
	}
	n, _ := c.coder.out.Read(p) // an empty buffer is no error here
	if c.err == nil || c.coder.out.Len() > 0 {
		return n, nil
	}
	c.release()
	return n, c.err
}

// fill compresses the next piece of the origin's body.
func (c *compressor) fill() error {
	n, err := c.from.Read(c.coder.in[:])
	if c.left -= int64(n); c.left < 0 || err == io.EOF && c.left > 0 {
		err = fmt.Errorf("body is not as long as its Content-Length: %w", io.ErrUnexpectedEOF)
	}
	if _, failed := c.coder.Write(c.coder.in[:n]); failed != nil {
		return fmt.Errorf("compress: %w", failed)
	}
	finish := c.coder.Flush // of a body that broke off the viewer gets what came, but no end
	switch {
	case err == io.EOF:
		finish = c.coder.Close
	case err == nil && (n == 0 || c.left == 0 || c.ahead() > 0):
		return nil
	}
	if failed := finish(); failed != nil {
		return fmt.Errorf("compress: %w", failed)
	}
	return err
}

// Buffered returns how many bytes can be read without waiting, or that there are some.
func (c *compressor) Buffered() int {
	if c.coder != nil && c.coder.out.Len() > 0 {
		return c.coder.out.Len()
	}
	if c.err != nil {
		return 0
	}
	return min(c.ahead(), 1)
}

// ahead returns how much of the origin's body can be read without waiting.
func (c *compressor) ahead() int {
	if have, ok := c.from.(http1.Buffered); ok {
		return have.Buffered()
	}
	return 0
}

// Close gives up the rest.
func (c *compressor) Close() error {
	c.release()
	if c.err == nil {
		c.err = io.ErrClosedPipe
	}
	return c.from.Close()
}

// release gives the coder back.
func (c *compressor) release() {
	if c.coder != nil {
		c.pool.Put(c.coder)
		c.coder = nil
	}
}
