package http1

import (
	"fmt"
	"strings"
)

// A framing says how the end of a body is found.
type framing int

const (
	noBody framing = iota
	byLength
	byChunks
	byClose
)

// A control collects what the fields of a head say about the connection and the body, while they are parsed.
type control struct {
	hosts, lengths, codings int
	host                    string
	length                  int64 // of the first Content-Length
	coding                  string
	close, keepAlive        bool // tokens of Connection
	upgrade                 bool // there is an Upgrade field
	expect                  bool // 100-continue
	err                     *Error
}

func (c *control) fail(kind ErrorKind, format string, args ...any) {
	if c.err == nil {
		c.err = &Error{Kind: kind, Detail: fmt.Sprintf(format, args...)}
	}
}

// cutLine splits text after its first line. RFC 9112 section 2.2 lets a recipient take a bare LF for a line's end;
// strict refuses it, because two parties that differ about it see different requests.
func cutLine(text string, strict bool) (line, rest string, bare, ok bool) {
	i := strings.IndexByte(text, '\n')
	if i < 0 {
		return "", text, false, false
	}
	line, rest = text[:i], text[i+1:]
	if i > 0 && line[i-1] == '\r' {
		return line[:i-1], rest, false, true
	}
	return line, rest, strict, true
}

// parseFields parses field lines up to the empty line, or to the end of what there is. It keeps every line that is
// well-formed and reports the first that is not.
func parseFields(text string, strict bool, c *control) Fields {
	// Some room to spare, since the edge adds fields of its own.
	fields := make(Fields, 0, strings.Count(text, "\n")+8)
	for number := 1; text != ""; number++ {
		line, rest, bare, ok := cutLine(text, strict)
		if !ok {
			break
		}
		text = rest
		if bare {
			c.fail(BadSyntax, "field line %d ends in a bare LF", number)
		}
		if line == "" {
			break
		}
		if line[0] == ' ' || line[0] == '\t' {
			c.fail(BadSyntax, "field line %d is folded onto the one before", number)
			continue
		}
		colon := strings.IndexByte(line, ':')
		if colon < 0 {
			c.fail(BadSyntax, `no ":" in field line %d`, number)
			continue
		}
		name, value := line[:colon], trimOWS(line[colon+1:])
		if !isToken(name) {
			c.fail(BadSyntax, "%s in field line %d", nameFault(name), number)
			continue
		}
		if !isText(value) {
			c.fail(BadSyntax, "control character in the value of field %s", name)
			continue
		}
		if c.note(name, value) {
			fields = append(fields, Field{name, value})
		}
	}
	return fields
}

func nameFault(name string) string {
	switch {
	case name == "":
		return "empty name"
	case strings.TrimRight(name, " \t") != name:
		return `space before ":"`
	}
	return fmt.Sprintf("invalid name %q", name)
}

// note looks at one field and reports whether it is to be kept.
func (c *control) note(name, value string) bool {
	switch len(name) {
	case 4:
		if equalFold(name, "host") {
			c.hosts++
			c.host = value
		}
	case 6:
		// REQ-259: any other expectation is ignored.
		if equalFold(name, "expect") && equalFold(value, "100-continue") {
			c.expect = true
		}
	case 7:
		if equalFold(name, "upgrade") {
			c.upgrade = true
		}
	case 10:
		if equalFold(name, "connection") {
			c.noteConnection(value)
		}
	case 14:
		if equalFold(name, "content-length") {
			return c.noteLength(value)
		}
	case 17:
		if equalFold(name, "transfer-encoding") {
			c.codings++
			c.coding = value
		}
	}
	return true
}

func (c *control) noteConnection(value string) {
	for token := range strings.SplitSeq(value, ",") {
		switch token = trimOWS(token); {
		case equalFold(token, "close"):
			c.close = true
		case equalFold(token, "keep-alive"):
			c.keepAlive = true
		}
	}
}

// noteLength keeps the first Content-Length and drops its repetitions: REQ-150 refuses two that differ, and RFC 9110
// section 8.6 wants equal ones passed on as one.
func (c *control) noteLength(value string) bool {
	n, ok := parseLength(value)
	switch {
	case !ok:
		c.fail(BadFraming, "invalid Content-Length %q", value)
	case c.lengths > 0 && n != c.length:
		c.fail(BadFraming, "two Content-Lengths, %d and %d", c.length, n)
	}
	if c.lengths == 0 {
		c.length = n
	}
	c.lengths++
	return c.lengths == 1
}

// parseLength parses digits, and nothing but digits, that fit an int64.
func parseLength(s string) (int64, bool) {
	if s == "" || len(s) > 19 {
		return 0, false
	}
	var n uint64
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + uint64(s[i]-'0')
	}
	return int64(n), n < 1<<63
}

// parseVersion parses "HTTP/1.0" and "HTTP/1.1", the versions that are spoken here.
func parseVersion(s string) (minor int, ok bool) {
	switch s {
	case "HTTP/1.1":
		return 1, true
	case "HTTP/1.0":
		return 0, true
	}
	return 0, false
}
