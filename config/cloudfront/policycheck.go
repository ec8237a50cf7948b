package cloudfront

import (
	"slices"
	"strings"
)

// Quotas of cache and origin request policies (POL-005, REQ-155) and of legacy settings (POL-096, POL-092). AWS raises
// the numbers on request.
const (
	maxPolicyItems   = 10
	maxPolicyNames   = 1024 // characters of all names in one policy
	maxLegacyHeaders = 25
	maxLegacyCookies = 512 // bytes of all names, and one more for each (REQ-156)
)

func (r *report) policies(d *Distribution, b *Behavior) {
	key, forward := b.CachePolicy, b.OriginRequestPolicy
	if key != nil && r.once(key) {
		r.cachePolicy(b, key)
	}
	if forward != nil && !forward.Managed && r.once(forward) {
		r.originRequestPolicy(forward)
	}
	if p := b.ResponseHeadersPolicy; p != nil && !p.Managed && r.once(p) {
		r.responseHeadersPolicy(p)
	}
	if key != nil && forward != nil {
		r.combination(b, key, forward)
	}
	for _, o := range d.Members(b.TargetOriginID.Value) {
		r.hostHeader(b, o)
		r.headerTwice(forward, o)
	}
}

// combination judges what goes wrong only where a cache policy and an origin request policy meet.
func (r *report) combination(b *Behavior, key *CachePolicy, forward *OriginRequestPolicy) {
	at := b.Sources.at("origin_request_policy_id", b.Source)
	if key.Legacy {
		r.refuse("POL-002", Documented, at, "Origin request policy beside forwarded_values",
			"An origin request policy goes together with a cache policy only, and the behavior %s has "+
				"forwarded_values. Replace them with a cache_policy_id.", b.Name())
	}
	r.authorization(key, forward)
	pairs := []struct {
		what string
		a, b Selection
	}{{"query strings", key.QueryStrings, forward.QueryStrings}, {"cookies", key.Cookies, forward.Cookies}}
	for _, p := range pairs {
		if p.a.Behavior == SelectAllExcept && p.b.Behavior == SelectAllExcept {
			r.warn("POL-073", Documented, at, "Two lists of exceptions",
				"Both policies of the behavior %s take all %s except some. AWS documents that then the origin gets "+
					"none that is on either list, although the cache policy keys some of them. Use a list of exceptions "+
					"in one policy only.",
				b.Name(), p.what)
		}
	}
}

// authorization judges a header that the origin gets only by way of the cache key or of all headers.
func (r *report) authorization(key *CachePolicy, forward *OriginRequestPolicy) {
	type pair struct {
		policy   *OriginRequestPolicy
		disabled bool
	}
	disabled := key.CachingDisabled()
	if !forward.Headers.lists(SelectWhitelist, "Authorization") || !r.once(pair{forward, disabled}) {
		return
	}
	at := forward.Headers.place(forward.Sources.at("headers_config", forward.Source))
	const summary = "Authorization in an origin request policy"
	if disabled {
		r.refuse("POL-058", Inferred, at, summary,
			"AWS refuses Authorization among the headers of an origin request policy; that it allows it beside a "+
				"cache policy with caching disabled, as here, is not confirmed. Forward all headers with "+
				"Managed-AllViewerExceptHostHeader instead.")
		return
	}
	r.refuse("POL-057", Documented, at, summary,
		"AWS refuses Authorization among the headers of an origin request policy. List it in the cache policy, or "+
			"forward all headers with Managed-AllViewerExceptHostHeader.")
}

// lists reports whether a selection of this kind has a name among its items, in any case.
func (s Selection) lists(behavior SelectionBehavior, name string) bool {
	return s.Behavior == behavior && foldContains(s.Items, name)
}

