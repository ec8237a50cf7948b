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
		Date: httpDate(x.fx.now()),
	})
	own := len(decorated.Fields) - decorated.Own
	x.Response.Fields, x.added = decorated.Fields[:own], decorated.Fields[own:]
	return Verdict{
		Rule: "POL-100", Source: x.Behavior.Sources["response_headers_policy_id"],
		Why: why("%s shapes the answer's fields", x.Behavior.ResponseHeadersPolicy.Name.Value),
	}
}}
