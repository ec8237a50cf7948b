package edge

import (
	"context"

	"edgecase/config/cloudfront"
	"edgecase/edge/policy"
)

// forward makes the request that the origin receives: path, query string, and the fields that policies let through
// (section 7 of the request rules).
var forward = Stage{"forward", func(_ context.Context, x *Exchange) Verdict {
	out := x.asked.plan.OriginRequest(x.forwardInput())
	x.Outgoing = x.Request
	x.Outgoing.Major, x.Outgoing.Minor = 1, 1 // REQ-203
	x.Outgoing.Scheme = x.Origin.Scheme(x.Viewer.Scheme)
	x.Outgoing.Path = x.Origin.OriginPath + x.Request.Path // REQ-204
	x.Outgoing.RawQuery, x.Outgoing.HasQuery = out.RawQuery, out.HasQuery
	x.Outgoing.Fields = out.Fields
	x.Outgoing.Host = out.Fields.Get("Host")
	return Verdict{
		Rule:   "REQ-204",
		Source: policySource(x.Behavior),
		Why:    why("%s %s%s", x.Outgoing.Method, x.Outgoing.Host, x.Outgoing.Target()),
	}
}}

// policySource returns the line that says what is forwarded: the origin request policy's, else the cache policy's, as
// the behavior names them.
func policySource(b *cloudfront.Behavior) cloudfront.Source {
	for _, argument := range []string{"origin_request_policy_id", "cache_policy_id", "forwarded_values"} {
		if s, ok := b.Sources[argument]; ok {
			return s
		}
	}
	return b.Source
}

// forwardInput is the exchange as edge/policy looks at it.
func (x *Exchange) forwardInput() *policy.Forward {
	seen := viewerOf(&x.Viewer, x.values)
	shaped := viewerOf(&x.Request, x.values)
	return &policy.Forward{
		Viewer: shaped, Generated: x.asked.plan.ViewerHeaders(&seen), ViaID: x.viaID, RequestID: x.requestID,
	}
}
