package edge

import (
	"context"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
	"edgecase/origins"
)

// A running is a running edge, and all around it.
type running struct {
	edge    *Edge
	address string
	servers map[string]*server
	watch   *witness
}

// A witness keeps every exchange.
type witness struct {
	mu    sync.Mutex
	ended []*Exchange
	end   chan *Exchange // gets each exchange that has ended
}

func newWitness() *witness {
	return &witness{end: make(chan *Exchange, 1000)}
}

// wait returns the next exchange that ends.
func (w *witness) wait(t testing.TB) *Exchange {
	t.Helper()
	select {
	case x := <-w.end:
		return x
	case <-time.After(20 * time.Second):
		t.Fatal("no exchange ended")
		return nil
	}
}

func (w *witness) Begin(*Exchange)  {}
func (w *witness) Answer(*Exchange) {}
func (w *witness) Detailed() bool   { return true }
func (w *witness) End(x *Exchange) {
	w.mu.Lock()
	w.ended = append(w.ended, x)
	w.mu.Unlock()
	select {
	case w.end <- x:
	default: // nobody waits for so many
	}
}

func (w *witness) exchanges() []*Exchange {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]*Exchange(nil), w.ended...)
}

// start runs an edge on a listener, with these origins: answers by "METHOD /target" for each id.
func start(t testing.TB, distributions []*cloudfront.Distribution, https bool, at map[string]map[string]string, opts Options, dial ...dialer) *running {
	t.Helper()
	run := &running{servers: make(map[string]*server), watch: newWitness()}
	var places origins.Places
	for id, answers := range at {
		place := origins.Place{Kind: origins.PlaceNone}
		switch dir, isDir := strings.CutPrefix(answers[""], "dir:"); {
		case isDir:
			place = origins.Place{Kind: origins.PlaceDir, Dir: dir}
		case answers[""] == secured:
			place = origins.Place{Kind: origins.PlaceURL, URL: "https://127.0.0.1:1"}
		case answers[""] != nobody:
			s := startServer(t, answers)
			run.servers[id] = s
			place = origins.Place{Kind: origins.PlaceURL, URL: s.url()}
		}
		places = append(places, origins.Mapping{ID: id, Place: place})
	}
	pooled := origins.PoolOptions{Now: func() time.Time { return now }}
	for _, d := range dial {
		pooled.Dial = d
	}
	run.open(t, distributions, https, origins.NewPool(places, pooled), opts)
	return run
}

// startAt runs an edge whose origin "app" is at a URL.
func startAt(t testing.TB, url string, changes ...change) *running {
	t.Helper()
	run := &running{watch: newWitness()}
	places := origins.Places{{ID: "app", Place: origins.Place{Kind: origins.PlaceURL, URL: url}}}
	run.open(t, []*cloudfront.Distribution{distributionOf(changes...)}, false, origins.NewPool(places, origins.PoolOptions{}), Options{})
	return run
}

func (run *running) open(t testing.TB, distributions []*cloudfront.Distribution, https bool, pool *origins.Pool, opts Options) {
	t.Helper()
	t.Cleanup(func() { pool.Close() })
	opts.Origins, opts.Now = pool, func() time.Time { return now }
	opts.Observe = append(opts.Observe, run.watch)
	e, err := New(&cloudfront.Config{Distributions: distributions}, opts)
	if err != nil {
		t.Fatal(err)
	}
	run.edge = e
	run.address = listen(t, e, https)
}

// The answers of origins that are no servers.
const (
	nobody  = "(nobody)"  // the place "none"
	secured = "(secured)" // an https place that is reached through the dialer of the test
)

// listen serves an edge on a free port until the test ends.
func listen(t testing.TB, e *Edge, https bool) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	opts := http1.ConnOptions{Scheme: "http"}
	if https {
		opts.Scheme = "https"
	}
	ctx, cancel := context.WithCancel(context.Background())
	var wait sync.WaitGroup
	wait.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			wait.Go(func() { e.Serve(ctx, http1.NewConn(c, opts)) })
		}
	})
	t.Cleanup(func() { cancel(); l.Close(); wait.Wait() })
	return l.Addr().String()
}

// send sends text, whose head has LF as line ends, and returns everything that comes back until the edge closes.
func (run *running) send(t testing.TB, text string) string {
	t.Helper()
	c, err := net.Dial("tcp", run.address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(20 * time.Second))
	head, body := wire(text)
	if _, err := io.WriteString(c, head+body); err != nil {
		t.Fatal(err)
	}
	c.(*net.TCPConn).CloseWrite()
	all, err := io.ReadAll(c)
	if err != nil {
		t.Logf("read: %v", err)
	}
	return string(all)
}

// forget drops what was seen so far.
func (w *witness) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ended = nil
}
