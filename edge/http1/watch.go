package http1

import (
	"io"
	"sync"
	"time"
)

// watchDelay is how long an origin may take before the viewer is looked after: quick answers cost only a timer.
const watchDelay = 30 * time.Millisecond

// A watch reads ahead on a viewer's connection while its answer is being made.
type watch struct {
	c    *Conn
	gone func()

	mu      sync.Mutex
	stopped bool
	timer   *time.Timer
	halt    chan struct{} // closed by stop
	done    chan struct{} // closed when the reading goroutine has ended; nil before it has begun
}

// WatchClose calls gone, once and from another goroutine, if the viewer goes away before stop is called (REQ-291).
// What the viewer sends meanwhile is kept for the next request. A viewer that has only closed its sending side is
// taken to be gone if no byte of its answer was written within [ConnOptions].HalfCloseGrace; later, writing tells.
//
// ReadRequest, Switch and Close stop the watch, too; stop may be called more than once.
func (c *Conn) WatchClose(gone func()) (stop func()) {
	if c.watching != nil {
		c.watching.stop()
	}
	w := &watch{c: c, gone: gone, halt: make(chan struct{})}
	w.mu.Lock()
	w.timer = time.AfterFunc(watchDelay, w.run)
	w.mu.Unlock()
	c.watching = w
	return w.stop
}

func (w *watch) stop() {
	w.mu.Lock()
	if w.stopped {
		w.mu.Unlock()
		return
	}
	w.stopped = true
	w.timer.Stop()
	close(w.halt)
	done := w.done
	if done != nil {
		w.c.in.interrupt()
	}
	w.mu.Unlock()
	if done != nil {
		<-done
		w.c.in.resume()
	}
}

func (w *watch) run() {
	w.mu.Lock()
	if w.stopped {
		w.mu.Unlock()
		return
	}
	if b := w.c.body; b != nil && !b.settled() {
		// Whoever reads the body learns of the end by itself.
		w.timer.Reset(watchDelay)
		w.mu.Unlock()
		return
	}
	w.done = make(chan struct{})
	w.mu.Unlock()
	defer close(w.done)
	for {
		switch err := w.c.in.fill(time.Time{}); err {
		case nil:
		case errInterrupted, errBufferFull:
			return
		case io.EOF:
			w.halfClosed()
			return
		default:
			w.gone()
			return
		}
	}
}

func (w *watch) halfClosed() {
	grace := time.NewTimer(w.c.opts.HalfCloseGrace)
	defer grace.Stop()
	select {
	case <-w.halt:
	case <-grace.C:
		if !w.c.answered.Load() {
			w.gone()
		}
	}
}

// settled reports whether the body has ended, well or badly, and nobody is reading it.
func (b *body) settled() bool {
	if !b.mu.TryLock() {
		return false
	}
	defer b.mu.Unlock()
	return b.err == io.EOF
}
