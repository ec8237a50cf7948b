package main

import (
	"context"
	"sync"

	"edgecase/edge"
)

// An underway counts the exchanges that have begun and not ended, so that the end of the program can wait for them.
// WebSockets are not waited for once they are open.
type underway struct {
	mu   sync.Mutex
	n    int
	idle chan struct{} // closed when n is 0; nil while nobody waits
}

// Begin counts.
func (u *underway) Begin(*edge.Exchange) { u.count(1) }

// Answer lets go of an opened WebSocket.
func (u *underway) Answer(x *edge.Exchange) {
	if isSocket(x) {
		u.count(-1)
	}
}

// End lets go.
func (u *underway) End(x *edge.Exchange) {
	if !isSocket(x) {
		u.count(-1)
	}
}

// Detailed asks for nothing.
func (u *underway) Detailed() bool { return false }

func isSocket(x *edge.Exchange) bool { return x.Response != nil && x.Response.Switched != nil }

func (u *underway) count(by int) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.n += by
	if u.n == 0 && u.idle != nil {
		close(u.idle)
		u.idle = nil
	}
}

// wait returns when nothing is under way, or the context ends.
func (u *underway) wait(ctx context.Context) {
	u.mu.Lock()
	if u.n == 0 {
		u.mu.Unlock()
		return
	}
	if u.idle == nil {
		u.idle = make(chan struct{})
	}
	idle := u.idle
	u.mu.Unlock()
	select {
	case <-idle:
	case <-ctx.Done():
	}
}
