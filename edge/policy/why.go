package policy

import (
	"strings"

	"edgecase/config/cloudfront"
)

// coveredWhy says which setting passes a header on.
func (p *Plan) coveredWhy(t *treatment, name string) (why, rule string, source cloudfront.Source, sure cloudfront.Confidence) {
	switch t.by {
	case byCache:
		if p.cache.Legacy {
			return "forwarded_values lists it", "POL-090", p.cacheSource(p.cache.Headers), cloudfront.Documented
		}
		return p.CacheName() + " names it", "POL-012", p.cacheSource(p.cache.Headers), cloudfront.Documented
	case byOrigin:
		return p.requestName() + " names it", "POL-052", p.requestSource(p.request.Headers), cloudfront.Documented
	case byAll:
		if p.cache.Legacy {
			return "forwarded_values forwards all headers", "REQ-197", p.cacheSource(p.cache.Headers), cloudfront.Documented
		}
		rule = "POL-053"
		if p.request.Headers.Behavior == cloudfront.SelectAllExcept {
			rule = "POL-055"
		}
		return p.requestName() + " forwards all viewer headers", rule, p.requestSource(p.request.Headers), cloudfront.Documented
	case byPolicy:
		return p.requestName() + " adds it", "REQ-236", p.requestSource(p.request.Headers), cloudfront.Observed
	}
	if t.row == nil {
		return "legacy settings forward what they are not told about", "REQ-190", p.policySource(), cloudfront.Documented
	}
	return "CloudFront passes " + name + " on without being told", t.row.rule, cloudfront.Source{}, t.row.sure
}

// droppedWhy says why a header of the viewer does not reach the origin.
func (p *Plan) droppedWhy(t *treatment, v *Viewer, name string) (why, rule string, sure cloudfront.Confidence) {
	why, rule, sure = p.unnamedWhy(t), "REQ-191", cloudfront.Documented
	if t.row != nil {
		rule, sure = t.row.rule, t.row.sure
	}
	switch {
	case t.act == ranges:
		return "its ranges are malformed, overlap, or are not in ascending order, so CloudFront answers with the whole object", "REQ-492", cloudfront.Inferred
	case t.by == byCookies:
		return "CloudFront does not support it where cookies are forwarded, so the origin answers in full", "REQ-226", cloudfront.Inferred
	case t.by == bySignature && t.row == nil:
		return signedWhy, "REQ-215", cloudfront.Inferred
	case t.by == bySignature:
		return signedWhy, "REQ-220", cloudfront.Documented
	case t.by == byCustomOff:
		return "a custom header of the origin switches it off", "CACHE-045", cloudfront.Documented
	case t.row != nil && t.row.listable == nowhere && t.row.policy == t.row.covered:
		return "CloudFront always removes it", rule, sure
	case t.act == byMethod:
		return p.authorizationWhy(v.Method), rule, sure
	case v.UpgradeWebSocket && len(name) > 14 && strings.EqualFold(name[:14], "Sec-WebSocket-"):
		return why + ", and a WebSocket's handshake needs it", "REQ-472", cloudfront.Documented
	}
	return why, rule, sure
}

// signedWhy says why a header does not pass to a bucket for which an origin access control signs.
const signedWhy = "CloudFront puts its own signature in its place, which is not computed here"

// droppedSource is the line to change so that a dropped header reaches the origin, if there is one.
func (p *Plan) droppedSource(t *treatment) cloudfront.Source {
	switch {
	case t.act == ranges:
		return cloudfront.Source{}
	case t.by == byCookies:
		return p.selectionSource(p.cache.Cookies, cookiesOf)
	case t.by == bySignature:
		return first(p.origin.OriginAccessControl.Source, p.origin.Sources["origin_access_control_id"])
	case t.row != nil && t.row.listable == nowhere:
		return cloudfront.Source{}
	}
	return p.policySource()
}

