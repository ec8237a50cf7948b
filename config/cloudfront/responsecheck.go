package cloudfront

import (
	"slices"
	"strings"
)

// Limits of response headers policies (POL-005, POL-112).
const (
	maxResponseHeaders = 10
	maxSecurityPolicy  = 1783 // characters of a Content-Security-Policy
)

func (r *report) responseHeadersPolicy(p *ResponseHeadersPolicy) {
	if p.CORS != nil {
		r.cors(p.Sources.at("cors_config", p.Source), p.CORS)
	}
	r.security(p.Sources.at("security_headers_config", p.Source), p.Security)
	for _, h := range p.CustomHeaders {
		r.customResponseHeader(h)
	}
	if n := len(p.CustomHeaders); n > maxResponseHeaders {
		r.warn("POL-005", Documented, p.Sources.at("custom_headers_config", p.Source), "Quota exceeded",
			"A response headers policy has at most %d custom headers, this one has %d. Ask AWS for a higher quota, "+
				"or let a function add some.", maxResponseHeaders, n)
	}
	for _, name := range p.RemoveHeaders {
		if keptHeader(name) {
			r.refuse("POL-113", Documented, p.Sources.at("remove_headers_config", p.Source), "Header that cannot be removed",
				"A response headers policy cannot remove %s. Take it off the list.", name)
		}
	}
}

func (r *report) cors(at Source, c *CORS) {
	const summary = "Invalid CORS settings"
	if len(c.AllowHeaders) == 0 { // or not known yet, so no error
		r.warn("POL-140", Observed, at, summary,
			"AWS refuses an empty access_control_allow_headers. Name the headers, or write \"*\".")
	}
	if len(c.AllowMethods) > 1 && slices.Contains(c.AllowMethods, "ALL") {
		r.refuse("POL-140", Observed, at, summary, "access_control_allow_methods is either \"ALL\" alone or a list "+
			"of methods. Remove the others.")
	}
	if slices.Contains(c.AllowOrigins, "ALL") {
		r.refuse("POL-140", Observed, at, summary, "access_control_allow_origins does not know \"ALL\". Write \"*\".")
	}
	if c.AllowCredentials && slices.Contains(c.AllowHeaders, "*") {
		r.refuse("POL-140", Observed, at, summary, "With access_control_allow_credentials, "+
			"access_control_allow_headers cannot have \"*\". Name the headers.")
	}
	if c.AllowCredentials && slices.Contains(c.AllowOrigins, "*") {
		r.warn("POL-141", Inferred, at, "Credentials for every origin",
			"Browsers refuse answers that allow credentials and every origin. List the origins in "+
				"access_control_allow_origins.")
	}
	for _, origin := range c.AllowOrigins {
		if !placeholder(origin) && !allowableOrigin(origin) {
			r.refuse("POL-124", Documented, at, "Invalid origin",
				`In access_control_allow_origins a "*" stands alone, for the first labels of a host or in a port, `+
					`unlike in %q. Write one such as "https://*.example.org".`, origin)
		}
	}
}

// allowableOrigin reports whether the stars of an entry of access_control_allow_origins stand where they may (POL-124).
func allowableOrigin(entry string) bool {
	if _, rest, ok := strings.Cut(entry, "://"); ok {
		entry = rest
	}
	host, _, _ := strings.Cut(entry, ":")
	return host == "*" || !strings.Contains(strings.TrimPrefix(host, "*."), "*")
}

func (r *report) security(at Source, s SecurityHeaders) {
	if h := s.ContentSecurityPolicy; h != nil && h.Value.Known && len(h.Value.Value) > maxSecurityPolicy {
		r.refuse("POL-112", Documented, h.place(at), "Content security policy too long",
			"It has at most %d characters, this one has %d. Shorten it, or let a function add "+
				"it.", maxSecurityPolicy, len(h.Value.Value))
	}
	if h := s.XSSProtection; h != nil && strings.Contains(h.Value.Value, xssModeBlock+xssReport) {
		r.refuse("POL-159", Documented, h.place(at), "mode_block with report_uri",
			"xss_protection has either mode_block or report_uri. Remove one of the two.")
	}
}

// place returns where the header stands, or where its block does.
func (h ResponseHeader) place(block Source) Source {
	if h.Source.IsZero() {
		return block
	}
	return h.Source
}

func (r *report) customResponseHeader(h ResponseHeader) {
	const summary = "Invalid custom header"
	switch name := strings.ToLower(h.Name); {
	case slices.Contains([]string{
		"access-control-allow-origin", "access-control-allow-credentials", "access-control-allow-methods",
		"access-control-allow-headers", "access-control-expose-headers", "access-control-max-age",
	}, name):
		r.refuse("POL-142", Observed, h.Source, summary, "AWS refuses %s among the custom headers. Write a "+
			"cors_config block.", h.Name)
	case foldContains([]string{
		ContentSecurityPolicyHeader, ContentTypeOptionsHeader, FrameOptionsHeader, ReferrerPolicyHeader,
		StrictTransportSecurityHeader, XSSProtectionHeader,
	}, name):
		r.refuse("POL-142", Inferred, h.Source, summary,
			"AWS probably refuses %s among the custom headers. Write it in security_headers_config.", h.Name)
	case keptHeader(name):
		r.refuse("POL-172", Inferred, h.Source, summary, "AWS probably refuses %s among the custom headers. Remove "+
			"it.", h.Name)
	}
}

// keptHeader reports whether a response headers policy cannot remove a header (POL-113).
func keptHeader(name string) bool {
	lower := strings.ToLower(name)
	switch lower {
	case "connection", "content-encoding", "content-length", "expect", "host", "keep-alive", "proxy-authenticate",
		"proxy-authorization", "proxy-connection", "trailer", "transfer-encoding", "upgrade", "via", "warning",
		"x-accel-buffering", "x-accel-charset", "x-accel-limit-rate", "x-accel-redirect", "x-amzn-auth",
		"x-amzn-cf-billing", "x-amzn-cf-id", "x-amzn-cf-xff", "x-amzn-errortype", "x-amzn-fle-profile",
		"x-amzn-header-count", "x-amzn-header-order", "x-amzn-lambda-integration-tag", "x-amzn-requestid", "x-cache",
		"x-forwarded-proto", "x-real-ip":
		return true
	}
	return strings.HasPrefix(lower, "x-amz-cf-") || strings.HasPrefix(lower, "x-edge-")
}