// hostHeader warns of origins that cannot do with the viewer's Host (REQ-397, POL-025).
func (r *report) hostHeader(b *Behavior, o *Origin) {
	at, ok := b.ForwardsHost()
	if !ok {
		return
	}
	if o.Kind == KindS3 {
		r.warn("REQ-397", Documented, at, "Host forwarded to S3",
			"The behavior %s sends the viewer's Host to %q, and S3 takes that for a bucket's name: requests end "+
				"with 403, NoSuchBucket or SignatureDoesNotMatch. Use a policy that does not forward Host, such as "+
				"Managed-CORS-S3Origin or Managed-AllViewerExceptHostHeader.",
			b.Name(), o.ID)
		return
	}
	if o.DomainName.judged() && o.OwnNameOnly() {
		r.warn("POL-025", Documented, at, "Host forwarded to API Gateway or Lambda",
			"The behavior %s sends the viewer's Host to %q, which answers to its own name only. Use a policy that "+
				"does not forward Host, such as Managed-AllViewerExceptHostHeader.",
			b.Name(), o.ID)
	}
}

// ForwardsHost reports whether the viewer's Host goes to the origin, and which line says so (POL-023, POL-024, POL-094).
func (b *Behavior) ForwardsHost() (Source, bool) {
	p, keyed := b.CachePolicy, false
	if p != nil {
		keyed = p.Headers.lists(SelectWhitelist, "Host") || p.Legacy && p.Headers.Behavior == SelectAll
	}
	if keyed {
		argument := "cache_policy_id"
		if p.Legacy {
			argument = "forwarded_values"
		}
		return b.Sources.at(argument, b.Source), true
	}
	forward := b.OriginRequestPolicy
	if forward == nil {
		return Source{}, false
	}
	at := b.Sources.at("origin_request_policy_id", b.Source)
	switch forward.Headers.Behavior {
	case SelectAllViewer, SelectAllViewerAndWhitelistCloudFront:
		return at, true
	case SelectWhitelist:
		return at, foldContains(forward.Headers.Items, "Host")
	case SelectAllExcept:
		return at, !foldContains(forward.Headers.Items, "Host")
	default:
		return at, false
	}
}

// headerTwice warns of a header that both the origin request policy and the origin itself set (POL-045).
func (r *report) headerTwice(p *OriginRequestPolicy, o *Origin) {
	if p == nil || p.Headers.Behavior != SelectWhitelist {
		return
	}
	for _, h := range o.CustomHeaders {
		type pair struct {
			policy *OriginRequestPolicy
			origin *Origin
			name   string
		}
		if foldContains(p.Headers.Items, h.Name) && r.once(pair{p, o, h.Name}) {
			r.warn("POL-045", Documented, h.Source, "Header set twice",
				"%s is a custom header of the origin %q and in the origin request policy %s, too; the origin's "+
					"value wins. Remove it from the policy.",
				h.Name, o.ID, p.Name)
		}
	}
}

func (r *report) cachePolicy(b *Behavior, p *CachePolicy) {
	switch {
	case p.Managed:
		if p.Reserved {
			r.warn("POL-006", Documented, b.Sources.at("cache_policy_id", b.Source), "Reserved managed policy",
				"AWS keeps %s for Amplify Hosting and advises against it elsewhere. Choose another managed policy, "+
					"or write one.", p.Name)
		}
	case p.Legacy:
		r.legacy(b, p)
	default:
		r.times(p.Sources.at("min_ttl", p.Source), p)
		r.cacheKey(p)
	}
}

// legacy judges what forwarded_values and its times say. Selections in it may be wider than in a policy.
func (r *report) legacy(b *Behavior, p *CachePolicy) {
	at := b.Sources.at("forwarded_values", b.Source)
	if p.Headers.Behavior == SelectAll && p.MinTTL > 0 {
		r.refuse("POL-090", Documented, b.Sources.at("min_ttl", at), "min_ttl with all headers",
			"With headers = [\"*\"] nothing is cached and min_ttl must be 0, but it is %d. Set it to 0, or list the "+
				"headers.", seconds(p.MinTTL))
	}
	if p.Headers.Behavior == SelectWhitelist {
		r.keyedHeaders(at, p.Headers.Items)
		if n := len(p.Headers.Items); n > maxLegacyHeaders {
			r.warn("POL-096", Documented, at, "Quota exceeded",
				"forwarded_values has at most %d headers, this one has %d. Remove some, or forward "+
					"all.", maxLegacyHeaders, n)
		}
	}
	if cookies := p.Cookies.Items; p.Cookies.Behavior == SelectWhitelist {
		if n := len(strings.Join(cookies, "")); n > maxLegacyCookies-len(cookies) {
			r.warn("REQ-156", Documented, at, "Quota exceeded",
				"The %d names of cookies in forwarded_values may have %d bytes together, these have %d. Remove some, or "+
					"forward all.", len(cookies), maxLegacyCookies-len(cookies), n)
		}
	}
	r.times(b.Sources.at("min_ttl", b.Source), p)
}

