package config

import (
	"strings"

	"edgecase/config/terraform"

	"github.com/zclconf/go-cty/cty"
)

// The schemas of schema*.go are data: a body is a list of rows, each an argument list or a nested block. They are the
// union of what provider versions 2 to 6 accept (TF-195).
type row func(*terraform.Schema)

func body(rows ...row) terraform.Schema {
	s := terraform.Schema{Attributes: map[string]terraform.Attribute{}, Blocks: map[string]terraform.NestedBlock{}}
	for _, r := range rows {
		r(&s)
	}
	return s
}

// attributes declares the same kind of attribute under each of some names, which are separated by spaces.
func attributes(names string, a terraform.Attribute) row {
	return func(s *terraform.Schema) {
		for _, n := range strings.Fields(names) {
			s.Attributes[n] = a
		}
	}
}

func required(t cty.Type, names string) row {
	return attributes(names, terraform.Attribute{Type: t, Required: true})
}

func optional(t cty.Type, names string) row {
	return attributes(names, terraform.Attribute{Type: t, Optional: true})
}

// either declares arguments that the provider fills in where the configuration does not set them.
func either(t cty.Type, names string) row {
	return attributes(names, terraform.Attribute{Type: t, Optional: true, Computed: true})
}

func computed(t cty.Type, names string) row {
	return attributes(names, terraform.Attribute{Type: t, Computed: true})
}

// nested declares a block type with at least min and at most max blocks; 0 for max is any number.
func nested(name string, min, max int, rows ...row) row {
	return func(s *terraform.Schema) {
		s.Blocks[name] = terraform.NestedBlock{Schema: body(rows...), Min: min, Max: max}
	}
}

// one declares a block that must be there exactly once, maybe one that may be there once.
func one(name string, rows ...row) row   { return nested(name, 1, 1, rows...) }
func maybe(name string, rows ...row) row { return nested(name, 0, 1, rows...) }

// set declares a block type whose order means nothing.
func set(name string, min, max int, rows ...row) row {
	return func(s *terraform.Schema) {
		s.Blocks[name] = terraform.NestedBlock{Schema: body(rows...), Min: min, Max: max, Set: true}
	}
}

// loose makes nothing in a block mandatory, for a block that is only there to be refused with a better sentence.
func loose(s *terraform.Schema) {
	for name, a := range s.Attributes {
		a.Required = false
		s.Attributes[name] = a
	}
	for name, b := range s.Blocks {
		b.Min = 0
		s.Blocks[name] = b
	}
}

// rowsOf joins rows that several blocks share with those that one of them has for itself.
func rowsOf(shared []row, own ...row) []row { return append(shared[:len(shared):len(shared)], own...) }

func strs() cty.Type { return cty.Set(cty.String) }

func list() cty.Type { return cty.List(cty.String) }

// schemas returns the schemas of the managed resources of CloudFront (section 4 of the Terraform rules), by type. A type
// without one accepts anything.
func schemas() map[string]terraform.Schema {
	return map[string]terraform.Schema{
		"aws_cloudfront_distribution":                 distributionSchema(),
		"aws_cloudfront_cache_policy":                 cachePolicySchema(),
		"aws_cloudfront_origin_request_policy":        originRequestPolicySchema(),
		"aws_cloudfront_response_headers_policy":      responseHeadersPolicySchema(),
		"aws_cloudfront_function":                     functionSchema(),
		"aws_cloudfront_key_value_store":              keyValueStoreSchema(),
		"aws_cloudfrontkeyvaluestore_key":             keyValueStoreKeySchema(),
		"aws_cloudfrontkeyvaluestore_keys_exclusive":  keysExclusiveSchema(),
		"aws_cloudfront_public_key":                   publicKeySchema(),
		"aws_cloudfront_key_group":                    keyGroupSchema(),
		"aws_cloudfront_origin_access_control":        originAccessControlSchema(),
		"aws_cloudfront_origin_access_identity":       originAccessIdentitySchema(),
		"aws_cloudfront_vpc_origin":                   vpcOriginSchema(),
		"aws_cloudfront_continuous_deployment_policy": continuousDeploymentSchema(),
	}
}
