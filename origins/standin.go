package origins

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
	"edgecase/origins/echo"
)

// A standIn answers with what the origin would have received.
type standIn struct {
	origin *cloudfront.Origin
	mapped bool // to "echo", by the user
	socks  *sockets
}

// RoundTrip answers with the echo's document, or switches to its WebSocket.
func (s *standIn) RoundTrip(ctx context.Context, req *http1.Request) (*Result, error) {
	start := time.Now()
	call := echo.Request{
		Origin: s.origin.ID.String(),
		Method: req.Method,
		URL:    req.Scheme + "://" + s.origin.DomainName.String() + req.Target(),
		Fields: pairs(req.Fields),
	}
	res, err := s.answer(ctx, req, call)
	if err != nil {
		kind := Canceled // the body's reader is the viewer's
		return nil, &Error{Kind: kind, Place: string(PlaceEcho), Err: fmt.Errorf("read the request's body: %w", err)}
	}
	result := &Result{Response: res, Place: string(PlaceEcho), Attempts: []Attempt{{Took: time.Since(start)}}}
	if !s.mapped {
		result.Notes = []Note{{Text: "origin " + s.origin.ID.String() + " is not mapped; the echo answered in its place"}}
	}
	return result, nil
}

// answer returns the echo's answer.
func (s *standIn) answer(ctx context.Context, req *http1.Request, call echo.Request) (*http1.Response, error) {
	if req.Fields.HasToken("Connection", "upgrade") && req.Fields.HasToken("Upgrade", "websocket") {
		return s.upgrade(ctx, call)
	}
	if req.Body != nil && req.HasBody() {
		call.Body = req.Body
	}
	answer, err := echo.Respond(ctx, call)
	if err != nil {
		return nil, err
	}
	res := &http1.Response{Status: answer.Status, Major: 1, Minor: 1, Fields: fields(answer.Fields),
		ContentLength: int64(len(answer.Body))}
	if len(answer.Body) > 0 {
		res.Body = io.NopCloser(bytes.NewReader(answer.Body))
	}
	return res, nil
}

// upgrade opens a WebSocket with the echo over a pipe and reads the answer to its handshake.
func (s *standIn) upgrade(ctx context.Context, call echo.Request) (*http1.Response, error) {
	ours, theirs := net.Pipe()
	if !s.socks.serve(ours, func() { echo.Upgrade(theirs, call) }) {
		return nil, net.ErrClosed
	}
	stop := context.AfterFunc(ctx, func() { ours.Close() })
	r := bufio.NewReader(ours)
	head, err := http.ReadResponse(r, nil)
	if err != nil {
		ours.Close()
		return nil, err
	}
	res := &http1.Response{Status: head.StatusCode, Major: 1, Minor: 1}
	for name, values := range head.Header {
		for _, value := range values {
			res.Fields.Add(name, value)
		}
	}
	if head.StatusCode == http.StatusSwitchingProtocols {
		// The tunnel outlives the request's context; closing it ends the echo.
		stop()
		res.Switched = &buffered{Conn: ours, r: r}
		return res, nil
	}
	defer ours.Close()
	body, err := io.ReadAll(io.LimitReader(head.Body, echo.KeptBody))
	if err != nil {
		return nil, err
	}
	res.ContentLength, res.Body = int64(len(body)), io.NopCloser(bytes.NewReader(body))
	return res, nil
}

// buffered is a connection of which some bytes have been read ahead.
type buffered struct {
	net.Conn
	r *bufio.Reader
}

func (b *buffered) Read(p []byte) (int, error) { return b.r.Read(p) }

// sockets owns the goroutines of the echo's WebSockets.
type sockets struct {
	mu     sync.Mutex
	open   map[net.Conn]bool
	closed bool
	wait   sync.WaitGroup
}

// serve runs the far side of a pipe until it returns; it reports false after close.
func (s *sockets) serve(near net.Conn, far func()) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	if s.open == nil {
		s.open = map[net.Conn]bool{}
	}
	s.open[near] = true
	s.wait.Go(func() {
		far()
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.open, near)
	})
	return true
}

// close ends all WebSockets and waits for their goroutines.
func (s *sockets) close() {
	s.mu.Lock()
	s.closed = true
	for near := range s.open {
		near.Close()
	}
	s.mu.Unlock()
	s.wait.Wait()
}
