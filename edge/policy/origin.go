package policy

import (
	"slices"
	"strconv"
	"strings"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
)

// A Forward is a request on its way to an origin.
type Forward struct {
	Viewer    Viewer               // as policies and functions have shaped it so far
	Generated http1.Fields         // what ViewerHeaders said of the request as it arrived
	Behavior  *cloudfront.Behavior // of package-level OriginRequest; a Plan has its own
	Origin    *cloudfront.Origin   // likewise
	ViaID     string               // the 32 hex digits of CloudFront's entry in Via
	RequestID string               // X-Amz-Cf-Id
}

// A Forwarded is what an origin receives, but for origin custom headers and signatures, which come later.
type Forwarded struct {
	// Fields are complete and in the order in which they are sent: Host, X-Amz-Cf-Id, Connection, Upgrade,
	// Accept-Encoding, User-Agent, Via and X-Forwarded-For as CloudFront writes them (the order of OBS-092), the
	// viewer's headers in the viewer's order, then the CloudFront-* headers. Content-Length or Transfer-Encoding
	// fit the body. There is room to append the origin's custom headers.
	Fields   http1.Fields
	RawQuery string
	HasQuery bool // RawQuery is not empty: an origin never sees a bare "?" (POL-074)
	Notes    []Note
}

// userAgent is what origins see unless the viewer's User-Agent is forwarded (REQ-214).
const userAgent = "Amazon CloudFront"

// OriginRequest returns what the origin of f receives for the request of f, with notes. Where requests are served, a
// Plan does the same for less.
func OriginRequest(f Forward) Forwarded { return Compile(f.Behavior, f.Origin).Explain(&f) }

// OriginRequest returns what the origin receives, without notes.
func (p *Plan) OriginRequest(f *Forward) Forwarded { return p.forward(f, nil) }

// Explain returns what the origin receives, and a note for each header, cookie and query parameter that was added,
// kept, dropped or replaced.
func (p *Plan) Explain(f *Forward) Forwarded {
	var n notes
	out := p.forward(f, &n)
	out.Notes = n.list
	return out
}

// ViewerHeaders returns the CloudFront-* headers that the behavior's policies ask for (POL-087), in the order in which
// they are sent.
func (p *Plan) ViewerHeaders(v *Viewer) http1.Fields { return generate(p.generators, v) }

func (p *Plan) forward(f *Forward, n *notes) Forwarded {
	v := &f.Viewer
	room := len(v.Fields) + len(f.Generated) + len(p.origin.CustomHeaders)
	fields := make(http1.Fields, 0, 9+room)
	fields = p.ownFields(fields, f, n)
	fields = p.viewerFields(fields, v, n)
	fields = p.generatedFields(fields, f, n)
	query := p.queryString(v, n)
	return Forwarded{Fields: fields, RawQuery: query, HasQuery: query != ""}
}

// ownFields writes what every origin request has (POL-020).
func (p *Plan) ownFields(fields http1.Fields, f *Forward, n *notes) http1.Fields {
	v := &f.Viewer
	add := func(name, value string) { fields = append(fields, http1.Field{Name: name, Value: value}) }
	add("Host", p.hostFor(v))
	n.host(p, v)
	if f.RequestID != "" {
		add("X-Amz-Cf-Id", f.RequestID)
		n.own("X-Amz-Cf-Id", f.RequestID, "REQ-213")
	}
	if v.UpgradeWebSocket && p.sockets() {
		add("Connection", "Upgrade")
		add("Upgrade", "websocket")
		n.socket()
	} else {
		add("Connection", "Keep-Alive")
		n.own("Connection", "Keep-Alive", "POL-020")
	}
	if p.encoding.act == normalize {
		if value := p.acceptEncoding(v); value != "" {
			add("Accept-Encoding", value)
		}
		n.encoding(p, v)
	}
	if p.agent.act == ownAgent || !v.Fields.Has("User-Agent") {
		add("User-Agent", userAgent)
		n.agent(p, v)
	}
	via := v.version() + " " + f.ViaID + ".cloudfront.net (CloudFront)"
	add("Via", appendTo(v.Fields, "Via", ", ", via))
	n.appended("Via", fields[len(fields)-1].Value, v.Fields.Has("Via"), "REQ-212", cloudfront.Observed)
	// POL-027: a comma without a blank.
	if value := appendTo(v.Fields, "X-Forwarded-For", ",", v.address()); value != "" {
		add("X-Forwarded-For", value)
		n.appended("X-Forwarded-For", value, v.Fields.Has("X-Forwarded-For"), "REQ-206", cloudfront.Documented)
	}
	return fields
}

// viewerFields writes the viewer's headers that may pass, in the viewer's order.
func (p *Plan) viewerFields(fields http1.Fields, v *Viewer, n *notes) http1.Fields {
	named := namesInConnection(v.Fields)
	framed, cookied := false, false
	for i := range v.Fields {
		field := v.Fields[i]
		t := p.treat(field.Name)
		switch a := p.settle(t, v, field.Name, named); a {
		case forward:
			fields = append(fields, field)
			n.viewer(p, t, a, v, field)
		case cookie:
			if !cookied {
				fields = p.cookieField(fields, v, n)
			}
			cookied = true
		case framing:
			if !framed {
				fields = frame(fields, v, true)
			}
			framed = true
		default:
			n.viewer(p, t, a, v, field)
		}
	}
	if !framed {
		fields = frame(fields, v, false)
	}
	return fields
}

