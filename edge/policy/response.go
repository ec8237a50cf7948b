package policy

import (
	"slices"
	"strings"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
)

// A ResponseInput is an answer on its way to a viewer, and what a response headers policy looks at besides.
type ResponseInput struct {
	Method string       // of the viewer's request
	Viewer http1.Fields // of the viewer's request
	Status int
	Fields http1.Fields // of the answer, as stored or as fetched
	// Redirect says that the answer is CloudFront's own redirect to HTTPS: no policy touches it (POL-109).
	Redirect bool
	// Date takes the place of the origin's Date if the policy removes that; with "" none is left, and whoever
	// finishes the answer adds one (POL-114).
	Date   string
	Timing *Timing // what Server-Timing reports; nil means that it is not known, and no such header is added
}

// A Decorated is an answer as a response headers policy leaves it.
type Decorated struct {
	Fields http1.Fields
	// Own is how many of the fields, at the end, the policy put there. CloudFront sends them after its own X-Cache,
	// Via, X-Amz-Cf-* and Age (POL-143).
	Own int
}

// A ResponsePlan is a response headers policy, prepared for answers. A nil plan changes nothing. It is safe for
// concurrent use.
type ResponsePlan struct {
	policy   *cloudfront.ResponseHeadersPolicy
	remove   []string
	cors     *corsPlan
	security []cloudfront.ResponseHeader // in the order of OBS-081, with their names
	custom   []cloudfront.ResponseHeader
	timing   *cloudfront.ServerTiming
}

// CompileResponse prepares a response headers policy. For nil it returns nil.
func CompileResponse(p *cloudfront.ResponseHeadersPolicy) *ResponsePlan {
	if p == nil {
		return nil
	}
	r := &ResponsePlan{policy: p, cors: compileCORS(p.CORS), security: securityHeaders(&p.Security), timing: p.ServerTiming}
	for _, name := range p.RemoveHeaders {
		if !refusesRemoval(name) {
			r.remove = append(r.remove, name)
		}
	}
	for _, h := range p.CustomHeaders {
		// POL-137: with a CORS section CloudFront keeps Vary to itself.
		if r.cors == nil || !strings.EqualFold(h.Name, "Vary") {
			r.custom = append(r.custom, h)
		}
	}
	return r
}

// ResponseHeaders returns what a response headers policy makes of an answer's headers, with notes.
func ResponseHeaders(p *cloudfront.ResponseHeadersPolicy, in ResponseInput) (http1.Fields, []Note) {
	d, found := CompileResponse(p).Explain(&in)
	return d.Fields, found
}

// Apply removes and adds headers: first the removals, then CORS, security, custom headers and Server-Timing (POL-100).
// The input is not changed.
func (r *ResponsePlan) Apply(in *ResponseInput) Decorated { return r.decorate(in, nil) }

// Explain is Apply with a note for each header that was removed, added, replaced, or kept against the policy.
func (r *ResponsePlan) Explain(in *ResponseInput) (Decorated, []Note) {
	var n notes
	return r.decorate(in, &n), n.list
}

func (r *ResponsePlan) decorate(in *ResponseInput, n *notes) Decorated {
	if r == nil || in.Redirect {
		return Decorated{Fields: in.Fields.Clone()}
	}
	d := decorator{plan: r, in: in, notes: n}
	room := len(r.security) + len(r.custom) + len(corsHeaders) + 2 // Vary, Server-Timing
	d.fields = make(http1.Fields, 0, len(in.Fields)+room)
	d.own = make(http1.Fields, 0, room)
	d.copyExcept()
	d.addCORS()
	for i := range r.security {
		d.set(&r.security[i], "POL-104")
	}
	for i := range r.custom {
		d.set(&r.custom[i], "POL-170")
	}
	d.addTiming()
	d.fields = append(d.fields, d.own...)
	return Decorated{Fields: d.fields, Own: len(d.own)}
}

// A decorator is one answer being decorated. What the policy adds is kept apart, so that it ends up last.
type decorator struct {
	plan        *ResponsePlan
	in          *ResponseInput
	notes       *notes
	fields, own http1.Fields
}

