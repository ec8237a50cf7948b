package edge

import (
	"strings"
	"testing"

	"edgecase/config/cloudfront"
)

// TestForwards asks what would reach the origin if the viewer sent it.
func TestForwards(t *testing.T) {
	allViewer, none := byDefault(forwards("Managed-AllViewer"), allow(readWrite)), byDefault(allow(readWrite))
	custom := hasOrigin("app", cloudfront.KindCustom, "app.example.net", func(o *cloudfront.Origin) {
		o.CustomHeaders = []cloudfront.CustomHeader{{Name: "X-Secret", Value: cloudfront.Known("s"), Source: cloudfront.Source{File: "a.tf", Line: 7}}}
	})
	tests := []struct {
		rule, name   string
		site         []change
		method       string
		kind, asked  string
		want         bool
		action, says string
	}{
		{"REQ-200", "Host", nil, "GET", "header", "Host", false, "replaced", "the origin's domain name"},
		{"REQ-200", "Host of all viewer headers", []change{allViewer}, "GET", "header", "host", true, "kept", "Managed-AllViewer"},
		{"REQ-221", "cookies", []change{allViewer}, "POST", "header", "Cookie", true, "kept", "Managed-AllViewer"},
		{"REQ-221", "no cookies", []change{none}, "POST", "header", "Cookie", false, "dropped", "forwards no cookies"},
		{"REQ-221", "a cookie", []change{allViewer}, "POST", "cookie", "sessionid", true, "kept", ""},
		{"REQ-221", "a cookie of none", []change{none}, "POST", "cookie", "sessionid", false, "dropped", "forwards no cookies"},
		{"REQ-205", "a parameter", []change{allViewer}, "GET", "query", "page", true, "kept", ""},
		{"REQ-205", "no parameter", []change{none}, "GET", "query", "page", false, "dropped", "forwards no query string"},
		{"REQ-216", "Authorization with GET", []change{none}, "GET", "header", "Authorization", false, "dropped", "removes it from GET"},
		{"REQ-216", "Authorization with POST", []change{none}, "POST", "header", "Authorization", true, "kept", "passes it on for POST"},
		{"REQ-241", "overwritten", []change{custom, allViewer}, "GET", "header", "X-Secret", false, "replaced", "a custom header of the origin overwrites"},
		{"POL-031", "unlisted", []change{none}, "GET", "header", "X-CSRFToken", false, "dropped", "no policy names it"},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+strings.ReplaceAll(tt.name, " ", "-"), func(t *testing.T) {
			run := start(t, []*cloudfront.Distribution{distributionOf(tt.site...)}, false, nil, Options{})
			x := explain(t, run.edge, tt.method, "/a?b=c")
			got, note := x.Forwards(tt.kind, tt.asked)
			if got != tt.want || note.Action != tt.action || !strings.Contains(note.Why, tt.says) || !strings.EqualFold(note.Name, tt.asked) {
				t.Errorf("got %t with %+v, want %t, %s because of %q", got, note, tt.want, tt.action, tt.says)
			}
		})
	}
}
