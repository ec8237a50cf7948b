package main

import (
	"io"
	"net/http"
	"sync"
	"time"
)

// A pace bounds how long a viewer may keep a stream of HTTP/2 waiting, as http1 does on its connections. What net/http
// itself can bound are whole messages, and those may go on for ever.
type pace struct {
	next        http.Handler
	body, write time.Duration // for each piece of a request's body, and of an answer
}

// ServeHTTP answers one request.
func (p pace) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s := &stream{ResponseWriter: w, pace: p, control: http.NewResponseController(w)}
	defer s.end()
	if r.Body != nil && r.Body != http.NoBody {
		r.Body = streamBody{r.Body, s}
	}
	p.next.ServeHTTP(s, r)
}

// A stream is the answer to one request. Its control must not be used once the handler has returned, when somebody may
// still be reading the request's body.
type stream struct {
	http.ResponseWriter
	pace

	mu      sync.Mutex // guards what follows
	control *http.ResponseController
	ended   bool
}

// Write waits until the viewer takes a piece of the answer.
func (s *stream) Write(p []byte) (int, error) {
	s.bound(s.control.SetWriteDeadline, s.write)
	defer s.bound(s.control.SetWriteDeadline, 0)
	return s.ResponseWriter.Write(p)
}

// Flush waits until the viewer takes what is buffered.
func (s *stream) Flush() {
	s.bound(s.control.SetWriteDeadline, s.write)
	defer s.bound(s.control.SetWriteDeadline, 0)
	_ = s.control.Flush() // the next write fails, too
}

// bound sets a deadline, or none. Where there are none, nothing is bounded.
func (s *stream) bound(set func(time.Time) error, d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return
	}
	var at time.Time
	if d > 0 {
		at = time.Now().Add(d)
	}
	_ = set(at)
}

// end bounds what net/http writes of its own accord: what it has buffered still.
func (s *stream) end() {
	s.bound(s.control.SetWriteDeadline, s.write)
	s.mu.Lock()
	s.ended = true
	s.mu.Unlock()
}

// A streamBody is the body of the request.
type streamBody struct {
	io.ReadCloser
	stream *stream
}

// Read waits until the viewer sends a piece of the body.
func (b streamBody) Read(p []byte) (int, error) {
	s := b.stream
	s.bound(s.control.SetReadDeadline, s.body)
	defer s.bound(s.control.SetReadDeadline, 0)
	return b.ReadCloser.Read(p)
}
