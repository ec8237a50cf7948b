package cloudfront

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// Limits of origins (section 10.2 of the request rules, REQ-245, REQ-319).
const (
	maxConnectionAttempts = 3
	maxConnectionTimeout  = 10 * time.Second
	maxReadTimeout        = 120 * time.Second
	maxKeepaliveTimeout   = 120 * time.Second

	maxCustomHeaders     = 30
	maxHeaderNameLength  = 256
	maxHeaderValueLength = 1783
	maxHeadersLength     = 10240
)

func (r *report) origins(d *Distribution) {
	first := map[string]Source{}
	for _, o := range d.Origins {
		r.originID(first, o.ID, o.Sources.at("origin_id", o.Source))
		r.domainName(d, o)
		r.originSettings(o)
		r.originTimeouts(o)
		r.s3Origin(o)
		r.customHeaders(o)
	}
	for _, g := range d.OriginGroups {
		r.originID(first, g.ID, g.Sources.at("origin_id", g.Source))
	}
}

func (r *report) originID(first map[string]Source, id Text, at Source) {
	if !id.judged() || id.Value == "" {
		return
	}
	other, ok := first[id.Value]
	if !ok {
		first[id.Value] = at
		return
	}
	r.refuse("TF-103", Documented, at, "Duplicate origin id",
		"Origins and origin groups have different ids, and %q is given twice%s. Change one of the "+
			"two.", id.Value, parenthesized(other))
}

// parenthesized returns ` (cloudfront.tf:48)`, or nothing where no line says it.
func parenthesized(s Source) string {
	if s.IsZero() {
		return ""
	}
	return fmt.Sprintf(" (%s)", s)
}

func (r *report) domainName(d *Distribution, o *Origin) {
	at := o.Sources.at("domain_name", o.Source)
	name := o.DomainName.Value
	if !o.DomainName.judged() {
		return
	}
	rest, scheme := name, false
	if _, after, ok := strings.Cut(name, "://"); ok {
		rest, scheme = after, true
	}
	host, _, path := strings.Cut(rest, "/")
	host, _, port := strings.Cut(host, ":")
	switch _, err := netip.ParseAddr(name); {
	case name == "":
		r.refuse("TF-121", Observed, at, "Empty domain_name", "An origin needs a domain name. Write the name of the "+
			"server or bucket.")
	case err == nil:
		r.refuse("REQ-316", Inferred, at, "Address for a domain name",
			"%s is an address, and CloudFront asks for a name that the public DNS resolves. Give the server a name, "+
				"or use a VPC origin for a private one.", name)
	case scheme:
		r.refuse("TF-121", Observed, at, "Scheme in domain_name",
			"domain_name is a host name, unlike %q. Write %q; origin_protocol_policy says how it is spoken "+
				"to.", name, host)
	case path && pathStyle(host): // s3Origin says it better
	case path:
		r.refuse("TF-121", Observed, at, "Path in domain_name",
			"domain_name is a host name, unlike %q. Write %q, and the path as origin_path.", name, host)
	case port:
		r.refuse("TF-121", Observed, at, "Port in domain_name",
			"domain_name is a host name, unlike %q. Write %q, and the port as http_port or https_port.", name, host)
	case d.names(name) && o.Kind != KindVPC: // what is in a VPC is found by its ARN
		r.add(Error, "REQ-026", Project, at, "Request loop",
			"%q is a name of the distribution itself, so it would ask itself without end. Name the server behind "+
				"it.", name)
	case !strings.Contains(name, ".") && o.Kind != KindVPC:
		r.refuse("REQ-316", Inferred, at, "Local name for a domain name",
			"CloudFront asks for a name that the public DNS resolves, and %q has no domain. Write the full name; "+
				"--origin says where the origin is on this machine.", name)
	}
}

// names reports whether a host is one of the distribution's own names as they are written. A wildcard alias does not
// count: below it, the DNS may send one name elsewhere.
func (d *Distribution) names(host string) bool {
	return strings.EqualFold(host, d.DomainName) || foldContains(d.Aliases, host)
}

