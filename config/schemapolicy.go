package config

import (
	"edgecase/config/terraform"

	"github.com/zclconf/go-cty/cty"
)

// cachePolicySchema is TF-160.
func cachePolicySchema() terraform.Schema {
	return body(
		required(cty.String, "name"),
		optional(cty.String, "comment"),
		optional(cty.Number, "min_ttl default_ttl max_ttl"),
		computed(cty.String, "id etag arn"),
		one("parameters_in_cache_key_and_forwarded_to_origin",
			rowsOf(selectionRows(), optional(cty.Bool, "enable_accept_encoding_brotli enable_accept_encoding_gzip"))...),
	)
}

// originRequestPolicySchema is TF-161.
func originRequestPolicySchema() terraform.Schema {
	return body(rowsOf(selectionRows(),
		required(cty.String, "name"),
		optional(cty.String, "comment"),
		computed(cty.String, "id etag arn"),
	)...)
}

// selectionRows are the three blocks that cache policies and origin request policies share.
func selectionRows() []row {
	return []row{
		one("cookies_config",
			required(cty.String, "cookie_behavior"),
			maybe("cookies", optional(strs(), "items")),
		),
		one("headers_config",
			optional(cty.String, "header_behavior"),
			maybe("headers", optional(strs(), "items")),
		),
		one("query_strings_config",
			required(cty.String, "query_string_behavior"),
			maybe("query_strings", optional(strs(), "items")),
		),
	}
}

// responseHeadersPolicySchema is TF-162.
func responseHeadersPolicySchema() terraform.Schema {
	return body(
		required(cty.String, "name"),
		optional(cty.String, "comment"),
		either(cty.String, "etag"),
		computed(cty.String, "id arn"),
		maybe("cors_config",
			required(cty.Bool, "access_control_allow_credentials origin_override"),
			optional(cty.Number, "access_control_max_age_sec"),
			one("access_control_allow_headers", optional(strs(), "items")),
			one("access_control_allow_methods", optional(strs(), "items")),
			one("access_control_allow_origins", optional(strs(), "items")),
			maybe("access_control_expose_headers", optional(strs(), "items")),
		),
		maybe("custom_headers_config", set("items", 0, 0,
			required(cty.String, "header value"),
			required(cty.Bool, "override"),
		)),
		maybe("remove_headers_config", set("items", 0, 0, required(cty.String, "header"))),
		maybe("security_headers_config", securityRows()...),
		maybe("server_timing_headers_config",
			required(cty.Bool, "enabled"),
			required(cty.Number, "sampling_rate"),
		),
	)
}

func securityRows() []row {
	override := required(cty.Bool, "override")
	return []row{
		maybe("content_security_policy", override, required(cty.String, "content_security_policy")),
		maybe("content_type_options", override),
		maybe("frame_options", override, required(cty.String, "frame_option")),
		maybe("referrer_policy", override, required(cty.String, "referrer_policy")),
		maybe("strict_transport_security", override,
			required(cty.Number, "access_control_max_age_sec"),
			optional(cty.Bool, "include_subdomains preload"),
		),
		maybe("xss_protection", override,
			required(cty.Bool, "protection"),
			optional(cty.Bool, "mode_block"),
			optional(cty.String, "report_uri"),
		),
	}
}

// functionSchema is TF-163.
func functionSchema() terraform.Schema {
	return body(
		required(cty.String, "name runtime code"),
		optional(cty.String, "comment"),
		optional(cty.Bool, "publish"),
		optional(strs(), "key_value_store_associations"),
		optional(cty.Map(cty.String), "tags"),
		computed(cty.Map(cty.String), "tags_all"),
		computed(cty.String, "id arn etag live_stage_etag status"),
	)
}

// keyValueStoreSchema is TF-165.
func keyValueStoreSchema() terraform.Schema {
	return body(
		required(cty.String, "name"),
		optional(cty.String, "comment"),
		optional(cty.Map(cty.String), "tags"),
		computed(cty.String, "id arn etag last_modified_time"),
		maybe("timeouts", optional(cty.String, "create")),
	)
}

// keyValueStoreKeySchema is TF-166.
func keyValueStoreKeySchema() terraform.Schema {
	return body(
		required(cty.String, "key_value_store_arn key value"),
		computed(cty.String, "id"),
		computed(cty.Number, "total_size_in_bytes"),
	)
}

// keysExclusiveSchema is TF-167.
func keysExclusiveSchema() terraform.Schema {
	return body(
		required(cty.String, "key_value_store_arn"),
		optional(cty.Number, "max_batch_size"),
		computed(cty.Number, "total_size_in_bytes"),
		set("resource_key_value_pair", 0, 0, required(cty.String, "key value")),
	)
}

// publicKeySchema is TF-168.
func publicKeySchema() terraform.Schema {
	return body(
		required(cty.String, "encoded_key"),
		either(cty.String, "name name_prefix"),
		optional(cty.String, "comment"),
		computed(cty.String, "id etag caller_reference"),
	)
}

// keyGroupSchema is TF-169.
func keyGroupSchema() terraform.Schema {
	return body(
		required(cty.String, "name"),
		required(strs(), "items"),
		optional(cty.String, "comment"),
		computed(cty.String, "id etag"),
	)
}

// originAccessControlSchema is TF-175.
func originAccessControlSchema() terraform.Schema {
	return body(
		required(cty.String, "name origin_access_control_origin_type signing_behavior signing_protocol"),
		optional(cty.String, "description"),
		computed(cty.String, "id etag arn"),
	)
}

// originAccessIdentitySchema is TF-176.
func originAccessIdentitySchema() terraform.Schema {
	return body(
		optional(cty.String, "comment"),
		computed(cty.String, "id arn etag cloudfront_access_identity_path iam_arn s3_canonical_user_id caller_reference"),
	)
}

// vpcOriginSchema is TF-177.
func vpcOriginSchema() terraform.Schema {
	return body(
		optional(cty.Map(cty.String), "tags"),
		computed(cty.Map(cty.String), "tags_all"),
		computed(cty.String, "id arn etag"),
		one("vpc_origin_endpoint_config",
			required(cty.String, "name arn origin_protocol_policy"),
			required(cty.Number, "http_port https_port"),
			maybe("origin_ssl_protocols",
				required(strs(), "items"),
				required(cty.Number, "quantity"),
			),
		),
		maybe("timeouts", optional(cty.String, "create update delete")),
	)
}

// continuousDeploymentSchema is TF-188.
func continuousDeploymentSchema() terraform.Schema {
	return body(
		required(cty.Bool, "enabled"),
		computed(cty.String, "id arn etag last_modified_time"),
		maybe("staging_distribution_dns_names",
			optional(strs(), "items"),
			required(cty.Number, "quantity"),
		),
		maybe("traffic_config",
			required(cty.String, "type"),
			maybe("single_header_config", required(cty.String, "header value")),
			maybe("single_weight_config",
				required(cty.Number, "weight"),
				maybe("session_stickiness_config", required(cty.Number, "idle_ttl maximum_ttl")),
			),
		),
	)
}