// settle decides what the compiled plan left to the request: acts that depend on the method, the body or the
// connection become forward, drop or hop.
func (p *Plan) settle(t *treatment, v *Viewer, name string, named bool) act {
	a := t.act
	if a == ranges {
		if v.Method == "GET" && !ascending(v.Fields) {
			return drop
		}
		a = forward
	}
	switch a {
	case forward:
		switch {
		case t == p.host:
			return ownHost // written already, as the first
		case named && t != p.agent && v.Fields.HasToken("Connection", name):
			return hop // REQ-198
		}
	case byMethod:
		if !p.keepsAuthorization(v.Method) {
			return drop
		}
		return forward
	case trailers:
		if !p.grpc(v) {
			return hop
		}
		return forward
	}
	return a
}

// keepsAuthorization reports whether Authorization passes without being named (REQ-216).
func (p *Plan) keepsAuthorization(method string) bool {
	switch method {
	case "GET", "HEAD":
		return false
	case "OPTIONS":
		return !p.behavior.Caches("OPTIONS")
	default:
		return true
	}
}

// grpc reports whether this is a gRPC request to a behavior that takes them (REQ-480): it needs TE (REQ-260).
func (p *Plan) grpc(v *Viewer) bool {
	return p.behavior.GRPC && strings.HasPrefix(v.Fields.Get("Content-Type"), "application/grpc")
}

func (p *Plan) hostFor(v *Viewer) string {
	switch {
	case p.host.act == forward && v.Host != "":
		return v.Host
	case v.Scheme == "https":
		return p.hostHTTPS
	default:
		return p.hostHTTP
	}
}

// acceptEncoding reduces the viewer's Accept-Encoding to what the cache policy enables.
func (p *Plan) acceptEncoding(v *Viewer) string {
	return AcceptEncoding(p.cache, appendTo(v.Fields, "Accept-Encoding", ",", ""), v.Major, v.Minor)
}

// appendTo returns the values of all fields with this name and, last, one more, with the separator between them.
func appendTo(fields http1.Fields, name, separator, last string) string {
	all := ""
	for i := range fields {
		if !strings.EqualFold(fields[i].Name, name) || fields[i].Value == "" {
			continue
		}
		if all == "" {
			all = fields[i].Value
		} else {
			all += separator + fields[i].Value
		}
	}
	switch {
	case all == "":
		return last
	case last == "":
		return all
	default:
		return all + separator + last
	}
}

// namesInConnection reports whether the viewer's Connection names headers beside the usual options, so that the usual
// request need not look for its names one by one.
func namesInConnection(fields http1.Fields) bool {
	for i := range fields {
		if !strings.EqualFold(fields[i].Name, "Connection") {
			continue
		}
		for option := range strings.SplitSeq(fields[i].Value, ",") {
			option = strings.TrimSpace(option)
			if option != "" && !strings.EqualFold(option, "keep-alive") && !strings.EqualFold(option, "close") &&
				!strings.EqualFold(option, "upgrade") {
				return true
			}
		}
	}
	return false
}

// frame writes the field that says where the body ends: the coding if only its end tells (REQ-253, REQ-254), else its
// length; a request without body has a length only if the viewer gave one.
func frame(fields http1.Fields, v *Viewer, given bool) http1.Fields {
	switch {
	case v.ContentLength < 0:
		return append(fields, http1.Field{Name: "Transfer-Encoding", Value: "chunked"})
	case v.ContentLength > 0 || given:
		return append(fields, http1.Field{Name: "Content-Length", Value: strconv.FormatInt(v.ContentLength, 10)})
	default:
		return fields
	}
}

func (p *Plan) cookieField(fields http1.Fields, v *Viewer, n *notes) http1.Fields {
	if !p.cookies.some() && n == nil {
		return fields
	}
	var seen func(crumb, bool)
	if n != nil {
		seen = func(c crumb, kept bool) { n.cookie(p, c, kept) }
	}
	value := selectCookies(v.Fields, p.cookies.takes, seen)
	if value == "" {
		return fields
	}
	return append(fields, http1.Field{Name: "Cookie", Value: value})
}

// generatedFields writes the CloudFront-* headers that a policy names.
func (p *Plan) generatedFields(fields http1.Fields, f *Forward, n *notes) http1.Fields {
	for _, field := range f.Generated {
		if t := p.treat(field.Name); t.act == generated && t.by != byNobody {
			fields = append(fields, field)
			n.generated(p, t, field)
		}
	}
	n.missing(p, f.Generated)
	return fields
}

// queryString returns the query string of the origin request.
func (p *Plan) queryString(v *Viewer, n *notes) string {
	if v.RawQuery == "" || n == nil && !p.query.some() {
		return ""
	}
	if n == nil && len(p.withheld) == 0 && p.query.every() {
		return v.RawQuery
	}
	var seen func(name, value string, kept bool)
	if n != nil {
		seen = func(name, value string, kept bool) { n.query(p, name, value, kept) }
	}
	selected := selectQuery(v.RawQuery, p.takesParameter, seen)
	if len(p.withheld) == 0 && p.query.every() {
		return v.RawQuery // empty pieces and all
	}
	return selected
}

func (p *Plan) takesParameter(name string) bool {
	return p.query.takes(name) && !slices.Contains(p.withheld, name)
}
