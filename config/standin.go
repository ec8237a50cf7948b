package config

import (
	"maps"
	"strconv"
	"strings"

	"edgecase/config/terraform"

	"github.com/zclconf/go-cty/cty"
)

// account is the account number that stand-ins carry (section 5).
const account = "123456789012"

// A standIn says what the computed attributes of a resource type look like. In the texts NAME is the configured name,
// REGION the resource's region, ACCOUNT the account, HASHn n lower-case characters, IDn n upper-case ones, HEXn n
// hexadecimal digits and UUID a UUID, all made of the resource's address.
type standIn struct {
	name       string // the arguments that may hold NAME, separated by spaces; in order
	attributes map[string]string
}

// standIns is the table of section 5. Shape matters more than content: authors cut hosts out of URLs and names out of
// ARNs.
func standIns() map[string]standIn {
	bucket := map[string]string{
		"id":                          "NAME",
		"bucket":                      "NAME",
		"arn":                         "arn:aws:s3:::NAME",
		"bucket_domain_name":          "NAME.s3.amazonaws.com",
		"bucket_regional_domain_name": "NAME.s3.REGION.amazonaws.com",
		"region":                      "REGION",
		"bucket_region":               "REGION",
		"hosted_zone_id":              "ZHASH13",
	}
	ofBucket := standIn{"bucket", map[string]string{"id": "NAME", "bucket": "NAME"}}
	cdn := func(kind, id string, more ...string) standIn {
		return standIn{"name", with(map[string]string{
			"id": id, "etag": "EID13", "arn": "arn:aws:cloudfront::ACCOUNT:" + kind + "/" + id,
		}, more...)}
	}
	identity := cdn("origin-access-identity", "EID13",
		"cloudfront_access_identity_path", "origin-access-identity/cloudfront/EID13",
		"iam_arn", "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity EID13",
		"s3_canonical_user_id", "HEX96", "caller_reference", "terraform-HASH13")
	lambda := standIn{"function_name", map[string]string{
		"id":            "NAME",
		"function_name": "NAME",
		"arn":           "arn:aws:lambda:REGION:ACCOUNT:function:NAME",
		"invoke_arn":    "arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/arn:aws:lambda:REGION:ACCOUNT:function:NAME/invocations",
		"last_modified": "2026-01-01T00:00:00.000+0000", "source_code_hash": "HASH43=",
	}}
	zone := standIn{"name", map[string]string{
		"id": "ZID13", "zone_id": "ZID13", "arn": "arn:aws:route53:::hostedzone/ZID13", "name": "NAME"}}
	certificate := standIn{"domain domain_name", map[string]string{
		"arn": "arn:aws:acm:REGION:ACCOUNT:certificate/UUID", "id": "arn:aws:acm:REGION:ACCOUNT:certificate/UUID"}}
	acl := standIn{"name", map[string]string{
		"id": "UUID", "arn": "arn:aws:wafv2:us-east-1:ACCOUNT:global/webacl/NAME/UUID"}}
	store := cdn("key-value-store", "UUID")
	elb := standIn{"name", map[string]string{
		"dns_name": "NAME-HASH10.REGION.elb.amazonaws.com", "name": "NAME", "id": "NAME", "zone_id": "ZID13",
		"arn": "arn:aws:elasticloadbalancing:REGION:ACCOUNT:loadbalancer/NAME"}}
	url := standIn{"", map[string]string{
		"function_url": "https://HASH32.lambda-url.REGION.on.aws/", "url_id": "HASH32"}}

	return map[string]standIn{
		"aws_cloudfront_distribution":                   cdn("distribution", "EID13", "hosted_zone_id", "Z2FDTNDATAQYW2", "status", "Deployed"),
		"aws_cloudfront_multitenant_distribution":       cdn("distribution", "EID13", "domain_name", "dHASH13.cloudfront.net", "status", "Deployed"),
		"data.aws_cloudfront_distribution":              cdn("distribution", "EID13", "hosted_zone_id", "Z2FDTNDATAQYW2", "domain_name", "dHASH13.cloudfront.net"),
		"aws_cloudfront_cache_policy":                   cdn("cache-policy", "UUID"),
		"aws_cloudfront_origin_request_policy":          cdn("origin-request-policy", "UUID"),
		"aws_cloudfront_response_headers_policy":        cdn("response-headers-policy", "UUID"),
		"aws_cloudfront_key_group":                      cdn("key-group", "UUID"),
		"aws_cloudfront_public_key":                     cdn("public-key", "KID13", "name", "NAME"),
		"aws_cloudfront_origin_access_control":          cdn("origin-access-control", "EID13"),
		"data.aws_cloudfront_origin_access_control":     cdn("origin-access-control", "EID13"),
		"aws_cloudfront_origin_access_identity":         identity,
		"data.aws_cloudfront_origin_access_identity":    identity,
		"aws_cloudfront_vpc_origin":                     cdn("vpcorigin", "vo_HASH20"),
		"aws_cloudfront_key_value_store":                store,
		"data.aws_cloudfront_key_value_store":           store,
		"aws_cloudfront_field_level_encryption_config":  cdn("field-level-encryption-config", "EID13"),
		"aws_cloudfront_field_level_encryption_profile": cdn("field-level-encryption-profile", "EID13"),
		"aws_cloudfront_realtime_log_config":            cdn("realtime-log-config", "NAME"),
		"data.aws_cloudfront_realtime_log_config":       cdn("realtime-log-config", "NAME"),
		"aws_cloudfront_continuous_deployment_policy":   cdn("continuous-deployment-policy", "UUID"),
		"aws_cloudfront_trust_store":                    cdn("trust-store", "ts_HASH20"),
		"aws_cloudfront_connection_function":            cdn("connection-function", "cf_HASH20", "connection_function_arn", "arn:aws:cloudfront::ACCOUNT:connection-function/cf_HASH20", "live_stage_etag", "EID13"),
		"aws_cloudfront_connection_group":               cdn("connection-group", "cg_HASH20", "routing_endpoint", "dHASH13.cloudfront.net"),
		"aws_cloudfront_function": {"name", map[string]string{"id": "NAME", "etag": "EID13", "live_stage_etag": "EID13",
			"status": "DEPLOYED", "arn": "arn:aws:cloudfront::ACCOUNT:function/NAME"}},
		"data.aws_cloudfront_function": {"name", map[string]string{"id": "NAME", "etag": "EID13",
			"arn": "arn:aws:cloudfront::ACCOUNT:function/NAME"}},

		"aws_s3_bucket":                                      {"bucket", bucket},
		"data.aws_s3_bucket":                                 {"bucket", bucket},
		"aws_s3_bucket_website_configuration":                ofBucket,
		"aws_s3_bucket_policy":                               ofBucket,
		"aws_s3_bucket_acl":                                  ofBucket,
		"aws_s3_bucket_versioning":                           ofBucket,
		"aws_s3_bucket_public_access_block":                  ofBucket,
		"aws_s3_bucket_ownership_controls":                   ofBucket,
		"aws_s3_bucket_cors_configuration":                   ofBucket,
		"aws_s3_bucket_server_side_encryption_configuration": ofBucket,
		"aws_s3_bucket_lifecycle_configuration":              ofBucket,
		"aws_s3_bucket_logging":                              ofBucket,
		"aws_s3_object":                                      {"key", map[string]string{"id": "NAME", "key": "NAME", "etag": "HEX32", "version_id": "HASH32"}},
		"aws_s3_bucket_object":                               {"key", map[string]string{"id": "NAME", "key": "NAME", "etag": "HEX32", "version_id": "HASH32"}},

		"aws_elb":                      elb,
		"data.aws_elb":                 elb,
		"aws_lambda_function":          lambda,
		"data.aws_lambda_function":     lambda,
		"aws_lambda_function_url":      url,
		"data.aws_lambda_function_url": url,

		"aws_api_gateway_rest_api": {"name", map[string]string{"id": "HASH10", "root_resource_id": "HASH9",
			"arn":           "arn:aws:apigateway:REGION::/restapis/HASH10",
			"execution_arn": "arn:aws:execute-api:REGION:ACCOUNT:HASH10"}},
		"data.aws_api_gateway_rest_api": {"name", map[string]string{"id": "HASH10", "root_resource_id": "HASH9",
			"execution_arn": "arn:aws:execute-api:REGION:ACCOUNT:HASH10"}},

		"aws_acm_certificate":      certificate,
		"data.aws_acm_certificate": certificate,
		"aws_acm_certificate_validation": {"", map[string]string{
			"certificate_arn": "arn:aws:acm:us-east-1:ACCOUNT:certificate/UUID"}},
		"aws_wafv2_web_acl":      acl,
		"data.aws_wafv2_web_acl": acl,
		"aws_waf_web_acl": {"name", map[string]string{
			"id": "UUID", "arn": "arn:aws:waf::ACCOUNT:webacl/UUID"}},

		"aws_elastic_beanstalk_environment": {"name", map[string]string{"id": "e-HASH10",
			"cname": "NAME.HASH10.REGION.elasticbeanstalk.com", "endpoint_url": "awseb-HASH10.REGION.elb.amazonaws.com"}},
		"aws_route53_zone":      zone,
		"data.aws_route53_zone": zone,
		"aws_iam_role":          {"name", map[string]string{"id": "NAME", "name": "NAME", "arn": "arn:aws:iam::ACCOUNT:role/NAME", "unique_id": "AROAID17"}},

		"data.aws_region":            {"name region", map[string]string{"name": "REGION", "region": "REGION", "id": "REGION", "description": "REGION"}},
		"data.aws_caller_identity":   {"", map[string]string{"account_id": "ACCOUNT", "id": "ACCOUNT", "arn": "arn:aws:iam::ACCOUNT:root", "user_id": "AIDAID16"}},
		"data.aws_canonical_user_id": {"", map[string]string{"id": "HEX64"}},
		"data.aws_cloudfront_log_delivery_canonical_user_id": {"", map[string]string{
			"id": "c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0"}},

		"random_uuid":    {"", map[string]string{"id": "UUID", "result": "UUID"}},
		"null_resource":  {"", map[string]string{"id": "HASH18"}},
		"terraform_data": {"", map[string]string{"id": "UUID"}},
		"time_static":    {"", map[string]string{"id": "2026-01-01T00:00:00Z", "rfc3339": "2026-01-01T00:00:00Z", "unix": "1767225600"}},
		"tls_private_key": {"", map[string]string{"id": "HEX40",
			"public_key_pem":     "-----BEGIN PUBLIC KEY-----\nHASH64\n-----END PUBLIC KEY-----\n",
			"private_key_pem":    "-----BEGIN RSA PRIVATE KEY-----\nHASH64\n-----END RSA PRIVATE KEY-----\n",
			"public_key_openssh": "ssh-rsa HASH64\n"}},
		"archive_file":      {"", map[string]string{"output_base64sha256": "HASH43=", "output_md5": "HEX32", "output_sha": "HEX40", "output_sha256": "HEX64", "id": "HEX40"}},
		"data.archive_file": {"", map[string]string{"output_base64sha256": "HASH43=", "output_md5": "HEX32", "output_sha": "HEX40", "output_sha256": "HEX64", "id": "HEX40"}},
	}
}

