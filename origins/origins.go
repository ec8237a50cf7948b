package origins

import (
	"context"
	"time"

	"edgecase/edge/http1"
)

// A Transport takes one request to an origin and brings back its answer. The request is the one CloudFront would
// send: its Host field and Scheme are those of the Terraform, whatever the place that is asked instead.
//
// Implementations are safe for concurrent use. On an error of the origin the error is an [*Error]. A response's body
// must be closed; it ends with an [*Error] if the origin breaks off (REQ-289) or stays silent for the origin's read
// timeout (REQ-326).
type Transport interface {
	RoundTrip(ctx context.Context, req *http1.Request) (*Result, error)
}

// A Result is an origin's answer, and how it came about.
type Result struct {
	Response *http1.Response
	Place    string    // where it was asked: "http://127.0.0.1:8000", "./dist", "echo"
	Attempts []Attempt // one for each try, the last is the one that answered (REQ-327)
	// Notes are what a user should know about this answer and cannot see in it: the file that is missing, the
	// certificate that CloudFront would refuse. Whole clauses, each with its rule.
	Notes []Note
}

// An Attempt is one try at an origin.
type Attempt struct {
	Took    time.Duration // to the head of the answer, or to the failure
	Connect time.Duration // of that, until there was a connection
	Reused  bool          // on a connection that was open already
	Err     error         // nil for the one that answered
}

// A Note is one clause about an answer, and the rule behind it ("REQ-391", or "").
type Note struct{ Text, Rule string }

// An ErrorKind says how an origin failed; the edge turns it into 502, 503 or 504 (section 10.4 of the request rules).
type ErrorKind string

// The ways in which an origin fails.
const (
	Unresolved     ErrorKind = "unresolved"      // F1
	Refused        ErrorKind = "refused"         // F2, and an origin mapped to "none"
	ConnectTimeout ErrorKind = "connect-timeout" // F3
	TLSFailed      ErrorKind = "tls-failed"      // F4
	ReadTimeout    ErrorKind = "read-timeout"    // F5, F10
	Closed         ErrorKind = "closed"          // F6
	Invalid        ErrorKind = "invalid"         // F7, F14
	HeadTooLarge   ErrorKind = "head-too-large"  // F8
	WrongRange     ErrorKind = "wrong-range"     // F9
	Incomplete     ErrorKind = "incomplete"      // F11
	WriteFailed    ErrorKind = "write-failed"    // F15
	Canceled       ErrorKind = "canceled"        // the viewer went away (REQ-291)
)

// An Error is an origin's failure. Its text is for the log and the trace, never for the viewer.
type Error struct {
	Kind     ErrorKind
	Place    string // where the origin was looked for
	Attempts []Attempt
	Err      error
}

// Error says what was tried and what came of it.
func (e *Error) Error() string {
	if e.Err == nil {
		return string(e.Kind) + ": " + e.Place
	}
	return e.Err.Error()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }
