package cloudfront

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

//go:embed managed-policies.json
var managedJSON []byte

// managed holds AWS's own policies. They are read when the first configuration asks for one and never change.
var managed = sync.OnceValue(func() *managedPolicies {
	m, err := parseManaged(managedJSON)
	if err != nil {
		panic(err) // the file is part of the program, and a test reads it
	}
	return m
})

// ManagedCachePolicy returns AWS's own cache policy with this ID or API name, or nil. API names begin with "Managed-",
// except UseOriginCacheControlHeaders and UseOriginCacheControlHeaders-QueryStrings (POL-007). A name that differs only
// in that prefix is found, too: AWS would not find it, so the caller warns where Name is not what it asked for
// (POL-193).
//
// The policy is shared; nobody may write to it.
func ManagedCachePolicy(idOrName string) *CachePolicy {
	return find(managed().cache, idOrName, func(p *CachePolicy) (string, string) { return p.ID, p.Name.Value })
}

// ManagedOriginRequestPolicy is ManagedCachePolicy for origin request policies.
func ManagedOriginRequestPolicy(idOrName string) *OriginRequestPolicy {
	return find(managed().originRequest, idOrName,
		func(p *OriginRequestPolicy) (string, string) { return p.ID, p.Name.Value })
}

// ManagedResponseHeadersPolicy is ManagedCachePolicy for response headers policies.
func ManagedResponseHeadersPolicy(idOrName string) *ResponseHeadersPolicy {
	return find(managed().responseHeaders, idOrName,
		func(p *ResponseHeadersPolicy) (string, string) { return p.ID, p.Name.Value })
}

// ManagedCachePolicyNames returns the API names of AWS's own cache policies, for suggestions.
func ManagedCachePolicyNames() []string {
	return names(managed().cache, func(p *CachePolicy) string { return p.Name.Value })
}

// ManagedOriginRequestPolicyNames returns the API names of AWS's own origin request policies, for suggestions.
func ManagedOriginRequestPolicyNames() []string {
	return names(managed().originRequest, func(p *OriginRequestPolicy) string { return p.Name.Value })
}

// ManagedResponseHeadersPolicyNames returns the API names of AWS's own response headers policies, for suggestions.
func ManagedResponseHeadersPolicyNames() []string {
	return names(managed().responseHeaders, func(p *ResponseHeadersPolicy) string { return p.Name.Value })
}

// ManagedPolicyUnresolved reports whether an ID is known to be that of a policy of AWS whose settings nobody has
// published. What such a policy does cannot be imitated, which is worth telling from an ID that is merely wrong.
func ManagedPolicyUnresolved(id string) bool { return slices.Contains(managed().unresolved, id) }

func find[P any](policies []*P, idOrName string, key func(*P) (id, name string)) *P {
	const prefix = "Managed-"
	var near *P
	for _, p := range policies {
		id, name := key(p)
		if idOrName == id || idOrName == name {
			return p
		}
		if strings.TrimPrefix(idOrName, prefix) == strings.TrimPrefix(name, prefix) {
			near = p
		}
	}
	return near
}

func names[P any](policies []*P, name func(*P) string) []string {
	list := make([]string, len(policies))
	for i, p := range policies {
		list[i] = name(p)
	}
	slices.Sort(list)
	return list
}

type managedPolicies struct {
	cache           []*CachePolicy
	originRequest   []*OriginRequestPolicy
	responseHeaders []*ResponseHeadersPolicy
	unresolved      []string
}

// The file's own form; its "_schema" says what each member means.
type (
	managedFile struct {
		CachePolicies           []managedCache           `json:"cache_policies"`
		OriginRequestPolicies   []managedOriginRequest   `json:"origin_request_policies"`
		ResponseHeadersPolicies []managedResponseHeaders `json:"response_headers_policies"`
		Unresolved              []struct {
			ID string `json:"id"`
		} `json:"unresolved"`
	}
	managedHead struct {
		ID         string `json:"id"`
		Name       string `json:"name"`
		Attachable bool   `json:"attachable"`
	}
	managedSelection struct {
		Behavior SelectionBehavior `json:"behavior"`
		Items    []string          `json:"items"`
	}
	managedCache struct {
		managedHead
		TTL struct {
			Min     int `json:"min"`
			Default int `json:"default"`
			Max     int `json:"max"`
		} `json:"ttl"`
		Headers      managedSelection `json:"headers"`
		Cookies      managedSelection `json:"cookies"`
		QueryStrings managedSelection `json:"query_strings"`
		Gzip         bool             `json:"enable_accept_encoding_gzip"`
		Brotli       bool             `json:"enable_accept_encoding_brotli"`
	}
	managedOriginRequest struct {
		managedHead
		Headers               managedSelection `json:"headers"`
		AddedHeaders          []string         `json:"added_headers"`
		Cookies               managedSelection `json:"cookies"`
		QueryStrings          managedSelection `json:"query_strings"`
		S3DroppedQueryStrings []string         `json:"s3_dropped_query_strings"`
	}
	managedResponseHeaders struct {
		managedHead
		CORS             *managedCORS     `json:"cors"`
		Security         *managedSecurity `json:"security_headers"`
		EmulatorDefaults struct {
			AllowHeaders []string `json:"cors.allow_headers"`
		} `json:"emulator_defaults"`
	}
	managedCORS struct {
		AllowOrigins       []string `json:"allow_origins"`
		AllowMethods       []string `json:"allow_methods"`
		AllowHeaders       []string `json:"allow_headers"`
		ExposeHeaders      []string `json:"expose_headers"`
		AllowCredentials   bool     `json:"allow_credentials"`
		MaxAge             *int     `json:"max_age_sec"`
		OriginOverride     bool     `json:"origin_override"`
		SimpleRequestsOnly bool     `json:"simple_requests_only"`
	}
	managedValue struct {
		Value    string `json:"value"`
		Override bool   `json:"override"`
	}
	managedSecurity struct {
		ReferrerPolicy          *managedValue `json:"referrer_policy"`
		ContentTypeOptions      *managedValue `json:"content_type_options"`
		FrameOptions            *managedValue `json:"frame_options"`
		StrictTransportSecurity *struct {
			MaxAge            int  `json:"max_age_sec"`
			IncludeSubdomains bool `json:"include_subdomains"`
			Preload           bool `json:"preload"`
			Override          bool `json:"override"`
		} `json:"strict_transport_security"`
		XSSProtection *struct {
			Protection bool   `json:"protection"`
			ModeBlock  bool   `json:"mode_block"`
			ReportURI  string `json:"report_uri"`
			Override   bool   `json:"override"`
		} `json:"xss_protection"`
	}
)

