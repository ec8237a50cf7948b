package config

import (
	"maps"
	"slices"
	"strings"

	"edgecase/config/cloudfront"
	"edgecase/config/terraform"

	"github.com/zclconf/go-cty/cty"
)

// A provider is what the evaluator asks about AWS and the small utility providers: Terraform's providers as tables.
type provider struct {
	schemas  map[string]terraform.Schema // by type, data sources with "data." in front
	standIns map[string]standIn          // by type, data sources with "data." in front
	names    map[string]string           // by type, as attributeNames has them; nil until asked for
	find     func(address string) *terraform.Resource
	lookup   func(typ string) []*terraform.Resource    // nil where data sources find nothing by name
	named    map[string]map[string]*terraform.Resource // what has been looked up, by type and name
}

func newProvider() *provider {
	p := &provider{schemas: schemas(), standIns: allStandIns()}
	maps.Copy(p.schemas, attachedSchemas())
	for typ, s := range dataSchemas() {
		p.schemas["data."+typ] = s
	}
	return p
}

// Schema returns the schema of a resource or data source of CloudFront. All other types accept anything: what no
// distribution reaches must never cause an error (TF-040).
func (p *provider) Schema(mode terraform.Mode, typ string) *terraform.Schema {
	if mode == terraform.Data {
		typ = "data." + typ
	}
	s, ok := p.schemas[typ]
	if !ok {
		return nil
	}
	return &s
}

// Attribute returns what section 5 says of an attribute that is not configured, else an unknown (TF-223, TF-224). What the
// provider's schema keeps from being shown is marked so (TF-059).
func (p *provider) Attribute(r *terraform.Resource, name string) cty.Value {
	typ := r.Type
	if r.Mode == terraform.Data {
		typ = "data." + typ
	}
	v := p.value(r, typ, name)
	if secret(typ, name) {
		return v.Mark(terraform.Sensitive{})
	}
	return v
}

// secret tells which attributes the schemas of the providers call sensitive, as far as they occur near distributions.
func secret(typ, name string) bool {
	switch typ {
	case "random_password":
		return name == "result" || name == "bcrypt_hash"
	case "random_bytes":
		return name == "base64" || name == "hex"
	case "tls_private_key":
		return strings.HasPrefix(name, "private_key_")
	case "aws_ssm_parameter", "data.aws_ssm_parameter":
		return name == "value"
	case "data.aws_ssm_parameters_by_path":
		return name == "values"
	case "aws_secretsmanager_secret_version", "data.aws_secretsmanager_secret_version":
		return name == "secret_string" || name == "secret_binary"
	case "data.aws_secretsmanager_random_password":
		return name == "random_password"
	case "aws_iam_access_key":
		return name == "secret" || name == "ses_smtp_password_v4"
	case "data.aws_kms_secrets":
		return name == "plaintext"
	case "aws_cognito_user_pool_client", "data.aws_cognito_user_pool_client":
		return name == "client_secret"
	case "data.local_sensitive_file":
		return strings.HasPrefix(name, "content")
	}
	return false
}

func (p *provider) value(r *terraform.Resource, typ, name string) cty.Value {
	if typ == "aws_route53_record" && name == "fqdn" {
		return terraform.StandIn(reference(r, name), p.fqdn(r))
	}
	if v, ok := attribute(r, typ, name); ok {
		return v
	}
	if v, ok := p.ofNamed(r, name); ok {
		return v
	}
	if s, ok := p.standIns[typ]; ok {
		if text, ok := s.attributes[name]; ok {
			return terraform.StandIn(reference(r, name), partitioned(regionOf(r), expand(r, s, text)))
		}
	}
	return terraform.Unknown(reference(r, name), cty.DynamicPseudoType)
}

// ofNamed is a setting that a data source finds by the name of a policy of the directory (TF-196).
func (p *provider) ofNamed(r *terraform.Resource, attribute string) (cty.Value, bool) {
	switch {
	case r.Mode != terraform.Data || p.lookup == nil || attribute == "arn" || attribute == "etag":
		return cty.NilVal, false
	case r.Type != "aws_cloudfront_cache_policy" && r.Type != "aws_cloudfront_origin_request_policy" &&
		r.Type != "aws_cloudfront_response_headers_policy":
		return cty.NilVal, false
	}
	found := p.byName(r.Type)[argumentText(r, "name")]
	if found == nil {
		return cty.NilVal, false
	}
	if v, ok := found.Argument(attribute); ok && !v.IsNull() {
		return v, true
	}
	ttl, ok := map[string]int64{"min_ttl": 0, "default_ttl": 86400, "max_ttl": 31536000}[attribute] // TF-160
	return cty.NumberIntVal(ttl), ok
}

