package scenario

import (
	"strconv"
	"strings"

	"edgecase/config/cloudfront"
	"edgecase/edge"
)

// judge holds what is known against what is expected.
func (v view) judge() []Assertion {
	var list []Assertion
	for _, e := range v.run.Expect {
		if v.x == nil && !e.Subject.ofAnswer() {
			continue
		}
		a := v.assert(e)
		a.Got, a.Value = v.run.shown(a.Got), v.run.shown(a.Value)
		list = append(list, a)
	}
	return list
}

// assert holds one expectation.
func (v view) assert(e Expectation) Assertion {
	a := Assertion{Expectation: e}
	switch e.Subject {
	case Status, Location, Headers, Body, JSON:
		v.ofAnswer(&a)
	case ErrorPage, OriginStatus:
		v.ofOrigin(&a)
	case OriginURL, OriginHeaders, Forwards, Drops:
		v.outgoing(&a)
	default:
		v.decision(&a)
	}
	return a
}

// is settles an assertion about a text.
func (a *Assertion) is(text string, there bool) {
	if a.Verdict = Failed; a.Want.match(text, there) {
		a.Verdict = Passed
	}
}

// leave leaves an assertion open.
func (a *Assertion) leave(why string) { a.Verdict, a.Got = Undecided, why }

// OnlyOrigin is why an expectation is left open where nothing was sent.
const OnlyOrigin = "only the origin can tell; --live asks it"

// ofAnswer settles an assertion about the answer.
func (v view) ofAnswer(a *Assertion) {
	switch a.Subject {
	case Status:
		status, known := v.status()
		if !known {
			a.leave(v.why)
			return
		}
		a.is(strconv.Itoa(status), true)
		a.Got = v.answered(status)
		a.Decided, a.Rule = v.decided()
	case Location, Headers:
		name := a.Name
		if a.Subject == Location {
			name = "Location"
		}
		value, there, known := v.field(name)
		if !known {
			a.leave(v.why)
			return
		}
		a.is(value, there)
		a.Got, a.Value = shownField(name, a.Want.comparable(value), there)
		if !there {
			a.Got += v.because()
		}
		a.Decided, a.Rule = v.decided()
	default:
		v.ofBody(a)
	}
}

// shownField returns a field as it may be shown: as a clause, and bare.
func shownField(name, value string, there bool) (clause, bare string) {
	if !there {
		return "no " + name, ""
	}
	bare = edge.MaskValue(name, value)
	return name + " " + quote(bare), bare
}

// ofBody settles an assertion about the body.
func (v view) ofBody(a *Assertion) {
	switch {
	case v.answer == nil && v.open:
		a.leave(v.why)
		return
	case v.answer == nil:
		a.leave("bodies are compared when they are sent: --live")
		return
	case v.open:
		a.leave(v.why)
		return
	}
	coding := ""
	for _, f := range v.answer.Fields {
		if strings.EqualFold(f.Name, "Content-Encoding") && !strings.EqualFold(f.Value, "identity") {
			coding = f.Value
		}
	}
	body := string(v.answer.Body)
	switch {
	case coding != "":
		a.Verdict, a.Got = Failed, "the body is encoded as "+coding+"; leave Accept-Encoding out of the request"
	case a.Subject == JSON:
		v.ofJSON(a)
		return
	case v.answer.Cut && a.Want.how == equal:
		a.Verdict, a.Got = Failed, "a body of more than "+strconv.Itoa(MaxBody)+" bytes"
	default:
		a.is(body, body != "")
		a.Got, a.Value = "body "+quote(body), body
		if body == "" {
			a.Got = "no body" + v.because()
		}
	}
}

// ofJSON settles an assertion about a value in the body.
func (v view) ofJSON(a *Assertion) {
	value, written, there, err := valueAt(v.answer.Body, a.Name)
	switch {
	case err != nil:
		a.Verdict, a.Got = Failed, err.Error()+": "+quote(excerpt(v.answer.Body))
		return
	case !there:
		a.Got = "no " + a.Name + " in " + quote(excerpt(v.answer.Body))
	case edge.IsSecret(a.Name):
		a.Got = a.Name + " " + masked
	default:
		beginning, rest := cutText(written)
		a.Got, a.Value = a.Name+" "+beginning+rest, value
	}
	a.is(value, there)
}

// excerpt returns the beginning of a body.
func excerpt(body []byte) string { return string(body[:min(len(body), maxQuoted/2)]) }

// ofOrigin settles an assertion that depends on the status of the origin's answer.
func (v view) ofOrigin(a *Assertion) {
	if v.open {
		a.leave(v.why)
		return
	}
	switch a.Subject {
	case ErrorPage:
		page, there := "", v.x.CustomError != nil
		a.Got = "no error page: " + v.route()
		if there {
			page = v.x.CustomError.ResponsePagePath
			a.Got, a.Value = "error page "+quote(page), page
		}
		a.is(page, there)
	case OriginStatus:
		a.is(strconv.Itoa(v.x.OriginStatus), v.x.OriginStatus != 0)
		a.Got = "no answer of an origin: " + v.route()
		if v.x.OriginStatus != 0 {
			a.Got = strconv.Itoa(v.x.OriginStatus) + " from " + v.x.Origin.ID.String()
		}
	}
	a.Decided, a.Rule = v.decided()
}