func parseManaged(data []byte) (*managedPolicies, error) {
	var f managedFile
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, fmt.Errorf("read managed policies: %w", err)
	}
	m := &managedPolicies{}
	for _, p := range f.CachePolicies {
		m.cache = append(m.cache, p.policy())
	}
	for _, p := range f.OriginRequestPolicies {
		m.originRequest = append(m.originRequest, p.policy())
	}
	for _, p := range f.ResponseHeadersPolicies {
		m.responseHeaders = append(m.responseHeaders, p.policy())
	}
	for _, p := range f.Unresolved {
		m.unresolved = append(m.unresolved, p.ID)
	}
	return m, nil
}

func (s managedSelection) selection() Selection {
	return Selection{Behavior: s.Behavior, Items: s.Items}
}

func (p managedCache) policy() *CachePolicy {
	return &CachePolicy{
		ID:                         p.ID,
		Name:                       Known(p.Name),
		Managed:                    true,
		Reserved:                   !p.Attachable,
		MinTTL:                     time.Duration(p.TTL.Min) * time.Second,
		DefaultTTL:                 time.Duration(p.TTL.Default) * time.Second,
		MaxTTL:                     time.Duration(p.TTL.Max) * time.Second,
		EnableAcceptEncodingGzip:   p.Gzip,
		EnableAcceptEncodingBrotli: p.Brotli,
		Headers:                    p.Headers.selection(),
		Cookies:                    p.Cookies.selection(),
		QueryStrings:               p.QueryStrings.selection(),
	}
}

func (p managedOriginRequest) policy() *OriginRequestPolicy {
	return &OriginRequestPolicy{
		ID:                    p.ID,
		Name:                  Known(p.Name),
		Managed:               true,
		Headers:               p.Headers.selection(),
		AddedHeaders:          p.AddedHeaders,
		Cookies:               p.Cookies.selection(),
		QueryStrings:          p.QueryStrings.selection(),
		S3DroppedQueryStrings: p.S3DroppedQueryStrings,
	}
}

func (p managedResponseHeaders) policy() *ResponseHeadersPolicy {
	policy := &ResponseHeadersPolicy{ID: p.ID, Name: Known(p.Name), Managed: true}
	if c := p.CORS; c != nil {
		policy.CORS = &CORS{
			AllowCredentials:   c.AllowCredentials,
			AllowHeaders:       c.AllowHeaders,
			AllowMethods:       c.AllowMethods,
			AllowOrigins:       c.AllowOrigins,
			ExposeHeaders:      c.ExposeHeaders,
			MaxAge:             c.MaxAge,
			OriginOverride:     c.OriginOverride,
			SimpleRequestsOnly: c.SimpleRequestsOnly,
		}
		if c.AllowHeaders == nil { // AWS does not publish them (POL-192)
			policy.CORS.AllowHeaders = p.EmulatorDefaults.AllowHeaders
		}
	}
	if p.Security != nil {
		policy.Security = p.Security.headers()
	}
	return policy
}

func (s *managedSecurity) headers() SecurityHeaders {
	var h SecurityHeaders
	if v := s.ReferrerPolicy; v != nil {
		h.ReferrerPolicy = security(ReferrerPolicyHeader, v.Value, v.Override)
	}
	if v := s.ContentTypeOptions; v != nil {
		h.ContentTypeOptions = security(ContentTypeOptionsHeader, ContentTypeOptionsValue, v.Override)
	}
	if v := s.FrameOptions; v != nil {
		h.FrameOptions = security(FrameOptionsHeader, v.Value, v.Override)
	}
	if v := s.StrictTransportSecurity; v != nil {
		value := StrictTransportSecurityValue(v.MaxAge, v.IncludeSubdomains, v.Preload)
		h.StrictTransportSecurity = security(StrictTransportSecurityHeader, value, v.Override)
	}
	if v := s.XSSProtection; v != nil {
		value := XSSProtectionValue(v.Protection, v.ModeBlock, v.ReportURI)
		h.XSSProtection = security(XSSProtectionHeader, value, v.Override)
	}
	return h
}

func security(name, value string, override bool) *ResponseHeader {
	return &ResponseHeader{Name: name, Value: Known(value), Override: override}
}
