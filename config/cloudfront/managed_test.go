package cloudfront

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestManagedCachePolicy(t *testing.T) {
	origins := Selection{Behavior: SelectWhitelist,
		Items: []string{"Host", "Origin", "X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"}}
	tests := []struct {
		name, rule, ask string
		want            *CachePolicy
	}{
		{"by id", "POL-006", "658327ea-f89d-4fab-a63d-7e88639e58f6", &CachePolicy{
			ID: "658327ea-f89d-4fab-a63d-7e88639e58f6", Name: Known("Managed-CachingOptimized"), Managed: true,
			MinTTL: time.Second, DefaultTTL: 24 * time.Hour, MaxTTL: 365 * 24 * time.Hour,
			EnableAcceptEncodingGzip: true, EnableAcceptEncodingBrotli: true,
			Headers: none, Cookies: none, QueryStrings: none,
		}},
		{"by name", "POL-006", "Managed-CachingDisabled", &CachePolicy{
			ID: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad", Name: Known("Managed-CachingDisabled"), Managed: true,
			Headers: none, Cookies: none, QueryStrings: none,
		}},
		{"without prefix", "POL-007", "UseOriginCacheControlHeaders", &CachePolicy{
			ID: "83da9c7e-98b4-4e11-a168-04f0df8e2c65", Name: Known("UseOriginCacheControlHeaders"), Managed: true,
			MaxTTL:                   365 * 24 * time.Hour,
			EnableAcceptEncodingGzip: true, EnableAcceptEncodingBrotli: true,
			Headers: origins, Cookies: all, QueryStrings: none,
		}},
		{"reserved", "POL-006", "Managed-Amplify-StaticContent", &CachePolicy{
			ID: "7e5fad67-ee98-4ad0-b05a-394999eefc1a", Name: Known("Managed-Amplify-StaticContent"), Managed: true,
			Reserved: true, MaxTTL: 365 * 24 * time.Hour,
			EnableAcceptEncodingGzip: true, EnableAcceptEncodingBrotli: true,
			Headers: Selection{Behavior: SelectWhitelist, Items: []string{"Authorization", "Host"}},
			Cookies: none, QueryStrings: none,
		}},
		{"unknown", "POL-006", "Managed-CachingOptimised", nil},
		{"of another kind", "POL-006", "Managed-AllViewer", nil},
		{"nothing", "POL-006", "", nil},
		{"prefix only", "POL-006", "Managed-", nil},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, ManagedCachePolicy(tt.ask)); diff != "" {
				t.Errorf("ManagedCachePolicy(%q) (-want +got):\n%s", tt.ask, diff)
			}
		})
	}
}

var (
	none = Selection{Behavior: SelectNone, Items: []string{}}
	all  = Selection{Behavior: SelectAll, Items: []string{}}
)

// The other spelling of a name is found, under its right name: that is what the caller warns of.
func TestManagedPolicyPrefix(t *testing.T) {
	tests := []struct{ name, rule, ask, want string }{
		{"superfluous", "POL-193", "Managed-UseOriginCacheControlHeaders", "UseOriginCacheControlHeaders"},
		{"superfluous, longer name", "POL-193", "Managed-UseOriginCacheControlHeaders-QueryStrings",
			"UseOriginCacheControlHeaders-QueryStrings"},
		{"missing", "POL-193", "CachingOptimized", "Managed-CachingOptimized"},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			p := ManagedCachePolicy(tt.ask)
			if p == nil {
				t.Fatalf("ManagedCachePolicy(%q) is nil, want %s", tt.ask, tt.want)
			}
			if diff := cmp.Diff(Known(tt.want), p.Name); diff != "" {
				t.Errorf("name (-want +got):\n%s", diff)
			}
		})
	}
}

func TestManagedOriginRequestPolicy(t *testing.T) {
	dropped := []string{"response-content-type", "response-content-disposition", "response-content-encoding"}
	tests := []struct {
		name, rule, ask string
		want            *OriginRequestPolicy
	}{
		{"all", "POL-062", "Managed-AllViewer", &OriginRequestPolicy{
			ID: "216adef6-5c7f-47e4-b989-5492eafa07d3", Name: Known("Managed-AllViewer"), Managed: true,
			Headers: Selection{Behavior: SelectAllViewer, Items: []string{}}, Cookies: all, QueryStrings: all,
			S3DroppedQueryStrings: dropped,
		}},
		{"except host", "POL-024", "b689b0a8-53d0-40ab-baf2-68738e2966ac", &OriginRequestPolicy{
			ID: "b689b0a8-53d0-40ab-baf2-68738e2966ac", Name: Known("Managed-AllViewerExceptHostHeader"), Managed: true,
			Headers: Selection{Behavior: SelectAllExcept, Items: []string{"Host"}}, Cookies: all, QueryStrings: all,
			AddedHeaders:          ManagedOriginRequestPolicy("Managed-AllViewerAndCloudFrontHeaders-2022-06").Headers.Items,
			S3DroppedQueryStrings: dropped,
		}},
		{"list", "POL-006", "Managed-UserAgentRefererHeaders", &OriginRequestPolicy{
			ID: "acba4595-bd28-49b8-b9fe-13317c0390fa", Name: Known("Managed-UserAgentRefererHeaders"), Managed: true,
			Headers: Selection{Behavior: SelectWhitelist, Items: []string{"User-Agent", "Referer"}},
			Cookies: none, QueryStrings: none, S3DroppedQueryStrings: []string{},
		}},
		{"of another kind", "POL-006", "Managed-CachingOptimized", nil},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, ManagedOriginRequestPolicy(tt.ask)); diff != "" {
				t.Errorf("ManagedOriginRequestPolicy(%q) (-want +got):\n%s", tt.ask, diff)
			}
		})
	}
}

