package s3

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// A CORSRule is one rule of a bucket's CORS configuration. Origins and headers may hold one "*".
type CORSRule struct {
	AllowedOrigins []string
	AllowedMethods []string
	AllowedHeaders []string
	ExposeHeaders  []string
	MaxAge         *int // seconds
}

// allows reports whether the rule admits a method from an origin.
func (c *CORSRule) allows(origin, method string) bool {
	return slices.Contains(c.AllowedMethods, method) &&
		slices.ContainsFunc(c.AllowedOrigins, func(p string) bool { return matchStar(p, origin) })
}

// allowsHeaders reports whether the rule admits all names of an Access-Control-Request-Headers field.
func (c *CORSRule) allowsHeaders(list string) bool {
	for name := range strings.SplitSeq(list, ",") {
		name = strings.ToLower(strings.TrimSpace(name))
		if name != "" && !slices.ContainsFunc(c.AllowedHeaders, func(p string) bool { return matchStar(strings.ToLower(p), name) }) {
			return false
		}
	}
	return true
}

// matchStar matches a pattern with at most one "*".
func matchStar(pattern, s string) bool {
	before, after, ok := strings.Cut(pattern, "*")
	if !ok {
		return pattern == s
	}
	return len(s) >= len(before)+len(after) && strings.HasPrefix(s, before) && strings.HasSuffix(s, after)
}

// preflight answers OPTIONS (REQ-102); it returns nil for other methods.
func (h *Handler) preflight(req *Request) *Response {
	if req.Method != http.MethodOptions {
		return nil
	}
	origin, ok := req.field("Origin")
	if !ok {
		return h.failure(req, originNeeded()).note("REQ-102", "S3 wants the Origin header, which was not forwarded")
	}
	method, ok := req.field("Access-Control-Request-Method")
	if !ok {
		method = req.Method
	}
	if len(h.opts.CORS) == 0 {
		return h.failure(req, corsForbidden("CORS is not enabled for this bucket.", method, "BUCKET")).
			note("REQ-102", "the bucket has no CORS rules")
	}
	asked, _ := req.field("Access-Control-Request-Headers")
	for i := range h.opts.CORS {
		rule := &h.opts.CORS[i]
		if !rule.allows(origin, method) || !rule.allowsHeaders(asked) {
			continue
		}
		res := &Response{Status: http.StatusOK, Fields: [][2]string{h.date()}}
		res.Fields = append(res.Fields, rule.fields(origin)...)
		if asked != "" {
			res.Fields = append(res.Fields, [2]string{"Access-Control-Allow-Headers", strings.ToLower(asked)})
		}
		res.Fields = append(res.Fields, server, varyCORS, [2]string{"Content-Length", "0"})
		return res
	}
	return h.failure(req, corsForbidden("This CORS request is not allowed. This is usually because the evalution of Origin, "+
		"request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the "+
		"resource's CORS spec.", method, "OBJECT")).note("REQ-102", "no CORS rule of the bucket admits "+method+" from "+origin)
}

// corsFields returns what a rule adds to the answer of GET and HEAD with an Origin.
func (h *Handler) corsFields(req *Request) [][2]string {
	origin, ok := req.field("Origin")
	if !ok {
		return nil
	}
	for i := range h.opts.CORS {
		if rule := &h.opts.CORS[i]; rule.allows(origin, req.Method) {
			return rule.fields(origin)
		}
	}
	return nil
}

// varyCORS is sent by every bucket that has CORS rules (OBS-082).
var varyCORS = [2]string{"Vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method"}

// fields returns the Access-Control-… fields for an origin that the rule admits. A rule for all origins names none and
// allows no credentials.
func (c *CORSRule) fields(origin string) [][2]string {
	all := slices.Contains(c.AllowedOrigins, "*")
	if all {
		origin = "*"
	}
	list := [][2]string{
		{"Access-Control-Allow-Origin", origin},
		{"Access-Control-Allow-Methods", strings.Join(c.AllowedMethods, ", ")},
	}
	if len(c.ExposeHeaders) > 0 {
		list = append(list, [2]string{"Access-Control-Expose-Headers", strings.Join(c.ExposeHeaders, ", ")})
	}
	if c.MaxAge != nil {
		list = append(list, [2]string{"Access-Control-Max-Age", strconv.Itoa(*c.MaxAge)})
	}
	if !all {
		list = append(list, [2]string{"Access-Control-Allow-Credentials", "true"})
	}
	return list
}
