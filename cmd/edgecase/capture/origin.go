package capture

import (
	"bytes"
	"io"
	"net"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// An Origin is the program of the directory, origin.py, once more: its answers by name. The last word of a request's path
// names one, and "echo" is the answer to all others.
type Origin map[string]string

var (
	isChunked     = regexp.MustCompile(`(?i)\r\ntransfer-encoding:[^\r\n]*chunked`)
	contentLength = regexp.MustCompile(`(?i)\r\ncontent-length:[ \t]*([0-9]{1,9})`)
	repeated      = regexp.MustCompile(`\{x\*([0-9]{1,5})\}`)
)

// Complete reports whether a request has arrived whole, or cannot be one: TLS is not spoken there.
func (Origin) Complete(request []byte) bool {
	if bytes.HasPrefix(request, []byte{0x16}) {
		return true
	}
	head, body, found := bytes.Cut(request, []byte(emptyLine))
	if !found {
		return false
	}
	if isChunked.Match(head) {
		return bytes.HasSuffix(body, []byte("0"+emptyLine))
	}
	length := 0
	if m := contentLength.FindSubmatch(head); m != nil {
		length, _ = strconv.Atoi(string(m[1]))
	}
	return len(body) >= length
}

// Answer returns the bytes of the answer to a request, and whether silence follows them instead of the connection's end.
func (o Origin) Answer(request string) (answer string, silent bool) {
	method, rest, _ := strings.Cut(request, " ")
	target, _, _ := strings.Cut(rest, " ")
	path, _, _ := strings.Cut(target, "?")
	text, found := o[path[strings.LastIndexByte(path, '/')+1:]]
	if !found {
		text = o["echo"]
	}
	text = strings.ReplaceAll(text, "\n", "\r\n")
	text = repeated.ReplaceAllStringFunc(text, func(m string) string {
		n, _ := strconv.Atoi(m[len("{x*") : len(m)-len("}")])
		return strings.Repeat("x", n)
	})
	text, _, silent = strings.Cut(text, "{silence}")
	head, body, found := strings.Cut(strings.ReplaceAll(text, "{received}", request), emptyLine)
	answer = strings.ReplaceAll(head, "{length}", strconv.Itoa(len(body)))
	if found {
		answer += emptyLine
	}
	if method != "HEAD" {
		answer += body
	}
	return answer, silent
}

// An asked is a connection to the program in this process. It keeps no time: silence is over at once, as a timeout.
type asked struct {
	answers Origin

	mu      sync.Mutex
	changed sync.Cond
	request []byte
	answer  *strings.Reader // nil until the request is complete
	end     error
}

func (o Origin) connect() net.Conn {
	c := &asked{answers: o}
	c.changed.L = &c.mu
	return c
}

// Write takes a part of the request.
func (c *asked) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.answer != nil {
		return 0, net.ErrClosed
	}
	if c.request = append(c.request, p...); c.answers.Complete(c.request) {
		text, silent := c.answers.Answer(string(c.request))
		c.end = io.EOF
		if silent {
			c.end = os.ErrDeadlineExceeded
		}
		c.answer = strings.NewReader(text)
		c.changed.Broadcast()
	}
	return len(p), nil
}

// Read waits for the end of the request, and reads the answer.
func (c *asked) Read(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.answer == nil && c.end == nil {
		c.changed.Wait()
	}
	if c.answer == nil || c.answer.Len() == 0 {
		return 0, c.end
	}
	return c.answer.Read(p)
}

// Close ends all waiting.
func (c *asked) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.end = net.ErrClosed
	c.changed.Broadcast()
	return nil
}

// LocalAddr returns an address of the documentation's.
func (c *asked) LocalAddr() net.Addr { return documentation }

// RemoteAddr returns an address of the documentation's.
func (c *asked) RemoteAddr() net.Addr { return documentation }

// SetDeadline does nothing, and so do its like.
func (c *asked) SetDeadline(time.Time) error { return nil }

// SetReadDeadline does nothing.
func (c *asked) SetReadDeadline(time.Time) error { return nil }

// SetWriteDeadline does nothing.
func (c *asked) SetWriteDeadline(time.Time) error { return nil }

// documentation is an address that nobody has (RFC 5737).
var documentation = &net.TCPAddr{IP: net.IPv4(198, 51, 100, 7), Port: 46532}
