package http1

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/textproto"
	"strings"
	"testing"
)

// stricter reports whether we may refuse with this error what net/http accepts. net/http lets pass: bare LF as line
// end, folded fields, empty lines without bound, a body's oversight such as a length beside a coding or a coding in
// HTTP/1.0, list-valued or repeated lengths, targets in any form, methods it has not checked, hosts.
func stricter(err *Error, text string) bool {
	bareLF := strings.Count(text, "\n") != strings.Count(text, "\r\n")
	bareCR := strings.Count(text, "\r") != strings.Count(text, "\r\n")
	switch err.Kind {
	case BadTarget, BadHost, BadFraming, URLTooLong, HeadTooLarge, BodyTooLarge:
		return true
	case BadSyntax:
		// Blanks in names are caught by net/http's server, not by its reader.
		return strings.Contains(err.Detail, "in field line") || bareLF || bareCR || strings.Contains(text, "\n ") || strings.Contains(text, "\n\t") ||
			strings.HasPrefix(text, "\r\n") || strings.Contains(text, "HTTP/") && hasOddTarget(text) || !isPlain(text)
	case Unterminated:
		// The end of a head or chunk without its last line.
		return bareLF || bareCR
	}
	return false
}

func hasOddTarget(text string) bool {
	line, _, _ := strings.Cut(text, "\r\n")
	parts := strings.Split(line, " ")
	return len(parts) != 3 || strings.Contains(parts[1], "#") || parts[2] != "HTTP/1.1" && parts[2] != "HTTP/1.0"
}

// isPlain reports whether no control characters beside line ends are in the text: net/http lets some of them pass.
func isPlain(text string) bool {
	for i := 0; i < len(text); i++ {
		if c := text[i]; c < ' ' && c != '\t' && c != '\r' && c != '\n' || c == 0x7f {
			return false
		}
	}
	return true
}

// looser reports whether we may accept what net/http refuses: it parses the target into a URL, the edge does not.
func looser(r *Request) bool {
	return strings.ContainsAny(r.Host, "%[]:") || strings.Contains(r.Path, "//") || !isPlain(r.Path) ||
		r.Method == "PRI" || strings.ContainsAny(r.Path, ":") || len(r.Fields.Values("Content-Length")) > 0 ||
		hasHighByte(r.Target()) || r.Fields.Has("Trailer")
}

func hasHighByte(s string) bool {
	return strings.IndexFunc(s, func(c rune) bool { return c >= 0x80 }) >= 0
}

func FuzzReadRequest(f *testing.F) {
	for _, text := range []string{
		"GET / HTTP/1.1\r\nHost: h\r\n\r\n",
		"GET http://h/a?b HTTP/1.0\r\n\r\n",
		"POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello",
		"\r\nGET / HTTP/1.0\r\nA:\r\n\r\n",
		"POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\nA: b\r\n\r\n",
		"POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
		"GET / HTTP/1.1\nHost: h\n a\n\n",
		"GET /%zz HTTP/1.1\r\nHost: h\r\nA : b\r\n\r\n",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c := NewConn(newScript(text), ConnOptions{})
		ours, err := c.ReadRequest(context.Background())
		var body []byte
		if err == nil && ours.Body != nil {
			body, err = io.ReadAll(ours.Body)
		}
		theirs, reference := http.ReadRequest(bufio.NewReader(strings.NewReader(text)))
		var want []byte
		if reference == nil {
			want, reference = io.ReadAll(theirs.Body)
		}
		var fault *Error
		if err != nil && err != io.EOF && !errors.As(err, &fault) {
			t.Fatalf("error of an unknown type: %v", err)
		}
		switch {
		case err != nil && reference == nil:
			if fault == nil || !stricter(fault, text) {
				t.Errorf("refused: %v", err)
			}
		case err == nil && reference != nil:
			// RFC 9112 section 2.2 wants an empty line before the request line to be ignored.
			if !looser(ours) && !strings.HasPrefix(text, "\r\n") {
				t.Errorf("accepted, and net/http says: %v", reference)
			}
		case err == nil:
			compareRequests(t, ours, theirs, body, want)
		}
		if err == nil {
			rereadRequest(t, ours, body)
		}
	})
}

