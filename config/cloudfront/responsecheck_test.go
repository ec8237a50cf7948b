package cloudfront

import (
	"strings"
	"testing"
)

func TestResponseHeadersPolicyProblems(t *testing.T) {
	policy := func(edit func(p *ResponseHeadersPolicy)) func(*Distribution) {
		return behavior(func(api, pages *Behavior) { edit(api.ResponseHeadersPolicy) })
	}
	custom := func(names ...string) func(*Distribution) {
		return policy(func(p *ResponseHeadersPolicy) {
			for i, name := range names {
				p.CustomHeaders = append(p.CustomHeaders, ResponseHeader{Name: name, Source: line(600 + i)})
			}
		})
	}
	tests := []complaint{
		{name: "no headers", rule: "POL-140", edit: policy(func(p *ResponseHeadersPolicy) { p.CORS.AllowHeaders = nil }), want: []string{
			`warning POL-140 observed :241 Invalid CORS settings. AWS refuses an empty access_control_allow_headers. Name the headers, or write "*".`,
		}},
		{name: "all methods and more", rule: "POL-140", edit: policy(func(p *ResponseHeadersPolicy) {
			p.CORS.AllowMethods = []string{"ALL", "GET"}
		}), want: []string{
			`error POL-140 observed :241 Invalid CORS settings. access_control_allow_methods is either "ALL" alone or a list of methods. Remove the others.`,
		}},
		{name: "all origins", rule: "POL-140", edit: policy(func(p *ResponseHeadersPolicy) { p.CORS.AllowOrigins = []string{"ALL"} }), want: []string{
			`error POL-140 observed :241 Invalid CORS settings. access_control_allow_origins does not know "ALL". Write "*".`,
		}},
		{name: "all headers and credentials", rule: "POL-140", edit: policy(func(p *ResponseHeadersPolicy) {
			p.CORS.AllowHeaders, p.CORS.AllowCredentials = []string{"*"}, true
		}), want: []string{
			`error POL-140 observed :241 Invalid CORS settings. With access_control_allow_credentials, access_control_allow_headers cannot have "*". Name the headers.`,
		}},
		{name: "all origins and credentials", rule: "POL-141", edit: policy(func(p *ResponseHeadersPolicy) {
			p.CORS.AllowOrigins, p.CORS.AllowCredentials = []string{"*"}, true
		}), want: []string{
			`warning POL-141 inferred :241 Credentials for every origin. Browsers refuse answers that allow credentials and every origin. List the origins in access_control_allow_origins.`,
		}},
		{name: "origins", rule: "POL-124", edit: policy(func(p *ResponseHeadersPolicy) {
			p.CORS.AllowOrigins = []string{"example.*", "test.*.example.org", "*test.example.org", "http://exa*mple.org",
				"*.example.org", "http://example.org:1*3", "*", "{var.origin}"}
		}), want: []string{
			`error POL-124 documented :241 Invalid origin. In access_control_allow_origins a "*" stands alone, for the first labels of a host or in a port, unlike in "example.*". Write one such as "https://*.example.org".`,
			`error POL-124 documented :241 Invalid origin. In access_control_allow_origins a "*" stands alone, for the first labels of a host or in a port, unlike in "test.*.example.org". Write one such as "https://*.example.org".`,
			`error POL-124 documented :241 Invalid origin. In access_control_allow_origins a "*" stands alone, for the first labels of a host or in a port, unlike in "*test.example.org". Write one such as "https://*.example.org".`,
			`error POL-124 documented :241 Invalid origin. In access_control_allow_origins a "*" stands alone, for the first labels of a host or in a port, unlike in "http://exa*mple.org". Write one such as "https://*.example.org".`,
		}},
		{name: "long", rule: "POL-112", edit: policy(func(p *ResponseHeadersPolicy) {
			p.Security.ContentSecurityPolicy = security(ContentSecurityPolicyHeader, strings.Repeat("x", 1784), true)
		}), want: []string{
			`error POL-112 documented :242 Content security policy too long. It has at most 1783 characters, this one has 1784. Shorten it, or let a function add it.`,
		}},
		{name: "block and report", rule: "POL-159", edit: policy(func(p *ResponseHeadersPolicy) {
			p.Security.XSSProtection = security(XSSProtectionHeader, XSSProtectionValue(true, true, "https://r"), true)
		}), want: []string{
			`error POL-159 documented :242 mode_block with report_uri. xss_protection has either mode_block or report_uri. Remove one of the two.`,
		}},
		{name: "removed", rule: "POL-113", edit: policy(func(p *ResponseHeadersPolicy) {
			p.RemoveHeaders = []string{"content-length", "X-Amz-Cf-Pop", "Server", "X-Powered-By", "x-amzn-RequestId", "X-Amz-Meta-A"}
		}), want: []string{
			`error POL-113 documented :244 Header that cannot be removed. A response headers policy cannot remove content-length. Take it off the list.`,
			`error POL-113 documented :244 Header that cannot be removed. A response headers policy cannot remove X-Amz-Cf-Pop. Take it off the list.`,
			`error POL-113 documented :244 Header that cannot be removed. A response headers policy cannot remove x-amzn-RequestId. Take it off the list.`,
		}},
		{name: "CORS", rule: "POL-142", edit: custom("access-control-allow-origin", "Access-Control-Request-Method"), want: []string{
			`error POL-142 observed :600 Invalid custom header. AWS refuses access-control-allow-origin among the custom headers. Write a cors_config block.`,
		}},
		{name: "security", rule: "POL-142", edit: custom("x-frame-options", "Vary", "Cache-Control"), want: []string{
			`warning POL-142 inferred :600 Invalid custom header. AWS probably refuses x-frame-options among the custom headers. Write it in security_headers_config.`,
		}},
		{name: "kept", rule: "POL-172", edit: custom("Via", "Set-Cookie"), want: []string{
			`warning POL-172 inferred :600 Invalid custom header. AWS probably refuses Via among the custom headers. Remove it.`,
		}},
		{name: "many", rule: "POL-005", edit: custom(strings.Split("abcdefghijk", "")...), want: []string{
			`warning POL-005 documented :243 Quota exceeded. A response headers policy has at most 10 custom headers, this one has 11. Ask AWS for a higher quota, or let a function add some.`,
		}},
		{name: "managed", rule: "POL-192", edit: behavior(func(api, pages *Behavior) {
			api.ResponseHeadersPolicy = ManagedResponseHeadersPolicy("Managed-SimpleCORS")
		})},
	}
	for _, tt := range tests {
		tt.run(t)
	}
}
