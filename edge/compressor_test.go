package edge

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"edgecase/config/cloudfront"
)

// pieces is a body that comes in pieces of a length, and ends with an error.
type pieces struct {
	rest   []byte
	length int
	err    error
	ready  bool // says how much is ready
	closed bool
}

func (p *pieces) Read(b []byte) (int, error) {
	n := copy(b, p.rest[:min(p.length, len(p.rest))])
	p.rest = p.rest[n:]
	if len(p.rest) == 0 {
		return n, p.err
	}
	return n, nil
}

func (p *pieces) Buffered() int {
	if p.ready {
		return len(p.rest)
	}
	return 0
}

func (p *pieces) Close() error { p.closed = true; return nil }

func TestCompressor(t *testing.T) {
	text := []byte(strings.Repeat("one two three four five six\n", 4000))
	broken := errors.New("reset")
	tests := []struct {
		name, rule string
		given      int // the Content-Length
		length     int // of a piece
		ready      bool
		err, want  error
	}{
		{"as one", "CACHE-259", len(text), len(text), true, io.EOF, nil},
		{"in pieces that are there", "CACHE-259", len(text), 1000, true, io.EOF, nil},
		{"in pieces that come", "REQ-284", len(text), 1000, false, io.EOF, nil},
		{"broken off", "REQ-289", len(text) + 1, 1000, false, broken, broken},
		{"too short", "REQ-289", len(text) + 1, 1000, false, io.EOF, io.ErrUnexpectedEOF},
		{"too long", "REQ-289", len(text) - 1, 1000, false, io.EOF, io.ErrUnexpectedEOF},
	}
	for _, tt := range tests {
		for _, coding := range []string{"gzip", "br"} {
			t.Run(tt.rule+"/"+strings.ReplaceAll(tt.name, " ", "-")+"/"+coding, func(t *testing.T) {
				from := &pieces{rest: text, length: tt.length, err: tt.err, ready: tt.ready}
				c := newCompressor(from, int64(tt.given), coding)
				packed, err := io.ReadAll(c)
				if !errors.Is(err, tt.want) {
					t.Fatalf("error %v, want %v", err, tt.want)
				}
				got, err := io.ReadAll(decoder(t, bytes.NewReader(packed), coding))
				if (err == nil) != (tt.want == nil) {
					t.Errorf("decode: %v; the end must be there only if the body is whole", err)
				}
				if !bytes.Equal(text, got) {
					t.Errorf("%d bytes come out of %d", len(got), len(text))
				}
				if tt.ready && len(packed) > 1000 {
					t.Errorf("%d bytes: pieces that are there go together", len(packed))
				}
				if n, err := c.Read(make([]byte, 1)); n != 0 || err == nil || c.Buffered() != 0 {
					t.Errorf("after the end: %d, %v, %d buffered", n, err, c.Buffered())
				}
				if err := c.Close(); err != nil || !from.closed {
					t.Errorf("close: %v, closed %t", err, from.closed)
				}
			})
		}
	}
}

