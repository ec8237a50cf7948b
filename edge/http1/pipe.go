package http1

import (
	"io"
	"sync"
)

// pipeSize is how far the writer of a pipe may be ahead of its reader.
const pipeSize = largeBuffer

// A pipe carries a body from a goroutine that writes it to one that reads it. What has been written can be read at
// once; the writer waits only when it is too far ahead.
type pipe struct {
	mu     sync.Mutex
	change *sync.Cond
	data   []byte // written and not yet read
	ended  error  // why nothing more will be written: io.EOF if it is all there
	closed error  // why nobody reads any more
}

func newPipe() *pipe {
	p := &pipe{}
	p.change = sync.NewCond(&p.mu)
	return p
}

// Write hands bytes to the reader.
func (p *pipe) Write(b []byte) (n int, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		switch {
		case p.closed != nil:
			return n, p.closed
		case p.ended != nil:
			return n, io.ErrClosedPipe
		case len(b) == 0:
			return n, nil
		}
		if room := pipeSize - len(p.data); room > 0 {
			k := min(room, len(b))
			p.data = append(p.data, b[:k]...)
			b = b[k:]
			n += k
			p.change.Broadcast()
			continue
		}
		p.change.Wait()
	}
}

// Read waits for bytes. The end is told with the last of them.
func (p *pipe) Read(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		switch {
		case p.closed != nil:
			return 0, p.closed
		case len(p.data) > 0:
			n := copy(b, p.data)
			p.data = append(p.data[:0], p.data[n:]...)
			p.change.Broadcast()
			if len(p.data) == 0 && p.ended == io.EOF {
				return n, io.EOF
			}
			return n, nil
		case p.ended != nil:
			return 0, p.ended
		case len(b) == 0:
			return 0, nil
		}
		p.change.Wait()
	}
}

// Buffered returns how many bytes can be read without waiting.
func (p *pipe) Buffered() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.data)
}

// end says that nothing more will be written. The first reason stays.
func (p *pipe) end(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended == nil {
		p.ended = err
	}
	p.change.Broadcast()
}

// abandon says that nobody reads any more.
func (p *pipe) abandon(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed == nil {
		p.closed = err
	}
	p.change.Broadcast()
}
