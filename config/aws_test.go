package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"edgecase/config/terraform"

	"github.com/google/go-cmp/cmp"
)

func TestSnake(t *testing.T) {
	tests := []struct{ rule, name, want string }{
		{"TF-252", "DefaultRootObject", "default_root_object"},
		{"TF-252", "HTTPPort", "http_port"},
		{"TF-252", "HTTPSPort", "https_port"},
		{"TF-252", "IsIPV6Enabled", "is_ipv6_enabled"},
		{"TF-252", "ErrorCachingMinTTL", "error_caching_min_ttl"},
		{"TF-252", "WebACLId", "web_acl_id"},
		{"TF-252", "ACMCertificateArn", "acm_certificate_arn"},
		{"TF-252", "S3OriginConfig", "s3_origin_config"},
		{"TF-252", "IAMCertificateId", "iam_certificate_id"},
		{"TF-252", "SSLSupportMethod", "ssl_support_method"},
		{"TF-253", "MinTTL", "min_ttl"},
		{"TF-253", "GrpcConfig", "grpc_config"},
		{"TF-254", "XSSProtection", "xss_protection"},
		{"TF-254", "ParametersInCacheKeyAndForwardedToOrigin", "parameters_in_cache_key_and_forwarded_to_origin"},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, snake(tt.name)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestDocumentKinds(t *testing.T) {
	tests := []struct{ name, rule, src, want string }{
		{"plan", "TF-240", `{"format_version":"1.2","planned_values":{"root_module":{}}}`, "No distribution"},
		{"plan of changes alone", "TF-243", `{"resource_changes":[]}`, "No distribution"},
		{"state", "TF-240", `{"format_version":"1.0","values":{"root_module":{}}}`, "No distribution"},
		{"state in which nothing is", "TF-240", `{"format_version":"1.0"}`, "No distribution"},
		{"schemas", "TF-240", `{"format_version":"1.0","provider_schemas":{}}`, "a list of provider schemas"},
		{"stored state", "TF-240", `{"version":4,"serial":1,"lineage":"x","resources":[]}`, "print it with terraform show -json"},
		{"log of a plan", "TF-240", `{"@level":"info","@message":"x"}`, "save the plan with -out=FILE"},
		{"list of distributions", "TF-250", `{"DistributionList":{"Items":[]}}`, "aws cloudfront get-distribution-config --id ID"},
		{"template", "TF-240", `{"Resources":{}}`, "CloudFormation"},
		{"anything", "TF-240", `{"a":1}`, "JSON of another kind"},
		{"no JSON", "TF-240", `{`, "Invalid JSON"},
		{"distribution without behaviors", "TF-105", `{"Origins":{"Quantity":0},"DefaultCacheBehavior":null}`, "Missing default behavior"},
		{"a failed plan", "TF-240", `{"planned_values":{"root_module":{}},"errored":true}`, "Plan with errors"},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.json")
			if err := os.WriteFile(path, []byte(tt.src), 0o644); err != nil {
				t.Fatal(err)
			}
			l, diags := Load(path, Options{})
			if !diags.HasErrors() || len(l.Config.Distributions) > 1 || len(l.Read) == 0 {
				t.Errorf("%d distributions, %v read, %v", len(l.Config.Distributions), l.Read, diags)
			}
			if !strings.Contains(diags.Error()+diags[0].Summary+diags[0].Detail, tt.want) {
				t.Errorf("got %v, want %q in it", diags, tt.want)
			}
		})
	}
}

