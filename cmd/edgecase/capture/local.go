package capture

import (
	"context"
	"crypto/tls"
	"fmt"
	"maps"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"time"

	"edgecase/config"
	"edgecase/config/cloudfront"
	"edgecase/edge"
	"edgecase/edge/http1"
	"edgecase/origins"
)

// A local is this edgecase with a directory's distributions, in this process: what it answers is what edgecase says that
// CloudFront would. It opens no socket.
type local struct {
	edge *edge.Edge
	pool *origins.Pool
	mask mask

	mu     sync.Mutex
	reason edge.Reason // of the last answer
}

// serve loads a directory. hosts are the names of its distributions.
func serve(dir string, hosts Hosts) (*local, error) {
	loaded, diags := config.Load(dir, config.Options{})
	if diags.HasErrors() {
		return nil, fmt.Errorf("evaluate %s: %w", dir, diags)
	}
	addresses := map[string]string{
		"aws_cloudfront_distribution.main": hosts.Main, "aws_cloudfront_distribution.pages": hosts.Pages,
		"aws_cloudfront_distribution.nowhere": hosts.Nowhere, "aws_cloudfront_distribution.disabled": hosts.Disabled,
	}
	var places origins.Places
	for _, d := range loaded.Config.Distributions {
		if d.DomainName = addresses[d.Address]; d.DomainName == "" {
			return nil, fmt.Errorf("%s is none of the distributions that capture init wrote", d.Address)
		}
		delete(addresses, d.Address)
		for _, o := range d.Origins {
			places = append(places, origins.Mapping{ID: o.ID.Value, Place: placeOf(o, dir)})
		}
	}
	for missing := range maps.Keys(addresses) {
		return nil, fmt.Errorf("%s has no %s", dir, missing)
	}
	program, err := ReadOrigin(dir)
	if err != nil {
		return nil, err
	}
	l := &local{mask: newMask(hosts, hosts)}
	l.pool = origins.NewPool(places, origins.PoolOptions{Dial: program.dial})
	l.edge, err = edge.New(loaded.Config, edge.Options{
		Origins: l.pool, Observe: []edge.Observer{l}, Viewer: map[string]string{"Country": "AA"},
	})
	if err != nil {
		l.pool.Close()
		return nil, err
	}
	return l, nil
}

func (l *local) close() { l.pool.Close() }

// placeOf says where an origin of the directory is: in its folder, or at an address that means something to dial alone.
func placeOf(o *cloudfront.Origin, dir string) origins.Place {
	if o.Kind == cloudfront.KindS3 {
		return origins.Place{Kind: origins.PlaceDir, Dir: filepath.Join(dir, "site")}
	}
	o.DomainName = cloudfront.Known("ec2-198-51-100-7.compute-1.amazonaws.com")
	u := url.URL{Scheme: "http", Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(o.HTTPPort))}
	if o.OriginProtocolPolicy == cloudfront.OriginHTTPSOnly {
		u = url.URL{Scheme: "https", Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(o.HTTPSPort))}
	}
	return origins.Place{Kind: origins.PlaceURL, URL: u.String()}
}

// dial connects to the machine of origin.tf: by its ports the program, nobody, and what is not let through.
func (o Origin) dial(_ context.Context, _, address string) (net.Conn, error) {
	switch _, port, _ := net.SplitHostPort(address); port {
	case "8000":
		return o.connect(), nil
	case "8001":
		return nil, syscall.ECONNREFUSED
	default:
		return nil, os.ErrDeadlineExceeded
	}
}

// localPatience is how long the edge in this process may take, which needs milliseconds unless a request never ends.
const localPatience = 10 * time.Second

// ask puts the bytes of a request to the edge.
func (l *local) ask(ctx context.Context, plain bool, request string) (Answer, edge.Reason) {
	ctx, cancel := context.WithTimeout(ctx, localPatience)
	defer cancel()
	here, there := net.Pipe()
	opts := http1.ConnOptions{Scheme: "http"}
	if !plain {
		opts.Scheme, opts.TLS = "https", &tls.ConnectionState{Version: tls.VersionTLS13, CipherSuite: tls.TLS_AES_128_GCM_SHA256}
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = l.edge.Serve(ctx, http1.NewConn(addressed{there}, opts)) // how a viewer's connection ends is its own business
	}()
	defer func() { <-done }()
	a := exchange(ctx, here, request)
	l.mu.Lock()
	defer l.mu.Unlock()
	reason := l.reason
	l.reason = ""
	return l.mask.answer(a), reason
}

// An addressed is a pipe whose other end has an address.
type addressed struct{ net.Conn }

// RemoteAddr returns the viewer's address.
func (addressed) RemoteAddr() net.Addr { return documentation }

// Begin does nothing.
func (l *local) Begin(*edge.Exchange) {}

// Answer keeps the reason of an answer.
func (l *local) Answer(x *edge.Exchange) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.reason = x.Trace.Reason
}

// End does nothing.
func (l *local) End(*edge.Exchange) {}

// Detailed reports that nothing is timed.
func (l *local) Detailed() bool { return false }
