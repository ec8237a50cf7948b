package config

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"edgecase/config/terraform"
)

// shaped returns the stand-ins whose shape depends on more than a name: on the region, the kind of load balancer, the
// protocol.
func shaped(r *terraform.Resource, typ, name string) (string, bool) {
	switch strings.TrimPrefix(typ, "data.") {
	case "aws_cloudfront_distribution":
		if name == "domain_name" && r.Mode == terraform.Managed {
			return distributionDomain(r.Address), true
		}
	case "aws_s3_bucket", "aws_s3_bucket_website_configuration":
		return website(r, name)
	case "aws_lb", "aws_alb":
		return loadBalancer(r, name)
	case "aws_apigatewayv2_api", "aws_apigatewayv2_stage":
		return apiV2(r, name)
	case "aws_api_gateway_stage", "aws_api_gateway_deployment":
		return apiV1(r, name)
	case "aws_lambda_function":
		return lambdaVersion(r, name)
	case "aws_lambda_alias":
		return lambdaAlias(r, name)
	case "aws_partition":
		return partitionAttribute(r, name)
	case "aws_wafv2_web_acl":
		return regionalACL(r, name)
	case "aws_route53_zone":
		if name == "name" && argumentText(r, "name") == "" {
			return strings.ReplaceAll(r.Name, "_", "-") + ".example.com", true
		}
	case "aws_instance", "aws_eip", "aws_spot_instance_request":
		return machine(r, name)
	}
	return "", false
}

// website is TF-204: older regions have a dash in the name of their website endpoints, newer ones a dot.
func website(r *terraform.Resource, name string) (string, bool) {
	if name != "website_endpoint" && name != "website_domain" {
		return "", false
	}
	dashed := []string{"us-east-1", "us-west-1", "us-west-2", "eu-west-1", "ap-southeast-1", "ap-southeast-2",
		"ap-northeast-1", "sa-east-1", "us-gov-west-1"}
	separator := "."
	if slices.Contains(dashed, regionOf(r)) {
		separator = "-"
	}
	domain := "s3-website" + separator + regionOf(r) + ".amazonaws.com"
	if name == "website_domain" {
		return domain, true
	}
	return configuredName(r, "bucket") + "." + domain, true
}

// loadBalancer is TF-207.
func loadBalancer(r *terraform.Resource, name string) (string, bool) {
	lb, hash, region := configuredName(r, "name"), digest(r.Address, 10), regionOf(r)
	network := argumentText(r, "load_balancer_type") == "network"
	kind := "app"
	if network {
		kind = "net"
	}
	suffix := kind + "/" + lb + "/" + hexDigest(r.Address, 16)
	switch name {
	case "dns_name":
		if argumentText(r, "internal") == "true" {
			lb = "internal-" + lb
		}
		if network {
			return lb + "-" + hash + ".elb." + region + ".amazonaws.com", true
		}
		return lb + "-" + hash + "." + region + ".elb.amazonaws.com", true
	case "id", "arn":
		return "arn:aws:elasticloadbalancing:" + region + ":" + account + ":loadbalancer/" + suffix, true
	case "arn_suffix":
		return suffix, true
	case "zone_id":
		return "Z" + strings.ToUpper(digest(region, 13)), true
	case "name":
		return lb, true
	}
	return "", false
}

// apiV2 is TF-208. A stage is known by the id of its API, which is an argument of it.
func apiV2(r *terraform.Resource, name string) (string, bool) {
	stage := r.Type == "aws_apigatewayv2_stage"
	id := digest(r.Address, 10)
	if stage || r.Mode == terraform.Data {
		if api := argumentText(r, "api_id"); api != "" {
			id = api
		}
	}
	scheme := "https"
	if strings.EqualFold(argumentText(r, "protocol_type"), "WEBSOCKET") {
		scheme = "wss"
	}
	endpoint := scheme + "://" + id + ".execute-api." + regionOf(r) + ".amazonaws.com"
	switch {
	case name == "invoke_url" && stage && argumentText(r, "name") == "$default":
		return endpoint + "/", true
	case name == "invoke_url" && stage:
		return endpoint + "/" + configuredName(r, "name"), true
	case name == "api_endpoint" && !stage:
		return endpoint, true
	case name == "execution_arn":
		return "arn:aws:execute-api:" + regionOf(r) + ":" + account + ":" + id, true
	case name == "id" && stage:
		return configuredName(r, "name"), true
	case name == "id":
		return id, true
	}
	return "", false
}

