// Package capture asks the real CloudFront what edgecase only infers.
//
// [Write] writes a Terraform directory for a throw-away distribution, and [Directory.Capture] puts the requests of
// [Probes] to it once somebody has deployed it. The same bytes go to an edge in this process that serves the same
// Terraform: what it answers is what edgecase says of CloudFront. A [Record] holds both answers of every request, and
// what their comparison says of the rules; [Record.Replay] compares it with a later edgecase, without a network.
//
// What a record says of its author's account, hosts and addresses is replaced by stand-ins as soon as it arrives.
//
// The package prints nothing and knows no flags.
package capture

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net"
	"time"
)

// Options say how the requests are sent. The zero value is what users get.
type Options struct {
	Pace     time.Duration             // from the start of one request to that of the next; 0 is 5 a second
	Patience time.Duration             // for one whole answer; 0 is 20 seconds
	Limit    time.Duration             // for all of them; 0 is 10 minutes, after which nothing more is sent
	Progress func(done, of int)        // called before each request; nil for none
	Now      func() time.Time          // nil is time.Now
	Version  string                    // of edgecase, for the record
	network  func(*tls.Config) dialing // nil is the real one; tests put one of this machine in its place
}

// A dialing opens a connection to a host, TLS included if it is to be secure.
type dialing func(ctx context.Context, host string, secure bool) (net.Conn, error)

// What the requests may cost at most.
const (
	maxRequests = 400
	maxSent     = 1 << 20 // bytes, all requests together
	maxAnswer   = 1 << 16 // bytes of one answer's body that are read
)

// A Cost is what a capture sends.
type Cost struct {
	Secure, Plain  int // requests
	Bytes, Seconds int // about
}

// WhatItCosts returns what a capture sends, the two requests that ask who the host is among them.
func WhatItCosts() Cost {
	c := Cost{Secure: 2, Bytes: 100}
	hosts := Hosts{Main: "d111111abcdef8.cloudfront.net"}
	for _, p := range Probes() {
		if c.Bytes += len(p.Bytes(hosts)); p.Plain {
			c.Plain++
		} else {
			c.Secure++
		}
	}
	c.Seconds = int(float64(c.Secure+c.Plain) * Options{}.orDefault().Pace.Seconds())
	return c
}

func (o Options) orDefault() Options {
	if o.Pace == 0 {
		o.Pace = time.Second / 5
	}
	if o.Patience == 0 {
		o.Patience = 20 * time.Second
	}
	if o.Limit == 0 {
		o.Limit = 10 * time.Minute
	}
	if o.Progress == nil {
		o.Progress = func(int, int) {}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.network == nil {
		o.network = internet
	}
	return o
}

// internet dials hosts under their names, at the ports that CloudFront has.
func internet(c *tls.Config) dialing {
	return func(ctx context.Context, host string, secure bool) (net.Conn, error) {
		if !secure {
			return (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(host, "80"))
		}
		return (&tls.Dialer{Config: c}).DialContext(ctx, "tcp", net.JoinHostPort(host, "443"))
	}
}

// OnThisMachine returns options that reach every host at two addresses of this machine instead of at CloudFront. It is
// for tests: no flag leads here.
func (o Options) OnThisMachine(plain, secure string, roots *x509.CertPool) Options {
	o.network = func(c *tls.Config) dialing {
		return func(ctx context.Context, host string, safe bool) (net.Conn, error) {
			if !safe {
				return (&net.Dialer{}).DialContext(ctx, "tcp", plain)
			}
			own := c.Clone()
			own.ServerName, own.RootCAs = host, roots
			return (&tls.Dialer{Config: own}).DialContext(ctx, "tcp", secure)
		}
	}
	return o
}

// A NotOursError says that a host is not the distribution that a directory made, or not to be reached.
type NotOursError struct {
	Host, Why string
	Err       error // what the network reported, if that is the cause
}

// Error says what was found instead.
func (e *NotOursError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s %s: %v", e.Host, e.Why, e.Err)
	}
	return e.Host + " " + e.Why
}

// Unwrap returns what the network reported, or nil.
func (e *NotOursError) Unwrap() error { return e.Err }

// A capture is one run: where the requests go, and how.
type capture struct {
	Options
	dial  dialing
	hosts Hosts // the real ones
	mask  mask
}

// Capture sends every probe to the directory's distribution at the host, and compares the answers with those of this
// edgecase. The host must be the directory's own: after at most two requests that would be harmless anywhere, one that
// is not gets a [*NotOursError].
func (d *Directory) Capture(ctx context.Context, host string, o Options) (*Record, error) {
	c := &capture{Options: o.orDefault()}
	c.dial = c.network(&tls.Config{NextProtos: []string{"http/1.1"}})
	if err := c.knock(ctx, host, d.Token); err != nil {
		return nil, err
	}
	r := &Record{Format: format, Edgecase: o.Version, Time: c.Now().UTC().Truncate(time.Second), Hosts: c.hosts.standIns(), Edited: d.Edited}
	c.mask = newMask(c.hosts, r.Hosts)
	r.Files = c.mask.files(d.files)
	local, err := serve(d.Dir, r.Hosts)
	if err != nil {
		return nil, err
	}
	defer local.close()
	probes := Probes()
	tick := time.NewTicker(c.Pace)
	defer tick.Stop()
	over := time.Now().Add(c.Limit)
	for i, p := range probes {
		c.Progress(i, len(probes))
		result := Result{Probe: p.Name, Asks: p.Asks, To: p.To, Plain: p.Plain, Request: p.Bytes(r.Hosts), Waits: p.Waits, Claims: p.Claims}
		result.Answer = Answer{Trouble: fmt.Sprintf("not sent: %v were over", c.Limit)}
		if time.Now().Before(over) {
			result.Answer = c.mask.answer(c.ask(ctx, p.To.of(c.hosts), p.Plain, p.Bytes(c.hosts)))
		}
		result.judge(ctx, local)
		r.Results = append(r.Results, result)
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-tick.C:
		}
	}
	c.Progress(len(probes), len(probes))
	return r, nil
}

// knock asks who the host is, and learns its sisters' names.
func (c *capture) knock(ctx context.Context, host, token string) error {
	c.hosts = Hosts{Main: host}
	a := c.ask(ctx, host, false, get("/edgecase-capture.json").Bytes(c.hosts))
	if a.err != nil {
		return &NotOursError{host, "gives no answer", a.err}
	}
	var said struct{ Token, Pages, Nowhere, Disabled string }
	if a.status() != 200 || json.Unmarshal([]byte(a.body), &said) != nil || said.Token != token {
		return &NotOursError{host, "is not the distribution that this directory made", fmt.Errorf("/edgecase-capture.json was answered %s", a.summary())}
	}
	c.hosts = Hosts{host, said.Pages, said.Nowhere, said.Disabled}
	if err := c.hosts.check(); err != nil {
		return &NotOursError{host, "says where its sisters are, and that cannot be", err}
	}
	if a = c.ask(ctx, host, false, get("/get/echo").Bytes(c.hosts)); a.view().origin == nil {
		return &NotOursError{host, "does not reach its machine", fmt.Errorf("/get/echo was answered %s", a.summary())}
	}
	return nil
}

// ask sends the bytes of a request over a connection of its own, and reads the answer.
func (c *capture) ask(ctx context.Context, host string, plain bool, request string) Answer {
	ctx, cancel := context.WithTimeout(ctx, c.Patience)
	defer cancel()
	conn, err := c.dial(ctx, host, !plain)
	if err != nil {
		return Answer{Trouble: "no connection: " + err.Error(), err: err}
	}
	return exchange(ctx, conn, request)
}
