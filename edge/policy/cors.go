package policy

import (
	"slices"
	"strconv"
	"strings"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
)

// A corsPlan is a CORS section with its values as they go over the wire.
type corsPlan struct {
	config          *cloudfront.CORS
	any             bool // "*" is among the origins
	methods, expose string
	headers         string
	match           bool // a header entry holds a wildcard in its middle or end: names are echoed (POL-130)
}

// allMethods is what ALL means, in CloudFront's order (POL-127).
const allMethods = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"

func compileCORS(c *cloudfront.CORS) *corsPlan {
	if c == nil {
		return nil
	}
	p := &corsPlan{config: c, any: slices.Contains(c.AllowOrigins, "*"), methods: strings.Join(c.AllowMethods, ", "),
		headers: strings.Join(c.AllowHeaders, ", "), expose: strings.Join(c.ExposeHeaders, ", ")}
	if slices.Contains(c.AllowMethods, "ALL") {
		p.methods = allMethods
	}
	p.match = slices.ContainsFunc(c.AllowHeaders, func(s string) bool { return s != "*" && strings.Contains(s, "*") })
	return p
}

// corsHeaders are the names that count as CORS headers of an origin (POL-134).
var corsHeaders = [...]string{
	"Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Access-Control-Allow-Methods",
	"Access-Control-Allow-Headers", "Access-Control-Expose-Headers", "Access-Control-Max-Age",
}

// addCORS adds the CORS headers that this request gets, and looks after Vary (POL-137).
func (d *decorator) addCORS() {
	c := d.plan.cors
	if c == nil {
		return
	}
	origin := d.in.Viewer.Get("Origin")
	if origin == "" {
		d.addVary("POL-137", cloudfront.Observed, "the answer depends on whether the request has an Origin")
		return
	}
	preflight := isPreflight(d.in)
	if c.config.SimpleRequestsOnly && !isSimple(d.in) {
		d.skipCORS("the request is not a simple one, and {policy} answers only those", "POL-135", cloudfront.Observed)
		return
	}
	if !c.any && !c.allows(origin) {
		d.skipCORS("{policy} does not allow this Origin", "POL-123", cloudfront.Inferred)
		return
	}
	if !c.config.OriginOverride && hasCORS(d.fields) {
		d.skipCORS("the origin sent CORS headers, and {policy} does not override", "POL-133", cloudfront.Documented)
		return
	}
	for _, f := range c.answer(d.in, origin, preflight) {
		d.set(&cloudfront.ResponseHeader{Name: f.Name, Value: cloudfront.Known(f.Value), Override: true}, corsRule(f.Name))
	}
	if !c.any {
		d.addVary("POL-138", cloudfront.Inferred, "the answer depends on the request's Origin")
	}
}

func (d *decorator) skipCORS(why, rule string, sure cloudfront.Confidence) {
	d.note(Note{Name: "Access-Control-Allow-Origin", Action: Dropped, Why: why, Rule: rule, Sure: sure})
}

// corsRule names the rule behind a CORS header.
func corsRule(name string) string {
	switch name {
	case "Access-Control-Allow-Origin":
		return "POL-123"
	case "Access-Control-Allow-Credentials":
		return "POL-126"
	case "Access-Control-Expose-Headers":
		return "POL-128"
	default:
		return "POL-127"
	}
}

// answer returns the CORS headers for a request whose origin is allowed.
func (c *corsPlan) answer(in *ResponseInput, origin string, preflight bool) http1.Fields {
	fields := make(http1.Fields, 0, len(corsHeaders))
	add := func(name, value string) {
		if value != "" {
			fields = append(fields, http1.Field{Name: name, Value: value})
		}
	}
	if c.any {
		origin = "*"
	}
	add("Access-Control-Allow-Origin", origin)
	if c.config.AllowCredentials {
		add("Access-Control-Allow-Credentials", "true")
	}
	if preflight {
		add("Access-Control-Allow-Methods", c.methods)
		add("Access-Control-Allow-Headers", c.allowHeaders(in.Viewer.Get("Access-Control-Request-Headers")))
		if c.config.MaxAge != nil {
			add("Access-Control-Max-Age", strconv.Itoa(*c.config.MaxAge))
		}
	}
	add("Access-Control-Expose-Headers", c.expose)
	return fields
}