// authorizationWhy says why Authorization does not pass, and what would let it (REQ-218).
func (p *Plan) authorizationWhy(method string) string {
	why := "CloudFront removes it from " + method
	if method == "OPTIONS" {
		why += " whose answers it caches"
	}
	if p.cache.Legacy {
		return why + " unless forwarded_values lists it"
	}
	return why + " unless the cache policy names it or an origin request policy forwards all viewer headers"
}

// unnamedWhy says which setting could have passed a header on, and did not.
func (p *Plan) unnamedWhy(t *treatment) string {
	switch {
	case p.cache.Legacy:
		return "forwarded_values does not list it"
	case t.by == byExcluded:
		return p.requestName() + " forwards all headers except this one"
	default:
		return "no policy names it"
	}
}

// selector picks cookies or query strings out of an origin request policy.
type selector func(*cloudfront.OriginRequestPolicy) cloudfront.Selection

func cookiesOf(o *cloudfront.OriginRequestPolicy) cloudfront.Selection { return o.Cookies }
func queriesOf(o *cloudfront.OriginRequestPolicy) cloudfront.Selection { return o.QueryStrings }

// chosenWhy says which policy takes a cookie or a query parameter.
func (p *Plan) chosenWhy(c *choice, name string, cache cloudfront.Selection, pick selector) (string, cloudfront.Source) {
	if c.cache.takes(name) || p.request == nil {
		return p.CacheName() + verb(c.cache.behavior), p.cacheSource(cache)
	}
	return p.requestName() + verb(c.origin.behavior), p.requestSource(pick(p.request))
}

func verb(b cloudfront.SelectionBehavior) string {
	switch b {
	case cloudfront.SelectWhitelist:
		return " names it"
	case cloudfront.SelectAllExcept:
		return " forwards all but its list"
	default:
		return " forwards all of them"
	}
}

func (p *Plan) unchosenWhy() string {
	if p.cache.Legacy {
		return "forwarded_values does not name it"
	}
	return "no policy takes it"
}

// CacheName returns what people call the behavior's cache policy, or forwarded_values.
func (p *Plan) CacheName() string {
	if p.cache.Legacy {
		return "forwarded_values"
	}
	return named("cache policy", p.cache.Name, p.cache.Address)
}

func (p *Plan) requestName() string {
	return named("origin request policy", p.request.Name, p.request.Address)
}

// named is "cache policy Managed-CachingOptimized": the kind, and what the policy is called.
func named(kind string, name cloudfront.Text, address string) string {
	switch {
	case name.Value != "":
		return kind + " " + name.String()
	case address != "":
		return kind + " " + address
	default:
		return "the " + kind
	}
}

// cacheSource is the line of the cache policy that selects, or the one that attaches it.
func (p *Plan) cacheSource(s cloudfront.Selection) cloudfront.Source {
	if p.cache.Legacy {
		return first(s.Source, p.cache.Source, p.behavior.Sources["forwarded_values"], p.behavior.Source)
	}
	return first(s.Source, p.behavior.Sources["cache_policy_id"], p.behavior.Source)
}

func (p *Plan) requestSource(s cloudfront.Selection) cloudfront.Source {
	return first(s.Source, p.behavior.Sources["origin_request_policy_id"], p.behavior.Source)
}

// policySource is the line to change so that more reaches the origin: the one that attaches the origin request policy,
// or the cache policy where there is none.
func (p *Plan) policySource() cloudfront.Source {
	switch {
	case p.cache.Legacy:
		return p.cacheSource(p.cache.Headers)
	case p.request != nil:
		return p.requestSource(p.request.Headers)
	default:
		return first(p.behavior.Sources["cache_policy_id"], p.behavior.Source)
	}
}

// selectionSource is policySource for cookies and query strings.
func (p *Plan) selectionSource(cache cloudfront.Selection, pick selector) cloudfront.Source {
	if p.request != nil {
		return p.requestSource(pick(p.request))
	}
	return p.cacheSource(cache)
}

func first(sources ...cloudfront.Source) cloudfront.Source {
	for _, s := range sources {
		if !s.IsZero() {
			return s
		}
	}
	return cloudfront.Source{}
}