func (r *report) originSettings(o *Origin) {
	if path := o.OriginPath; path != "" && !placeholder(path) && (path[0] != '/' || path[len(path)-1] == '/') {
		next := "Remove it."
		if name := strings.Trim(path, "/"); name != "" {
			next = fmt.Sprintf("Write %q.", "/"+name)
		}
		r.refuse("REQ-315", Documented, o.Sources.at("origin_path", o.Source), "Invalid origin_path",
			"An origin_path begins with a slash and does not end with one, unlike %q. %s", path, next)
	}
	if o.Kind == KindS3 {
		return
	}
	ports := []struct {
		argument string
		port     int
	}{{"http_port", o.HTTPPort}, {"https_port", o.HTTPSPort}}
	for _, p := range ports {
		if o.gives(p.argument, p.port) && p.port != 80 && p.port != 443 && (p.port < 1024 || p.port > 65535) {
			r.refuse("REQ-314", Documented, o.Sources.at(p.argument, o.Source), "Invalid "+p.argument,
				"An origin's port is 80, 443 or one from 1024 to 65535, not %d. Choose one of these.", p.port)
		}
	}
	if slices.Contains(o.OriginSSLProtocols, "TLSv1.3") {
		r.refuse("REQ-335", Inferred, o.Sources.at("origin_ssl_protocols", o.Source), "TLSv1.3 in origin_ssl_protocols",
			"TLS 1.3 is spoken to origins that offer it, and is not known to be a value of "+
				"origin_ssl_protocols. Leave it out.")
	}
}

func (r *report) originTimeouts(o *Origin) {
	if n := o.ConnectionAttempts; o.gives("connection_attempts", n) && (n < 1 || n > maxConnectionAttempts) {
		r.refuse("TF-130", Documented, o.Sources.at("connection_attempts", o.Source), "Invalid connection_attempts",
			"CloudFront makes 1 to %d attempts to connect, not %d. Choose a number from that "+
				"range.", maxConnectionAttempts, n)
	}
	r.seconds("TF-130", Error, o, "connection_timeout", o.ConnectionTimeout, maxConnectionTimeout)
	r.seconds("REQ-326", Warning, o, "origin_read_timeout", o.OriginReadTimeout, maxReadTimeout)
	r.seconds("REQ-319", Warning, o, "origin_keepalive_timeout", o.OriginKeepaliveTimeout, maxKeepaliveTimeout)
	if whole := o.ResponseCompletionTimeout; whole > 0 && whole < o.OriginReadTimeout {
		r.refuse("REQ-330", Documented, o.Sources.at("response_completion_timeout", o.Source), "Invalid response_completion_timeout",
			"The whole answer is given %d seconds, which is less than origin_read_timeout gives a pause in it, %d. "+
				"Make it at least as long.",
			seconds(whole), seconds(o.OriginReadTimeout))
	}
}

// seconds reports a timeout that is out of range. AWS raises some upper limits on request; then above is a Warning.
func (r *report) seconds(rule string, above Severity, o *Origin, argument string, have, most time.Duration) {
	at := o.Sources.at(argument, o.Source)
	switch {
	case have <= 0 && o.gives(argument, int(have)):
		r.refuse(rule, Documented, at, "Invalid "+argument,
			"A timeout cannot be %d seconds. Choose 1 to %d.", seconds(have), seconds(most))
	case have > most && above == Error:
		r.refuse(rule, Documented, at, "Invalid "+argument, "%s is at most %d seconds, not %d. Choose 1 to %d.",
			argument, seconds(most), seconds(have), seconds(most))
	case have > most:
		r.warn(rule, Documented, at, "Quota exceeded", "%s is at most %d seconds unless AWS has raised the quota, "+
			"and here it is %d. Ask AWS, or choose a shorter time.",
			argument, seconds(most), seconds(have))
	}
}

// gives reports whether a number is one that the configuration gives: 0 is, where the argument is there.
func (o *Origin) gives(argument string, n int) bool {
	_, there := o.Sources[argument]
	return n != 0 || there
}

func seconds(d time.Duration) int64 { return int64(d / time.Second) }

