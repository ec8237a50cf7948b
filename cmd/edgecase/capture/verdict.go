package capture

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
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
	return fmt.Sprintf("%s: %s, not %s", p, short(found, says), short(expected, expects))
}

// short is a text cut for a message.
func short(text string, there bool) string {
	if !there {
		return "not shown"
	}
	if text == "" {
		return "empty"
	}
	if len(text) > 160 {
		cut := 150
		for !utf8.RuneStart(text[cut]) {
			cut--
		}
		return text[:cut] + "…"
	}
	return text
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
