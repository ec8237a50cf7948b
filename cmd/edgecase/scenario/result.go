package scenario

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"edgecase/config/cloudfront"
	"edgecase/edge"
	"edgecase/edge/http1"
)

// A Verdict is what came of an assertion, or of a run.
type Verdict string

// The verdicts.
const (
	Passed    Verdict = "passed"
	Failed    Verdict = "failed"
	Undecided Verdict = "undecided" // only origins can tell, and none was asked
	Skipped   Verdict = "skipped"
)

// An Assertion is an expectation, and what came of it.
type Assertion struct {
	Expectation
	Verdict Verdict
	Got     string            // one clause: what is so instead, or why nobody can tell
	Value   string            // the text that was compared, where Got ends with it
	Note    string            // what else there is to say; "" if nothing
	Decided cloudfront.Source // the line that decided, if one did
	Rule    string            // behind that
}

// A Result is what came of a run.
type Result struct {
	Run      *Run
	Verdict  Verdict
	Asserts  []Assertion
	Why      string      // why it was not run, or why what is open cannot be decided
	Status   int         // of the answer; 0 if there is none, or if only the origin can tell
	Hints    []edge.Hint // traps that the request fell into
	Deployed *Deployment // what the deployed distribution did; nil if it was not asked
	Took     time.Duration

	Decision *edge.Exchange // what the edge decided; nil if it could not be asked

	seen view
}

// settle works the verdict out of the assertions.
func (r *Result) settle() {
	count := func(v Verdict) int {
		n := 0
		for _, a := range r.Asserts {
			if a.Verdict == v {
				n++
			}
		}
		return n
	}
	switch {
	case r.Verdict == Skipped:
	case count(Failed) > 0, r.Deployed.Differs():
		r.Verdict = Failed
	case count(Passed) > 0:
		r.Verdict = Passed
	default:
		r.Verdict = Undecided
	}
}

// Failures returns the assertions that failed.
func (r *Result) Failures() []Assertion { return with(r.Asserts, Failed) }

// Open returns the assertions that nobody could decide.
func (r *Result) Open() []Assertion { return with(r.Asserts, Undecided) }

func with(list []Assertion, v Verdict) []Assertion {
	var out []Assertion
	for _, a := range list {
		if a.Verdict == v {
			out = append(out, a)
		}
	}
	return out
}

// An Answer is what came back over the wire.
type Answer struct {
	Status int
	Fields http1.Fields
	Body   []byte // no more than MaxBody
	Cut    bool   // there was more
	Took   time.Duration
}

// A view is what can be known of a request's fate.
type view struct {
	run    *Run
	x      *edge.Exchange // nil if the edge is somebody else's
	answer *Answer        // nil if nothing was sent
	open   bool           // what the origin answers is not known
	why    string         // that is so
}

// status returns the status of the answer; known is false if only the origin can tell.
func (v view) status() (status int, known bool) {
	switch {
	case v.open:
		return 0, false
	case v.answer != nil:
		return v.answer.Status, true
	}
	return v.x.Response.Status, true
}

// fields returns the fields of the answer.
func (v view) fields() http1.Fields {
	if v.answer != nil {
		return v.answer.Fields
	}
	return v.x.Response.Fields
}

// ofOrigin are the fields that depend on what the origin answers, though CloudFront writes them.
var ofOrigin = []string{"X-Cache", "Age", "Content-Length", "Transfer-Encoding", "Content-Type", "Server", "Connection", "Date"}

// field returns a field of the answer; known is false if only the origin can tell.
func (v view) field(name string) (value string, there, known bool) {
	values := v.fields().Values(name)
	if v.open && (len(values) == 0 || slices.ContainsFunc(ofOrigin, func(s string) bool { return http1.Fields{{Name: s}}.Has(name) })) {
		return "", false, false
	}
	for i, s := range values {
		if i > 0 {
			value += ", "
		}
		value += s
	}
	return value, len(values) > 0, true
}

// Difference returns where the text that was compared begins to differ from the one that was expected, in characters of
// Got; -1 where that is no place in it.
func (a Assertion) Difference() int {
	if a.Want.how != equal || a.Value == "" || a.Want.text == "" {
		return -1
	}
	want, got := strconv.Quote(a.Want.text), strconv.Quote(a.Value) // as they are printed
	same := 0
	for same < len(want) && same < len(got) && want[same] == got[same] {
		same++
	}
	before, _, found := strings.Cut(a.Got, got)
	if !found || same <= 1 {
		return -1
	}
	return utf8.RuneCountInString(before) + utf8.RuneCountInString(got[:same])
}
