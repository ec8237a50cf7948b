package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"edgecase/config/cloudfront"

	"github.com/zclconf/go-cty/cty"
)

// cachePolicy is the policy that cache_policy_id names, or the one that forwarded_values amounts to (POL-001).
func (f fields) cachePolicy() *cloudfront.CachePolicy {
	v, named := f.policyID("cache_policy_id")
	legacy := f.first("forwarded_values")
	if legacy.Block != nil {
		defer f.d.openedAt(legacy.source())()
	}
	switch {
	case named && legacy.Block != nil:
		f.both(v, legacy)
		return f.namedCachePolicy(v)
	case named:
		f.unusedTimes()
		return f.namedCachePolicy(v)
	case legacy.Block != nil:
		return f.forwardedValues(legacy)
	}
	if !f.broken() {
		f.d.refuse(f.Range, "POL-001", "Missing cache policy",
			"A behavior needs cache_policy_id or a forwarded_values block, and this one has neither. "+
				"For a start: cache_policy_id = \"658327ea-f89d-4fab-a63d-7e88639e58f6\" (Managed-CachingOptimized).")
	}
	return f.forwardedValues(legacy)
}

// policyID returns a policy id that is configured: null and "" mean none (TF-145).
func (f fields) policyID(name string) (cty.Value, bool) {
	v, ok := f.value(name)
	if !ok {
		return v, false
	}
	text, _ := standInText(v)
	return v, text != ""
}

// both reports forwarded_values beside cache_policy_id (TF-148): at each of the two, as neither is more wrong.
func (f fields) both(id cty.Value, legacy fields) {
	at, other := f.at("cache_policy_id"), legacy.Range
	if _, known := standInText(id); !known {
		f.d.warn(at, "TF-148", "Two cache policies",
			"Beside forwarded_values (line %d), cache_policy_id is only known after apply. "+
				"CloudFront takes one of the two, not both; here cache_policy_id counts.", other.Start.Line)
		return
	}
	f.d.refuse(at, "TF-148", "Two cache policies",
		"A behavior has cache_policy_id or forwarded_values (line %d), not both. Remove one of them.", other.Start.Line)
	f.d.refuse(other, "TF-148", "Two cache policies",
		"A behavior has forwarded_values or cache_policy_id (line %d), not both. Remove one of them.", at.Start.Line)
}

// unusedTimes warns of times beside a cache policy, which the provider drops (POL-097, TF-147). Many write 0 for none.
func (f fields) unusedTimes() {
	for _, name := range []string{"min_ttl", "default_ttl", "max_ttl"} {
		if n := f.numbered(name); n != nil && *n > 0 {
			f.d.warn(f.at(name), "POL-097", "Time without effect",
				"Beside cache_policy_id, %s has no effect: the policy's own times count. Remove it.", name)
		}
	}
}

// forwardedValues makes a cache policy of the legacy settings (TF-146, TF-147).
func (f fields) forwardedValues(legacy fields) *cloudfront.CachePolicy {
	p := &cloudfront.CachePolicy{
		Name: cloudfront.Known(""),
		// TF-147: the provider sends 0 for a TTL that is omitted, not what the API would take by default.
		MinTTL:             f.seconds("min_ttl", 0),
		DefaultTTL:         f.seconds("default_ttl", 0),
		MaxTTL:             f.seconds("max_ttl", 0),
		Legacy:             true,
		ForwardQueryString: legacy.boolean("query_string", false),
		Headers:            cloudfront.Selection{Behavior: cloudfront.SelectNone},
		Cookies:            cloudfront.Selection{Behavior: cloudfront.SelectNone},
		QueryStrings:       cloudfront.Selection{Behavior: cloudfront.SelectNone},
		Source:             f.source(),
	}
	if legacy.Block == nil {
		return p
	}
	p.Source, p.Sources = legacy.source(), legacy.sources()
	for _, ttl := range []string{"min_ttl", "default_ttl", "max_ttl"} {
		if _, ok := f.value(ttl); ok {
			p.Sources[ttl] = f.place(ttl)
		}
	}
	if headers := legacy.sorted("headers"); slices.Contains(headers, "*") {
		p.Headers.Behavior = cloudfront.SelectAll
	} else if len(headers) > 0 {
		p.Headers = cloudfront.Selection{Behavior: cloudfront.SelectWhitelist, Items: headers}
	}
	p.Headers.Source = p.Sources["headers"]
	if p.ForwardQueryString {
		p.QueryStrings.Behavior = cloudfront.SelectAll
		if keys := legacy.strings("query_string_cache_keys"); len(keys) > 0 {
			p.QueryStrings = cloudfront.Selection{Behavior: cloudfront.SelectWhitelist, Items: keys}
		}
	}
	p.QueryStrings.Source = p.Sources["query_string"]
	if cookies := legacy.first("cookies"); cookies.Block != nil {
		p.Cookies = cloudfront.Selection{
			Behavior: cloudfront.SelectionBehavior(cookies.word("forward", string(cloudfront.SelectNone))),
			Source:   cookies.source(),
		}
		if p.Cookies.Behavior == cloudfront.SelectWhitelist {
			p.Cookies.Items = cookies.sorted("whitelisted_names")
		}
	}
	return p
}

