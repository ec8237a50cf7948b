package check

import (
	"fmt"
	"slices"
	"strings"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
)

var (
	corsPreflightRefused = &Rule{
		Name: "cors-preflight-refused", Title: "a CORS policy promises what a preflight asks for, and OPTIONS is refused", Severity: Warning,
		Why: "Before a browser sends another site's PUT, DELETE or Authorization, it asks with OPTIONS. Where the behavior does not allow OPTIONS, " +
			"CloudFront answers 403 without CORS headers, and the browser reports a CORS failure whatever the response headers policy says.",
		Example: `response_headers_policy_id = "5cc3b908-e619-4b99-88e5-2cf7f45965bd" # CORS-With-Preflight
allowed_methods            = ["GET", "HEAD"]`,
		Fix:   "Allow OPTIONS: with GET and HEAD, or with all seven methods.",
		Cites: []string{"REQ-079", "REQ-096", "T23"},
	}
	corsPreflightHeaders = &Rule{
		Name: "cors-preflight-headers", Title: "headers are forwarded that only a preflight has, and OPTIONS is refused", Severity: Note,
		Why: "Access-Control-Request-Method and Access-Control-Request-Headers come with OPTIONS alone. A behavior that lists them and does not " +
			"allow OPTIONS refuses the only request that has them. Fonts and images need no preflight, so that nobody may notice.",
		Example: `allowed_methods = ["GET", "HEAD"], headers = ["Origin", "Access-Control-Request-Method"]`,
		Fix:     "Allow OPTIONS, or take the two headers off the list.",
		Cites:   []string{"REQ-079", "REQ-096", "T23"},
	}
	corsOriginNotForwarded = &Rule{
		Name: "cors-origin-not-forwarded", Title: "a bucket has CORS rules, and does not learn who asks", Severity: Warning,
		Why: "S3 adds CORS headers only to the answer of a request that has Origin. Where no policy forwards it, the bucket's CORS rules never " +
			"apply, and browsers on other sites refuse what they get.",
		Example: "aws_s3_bucket_cors_configuration for the bucket, and a behavior with CachingOptimized and no origin request policy",
		Fix:     "Let a response headers policy say the CORS headers, or put Origin into the cache key.",
		Cites:   []string{"POL-139", "REQ-193", "T24"},
	}
	corsNotKeyed = &Rule{
		Name: "cors-origin-not-keyed", Title: "the origin answers by Origin, and the cache does not keep its answers apart", Severity: Warning,
		Why: "Where Origin is forwarded and not in the cache key, the first request decides what everybody sees: one without Origin leaves an " +
			"object without CORS headers in the cache, which browsers on other sites then refuse.",
		Example: `cache_policy_id          = "658327ea-f89d-4fab-a63d-7e88639e58f6" # CachingOptimized
origin_request_policy_id = "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf" # CORS-S3Origin`,
		Fix:   "Let a response headers policy say the CORS headers, or put Origin into the cache key.",
		Cites: []string{"POL-139", "CACHE-014", "T24"},
	}
)

func corsTraps() []trap {
	return []trap{
		{[]*Rule{corsPreflightRefused, corsPreflightHeaders}, (*view).preflight},
		{[]*Rule{corsOriginNotForwarded, corsNotKeyed}, (*view).crossOrigin},
	}
}

// elsewhere is the site that a cross-origin request comes from.
const elsewhere = "https://app.example.org"

// preflight is T23: a preflight is expected, and refused.
func (v *view) preflight() []Finding {
	var found []Finding
	for i, b := range v.Behaviors {
		if b.Allows("OPTIONS") || v.paths[i] == "" || !v.routed(b) || !v.forwarding(b) {
			continue
		}
		f := Finding{of: b.Name(), Rule: corsPreflightRefused, At: argument(b.Sources, "allowed_methods", b.Source)}
		method := "PUT"
		p := b.ResponseHeadersPolicy
		switch {
		case p != nil && p.CORS != nil && v.settled(p.Source, b.Sources["response_headers_policy_id"]) && wantsPreflight(p.CORS):
			f.Message = fmt.Sprintf("%s has the CORS policy %s and refuses the preflight: it allows %s", b.Name(), p.Name, cloudfront.MethodList(b.AllowedMethods))
		case listsPreflight(b):
			f.Rule, method = corsPreflightHeaders, "GET"
			f.Message = fmt.Sprintf("%s forwards headers of preflights and refuses preflights: it allows %s", b.Name(), cloudfront.MethodList(b.AllowedMethods))
		default:
			continue
		}
		f.Witness = v.witness("OPTIONS", v.paths[i], http1.Field{Name: "Origin", Value: elsewhere}, http1.Field{Name: "Access-Control-Request-Method", Value: method})
		if v.hinted(f.Witness, "T23") != nil {
			f.Witness.Shows.Behavior = b
			f.Fix = Fix{Where: "In " + b.Name(), HCL: `allowed_methods = ["GET", "HEAD", "OPTIONS"]`}
			found = append(found, f)
		}
	}
	return found
}

