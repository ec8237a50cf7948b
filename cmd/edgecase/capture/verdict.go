package capture

import (
	"fmt"
	"slices"
	"strings"
)

// A Finding is what an answer says of a rule.
type Finding string

// The findings.
const (
	Confirmed Finding = "confirmed" // CloudFront did what edgecase does
	Refuted   Finding = "refuted"   // it did something else
	Silent    Finding = "silent"    // the answer does not tell
	Waiting   Finding = "waiting"   // edgecase has no part yet that could be held against it
)

// A Verdict is what one answer says of one claim.
type Verdict struct {
	Claim
	Finding Finding `json:"verdict"`
	Why     string  `json:"why,omitempty"` // what differs, or why the answer is silent
}

// judgeClaim compares what CloudFront answered with what edgecase did.
func judgeClaim(c Claim, want, got view, waits string) Verdict {
	v := Verdict{Claim: c, Finding: Silent}
	expected, expects := c.Of.of(want)
	found, says := c.Of.of(got)
	switch {
	case got.trouble != "":
		v.Why = got.trouble
	case want.trouble != "":
		v.Why = "edgecase: " + want.trouble
	case throttled(got):
		v.Why = fmt.Sprintf("CloudFront had no room for the request: %d", got.status)
	case waits != "":
		v.Finding, v.Why = Waiting, "edgecase has no "+waits+" yet"
	case c.Of != Status && want.status != got.status:
		v.Why = "another answer came: " + differs(Status, want, got)
	case !says || !expects:
		v.Why = "the answer does not show the " + string(c.Of)
	case expected == found:
		v.Finding = Confirmed
	default:
		v.Finding, v.Why = Refuted, differs(c.Of, want, got)
	}
	return v
}

// throttled reports an answer that is about load and nothing else.
func throttled(v view) bool {
	cache := v.fields.Get("X-Cache")
	return v.status == 429 || strings.HasPrefix(cache, "LimitExceeded") || strings.HasPrefix(cache, "CapacityExceeded")
}

// differs says how a part differs, or nothing.
func differs(p Part, want, got view) string {
	expected, expects := p.of(want)
	found, says := p.of(got)
	if expected == found && expects == says {
		return ""
	}
	found, expected = apart(found, expected)
	return fmt.Sprintf("%s: %s, not %s", p, inWords(found, says), inWords(expected, expects))
}

func inWords(text string, there bool) string {
	switch {
	case !there:
		return "not shown"
	case text == "":
		return "empty"
	}
	return text
}

// How long the texts of a message are, and how much of what is equal stands before what is not.
const (
	maxShown   = 160
	shownEqual = 40
)

// apart cuts two texts for a message: of long ones the line is left in which they begin to differ.
func apart(a, b string) (string, string) {
	if len(a) <= maxShown && len(b) <= maxShown && !strings.Contains(a+b, "\n") {
		return a, b
	}
	same := 0
	for same < len(a) && same < len(b) && a[same] == b[same] {
		same++
	}
	from := max(strings.LastIndexByte(a[:same], '\n')+1, same-shownEqual)
	return line(a, from), line(b, from)
}

// line is what of a line stands behind an offset.
func line(text string, from int) string {
	rest, _, more := strings.Cut(text[from:], "\n")
	if len(rest) > maxShown {
		rest, more = rest[:maxShown], true
	}
	rest = strings.ToValidUTF8(strings.TrimSuffix(rest, "\r"), "")
	if from > 0 {
		rest = "…" + rest
	}
	if more {
		rest += "…"
	}
	return rest
}

// others says what differs beside the parts that the claims are about. Once another status has come, nothing else is
// worth saying.
func others(claims []Claim, want, got view) []string {
	if want.trouble != "" || got.trouble != "" {
		return nil
	}
	parts := []Part{Status}
	if want.status == got.status {
		parts = allParts(want, got)
	}
	var list []string
	for _, p := range parts {
		if slices.ContainsFunc(claims, func(c Claim) bool { return strings.EqualFold(string(c.Of), string(p)) }) {
			continue
		}
		if text := differs(p, want, got); text != "" {
			list = append(list, text)
		}
	}
	return list
}

// allParts lists the parts of two answers. The order of fields is one only where it is claimed (REQ-275). The body of an
// echo is the request at the origin, which has parts of its own.
func allParts(want, got view) []Part {
	parts := []Part{Status, Phrase, Ending, Interim}
	add := func(p Part) {
		if !slices.ContainsFunc(parts, func(have Part) bool { return strings.EqualFold(string(have), string(p)) }) {
			parts = append(parts, p)
		}
	}
	for _, v := range []view{want, got} {
		for _, f := range v.fields {
			add(Field(f.Name))
		}
		if v.origin == nil {
			continue
		}
		for _, f := range v.origin.fields {
			add(Received(f.Name))
		}
	}
	if want.origin == nil && got.origin == nil {
		return append(parts, Body)
	}
	return append(parts, Method, Target, Content)
}