// s3Origin judges the domain names of S3 (REQ-380 to REQ-382). What is no bucket at all is not for here: without a
// custom_origin_config whoever reads the configuration could not tell the Kind.
func (r *report) s3Origin(o *Origin) {
	name := o.DomainName.Value
	host, _, _ := strings.Cut(name, "/")
	e, ok := parseS3Endpoint(host)
	switch {
	case !ok || !o.DomainName.judged():
	case e.website():
		r.websiteOrigin(o, name)
	case e.service == "s3-accelerate" || pathStyle(host):
		severity := Warning // a custom origin is not looked at so closely
		if o.Kind == KindS3 {
			severity = Error
		}
		r.add(severity, "REQ-382", Documented, o.Sources.at("domain_name", o.Source), "Invalid S3 origin",
			"CloudFront does not take accelerated or path-style names such as %q. Write the bucket's regional name: "+
				"bucket.s3.region.amazonaws.com.", name)
	}
}

func (r *report) websiteOrigin(o *Origin, name string) {
	access := o.Sources.at("origin_access_control_id", o.Sources.at("s3_origin_config", o.Source))
	switch policy := o.OriginProtocolPolicy; {
	case o.OriginAccessControl != nil || o.OriginAccessIdentity.set():
		r.refuse("REQ-381", Documented, access, "Access control on a website endpoint",
			"%q is an S3 website endpoint, which knows no origin access control or identity: its objects must be "+
				"public. Use the bucket's regional name, or remove the access control.", name)
	case policy != "" && policy != OriginHTTPOnly:
		r.warn("REQ-312", Documented, o.Sources.at("origin_protocol_policy", o.Source), "HTTPS to a website endpoint",
			"S3 website endpoints speak HTTP only, so with %q requests over HTTPS fail. Write "+
				"origin_protocol_policy = \"http-only\".", policy)
	case policy != "" && o.HTTPPort != 80:
		r.warn("REQ-312", Documented, o.Sources.at("http_port", o.Source), "Port of a website endpoint",
			"S3 website endpoints listen on port 80 only, not on %d. Write http_port = 80.", o.HTTPPort)
	}
}

// An s3Endpoint is a host name of S3, taken apart.
type s3Endpoint struct {
	bucket  string // "" in path-style names
	service string // s3, s3-us-west-2, s3-website-us-east-1, s3-accelerate
}

func (e s3Endpoint) website() bool {
	return e.bucket != "" && (e.service == "s3-website" || strings.HasPrefix(e.service, "s3-website-"))
}

// pathStyle reports whether a host is S3 itself, with the bucket's name in the path.
func pathStyle(host string) bool {
	e, ok := parseS3Endpoint(host)
	return ok && e.bucket == ""
}

// parseS3Endpoint takes a name such as bucket.s3.eu-west-1.amazonaws.com apart (REQ-380). Bucket names may have dots.
func parseS3Endpoint(name string) (e s3Endpoint, ok bool) {
	name = strings.TrimSuffix(strings.ToLower(name), ".cn")
	host, ok := strings.CutSuffix(name, ".amazonaws.com")
	if !ok {
		return e, false
	}
	labels := strings.Split(host, ".")
	for i, label := range slices.Backward(labels) {
		if label == "s3" || strings.HasPrefix(label, "s3-") {
			return s3Endpoint{bucket: strings.Join(labels[:i], "."), service: label}, true
		}
	}
	return e, false
}

// forbiddenHeader reports whether an origin's custom_header cannot have this name (REQ-243).
func forbiddenHeader(name string) bool {
	switch strings.ToLower(name) {
	case "cache-control", "connection", "content-length", "cookie", "host", "if-match", "if-modified-since", "if-none-match",
		"if-range", "if-unmodified-since", "max-forwards", "pragma", "proxy-authenticate", "proxy-authorization",
		"proxy-connection", "range", "request-range", "te", "trailer", "transfer-encoding", "upgrade", "via", "x-real-ip":
		return true
	}
	return foldPrefix(name, "X-Amz-") || foldPrefix(name, "X-Edge-")
}