// times warns of times in the wrong order, which the API knows as InvalidTTLOrder.
func (r *report) times(at Source, p *CachePolicy) {
	if p.MinTTL > p.DefaultTTL || p.DefaultTTL > p.MaxTTL {
		hint := "Put them in ascending order."
		if p.Legacy && (p.DefaultTTL == 0 || p.MaxTTL == 0) {
			hint = "Outside a cache policy, Terraform sends 0 for a default_ttl or max_ttl that is not given " +
				"(TF-147): give all three."
		}
		r.refuse("CACHE-052", Inferred, at, "Times in the wrong order",
			"min_ttl is %d, default_ttl %d and max_ttl %d, and CloudFront probably refuses them in this order. %s",
			seconds(p.MinTTL), seconds(p.DefaultTTL), seconds(p.MaxTTL), hint)
	}
}

func (r *report) cacheKey(p *CachePolicy) {
	headers := p.Headers.place(p.Sources.at("headers_config", p.Source))
	r.selections(p.Sources, p.Source, p.Headers, p.Cookies, p.QueryStrings)

	flags := p.EnableAcceptEncodingGzip || p.EnableAcceptEncodingBrotli
	if p.CachingDisabled() && (flags || p.Headers.some() || p.Cookies.some() || p.QueryStrings.some()) {
		r.refuse("POL-013", Observed, p.Sources.at("min_ttl", p.Source), "Cache key without caching",
			"All three times of %s are 0, so nothing is cached, and then AWS refuses headers, cookies, query "+
				"strings and Accept-Encoding in the key. Forward them with an origin request policy, or set max_ttl to "+
				"1.", p.Name)
	}
	if p.Headers.Behavior != SelectWhitelist {
		return
	}
	if flags && foldContains(p.Headers.Items, "Accept-Encoding") {
		r.refuse("POL-014", Observed, headers, "Accept-Encoding twice in the cache key",
			"Accept-Encoding may not be listed while enable_accept_encoding_gzip or _brotli is true. Remove it from "+
				"the headers.")
	}
	r.keyedHeaders(headers, p.Headers.Items)
	for _, name := range p.Headers.Items {
		switch strings.ToLower(name) {
		case "cloudfront-viewer-address", "cloudfront-viewer-asn", "cloudfront-viewer-tls",
			"cloudfront-viewer-ja3-fingerprint", "cloudfront-viewer-ja4-fingerprint":
			r.refuse("POL-086", Documented, headers, "Header not for cache keys",
				"%s can be in an origin request policy only. Move it there.", name)
		}
	}
}

// place returns where a selection stands, or where its block does.
func (s Selection) place(block Source) Source {
	if s.Source.IsZero() {
		return block
	}
	return s.Source
}

// some reports whether anything is selected.
func (s Selection) some() bool { return s.Behavior != SelectNone && s.Behavior != "" }

// keyedHeaders reports headers that can be in no cache key (CACHE-022).
func (r *report) keyedHeaders(at Source, names []string) {
	for _, name := range names {
		switch lower := strings.ToLower(name); {
		case slices.Contains([]string{
			"connection", "cookie", "proxy-authorization", "te", "upgrade", "cache-control", "max-forwards", "pragma",
			"proxy-authenticate", "proxy-connection", "request-range", "trailer", "transfer-encoding", "x-amz-cf-id",
			"x-forwarded-proto", "x-real-ip",
		}, lower):
			r.refuse("CACHE-022", Documented, at, "Header not for cache keys",
				"CloudFront does not cache by %s. Remove it from the headers.", name)
		case lower == "content-length":
			r.warn("CACHE-022", Observed, at, "Header not for cache keys",
				"CloudFront does not cache by %s, and sends it to origins anyway. Remove it from the headers.", name)
		case strings.HasPrefix(lower, "x-edge-"):
			r.refuse("CACHE-022", Observed, at, "Header not for cache keys",
				"CloudFront does not cache by %s: names that begin with X-Edge- are its own. Remove it from the "+
					"headers.", name)
		}
	}
}

