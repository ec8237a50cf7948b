package http1

import (
	"io"
	"net"
	"time"
)

// A Tunnel is a connection after its switch to another protocol: reading gives first what had arrived already.
type Tunnel struct {
	conn net.Conn
	in   *reader
}

// Switch hands the connection over after a 101 has been written. Of the Conn only Abort can be used afterwards; Close
// leaves the tunnel alone.
func (c *Conn) Switch() *Tunnel {
	if c.watching != nil {
		c.watching.stop()
	}
	c.wait.forget()
	c.switched = true
	c.closed.Store(true)
	return newTunnel(c.conn, c.in)
}

func newTunnel(c net.Conn, in *reader) *Tunnel {
	// An error means that the connection is closed; the first read or write reports it.
	_ = c.SetDeadline(time.Time{})
	return &Tunnel{conn: c, in: in}
}

// Read reads what the peer sent.
func (t *Tunnel) Read(p []byte) (int, error) {
	if n := copy(p, t.in.buffered()); n > 0 {
		t.in.r += n
		return n, nil
	}
	if t.in.err != nil {
		return 0, t.in.err
	}
	return t.conn.Read(p)
}

// Write sends to the peer.
func (t *Tunnel) Write(p []byte) (int, error) { return t.conn.Write(p) }

// Close closes both directions.
func (t *Tunnel) Close() error { return t.conn.Close() }

// CloseWrite tells the peer that nothing more will come, and leaves the other direction open where the connection
// can.
func (t *Tunnel) CloseWrite() error {
	if half, ok := t.conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return t.conn.Close()
}

// SetReadDeadline bounds the wait of reads.
func (t *Tunnel) SetReadDeadline(at time.Time) error { return t.conn.SetReadDeadline(at) }

// SetWriteDeadline bounds the wait of writes.
func (t *Tunnel) SetWriteDeadline(at time.Time) error { return t.conn.SetWriteDeadline(at) }

var _ io.ReadWriteCloser = (*Tunnel)(nil)
