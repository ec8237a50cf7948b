package policy

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"edgecase/config/cloudfront"
)

const app = "https://app.example.com"

func header(name, value string, override bool) *cloudfront.ResponseHeader {
	return &cloudfront.ResponseHeader{Name: name, Value: cloudfront.Known(value), Override: override}
}

func simpleCORS() *cloudfront.ResponseHeadersPolicy { return managedResponse("Managed-SimpleCORS") }
func preflightCORS() *cloudfront.ResponseHeadersPolicy {
	return managedResponse("Managed-CORS-With-Preflight")
}
func securityPolicy() *cloudfront.ResponseHeadersPolicy {
	return managedResponse("Managed-SecurityHeadersPolicy")
}

// securityLines are what securityPolicy adds, in the order of OBS-081.
var securityLines = []string{"X-XSS-Protection: 1; mode=block", "X-Frame-Options: SAMEORIGIN",
	"Referrer-Policy: strict-origin-when-cross-origin", "X-Content-Type-Options: nosniff",
	"Strict-Transport-Security: max-age=31536000"}

// cors is a policy of the directory that has only a CORS section.
func cors(edit func(*cloudfront.CORS)) *cloudfront.ResponseHeadersPolicy {
	c := &cloudfront.CORS{AllowOrigins: []string{"*"}, AllowMethods: []string{"GET"}, AllowHeaders: []string{"X-A"}}
	edit(c)
	return &cloudfront.ResponseHeadersPolicy{Name: cloudfront.Known("own"), CORS: c}
}

func origins(entries ...string) *cloudfront.ResponseHeadersPolicy {
	return cors(func(c *cloudfront.CORS) { c.AllowOrigins = entries })
}

func custom(name, value string, override bool) *cloudfront.ResponseHeadersPolicy {
	return &cloudfront.ResponseHeadersPolicy{Name: cloudfront.Known("own"),
		CustomHeaders: []cloudfront.ResponseHeader{*header(name, value, override)}}
}

func removing(names ...string) *cloudfront.ResponseHeadersPolicy {
	return &cloudfront.ResponseHeadersPolicy{Name: cloudfront.Known("own"), RemoveHeaders: names}
}

func timed(rate float64) *cloudfront.ResponseHeadersPolicy {
	return &cloudfront.ResponseHeadersPolicy{Name: cloudfront.Known("own"),
		ServerTiming: &cloudfront.ServerTiming{Enabled: true, SamplingRate: rate}}
}

func miss() *Timing {
	return &Timing{Result: CacheMiss, POP: "PHX50-C2", RequestID: "RID", Connect: 114 * time.Millisecond,
		UpstreamFirstByte: 177 * time.Millisecond, DownstreamFirstByte: 436 * time.Millisecond}
}

const missValue = `cdn-upstream-layer;desc="EDGE",cdn-upstream-dns;dur=0,cdn-upstream-connect;dur=114,cdn-upstream-fbl;dur=177,` +
	`cdn-cache-miss,cdn-pop;desc="PHX50-C2",cdn-rid;desc="RID",cdn-downstream-fbl;dur=436`

const hitValue = `cdn-cache-hit,cdn-pop;desc="SEA19-C1",cdn-rid;desc="RID",cdn-hit-layer;desc="REC",cdn-downstream-fbl;dur=137`

func hit() *Timing {
	return &Timing{Result: CacheHit, Layer: "REC", POP: "SEA19-C1", RequestID: "RID", DownstreamFirstByte: 137 * time.Millisecond}
}