// wantsPreflight reports whether a policy promises what browsers ask about first: a method or a header that is not a
// simple one.
func wantsPreflight(c *cloudfront.CORS) bool {
	if c.SimpleRequestsOnly {
		return false
	}
	method := func(m string) bool { return !slices.Contains([]string{"GET", "HEAD", "POST"}, m) }
	header := func(h string) bool {
		return !slices.Contains([]string{"*", "accept", "accept-language", "content-language", "content-type", "origin", "range"}, strings.ToLower(h))
	}
	return slices.ContainsFunc(c.AllowMethods, method) || slices.ContainsFunc(c.AllowHeaders, header)
}

// listsPreflight reports whether somebody has listed headers of preflights; AWS's own policies have them for everybody.
func listsPreflight(b *cloudfront.Behavior) bool {
	names := b.CachePolicy.Headers.Items
	if p := b.OriginRequestPolicy; p != nil && !p.Managed && p.Headers.Behavior == cloudfront.SelectWhitelist {
		names = append(slices.Clip(names), p.Headers.Items...)
	}
	return slices.ContainsFunc(names, func(n string) bool { return strings.HasPrefix(strings.ToLower(n), "access-control-request-") })
}

// crossOrigin is T24: a bucket that has CORS rules does not get what they go by, or the cache mixes its answers.
func (v *view) crossOrigin() []Finding {
	var found []Finding
	for i, b := range v.Behaviors {
		p := b.ResponseHeadersPolicy
		if v.paths[i] == "" || !v.bucket(b) || !v.routed(b) || !v.forwarding(b) || p != nil && p.CORS != nil || !v.settled(b.Sources["response_headers_policy_id"]) {
			continue
		}
		w := v.witness("GET", v.paths[i], http1.Field{Name: "Origin", Value: elsewhere})
		x := v.ask(w)
		f := Finding{of: b.Name(), Rule: corsOriginNotForwarded, At: policyAt(b), Witness: w}
		w.Shows = Claim{Behavior: b, Lacks: []string{"Origin"}}
		bucket, rules := v.origin(b), readRules(v.origin(b).Bucket)
		switch get := reaches(x, "Origin"); {
		case !get && rules:
			f.Message = fmt.Sprintf("the CORS rules of %s never apply: %s does not forward Origin to it", bucket.ID, b.Name())
		case get && (rules || forCORS(b)) && !b.CachePolicy.Legacy && b.CachePolicy.MaxTTL > 0 && !keys(b, "Origin"):
			f.Rule, w.Shows = corsNotKeyed, Claim{Behavior: b, Gets: []string{"Origin"}}
			f.Message = fmt.Sprintf("%s answers by Origin, which is not in the cache key of %s: the first answer counts for all", bucket.ID, b.Name())
		default:
			continue
		}
		const simple = "Managed-SimpleCORS"
		f.Fix = Fix{Where: "In " + b.Name(), HCL: fmt.Sprintf("response_headers_policy_id = %q # %s", cloudfront.ManagedResponseHeadersPolicy(simple).ID, simple)}
		found = append(found, f)
	}
	return found
}

// readRules reports whether a bucket lets other sites read it. Rules for uploads, too, may be for browsers that speak to
// the bucket itself.
func readRules(b *cloudfront.Bucket) bool {
	if b == nil {
		return false
	}
	read := false
	for _, r := range b.CORSRules {
		if slices.ContainsFunc(r.AllowedMethods, func(m string) bool { return m == "PUT" || m == "POST" }) {
			return false
		}
		read = read || slices.Contains(r.AllowedMethods, "GET")
	}
	return read
}

// forCORS reports whether the origin request policy is AWS's for CORS.
func forCORS(b *cloudfront.Behavior) bool {
	p := b.OriginRequestPolicy
	return p != nil && p.Managed && strings.HasPrefix(p.Name.Value, "Managed-CORS")
}

// keys reports whether a header is in the cache key.
func keys(b *cloudfront.Behavior, header string) bool {
	s := b.CachePolicy.Headers
	return s.Behavior == cloudfront.SelectAll || s.Behavior == cloudfront.SelectWhitelist &&
		slices.ContainsFunc(s.Items, func(n string) bool { return strings.EqualFold(n, header) })
}
