package config

import (
	"slices"

	"edgecase/config/terraform"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// Quotas of signed requests (TF-156). AWS raises them on request.
const (
	maxKeyGroups  = 4 // of a behavior
	maxPublicKeys = 5 // of a key group
)

// combined reports what arguments of one resource ask of one another, as far as the model of the cloudfront package does
// not keep them.
func (d *decoder) combined(typ string, b *terraform.Block) {
	f := fields{b, d}
	switch typ {
	case "aws_cloudfront_distribution":
		f.distributionCombined()
	case "aws_cloudfront_function":
		f.counted(hcl.DiagError, "key_value_store_associations", 0, 1, "FN-300", "key value store")
		if v, ok := f.value("key_value_store_associations"); ok && f.str("runtime") == "cloudfront-js-1.0" {
			if elements, known := elementsOf(v); known && len(elements) > 0 {
				d.refuse(f.at("runtime"), "FN-300", "Key value store in an old runtime",
					"Functions of the runtime cloudfront-js-1.0 read no key value store. Write runtime = \"cloudfront-js-2.0\".")
			}
		}
	case "aws_cloudfront_key_group":
		f.counted(hcl.DiagError, "items", 1, noLimit, "TF-169", "public key")
		f.counted(hcl.DiagWarning, "items", 0, maxPublicKeys, "TF-156", "public keys")
	case "aws_cloudfront_public_key":
		if _, ok := f.value("name"); ok {
			f.without("name_prefix", "name", "TF-168")
		}
	case "aws_cloudfront_response_headers_policy":
		f.anyOf("TF-162", "cors_config", "custom_headers_config", "remove_headers_config", "security_headers_config",
			"server_timing_headers_config")
	case "aws_cloudfront_vpc_origin":
		for _, protocols := range f.within([]string{"vpc_origin_endpoint_config", "origin_ssl_protocols"}) {
			protocols.quantity("TF-179")
		}
	case "aws_cloudfront_continuous_deployment_policy":
		for _, names := range f.all("staging_distribution_dns_names") {
			names.quantity("TF-188")
		}
	case "data.aws_cloudfront_cache_policy", "data.aws_cloudfront_origin_request_policy", "data.aws_cloudfront_response_headers_policy":
		f.nameOrID()
	}
}

// noLimit is an upper end that no list reaches.
const noLimit = 1 << 30

func (f fields) distributionCombined() {
	for _, o := range f.all("origin") {
		o.originCombined()
	}
	for _, b := range slices.Concat(f.all("default_cache_behavior"), f.all("ordered_cache_behavior")) {
		b.counted(hcl.DiagError, "allowed_methods", 1, noLimit, "REQ-075", "method")
		b.counted(hcl.DiagError, "cached_methods", 1, noLimit, "REQ-076", "method")
		b.counted(hcl.DiagWarning, "trusted_key_groups", 0, maxKeyGroups, "TF-156", "key groups")
		for _, c := range b.within([]string{"forwarded_values", "cookies"}) {
			if c.str("forward") == "whitelist" {
				if _, ok := c.value("whitelisted_names"); !ok {
					f.d.warn(c.at("forward"), "TF-146", "Empty list of cookies",
						"forward = \"whitelist\" needs whitelisted_names. List them, or choose \"none\" or \"all\".")
				}
			}
		}
	}
	for _, c := range f.within([]string{"origin_group", "failover_criteria"}) {
		c.counted(hcl.DiagError, "status_codes", 1, noLimit, "REQ-361", "status")
	}
	for _, c := range f.all("viewer_certificate") {
		c.certificateCombined()
		c.elsewhere("acm_certificate_arn", "TF-137", "certificates")
	}
	for _, b := range slices.Concat(f.all("default_cache_behavior"), f.all("ordered_cache_behavior")) {
		for _, a := range b.all("lambda_function_association") {
			a.elsewhere("lambda_arn", "LE-004", "Lambda@Edge functions")
		}
	}
}

// elsewhere warns of what a provider of another region makes, while CloudFront looks in us-east-1 only. Of what is known
// the demands speak.
func (f fields) elsewhere(argument, rule, what string) {
	v, ok := f.value(argument)
	if !ok || len(terraform.References(v)) == 0 {
		return
	}
	text, _ := standInText(v)
	if problem := inRegion("us-east-1", what)(argument, text); problem != "" {
		f.d.warn(f.at(argument), rule, "Resource of another region", "%s", problem)
	}
}

// originCombined is TF-133 and TF-135.
func (f fields) originCombined() {
	var kinds []fields
	for _, typ := range []string{"custom_origin_config", "s3_origin_config", "vpc_origin_config"} {
		kinds = append(kinds, f.all(typ)...)
	}
	kinds = slices.DeleteFunc(kinds, func(k fields) bool { return k.Assumed() })
	if len(kinds) > 1 && !f.Assumed() && kinds[0].Type != kinds[1].Type {
		f.d.refuse(kinds[1].Range, "TF-135", "Two kinds of origin",
			"An origin has either %s (line %d) or %s, not both. Remove one of them.",
			kinds[0].Type, kinds[0].Range.Start.Line, kinds[1].Type)
	}
	control, controlled := f.policyID("origin_access_control_id")
	s3 := f.first("s3_origin_config")
	identity, identified := s3.policyID("origin_access_identity")
	if controlled && identified && !f.Assumed() && !s3.Assumed() && isKnown(control) && isKnown(identity) {
		f.d.refuse(f.at("origin_access_control_id"), "TF-135", "Access control beside an access identity",
			"An origin is reached with an origin access control or with an origin access identity (line %d), not with both. "+
				"Remove one of them.", s3.at("origin_access_identity").Start.Line)
	}
	shield := f.first("origin_shield")
	if shield.Block != nil && !shield.Assumed() && shield.str("enabled") == "true" {
		if _, ok := shield.value("origin_shield_region"); !ok {
			f.d.refuse(shield.Range, "TF-133", "Missing origin_shield_region",
				"Origin Shield that is enabled needs a region. Add origin_shield_region, the region nearest to the origin.")
		}
	}
	for _, c := range f.all("custom_origin_config") {
		c.counted(hcl.DiagWarning, "origin_ssl_protocols", 1, noLimit, "TF-123", "version of TLS")
	}
}

func isKnown(v cty.Value) bool {
	_, known := standInText(v)
	return known
}

// certificateCombined is TF-137.
func (f fields) certificateCombined() {
	own := false
	for _, argument := range []string{"acm_certificate_arn", "iam_certificate_id"} {
		if v, ok := f.policyID(argument); ok && isKnown(v) {
			own = true
		}
	}
	if _, ok := f.value("ssl_support_method"); own && !ok && !f.Assumed() {
		f.d.refuse(f.Range, "TF-137", "Missing ssl_support_method",
			"A viewer_certificate with a certificate of one's own says how it is offered. Add ssl_support_method = \"sni-only\".")
	}
	if f.str("ssl_support_method") == "sni-only" && f.str("minimum_protocol_version") == "SSLv3" {
		f.d.refuse(f.at("minimum_protocol_version"), "TF-137", "SSLv3 with SNI",
			"Viewers that send a server name speak TLS, so with sni-only the least version is TLSv1. Choose \"TLSv1.2_2021\".")
	}
}

// anyOf reports that none of some blocks is there.
func (f fields) anyOf(rule string, types ...string) {
	for _, typ := range types {
		if len(f.all(typ)) > 0 {
			return
		}
	}
	if !f.broken() {
		f.d.refuse(f.Range, rule, "Empty policy", "The provider asks for at least one of %s. Add a block.", enumerated(types))
	}
}

// without reports an argument that another one excludes.
func (f fields) without(argument, other, rule string) {
	if _, ok := f.value(argument); ok && !f.d.directory.computed() {
		f.d.refuse(f.at(argument), rule, "Conflicting arguments", "%s (line %d) and %s exclude each other. Remove one of them.",
			other, f.at(other).Start.Line, argument)
	}
}

// quantity reports a quantity that is not the number of the items beside it.
func (f fields) quantity(rule string) {
	items, ok := f.value("items")
	quantity, given := f.value("quantity")
	if !ok || !given {
		return
	}
	elements, known := elementsOf(items)
	if n, whole := integer(quantity); known && whole && n != len(elements) {
		f.d.refuse(f.at("quantity"), rule, "Invalid quantity", "quantity is %d, and items has %d. Write quantity = %d.",
			n, len(elements), len(elements))
	}
}

// nameOrID is TF-199.
func (f fields) nameOrID() {
	_, name := f.value("name")
	_, id := f.value("id")
	switch {
	case name && id && f.d.directory.computed(): // A state has both.
	case name && id:
		f.d.refuse(f.at("id"), "TF-199", "Conflicting arguments",
			"The data source takes either name (line %d) or id. Remove one of them.", f.at("name").Start.Line)
	case !name && !id && !f.broken():
		f.d.refuse(f.Range, "TF-199", "Missing required argument",
			"The data source needs a name or an id. Write a name, such as \"Managed-CachingOptimized\" of a cache policy.")
	}
}
