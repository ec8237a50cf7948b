package origins

import (
	"sync"
	"time"

	"edgecase/edge/http1"
)

// maxIdle is how many connections to one place are kept open without a request.
const maxIdle = 64

// conns keeps idle connections. They outlive the transports that opened them, and so a reload.
type conns struct {
	opts PoolOptions

	mu     sync.Mutex // guards what follows
	idle   map[string][]*idleConn
	closed bool
}

// An idleConn is a connection between two requests, and the timer that ends it (REQ-319).
type idleConn struct {
	*http1.ClientConn
	timer *time.Timer
}

func newConns(opts PoolOptions) *conns {
	return &conns{opts: opts, idle: make(map[string][]*idleConn)}
}

// get returns the connection to a place that was used last, ready for a request, or nil.
func (c *conns) get(key string) *http1.ClientConn {
	for {
		conn := c.pop(key)
		if conn == nil || conn.Reset() {
			return conn
		}
		conn.Close()
	}
}

func (c *conns) pop(key string) *http1.ClientConn {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := c.idle[key]
	if len(list) == 0 {
		return nil
	}
	last := list[len(list)-1]
	c.idle[key] = list[:len(list)-1]
	last.timer.Stop()
	return last.ClientConn
}

// put keeps a connection for so long, if it can carry another request; else it closes it.
func (c *conns) put(key string, conn *http1.ClientConn, keepalive time.Duration) {
	if !conn.Reusable() {
		conn.Close()
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed || len(c.idle[key]) >= maxIdle {
		conn.Close()
		return
	}
	entry := &idleConn{ClientConn: conn}
	entry.timer = time.AfterFunc(keepalive, func() { c.expire(key, entry) })
	c.idle[key] = append(c.idle[key], entry)
}

// expire closes a connection that nobody has used in time.
func (c *conns) expire(key string, entry *idleConn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, e := range c.idle[key] {
		if e == entry {
			c.idle[key] = append(c.idle[key][:i], c.idle[key][i+1:]...)
			entry.Close()
			return
		}
	}
}

func (c *conns) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	for _, list := range c.idle {
		for _, e := range list {
			e.timer.Stop()
			e.Close()
		}
	}
	clear(c.idle)
}
