package edge

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
)

func TestWhy(t *testing.T) {
	numbers := func(w Why, n ...int) Why { copy(w.Numbers[:], n); return w }
	tests := []struct {
		name string
		why  Why
		want string
	}{
		{"nothing", Why{}, ""},
		{"text", why("a 100 and no more"), "a 100 and no more"},
		{"strings in order", why("%s, %q; %s", "a", `b"c`, "d"), `a, "b\"c"; d`},
		{"numbers in order", numbers(why("%d of %d"), 2, 5), "2 of 5"},
		{"both", numbers(why("%q matches (%d of %d)", "/a*"), 1, 3), `"/a*" matches (1 of 3)`},
		{"percent", why("100%% of %s", "it"), "100% of it"},
		{"percent at the end", why("%s is 5%", "it"), "it is 5%"},
		{"operand with a percent", why("%s", "%s%d"), "%s%d"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, tt.why.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestMaskValue(t *testing.T) {
	tests := []struct{ name, value, want string }{
		{"Authorization", "Bearer abc", "Bearer (masked)"},
		{"authorization", "abc", "(masked)"},
		{"Proxy-Authorization", "Basic eDp5", "Basic (masked)"},
		{"Cookie", "a=1; b=x=y", "a=(masked); b=(masked)"},
		{"cookie", "secret", "(masked)"},
		{"Set-Cookie", "sid=abc; Path=/; HttpOnly", "sid=(masked); Path=/; HttpOnly"},
		{"Set-Cookie", "sid=abc", "sid=(masked)"},
		{"X-Other", "Bearer abc", "Bearer abc"},
		{"X-Amz-Security-Token", "FwoG", "(masked)"},
		{"x-api-key", "k", "(masked)"},
		{"X-CSRFToken", "c", "(masked)"},
		{"X-Xsrf-Token", "", ""},
		{"X-Amz-Cf-Id", "id", "id"},
		{"Access-Control-Allow-Headers", "X-Api-Key", "X-Api-Key"},
		{"WWW-Authenticate", "Basic realm=x", "Basic realm=x"},
		{"Referer", "https://a/b?token=t&page=2#f", "https://a/b?token=(masked)&page=2#f"},
		{"Location", "/in?code=c&state=s", "/in?code=(masked)&state=s"},
		{"Location", "/in", "/in"},
	}
	for _, tt := range tests {
		t.Run("REQ-247/"+tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, MaskValue(tt.name, tt.value)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestMaskURL(t *testing.T) {
	tests := []struct{ url, want string }{
		{"https://a/b", "https://a/b"},
		{"https://a/b?", "https://a/b?"},
		{"https://a/b?a=1&b", "https://a/b?a=1&b"},
		{"https://a/b?Expires=1&Signature=x~y&Key-Pair-Id=K1", "https://a/b?Expires=1&Signature=(masked)&Key-Pair-Id=K1"},
		{"https://a/b?X-Amz-Credential=c&X-Amz-Signature=s&X-Amz-Date=d", "https://a/b?X-Amz-Credential=(masked)&X-Amz-Signature=(masked)&X-Amz-Date=d"},
		{"/?access_token=a=b&api_key=&password=p", "/?access_token=(masked)&api_key=&password=(masked)"},
		{"/?barcode=1&country=CA&codes=2", "/?barcode=1&country=CA&codes=2"},
	}
	for _, tt := range tests {
		t.Run("REQ-247/"+tt.url, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, MaskURL(tt.url)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestFieldMap(t *testing.T) {
	fields := FieldMap{{Name: "X-B", Value: "1"}, {Name: "a", Value: "\"<é\n"}, {Name: "x-b", Value: "2"}, {Name: "C", Value: ""}}
	data, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"x-b":"1, 2","a":"\"\u003cé\n","c":""}`
	if diff := cmp.Diff(want, string(data)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var back FieldMap
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(back)
	if err != nil || string(again) != want {
		t.Errorf("read and written again: %s, %v", again, err)
	}
	for _, bad := range []string{`[`, `{"a":1}`, `["a"]`, `1`, `{"a"`, `null`} {
		var f FieldMap
		if err := json.Unmarshal([]byte(bad), &f); (err == nil) != (bad == "null") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

// secretive is a distribution with something to hide.
func secretive() *cloudfront.Distribution {
	return distributionOf(byDefault(allow(readWrite), forwardsAllBut("Host")), hasOrigin("app", cloudfront.KindCustom, "app.example.net", func(o *cloudfront.Origin) {
		o.HTTPPort = 8000
		o.CustomHeaders = []cloudfront.CustomHeader{
			{Name: "X-Verify", Value: cloudfront.Known("s3cret"), Source: line(110)},
			{Name: "X-Sensitive", Value: cloudfront.Text{Value: "t0psecret", Known: true, Sensitive: true}, Source: line(111)},
		}
	}))
}

// TestDocument writes the document of a refused and of a forwarded request.
func TestDocument(t *testing.T) {
	run := start(t, []*cloudfront.Distribution{secretive()}, false, map[string]map[string]string{"app": {"": "HTTP/1.1 200 OK\nContent-Length: 5\nSet-Cookie: sid=c00kie\n\nhello"}}, Options{})
	run.send(t, request("GET /a?b=1&access_token=qu3ry", "Cookie: sid=c00kie", "Authorization: Bearer t0ken", "X-Api-Key: k3y", "Referer: http://r/?token=qu3ry", "X-Forwarded-For: 192.0.2.1"))
	x := run.watch.wait(t)

	t.Run("REQ-247/live requests hide what they carry", func(t *testing.T) {
		data, err := json.Marshal(x.Document())
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"c00kie", "t0ken", "s3cret", "t0psecret", "qu3ry", "k3y"} {
			if strings.Contains(string(data), secret) {
				t.Errorf("%s stands in %s", secret, data)
			}
		}
	})
	t.Run("REQ-200/what the origin received", func(t *testing.T) {
		d := x.Document()
		got := []string{d.Method, d.URL, d.OriginRequest.URL, d.AnsweredBy, string(d.Reason), d.ResultType, d.DetailedResultType, d.Behavior.PathPattern, d.Origin.ID,
			http1.Fields(d.OriginRequest.Headers).Get("X-Verify"), http1.Fields(d.OriginRequest.Headers).Get("Authorization")}
		want := []string{"GET", "http://www.example.com/a?b=1&access_token=(masked)", "http://app.example.net:8000/a?b=1&access_token=(masked)", "origin", "origin-answered", "Miss", "Miss", "*", "app", masked, "Bearer " + masked}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		notes := map[string]string{}
		for _, n := range d.Forwarding {
			notes[n.Kind+" "+n.Name] = n.Action + " " + n.Rule
		}
		for name, want := range map[string]string{"header X-Verify": "added REQ-241", "header Authorization": "kept REQ-218", "header X-Forwarded-For": "replaced REQ-206", "query b": "kept POL-070"} {
			if !strings.HasPrefix(notes[name], strings.Fields(want)[0]) {
				t.Errorf("note about %s: %q, want %q; all: %v", name, notes[name], want, notes)
			}
		}
	})
	t.Run("REQ-247/explained requests show what their reader wrote", func(t *testing.T) {
		r := &Request{Method: "GET", Path: "/a", Scheme: "https", Host: "www.example.com", Major: 1, Minor: 1,
			Fields: http1.Fields{{Name: "Host", Value: "www.example.com"}, {Name: "Authorization", Value: "Bearer t0ken"}}}
		data, err := json.Marshal(run.edge.Explain(t.Context(), r, Assume{}).Document())
		if err != nil {
			t.Fatal(err)
		}
		for text, want := range map[string]bool{"t0ken": true, "s3cret": false, "t0psecret": false} {
			if strings.Contains(string(data), text) != want {
				t.Errorf("%s stands in it: %v, want %v: %s", text, !want, want, data)
			}
		}
	})
	t.Run("REQ-443/a page of another behavior", func(t *testing.T) {
		site := distributionOf(hasOrigin("pages", cloudfront.KindCustom, "pages.example.net"), ordered("/e/*", "pages", read), errorPage(404, "/e/404.html", 200))
		run := start(t, []*cloudfront.Distribution{site}, false, map[string]map[string]string{
			"app": {"": "HTTP/1.1 404 Not Found\nContent-Length: 2\n\nno"}, "pages": {"": hello}}, Options{})
		run.send(t, request("GET /a"))
		d := run.watch.wait(t).Document()
		want := &PageRef{ErrorCode: 404, ResponseCode: 200, ResponsePagePath: "/e/404.html", PathPattern: "/e/*", OriginID: "pages",
			Source: &Place{File: "cloudfront.tf", Line: 604}}
		if diff := cmp.Diff(want, d.CustomErrorPage); diff != "" {
			t.Errorf("page (-want +got):\n%s", diff)
		}
		// The request stays what it was: its own behavior and origin, and who said 404.
		got := []any{d.Status, d.OriginStatus, d.AnsweredBy, d.Reason, d.ResultType, d.Behavior.PathPattern, d.Origin.ID, d.OriginRequest.URL, d.BodyBytes}
		if diff := cmp.Diff([]any{200, 404, "origin", OriginAnswered, "Error", "*", "app", "http://app.example.net/a", int64(5)}, got); diff != "" {
			t.Errorf("the rest (-want +got):\n%s", diff)
		}
	})
	t.Run("REQ-444/a page that is not there", func(t *testing.T) {
		run := start(t, []*cloudfront.Distribution{distributionOf(ordered("/e/*", "app", read), errorPage(403, "/e/403.html", 200))}, false,
			map[string]map[string]string{"app": {"": nobody}}, Options{})
		run.send(t, request("DELETE /a"))
		d := run.watch.wait(t).Document()
		got := []any{d.Status, d.AnsweredBy, d.Reason, d.CustomErrorPage.PathPattern, d.CustomErrorPage.OriginID, d.Origin == nil}
		if diff := cmp.Diff([]any{502, "edge", MethodNotAllowed, "/e/*", "app", true}, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
	t.Run("REQ-079/a refusal", func(t *testing.T) {
		refusing := start(t, []*cloudfront.Distribution{distributionOf()}, false, nil, Options{})
		d := explain(t, refusing.edge, "POST", "/a").Document()
		data, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		got := plain(string(data), [][]string{{"", d.ID}})
		const want = `{"id":"{RID}","time":"2026-11-24T12:00:00Z","method":"POST","url":"https://www.example.com/a","status":403,"answered_by":"edge",` +
			`"reason":"method-not-allowed","result_type":"Error","detailed_result_type":"InvalidRequestMethod",` +
			`"distribution":{"address":"aws_cloudfront_distribution.site","source":{"file":"cloudfront.tf","line":1}},` +
			`"behavior":{"path_pattern":"*","target_origin_id":"app","tried":[],"source":{"file":"cloudfront.tf","line":20}},"origin":null,"origin_request":null,` +
			`"headers":{"server":"CloudFront","date":"{NOW}","content-type":"text/html","content-length":"1053","connection":"keep-alive",` +
			`"x-cache":"Error from cloudfront","via":"1.1 {VIA}.cloudfront.net (CloudFront)","x-amz-cf-pop":"LOC50-C1","x-amz-cf-id":"{RID}"},"body_bytes":1053,` +
			`"steps":[{"stage":"distribution","action":"pass","why":"www.example.com belongs to aws_cloudfront_distribution.site","rule":"REQ-001","confidence":"documented","source":{"file":"cloudfront.tf","line":1}},` +
			`{"stage":"behavior","action":"pass","why":"the default behavior is the only one","rule":"REQ-041","confidence":"documented","source":{"file":"cloudfront.tf","line":20}},` +
			`{"stage":"method","action":"fail","reason":"method-not-allowed","why":"POST is not in [GET HEAD]","rule":"REQ-079","confidence":"documented","source":{"file":"cloudfront.tf","line":21}}],` +
			`"hints":[{"trap":"T01","text":"no behavior of this distribution allows POST","suggestion":""}]}`
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}
