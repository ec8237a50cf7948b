package edge

import (
	"context"
	"errors"
	"io"
	"net/http"

	"edgecase/edge/http1"
)

// Serve answers the requests of one HTTP/1.1 connection until either side ends it, and closes it.
func (e *Edge) Serve(ctx context.Context, c *http1.Conn) error {
	defer c.Close()
	for {
		r, err := c.ReadRequest(ctx)
		var malformed *http1.Error
		switch {
		case err == io.EOF:
			return nil
		case errors.As(err, &malformed) && answerable(malformed):
		case err != nil:
			return err
		}
		if more := e.serveRequest(ctx, c, r, malformed); !more {
			return nil
		}
	}
}

// errNoTunnel ends a WebSocket that was asked for through net/http.
var errNoTunnel = errors.New("a WebSocket needs a connection of its own")

// answerable reports whether a viewer whose request could not be read still waits for an answer.
func answerable(malformed *http1.Error) bool {
	return malformed.Kind != http1.Unterminated && malformed.Kind != http1.ReadTimeout
}

// serveRequest answers one request and reports whether the connection takes another.
func (e *Edge) serveRequest(ctx context.Context, c *http1.Conn, r *Request, malformed *http1.Error) bool {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	x := e.newExchange(r, malformed)
	x.keepAlive = c.KeepAlive
	x.watch = func() { c.WatchClose(cancel) }
	e.serve(ctx, x)
	if x.Response.Switched != nil {
		e.tunnel(ctx, c, x)
		return false
	}
	sent, err := c.WriteResponse(&x.Viewer, x.Response, x.Close)
	e.end(x, sent, err)
	return err == nil && !x.Close
}

// ServeHTTP answers one request of net/http: HTTP/2, and tests. A WebSocket needs [Edge.Serve] (REQ-470).
func (e *Edge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := e.newExchange(http1.FromHTTP(r))
	e.serve(r.Context(), x)
	if x.Response.Switched != nil {
		x.Response.Switched.Close()
		e.end(x, 0, errNoTunnel)
		panic(http.ErrAbortHandler)
	}
	sent, err := http1.WriteHTTP(w, r, x.Response)
	e.end(x, sent, err)
	if err != nil {
		panic(http.ErrAbortHandler) // the only way to let the viewer see that something is missing
	}
}
