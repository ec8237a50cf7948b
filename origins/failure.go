package origins

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"

	"edgecase/edge/http1"
)

// failure tells from an error how the place failed (table 10.4 of the request rules).
func (t *remote) failure(ctx context.Context, err error) *Error {
	e := &Error{Kind: Invalid, Place: t.place, Err: fmt.Errorf("ask %s: %w", t.place, err)}
	if ctx.Err() != nil {
		e.Kind = Canceled
		if errors.Is(context.Cause(ctx), errIncomplete) {
			e.Kind = Incomplete
			e.Err = fmt.Errorf("ask %s: %w (%v)", t.place, errIncomplete, err)
		}
		return e
	}
	if own, ok := errors.AsType[*Error](err); ok {
		return own
	}
	if _, ok := errors.AsType[*http1.BodyError](err); ok {
		e.Kind = Canceled // the body is the viewer's
		return e
	}
	if wire, ok := errors.AsType[*http1.Error](err); ok {
		e.Kind = wireKind(wire.Kind)
	}
	if errors.Is(err, io.EOF) {
		// Nobody who asks for io.EOF shall find it in a body that broke off.
		e.Err = fmt.Errorf("ask %s: %v", t.place, err)
	}
	// With TLS 1.3 a refusal, such as for want of a client certificate (REQ-337), arrives after the handshake.
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "remote error" {
		e.Kind = TLSFailed
	}
	return e
}

// wireKind says how a message that could not be read or written counts.
func wireKind(kind http1.ErrorKind) ErrorKind {
	switch kind {
	case http1.Closed, http1.Unterminated:
		return Closed
	case http1.ReadTimeout:
		return ReadTimeout
	case http1.HeadTooLarge:
		return HeadTooLarge
	case http1.WriteFailed:
		return WriteFailed
	default:
		return Invalid
	}
}

// wrongRange reports whether a 206 says two different things about its length (F9).
func wrongRange(method string, r *http1.Response) bool {
	if r.Status != 206 || r.ContentLength < 0 || method == "HEAD" {
		return false
	}
	span, ok := strings.CutPrefix(r.Fields.Get("Content-Range"), "bytes ")
	if !ok {
		return false
	}
	span, _, _ = strings.Cut(span, "/")
	first, last, _ := strings.Cut(span, "-")
	from, err := strconv.ParseUint(first, 10, 63)
	if err != nil {
		return false
	}
	to, err := strconv.ParseUint(last, 10, 63)
	return err == nil && int64(to-from)+1 != r.ContentLength
}
