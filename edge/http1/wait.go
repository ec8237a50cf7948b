package http1

import (
	"context"
	"sync"
)

// A wait lets a context interrupt the wait for a request. All requests of a connection are usually awaited under the
// same context, so it is asked only once to call back.
type wait struct {
	mu      sync.Mutex
	ctx     context.Context
	stop    func() bool
	waiting bool
}

// begin says that a request is awaited, and fails if ctx has ended.
func (w *wait) begin(ctx context.Context, in *reader) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if ctx != w.ctx {
		if w.stop != nil {
			w.stop()
		}
		w.ctx = ctx
		w.stop = context.AfterFunc(ctx, func() {
			w.mu.Lock()
			defer w.mu.Unlock()
			if w.waiting && w.ctx == ctx {
				in.interrupt()
			}
		})
	}
	w.waiting = true
	return nil
}

// end says that no request is awaited any more.
func (w *wait) end(in *reader) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.waiting = false
	in.resume()
}

// forget lets the context go.
func (w *wait) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stop != nil {
		w.stop()
		w.stop, w.ctx = nil, nil
	}
}
