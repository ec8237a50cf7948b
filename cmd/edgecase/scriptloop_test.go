package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync/atomic"

	"github.com/rogpeppe/go-internal/testscript"
)

// A loop is a viewer that asks the same again and again.
type loop struct {
	asked  atomic.Int64
	failed atomic.Pointer[string] // what the first answer was that was not 200
	cancel context.CancelFunc
	ended  chan struct{}
}

// cmdLoop starts a loop, or ends it once it has asked often enough.
func cmdLoop(ts *testscript.TestScript, neg bool, args []string) {
	st := stageOf(ts)
	if neg || len(args) != 1 {
		ts.Fatalf("usage: loop URL, then loop COUNT")
	}
	if st.loop == nil {
		ctx, cancel := context.WithCancel(context.Background())
		st.loop = &loop{cancel: cancel, ended: make(chan struct{})}
		go st.loop.run(ctx, args[0])
		ts.Defer(st.loop.stop)
		return
	}
	l := st.loop
	st.loop = nil
	count, err := strconv.ParseInt(args[0], 10, 64)
	ts.Check(err)
	eventually(func() bool { return l.asked.Load() >= count || l.failed.Load() != nil })
	l.stop()
	if what := l.failed.Load(); what != nil {
		ts.Fatalf("request %d: %s", l.asked.Load(), *what)
	}
	if n := l.asked.Load(); n < count {
		ts.Fatalf("only %d requests", n)
	}
	fmt.Fprintf(ts.Stdout(), "%d requests\n", l.asked.Load())
}

func (l *loop) stop() {
	l.cancel()
	<-l.ended
}

func (l *loop) run(ctx context.Context, url string) {
	defer close(l.ended)
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	for ctx.Err() == nil {
		what := askOnce(ctx, transport, url)
		if ctx.Err() != nil {
			return
		}
		l.asked.Add(1)
		if what != "" {
			l.failed.Store(&what)
			return
		}
	}
}

// askOnce returns what an answer was, unless it was 200 and came whole.
func askOnce(ctx context.Context, transport *http.Transport, url string) string {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err.Error()
	}
	resp, err := transport.RoundTrip(r)
	if err != nil {
		return err.Error()
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return err.Error()
	}
	if resp.StatusCode != http.StatusOK {
		return resp.Status
	}
	return ""
}
