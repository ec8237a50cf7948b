package http1

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// breaking is a body that breaks off.
type breaking struct{ io.Reader }

func (b breaking) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if err == io.EOF {
		err = errors.New("broken")
	}
	return n, err
}

// plain hides that a reader is in memory.
func plain(s string) io.ReadCloser { return io.NopCloser(io.MultiReader(strings.NewReader(s))) }

func TestWriteResponse(t *testing.T) {
	get, head := "GET / HTTP/1.1\r\nHost: h\r\n\r\n", "HEAD / HTTP/1.1\r\nHost: h\r\n\r\n"
	old := "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
	five := Fields{{"Content-Length", "5"}}
	tests := []struct {
		name, rule, request string
		resp                Response
		want                string
		broken, more        bool // the body breaks; the connection takes another request
	}{
		{"length", "OBS-001", get, Response{Status: 200, Fields: Fields{{"server", "x"}, {"Content-Length", "5"}, {"B", "y"}}, Body: Text("hello")},
			"HTTP/1.1 200 OK\r\nserver: x\r\nContent-Length: 5\r\nB: y\r\n\r\nhello", false, true},
		{"length from a stream", "OBS-001", get, Response{Status: 200, Fields: five, Body: plain("hello"), ContentLength: -1},
			"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", false, true},
		{"length added", "RFC 9112 6.3", get, Response{Status: 404, ContentLength: 5, Body: plain("hello")},
			"HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nhello", false, true},
		{"no body", "RFC 9112 6.3", get, Response{Status: 403}, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", false, true},
		{"chunks", "REQ-283", get, Response{Status: 200, ContentLength: -1, Body: plain("hello")},
			"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", false, true},
		{"chunks asked for", "REQ-283", get, Response{Status: 200, ContentLength: 5, Chunked: true, Body: Text("hello")},
			"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", false, true},
		{"chunks without body", "REQ-283", get, Response{Status: 200, ContentLength: -1},
			"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", false, true},
		{"coding in its place", "OBS-003", get, Response{Status: 200, ContentLength: -1, Fields: Fields{{"transfer-encoding", "chunked"}, {"A", "b"}}, Body: Text("hello")},
			"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nA: b\r\n\r\n5\r\nhello\r\n0\r\n\r\n", false, true},
		{"coding that is not so", "RFC 9112 6.1", get, Response{Status: 200, Fields: Fields{{"Transfer-Encoding", "chunked"}, {"Content-Length", "5"}}, Body: Text("hello")},
			"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", false, true},
		{"HEAD", "REQ-287", head, Response{Status: 200, Fields: Fields{{"Content-Length", "5"}}, Body: Text("hello")},
			"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", false, true},
		{"304", "REQ-281", get, Response{Status: 304, ContentLength: -1, Body: Text("hello")}, "HTTP/1.1 304 Not Modified\r\n\r\n", false, true},
		{"204", "REQ-278", get, Response{Status: 204, Body: Text("hello")}, "HTTP/1.1 204 No Content\r\n\r\n", false, true},
		{"unregistered status", "REQ-143", get, Response{Status: 494, Reason: "Request header too large"},
			"HTTP/1.1 494 Request header too large\r\nContent-Length: 0\r\n\r\n", false, true},
		{"HTTP/1.0, length", "REQ-288", old, Response{Status: 200, Fields: five, Body: Text("hello")},
			"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", false, true},
		{"HTTP/1.0, no length", "REQ-288", old, Response{Status: 200, ContentLength: -1, Fields: Fields{{"Connection", "keep-alive"}, {"A", "b"}}, Body: Text("hello")},
			"HTTP/1.1 200 OK\r\nConnection: close\r\nA: b\r\n\r\nhello", false, false},
		{"too short", "REQ-289", get, Response{Status: 200, Fields: Fields{{"Content-Length", "9"}}, Body: Text("hello")},
			"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello", true, false},
		{"too long", "REQ-289", get, Response{Status: 200, Fields: Fields{{"Content-Length", "4"}}, Body: Text("hello")},
			"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhell", true, false},
		{"broken length", "REQ-289", get, Response{Status: 200, Fields: Fields{{"Content-Length", "9"}}, Body: io.NopCloser(breaking{strings.NewReader("hello")})},
			"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello", true, false},
		{"broken chunks", "REQ-289", get, Response{Status: 200, ContentLength: -1, Body: io.NopCloser(breaking{strings.NewReader("hello")})},
			"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", true, false},
		{"missing body", "REQ-289", get, Response{Status: 200, Fields: five}, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", true, false},
		{"line in a value", "RFC 9110 5.5", get, Response{Status: 204, Fields: Fields{{"A", "b\r\nC: d"}, {"E\n", "f"}, {"G", "\x00"}}},
			"HTTP/1.1 204 No Content\r\nA: b  C: d\r\nG:  \r\n\r\n", false, true},
		{"line in the reason", "RFC 9112 4", get, Response{Status: 204, Reason: "a\r\nb"}, "HTTP/1.1 204 No Content\r\n\r\n", false, true},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			conn := newScript(tt.request + get)
			c := NewConn(conn, ConnOptions{})
			r, err := c.ReadRequest(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			wrote, err := c.WriteResponse(r, &tt.resp, false)
			var body *BodyError
			if errors.As(err, &body) != tt.broken || err != nil && !tt.broken {
				t.Errorf("error %v, broken %v", err, tt.broken)
			}
			if diff := cmp.Diff(tt.want, conn.sent.String()); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if wrote != int64(len(tt.want)) {
				t.Errorf("wrote %d, want %d", wrote, len(tt.want))
			}
			if conn.closed != tt.broken {
				t.Errorf("closed %v, want %v", conn.closed, tt.broken)
			}
			if _, err := c.ReadRequest(context.Background()); (err == nil) != tt.more {
				t.Errorf("next request: %v", err)
			}
		})
	}
}

// TestLargeBodies checks that bodies around the sizes of the buffers come through whole.
func TestLargeBodies(t *testing.T) {
	for _, size := range []int{1, 4000, 4095, 4096, 4097, 32<<10 - 13, 32 << 10, 32<<10 + 1, 100_000, 1 << 20} {
		text := strings.Repeat("0123456789abcdef", size/16+1)[:size]
		for _, resp := range []*Response{
			{Status: 200, ContentLength: int64(size), Body: Text(text)},
			{Status: 200, ContentLength: int64(size), Body: plain(text)},
			{Status: 200, ContentLength: -1, Body: Text(text)},
			{Status: 200, ContentLength: -1, Body: plain(text)},
		} {
			conn := newScript("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
			c := NewConn(conn, ConnOptions{})
			r, err := c.ReadRequest(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := c.WriteResponse(r, resp, false); err != nil {
				t.Fatal(err)
			}
			client := NewClientConn(newScript(conn.sent.String()), ClientOptions{})
			got, err := client.ReadResponse(r)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(got.Body)
			if err != nil || string(body) != text {
				t.Errorf("size %d, chunked %v: %d bytes, %v", size, got.Chunked, len(body), err)
			}
		}
	}
}

// TestOneWrite checks that a small answer in memory costs one write, and that a stream is not held back.
func TestOneWrite(t *testing.T) {
	tests := []struct {
		name string
		resp Response
		want []string // what is written, write by write
	}{
		{"memory", Response{Status: 200, ContentLength: 5, Body: Text("hello")}, []string{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"}},
		{"chunks in memory", Response{Status: 200, ContentLength: -1, Body: Text("hello")},
			[]string{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"}},
		{"stream", Response{Status: 200, ContentLength: -1, Body: io.NopCloser(io.MultiReader(strings.NewReader("one"), strings.NewReader("two")))},
			[]string{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "3\r\none\r\n", "3\r\ntwo\r\n", "0\r\n\r\n"}},
	}
	for _, tt := range tests {
		t.Run("REQ-484/"+tt.name, func(t *testing.T) {
			conn := &writes{script: newScript("GET / HTTP/1.1\r\nHost: h\r\n\r\n")}
			c := NewConn(conn, ConnOptions{})
			r, err := c.ReadRequest(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := c.WriteResponse(r, &tt.resp, false); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, conn.each); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// writes keeps each write.
type writes struct {
	*script
	each []string
}

func (w *writes) Write(p []byte) (int, error) {
	w.each = append(w.each, string(bytes.Clone(p)))
	return len(p), nil
}
