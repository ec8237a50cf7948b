package cloudfront

import (
	"strings"
	"testing"
	"time"
)

func whitelist(items ...string) Selection { return Selection{Behavior: SelectWhitelist, Items: items} }

func TestCachePolicyProblems(t *testing.T) {
	policy := func(edit func(p *CachePolicy)) func(*Distribution) {
		return behavior(func(api, pages *Behavior) { edit(pages.CachePolicy) })
	}
	legacy := func(edit func(p *CachePolicy)) func(*Distribution) {
		return behavior(func(api, pages *Behavior) {
			p := &CachePolicy{Legacy: true, Headers: Selection{Behavior: SelectNone}, Cookies: whitelist("s*"),
				QueryStrings: Selection{Behavior: SelectAll}}
			edit(p)
			pages.CachePolicy = p
		})
	}
	tests := []complaint{
		{name: "empty lists", rule: "POL-011", edit: policy(func(p *CachePolicy) {
			p.Headers, p.Cookies.Behavior, p.QueryStrings = whitelist(), SelectAllExcept, whitelist()
		}), want: []string{
			`warning POL-011 inferred :202 Empty list of headers. "whitelist" needs at least one of the headers. List them, or choose "none" or "all".`,
			`warning POL-011 inferred :203 Empty list of cookies. "allExcept" needs at least one of the cookies. List them, or choose "none" or "all".`,
			`warning POL-011 inferred :204 Empty list of query strings. "whitelist" needs at least one of the query strings. List them, or choose "none" or "all".`,
		}},
		{name: "superfluous lists", rule: "POL-011", edit: policy(func(p *CachePolicy) {
			p.Headers.Items, p.Cookies.Items, p.QueryStrings.Behavior = []string{"X-A", "X-B"}, []string{"sid"}, SelectAll
			p.Cookies.Source = line(299)
		}), want: []string{
			`warning POL-011 inferred :202 Superfluous list of headers. "none" takes no list, and here it has one: "X-A" and "X-B". Remove the list, or choose "whitelist".`,
			`warning POL-011 inferred :299 Superfluous list of cookies. "none" takes no list, and here it has one: "sid". Remove the list, or choose "whitelist".`,
			`warning POL-011 inferred :204 Superfluous list of query strings. "all" takes no list, and here it has one: "page". Remove the list, or choose "whitelist".`,
		}},
		{name: "long names", rule: "REQ-155", edit: policy(func(p *CachePolicy) {
			p.Headers, p.Cookies = whitelist(strings.Repeat("a", 500)), whitelist(strings.Repeat("b", 500))
			p.QueryStrings = whitelist(strings.Repeat("c", 25))
		}), want: []string{
			`warning REQ-155 documented :200 Quota exceeded. All names in a policy have at most 1024 characters together, these have 1025. Remove some, or select more widely.`,
		}},
		{name: "longest names", rule: "REQ-155", edit: policy(func(p *CachePolicy) { p.Headers = whitelist(strings.Repeat("a", 500), strings.Repeat("b", 520)) })},
		{name: "many items", rule: "POL-005", edit: policy(func(p *CachePolicy) {
			p.QueryStrings.Items = strings.Split("abcdefghijk", "")
		}), want: []string{
			`warning POL-005 documented :204 Quota exceeded. A policy lists at most 10 query strings, this one has 11. Ask AWS for a higher quota, or select more widely.`,
		}},
		{name: "key without caching", rule: "POL-013", edit: policy(func(p *CachePolicy) { p.DefaultTTL, p.MaxTTL = 0, 0 }), want: []string{
			`error POL-013 observed :201 Cache key without caching. All three times of pages are 0, so nothing is cached, and then AWS refuses headers, cookies, query strings and Accept-Encoding in the key. Forward them with an origin request policy, or set max_ttl to 1.`,
		}},
		{name: "flags without caching", rule: "POL-013", edit: policy(func(p *CachePolicy) {
			p.DefaultTTL, p.MaxTTL, p.QueryStrings, p.EnableAcceptEncodingBrotli = 0, 0, Selection{Behavior: SelectNone}, true
		}), want: []string{
			`error POL-013 observed :201 Cache key without caching. All three times of pages are 0, so nothing is cached, and then AWS refuses headers, cookies, query strings and Accept-Encoding in the key. Forward them with an origin request policy, or set max_ttl to 1.`,
		}},
		{name: "no caching", rule: "POL-013", edit: policy(func(p *CachePolicy) {
			p.DefaultTTL, p.MaxTTL, p.QueryStrings = 0, 0, Selection{Behavior: SelectNone}
		})},
		{name: "encoding twice", rule: "POL-014", edit: policy(func(p *CachePolicy) {
			p.Headers, p.EnableAcceptEncodingGzip = whitelist("accept-encoding"), true
		}), want: []string{
			`error POL-014 observed :202 Accept-Encoding twice in the cache key. Accept-Encoding may not be listed while enable_accept_encoding_gzip or _brotli is true. Remove it from the headers.`,
		}},
		{name: "encoding once", rule: "POL-014", edit: policy(func(p *CachePolicy) { p.Headers = whitelist("Accept-Encoding") })},
		{name: "headers", rule: "CACHE-022", edit: policy(func(p *CachePolicy) {
			p.Headers = whitelist("Authorization", "cookie", "X-Edge-Location", "Pragma", "Content-Length")
		}), want: []string{
			`error CACHE-022 documented :202 Header not for cache keys. CloudFront does not cache by cookie. Remove it from the headers.`,
			`error CACHE-022 observed :202 Header not for cache keys. CloudFront does not cache by X-Edge-Location: names that begin with X-Edge- are its own. Remove it from the headers.`,
			`error CACHE-022 documented :202 Header not for cache keys. CloudFront does not cache by Pragma. Remove it from the headers.`,
			`warning CACHE-022 observed :202 Header not for cache keys. CloudFront does not cache by Content-Length, and sends it to origins anyway. Remove it from the headers.`,
		}},
		{name: "address", rule: "POL-086", edit: policy(func(p *CachePolicy) {
			p.Headers = whitelist("CloudFront-Viewer-Address", "CloudFront-Viewer-Country")
		}), want: []string{
			`error POL-086 documented :202 Header not for cache keys. CloudFront-Viewer-Address can be in an origin request policy only. Move it there.`,
		}},
		{name: "times", rule: "CACHE-052", edit: policy(func(p *CachePolicy) { p.MinTTL = 2 * time.Hour }), want: []string{
			`warning CACHE-052 inferred :201 Times in the wrong order. min_ttl is 7200, default_ttl 3600 and max_ttl 86400, and CloudFront probably refuses them in this order. Put them in ascending order.`,
		}},
		{name: "reserved", rule: "POL-006", edit: behavior(func(api, pages *Behavior) {
			pages.CachePolicy = ManagedCachePolicy("Managed-Amplify-DefaultNoCookies")
			pages.TargetOriginID = Known("ALB-api")
		}), want: []string{
			`warning POL-006 documented :95 Reserved managed policy. AWS keeps Managed-Amplify-DefaultNoCookies for Amplify Hosting and advises against it elsewhere. Choose another managed policy, or write one.`,
		}},
		{name: "shared", rule: "POL-004", edit: behavior(func(api, pages *Behavior) {
			pages.CachePolicy.Headers = whitelist()
			api.CachePolicy = pages.CachePolicy
		}), want: []string{
			`warning POL-011 inferred :202 Empty list of headers. "whitelist" needs at least one of the headers. List them, or choose "none" or "all".`,
		}},
		{name: "sound legacy", rule: "POL-090", edit: legacy(func(p *CachePolicy) { p.ForwardQueryString = true })},
		{name: "all headers", rule: "POL-090", edit: legacy(func(p *CachePolicy) {
			p.Headers.Behavior, p.MinTTL, p.DefaultTTL, p.MaxTTL = SelectAll, time.Second, time.Second, time.Second
		}), want: []string{
			`error POL-090 documented :97 min_ttl with all headers. With headers = ["*"] nothing is cached and min_ttl must be 0, but it is 1. Set it to 0, or list the headers.`,
			`warning REQ-397 documented :96 Host forwarded to S3. The behavior default sends the viewer's Host to "S3-web", and S3 takes that for a bucket's name: requests end with 403, NoSuchBucket or SignatureDoesNotMatch. Use a policy that does not forward Host, such as Managed-CORS-S3Origin or Managed-AllViewerExceptHostHeader.`,
		}},
		{name: "many legacy headers", rule: "POL-096", edit: legacy(func(p *CachePolicy) {
			p.Headers = whitelist(strings.Split("abcdefghijklmnopqrstuvwxyz", "")...)
		}), want: []string{
			`warning POL-096 documented :96 Quota exceeded. forwarded_values has at most 25 headers, this one has 26. Remove some, or forward all.`,
		}},
		{name: "long names of legacy cookies", rule: "REQ-156", edit: legacy(func(p *CachePolicy) {
			p.Cookies = whitelist(strings.Repeat("a", 255), strings.Repeat("b", 256))
		}), want: []string{
			`warning REQ-156 documented :96 Quota exceeded. The 2 names of cookies in forwarded_values may have 510 bytes together, these have 511. Remove some, or forward all.`,
		}},
		{name: "longest names of legacy cookies", rule: "REQ-156", edit: legacy(func(p *CachePolicy) {
			p.Cookies = whitelist(strings.Repeat("a", 255), strings.Repeat("b", 255))
		})},
		{name: "legacy header", rule: "CACHE-022", edit: legacy(func(p *CachePolicy) { p.Headers = whitelist("Cookie", "Host") }), want: []string{
			`error CACHE-022 documented :96 Header not for cache keys. CloudFront does not cache by Cookie. Remove it from the headers.`,
			`warning REQ-397 documented :96 Host forwarded to S3. The behavior default sends the viewer's Host to "S3-web", and S3 takes that for a bucket's name: requests end with 403, NoSuchBucket or SignatureDoesNotMatch. Use a policy that does not forward Host, such as Managed-CORS-S3Origin or Managed-AllViewerExceptHostHeader.`,
		}},
		{name: "legacy times", rule: "CACHE-052", edit: legacy(func(p *CachePolicy) { p.MinTTL = time.Minute }), want: []string{
			`warning CACHE-052 inferred :97 Times in the wrong order. min_ttl is 60, default_ttl 0 and max_ttl 0, and CloudFront probably refuses them in this order. Outside a cache policy, Terraform sends 0 for a default_ttl or max_ttl that is not given (TF-147): give all three.`,
		}},
		{name: "origin request policy", rule: "POL-002", edit: func(d *Distribution) {
			legacy(func(*CachePolicy) {})(d)
			d.Behaviors[1].OriginRequestPolicy = ManagedOriginRequestPolicy("Managed-CORS-S3Origin")
		}, want: []string{
			`error POL-002 documented :98 Origin request policy beside forwarded_values. An origin request policy goes together with a cache policy only, and the behavior default has forwarded_values. Replace them with a cache_policy_id.`,
		}},
	}
	for _, tt := range tests {
		tt.run(t)
	}
}