// allStandIns joins the tables. What a managed resource has, its data source has, too.
func allStandIns() map[string]standIn {
	all := standIns()
	maps.Copy(all, serviceStandIns())
	for typ, s := range maps.Clone(all) {
		if _, ok := all["data."+typ]; !ok && !strings.HasPrefix(typ, "data.") {
			all["data."+typ] = s
		}
	}
	return all
}

// with returns the attributes and some more, which alternate names and texts.
func with(attributes map[string]string, more ...string) map[string]string {
	for i := 0; i+1 < len(more); i += 2 {
		attributes[more[i]] = more[i+1]
	}
	return attributes
}

// expand fills in the words of a stand-in's text.
func expand(r *terraform.Resource, s standIn, text string) string {
	var b strings.Builder
	for text != "" {
		word, length := "", 0
		switch {
		case strings.HasPrefix(text, "NAME"):
			word, length = configuredName(r, s.name), len("NAME")
		case strings.HasPrefix(text, "REGION"):
			word, length = regionOf(r), len("REGION")
		case strings.HasPrefix(text, "ACCOUNT"):
			word, length = account, len("ACCOUNT")
		case strings.HasPrefix(text, "UUID"):
			word, length = uuid(r.Address), len("UUID")
		default:
			word, length = hashWord(r.Address, text)
		}
		if length == 0 {
			word, length = text[:1], 1
		}
		b.WriteString(word)
		text = text[length:]
	}
	return b.String()
}

