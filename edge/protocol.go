package edge

import (
	"context"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
)

// protocol applies viewer_protocol_policy: plain HTTP is served, redirected or refused (section 4 of the request
// rules).
var protocol = Stage{"viewer protocol policy", func(_ context.Context, x *Exchange) Verdict {
	b, r := x.Behavior, &x.Viewer
	policy := b.ViewerProtocolPolicy
	source := b.Sources["viewer_protocol_policy"]
	status, e := checkProtocol(policy, r.Scheme, r.Method, r.AtLeast(1, 1))
	switch {
	case e != nil:
		return Verdict{
			Action: Fail, Reason: e.Reason, Err: e, Rule: e.Rule, Sure: e.Sure, Source: source,
			Why: why("%s over plain HTTP", string(policy)),
		}
	case status == 0:
		return Verdict{Why: why("%s allows %s", string(policy), r.Scheme), Rule: protocolRule(policy), Source: source}
	}
	location := "https://" + withPort(r.Host, x.site.httpsPort) + r.Target()
	x.Response = generated(status, httpDate(x.fx.now()), "text/html", redirectPage(status),
		http1.Field{Name: "Location", Value: location})
	x.MadeBy = Redirector
	return Verdict{
		Action: Answer, Reason: RedirectedToHTTPS, Rule: redirectRule(status), Source: source,
		Why: why("%s sends %s to %s", string(policy), r.Method, location),
	}
}}

// checkProtocol returns the status of the redirect that the policy asks for, or CloudFront's refusal; neither where
// the request is served.
func checkProtocol(p cloudfront.ViewerProtocolPolicy, scheme, method string, http11 bool) (status int, e *Error) {
	switch {
	case scheme == "https" || p == cloudfront.AllowAll:
		return 0, nil
	case p == cloudfront.HTTPSOnly:
		return 0, errHTTPSOnly
	case method == "GET" || method == "HEAD": // REQ-112
		return 301, nil
	case !http11: // REQ-114
		return 0, errOldRedirect
	default: // REQ-113
		return 307, nil
	}
}

func redirectRule(status int) string {
	if status == 301 {
		return "REQ-112"
	}
	return "REQ-113"
}

func protocolRule(p cloudfront.ViewerProtocolPolicy) string {
	switch p {
	case cloudfront.AllowAll:
		return "REQ-110"
	case cloudfront.HTTPSOnly:
		return "REQ-111"
	default:
		return "REQ-112"
	}
}

// withPort returns a host with the port of another local listener in its port's place: a redirect to https names the
// HTTPS listener's. A host without a port stays without, and loses it where that listener is off, which has port "" (REQ-117).
func withPort(host, listener string) string {
	name, port := splitPort(host)
	if port == "" || listener == "" {
		return name
	}
	return name + ":" + listener
}
