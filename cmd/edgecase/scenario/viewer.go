package scenario

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"time"

	"edgecase/edge/http1"
)

// MaxBody is how much of a body is kept, in bytes.
const MaxBody = 1 << 20

// Agent is the User-Agent of requests that name none.
const Agent = "edgecase-test"

// A Viewer sends the requests of runs to one place, over HTTP/1.1 and a new connection each. It follows no redirects
// and adds nothing but a User-Agent.
type Viewer struct {
	Address string      // host and port
	TLS     *tls.Config // nil sends in the clear; its ServerName is the request's host where it has none
	Timeout time.Duration
}

// Send sends a request and reads the answer; of the body nothing if nobody wants it. A body that does not end in time, or
// within MaxBody, is cut.
func (v *Viewer) Send(ctx context.Context, d *http1.Draft, body bool) (*Answer, error) {
	began := time.Now()
	ctx, cancel := context.WithTimeout(ctx, v.Timeout)
	defer cancel()
	c, err := v.dial(ctx, d)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	stop := context.AfterFunc(ctx, func() { c.Close() })
	defer stop()

	sent := *d
	if sent.Fields = d.Fields.Clone(); !sent.Fields.Has("User-Agent") {
		sent.Fields.Add("User-Agent", Agent)
	}
	go io.WriteString(c, sent.Text()) // an answer may come before all of it is read; closing ends it
	resp, err := http1.NewClientConn(c, http1.ClientOptions{}).ReadResponse(v.asked(&sent))
	if err != nil {
		return nil, v.plain(ctx, err)
	}
	if resp.Switched != nil {
		resp.Switched.Close()
	}
	a := &Answer{Status: resp.Status, Fields: resp.Fields}
	if body && resp.Body != nil {
		if a.Body, a.Cut, err = v.read(ctx, resp.Body); err != nil {
			return nil, fmt.Errorf("the body broke off after %d bytes: %w", len(a.Body), err)
		}
	}
	a.Took = time.Since(began)
	return a, nil
}

// asked is what reading the answer depends on.
func (v *Viewer) asked(d *http1.Draft) *http1.Request {
	return &http1.Request{Method: d.Method, Fields: d.Fields}
}

func (v *Viewer) dial(ctx context.Context, d *http1.Draft) (net.Conn, error) {
	c, err := (&net.Dialer{}).DialContext(ctx, "tcp", v.Address)
	if err != nil || v.TLS == nil {
		return c, v.plain(ctx, err)
	}
	config := v.TLS.Clone()
	if config.ServerName == "" {
		config.ServerName = d.Host
		if host, _, err := net.SplitHostPort(d.Host); err == nil {
			config.ServerName = host
		}
	}
	t := tls.Client(c, config)
	if err := t.HandshakeContext(ctx); err != nil {
		c.Close()
		return nil, fmt.Errorf("no TLS with %s: %w", v.Address, v.plain(ctx, err))
	}
	return t, nil
}

// read reads a body to its end or to where it is cut.
func (v *Viewer) read(ctx context.Context, from io.Reader) (body []byte, cut bool, err error) {
	body, err = io.ReadAll(io.LimitReader(from, MaxBody+1))
	if len(body) > MaxBody {
		return body[:MaxBody], true, nil
	}
	if err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return body, true, nil
	}
	return body, false, err
}

// plain says of an error that it is time that ran out, where that is so.
func (v *Viewer) plain(ctx context.Context, err error) error {
	if err != nil && (errors.Is(ctx.Err(), context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded)) {
		return fmt.Errorf("no answer within %s", v.Timeout)
	}
	return err
}

// WantsBody reports whether the run looks at the body of the answer.
func (r *Run) WantsBody() bool {
	for _, e := range r.Expect {
		if e.Subject == Body || e.Subject == JSON {
			return true
		}
	}
	return false
}
