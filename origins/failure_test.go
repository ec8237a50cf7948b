package origins

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
)

// Every way in which an origin fails before its answer has begun, with the time and the attempts it takes.
func TestFailures(t *testing.T) {
	const second = time.Second
	silent := func(c *peer, _ int) { c.head(); io.Copy(io.Discard, c.in) }
	says := func(s string) func(*peer, int) { return func(c *peer, _ int) { c.head(); c.say(s) } }
	tests := []struct {
		name, rule string
		serve      func(*peer, int)
		dial       func(context.Context) error
		origin     func(*cloudfront.Origin)
		request    *http1.Request
		want       ErrorKind
		attempts   int
		after      time.Duration
	}{
		{"F1 unresolved", "REQ-349", nil, func(context.Context) error { return &net.DNSError{Err: "no such host", IsNotFound: true} },
			nil, get("/"), Unresolved, 1, 0},
		{"F2 refused", "REQ-325", nil, func(context.Context) error { return errors.New("connection refused") }, nil, get("/"), Refused, 3, 0},
		{"F2 refused, POST", "REQ-328", nil, func(context.Context) error { return errors.New("connection refused") }, nil, post("x"), Refused, 3, 0},
		{"F2 refused, one attempt", "REQ-325", nil, func(context.Context) error { return errors.New("connection refused") },
			func(o *cloudfront.Origin) { o.ConnectionAttempts = 1 }, get("/"), Refused, 1, 0},
		{"F3 connect timeout", "REQ-325", nil, func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }, nil, get("/"), ConnectTimeout, 3, 30 * second},
		{"F3 connect timeout, settings", "REQ-325", nil, func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() },
			func(o *cloudfront.Origin) { o.ConnectionAttempts, o.ConnectionTimeout = 2, 4*second }, post("x"), ConnectTimeout, 2, 8 * second},
		{"F5 silent, GET", "REQ-327", silent, nil, nil, get("/"), ReadTimeout, 3, 90 * second},
		{"F5 silent, POST", "REQ-328", silent, nil, nil, post("x"), ReadTimeout, 1, 30 * second},
		{"F5 silent, settings", "REQ-326", silent, nil, func(o *cloudfront.Origin) { o.ConnectionAttempts, o.OriginReadTimeout = 2, 7*second },
			get("/"), ReadTimeout, 2, 14 * second},
		{"F5 silent in the head", "REQ-326", func(c *peer, _ int) { c.head(); c.say("HTTP/1.1 200 OK\r\nA: b"); io.Copy(io.Discard, c.in) }, nil,
			nil, post("x"), ReadTimeout, 1, 30 * second},
		{"F6 closes early", "REQ-346", says(""), nil, nil, get("/"), Closed, 1, 0},
		{"F6 half a head", "REQ-346", says("HTTP/1.1 200 OK\r\nContent-Le"), nil, nil, get("/"), Closed, 1, 0},
		{"F7 garbage", "REQ-346", says("220 mail.example ESMTP\r\n"), nil, nil, get("/"), Invalid, 1, 0},
		{"F7 bad status", "REQ-346", says("HTTP/1.1 2000 OK\r\n\r\n"), nil, nil, get("/"), Invalid, 1, 0},
		{"F7 two lengths", "REQ-346", says("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxy"), nil, nil, get("/"), Invalid, 1, 0},
		{"F7 transfer coding", "REQ-283", says("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nxy"), nil, nil, get("/"), Invalid, 1, 0},
		{"F7 101 nobody asked for", "REQ-277", says("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"), nil, nil, get("/"), Invalid, 1, 0},
		{"F8 head too large", "REQ-149", says("HTTP/1.1 200 OK\r\nA: " + strings.Repeat("a", 33000) + "\r\n\r\n"), nil, nil, get("/"), HeadTooLarge, 1, 0},
		{"F9 wrong range", "REQ-346", says("HTTP/1.1 206 Partial Content\r\nContent-Length: 3\r\nContent-Range: bytes 0-9/100\r\n\r\nabc"), nil, nil, get("/"), WrongRange, 1, 0},
		{"F9 wrong range, empty", "REQ-346", says("HTTP/1.1 206 Partial Content\r\nContent-Length: 0\r\nContent-Range: bytes 0-9/100\r\n\r\n"), nil, nil, get("/"), WrongRange, 1, 0},
		{"F11 completion timeout", "REQ-330", silent, nil, func(o *cloudfront.Origin) { o.ResponseCompletionTimeout = 40 * second }, get("/"), Incomplete, 2, 40 * second},
		{"F11 completion timeout while connecting", "REQ-330", nil, func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() },
			func(o *cloudfront.Origin) { o.ResponseCompletionTimeout = 15 * second }, get("/"), Incomplete, 2, 15 * second},
		{"F14 second 100", "REQ-258", says("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" + hello), nil, nil, get("/"), Invalid, 1, 0},
		{"F15 closes while the body is sent", "REQ-263", says(""), nil, nil, post(strings.Repeat("x", 1<<20)), WriteFailed, 1, 0},
		{"F15 takes no more", "REQ-263", func(c *peer, _ int) { c.in.Peek(1); time.Sleep(time.Hour) }, nil, nil, post(strings.Repeat("x", 1<<20)), WriteFailed, 1, 60 * second},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &wire{serve: tt.serve}
				dials := 0
				p := NewPool(Places{{ID: "*", Place: Place{Kind: PlaceURL, URL: "http://place:80"}}}, PoolOptions{
					Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
						dials++
						if tt.dial != nil {
							return nil, tt.dial(ctx)
						}
						return w.dial(ctx, network, address)
					}})
				defer w.wait.Wait()
				defer p.Close()
				began := time.Now()
				_, err := transport(t, p, settings(tt.origin)).RoundTrip(t.Context(), tt.request)
				kind, attempts := kindOf(t, err)
				if kind != tt.want || attempts != tt.attempts || dials != tt.attempts {
					t.Errorf("%s after %d attempts and %d dials, want %s after %d: %v", kind, attempts, dials, tt.want, tt.attempts, err)
				}
				if took := time.Since(began); took != tt.after {
					t.Errorf("took %v, want %v", took, tt.after)
				}
				if e, ok := errors.AsType[*Error](err); ok && (e.Place != "http://place:80" || !strings.Contains(e.Error(), "http://place:80")) {
					t.Errorf("the error does not name the place: %v", e)
				}
			})
		})
	}
}

