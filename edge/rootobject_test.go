package edge

import (
	"strings"
	"testing"

	"edgecase/config/cloudfront"
)

func TestRootObject(t *testing.T) {
	const host = "app.example.net"
	index := rootObject("index.html")
	served := func(name, rule string, site []change, line, saw string) row {
		return row{name: name, rule: rule, site: site, request: request(line), want: helloBack, reason: OriginAnswered, asked: asked(saw, host)}
	}
	invalid := refused("400 Bad Request", "Bad request.", "keep-alive")
	run(t, []row{
		served("root", "REQ-170", []change{index}, "GET /", "GET /index.html"),
		served("query string is forwarded as usual", "REQ-171", []change{index, byDefault(forwardsAllBut("Host"))}, "GET /?x=1", "GET /index.html?x=1"),
		served("query string that is not forwarded", "REQ-171", []change{index}, "GET /?x=1", "GET /index.html"),
		served("other directories", "REQ-172", []change{index}, "GET /install/", "GET /install/"),
		served("several slashes", "REQ-173", []change{index}, "GET //", "GET //"),
		served("dot segment", "REQ-173", []change{index}, "GET /.", "GET /."),
		served("folder", "REQ-174", []change{rootObject("en/index.html")}, "GET /", "GET /en/index.html"),
		served("post", "REQ-175", []change{index, byDefault(allow(readWrite))}, "POST /", "POST /index.html"),
		served("behavior of the root", "REQ-176", []change{index, ordered("*.html", "app", readWrite)}, "GET /", "GET /index.html"),
		served("origin path", "REQ-177", []change{index, hasOrigin("app", cloudfront.KindCustom, host, func(o *cloudfront.Origin) { o.OriginPath = "/v1" })},
			"GET /", "GET /v1/index.html"),
		served("no root object", "REQ-180", nil, "GET /", "GET /"),
		{name: "application that has no such page", rule: "REQ-182", site: []change{index}, request: request("GET /"), reason: OriginAnswered, asked: asked("GET /index.html", host),
			answers: map[string]string{"GET /": hello, "GET /index.html": "HTTP/1.1 404 Not Found\nServer: gunicorn\nContent-Length: 2\n\nno"},
			want:    back("404 Not Found", "Content-Length: 2", "Date: {NOW}\nServer: gunicorn", "Error", "no")},
		{name: "invalid", rule: "REQ-179", site: []change{rootObject("a b.html")}, request: request("GET /"), want: invalid, reason: InvalidRootObject},
		{name: "too long", rule: "REQ-179", site: []change{rootObject(strings.Repeat("a", 256))}, request: request("GET /"), want: invalid, reason: InvalidRootObject},
		{name: "invalid with a page", rule: "REQ-179", site: []change{rootObject("a b.html"), errorPage(400, "/400.html", 0)}, request: request("GET /"),
			want:   closing(back("400 Bad Request", "Content-Type: text/plain\nContent-Length: 5", "Date: {NOW}", "Error", "hello")),
			reason: InvalidRootObject, asked: asked("GET /400.html", host)},
		served("invalid and not asked for", "REQ-179", []change{rootObject("a b.html")}, "GET /a", "GET /a"),
	})
}

func TestRootObjectTrace(t *testing.T) {
	run := start(t, []*cloudfront.Distribution{distributionOf(rootObject("index.html"), ordered("*.html", "app", read))}, false, nil, Options{})
	x := explain(t, run.edge, "GET", "/")
	const want = "/ is asked for as /index.html, under the behavior of /; *.html would have taken it under its own name"
	if got := step(x, rootobject.Name); got.Why.String() != want || got.Rule != "REQ-176" || got.Sure != Inferred {
		t.Errorf("step is %+v", got)
	}
}