// Of a policy that is not there, AWS's own words can be put beside the distribution (TF-254).
func TestAnswersBeside(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	const id = "00000000-1111-2222-3333-444444444444"
	path := write("dist.json", `{"DistributionConfig":{"Enabled":true,"Aliases":{"Quantity":0},
	 "Origins":{"Quantity":1,"Items":[{"Id":"app","DomainName":"app.example.com","CustomOriginConfig":{"HTTPPort":80,"HTTPSPort":443,"OriginProtocolPolicy":"http-only","OriginSslProtocols":{"Quantity":1,"Items":["TLSv1.2"]}}}]},
	 "DefaultCacheBehavior":{"TargetOriginId":"app","ViewerProtocolPolicy":"allow-all","CachePolicyId":"`+id+`"},
	 "Restrictions":{"GeoRestriction":{"RestrictionType":"whitelist","Quantity":2,"Items":["US","DE"]}}}}`)

	l, diags := Load(path, Options{})
	if diags.HasErrors() || !strings.Contains(diags.Error(), "aws cloudfront get-cache-policy --id "+id+" > "+id+".json") {
		t.Errorf("without the policy: %v", diags)
	}
	if diff := cmp.Diff([]string{"DE", "US"}, l.Config.Distributions[0].GeoRestriction.Locations); diff != "" {
		t.Errorf("locations (-want +got):\n%s", diff)
	}

	write(id+".json", `{"ETag":"E","CachePolicyConfig":{"Name":"team","MinTTL":1,"DefaultTTL":2,"MaxTTL":3,
	 "ParametersInCacheKeyAndForwardedToOrigin":{"HeadersConfig":{"HeaderBehavior":"whitelist","Headers":{"Quantity":1,"Items":["Accept"]}},
	 "CookiesConfig":{"CookieBehavior":"none"},"QueryStringsConfig":{"QueryStringBehavior":"all"}}}}`)
	write("other.json", `{"something":"else"}`)
	write("broken.json", `{`)
	l, diags = Load(path, Options{})
	if len(diags) > 0 {
		t.Errorf("with the policy: %v", diags)
	}
	if diff := cmp.Diff([]string{"GET", "HEAD"}, l.Config.Distributions[0].Behaviors[0].AllowedMethods); diff != "" {
		t.Errorf("methods that the API has by default, TF-253 (-want +got):\n%s", diff)
	}
	p := l.Config.Distributions[0].Behaviors[0].CachePolicy
	got := []any{p.Name.Value, p.ID, p.DefaultTTL.Seconds(), p.Headers.Items, string(p.QueryStrings.Behavior)}
	if diff := cmp.Diff([]any{"team", id, 2.0, []string{"Accept"}, "all"}, got); diff != "" {
		t.Errorf("policy (-want +got):\n%s", diff)
	}
}