// copyExcept copies the answer without the headers that the policy removes. Server and Date are never missing: where
// they are removed CloudFront sends its own (POL-114).
func (d *decorator) copyExcept() {
	for _, f := range d.in.Fields {
		if !d.plan.removes(f.Name) {
			d.fields = append(d.fields, f)
			continue
		}
		d.note(Note{Name: f.Name, Action: Dropped, Value: f.Value, Why: "{policy} removes it", Rule: "POL-100"})
		switch {
		case strings.EqualFold(f.Name, "Server") && !d.fields.Has("Server"):
			d.fields = append(d.fields, http1.Field{Name: "Server", Value: "CloudFront"})
		case strings.EqualFold(f.Name, "Date") && !d.fields.Has("Date") && d.in.Date != "":
			d.fields = append(d.fields, http1.Field{Name: "Date", Value: d.in.Date})
		}
	}
	if d.plan.removes("Server") && !d.fields.Has("Server") {
		d.fields = append(d.fields, http1.Field{Name: "Server", Value: "CloudFront"})
	}
}

// set adds one header of the policy; override decides between it and the answer's own (POL-104). Of the answer's
// lines none remains beside the policy's (POL-105).
func (d *decorator) set(h *cloudfront.ResponseHeader, rule string) {
	note := Note{Name: h.Name, Action: Added, Value: h.Value.String(), Why: "{policy} adds it", Rule: rule, Source: h.Source}
	given := d.fields.Has(h.Name)
	switch {
	case given && !h.Override:
		note.Action, note.Value, note.Rule = Kept, d.fields.Get(h.Name), "POL-104"
		note.Why = "the origin sent it, and {policy} does not override"
		d.note(note)
		return
	case given:
		note.Action, note.Why, note.Rule = Replaced, "{policy} overrides the origin's", "POL-104"
		d.fields.Del(h.Name)
	}
	d.own.Set(h.Name, h.Value.Wire())
	d.note(note)
}

// note keeps a Note if somebody asks for notes; "{policy}" in its Why becomes the policy's name.
func (d *decorator) note(note Note) {
	if d.notes == nil {
		return
	}
	note.Kind, note.Why = Header, strings.Replace(note.Why, "{policy}", d.plan.name(), 1)
	if note.Sure == "" {
		note.Sure = cloudfront.Documented
	}
	if note.Source.IsZero() {
		note.Source = d.plan.policy.Source
	}
	d.notes.add(note)
}

func (r *ResponsePlan) name() string {
	return named("response headers policy", r.policy.Name, r.policy.Address)
}

func (r *ResponsePlan) removes(name string) bool {
	return slices.ContainsFunc(r.remove, func(s string) bool { return strings.EqualFold(s, name) })
}

// refusedRemoval are the names that a policy may not remove (POL-113), in lower case.
var refusedRemoval = [...]string{
	"connection", "content-encoding", "content-length", "expect", "host", "keep-alive", "proxy-authenticate",
	"proxy-authorization", "proxy-connection", "trailer", "transfer-encoding", "upgrade", "via", "warning",
	"x-accel-buffering", "x-accel-charset", "x-accel-limit-rate", "x-accel-redirect", "x-amz-cf-*", "x-amzn-auth",
	"x-amzn-cf-billing", "x-amzn-cf-id", "x-amzn-cf-xff", "x-amzn-errortype", "x-amzn-fle-profile",
	"x-amzn-header-count", "x-amzn-header-order", "x-amzn-lambda-integration-tag", "x-amzn-requestid", "x-cache",
	"x-edge-*", "x-forwarded-proto", "x-real-ip",
}

func refusesRemoval(name string) bool {
	return slices.ContainsFunc(refusedRemoval[:], func(refused string) bool { return nameMatches(refused, name) })
}

// securityHeaders returns the security headers that are configured, in the order in which CloudFront was seen to send
// them (OBS-081).
func securityHeaders(s *cloudfront.SecurityHeaders) []cloudfront.ResponseHeader {
	var headers []cloudfront.ResponseHeader
	add := func(name string, h *cloudfront.ResponseHeader) {
		if h != nil {
			headers = append(headers, cloudfront.ResponseHeader{Name: name, Value: h.Value, Override: h.Override, Source: h.Source})
		}
	}
	add("X-XSS-Protection", s.XSSProtection)
	add("X-Frame-Options", s.FrameOptions)
	add("Referrer-Policy", s.ReferrerPolicy)
	add("Content-Security-Policy", s.ContentSecurityPolicy)
	add("X-Content-Type-Options", s.ContentTypeOptions)
	add("Strict-Transport-Security", s.StrictTransportSecurity)
	return headers
}