func TestManagedResponseHeadersPolicy(t *testing.T) {
	security := SecurityHeaders{
		ContentTypeOptions:      &ResponseHeader{Name: "X-Content-Type-Options", Value: Known("nosniff"), Override: true},
		FrameOptions:            &ResponseHeader{Name: "X-Frame-Options", Value: Known("SAMEORIGIN")},
		ReferrerPolicy:          &ResponseHeader{Name: "Referrer-Policy", Value: Known("strict-origin-when-cross-origin")},
		StrictTransportSecurity: &ResponseHeader{Name: "Strict-Transport-Security", Value: Known("max-age=31536000")},
		XSSProtection:           &ResponseHeader{Name: "X-XSS-Protection", Value: Known("1; mode=block")},
	}
	simple := &CORS{AllowOrigins: []string{"*"}, ExposeHeaders: []string{}, SimpleRequestsOnly: true}
	tests := []struct {
		name, rule, ask string
		want            *ResponseHeadersPolicy
	}{
		{"simple", "POL-135", "Managed-SimpleCORS", &ResponseHeadersPolicy{
			ID: "60669652-455b-4ae9-85a4-c4c02393f86c", Name: Known("Managed-SimpleCORS"), Managed: true, CORS: simple,
		}},
		{"preflight", "POL-192", "Managed-CORS-With-Preflight", &ResponseHeadersPolicy{
			ID: "5cc3b908-e619-4b99-88e5-2cf7f45965bd", Name: Known("Managed-CORS-With-Preflight"), Managed: true,
			CORS: &CORS{AllowHeaders: []string{"*"}, AllowOrigins: []string{"*"}, ExposeHeaders: []string{"*"},
				AllowMethods: []string{"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}},
		}},
		{"security", "POL-153", "67f7725c-6f97-4210-82d7-5512b31e9d03", &ResponseHeadersPolicy{
			ID: "67f7725c-6f97-4210-82d7-5512b31e9d03", Name: Known("Managed-SecurityHeadersPolicy"), Managed: true,
			Security: security,
		}},
		{"both", "POL-192", "Managed-CORS-and-SecurityHeadersPolicy", &ResponseHeadersPolicy{
			ID: "e61eb60c-9c35-4d20-a928-2b84e02af89c", Name: Known("Managed-CORS-and-SecurityHeadersPolicy"), Managed: true,
			CORS: simple, Security: security,
		}},
		{"unknown", "POL-006", "Managed-CORS", nil},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, ManagedResponseHeadersPolicy(tt.ask)); diff != "" {
				t.Errorf("ManagedResponseHeadersPolicy(%q) (-want +got):\n%s", tt.ask, diff)
			}
		})
	}
}

// Every policy of the file is found by every name that is offered for it, and CloudFront would accept it.
func TestManagedPolicies(t *testing.T) {
	names := map[string][]string{
		"cache":            ManagedCachePolicyNames(),
		"origin request":   ManagedOriginRequestPolicyNames(),
		"response headers": ManagedResponseHeadersPolicyNames(),
	}
	count := map[string]int{}
	for kind, list := range names {
		count[kind] = len(list)
	}
	if diff := cmp.Diff(map[string]int{"cache": 11, "origin request": 8, "response headers": 5}, count); diff != "" {
		t.Errorf("number of policies (-want +got):\n%s", diff)
	}
	for _, name := range names["cache"] {
		if p := ManagedCachePolicy(name); p == nil || p != ManagedCachePolicy(p.ID) {
			t.Errorf("%s is not the same by name and by ID", name)
		}
	}
	for _, name := range names["origin request"] {
		if p := ManagedOriginRequestPolicy(name); p == nil || p != ManagedOriginRequestPolicy(p.ID) {
			t.Errorf("%s is not the same by name and by ID", name)
		}
	}
	for _, name := range names["response headers"] {
		if p := ManagedResponseHeadersPolicy(name); p == nil || p != ManagedResponseHeadersPolicy(p.ID) {
			t.Errorf("%s is not the same by name and by ID", name)
		}
	}
	if !ManagedPolicyUnresolved("17322e93-4707-445a-93bc-6c8c16621822") || ManagedPolicyUnresolved("no such policy") {
		t.Error("ManagedPolicyUnresolved does not tell the IDs of the file from others")
	}
}

func TestParseManagedRefusesBadJSON(t *testing.T) {
	if _, err := parseManaged([]byte(`{"cache_policies": 1}`)); err == nil {
		t.Error("parseManaged accepts a number for a list")
	}
}

func TestSecurityValues(t *testing.T) {
	tests := []struct{ name, rule, got, want string }{
		{"age only", "POL-150", StrictTransportSecurityValue(31536000, false, false), "max-age=31536000"},
		{"no age", "POL-150", StrictTransportSecurityValue(0, false, false), "max-age=0"},
		{"subdomains", "POL-151", StrictTransportSecurityValue(10, true, false), "max-age=10; includeSubDomains"},
		{"everything", "POL-152", StrictTransportSecurityValue(63072000, true, true),
			"max-age=63072000; includeSubDomains; preload"},
		{"preload", "POL-152", StrictTransportSecurityValue(1, false, true), "max-age=1; preload"},
		{"off", "POL-156", XSSProtectionValue(false, true, "https://r"), "0"},
		{"on", "POL-157", XSSProtectionValue(true, false, ""), "1"},
		{"block", "POL-158", XSSProtectionValue(true, true, ""), "1; mode=block"},
		{"report", "POL-159", XSSProtectionValue(true, false, "https://r"), "1; report=https://r"},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			if tt.got != tt.want {
				t.Errorf("got %q, want %q", tt.got, tt.want)
			}
		})
	}
}
