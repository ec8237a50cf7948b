package edge

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"edgecase/config/cloudfront"
)

// grouped puts "app" and a second origin, "spare", into an origin group that fails over on these codes, and lets the
// default behavior ask it.
func grouped(codes ...int) change {
	return func(d *cloudfront.Distribution) {
		hasOrigin("spare", cloudfront.KindCustom, "spare.example.net")(d)
		d.OriginGroups = []*cloudfront.OriginGroup{{
			ID: cloudfront.Known("both"), Members: []cloudfront.Text{cloudfront.Known("app"), cloudfront.Known("spare")},
			StatusCodes: codes, Source: line(200),
		}}
		byDefault(target("both"), allow(readWrite))(d)
	}
}

// TestFailover holds origin groups against section 11 of the request rules.
func TestFailover(t *testing.T) {
	const notFound = "HTTP/1.1 404 Not Found\nContent-Length: 4\n\nnone"
	const notFoundBack = "HTTP/1.1 404 Not Found\nContent-Length: 4\nConnection: keep-alive\nDate: {NOW}\n" +
		"X-Cache: Error from cloudfront\n" + tail + "\nnone"
	spare := map[string]string{"spare": hello}
	get := request("GET /x")
	both := map[string]string{"spare": asked("GET /x", "spare.example.net")}

	run(t, []row{
		{name: "primary answers", rule: "REQ-364", site: []change{grouped(404)}, others: spare, request: get,
			want: helloBack, reason: OriginAnswered, asked: asked("GET /x", "app.example.net")},
		{name: "listed status", rule: "REQ-361", site: []change{grouped(404)}, answer: notFound, others: spare, request: get,
			want: helloBack, reason: OriginAnswered, asked: asked("GET /x", "app.example.net"), saw: both},
		{name: "other status", rule: "REQ-365", site: []change{grouped(500)}, answer: notFound, others: spare, request: get,
			want: notFoundBack, reason: OriginAnswered, asked: asked("GET /x", "app.example.net")},
		{name: "post", rule: "REQ-362", site: []change{grouped(404)}, answer: notFound, others: spare,
			request: request("POST /x", "Content-Length: 0"), want: notFoundBack, reason: OriginAnswered,
			asked: asked("POST /x", "app.example.net", "Content-Length: 0")},
		{name: "refused as 503", rule: "REQ-366", site: []change{grouped(503)}, answer: nobody, others: spare, request: get,
			want: helloBack, reason: OriginAnswered, saw: both},
		{name: "refused and 404", rule: "REQ-366", site: []change{grouped(404)}, answer: nobody, others: spare, request: get,
			want: refused("502 Bad Gateway", cannotConnect, "keep-alive"), reason: OriginRefused},
		{name: "secondary fails too", rule: "REQ-369", site: []change{grouped(503)}, answer: nobody,
			others: map[string]string{"spare": nobody}, request: get,
			want: refused("502 Bad Gateway", cannotConnect, "keep-alive"), reason: OriginRefused},
		{name: "error page for the final status", rule: "REQ-370", site: []change{grouped(503), errorPage(404, "/oops", 200)},
			answers: map[string]string{"GET /x": notFound, "GET /oops": hello}, others: spare, request: get,
			want:   "HTTP/1.1 200 OK\nContent-Type: text/plain\nContent-Length: 5\nConnection: keep-alive\nDate: {NOW}\nX-Cache: Error from cloudfront\n" + tail + "\nhello",
			reason: OriginAnswered,
			asked:  asked("GET /x", "app.example.net") + asked("GET /oops", "app.example.net")},
	})
}

// TestFailsOver holds which requests may be asked twice.
func TestFailsOver(t *testing.T) {
	tests := []struct {
		name, rule string
		cached     []string
		request    Request
		want       bool
	}{
		{"get", "REQ-362", nil, Request{Method: "GET"}, true},
		{"head", "REQ-362", nil, Request{Method: "HEAD"}, true},
		{"options that is not cached", "REQ-363", []string{"GET", "HEAD"}, Request{Method: "OPTIONS"}, false},
		{"options that is cached", "REQ-363", []string{"GET", "HEAD", "OPTIONS"}, Request{Method: "OPTIONS"}, true},
		{"options with a body", "REQ-363", []string{"GET", "HEAD", "OPTIONS"}, Request{Method: "OPTIONS", ContentLength: 3}, false},
		{"put", "REQ-362", nil, Request{Method: "PUT"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			if got := failsOver(&cloudfront.Behavior{CachedMethods: tt.cached}, &tt.request); got != tt.want {
				t.Errorf("failsOver = %v, want %v", got, tt.want)
			}
		})
	}
}

// TestFailoverCodes holds what a failure counts as.
func TestFailoverCodes(t *testing.T) {
	tests := []struct {
		name, rule string
		status     int
		err        *Error
		want       []int
	}{
		{"answer", "REQ-361", 404, nil, []int{404}},
		{"refused", "REQ-366", 502, errOriginRefused, []int{503, 502}},
		{"unresolved", "REQ-366", 502, errOriginUnresolved, []int{503, 502}},
		{"tls", "REQ-366", 502, errOriginTLS, []int{503, 502}},
		{"read timeout", "REQ-366", 504, errOriginReadTimeout, []int{504}},
		{"connect timeout", "REQ-366", 504, errOriginConnectTimeout, []int{504}},
		{"garbage", "REQ-366", 502, errOriginInvalid, []int{502}},
		{"viewer gone", "REQ-291", 502, errViewerGone, nil},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, failoverCodes(tt.status, tt.err)); diff != "" {
				t.Errorf("codes (-want +got):\n%s", diff)
			}
		})
	}
}
