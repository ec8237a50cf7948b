package scenario

import (
	"strings"

	"edgecase/config/cloudfront"
	"edgecase/edge"
)

// outgoing settles an assertion about what the origin receives.
func (v view) outgoing(a *Assertion) {
	x := v.x
	if x.Origin == nil || x.Outgoing.Method == "" {
		a.is("", false) // of drops, too: that nothing is sent shows nothing
		a.Got = v.route()
		a.Decided, a.Rule = v.decided()
		return
	}
	switch a.Subject {
	case OriginURL:
		url := x.Outgoing.Scheme + "://" + x.Origin.WithPort(x.Origin.DomainName.Wire(), x.Outgoing.Scheme) + x.Outgoing.Target()
		a.is(url, true)
		a.Value = edge.MaskURL(a.Want.comparable(url))
		a.Got = "origin URL " + quote(a.Value)
		a.Decided = x.Origin.Source
	case OriginHeaders:
		value, there := strings.Join(x.Outgoing.Fields.Values(a.Name), ", "), x.Outgoing.Fields.Has(a.Name)
		a.is(value, there)
		if isCustom(x.Origin, a.Name) {
			value = masked
		}
		a.Got, a.Value = shownField(a.Name, value, there)
		for _, note := range x.Document().Forwarding {
			if note.Message == "request" && note.Kind == "header" && strings.EqualFold(note.Name, a.Name) {
				a.explain(note)
			}
		}
	default:
		v.forwarded(a)
	}
}

// isCustom reports whether an origin's custom headers have this name: their values are nobody's business (REQ-247).
func isCustom(o *cloudfront.Origin, name string) bool {
	for _, h := range o.CustomHeaders {
		if strings.EqualFold(h.Name, name) {
			return true
		}
	}
	return false
}

// forwarded settles whether a header, a cookie or a query parameter would reach the origin.
func (v view) forwarded(a *Assertion) {
	kind, name := forwarded(a.Name)
	carried, note := v.x.Forwards(kind, name)
	a.Verdict = Failed
	if carried == (a.Subject == Forwards) {
		a.Verdict = Passed
	}
	a.Got = a.Name + " is " + note.Action
	a.explain(note)
}

// explain adds to what is so why it is.
func (a *Assertion) explain(note edge.FieldNote) {
	if note.Why != "" {
		a.Got += ": " + note.Why
	}
	a.Rule = note.Rule
	if note.Source != nil {
		a.Decided = cloudfront.Source{File: note.Source.File, Line: note.Source.Line}
	}
}