// namedCachePolicy finds the policy that an id stands for. One that is nowhere to be found is replaced by a policy that
// keeps and forwards nothing.
func (f fields) namedCachePolicy(v cty.Value) *cloudfront.CachePolicy {
	const argument, typ = "cache_policy_id", "aws_cloudfront_cache_policy"
	id, _ := standInText(v)
	if p := cloudfront.ManagedCachePolicy(id); p != nil && p.ID == id {
		return p
	}
	if e := f.d.policy(v, typ); e != nil {
		return f.d.decodedCachePolicy(e)
	}
	f.unknownPolicy(v, argument, typ, "caches and forwards nothing", func(name string) (string, string) {
		if p := cloudfront.ManagedCachePolicy(name); p != nil {
			return p.Name.Value, p.ID
		}
		return nearest(name, cloudfront.ManagedCachePolicyNames()), ""
	})
	none := cloudfront.Selection{Behavior: cloudfront.SelectNone}
	return &cloudfront.CachePolicy{
		ID: id, Name: unnamed(v), Headers: none, Cookies: none, QueryStrings: none, Source: f.place(argument)}
}

// policy returns the policy of the directory that an id stands for: by reference, by invented id, or by the name that a
// data source asked for (TF-196).
func (d *decoder) policy(v cty.Value, typ string) *entity {
	return d.directory.pick(v, typ,
		func(e *entity) string { return e.id(uuid) },
		func(e *entity) string { return namedPolicyID(typ, e.argument("name")) })
}

// A policy's id has this form.
var policyIDForm = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// unknownPolicy says why an id leads to no policy. AWS refuses an id that is none; an id that is well formed may exist
// in the account, and then its settings are what is missing here. suggest returns a managed policy's name and id for
// something like a name.
func (f fields) unknownPolicy(v cty.Value, argument, typ, taken string, suggest func(string) (name, id string)) {
	at, rule := f.at(argument), "TF-145"
	f.d.open[f.place(argument)] = true
	id, known := standInText(v)
	text := textOf(v)
	for _, e := range f.d.directory.referred(v, "data."+typ) {
		f.unknownName(e, argument, typ, taken, suggest)
		return
	}
	switch {
	case !known && len(text.From) == 0: // an error has been reported
	case f.d.anotherKind(v, typ): // taken has reported it
	case !text.Known:
		f.d.policies = append(f.d.policies, undecided{
			at: at, value: v, text: fmt.Sprintf("%s (line %d) depends on %s; taken as one that %s", argument, at.Start.Line, from(v), taken),
			alone: fmt.Sprintf("%s depends on %s, which is not known here. Until then this behavior has a policy that %s.%s",
				argument, from(v), taken, f.d.supply(v)),
		})
	case cloudfront.ManagedPolicyUnresolved(id):
		f.d.warn(at, "POL-006", "Policy with unpublished settings",
			"%s is a policy of AWS whose settings are not published. It is taken as one that %s.", id, taken)
	case f.d.foreign[id]: // said where it first occurs
	case policyIDForm.MatchString(id):
		f.d.foreign[id] = true
		f.d.warn(at, rule, "Unknown policy",
			"No %s %s has the id %s, and no managed policy has it. If it exists in the account, %s; until then it is "+
				"taken as one that %s.", typ, f.d.directory.place(), id, f.d.directory.bring(typ, id), taken)
	default:
		detail := ""
		if name, managed := suggest(id); managed != "" {
			detail = " Did you mean " + quote(managed) + ", the id of " + name + "?"
		} else if name != "" {
			detail = " Is " + quote(name) + " meant? Find its id with data." + quote(typ) + "."
		}
		f.d.refuse(at, rule, "Unknown policy", "%s takes the id of a policy, and %q is none.%s", argument, id, detail)
	}
}

