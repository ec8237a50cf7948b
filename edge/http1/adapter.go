package http1

import (
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// FromHTTP makes a Request of one that net/http has read, over HTTP/2 for instance. The order of its fields is lost:
// Host comes first, the others follow by name. Faults that net/http let through, and heads beyond CloudFront's limits,
// give an [*Error] beside the request, as [Conn.ReadRequest] does; it is nil for a good one.
func FromHTTP(r *http.Request) (*Request, *Error) {
	req := &Request{Method: r.Method, Scheme: "http", Host: r.Host, Major: r.ProtoMajor, Minor: r.ProtoMinor, TLS: r.TLS}
	if r.TLS != nil {
		req.Scheme = "https"
	}
	if a, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		req.RemoteAddr = netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
	}
	req.Fields = fromHeader(r.Header, Field{"Host", r.Host})
	req.HasLength = req.Fields.Has("Content-Length")
	if r.Body != nil && r.Body != http.NoBody {
		req.Body, req.ContentLength = r.Body, r.ContentLength
	}
	target := r.RequestURI
	if target == "" {
		target = r.URL.RequestURI()
	}
	fault := req.setTarget(target)
	if req.Path == "" {
		req.Path = "/"
	}
	if fault == nil {
		fault = req.missed(target)
	}
	if fault == nil {
		fault = req.Exceeds(Limits{})
	}
	return req, fault
}

// missed returns what net/http lets through and [Conn.ReadRequest] would not: a host that is none, a length that is not
// the body's (REQ-150; RFC 9113 section 8.1.1 calls that malformed), and from HTTP/2 on an absolute target, which only
// HTTP/1.1 knows (RFC 9113 section 8.3.1).
func (r *Request) missed(target string) *Error {
	if r.Major >= 2 && !strings.HasPrefix(target, "/") {
		return &Error{Kind: BadTarget, Detail: fmt.Sprintf(":path %.40q does not begin with /", target)}
	}
	if !isHost(r.Host) {
		return &Error{Kind: BadHost, Detail: fmt.Sprintf("invalid Host %.60q", r.Host)}
	}
	for _, value := range r.Fields.Values("Content-Length") {
		if n, ok := parseLength(value); !ok || n != r.ContentLength {
			return &Error{Kind: BadFraming, Detail: fmt.Sprintf("Content-Length %q of another body", value)}
		}
	}
	return nil
}

// Exceeds returns what of a request is beyond the limits, or nil. For a request that did not come over a connection of
// this package it first sets HeadBytes, to what the head would have measured.
func (r *Request) Exceeds(limits Limits) *Error {
	limits = limits.orDefault()
	if r.HeadBytes == 0 {
		r.HeadBytes = len(r.Method) + len(r.Target()) + len("  HTTP/1.1\r\n\r\n")
		for _, f := range r.Fields {
			r.HeadBytes += len(f.Name) + len(f.Value) + len(": \r\n")
		}
	}
	switch n := len("https://") + len(r.Host) + len(r.Target()); {
	case n > limits.URL:
		return &Error{Kind: URLTooLong, Detail: fmt.Sprintf("URL of %d bytes, %d are allowed", n, limits.URL)}
	case r.HeadBytes > limits.Head:
		return &Error{Kind: HeadTooLarge, Detail: fmt.Sprintf("head of %d bytes, %d are allowed", r.HeadBytes, limits.Head)}
	case r.ContentLength > limits.Body:
		return &Error{Kind: BodyTooLarge, Detail: fmt.Sprintf("body of %d bytes, %d are allowed", r.ContentLength, limits.Body)}
	}
	return nil
}

// fromHeader returns the fields of a header, by name, behind those given.
func fromHeader(h http.Header, first ...Field) Fields {
	names := make([]string, 0, len(h))
	for name := range h {
		names = append(names, name)
	}
	slices.Sort(names)
	fields := append(make(Fields, 0, len(h)+8), first...)
	for _, name := range names {
		for _, value := range h[name] {
			fields = append(fields, Field{name, value})
		}
	}
	return fields
}

// WriteHTTP writes an answer through net/http and returns how many bytes of its body went out. Each piece of the
// body is flushed as it comes; fields that only HTTP/1.1 has are left out. The body is closed. On a [*BodyError] the
// caller should panic with [http.ErrAbortHandler], so that the viewer sees that something is missing.
func WriteHTTP(w http.ResponseWriter, r *http.Request, resp *Response) (wrote int64, err error) {
	if resp.Body != nil {
		defer resp.Body.Close()
	}
	how, length, err := resp.framing(&Request{Method: r.Method, Major: 1, Minor: 1})
	if err != nil {
		return 0, err
	}
	header := w.Header()
	// What net/http would add of its own, if it is not there.
	header["Date"], header["Content-Type"] = nil, nil
	for _, f := range cleanFields(resp.Fields) {
		if !hopByHop(f.Name) {
			header.Add(f.Name, f.Value)
		}
	}
	w.WriteHeader(resp.Status)
	if how == noBody || resp.Body == nil {
		return 0, nil
	}
	if how != byLength {
		length = -1
		if f, ok := w.(http.Flusher); ok {
			f.Flush() // else net/http would give a short body a Content-Length
		}
	}
	return copyHTTP(w, resp.Body, length)
}

func copyHTTP(w http.ResponseWriter, body io.Reader, length int64) (wrote int64, err error) {
	flusher, _ := w.(http.Flusher)
	flush := func() {
		if flusher != nil && ready(body) == 0 {
			flusher.Flush()
		}
	}
	buf := largeBuffers.Get().(*[largeBuffer]byte)
	defer largeBuffers.Put(buf)
	for {
		if wrote == 0 || wrote != length {
			flush()
		}
		n, err := body.Read(buf[:])
		if n > 0 {
			n, err := w.Write(buf[:n])
			wrote += int64(n)
			if err != nil {
				return wrote, &Error{Kind: WriteFailed, Detail: "viewer takes no more", Err: err}
			}
		}
		switch {
		case err == io.EOF && wrote < length:
			return wrote, &BodyError{io.ErrUnexpectedEOF}
		case err == io.EOF:
			return wrote, nil
		case err != nil:
			return wrote, &BodyError{err}
		}
	}
}

// hopByHop reports whether a field belongs to an HTTP/1.1 connection and not to the message.
func hopByHop(name string) bool {
	switch strings.ToLower(name) {
	case "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade":
		return true
	}
	return false
}
