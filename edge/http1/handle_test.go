package http1

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestHandle(t *testing.T) {
	type got struct {
		Status  int
		Body    string
		Length  int64
		Chunked bool
		Type    string
		Err     string // of Handle or of the body
	}
	tests := []struct {
		name, method string
		handler      http.HandlerFunc
		want         got
	}{
		{"write", "GET", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "hello") },
			got{Status: 200, Body: "hello", Length: -1, Chunked: true}},
		{"length", "GET", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "5")
			w.Header().Set("Content-Type", "text/x")
			w.WriteHeader(404)
			w.Header().Set("Content-Type", "too late")
			io.WriteString(w, "hello")
		}, got{Status: 404, Body: "hello", Length: 5, Type: "text/x"}},
		{"nothing", "GET", func(http.ResponseWriter, *http.Request) {}, got{Status: 200}},
		{"status only", "GET", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(103); w.WriteHeader(500) }, got{Status: 500}},
		{"HEAD", "HEAD", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "5")
			io.WriteString(w, "hello")
		}, got{Status: 200, Length: 5}},
		{"304", "GET", func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(304)
			if _, err := io.WriteString(w, "x"); err == nil {
				panic("wrote a body")
			}
		}, got{Status: 304}},
		{"too short", "GET", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "9")
			io.WriteString(w, "hello")
		}, got{Status: 200, Body: "hello", Length: 9, Err: "unexpected EOF"}},
		{"promised and not written", "GET", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "9")
		}, got{Status: 200, Length: 9, Err: "unexpected EOF"}},
		{"too long", "GET", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "5")
			io.WriteString(w, "hello")
			io.WriteString(w, "more")
		}, got{Status: 200, Body: "hello", Length: 5}},
		{"panic", "GET", func(http.ResponseWriter, *http.Request) { panic("oops") }, got{Err: "closed: handler panicked: oops"}},
		{"panic in the body", "GET", func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, "hello")
			panic(http.ErrAbortHandler)
		}, got{Status: 200, Body: "hello", Length: -1, Chunked: true, Err: "closed: handler aborted its answer: net/http: abort Handler"}},
		{"hijack", "GET", func(w http.ResponseWriter, r *http.Request) {
			c, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				panic(err)
			}
			defer c.Close()
			io.WriteString(c, "HTTP/1.1 418 Teapot\r\nContent-Length: 5\r\n\r\nhello")
		}, got{Status: 418, Body: "hello", Length: 5}},
		{"hijack and nothing", "GET", func(w http.ResponseWriter, r *http.Request) {
			c, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				panic(err)
			}
			c.Close()
		}, got{Err: "closed: connection was closed before the answer: EOF"}},
	}
	for _, tt := range tests {
		t.Run("REQ-284/"+tt.name, func(t *testing.T) {
			var g got
			resp, err := Handle(t.Context(), tt.handler, &Request{Method: tt.method, Path: "/", Host: "h"})
			if err == nil {
				g.Status, g.Length, g.Chunked, g.Type = resp.Status, resp.ContentLength, resp.Chunked, resp.Fields.Get("Content-Type")
				if resp.Body != nil {
					var body []byte
					body, err = io.ReadAll(resp.Body)
					g.Body = string(body)
					resp.Body.Close()
				}
			}
			if err != nil {
				g.Err = err.Error()
			}
			if diff := cmp.Diff(tt.want, g); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// TestHandleStreams sees each event before the handler writes the next one.
func TestHandleStreams(t *testing.T) {
	seen := make(chan struct{})
	resp, err := Handle(t.Context(), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(200)
		w.(http.Flusher).Flush()
		for range 3 {
			<-seen
			io.WriteString(w, "event\n")
		}
	}), &Request{Method: "GET", Path: "/"})
	if err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 100)
	for range 3 {
		seen <- struct{}{}
		if n, err := resp.Body.Read(buf); string(buf[:n]) != "event\n" || err != nil && err != io.EOF {
			t.Fatalf("read %q, %v", buf[:n], err)
		}
	}
}

// TestHandleEnds ends a handler that would write for ever.
func TestHandleEnds(t *testing.T) {
	forever := func(ended chan<- error) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			for {
				if _, err := io.WriteString(w, strings.Repeat("x", 1000)); err != nil {
					<-r.Context().Done()
					ended <- err
					return
				}
			}
		}
	}
	t.Run("REQ-291/closed", func(t *testing.T) {
		ended := make(chan error, 1)
		resp, err := Handle(t.Context(), forever(ended), &Request{Method: "GET", Path: "/"})
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		<-ended
	})
	t.Run("REQ-291/context", func(t *testing.T) {
		ended := make(chan error, 1)
		ctx, cancel := context.WithCancelCause(t.Context())
		resp, err := Handle(ctx, forever(ended), &Request{Method: "GET", Path: "/"})
		if err != nil {
			t.Fatal(err)
		}
		cause := errors.New("gone")
		cancel(cause)
		if _, err := io.Copy(io.Discard, resp.Body); err != cause {
			t.Errorf("body ends with %v, want the cause", err)
		}
		<-ended
	})
	t.Run("REQ-291/silent", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		cancel()
		_, err := Handle(ctx, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			<-r.Context().Done()
			close(ended)
		}), &Request{Method: "GET", Path: "/"})
		if err != context.Canceled && err != nil {
			t.Errorf("error %v", err)
		}
		<-ended
	})
}

