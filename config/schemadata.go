package config

import (
	"edgecase/config/terraform"

	"github.com/zclconf/go-cty/cty"
)

// dataSchemas returns the schemas of the data sources of CloudFront (TF-196 to TF-199), by type.
func dataSchemas() map[string]terraform.Schema {
	nested := cty.DynamicPseudoType // lists of objects, which are read and never written
	found := []row{optional(cty.String, "id name"), computed(cty.String, "arn comment etag")}
	return map[string]terraform.Schema{
		"aws_cloudfront_cache_policy": body(rowsOf(found,
			computed(cty.Number, "min_ttl default_ttl max_ttl"),
			computed(nested, "parameters_in_cache_key_and_forwarded_to_origin"))...),
		"aws_cloudfront_origin_request_policy": body(rowsOf(found,
			computed(nested, "cookies_config headers_config query_strings_config"))...),
		"aws_cloudfront_response_headers_policy": body(rowsOf(found,
			computed(nested, "cors_config custom_headers_config remove_headers_config security_headers_config "+
				"server_timing_headers_config"))...),
		"aws_cloudfront_distribution": body(
			required(cty.String, "id"),
			computed(cty.String, "arn domain_name etag hosted_zone_id last_modified_time status web_acl_id anycast_ip_list_id"),
			computed(strs(), "aliases"),
			computed(cty.Bool, "enabled"),
			computed(cty.Number, "in_progress_validation_batches"),
			either(cty.Map(cty.String), "tags"),
		),
		"aws_cloudfront_function": body(
			required(cty.String, "name stage"),
			either(cty.String, "id"),
			computed(cty.String, "arn code comment etag last_modified_time runtime status"),
			computed(strs(), "key_value_store_associations"),
		),
		"aws_cloudfront_origin_access_identity": body(
			required(cty.String, "id"),
			computed(cty.String, "arn caller_reference cloudfront_access_identity_path comment etag iam_arn s3_canonical_user_id"),
		),
		"aws_cloudfront_origin_access_identities": body(
			optional(strs(), "comments"),
			either(cty.String, "id"),
			computed(strs(), "ids iam_arns s3_canonical_user_ids"),
		),
		"aws_cloudfront_origin_access_control": body(
			required(cty.String, "id"),
			computed(cty.String, "arn description etag name origin_access_control_origin_type signing_behavior signing_protocol"),
		),
		"aws_cloudfront_realtime_log_config": body(
			required(cty.String, "name"),
			either(cty.String, "id"),
			computed(cty.String, "arn"),
			computed(strs(), "fields"),
			computed(cty.Number, "sampling_rate"),
			computed(nested, "endpoint"),
		),
		"aws_cloudfront_key_value_store": body(
			required(cty.String, "name"),
			computed(cty.String, "id arn comment last_modified_time"),
		),
		"aws_cloudfront_log_delivery_canonical_user_id": body(
			optional(cty.String, "region"),
			either(cty.String, "id"),
		),
	}
}
