package config

import (
	"fmt"
	"regexp"
	"strings"
)

// demandsOf returns what is asked of the arguments of a resource type, beside their being there and of the right type.
func demandsOf(typ string) []demand {
	switch typ {
	case "aws_cloudfront_distribution":
		return distributionDemands()
	case "aws_cloudfront_cache_policy":
		const key = "parameters_in_cache_key_and_forwarded_to_origin."
		return append(append(remark(), selectionDemands(key, "POL-010")...),
			demand{key + "headers_config.header_behavior", "POL-010", among("none", "whitelist"), false},
			demand{"min_ttl", "TF-158", between(0, century), false},
			demand{"default_ttl", "TF-158", between(0, century), false},
			demand{"max_ttl", "TF-158", between(0, century), false},
		)
	case "aws_cloudfront_origin_request_policy":
		return append(append(remark(), selectionDemands("", "POL-050")...),
			demand{"headers_config.header_behavior", "POL-050",
				among("none", "whitelist", "allViewer", "allViewerAndWhitelistCloudFront", "allExcept"), false})
	case "aws_cloudfront_response_headers_policy":
		return append(remark(), responseDemands()...)
	case "aws_cloudfront_function":
		const store = "arn:aws:cloudfront::123456789012:key-value-store/a1b2c3d4-5678-90ab-cdef-EXAMPLE11111"
		return []demand{
			{"name", "TF-171", formed(edgeName, edgeNameSays), true},
			{"runtime", "TF-163", among("cloudfront-js-1.0", "cloudfront-js-2.0"), false},
			{"code", "FN-140", codeSize, false},
			{"key_value_store_associations", "TF-155", isARN(store), true},
			{"key_value_store_associations", "TF-155", arnOf("cloudfront", "key-value-store/", store), false},
		}
	case "aws_cloudfront_key_value_store":
		return append(remark(), demand{"name", "TF-171", formed(edgeName, edgeNameSays), true})
	case "aws_cloudfrontkeyvaluestore_key":
		return pairDemands("")
	case "aws_cloudfrontkeyvaluestore_keys_exclusive":
		return append(pairDemands("resource_key_value_pair."), demand{"max_batch_size", "FN-307", between(1, 50), false})
	case "aws_cloudfront_public_key":
		return append(remark(),
			demand{"name", "TF-168", unlessEmpty(formed(keyName, keyNameSays)), false},
			demand{"encoded_key", "TF-173", publicPEM, true})
	case "aws_cloudfront_key_group":
		return remark()
	case "aws_cloudfront_origin_access_control":
		return []demand{
			{"name", "TF-178", allOf(notEmpty, atMostBytes(64)), false},
			{"description", "TF-178", atMostBytes(256), false},
			{"origin_access_control_origin_type", "TF-175", among("s3", "lambda", "mediastore", "mediapackagev2"), false},
			{"signing_behavior", "TF-175", among("always", "never", "no-override"), false},
			{"signing_protocol", "TF-175", among("sigv4"), false},
		}
	case "aws_cloudfront_origin_access_identity":
		return remark()
	case "aws_cloudfront_vpc_origin":
		const config = "vpc_origin_endpoint_config."
		return []demand{
			{config + "name", "TF-179", notEmpty, false},
			{config + "arn", "TF-155", isARN("arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/name/50dc6c495c0c9188"), true},
			{config + "origin_protocol_policy", "TF-123", protocolPolicies(), false},
			{config + "origin_ssl_protocols.items", "TF-123", tlsVersions, false},
		}
	case "aws_cloudfront_continuous_deployment_policy":
		const weight = "traffic_config.single_weight_config."
		return []demand{
			{"traffic_config.type", "TF-188", among("SingleHeader", "SingleWeight"), false},
			{"traffic_config.single_header_config.header", "TF-188", formed(stagingHeader, `a name that begins with "aws-cf-cd-"`), false},
			{weight + "weight", "TF-188", between(0, 0.15), false},
			{weight + "session_stickiness_config.idle_ttl", "TF-188", between(300, 3600), false},
			{weight + "session_stickiness_config.maximum_ttl", "TF-188", between(300, 3600), false},
		}
	}
	return nil
}

// century is the longest time that CloudFront keeps anything, in seconds (CACHE-061).
const century = 3153600000

