package edge

import "context"

// address adds the origin's custom headers, which replace the viewer's (REQ-241); names that CloudFront refuses are left
// out (REQ-243).
var address = Stage{"origin custom headers", func(_ context.Context, x *Exchange) Verdict {
	if len(x.Origin.CustomHeaders) == 0 {
		return Verdict{Action: Skip}
	}
	x.Outgoing.Fields = x.asked.plan.CustomHeaders(x.Outgoing.Fields)
	v := Verdict{Rule: "REQ-241", Source: x.Origin.CustomHeaders[0].Source, Why: why("the origin's custom headers are added")}
	if n := len(x.Origin.CustomHeaders); n == 1 {
		v.Why = why("%s is added", x.Origin.CustomHeaders[0].Name)
	}
	return v
}}
