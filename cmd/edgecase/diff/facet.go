package diff

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"edgecase/config/cloudfront"
)

// A facet is one thing that a side decides about a request. Two requests are treated alike if their facets are.
type facet struct {
	kind   Kind
	name   string
	text   string   // for people
	key    string   // what is compared, if the text does not tell all
	items  []string // of lists, in place of the text
	source cloudfront.Source

	about   string // what the facet of the other side is found by, if not by the name
	unknown bool   // only apply can tell it
}

// textFacet is a facet of a text that may be known or not, masked or not.
func textFacet(kind Kind, name string, t cloudfront.Text) facet {
	return facet{kind: kind, name: name, text: t.String(), key: t.Value, unknown: !t.Known && t.Value != ""}
}

// is reports whether a facet of the other side is about the same.
func (f facet) is(g facet) bool {
	return f.kind == g.kind && cmp.Or(f.about, f.name) == cmp.Or(g.about, g.name)
}

// same reports whether nothing differs.
func (f facet) same(g facet) bool {
	return f.text == g.text && f.key == g.key && slices.Equal(f.items, g.items)
}

// An outcome is what a side decides about the requests of one behavior with one method.
type outcome struct {
	allowed bool
	facets  []facet
}

// outcome returns what becomes of a behavior's requests with a method. names are those that requests can be told apart
// by. Of a method that is not allowed nothing else counts but what the viewer then receives (REQ-080).
func (s *Side) outcome(d *cloudfront.Distribution, b *cloudfront.Behavior, method string, n *names) outcome {
	if !b.Allows(method) {
		return outcome{facets: append(
			[]facet{{kind: Answer, text: "403 edge", source: sourceOf(b.Sources, "allowed_methods", b.Source)}},
			refusalHeaders(b),
		)}
	}
	o := outcome{allowed: true}
	answer := textFacet(Answer, "", b.TargetOriginID)
	answer.source = sourceOf(b.Sources, "target_origin_id", b.Source)
	o.facets = append(o.facets,
		answer,
		facet{kind: Protocol, text: string(b.ViewerProtocolPolicy), source: sourceOf(b.Sources, "viewer_protocol_policy", b.Source)},
		signed(b),
	)
	o.facets = append(o.facets, s.origins(d, b)...)
	o.facets = append(o.facets, s.functions(b)...)
	o.facets = append(o.facets, forwarding(d, b, method, n), caching(b, method))
	if cached(b, method) {
		o.facets = append(o.facets, cacheKey(d, b, method, n))
	}
	o.facets = append(o.facets, responseHeaders(b))
	o.facets = append(o.facets, others(b)...)
	return o
}

// signed says who may see a behavior's content.
func signed(b *cloudfront.Behavior) facet {
	f := facet{kind: Signed, source: b.Source}
	var who, keys []string
	for _, g := range b.TrustedKeyGroups {
		who = append(who, "key group "+g.Name)
		for _, k := range g.Keys {
			keys = append(keys, k.EncodedKey) // its id is invented until it has been applied
		}
		f.source = sourceOf(b.Sources, "trusted_key_groups", b.Source)
	}
	for _, s := range b.TrustedSigners {
		who = append(who, "signer "+s)
		f.source = sourceOf(b.Sources, "trusted_signers", b.Source)
	}
	f.text = cmp.Or(strings.Join(who, ", "), "nobody")
	f.key = strings.Join(append(who, keys...), "\n")
	return f
}

// origins says where the requests go: what of each origin that is asked has an effect.
func (s *Side) origins(d *cloudfront.Distribution, b *cloudfront.Behavior) []facet {
	var list []facet
	id := b.TargetOriginID.Value
	if g := d.OriginGroup(id); g != nil {
		var members, codes []string
		for _, m := range g.Members {
			members = append(members, m.String())
		}
		for _, code := range g.StatusCodes {
			codes = append(codes, strconv.Itoa(code))
		}
		list = append(list,
			facet{kind: OriginSetting, name: g.ID.String() + " members", about: "members", text: strings.Join(members, ", "), source: g.Source},
			facet{kind: OriginSetting, name: g.ID.String() + " status codes", about: "status codes", text: strings.Join(codes, " "), source: g.Source},
		)
	}
	for i, o := range d.Members(id) {
		for _, t := range s.originTraits(o) {
			if t.text == "" && t.key == "" {
				continue
			}
			t.kind, t.source, t.about = OriginSetting, sourceOf(o.Sources, t.name, o.Source), strconv.Itoa(i)+" "+t.name
			t.name = o.ID.String() + " " + t.name
			list = append(list, t)
		}
	}
	return list
}

