package http1

import "io"

// A Buffered is a body that knows how many of its next bytes are in memory. A writer reads so many without fear of
// waiting and sends them together with what came before, in one write; a body that does not say is sent piece by
// piece, as it comes. Bodies that wrap another should pass this on.
type Buffered interface{ Buffered() int }

// ready returns how many bytes of the body can be read without waiting.
func ready(body io.Reader) int {
	switch b := body.(type) {
	case Buffered:
		return b.Buffered()
	case interface{ Len() int }: // bytes.Reader, strings.Reader, bytes.Buffer
		return b.Len()
	}
	return 0
}

// Bytes returns a body that is in memory. Nobody may write to b as long as it is read.
func Bytes(b []byte) io.ReadCloser { return &memory{rest: b} }

// Text returns a body with this text.
func Text(s string) io.ReadCloser { return &memory{rest: []byte(s)} }

type memory struct{ rest []byte }

func (m *memory) Buffered() int { return len(m.rest) }

func (m *memory) Close() error { return nil }

func (m *memory) Read(p []byte) (int, error) {
	n := copy(p, m.rest)
	if m.rest = m.rest[n:]; len(m.rest) == 0 {
		return n, io.EOF
	}
	return n, nil
}