// selections judges what cache policies and origin request policies have in common.
func (r *report) selections(sources Sources, block Source, headers, cookies, queries Selection) {
	r.selection(headers.place(sources.at("headers_config", block)), "headers", headers)
	r.selection(cookies.place(sources.at("cookies_config", block)), "cookies", cookies)
	r.selection(queries.place(sources.at("query_strings_config", block)), "query strings", queries)
	if n := len(strings.Join(slices.Concat(headers.Items, cookies.Items, queries.Items), "")); n > maxPolicyNames {
		r.warn("REQ-155", Documented, block, "Quota exceeded",
			"All names in a policy have at most %d characters together, these have %d. Remove some, or select more "+
				"widely.", maxPolicyNames, n)
	}
}

// selection reports items that are missing or superfluous, or too many.
func (r *report) selection(at Source, what string, s Selection) {
	switch s.Behavior {
	case SelectWhitelist, SelectAllExcept, SelectAllViewerAndWhitelistCloudFront:
		if len(s.Items) == 0 {
			r.refuse("POL-011", Inferred, at, "Empty list of "+what,
				"%q needs at least one of the %s. List them, or choose \"none\" or \"all\".", s.Behavior, what)
		}
	case SelectNone, SelectAll, SelectAllViewer:
		if len(s.Items) > 0 {
			r.refuse("POL-011", Inferred, at, "Superfluous list of "+what,
				"%q takes no list, and here it has one: %s. Remove the list, or choose "+
					"\"whitelist\".", s.Behavior, handful(s.Items))
		}
	}
	if n := len(s.Items); n > maxPolicyItems {
		r.warn("POL-005", Documented, at, "Quota exceeded",
			"A policy lists at most %d %s, this one has %d. Ask AWS for a higher quota, or select more "+
				"widely.", maxPolicyItems, what, n)
	}
}

func (r *report) originRequestPolicy(p *OriginRequestPolicy) {
	headers := p.Headers.place(p.Sources.at("headers_config", p.Source))
	r.selections(p.Sources, p.Source, p.Headers, p.Cookies, p.QueryStrings)
	for _, name := range p.Headers.Items {
		r.forwardedHeader(headers, p.Headers.Behavior, name)
	}
}

// forwardedHeader judges a name in the headers of an origin request policy.
func (r *report) forwardedHeader(at Source, behavior SelectionBehavior, name string) {
	if behavior == SelectAllViewerAndWhitelistCloudFront && !foldPrefix(name, "CloudFront-") {
		r.refuse("POL-054", Inferred, at, "Header not of CloudFront",
			"%q lists headers that CloudFront generates, and %s is none: it is forwarded anyway. Remove "+
				"it.", behavior, name)
	}
	if behavior != SelectWhitelist {
		return
	}
	switch lower := strings.ToLower(name); {
	case lower == "accept-encoding":
		r.refuse("POL-059", Observed, at, "Accept-Encoding in an origin request policy",
			"AWS refuses Accept-Encoding here. Set enable_accept_encoding_gzip or _brotli in the cache policy.")
	case strings.HasPrefix(lower, "x-amz-"):
		r.refuse("POL-060", Observed, at, "Header not to be forwarded",
			"AWS refuses %s in an origin request policy: names that begin with X-Amz- are its own. Remove it.", name)
	case strings.HasPrefix(lower, "x-edge-"), strings.HasPrefix(lower, "proxy-"),
		slices.Contains([]string{"te", "trailer", "upgrade", "connection"}, lower):
		r.refuse("POL-060", Inferred, at, "Header not to be forwarded",
			"CloudFront always removes %s, and AWS probably refuses it in an origin request policy. Remove it.", name)
	}
}
