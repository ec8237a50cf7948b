package origins

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
)

// A wire is a place whose connections are pipes in this process: what goes over them is exact, and so is time in a
// synctest bubble. Each connection is served by the function, which is told which one it is, from 1 on.
type wire struct {
	serve func(c *peer, n int)
	count atomic.Int32
	wait  sync.WaitGroup
}

// A peer is the far end of a connection.
type peer struct {
	net.Conn
	in *bufio.Reader
}

func (w *wire) dial(context.Context, string, string) (net.Conn, error) {
	near, far := net.Pipe()
	n := int(w.count.Add(1))
	w.wait.Go(func() {
		defer far.Close()
		w.serve(&peer{far, bufio.NewReader(far)}, n)
	})
	return near, nil
}

// head reads a request's head and returns it, or "" at the end.
func (p *peer) head() string {
	var b strings.Builder
	for {
		line, err := p.in.ReadString('\n')
		b.WriteString(line)
		if err != nil {
			return ""
		}
		if line == "\r\n" {
			return b.String()
		}
	}
}

func (p *peer) say(s string) { io.WriteString(p, s) }

const hello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"

// pool returns a pool whose only place is the wire, and the transport of the origin there.
func (w *wire) pool(t *testing.T, o *cloudfront.Origin) (*Pool, Transport) {
	t.Helper()
	p := NewPool(Places{{ID: "*", Place: Place{Kind: PlaceURL, URL: "http://place:80"}}}, PoolOptions{Dial: w.dial})
	return p, transport(t, p, o)
}

func transport(t *testing.T, p *Pool, o *cloudfront.Origin) Transport {
	t.Helper()
	tr, err := p.For(o)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// get and post are requests as the edge makes them.
func get(path string) *http1.Request {
	path, query, has := strings.Cut(path, "?")
	return &http1.Request{Method: "GET", Path: path, RawQuery: query, HasQuery: has, Scheme: "http", Host: "origin.example",
		Major: 1, Minor: 1, Fields: http1.Fields{{Name: "Host", Value: "origin.example"}}}
}

func post(body string) *http1.Request {
	r := get("/")
	r.Method = "POST"
	if body != "" {
		r.Body, r.ContentLength, r.HasLength = io.NopCloser(strings.NewReader(body)), int64(len(body)), true
	}
	return r
}

// read reads a result to its end.
func read(t *testing.T, r *Result, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if r.Response.Body == nil {
		return ""
	}
	defer r.Response.Body.Close()
	b, err := io.ReadAll(r.Response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// kindOf returns the kind of an error that must be an *Error, and "" for none.
func kindOf(t *testing.T, err error) (ErrorKind, int) {
	t.Helper()
	if err == nil {
		return "", 0
	}
	e, ok := errors.AsType[*Error](err)
	if !ok {
		t.Fatalf("%T %v is no *Error", err, err)
	}
	return e.Kind, len(e.Attempts)
}

// settings are an origin's, beside those of origin().
func settings(change func(*cloudfront.Origin)) *cloudfront.Origin {
	o := origin("app", "origin.example")
	if change != nil {
		change(o)
	}
	return o
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := newListener()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func newListener() (net.Listener, error) { return net.Listen("tcp", "127.0.0.1:0") }

// A blocked body never gives a byte until it is closed.
type blocked struct{ done chan struct{} }

func (b blocked) Read([]byte) (int, error) { <-b.done; return 0, errors.New("the viewer has gone") }

func (b blocked) Close() error { return nil }
