package edge

import "context"

// trim takes from an origin's answer what viewers never get: hop-by-hop fields, Set-Cookie where no cookies are
// forwarded, foreign Vary values (section 9.1 of the request rules).
var trim = Stage{"trim", func(_ context.Context, x *Exchange) Verdict {
	x.Arrived = x.Response.Fields
	x.Response.Fields = x.asked.plan.TrimResponse(x.Response.Status, x.Response.Fields)
	switch {
	case x.Arrived.Has("Set-Cookie") && !x.Response.Fields.Has("Set-Cookie"): // T15
		return Verdict{
			Rule: "REQ-221", Source: policySource(x.Behavior),
			Why: why("Set-Cookie is removed: %s forwards no cookies", x.Behavior.Name()),
		}
	case len(x.Arrived) == len(x.Response.Fields):
		return Verdict{Action: Skip}
	}
	return Verdict{Rule: "REQ-270", Why: why("fields that are not for viewers are removed")}
}}
