package edge

import (
	"context"
	"errors"
	"io"
	"sync/atomic"
	"time"

	"edgecase/edge/http1"
)

// socketIdle is how long a WebSocket lives without a byte from the origin; what the viewer sends does not count
// (REQ-475).
const socketIdle = 10 * time.Minute

// ErrSocketIdle ends a WebSocket whose origin has been silent for too long.
var ErrSocketIdle = errors.New("no byte came from the origin for 10 minutes")

// tunnel writes the 101 and then relays bytes in both directions until one side closes (REQ-475). It owns its two
// copies: when it returns, both have ended.
func (e *Edge) tunnel(ctx context.Context, c *http1.Conn, x *Exchange) {
	origin := x.Response.Switched
	sent, err := c.WriteResponse(&x.Viewer, x.Response, false)
	if err != nil {
		origin.Close()
		e.end(x, sent, err)
		return
	}
	viewer := c.Switch()
	n, err := relay(ctx, viewer, origin)
	e.end(x, sent+n, err)
}

// relay copies in both directions and returns how many bytes went to the viewer. An end in one direction is passed on
// where the connection can say so; when the origin's has come, or the context ends, or the origin stays silent for
// socketIdle, both connections are closed.
func relay(ctx context.Context, viewer, origin io.ReadWriteCloser) (toViewer int64, err error) {
	var idle, left atomic.Bool
	closeBoth := func() { viewer.Close(); origin.Close() }
	timer := time.AfterFunc(socketIdle, func() { idle.Store(true); closeBoth() })
	defer timer.Stop()
	defer context.AfterFunc(ctx, closeBoth)()

	up := make(chan struct{})
	go func() {
		defer close(up)
		io.Copy(origin, viewer) // how the viewer's side ends changes nothing: the origin's decides
		left.Store(true)
		if half, ok := origin.(interface{ CloseWrite() error }); ok {
			half.CloseWrite()
		} else {
			origin.Close()
		}
	}()
	toViewer, err = io.Copy(viewer, resetting{origin, timer})
	gone := left.Load()
	closeBoth()
	<-up
	if idle.Load() {
		return toViewer, ErrSocketIdle
	}
	if ctx.Err() != nil || gone {
		return toViewer, nil // a viewer that closes a WebSocket has ended it, whatever the origin makes of that
	}
	return toViewer, err
}

// resetting restarts a timer with every piece that is read, and marks errors as the origin's.
type resetting struct {
	io.Reader
	timer *time.Timer
}

func (r resetting) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if n > 0 {
		r.timer.Reset(socketIdle)
	}
	if err != nil && err != io.EOF {
		err = &http1.BodyError{Err: err}
	}
	return n, err
}