// What is in a plan is traced to the resources it comes from, also where sets have lost the order and locals tell nothing
// (TF-243, TF-244).
func TestPlanTracing(t *testing.T) {
	dist := func(values, unknown, expressions string) string {
		return `{"planned_values":{"root_module":{"resources":[
		  {"address":"aws_cloudfront_distribution.d","mode":"managed","type":"aws_cloudfront_distribution","name":"d","values":` + values + `},
		  {"address":"aws_cloudfront_cache_policy.one","mode":"managed","type":"aws_cloudfront_cache_policy","name":"one","values":{"name":"one"}},
		  {"address":"aws_lb.a","mode":"managed","type":"aws_lb","name":"a","values":{"name":"a"}},
		  {"address":"aws_lb.b","mode":"managed","type":"aws_lb","name":"b","values":{"name":"b"}}]}},
		 "resource_changes":[{"address":"aws_cloudfront_distribution.d","change":{"after_unknown":` + unknown + `}}],
		 "configuration":{"root_module":{"resources":[
		  {"address":"aws_cloudfront_distribution.d","mode":"managed","type":"aws_cloudfront_distribution","name":"d","expressions":` + expressions + `},
		  {"address":"aws_lb.a","mode":"managed","type":"aws_lb","name":"a","expressions":{"name":{"constant_value":"a"}}}]}}}`
	}
	const custom = `"custom_origin_config":[{"http_port":80,"https_port":443,"origin_protocol_policy":"http-only","origin_ssl_protocols":["TLSv1.2"]}]`
	const behavior = `"default_cache_behavior":[{"viewer_protocol_policy":"allow-all","allowed_methods":["GET","HEAD"],"cached_methods":["GET","HEAD"]`
	const rest = `"enabled":true,"restrictions":[{"geo_restriction":[{"restriction_type":"none"}]}],"viewer_certificate":[{"cloudfront_default_certificate":true}]`
	tests := []struct{ name, rule, plan, origins, target, policy string }{
		{
			"origins in another order than their expressions", "TF-244",
			dist(`{`+rest+`,"origin":[{"origin_id":"b",`+custom+`},{"origin_id":"a",`+custom+`}],`+behavior+`,"target_origin_id":"a"}]}`,
				`{"origin":[{"domain_name":true},{"domain_name":true}],"default_cache_behavior":[{"cache_policy_id":true}]}`,
				`{"origin":[{"origin_id":{"constant_value":"a"},"domain_name":{"references":["aws_lb.a.dns_name","aws_lb.a"]}},
				  {"origin_id":{"constant_value":"b"},"domain_name":{"references":["aws_lb.b.dns_name","aws_lb.b"]}}],
				  "default_cache_behavior":[{"cache_policy_id":{"references":["aws_cloudfront_cache_policy.one.id","aws_cloudfront_cache_policy.one"]}}]}`),
			"b={aws_lb.b.dns_name} a={aws_lb.a.dns_name}", "a", "one",
		}, {
			"a local on both sides, and a policy without a word", "TF-202",
			dist(`{`+rest+`,"origin":[{"domain_name":"x.example.com",`+custom+`}],`+behavior+`}]}`,
				`{"origin":[{"origin_id":true}],"default_cache_behavior":[{"cache_policy_id":true,"target_origin_id":true}]}`,
				`{"origin":[{"origin_id":{"references":["local.id"]},"domain_name":{"constant_value":"x.example.com"}}],
				  "default_cache_behavior":[{"target_origin_id":{"references":["local.id"]},"cache_policy_id":{"references":["local.policy"]}}]}`),
			"{local.id}=x.example.com", "{local.id}", "one",
		}, {
			"a data source that only apply can read", "TF-244",
			dist(`{`+rest+`,"origin":[{"origin_id":"a",`+custom+`}],`+behavior+`,"target_origin_id":"a"}]}`,
				`{"origin":[{"domain_name":true}],"default_cache_behavior":[{"cache_policy_id":true}]}`,
				`{"origin":[{"origin_id":{"constant_value":"a"},"domain_name":{"references":["data.aws_lb.c.dns_name","data.aws_lb.c"]}}],
				  "default_cache_behavior":[{"cache_policy_id":{"references":["aws_cloudfront_cache_policy.one.id","aws_cloudfront_cache_policy.one"]}}]}`),
			"a={data.aws_lb.c.dns_name}", "a", "one",
		}, {
			"a dynamic block, of which a plan has no expressions", "TF-244",
			dist(`{`+rest+`,"origin":[{"domain_name":"x.example.com",`+custom+`}],`+behavior+`}]}`,
				`{"origin":[{"origin_id":true}],"default_cache_behavior":[{"cache_policy_id":true,"target_origin_id":true}]}`, `{}`),
			"{aws_cloudfront_distribution.d.origin[0].origin_id}=x.example.com", "{aws_cloudfront_distribution.d.origin[0].origin_id}", "one",
		},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "plan")
			if err := os.WriteFile(path, []byte(tt.plan), 0o644); err != nil {
				t.Fatal(err)
			}
			if _, diags := terraform.ReadDocument(path); diags.HasErrors() {
				t.Fatal(diags)
			}
			l, diags := Load(path, Options{})
			if len(diags) > 0 {
				t.Error(diags)
			}
			d := l.Config.Distributions[0]
			var origins []string
			for _, o := range d.Origins {
				origins = append(origins, o.ID.Value+"="+o.DomainName.Value)
			}
			b := d.Behaviors[0]
			got := []string{strings.Join(origins, " "), b.TargetOriginID.Value, b.CachePolicy.Name.Value}
			if diff := cmp.Diff([]string{tt.origins, tt.target, tt.policy}, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// FuzzLoadDocument loads documents of every kind: whatever is in them, loading ends with distributions whose behaviors
// are whole, or with a word about why there are none (TF-240, TF-250).
func FuzzLoadDocument(f *testing.F) {
	const custom = `"custom_origin_config":[{"http_port":80,"https_port":443,"origin_protocol_policy":"http-only","origin_ssl_protocols":["TLSv1.2"]}]`
	f.Add(`{"planned_values":{"root_module":{"resources":[{"address":"aws_cloudfront_distribution.d","mode":"managed","type":"aws_cloudfront_distribution","name":"d",
	 "values":{"enabled":true,"origin":[{"origin_id":"a",` + custom + `}],"default_cache_behavior":[{"allowed_methods":["GET"],"forwarded_values":[{"cookies":[{}]}]}]}}],
	 "child_modules":[{"address":"module.m[0]","resources":[{"address":"module.m[0].aws_lb.x","mode":"managed","type":"aws_lb","name":"x","index":0,"values":{}}]}]}},
	 "resource_changes":[{"address":"aws_cloudfront_distribution.d","change":{"after_unknown":{"origin":[{"domain_name":true}],"aliases":true,"ordered_cache_behavior":true}}}],
	 "configuration":{"root_module":{"module_calls":{"m":{"expressions":{"v":{"references":["module.m.o","var.x"]}},"module":{"outputs":{"o":{"expression":{"references":["var.v"]}}}}}},
	 "resources":[{"mode":"managed","type":"aws_cloudfront_distribution","name":"d","expressions":{"origin":[{"domain_name":{"references":["module.m[0].o"]}}]}}]}}}`)
	f.Add(`{"values":{"root_module":{"resources":[{"address":"data.aws_cloudfront_cache_policy.p","mode":"data","type":"aws_cloudfront_cache_policy","name":"p","values":{"id":"x","name":[]}}]}}}`)
	f.Add(`{"DistributionConfig":{"Origins":{"Quantity":1,"Items":[{"Id":"a","DomainName":"a.example.com"}]},"CacheBehaviors":{"Items":[{"PathPattern":"/*"}]},"DefaultCacheBehavior":{"TargetOriginId":"a","AllowedMethods":{"Items":[1,null,{}]}}}}`)
	f.Add(`{"resource_changes":[{"address":"x","mode":"managed","type":"aws_cloudfront_distribution","change":{"after":{"default_cache_behavior":{"a":[]}}}}]}`)
	path := filepath.Join(f.TempDir(), "x.json")
	f.Fuzz(func(t *testing.T, text string) {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		l, diags := Load(path, Options{})
		if len(l.Config.Distributions) == 0 && !diags.HasErrors() {
			t.Error("no distribution, and no word about it")
		}
		for _, d := range l.Config.Distributions {
			for _, b := range d.Behaviors {
				if b.CachePolicy == nil || b.Source.IsZero() {
					t.Errorf("behavior %q has cache policy %v and place %v", b.Name(), b.CachePolicy, b.Source)
				}
			}
		}
	})
}

// TestPlanKeys is TF-244: of a policy in several instances a plan says which one a distribution has only if the key is the
// distribution's own.
func TestPlanKeys(t *testing.T) {
	plan := func(references string) string {
		policy := func(key string) string {
			return `{"address":"aws_cloudfront_cache_policy.p[\"` + key + `\"]","mode":"managed","type":"aws_cloudfront_cache_policy","name":"p","index":"` +
				key + `","values":{"name":"` + key + `"}}`
		}
		return `{"planned_values":{"root_module":{"resources":[` + policy("a") + `,` + policy("b") + `,
		  {"address":"aws_cloudfront_distribution.d[\"a\"]","mode":"managed","type":"aws_cloudfront_distribution","name":"d","index":"a","values":{
		   "enabled":true,"restrictions":[{"geo_restriction":[{"restriction_type":"none"}]}],"viewer_certificate":[{"cloudfront_default_certificate":true}],
		   "origin":[{"origin_id":"o","domain_name":"b.s3.amazonaws.com"}],
		   "default_cache_behavior":[{"target_origin_id":"o","viewer_protocol_policy":"allow-all","allowed_methods":["GET","HEAD"],"cached_methods":["GET","HEAD"]}]}}]}},
		 "resource_changes":[{"address":"aws_cloudfront_distribution.d[\"a\"]","change":{"after_unknown":{"default_cache_behavior":[{"cache_policy_id":true}]}}}],
		 "configuration":{"root_module":{"resources":[
		  {"address":"aws_cloudfront_cache_policy.p","mode":"managed","type":"aws_cloudfront_cache_policy","name":"p","expressions":{}},
		  {"address":"aws_cloudfront_distribution.d","mode":"managed","type":"aws_cloudfront_distribution","name":"d",
		   "for_each_expression":{"references":["local.distributions"]},
		   "expressions":{"default_cache_behavior":[{"cache_policy_id":{"references":` + references + `}}]}}]}}}`
	}
	tests := []struct{ name, references, want string }{
		{"own key", `["aws_cloudfront_cache_policy.p","each.key"]`, "a"},
		{"element of a set", `["aws_cloudfront_cache_policy.p","each.value"]`, "a"},
		{"key in the value", `["aws_cloudfront_cache_policy.p","each.value.policy","each.value"]`, ""},
		{"key in a local", `["aws_cloudfront_cache_policy.p","local.policy"]`, ""},
		{"written key", `["aws_cloudfront_cache_policy.p[\"b\"].id","aws_cloudfront_cache_policy.p[\"b\"]","aws_cloudfront_cache_policy.p"]`, "b"},
	}
	for _, tt := range tests {
		t.Run("TF-244/"+tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "plan")
			if err := os.WriteFile(path, []byte(plan(tt.references)), 0o644); err != nil {
				t.Fatal(err)
			}
			l, diags := Load(path, Options{})
			if len(l.Config.Distributions) != 1 {
				t.Fatalf("no distribution: %v", diags)
			}
			got := l.Config.Distributions[0].DefaultBehavior().CachePolicy.Address
			if want := `aws_cloudfront_cache_policy.p["` + tt.want + `"]`; tt.want != "" && got != want {
				t.Errorf("got %s, want %s", got, want)
			}
			if tt.want == "" && (got != "" || len(diags) == 0) {
				t.Errorf("got %q and %d diagnostics, want no policy and a warning", got, len(diags))
			}
		})
	}
}