// managedPrefix begins the names of AWS's own policies.
const managedPrefix = "Managed-"

// unknownName says that a data source asks for a policy that neither AWS nor this directory has (TF-196). Names that begin
// with "Managed-" are AWS's own, so one that AWS does not have is a mistake (TF-199).
func (f fields) unknownName(e *entity, argument, typ, taken string, suggest func(string) (name, id string)) {
	name := e.argument("name")
	near, _ := suggest(name)
	if near == name {
		near = ""
	}
	if near != "" && (strings.HasPrefix(name, managedPrefix) || near == managedPrefix+name) {
		at := e.at
		if given := f.d.evaluated(e); given.Block != nil {
			at = given.at("name")
		}
		f.d.refuse(at, "TF-199", "Unknown policy", "AWS has no %s with the name %q. Did you mean %q?",
			strings.ReplaceAll(strings.TrimPrefix(typ, "aws_cloudfront_"), "_", " "), name, near)
		return
	}
	hint := "If it exists in the account, bring its resource into the directory."
	if near != "" {
		hint = "Did you mean " + quote(near) + "?"
	}
	if name == "" {
		if id := e.argument("id"); id == "" {
			return // an argument that is missing or not known has been reported
		}
	}
	f.d.warn(f.at(argument), "TF-196", "Unknown policy",
		"%s asks for the name %q, which no managed policy and no %s of this directory has. %s Until then it is taken as "+
			"one that %s.", strings.TrimSuffix(e.address, "."), name, typ, hint, taken)
}

// decodedCachePolicy is TF-160.
func (d *decoder) decodedCachePolicy(e *entity) *cloudfront.CachePolicy {
	if p := d.caches[e.address]; p != nil {
		return p
	}
	f := d.evaluated(e)
	defer d.openedAt(d.sourceOf(e.at))()
	key := f.first("parameters_in_cache_key_and_forwarded_to_origin")
	p := &cloudfront.CachePolicy{
		ID:                         e.id(uuid),
		Name:                       f.text("name"),
		MinTTL:                     f.seconds("min_ttl", 0),
		DefaultTTL:                 f.seconds("default_ttl", 86400),
		MaxTTL:                     f.seconds("max_ttl", 31536000),
		EnableAcceptEncodingGzip:   key.boolean("enable_accept_encoding_gzip", false),
		EnableAcceptEncodingBrotli: key.boolean("enable_accept_encoding_brotli", false),
		Address:                    e.address,
		Source:                     d.sourceOf(e.at),
		Sources:                    f.sources(),
	}
	p.Headers, p.Cookies, p.QueryStrings = key.selections()
	d.caches[e.address] = p
	return p
}

// evaluated evaluates a resource that a distribution needs, so its errors are reported.
func (d *decoder) evaluated(e *entity) fields {
	block, diags := e.Evaluate()
	d.diags = append(d.diags, diags...)
	if block != nil {
		d.demands(e.typ, block)
		d.combined(e.typ, block)
		d.taken(e.typ, block)
		d.named(e, fields{block, d})
	}
	return fields{block, d}
}

// selections reads the three blocks that cache policies and origin request policies share.
func (f fields) selections() (headers, cookies, queryStrings cloudfront.Selection) {
	return f.selection("headers_config", "header_behavior", "headers"),
		f.selection("cookies_config", "cookie_behavior", "cookies"),
		f.selection("query_strings_config", "query_string_behavior", "query_strings")
}

func (f fields) selection(config, behavior, items string) cloudfront.Selection {
	c := f.first(config)
	s := cloudfront.Selection{Behavior: cloudfront.SelectionBehavior(c.word(behavior, string(cloudfront.SelectNone)))}
	if c.Block == nil {
		return s
	}
	s.Source = c.source()
	s.Items = c.first(items).sorted("items")
	return s
}
