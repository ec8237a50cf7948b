package origins

import (
	"slices"
	"sync"
	"time"

	"edgecase/edge/http1"
)

// maxIdle is how many connections to one place are kept open without a request.
const maxIdle = 256

// A link is a connection to a place, and what CloudFront would not accept of it.
type link struct {
	*http1.ClientConn
	untrusted error       // why the place's certificate does not verify; nil if it does, or without TLS
	expiry    *time.Timer // while the link is idle
}

// A route is what idle links must have in common to be exchanged for one another.
type route struct {
	scheme, address string
	name            string // of TLS, else ""
	version         uint16 // the lowest of TLS that the origin may use, else 0
}

// conns keeps idle links. They outlive the transports that opened them, and so a reload.
type conns struct {
	mu     sync.Mutex // guards what follows
	idle   map[route][]*link
	closed bool
}

func newConns() *conns { return &conns{idle: make(map[route][]*link)} }

// get returns the link that was used last, ready for a request, or nil.
func (c *conns) get(r route) *link {
	for {
		l := c.pop(r)
		if l == nil || l.Reset() {
			return l
		}
		l.Close()
	}
}

func (c *conns) pop(r route) *link {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := c.idle[r]
	if len(list) == 0 {
		return nil
	}
	last := list[len(list)-1]
	c.remove(r, last)
	last.expiry.Stop()
	return last
}

// put keeps a link for so long (REQ-319), if it can carry another request; else it closes it.
func (c *conns) put(r route, l *link, keepalive time.Duration) {
	if !l.Reusable() {
		l.Close()
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed || len(c.idle[r]) >= maxIdle {
		l.Close()
		return
	}
	c.idle[r] = append(c.idle[r], l)
	l.expiry = time.AfterFunc(keepalive, func() { c.expire(r, l) })
}

// expire closes a link that nobody has used in time.
func (c *conns) expire(r route, l *link) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.remove(r, l) {
		l.Close()
	}
}

// remove takes a link out of the list of its route, and reports whether it was there; mu is held.
func (c *conns) remove(r route, l *link) bool {
	i := slices.Index(c.idle[r], l)
	switch {
	case i < 0:
		return false
	case len(c.idle[r]) == 1:
		delete(c.idle, r) // names come from viewers: no route may stay behind
	default:
		c.idle[r] = slices.Delete(c.idle[r], i, i+1)
	}
	return true
}

func (c *conns) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	for _, list := range c.idle {
		for _, l := range list {
			l.expiry.Stop()
			l.Close()
		}
	}
	clear(c.idle)
}
