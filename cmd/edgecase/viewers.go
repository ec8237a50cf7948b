package main

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"edgecase/cmd/edgecase/certs"
	"edgecase/config/cloudfront"
	"edgecase/edge"
	"edgecase/edge/http1"

	"golang.org/x/net/http2"
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

// A viewers serves the connections of viewers: HTTP/1.1 through [edge.Edge.Serve], HTTP/2 through ServeHTTP. It owns a
// goroutine for each of them.
type viewers struct {
	edge        *edge.Edge
	log         *slog.Logger
	tls         *tls.Config // of the HTTPS listener
	assumeHTTPS bool

	base   *http.Server // what HTTP/2 connections have in common: their graceful end
	http2  *http2.Server
	ctx    context.Context // of every connection; ends when they must
	cancel context.CancelFunc

	mu     sync.Mutex
	conns  map[net.Conn]bool
	closed bool
	wg     sync.WaitGroup
}

func newViewers(e *edge.Edge, authority *certs.Authority, assumeHTTPS bool, log *slog.Logger) (*viewers, error) {
	v := &viewers{
		edge: e, log: log, assumeHTTPS: assumeHTTPS, conns: map[net.Conn]bool{},
		base:  &http.Server{Handler: e, ReadHeaderTimeout: headTimeout, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug)},
		http2: &http2.Server{MaxConcurrentStreams: maxStreams, IdleTimeout: idleTimeout},
	}
	v.ctx, v.cancel = context.WithCancel(context.Background())
	if authority != nil {
		v.tls = tlsConfig(e.Config, authority.Certificate)
	}
	return v, http2.ConfigureServer(v.base, v.http2)
}

// tlsConfig decides per handshake, by the distribution whose name the viewer asks for and the configuration of that
// moment.
func tlsConfig(current func() *cloudfront.Config, certificate func(*tls.ClientHelloInfo) (*tls.Certificate, error)) *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS10,
		GetConfigForClient: func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
			d := distributionFor(current(), hello.ServerName)
			c := &tls.Config{GetCertificate: certificate, MinVersion: minimumTLS(d), NextProtos: []string{"http/1.1"}}
			if offersHTTP2(d) && slices.Max(append(hello.SupportedVersions, 0)) >= tls.VersionTLS12 { // REQ-129
				c.NextProtos = []string{"h2", "http/1.1"}
			}
			return c, nil
		},
	}
}

// distributionFor returns the distribution that a name belongs to, else the only one, else nil.
func distributionFor(c *cloudfront.Config, name string) *cloudfront.Distribution {
	if d := cloudfront.NewHosts(c.Distributions).Owner(name); d != nil {
		return d
	}
	if len(c.Distributions) == 1 {
		return c.Distributions[0]
	}
	return nil
}

// offersHTTP2 reports whether a distribution speaks HTTP/2 with viewers (REQ-128).
func offersHTTP2(d *cloudfront.Distribution) bool {
	return d == nil || d.HTTPVersion == cloudfront.HTTP2 || d.HTTPVersion == cloudfront.HTTP2And3
}

// minimumTLS returns the oldest TLS version that a distribution accepts (REQ-132). SSLv3 cannot be spoken any more.
func minimumTLS(d *cloudfront.Distribution) uint16 {
	if d == nil || d.ViewerCertificate.CloudFrontDefaultCertificate {
		return tls.VersionTLS10
	}
	switch d.ViewerCertificate.MinimumProtocolVersion {
	case "TLSv1.1_2016":
		return tls.VersionTLS11
	case "TLSv1.2_2018", "TLSv1.2_2019", "TLSv1.2_2021", "TLSv1.2_2025":
		return tls.VersionTLS12
	case "TLSv1.3_2025":
		return tls.VersionTLS13
	}
	return tls.VersionTLS10
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
			defer v.remove(c)
			v.serve(c, secure)
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

// serve serves one connection to its end.
func (v *viewers) serve(c net.Conn, secure bool) {
	opts := http1.ConnOptions{
		HeadTimeout: headTimeout, IdleTimeout: idleTimeout, BodyTimeout: bodyTimeout, WriteTimeout: writeTimeout,
	}
	if !secure {
		if v.assumeHTTPS {
			opts.Scheme = "https"
		}
		_ = v.edge.Serve(v.ctx, http1.NewConn(c, opts)) // how a viewer's connection ends is its own business
		return
	}
	t := tls.Server(c, v.tls)
	ctx, cancel := context.WithTimeout(v.ctx, handshakeTimeout)
	err := t.HandshakeContext(ctx)
	cancel()
	if err != nil {
		v.log.Debug("no TLS with a viewer", "err", err)
		return
	}
	state := t.ConnectionState()
	if state.NegotiatedProtocol == "h2" {
		v.http2.ServeConn(t, &http2.ServeConnOpts{Context: v.ctx, BaseConfig: v.base, Handler: v.edge})
		return
	}
	opts.TLS = &state
	_ = v.edge.Serve(v.ctx, http1.NewConn(t, opts))
}

// close ends every connection once the exchanges under way have ended, or the time is over, and waits for them.
func (v *viewers) close(under *underway, drain time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), drain)
	defer cancel()
	_ = v.base.Shutdown(ctx) // tells HTTP/2 viewers to go; there is no listener that could fail
	under.wait(ctx)
	v.cancel()
	v.mu.Lock()
	v.closed = true
	for c := range v.conns {
		c.Close()
	}
	v.mu.Unlock()
	v.wg.Wait()
}

// An underway counts the exchanges that have begun and not ended, so that the end of the program can wait for them.
// WebSockets are not waited for once they are open.
type underway struct {
	mu   sync.Mutex
	n    int
	idle chan struct{} // closed when n is 0; nil while nobody waits
}

// Begin counts.
func (u *underway) Begin(*edge.Exchange) { u.count(1) }

// Answer lets go of an opened WebSocket.
func (u *underway) Answer(x *edge.Exchange) {
	if isSocket(x) {
		u.count(-1)
	}
}

// End lets go.
func (u *underway) End(x *edge.Exchange) {
	if !isSocket(x) {
		u.count(-1)
	}
}

// Detailed asks for nothing.
func (u *underway) Detailed() bool { return false }

func isSocket(x *edge.Exchange) bool { return x.Response != nil && x.Response.Switched != nil }

func (u *underway) count(by int) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.n += by
	if u.n == 0 && u.idle != nil {
		close(u.idle)
		u.idle = nil
	}
}

// wait returns when nothing is under way, or the context ends.
func (u *underway) wait(ctx context.Context) {
	u.mu.Lock()
	if u.n == 0 {
		u.mu.Unlock()
		return
	}
	if u.idle == nil {
		u.idle = make(chan struct{})
	}
	idle := u.idle
	u.mu.Unlock()
	select {
	case <-idle:
	case <-ctx.Done():
	}
}
