package edge

import (
	"strings"
	"testing"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
)

// TestExplainedSockets holds what the origin of an explained request is supposed to make of a WebSocket's handshake.
func TestExplainedSockets(t *testing.T) {
	key := []http1.Field{{Name: "Sec-WebSocket-Key", Value: "a2V5"}, {Name: "Sec-WebSocket-Version", Value: "13"}}
	tests := []struct {
		name, rule string
		site       []change
		minor      int
		fields     []http1.Field
		assume     int
		status     int
		reason     Reason
	}{
		{"all headers", "REQ-472", []change{byDefault(forwards("Managed-AllViewer"))}, 1, key, 0, 101, WebSocketOpened},
		{"listed headers", "REQ-472", []change{byDefault(forwardsHeaders("Sec-WebSocket-Key", "Sec-WebSocket-Version"))}, 1, key, 0, 101, WebSocketOpened},
		{"forwarded_values", "REQ-190", []change{byDefault(legacy(func(*cloudfront.CachePolicy) {}))}, 1, key, 0, 101, WebSocketOpened},
		{"no headers", "REQ-474", nil, 1, key, 0, 400, OriginAnswered},
		{"one header", "REQ-474", []change{byDefault(forwardsHeaders("Sec-WebSocket-Key"))}, 1, key, 0, 400, OriginAnswered},
		{"a client that sends no key", "REQ-474", []change{byDefault(forwards("Managed-AllViewer"))}, 1, nil, 0, 400, OriginAnswered},
		{"the user's assumption", "REQ-474", []change{byDefault(forwards("Managed-AllViewer"))}, 1, key, 426, 426, OriginAnswered},
		{"HTTP/1.0", "REQ-471", []change{byDefault(forwards("Managed-AllViewer"))}, 0, key, 0, 200, OriginAnswered},
		{"bucket", "REQ-479", []change{hasOrigin("app", cloudfront.KindS3, "b.s3.amazonaws.com")}, 1, key, 0, 200, OriginAnswered},
		{"secondary", "REQ-368", []change{grouped(404), byDefault(forwards("Managed-AllViewer"))}, 1, key, 404, 101, WebSocketOpened},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+strings.ReplaceAll(tt.name, " ", "-"), func(t *testing.T) {
			run := start(t, []*cloudfront.Distribution{distributionOf(tt.site...)}, false, nil, Options{})
			r := &Request{Method: "GET", Path: "/ws", Scheme: "https", Host: "www.example.com", Major: 1, Minor: tt.minor,
				Fields: append(http1.Fields{{Name: "Host", Value: "www.example.com"}, {Name: "Connection", Value: "keep-alive, Upgrade"}, {Name: "Upgrade", Value: "websocket"}}, tt.fields...)}
			x := run.edge.Explain(t.Context(), r, Assume{Status: tt.assume})
			if x.Response.Status != tt.status || x.Trace.Reason != tt.reason {
				t.Errorf("%d %s, want %d %s", x.Response.Status, x.Trace.Reason, tt.status, tt.reason)
			}
			x.Document()
		})
	}
}

// TestExplainedAddress holds that an origin whose name only apply can tell is named as it is asked.
func TestExplainedAddress(t *testing.T) {
	site := distributionOf(hasOrigin("app", cloudfront.KindCustom, "", func(o *cloudfront.Origin) {
		o.DomainName = cloudfront.Text{Value: "{aws_lb.api.dns_name}", StandIn: "api-0123456789.us-east-1.elb.amazonaws.com"}
		o.HTTPPort = 8000
	}))
	run := start(t, []*cloudfront.Distribution{site}, false, nil, Options{})
	d := explain(t, run.edge, "GET", "/a").Document()
	const host = "api-0123456789.us-east-1.elb.amazonaws.com:8000"
	if got := http1.Fields(d.OriginRequest.Headers).Get("Host"); got != host || d.OriginRequest.URL != "http://"+host+"/a" {
		t.Errorf("REQ-200: Host %q, URL %q, want both of %q", got, d.OriginRequest.URL, host)
	}
	if d.Origin.DomainName != "{aws_lb.api.dns_name}" {
		t.Errorf("REQ-200: the origin is called %q, want it as the Terraform writes it", d.Origin.DomainName)
	}
}
