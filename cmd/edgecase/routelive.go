package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"edgecase/cmd/edgecase/certs"
	"edgecase/cmd/edgecase/scenario"
	"edgecase/config/cloudfront"
	"edgecase/edge"
	"edgecase/origins"
)

// answerTime is how long one request of a route test may take.
const answerTime = 60 * time.Second

// A liveEdge is an edge that listens on loopback while route tests are run.
type liveEdge struct {
	plain, secure net.Listener
	authority     *certs.Authority
	viewers       *viewers
	underway      *underway
	ended         *ended
	serving       sync.WaitGroup
}

// startLive starts an edge on free ports, as serve does.
func startLive(ctx context.Context, r *round, opts edge.Options, log *slog.Logger) (l *liveEdge, err error) {
	l = &liveEdge{underway: &underway{}, ended: newEnded()}
	defer func() {
		if err != nil {
			l.close()
		}
	}()
	if l.authority, err = certs.Open(""); err != nil {
		return l, &exitError{code: exitRuntime, err: err}
	}
	if l.plain, err = listen(ctx, "http", "127.0.0.1:0"); err != nil {
		return l, err
	}
	if l.secure, err = listen(ctx, "https", "127.0.0.1:0"); err != nil {
		return l, err
	}
	opts.Log, opts.Observe = log, []edge.Observer{l.underway, l.ended}
	opts.HTTPPort, opts.HTTPSPort = portOf(l.plain), portOf(l.secure)
	e, err := edge.New(r.loaded.Config, opts)
	if err != nil {
		return l, &exitError{code: exitConfig, err: err}
	}
	l.viewers = newViewers(e, l.authority, false, log)
	l.serving.Go(func() { _ = l.viewers.serveHTTP2() })
	l.serving.Go(func() { _ = l.viewers.accept(l.plain, false) })
	l.serving.Go(func() { _ = l.viewers.accept(l.secure, true) })
	return l, nil
}

// close ends the listeners and all that is under way.
func (l *liveEdge) close() {
	for _, listener := range []net.Listener{l.plain, l.secure} {
		if listener != nil {
			listener.Close() // accept ends
		}
	}
	if l.viewers != nil {
		l.viewers.close(l.underway, interruptTime)
	}
	l.serving.Wait()
}

// ask sends a run's request, and returns what came back and what the edge made of it.
func (l *liveEdge) ask(ctx context.Context, run *scenario.Run) (*scenario.Answer, *edge.Exchange, error) {
	v := &scenario.Viewer{Address: addressOf(l.plain), Timeout: answerTime}
	if run.Request.Scheme == "https" {
		v.Address, v.TLS = addressOf(l.secure), &tls.Config{RootCAs: l.authority.Pool()}
	}
	answer, err := v.Send(ctx, &run.Request.Draft, run.WantsBody())
	if err != nil {
		return nil, nil, err
	}
	x, err := l.ended.wait(ctx, answer.Fields.Get("X-Amz-Cf-Id"))
	return answer, x, err
}

// An ended keeps exchanges that have ended until somebody asks for them. It is an observer.
type ended struct {
	mu   sync.Mutex
	by   map[string]*edge.Exchange
	tell chan struct{} // closed, and made anew, when one has ended
}

func newEnded() *ended {
	return &ended{by: map[string]*edge.Exchange{}, tell: make(chan struct{})}
}

// Begin does nothing.
func (e *ended) Begin(*edge.Exchange) {}

// Answer does nothing.
func (e *ended) Answer(*edge.Exchange) {}

// Detailed asks for nothing.
func (e *ended) Detailed() bool { return false }

// End keeps an exchange.
func (e *ended) End(x *edge.Exchange) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.by[x.RequestID()] = x
	close(e.tell)
	e.tell = make(chan struct{})
}

// errNotOurs is about an answer that the edge did not give.
var errNotOurs = errors.New("the answer came from elsewhere")

// wait returns the exchange with this request id once it has ended, and forgets it.
func (e *ended) wait(ctx context.Context, id string) (*edge.Exchange, error) {
	if id == "" {
		return nil, errNotOurs
	}
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	for {
		e.mu.Lock()
		x, tell := e.by[id], e.tell
		delete(e.by, id)
		e.mu.Unlock()
		if x != nil {
			return x, nil
		}
		select {
		case <-tell:
		case <-ctx.Done():
			return nil, errNotOurs
		}
	}
}

