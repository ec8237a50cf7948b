package config

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"edgecase/config/terraform"
)

// What CloudFront's API answers (section 8 of the Terraform rules) is put into the form of a state: the same settings by
// Terraform's names. So there is one decoder.

// An apiAnswer is a kind of answer: the resource it describes, under which member its settings are, and where its id is.
type apiAnswer struct {
	typ      string
	settings []string
	id       []string // nil where the answer does not have it
}

// apiAnswers are the answers that are read beside a distribution's configuration (TF-254).
func apiAnswers() []apiAnswer {
	of := func(typ, resource string) []apiAnswer {
		return []apiAnswer{
			{typ, []string{resource, resource + "Config"}, []string{resource, "Id"}},
			{typ, []string{resource + "Config"}, nil},
		}
	}
	return slices.Concat(
		of("aws_cloudfront_cache_policy", "CachePolicy"),
		of("aws_cloudfront_origin_request_policy", "OriginRequestPolicy"),
		of("aws_cloudfront_response_headers_policy", "ResponseHeadersPolicy"),
		of("aws_cloudfront_origin_access_control", "OriginAccessControl"),
		of("aws_cloudfront_key_group", "KeyGroup"),
		of("aws_cloudfront_public_key", "PublicKey"),
		of("aws_cloudfront_vpc_origin", "VpcOrigin"),
		[]apiAnswer{{"aws_cloudfront_function", []string{"FunctionSummary"}, nil}},
	)
}

// apiDistribution finds the configuration in what get-distribution-config or get-distribution has answered, or in the
// configuration alone as update-distribution takes it (TF-250).
func apiDistribution(root *terraform.Node) *terraform.Node {
	for _, n := range []*terraform.Node{root.Get("DistributionConfig"), root.Get("Distribution", "DistributionConfig"), root} {
		if n.Get("DefaultCacheBehavior") != nil && n.Get("Origins") != nil {
			return n
		}
	}
	return nil
}

// maxAnswer is the size of a file beside a distribution's configuration that may be an answer of the API, in bytes.
const maxAnswer = 1 << 20

// readAWS reads a distribution's configuration, and the answers about its policies, functions and keys that lie beside
// it. It returns the files that it looked at.
func readAWS(doc *terraform.Document, path string, p *provider) (*terraform.Shown, []string) {
	settings := apiDistribution(doc.Root)
	t := newTranslator(p)
	values := t.object("", settings, p.schemas[distributionType])
	dist := doc.Root.Get("Distribution")
	add := func(name string, n *terraform.Node) {
		if n.Text() != "" {
			values.Members[name] = n
			values.Names = append(values.Names, name)
		}
	}
	add("id", dist.Get("Id"))
	add("arn", dist.Get("ARN"))
	add("domain_name", dist.Get("DomainName"))
	name := firstOf(dist.Get("Id").Text(), settings.Get("CallerReference").Text(), "this")
	list := []terraform.Record{{
		Address: distributionType + "." + identifier(name), Mode: terraform.Managed, Type: distributionType,
		Name: identifier(name), At: settings, Values: values,
	}}
	beside, read := t.beside(path)
	return terraform.Records(doc, p, append(list, beside...)), read
}

// identifier makes a name of Terraform out of any text.
func identifier(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < 0x80 && (wordByte(byte(r)) || r == '-') {
			return r
		}
		return '_'
	}, s)
	if s == "" || !unicode.IsLetter(rune(s[0])) {
		s = "_" + s
	}
	return s
}

// beside reads the other JSON files of the folder that are answers about what a distribution names.
func (t translator) beside(path string) ([]terraform.Record, []string) {
	dir := filepath.Dir(path)
	read := []string{dir}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, read
	}
	var list []terraform.Record
	for _, e := range entries {
		file := filepath.Join(dir, e.Name())
		info, err := e.Info()
		if err != nil || filepath.Ext(e.Name()) != ".json" || !info.Mode().IsRegular() || info.Size() > maxAnswer ||
			filepath.Clean(file) == filepath.Clean(path) {
			continue
		}
		doc, _ := terraform.ReadDocument(file)
		if doc == nil {
			continue
		}
		if r, ok := t.answer(doc, file); ok {
			list, read = append(list, r), append(read, file)
		}
	}
	return list, read
}

// answer makes a resource of one answer. Where the answer does not have the id, the file's name may.
func (t translator) answer(doc *terraform.Document, file string) (terraform.Record, bool) {
	for _, a := range apiAnswers() {
		settings := doc.Root.Get(a.settings...)
		if settings == nil || !settings.IsObject {
			continue
		}
		base := strings.TrimSuffix(filepath.Base(file), ".json")
		values := t.object("", settings, t.provider.schemas[a.typ])
		name := firstOf(settings.Get("Name").Text(), base)
		set := func(name, text string) {
			if _, ok := values.Members[name]; !ok {
				values.Names = append(values.Names, name)
			}
			values.Members[name] = terraform.ScalarAt(settings, text)
		}
		id := base
		if a.id != nil {
			id = doc.Root.Get(a.id...).Text()
		}
		set("id", id)
		if a.typ == "aws_cloudfront_function" {
			set("arn", settings.Get("FunctionMetadata", "FunctionARN").Text())
			set("runtime", settings.Get("FunctionConfig", "Runtime").Text())
			if code, err := terraform.ReadFile(filepath.Join(filepath.Dir(file), name+".js"), maxAnswer); err == nil {
				set("code", string(code))
			}
		}
		return terraform.Record{
			Address: a.typ + "." + identifier(name), Mode: terraform.Managed, Type: a.typ, Name: identifier(name),
			At: settings, Values: values,
		}, true
	}
	return terraform.Record{}, false
}

