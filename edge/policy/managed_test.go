package policy

import (
	"time"

	"edgecase/config/cloudfront"
)

// The policies that the vectors use. The managed ones are copies, for tests that change them.

func list(b cloudfront.SelectionBehavior, items ...string) cloudfront.Selection {
	return cloudfront.Selection{Behavior: b, Items: items}
}

var (
	none      = list(cloudfront.SelectNone)
	all       = list(cloudfront.SelectAll)
	allViewer = list(cloudfront.SelectAllViewer)
)

func only(items ...string) cloudfront.Selection   { return list(cloudfront.SelectWhitelist, items...) }
func except(items ...string) cloudfront.Selection { return list(cloudfront.SelectAllExcept, items...) }

func managedCache(name string) *cloudfront.CachePolicy {
	p := *cloudfront.ManagedCachePolicy(name)
	return &p
}

func managedRequest(name string) *cloudfront.OriginRequestPolicy {
	p := *cloudfront.ManagedOriginRequestPolicy(name)
	return &p
}

func managedResponse(name string) *cloudfront.ResponseHeadersPolicy {
	p := *cloudfront.ManagedResponseHeadersPolicy(name)
	return &p
}

func cachingOptimized() *cloudfront.CachePolicy { return managedCache("Managed-CachingOptimized") }
func cachingDisabled() *cloudfront.CachePolicy  { return managedCache("Managed-CachingDisabled") }
func amplify() *cloudfront.CachePolicy          { return managedCache("Managed-Amplify") }

func managedAllViewer() *cloudfront.OriginRequestPolicy { return managedRequest("Managed-AllViewer") }
func managedExceptHost() *cloudfront.OriginRequestPolicy {
	return managedRequest("Managed-AllViewerExceptHostHeader")
}
func managedAndCloudFront() *cloudfront.OriginRequestPolicy {
	return managedRequest("Managed-AllViewerAndCloudFrontHeaders-2022-06")
}

// keyed is a cache policy of the directory without encodings.
func keyed(headers, cookies, query cloudfront.Selection) *cloudfront.CachePolicy {
	return &cloudfront.CachePolicy{Name: cloudfront.Known("own"), Address: "aws_cloudfront_cache_policy.own",
		DefaultTTL: time.Hour, MaxTTL: time.Hour, Headers: headers, Cookies: cookies, QueryStrings: query}
}

// legacy is forwarded_values.
func legacy(headers, cookies cloudfront.Selection, query bool, keys ...string) *cloudfront.CachePolicy {
	p := &cloudfront.CachePolicy{Legacy: true, Headers: headers, Cookies: cookies, ForwardQueryString: query}
	switch {
	case len(keys) > 0:
		p.QueryStrings = only(keys...)
	case query:
		p.QueryStrings = all
	}
	return p
}

func request(headers, cookies, query cloudfront.Selection) *cloudfront.OriginRequestPolicy {
	return &cloudfront.OriginRequestPolicy{Name: cloudfront.Known("more"),
		Address: "aws_cloudfront_origin_request_policy.more", Headers: headers, Cookies: cookies, QueryStrings: query}
}
