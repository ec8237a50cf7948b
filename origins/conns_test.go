package origins

import (
	"bufio"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
)

func TestKeepalive(t *testing.T) {
	tests := []struct {
		name    string
		timeout time.Duration
		pause   time.Duration
		want    int32 // connections for two requests
	}{
		{"default, in time", 0, 5*time.Second - 1, 1},
		{"default, too late", 0, 5*time.Second + 1, 2},
		{"set, in time", 60 * time.Second, 60*time.Second - 1, 1},
		{"set, too late", 60 * time.Second, 60*time.Second + 1, 2},
	}
	for _, tt := range tests {
		t.Run("REQ-319/"+tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &wire{serve: func(c *peer, _ int) {
					for c.head() != "" {
						c.say(hello)
					}
				}}
				defer w.wait.Wait()
				o := settings(func(o *cloudfront.Origin) { o.OriginKeepaliveTimeout = tt.timeout })
				p, tr := w.pool(t, o)
				defer p.Close()
				result, err := tr.RoundTrip(t.Context(), get("/"))
				read(t, result, err)
				time.Sleep(tt.pause)
				synctest.Wait()
				// A reload makes transports anew; the connections stay.
				result, err = transport(t, p, o).RoundTrip(t.Context(), get("/"))
				read(t, result, err)
				if n := w.count.Load(); n != tt.want {
					t.Errorf("%d connections, want %d", n, tt.want)
				}
			})
		})
	}
}

func TestKeepaliveForgets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{serve: func(c *peer, _ int) {
			for c.head() != "" {
				c.say(hello)
			}
		}}
		defer w.wait.Wait()
		p, tr := w.pool(t, settings(nil))
		for i := range 3 {
			req := get("/")
			req.Host = fmt.Sprintf("host-%d.example", i)
			result, err := tr.RoundTrip(t.Context(), req)
			read(t, result, err)
		}
		if n := w.count.Load(); n != 1 {
			t.Errorf("%d connections for three hosts over plain HTTP, want 1", n)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if n := len(p.conns.idle); n != 0 {
			t.Errorf("%d routes are remembered after a minute", n)
		}
		p.Close()
		result, err := tr.RoundTrip(t.Context(), get("/"))
		read(t, result, err)
		if n := len(p.conns.idle); n != 0 {
			t.Errorf("a closed pool keeps %d routes", n)
		}
	})
}

// A connection that the place closed while it was idle is found out when it is used.
func TestStale(t *testing.T) {
	// gone closes after the first answer; seen reads a second request and closes then.
	gone := func(*peer) {}
	seen := func(c *peer) { c.head() }
	tests := []struct {
		name     string
		second   func(*peer)
		request  *http1.Request
		want     ErrorKind
		attempts int
	}{
		{"GET", gone, get("/"), "", 2},
		{"GET that was seen", seen, get("/"), "", 2},
		{"POST without body", gone, post(""), "", 2},
		{"POST without body that was seen", seen, post(""), Closed, 1},
		{"half an answer", func(c *peer) { c.head(); c.say("HTTP/1.1 200") }, get("/"), Closed, 1},
	}
	for _, tt := range tests {
		t.Run("REQ-319/"+tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &wire{serve: func(c *peer, n int) {
					c.head()
					c.say(hello)
					if n <= 3 {
						tt.second(c)
						return
					}
					c.head()
				}}
				defer w.wait.Wait()
				p, tr := w.pool(t, settings(func(o *cloudfront.Origin) { o.ConnectionAttempts = 1 }))
				defer p.Close()
				// Three connections, so that a retry on another idle one would fail, too.
				var results []*Result
				for range 3 {
					result, err := tr.RoundTrip(t.Context(), get("/"))
					if err != nil {
						t.Fatal(err)
					}
					results = append(results, result)
				}
				for _, result := range results {
					read(t, result, nil)
				}
				synctest.Wait()
				result, err := tr.RoundTrip(t.Context(), tt.request)
				kind, attempts := kindOf(t, err)
				if err == nil {
					attempts = len(result.Attempts)
					if body := read(t, result, nil); body != "hello" {
						t.Errorf("body %q", body)
					}
				}
				if kind != tt.want || attempts != tt.attempts {
					t.Errorf("%q after %d attempts, want %q after %d: %v", kind, attempts, tt.want, tt.attempts, err)
				}
			})
		})
	}
	t.Run("REQ-319/POST with body is not repeated", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w := &wire{serve: func(c *peer, _ int) { c.head(); c.say(hello); c.head() }}
			defer w.wait.Wait()
			p, tr := w.pool(t, settings(nil))
			defer p.Close()
			result, err := tr.RoundTrip(t.Context(), get("/"))
			read(t, result, err)
			_, err = tr.RoundTrip(t.Context(), post("once"))
			if kind, attempts := kindOf(t, err); kind != Closed && kind != WriteFailed || attempts != 1 || w.count.Load() != 1 {
				t.Errorf("%v after %d attempts", err, attempts)
			}
		})
	})
}

// Over TCP, a connection that was closed while it was idle is not even tried.
func TestClosedWhileIdle(t *testing.T) {
	l := listen(t)
	closed := make(chan struct{})
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			p := &peer{c, bufio.NewReader(c)}
			p.head()
			p.say(hello)
			c.Close()
			closed <- struct{}{}
		}
	}()
	p := NewPool(Places{{ID: "*", Place: Place{Kind: PlaceURL, URL: "http://" + l.Addr().String()}}}, PoolOptions{})
	defer p.Close()
	tr := transport(t, p, settings(nil))
	for range 3 {
		result, err := tr.RoundTrip(t.Context(), post(""))
		if body := read(t, result, err); body != "hello" {
			t.Errorf("REQ-319: body %q", body)
		}
		<-closed
	}
}
