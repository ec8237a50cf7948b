package policy

import (
	"slices"
	"strings"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
)

// refusedCustom are the names that an origin custom header cannot have (REQ-243), in lower case; a final "*" stands
// for any rest.
var refusedCustom = [...]string{
	"cache-control", "connection", "content-length", "cookie", "host", "if-match", "if-modified-since", "if-none-match",
	"if-range", "if-unmodified-since", "max-forwards", "pragma", "proxy-authenticate", "proxy-authorization",
	"proxy-connection", "range", "request-range", "te", "trailer", "transfer-encoding", "upgrade", "via", "x-amz-*",
	"x-edge-*", "x-real-ip",
}

// CustomHeaders returns fields with an origin's custom headers at the end, instead of what the viewer sent under the
// same names (REQ-241). An Accept-Encoding with an empty value only takes the viewer's away (CACHE-045). Names that
// CloudFront refuses are left out. Without custom headers it returns fields as they are, otherwise a copy.
func CustomHeaders(fields http1.Fields, o *cloudfront.Origin) (http1.Fields, []Note) {
	var n notes
	return addCustom(fields, o, &n), n.list
}

// CustomHeaders does the same for the plan's origin, without notes.
func (p *Plan) CustomHeaders(fields http1.Fields) http1.Fields {
	return addCustom(fields, p.origin, nil)
}

func addCustom(fields http1.Fields, o *cloudfront.Origin, n *notes) http1.Fields {
	if o == nil || len(o.CustomHeaders) == 0 {
		return fields
	}
	out := make(http1.Fields, 0, len(fields)+len(o.CustomHeaders))
	for _, f := range fields {
		if !overwrites(o.CustomHeaders, f.Name) {
			out = append(out, f)
		}
	}
	for _, h := range o.CustomHeaders {
		if !refusesCustom(h.Name) && !switchesOff(h) {
			out = append(out, http1.Field{Name: h.Name, Value: h.Value.Wire()})
		}
		n.custom(h, fields)
	}
	return out
}

func overwrites(headers []cloudfront.CustomHeader, name string) bool {
	for i := range headers {
		if strings.EqualFold(headers[i].Name, name) {
			return !refusesCustom(name)
		}
	}
	return false
}

// switchesOff reports whether a custom header is the one that keeps Accept-Encoding from an origin (CACHE-045).
func switchesOff(h cloudfront.CustomHeader) bool {
	return strings.EqualFold(h.Name, "Accept-Encoding") && h.Value.Known && h.Value.Value == ""
}

func (n *notes) custom(h cloudfront.CustomHeader, before http1.Fields) {
	if n == nil {
		return
	}
	note := Note{Name: h.Name, Action: Added, Kind: Header, Value: masked(), Rule: "REQ-241", Sure: cloudfront.Documented,
		Why: "a custom header of the origin", Source: h.Source}
	switch {
	case refusesCustom(h.Name):
		note.Action, note.Value, note.Rule = Dropped, "", "REQ-243"
		note.Why = "CloudFront refuses this name for a custom header of an origin"
	case switchesOff(h):
		note.Action, note.Value, note.Rule = Dropped, "", "CACHE-045"
		note.Why = "a custom header of the origin switches it off"
	case before.Has(h.Name):
		note.Action, note.Why = Replaced, "a custom header of the origin overwrites the viewer's"
	}
	n.add(note)
}

func refusesCustom(name string) bool {
	return slices.ContainsFunc(refusedCustom[:], func(refused string) bool { return nameMatches(refused, name) })
}

// nameMatches compares a name with a lower-case one, of which a final "*" stands for any rest.
func nameMatches(pattern, name string) bool {
	start, open := strings.CutSuffix(pattern, "*")
	if open {
		return len(name) >= len(start) && strings.EqualFold(name[:len(start)], start)
	}
	return strings.EqualFold(pattern, name)
}

// EncodingOff reports whether a custom header of the origin keeps Accept-Encoding out of everything (CACHE-045).
func (p *Plan) EncodingOff() bool { return p.encoding.by == byCustomOff }
