package origins

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"

	"edgecase/edge/http1"
)

// dial opens a connection to the place, TLS included, within the origin's connection timeout (REQ-325). A certificate
// that CloudFront would refuse is remembered; a place on this machine is used all the same (REQ-334).
func (t *remote) dial(ctx context.Context, r route) (*link, error) {
	inner, cancel := context.WithTimeout(ctx, t.connectionTimeout())
	defer cancel()
	conn, err := t.pool.opts.Dial(inner, "tcp", r.address)
	if err != nil {
		return nil, t.dialError(inner, err)
	}
	l := &link{}
	if r.scheme == "https" {
		secure := tls.Client(conn, t.tlsConfig(r, &l.untrusted))
		if err := secure.HandshakeContext(inner); err != nil {
			conn.Close()
			return nil, t.handshakeError(inner, err)
		}
		conn = secure
	}
	l.ClientConn = http1.NewClientConn(conn, http1.ClientOptions{
		FirstByte: t.readTimeout(), Pause: t.readTimeout(), Write: t.readTimeout(),
	})
	return l, nil
}

// tlsConfig returns how TLS is spoken to the place, and sets untrusted during the handshake.
func (t *remote) tlsConfig(r route, untrusted *error) *tls.Config {
	return &tls.Config{
		ServerName: r.name,
		MinVersion: r.version,
		NextProtos: []string{"http/1.1"},
		// The certificate is verified below, where a failure becomes a note instead of an end.
		InsecureSkipVerify: true,
		VerifyConnection: func(s tls.ConnectionState) error {
			*untrusted = verify(s, r.name, t.pool.opts.Roots, t.pool.opts.Now())
			return nil
		},
	}
}

// verify checks a certificate as CloudFront would: unexpired, complete, from a CA that is trusted, for this name
// (REQ-333).
func verify(s tls.ConnectionState, name string, roots *x509.CertPool, now time.Time) error {
	opts := x509.VerifyOptions{DNSName: name, Roots: roots, CurrentTime: now, Intermediates: x509.NewCertPool()}
	for _, c := range s.PeerCertificates[1:] {
		opts.Intermediates.AddCert(c)
	}
	_, err := s.PeerCertificates[0].Verify(opts)
	return err
}

// lowestVersion returns the lowest TLS version that origin_ssl_protocols lists; newer ones may always be used
// (REQ-335).
func lowestVersion(protocols []string) uint16 {
	switch {
	case slices.Contains(protocols, "SSLv3"), slices.Contains(protocols, "TLSv1"):
		return tls.VersionTLS10
	case slices.Contains(protocols, "TLSv1.1"):
		return tls.VersionTLS11
	default:
		return tls.VersionTLS12
	}
}

// dialError tells the ways in which a connection is not made (F1 to F3).
func (t *remote) dialError(ctx context.Context, err error) *Error {
	e := &Error{Kind: Refused, Place: t.place, Err: fmt.Errorf("connect to %s: %w", t.place, err)}
	var dns *net.DNSError
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded),
		errors.Is(err, syscall.ETIMEDOUT):
		e.Kind = ConnectTimeout
		e.Err = fmt.Errorf("connect to %s within %v: %w", t.place, t.connectionTimeout(), err)
	case errors.As(err, &dns):
		e.Kind = Unresolved
		e.Err = fmt.Errorf("resolve the host of %s: %w%s", t.place, err, t.question(""))
	case errors.Is(err, syscall.ECONNREFUSED):
		e.Err = fmt.Errorf("connect to %s: %w%s", t.place, err, t.question(", and does it listen on 0.0.0.0"))
	}
	return e
}

// question is what to ask oneself about a place that is not there. A name without a dot is a container's, as a rule: one
// that is down has no address, and one that listens on its own loopback refuses.
func (t *remote) question(more string) string {
	if host := t.url.Hostname(); host == "localhost" || strings.ContainsAny(host, ".:") {
		return "; is it running?"
	}
	return "; is the container up" + more + "?"
}

// handshakeError tells a TLS handshake that failed (F4) from one that took too long (F3).
func (t *remote) handshakeError(ctx context.Context, err error) *Error {
	if ctx.Err() != nil {
		return t.dialError(ctx, err)
	}
	return &Error{Kind: TLSFailed, Place: t.place, Err: fmt.Errorf("TLS with %s: %w", t.place, err)}
}
