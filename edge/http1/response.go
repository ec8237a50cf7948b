package http1

import "strings"

// parseResponse parses the head of an answer. An origin's lines may end in a bare LF: it is the developer's own, and
// nothing that follows is split by it.
func parseResponse(r *Response, head string) (c control) {
	line, rest, _, _ := cutLine(head, false)
	r.parseLine(line, &c)
	r.Fields = parseFields(rest, false, &c)
	return c
}

// parseLine parses version, status and reason. The reason may be missing, and the space before it.
func (r *Response) parseLine(line string, c *control) {
	version, rest, _ := strings.Cut(line, " ")
	minor, ok := parseVersion(version)
	if !ok {
		c.fail(BadSyntax, "status line %.40q", line)
		return
	}
	r.Major, r.Minor = 1, minor
	status, reason, _ := strings.Cut(rest, " ")
	n, ok := parseLength(status)
	if !ok || len(status) != 3 || n < 100 {
		c.fail(BadSyntax, "status %.20q", status)
		return
	}
	if !isText(reason) {
		c.fail(BadSyntax, "control character in the reason phrase")
	}
	r.Status, r.Reason = int(n), reason
}

// settleFraming decides how the body of the answer to a request with this method ends (RFC 9112 section 6.3).
func (r *Response) settleFraming(c *control, method string) framing {
	if method == "HEAD" || bodiless(r.Status) {
		r.ContentLength = 0
		if c.lengths > 0 && method == "HEAD" {
			r.ContentLength = c.length
		}
		return noBody
	}
	switch {
	case c.codings > 1 || c.codings == 1 && !equalFold(c.coding, "chunked"):
		c.fail(BadFraming, "transfer coding %.40q", c.coding)
		return noBody
	case c.codings == 1:
		// The coding overrides the length, which must not be passed on; the connection is not used again.
		if c.lengths > 0 {
			r.Fields.Del("Content-Length")
			c.close = true
		}
		r.ContentLength, r.Chunked = -1, true
		return byChunks
	case c.lengths > 0:
		r.ContentLength = c.length
		return byLength
	}
	r.ContentLength = -1
	return byClose
}

// bodiless reports whether answers with this status never have a body.
func bodiless(status int) bool {
	return status < 200 || status == 204 || status == 304
}
