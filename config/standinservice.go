package config

// serviceStandIns is section 5 for what stands behind origins beside buckets, load balancers and functions (TF-225), and
// for what policies and names are made of. A type stands for its data source, too.
func serviceStandIns() map[string]standIn {
	named := func(arn string, more ...string) standIn {
		return standIn{"name", with(map[string]string{"id": "NAME", "name": "NAME", "arn": arn}, more...)}
	}
	byARN := func(arn string, more ...string) standIn {
		return standIn{"name", with(map[string]string{"id": arn, "arn": arn, "name": "NAME"}, more...)}
	}
	byID := func(id, arn string, more ...string) standIn {
		return standIn{"name", with(map[string]string{"id": id, "arn": arn}, more...)}
	}
	ec2 := func(prefix, kind string, more ...string) standIn {
		id := prefix + "-HEX17"
		return byID(id, "arn:aws:ec2:REGION:ACCOUNT:"+kind+"/"+id, append(more, "owner_id", "ACCOUNT")...)
	}
	accelerator := byARN("arn:aws:globalaccelerator::ACCOUNT:accelerator/UUID",
		"dns_name", "aHEX16.awsglobalaccelerator.com", "dual_stack_dns_name", "aHEX16.dualstack.awsglobalaccelerator.com",
		"hosted_zone_id", "Z2BJ6XQ5FK7U4H")
	search := standIn{"domain_name", map[string]string{
		"id": "arn:aws:es:REGION:ACCOUNT:domain/NAME", "arn": "arn:aws:es:REGION:ACCOUNT:domain/NAME", "domain_id": "ACCOUNT/NAME",
		"endpoint":           "search-NAME-HASH26.REGION.es.amazonaws.com",
		"endpoint_v2":        "search-NAME-HASH26.aos.REGION.on.aws",
		"dashboard_endpoint": "search-NAME-HASH26.REGION.es.amazonaws.com/_dashboards",
		"kibana_endpoint":    "search-NAME-HASH26.REGION.es.amazonaws.com/_plugin/kibana/"}}

	group := byARN("arn:aws:elasticloadbalancing:REGION:ACCOUNT:targetgroup/NAME/HEX16", "arn_suffix", "targetgroup/NAME/HEX16")
	listener := byARN("arn:aws:elasticloadbalancing:REGION:ACCOUNT:listener/app/NAME/HEX16/HEX16")
	return map[string]standIn{
		"aws_s3_access_point": {"name", map[string]string{"id": "ACCOUNT:NAME", "alias": "NAME-HASH34-s3alias",
			"arn": "arn:aws:s3:REGION:ACCOUNT:accesspoint/NAME", "domain_name": "NAME-ACCOUNT.s3-accesspoint.REGION.amazonaws.com"}},
		"aws_s3control_object_lambda_access_point": {"name", map[string]string{"id": "ACCOUNT:NAME", "alias": "NAME-HASH20--ol-s3",
			"arn": "arn:aws:s3-object-lambda:REGION:ACCOUNT:accesspoint/NAME"}},
		"aws_s3control_multi_region_access_point": {"", map[string]string{"id": "ACCOUNT:NAME", "alias": "mHASH12.mrap",
			"arn": "arn:aws:s3::ACCOUNT:accesspoint/mHASH12.mrap", "domain_name": "mHASH12.mrap.accesspoint.s3-global.amazonaws.com"}},
		"aws_s3_directory_bucket": {"bucket", map[string]string{"id": "NAME", "arn": "arn:aws:s3express:REGION:ACCOUNT:bucket/NAME"}},

		"aws_lb_target_group":      group,
		"aws_alb_target_group":     group,
		"aws_lb_listener":          listener,
		"aws_alb_listener":         listener,
		"aws_lambda_layer_version": {"layer_name", map[string]string{"arn": "arn:aws:lambda:REGION:ACCOUNT:layer:NAME:1", "layer_arn": "arn:aws:lambda:REGION:ACCOUNT:layer:NAME", "version": "1"}},
		"aws_api_gateway_api_key":  byID("HASH10", "arn:aws:apigateway:REGION::/apikeys/HASH10", "value", "HASH40"),
		"aws_api_gateway_resource": {"", map[string]string{"id": "HASH6"}},
		"aws_api_gateway_domain_name": {"domain_name", map[string]string{"id": "NAME", "arn": "arn:aws:apigateway:REGION::/domainnames/NAME",
			"cloudfront_domain_name": "dHASH13.cloudfront.net", "cloudfront_zone_id": "Z2FDTNDATAQYW2",
			"regional_domain_name": "d-HASH10.execute-api.REGION.amazonaws.com", "regional_zone_id": "ZID13"}},
		"aws_appsync_graphql_api": byID("HASH26", "arn:aws:appsync:REGION:ACCOUNT:apis/HASH26"),

		"aws_globalaccelerator_accelerator":                accelerator,
		"aws_globalaccelerator_custom_routing_accelerator": accelerator,
		"aws_apprunner_service": {"service_name", map[string]string{"id": "arn:aws:apprunner:REGION:ACCOUNT:service/NAME/HEX32",
			"arn": "arn:aws:apprunner:REGION:ACCOUNT:service/NAME/HEX32", "service_id": "HEX32", "service_url": "HASH10.REGION.awsapprunner.com"}},
		"aws_apprunner_custom_domain_association": {"", map[string]string{"dns_target": "HASH10.REGION.awsapprunner.com"}},
		"aws_amplify_app":                         byID("dHASH13", "arn:aws:amplify:REGION:ACCOUNT:apps/dHASH13", "default_domain", "dHASH13.amplifyapp.com"),
		"aws_media_store_container":               named("arn:aws:mediastore:REGION:ACCOUNT:container/NAME", "endpoint", "https://HASH14.data.mediastore.REGION.amazonaws.com"),
		"aws_media_packagev2_channel_group":       named("arn:aws:mediapackagev2:REGION:ACCOUNT:channelGroup/NAME", "egress_domain", "HASH6.egress.HASH6.mediapackagev2.REGION.amazonaws.com"),
		"aws_media_package_channel":               {"channel_id", map[string]string{"id": "NAME", "arn": "arn:aws:mediapackage:REGION:ACCOUNT:channels/HEX32"}},
		"aws_opensearch_domain":                   search,
		"aws_elasticsearch_domain":                search,
		"aws_transfer_server":                     byID("s-HEX17", "arn:aws:transfer:REGION:ACCOUNT:server/s-HEX17", "endpoint", "s-HEX17.server.transfer.REGION.amazonaws.com"),
		"data.aws_iot_endpoint":                   {"", map[string]string{"endpoint_address": "HASH14-ats.iot.REGION.amazonaws.com"}},
		"aws_eks_cluster":                         named("arn:aws:eks:REGION:ACCOUNT:cluster/NAME", "endpoint", "https://HEX32.gr7.REGION.eks.amazonaws.com"),
		"aws_ecs_cluster":                         {"name cluster_name", map[string]string{"id": "arn:aws:ecs:REGION:ACCOUNT:cluster/NAME", "arn": "arn:aws:ecs:REGION:ACCOUNT:cluster/NAME", "name": "NAME"}},
		"aws_ecs_service":                         byARN("arn:aws:ecs:REGION:ACCOUNT:service/NAME"),
		"aws_ecr_repository":                      named("arn:aws:ecr:REGION:ACCOUNT:repository/NAME", "registry_id", "ACCOUNT", "repository_url", "ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME"),

		"aws_lightsail_instance":          named("arn:aws:lightsail:REGION:ACCOUNT:Instance/UUID", "public_ip_address", "203.0.113.10", "private_ip_address", "10.0.0.10"),
		"aws_lightsail_static_ip":         named("arn:aws:lightsail:REGION:ACCOUNT:StaticIp/UUID", "ip_address", "203.0.113.11"),
		"aws_lightsail_lb":                named("arn:aws:lightsail:REGION:ACCOUNT:LoadBalancer/UUID", "dns_name", "HEX32-HASH10.REGION.elb.amazonaws.com"),
		"aws_lightsail_container_service": named("arn:aws:lightsail:REGION:ACCOUNT:ContainerService/UUID", "url", "https://NAME.HASH13.REGION.cs.amazonlightsail.com/", "private_domain_name", "NAME.service.local"),
		"aws_lightsail_bucket":            named("arn:aws:lightsail:REGION:ACCOUNT:Bucket/UUID", "url", "https://NAME.s3.REGION.amazonaws.com/"),
		"aws_lightsail_distribution":      named("arn:aws:lightsail:us-east-1:ACCOUNT:Distribution/UUID", "domain_name", "dHASH13.cloudfront.net"),

		"aws_db_instance":      {"identifier", map[string]string{"id": "db-ID26", "identifier": "NAME", "arn": "arn:aws:rds:REGION:ACCOUNT:db:NAME", "address": "NAME.HASH12.REGION.rds.amazonaws.com", "endpoint": "NAME.HASH12.REGION.rds.amazonaws.com:3306"}},
		"aws_rds_cluster":      {"cluster_identifier", map[string]string{"id": "NAME", "cluster_identifier": "NAME", "arn": "arn:aws:rds:REGION:ACCOUNT:cluster:NAME", "endpoint": "NAME.cluster-HASH12.REGION.rds.amazonaws.com", "reader_endpoint": "NAME.cluster-ro-HASH12.REGION.rds.amazonaws.com"}},
		"aws_vpc":              ec2("vpc", "vpc", "default_security_group_id", "sg-HEX17", "main_route_table_id", "rtb-HEX17"),
		"aws_subnet":           ec2("subnet", "subnet"),
		"aws_default_vpc":      ec2("vpc", "vpc"),
		"aws_security_group":   ec2("sg", "security-group", "name", "NAME"),
		"aws_internet_gateway": ec2("igw", "internet-gateway"),
		"aws_vpc_endpoint":     ec2("vpce", "vpc-endpoint"),

		"aws_cognito_user_pool": {"name", map[string]string{"id": "REGION_HASH9", "arn": "arn:aws:cognito-idp:REGION:ACCOUNT:userpool/REGION_HASH9",
			"endpoint": "cognito-idp.REGION.amazonaws.com/REGION_HASH9"}},
		"aws_cognito_user_pool_client": {"name", map[string]string{"id": "HASH26", "client_secret": "HASH52"}},
		"aws_cognito_user_pool_domain": {"domain", map[string]string{"id": "NAME", "cloudfront_distribution": "dHASH13.cloudfront.net",
			"cloudfront_distribution_arn": "dHASH13.cloudfront.net", "cloudfront_distribution_zone_id": "Z2FDTNDATAQYW2", "aws_account_id": "ACCOUNT"}},
		"aws_cognito_identity_pool": {"identity_pool_name", map[string]string{"id": "REGION:UUID", "arn": "arn:aws:cognito-identity:REGION:ACCOUNT:identitypool/REGION:UUID"}},

		"aws_iam_policy":             {"name", map[string]string{"id": "arn:aws:iam::ACCOUNT:policy/NAME", "arn": "arn:aws:iam::ACCOUNT:policy/NAME", "name": "NAME", "policy_id": "ANPAID17"}},
		"aws_iam_user":               named("arn:aws:iam::ACCOUNT:user/NAME", "unique_id", "AIDAID17"),
		"aws_iam_server_certificate": {"name", map[string]string{"id": "ASCAID17", "arn": "arn:aws:iam::ACCOUNT:server-certificate/NAME", "name": "NAME"}},
		"aws_wafv2_ip_set":           byID("UUID", "arn:aws:wafv2:us-east-1:ACCOUNT:global/ipset/NAME/UUID"),
		"aws_wafv2_rule_group":       byID("UUID", "arn:aws:wafv2:us-east-1:ACCOUNT:global/rulegroup/NAME/UUID"),
		"aws_kms_key":                {"", map[string]string{"id": "UUID", "key_id": "UUID", "arn": "arn:aws:kms:REGION:ACCOUNT:key/UUID"}},
		"aws_kms_alias":              {"name", map[string]string{"id": "NAME", "arn": "arn:aws:kms:REGION:ACCOUNT:NAME", "target_key_id": "UUID", "target_key_arn": "arn:aws:kms:REGION:ACCOUNT:key/UUID"}},
		"aws_kinesis_stream":         {"name", map[string]string{"id": "arn:aws:kinesis:REGION:ACCOUNT:stream/NAME", "arn": "arn:aws:kinesis:REGION:ACCOUNT:stream/NAME"}},
		"aws_kinesis_firehose_delivery_stream": {"name", map[string]string{"id": "arn:aws:firehose:REGION:ACCOUNT:deliverystream/NAME",
			"arn": "arn:aws:firehose:REGION:ACCOUNT:deliverystream/NAME"}},
		"aws_sns_topic":                     byARN("arn:aws:sns:REGION:ACCOUNT:NAME"),
		"aws_sqs_queue":                     {"name", map[string]string{"id": "https://sqs.REGION.amazonaws.com/ACCOUNT/NAME", "url": "https://sqs.REGION.amazonaws.com/ACCOUNT/NAME", "arn": "arn:aws:sqs:REGION:ACCOUNT:NAME", "name": "NAME"}},
		"aws_dynamodb_table":                named("arn:aws:dynamodb:REGION:ACCOUNT:table/NAME"),
		"aws_cloudwatch_log_group":          named("arn:aws:logs:REGION:ACCOUNT:log-group:NAME"),
		"aws_secretsmanager_secret":         {"name", map[string]string{"id": "arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-HASH6", "arn": "arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-HASH6", "name": "NAME"}},
		"aws_ssm_parameter":                 {"name", map[string]string{"id": "NAME", "arn": "arn:aws:ssm:REGION:ACCOUNT:parameter/NAME"}},
		"aws_elastic_beanstalk_application": named("arn:aws:elasticbeanstalk:REGION:ACCOUNT:application/NAME"),
		"aws_resourcegroups_group":          byID("NAME", "arn:aws:resource-groups:REGION:ACCOUNT:group/NAME"),
	}
}