// TestResponseVectors holds the vectors of section 8.6 of the policy rules but for those that are decided before or
// after a policy is asked (R07, R39, R51) or refused in a configuration (R38, R40), and more of the rules.
func TestResponseVectors(t *testing.T) {
	preflight := []string{"Origin: " + app, "Access-Control-Request-Method: PUT"}
	fromApp := []string{"Origin: " + app}
	ten := 10 * 60
	tests := []struct {
		name, rule string
		policy     *cloudfront.ResponseHeadersPolicy
		method     string
		viewer     []string
		answer     []string
		timing     *Timing
		want       []string
	}{
		{"R01", "POL-123", simpleCORS(), "GET", fromApp, nil, nil, []string{"Access-Control-Allow-Origin: *"}},
		{"R02", "POL-122", simpleCORS(), "GET", nil, nil, nil, []string{"Vary: Origin"}},
		{"R03", "POL-135", simpleCORS(), "GET", append(fromApp, "Cache-Control: no-cache"), nil, nil, nil},
		{"R03 with Priority", "POL-135", simpleCORS(), "GET", append(fromApp, "Priority: u=1"), nil, nil, nil},
		{"R03 as a browser sends it", "POL-135", simpleCORS(), "GET", append(fromApp, "Host: d", "User-Agent: x", "Accept: */*",
			"Accept-Encoding: gzip", "Accept-Language: de", "Sec-Fetch-Mode: cors", "Referer: "+app, "Connection: keep-alive"),
			nil, nil, []string{"Access-Control-Allow-Origin: *"}},
		{"R03 form", "POL-135", simpleCORS(), "POST", append(fromApp, "Content-Type: text/plain; charset=utf-8"), nil, nil,
			[]string{"Access-Control-Allow-Origin: *"}},
		{"R03 json", "POL-135", simpleCORS(), "POST", append(fromApp, "Content-Type: application/json"), nil, nil, nil},
		{"R03 preflight", "POL-135", simpleCORS(), "OPTIONS", preflight, nil, nil, nil},
		{"R04", "POL-133", simpleCORS(), "GET", fromApp, []string{"Access-Control-Allow-Origin: https://x"}, nil,
			[]string{"Access-Control-Allow-Origin: https://x"}},
		{"R05", "POL-133", simpleCORS(), "GET", fromApp, []string{"Access-Control-Allow-Credentials: true"}, nil,
			[]string{"Access-Control-Allow-Credentials: true"}},
		{"R06", "POL-127", preflightCORS(), "OPTIONS", preflight, nil, nil, []string{"Access-Control-Allow-Origin: *",
			"Access-Control-Allow-Methods: DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT", "Access-Control-Allow-Headers: *",
			"Access-Control-Expose-Headers: *"}},
		{"R09", "POL-127", preflightCORS(), "GET", fromApp, nil, nil,
			[]string{"Access-Control-Allow-Origin: *", "Access-Control-Expose-Headers: *"}},
		{"R09 not simple", "POL-136", preflightCORS(), "DELETE", append(fromApp, "X-A: 1"), nil, nil,
			[]string{"Access-Control-Allow-Origin: *", "Access-Control-Expose-Headers: *"}},
		{"R10", "POL-126", cors(func(c *cloudfront.CORS) { c.AllowOrigins, c.AllowCredentials = []string{app}, true }), "GET",
			fromApp, nil, nil, []string{"Access-Control-Allow-Origin: " + app, "Access-Control-Allow-Credentials: true", "Vary: Origin"}},
		{"R11", "POL-123", origins(app), "GET", []string{"Origin: https://evil.test"}, nil, nil, nil},
		{"R19", "POL-132", cors(func(c *cloudfront.CORS) { c.OriginOverride = true }), "GET", fromApp,
			[]string{"Access-Control-Allow-Origin: https://x"}, nil, []string{"Access-Control-Allow-Origin: *"}},
		{"R20", "POL-132", cors(func(c *cloudfront.CORS) { c.OriginOverride = true }), "GET", fromApp,
			[]string{"Access-Control-Max-Age: 10"}, nil, []string{"Access-Control-Max-Age: 10", "Access-Control-Allow-Origin: *"}},
		{"R21", "POL-127", cors(func(c *cloudfront.CORS) { c.MaxAge = &ten }), "OPTIONS", preflight, nil, nil,
			[]string{"Access-Control-Allow-Origin: *", "Access-Control-Allow-Methods: GET", "Access-Control-Allow-Headers: X-A",
				"Access-Control-Max-Age: 600"}},
		{"R22", "POL-127", cors(func(c *cloudfront.CORS) { c.AllowMethods = []string{"ALL"} }), "OPTIONS", preflight, nil, nil,
			[]string{"Access-Control-Allow-Origin: *", "Access-Control-Allow-Headers: X-A",
				"Access-Control-Allow-Methods: DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"}},
		{"R23", "POL-131", preflightCORS(), "OPTIONS", append(preflight, "Access-Control-Request-Headers: authorization"), nil, nil,
			[]string{"Access-Control-Allow-Origin: *", "Access-Control-Allow-Headers: *", "Access-Control-Expose-Headers: *",
				"Access-Control-Allow-Methods: DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"}},
		{"pattern of headers", "POL-130", cors(func(c *cloudfront.CORS) { c.AllowHeaders = []string{"x-amz-*", "X-B"} }), "OPTIONS",
			append(preflight, "Access-Control-Request-Headers: x-amz-test, x-amz, X-b,x-c"), nil, nil,
			[]string{"Access-Control-Allow-Origin: *", "Access-Control-Allow-Methods: GET", "Access-Control-Allow-Headers: x-amz-test, X-b"}},
		{"R24", "POL-128", cors(func(c *cloudfront.CORS) { c.ExposeHeaders = []string{"X-B"} }), "GET", fromApp, nil, nil,
			[]string{"Access-Control-Allow-Origin: *", "Access-Control-Expose-Headers: X-B"}},
		{"R25", "POL-150", securityPolicy(), "GET", nil, []string{"Age: 3"}, nil, append([]string{"Age: 3"}, securityLines...)},
		{"R26", "POL-104", securityPolicy(), "GET", nil, []string{"X-Frame-Options: DENY"}, nil,
			[]string{"X-Frame-Options: DENY", securityLines[0], securityLines[2], securityLines[3], securityLines[4]}},
		{"R27", "POL-104", securityPolicy(), "GET", nil, []string{"X-Content-Type-Options: foo"}, nil, securityLines},
		{"R28", "POL-104", securityPolicy(), "GET", nil, []string{"Referrer-Policy: same-origin"}, nil,
			[]string{"Referrer-Policy: same-origin", securityLines[0], securityLines[1], securityLines[3], securityLines[4]}},
		{"R29", "POL-152", &cloudfront.ResponseHeadersPolicy{Security: cloudfront.SecurityHeaders{StrictTransportSecurity: header("", cloudfront.StrictTransportSecurityValue(63072000, true, true), true)}},
			"GET", nil, []string{"Strict-Transport-Security: max-age=1"}, nil,
			[]string{"Strict-Transport-Security: max-age=63072000; includeSubDomains; preload"}},
		{"R30", "POL-156", &cloudfront.ResponseHeadersPolicy{Security: cloudfront.SecurityHeaders{XSSProtection: header("", cloudfront.XSSProtectionValue(false, false, ""), false)}},
			"GET", nil, nil, nil, []string{"X-XSS-Protection: 0"}},
		{"R31", "POL-159", &cloudfront.ResponseHeadersPolicy{Security: cloudfront.SecurityHeaders{XSSProtection: header("", cloudfront.XSSProtectionValue(true, false, "https://r"), false)}},
			"GET", nil, nil, nil, []string{"X-XSS-Protection: 1; report=https://r"}},
		{"all six", "POL-143", &cloudfront.ResponseHeadersPolicy{CustomHeaders: []cloudfront.ResponseHeader{*header("X-App", "1", false)},
			Security: cloudfront.SecurityHeaders{
				ContentSecurityPolicy: header("", "default-src 'self'", true), ContentTypeOptions: header("", "nosniff", true),
				FrameOptions: header("", "DENY", true), ReferrerPolicy: header("", "origin", true),
				StrictTransportSecurity: header("", "max-age=1", true), XSSProtection: header("", "1", true)}},
			"GET", nil, []string{"X-Cache: Hit from cloudfront"}, nil, []string{"X-Cache: Hit from cloudfront", "X-XSS-Protection: 1", "X-Frame-Options: DENY",
				"Referrer-Policy: origin", "Content-Security-Policy: default-src 'self'", "X-Content-Type-Options: nosniff",
				"Strict-Transport-Security: max-age=1", "X-App: 1"}},
		{"R32", "POL-104", custom("X-App", "1", false), "GET", nil, []string{"X-App: 2"}, nil, []string{"X-App: 2"}},
		{"R33", "POL-105", custom("X-App", "1", true), "GET", nil, []string{"X-App: 2", "x-app: 3"}, nil, []string{"X-App: 1"}},
		{"R34", "POL-170", custom("X-Empty", "", true), "GET", nil, nil, nil, []string{"X-Empty: "}},
		{"R35", "POL-100", removing("x-powered-by"), "GET", nil, []string{"X-Powered-By: PHP", "ETag: 1"}, nil, []string{"ETag: 1"}},
		{"R36", "POL-101", &cloudfront.ResponseHeadersPolicy{RemoveHeaders: []string{"X-App"},
			CustomHeaders: []cloudfront.ResponseHeader{*header("X-App", "1", false)}}, "GET", nil, []string{"X-App: 2"}, nil, []string{"X-App: 1"}},
		{"R37", "POL-114", removing("Server"), "GET", nil, []string{"Server: gunicorn", "ETag: 1"}, nil, []string{"Server: CloudFront", "ETag: 1"}},
		{"R37 without the origin's", "POL-114", removing("Server"), "GET", nil, []string{"ETag: 1"}, nil, []string{"ETag: 1", "Server: CloudFront"}},
		{"R38 if it were accepted", "POL-113", removing("Content-Length", "X-Amz-Cf-Pop"), "GET", nil, []string{"Content-Length: 1"}, nil,
			[]string{"Content-Length: 1"}},
		{"removing Date", "POL-114", removing("Date"), "GET", nil, []string{"Date: then", "ETag: 1"}, nil, []string{"Date: now", "ETag: 1"}},
		{"no wildcards", "POL-116", removing("X-*"), "GET", nil, []string{"X-A: 1"}, nil, []string{"X-A: 1"}},
		{"R41", "POL-137", &cloudfront.ResponseHeadersPolicy{CORS: simpleCORS().CORS,
			CustomHeaders: []cloudfront.ResponseHeader{*header("Vary", "Accept", true)}}, "GET", nil, nil, nil, []string{"Vary: Origin"}},
		{"R42", "POL-137", custom("Vary", "Accept", true), "GET", nil, nil, nil, []string{"Vary: Accept"}},
		{"Vary of the origin", "POL-137", simpleCORS(), "GET", nil, []string{"Vary: Accept-Encoding"}, nil, []string{"Vary: Accept-Encoding, Origin"}},
		{"Vary names it already", "POL-137", simpleCORS(), "GET", nil, []string{"Vary: origin"}, nil, []string{"Vary: origin"}},
		{"R49", "POL-100", managedResponse("Managed-CORS-and-SecurityHeadersPolicy"), "GET", fromApp, nil, nil,
			append([]string{"Access-Control-Allow-Origin: *"}, securityLines...)},
		{"R50", "POL-139", origins("https://*.example.com"), "GET", []string{"Origin: https://b.example.com"}, nil, nil,
			[]string{"Access-Control-Allow-Origin: https://b.example.com", "Vary: Origin"}},
		{"R45", "POL-179", timed(100), "GET", nil, []string{"Server-Timing: db;dur=5"}, miss(), []string{"Server-Timing: " + missValue + ",db;dur=5"}},
		{"R46", "POL-179", timed(100), "GET", nil, []string{"Server-Timing: db;dur=5"}, hit(), []string{"Server-Timing: " + hitValue}},
		{"R47", "POL-174", timed(0), "GET", []string{"Pragma: server-timing"}, nil, miss(), []string{"Server-Timing: " + missValue}},
		{"R48", "POL-173", timed(0), "GET", nil, nil, miss(), nil},
		{"refreshed", "POL-177", timed(0.5), "GET", nil, nil, &Timing{Result: CacheRefresh, POP: "P", RequestID: "R"},
			[]string{`Server-Timing: cdn-upstream-layer;desc="EDGE",cdn-upstream-dns;dur=0,cdn-upstream-connect;dur=0,cdn-upstream-fbl;dur=0,` +
				`cdn-cache-refresh,cdn-pop;desc="P",cdn-rid;desc="R",cdn-downstream-fbl;dur=0`}},
		{"not enabled", "POL-180", &cloudfront.ResponseHeadersPolicy{ServerTiming: &cloudfront.ServerTiming{SamplingRate: 100}}, "GET", nil,
			[]string{"Server-Timing: db;dur=5"}, miss(), []string{"Server-Timing: db;dur=5"}},
		{"no policy", "POL-004", nil, "GET", fromApp, []string{"X-A: 1"}, nil, []string{"X-A: 1"}},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			in := ResponseInput{Method: tt.method, Viewer: fields(tt.viewer...), Status: 200, Fields: fields(tt.answer...),
				Timing: tt.timing, Date: "now"}
			before := in.Fields.Clone()
			got, _ := ResponseHeaders(tt.policy, in)
			want := tt.want
			if tt.policy != nil && tt.policy.CORS != nil { // the order of CORS headers is not recorded
				want = sorted(want)
				got = fields(sorted(lines(got))...)
			}
			if diff := cmp.Diff(want, lines(got)); diff != "" {
				t.Errorf("response fields (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(before, in.Fields); diff != "" {
				t.Errorf("the input was changed (-want +got):\n%s", diff)
			}
		})
	}
}

