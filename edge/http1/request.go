package http1

import (
	"fmt"
	"strings"
)

// parseRequest parses a head, or the beginning of one, into the request. It goes on after a fault, so that the edge
// knows as much as possible about what it refuses; the first fault is in the control.
func parseRequest(r *Request, head string, limits Limits) (c control) {
	r.Major, r.Minor = 1, 1
	line, rest, bare, ok := cutLine(head, true)
	if !ok {
		line = head
	}
	if bare {
		c.fail(BadSyntax, "request line ends in a bare LF")
	}
	r.parseLine(line, &c)
	r.Fields = parseFields(rest, true, &c)
	r.settleHost(&c)
	if n := len("https://") + len(r.Host) + len(r.Target()); c.err == nil && n > limits.URL {
		c.fail(URLTooLong, "URL of %d bytes, %d are allowed", n, limits.URL)
	}
	r.settleFraming(&c, limits)
	return c
}

// parseLine parses method, target and version, separated by exactly one SP each.
func (r *Request) parseLine(line string, c *control) {
	method, rest, ok := strings.Cut(line, " ")
	if !isToken(method) {
		c.fail(BadSyntax, "invalid method %.20q", method)
		return
	}
	if !ok {
		c.fail(BadSyntax, "request line without target")
		return
	}
	r.Method = method
	target, version, ok := strings.Cut(rest, " ")
	if !ok {
		c.fail(BadSyntax, "request line without version")
	} else if r.Minor, ok = parseVersion(version); !ok {
		r.Minor = 1
		c.fail(BadSyntax, "version %.20q", version)
	}
	if err := r.setTarget(target); err != nil {
		c.fail(err.Kind, "%s", err.Detail)
	}
}

// setTarget takes the request target apart. An absolute target sets the host, too.
func (r *Request) setTarget(target string) *Error {
	switch {
	case r.Method == "CONNECT":
		return &Error{Kind: BadTarget, Detail: "CONNECT asks for a tunnel"}
	case target == "*":
		return &Error{Kind: BadTarget, Detail: "asterisk form of the target"}
	case target == "":
		return &Error{Kind: BadSyntax, Detail: "empty target"}
	case target[0] != '/':
		authority, origin, err := cutAuthority(target)
		if err != nil {
			return err
		}
		// REQ-069: the authority overrides the Host field.
		r.Host, target = authority, origin
	}
	r.Path, r.RawQuery, r.HasQuery = strings.Cut(target, "?")
	if !isTarget(target) {
		return &Error{Kind: BadSyntax, Detail: "blank, control character or fragment in the target"}
	}
	if i := badEscape(r.Path); i >= 0 {
		return &Error{Kind: BadTarget, Detail: fmt.Sprintf("invalid percent-encoding at byte %d of the path", i)}
	}
	return nil
}

// cutAuthority splits an absolute target into its authority and the origin form of the rest.
func cutAuthority(target string) (authority, origin string, err *Error) {
	scheme, rest, ok := strings.Cut(target, "://")
	if !ok || !equalFold(scheme, "http") && !equalFold(scheme, "https") {
		return "", "", &Error{Kind: BadTarget, Detail: fmt.Sprintf("target %.40q does not begin with /", target)}
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	authority, origin = rest[:end], rest[end:]
	if authority == "" || !isHost(authority) {
		return "", "", &Error{Kind: BadTarget, Detail: fmt.Sprintf("invalid authority %.40q in the target", authority)}
	}
	if origin == "" || origin[0] != '/' {
		origin = "/" + origin
	}
	return authority, origin, nil
}

// badEscape returns the index of a "%" that two hexadecimal digits do not follow, or -1.
func badEscape(path string) int {
	for i := 0; ; i++ {
		next := strings.IndexByte(path[i:], '%')
		if next < 0 {
			return -1
		}
		i += next
		if i+2 >= len(path) || !isHex(path[i+1]) || !isHex(path[i+2]) {
			return i
		}
	}
}

func (r *Request) settleHost(c *control) {
	switch {
	case c.hosts > 1:
		c.fail(BadHost, "%d Host fields", c.hosts)
	case c.hosts == 0 && r.Minor >= 1:
		c.fail(BadHost, "no Host field")
	case !isHost(c.host):
		c.fail(BadHost, "invalid Host %.60q", c.host)
	}
	if r.Host == "" {
		r.Host = c.host
	}
}

// settleFraming decides how the body ends. Whatever two parties could understand in two ways is refused (REQ-150,
// REQ-255; RFC 9112 section 6.3).
func (r *Request) settleFraming(c *control, limits Limits) {
	r.HasLength = c.lengths > 0
	switch {
	case c.codings == 0:
		r.ContentLength = c.length
		if c.length > limits.Body {
			c.fail(BodyTooLarge, "body of %d bytes, %d are allowed", c.length, limits.Body)
		}
		return
	case c.lengths > 0:
		c.fail(BadFraming, "both Content-Length and Transfer-Encoding")
	case r.Minor < 1:
		c.fail(BadFraming, "Transfer-Encoding in HTTP/1.0")
	case c.codings > 1:
		c.fail(BadFraming, "%d Transfer-Encoding fields", c.codings)
	case !equalFold(c.coding, "chunked"):
		c.fail(BadFraming, "transfer coding %.40q", c.coding)
	}
	r.ContentLength = -1
}
