package http1

import (
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestReadResponse(t *testing.T) {
	type got struct {
		Status                  int
		Reason, Body            string
		Length                  int64
		Chunked, Reusable       bool
		Head, Rest              ErrorKind // of the head, of the body
		ContentLength, Upgraded string    // a field, what came after a switch
	}
	bad := func(kind ErrorKind) got { return got{Head: kind} }
	tests := []struct {
		name, rule, method, text string
		want                     got
	}{
		{"length", "REQ-282", "GET", "HTTP/1.1 404 No Way\r\nContent-Length: 5\r\n\r\nhello", got{Status: 404, Reason: "No Way", Body: "hello", Length: 5, Reusable: true, ContentLength: "5"}},
		{"length 0", "REQ-282", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", got{Status: 200, Reason: "OK", Reusable: true, ContentLength: "0"}},
		{"chunks", "REQ-283", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n5\r\nhello\r\n0\r\nA: b\r\n\r\n", got{Status: 200, Reason: "OK", Body: "hello", Length: -1, Chunked: true, Reusable: true}},
		{"until close", "REQ-289", "GET", "HTTP/1.1 200 OK\r\n\r\nhello", got{Status: 200, Reason: "OK", Body: "hello", Length: -1}},
		{"HTTP/1.0", "RFC 9112 9.3", "GET", "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello", got{Status: 200, Reason: "OK", Body: "hello", Length: 5, ContentLength: "5"}},
		{"HTTP/1.0 kept", "RFC 9112 9.3", "GET", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello", got{Status: 200, Reason: "OK", Body: "hello", Length: 5, Reusable: true, ContentLength: "5"}},
		{"HTTP/1.0 chunks", "RFC 9112 6.1", "GET", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", got{Status: 200, Reason: "OK", Length: -1, Chunked: true}},
		{"close", "RFC 9112 9.3", "GET", "HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 0\r\n\r\n", got{Status: 200, Reason: "OK", ContentLength: "0"}},
		{"no reason", "RFC 9112 4", "GET", "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", got{Status: 200, Reusable: true, ContentLength: "0"}},
		{"LF only", "RFC 9112 2.2", "GET", "HTTP/1.1 200 OK\nContent-Length: 5\n\nhello", got{Status: 200, Reason: "OK", Body: "hello", Length: 5, Reusable: true, ContentLength: "5"}},
		{"HEAD", "REQ-287", "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", got{Status: 200, Reason: "OK", Length: 5, Reusable: true, ContentLength: "5"}},
		{"HEAD, chunks", "REQ-287", "HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", got{Status: 200, Reason: "OK", Reusable: true}},
		{"HEAD with a body", "REQ-287", "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", got{Status: 200, Reason: "OK", Length: 5, ContentLength: "5"}},
		{"304", "REQ-281", "GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", got{Status: 304, Reason: "Not Modified", Reusable: true, ContentLength: "5"}},
		{"204", "REQ-278", "GET", "HTTP/1.1 204 No Content\r\n\r\n", got{Status: 204, Reason: "No Content", Reusable: true}},
		{"too much", "RFC 9112 9.2", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhello", got{Status: 200, Reason: "OK", Body: "hell", Length: 4, ContentLength: "4"}},
		{"length and coding", "RFC 9112 6.3", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", got{Status: 200, Reason: "OK", Body: "hello", Length: -1, Chunked: true}},
		{"length cut", "REQ-289", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello", got{Status: 200, Reason: "OK", Body: "hello", Length: 9, Rest: Unterminated, ContentLength: "9"}},
		{"chunks cut", "REQ-289", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", got{Status: 200, Reason: "OK", Body: "hello", Length: -1, Chunked: true, Rest: Unterminated}},
		{"chunk size broken", "F7", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", got{Status: 200, Reason: "OK", Length: -1, Chunked: true, Rest: BadFraming}},
		{"two lengths", "F7", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", got{Status: 200, Reason: "OK", Length: 5, Head: BadFraming, ContentLength: "5"}},
		{"two equal lengths", "RFC 9110 8.6", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello", got{Status: 200, Reason: "OK", Body: "hello", Length: 5, Reusable: true, ContentLength: "5"}},
		{"bad length", "F7", "GET", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nhello", got{Status: 200, Reason: "OK", Head: BadFraming, ContentLength: "x"}},
		{"unknown coding", "REQ-283", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", got{Status: 200, Reason: "OK", Head: BadFraming}},
		{"not HTTP", "F7", "GET", "SSH-2.0-x\r\n", bad(BadSyntax)},
		{"HTTP/2", "F7", "GET", "HTTP/2 200 OK\r\n\r\n", bad(BadSyntax)},
		{"status of two digits", "F7", "GET", "HTTP/1.1 20 OK\r\n\r\n", bad(BadSyntax)},
		{"status of four digits", "F7", "GET", "HTTP/1.1 2000 OK\r\n\r\n", bad(BadSyntax)},
		{"status with sign", "F7", "GET", "HTTP/1.1 +20 OK\r\n\r\n", bad(BadSyntax)},
		{"space before colon", "F7", "GET", "HTTP/1.1 200 OK\r\nA : b\r\n\r\n", got{Status: 200, Reason: "OK", Length: -1, Head: BadSyntax}},
		{"folded", "F7", "GET", "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", got{Status: 200, Reason: "OK", Length: -1, Head: BadSyntax}},
		{"bare CR", "F7", "GET", "HTTP/1.1 200 OK\r\nA: b\rc: d\r\n\r\n", got{Status: 200, Reason: "OK", Length: -1, Head: BadSyntax}},
		{"nothing", "F6", "GET", "", bad(Closed)},
		{"head cut", "F6", "GET", "HTTP/1.1 200 OK\r\nA: b", bad(Unterminated)},
		{"head too large", "REQ-149", "GET", "HTTP/1.1 200 OK\r\n" + strings.Repeat("A: b\r\n", 99999), bad(HeadTooLarge)},
		{"one 100", "REQ-258", "GET", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", got{Status: 204, Reason: "No Content", Reusable: true}},
		{"two 100", "REQ-258", "GET", strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 2) + "HTTP/1.1 204 No Content\r\n\r\n", got{Status: 100, Reason: "Continue", Head: TooManyInform}},
		{"102 and 103", "REQ-277", "GET", strings.Repeat("HTTP/1.1 102 P\r\n\r\nHTTP/1.1 103 E\r\nLink: x\r\n\r\n", 9) + "HTTP/1.1 204 No Content\r\n\r\n", got{Status: 204, Reason: "No Content", Reusable: true}},
		{"endless 103", "REQ-277", "GET", strings.Repeat("HTTP/1.1 103 E\r\n\r\n", 999), got{Status: 103, Reason: "E", Head: TooManyInform}},
		{"101", "REQ-475", "UPGRADE", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\nabc", got{Status: 101, Reason: "Switching Protocols", Upgraded: "abc"}},
		{"101 unasked", "REQ-277", "GET", "HTTP/1.1 101 Switching Protocols\r\n\r\nabc", got{Status: 101, Reason: "Switching Protocols", Head: BadSyntax}},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			// The script's end must not show before it is read, so that a connection can be reusable.
			c := NewClientConn(newScript(tt.text), ClientOptions{})
			req := &Request{Method: tt.method, Path: "/", Fields: Fields{{"Host", "h"}}}
			if tt.method == "UPGRADE" {
				req.Method = "GET"
				req.Fields.Add("Upgrade", "websocket")
			}
			resp, err := c.Do(req)
			var g got
			var e *Error
			if errors.As(err, &e) {
				g.Head = e.Kind
			}
			if resp != nil {
				g.Status, g.Reason, g.Length, g.Chunked = resp.Status, resp.Reason, resp.ContentLength, resp.Chunked
				g.ContentLength = resp.Fields.Get("Content-Length")
				if resp.Body != nil {
					body, err := io.ReadAll(resp.Body)
					g.Body = string(body)
					if errors.As(err, &e) {
						g.Rest = e.Kind
					}
				}
				if resp.Switched != nil {
					rest, err := io.ReadAll(resp.Switched)
					if err != nil {
						t.Error(err)
					}
					g.Upgraded = string(rest)
				}
			}
			g.Reusable = c.Reusable()
			if tt.want.Head != "" {
				tt.want.Length, g.Length = 0, 0
			}
			if diff := cmp.Diff(tt.want, g); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestWriteRequest(t *testing.T) {
	tests := []struct {
		name, rule string
		req        Request
		want       string
		kind       ErrorKind
	}{
		{"as given", "REQ-200", Request{Method: "GET", Path: "/a//b", HasQuery: true, Fields: Fields{{"Host", "h"}, {"b", "1"}, {"A", "2"}}},
			"GET /a//b? HTTP/1.1\r\nHost: h\r\nb: 1\r\nA: 2\r\n\r\n", ""},
		{"length", "REQ-250", Request{Method: "PUT", Path: "/", Fields: Fields{{"Host", "h"}, {"Content-Length", "3"}, {"A", "b"}}, ContentLength: 3, Body: Text("abc")},
			"PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nA: b\r\n\r\nabc", ""},
		{"length missing", "REQ-250", Request{Method: "PUT", Path: "/", Fields: Fields{{"Host", "h"}}, ContentLength: 3, Body: Text("abc")},
			"PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc", ""},
		{"length wrong", "REQ-250", Request{Method: "PUT", Path: "/", Fields: Fields{{"Content-Length", "9"}}, ContentLength: 3, Body: Text("abc")},
			"PUT / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc", ""},
		{"empty body", "REQ-152", Request{Method: "POST", Path: "/", Fields: Fields{{"Content-Length", "0"}}, HasLength: true},
			"POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n", ""},
		{"chunks", "REQ-253", Request{Method: "PUT", Path: "/", ContentLength: -1, Body: Text("abc")},
			"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", ""},
		{"chunks beside a length", "REQ-253", Request{Method: "PUT", Path: "/", Fields: Fields{{"Content-Length", "3"}}, ContentLength: -1, Body: Text("abc")},
			"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", ""},
		{"line in a value", "RFC 9110 5.5", Request{Method: "GET", Path: "/", Fields: Fields{{"A", "b\r\n\r\nGET /"}}},
			"GET / HTTP/1.1\r\nA: b    GET /\r\n\r\n", ""},
		{"blank in the path", "RFC 9112 3", Request{Method: "GET", Path: "/ HTTP/1.1\r\n"}, "", BadTarget},
		{"line in the query", "RFC 9112 3", Request{Method: "GET", Path: "/", RawQuery: "\n"}, "", BadTarget},
		{"no path", "RFC 9112 3", Request{Method: "GET"}, "", BadTarget},
		{"blank in the method", "RFC 9112 3", Request{Method: "GET /", Path: "/"}, "", BadSyntax},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			conn := newScript("")
			err := NewClientConn(conn, ClientOptions{}).WriteRequest(&tt.req)
			var e *Error
			if errors.As(err, &e); err != nil && (e == nil || e.Kind != tt.kind) || err == nil && tt.kind != "" {
				t.Fatalf("error %v, want kind %q", err, tt.kind)
			}
			if diff := cmp.Diff(tt.want, conn.sent.String()); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// TestOriginTimeouts lets an origin be silent at each place of its answer, and takes the time.
func TestOriginTimeouts(t *testing.T) {
	tests := []struct {
		name, rule string
		parts      []string // sent with a second between them, then silence
		want       time.Duration
	}{
		{"no answer", "REQ-326", nil, 5 * time.Second},
		{"in the head", "REQ-326", []string{"HTTP/1.1 200 OK\r\n", "A: b\r\n"}, 2*time.Second + 3*time.Second},
		{"in the body", "REQ-326", []string{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", "a", "b"}, 3*time.Second + 3*time.Second},
		{"in a chunk", "REQ-326", []string{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "5\r\n"}, 2*time.Second + 3*time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				mine, theirs := net.Pipe()
				defer theirs.Close()
				go func() {
					buf := make([]byte, 4096)
					theirs.Read(buf)
					for _, part := range tt.parts {
						time.Sleep(time.Second)
						io.WriteString(theirs, part)
					}
				}()
				start := time.Now()
				c := NewClientConn(mine, ClientOptions{FirstByte: 5 * time.Second, Pause: 3 * time.Second})
				defer c.Close()
				resp, err := c.Do(&Request{Method: "GET", Path: "/", Fields: Fields{{"Host", "h"}}})
				if err == nil {
					_, err = io.ReadAll(resp.Body)
				}
				var e *Error
				if !errors.As(err, &e) || e.Kind != ReadTimeout {
					t.Errorf("error %v, want a read timeout", err)
				}
				if took := time.Since(start); took != tt.want {
					t.Errorf("took %v, want %v", took, tt.want)
				}
			})
		})
	}
}

// TestFirstByteCountsFromTheRequestsEnd lets a viewer upload for longer than the origin may wait (REQ-326).
func TestFirstByteCountsFromTheRequestsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		mine, theirs := net.Pipe()
		defer theirs.Close()
		go io.Copy(io.Discard, theirs)
		body, upload := io.Pipe()
		go func() {
			time.Sleep(time.Minute)
			io.WriteString(upload, "abc")
			upload.Close()
		}()
		start := time.Now()
		c := NewClientConn(mine, ClientOptions{FirstByte: 5 * time.Second})
		_, err := c.Do(&Request{Method: "PUT", Path: "/", ContentLength: -1, Body: body})
		var e *Error
		if !errors.As(err, &e) || e.Kind != ReadTimeout || time.Since(start) != 65*time.Second {
			t.Errorf("error %v after %v", err, time.Since(start))
		}
	})
}

// TestEarlyAnswer has an origin answer while the body is still coming (REQ-262), which then breaks off (REQ-261).
func TestEarlyAnswer(t *testing.T) {
	viewer, edge := pair(t)
	body, upload := io.Pipe()
	go func() {
		buf := make([]byte, 4096)
		edge.Read(buf)
		io.WriteString(edge, "HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno")
	}()
	c := NewClientConn(viewer, ClientOptions{})
	resp, err := c.Do(&Request{Method: "PUT", Path: "/", ContentLength: -1, Body: body})
	if err != nil || resp.Status != 413 {
		t.Fatal(resp, err)
	}
	if text, err := io.ReadAll(resp.Body); err != nil || string(text) != "no" {
		t.Fatal(string(text), err)
	}
	if c.Reusable() {
		t.Error("reusable in the middle of a request")
	}
	c.Close()
	upload.CloseWithError(io.ErrUnexpectedEOF)
}

func TestBrokenUpload(t *testing.T) {
	viewer, edge := pair(t)
	got := make(chan string, 1)
	go func() {
		text, _ := io.ReadAll(edge)
		got <- string(text)
	}()
	c := NewClientConn(viewer, ClientOptions{})
	_, err := c.Do(&Request{Method: "PUT", Path: "/", ContentLength: -1, Body: io.NopCloser(breaking{strings.NewReader("abc")})})
	var body *BodyError
	if !errors.As(err, &body) {
		t.Errorf("error %v, want a BodyError", err)
	}
	if text := <-got; !strings.HasSuffix(text, "\r\n3\r\nabc\r\n") {
		t.Errorf("origin received %q, want no last chunk", text)
	}
}

// TestReset finds out that an idle connection was closed, or spoke.
func TestReset(t *testing.T) {
	tests := []struct {
		name, rule string
		then       func(origin net.Conn)
		want       bool
	}{
		{"still open", "RFC 9112 9.3", func(net.Conn) {}, true},
		{"closed", "RFC 9112 9.5", func(c net.Conn) { c.Close() }, false},
		{"half closed", "RFC 9112 9.5", func(c net.Conn) { c.(*net.TCPConn).CloseWrite() }, false},
		{"spoke", "RFC 9112 9.2", func(c net.Conn) { io.WriteString(c, "HTTP/1.1 408 Timeout\r\n\r\n") }, false},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			mine, origin := pair(t)
			go io.WriteString(origin, "HTTP/1.1 204 No Content\r\n\r\n")
			c := NewClientConn(mine, ClientOptions{})
			if _, err := c.Do(&Request{Method: "GET", Path: "/"}); err != nil {
				t.Fatal(err)
			}
			tt.then(origin)
			got := c.Reset()
			// What was sent arrives a little later even on the loopback.
			for deadline := time.Now().Add(5 * time.Second); got != tt.want && time.Now().Before(deadline); {
				c.written = true
				got = c.Reset()
			}
			if got != tt.want {
				t.Errorf("Reset() = %v, want %v", got, tt.want)
			}
		})
	}
}
