package main

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

	"edgecase/edge/http1"
)

// A viewerRequest is a request as a command line describes it, before it has been read as HTTP.
type viewerRequest struct {
	method  string
	scheme  string
	host    string // "" takes the one of the fields
	target  string // path and query as they are written
	fields  http1.Fields
	body    string
	hasBody bool
}

// parseTarget takes METHOD and URL apart. The path and the query stay as they are written; a fragment is left out, as
// no client sends it.
func parseTarget(method, url string) (*viewerRequest, error) {
	if method == "" || strings.ContainsFunc(method, notToken) {
		return nil, usageError("METHOD comes first: edgecase explain GET /index.html", "%q is not a method", method)
	}
	if i := strings.IndexFunc(url, func(c rune) bool { return c <= ' ' || c == 0x7f }); i >= 0 {
		return nil, usageError(fmt.Sprintf("write %%%02X for it", url[i]), "the URL holds %s, which no client sends", control(url[i]))
	}
	url, _, _ = strings.Cut(url, "#")
	r := &viewerRequest{method: method, scheme: "https", target: url}
	if strings.HasPrefix(url, "/") {
		return r, nil
	}
	scheme, rest, found := strings.Cut(url, "://")
	r.scheme = strings.ToLower(scheme)
	switch {
	case !found:
		return nil, usageError("write /"+url+", or a whole URL with https:// in front", "%q is neither a path nor a URL", url)
	case r.scheme != "http" && r.scheme != "https":
		return nil, usageError("WebSockets begin with a GET over http or https", "%q: the scheme must be http or https", url)
	}
	end := strings.IndexAny(rest, "/?")
	if end < 0 {
		end = len(rest)
	}
	r.host, r.target = rest[:end], rest[end:]
	switch {
	case r.host == "":
		return nil, usageError("for example https://www.example.com/", "%q has no host", url)
	case strings.Contains(r.host, "@"):
		return nil, usageError("give -H 'Authorization: …'", "%q: a user and a password cannot be given here", url)
	}
	if !strings.HasPrefix(r.target, "/") {
		r.target = "/" + r.target
	}
	return r, nil
}

// control names a character that cannot be in a URL.
func control(c byte) string {
	if c == ' ' {
		return "a blank"
	}
	return "the control character " + strconv.QuoteRune(rune(c))
}

// parseField reads "Name: value".
func parseField(flag, s string) (http1.Field, error) {
	name, value, found := strings.Cut(s, ":")
	value = strings.Trim(value, " \t")
	switch {
	case !found || name == "" || strings.ContainsFunc(name, notToken):
		return http1.Field{}, usageError("for example 'Accept: text/html'", "%s %q is not 'Name: value'", flag, s)
	case strings.ContainsFunc(value, func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f }):
		return http1.Field{}, usageError("a value is one line of text", "%s %q holds a control character", flag, s)
	}
	return http1.Field{Name: name, Value: value}, nil
}

// notToken reports whether a character may not be in a method or the name of a field (RFC 9110 section 5.6.2).
func notToken(c rune) bool {
	letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
	return !letter && (c > 0x7f || !strings.ContainsRune("!#$%&'*+-.^_`|~", c))
}

// loopback is the viewer's address: this machine, and some port.
var loopback = netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), 50000)

// parse writes the request as a client would and reads it as the listener does, so that explain and serve agree on what
// cannot be read, too.
func (r *viewerRequest) parse(ctx context.Context) (*http1.Request, *http1.Error, error) {
	client, server := net.Pipe()
	written := make(chan struct{})
	go func() {
		defer close(written)
		io.WriteString(client, r.head()) // what the reader does not want is lost, as it should be
	}()
	defer func() { <-written }()
	defer client.Close()
	c := http1.NewConn(server, http1.ConnOptions{Scheme: r.scheme})
	asked, err := c.ReadRequest(ctx)
	var malformed *http1.Error
	if err != nil && !errors.As(err, &malformed) {
		return nil, nil, fmt.Errorf("read the request: %w", err)
	}
	asked.RemoteAddr = loopback
	if r.scheme == "https" {
		asked.TLS = &tls.ConnectionState{Version: tls.VersionTLS13, CipherSuite: tls.TLS_AES_128_GCM_SHA256}
	}
	asked.Body = nil
	if asked.HasBody() {
		asked.Body = io.NopCloser(strings.NewReader(r.body))
	}
	return asked, malformed, nil
}

// head writes request line and fields. Only what HTTP demands is there beside what was given.
func (r *viewerRequest) head() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\n", r.method, r.target)
	if !r.fields.Has("Host") {
		fmt.Fprintf(&b, "Host: %s\r\n", r.host)
	}
	for _, f := range r.fields {
		fmt.Fprintf(&b, "%s: %s\r\n", f.Name, f.Value)
	}
	if r.hasBody && !r.fields.Has("Content-Length") && !r.fields.Has("Transfer-Encoding") {
		fmt.Fprintf(&b, "Content-Length: %d\r\n", len(r.body))
	}
	b.WriteString("\r\n")
	return b.String()
}