// decision settles an assertion about what the edge decided.
func (v view) decision(a *Assertion) {
	x := v.x
	switch a.Subject {
	case Distribution:
		text := ""
		if x.Distribution != nil {
			text, a.Decided = x.Distribution.Address, x.Distribution.Source
		}
		a.is(text, x.Distribution != nil)
		a.Got = "no distribution has the name " + x.Viewer.Host
		if text != "" {
			a.Got = text
		}
		return
	case Behavior:
		v.behavior(a)
	case Origin:
		v.origin(a)
	case AnsweredBy:
		a.is(x.AnsweredBy(), true)
		a.Got = v.route()
		a.Decided, a.Rule = v.decided()
	case Reason:
		a.is(string(x.Trace.Reason), true)
		a.Got = v.route()
		a.Decided, a.Rule = v.decided()
	}
}

// behavior settles which behavior took the request.
func (v view) behavior(a *Assertion) {
	b := v.x.Behavior
	a.Got = v.route()
	if b == nil {
		a.is("", false)
		a.Decided, a.Rule = v.decided()
		return
	}
	text := b.Name()
	if b.Default() && a.Want.how == equal && a.Want.text == "*" {
		text = a.Want.text // documents call it so; an ordered behavior may have that pattern, too
	} else if want, err := cloudfront.ParsePathPattern(a.Want.text); a.Want.how == equal && err == nil && !b.Default() && want.Canonical() == b.Pattern.Canonical() {
		text = a.Want.text // "auth/*" is "/auth/*"
	}
	a.is(text, true)
	if a.Decided, a.Rule = v.decided(); !v.refused() {
		a.Decided, a.Rule = b.Source, "REQ-041"
	}
	if a.Verdict == Failed && a.Want.how == equal && a.Want.text != "default" && !hasBehavior(v.x.Distribution, a.Want.text) {
		a.Note = "no behavior has the pattern " + quote(a.Want.text)
	}
}

// hasBehavior reports whether a distribution has a behavior with this pattern.
func hasBehavior(d *cloudfront.Distribution, pattern string) bool {
	want, err := cloudfront.ParsePathPattern(pattern)
	if err != nil {
		return false
	}
	for _, b := range d.Behaviors {
		if b.Pattern.Canonical() == want.Canonical() {
			return true
		}
	}
	return false
}

// origin settles which origin was asked: an id, or a domain name.
func (v view) origin(a *Assertion) {
	x := v.x
	a.Got = v.route()
	if x.Origin == nil {
		a.is("", false)
		a.Decided, a.Rule = v.decided()
		return
	}
	text := x.Origin.ID.Value
	if a.Want.how == equal && a.Want.text == x.Origin.DomainName.Value {
		text = a.Want.text
	}
	a.is(text, true)
	a.Decided, a.Rule = x.Behavior.Source, "REQ-041"
	if s, ok := x.Behavior.Sources["target_origin_id"]; ok {
		a.Decided = s
	}
}

// refused reports whether CloudFront answered without asking an origin.
func (v view) refused() bool { return v.x.OriginStatus == 0 }

// route says in one clause who takes the request: default → S3-web; default, refused: 403 method-not-allowed.
func (v view) route() string {
	x := v.x
	name := "no behavior"
	if x.Behavior != nil {
		name = x.Behavior.Name()
	}
	switch {
	case x.Trace.Reason == edge.RedirectedToHTTPS:
		return name + ", redirected to https"
	case x.OriginStatus != 0:
		return name + " → " + x.Origin.ID.String()
	case x.Origin != nil:
		return name + " → " + x.Origin.ID.String() + ", which failed: " + string(x.Trace.Reason)
	}
	if x.Err != nil {
		return name + ", refused: " + strconv.Itoa(x.Err.Status) + " " + string(x.Trace.Reason)
	}
	return name + ", answered by CloudFront: " + string(x.Trace.Reason)
}

// answered says who answered with a status.
func (v view) answered(status int) string {
	text := strconv.Itoa(status)
	x := v.x
	switch {
	case x == nil:
		return text
	case x.CustomError != nil:
		return text + " " + x.CustomError.ResponsePagePath + " in place of " + strconv.Itoa(x.CustomError.ErrorCode) + ": " + v.route()
	case x.Err != nil:
		return v.route()
	}
	return text + ": " + v.route()
}

// because says of an answer that lacks something who gave it.
func (v view) because() string {
	if v.x == nil {
		return ""
	}
	status, _ := v.status()
	if status == 0 {
		return ": " + v.route()
	}
	return ": " + v.answered(status)
}

// decided returns the line of the Terraform that decided the answer, and the rule: of an error page its block, of a
// refusal that of the stage that refused, else that of the behavior.
func (v view) decided() (cloudfront.Source, string) {
	x := v.x
	if x == nil {
		return cloudfront.Source{}, ""
	}
	for _, s := range x.Trace.Steps {
		if x.CustomError != nil && s.Stage == "custom error response" {
			return x.CustomError.Source, s.Rule
		}
	}
	for _, s := range x.Trace.Steps {
		if s.Action == edge.Fail || s.Action == edge.Answer && x.OriginStatus == 0 {
			return s.Source, s.Rule
		}
	}
	if x.Behavior != nil {
		return x.Behavior.Source, "REQ-041"
	}
	return cloudfront.Source{}, ""
}
