package edge

import (
	"fmt"
	"mime"
	"strings"

	"edgecase/config/cloudfront"
	"edgecase/edge/policy"
)

// A Hint is a known trap that a request has fallen into (section 19 of the request rules), and the way out.
type Hint struct {
	Trap       string `json:"trap"`            // "T01"
	Text       string `json:"text"`            // one clause
	Suggestion string `json:"suggestion"`      // Terraform text to paste; "" if there is none
	Where      string `json:"where,omitempty"` // what to do with Suggestion: "Add above the default behavior"
}

// signs are the traps that an answer itself shows. Where none has been sprung they say nothing, and cost nothing.
var signs = [...]func(*Exchange) []Hint{
	(*Exchange).refusedMethod,
	(*Exchange).uncoveredApex,
	(*Exchange).maskedError,
	(*Exchange).missingPage,
	(*Exchange).twoPaths,
	(*Exchange).untrustedOrigin,
	(*Exchange).triedAgain,
	(*Exchange).silentSocket,
	(*Exchange).noFailover,
	(*Exchange).renamedRoot,
	(*Exchange).tooManyHeaders,
	(*Exchange).redirected,
	(*Exchange).withheld,
}

// causes may be behind an answer that went wrong; otherwise only whoever asks is told of them.
var causes = [...]func(*Exchange) []Hint{
	(*Exchange).overMatch,
	(*Exchange).doubledPath,
}

// forecasts tell of an explained request what its origin will make of it, though nobody asks it.
var forecasts = [...]func(*Exchange) []Hint{
	(*Exchange).refusedByBucket,
	(*Exchange).hostOfBucket,
	(*Exchange).hiddenMiss,
	(*Exchange).noIndex,
	(*Exchange).nameOnCertificate,
	(*Exchange).patience,
	(*Exchange).socketPatience,
}

// Hints returns the traps of the exchange, those included that have done no harm this time. It may be called once the
// exchange has a response.
func (x *Exchange) Hints() []Hint { return x.hints(true) }

// Signs returns the traps by which something has gone wrong: those that a log shows. It may be called once the exchange
// has a response, and is cheap where all is well.
func (x *Exchange) Signs() []Hint { return x.hints(false) }

func (x *Exchange) hints(all bool) []Hint {
	hints := []Hint{}
	all = all || x.Err != nil || x.OriginStatus >= 400
	if all {
		hints = append(hints, x.nearMisses()...)
	}
	for _, sign := range signs {
		hints = append(hints, sign(x)...)
	}
	if all {
		for _, cause := range causes {
			hints = append(hints, cause(x)...)
		}
	}
	if x.fx.explain {
		for _, forecast := range forecasts {
			hints = append(hints, forecast(x)...)
		}
	}
	return hints
}

// hint makes a list of one hint.
func hint(trap, format string, args ...any) []Hint {
	return []Hint{{Trap: trap, Text: fmt.Sprintf(format, args...)}}
}

// at returns a place in parentheses, with a blank before it, or nothing.
func at(s cloudfront.Source) string {
	if s.IsZero() {
		return ""
	}
	return " (" + s.String() + ")"
}

// who returns the id of the origin that was asked last.
func (x *Exchange) who() string { return x.Origin.ID.Value }

// application reports whether the origin that was asked is a server of its own, not a bucket.
func (x *Exchange) application() bool {
	return x.asked != nil && (x.Origin.Kind == cloudfront.KindCustom || x.Origin.Kind == cloudfront.KindVPC)
}

// bucket reports whether the origin that was asked is a bucket's REST endpoint.
func (x *Exchange) bucket() bool { return x.asked != nil && x.Origin.Kind == cloudfront.KindS3 }

// echoed reports whether the echo answered: what it says proves nothing about the origin.
func (x *Exchange) echoed() bool { return !x.fx.explain && x.Result != nil && x.Result.Place == "echo" }

// noted reports whether the origin's stand-in has said as much, with what it knows in addition.
func (x *Exchange) noted(rule string) bool {
	if x.Result != nil {
		for _, n := range x.Result.Notes {
			if n.Rule == rule {
				return true
			}
		}
	}
	return false
}

// mediaType returns the type of the origin's answer without parameters, "" where it has none.
func (x *Exchange) mediaType() string {
	kind, _, _ := mime.ParseMediaType(x.Arrived.Get("Content-Type"))
	return kind
}

// lost reports whether the viewer sent a header that the origin did not get.
func (x *Exchange) lost(name string) bool {
	return x.Request.Fields.Has(name) && !x.Outgoing.Fields.Has(name)
}

// lostAt returns the line to change so that the header, cookie or query parameter is passed on; "" is any that was not.
func (x *Exchange) lostAt(kind policy.Kind, name string) cloudfront.Source {
	for _, n := range x.asked.plan.Explain(x.forwardInput()).Notes {
		if n.Kind == kind && n.Action == policy.Dropped && (name == "" || strings.EqualFold(n.Name, name)) && !n.Source.IsZero() {
			return n.Source
		}
	}
	return policySource(x.Behavior)
}

// lostCookies returns the names of the viewer's cookies that the origin did not get, in the viewer's order.
func (x *Exchange) lostCookies() []string {
	var names []string
	for _, value := range x.Request.Fields.Values("Cookie") {
		for pair := range strings.SplitSeq(value, ";") {
			name, _, found := strings.Cut(strings.TrimSpace(pair), "=")
			if found && name != "" && !x.asked.plan.CarriesCookie(name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// hostReplaced reports whether the origin got another Host than the viewer sent.
func (x *Exchange) hostReplaced() bool {
	return !strings.EqualFold(hostname(x.Outgoing.Host), hostname(x.Viewer.Host))
}

// changes reports whether a method asks for a change.
func changes(method string) bool {
	switch method {
	case "POST", "PUT", "PATCH", "DELETE":
		return true
	}
	return false
}

// few joins the first of some names.
func few(names []string) string {
	const most = 4
	if len(names) > most {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return strings.Join(names, ", ")
}