// byName returns the resources of a type by their names.
func (p *provider) byName(typ string) map[string]*terraform.Resource {
	if list, ok := p.named[typ]; ok {
		return list
	}
	list := map[string]*terraform.Resource{}
	if p.named == nil {
		p.named = map[string]map[string]*terraform.Resource{}
	}
	p.named[typ] = list // before anything is asked: a name may itself be made of such a data source
	for _, r := range p.lookup(typ) {
		if name := argumentText(r, "name"); name != "" {
			list[name] = r
		}
	}
	return list
}

// Normalized gives an argument as the provider takes it: without the dot at the end of a zone's name (TF-217), and as
// absent where AWS invents a name for want of one (TF-223).
func (p *provider) Normalized(_ terraform.Mode, typ, argument string, v cty.Value) cty.Value {
	bare, marks := v.Unmark()
	text, ok := rawText(bare)
	switch {
	case ok && text == "" && namesItself(typ, argument):
		return cty.NullVal(cty.String).WithMarks(marks)
	case typ == "aws_route53_zone" && argument == "name" && strings.HasSuffix(text, ".") && text != ".":
		return cty.StringVal(strings.TrimSuffix(text, ".")).WithMarks(marks)
	}
	return v
}

// namesItself tells the names that the provider invents where none is configured: to it, "" is none.
func namesItself(typ, argument string) bool {
	switch typ {
	case "aws_s3_bucket":
		return argument == "bucket"
	case "aws_lb", "aws_alb", "aws_elb", "aws_wafv2_web_acl", "aws_cloudfront_public_key":
		return argument == "name"
	}
	return false
}

// fqdn is the full name of a DNS record (TF-217): its name, below its zone where it does not say so itself.
func (p *provider) fqdn(r *terraform.Resource) string {
	record := strings.TrimSuffix(argumentText(r, "name"), ".")
	if v, ok := r.Argument("name"); ok && !isKnown(v) {
		record = strings.ReplaceAll(r.Name, "_", "-") // the shape of a name, where the name is not known
	}
	id, _ := r.Argument("zone_id")
	for _, ref := range terraform.References(id) {
		if p.find == nil {
			break
		}
		zone := p.find(strings.TrimSuffix(strings.TrimSuffix(ref.Address, ".zone_id"), ".id"))
		if zone == nil {
			continue
		}
		name := strings.TrimSuffix(argumentText(zone, "name"), ".")
		switch {
		case name == "" || record == name || strings.HasSuffix(record, "."+name):
		case record == "":
			return name
		default:
			return record + "." + name
		}
	}
	if record != "" && strings.Contains(record, ".") {
		return record
	}
	return strings.TrimPrefix(record+".example.com", ".")
}

func reference(r *terraform.Resource, attribute string) string { return r.Address + "." + attribute }

// attribute computes the attributes that are more than a text with a name in it.
func attribute(r *terraform.Resource, typ, name string) (cty.Value, bool) {
	switch typ {
	case "data.aws_cloudfront_cache_policy":
		return policyAttribute(r, name, cachePolicyAttributes)
	case "data.aws_cloudfront_origin_request_policy":
		return policyAttribute(r, name, originRequestPolicyAttributes)
	case "data.aws_cloudfront_response_headers_policy":
		return policyAttribute(r, name, responseHeadersPolicyAttributes)
	case "data.aws_iam_policy_document":
		if name == "json" || name == "minified_json" {
			return policyDocument(r), true
		}
	case "data.aws_region", "data.aws_partition":
		if v, ok := certain(r, typ, name); ok {
			return v, true
		}
	case "data.aws_availability_zones":
		if name == "names" {
			return zones(r), true
		}
	case "aws_acm_certificate":
		if name == "domain_validation_options" {
			return validationOptions(r), true
		}
	case "aws_acm_certificate_validation":
		if name == "id" {
			return passed(r, "certificate_arn")
		}
	case "terraform_data":
		if name == "output" {
			return passed(r, "input")
		}
	case "data.null_data_source":
		if name == "outputs" {
			return passed(r, "inputs")
		}
	case "data.template_file":
		if name == "rendered" {
			return rendered(r)
		}
	case "random_integer", "random_string", "random_password", "random_pet", "random_id", "random_bytes":
		return random(r, name)
	}
	if text, ok := shaped(r, typ, name); ok {
		return terraform.StandIn(reference(r, name), partitioned(regionOf(r), text)), true
	}
	return listed(r, typ, name)
}

