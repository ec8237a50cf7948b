package edge

import (
	"context"

	"edgecase/config/cloudfront"
)

// method refuses what the behavior's allowed_methods leave out, and a GET that carries a body (section 3 of the
// request rules). No other behavior is tried (REQ-051).
var method = Stage{"method", func(_ context.Context, x *Exchange) Verdict {
	b, r := x.Behavior, &x.Viewer
	e := checkMethod(b, r.Method, r.HasBody())
	if e == nil {
		return Verdict{Why: why("%s is allowed", r.Method), Rule: "REQ-075", Source: b.Sources["allowed_methods"]}
	}
	v := Verdict{Action: Fail, Reason: e.Reason, Rule: e.Rule, Sure: e.Sure, Err: e}
	switch e {
	case errMethod:
		v.Why = why("%s is not in [%s]", r.Method, cloudfront.MethodList(b.AllowedMethods))
		v.Source = b.Sources["allowed_methods"]
	case errGetBody:
		v.Why = why("a %s may not carry a body", r.Method)
	default:
		v.Why = why("CloudFront does not know the method %s", r.Method)
	}
	return v
}}

// checkMethod returns CloudFront's refusal of a method, or nil.
func checkMethod(b *cloudfront.Behavior, method string, hasBody bool) *Error {
	switch method {
	case "GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE", "TRACE": // REQ-087: TRACE is in none of the sets
		if !b.Allows(method) {
			return errMethod
		}
	case "CONNECT":
		return errConnect
	default: // REQ-088, REQ-089: methods are case-sensitive
		return errUnknownMethod
	}
	if hasBody && (method == "GET" || method == "HEAD") { // REQ-097, REQ-100
		return errGetBody
	}
	return nil
}
