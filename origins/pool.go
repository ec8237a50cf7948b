package origins

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync/atomic"
	"time"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
	"edgecase/origins/s3"
)

// PoolOptions are what a Pool needs of the world. The zero value works.
type PoolOptions struct {
	Log   *slog.Logger                                                         // nil discards
	Roots *x509.CertPool                                                       // nil are the system's
	Dial  func(ctx context.Context, network, address string) (net.Conn, error) // nil is a net.Dialer's
	Now   func() time.Time                                                     // nil is time.Now
}

// A Pool has a Transport for every origin. What is costly outlives its transports, and so the reloads of a
// configuration: idle connections and the ETags of files. It is safe for concurrent use.
type Pool struct {
	places atomic.Pointer[Places]
	opts   PoolOptions
	conns  *conns
	sums   *s3.Sums
	socks  sockets
}

// NewPool returns a pool for these places.
func NewPool(places Places, opts PoolOptions) *Pool {
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Dial == nil {
		opts.Dial = (&net.Dialer{}).DialContext
	}
	p := &Pool{opts: opts, conns: newConns(), sums: s3.NewSums(s3.DefaultSums)}
	p.Map(places)
	return p
}

// Map gives the pool new places. Transports that were made before keep theirs.
func (p *Pool) Map(places Places) { p.places.Store(&places) }

// Place returns where an origin is, and whether anybody said so.
func (p *Pool) Place(o *cloudfront.Origin) (place Place, mapped bool) { return p.places.Load().For(o) }

// For returns the transport of an origin. An origin that nobody mapped gets the echo: it is never dialled. Making a
// transport is cheap; it needs no closing.
func (p *Pool) For(o *cloudfront.Origin) (Transport, error) {
	place, mapped := p.Place(o)
	switch place.Kind {
	case PlaceEcho:
		return &standIn{origin: o, mapped: mapped, socks: &p.socks}, nil
	case PlaceNone:
		return dead{}, nil
	case PlaceDir:
		return newBucket(o, place, p.sums, p.opts.Now), nil
	case PlaceURL, PlaceS3:
		return p.newRemote(o, place)
	}
	return nil, fmt.Errorf("origin %q: a place of the kind %q is unknown", o.ID, place.Kind)
}

// Close closes the idle connections and the WebSockets of the echo, and waits for them. Requests that are under way go
// on.
func (p *Pool) Close() error {
	p.conns.close()
	p.socks.close()
	return nil
}

// dead is an origin where nothing listens.
type dead struct{}

// RoundTrip refuses (F2).
func (dead) RoundTrip(context.Context, *http1.Request) (*Result, error) {
	err := errors.New(`nothing listens: the origin is mapped to "none"`)
	return nil, &Error{Kind: Refused, Place: string(PlaceNone), Attempts: []Attempt{{Err: err}}, Err: err}
}
