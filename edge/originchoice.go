package edge

import (
	"context"

	"edgecase/config/cloudfront"
)

// originchoice takes the next member of what target_origin_id names: the origin, or an origin group's primary and then
// its secondary (REQ-360).
var originchoice = Stage{"origin", func(_ context.Context, x *Exchange) Verdict {
	m := x.members[x.member]
	x.Origin = m.origin
	v := Verdict{Source: x.Origin.Source, Rule: "REQ-204"}
	v.Why = why("%s asks %s", x.Behavior.Name(), x.Origin.ID.Value)
	switch {
	case x.member > 0:
		v.Rule = "REQ-368"
		v.Why = why("%s asks the origin group %s: its secondary, %s", x.Behavior.Name(), x.Behavior.TargetOriginID.Value, x.Origin.ID.Value)
	case len(x.members) > 1:
		v.Rule = "REQ-364"
		v.Why = why("%s asks the origin group %s: its primary, %s", x.Behavior.Name(), x.Behavior.TargetOriginID.Value, x.Origin.ID.Value)
	}
	return v
}}

// forward makes the request that the origin receives: path, query string, and the fields that policies let through
// (section 7 of the request rules).
var forward = Stage{"forward", func(_ context.Context, x *Exchange) Verdict {
	m := x.members[x.member]
	out := m.plan.OriginRequest(x.forwardInput())
	x.Outgoing = x.Request
	x.Outgoing.Major, x.Outgoing.Minor = 1, 1 // REQ-203
	x.Outgoing.Scheme = originScheme(x.Origin, x.Viewer.Scheme)
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

// originScheme returns how an origin is reached: by its origin_protocol_policy, or for S3 as the viewer came, always
// over https where an origin access control signs (REQ-310, REQ-311).
func originScheme(o *cloudfront.Origin, viewer string) string {
	if o.Kind == cloudfront.KindS3 {
		if o.OriginAccessControl != nil && o.OriginAccessControl.SigningBehavior == "always" {
			return "https"
		}
		return viewer
	}
	switch o.OriginProtocolPolicy {
	case cloudfront.OriginHTTPOnly:
		return "http"
	case cloudfront.OriginHTTPSOnly:
		return "https"
	default:
		return viewer
	}
}

// address adds the origin's custom headers, which replace the viewer's (REQ-241); names that CloudFront refuses are left
// out (REQ-243).
var address = Stage{"origin custom headers", func(_ context.Context, x *Exchange) Verdict {
	if len(x.Origin.CustomHeaders) == 0 {
		return Verdict{Action: Skip}
	}
	x.Outgoing.Fields = x.plan().CustomHeaders(x.Outgoing.Fields)
	v := Verdict{Rule: "REQ-241", Source: x.Origin.CustomHeaders[0].Source, Why: why("the origin's custom headers are added")}
	if n := len(x.Origin.CustomHeaders); n == 1 {
		v.Why = why("%s is added", x.Origin.CustomHeaders[0].Name)
	}
	return v
}}
