package policy

import (
	"time"

	"edgecase/config/cloudfront"
)

// The managed policies that the vectors use, as far as this package looks at them.

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

func cachingOptimized() *cloudfront.CachePolicy {
	return &cloudfront.CachePolicy{Name: cloudfront.Known("Managed-CachingOptimized"), Managed: true, MinTTL: time.Second,
		DefaultTTL: 24 * time.Hour, MaxTTL: 365 * 24 * time.Hour, EnableAcceptEncodingGzip: true,
		EnableAcceptEncodingBrotli: true, Headers: none, Cookies: none, QueryStrings: none}
}

func cachingDisabled() *cloudfront.CachePolicy {
	return &cloudfront.CachePolicy{Name: cloudfront.Known("Managed-CachingDisabled"), Managed: true,
		Headers: none, Cookies: none, QueryStrings: none}
}

func useOriginCacheControl(query cloudfront.Selection) *cloudfront.CachePolicy {
	p := cachingOptimized()
	p.Name = cloudfront.Known("UseOriginCacheControlHeaders")
	p.Headers = only("Host", "Origin", "X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")
	p.Cookies, p.QueryStrings = all, query
	return p
}

func amplify() *cloudfront.CachePolicy {
	p := cachingOptimized()
	p.Name = cloudfront.Known("Managed-Amplify")
	p.Headers, p.Cookies, p.QueryStrings = only("Authorization", "CloudFront-Viewer-Country", "Host"), all, all
	return p
}

func mediaPackage() *cloudfront.CachePolicy {
	p := cachingOptimized()
	p.Name = cloudfront.Known("Managed-Elemental-MediaPackage")
	p.EnableAcceptEncodingBrotli = false
	p.Headers, p.QueryStrings = only("Origin"), only("aws.manifestfilter", "start", "end", "m")
	return p
}

// keyed is a cache policy of the directory without encodings.
func keyed(headers, cookies, query cloudfront.Selection) *cloudfront.CachePolicy {
	return &cloudfront.CachePolicy{Name: cloudfront.Known("own"), Address: "aws_cloudfront_cache_policy.own",
		DefaultTTL: time.Hour, MaxTTL: time.Hour, Headers: headers, Cookies: cookies, QueryStrings: query}
}

// legacy is forwarded_values.
func legacy(headers, cookies cloudfront.Selection, query bool, keys ...string) *cloudfront.CachePolicy {
	p := &cloudfront.CachePolicy{Legacy: true, Headers: headers, Cookies: cookies, ForwardQueryString: query}
	if query && len(keys) > 0 {
		p.QueryStrings = only(keys...)
	}
	return p
}

func request(headers, cookies, query cloudfront.Selection) *cloudfront.OriginRequestPolicy {
	return &cloudfront.OriginRequestPolicy{Name: cloudfront.Known("more"),
		Address: "aws_cloudfront_origin_request_policy.more", Headers: headers, Cookies: cookies, QueryStrings: query}
}

func managedRequest(name string, headers, cookies, query cloudfront.Selection) *cloudfront.OriginRequestPolicy {
	p := request(headers, cookies, query)
	p.Name, p.Managed, p.Address = cloudfront.Known(name), true, ""
	if query.Behavior == cloudfront.SelectAll {
		p.S3DroppedQueryStrings = []string{"response-content-type", "response-content-disposition", "response-content-encoding"}
	}
	return p
}

func managedAllViewer() *cloudfront.OriginRequestPolicy {
	return managedRequest("Managed-AllViewer", allViewer, all, all)
}

func managedExceptHost() *cloudfront.OriginRequestPolicy {
	p := managedRequest("Managed-AllViewerExceptHostHeader", except("Host"), all, all)
	p.ID = exceptHostHeader
	return p
}

func managedAndCloudFront() *cloudfront.OriginRequestPolicy {
	p := managedRequest("Managed-AllViewerAndCloudFrontHeaders-2022-06",
		list(cloudfront.SelectAllViewerAndWhitelistCloudFront, cloudFront2022...), all, all)
	return p
}

// cloudFront2022 are the 21 names of Managed-AllViewerAndCloudFrontHeaders-2022-06, as the guide spells them.
var cloudFront2022 = []string{
	"CloudFront-Forwarded-Proto", "CloudFront-Is-Android-Viewer", "CloudFront-Is-Desktop-Viewer",
	"CloudFront-Is-IOS-Viewer", "CloudFront-Is-Mobile-Viewer", "CloudFront-Is-SmartTV-Viewer",
	"CloudFront-Is-Tablet-Viewer", "CloudFront-Viewer-Address", "CloudFront-Viewer-ASN", "CloudFront-Viewer-City",
	"CloudFront-Viewer-Country", "CloudFront-Viewer-Country-Name", "CloudFront-Viewer-Country-Region",
	"CloudFront-Viewer-Country-Region-Name", "CloudFront-Viewer-Http-Version", "CloudFront-Viewer-Latitude",
	"CloudFront-Viewer-Longitude", "CloudFront-Viewer-Metro-Code", "CloudFront-Viewer-Postal-Code",
	"CloudFront-Viewer-Time-Zone", "CloudFront-Viewer-TLS",
}
