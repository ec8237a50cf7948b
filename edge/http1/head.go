package http1

import (
	"bytes"
	"errors"
	"io"
	"os"
	"time"
)

// readHead waits for a head and returns its length in the buffer. After a fault it returns how much there is.
func (c *Conn) readHead() (int, error) {
	b := c.in
	if len(b.buffered()) == 0 {
		if err := b.fill(after(c.opts.IdleTimeout)); err != nil {
			if errors.Is(err, errInterrupted) {
				return 0, err
			}
			return 0, io.EOF
		}
	}
	var deadline time.Time
	limit := c.opts.Limits.Head
	for seen, lines, hopeful := 0, 0, false; ; {
		if n := skipEmpty(b, &lines); n < 0 {
			return len(b.buffered()), &Error{Kind: BadSyntax, Detail: "empty lines instead of a request"}
		} else if n > 0 {
			seen = 0
		}
		text := b.buffered()
		if n := headEnd(text, seen); n > 0 && n <= limit {
			return n, nil
		} else if n > limit || len(text) >= limit {
			return min(len(text), limit), &Error{Kind: HeadTooLarge, Detail: "head goes on beyond the limit"}
		}
		if !hopeful {
			var err error
			if hopeful, err = firstLook(text); err != nil {
				return len(text), err
			}
		}
		seen = max(0, len(text)-2)
		if len(text) == len(b.buf) {
			b.grow(limit)
		}
		if deadline.IsZero() {
			deadline = after(c.opts.HeadTimeout)
		}
		if err := b.fill(deadline); err != nil {
			if len(b.buffered()) == 0 && !errors.Is(err, os.ErrDeadlineExceeded) {
				return 0, io.EOF
			}
			return len(b.buffered()), readError(err, "in the head")
		}
	}
}

func after(d time.Duration) time.Time {
	if d <= 0 {
		return time.Time{}
	}
	return time.Now().Add(d)
}

// skipEmpty drops empty lines before a request line and returns their bytes, or -1 if there are too many.
func skipEmpty(b *reader, lines *int) int {
	n := 0
	for {
		text := b.buffered()
		if len(text) < 2 || text[0] != '\r' || text[1] != '\n' {
			return n
		}
		if *lines++; *lines > maxEmptyLines {
			return -1
		}
		b.r += 2
		n += 2
	}
}

// firstLook tells from the beginning of a head that its rest need not be waited for: TLS on the wrong port, a line
// from before HTTP/1.0, noise. It is done once it has seen the whole request line.
func firstLook(text []byte) (done bool, err error) {
	if len(text) == 0 || len(text) == 1 && text[0] == '\r' {
		return false, nil
	}
	if !within(text[0], tokenLow, tokenTop) {
		return true, &Error{Kind: BadSyntax, Detail: "no request line"}
	}
	end := bytes.IndexByte(text, '\n')
	if end < 0 {
		return false, nil
	}
	var r Request
	var c control
	line, _, bare, _ := cutLine(string(text[:end+1]), true)
	if r.parseLine(line, &c); bare {
		c.fail(BadSyntax, "request line ends in a bare LF")
	}
	if c.err != nil {
		return true, c.err
	}
	return true, nil
}