var (
	edgeName      = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,64}$`)
	keyName       = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,128}$`)
	stagingHeader = regexp.MustCompile(`(?i)^aws-cf-cd-.`)
	regionName    = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-\d{1,2}$`)
	identityPath  = regexp.MustCompile(`^origin-access-identity/cloudfront/[A-Z0-9]+$`)
	controlID     = regexp.MustCompile(`^E[A-Z0-9]{5,}$`)
	accountNumber = regexp.MustCompile(`^\d{12}$`)
	signer        = regexp.MustCompile(`^(self|\d{12})$`)
	headerName    = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")
	classicACL    = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	logsBucket    = regexp.MustCompile(`^[a-z0-9.-]{3,63}\.s3([.-][a-z0-9-]+)?\.amazonaws\.com(\.cn)?$`)
)

const (
	edgeNameSays = "1 to 64 letters, digits, - and _"
	keyNameSays  = "1 to 128 letters, digits, - and _"
)

func protocolPolicies() test { return among("http-only", "https-only", "match-viewer") }

// remark is the comment that most resources have.
func remark() []demand {
	return []demand{{"comment", "TF-171", atMost(128), false}}
}

// distributionDemands is TF-100 to TF-153.
func distributionDemands() []demand {
	const (
		custom = "origin.custom_origin_config."
		acl    = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/name/a1b2c3d4-5678-90ab-cdef-EXAMPLE11111"
		cert   = "arn:aws:acm:us-east-1:123456789012:certificate/a1b2c3d4-5678-90ab-cdef-EXAMPLE11111"
	)
	rows := []demand{
		{"comment", "TF-119", atMostBytes(128), false},
		{"http_version", "TF-112", among("http1.1", "http2", "http2and3", "http3"), false},
		{"price_class", "TF-119", among("PriceClass_100", "PriceClass_200", "PriceClass_All", "None"), false},
		{"web_acl_id", "TF-138", webACL(acl), true},
		{"logging_config.bucket", "TF-139", unlessEmpty(formed(logsBucket, `the domain name of a bucket, such as "logs.s3.amazonaws.com"`)), true},
		{"origin.origin_id", "TF-134", notEmpty, false},
		{"origin_group.origin_id", "TF-134", notEmpty, false},
		{custom + "origin_protocol_policy", "TF-123", protocolPolicies(), false},
		{custom + "origin_ssl_protocols", "TF-123", tlsVersions, false},
		{custom + "ip_address_type", "TF-132", among("ipv4", "ipv6", "dualstack"), false},
		{"origin.vpc_origin_config.owner_account_id", "TF-179", formed(accountNumber, "an account number of 12 digits"), true},
		{"origin.origin_access_control_id", "TF-125", notEmpty, true},
		{"origin.origin_access_control_id", "TF-175", unlessEmpty(formed(controlID, `the id of an origin access control, such as "E327GJI25M56DG"`)), true},
		{"origin.s3_origin_config.origin_access_identity", "TF-136",
			unlessEmpty(formed(identityPath, `"origin-access-identity/cloudfront/" and the identity's id`)), true},
		{"origin.origin_shield.origin_shield_region", "TF-133", unlessEmpty(formed(regionName, `the code of a region, such as "us-east-1"`)), false},
		{"origin.custom_header.name", "TF-128", formed(headerName, "the name of a header"), false},
		{"restrictions.geo_restriction.restriction_type", "REQ-510", among("none", "whitelist", "blacklist"), false},
		{"custom_error_response.error_caching_min_ttl", "TF-158", between(0, century), false},
		{"viewer_certificate.acm_certificate_arn", "TF-137", allOf(isARN(cert), allOf(arnOf("acm", "certificate/", cert), inRegion("us-east-1", "certificates"))), true},
		{"viewer_certificate.minimum_protocol_version", "REQ-132", among("SSLv3", "TLSv1", "TLSv1_2016", "TLSv1.1_2016",
			"TLSv1.2_2018", "TLSv1.2_2019", "TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025"), false},
		{"viewer_certificate.ssl_support_method", "TF-109", among("sni-only", "vip", "static-ip"), false},
		{"viewer_mtls_config.mode", "TF-116", among("required", "optional"), false},
	}
	for _, behavior := range []string{"default_cache_behavior.", "ordered_cache_behavior."} {
		rows = append(rows, behaviorDemands(behavior)...)
	}
	return rows
}

// behaviorDemands is TF-141 to TF-153.
func behaviorDemands(behavior string) []demand {
	const (
		function = "arn:aws:cloudfront::123456789012:function/name"
		lambda   = "arn:aws:lambda:us-east-1:123456789012:function:name:1"
		log      = "arn:aws:cloudfront::123456789012:realtime-log-config/name"
	)
	return []demand{
		{behavior + "viewer_protocol_policy", "TF-142", among("allow-all", "https-only", "redirect-to-https"), false},
		{behavior + "min_ttl", "TF-158", between(0, century), false},
		{behavior + "default_ttl", "TF-158", between(0, century), false},
		{behavior + "max_ttl", "TF-158", between(0, century), false},
		{behavior + "forwarded_values.cookies.forward", "TF-146", among("none", "whitelist", "all"), false},
		{behavior + "function_association.event_type", "FN-021", functionEvent, false},
		{behavior + "function_association.function_arn", "TF-155", isARN(function), true},
		{behavior + "function_association.function_arn", "TF-155", arnOf("cloudfront", "function/", function), false},
		{behavior + "lambda_function_association.event_type", "LE-001",
			among("viewer-request", "origin-request", "origin-response", "viewer-response"), false},
		{behavior + "lambda_function_association.lambda_arn", "TF-155", isARN(lambda), true},
		{behavior + "lambda_function_association.lambda_arn", "LE-004",
			allOf(arnOf("lambda", "function:", lambda), inRegion("us-east-1", "Lambda@Edge functions")), false},
		{behavior + "realtime_log_config_arn", "TF-155", allOf(isARN(log), arnOf("cloudfront", "realtime-log-config/", log)), true},
		{behavior + "trusted_signers", "TF-156", formed(signer, `an account number of 12 digits, or "self"`), true},
	}
}

