package policy

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"edgecase/config/cloudfront"
)

func line(n int) cloudfront.Source { return cloudfront.Source{File: "cdn.tf", Line: n} }

// TestExplain holds the whole of what is said about the standard request: what a user reads who asks why.
func TestExplain(t *testing.T) {
	b := &cloudfront.Behavior{
		CachePolicy: keyed(only("Accept-Language"), only("lang"), none),
		OriginRequestPolicy: &cloudfront.OriginRequestPolicy{Name: cloudfront.Known("more"),
			Headers:      cloudfront.Selection{Behavior: cloudfront.SelectWhitelist, Items: []string{"X-Test", "CloudFront-Viewer-Country", "CloudFront-Viewer-City"}, Source: line(30)},
			Cookies:      cloudfront.Selection{Behavior: cloudfront.SelectWhitelist, Items: []string{"sid"}, Source: line(33)},
			QueryStrings: cloudfront.Selection{Behavior: cloudfront.SelectAllExcept, Items: []string{"b"}, Source: line(36)}},
		Sources: cloudfront.Sources{"cache_policy_id": line(10), "origin_request_policy_id": line(11)},
		Source:  line(5),
	}
	o := customOrigin()
	o.Sources = cloudfront.Sources{"domain_name": line(50)}
	got := Compile(b, o).Explain(forwardOf(standard())).Notes
	header := func(name string, a Action, value, why, rule string, sure cloudfront.Confidence, source cloudfront.Source) Note {
		return Note{Name: name, Action: a, Kind: Header, Value: value, Why: why, Rule: rule, Sure: sure, Source: source}
	}
	none := cloudfront.Source{}
	want := []Note{
		header("Host", Replaced, "o.internal", "the origin's domain name, since no policy names it", "REQ-200", cloudfront.Documented, line(50)),
		header("X-Amz-Cf-Id", Added, requestID, "CloudFront adds it to every origin request", "REQ-213", cloudfront.Documented, none),
		header("Connection", Added, "Keep-Alive", "CloudFront adds it to every origin request", "POL-020", cloudfront.Documented, none),
		header("User-Agent", Replaced, "Amazon CloudFront", "no policy names it", "REQ-214", cloudfront.Documented, line(30)),
		header("Via", Added, "1.1 "+ownVia, "CloudFront adds it to every origin request", "REQ-212", cloudfront.Observed, none),
		header("X-Forwarded-For", Added, "203.0.113.9", "CloudFront adds it to every origin request", "REQ-206", cloudfront.Documented, none),
		header("Accept", Dropped, "text/html", "no policy names it", "POL-031", cloudfront.Documented, line(30)),
		header("Accept-Language", Kept, "de", "cache policy own names it", "POL-012", cloudfront.Documented, line(10)),
		header("Accept-Encoding", Dropped, "gzip, deflate, br", "no policy names it", "REQ-232", cloudfront.Documented, line(30)),
		{Name: "sid", Action: Kept, Kind: Cookie, Value: "1", Why: "origin request policy more names it", Rule: "REQ-221", Sure: cloudfront.Documented, Source: line(33)},
		{Name: "lang", Action: Kept, Kind: Cookie, Value: "de", Why: "cache policy own names it", Rule: "REQ-221", Sure: cloudfront.Documented, Source: line(10)},
		{Name: "_ga", Action: Dropped, Kind: Cookie, Value: "9", Why: "no policy takes it", Rule: "REQ-221", Sure: cloudfront.Documented, Source: line(33)},
		header("Referer", Dropped, "https://www.example.com/x", "no policy names it", "POL-031", cloudfront.Documented, line(30)),
		header("Origin", Dropped, "https://app.example.com", "no policy names it", "REQ-193", cloudfront.Documented, line(30)),
		header("Authorization", Dropped, "Bearer T", "CloudFront removes it from GET unless the cache policy names it or an origin request policy forwards all viewer headers", "REQ-216", cloudfront.Documented, line(30)),
		header("X-Test", Kept, "1", "origin request policy more names it", "POL-052", cloudfront.Documented, line(30)),
		header("CloudFront-Viewer-Country", Added, "DE", "origin request policy more names it", "REQ-236", cloudfront.Documented, line(30)),
		header("CloudFront-Viewer-City", Dropped, "", "it has no value on this machine", "REQ-238", cloudfront.Inferred, line(30)),
		{Name: "a", Action: Kept, Kind: Query, Value: "1", Why: "origin request policy more forwards all but its list", Rule: "REQ-205", Sure: cloudfront.Documented, Source: line(36)},
		{Name: "b", Action: Dropped, Kind: Query, Value: "2", Why: "no policy takes it", Rule: "REQ-205", Sure: cloudfront.Documented, Source: line(36)},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}

// TestWhy asks single questions, one for each of the traps that are about headers.
func TestWhy(t *testing.T) {
	disabled := &cloudfront.Behavior{CachePolicy: cachingDisabled()}
	viewer := &cloudfront.Behavior{CachePolicy: cachingDisabled(), OriginRequestPolicy: managedAllViewer()}
	exceptHost := &cloudfront.Behavior{CachePolicy: cachingDisabled(), OriginRequestPolicy: managedExceptHost()}
	forwarded := &cloudfront.Behavior{CachePolicy: legacy(only("Host"), none, false)}
	everything := &cloudfront.Behavior{CachePolicy: legacy(all, all, true)}
	optimized := &cloudfront.Behavior{CachePolicy: cachingOptimized(), CachedMethods: []string{"GET", "HEAD", "OPTIONS"}}
	socket := func(v *Viewer) {
		v.UpgradeWebSocket = true
		v.Fields = append(v.Fields, fields("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Key: k")...)
	}
	signed := func(how string) *cloudfront.Origin {
		o := bucket()
		o.OriginAccessControl = &cloudfront.OriginAccessControl{OriginType: "s3", SigningBehavior: how, Source: line(60)}
		return o
	}
	const unconditional = "CloudFront does not support it where cookies are forwarded, so the origin answers in full"
	const signature = "CloudFront puts its own signature in its place, which is not computed here"
	tests := []struct {
		name, rule string
		b          *cloudfront.Behavior
		o          *cloudfront.Origin
		viewer     func(*Viewer)
		about      string
		action     Action
		why        string
	}{
		{"T12", "REQ-200", disabled, customOrigin(), nil, "Host", Replaced, "the origin's domain name, since no policy names it"},
		{"T12 except", "REQ-200", exceptHost, customOrigin(), nil, "Host", Replaced, "the origin's domain name, since origin request policy Managed-AllViewerExceptHostHeader forwards all headers except this one"},
		{"T12 legacy", "POL-090", forwarded, customOrigin(), nil, "Host", Kept, "forwarded_values lists it"},
		{"T13", "REQ-210", viewer, customOrigin(), replaced("", "X-Forwarded-Proto: https"), "X-Forwarded-Proto", Dropped, "CloudFront always removes it"},
		{"T14", "POL-031", disabled, customOrigin(), nil, "Referer", Dropped, "no policy names it"},
		{"T15", "REQ-221", disabled, customOrigin(), nil, "sid", Dropped, "the behavior forwards no cookies"},
		{"T16", "REQ-216", disabled, customOrigin(), nil, "Authorization", Dropped, "CloudFront removes it from GET unless the cache policy names it or an origin request policy forwards all viewer headers"},
		{"T16 legacy", "REQ-216", forwarded, customOrigin(), nil, "Authorization", Dropped, "CloudFront removes it from GET unless forwarded_values lists it"},
		{"T16 POST", "REQ-216", disabled, customOrigin(), post, "Authorization", Kept, "CloudFront passes it on for POST without being told"},
		{"T16 OPTIONS", "REQ-216", optimized, customOrigin(), func(v *Viewer) { v.Method = "OPTIONS" }, "Authorization", Dropped,
			"CloudFront removes it from OPTIONS whose answers it caches unless the cache policy names it or an origin request policy forwards all viewer headers"},
		{"T17", "REQ-205", disabled, customOrigin(), nil, "a", Dropped, "the behavior forwards no query string"},
		{"T18", "POL-031", forwarded, customOrigin(), nil, "Accept", Dropped, "forwarded_values does not list it"},
		{"T19", "REQ-214", disabled, customOrigin(), nil, "User-Agent", Replaced, "no policy names it"},
		{"T19 absent", "REQ-214", viewer, customOrigin(), replaced("User-Agent"), "User-Agent", Added, "the viewer sent none"},
		{"T20", "REQ-397", viewer, bucket(), nil, "Host", Kept, "origin request policy Managed-AllViewer forwards all viewer headers; S3 takes it for the name of a bucket"},
		{"T24", "REQ-193", optimized, customOrigin(), nil, "Origin", Dropped, "no policy names it"},
		{"T28", "REQ-472", disabled, customOrigin(), socket, "Sec-WebSocket-Key", Dropped, "no policy names it, and a WebSocket's handshake needs it"},
		{"T28 upgrade", "REQ-473", disabled, customOrigin(), socket, "Upgrade", Kept, "the request opens a WebSocket"},
		{"socket to a bucket", "REQ-479", disabled, bucket(), socket, "Upgrade", Dropped, "WebSockets do not reach this kind of origin"},
		{"h2c", "REQ-473", disabled, customOrigin(), replaced("", "Upgrade: h2c"), "Upgrade", Dropped, "CloudFront upgrades connections to WebSockets only"},
		{"unnamed", "REQ-191", disabled, customOrigin(), nil, "X-Test", Dropped, "no policy names it"},
		{"unnamed, legacy", "REQ-190", forwarded, customOrigin(), nil, "X-Test", Kept, "legacy settings forward what they are not told about"},
		{"all, legacy", "REQ-197", everything, customOrigin(), nil, "X-Test", Kept, "forwarded_values forwards all headers"},
		{"all but", "POL-055", exceptHost, customOrigin(), nil, "X-Test", Kept, "origin request policy Managed-AllViewerExceptHostHeader forwards all viewer headers"},
		{"added by a managed policy", "REQ-236", exceptHost, customOrigin(), nil, "CloudFront-Viewer-Country", Added, "origin request policy Managed-AllViewerExceptHostHeader adds it"},
		{"passed on", "REQ-193", disabled, customOrigin(), replaced("", "Content-Type: a/b"), "Content-Type", Kept, "CloudFront passes Content-Type on without being told"},
		{"hop", "REQ-198", disabled, customOrigin(), replaced("", "Keep-Alive: 5"), "Keep-Alive", Dropped, "it belongs to the viewer's connection"},
		{"proxy", "POL-029", disabled, customOrigin(), replaced("", "Proxy-Connection: x"), "Proxy-Connection", Dropped, "it belongs to the viewer's connection"},
		{"forged", "POL-040", viewer, customOrigin(), replaced("", "CloudFront-Viewer-City: x"), "CloudFront-Viewer-City", Dropped, "only CloudFront sets it"},
		{"appended", "REQ-206", disabled, customOrigin(), replaced("", "X-Forwarded-For: 192.0.2.1"), "X-Forwarded-For", Replaced, "CloudFront appends its own entry to the viewer's"},
		{"reduced", "REQ-228", optimized, customOrigin(), nil, "Accept-Encoding", Replaced, "CloudFront reduces it to the encodings that cache policy Managed-CachingOptimized enables"},
		{"reduced, legacy", "REQ-234", forwarded, customOrigin(), nil, "Accept-Encoding", Replaced, "CloudFront reduces it to gzip under forwarded_values"},
		{"switched off", "CACHE-045", optimized, with(customOrigin(), "Accept-Encoding", ""), nil, "Accept-Encoding", Dropped, "a custom header of the origin switches it off"},
		{"dollar", "REQ-223", viewer, customOrigin(), replaced("Cookie", "Cookie: $Path=/; a=1"), "$Path", Dropped, "names that begin with $ are never sent on"},
		{"malformed", "REQ-224", viewer, customOrigin(), replaced("Cookie", "Cookie: nonsense"), "Cookie", Dropped, "it is not in the form name=value"},
		{"withheld", "POL-062", viewer, bucket(), func(v *Viewer) { v.RawQuery = "response-content-type=x" }, "response-content-type", Dropped,
			"origin request policy Managed-AllViewer withholds it from S3 origins"},
		{"condition beside cookies", "REQ-226", viewer, customOrigin(), replaced("", `If-None-Match: "v1"`), "If-None-Match", Dropped, unconditional},
		{"condition beside cookies, legacy", "REQ-226", everything, customOrigin(), replaced("", "If-Modified-Since: x"), "If-Modified-Since", Dropped, unconditional},
		{"condition without cookies", "REQ-496", disabled, customOrigin(), replaced("", `If-None-Match: "v1"`), "If-None-Match", Kept, "CloudFront passes If-None-Match on without being told"},
		{"range", "REQ-490", disabled, customOrigin(), replaced("", "Range: bytes=0-1"), "Range", Kept, "CloudFront passes Range on without being told"},
		{"range in disorder", "REQ-492", viewer, customOrigin(), replaced("", "Range: bytes=3-4,0-1"), "Range", Dropped,
			"its ranges are malformed, overlap, or are not in ascending order, so CloudFront answers with the whole object"},
		{"signed", "REQ-220", viewer, signed("always"), nil, "Authorization", Dropped, signature},
		{"signed POST", "REQ-220", disabled, signed("always"), post, "Authorization", Dropped, signature},
		{"signed if it is not", "POL-053", viewer, signed("no-override"), nil, "Authorization", Kept, "origin request policy Managed-AllViewer forwards all viewer headers"},
		{"never signed", "REQ-216", disabled, signed("never"), post, "Authorization", Kept, "CloudFront passes it on for POST without being told"},
		{"part of the signature", "REQ-215", viewer, signed("always"), replaced("", "X-Amz-Date: 20261124T120000Z"), "X-Amz-Date", Dropped, signature},
		{"part of no signature", "POL-053", viewer, customOrigin(), replaced("", "X-Amz-Date: 20261124T120000Z"), "X-Amz-Date", Kept, "origin request policy Managed-AllViewer forwards all viewer headers"},
		{"all cookies", "REQ-221", everything, customOrigin(), nil, "sid", Kept, "forwarded_values forwards all of them"},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			v := standard()
			if tt.viewer != nil {
				tt.viewer(&v)
			}
			var found []Note
			for _, n := range Compile(tt.b, tt.o).Explain(forwardOf(v)).Notes {
				if n.Name == tt.about {
					found = append(found, n)
				}
			}
			if len(found) != 1 {
				t.Fatalf("notes on %s: %v, want one", tt.about, found)
			}
			got := []string{string(found[0].Action), found[0].Why, found[0].Rule}
			if diff := cmp.Diff([]string{string(tt.action), tt.why, tt.rule}, got); diff != "" {
				t.Errorf("note (-want +got):\n%s", diff)
			}
		})
	}
}

