package edge

import (
	"testing"

	"edgecase/config/cloudfront"
)

// TestResultTypes holds what X-Cache and the log call an answer against sections 9.3 and 17.3 of the request rules.
func TestResultTypes(t *testing.T) {
	tests := []struct {
		name, rule       string
		site             []change
		method           string
		assume           int
		result, detailed string
		answeredBy       string
	}{
		{"answer", "REQ-292", nil, "GET", 200, "Miss", "Miss", "origin"},
		{"redirect of the origin", "OBS-102", nil, "GET", 307, "Miss", "Miss", "origin"},
		{"not modified", "REQ-292", nil, "GET", 304, "Miss", "Miss", "origin"},
		{"post", "REQ-294", []change{byDefault(allow(readWrite))}, "POST", 201, "Miss", "Miss", "origin"},
		{"error of the origin", "REQ-293", nil, "GET", 404, "Error", "Error", "origin"},
		{"error with a page", "REQ-445", []change{errorPage(404, "/x", 200)}, "GET", 404, "Error", "Error", "origin"},
		{"refused method", "REQ-082", nil, "POST", 0, "Error", "InvalidRequestMethod", "edge"},
		{"refused method with a page", "REQ-445", []change{errorPage(403, "/x", 200)}, "POST", 0, "Error", "InvalidRequestMethod", "edge"},
		{"disabled", "REQ-019", []change{disabled}, "GET", 0, "Error", "InvalidRequest", "edge"},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			run := start(t, []*cloudfront.Distribution{distributionOf(tt.site...)}, false, nil, Options{})
			r := &Request{Method: tt.method, Path: "/", Scheme: "https", Host: "www.example.com", Major: 1, Minor: 1}
			x := run.edge.Explain(t.Context(), r, Assume{Status: tt.assume})
			if x.Trace.ResultType != tt.result || x.DetailedResultType() != tt.detailed || x.AnsweredBy() != tt.answeredBy {
				t.Errorf("%s, %s by %s; want %s, %s by %s", x.Trace.ResultType, x.DetailedResultType(), x.AnsweredBy(), tt.result, tt.detailed, tt.answeredBy)
			}
			if got := x.Response.Fields.Get("X-Cache"); got != tt.result+" from cloudfront" {
				t.Errorf("X-Cache: %s", got)
			}
		})
	}
}

// TestErrors holds what a log says of a refusal beside its page.
func TestErrors(t *testing.T) {
	cause := errMalformed.with(errNoTunnel)
	if got, want := cause.Error(), "400 malformed-request: "+errNoTunnel.Error(); got != want || cause.Unwrap() != errNoTunnel {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := errMethod.Error(); got != "403 method-not-allowed" {
		t.Errorf("got %q", got)
	}
}