// TestHandleSwitches sends bytes both ways after a 101.
func TestHandleSwitches(t *testing.T) {
	resp, err := Handle(t.Context(), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		defer c.Close()
		io.WriteString(c, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\nfirst")
		io.CopyN(c, c, 4)
	}), &Request{Method: "GET", Path: "/", Fields: Fields{{"Upgrade", "websocket"}}})
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(resp.Switched, "echo")
	if text, err := io.ReadAll(resp.Switched); err != nil || string(text) != "firstecho" {
		t.Errorf("read %q, %v", text, err)
	}
}

func TestToHTTP(t *testing.T) {
	req := &Request{Method: "PUT", Path: "/a%2Fb//c", RawQuery: "x=%zz", HasQuery: true, Scheme: "https", Host: "h",
		Fields: Fields{{"Host", "h"}, {"x-a", "1"}, {"X-A", "2"}}, ContentLength: -1, Body: Text("abc")}
	r := ToHTTP(t.Context(), req)
	if r.URL.Path != "/a/b//c" || r.URL.EscapedPath() != req.Path || r.RequestURI != req.Target() || r.TLS == nil {
		t.Errorf("URL %#v, URI %q", r.URL, r.RequestURI)
	}
	if diff := cmp.Diff(http.Header{"X-A": {"1", "2"}}, r.Header); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestFromHTTP holds what HTTP/2 lets through against the rules of a head.
func TestFromHTTP(t *testing.T) {
	for _, tt := range []struct {
		name, rule string
		host       string
		lengths    []string
		body       int64 // its length; -1 is unknown, 0 is none
		want       ErrorKind
	}{
		{"no length", "REQ-150", "h", nil, -1, ""},
		{"its length", "REQ-150", "h", []string{"3"}, 3, ""},
		{"its length twice", "REQ-150", "h", []string{"3", "3"}, 3, ""},
		{"nothing", "REQ-150", "h", []string{"0"}, 0, ""},
		{"two lengths", "REQ-150", "h", []string{"3", "40"}, 3, BadFraming},
		{"length of no body", "REQ-150", "h", []string{"30"}, 0, BadFraming},
		{"sign", "REQ-150", "h", []string{"+3"}, 0, BadFraming},
		{"no number", "REQ-150", "h", []string{"a"}, 0, BadFraming},
		{"blank in the host", "REQ-015", "a b", nil, 0, BadHost},
		{"slash in the host", "REQ-015", "a/b", nil, 0, BadHost},
		{"8 bits in the host", "REQ-015", "a\xff", nil, 0, BadHost},
		{"absolute target", "REQ-069", "target h/a", nil, 0, BadTarget},
	} {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			r := &http.Request{Method: "POST", ProtoMajor: 2, Host: tt.host, RequestURI: "/", ContentLength: tt.body, Body: http.NoBody,
				Header: http.Header{"Content-Length": tt.lengths}}
			if tt.body != 0 {
				r.Body = Text("abc")
			}
			if host, absolute := strings.CutPrefix(tt.host, "target "); absolute {
				r.Host, r.RequestURI = "h", "http://"+host
			}
			_, fault := FromHTTP(r)
			got := ErrorKind("")
			if fault != nil {
				got = fault.Kind
			}
			if got != tt.want {
				t.Errorf("fault %q, want %q", got, tt.want)
			}
		})
	}
}

// TestAdapters serves through net/http and asks the same things.
func TestAdapters(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		req, fault := FromHTTP(r)
		if fault != nil {
			WriteHTTP(w, r, &Response{Status: 400, Reason: string(fault.Kind)})
			return
		}
		text := req.Method + " " + req.Host + " " + req.Target() + " " + req.Fields[0].Name
		if req.Body != nil {
			body, err := io.ReadAll(req.Body)
			if err != nil {
				t.Error(err)
			}
			text += " " + string(body)
		}
		resp := &Response{Status: 200, ContentLength: -1, Body: Text(text), Fields: Fields{{"Connection", "close"}, {"x-b", "1"}, {"X-B", "2"}}}
		if _, err := WriteHTTP(w, r, resp); err != nil {
			t.Error(err)
		}
	}))
	defer server.Close()
	tests := []struct {
		name, target, body string
		status             int
		want               string
	}{
		{"plain", "/a//b%2f?c=%zz", "", 200, "POST h /a//b%2f?c=%zz Host"},
		{"body", "/", "hello", 200, "POST h / Host hello"},
		{"long", "/" + strings.Repeat("x", 8192), "", 400, ""},
	}
	for _, tt := range tests {
		t.Run("design 2/"+tt.name, func(t *testing.T) {
			r, err := http.NewRequest("POST", server.URL+tt.target, strings.NewReader(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			r.Host = "h"
			resp, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			body, err := io.ReadAll(resp.Body)
			if err != nil || resp.StatusCode != tt.status || string(body) != tt.want {
				t.Errorf("status %d, body %q, %v", resp.StatusCode, body, err)
			}
			if resp.Header.Get("Date") != "" || resp.Header.Get("Content-Type") != "" {
				t.Errorf("net/http added to %v", resp.Header)
			}
		})
	}
}
