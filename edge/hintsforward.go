package edge

import (
	"fmt"
	"slices"
	"strings"

	"edgecase/config/cloudfront"
	"edgecase/edge/policy"
)

// losses are what an application may not have got.
var losses = [...]func(*Exchange) []Hint{
	(*Exchange).wrongHost,
	(*Exchange).forgery,
	(*Exchange).lostSession,
	(*Exchange).lostToken,
	(*Exchange).lostQuery,
	(*Exchange).wrongType,
	(*Exchange).lostHandshake,
}

// withheld are the traps of what an origin did not get of a request: each shows where the answer is what follows from
// that, and only there. Sections 7.2 to 7.4 of the request rules say what is kept from origins.
func (x *Exchange) withheld() []Hint {
	if x.asked == nil || x.OriginStatus == 0 {
		return nil
	}
	hints := x.removedCookies()
	hints = append(hints, x.missingCORS()...)
	if !x.application() {
		return hints
	}
	for _, find := range losses {
		hints = append(hints, find(x)...)
	}
	if len(hints) == 0 {
		return x.sameAgent()
	}
	return hints
}

// wrongHost is T12: an application answers 400 to a name that it does not know, which is what Django does. A 400 that is
// not a page is one of the application's own, about what was sent.
func (x *Exchange) wrongHost() []Hint {
	if x.OriginStatus != 400 || !x.hostReplaced() || isUpgrade(&x.Request) {
		return nil
	}
	switch x.mediaType() {
	case "", "text/html", "text/plain":
	default:
		return nil
	}
	h := hint("T12", "%s got Host: %s; %s is not forwarded%s",
		x.who(), x.Outgoing.Host, x.Viewer.Host, at(x.lostAt(policy.Header, "Host")))
	h[0] = h[0].pass(x, want{headers: []string{"Host"}})
	return h
}

// forgery is T14: an application refuses a change, and has not got what a check against cross-site request forgery
// looks at.
func (x *Exchange) forgery() []Hint {
	if x.OriginStatus != 403 || !changes(x.Request.Method) {
		return nil
	}
	var w want
	var names []string
	for _, f := range x.Request.Fields {
		lower := strings.ToLower(f.Name)
		switch {
		case lower == "referer", lower == "origin", strings.Contains(lower, "csrf"), strings.Contains(lower, "xsrf"):
			if x.lost(f.Name) && !slices.Contains(w.headers, f.Name) {
				w.headers = append(w.headers, f.Name)
			}
		}
	}
	names = append(names, w.headers...)
	for _, name := range x.lostCookies() {
		names, w.cookies = append(names, "the cookie "+name), true
	}
	compared := x.Outgoing.Fields.Has("Referer") || x.Outgoing.Fields.Has("Origin")
	host := ""
	if x.hostReplaced() && (compared || len(names) > 0) && !x.Origin.OwnNameOnly() {
		w.headers = append(w.headers, "Host")
		host = "Host is " + x.Outgoing.Host
	}
	switch {
	case len(names) > 0 && host != "":
		host = few(names) + " did not reach it, and " + host
	case len(names) > 0:
		host = few(names) + " did not reach it"
	case host == "" && compared && !x.Request.Fields.Has("Cookie") && !x.asked.plan.ForwardsCookies():
		// There was none to lose: the answer that would have set the check's cookie lost it (REQ-221).
		w.cookies = true
		host = "its cookie is never set, as " + x.Behavior.Name() + " forwards no cookies"
	case host == "":
		return nil
	}
	h := hint("T14", "a CSRF check of %s may be the reason: %s%s", x.who(), host, at(policySource(x.Behavior)))
	h[0] = h[0].pass(x, w)
	return h
}

// removedCookies is the half of T15 that answers show: Set-Cookie is removed where no cookies are forwarded.
func (x *Exchange) removedCookies() []Hint {
	if x.CustomError != nil || !x.Arrived.Has("Set-Cookie") || x.Response.Fields.Has("Set-Cookie") {
		return nil
	}
	h := hint("T15", "Set-Cookie of %s is removed, as %s forwards no cookies%s", x.who(), x.Behavior.Name(), at(policySource(x.Behavior)))
	if x.application() {
		h[0] = h[0].pass(x, want{cookies: true})
	}
	return h
}

// lostSession is the other half of T15: an application does not know a viewer whose cookies it did not get.
func (x *Exchange) lostSession() []Hint {
	if x.OriginStatus != 401 && !x.toLogin() && (x.OriginStatus != 403 || changes(x.Request.Method)) {
		return nil
	}
	names := x.lostCookies()
	if len(names) == 0 {
		return nil
	}
	what, verb := "the cookie ", "does"
	if len(names) > 1 {
		what, verb = "the cookies ", "do"
	}
	h := hint("T15", "%s%s %s not reach %s%s", what, few(names), verb, x.who(), at(x.lostAt(policy.Cookie, names[0])))
	h[0] = h[0].pass(x, want{cookies: true})
	return h
}

// toLogin reports whether an answer sends the viewer to a page to log in at.
func (x *Exchange) toLogin() bool {
	if x.OriginStatus < 301 || x.OriginStatus > 308 {
		return false
	}
	path, _, _ := strings.Cut(strings.ToLower(x.Arrived.Get("Location")), "?")
	return strings.Contains(path, "login") || strings.Contains(path, "signin") || strings.Contains(path, "sign-in")
}

