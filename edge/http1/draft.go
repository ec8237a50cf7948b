package http1

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// A Draft is a request as people write it down, before it has been read as HTTP.
type Draft struct {
	Method  string
	Scheme  string // "http" or "https"
	Host    string // "" takes the one of the fields
	Target  string // path and query as they are written
	Fields  Fields
	Body    string
	HasBody bool
}

// A DraftError says what cannot be written down like that, and what can.
type DraftError struct{ What, Hint string }

// Error says what cannot be written down like that.
func (e *DraftError) Error() string { return e.What }

func badDraft(hint, format string, args ...any) error {
	return &DraftError{fmt.Sprintf(format, args...), hint}
}

// NewDraft takes a method and a URL apart. The URL is a path, which means HTTPS and leaves the host open, or a whole one.
// Its path and query stay as they are written; a fragment is left out, as no client sends it.
func NewDraft(method, url string) (*Draft, error) {
	if !isToken(method) {
		return nil, badDraft("methods are GET, HEAD, POST and so on", "%q is not a method", method)
	}
	if i := strings.IndexFunc(url, func(c rune) bool { return c <= ' ' || c == 0x7f }); i >= 0 {
		return nil, badDraft(fmt.Sprintf("write %%%02X for it", url[i]), "the URL holds %s, which no client sends", unsendable(url[i]))
	}
	url, _, _ = strings.Cut(url, "#")
	d := &Draft{Method: method, Scheme: "https", Target: url}
	if strings.HasPrefix(url, "/") {
		return d, nil
	}
	scheme, rest, found := strings.Cut(url, "://")
	d.Scheme = strings.ToLower(scheme)
	switch {
	case !found:
		return nil, badDraft("write /"+url+", or a whole URL with https:// in front", "%q is neither a path nor a URL", url)
	case d.Scheme != "http" && d.Scheme != "https":
		return nil, badDraft("WebSockets begin with a GET over http or https", "%q: the scheme must be http or https", url)
	}
	end := strings.IndexAny(rest, "/?")
	if end < 0 {
		end = len(rest)
	}
	d.Host, d.Target = rest[:end], rest[end:]
	switch {
	case d.Host == "":
		return nil, badDraft("for example https://www.example.com/", "%q has no host", url)
	case strings.Contains(d.Host, "@"):
		return nil, badDraft("give a header Authorization", "%q: a user and a password cannot be given here", url)
	}
	if !strings.HasPrefix(d.Target, "/") {
		d.Target = "/" + d.Target
	}
	return d, nil
}

// unsendable names a character that cannot be in a URL.
func unsendable(c byte) string {
	if c == ' ' {
		return "a blank"
	}
	return "the control character " + strconv.QuoteRune(rune(c))
}

// NewField makes a field of a name and a value, with the blanks around the value taken off.
func NewField(name, value string) (Field, error) {
	value = strings.Trim(value, " \t")
	switch {
	case !isToken(name):
		return Field{}, badDraft("for example 'Accept: text/html'", "%q is not the name of a header", name)
	case !isText(value):
		return Field{}, badDraft("a value is one line of text", "%q holds a control character", value)
	}
	return Field{Name: name, Value: value}, nil
}

// DraftViewer is the address of a viewer that is on this machine, at some port.
var DraftViewer = netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), 50000)

// Read writes the request as a client would and reads it as a listener does, so that both agree on what cannot be read,
// too: that is the second result.
func (d *Draft) Read(ctx context.Context) (*Request, *Error, error) {
	client, server := net.Pipe()
	written := make(chan struct{})
	go func() {
		defer close(written)
		io.WriteString(client, d.head()) // what the reader does not want is lost, as it should be
	}()
	defer func() { <-written }()
	defer client.Close()
	c := NewConn(server, ConnOptions{Scheme: d.Scheme})
	r, err := c.ReadRequest(ctx)
	var malformed *Error
	if err != nil && !errors.As(err, &malformed) {
		return nil, nil, fmt.Errorf("read the request: %w", err)
	}
	r.RemoteAddr = DraftViewer
	if d.Scheme == "https" {
		r.TLS = &tls.ConnectionState{Version: tls.VersionTLS13, CipherSuite: tls.TLS_AES_128_GCM_SHA256}
	}
	r.Body = nil
	if r.HasBody() {
		r.Body = io.NopCloser(strings.NewReader(d.Body))
	}
	return r, malformed, nil
}

// head writes request line and fields. Only what HTTP demands is there beside what was given.
func (d *Draft) head() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\n", d.Method, d.Target)
	if !d.Fields.Has("Host") {
		fmt.Fprintf(&b, "Host: %s\r\n", d.Host)
	}
	for _, f := range d.Fields {
		fmt.Fprintf(&b, "%s: %s\r\n", f.Name, f.Value)
	}
	if d.HasBody && !d.Fields.Has("Content-Length") && !d.Fields.Has("Transfer-Encoding") {
		fmt.Fprintf(&b, "Content-Length: %d\r\n", len(d.Body))
	}
	b.WriteString("\r\n")
	return b.String()
}

// Text returns the request as it goes over the wire, body included: as it was written down, whatever a listener makes
// of it.
func (d *Draft) Text() string { return d.head() + d.Body }
