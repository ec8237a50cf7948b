package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// TestSettings holds what is said of settings of policies and behaviors that CloudFront does not take, or takes otherwise
// than they read: Terraform in, diagnostics out.
func TestSettings(t *testing.T) {
	// at returns the arguments of the one distribution's block.
	at := func(file block, name string) block {
		return resource(file, "aws_cloudfront_distribution", "site")[name].(block)
	}
	keyed := func(headers string) vector {
		return vector{CachePolicy: policyText{own: &selections{Headers: headers, Cookies: "none", QueryStrings: "none"}}}
	}
	legacy := func(s selections) vector { return vector{ForwardedValues: &s} }
	optimized := vector{CachePolicy: policyText{managed: "Managed-CachingOptimized"}}
	names := func(n, length int) string {
		list := "only"
		for i := range n {
			list += fmt.Sprintf(" %0*d", length, i)
		}
		return list
	}
	headers := func(n, length int) vector {
		v := optimized
		for i := range n {
			v.CustomHeaders = append(v.CustomHeaders, fmt.Sprintf("X-%d: %s", i, strings.Repeat("a", length)))
		}
		return v
	}
	tests := []struct {
		name, rule string
		vector     vector
		edit       func(block)
		want       string // severity and rule of a diagnostic; "" means that nothing is said
	}{
		{"sound", "POL-001", optimized, nil, ""},
		{"cookie in a key", "POL-015", keyed("only Cookie"), nil, "error CACHE-022"},
		{"name of CloudFront in a key", "POL-015", keyed("only X-Edge-Location"), nil, "error CACHE-022"},
		{"address of the viewer in a key", "POL-015", keyed("only CloudFront-Viewer-TLS"), nil, "error POL-086"},
		{"cookie in forwarded_values", "REQ-196", legacy(selections{Headers: "only Cookie", Cookies: "none", QueryStrings: "none"}), nil, "error CACHE-022"},
		{"host of a bucket in forwarded_values", "REQ-196", vector{S3: true, ForwardedValues: &selections{Headers: "only Host", Cookies: "none", QueryStrings: "none"}}, nil, "warning REQ-397"},
		{"31 custom headers", "POL-044", headers(31, 1), nil, "warning REQ-245"},
		{"30 custom headers", "POL-044", headers(30, 1), nil, ""},
		{"long custom header", "POL-044", headers(1, 1784), nil, "error REQ-245"},
		{"two cache policies", "POL-093", optimized, func(file block) {
			at(file, "default_cache_behavior")["forwarded_values"] = (&selections{Headers: "none", Cookies: "none", QueryStrings: "none"}).forwardedValues()
		}, "error TF-148"},
		{"times beside a cache policy", "POL-097", optimized, func(file block) { at(file, "default_cache_behavior")["min_ttl"] = 60 }, "warning POL-097"},
		{"no times beside a cache policy", "POL-097", optimized, func(file block) { at(file, "default_cache_behavior")["min_ttl"] = 0 }, ""},
		{"no methods", "REQ-077", optimized, func(file block) { delete(at(file, "default_cache_behavior"), "allowed_methods") }, "error Missing required argument"},
		{"methods that are no set", "REQ-075", vector{AllowedMethods: "GET HEAD POST", CachePolicy: optimized.CachePolicy}, nil, "error REQ-075"},
		{"11 query strings", "REQ-155", vector{CachePolicy: policyText{own: &selections{Headers: "none", Cookies: "none", QueryStrings: names(11, 2)}}}, nil, "warning POL-005"},
		{"long query strings", "REQ-155", vector{CachePolicy: policyText{own: &selections{Headers: "none", Cookies: "none", QueryStrings: names(5, 300)}}}, nil, "warning REQ-155"},
		{"26 headers", "REQ-155", legacy(selections{Headers: names(26, 2), Cookies: "none", QueryStrings: "none"}), nil, "warning POL-096"},
		{"long cookies", "REQ-156", legacy(selections{Headers: "none", Cookies: names(2, 256), QueryStrings: "none"}), nil, "warning REQ-156"},
		{"page with another code", "REQ-431", optimized, func(file block) {
			resource(file, "aws_cloudfront_distribution", "site")["custom_error_response"] = []block{{"error_code": 404, "response_code": 418, "response_page_path": "/e"}}
		}, "error REQ-431"},
		{"page for another code", "REQ-432", optimized, func(file block) {
			resource(file, "aws_cloudfront_distribution", "site")["custom_error_response"] = []block{{"error_code": 401, "response_code": 200, "response_page_path": "/e"}}
		}, "error REQ-430"},
		{"page without a slash", "REQ-434", optimized, func(file block) {
			resource(file, "aws_cloudfront_distribution", "site")["custom_error_response"] = []block{{"error_code": 404, "response_code": 200, "response_page_path": "e"}}
		}, "error REQ-434"},
		{"OPTIONS that are cached and not allowed", "REQ-076", optimized, func(file block) {
			at(file, "default_cache_behavior")["cached_methods"] = []string{"GET", "HEAD", "OPTIONS"}
		}, "warning REQ-076"},
	}
	t.Chdir(t.TempDir())
	for _, tt := range tests {
		t.Run(tt.rule+"/"+strings.ReplaceAll(tt.name, " ", "-"), func(t *testing.T) {
			file := tt.vector.site(t)
			if tt.edit != nil {
				tt.edit(file)
			}
			write(t, "main.tf.json", jsonOf(t, file))
			_, out, _ := runIn(t, nil, "routes", "--format", "json")
			var document struct {
				Diagnostics []struct{ Severity, Rule, Summary string }
			}
			if err := json.Unmarshal([]byte(out), &document); err != nil {
				t.Fatal(err)
			}
			var said []string
			for _, d := range document.Diagnostics {
				said = append(said, d.Severity+" "+cmp.Or(d.Rule, d.Summary))
			}
			if got := strings.Join(said, ", "); tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
				t.Errorf("diagnostics %v, want %q", document.Diagnostics, tt.want)
			}
		})
	}
}

// resource returns the arguments of a resource in a file.
func resource(file block, kind, name string) block {
	return file["resource"].(block)[kind].(block)[name].(block)
}