// A translator gives settings of the API Terraform's names and form, as the schema of the resource has them.
type translator struct {
	provider *provider
	names    map[string]string
}

func newTranslator(p *provider) translator { return translator{p, apiNames()} }

// apiNames are the arguments whose names do not follow from the API's, by the block they are in ("" is any) and the name
// of the member.
func apiNames() map[string]string {
	return map[string]string{
		".Origins":                      "origin",
		".OriginGroups":                 "origin_group",
		".CacheBehaviors":               "ordered_cache_behavior",
		".CustomErrorResponses":         "custom_error_response",
		".Logging":                      "logging_config",
		".CloudFrontDefaultCertificate": "cloudfront_default_certificate",
		".CustomHeaders":                "custom_header",
		".Members":                      "member",
		".LambdaFunctionAssociations":   "lambda_function_association",
		".FunctionAssociations":         "function_association",
		".LambdaFunctionARN":            "lambda_arn",
		"origin.Id":                     "origin_id",
		"origin_group.Id":               "origin_id",
		"custom_header.HeaderName":      "name",
		"custom_header.HeaderValue":     "value",
		"geo_restriction.Items":         "locations",
	}
}

// snake is Terraform's spelling of an API name: ErrorCachingMinTTL is error_caching_min_ttl.
func snake(name string) string {
	var b strings.Builder
	for i := 0; i < len(name); i++ {
		c := name[i]
		if upper(c) {
			word := i > 0 && !upper(name[i-1]) || i > 0 && i+1 < len(name) && lower(name[i+1])
			if word {
				b.WriteByte('_')
			}
			c += 'a' - 'A'
		}
		b.WriteByte(c)
	}
	return b.String()
}

func upper(c byte) bool { return 'A' <= c && c <= 'Z' }
func lower(c byte) bool { return 'a' <= c && c <= 'z' }

// object puts an object of the API into the form of a block.
func (t translator) object(block string, n *terraform.Node, schema terraform.Schema) *terraform.Node {
	members := map[string]*terraform.Node{}
	var names []string
	put := func(name string, v *terraform.Node) {
		if _, ok := members[name]; !ok && v != nil {
			names = append(names, name)
			members[name] = v
		}
	}
	for _, api := range n.Names {
		v := n.Members[api]
		name := firstOf(t.names[block+"."+api], t.names["."+api], snake(api))
		inner, isBlock := schema.Blocks[name]
		_, isArgument := schema.Attributes[name]
		switch {
		case isBlock && name == "logging_config" && !v.Get("Enabled").IsTrue(): // is always there
		case isBlock:
			put(name, t.blocks(name, v, inner.Schema))
		case isArgument:
			put(name, setting(v))
		}
		if api == "AllowedMethods" { // TF-253: the cached ones are inside
			put("cached_methods", setting(v.Get("CachedMethods")))
		}
	}
	if block == "default_cache_behavior" || block == "ordered_cache_behavior" {
		// TF-253: the API takes these two for methods that are not given; Terraform always gives them.
		methods := terraform.ArrayAt(n, []*terraform.Node{terraform.ScalarAt(n, "GET"), terraform.ScalarAt(n, "HEAD")})
		put("allowed_methods", methods)
		put("cached_methods", methods)
	}
	return terraform.ObjectAt(n, members, names)
}

// setting is a scalar, or the items of a list (TF-251). A text that is not set is "".
func setting(v *terraform.Node) *terraform.Node {
	switch {
	case v.IsNull(), v.Scalar == any(""):
		return nil
	case v.IsObject:
		return terraform.ArrayAt(v, v.Get("Items").List())
	}
	return v
}

// blocks are the nested blocks that an object or a list of objects stands for.
func (t translator) blocks(name string, v *terraform.Node, schema terraform.Schema) *terraform.Node {
	items := v.Get("Items").List()
	switch {
	case v.IsArray:
		items = v.Items
	case !v.IsObject:
		return nil
	case v.Get("Quantity") == nil || holdsItems(schema):
		items = []*terraform.Node{v}
	}
	var list []*terraform.Node
	for _, item := range items {
		if item.IsObject {
			list = append(list, t.object(name, item, schema))
		}
	}
	return terraform.ArrayAt(v, list)
}

// holdsItems tells whether a block itself holds the items of a list.
func holdsItems(schema terraform.Schema) bool {
	_, block := schema.Blocks["items"]
	_, argument := schema.Attributes["items"]
	_, locations := schema.Attributes["locations"]
	return block || argument || locations
}