// apiV1 is TF-209.
func apiV1(r *terraform.Resource, name string) (string, bool) {
	api := argumentText(r, "rest_api_id")
	if api == "" {
		api = digest(r.Address, 10)
	}
	switch name {
	case "invoke_url":
		return "https://" + api + ".execute-api." + regionOf(r) + ".amazonaws.com/" + argumentText(r, "stage_name"), true
	case "execution_arn":
		return "arn:aws:execute-api:" + regionOf(r) + ":" + account + ":" + api + "/" + argumentText(r, "stage_name"), true
	case "id":
		return digest(r.Address, 6), true
	}
	return "", false
}

// lambdaVersion is TF-210: only a published function has a number, which is what Lambda@Edge needs.
func lambdaVersion(r *terraform.Resource, name string) (string, bool) {
	version := "$LATEST"
	if argumentText(r, "publish") == "true" || r.Mode == terraform.Data {
		version = "1"
	}
	arn := "arn:aws:lambda:" + regionOf(r) + ":" + account + ":function:" + configuredName(r, "function_name")
	switch name {
	case "version":
		return version, true
	case "qualified_arn":
		return arn + ":" + version, true
	case "qualified_invoke_arn":
		return "arn:aws:apigateway:" + regionOf(r) + ":lambda:path/2015-03-31/functions/" + arn + ":" + version + "/invocations", true
	}
	return "", false
}

// lambdaAlias is TF-210: the function's ARN, whichever way the function is named, and the alias.
func lambdaAlias(r *terraform.Resource, name string) (string, bool) {
	function := firstOf(argumentText(r, "function_name"), r.Name)
	if !strings.HasPrefix(function, "arn:") {
		function = "arn:aws:lambda:" + regionOf(r) + ":" + account + ":function:" + function
	}
	arn := function + ":" + configuredName(r, "name")
	switch name {
	case "arn", "id":
		return arn, true
	case "invoke_arn":
		return "arn:aws:apigateway:" + regionOf(r) + ":lambda:path/2015-03-31/functions/" + arn + "/invocations", true
	}
	return "", false
}

// partitionAttribute is TF-218.
func partitionAttribute(r *terraform.Resource, name string) (string, bool) {
	partition, suffix := partitionOf(regionOf(r))
	switch name {
	case "partition", "id":
		return partition, true
	case "dns_suffix":
		return suffix, true
	case "reverse_dns_prefix":
		parts := strings.Split(suffix, ".")
		slices.Reverse(parts)
		return strings.Join(parts, "."), true
	}
	return "", false
}

// regionalACL is TF-213 for web ACLs of a region, which a distribution cannot have.
func regionalACL(r *terraform.Resource, name string) (string, bool) {
	if name != "arn" || argumentText(r, "scope") != "REGIONAL" {
		return "", false
	}
	return "arn:aws:wafv2:" + regionOf(r) + ":" + account + ":regional/webacl/" + configuredName(r, "name") + "/" + uuid(r.Address), true
}

// machine is TF-216: addresses that nobody can dial by accident.
func machine(r *terraform.Resource, name string) (string, bool) {
	h := fnv.New32a()
	_, _ = h.Write([]byte(r.Address))
	n := h.Sum32()
	public := fmt.Sprintf("203.0.113.%d", n%254+1)
	private := fmt.Sprintf("10.%d.%d.%d", n>>8&0xff, n>>16&0xff, n%254+1)
	prefix, kind := "i-", "instance"
	if r.Type == "aws_eip" {
		prefix, kind = "eipalloc-", "elastic-ip"
	}
	dashed := func(ip string) string { return strings.ReplaceAll(ip, ".", "-") }
	switch name {
	case "public_ip":
		return public, true
	case "private_ip":
		return private, true
	case "public_dns":
		return "ec2-" + dashed(public) + "." + regionOf(r) + ".compute.amazonaws.com", true
	case "private_dns":
		return "ip-" + dashed(private) + "." + regionOf(r) + ".compute.internal", true
	case "arn":
		return "arn:aws:ec2:" + regionOf(r) + ":" + account + ":" + kind + "/" + prefix + hexDigest(r.Address, 17), true
	case "id", "allocation_id":
		return prefix + hexDigest(r.Address, 17), true
	}
	return "", false
}