// TestCompressedStreams watches how compressed answers come, piece by piece.
func TestCompressedStreams(t *testing.T) {
	first, second := strings.Repeat("first\n", 500), strings.Repeat("second\n", 500)
	for _, coding := range []string{"gzip", "br"} {
		get := "GET / HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: " + coding + "\r\n\r\n"
		t.Run("REQ-284/what is there is not held back/"+coding, func(t *testing.T) {
			next := make(chan struct{})
			run := startAt(t, handler(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "text/plain")
				w.Header().Set("Content-Length", strconv.Itoa(len(first)+len(second)))
				io.WriteString(w, first)
				w.(http.Flusher).Flush()
				<-next
				io.WriteString(w, second)
			}), byDefault(compresses()))
			c := dial(t, run)
			c.write(get)
			resp, err := http.ReadResponse(bufio.NewReader(c.conn), nil)
			if err != nil {
				t.Fatal(err)
			}
			body := decoder(t, resp.Body, coding)
			got := make([]byte, len(first))
			if _, err := io.ReadFull(body, got); err != nil || string(got) != first {
				t.Fatalf("first piece: %v", err) // the origin still waits
			}
			close(next)
			if rest, err := io.ReadAll(body); err != nil || string(rest) != second {
				t.Errorf("second piece: %v", err)
			}
		})
		t.Run("REQ-289/an origin that breaks off/"+coding, func(t *testing.T) {
			run := startAt(t, handler(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "text/plain")
				w.Header().Set("Content-Length", "10000")
				io.WriteString(w, first)
				w.(http.Flusher).Flush()
				panic(http.ErrAbortHandler)
			}), byDefault(compresses()))
			c := dial(t, run)
			c.write(get)
			resp, err := http.ReadResponse(bufio.NewReader(c.conn), nil)
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(decoder(t, resp.Body, coding))
			if string(got) != first || !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("read %d of %d bytes and %v", len(got), len(first), err)
			}
			if x := run.watch.wait(t); x.Trace.Broken == nil || !strings.Contains(x.Trace.Broken.Error(), "broke off") {
				t.Errorf("broken: %v", x.Trace.Broken)
			}
		})
	}
}

// FuzzCompressor compresses any body in pieces of any length: what comes out is what went in.
func FuzzCompressor(f *testing.F) {
	f.Add([]byte("hello"), uint16(2), true, false)
	f.Add(bytes.Repeat([]byte("abc"), 500), uint16(400), false, true)
	f.Fuzz(func(t *testing.T, body []byte, length uint16, ready, br bool) {
		coding := "gzip"
		if br {
			coding = "br"
		}
		body = body[:min(len(body), 5000)]
		from := &pieces{rest: body, length: int(length) + 1, err: io.EOF, ready: ready}
		c := newCompressor(from, int64(len(body)), coding)
		defer c.Close()
		got, err := io.ReadAll(decoder(t, c, coding))
		if err != nil || !bytes.Equal(body, got) {
			t.Errorf("%d bytes of %d, %v", len(got), len(body), err)
		}
	})
}

func TestCompressionOverHTTP2(t *testing.T) {
	body := strings.Repeat("a{b:c}\n", 1000)
	run := start(t, []*cloudfront.Distribution{distributionOf(byDefault(compresses()))}, false,
		map[string]map[string]string{"app": {"": "HTTP/1.1 200 OK\nContent-Type: text/css\nContent-Length: 7000\nETag: \"e\"\n\n" + body}}, Options{Hosts: []string{"127.0.0.1"}})
	url, c := overHTTP2(t, run.edge)
	for _, coding := range []string{"br", "gzip"} {
		t.Run("CACHE-259/"+coding, func(t *testing.T) {
			for _, method := range []string{"GET", "HEAD"} {
				r, err := http.NewRequest(method, url+"/a.css", nil)
				if err != nil {
					t.Fatal(err)
				}
				r.Header.Set("Accept-Encoding", coding)
				resp, err := c.Do(r)
				if err != nil {
					t.Fatal(err)
				}
				defer resp.Body.Close()
				got := ""
				if method == "GET" {
					plain, err := io.ReadAll(decoder(t, resp.Body, coding))
					if err != nil {
						t.Fatal(err)
					}
					got = string(plain)
				}
				fields := strings.Join([]string{resp.Header.Get("Content-Encoding"), resp.Header.Get("ETag"), resp.Header.Get("Vary")}, " ")
				want := body
				if method == "HEAD" {
					want = ""
				}
				if diff := cmp.Diff(want, got); diff != "" || resp.ContentLength != -1 || fields != coding+` W/"e" Accept-Encoding` {
					t.Errorf("%s: length %d, fields %q, body (-want +got):\n%s", method, resp.ContentLength, fields, diff)
				}
			}
		})
	}
}