// TestDroppedSource asks which line of the configuration keeps a header from the origin.
func TestDroppedSource(t *testing.T) {
	o := bucket()
	o.OriginAccessControl = &cloudfront.OriginAccessControl{OriginType: "s3", SigningBehavior: "always", Source: line(60)}
	unlocated := bucket()
	unlocated.OriginAccessControl = &cloudfront.OriginAccessControl{OriginType: "s3", SigningBehavior: "always"}
	unlocated.Sources = cloudfront.Sources{"origin_access_control_id": line(61)}
	policy := request(allViewer, all, none)
	policy.Headers.Source, policy.Cookies.Source = line(30), line(33)
	b := &cloudfront.Behavior{CachePolicy: cachingDisabled(), OriginRequestPolicy: policy, Source: line(5)}
	tests := []struct {
		name, rule string
		o          *cloudfront.Origin
		header     string
		want       cloudfront.Source
	}{
		{"condition beside cookies", "REQ-226", customOrigin(), "If-None-Match", line(33)},
		{"signature", "REQ-220", o, "Authorization", line(60)},
		{"signature without a place of its own", "REQ-220", unlocated, "Authorization", line(61)},
		{"part of a signature", "REQ-215", o, "X-Amz-Date", line(60)},
		{"always removed", "REQ-210", customOrigin(), "X-Real-IP", cloudfront.Source{}},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			v := Viewer{Method: "GET", Fields: fields(tt.header + ": 1")}
			for _, n := range Compile(b, tt.o).Explain(forwardOf(v)).Notes {
				if n.Name != tt.header {
					continue
				}
				if diff := cmp.Diff(tt.want, n.Source); diff != "" || n.Action != Dropped {
					t.Errorf("%s; source (-want +got):\n%s", n.Action, diff)
				}
				return
			}
			t.Errorf("no note on %s", tt.header)
		})
	}
}