func TestResponseRedirect(t *testing.T) { // R44
	in := ResponseInput{Method: "GET", Status: 301, Redirect: true, Fields: fields("Location: https://d/")}
	got, notes := ResponseHeaders(securityPolicy(), in)
	if diff := cmp.Diff(in.Fields, got); diff != "" || len(notes) != 0 {
		t.Errorf("POL-109: fields (-want +got):\n%s, notes %v", diff, notes)
	}
}

func TestResponseOwn(t *testing.T) {
	d := CompileResponse(securityPolicy()).Apply(&ResponseInput{Method: "GET", Status: 404,
		Fields: fields("X-Frame-Options: DENY", "ETag: 1")})
	got := lines(d.Fields[len(d.Fields)-d.Own:])
	want := []string{securityLines[0], securityLines[2], securityLines[3], securityLines[4]}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("POL-143: the policy's own fields (-want +got):\n%s", diff)
	}
}

func TestOriginMatches(t *testing.T) {
	tests := []struct {
		name, rule    string
		entry, origin string
		want          bool
	}{
		{"R12", "POL-124", "https://*.example.com", "https://app.example.com", true},
		{"R13", "POL-124", "https://*.example.com", "https://example.com", false},
		{"R14", "POL-124", "*.example.org", "https://test.test.example.org", true},
		{"R15", "POL-144", "*.example.org", "http://test.example.org:123", false},
		{"R16", "POL-144", "http://example.org:*", "http://example.org:123", true},
		{"R17", "POL-144", "http://example.org:*", "http://example.org", false},
		{"R18", "POL-124", "http://example.org", "https://example.org", false},
		{"no scheme", "POL-124", "example.org", "http://example.org", true},
		{"no scheme, https", "POL-124", "example.org", "https://example.org", true},
		{"port", "POL-124", "http://example.org:8080", "http://example.org:8080", true},
		{"other port", "POL-124", "http://example.org:8080", "http://example.org:80", false},
		{"part of the port", "POL-124", "http://example.org:1*3", "http://example.org:12223", true},
		{"nothing for the star", "POL-124", "http://example.org:1*3", "http://example.org:13", true},
		{"part of the port does not fit", "POL-124", "http://example.org:1*3", "http://example.org:124", false},
		{"port beside none", "POL-144", "http://example.org", "http://example.org:123", false},
		{"case", "POL-125", "HTTPS://App.Example.com", "https://app.example.COM", true},
		{"not a label", "POL-124", "*.example.org", "https://evilexample.org", false},
		{"null", "POL-123", "https://app.example.com", "null", false},
		{"all", "POL-123", "*", "null", true},
		{"brackets", "POL-124", "http://[::1]", "http://[::1]", true},
		{"brackets and port", "POL-144", "http://[::1]:*", "http://[::1]:8000", true},
		{"suffix", "POL-124", "https://example.org", "https://example.org.evil.test", false},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			if got := originMatches(tt.entry, tt.origin); got != tt.want {
				t.Errorf("originMatches(%q, %q) = %v, want %v", tt.entry, tt.origin, got, tt.want)
			}
		})
	}
}

