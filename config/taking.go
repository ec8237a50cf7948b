package config

import (
	"strings"

	"edgecase/config/terraform"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// A taking says which attribute of which resource an argument takes.
type taking struct {
	path, typ, attribute string
}

func takings(typ string) []taking {
	switch typ {
	case "aws_cloudfront_distribution":
		rows := []taking{
			{"web_acl_id", "aws_wafv2_web_acl", "arn"},
			{"origin.origin_access_control_id", "aws_cloudfront_origin_access_control", "id"},
			{"origin.s3_origin_config.origin_access_identity", "aws_cloudfront_origin_access_identity", "cloudfront_access_identity_path"},
			{"origin.vpc_origin_config.vpc_origin_id", "aws_cloudfront_vpc_origin", "id"},
		}
		for _, behavior := range []string{"default_cache_behavior.", "ordered_cache_behavior."} {
			rows = append(rows,
				taking{behavior + "cache_policy_id", "aws_cloudfront_cache_policy", "id"},
				taking{behavior + "origin_request_policy_id", "aws_cloudfront_origin_request_policy", "id"},
				taking{behavior + "response_headers_policy_id", "aws_cloudfront_response_headers_policy", "id"},
				taking{behavior + "trusted_key_groups", "aws_cloudfront_key_group", "id"},
				taking{behavior + "function_association.function_arn", "aws_cloudfront_function", "arn"},
				taking{behavior + "lambda_function_association.lambda_arn", "aws_lambda_function", "qualified_arn"},
			)
		}
		return rows
	case "aws_cloudfront_key_group":
		return []taking{{"items", "aws_cloudfront_public_key", "id"}}
	case "aws_cloudfront_function":
		return []taking{{"key_value_store_associations", "aws_cloudfront_key_value_store", "arn"}}
	}
	return nil
}

// taken reports references to a resource of the wrong kind, or to the wrong attribute of the right one (TF-157). That can
// be told before apply: what is wrong is not the value, but what it is taken from.
func (d *decoder) taken(typ string, b *terraform.Block) {
	for _, row := range takings(typ) {
		path := strings.Split(row.path, ".")
		argument := path[len(path)-1]
		for _, f := range (fields{b, d}).within(path[:len(path)-1]) {
			v, ok := f.value(argument)
			if !ok {
				continue
			}
			elements, _ := elementsOf(v)
			for _, e := range elements {
				f.wronglyTaken(argument, e, row)
			}
		}
	}
}

func (f fields) wronglyTaken(argument string, v cty.Value, row taking) {
	references := terraform.References(v)
	text, _ := standInText(v)
	if len(references) != 1 || references[0].StandIn == "" || references[0].StandIn != text {
		return
	}
	address := references[0].Address
	e := f.d.directory.behind(address)
	if e == nil || e.typ != row.typ && !strings.HasPrefix(e.typ, "aws_cloudfront_") {
		return
	}
	attribute := strings.TrimPrefix(address, e.address+".")
	switch {
	case e.typ == "aws_lambda_function" && attribute == "arn": // LE-003 says it
	case e.typ != row.typ:
		f.d.refuse(f.at(argument), "TF-157", "Reference to another kind of resource",
			"%s takes the %s of an %s, and %s is an %s.", argument, row.attribute, row.typ, e.address, e.typ)
	case attribute != row.attribute && !f.same(e, attribute, row.attribute):
		severity := hcl.DiagError
		if argument == "web_acl_id" { // which is not enforced here
			severity = hcl.DiagWarning
		}
		f.d.report(severity, f.at(argument), "TF-157", "Reference to another attribute",
			"%s takes the %s, not the %s. Did you mean %s.%s?", argument, row.attribute, attribute, e.address, row.attribute)
	}
}

// same reports whether two attributes of a resource have the same value.
func (f fields) same(e *entity, a, b string) bool {
	texts := standIns()[e.typ].attributes
	_, known := texts[a]
	return known && texts[a] == texts[b]
}

// anotherKind reports whether a value is an attribute of a resource of CloudFront that is not of the given type.
func (d *decoder) anotherKind(v cty.Value, typ string) bool {
	references := terraform.References(v)
	if len(references) != 1 {
		return false
	}
	e := d.directory.behind(references[0].Address)
	return e != nil && strings.HasPrefix(e.typ, "aws_cloudfront_") && e.typ != typ
}
