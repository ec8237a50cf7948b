package edge

import (
	"io"
	"net"
	"testing"
	"time"
)

// A client is a viewer's connection on which a test writes and reads step by step.
type client struct {
	t    testing.TB
	conn *net.TCPConn
}

// dial connects a client; no step of it may take longer than 20 seconds.
func dial(t testing.TB, run *running) *client {
	t.Helper()
	c, err := net.Dial("tcp", run.address)
	if err != nil {
		t.Fatal(err)
	}
	c.SetDeadline(time.Now().Add(20 * time.Second))
	t.Cleanup(func() { c.Close() })
	return &client{t, c.(*net.TCPConn)}
}

func (c *client) write(text string) {
	c.t.Helper()
	if _, err := io.WriteString(c.conn, text); err != nil {
		c.t.Fatal(err)
	}
}

// expect reads as much as the text is long and compares.
func (c *client) expect(text string) {
	c.t.Helper()
	got := make([]byte, len(text))
	n, err := io.ReadFull(c.conn, got)
	if string(got[:n]) != text {
		c.t.Fatalf("read %q (%v), want %q", got[:n], err, text)
	}
}

// until reads until the text ends in suffix, and returns it.
func (c *client) until(suffix string) string {
	c.t.Helper()
	var got []byte
	var b [1]byte
	for len(got) < len(suffix) || string(got[len(got)-len(suffix):]) != suffix {
		if _, err := c.conn.Read(b[:]); err != nil {
			c.t.Fatalf("read %q, then %v; want it to end in %q", got, err, suffix)
		}
		got = append(got, b[0])
	}
	return string(got)
}

// rest reads until the edge closes, and returns the error that ended it, too.
func (c *client) rest() (string, error) {
	got, err := io.ReadAll(c.conn)
	return string(got), err
}
