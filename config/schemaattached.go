package config

import (
	"edgecase/config/terraform"

	"github.com/zclconf/go-cty/cty"
)

// attachedTypes are the types of what a distribution can name and edgecase does not do.
func attachedTypes() []string {
	return []string{
		"aws_cloudfront_continuous_deployment_policy", "aws_cloudfront_field_level_encryption_config",
		"aws_cloudfront_realtime_log_config", "aws_cloudfront_anycast_ip_list", "aws_cloudfront_trust_store",
		"aws_cloudfront_connection_function",
	}
}

// attachedSchemas returns the schemas of what a distribution can name and edgecase does not do (TF-180), by type.
func attachedSchemas() map[string]terraform.Schema {
	tags := []row{optional(cty.Map(cty.String), "tags"), computed(cty.Map(cty.String), "tags_all")}
	timeouts := maybe("timeouts", optional(cty.String, "create update delete"))
	return map[string]terraform.Schema{
		"aws_cloudfront_field_level_encryption_config": body(
			optional(cty.String, "comment"),
			computed(cty.String, "id arn caller_reference etag"),
			one("content_type_profile_config",
				required(cty.Bool, "forward_when_content_type_is_unknown"),
				one("content_type_profiles", set("items", 1, 0,
					required(cty.String, "content_type format"),
					optional(cty.String, "profile_id"),
				)),
			),
			one("query_arg_profile_config",
				required(cty.Bool, "forward_when_query_arg_profile_is_unknown"),
				maybe("query_arg_profiles", set("items", 0, 0, required(cty.String, "profile_id query_arg"))),
			),
		),
		"aws_cloudfront_field_level_encryption_profile": body(
			required(cty.String, "name"),
			optional(cty.String, "comment"),
			computed(cty.String, "id arn caller_reference etag"),
			one("encryption_entities", set("items", 0, 0,
				required(cty.String, "provider_id public_key_id"),
				one("field_patterns", optional(strs(), "items")),
			)),
		),
		"aws_cloudfront_realtime_log_config": body(
			required(cty.String, "name"),
			required(strs(), "fields"),
			required(cty.Number, "sampling_rate"),
			computed(cty.String, "id arn"),
			one("endpoint",
				required(cty.String, "stream_type"),
				one("kinesis_stream_config", required(cty.String, "role_arn stream_arn")),
			),
		),
		"aws_cloudfront_monitoring_subscription": body(
			required(cty.String, "distribution_id"),
			computed(cty.String, "id"),
			one("monitoring_subscription",
				one("realtime_metrics_subscription_config", required(cty.String, "realtime_metrics_subscription_status"))),
		),
		"aws_cloudfront_anycast_ip_list": body(rowsOf(tags,
			required(cty.String, "name"),
			required(cty.Number, "ip_count"),
			optional(cty.String, "ip_address_type"),
			computed(list(), "anycast_ips"),
			computed(cty.String, "id arn etag"),
			timeouts,
		)...),
		"aws_cloudfront_trust_store": body(rowsOf(tags,
			required(cty.String, "name"),
			computed(cty.Number, "number_of_ca_certificates"),
			computed(cty.String, "id arn etag"),
			maybe("ca_certificates_bundle_source", maybe("ca_certificates_bundle_s3_location",
				required(cty.String, "bucket key region"),
				optional(cty.String, "version"),
			)),
			timeouts,
		)...),
		"aws_cloudfront_connection_function": body(rowsOf(tags,
			required(cty.String, "name connection_function_code"),
			either(cty.Bool, "publish"),
			computed(cty.String, "id connection_function_arn etag live_stage_etag status"),
			maybe("connection_function_config",
				required(cty.String, "comment runtime"),
				maybe("key_value_store_association", required(cty.String, "key_value_store_arn")),
			),
		)...),
		"aws_cloudfront_connection_group": body(rowsOf(tags,
			required(cty.String, "name"),
			optional(cty.String, "anycast_ip_list_id"),
			either(cty.Bool, "enabled ipv6_enabled wait_for_deployment"),
			computed(cty.Bool, "is_default"),
			computed(cty.String, "id arn etag last_modified_time routing_endpoint status"),
			timeouts,
		)...),
	}
}
