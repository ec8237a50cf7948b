package config

import (
	"slices"
	"strings"

	"edgecase/config/terraform"

	"github.com/zclconf/go-cty/cty"
)

// listed returns the stand-ins that are lists, maps or objects (TF-225): as many elements as authors usually index.
func listed(r *terraform.Resource, typ, name string) (cty.Value, bool) {
	switch strings.TrimPrefix(typ, "data.") + "." + name {
	case "aws_route53_zone.name_servers":
		return several(r, name, "ns-1.awsdns-01.com", "ns-513.awsdns-02.net", "ns-1025.awsdns-03.org", "ns-1537.awsdns-04.co.uk"), true
	case "aws_availability_zones.zone_ids":
		return several(r, name, "use1-az1", "use1-az2", "use1-az3"), true
	case "aws_subnets.ids", "aws_subnet_ids.ids":
		return several(r, name, invented(r, "subnet-", 2)...), true
	case "aws_security_groups.ids":
		return several(r, name, invented(r, "sg-", 1)...), true
	case "aws_instances.ids":
		return several(r, name, invented(r, "i-", 1)...), true
	case "aws_instances.public_ips", "aws_eips.public_ips":
		return several(r, name, "203.0.113.20"), true
	case "aws_instances.private_ips":
		return several(r, name, "10.0.0.20"), true
	case "aws_regions.names":
		return several(r, name, "us-east-1", "us-east-2", "us-west-1", "us-west-2", "eu-central-1", "eu-west-1"), true
	case "aws_cloudfront_origin_access_identities.ids":
		return several(r, name, distributionID(r.Address)), true
	case "aws_cloudfront_origin_access_identities.iam_arns":
		return several(r, name, "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity "+distributionID(r.Address)), true
	case "aws_cloudfront_origin_access_identities.s3_canonical_user_ids":
		return several(r, name, hexDigest(r.Address, 96)), true
	case "aws_vpc_endpoint.dns_entry":
		service := argumentText(r, "service_name")
		host := "vpce-" + hexDigest(r.Address, 17) + "-" + digest(r.Address, 8) + "." +
			service[strings.LastIndex(service, ".")+1:] + "." + regionOf(r) + ".vpce.amazonaws.com"
		return cty.ListVal([]cty.Value{object(r, name, "dns_name", host, "hosted_zone_id", "Z"+strings.ToUpper(digest(r.Address, 13)))}), true
	case "aws_globalaccelerator_accelerator.ip_sets":
		return cty.ListVal([]cty.Value{cty.ObjectVal(map[string]cty.Value{
			"ip_addresses": several(r, name, "203.0.113.30", "203.0.113.31"),
			"ip_family":    terraform.StandIn(reference(r, name), "IPv4"),
		})}), true
	case "aws_appsync_graphql_api.uris":
		host := digest(r.Address, 26) + ".appsync-"
		return cty.MapVal(map[string]cty.Value{
			"GRAPHQL":  terraform.StandIn(reference(r, name), "https://"+host+"api."+regionOf(r)+".amazonaws.com/graphql"),
			"REALTIME": terraform.StandIn(reference(r, name), "wss://"+host+"realtime-api."+regionOf(r)+".amazonaws.com/graphql"),
		}), true
	case "aws_default_tags.tags":
		if tags := r.ProviderArgument("default_tags.tags"); tags != cty.NilVal {
			return tags, true
		}
		return cty.MapValEmpty(cty.String), true
	case "random_shuffle.result":
		return shuffled(r)
	}
	return cty.NilVal, false
}

// several makes a list of stand-ins.
func several(r *terraform.Resource, name string, texts ...string) cty.Value {
	values := make([]cty.Value, 0, len(texts))
	for _, t := range texts {
		values = append(values, terraform.StandIn(reference(r, name), t))
	}
	return cty.ListVal(values)
}

// object makes an object of stand-ins, whose names and texts alternate.
func object(r *terraform.Resource, name string, pairs ...string) cty.Value {
	values := map[string]cty.Value{}
	for i := 0; i+1 < len(pairs); i += 2 {
		values[pairs[i]] = terraform.StandIn(reference(r, name+"."+pairs[i]), pairs[i+1])
	}
	return cty.ObjectVal(values)
}

// invented makes ids of the shape of EC2's.
func invented(r *terraform.Resource, prefix string, n int) []string {
	var ids []string
	for i := range n {
		ids = append(ids, prefix+hexDigest(r.Address+itoa(i), 17))
	}
	return ids
}

// shuffled gives the input of random_shuffle in its own order, as often as asked for (TF-221).
func shuffled(r *terraform.Resource) (cty.Value, bool) {
	input, ok := r.Argument("input")
	if !ok {
		return cty.NilVal, false
	}
	elements, known := elementsOf(input)
	if !known || len(elements) == 0 {
		return cty.NilVal, false
	}
	n := argumentNumber(r, "result_count", len(elements))
	out := slices.Clone(elements)
	for len(out) < n {
		out = append(out, elements...)
	}
	if n == 0 {
		return cty.ListValEmpty(cty.String), true
	}
	return cty.TupleVal(out[:n]), true
}

// partitioned puts the name of AWS's partition into ARNs, and its domain at the end of host names: China has its own.
func partitioned(region, text string) string {
	partition, suffix := partitionOf(region)
	if partition == "aws" {
		return text
	}
	text = strings.ReplaceAll(text, "arn:aws:", "arn:"+partition+":")
	if suffix == "amazonaws.com" {
		return text
	}
	text = strings.ReplaceAll(text, ".amazonaws.com", "."+suffix)
	return strings.ReplaceAll(text, ".elasticbeanstalk.com", ".elasticbeanstalk.com.cn")
}

// partitionOf returns the partition of a region and the domain of its services.
func partitionOf(region string) (partition, suffix string) {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn", "amazonaws.com.cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov", "amazonaws.com"
	}
	return "aws", "amazonaws.com"
}
