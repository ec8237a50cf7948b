package edge

import (
	"context"

	"edgecase/edge/policy"
)

// responseheaders applies the behavior's response headers policy to everything that was answered after the behavior
// was chosen, CloudFront's own errors included (POL-107, POL-108).
var responseheaders = Stage{"response headers policy", func(_ context.Context, x *Exchange) Verdict {
	if x.Behavior == nil || x.Behavior.ResponseHeadersPolicy == nil {
		return Verdict{Action: Skip}
	}
	decorated := x.site.policies[x.Behavior].Apply(&policy.ResponseInput{
		Method: x.Viewer.Method, Viewer: x.Viewer.Fields, Status: x.Response.Status, Fields: x.Response.Fields,
		Date: httpDate(x.fx.now()), Timing: x.timing(),
	})
	own := len(decorated.Fields) - decorated.Own
	x.Response.Fields, x.added = decorated.Fields[:own], decorated.Fields[own:]
	return Verdict{
		Rule: "POL-100", Source: x.Behavior.Sources["response_headers_policy_id"],
		Why: why("%s shapes the answer's fields", x.Behavior.ResponseHeadersPolicy.Name.Value),
	}
}}

// timing returns what Server-Timing tells of the answer (POL-176), or nil where the policy asks for none or no origin has
// answered. Every request is sampled (POL-173).
func (x *Exchange) timing() *policy.Timing {
	if t := x.Behavior.ResponseHeadersPolicy.ServerTiming; t == nil || !t.Enabled {
		return nil
	}
	result := x.Result
	if x.ErrorPage != nil && x.ErrorPage.Result != nil {
		result = x.ErrorPage.Result
	}
	if result == nil {
		return nil
	}
	t := &policy.Timing{Result: policy.CacheMiss, POP: pop, RequestID: x.requestID, DownstreamFirstByte: x.fx.now().Sub(x.started)}
	for _, a := range result.Attempts {
		t.Connect += a.Connect
		t.UpstreamFirstByte += a.Took
	}
	return t
}
