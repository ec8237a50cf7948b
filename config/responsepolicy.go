package config

import (
	"strconv"

	"edgecase/config/cloudfront"
)

// responseHeadersPolicy finds the policy that response_headers_policy_id stands for. One that is nowhere to be found is
// replaced by a policy that changes nothing.
func (f fields) responseHeadersPolicy() *cloudfront.ResponseHeadersPolicy {
	const argument, typ = "response_headers_policy_id", "aws_cloudfront_response_headers_policy"
	v, named := f.policyID(argument)
	if !named {
		return nil
	}
	id, _ := standInText(v)
	if p := cloudfront.ManagedResponseHeadersPolicy(id); p != nil && p.ID == id {
		return p
	}
	if e := f.d.policy(v, typ); e != nil {
		return f.d.decodedResponseHeadersPolicy(e)
	}
	f.unknownPolicy(v, argument, typ, "changes nothing", func(name string) (string, string) {
		if p := cloudfront.ManagedResponseHeadersPolicy(name); p != nil {
			return p.Name.Value, p.ID
		}
		return nearest(name, cloudfront.ManagedResponseHeadersPolicyNames()), ""
	})
	return &cloudfront.ResponseHeadersPolicy{ID: id, Name: unnamed(v), Source: f.place(argument)}
}

// decodedResponseHeadersPolicy is TF-162.
func (d *decoder) decodedResponseHeadersPolicy(e *entity) *cloudfront.ResponseHeadersPolicy {
	if p := d.responses[e.address]; p != nil {
		return p
	}
	f := d.evaluated(e)
	defer d.openedAt(d.sourceOf(e.at))()
	p := &cloudfront.ResponseHeadersPolicy{
		ID:       e.id(uuid),
		Name:     f.text("name"),
		CORS:     f.first("cors_config").cors(),
		Security: f.first("security_headers_config").security(),
		Address:  e.address,
		Source:   d.sourceOf(e.at),
		Sources:  f.sources(),
	}
	for _, h := range f.first("custom_headers_config").all("items") {
		p.CustomHeaders = append(p.CustomHeaders, cloudfront.ResponseHeader{
			Name:     h.str("header"),
			Value:    h.text("value"),
			Override: h.boolean("override", false),
			Source:   h.source(),
		})
	}
	for _, h := range f.first("remove_headers_config").all("items") {
		p.RemoveHeaders = append(p.RemoveHeaders, h.str("header"))
	}
	if t := f.first("server_timing_headers_config"); t.Block != nil {
		p.ServerTiming = &cloudfront.ServerTiming{Enabled: t.boolean("enabled", false), SamplingRate: t.float("sampling_rate")}
	}
	d.responses[e.address] = p
	return p
}

func (f fields) float(name string) float64 {
	s := f.word(name, "0")
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		f.d.refuse(f.at(name), "TF-029", "Invalid value", "%s must be a number, not %q.", name, s)
	}
	return x
}

func (f fields) cors() *cloudfront.CORS {
	if f.Block == nil {
		return nil
	}
	return &cloudfront.CORS{
		AllowCredentials: f.boolean("access_control_allow_credentials", false),
		AllowHeaders:     f.first("access_control_allow_headers").sorted("items"),
		AllowMethods:     f.first("access_control_allow_methods").sorted("items"),
		AllowOrigins:     f.first("access_control_allow_origins").sorted("items"),
		ExposeHeaders:    f.first("access_control_expose_headers").sorted("items"),
		MaxAge:           f.numbered("access_control_max_age_sec"),
		OriginOverride:   f.boolean("origin_override", false),
	}
}

func (f fields) security() cloudfront.SecurityHeaders {
	var s cloudfront.SecurityHeaders
	if f.Block == nil {
		return s
	}
	s.ContentSecurityPolicy = f.first("content_security_policy").
		header(cloudfront.ContentSecurityPolicyHeader, argument("content_security_policy"))
	s.ContentTypeOptions = f.first("content_type_options").
		header(cloudfront.ContentTypeOptionsHeader, func(fields) cloudfront.Text {
			return cloudfront.Known(cloudfront.ContentTypeOptionsValue)
		})
	s.FrameOptions = f.first("frame_options").header(cloudfront.FrameOptionsHeader, argument("frame_option"))
	s.ReferrerPolicy = f.first("referrer_policy").header(cloudfront.ReferrerPolicyHeader, argument("referrer_policy"))
	s.StrictTransportSecurity = f.first("strict_transport_security").
		header(cloudfront.StrictTransportSecurityHeader, func(h fields) cloudfront.Text {
			return cloudfront.Known(cloudfront.StrictTransportSecurityValue(
				h.number("access_control_max_age_sec", 0), h.boolean("include_subdomains", false), h.boolean("preload", false)))
		})
	s.XSSProtection = f.first("xss_protection").header(cloudfront.XSSProtectionHeader, func(h fields) cloudfront.Text {
		return cloudfront.Known(cloudfront.XSSProtectionValue(
			h.boolean("protection", false), h.boolean("mode_block", false), h.str("report_uri")))
	})
	return s
}

// header makes one header of security_headers_config, or nil if its block is not there.
func (f fields) header(name string, value func(fields) cloudfront.Text) *cloudfront.ResponseHeader {
	if f.Block == nil {
		return nil
	}
	return &cloudfront.ResponseHeader{
		Name: name, Value: value(f), Override: f.boolean("override", false), Source: f.source()}
}

// argument gives the text of an argument as a header's value.
func argument(name string) func(fields) cloudfront.Text {
	return func(f fields) cloudfront.Text { return f.text(name) }
}
