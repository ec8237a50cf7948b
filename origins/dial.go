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
	"syscall"
	"time"
)

// dial opens a connection to the place, TLS included, within the origin's connection timeout (REQ-325). With TLS it
// also says what is wrong with the place's certificate, nil if CloudFront would accept it: a place on this machine is
// used all the same (REQ-334).
func (t *remote) dial(ctx context.Context, serverName string) (conn net.Conn, untrusted error, err error) {
	ctx, cancel := context.WithTimeout(ctx, t.connectionTimeout())
	defer cancel()
	conn, err = t.pool.opts.Dial(ctx, "tcp", t.address)
	if err != nil {
		return nil, nil, t.dialError(ctx, err)
	}
	if t.url.Scheme != "https" {
		return conn, nil, nil
	}
	secure := tls.Client(conn, &tls.Config{
		ServerName: serverName,
		MinVersion: lowestVersion(t.origin.OriginSSLProtocols),
		NextProtos: []string{"http/1.1"},
		// The certificate is verified below, where a failure becomes a note instead of an end.
		InsecureSkipVerify: true,
		VerifyConnection: func(s tls.ConnectionState) error {
			untrusted = verify(s, serverName, t.pool.opts.Roots, t.pool.opts.Now())
			return nil
		},
	})
	if err := secure.HandshakeContext(ctx); err != nil {
		conn.Close()
		if ctx.Err() != nil {
			return nil, nil, t.dialError(ctx, err)
		}
		return nil, nil, &Error{Kind: TLSFailed, Place: t.place, Err: fmt.Errorf("TLS with %s: %w", t.place, err)}
	}
	return secure, untrusted, nil
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

// lowestVersion returns the lowest TLS version that origin_ssl_protocols lists; newer ones may always be used.
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
	case errors.As(err, &dns) && !dns.IsTimeout:
		e.Kind = Unresolved
		e.Err = fmt.Errorf("resolve the host of %s: %w", t.place, err)
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded), errors.Is(err, syscall.ETIMEDOUT),
		ctx.Err() == context.DeadlineExceeded:
		e.Kind = ConnectTimeout
	case errors.Is(err, context.Canceled):
		e.Kind = Canceled
	}
	return e
}

// connectionTimeout returns the origin's connection_timeout, 10 s unless set (section 10.2 of the request rules).
func (t *remote) connectionTimeout() time.Duration {
	if d := t.origin.ConnectionTimeout; d > 0 {
		return d
	}
	return 10 * time.Second
}
