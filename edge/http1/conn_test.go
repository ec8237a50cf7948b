package http1

import (
	"context"
	"io"
	"net"
	"testing"
)

// pair returns both ends of a loopback connection.
func pair(t testing.TB) (viewer, edge net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	accepted := make(chan net.Conn, 1)
	go func() {
		c, err := l.Accept()
		if err != nil {
			t.Error(err)
		}
		accepted <- c
	}()
	viewer, err = net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	edge = <-accepted
	t.Cleanup(func() {
		viewer.Close()
		edge.Close()
	})
	return viewer, edge
}

func TestExchange(t *testing.T) {
	viewer, edge := pair(t)
	go func() {
		c := NewConn(edge, ConnOptions{})
		defer c.Close()
		for {
			r, err := c.ReadRequest(context.Background())
			if err != nil {
				return
			}
			var body []byte
			if r.Body != nil {
				body, _ = io.ReadAll(r.Body)
			}
			c.WriteResponse(r, &Response{Status: 200, Body: Bytes(body), ContentLength: int64(len(body)),
				Fields: Fields{{"X-Target", r.Target()}}}, !c.KeepAlive())
		}
	}()
	cc := NewClientConn(viewer, ClientOptions{})
	for _, body := range []string{"one", "", "three"} {
		req := &Request{Method: "POST", Path: "/a", RawQuery: "q", Fields: Fields{{"Host", "x"}},
			ContentLength: -1, Body: Text(body)}
		resp, err := cc.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if resp.Body != nil {
			b, err := io.ReadAll(resp.Body)
			if err != nil {
				t.Fatal(err)
			}
			got = string(b)
		}
		if got != body || resp.Fields.Get("X-Target") != "/a?q" {
			t.Fatalf("got %q, %v", got, resp.Fields)
		}
		if !cc.Reset() {
			t.Fatal("connection is not reusable")
		}
	}
}
