package http1

import (
	"errors"
	"fmt"
	"os"
)

// An ErrorKind says what is wrong with a message. The edge chooses the answer; this package never writes one.
type ErrorKind string

// The ways in which a message can be unusable.
const (
	BadSyntax     ErrorKind = "bad-syntax"     // request line, field line, target, version (REQ-150)
	BadHost       ErrorKind = "bad-host"       // none or several Host fields in HTTP/1.1, or not a host (REQ-015)
	BadTarget     ErrorKind = "bad-target"     // asterisk or authority form, invalid percent-encoding (REQ-069, REQ-150)
	BadFraming    ErrorKind = "bad-framing"    // lengths that contradict each other, unknown transfer coding, bad chunks (REQ-150, REQ-255)
	URLTooLong    ErrorKind = "url-too-long"   // REQ-142
	HeadTooLarge  ErrorKind = "head-too-large" // REQ-143, REQ-149
	BodyTooLarge  ErrorKind = "body-too-large" // REQ-147
	Unterminated  ErrorKind = "unterminated"   // the peer closed in the middle of a message
	Closed        ErrorKind = "closed"         // the origin closed before the first byte of its answer (F6)
	ReadTimeout   ErrorKind = "read-timeout"   // the peer stayed silent for too long (F5, F10)
	WriteFailed   ErrorKind = "write-failed"   // the peer no longer takes what is written (F15)
	TooManyInform ErrorKind = "too-many-100"   // a second 100 Continue (REQ-258, REQ-277)
)

// An Error is a message that cannot be used. What could be read of its head is returned beside it.
type Error struct {
	Kind   ErrorKind
	Detail string // one clause for the trace: `space before ":" in field 3`
	Err    error  // what the connection reported, if that is the cause
}

// Error returns the kind, the detail and the cause.
func (e *Error) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %s: %v", e.Kind, e.Detail, e.Err)
	}
	return fmt.Sprintf("%s: %s", e.Kind, e.Detail)
}

// Unwrap returns what the connection reported, or nil.
func (e *Error) Unwrap() error { return e.Err }

// A BodyError says that a message could not be written to its end because the body that it was given broke off: the
// fault is with whoever sends that body, not with the connection that was written to.
type BodyError struct{ Err error }

// Error says that the body broke off, and why.
func (e *BodyError) Error() string { return "read body to send: " + e.Err.Error() }

// Unwrap returns what the body's Read returned.
func (e *BodyError) Unwrap() error { return e.Err }

var (
	errInterrupted = errors.New("reading was interrupted")
	errBodyClosed  = errors.New("body was closed")
	errBufferFull  = errors.New("buffer is full")
)

// readError turns what a connection reported in the middle of a message into an Error.
func readError(err error, where string) error {
	var typed *Error
	switch {
	case errors.As(err, &typed):
		return typed
	case errors.Is(err, errInterrupted):
		return err
	case errors.Is(err, os.ErrDeadlineExceeded):
		return &Error{Kind: ReadTimeout, Detail: "no byte in time " + where, Err: err}
	}
	return &Error{Kind: Unterminated, Detail: "connection ended " + where, Err: err}
}
