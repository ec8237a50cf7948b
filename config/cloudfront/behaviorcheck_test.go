package cloudfront

import "testing"

func TestBehaviorProblems(t *testing.T) {
	allowed := func(methods ...string) func(*Distribution) {
		return behavior(func(api, pages *Behavior) { pages.AllowedMethods = methods })
	}
	tests := []complaint{
		{name: "POST alone", rule: "REQ-075", edit: allowed("GET", "HEAD", "POST"), want: []string{
			`error REQ-075 documented :93 Invalid allowed_methods. CloudFront knows three sets of methods: GET and HEAD; GET, HEAD and OPTIONS; or all seven. [GET HEAD POST] is none of them. To allow POST, list all seven.`,
		}},
		{name: "lower case", rule: "REQ-075", edit: allowed("get", "head"), want: []string{
			`error REQ-075 documented :93 Invalid allowed_methods. CloudFront knows three sets of methods: GET and HEAD; GET, HEAD and OPTIONS; or all seven. [get head] is none of them. Methods are written in upper case: "GET" for "get".`,
		}},
		{name: "unknown method", rule: "REQ-075", edit: allowed("GET", "HEAD", "OPTIONS", "TRACE"), want: []string{
			`error REQ-075 documented :93 Invalid allowed_methods. CloudFront knows three sets of methods: GET and HEAD; GET, HEAD and OPTIONS; or all seven. [GET HEAD OPTIONS TRACE] is none of them. "TRACE" cannot be allowed. Remove it.`,
		}},
		{name: "no HEAD", rule: "REQ-075", edit: allowed("GET"), want: []string{
			`error REQ-075 documented :93 Invalid allowed_methods. CloudFront knows three sets of methods: GET and HEAD; GET, HEAD and OPTIONS; or all seven. [GET] is none of them. List GET and HEAD, too.`,
		}},
		{name: "any order", rule: "REQ-075", edit: allowed("HEAD", "OPTIONS", "GET")},
		{name: "cached POST", rule: "REQ-076", edit: behavior(func(api, pages *Behavior) {
			api.CachedMethods = []string{"GET", "HEAD", "POST"}
		}), want: []string{
			`error REQ-076 documented :75 Invalid cached_methods. CloudFront caches answers to GET and HEAD, or to GET, HEAD and OPTIONS. [GET HEAD POST] is neither. Write one of the two sets.`,
		}},
		{name: "cached and not allowed", rule: "REQ-076", edit: behavior(func(api, pages *Behavior) {
			pages.CachedMethods = []string{"GET", "HEAD", "OPTIONS"}
		}), want: []string{
			`warning REQ-076 inferred :94 Cached method not allowed. cached_methods has OPTIONS and allowed_methods has not. Allow it, or cache GET and HEAD only.`,
		}},
		{name: "ampersand", rule: "REQ-054", edit: func(d *Distribution) { ordered(d, "/a&amp;b/*") }, want: []string{
			`warning REQ-054 inferred :301 Escaped ampersand in a path pattern. "&amp;" is how the API's XML writes "&"; Terraform takes the plain character. Write "&" in "/a&amp;b/*".`,
		}},
		{name: "characters", rule: "REQ-055", edit: func(d *Distribution) { ordered(d, "/{jpg,png}", "/a%20b", "/é/*", "/a;b;/*") }, want: []string{
			`warning REQ-055 inferred :301 Unusual character in a path pattern. A path pattern has letters, digits, _-.$/~"'@:+& and the wildcards * and ?; CloudFront probably refuses "{", "," and "}" in "/{jpg,png}". Use a wildcard in its place.`,
			`warning REQ-055 inferred :302 Unusual character in a path pattern. A path pattern has letters, digits, _-.$/~"'@:+& and the wildcards * and ?; CloudFront probably refuses "%" in "/a%20b". Use a wildcard in its place.`,
			`warning REQ-055 inferred :303 Unusual character in a path pattern. A path pattern has letters, digits, _-.$/~"'@:+& and the wildcards * and ?; CloudFront probably refuses "é" in "/é/*". Use a wildcard in its place.`,
			`warning REQ-055 inferred :304 Unusual character in a path pattern. A path pattern has letters, digits, _-.$/~"'@:+& and the wildcards * and ?; CloudFront probably refuses ";" in "/a;b;/*". Use a wildcard in its place.`,
		}},
		{name: "all that is allowed", rule: "REQ-053", edit: func(d *Distribution) { ordered(d, `/Az09_-.*$/~"'@:+&?`) }},
		{name: "given twice", rule: "REQ-058", edit: func(d *Distribution) { ordered(d, "/images/*", "/css/*", "images/*") }, want: []string{
			`warning REQ-058 inferred :303 Duplicate path pattern. "/images/*" (cloudfront.tf:301) is the same pattern as "images/*" and stands above it; CloudFront probably refuses that, and only the first would be used. Remove one of the two.`,
		}},
		{name: "hidden", rule: "REQ-043", edit: func(d *Distribution) { ordered(d, "*.jpg", "/images/*.jpg", "/images/*") }, want: []string{
			`warning REQ-043 documented :302 Unreachable behavior. "*.jpg" (cloudfront.tf:301) stands above and takes every path that "/images/*.jpg" does, so this behavior is never used. Move the block of "/images/*.jpg" above it.`,
		}},
		{name: "hidden by two", rule: "REQ-043", edit: func(d *Distribution) { ordered(d, "/a/", "/b", "/a/?*", "/a/*") }, want: []string{
			`warning REQ-043 documented :304 Unreachable behavior. "/a/" (cloudfront.tf:301) and "/a/?*" (cloudfront.tf:303) stand above and together take every path that "/a/*" does, so this behavior is never used. Move the block of "/a/*" above them.`,
		}},
		{name: "everything, last", rule: "REQ-043", edit: func(d *Distribution) { ordered(d, "/images/*", "/*") }, want: []string{
			`warning REQ-043 documented :302 Unreachable behaviors. "/*" takes every path, so the default behavior is never used. Move its settings to default_cache_behavior, or give it a narrower pattern.`,
		}},
		{name: "everything, above one", rule: "REQ-043", edit: func(d *Distribution) { ordered(d, "*", "/images/*") }, want: []string{
			`warning REQ-043 documented :301 Unreachable behaviors. "*" takes every path, so the ordered behavior below it and the default behavior are never used. Move its settings to default_cache_behavior, or give it a narrower pattern.`,
		}},
		{name: "everything, first", rule: "REQ-043", edit: func(d *Distribution) { ordered(d, "/*", "/a/*", "/b/*", "/a/*") }, want: []string{
			`warning REQ-043 documented :301 Unreachable behaviors. "/*" takes every path, so the 3 ordered behaviors below it and the default behavior are never used. Move its settings to default_cache_behavior, or give it a narrower pattern.`,
		}},
		{name: "two functions", rule: "FN-022", edit: associate(
			Association{EventType: ViewerRequest, Kind: CloudFrontFunction, Source: line(401)},
			Association{EventType: ViewerRequest, Kind: CloudFrontFunction, Source: line(402)},
		), want: []string{
			`error FN-022 documented :402 Two functions for one event. A behavior runs one function per event, and this one has another for viewer-request. Merge the two, or remove one.`,
		}},
		{name: "events to come", rule: "FN-022", edit: associate(
			Association{Kind: CloudFrontFunction}, Association{Kind: CloudFrontFunction}, Association{Kind: LambdaFunction},
		)},
		{name: "both kinds", rule: "FN-022", edit: associate(
			Association{EventType: ViewerRequest, Kind: CloudFrontFunction, Source: line(401)},
			Association{EventType: ViewerResponse, Kind: LambdaFunction, Source: line(402)},
		), want: []string{
			`error FN-022 documented :402 CloudFront Functions beside Lambda@Edge. A behavior cannot use CloudFront Functions for one viewer event and Lambda@Edge for the other. Use one kind for both.`,
		}},
		{name: "Lambda behind a function", rule: "FN-022", edit: associate(
			Association{EventType: ViewerRequest, Kind: CloudFrontFunction, Source: line(401)},
			Association{EventType: OriginRequest, Kind: LambdaFunction, Source: line(402)},
		)},
		{name: "no version", rule: "LE-003", edit: associate(
			Association{EventType: ViewerRequest, Kind: LambdaFunction, Source: line(401),
				ARN: Known("arn:aws:lambda:us-east-1:123456789012:function:auth")},
			Association{EventType: ViewerResponse, Kind: LambdaFunction, Source: line(402),
				ARN: Known("arn:aws:lambda:us-east-1:123456789012:function:auth:$LATEST")},
			Association{EventType: OriginRequest, Kind: LambdaFunction, Source: line(403), ARN: unknown("aws_lambda_function.auth.arn")},
		), want: []string{
			`error LE-003 documented :401 Lambda function without version. Lambda@Edge takes a numbered version of a function, and "arn:aws:lambda:us-east-1:123456789012:function:auth" has none. Set publish = true on the function and use its qualified_arn.`,
			`error LE-003 documented :402 Lambda function without version. Lambda@Edge takes a numbered version of a function, and "arn:aws:lambda:us-east-1:123456789012:function:auth:$LATEST" has none. Set publish = true on the function and use its qualified_arn.`,
			`error LE-003 documented :403 Lambda function without version. Lambda@Edge takes a numbered version of a function, and "{aws_lambda_function.auth.arn}" has none. Set publish = true on the function and use its qualified_arn.`,
		}},
		{name: "version", rule: "LE-003", edit: associate(
			Association{EventType: ViewerRequest, Kind: LambdaFunction,
				ARN: Known("arn:aws:lambda:us-east-1:123456789012:function:auth:7")},
			Association{EventType: OriginRequest, Kind: LambdaFunction, ARN: unknown("aws_lambda_function.auth.qualified_arn")},
			Association{EventType: OriginResponse, Kind: LambdaFunction, ARN: unknown("module.auth.arn")},
			Association{EventType: ViewerResponse, Kind: LambdaFunction, ARN: Known("auth")},
		)},
		{name: "version written behind an ARN", rule: "LE-003", edit: associate(
			Association{EventType: ViewerRequest, Kind: LambdaFunction, ARN: Text{
				Value: "{aws_lambda_function.auth.arn}:34", From: []string{"aws_lambda_function.auth.arn"}}},
		)},
		{name: "body", rule: "LE-002", edit: associate(
			Association{EventType: OriginRequest, Kind: LambdaFunction, IncludeBody: true},
			Association{EventType: OriginResponse, Kind: LambdaFunction, IncludeBody: true, Source: line(401)},
		), want: []string{
			`warning LE-002 inferred :401 Body of a response. include_body is for request events, and origin-response has no request body to read. Remove it.`,
		}},
		{name: "VPC origin", rule: "REQ-317", edit: func(d *Distribution) {
			d.Origins[0].Kind = KindVPC
			d.Behaviors[0].Associations = []Association{
				{EventType: ViewerRequest, Kind: LambdaFunction},
				{EventType: OriginRequest, Kind: LambdaFunction, Source: line(401)},
			}
		}, want: []string{
			`warning REQ-317 documented :401 Lambda@Edge before a VPC origin. VPC origins support no origin-facing Lambda@Edge, and "ALB-api" is one. Use a viewer event.`,
		}},
		{name: "gRPC", rule: "REQ-480", edit: behavior(func(api, pages *Behavior) { api.GRPC, pages.GRPC = true, true }), want: []string{
			`warning REQ-480 documented :90 gRPC not possible. gRPC is enabled for default and needs what is missing: all seven methods in allowed_methods; a custom origin that is spoken to over HTTPS. Add it, or disable grpc_config.`,
		}},
		{name: "gRPC without HTTP/2", rule: "REQ-480", edit: func(d *Distribution) {
			d.HTTPVersion, d.Behaviors[0].GRPC = HTTP11, true
		}, want: []string{
			`warning REQ-480 documented :78 gRPC not possible. gRPC is enabled for /api/* and needs what is missing: http_version = "http2" or "http2and3". Add it, or disable grpc_config.`,
		}},
	}
	for _, tt := range tests {
		tt.run(t)
	}
}

func associate(a ...Association) func(*Distribution) {
	return behavior(func(api, pages *Behavior) { pages.Associations = a })
}
