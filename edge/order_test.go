package edge

import (
	"testing"

	"edgecase/config/cloudfront"
)

// TestOrder makes requests that several steps would end, one step less each time: the first of section 18 does.
func TestOrder(t *testing.T) {
	everything := []change{
		byDefault(over(cloudfront.RedirectToHTTPS)), geoRestriction("blacklist", "CH"), rootObject("a b"),
		ordered("/only/*", "app", read, over(cloudfront.HTTPSOnly)),
	}
	blocked, abroad := country("CH"), country("US")
	run(t, []row{
		{name: "syntax before the host", rule: "REQ-561", site: everything, opts: blocked, request: "POST /%z HTTP/1.1\nHost: unknown.example\nContent-Length: 1\n\na",
			want: refused("400 Bad Request", "Bad request.", "close"), reason: MalformedRequest},
		{name: "host before the method", rule: "REQ-562", site: everything, opts: blocked, request: "POST / HTTP/1.1\nHost: unknown.example\n\n",
			want: refused("403 Forbidden", "Bad request.", "keep-alive"), reason: UnknownHost},
		{name: "method before the protocol", rule: "REQ-564", site: everything, opts: blocked, request: request("POST /"),
			want: refused("403 Forbidden", methodRefused, "keep-alive"), reason: MethodNotAllowed},
		{name: "method before https-only", rule: "REQ-564", site: everything, opts: blocked, request: request("POST /only/"),
			want: refused("403 Forbidden", methodRefused, "keep-alive"), reason: MethodNotAllowed},
		{name: "protocol before the country", rule: "REQ-565", site: everything, opts: blocked, request: request("GET /"),
			want: redirected("301 Moved Permanently", "https://www.example.com/"), reason: RedirectedToHTTPS},
		{name: "https-only before the country", rule: "REQ-565", site: everything, opts: blocked, request: request("GET /only/"),
			want: refused("403 Forbidden", "Bad request.", "keep-alive"), reason: HTTPSRequired},
		{name: "country before the root object", rule: "REQ-566", site: everything, opts: blocked, https: true, request: request("GET /"),
			want: refused("403 Forbidden", countryBlocked, "keep-alive"), reason: GeoBlocked},
		{name: "root object before the origin", rule: "REQ-576", site: everything, opts: abroad, https: true, answer: nobody, request: request("GET /"),
			want: refused("400 Bad Request", "Bad request.", "keep-alive"), reason: InvalidRootObject},
		{name: "origin", rule: "REQ-580", site: everything, opts: abroad, https: true, answer: nobody, request: request("GET /a"),
			want: refused("502 Bad Gateway", cannotConnect, "keep-alive"), reason: OriginRefused},
	})
}
