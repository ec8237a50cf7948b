package edge

import (
	"slices"
	"strconv"
	"strings"

	"edgecase/config/cloudfront"
)

// patternFor returns the pattern of the behavior that is missing for a path: its first folder, or the path itself
// where that folder has its behavior already or there is none.
func patternFor(path string, matched *cloudfront.Behavior) string {
	exact := cloudfront.PatternOf(path)
	if i := strings.IndexByte(exact[1:], '/'); i >= 0 {
		if folder := exact[:i+2] + "*"; folder != matched.Pattern.Canonical() {
			return folder
		}
	}
	return exact
}

// above puts a suggested behavior in front of the one that took the request.
func (h Hint) above(b *cloudfront.Behavior, block string) Hint {
	if h.Suggestion = block; block == "" {
		return h
	}
	h.Where = "Add above " + b.Name()
	if b.Default() {
		h.Where = "Add above the default behavior"
	}
	return h
}

// A want is what an origin should get of requests and does not.
type want struct {
	headers        []string
	cookies, query bool
}

// pass writes what makes a behavior pass on what is wanted: in its own policy where that can say it, else with AWS's
// policies. An answer that depends on more than the cache key must not be cached, so caching ends with the latter.
func (h Hint) pass(x *Exchange, w want) Hint {
	b := x.Behavior
	h.Where = "In " + b.Name()
	if b.Default() {
		h.Where = "In the default behavior"
	}
	switch forward := b.OriginRequestPolicy; {
	case b.CachePolicy != nil && b.CachePolicy.Legacy:
		h.Where += ", in forwarded_values"
		h.Suggestion = w.legacy(b.CachePolicy)
	case forward != nil && !forward.Managed && w.listable(forward):
		h.Where = "In " + forward.Address
		h.Suggestion = w.own(forward)
	default:
		h.Suggestion = w.managed(x)
	}
	return h
}

// legacy writes arguments of forwarded_values.
func (w want) legacy(p *cloudfront.CachePolicy) string {
	var parts []string
	if len(w.headers) > 0 {
		parts = append(parts, "headers = "+list(p.Headers.Items, w.headers))
	}
	if w.query {
		parts = append(parts, "query_string = true")
	}
	if w.cookies {
		parts = append(parts, "cookies {\n  forward = \"all\"\n}")
	}
	return strings.Join(parts, "\n")
}

// listable reports whether an origin request policy can name the headers: it may not name Authorization (POL-057), and
// has a list only where it does not select by another rule.
func (w want) listable(p *cloudfront.OriginRequestPolicy) bool {
	switch p.Headers.Behavior {
	case "", cloudfront.SelectNone, cloudfront.SelectWhitelist:
	default:
		return len(w.headers) == 0
	}
	return !slices.Contains(w.headers, "Authorization")
}

// own writes blocks of an aws_cloudfront_origin_request_policy.
func (w want) own(p *cloudfront.OriginRequestPolicy) string {
	var parts []string
	if len(w.headers) > 0 {
		parts = append(parts, "headers_config {\n  header_behavior = \"whitelist\"\n  headers {\n    items = "+list(p.Headers.Items, w.headers)+"\n  }\n}")
	}
	if w.cookies {
		parts = append(parts, "cookies_config {\n  cookie_behavior = \"all\"\n}")
	}
	if w.query {
		parts = append(parts, "query_strings_config {\n  query_string_behavior = \"all\"\n}")
	}
	return strings.Join(parts, "\n")
}

// managed names the policies of AWS that pass everything on, or only what CORS needs.
func (w want) managed(x *Exchange) string {
	request := "Managed-AllViewer"
	switch {
	case x.Origin.Kind == cloudfront.KindS3:
		request = "Managed-CORS-S3Origin"
	case slices.Equal(w.headers, []string{"Origin"}):
		request = "Managed-CORS-CustomOrigin"
	case x.Origin.OwnNameOnly():
		request = "Managed-AllViewerExceptHostHeader"
	}
	line := policyLine("origin_request_policy_id", cloudfront.ManagedOriginRequestPolicy(request).ID, request)
	if strings.HasPrefix(request, "Managed-CORS") || x.Behavior.CachePolicy.CachingDisabled() {
		return line
	}
	const disabled = "Managed-CachingDisabled"
	return policyLine("cache_policy_id         ", cloudfront.ManagedCachePolicy(disabled).ID, disabled) + "\n" + line
}

func policyLine(argument, id, name string) string {
	return argument + " = " + strconv.Quote(id) + " # " + name
}

// list writes a list of names, the new ones behind those that are there.
func list(names, more []string) string {
	var quoted []string
	for _, name := range slices.Concat(names, more) {
		if q := strconv.Quote(name); name != "*" && !slices.Contains(quoted, q) {
			quoted = append(quoted, q)
		}
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}