// certain is TF-218 where the configuration itself says the region: then a plan knows it and its partition, too.
func certain(r *terraform.Resource, typ, name string) (cty.Value, bool) {
	var region cty.Value
	for _, argument := range []string{"region", "name"} {
		if v, ok := r.Argument(argument); ok && typ == "data.aws_region" && region == cty.NilVal {
			region = v
		}
	}
	if region == cty.NilVal {
		region = r.ProviderArgument("region")
	}
	if region == cty.NilVal || len(terraform.References(region)) > 0 {
		return cty.NilVal, false
	}
	text, ok := rawText(region)
	if !ok || text == "" {
		return cty.NilVal, false
	}
	if typ == "data.aws_partition" {
		text, ok = shaped(r, typ, name)
		return cty.StringVal(text), ok
	}
	return cty.StringVal(text), slices.Contains([]string{"name", "region", "id"}, name)
}

// passed gives the value of an argument under another name.
func passed(r *terraform.Resource, argument string) (cty.Value, bool) {
	v, ok := r.Argument(argument)
	if !ok {
		return cty.NilVal, false
	}
	return v, true
}

// policyAttribute answers for the three data sources that find a policy by name or id (TF-196). The id of a managed
// policy is the same in every account (POL-006), so it is a known value and no stand-in.
func policyAttribute(r *terraform.Resource, name string, managed func(string) map[string]cty.Value) (cty.Value, bool) {
	asked, id := argumentText(r, "name"), argumentText(r, "id")
	if (asked == "") == (id == "") {
		return cty.NilVal, false // the decoder says so (TF-199)
	}
	asked = firstOf(asked, id)
	if attributes := managed(asked); attributes != nil {
		v, ok := attributes[name]
		return v, ok
	}
	if name == "id" {
		return terraform.StandIn(reference(r, name), namedPolicyID(r.Type, asked)), true
	}
	return cty.NilVal, false
}

func cachePolicyAttributes(idOrName string) map[string]cty.Value {
	p := cloudfront.ManagedCachePolicy(idOrName)
	if p == nil || p.ID != idOrName && p.Name.Value != idOrName {
		return nil
	}
	seconds := func(d float64) cty.Value { return cty.NumberIntVal(int64(d)) }
	return map[string]cty.Value{
		"id":          cty.StringVal(p.ID),
		"name":        cty.StringVal(p.Name.Value),
		"min_ttl":     seconds(p.MinTTL.Seconds()),
		"default_ttl": seconds(p.DefaultTTL.Seconds()),
		"max_ttl":     seconds(p.MaxTTL.Seconds()),
	}
}

func originRequestPolicyAttributes(idOrName string) map[string]cty.Value {
	p := cloudfront.ManagedOriginRequestPolicy(idOrName)
	if p == nil || p.ID != idOrName && p.Name.Value != idOrName {
		return nil
	}
	return map[string]cty.Value{"id": cty.StringVal(p.ID), "name": cty.StringVal(p.Name.Value)}
}

func responseHeadersPolicyAttributes(idOrName string) map[string]cty.Value {
	p := cloudfront.ManagedResponseHeadersPolicy(idOrName)
	if p == nil || p.ID != idOrName && p.Name.Value != idOrName {
		return nil
	}
	return map[string]cty.Value{"id": cty.StringVal(p.ID), "name": cty.StringVal(p.Name.Value)}
}

// zones is TF-218.
func zones(r *terraform.Resource) cty.Value {
	region := regionOf(r)
	names := make([]cty.Value, 0, 3)
	for _, zone := range []string{"a", "b", "c"} {
		names = append(names, terraform.StandIn(reference(r, "names"), region+zone))
	}
	return cty.ListVal(names)
}

// validationOptions is TF-212: one option for each name of the certificate.
func validationOptions(r *terraform.Resource) cty.Value {
	names := certificateNames(r)
	if len(names) == 0 {
		return terraform.Unknown(reference(r, "domain_validation_options"), cty.DynamicPseudoType)
	}
	options := make([]cty.Value, 0, len(names))
	for _, n := range names {
		option := func(attribute, text string) cty.Value {
			return terraform.StandIn(reference(r, "domain_validation_options."+attribute), text)
		}
		host := trimWildcard(n)
		options = append(options, cty.ObjectVal(map[string]cty.Value{
			"domain_name":           cty.StringVal(n),
			"resource_record_name":  option("resource_record_name", "_"+hexDigest(host, 32)+"."+host+"."),
			"resource_record_type":  cty.StringVal("CNAME"),
			"resource_record_value": option("resource_record_value", "_"+hexDigest("v"+host, 32)+".acm-validations.aws."),
		}))
	}
	return cty.SetVal(options)
}
