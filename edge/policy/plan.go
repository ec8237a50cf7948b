package policy

import (
	"slices"
	"strings"

	"edgecase/config/cloudfront"
)

// A Plan is a behavior together with one of its origins, prepared for requests: for every header name that the table
// or a policy knows, what becomes of it. It is built once and safe for concurrent use.
type Plan struct {
	behavior *cloudfront.Behavior
	origin   *cloudfront.Origin
	cache    *cloudfront.CachePolicy
	request  *cloudfront.OriginRequestPolicy // nil under legacy settings, which know none (POL-002)

	headers               names[treatment]
	host, agent, encoding *treatment // those that forward also asks for when the viewer sent nothing
	hostHTTP, hostHTTPS   string     // what the origin sees as Host unless the viewer's is forwarded (REQ-200), by the viewer's scheme

	cookies, query choice
	withheld       []string // query parameters that this S3 origin does not get (POL-062)
	keyed          []string // header names in the cache key, lower-case and sorted
	keyedQuery     side
	generators     []generator
	answers        names[answerRow]
	byDevice       bool // a CloudFront-Is-*-Viewer header is asked for
}

// A treatment is what a plan does with one header name.
type treatment struct {
	act act
	by  by
	row *row // nil for names that the table does not know
}

// by says which setting covers a header.
type by uint8

const (
	byNobody    by = iota
	byCache        // the cache policy's list, or forwarded_values.headers
	byOrigin       // the origin request policy's list
	byAll          // all viewer headers: of an origin request policy, or headers = ["*"]
	byExcluded     // nobody: the origin request policy forwards all headers except this
	byPolicy       // the managed policy adds it without naming it
	byCustomOff    // an origin custom header with an empty value takes it away (CACHE-045)
	byCookies      // nobody: the behavior forwards cookies (REQ-226)
	bySignature    // nobody: an origin access control signs over it (REQ-220)
)

// Compile prepares a behavior and the origin that one of its requests goes to. A nil origin stands for a custom one
// without settings of its own.
func Compile(b *cloudfront.Behavior, o *cloudfront.Origin) *Plan {
	if o == nil {
		o = &cloudfront.Origin{Kind: cloudfront.KindCustom}
	}
	p := &Plan{behavior: b, origin: o, cache: b.CachePolicy, request: b.OriginRequestPolicy}
	if p.cache == nil {
		p.cache = &cloudfront.CachePolicy{}
	}
	if p.cache.Legacy {
		p.request = nil
	}
	p.compileCookies()
	p.compileHeaders() // looks at the cookies
	p.compileQuery()
	p.compileKey()
	for _, row := range answerHeaders() {
		p.answers.set(row.name, &row)
	}
	p.hostHTTP = o.WithPort(o.DomainName.Wire(), o.Scheme("http"))
	p.hostHTTPS = o.WithPort(o.DomainName.Wire(), o.Scheme("https"))
	return p
}

// ForwardsCookies reports whether any of the viewer's cookies can reach the origin; else its Set-Cookie is removed, too
// (REQ-221).
func (p *Plan) ForwardsCookies() bool { return p.cookies.some() }

func (p *Plan) compileCookies() {
	side := side{p.cache.Cookies.Behavior, p.cache.Cookies.Items, p.cache.Legacy}
	if p.request == nil {
		p.cookies = newChoice(side, nil)
		return
	}
	p.cookies = newChoice(side, &p.request.Cookies)
}

func (p *Plan) compileQuery() {
	if p.cache.Legacy { // CACHE-047: which parameters are keyed does not matter here
		if p.cache.ForwardQueryString {
			p.query.cache.behavior = cloudfront.SelectAll
		}
		return
	}
	side := side{behavior: p.cache.QueryStrings.Behavior, names: p.cache.QueryStrings.Items}
	if p.request == nil {
		p.query = newChoice(side, nil)
		return
	}
	p.query = newChoice(side, &p.request.QueryStrings)
	if p.origin.Kind == cloudfront.KindS3 {
		p.withheld = p.request.S3DroppedQueryStrings
	}
}

func (p *Plan) compileHeaders() {
	rows := requestHeaders()
	for i := range rows {
		p.headers.set(rows[i].name, p.treatRow(&rows[i]))
	}
	p.compileGenerated()
	p.headers.rest = p.treatUnknown("")
	for _, name := range p.listed() {
		if lower := strings.ToLower(name); p.treat(lower) == p.headers.rest {
			p.headers.set(lower, p.treatUnknown(lower))
		}
	}
	p.compileSignature()
	p.host, p.agent, p.encoding = p.treat("host"), p.treat("user-agent"), p.treat("accept-encoding")
}

// compileGenerated prepares the CloudFront-* headers: a viewer's own is never passed on (POL-040).
func (p *Plan) compileGenerated() {
	managed := managedGenerated(p.request)
	for _, g := range generators() {
		lower := strings.ToLower(g.name)
		t := &treatment{act: generated, by: p.lists(lower)}
		if t.by == byNobody && slices.ContainsFunc(managed, func(s string) bool { return strings.EqualFold(s, lower) }) {
			t.by = byPolicy
		}
		if t.by != byNobody {
			p.generators = append(p.generators, g)
			p.byDevice = p.byDevice || strings.HasPrefix(lower, "cloudfront-is-")
		}
		p.headers.set(lower, t)
	}
}