// TestQuestion holds what the log asks whoever reads it about a place that is not there.
func TestQuestion(t *testing.T) {
	gone := &net.DNSError{Err: "no such host", IsNotFound: true}
	for _, tt := range []struct {
		rule, place string
		err         error
		want        string
	}{
		{"REQ-349", "http://django:8000", gone, "resolve the host of http://django:8000: lookup : no such host; is the container up?"},
		{"REQ-325", "http://django:8000", syscall.ECONNREFUSED,
			"connect to http://django:8000: connection refused; is the container up, and does it listen on 0.0.0.0?"},
		{"REQ-325", "http://localhost:8000", syscall.ECONNREFUSED, "connect to http://localhost:8000: connection refused; is it running?"},
		{"REQ-325", "http://127.0.0.1:8000", syscall.ECONNREFUSED, "connect to http://127.0.0.1:8000: connection refused; is it running?"},
		{"REQ-325", "http://[::1]:8000", syscall.ECONNREFUSED, "connect to http://[::1]:8000: connection refused; is it running?"},
		{"REQ-349", "http://api.example.gov", gone, "resolve the host of http://api.example.gov: lookup : no such host; is it running?"},
		{"REQ-325", "http://django:8000", errors.New("no route"), "connect to http://django:8000: no route"},
	} {
		t.Run(tt.rule+"/"+tt.place+" "+tt.err.Error(), func(t *testing.T) {
			p := NewPool(Places{{ID: "*", Place: Place{Kind: PlaceURL, URL: tt.place}}}, PoolOptions{
				Dial: func(context.Context, string, string) (net.Conn, error) { return nil, tt.err },
			})
			defer p.Close()
			_, err := transport(t, p, settings(func(o *cloudfront.Origin) { o.ConnectionAttempts = 1 })).RoundTrip(t.Context(), get("/"))
			if err == nil || err.Error() != tt.want {
				t.Errorf("the error is %q, want %q", err, tt.want)
			}
		})
	}
}

func TestSecondAttemptAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{serve: func(c *peer, n int) {
			c.head()
			if n < 3 {
				io.Copy(io.Discard, c.in)
				return
			}
			c.say(hello)
		}}
		defer w.wait.Wait()
		p, tr := w.pool(t, settings(nil))
		defer p.Close()
		began := time.Now()
		result, err := tr.RoundTrip(t.Context(), get("/"))
		if body := read(t, result, err); body != "hello" || len(result.Attempts) != 3 || time.Since(began) != time.Minute {
			t.Errorf("REQ-327: %q after %d attempts and %v", body, len(result.Attempts), time.Since(began))
		}
		if result.Attempts[0].Took != 30*time.Second || result.Attempts[0].Err == nil || result.Attempts[2].Err != nil {
			t.Errorf("attempts %+v", result.Attempts)
		}
	})
}

