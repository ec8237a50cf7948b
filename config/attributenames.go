package config

import (
	"strings"

	"edgecase/config/terraform"
)

// Names returns the names of a type's arguments, blocks and attributes, for the types of section 5 that distributions
// refer to most: the union of the provider's versions 3 to 6 (TF-227). It returns nil for other types.
func (p *provider) Names(mode terraform.Mode, typ string) []string {
	switch typ {
	case "aws_alb":
		typ = "aws_lb"
	case "aws_s3_bucket_object":
		typ = "aws_s3_object"
	}
	if mode == terraform.Data {
		typ = "data." + typ
	}
	if p.names == nil {
		p.names = attributeNames()
	}
	return strings.Fields(p.names[typ])
}

func attributeNames() map[string]string {
	return map[string]string{
		"aws_s3_bucket": `
			acceleration_status acl arn bucket bucket_domain_name bucket_namespace bucket_prefix bucket_region
			bucket_regional_domain_name cors_rule force_destroy grant hosted_zone_id id lifecycle_rule logging
			object_lock_configuration object_lock_enabled policy region replication_configuration request_payer
			server_side_encryption_configuration tags tags_all timeouts versioning website website_domain
			website_endpoint`,
		"data.aws_s3_bucket": `
			arn bucket bucket_domain_name bucket_region bucket_regional_domain_name hosted_zone_id id region
			website_domain website_endpoint`,
		"aws_s3_bucket_website_configuration": `
			bucket error_document expected_bucket_owner id index_document redirect_all_requests_to region
			routing_rule routing_rules website_domain website_endpoint`,
		"aws_s3_object": `
			acl arn bucket bucket_key_enabled cache_control checksum_algorithm checksum_crc32 checksum_crc32c
			checksum_crc64nvme checksum_sha1 checksum_sha256 content content_base64 content_disposition
			content_encoding content_language content_type etag force_destroy id key kms_key_id metadata
			object_lock_legal_hold_status object_lock_mode object_lock_retain_until_date override_provider region
			server_side_encryption source source_hash storage_class tags tags_all version_id website_redirect`,
		"aws_lb": `
			access_logs arn arn_suffix client_keep_alive connection_logs customer_owned_ipv4_pool
			desync_mitigation_mode dns_name dns_record_client_routing_policy drop_invalid_header_fields
			enable_cross_zone_load_balancing enable_deletion_protection enable_http2
			enable_tls_version_and_cipher_suite_headers enable_waf_fail_open enable_xff_client_port
			enable_zonal_shift enforce_security_group_inbound_rules_on_private_link_traffic health_check_logs id
			idle_timeout internal ip_address_type ipam_pools load_balancer_type minimum_load_balancer_capacity name
			name_prefix preserve_host_header region secondary_ips_auto_assigned_per_subnet security_groups
			subnet_mapping subnets tags tags_all timeouts vpc_id xff_header_processing_mode zone_id`,
		"data.aws_lb": `
			access_logs arn arn_suffix client_keep_alive connection_logs customer_owned_ipv4_pool
			desync_mitigation_mode dns_name dns_record_client_routing_policy drop_invalid_header_fields
			enable_cross_zone_load_balancing enable_deletion_protection enable_http2
			enable_tls_version_and_cipher_suite_headers enable_waf_fail_open enable_xff_client_port
			enable_zonal_shift enforce_security_group_inbound_rules_on_private_link_traffic health_check_logs id
			idle_timeout internal ip_address_type ipam_pools load_balancer_type name preserve_host_header region
			secondary_ips_auto_assigned_per_subnet security_groups subnet_mapping subnets tags timeouts vpc_id
			xff_header_processing_mode zone_id`,
		"aws_elb": `
			access_logs arn availability_zones connection_draining connection_draining_timeout
			cross_zone_load_balancing desync_mitigation_mode dns_name health_check id idle_timeout instances
			internal listener name name_prefix region security_groups source_security_group source_security_group_id
			subnets tags tags_all timeouts zone_id`,
		"aws_lambda_function": `
			architectures arn capacity_provider_config code_sha256 code_signing_config_arn dead_letter_config
			description durable_config environment ephemeral_storage file_system_config filename function_name
			handler id image_config image_uri invoke_arn kms_key_arn last_modified layers logging_config memory_size
			package_type publish publish_to qualified_arn qualified_invoke_arn region
			replace_security_groups_on_destroy replacement_security_group_ids reserved_concurrent_executions
			response_streaming_invoke_arn role runtime s3_bucket s3_key s3_object_version signing_job_arn
			signing_profile_version_arn skip_destroy snap_start source_code_hash source_code_size source_kms_key_arn
			tags tags_all tenancy_config timeout timeouts tracing_config version vpc_config`,
		"data.aws_lambda_function": `
			architectures arn capacity_provider_config code_sha256 code_signing_config_arn dead_letter_config
			description durable_config environment ephemeral_storage file_system_config function_name handler id
			image_uri invoke_arn kms_key_arn last_modified layers logging_config memory_size qualified_arn
			qualified_invoke_arn qualifier region reserved_concurrent_executions response_streaming_invoke_arn role
			runtime signing_job_arn signing_profile_version_arn source_code_hash source_code_size source_kms_key_arn
			tags tenancy_config timeout tracing_config version vpc_config`,
		"aws_lambda_function_url": `
			authorization_type cors function_arn function_name function_url id invoke_mode qualifier region timeouts
			url_id`,
		"aws_lambda_alias": `
			arn description function_name function_version id invoke_arn name region routing_config`,
		"aws_apigatewayv2_api": `
			api_endpoint api_key_selection_expression arn body cors_configuration credentials_arn description
			disable_execute_api_endpoint execution_arn fail_on_warnings id ip_address_type name protocol_type region
			route_key route_selection_expression tags tags_all target version`,
		"aws_apigatewayv2_stage": `
			access_log_settings api_id arn auto_deploy client_certificate_id default_route_settings deployment_id
			description execution_arn id invoke_url name region route_settings stage_variables tags tags_all`,
		"aws_api_gateway_rest_api": `
			api_key_source arn binary_media_types body created_date description disable_execute_api_endpoint
			endpoint_configuration execution_arn fail_on_warnings id minimum_compression_size name parameters policy
			put_rest_api_mode region root_resource_id tags tags_all`,
		"aws_api_gateway_stage": `
			access_log_settings arn cache_cluster_enabled cache_cluster_size canary_settings client_certificate_id
			deployment_id description documentation_version execution_arn id invoke_url region rest_api_id
			stage_name tags tags_all variables web_acl_arn xray_tracing_enabled`,
		"aws_api_gateway_deployment": `
			canary_settings created_date description execution_arn id invoke_url region rest_api_id
			stage_description stage_name triggers variables`,
		"aws_acm_certificate": `
			arn certificate_authority_arn certificate_body certificate_chain domain_name domain_validation_options
			early_renewal_duration id key_algorithm not_after not_before options pending_renewal private_key
			private_key_wo private_key_wo_version region renewal_eligibility renewal_summary status
			subject_alternative_names tags tags_all type validation_emails validation_method validation_option`,
		"data.aws_acm_certificate": `
			arn certificate certificate_chain domain id key_types most_recent region status statuses tags types`,
		"aws_acm_certificate_validation": `
			certificate_arn id region timeouts validation_record_fqdns`,
		"aws_wafv2_web_acl": `
			arn capacity custom_response_body default_action description id lock_token name rule scope tags tags_all
			visibility_config`,
		"aws_route53_zone": `
			arn comment delegation_set_id enable_accelerated_recovery force_destroy id name name_servers
			primary_name_server tags tags_all timeouts vpc zone_id`,
		"data.aws_route53_zone": `
			arn caller_reference comment enable_accelerated_recovery id linked_service_description
			linked_service_principal name name_servers primary_name_server private_zone resource_record_set_count
			tags vpc_id zone_id`,
		"aws_route53_record": `
			alias allow_overwrite cidr_routing_policy failover_routing_policy fqdn geolocation_routing_policy
			geoproximity_routing_policy health_check_id id latency_routing_policy multivalue_answer_routing_policy
			name records set_identifier timeouts ttl type weighted_routing_policy zone_id`,
		"aws_instance": `
			ami arn associate_public_ip_address availability_zone capacity_reservation_specification cpu_core_count
			cpu_options cpu_threads_per_core credit_specification disable_api_stop disable_api_termination
			ebs_block_device ebs_optimized enable_primary_ipv6 enclave_options ephemeral_block_device force_destroy
			get_password_data hibernation host_id host_resource_group_arn iam_instance_profile id
			instance_initiated_shutdown_behavior instance_lifecycle instance_market_options instance_state
			instance_type ipv6_address_count ipv6_addresses key_name launch_template maintenance_options
			metadata_options monitoring network_interface outpost_arn password_data placement_group
			placement_group_id placement_partition_number primary_network_interface primary_network_interface_id
			private_dns private_dns_name_options private_ip public_dns public_ip region root_block_device
			secondary_network_interface secondary_private_ips security_groups source_dest_check
			spot_instance_request_id subnet_id tags tags_all tenancy timeouts user_data user_data_base64
			user_data_replace_on_change volume_tags vpc_security_group_ids`,
		"aws_eip": `
			address allocation_id arn associate_with_private_ip association_id carrier_ip customer_owned_ip
			customer_owned_ipv4_pool domain id instance ipam_pool_id network_border_group network_interface
			private_dns private_ip ptr_record public_dns public_ip public_ipv4_pool region tags tags_all timeouts
			vpc`,
		"aws_elastic_beanstalk_environment": `
			all_settings application arn autoscaling_groups cname cname_prefix description endpoint_url id instances
			launch_configurations load_balancers name platform_arn poll_interval queues region setting
			solution_stack_name tags tags_all template_name tier triggers version_label wait_for_ready_timeout`,
		"aws_apprunner_service": `
			arn auto_scaling_configuration_arn encryption_configuration health_check_configuration id
			instance_configuration network_configuration observability_configuration region service_id service_name
			service_url source_configuration status tags tags_all`,
		"aws_media_store_container": `
			arn endpoint id name region tags tags_all`,
		"aws_globalaccelerator_accelerator": `
			arn attributes dns_name dual_stack_dns_name enabled hosted_zone_id id ip_address_type ip_addresses
			ip_sets name tags tags_all timeouts`,
		"aws_s3_access_point": `
			account_id alias arn bucket bucket_account_id domain_name endpoints has_public_access_policy id name
			network_origin policy public_access_block_configuration region tags tags_all vpc_configuration`,
		"aws_lightsail_container_service": `
			arn availability_zone created_at id is_disabled name power power_id principal_arn private_domain_name
			private_registry_access public_domain_names region resource_type scale state tags tags_all timeouts url`,
		"data.aws_region": `
			description endpoint id name region`,
		"data.aws_caller_identity": `
			account_id arn id user_id`,
		"data.aws_partition": `
			dns_suffix id partition reverse_dns_prefix`,
	}
}
