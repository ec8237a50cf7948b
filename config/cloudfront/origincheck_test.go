package cloudfront

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestOriginProblems(t *testing.T) {
	website := func(api, web *Origin) {
		web.DomainName, web.Kind, web.OriginAccessControl = Known("my.site.s3-website-us-east-1.amazonaws.com"), KindS3Website, nil
		web.OriginProtocolPolicy, web.HTTPPort, web.HTTPSPort = OriginHTTPOnly, 80, 443
		web.Sources = lines(51, "origin_id", "domain_name", "origin_protocol_policy", "http_port")
	}
	tests := []complaint{
		{name: "same id", rule: "TF-103", edit: origin(func(api, web *Origin) { web.ID = Known("ALB-api") }), want: []string{
			`error TF-103 documented :51 Duplicate origin id. Origins and origin groups have different ids, and "ALB-api" is given twice (cloudfront.tf:31). Change one of the two.`,
			`error TF-141 documented :62 Unknown origin. No origin has the id "S3-web". The ids are "ALB-api" and "ALB-api".`,
		}},
		{name: "same id as a group", rule: "TF-103", edit: func(d *Distribution) { d.OriginGroups[0].ID = Known("S3-web") }, want: []string{
			`error TF-103 documented :61 Duplicate origin id. Origins and origin groups have different ids, and "S3-web" is given twice (cloudfront.tf:51). Change one of the two.`,
			`error TF-141 documented :91 Unknown origin. No origin or origin group has the id "group". The ids are "ALB-api", "S3-web" and "S3-web".`,
		}},
		{name: "empty", rule: "TF-121", edit: origin(func(api, web *Origin) { api.DomainName = Known("") }), want: []string{
			`error TF-121 observed :32 Empty domain_name. An origin needs a domain name. Write the name of the server or bucket.`,
		}},
		{name: "scheme", rule: "TF-121", edit: origin(func(api, web *Origin) { api.DomainName = Known("https://api.example.net/v1") }), want: []string{
			`error TF-121 observed :32 Scheme in domain_name. domain_name is a host name, unlike "https://api.example.net/v1". Write "api.example.net"; origin_protocol_policy says how it is spoken to.`,
		}},
		{name: "path", rule: "TF-121", edit: origin(func(api, web *Origin) { api.DomainName = Known("api.example.net/v1") }), want: []string{
			`error TF-121 observed :32 Path in domain_name. domain_name is a host name, unlike "api.example.net/v1". Write "api.example.net", and the path as origin_path.`,
		}},
		{name: "port", rule: "TF-121", edit: origin(func(api, web *Origin) { api.DomainName = Known("api.example.net:8080") }), want: []string{
			`error TF-121 observed :32 Port in domain_name. domain_name is a host name, unlike "api.example.net:8080". Write "api.example.net", and the port as http_port or https_port.`,
		}},
		{name: "address", rule: "REQ-316", edit: origin(func(api, web *Origin) { api.DomainName = Known("203.0.113.7") }), want: []string{
			`warning REQ-316 inferred :32 Address for a domain name. 203.0.113.7 is an address, and CloudFront asks for a name that the public DNS resolves. Give the server a name, or use a VPC origin for a private one.`,
		}},
		{name: "IPv6 address", rule: "REQ-316", edit: origin(func(api, web *Origin) { api.DomainName = Known("2001:db8::1") }), want: []string{
			`warning REQ-316 inferred :32 Address for a domain name. 2001:db8::1 is an address, and CloudFront asks for a name that the public DNS resolves. Give the server a name, or use a VPC origin for a private one.`,
		}},
		{name: "local name", rule: "REQ-316", edit: origin(func(api, web *Origin) { api.DomainName = Known("api") }), want: []string{
			`warning REQ-316 inferred :32 Local name for a domain name. CloudFront asks for a name that the public DNS resolves, and "api" has no domain. Write the full name; --origin says where the origin is on this machine.`,
		}},
		{name: "loop by alias", rule: "REQ-026", edit: origin(func(api, web *Origin) { api.DomainName = Known("WWW.example.com") }), want: []string{
			`error REQ-026 project :32 Request loop. "WWW.example.com" is a name of the distribution itself, so it would ask itself without end. Name the server behind it.`,
		}},
		{name: "loop by own name", rule: "REQ-026", edit: origin(func(api, web *Origin) { api.DomainName = Known("d111.cloudfront.net") }), want: []string{
			`error REQ-026 project :32 Request loop. "d111.cloudfront.net" is a name of the distribution itself, so it would ask itself without end. Name the server behind it.`,
		}},
		{name: "alias before a VPC origin", rule: "REQ-026", edit: origin(func(api, web *Origin) {
			api.Kind, api.DomainName = KindVPC, Known("www.example.com")
		})},
		{name: "below a wildcard alias", rule: "REQ-026", edit: origin(func(api, web *Origin) { api.DomainName = Known("origin.example.com") })},
		{name: "no slash", rule: "REQ-315", edit: origin(func(api, web *Origin) { web.OriginPath = "v1" }), want: []string{
			`error REQ-315 documented :53 Invalid origin_path. An origin_path begins with a slash and does not end with one, unlike "v1". Write "/v1".`,
		}},
		{name: "slash at the end", rule: "REQ-315", edit: origin(func(api, web *Origin) { web.OriginPath = "/v1/" }), want: []string{
			`error REQ-315 documented :53 Invalid origin_path. An origin_path begins with a slash and does not end with one, unlike "/v1/". Write "/v1".`,
		}},
		{name: "only a slash", rule: "REQ-315", edit: origin(func(api, web *Origin) { web.OriginPath = "/" }), want: []string{
			`error REQ-315 documented :53 Invalid origin_path. An origin_path begins with a slash and does not end with one, unlike "/". Remove it.`,
		}},
		{name: "low port", rule: "REQ-314", edit: origin(func(api, web *Origin) { api.HTTPPort, api.HTTPSPort = 81, 8443 }), want: []string{
			`error REQ-314 documented :34 Invalid http_port. An origin's port is 80, 443 or one from 1024 to 65535, not 81. Choose one of these.`,
		}},
		{name: "high port", rule: "REQ-314", edit: origin(func(api, web *Origin) { api.HTTPPort, api.HTTPSPort = 1024, 65536 }), want: []string{
			`error REQ-314 documented :35 Invalid https_port. An origin's port is 80, 443 or one from 1024 to 65535, not 65536. Choose one of these.`,
		}},
		{name: "TLS 1.3", rule: "REQ-335", edit: origin(func(api, web *Origin) { api.OriginSSLProtocols = []string{"TLSv1.3"} }), want: []string{
			`warning REQ-335 inferred :37 TLSv1.3 in origin_ssl_protocols. TLS 1.3 is spoken to origins that offer it, and is not known to be a value of origin_ssl_protocols. Leave it out.`,
		}},
		{name: "attempts", rule: "TF-130", edit: origin(func(api, web *Origin) { api.ConnectionAttempts = 4 }), want: []string{
			`error TF-130 documented :40 Invalid connection_attempts. CloudFront makes 1 to 3 attempts to connect, not 4. Choose a number from that range.`,
		}},
		{name: "long connection timeout", rule: "TF-130", edit: origin(func(api, web *Origin) { api.ConnectionTimeout = 11 * time.Second }), want: []string{
			`error TF-130 documented :41 Invalid connection_timeout. connection_timeout is at most 10 seconds, not 11. Choose 1 to 10.`,
		}},
		{name: "negative", rule: "TF-130", edit: origin(func(api, web *Origin) { api.ConnectionTimeout = -time.Second }), want: []string{
			`error TF-130 documented :41 Invalid connection_timeout. A timeout cannot be -1 seconds. Choose 1 to 10.`,
		}},
		{name: "read timeout", rule: "REQ-326", edit: origin(func(api, web *Origin) { api.OriginReadTimeout = 180 * time.Second }), want: []string{
			`warning REQ-326 documented :38 Quota exceeded. origin_read_timeout is at most 120 seconds unless AWS has raised the quota, and here it is 180. Ask AWS, or choose a shorter time.`,
		}},
		{name: "keepalive", rule: "REQ-319", edit: origin(func(api, web *Origin) { api.OriginKeepaliveTimeout = 300 * time.Second }), want: []string{
			`warning REQ-319 documented :39 Quota exceeded. origin_keepalive_timeout is at most 120 seconds unless AWS has raised the quota, and here it is 300. Ask AWS, or choose a shorter time.`,
		}},
		{name: "completion", rule: "REQ-330", edit: origin(func(api, web *Origin) { api.ResponseCompletionTimeout = 20 * time.Second }), want: []string{
			`error REQ-330 documented :42 Invalid response_completion_timeout. The whole answer is given 20 seconds, which is less than origin_read_timeout gives a pause in it, 30. Make it at least as long.`,
		}},
		{name: "sound website", rule: "REQ-312", edit: origin(website)},
		{name: "website with access control", rule: "REQ-381", edit: origin(func(api, web *Origin) {
			control := web.OriginAccessControl
			website(api, web)
			web.OriginAccessControl = control
		}), want: []string{
			`error REQ-381 documented :50 Access control on a website endpoint. "my.site.s3-website-us-east-1.amazonaws.com" is an S3 website endpoint, which knows no origin access control or identity: its objects must be public. Use the bucket's regional name, or remove the access control.`,
		}},
		{name: "website with identity", rule: "REQ-381", edit: origin(func(api, web *Origin) {
			website(api, web)
			web.OriginAccessIdentity, web.DomainName = unknown("x.y"), Known("b.s3-website.eu-central-1.amazonaws.com")
		}), want: []string{
			`error REQ-381 documented :50 Access control on a website endpoint. "b.s3-website.eu-central-1.amazonaws.com" is an S3 website endpoint, which knows no origin access control or identity: its objects must be public. Use the bucket's regional name, or remove the access control.`,
		}},
		{name: "website over HTTPS", rule: "REQ-312", edit: origin(func(api, web *Origin) {
			website(api, web)
			web.OriginProtocolPolicy = OriginMatchViewer
		}), want: []string{
			`warning REQ-312 documented :53 HTTPS to a website endpoint. S3 website endpoints speak HTTP only, so with "match-viewer" requests over HTTPS fail. Write origin_protocol_policy = "http-only".`,
		}},
		{name: "website on another port", rule: "REQ-312", edit: origin(func(api, web *Origin) {
			website(api, web)
			web.HTTPPort = 8080
		}), want: []string{
			`warning REQ-312 documented :54 Port of a website endpoint. S3 website endpoints listen on port 80 only, not on 8080. Write http_port = 80.`,
		}},
		{name: "accelerated", rule: "REQ-382", edit: origin(func(api, web *Origin) { web.DomainName = Known("b.s3-accelerate.amazonaws.com") }), want: []string{
			`error REQ-382 documented :52 Invalid S3 origin. CloudFront does not take accelerated or path-style names such as "b.s3-accelerate.amazonaws.com". Write the bucket's regional name: bucket.s3.region.amazonaws.com.`,
		}},
		{name: "path style", rule: "REQ-382", edit: origin(func(api, web *Origin) {
			api.DomainName, web.DomainName = Known("s3.us-east-1.amazonaws.com"), Known("s3-us-west-2.amazonaws.com")
		}), want: []string{
			`warning REQ-382 documented :32 Invalid S3 origin. CloudFront does not take accelerated or path-style names such as "s3.us-east-1.amazonaws.com". Write the bucket's regional name: bucket.s3.region.amazonaws.com.`,
			`error REQ-382 documented :52 Invalid S3 origin. CloudFront does not take accelerated or path-style names such as "s3-us-west-2.amazonaws.com". Write the bucket's regional name: bucket.s3.region.amazonaws.com.`,
		}},
		{name: "path style with a path", rule: "REQ-382", edit: origin(func(api, web *Origin) {
			web.DomainName = Known("s3.amazonaws.com/my-site")
		}), want: []string{
			`error REQ-382 documented :52 Invalid S3 origin. CloudFront does not take accelerated or path-style names such as "s3.amazonaws.com/my-site". Write the bucket's regional name: bucket.s3.region.amazonaws.com.`,
		}},
		{name: "secret name", rule: "TF-121", edit: origin(func(api, web *Origin) {
			api.DomainName = Text{Value: "https://secret", Known: true, Sensitive: true}
		})},
		{name: "other shapes", rule: "REQ-380", edit: origin(func(api, web *Origin) {
			api.DomainName, web.DomainName = Known("x.execute-api.eu-west-1.amazonaws.com"), Known("s3-logs.s3-us-west-2.amazonaws.com")
		})},
		{name: "China", rule: "REQ-380", edit: origin(func(api, web *Origin) {
			web.DomainName = Known("b.s3.dualstack.cn-north-1.amazonaws.com.cn")
		})},
		{name: "forbidden headers", rule: "REQ-243", edit: origin(func(api, web *Origin) {
			for i, name := range []string{"HOST", "x-amz-date", "X-Edge-Location", "Authorization", "X-Forwarded-For", "X-Amzn-Trace-Id"} {
				api.CustomHeaders = append(api.CustomHeaders, CustomHeader{Name: name, Source: line(500 + i)})
			}
		}), want: []string{
			`error REQ-243 documented :500 Forbidden custom header. CloudFront does not let an origin's custom_header set "HOST". Choose another name.`,
			`error REQ-243 documented :501 Forbidden custom header. CloudFront does not let an origin's custom_header set "x-amz-date". Choose another name.`,
			`error REQ-243 documented :502 Forbidden custom header. CloudFront does not let an origin's custom_header set "X-Edge-Location". Choose another name.`,
		}},
		{name: "long header", rule: "REQ-245", edit: origin(func(api, web *Origin) {
			api.CustomHeaders = []CustomHeader{
				{Name: "X-A", Value: Known(strings.Repeat("v", 1784)), Source: line(501)},
				{Name: strings.Repeat("n", 257), Source: line(502)},
				{Name: "X-B", Value: Text{Value: strings.Repeat("v", 9000)}, Source: line(503)},
			}
		}), want: []string{
			`error REQ-245 documented :501 Custom header too long. A custom header's value has at most 1783 characters, that of X-A has 1784. Shorten it.`,
			`error REQ-245 documented :502 Custom header too long. A custom header's name has at most 256 characters, this one has 257. Shorten it.`,
		}},
		{name: "many headers", rule: "REQ-245", edit: origin(func(api, web *Origin) {
			for i := range 31 {
				api.CustomHeaders = append(api.CustomHeaders, CustomHeader{Name: fmt.Sprint("X-", i), Value: Known(strings.Repeat("v", 400))})
			}
		}), want: []string{
			`warning REQ-245 documented :43 Quota exceeded. An origin has at most 30 custom headers, this one has 31. Ask AWS for a higher quota, or merge some.`,
			`error REQ-245 documented :43 Custom headers too long. The names and values of an origin's custom headers have at most 10240 characters together, these have 12514. Shorten them.`,
		}},
		{name: "one member", rule: "REQ-360", edit: func(d *Distribution) { d.OriginGroups[0].Members = d.OriginGroups[0].Members[:1] }, want: []string{
			`error REQ-360 documented :62 Wrong number of members. An origin group has exactly two members, a primary and a secondary origin, and this one has 1. List two.`,
		}},
		{name: "the same member", rule: "REQ-360", edit: func(d *Distribution) { d.OriginGroups[0].Members[1] = Known("S3-web") }, want: []string{
			`warning REQ-360 inferred :62 Origin group of one origin. Both members of the origin group are "S3-web", so nothing can take over. Name another origin as the second.`,
		}},
		{name: "unknown member", rule: "REQ-360", edit: func(d *Distribution) { d.OriginGroups[0].Members[1] = Known("S3-wbe") }, want: []string{
			`error TF-141 documented :62 Unknown origin. No origin has the id "S3-wbe". Did you mean "S3-web" (line 51)?`,
		}},
		{name: "group as a member", rule: "REQ-360", edit: func(d *Distribution) { d.OriginGroups[0].Members[1] = Known("group") }, want: []string{
			`error TF-141 documented :62 Unknown origin. No origin has the id "group". The ids are "ALB-api" and "S3-web".`,
		}},
		{name: "status", rule: "REQ-361", edit: func(d *Distribution) { d.OriginGroups[0].StatusCodes = []int{401, 429, 500} }, want: []string{
			`error REQ-361 documented :63 Invalid failover status. CloudFront cannot fail over on 401. Choose among 400, 403, 404, 416, 429, 500, 502, 503 and 504.`,
		}},
		{name: "unknown target", rule: "TF-141", edit: behavior(func(api, pages *Behavior) { api.TargetOriginID = Known("ALB-apj") }), want: []string{
			`error TF-141 documented :72 Unknown origin. No origin or origin group has the id "ALB-apj". Did you mean "ALB-api" (line 31)?`,
		}},
		{name: "unknown target, nothing near", rule: "TF-141", edit: behavior(func(api, pages *Behavior) { api.TargetOriginID = Known("backend") }), want: []string{
			`error TF-141 documented :72 Unknown origin. No origin or origin group has the id "backend". The ids are "ALB-api", "S3-web" and "group".`,
		}},
		{name: "unknown target, other file", rule: "TF-141", edit: func(d *Distribution) {
			d.Origins[0].Sources["origin_id"] = Source{File: "origins.tf", Line: 7}
			d.Behaviors[0].TargetOriginID = Known("alb-api")
		}, want: []string{
			`error TF-141 documented :72 Unknown origin. No origin or origin group has the id "alb-api". Did you mean "ALB-api" (origins.tf:7)?`,
		}},
		{name: "unknown target, ids to come", rule: "TF-141", edit: func(d *Distribution) {
			d.Origins[1].ID = unknown("aws_s3_bucket.web.id")
			d.OriginGroups = nil
			d.Behaviors[1].TargetOriginID = Known("my-bucket")
		}},
		{name: "no origins", rule: "TF-141", edit: func(d *Distribution) { d.Origins, d.OriginGroups, d.Behaviors = nil, nil, d.Behaviors[1:] }, want: []string{
			`error TF-141 documented :91 Unknown origin. No origin or origin group has the id "group". Add an origin with that origin_id.`,
		}},
	}
	for _, tt := range tests {
		tt.run(t)
	}
}

func TestEditDistance(t *testing.T) {
	tests := []struct {
		name, a, b  string
		limit, want int
	}{
		{"same", "api", "api", 3, 0},
		{"replaced", "apj", "api", 3, 1},
		{"inserted", "aapi", "api", 3, 1},
		{"deleted", "ap", "api", 3, 1},
		{"swapped", "aip", "api", 3, 1},
		{"swapped far apart", "ipa", "api", 3, 2},
		{"two slips", "web-bukcte", "web-bucket", 3, 2},
		{"to nothing", "", "ab", 3, 2},
		{"lengths too far apart", "a", "abcdefgh", 3, 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := editDistance(tt.a, tt.b, tt.limit); got != tt.want {
				t.Errorf("from %q to %q: got %d, want %d", tt.a, tt.b, got, tt.want)
			}
			if got := editDistance(tt.b, tt.a, tt.limit); got != tt.want {
				t.Errorf("from %q to %q: got %d, want %d", tt.b, tt.a, got, tt.want)
			}
		})
	}
}