// functionEvent is FN-021.
func functionEvent(argument, value string) string {
	if value == "origin-request" || value == "origin-response" {
		return fmt.Sprintf("CloudFront Functions run at viewer-request and viewer-response only, not at %s. Use one of these, or "+
			"Lambda@Edge.", value)
	}
	return among("viewer-request", "viewer-response")(argument, value)
}

// selectionDemands is what cookies_config and query_strings_config have in common.
func selectionDemands(path, rule string) []demand {
	return []demand{
		{path + "cookies_config.cookie_behavior", rule, among("none", "whitelist", "allExcept", "all"), false},
		{path + "query_strings_config.query_string_behavior", rule, among("none", "whitelist", "allExcept", "all"), false},
	}
}

// responseDemands is TF-162.
func responseDemands() []demand {
	const cors, security = "cors_config.", "security_headers_config."
	return []demand{
		{cors + "access_control_allow_methods.items", "TF-174",
			among("GET", "DELETE", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "ALL"), false},
		{cors + "access_control_max_age_sec", "TF-174", atLeast(0), false},
		{"custom_headers_config.items.header", "TF-174", formed(headerName, "the name of a header"), false},
		{"remove_headers_config.items.header", "TF-174", formed(headerName, "the name of a header"), false},
		{security + "frame_options.frame_option", "POL-154", among("DENY", "SAMEORIGIN"), false},
		{security + "referrer_policy.referrer_policy", "POL-155", among("no-referrer", "no-referrer-when-downgrade", "origin",
			"origin-when-cross-origin", "same-origin", "strict-origin", "strict-origin-when-cross-origin", "unsafe-url"), false},
		{security + "strict_transport_security.access_control_max_age_sec", "TF-174", atLeast(0), false},
		{"server_timing_headers_config.sampling_rate", "POL-173", between(0, 100), false},
	}
}

// pairDemands is TF-166 and TF-167.
func pairDemands(path string) []demand {
	return []demand{
		{path + "key", "FN-307", allOf(notEmpty, atMostBytes(512)), false},
		{path + "value", "FN-307", atMostBytes(1024), false},
	}
}

func atMostBytes(most int) test {
	return func(argument, value string) string {
		if len(value) > most {
			return fmt.Sprintf("%s has at most %d bytes, this one has %d. Shorten it.", argument, most, len(value))
		}
		return ""
	}
}

// maxFunctionCode is the largest CloudFront function (FN-140).
const maxFunctionCode = 10240

// codeSize is FN-140.
func codeSize(_, value string) string {
	switch n := len(value); {
	case n == 0:
		return "A function needs code. Give it the text of a file with file(…)."
	case n > maxFunctionCode:
		return fmt.Sprintf("The code of a function has at most %d bytes, this one has %d. Shorten or minify it.", maxFunctionCode, n)
	}
	return ""
}

// tlsVersions is TF-123, with a word on the newest one, which is spoken without being listed (REQ-335).
func tlsVersions(argument, value string) string {
	if value == "TLSv1.3" {
		return "" // the cloudfront package warns
	}
	return among("SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2")(argument, value)
}

// publicPEM is TF-173.
func publicPEM(_, value string) string {
	if strings.Contains(value, "-----BEGIN PUBLIC KEY-----") {
		return ""
	}
	return `A public key is a PEM text that begins with "-----BEGIN PUBLIC KEY-----". Make it with openssl rsa -pubout.`
}

// webACL is TF-138.
func webACL(example string) test {
	return func(argument, value string) string {
		m := arnForm.FindStringSubmatch(value)
		switch {
		case value == "" || classicACL.MatchString(value):
			return ""
		case m != nil && strings.HasPrefix(m[3], "waf") && strings.HasPrefix(m[7], "regional/"):
			return "CloudFront takes web ACLs of the scope CLOUDFRONT only, and this one is regional. Create it with " +
				"scope = \"CLOUDFRONT\" in us-east-1."
		}
		return allOf(isARN(example), arnOf("wafv2", "global/webacl/", example))(argument, value)
	}
}
