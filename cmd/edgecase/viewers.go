package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"edgecase/cmd/edgecase/certs"
	"edgecase/edge"
	"edgecase/edge/http1"
)

// How long a viewer may take, and how many of its requests go over one HTTP/2 connection at once.
const (
	handshakeTimeout = 10 * time.Second
	headTimeout      = 30 * time.Second
	idleTimeout      = 2 * time.Minute
	bodyTimeout      = time.Minute
	writeTimeout     = 2 * time.Minute
	maxStreams       = 128
)

// A viewers serves the connections of viewers: HTTP/1.1 through [edge.Edge.Serve] with a goroutine for each, HTTP/2
// through net/http and ServeHTTP. It waits for all of them.
type viewers struct {
	edge        *edge.Edge
	log         *slog.Logger
	tls         *tls.Config // of the HTTPS listener
	assumeHTTPS bool

	http2  *http.Server
	agreed *handover       // the connections on which HTTP/2 has been agreed on
	ctx    context.Context // of every connection; ends when they must
	cancel context.CancelFunc

	mu     sync.Mutex
	conns  map[net.Conn]bool
	closed bool
	wg     sync.WaitGroup
}

func newViewers(e *edge.Edge, authority *certs.Authority, assumeHTTPS bool, log *slog.Logger) *viewers {
	v := &viewers{
		edge: e, log: log, assumeHTTPS: assumeHTTPS, conns: map[net.Conn]bool{},
		agreed: &handover{conns: make(chan net.Conn), closed: make(chan struct{})},
	}
	v.ctx, v.cancel = context.WithCancel(context.Background())
	v.http2 = &http.Server{
		Handler: pace{e, bodyTimeout, writeTimeout}, ReadHeaderTimeout: headTimeout, IdleTimeout: idleTimeout,
		HTTP2: &http.HTTP2Config{MaxConcurrentStreams: maxStreams, WriteByteTimeout: writeTimeout},
		// "OPTIONS *" is for the edge to refuse, as over HTTP/1.1.
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     slog.NewLogLogger(log.Handler(), slog.LevelDebug),
		BaseContext:                  func(net.Listener) context.Context { return v.ctx },
		ConnState: func(c net.Conn, state http.ConnState) {
			if t, ok := c.(*tls.Conn); ok && state == http.StateClosed {
				v.remove(t.NetConn())
			}
		},
	}
	if authority != nil {
		v.tls = tlsConfig(e.Distribution, authority.Certificate)
	}
	return v
}

// serveHTTP2 serves the connections that are handed over, until close.
func (v *viewers) serveHTTP2() error {
	if err := v.http2.Serve(v.agreed); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve HTTP/2: %w", err)
	}
	return nil
}

// accept serves a listener until it is closed. There may be none.
func (v *viewers) accept(l net.Listener, secure bool) error {
	if l == nil {
		return nil
	}
	pause := time.Duration(0)
	for {
		c, err := l.Accept()
		switch {
		case errors.Is(err, net.ErrClosed):
			return nil
		case err != nil:
			// Too many open files, most of the time: that passes.
			pause = min(max(2*pause, 5*time.Millisecond), time.Second)
			select {
			case <-time.After(pause):
				continue
			case <-v.ctx.Done():
				return nil
			}
		}
		pause = 0
		if !v.add(c) {
			c.Close()
			continue
		}
		go func() {
			if handedOver := v.serve(c, secure); !handedOver {
				v.remove(c)
			}
		}()
	}
}

// add takes note of a connection, unless all of them are being closed.
func (v *viewers) add(c net.Conn) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.closed {
		return false
	}
	v.conns[c] = true
	v.wg.Add(1)
	return true
}

func (v *viewers) remove(c net.Conn) {
	c.Close()
	v.mu.Lock()
	delete(v.conns, c)
	v.mu.Unlock()
	v.wg.Done()
}

// serve serves one connection to its end, or hands it over to the HTTP/2 server.
func (v *viewers) serve(c net.Conn, secure bool) (handedOver bool) {
	opts := http1.ConnOptions{
		HeadTimeout: headTimeout, IdleTimeout: idleTimeout, BodyTimeout: bodyTimeout, WriteTimeout: writeTimeout,
	}
	if !secure {
		if v.assumeHTTPS {
			opts.Scheme = "https"
		}
		_ = v.edge.Serve(v.ctx, http1.NewConn(c, opts)) // how a viewer's connection ends is its own business
		return false
	}
	t := tls.Server(c, v.tls)
	ctx, cancel := context.WithTimeout(v.ctx, handshakeTimeout)
	err := t.HandshakeContext(ctx)
	cancel()
	if err != nil {
		v.log.Debug("no TLS with a viewer", "err", err)
		return false
	}
	state := t.ConnectionState()
	if state.NegotiatedProtocol == "h2" {
		return v.agreed.give(t)
	}
	opts.TLS = &state
	_ = v.edge.Serve(v.ctx, http1.NewConn(t, opts))
	return false
}

// close ends every connection once the exchanges under way have ended, or the time is over, and waits for them.
func (v *viewers) close(under *underway, drain time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), drain)
	defer cancel()
	_ = v.http2.Shutdown(ctx) // tells HTTP/2 viewers to go; those that do not are closed below
	under.wait(ctx)
	v.cancel()
	_ = v.http2.Close()
	v.mu.Lock()
	v.closed = true
	for c := range v.conns {
		c.Close()
	}
	v.mu.Unlock()
	v.wg.Wait()
}

// A handover is a listener whose connections were accepted elsewhere.
type handover struct {
	conns  chan net.Conn
	once   sync.Once
	closed chan struct{}
}

// give hands a connection over, and reports whether somebody took it.
func (h *handover) give(c net.Conn) bool {
	select {
	case h.conns <- c:
		return true
	case <-h.closed:
		return false
	}
}

// Accept waits for the next connection.
func (h *handover) Accept() (net.Conn, error) {
	select {
	case c := <-h.conns:
		return c, nil
	case <-h.closed:
		return nil, net.ErrClosed
	}
}

// Close ends Accept and give.
func (h *handover) Close() error {
	h.once.Do(func() { close(h.closed) })
	return nil
}

// Addr returns an address that says nothing: the connections have their own.
func (h *handover) Addr() net.Addr { return &net.TCPAddr{} }