func TestOriginRequestPolicyProblems(t *testing.T) {
	policy := func(edit func(p *OriginRequestPolicy)) func(*Distribution) {
		return behavior(func(api, pages *Behavior) { edit(api.OriginRequestPolicy) })
	}
	managed := func(name string) func(*Distribution) {
		return behavior(func(api, pages *Behavior) { pages.OriginRequestPolicy = ManagedOriginRequestPolicy(name) })
	}
	tests := []complaint{
		{name: "list of all headers", rule: "POL-011", edit: policy(func(p *OriginRequestPolicy) { p.Headers.Behavior = SelectAllViewer }), want: []string{
			`warning POL-011 inferred :221 Superfluous list of headers. "allViewer" takes no list, and here it has one: "Host". Remove the list, or choose "whitelist".`,
		}},
		{name: "header of the viewer", rule: "POL-054", edit: policy(func(p *OriginRequestPolicy) {
			p.Headers = Selection{Behavior: SelectAllViewerAndWhitelistCloudFront, Items: []string{"cloudfront-viewer-asn", "X-A"}}
		}), want: []string{
			`warning POL-054 inferred :221 Header not of CloudFront. "allViewerAndWhitelistCloudFront" lists headers that CloudFront generates, and X-A is none: it is forwarded anyway. Remove it.`,
		}},
		{name: "encoding", rule: "POL-059", edit: policy(func(p *OriginRequestPolicy) { p.Headers = whitelist("Accept-Encoding") }), want: []string{
			`error POL-059 observed :221 Accept-Encoding in an origin request policy. AWS refuses Accept-Encoding here. Set enable_accept_encoding_gzip or _brotli in the cache policy.`,
		}},
		{name: "AWS's own", rule: "POL-060", edit: policy(func(p *OriginRequestPolicy) {
			p.Headers = whitelist("x-amz-content-sha256", "X-Amzn-Trace-Id", "TE", "Proxy-Authorization", "X-Edge-A", "Sec-WebSocket-Key")
		}), want: []string{
			`error POL-060 observed :221 Header not to be forwarded. AWS refuses x-amz-content-sha256 in an origin request policy: names that begin with X-Amz- are its own. Remove it.`,
			`warning POL-060 inferred :221 Header not to be forwarded. CloudFront always removes TE, and AWS probably refuses it in an origin request policy. Remove it.`,
			`warning POL-060 inferred :221 Header not to be forwarded. CloudFront always removes Proxy-Authorization, and AWS probably refuses it in an origin request policy. Remove it.`,
			`warning POL-060 inferred :221 Header not to be forwarded. CloudFront always removes X-Edge-A, and AWS probably refuses it in an origin request policy. Remove it.`,
		}},
		{name: "exceptions are free", rule: "POL-060", edit: policy(func(p *OriginRequestPolicy) {
			p.Headers.Items = []string{"Host", "Accept-Encoding", "X-Amz-Date", "Authorization"}
		})},
		{name: "beside caching", rule: "POL-057", edit: behavior(func(api, pages *Behavior) {
			api.OriginRequestPolicy.Headers = whitelist("authorization")
			api.CachePolicy = ManagedCachePolicy("Managed-CachingOptimized")
		}), want: []string{
			`error POL-057 documented :221 Authorization in an origin request policy. AWS refuses Authorization among the headers of an origin request policy. List it in the cache policy, or forward all headers with Managed-AllViewerExceptHostHeader.`,
		}},
		{name: "beside no caching", rule: "POL-058", edit: policy(func(p *OriginRequestPolicy) { p.Headers = whitelist("Authorization") }), want: []string{
			`warning POL-058 inferred :221 Authorization in an origin request policy. AWS refuses Authorization among the headers of an origin request policy; that it allows it beside a cache policy with caching disabled, as here, is not confirmed. Forward all headers with Managed-AllViewerExceptHostHeader instead.`,
		}},
		{name: "beside both", rule: "POL-057", edit: func(d *Distribution) {
			d.Behaviors[0].OriginRequestPolicy.Headers = whitelist("Authorization")
			ordered(d, "/a/*", "/b/*")
			for _, b := range d.Behaviors {
				b.TargetOriginID, b.OriginRequestPolicy = Known("ALB-api"), d.Behaviors[0].OriginRequestPolicy
			}
		}, want: []string{
			`warning POL-058 inferred :221 Authorization in an origin request policy. AWS refuses Authorization among the headers of an origin request policy; that it allows it beside a cache policy with caching disabled, as here, is not confirmed. Forward all headers with Managed-AllViewerExceptHostHeader instead.`,
			`error POL-057 documented :221 Authorization in an origin request policy. AWS refuses Authorization among the headers of an origin request policy. List it in the cache policy, or forward all headers with Managed-AllViewerExceptHostHeader.`,
		}},
		{name: "two lists", rule: "POL-073", edit: behavior(func(api, pages *Behavior) {
			api.CachePolicy = pages.CachePolicy
			api.CachePolicy.QueryStrings = Selection{Behavior: SelectAllExcept, Items: []string{"a"}}
			api.CachePolicy.Cookies = Selection{Behavior: SelectAllExcept, Items: []string{"a"}}
			api.OriginRequestPolicy.QueryStrings = Selection{Behavior: SelectAllExcept, Items: []string{"b"}}
		}), want: []string{
			`warning POL-073 documented :77 Two lists of exceptions. Both policies of the behavior /api/* take all query strings except some. AWS documents that then the origin gets none that is on either list, although the cache policy keys some of them. Use a list of exceptions in one policy only.`,
		}},
		{name: "set twice", rule: "POL-045", edit: func(d *Distribution) {
			d.Behaviors[0].OriginRequestPolicy.Headers = whitelist("x-origin-verify")
			d.Origins[0].CustomHeaders = []CustomHeader{{Name: "X-Origin-Verify", Value: unknown("random_password.x"), Source: line(44)}}
			ordered(d, "/live/*")
			d.Behaviors[1].TargetOriginID = Known("ALB-api")
			d.Behaviors[1].OriginRequestPolicy = d.Behaviors[0].OriginRequestPolicy
		}, want: []string{
			`warning POL-045 documented :44 Header set twice. X-Origin-Verify is a custom header of the origin "ALB-api" and in the origin request policy everything, too; the origin's value wins. Remove it from the policy.`,
		}},
		{name: "AllViewer", rule: "REQ-397", edit: managed("Managed-AllViewer"), want: []string{
			`warning REQ-397 documented :98 Host forwarded to S3. The behavior default sends the viewer's Host to "S3-web", and S3 takes that for a bucket's name: requests end with 403, NoSuchBucket or SignatureDoesNotMatch. Use a policy that does not forward Host, such as Managed-CORS-S3Origin or Managed-AllViewerExceptHostHeader.`,
		}},
		{name: "AllViewer and CloudFront", rule: "REQ-397", edit: managed("Managed-AllViewerAndCloudFrontHeaders-2022-06"), want: []string{
			`warning REQ-397 documented :98 Host forwarded to S3. The behavior default sends the viewer's Host to "S3-web", and S3 takes that for a bucket's name: requests end with 403, NoSuchBucket or SignatureDoesNotMatch. Use a policy that does not forward Host, such as Managed-CORS-S3Origin or Managed-AllViewerExceptHostHeader.`,
		}},
		{name: "AllViewerExceptHostHeader", rule: "REQ-398", edit: managed("Managed-AllViewerExceptHostHeader")},
		{name: "CORS-S3Origin", rule: "REQ-398", edit: managed("Managed-CORS-S3Origin")},
		{name: "exceptions without Host", rule: "REQ-397", edit: behavior(func(api, pages *Behavior) {
			pages.OriginRequestPolicy = api.OriginRequestPolicy
			api.OriginRequestPolicy.Headers.Items[0] = "X-A"
		}), want: []string{
			`warning REQ-397 documented :98 Host forwarded to S3. The behavior default sends the viewer's Host to "S3-web", and S3 takes that for a bucket's name: requests end with 403, NoSuchBucket or SignatureDoesNotMatch. Use a policy that does not forward Host, such as Managed-CORS-S3Origin or Managed-AllViewerExceptHostHeader.`,
		}},
		{name: "keyed", rule: "REQ-397", edit: behavior(func(api, pages *Behavior) {
			pages.CachePolicy = ManagedCachePolicy("UseOriginCacheControlHeaders")
		}), want: []string{
			`warning REQ-397 documented :95 Host forwarded to S3. The behavior default sends the viewer's Host to "S3-web", and S3 takes that for a bucket's name: requests end with 403, NoSuchBucket or SignatureDoesNotMatch. Use a policy that does not forward Host, such as Managed-CORS-S3Origin or Managed-AllViewerExceptHostHeader.`,
		}},
		{name: "legacy", rule: "REQ-397", edit: behavior(func(api, pages *Behavior) {
			pages.CachePolicy = &CachePolicy{Legacy: true, Headers: Selection{Behavior: SelectAll}}
		}), want: []string{
			`warning REQ-397 documented :96 Host forwarded to S3. The behavior default sends the viewer's Host to "S3-web", and S3 takes that for a bucket's name: requests end with 403, NoSuchBucket or SignatureDoesNotMatch. Use a policy that does not forward Host, such as Managed-CORS-S3Origin or Managed-AllViewerExceptHostHeader.`,
		}},
		{name: "function URL", rule: "POL-025", edit: func(d *Distribution) {
			d.Origins[0].DomainName = Known("abc.lambda-url.eu-west-1.on.aws")
			d.Behaviors[0].OriginRequestPolicy = ManagedOriginRequestPolicy("Managed-AllViewer")
		}, want: []string{
			`warning POL-025 documented :77 Host forwarded to API Gateway or Lambda. The behavior /api/* sends the viewer's Host to "ALB-api", which answers to its own name only. Use a policy that does not forward Host, such as Managed-AllViewerExceptHostHeader.`,
		}},
		{name: "gateway", rule: "POL-025", edit: func(d *Distribution) {
			d.Origins[0].DomainName = Known("abc.execute-api.eu-west-1.amazonaws.com")
			d.Behaviors[0].OriginRequestPolicy = ManagedOriginRequestPolicy("Managed-HostHeaderOnly")
		}, want: []string{
			`warning POL-025 documented :77 Host forwarded to API Gateway or Lambda. The behavior /api/* sends the viewer's Host to "ALB-api", which answers to its own name only. Use a policy that does not forward Host, such as Managed-AllViewerExceptHostHeader.`,
		}},
	}
	for _, tt := range tests {
		tt.run(t)
	}
}
