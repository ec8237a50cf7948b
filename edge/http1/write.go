package http1

// WriteResponse writes an answer to the request and returns how many bytes went out. The fields are written as they
// are and in their order; the caller sets Connection, Content-Length, Date. Added is only what the message needs to
// have an end: "Transfer-Encoding: chunked" on HTTP/1.1 without Content-Length, a missing Content-Length of a body
// whose length is known; over HTTP/1.0 the connection's end tells it (REQ-288). The answer's body is closed.
//
// Pieces of the body are sent as they come. If the body breaks off, the error is a [*BodyError] and the connection is
// closed, so that the viewer sees that something is missing; if the viewer takes no more it is an [*Error] of the
// kind WriteFailed. After the last answer no other request is read. An interim answer (1xx, not 101) may go before the final one.
func (c *Conn) WriteResponse(req *Request, resp *Response, last bool) (wrote int64, err error) {
	if resp.Body != nil {
		defer resp.Body.Close()
	}
	how, length, err := resp.framing(req)
	if err != nil {
		c.Abort()
		return 0, err
	}
	c.mu.Lock()
	c.out.wrote = 0
	c.out.buf = appendResponse(c.out.buf[:0], resp, how, length)
	if resp.Status < 200 && resp.Status != 101 {
		defer c.mu.Unlock()
		err = c.out.flush()
		return c.out.wrote, err
	}
	c.answered.Store(true)
	c.mu.Unlock()
	if last || how == byClose {
		c.ended = true
	}
	if err = c.out.send(resp.Body, how, length); err != nil {
		c.Abort()
	}
	return c.out.wrote, err
}

// framing decides how the answer's body ends on the wire.
func (r *Response) framing(req *Request) (how framing, length int64, err error) {
	if r.Status < 100 || r.Status > 999 {
		return 0, 0, &Error{Kind: BadSyntax, Detail: "status to write has not three digits"}
	}
	if req != nil && req.Method == "HEAD" || bodiless(r.Status) {
		return noBody, 0, nil
	}
	if field := r.Fields.Get("Content-Length"); field != "" {
		n, ok := parseLength(field)
		if !ok {
			return 0, 0, &Error{Kind: BadFraming, Detail: "Content-Length to write is not a number"}
		}
		return byLength, n, nil
	}
	switch {
	case r.ContentLength >= 0 && !r.Chunked:
		return byLength, r.ContentLength, nil
	case req != nil && !req.AtLeast(1, 1):
		return byClose, 0, nil
	}
	return byChunks, 0, nil
}

func appendResponse(buf []byte, r *Response, how framing, length int64) []byte {
	fields := r.Fields
	if how == byClose && !fields.HasToken("Connection", "close") {
		fields = fields.Clone()
		fields.Set("Connection", "close")
	}
	if how == byLength && !fields.Has("Content-Length") {
		fields = withLength(fields, length)
	}
	reason := r.Reason
	if !isText(reason) {
		reason = ""
	}
	buf = appendStatus(buf, r.Status, reason)
	start := len(buf)
	buf, lines := appendFields(buf, fields, how)
	if !isOneHead(buf[start:], lines) {
		buf, _ = appendFields(buf[:start], cleanFields(fields), how)
	}
	return append(buf, "\r\n"...)
}