// lostToken is T16: Authorization does not pass with GET, though it does with POST.
func (x *Exchange) lostToken() []Hint {
	if x.OriginStatus != 401 && x.OriginStatus != 403 || !x.lost("Authorization") {
		return nil
	}
	method := x.Request.Method
	text := fmt.Sprintf("Authorization does not reach %s with %s%s", x.who(), method, at(x.lostAt(policy.Header, "Authorization")))
	if x.asked.plan.Carries("POST", "Authorization") {
		text += "; with a POST it would"
	}
	return []Hint{Hint{Trap: "T16", Text: text}.pass(x, want{headers: []string{"Authorization"}})}
}

// lostQuery is T17: an application answers, but without what the query string asked for. Where a policy chooses among
// parameters, somebody has thought of it; and the names of files are often given a version in this way.
func (x *Exchange) lostQuery() []Hint {
	if x.Request.RawQuery == "" || x.Outgoing.HasQuery || x.OriginStatus >= 300 || !forwardsNoQuery(x.Behavior) {
		return nil
	}
	switch kind := x.mediaType(); {
	case kind == "", kind == "text/html", strings.HasSuffix(kind, "json"), strings.HasSuffix(kind, "xml") && !strings.HasPrefix(kind, "image/"):
	default:
		return nil
	}
	h := hint("T17", "the viewer asks for %s, and %s is asked for %s%s", x.shownURL(x.Request.Target()), x.who(), x.Outgoing.Target(),
		at(x.lostAt(policy.Query, "")))
	h[0] = h[0].pass(x, want{query: true})
	return h
}

// forwardsNoQuery reports whether nothing selects query parameters.
func forwardsNoQuery(b *cloudfront.Behavior) bool {
	none := func(s cloudfront.Selection) bool { return s.Behavior == "" || s.Behavior == cloudfront.SelectNone }
	switch p := b.CachePolicy; {
	case p == nil:
		return true
	case p.Legacy:
		return !p.ForwardQueryString
	default:
		return none(p.QueryStrings) && (b.OriginRequestPolicy == nil || none(b.OriginRequestPolicy.QueryStrings))
	}
}

// wrongType is T18: a viewer that wants JSON gets a page, for the origin could not tell.
func (x *Exchange) wrongType() []Hint {
	accept := x.Request.Fields.Get("Accept")
	if !strings.Contains(accept, "json") || strings.Contains(accept, "text/html") || !x.lost("Accept") ||
		x.OriginStatus >= 300 && x.OriginStatus != 406 || x.mediaType() != "text/html" || x.echoed() {
		return nil
	}
	h := hint("T18", "%s answers %s, as Accept: %s does not reach it%s", x.who(), x.mediaType(), accept, at(x.lostAt(policy.Header, "Accept")))
	h[0] = h[0].pass(x, want{headers: []string{"Accept"}})
	return h
}

// sameAgent is T19: to the origin, all viewers are the same. It shows where the origin says that its answer depends on
// User-Agent, and where it refuses a request for no other reason that is known.
func (x *Exchange) sameAgent() []Hint {
	const agent = "Amazon CloudFront"
	if sent := x.Request.Fields.Get("User-Agent"); sent == "" || sent == agent || x.Outgoing.Fields.Get("User-Agent") != agent {
		return nil
	}
	why := ""
	switch {
	case x.Arrived.HasToken("Vary", "User-Agent"):
		why = "and answers by it"
	case x.OriginStatus == 403 && !changes(x.Request.Method) && !strings.HasSuffix(x.mediaType(), "json"), x.OriginStatus == 429:
		why = "which bot filters refuse"
	default:
		return nil
	}
	h := hint("T19", "%s sees User-Agent: %s from every viewer%s, %s", x.who(), agent, at(x.lostAt(policy.Header, "User-Agent")), why)
	h[0] = h[0].pass(x, want{headers: []string{"User-Agent"}})
	return h
}

// missingCORS is T24: the answer to a request from another site lacks what a browser looks for, as the origin was not
// told of that site.
func (x *Exchange) missingCORS() []Hint {
	if !x.lost("Origin") || x.OriginStatus >= 500 || x.CustomError != nil || x.echoed() || isUpgrade(&x.Request) {
		return nil
	}
	_, site, _ := strings.Cut(x.Request.Fields.Get("Origin"), "://")
	if strings.EqualFold(site, x.Viewer.Host) || x.Response.Fields.Has("Access-Control-Allow-Origin") {
		return nil
	}
	h := hint("T24", "Origin does not reach %s%s: no Access-Control-Allow-Origin comes back", x.who(), at(x.lostAt(policy.Header, "Origin")))
	h[0] = h[0].pass(x, want{headers: []string{"Origin"}})
	return h
}

// lostHandshake is T28: a WebSocket is not opened, for the origin has not got what it takes.
func (x *Exchange) lostHandshake() []Hint {
	names := x.lostSocketHeaders()
	if len(names) == 0 || x.OriginStatus == 101 {
		return nil
	}
	h := hint("T28", "%s of the handshake do not reach %s%s", few(names), x.who(), at(x.lostAt(policy.Header, names[0])))
	h[0] = h[0].pass(x, want{headers: []string{"Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions"}})
	return h
}

// lostSocketHeaders returns the headers of a WebSocket's handshake that the origin did not get.
func (x *Exchange) lostSocketHeaders() []string {
	if !isUpgrade(&x.Request) {
		return nil
	}
	var names []string
	for _, name := range [...]string{"Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions"} {
		if x.lost(name) {
			names = append(names, name)
		}
	}
	return names
}