func TestBodyBreaks(t *testing.T) {
	const second = time.Second
	hang := func(c *peer) { io.Copy(io.Discard, c.in) }
	tests := []struct {
		name, rule string
		serve      func(*peer)
		origin     func(*cloudfront.Origin)
		want       ErrorKind // "" is a proper end
		body       string
		after      time.Duration
	}{
		{"length, closed", "REQ-289", func(c *peer) { c.say("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhel") }, nil, Closed, "hel", 0},
		{"chunked, closed", "REQ-289", func(c *peer) { c.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n") }, nil, Closed, "hel", 0},
		{"until close, closed", "REQ-289", func(c *peer) { c.say("HTTP/1.1 200 OK\r\n\r\nhel") }, nil, "", "hel", 0},
		{"bad chunk", "REQ-289", func(c *peer) {
			c.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\nzz\r\n")
			hang(c)
		}, nil, Invalid, "hel", 0},
		{"F10 pause", "REQ-326", func(c *peer) { c.say("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhel"); hang(c) }, nil, ReadTimeout, "hel", 30 * second},
		{"slow, but never silent", "REQ-331", func(c *peer) {
			c.say("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
			for _, r := range "hello" {
				time.Sleep(29 * second)
				c.say(string(r))
			}
		}, nil, "", "hello", 145 * second},
		{"F11 completion timeout", "REQ-330", func(c *peer) {
			c.say("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhel")
			hang(c)
		}, func(o *cloudfront.Origin) { o.ResponseCompletionTimeout = 10 * second }, Incomplete, "hel", 10 * second},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &wire{serve: func(c *peer, _ int) { c.head(); tt.serve(c) }}
				defer w.wait.Wait()
				p, tr := w.pool(t, settings(tt.origin))
				defer p.Close()
				began := time.Now()
				result, err := tr.RoundTrip(t.Context(), get("/"))
				if err != nil {
					t.Fatal(err)
				}
				defer result.Response.Body.Close()
				b, err := io.ReadAll(result.Response.Body)
				if errors.Is(err, io.EOF) {
					t.Errorf("%v is taken for the end of the body", err)
				}
				if kind, _ := kindOf(t, err); kind != tt.want || string(b) != tt.body || time.Since(began) != tt.after {
					t.Errorf("%q, %v after %v; want %q, %s after %v", b, err, time.Since(began), tt.body, tt.want, tt.after)
				}
			})
		})
	}
}

func TestNothingListens(t *testing.T) {
	l := listen(t)
	address := l.Addr().String()
	l.Close()
	p := NewPool(Places{{ID: "*", Place: Place{Kind: PlaceURL, URL: "http://" + address}}}, PoolOptions{})
	_, err := transport(t, p, settings(nil)).RoundTrip(t.Context(), get("/"))
	kind, attempts := kindOf(t, err)
	if kind != Refused || attempts != 3 || !strings.Contains(err.Error(), "connect to http://"+address+": ") {
		t.Errorf("REQ-325: %s after %d attempts: %v", kind, attempts, err)
	}
}

func TestCancel(t *testing.T) {
	for _, tt := range []struct {
		name  string
		serve func(*peer)
		inner bool // cancel while the body is read
	}{
		{"before the answer", func(*peer) {}, false},
		{"in the body", func(c *peer) { c.say("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhel") }, true},
	} {
		t.Run("REQ-291/"+tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				gone := false
				w := &wire{serve: func(c *peer, _ int) {
					c.head()
					tt.serve(c)
					io.Copy(io.Discard, c.in)
					gone = true
				}}
				p, tr := w.pool(t, settings(nil))
				defer p.Close()
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(time.Second, cancel)
				began := time.Now()
				result, err := tr.RoundTrip(ctx, get("/"))
				if tt.inner {
					if err != nil {
						t.Fatal(err)
					}
					defer result.Response.Body.Close()
					_, err = io.ReadAll(result.Response.Body)
				}
				if kind, _ := kindOf(t, err); kind != Canceled || time.Since(began) != time.Second {
					t.Errorf("%v after %v", err, time.Since(began))
				}
				if w.wait.Wait(); !gone {
					t.Error("the place's connection was not closed")
				}
			})
		})
	}
}

func TestBodyGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{serve: func(c *peer, _ int) {
			c.head()
			c.say("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhel")
			c.head()
		}}
		p, tr := w.pool(t, settings(nil))
		defer p.Close()
		result, err := tr.RoundTrip(t.Context(), get("/"))
		if err != nil {
			t.Fatal(err)
		}
		result.Response.Body.Close()
		w.wait.Wait() // the place sees the end of its connection
	})
}

func TestViewerBreaksOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{serve: func(c *peer, _ int) { c.head(); io.Copy(io.Discard, c.in) }}
		defer w.wait.Wait()
		p, tr := w.pool(t, settings(nil))
		defer p.Close()
		body := blocked{make(chan struct{})}
		close(body.done)
		req := post("")
		req.Body, req.ContentLength = body, -1
		_, err := tr.RoundTrip(t.Context(), req)
		if kind, attempts := kindOf(t, err); kind != Canceled || attempts != 1 {
			t.Errorf("REQ-261: %v", err)
		}
		if _, ok := errors.AsType[*http1.BodyError](err); !ok {
			t.Errorf("REQ-261: %v does not tell that the body broke off", err)
		}
	})
}