// originTraits are the settings of an origin, by the names of their arguments.
func (s *Side) originTraits(o *cloudfront.Origin) []facet {
	access := ""
	if c := o.OriginAccessControl; c != nil {
		access = c.SigningBehavior + " for " + c.OriginType
	}
	var headers []string
	waiting := false
	for _, h := range o.CustomHeaders {
		headers = append(headers, h.Name+": "+h.Value.Value)
		waiting = waiting || !h.Value.Known
	}
	slices.Sort(headers)
	traits := []facet{
		textFacet(OriginSetting, "domain_name", o.DomainName),
		{name: "origin_path", text: o.OriginPath},
		{name: "kind", text: string(o.Kind)},
		{name: "origin_protocol_policy", text: string(o.OriginProtocolPolicy)},
		{name: "http_port", text: number(o.HTTPPort)},
		{name: "https_port", text: number(o.HTTPSPort)},
		{name: "origin_ssl_protocols", text: strings.Join(o.OriginSSLProtocols, " ")},
		{name: "origin_read_timeout", text: span(o.OriginReadTimeout)},
		{name: "origin_keepalive_timeout", text: span(o.OriginKeepaliveTimeout)},
		{name: "connection_attempts", text: number(o.ConnectionAttempts)},
		{name: "connection_timeout", text: span(o.ConnectionTimeout)},
		{name: "response_completion_timeout", text: span(o.ResponseCompletionTimeout)},
		{name: "origin_access_control", text: access},
		textFacet(OriginSetting, "origin_access_identity", o.OriginAccessIdentity),
		textFacet(OriginSetting, "vpc_origin_id", o.VPCOriginID),
		{name: "custom_header", text: customNames(o), key: strings.Join(headers, "\n"), unknown: waiting},
	}
	if s.Place != nil {
		traits = append(traits, facet{name: "place", text: s.Place(o)})
	}
	return traits
}

// customNames names the headers that CloudFront adds; their values often are secrets.
func customNames(o *cloudfront.Origin) string {
	var list []string
	for _, h := range o.CustomHeaders {
		list = append(list, h.Name)
	}
	slices.Sort(list)
	return strings.Join(list, ", ")
}

// functions says what runs, event by event.
func (s *Side) functions(b *cloudfront.Behavior) []facet {
	var list []facet
	for _, a := range b.Associations {
		f := facet{kind: Function, name: string(a.EventType), text: a.Name(), source: a.Source}
		if a.Kind == cloudfront.LambdaFunction {
			f.text = "Lambda " + f.text
		}
		code := s.codeOf(a)
		f.key, f.unknown = strings.Join(append(code, strconv.FormatBool(a.IncludeBody)), "\n"), len(code) == 0
		list = append(list, f)
	}
	return list
}

// codeOf is what tells the code of a function from another's; nil where it is not known.
func (s *Side) codeOf(a cloudfront.Association) []string {
	fn := a.Function
	switch {
	case fn == nil && a.ARN.Known:
		return []string{a.ARN.Value} // of Lambda functions with the version
	case fn == nil:
		return nil
	}
	code := fn.Code
	if code == "" && s.Code != nil {
		code = s.Code(fn)
	}
	if code == "" {
		return nil
	}
	return []string{fn.Runtime, fn.Handler, code}
}

// cached reports whether answers to a method can be cached (REQ-076, POL-013).
func cached(b *cloudfront.Behavior, method string) bool {
	return b.Caches(method) && b.CachePolicy != nil && !b.CachePolicy.CachingDisabled()
}

// caching says for how long answers are kept.
func caching(b *cloudfront.Behavior, method string) facet {
	f := facet{kind: Caching, text: "not cached", source: policySource(b, "cache_policy_id", "forwarded_values")}
	if cached(b, method) {
		p := b.CachePolicy
		f.text = fmt.Sprintf("%s (%s to %s)", span(p.DefaultTTL), span(p.MinTTL), span(p.MaxTTL))
	} else if !b.Caches(method) {
		f.source = sourceOf(b.Sources, "cached_methods", b.Source)
	}
	return f
}

// responseHeaders says what the viewer receives beside the origin's answer: the content of the policy, by whatever name.
func responseHeaders(b *cloudfront.Behavior) facet {
	f := facet{kind: ResponseHeaders, source: sourceOf(b.Sources, "response_headers_policy_id", b.Source)}
	p := b.ResponseHeadersPolicy
	if p == nil {
		return f
	}
	header := func(name string, h *cloudfront.ResponseHeader) {
		if h == nil {
			return
		}
		item := name + ": " + h.Value.String()
		if !h.Override {
			item += yielding
		}
		f.items = append(f.items, item)
	}
	for _, h := range p.CustomHeaders {
		header(h.Name, &h)
	}
	s := p.Security
	header(cloudfront.ContentSecurityPolicyHeader, s.ContentSecurityPolicy)
	header(cloudfront.ContentTypeOptionsHeader, s.ContentTypeOptions)
	header(cloudfront.FrameOptionsHeader, s.FrameOptions)
	header(cloudfront.ReferrerPolicyHeader, s.ReferrerPolicy)
	header(cloudfront.StrictTransportSecurityHeader, s.StrictTransportSecurity)
	header(cloudfront.XSSProtectionHeader, s.XSSProtection)
	for _, name := range p.RemoveHeaders {
		f.items = append(f.items, removing+name)
	}
	f.items = append(f.items, corsItems(p.CORS)...)
	if t := p.ServerTiming; t != nil && t.Enabled {
		f.items = append(f.items, "Server-Timing of "+strconv.FormatFloat(t.SamplingRate, 'g', -1, 64)+"%")
	}
	slices.Sort(f.items)
	return f
}

