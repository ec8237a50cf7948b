package origins

import (
	"context"
	"io"
	"sync"
	"sync/atomic"

	"edgecase/edge/http1"
)

// A remoteBody is an answer's body as it comes from a place. At its end the connection goes back to the pool; if it
// is given up before, the connection is closed.
type remoteBody struct {
	ctx      context.Context
	remote   *remote
	exchange exchange
	cancel   func()
	from     io.ReadCloser
	once     sync.Once
}

// Read reads the next piece. It ends with an [*Error] if the place broke off (REQ-289) or paused for longer than its
// read timeout (REQ-326).
func (b *remoteBody) Read(p []byte) (int, error) {
	n, err := b.from.Read(p)
	switch {
	case err == nil:
		return n, nil
	case err == io.EOF: // and not one that wraps it: that body broke off
		b.end(true)
		return n, io.EOF
	}
	failure := b.remote.failure(b.ctx, err)
	b.end(false)
	return n, failure
}

// Close gives up what has not been read.
func (b *remoteBody) Close() error {
	b.end(false)
	return nil
}

// Buffered returns how many bytes can be read without waiting.
func (b *remoteBody) Buffered() int { return buffered(b.from) }

func buffered(r io.Reader) int {
	if have, ok := r.(http1.Buffered); ok {
		return have.Buffered()
	}
	return 0
}

// end gives the connection back, whole or to be closed.
func (b *remoteBody) end(whole bool) {
	b.once.Do(func() {
		stopped := b.exchange.stop()
		if whole && stopped {
			b.remote.pool.conns.put(b.exchange.route, b.exchange.link, b.remote.keepaliveTimeout())
		} else {
			b.exchange.link.Close()
		}
		b.cancel()
	})
}

// A sentBody is a request's body that knows whether all of it was taken.
type sentBody struct {
	io.ReadCloser
	ended atomic.Bool
}

// Read reads the next piece to send.
func (b *sentBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err == io.EOF {
		b.ended.Store(true)
	}
	return n, err
}

// Buffered returns how many bytes can be read without waiting.
func (b *sentBody) Buffered() int { return buffered(b.ReadCloser) }

// unsent reports whether a part of the request's body has not been taken.
func unsent(req *http1.Request) bool {
	b, ok := req.Body.(*sentBody)
	return ok && !b.ended.Load()
}
