package origins

import (
	"context"
	"io"
	"net"
	"slices"
	"strings"
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
		Fields: pairs(s.shown(req.Fields)),
	}
	answer := s.respond
	if req.Fields.HasToken("Connection", "upgrade") && req.Fields.HasToken("Upgrade", "websocket") {
		answer = s.upgrade
	}
	res, err := answer(ctx, req, call)
	if err != nil {
		return nil, &Error{Kind: Canceled, Place: string(PlaceEcho), Err: err}
	}
	result := &Result{Response: res, Place: string(PlaceEcho), Attempts: []Attempt{{Took: time.Since(start)}}}
	if !s.mapped {
		result.Notes = []Note{{Text: "origin " + s.origin.ID.String() + " is not mapped; the echo answered in its place"}}
	}
	return result, nil
}

// shown returns fields as the echo may show them to whoever asks (REQ-247). The viewer's own are the viewer's to see. An
// origin's custom headers are a secret of the origin and CloudFront, as a rule: where nobody has asked for an echo their
// values are masked, and those that Terraform calls sensitive are in any case.
func (s *standIn) shown(fields http1.Fields) http1.Fields {
	list := slices.Clone(fields)
	for i, f := range list {
		for _, h := range s.origin.CustomHeaders {
			if strings.EqualFold(h.Name, f.Name) && (!s.mapped || h.Value.Sensitive) {
				list[i].Value = cloudfront.Text{Sensitive: true}.String()
			}
		}
	}
	return list
}

// respond returns the echo's document. All that can go wrong is the viewer: it leaves, or its body breaks off.
func (s *standIn) respond(ctx context.Context, req *http1.Request, call echo.Request) (*http1.Response, error) {
	if req.Body != nil && req.HasBody() {
		call.Body = req.Body
	}
	answer, err := echo.Respond(ctx, call)
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, err
	case err != nil:
		return nil, &http1.BodyError{Err: err}
	}
	res := &http1.Response{Status: answer.Status, Major: 1, Minor: 1, Fields: fields(answer.Fields),
		ContentLength: answer.Length}
	if len(answer.Body) > 0 {
		res.Body = http1.Bytes(answer.Body)
	}
	return res, nil
}

// upgrade opens a WebSocket with the echo over a pipe, and reads the answer to its handshake.
func (s *standIn) upgrade(ctx context.Context, req *http1.Request, call echo.Request) (*http1.Response, error) {
	ours, theirs := net.Pipe()
	if !s.socks.serve(ours, func() { echo.Upgrade(theirs, call) }) {
		return nil, net.ErrClosed
	}
	// A tunnel outlives the request's context: whoever takes it closes it.
	defer context.AfterFunc(ctx, func() { ours.Close() })()
	res, err := http1.NewClientConn(ours, http1.ClientOptions{}).ReadResponse(req)
	switch {
	case err != nil:
		ours.Close()
		return nil, err
	case res.Switched != nil:
		return res, nil
	}
	// A handshake that was refused has a line of text, which is read here so that the pipe can be closed.
	defer ours.Close()
	if res.Body == nil {
		return res, nil
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, echo.KeptBody))
	if err != nil {
		return nil, err
	}
	res.ContentLength, res.Body = int64(len(body)), http1.Bytes(body)
	return res, nil
}

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
