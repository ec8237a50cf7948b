package edge

import (
	"context"
	"slices"
	"strconv"

	"edgecase/config/cloudfront"
)

// failover decides whether the next member of an origin group is asked after this one's answer or failure (section 11
// of the request rules). Every request begins with the primary (REQ-364).
var failover = Stage{"failover", func(_ context.Context, x *Exchange) Verdict {
	if x.member+1 >= len(x.members) || !x.answered() {
		return Verdict{Action: Skip}
	}
	group := x.Distribution.OriginGroup(x.Behavior.TargetOriginID.Value)
	v := Verdict{Source: group.Source, Rule: "REQ-361"}
	what, codes := "a "+strconv.Itoa(x.Response.Status), failoverCodes(x.Response.Status, x.Err)
	if x.Err != nil {
		v.Rule, what = "REQ-366", string(x.Err.Reason)
	}
	listed := slices.ContainsFunc(codes, func(c int) bool { return slices.Contains(group.StatusCodes, c) })
	switch {
	case !listed && x.Response.Status < 400: // REQ-365
		return Verdict{Action: Skip}
	case !listed: // T35
		v.Why = why("%s of %s is not among the status codes of %s", what, x.Origin.ID.Value, group.ID.Value)
	case !failsOver(x.Behavior, &x.Request): // T34
		v.Rule = "REQ-362"
		v.Why = why("%s does not fail over: %s's answer counts", x.Request.Method, x.Origin.ID.Value)
	default:
		v.Action = NextMember
		v.Why = why("%s of %s sends the request to %s", what, x.Origin.ID.Value, x.members[x.member+1].origin.ID.Value)
	}
	return v
}}

// failsOver reports whether a request may go to the next member: GET, HEAD, and OPTIONS where its answers are cached
// (REQ-362, REQ-363). A body cannot be sent twice.
func failsOver(b *cloudfront.Behavior, r *Request) bool {
	switch r.Method {
	case "GET", "HEAD":
		return !r.HasBody()
	case "OPTIONS":
		return b.Caches("OPTIONS") && !r.HasBody()
	}
	return false
}

// failoverCodes returns the status codes of a group that an answer or a failure counts as: a connection that was not
// made as 503, or 502; an origin that kept silent as 504 (REQ-366).
func failoverCodes(status int, e *Error) []int {
	switch {
	case e == nil:
		return []int{status}
	case e.Reason == ViewerGone:
		return nil
	case e.Status == 504:
		return []int{504}
	case e.Reason == OriginRefused, e.Reason == OriginUnresolved, e.Reason == OriginTLSFailed:
		return []int{503, 502}
	default:
		return []int{e.Status}
	}
}

// forget gives up a member's answer, so that the next can give another.
func (x *Exchange) forget() {
	closeBody(x.Response)
	x.Response, x.Err, x.Result, x.OriginStatus, x.MadeBy = nil, nil, nil, 0, 0
}
