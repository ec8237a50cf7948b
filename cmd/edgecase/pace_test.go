package main

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestPace holds streams of HTTP/2 against viewers that stand still.
func TestPace(t *testing.T) {
	piece := make([]byte, 64<<10)
	for _, tt := range []struct {
		name    string
		body    func() io.Reader // what the viewer sends; nil for a GET
		handler func(w http.ResponseWriter, r *http.Request) error
		waits   time.Duration // how long the handler takes
		refused bool          // it gets an error
		reads   string        // what the viewer reads; "" if it reads nothing
	}{
		{name: "a viewer that reads nothing", waits: 2 * time.Minute, refused: true, handler: func(w http.ResponseWriter, _ *http.Request) error {
			for {
				if _, err := w.Write(piece); err != nil {
					return err
				}
			}
		}},
		{name: "a viewer that sends nothing", waits: time.Minute, refused: true,
			body: func() io.Reader { r, _ := io.Pipe(); return r },
			handler: func(_ http.ResponseWriter, r *http.Request) error {
				_, err := r.Body.Read(make([]byte, 1))
				if !errors.Is(err, os.ErrDeadlineExceeded) {
					t.Errorf("read: %v", err)
				}
				return err
			}},
		{name: "an origin that rests", waits: time.Hour, reads: "firstlast",
			handler: func(w http.ResponseWriter, _ *http.Request) error {
				io.WriteString(w, "first")
				w.(http.Flusher).Flush()
				<-time.After(time.Hour)
				_, err := io.WriteString(w, "last")
				return err
			}},
		{name: "an origin that takes its time", waits: time.Hour, reads: "body",
			body: func() io.Reader { return strings.NewReader("body") },
			handler: func(w http.ResponseWriter, r *http.Request) error {
				if _, err := r.Body.Read(make([]byte, 1)); err != nil {
					return err
				}
				<-time.After(time.Hour)
				rest, err := io.ReadAll(r.Body)
				w.Write(append([]byte("b"), rest...))
				return err
			}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				took, failed := make(chan time.Duration, 1), make(chan error, 1)
				client := overPipe(t, pace{http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					began := time.Now()
					failed <- tt.handler(w, r)
					took <- time.Since(began)
				}), bodyTimeout, writeTimeout})
				r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://pipe/", nil)
				if tt.body != nil {
					r, err = http.NewRequestWithContext(t.Context(), http.MethodPost, "http://pipe/", tt.body())
				}
				if err != nil {
					t.Fatal(err)
				}
				resp, err := client.Do(r)
				if err != nil {
					t.Fatal(err)
				}
				defer resp.Body.Close()
				if tt.reads != "" {
					if b, err := io.ReadAll(resp.Body); string(b) != tt.reads || err != nil {
						t.Errorf("the viewer read %q, %v", b, err)
					}
				}
				if err := <-failed; (err != nil) != tt.refused {
					t.Errorf("the handler got %v", err)
				}
				if d := <-took; d != tt.waits {
					t.Errorf("the handler took %v, want %v", d, tt.waits)
				}
			})
		})
	}
}

// overPipe serves a handler over HTTP/2 on one connection without a network, and returns its client.
func overPipe(t *testing.T, h http.Handler) *http.Client {
	t.Helper()
	var only http.Protocols
	only.SetUnencryptedHTTP2(true)
	there := &handover{conns: make(chan net.Conn), closed: make(chan struct{})}
	server := &http.Server{Handler: h, Protocols: &only}
	served := make(chan error)
	go func() { served <- server.Serve(there) }()
	transport := &http.Transport{Protocols: &only, DialContext: func(context.Context, string, string) (net.Conn, error) {
		c, s := net.Pipe()
		if !there.give(s) {
			return nil, net.ErrClosed
		}
		return c, nil
	}}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		server.Close()
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
	return &http.Client{Transport: transport}
}