// allowHeaders returns Access-Control-Allow-Headers: the list as it is, or where an entry is a pattern the requested
// names that match (POL-130).
func (c *corsPlan) allowHeaders(requested string) string {
	if !c.match {
		return c.headers
	}
	var names []string
	for name := range strings.SplitSeq(requested, ",") {
		name = strings.TrimSpace(name)
		if name != "" && slices.ContainsFunc(c.config.AllowHeaders, func(entry string) bool { return allowsHeader(entry, name) }) {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

// allowsHeader matches a requested name with an entry (POL-129). "*" alone does not mean Authorization.
func allowsHeader(entry, name string) bool {
	if entry == "*" && strings.EqualFold(name, "Authorization") {
		return false
	}
	return starMatch(strings.ToLower(entry), strings.ToLower(name))
}

// starMatch is wildcardMatch for patterns in which "?" stands for itself.
func starMatch(pattern, s string) bool {
	if !strings.Contains(pattern, "*") {
		return pattern == s
	}
	start, rest, _ := strings.Cut(pattern, "*")
	s, ok := strings.CutPrefix(s, start)
	for ok && strings.Contains(rest, "*") {
		var middle string
		middle, rest, _ = strings.Cut(rest, "*")
		_, s, ok = strings.Cut(s, middle)
	}
	return ok && strings.HasSuffix(s, rest)
}

func hasCORS(fields http1.Fields) bool {
	return slices.ContainsFunc(corsHeaders[:], fields.Has)
}

// addVary puts Origin into Vary.
func (d *decorator) addVary(rule string, sure cloudfront.Confidence, why string) {
	for i := range d.fields {
		if !strings.EqualFold(d.fields[i].Name, "Vary") {
			continue
		}
		if d.fields.HasToken("Vary", "Origin") || d.fields.HasToken("Vary", "*") {
			return
		}
		if d.fields[i].Value == "" {
			d.fields[i].Value = "Origin"
		} else {
			d.fields[i].Value += ", Origin"
		}
		d.note(Note{Name: "Vary", Action: Replaced, Value: d.fields[i].Value, Why: why, Rule: rule, Sure: sure})
		return
	}
	d.own = append(d.own, http1.Field{Name: "Vary", Value: "Origin"})
	d.note(Note{Name: "Vary", Action: Added, Value: "Origin", Why: why, Rule: rule, Sure: sure})
}

// isPreflight reports whether a request is a CORS preflight.
func isPreflight(in *ResponseInput) bool {
	return in.Method == "OPTIONS" && in.Viewer.Has("Origin") && in.Viewer.Has("Access-Control-Request-Method")
}

// isSimple reports whether a CORS request is a simple one: GET, HEAD or POST with nothing but what a browser sends on
// its own and CORS-safelisted headers. Cache-Control, Pragma and Priority are not among them (POL-135).
func isSimple(in *ResponseInput) bool {
	if in.Method != "GET" && in.Method != "HEAD" && in.Method != "POST" {
		return false
	}
	return !slices.ContainsFunc(in.Viewer, func(f http1.Field) bool {
		if strings.EqualFold(f.Name, "Content-Type") {
			return !simpleType(f.Value)
		}
		return !slices.ContainsFunc(simpleHeaders[:], func(s string) bool { return nameMatches(s, f.Name) })
	})
}

// simpleHeaders are the headers of a simple request, in lower case: the safelisted ones, and those that scripts cannot
// set because the browser does.
var simpleHeaders = [...]string{
	"accept", "accept-language", "content-language", "range", "dpr", "downlink", "save-data", "viewport-width", "width",
	"accept-charset", "accept-encoding", "access-control-request-headers", "access-control-request-method", "connection",
	"content-length", "cookie", "cookie2", "date", "dnt", "expect", "host", "keep-alive", "origin", "proxy-*", "referer",
	"sec-*", "te", "trailer", "transfer-encoding", "upgrade", "upgrade-insecure-requests", "user-agent", "via",
}

// simpleType reports whether a Content-Type is one that forms can send.
func simpleType(value string) bool {
	essence, _, _ := strings.Cut(value, ";")
	switch strings.ToLower(strings.TrimSpace(essence)) {
	case "application/x-www-form-urlencoded", "multipart/form-data", "text/plain":
		return true
	}
	return false
}