func TestAllowsHeader(t *testing.T) {
	tests := []struct {
		entry, name string
		want        bool
	}{
		{"x-amz-*", "x-amz-test", true}, {"x-amz-*", "x-amz-", true}, {"x-amz-*", "x-amz", false},
		{"x-*-amz", "x-test-amz", true}, {"x-*-amz", "x--amz", true}, {"x-*-amz", "x-amz", false},
		{"*", "x-a", true}, {"*", "Authorization", false}, {"authorization", "Authorization", true},
		{"a*b*c", "a1b2b3c", true}, {"a*b*c", "ac", false}, {"a*bc", "abc", true}, {"ab*bc", "abc", false},
	}
	for _, tt := range tests {
		t.Run("POL-129/"+tt.entry+" "+tt.name, func(t *testing.T) {
			if got := allowsHeader(tt.entry, tt.name); got != tt.want {
				t.Errorf("allowsHeader(%q, %q) = %v, want %v", tt.entry, tt.name, got, tt.want)
			}
		})
	}
}

func TestResponseNotes(t *testing.T) {
	p := securityPolicy()
	p.CORS, p.RemoveHeaders = simpleCORS().CORS, []string{"X-Powered-By"}
	p.Source = cloudfront.Source{File: "cdn.tf", Line: 7}
	in := ResponseInput{Method: "GET", Viewer: fields("Origin: "+app, "Pragma: no-cache"), Status: 200,
		Fields: fields("X-Powered-By: PHP", "X-Frame-Options: DENY", "X-Content-Type-Options: x")}
	_, got := ResponseHeaders(p, in)
	name := "response headers policy Managed-SecurityHeadersPolicy"
	note := func(n string, a Action, value, why, rule string, sure cloudfront.Confidence) Note {
		return Note{Name: n, Action: a, Kind: Header, Value: value, Why: why, Rule: rule, Source: p.Source, Sure: sure}
	}
	want := []Note{
		note("X-Powered-By", Dropped, "PHP", name+" removes it", "POL-100", cloudfront.Documented),
		note("Access-Control-Allow-Origin", Dropped, "", "the request is not a simple one, and "+name+" answers only those", "POL-135", cloudfront.Observed),
		note("X-XSS-Protection", Added, "1; mode=block", name+" adds it", "POL-104", cloudfront.Documented),
		note("X-Frame-Options", Kept, "DENY", "the origin sent it, and "+name+" does not override", "POL-104", cloudfront.Documented),
		note("Referrer-Policy", Added, "strict-origin-when-cross-origin", name+" adds it", "POL-104", cloudfront.Documented),
		note("X-Content-Type-Options", Replaced, "nosniff", name+" overrides the origin's", "POL-104", cloudfront.Documented),
		note("Strict-Transport-Security", Added, "max-age=31536000", name+" adds it", "POL-104", cloudfront.Documented),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}

func TestCORSNotes(t *testing.T) {
	p := cors(func(c *cloudfront.CORS) {
		c.AllowOrigins, c.AllowCredentials, c.ExposeHeaders, c.OriginOverride = []string{app}, true, []string{"X-B"}, true
	})
	in := ResponseInput{Method: "OPTIONS", Viewer: fields("Origin: "+app, "Access-Control-Request-Method: PUT"), Status: 200,
		Fields: fields("Access-Control-Allow-Origin: https://x")}
	_, notes := ResponseHeaders(p, in)
	var got []string
	for _, n := range notes {
		got = append(got, n.Name+" "+string(n.Action)+" "+n.Rule)
	}
	want := []string{
		"Access-Control-Allow-Origin replaced POL-104", "Access-Control-Allow-Credentials added POL-126",
		"Access-Control-Allow-Methods added POL-127", "Access-Control-Allow-Headers added POL-127",
		"Access-Control-Expose-Headers added POL-128", "Vary added POL-138",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}