// hashWord returns what HASHn, IDn or HEXn at the beginning of text stand for and how long the word is, or "" and 0.
func hashWord(address, text string) (string, int) {
	for _, kind := range []struct {
		word string
		make func(string, int) string
	}{
		{"HASH", digest},
		{"HEX", hexDigest},
		{"ID", func(s string, n int) string { return strings.ToUpper(digest(s, n)) }},
	} {
		rest, ok := strings.CutPrefix(text, kind.word)
		if !ok {
			continue
		}
		digits := rest[:len(rest)-len(strings.TrimLeft(rest, "0123456789"))]
		if n, err := strconv.Atoi(digits); err == nil {
			return kind.make(address, n), len(kind.word) + len(digits)
		}
	}
	return "", 0
}

// configuredName is NAME: what the configuration says, as far as it is known, else the resource's own name (section 5).
func configuredName(r *terraform.Resource, arguments string) string {
	for _, a := range strings.Fields(arguments) {
		if text := argumentText(r, a); text != "" {
			return text
		}
		if text := argumentText(r, a+"_prefix"); text != "" {
			return text + digest(r.Address, 10)
		}
	}
	return r.Name
}

// argumentText returns an argument's text, stand-ins as they are, or "" where it is absent or unknown.
func argumentText(r *terraform.Resource, name string) string {
	v, ok := r.Argument(name)
	if !ok {
		return ""
	}
	text, _ := rawText(v)
	return text
}

// rawText returns the text of a string, number or bool, with stand-ins as they are. It reports false for what has none.
func rawText(v cty.Value) (string, bool) {
	if v == cty.NilVal {
		return "", false
	}
	v, _ = v.Unmark()
	if v.IsNull() || !v.IsKnown() {
		return "", false
	}
	return scalarText(v)
}

// regionOf is REGION: the region argument of version 6 of the provider, else that of the provider block used.
func regionOf(r *terraform.Resource) string {
	return firstOf(argumentText(r, "region"), r.Region(), "us-east-1")
}