func (r *report) customHeaders(o *Origin) {
	total := 0
	for _, h := range o.CustomHeaders {
		if placeholder(h.Name) {
			continue
		}
		total += len(h.Name)
		if h.Value.Known {
			total += len(h.Value.Value)
		}
		switch {
		case forbiddenHeader(h.Name):
			r.refuse("REQ-243", Documented, h.Source, "Forbidden custom header",
				"CloudFront does not let an origin's custom_header set %q. Choose another name.", h.Name)
		case len(h.Name) > maxHeaderNameLength:
			r.refuse("REQ-245", Documented, h.Source, "Custom header too long",
				"A custom header's name has at most %d characters, this one has %d. Shorten "+
					"it.", maxHeaderNameLength, len(h.Name))
		case h.Value.Known && len(h.Value.Value) > maxHeaderValueLength:
			r.refuse("REQ-245", Documented, h.Source, "Custom header too long",
				"A custom header's value has at most %d characters, that of %s has %d. Shorten "+
					"it.", maxHeaderValueLength, h.Name, len(h.Value.Value))
		}
	}
	at := o.Sources.at("custom_header", o.Source)
	if n := len(o.CustomHeaders); n > maxCustomHeaders {
		r.warn("REQ-245", Documented, at, "Quota exceeded",
			"An origin has at most %d custom headers, this one has %d. Ask AWS for a higher quota, or merge "+
				"some.", maxCustomHeaders, n)
	}
	if total > maxHeadersLength {
		r.refuse("REQ-245", Documented, at, "Custom headers too long",
			"The names and values of an origin's custom headers have at most %d characters together, these have %d. "+
				"Shorten them.", maxHeadersLength, total)
	}
}

func (r *report) originGroups(d *Distribution) {
	for _, g := range d.OriginGroups {
		at := g.Sources.at("member", g.Source)
		if len(g.Members) != 2 && !g.MembersJudged {
			r.refuse("REQ-360", Documented, at, "Wrong number of members",
				"An origin group has exactly two members, a primary and a secondary origin, and this one has %d. "+
					"List two.", len(g.Members))
		}
		for i, id := range g.Members {
			if id.judged() && d.Origin(id.Value) == nil {
				r.unknownOrigin(d, id.Value, g.member(i, at), false)
			}
		}
		if m := g.Members; len(m) == 2 && m[0].judged() && m[1].judged() && m[0].Value == m[1].Value {
			r.refuse("REQ-360", Inferred, at, "Origin group of one origin",
				"Both members of the origin group are %q, so nothing can take over. Name another origin as the "+
					"second.", g.Members[0].Value)
		}
		for _, status := range g.StatusCodes {
			if !slices.Contains([]int{400, 403, 404, 416, 429, 500, 502, 503, 504}, status) {
				r.refuse("REQ-361", Documented, g.Sources.at("status_codes", g.Source), "Invalid failover status",
					"CloudFront cannot fail over on %d. Choose among 400, 403, 404, 416, 429, 500, 502, 503 and "+
						"504.", status)
			}
		}
	}
}

// member returns the place of a member of the group.
func (g *OriginGroup) member(i int, otherwise Source) Source {
	if i < len(g.MemberSources) && !g.MemberSources[i].IsZero() {
		return g.MemberSources[i]
	}
	return otherwise
}

// unknownOrigin reports an id that nothing has. It does not where the id of another origin is known only after apply:
// that may be the one.
func (r *report) unknownOrigin(d *Distribution, id string, at Source, groups bool) {
	none := "No origin"
	var candidates []candidate
	complete := true
	add := func(id Text, at Source) {
		complete = complete && id.judged()
		candidates = append(candidates, candidate{id.Value, at})
	}
	for _, o := range d.Origins {
		add(o.ID, o.Sources.at("origin_id", o.Source))
	}
	if groups {
		none = "No origin or origin group"
		for _, g := range d.OriginGroups {
			add(g.ID, g.Sources.at("origin_id", g.Source))
		}
	}
	if !complete {
		return
	}
	next := didYouMean(id, at, candidates)
	if next == "" && len(candidates) > 0 {
		var ids []string
		for _, c := range candidates {
			ids = append(ids, c.name)
		}
		next = " The ids are " + handful(ids) + "."
	}
	if next == "" {
		next = " Add an origin with that origin_id."
	}
	r.refuse("TF-141", Documented, at, "Unknown origin", "%s has the id %q.%s", none, id, next)
}