func compareRequests(t *testing.T, ours *Request, theirs *http.Request, body, want []byte) {
	if ours.Method != theirs.Method || ours.Host != theirs.Host || ours.Minor != theirs.ProtoMinor {
		t.Errorf("%s %q 1.%d, net/http read %s %q 1.%d", ours.Method, ours.Host, ours.Minor, theirs.Method, theirs.Host, theirs.ProtoMinor)
	}
	if strings.HasPrefix(theirs.RequestURI, "/") && ours.Target() != theirs.RequestURI {
		t.Errorf("target %q, net/http read %q", ours.Target(), theirs.RequestURI)
	}
	if !bytes.Equal(body, want) {
		t.Errorf("body %q, net/http read %q", body, want)
	}
	fields := map[string][]string{}
	for _, f := range ours.Fields {
		name := textproto.CanonicalMIMEHeaderKey(f.Name)
		fields[name] = append(fields[name], f.Value)
	}
	for name, values := range theirs.Header {
		if strings.Join(fields[name], "\n") != strings.Join(values, "\n") && name != "Cache-Control" && name != "Content-Length" {
			t.Errorf("field %s: %q, net/http read %q", name, fields[name], values)
		}
	}
}

// rereadRequest checks that what is written to an origin is understood as what was read from the viewer.
func rereadRequest(t *testing.T, r *Request, body []byte) {
	copied := *r
	if r.Body != nil {
		copied.Body = Bytes(body)
	}
	if !copied.Fields.Has("Host") {
		copied.Fields = append(Fields{{"Host", "h"}}, copied.Fields...)
	}
	conn := newScript("")
	if err := NewClientConn(conn, ClientOptions{}).WriteRequest(&copied); err != nil {
		t.Fatalf("write: %v", err)
	}
	sent := conn.sent.String()
	again, err := NewConn(newScript(sent), ConnOptions{Limits: Limits{Head: 64 << 10}}).ReadRequest(context.Background())
	if err != nil {
		t.Fatalf("read again: %v\n%q", err, sent)
	}
	var rest []byte
	if again.Body != nil {
		if rest, err = io.ReadAll(again.Body); err != nil {
			t.Fatal(err)
		}
	}
	if again.Method != r.Method || again.Target() != r.Target() || !bytes.Equal(rest, body) || len(again.Fields) != len(copied.Fields) {
		t.Errorf("read again: %s %q %v %q\n%q", again.Method, again.Target(), again.Fields, rest, sent)
	}
}

func FuzzReadResponse(f *testing.F) {
	for _, text := range []string{
		"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
		"HTTP/1.0 404\r\n\r\nhello",
		"HTTP/1.1 204 x\nA: b\n\n",
		"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",
	} {
		f.Add(text)
	}
	req := &Request{Method: "GET", Path: "/"}
	f.Fuzz(func(t *testing.T, text string) {
		ours, err := NewClientConn(newScript(text), ClientOptions{}).ReadResponse(req)
		var body []byte
		if err == nil && ours.Body != nil {
			body, err = io.ReadAll(ours.Body)
		}
		var fault *Error
		if err != nil && !errors.As(err, &fault) {
			t.Fatalf("error of an unknown type: %v", err)
		}
		if err != nil {
			return
		}
		b := bufio.NewReader(strings.NewReader(text))
		theirs, reference := http.ReadResponse(b, nil)
		for reference == nil && theirs.StatusCode < 200 {
			theirs, reference = http.ReadResponse(b, nil)
		}
		if reference == nil {
			want, reference := io.ReadAll(theirs.Body)
			if ours.Status != theirs.StatusCode {
				t.Errorf("status %d, net/http read %d", ours.Status, theirs.StatusCode)
			}
			// net/http knows no coding in HTTP/1.0.
			if reference == nil && !bytes.Equal(body, want) && !(ours.Chunked && ours.Minor == 0) {
				t.Errorf("body %q, net/http read %q", body, want)
			}
		}
		rewriteResponse(t, ours, body)
	})
}

// rewriteResponse checks that what is written to a viewer is understood as what was read from the origin.
func rewriteResponse(t *testing.T, r *Response, body []byte) {
	conn := newScript("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
	c := NewConn(conn, ConnOptions{})
	req, err := c.ReadRequest(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	copied := *r
	copied.Body = Bytes(body)
	if _, err := c.WriteResponse(req, &copied, false); err != nil {
		t.Fatalf("write: %v", err)
	}
	again, err := NewClientConn(newScript(conn.sent.String()), ClientOptions{Limits: Limits{Head: 64 << 10}}).ReadResponse(req)
	if err != nil {
		t.Fatalf("read again: %v", err)
	}
	var rest []byte
	if again.Body != nil {
		if rest, err = io.ReadAll(again.Body); err != nil {
			t.Fatal(err)
		}
	}
	if again.Status != r.Status || !bytes.Equal(rest, body) {
		t.Errorf("read again: %d %q, want %d %q", again.Status, rest, r.Status, body)
	}
}