// treatRow decides about a header of the table.
func (p *Plan) treatRow(r *row) *treatment {
	t := &treatment{act: r.policy, row: r}
	if p.cache.Legacy {
		t.act = r.legacy
	}
	switch t.by = p.lists(r.name); {
	case t.by == byCache && r.listable.inCache(), t.by == byOrigin && r.listable.inRequest():
		t.act = r.covered
	case r.listable.inAll():
		if t.by = p.covers(r.name); t.by == byAll {
			t.act = r.covered
		}
	default:
		t.by = byNobody
	}
	switch r.name {
	case "accept-encoding":
		p.treatEncoding(t)
	case "if-modified-since", "if-none-match":
		if p.cookies.some() { // REQ-226: no list helps
			t.act, t.by = drop, byCookies
		}
	}
	return t
}

// compileSignature takes out what an origin access control that always signs writes itself: the viewer's Authorization
// (REQ-220) and the x-amz-* headers of a signature (REQ-215).
func (p *Plan) compileSignature() {
	if !p.origin.Signed() {
		return
	}
	p.headers.set("authorization", &treatment{act: drop, by: bySignature, row: p.treat("authorization").row})
	for _, name := range []string{"x-amz-content-sha256", "x-amz-date", "x-amz-security-token"} {
		p.headers.set(name, &treatment{act: drop, by: bySignature})
	}
}

// treatEncoding decides about Accept-Encoding: the policy's flags win over every list (CACHE-041), and an origin custom
// header with an empty value over the flags (CACHE-045).
func (p *Plan) treatEncoding(t *treatment) {
	if !p.cache.Legacy && (p.cache.EnableAcceptEncodingGzip || p.cache.EnableAcceptEncodingBrotli) {
		t.act, t.by = normalize, byCache
	}
	for _, h := range p.origin.CustomHeaders {
		if switchesOff(h) {
			t.act, t.by = drop, byCustomOff
		}
	}
}

// treatUnknown decides about a header that the table does not know; "" stands for one that no list names.
func (p *Plan) treatUnknown(lower string) *treatment {
	t := &treatment{by: p.lists(lower)}
	if t.by == byNobody {
		t.by = p.covers(lower)
	}
	switch {
	case t.by != byNobody && t.by != byExcluded, p.cache.Legacy:
		t.act = forward
	default:
		t.act = drop
	}
	return t
}

// lists says which list names a header.
func (p *Plan) lists(lower string) by {
	same := func(s string) bool { return strings.EqualFold(s, lower) }
	if p.cache.Headers.Behavior == cloudfront.SelectWhitelist && slices.ContainsFunc(p.cache.Headers.Items, same) {
		return byCache
	}
	if p.request == nil {
		return byNobody
	}
	switch p.request.Headers.Behavior {
	case cloudfront.SelectWhitelist:
		if slices.ContainsFunc(p.request.Headers.Items, same) {
			return byOrigin
		}
	case cloudfront.SelectAllViewerAndWhitelistCloudFront:
		// Only CloudFront-* names may stand here (POL-054).
		if strings.HasPrefix(lower, "cloudfront-") && slices.ContainsFunc(p.request.Headers.Items, same) {
			return byOrigin
		}
	}
	return byNobody
}

// covers says whether an all-viewer setting takes a header in.
func (p *Plan) covers(lower string) by {
	if p.cache.Headers.Behavior == cloudfront.SelectAll {
		return byAll
	}
	if p.request == nil {
		return byNobody
	}
	switch p.request.Headers.Behavior {
	case cloudfront.SelectAllViewer, cloudfront.SelectAllViewerAndWhitelistCloudFront, cloudfront.SelectAll:
		return byAll
	case cloudfront.SelectAllExcept:
		if slices.ContainsFunc(p.request.Headers.Items, func(s string) bool { return strings.EqualFold(s, lower) }) {
			return byExcluded
		}
		return byAll
	}
	return byNobody
}

// listed returns every header name that a list of either policy holds.
func (p *Plan) listed() []string {
	if p.request == nil {
		return p.cache.Headers.Items
	}
	return slices.Concat(p.cache.Headers.Items, p.request.Headers.Items)
}

// treat returns what becomes of a header.
func (p *Plan) treat(name string) *treatment { return p.headers.find(name) }

// sockets reports whether WebSockets pass to this origin: not to buckets, nor through VPC origins (REQ-479).
func (p *Plan) sockets() bool {
	return p.origin.Kind != cloudfront.KindS3 && p.origin.Kind != cloudfront.KindVPC
}

// CookiesForwarded reports whether the behavior forwards any cookie; if not, Set-Cookie is taken from its answers
// (REQ-221, CACHE-110).
func CookiesForwarded(b *cloudfront.Behavior) bool { return Compile(b, nil).CookiesForwarded() }

// CookiesForwarded reports whether the behavior forwards any cookie.
func (p *Plan) CookiesForwarded() bool { return p.cookies.some() }
