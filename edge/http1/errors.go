package http1

import "fmt"

// An ErrorKind says what is wrong with a head. The edge chooses the answer; this package never writes one.
type ErrorKind string

// The ways in which a message can be unusable.
const (
	BadSyntax     ErrorKind = "bad-syntax"     // request line, field line, target, version, framing (REQ-150)
	BadHost       ErrorKind = "bad-host"       // none or several Host fields in HTTP/1.1 (REQ-015)
	BadTarget     ErrorKind = "bad-target"     // asterisk or authority form, invalid percent-encoding (REQ-069, REQ-150)
	BadFraming    ErrorKind = "bad-framing"    // lengths that contradict each other, unknown transfer coding (REQ-150, REQ-255)
	URLTooLong    ErrorKind = "url-too-long"   // REQ-142
	HeadTooLarge  ErrorKind = "head-too-large" // REQ-143, REQ-149
	BodyTooLarge  ErrorKind = "body-too-large" // REQ-147
	Unterminated  ErrorKind = "unterminated"   // the peer closed in the middle of a message
	ReadTimeout   ErrorKind = "read-timeout"   // the peer stayed silent in the middle of a message
	TooManyInform ErrorKind = "too-many-100"   // a second 100 Continue (REQ-258, REQ-277)
)

// An Error is a message that cannot be used. What could be read of its head is returned beside it.
type Error struct {
	Kind   ErrorKind
	Detail string // one clause for the trace: `space before ":" in field 3`
}

// Error returns the kind and the detail.
func (e *Error) Error() string { return fmt.Sprintf("%s: %s", e.Kind, e.Detail) }