// How items about response headers are marked: one that the origin's own goes before, one that is taken away.
const (
	yielding = " (unless the origin sends it)"
	removing = "without "
)

// refusalHeaders is responseHeaders for answers that the edge makes itself: what a policy does to the origin's headers is
// no matter then, but for those that the edge writes, too.
func refusalHeaders(b *cloudfront.Behavior) facet {
	f := responseHeaders(b)
	own := func(name string) bool {
		return slices.ContainsFunc([]string{"Content-Type", "Server", "Date", "Content-Length", "Connection"}, func(s string) bool { return strings.EqualFold(s, name) })
	}
	var items []string
	for _, item := range f.items {
		name, _, _ := strings.Cut(item, ":")
		if removed, ok := strings.CutPrefix(item, removing); ok && !own(removed) {
			continue
		}
		if !own(name) {
			item = strings.TrimSuffix(item, yielding)
		}
		items = append(items, item)
	}
	f.items = items
	return f
}

// corsItems are the settings of a CORS section.
func corsItems(c *cloudfront.CORS) []string {
	if c == nil {
		return nil
	}
	items := []string{
		"CORS origins " + strings.Join(c.AllowOrigins, " "), "CORS methods " + strings.Join(c.AllowMethods, " "),
		"CORS headers " + strings.Join(c.AllowHeaders, " "),
	}
	if len(c.ExposeHeaders) > 0 {
		items = append(items, "CORS exposes "+strings.Join(c.ExposeHeaders, " "))
	}
	if c.AllowCredentials {
		items = append(items, "CORS credentials")
	}
	if c.MaxAge != nil {
		items = append(items, "CORS max age "+seconds(*c.MaxAge))
	}
	if !c.OriginOverride {
		items = append(items, "CORS only where the origin has none")
	}
	if c.SimpleRequestsOnly {
		items = append(items, "CORS without preflights")
	}
	return items
}

// others are the settings of a behavior that need no words of their own.
func others(b *cloudfront.Behavior) []facet {
	list := []facet{
		{kind: BehaviorSetting, name: "compress", text: codings(b)},
		{kind: BehaviorSetting, name: "smooth_streaming", text: strconv.FormatBool(b.SmoothStreaming)},
		{kind: BehaviorSetting, name: "grpc_config", text: strconv.FormatBool(b.GRPC)},
		textFacet(BehaviorSetting, "field_level_encryption_id", b.FieldLevelEncryptionID),
		textFacet(BehaviorSetting, "realtime_log_config_arn", b.RealtimeLogConfigARN),
	}
	for i := range list {
		list[i].source = sourceOf(b.Sources, list[i].name, b.Source)
	}
	return list
}

// codings says how answers are compressed where the viewer takes that (CACHE-250 to CACHE-254).
func codings(b *cloudfront.Behavior) string {
	p := b.CachePolicy
	var list []string
	if b.Compress && p != nil && (p.Legacy || p.EnableAcceptEncodingGzip) {
		list = append(list, "gzip")
	}
	if b.Compress && p != nil && !p.Legacy && p.EnableAcceptEncodingBrotli {
		list = append(list, "br")
	}
	return cmp.Or(strings.Join(list, " "), "no")
}

// policySource is the place of the first argument that a behavior has.
func policySource(b *cloudfront.Behavior, arguments ...string) cloudfront.Source {
	for _, a := range arguments {
		if at, ok := b.Sources[a]; ok {
			return at
		}
	}
	return b.Source
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func seconds(n int) string { return span(time.Duration(n) * time.Second) }

// span writes a time as people say it: "1 day", "90 s".
func span(d time.Duration) string {
	for _, u := range []struct {
		size time.Duration
		name string
	}{{365 * 24 * time.Hour, "year"}, {24 * time.Hour, "day"}, {time.Hour, "hour"}} {
		if d >= u.size && d%u.size == 0 {
			if d == u.size {
				return "1 " + u.name
			}
			return fmt.Sprintf("%d %ss", d/u.size, u.name)
		}
	}
	return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) + " s"
}
