package config

import (
	"edgecase/config/terraform"

	"github.com/zclconf/go-cty/cty"
)

// distributionSchema is TF-100 to TF-118.
func distributionSchema() terraform.Schema {
	return body(
		required(cty.Bool, "enabled"),
		optional(strs(), "aliases"),
		optional(cty.String, "default_root_object web_acl_id http_version price_class comment anycast_ip_list_id"),
		either(cty.String, "continuous_deployment_policy_id"),
		optional(cty.Bool, "is_ipv6_enabled retain_on_delete wait_for_deployment staging"),
		optional(cty.Map(cty.String), "tags"),
		either(cty.Map(cty.String), "tags_all"),
		computed(cty.String, "id arn domain_name hosted_zone_id etag status caller_reference last_modified_time"),
		computed(cty.Number, "in_progress_validation_batches"),
		computed(cty.Bool, "logging_v1_enabled"),
		computed(cty.DynamicPseudoType, "trusted_signers trusted_key_groups active_trusted_signers"),

		set("origin", 1, 0, originRows()...),
		set("origin_group", 0, 0,
			required(cty.String, "origin_id"),
			optional(cty.String, "selection_criteria"),
			one("failover_criteria", required(cty.Set(cty.Number), "status_codes")),
			nested("member", 2, 2, required(cty.String, "origin_id")),
		),
		one("default_cache_behavior", behaviorRows()...),
		nested("ordered_cache_behavior", 0, 0, rowsOf(behaviorRows(), required(cty.String, "path_pattern"))...),
		nested("cache_behavior", 0, 0, rowsOf(behaviorRows(), optional(cty.String, "path_pattern"), loose)...), // TF-154
		set("custom_error_response", 0, 0,
			required(cty.Number, "error_code"),
			optional(cty.Number, "response_code"),
			attributes("error_caching_min_ttl", terraform.Attribute{Type: cty.Number, Optional: true, ZeroIsUnset: true}),
			optional(cty.String, "response_page_path"),
		),
		one("restrictions", one("geo_restriction",
			required(cty.String, "restriction_type"),
			either(strs(), "locations"),
		)),
		one("viewer_certificate",
			optional(cty.String, "acm_certificate_arn iam_certificate_id minimum_protocol_version ssl_support_method"),
			optional(cty.Bool, "cloudfront_default_certificate"),
		),
		maybe("logging_config",
			optional(cty.String, "bucket prefix"),
			optional(cty.Bool, "include_cookies"),
		),
		maybe("viewer_mtls_config",
			optional(cty.String, "mode"),
			maybe("trust_store_config",
				required(cty.String, "trust_store_id"),
				optional(cty.Bool, "advertise_trust_store_ca_names ignore_certificate_expiry"),
			),
		),
		maybe("connection_function_association", required(cty.String, "id")),
		maybe("cache_tag_config", required(cty.String, "header_name")),
	)
}

// originRows is TF-120 to TF-130.
func originRows() []row {
	return []row{
		required(cty.String, "origin_id domain_name"),
		optional(cty.String, "origin_path origin_access_control_id"),
		optional(cty.Number, "connection_attempts connection_timeout"),
		either(cty.Number, "response_completion_timeout"),
		maybe("custom_origin_config",
			required(cty.Number, "http_port https_port"),
			required(cty.String, "origin_protocol_policy"),
			required(strs(), "origin_ssl_protocols"),
			optional(cty.Number, "origin_keepalive_timeout origin_read_timeout"),
			optional(cty.String, "ip_address_type"),
			maybe("origin_mtls_config", required(cty.String, "client_certificate_arn")),
		),
		maybe("s3_origin_config", required(cty.String, "origin_access_identity")),
		maybe("vpc_origin_config",
			required(cty.String, "vpc_origin_id"),
			optional(cty.Number, "origin_keepalive_timeout origin_read_timeout"),
			optional(cty.String, "owner_account_id"),
		),
		set("custom_header", 0, 0, required(cty.String, "name value")),
		maybe("origin_shield",
			required(cty.Bool, "enabled"),
			optional(cty.String, "origin_shield_region"),
		),
	}
}

// behaviorRows is TF-141 to TF-153: what a default and an ordered behavior have in common.
func behaviorRows() []row {
	return []row{
		required(cty.String, "target_origin_id viewer_protocol_policy"),
		required(strs(), "allowed_methods cached_methods"),
		optional(cty.String, "cache_policy_id origin_request_policy_id response_headers_policy_id"),
		optional(cty.String, "field_level_encryption_id realtime_log_config_arn"),
		either(cty.Number, "default_ttl max_ttl"),
		optional(cty.Number, "min_ttl"),
		optional(cty.Bool, "compress smooth_streaming"),
		either(list(), "trusted_key_groups trusted_signers"),
		maybe("forwarded_values",
			required(cty.Bool, "query_string"),
			either(list(), "query_string_cache_keys"),
			either(strs(), "headers"),
			one("cookies",
				required(cty.String, "forward"),
				either(strs(), "whitelisted_names"),
			),
		),
		set("function_association", 0, 2, required(cty.String, "event_type function_arn")),
		set("lambda_function_association", 0, 4,
			required(cty.String, "event_type lambda_arn"),
			optional(cty.Bool, "include_body"),
		),
		maybe("grpc_config", either(cty.Bool, "enabled")),
	}
}