// live runs the tests over the wire: with a listener for each country that runs name, once the origins answer.
func (t *rehearsal) live(ctx context.Context, r *round, decided []*scenario.Result) ([]*scenario.Result, error) {
	if err := r.project.checkPlaces(r.loaded); err != nil {
		return nil, err
	}
	pool := origins.NewPool(r.project.places, origins.PoolOptions{Log: t.log()})
	defer pool.Close()
	if err := t.await(ctx, r, decided); err != nil {
		return nil, err
	}
	edges := map[string]*liveEdge{}
	defer func() {
		for _, l := range edges {
			l.close()
		}
	}()
	var results []*scenario.Result
	for _, d := range decided {
		if d.Verdict == scenario.Skipped || d.Run.Assume != nil {
			results = append(results, d)
			continue
		}
		l := edges[d.Run.Request.Country]
		if l == nil {
			opts := t.edgeOptions(r, d.Run.Request.Country)
			opts.Origins = pool
			var err error
			if l, err = startLive(ctx, r, opts, t.log()); err != nil {
				return nil, err
			}
			edges[d.Run.Request.Country] = l
		}
		answer, x, err := l.ask(ctx, d.Run)
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case err != nil:
			results = append(results, scenario.Broken(d.Run, err))
		default:
			results = append(results, scenario.Answered(d.Run, x, answer, r.project.standIn(x)))
		}
	}
	return results, nil
}

// log returns where the edge of live tests tells of troubles.
func (t *rehearsal) log() *slog.Logger {
	return slog.New(slog.NewTextHandler(t.stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

// standIn says what answered in place of an origin of which nobody has said where it is; "" if none did.
func (p *project) standIn(x *edge.Exchange) string {
	if x.Origin == nil {
		return ""
	}
	if _, mapped := p.places.For(x.Origin); mapped {
		return ""
	}
	return fmt.Sprintf("%s is not mapped: --origin %s=PLACE says where it is", x.Origin.ID, x.Origin.ID)
}

// await waits until the origins answer that runs will ask.
func (t *rehearsal) await(ctx context.Context, r *round, decided []*scenario.Result) error {
	asked := map[*cloudfront.Origin]bool{}
	for _, d := range decided {
		for x := d.Decision; x != nil; x = x.ErrorPage {
			if x.Origin == nil || asked[x.Origin] || d.Run.Assume != nil {
				continue
			}
			asked[x.Origin] = true
			place, mapped := r.project.places.For(x.Origin)
			if !mapped || place.URL == "" {
				continue
			}
			if err := t.awaitOrigin(ctx, x.Origin.ID.String(), place.URL); err != nil {
				return err
			}
		}
	}
	return nil
}

// How long one try at an origin may take, how long the next one waits, and when the waiting is told of.
const (
	tryTime   = 5 * time.Second
	tryAgain  = 200 * time.Millisecond
	tellAfter = time.Second
)

// awaitOrigin waits until an origin answers, whatever it says.
func (t *rehearsal) awaitOrigin(ctx context.Context, id, place string) error {
	began, told := time.Now(), false
	for {
		err := probe(ctx, place)
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case time.Since(began) >= t.wait:
			return &exitError{
				code: exitRuntime, err: fmt.Errorf("%s does not answer at %s within %s: %w", id, place, t.wait, err),
				hint: "start it, or wait longer with --wait 2m; without --live no origin is needed",
			}
		}
		if !told && time.Since(began) >= min(tellAfter, t.wait) {
			fmt.Fprintf(t.stderr, "waiting for %s at %s\n", printable(id), printable(place))
			told = true
		}
		select {
		case <-time.After(tryAgain):
		case <-ctx.Done():
		}
	}
}

// probe asks a server for something harmless. Any answer is one.
func probe(ctx context.Context, place string) error {
	u, err := url.Parse(place)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, tryTime)
	defer cancel()
	c, err := (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(u.Hostname(), portOfURL(u)))
	if err != nil {
		return err
	}
	defer c.Close()
	if deadline, ok := ctx.Deadline(); ok {
		_ = c.SetDeadline(deadline)
	}
	if u.Scheme == "https" {
		t := tls.Client(c, &tls.Config{ServerName: u.Hostname(), InsecureSkipVerify: true}) // whether it answers is all that is asked
		if err := t.HandshakeContext(ctx); err != nil {
			return err
		}
		c = t
	}
	if _, err := fmt.Fprintf(c, "%s / HTTP/1.1\r\nHost: %s\r\nUser-Agent: %s\r\nConnection: close\r\n\r\n", http.MethodHead, u.Host, scenario.Agent); err != nil {
		return err
	}
	if _, err = io.ReadFull(c, make([]byte, 1)); errors.Is(err, io.EOF) {
		return errors.New("it closes the connection")
	}
	return err
}

// portOfURL returns the port that a URL means.
func portOfURL(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}
