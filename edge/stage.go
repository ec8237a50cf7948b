package edge

import (
	"context"
	"strconv"
	"strings"

	"edgecase/config/cloudfront"
)

// A Stage is one step in the life of a request.
type Stage struct {
	Name string // CloudFront's words: "viewer protocol policy"
	Run  func(context.Context, *Exchange) Verdict
}

// An Action is what a stage wants to happen next.
type Action uint8

// The actions.
const (
	Pass       Action = iota // the next stage
	Skip                     // the next stage; this one had nothing to do and leaves no step in the trace
	Answer                   // the exchange has its response: on to the next phase
	Fail                     // Err becomes the response: on to the next phase
	NextMember               // the origin group's next member is asked instead
)

var actionNames = [...]string{"pass", "skip", "answer", "fail", "next-member"}

// String returns the name that traces show.
func (a Action) String() string { return actionNames[a] }

// A Reason is why an answer is what it is: one of a closed list of slugs. Traces, X-Edgecase-Reason and route tests
// rest on them, so they never change their meaning.
type Reason string

// The reasons.
const (
	OriginAnswered       Reason = "origin-answered"
	WebSocketOpened      Reason = "websocket"
	RedirectedToHTTPS    Reason = "redirect-to-https"
	MalformedRequest     Reason = "malformed-request"
	URLTooLong           Reason = "url-too-long"
	HeadersTooLarge      Reason = "headers-too-large"
	BodyTooLarge         Reason = "body-too-large"
	UnknownHost          Reason = "unknown-host"
	DistributionDisabled Reason = "distribution-disabled"
	DistributionStaging  Reason = "distribution-staging"
	MethodNotAllowed     Reason = "method-not-allowed"
	UnknownMethod        Reason = "unknown-method"
	GetWithBody          Reason = "get-with-body"
	HTTPSRequired        Reason = "https-only"
	GeoBlocked           Reason = "geo-blocked"
	InvalidRootObject    Reason = "invalid-default-root-object"
	OriginUnresolved     Reason = "origin-unresolved"
	OriginRefused        Reason = "origin-refused"
	OriginConnectTimeout Reason = "origin-connect-timeout"
	OriginTLSFailed      Reason = "origin-tls-failed"
	OriginReadTimeout    Reason = "origin-read-timeout"
	OriginClosed         Reason = "origin-closed"
	OriginInvalid        Reason = "origin-invalid"
	OriginHeadTooLarge   Reason = "origin-head-too-large"
	OriginWrongRange     Reason = "origin-wrong-range"
	OriginIncomplete     Reason = "origin-incomplete"
	OriginWriteFailed    Reason = "origin-write-failed"
	OriginBrokeOff       Reason = "origin-broke-off"
	ViewerGone           Reason = "viewer-gone"
	InternalError        Reason = "internal-error"
)

// Reasons returns all of them, in the order in which they are listed here.
func Reasons() []Reason {
	return []Reason{
		OriginAnswered, WebSocketOpened, RedirectedToHTTPS, MalformedRequest, URLTooLong, HeadersTooLarge, BodyTooLarge, UnknownHost,
		DistributionDisabled, DistributionStaging, MethodNotAllowed, UnknownMethod, GetWithBody, HTTPSRequired, GeoBlocked,
		InvalidRootObject, OriginUnresolved, OriginRefused, OriginConnectTimeout, OriginTLSFailed, OriginReadTimeout, OriginClosed,
		OriginInvalid, OriginHeadTooLarge, OriginWrongRange, OriginIncomplete, OriginWriteFailed, OriginBrokeOff, ViewerGone,
		InternalError,
	}
}

// The grades of confidence of a rule, as the vocabulary has them. The zero value is Documented.
const (
	Observed = cloudfront.Observed
	Inferred = cloudfront.Inferred
)

// A Why is one clause with its operands, rendered only when somebody reads it. In the clause each %s takes the next
// of Strings (%q quotes it), each %d the next of Numbers.
type Why struct {
	Clause  string
	Strings [3]string
	Numbers [2]int
}

// why makes a Why of a clause and strings.
func why(clause string, operands ...string) Why {
	w := Why{Clause: clause}
	copy(w.Strings[:], operands)
	return w
}

// String renders the clause.
func (w Why) String() string {
	if !strings.Contains(w.Clause, "%") {
		return w.Clause
	}
	var b strings.Builder
	s, n := 0, 0
	for i := 0; i < len(w.Clause); i++ {
		if w.Clause[i] != '%' || i+1 == len(w.Clause) {
			b.WriteByte(w.Clause[i])
			continue
		}
		i++
		switch w.Clause[i] {
		case 's':
			b.WriteString(w.Strings[s])
			s++
		case 'q':
			b.WriteString(strconv.Quote(w.Strings[s]))
			s++
		case 'd':
			b.WriteString(strconv.Itoa(w.Numbers[n]))
			n++
		default:
			b.WriteByte(w.Clause[i])
		}
	}
	return b.String()
}

// A Verdict is what a stage decided, and why. The zero Verdict passes without a word.
type Verdict struct {
	Action Action
	Reason Reason                // set with Answer and Fail
	Why    Why                   // one clause: path pattern "/static/*" matches (2 of 5)
	Rule   string                // "REQ-012"
	Sure   cloudfront.Confidence // of the rule; "" means documented
	Source cloudfront.Source     // the Terraform line that decided, if one did
	Err    *Error                // only with Fail
}