// TestZeroValues is TF-242: in a state, and among the unknowns of a plan's sets, what is not set is zero.
func TestZeroValues(t *testing.T) {
	const state = `{"format_version":"1.0","values":{"root_module":{"resources":[
	  {"address":"aws_cloudfront_distribution.d","mode":"managed","type":"aws_cloudfront_distribution","name":"d","values":{
	   "enabled":true,"comment":"","aliases":[],"web_acl_id":"","http_version":"http2","price_class":"PriceClass_All",
	   "origin":[{"origin_id":"a","domain_name":"a.example.com","origin_path":"","origin_access_control_id":"","response_completion_timeout":0,
	    "custom_header":[],"origin_shield":[],"s3_origin_config":[],"vpc_origin_config":[],
	    "custom_origin_config":[{"http_port":80,"https_port":443,"ip_address_type":"","origin_protocol_policy":"http-only",
	     "origin_ssl_protocols":["TLSv1.2"],"origin_read_timeout":30,"origin_keepalive_timeout":5}]}],
	   "default_cache_behavior":[{"target_origin_id":"a","viewer_protocol_policy":"allow-all","allowed_methods":["GET","HEAD"],
	    "cached_methods":["GET","HEAD"],"cache_policy_id":"658327ea-f89d-4fab-a63d-7e88639e58f6","origin_request_policy_id":"",
	    "response_headers_policy_id":"","field_level_encryption_id":"","realtime_log_config_arn":"","min_ttl":0,"default_ttl":0,"max_ttl":0,
	    "forwarded_values":[],"function_association":[],"lambda_function_association":[],"trusted_key_groups":[],"trusted_signers":[]}],
	   "restrictions":[{"geo_restriction":[{"restriction_type":"none","locations":[]}]}],
	   "viewer_certificate":[{"cloudfront_default_certificate":true,"acm_certificate_arn":"","iam_certificate_id":"",
	    "minimum_protocol_version":"TLSv1","ssl_support_method":""}]}}]}}}`
	path := filepath.Join(t.TempDir(), "state.json")
	if err := os.WriteFile(path, []byte(state), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, diags := Load(path, Options{}); len(diags) > 0 {
		t.Errorf("got %v, want no diagnostics", diags)
	}
}
