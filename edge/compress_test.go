package edge

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http/httputil"
	"strconv"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/google/go-cmp/cmp"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
	"edgecase/edge/policy"
)

// decoder reads a coding.
func decoder(t testing.TB, r io.Reader, coding string) io.Reader {
	t.Helper()
	if coding == "br" {
		return brotli.NewReader(r)
	}
	z, err := gzip.NewReader(r)
	if err != nil {
		t.Fatalf("read gzip: %v", err)
	}
	return z
}

// decoded takes chunks and coding from the body of an answer.
func decoded(t testing.TB, answer, coding string) string {
	t.Helper()
	head, body, _ := strings.Cut(answer, "\r\n\r\n")
	if body == "" {
		return answer
	}
	plain, err := io.ReadAll(decoder(t, httputil.NewChunkedReader(strings.NewReader(body)), coding))
	if err != nil {
		t.Errorf("decode %s: %v", coding, err)
	}
	return head + "\r\n\r\n" + string(plain)
}

// compresses makes a behavior compress, under a cache policy that enables both codings unless edits say otherwise.
func compresses(edits ...func(*cloudfront.CachePolicy)) func(*cloudfront.Behavior) {
	return func(b *cloudfront.Behavior) {
		b.Compress, b.Sources["compress"] = true, line(25)
		p := *cloudfront.ManagedCachePolicy("Managed-CachingOptimized")
		for _, edit := range edits {
			edit(&p)
		}
		b.CachePolicy = &p
	}
}

// The edits of a cache policy.

func onlyGzip(p *cloudfront.CachePolicy)   { p.EnableAcceptEncodingBrotli = false }
func onlyBrotli(p *cloudfront.CachePolicy) { p.EnableAcceptEncodingGzip = false }
func noCodings(p *cloudfront.CachePolicy)  { onlyGzip(p); onlyBrotli(p) }
func noTimes(p *cloudfront.CachePolicy)    { p.MinTTL, p.DefaultTTL, p.MaxTTL = 0, 0, 0 }

func byForwardedValues(p *cloudfront.CachePolicy) {
	*p = cloudfront.CachePolicy{Legacy: true, DefaultTTL: p.DefaultTTL, MaxTTL: p.MaxTTL, Headers: cloudfront.Selection{Behavior: cloudfront.SelectNone},
		Cookies: cloudfront.Selection{Behavior: cloudfront.SelectNone}}
}

func forwardedValuesOfAllHeaders(p *cloudfront.CachePolicy) {
	byForwardedValues(p)
	p.Headers.Behavior = cloudfront.SelectAll
}

// TestDecide holds section 8 of the cache rules against the decision alone. "" as the coding goes with what is said.
func TestDecide(t *testing.T) {
	const both, text = "gzip, deflate, br", "Content-Type: text/html\nContent-Length: 5000\nETag: \"e\""
	sized := func(n int) string { return "Content-Type: text/html\nContent-Length: " + strconv.Itoa(n) }
	typed := func(mediaType string) string { return "Content-Type: " + mediaType + "\nContent-Length: 5000" }
	emptied := func(o *cloudfront.Origin) {
		o.CustomHeaders = []cloudfront.CustomHeader{{Name: "Accept-Encoding", Value: cloudfront.Known("")}}
	}
	off := func(b *cloudfront.Behavior) { compresses()(b); b.Compress = false; delete(b.Sources, "compress") }
	with := func(edits ...func(*cloudfront.CachePolicy)) func(*cloudfront.Behavior) { return compresses(edits...) }
	tests := []struct {
		name, rule string
		behavior   func(*cloudfront.Behavior) // nil compresses with both codings
		origin     func(*cloudfront.Origin)
		method     string // "" is GET
		accept     string // "-" is none
		old        bool   // HTTP/1.0
		status     int    // 0 is 200
		fields     string
		open       bool
		want       string // coding, "vary" if another viewer would get one; rule, why
	}{
		{name: "C01", rule: "CACHE-252", accept: both, fields: text, want: "br vary CACHE-252 br: the viewer accepts it, and text/html of 5000 bytes is compressed"},
		{name: "C02", rule: "CACHE-252", accept: "gzip", fields: text, want: "gzip vary CACHE-252 gzip: the viewer accepts it, and text/html of 5000 bytes is compressed"},
		{name: "C03", rule: "CACHE-252", accept: "deflate", fields: text, want: "vary CACHE-252 not compressed: the viewer accepts neither br nor gzip"},
		{name: "C04", rule: "CACHE-252", accept: "-", fields: text, want: "vary CACHE-252 not compressed: the viewer sends no Accept-Encoding"},
		{name: "C05", rule: "CACHE-255", accept: "br", fields: sized(999), want: "CACHE-255 not compressed: 999 bytes; only answers of 1,000 to 10,000,000 bytes are"},
		{name: "C06", rule: "CACHE-255", accept: "br", fields: sized(1000), want: "br vary CACHE-252 br: the viewer accepts it, and text/html of 1000 bytes is compressed"},
		{name: "C07", rule: "CACHE-255", accept: "br", fields: sized(10_000_000), want: "br vary CACHE-252 br: the viewer accepts it, and text/html of 10000000 bytes is compressed"},
		{name: "C08", rule: "CACHE-255", accept: "br", fields: sized(10_000_001), want: "CACHE-255 not compressed: 10000001 bytes; only answers of 1,000 to 10,000,000 bytes are"},
		{name: "C09", rule: "CACHE-255", accept: "br", fields: "Content-Type: text/html\nTransfer-Encoding: chunked", want: "CACHE-255 not compressed: the answer has no Content-Length"},
		{name: "C10", rule: "CACHE-257", accept: "br", fields: typed("image/png"), want: `CACHE-257 not compressed: "image/png" is not among the types that are`},
		{name: "C11", rule: "CACHE-257", accept: "br", fields: typed("application/json; charset=utf-8"), want: "br vary CACHE-252 br: the viewer accepts it, and application/json of 5000 bytes is compressed"},
		{name: "C12", rule: "CACHE-257", accept: "br", fields: typed("font/woff2"), want: `CACHE-257 not compressed: "font/woff2" is not among the types that are`},
		{name: "C13", rule: "CACHE-254", accept: "br, gzip", fields: text + "\nContent-Encoding: gzip", want: `CACHE-254 not compressed: the origin has encoded it already, as "gzip"`},
		{name: "C14", rule: "CACHE-256", accept: "br", status: 404, fields: text, want: "br vary CACHE-252 br: the viewer accepts it, and text/html of 5000 bytes is compressed"},
		{name: "403", rule: "CACHE-256", accept: "br", status: 403, fields: text, want: "br vary CACHE-252 br: the viewer accepts it, and text/html of 5000 bytes is compressed"},
		{name: "C15", rule: "CACHE-256", accept: "br", status: 500, fields: text, want: "CACHE-256 not compressed: only answers with 200, 403 and 404 are, and this one is 500"},
		{name: "C16", rule: "CACHE-256", accept: "br", status: 201, fields: text, want: "CACHE-256 not compressed: only answers with 200, 403 and 404 are, and this one is 201"},
		{name: "part", rule: "CACHE-268", accept: "br", status: 206, fields: text, want: "CACHE-256 not compressed: only answers with 200, 403 and 404 are, and this one is 206"},
		{name: "not modified", rule: "CACHE-149", accept: "br", status: 304, fields: "ETag: \"e\"", want: "CACHE-256 not compressed: only answers with 200, 403 and 404 are, and this one is 304"},
		{name: "C19", rule: "CACHE-250", accept: "gzip, br", behavior: with(onlyGzip), fields: text, want: "gzip vary CACHE-252 gzip: the viewer accepts it, and text/html of 5000 bytes is compressed"},
		{name: "only gzip for a viewer of br", rule: "CACHE-250", accept: "br", behavior: with(onlyGzip), fields: text,
			want: "vary CACHE-252 not compressed: the viewer does not accept gzip, and cache policy Managed-CachingOptimized enables nothing else"},
		{name: "only br", rule: "CACHE-250", accept: "gzip, br", behavior: with(onlyBrotli), fields: text, want: "br vary CACHE-252 br: the viewer accepts it, and text/html of 5000 bytes is compressed"},
		{name: "only br for a viewer of gzip", rule: "CACHE-250", accept: "gzip", behavior: with(onlyBrotli), fields: text,
			want: "vary CACHE-252 not compressed: the viewer does not accept br, and cache policy Managed-CachingOptimized enables nothing else"},
		{name: "C20", rule: "CACHE-250", accept: "gzip, br", behavior: with(noCodings), fields: text, want: "CACHE-250 not compressed: cache policy Managed-CachingOptimized enables neither gzip nor Brotli"},
		{name: "C21", rule: "CACHE-250", accept: "gzip, br", behavior: with(noTimes), fields: text,
			want: "CACHE-250 not compressed: cache policy Managed-CachingOptimized caches nothing, and CloudFront compresses what it caches"},
		{name: "C22", rule: "CACHE-250", accept: "gzip, br", behavior: off, fields: text, want: "CACHE-250 not compressed: default does not say compress = true"},
		{name: "C23", rule: "CACHE-251", accept: "gzip, br", behavior: with(byForwardedValues), fields: text, want: "gzip vary CACHE-252 gzip: the viewer accepts it, and text/html of 5000 bytes is compressed"},
		{name: "legacy viewer of br", rule: "CACHE-251", accept: "br", behavior: with(byForwardedValues), fields: text,
			want: "vary CACHE-251 not compressed: the viewer does not accept gzip, and forwarded_values knows nothing else"},
		{name: "legacy without times", rule: "CACHE-270", accept: "gzip", behavior: with(byForwardedValues, noTimes), fields: text,
			want: "CACHE-270 not compressed: forwarded_values caches nothing, and CloudFront compresses what it caches"},
		{name: "legacy with all headers", rule: "CACHE-270", accept: "gzip", behavior: with(forwardedValuesOfAllHeaders), fields: text,
			want: "CACHE-270 not compressed: forwarded_values caches nothing, and CloudFront compresses what it caches"},
		{name: "C24", rule: "CACHE-253", accept: "gzip, br", old: true, fields: text, want: "vary CACHE-253 not compressed: the viewer speaks HTTP/1.0"},
		{name: "order and weights", rule: "CACHE-252", accept: "gzip;q=1, br;q=0.1", fields: text, want: "br vary CACHE-252 br: the viewer accepts it, and text/html of 5000 bytes is compressed"},
		{name: "weight of zero", rule: "CACHE-043", accept: "gzip, br;q=0", fields: text, want: "gzip vary CACHE-252 gzip: the viewer accepts it, and text/html of 5000 bytes is compressed"},
		{name: "star", rule: "CACHE-043", accept: "*", fields: text, want: "vary CACHE-252 not compressed: the viewer accepts neither br nor gzip"},
		{name: "x-gzip", rule: "CACHE-252", accept: "x-gzip, zstd", fields: text, want: "vary CACHE-252 not compressed: the viewer accepts neither br nor gzip"},
		{name: "identity", rule: "CACHE-254", accept: "br", fields: text + "\nContent-Encoding: identity", want: `CACHE-254 not compressed: the origin has encoded it already, as "identity"`},
		{name: "empty encoding", rule: "CACHE-254", accept: "br", fields: text + "\nContent-Encoding: ", want: `CACHE-254 not compressed: the origin has encoded it already, as ""`},
		{name: "no length", rule: "CACHE-255", accept: "br", fields: "Content-Type: text/html", want: "CACHE-255 not compressed: the answer has no Content-Length"},
		{name: "length that is none", rule: "CACHE-255", accept: "br", fields: "Content-Type: text/html\nContent-Length: +5000", want: "CACHE-255 not compressed: +5000 bytes; only answers of 1,000 to 10,000,000 bytes are"},
		{name: "no type", rule: "CACHE-257", accept: "br", fields: "Content-Length: 5000", want: "CACHE-257 not compressed: the answer has no Content-Type"},
		{name: "case of the type", rule: "CACHE-257", accept: "br", fields: typed("Text/HTML ;charset=x"), want: "br vary CACHE-252 br: the viewer accepts it, and Text/HTML of 5000 bytes is compressed"},
		{name: "event stream", rule: "REQ-485", accept: "br", fields: typed("text/event-stream"), want: `CACHE-257 not compressed: "text/event-stream" is not among the types that are`},
		{name: "no transform", rule: "CACHE-271", accept: "br", fields: text + "\nCache-Control: no-transform", want: "br vary CACHE-252 br: the viewer accepts it, and text/html of 5000 bytes is compressed"},
		{name: "not to be stored", rule: "CACHE-271", accept: "br", fields: text + "\nCache-Control: no-store", want: "br vary CACHE-252 br: the viewer accepts it, and text/html of 5000 bytes is compressed"},
		{name: "head", rule: "OBS-075", method: "HEAD", accept: "br", fields: text, want: "br vary CACHE-252 br: the viewer accepts it, and text/html of 5000 bytes is compressed"},
		{name: "post", rule: "CACHE-270", method: "POST", accept: "br", fields: text, want: "CACHE-270 not compressed: answers to POST are not cached, and CloudFront compresses what it caches"},
		{name: "options", rule: "CACHE-270", method: "OPTIONS", accept: "br", fields: text, want: "CACHE-270 not compressed: answers to OPTIONS are not cached, and CloudFront compresses what it caches"},
		{name: "options that are cached", rule: "CACHE-270", method: "OPTIONS", accept: "br", fields: text, want: "br vary CACHE-252 br: the viewer accepts it, and text/html of 5000 bytes is compressed",
			behavior: func(b *cloudfront.Behavior) { compresses()(b); b.CachedMethods = []string{"GET", "HEAD", "OPTIONS"} }},
		{name: "custom header that switches it off", rule: "CACHE-045", accept: "br", origin: emptied, fields: text, want: "CACHE-045 not compressed: a custom header of the origin switches Accept-Encoding off"},

		{name: "not asked for, and the viewer does not accept it", rule: "CACHE-250", accept: "-", behavior: off, fields: text},
		{name: "not asked for, in HTTP/1.0", rule: "CACHE-250", accept: "br", old: true, behavior: off, fields: text},
		{name: "not asked for, of another type", rule: "CACHE-250", accept: "br", behavior: off, fields: typed("image/png")},
		{name: "not asked for, of a post", rule: "CACHE-250", accept: "br", method: "POST", behavior: off, fields: text},

		{name: "nothing is known", rule: "CACHE-252", accept: both, open: true,
			want: "CACHE-252 br, if the answer is of a type that is compressed, such as text/html, and has a Content-Length of 1,000 to 10,000,000"},
		{name: "the type is known", rule: "CACHE-252", accept: "gzip", open: true, fields: "Content-Type: text/css", want: "CACHE-252 gzip, if the answer has a Content-Length of 1,000 to 10,000,000"},
		{name: "another type is known", rule: "CACHE-257", accept: both, open: true, fields: "Content-Type: image/png", want: `CACHE-257 not compressed: "image/png" is not among the types that are`},
		{name: "the length is known", rule: "CACHE-252", accept: both, open: true, fields: "Content-Length: 1000", want: "CACHE-252 br, if the answer is of a type that is compressed, such as text/html"},
		{name: "another length is known", rule: "CACHE-255", accept: both, open: true, fields: "Content-Length: 10", want: "CACHE-255 not compressed: 10 bytes; only answers of 1,000 to 10,000,000 bytes are"},
		{name: "chunks are known", rule: "CACHE-255", accept: both, open: true, fields: "Transfer-Encoding: chunked", want: "CACHE-255 not compressed: the answer has no Content-Length"},
		{name: "all is known", rule: "CACHE-252", accept: both, open: true, fields: text, want: "br vary CACHE-252 br: the viewer accepts it, and text/html of 5000 bytes is compressed"},
		{name: "status is known", rule: "CACHE-256", accept: both, open: true, status: 302, want: "CACHE-256 not compressed: only answers with 200, 403 and 404 are, and this one is 302"},
		{name: "nothing is known, and the viewer accepts nothing", rule: "CACHE-252", accept: "-", open: true, want: "CACHE-252 not compressed: the viewer sends no Accept-Encoding"},
		{name: "nothing is known, and it was not asked for", rule: "CACHE-250", accept: both, open: true, behavior: off, want: "CACHE-250 not compressed: default does not say compress = true"},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+strings.ReplaceAll(tt.name, " ", "-"), func(t *testing.T) {
			edit := tt.behavior
			if edit == nil {
				edit = compresses()
			}
			b, o := behaviorOf("*", "app", readWrite, edit), originOf("app", cloudfront.KindCustom, "app.example.net")
			if tt.origin != nil {
				tt.origin(o)
			}
			r := &Request{Method: "GET", Major: 1, Minor: 1}
			if tt.method != "" {
				r.Method = tt.method
			}
			if tt.old {
				r.Minor = 0
			}
			if tt.accept != "-" {
				r.Fields.Add("Accept-Encoding", tt.accept)
			}
			c := &candidate{b, policy.Compile(b, o), r, 200, fieldsOf(tt.fields), tt.open}
			if tt.status != 0 {
				c.status = tt.status
			}
			coding, varies, v := c.decide()
			got := ""
			if coding != "" {
				got = coding + " "
			}
			if varies {
				got += "vary "
			}
			got += v.Rule + " " + v.Why.String()
			if v.Action == Skip {
				got = ""
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// fieldsOf reads one field from each line.
func fieldsOf(text string) http1.Fields {
	var fields http1.Fields
	for l := range strings.SplitSeq(text, "\n") {
		if name, value, ok := strings.Cut(l, ": "); ok {
			fields.Add(name, value)
		}
	}
	return fields
}

func TestCompressedFields(t *testing.T) {
	const added = "Content-Encoding: br\nVary: Accept-Encoding"
	tests := []struct{ name, rule, fields, want string }{
		{"strong tag", "CACHE-258", `ETag: "e"`, `ETag: W/"e"` + "\n" + added},
		{"C17", "CACHE-258", `etag: W/"e"`, `etag: W/"e"` + "\n" + added},
		{"C18", "CACHE-258", "ETag: e", added},
		{"weak in lower case", "CACHE-258", `ETag: w/"e"`, added},
		{"length and ranges", "CACHE-259", "Content-Type: text/css\nContent-Length: 5000\nAccept-Ranges: bytes\nServer: AmazonS3", "Content-Type: text/css\nServer: AmazonS3\n" + added},
		{"no vary", "CACHE-260", "", added},
		{"other vary", "CACHE-260", "Vary: Origin\nServer: s", "Server: s\nContent-Encoding: br\nVary: Accept-Encoding,Origin"},
		{"vary of S3", "OBS-082", "Vary: Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
			"Content-Encoding: br\nVary: Accept-Encoding,Origin,Access-Control-Request-Headers,Access-Control-Request-Method"},
		{"several lines", "CACHE-260", "Vary: Origin, \nvary: Cookie", "Content-Encoding: br\nVary: Accept-Encoding,Origin,Cookie"},
		{"same vary", "CACHE-260", "Vary: Cookie, accept-encoding\nServer: s", "Vary: Cookie, accept-encoding\nServer: s\nContent-Encoding: br"},
		{"star", "CACHE-260", "Vary: *", "Content-Encoding: br\nVary: Accept-Encoding,*"},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+strings.ReplaceAll(tt.name, " ", "-"), func(t *testing.T) {
			if diff := cmp.Diff(fieldsOf(tt.want), compressedFields(fieldsOf(tt.fields), "br")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestCompression(t *testing.T) {
	const host, get = "app.example.net", "GET /a"
	body := strings.Repeat("<p>hello, world</p>\n", 250)
	const text = "Content-Type: text/html\nContent-Length: 5000"
	const chunked = "Content-Type: text/html\nTransfer-Encoding: chunked"
	answer := func(head string) string { return "HTTP/1.1 " + head + "\n\n" + body }
	page := answer("200 OK\n" + text + "\nAccept-Ranges: bytes\nETag: \"e\"\nServer: nginx")
	// told is what the origin receives with the codings that CloudFront passes on.
	told := func(line, codings string, more ...string) string {
		if codings == "" {
			return asked(line, host, more...)
		}
		return strings.Replace(asked(line, host, more...), "User-Agent", "Accept-Encoding: "+codings+"\nUser-Agent", 1)
	}
	accepts := func(line, codings string, more ...string) string {
		return request(line, append([]string{"Accept-Encoding: " + codings}, more...)...)
	}
	const weak = "Date: {NOW}\nETag: W/\"e\"\nServer: nginx\n"
	br := back("200 OK", chunked, weak+"Content-Encoding: br\nVary: Accept-Encoding", "Miss", body)
	gz := back("200 OK", chunked, weak+"Content-Encoding: gzip\nVary: Accept-Encoding", "Miss", body)
	plain := back("200 OK", text, "Date: {NOW}\nAccept-Ranges: bytes\nETag: \"e\"\nServer: nginx\nVary: Accept-Encoding", "Miss", body)
	site := []change{byDefault(compresses())}
	served := func(name, rule, req, answer, want, coding, saw string, site ...change) row {
		return row{name: name, rule: rule, site: site, request: req, answer: answer, want: want, coding: coding, asked: saw, reason: OriginAnswered}
	}
	onPages := func(d *cloudfront.Distribution) {
		hasOrigin("pages", cloudfront.KindCustom, "pages.example.net")(d)
		ordered("/e/*", "pages", read, compresses())(d)
		errorPage(404, "/e/404.html", 200)(d)
	}
	withPage := func(name, want, coding, codings string, site ...change) row {
		r := served(name, "CACHE-272", accepts(get, "br"), answer("404 Not Found\n"+text), want, coding, told(get, codings), site...)
		r.others = map[string]string{"pages": page}
		r.saw = map[string]string{"pages": strings.Replace(told("GET /e/404.html", "br"), host, "pages.example.net", 1)}
		return r
	}

	run(t, []row{
		served("C01", "OBS-075", accepts(get, "gzip, deflate, br"), page, br, "br", told(get, "br,gzip"), site...),
		served("C02", "CACHE-259", accepts(get, "gzip"), page, gz, "gzip", told(get, "gzip"), site...),
		served("C03", "CACHE-039", accepts(get, "deflate"), page, plain, "", told(get, "identity"), site...),
		served("C04", "OBS-076", request(get), page, plain, "", told(get, ""), site...),
		served("C05", "CACHE-255", accepts(get, "br"), "HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Length: 999\n\n"+body[:999],
			back("200 OK", "Content-Type: text/html\nContent-Length: 999", "Date: {NOW}", "Miss", body[:999]), "", told(get, "br"), site...),
		served("C06", "CACHE-255", accepts(get, "br"), "HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Length: 1000\n\n"+body[:1000],
			back("200 OK", chunked, "Date: {NOW}\nContent-Encoding: br\nVary: Accept-Encoding", "Miss", body[:1000]), "br", told(get, "br"), site...),
		served("C09", "CACHE-255", accepts(get, "br"), "HTTP/1.1 200 OK\nContent-Type: text/html\nTransfer-Encoding: chunked\n\n7d0\r\n"+body[:2000]+"\r\n0\r\n\r\n",
			back("200 OK", chunked, "Date: {NOW}", "Miss", chunk(body[:2000])), "", told(get, "br"), site...),
		served("until the connection ends", "CACHE-255", accepts(get, "br"), "HTTP/1.1 200 OK\nContent-Type: text/html\n\n"+body[:100],
			back("200 OK", chunked, "Date: {NOW}", "Miss", chunk(body[:100])), "", told(get, "br"), site...),
		served("C10", "CACHE-257", accepts(get, "br"), answer("200 OK\nContent-Type: image/png\nContent-Length: 5000"),
			back("200 OK", "Content-Type: image/png\nContent-Length: 5000", "Date: {NOW}", "Miss", body), "", told(get, "br"), site...),
		served("C13", "CACHE-265", accepts(get, "br, gzip"), answer("200 OK\n"+text+"\nContent-Encoding: gzip\nETag: \"e\""),
			back("200 OK", text, "Date: {NOW}\nContent-Encoding: gzip\nETag: \"e\"", "Miss", body), "", told(get, "br,gzip"), site...),
		served("C14", "CACHE-256", accepts(get, "br"), answer("404 Not Found\n"+text),
			back("404 Not Found", chunked, "Date: {NOW}\nContent-Encoding: br\nVary: Accept-Encoding", "Error", body), "br", told(get, "br"), site...),
		served("C15", "CACHE-256", accepts(get, "br"), answer("500 Oops\n"+text), back("500 Oops", text, "Date: {NOW}", "Error", body), "", told(get, "br"), site...),
		served("C19", "CACHE-250", accepts(get, "gzip, br"), page, gz, "gzip", told(get, "gzip"), byDefault(compresses(onlyGzip))),
		served("C20", "CACHE-250", accepts(get, "gzip, br"), page, strings.Replace(plain, "Vary: Accept-Encoding\n", "", 1), "", told(get, ""), byDefault(compresses(noCodings))),
		served("C21", "CACHE-250", accepts(get, "gzip, br"), page, strings.Replace(plain, "Vary: Accept-Encoding\n", "", 1), "", told(get, ""),
			byDefault(func(b *cloudfront.Behavior) { b.Compress = true })),
		served("C22", "CACHE-250", accepts(get, "gzip, br"), page, strings.Replace(plain, "Vary: Accept-Encoding\n", "", 1), "", told(get, "br,gzip"),
			byDefault(compresses(), func(b *cloudfront.Behavior) { b.Compress = false })),
		served("C23", "OBS-079", accepts(get, "gzip, br"), page, gz, "gzip", told(get, "gzip"), byDefault(compresses(byForwardedValues))),
		served("br alone under forwarded_values", "OBS-079", accepts(get, "br"), page, plain, "", told(get, ""), byDefault(compresses(byForwardedValues))),
		served("C24", "CACHE-253", "GET /a HTTP/1.0\nHost: www.example.com\nConnection: keep-alive\nAccept-Encoding: gzip, br\n\n", page, plain, "",
			strings.Replace(told(get, ""), "Via: 1.1", "Via: 1.0", 1), site...),
		served("head", "OBS-075", accepts("HEAD /a", "gzip, deflate, br"), page, strings.Replace(headOnly(br), "Transfer-Encoding: chunked\n", "", 1), "br", told("HEAD /a", "br,gzip"), site...),
		served("head without accept-encoding", "OBS-076", request("HEAD /a"), page, headOnly(plain), "", told("HEAD /a", ""), site...),
		served("range that the origin ignores", "CACHE-133", accepts(get, "br", "Range: bytes=0-9"), page, br, "br", told(get, "br", "Range: bytes=0-9"), site...),
		served("part", "CACHE-268", accepts(get, "br", "Range: bytes=0-1999"), "HTTP/1.1 206 Partial Content\nContent-Type: text/html\nContent-Length: 2000\nContent-Range: bytes 0-1999/5000\nETag: \"e\"\n\n"+body[:2000],
			back("206 Partial Content", "Content-Type: text/html\nContent-Length: 2000", "Date: {NOW}\nContent-Range: bytes 0-1999/5000\nETag: \"e\"", "Miss", body[:2000]), "",
			told(get, "br", "Range: bytes=0-1999"), site...),
		served("tag of a compressed answer comes back", "CACHE-146", accepts(get, "br", "If-None-Match: W/\"e\""), "HTTP/1.1 304 Not Modified\nETag: \"e\"\n\n",
			back("304 Not Modified", "", "Date: {NOW}\nETag: \"e\"", "Miss", ""), "", told(get, "br", "If-None-Match: W/\"e\""), site...),
		served("post", "CACHE-270", accepts("POST /a", "br"), page, strings.Replace(plain, "Vary: Accept-Encoding\n", "", 1), "", told("POST /a", "br"),
			byDefault(allow(readWrite), compresses())),
		served("vary of the origin", "CACHE-260", accepts(get, "br"), answer("200 OK\n"+text+"\nVary: Cookie, X-Own\nX-A: 1"),
			back("200 OK", chunked, "Date: {NOW}\nX-A: 1\nContent-Encoding: br\nVary: Accept-Encoding,Cookie", "Miss", body), "br", told(get, "br"), site...),
		served("vary that a policy removes", "CACHE-269", accepts(get, "br"), page, strings.Replace(br, "Vary: Accept-Encoding\n", "", 1), "br", told(get, "br"),
			byDefault(compresses(), decorates(&cloudfront.ResponseHeadersPolicy{Name: cloudfront.Known("p"), RemoveHeaders: []string{"Vary", "Content-Encoding"}}))),

		withPage("error page under its own behavior", strings.Replace(br, "X-Cache: Miss", "X-Cache: Error", 1), "br", "", onPages),
		withPage("error page in place of an answer that is compressed", strings.Replace(br, "X-Cache: Miss", "X-Cache: Error", 1), "br", "br", onPages, byDefault(compresses())),
		{name: "refusal of CloudFront", rule: "CACHE-254", site: site, request: accepts("POST /a", "br"), want: refused("403 Forbidden", methodRefused, "keep-alive"), reason: MethodNotAllowed},
	})
}

// TestCompressionOfBuckets serves the object of OBS-075 and OBS-076 from a directory.
func TestCompressionOfBuckets(t *testing.T) {
	css := strings.Repeat("body{margin:0}\n", 543)[:8144]
	dir := "dir:" + directory(t, map[string]string{"site.css": css})
	bucket := hasOrigin("app", cloudfront.KindS3, "bucket.s3.eu-west-1.amazonaws.com", func(o *cloudfront.Origin) {
		o.Bucket = &cloudfront.Bucket{Name: cloudfront.Known("bucket"), GetObject: cloudfront.Granted, ListBucket: cloudfront.Granted,
			Objects: []*cloudfront.Object{{Key: "site.css", CacheControl: "public,max-age=31536000,immutable", ContentType: "text/css"}}}
	})
	site := []change{bucket, byDefault(compresses())}
	const origin = "Date: {NOW}\nLast-Modified: Fri, 02 Jan 2026 03:04:05 GMT\nETag: %s\nx-amz-server-side-encryption: AES256\n" +
		"Cache-Control: public,max-age=31536000,immutable\n%sServer: AmazonS3\n"
	const tag = `"f463c0cff32f05d820fc17efbef9dda5"`
	packed := func(lead, coding, body string) string {
		return back("200 OK", "Content-Type: text/css"+lead, fmt.Sprintf(origin, "W/"+tag, "")+"Content-Encoding: "+coding+"\nVary: Accept-Encoding", "Miss", body)
	}
	plain := back("200 OK", "Content-Type: text/css\nContent-Length: 8144", fmt.Sprintf(origin, tag, "Accept-Ranges: bytes\n")+"Vary: Accept-Encoding", "Miss", css)
	part := back("206 Partial Content", "Content-Type: text/css\nContent-Length: 10",
		strings.TrimSuffix(strings.Replace(fmt.Sprintf(origin, tag, "Accept-Ranges: bytes\n"), "Server", "Content-Range: bytes 0-9/8144\nServer", 1), "\n"), "Miss", css[:10])
	served := func(name, rule, req, want, coding string) row {
		return row{name: name, rule: rule, site: site, answer: dir, request: req, want: want, coding: coding, reason: OriginAnswered}
	}
	const both = "Accept-Encoding: gzip, deflate, br"
	run(t, []row{
		served("head", "OBS-075", request("HEAD /site.css", both), packed("", "br", ""), "br"),
		served("get", "OBS-075", request("GET /site.css", both), packed("\nTransfer-Encoding: chunked", "br", css), "br"),
		served("gzip", "OBS-078", request("GET /site.css", "Accept-Encoding: gzip"), packed("\nTransfer-Encoding: chunked", "gzip", css), "gzip"),
		served("head without accept-encoding", "OBS-076", request("HEAD /site.css"), headOnly(plain), ""),
		served("get without accept-encoding", "OBS-076", request("GET /site.css"), plain, ""),
		served("range", "OBS-097", request("GET /site.css", both, "Range: bytes=0-9"), part, ""),
		served("several ranges", "REQ-499", request("GET /site.css", "Range: bytes=0-9,20-29"), plain, ""),
		served("ranges in disorder", "REQ-492", request("GET /site.css", "Range: bytes=20-29,0-9"), plain, ""),
		served("weak tag of the compressed object", "CACHE-146", request("GET /site.css", both, "If-None-Match: W/"+tag),
			back("304 Not Modified", "", "Date: {NOW}\nLast-Modified: Fri, 02 Jan 2026 03:04:05 GMT\nETag: "+tag+"\nx-amz-server-side-encryption: AES256\n"+
				"Cache-Control: public,max-age=31536000,immutable\nServer: AmazonS3", "Miss", ""), ""),
		served("weak tag of the compressed object in a range", "REQ-496", request("GET /site.css", both, "Range: bytes=0-9", "If-Range: W/"+tag),
			packed("\nTransfer-Encoding: chunked", "br", css), "br"),
	})
}

// TestExplainCompression explains without knowing the origin's answer.
func TestExplainCompression(t *testing.T) {
	e, err := New(&cloudfront.Config{Distributions: []*cloudfront.Distribution{distributionOf(byDefault(compresses()))}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := &Request{Method: "GET", Path: "/a", Scheme: "https", Host: "www.example.com", Major: 1, Minor: 1,
		Fields: http1.Fields{{Name: "Host", Value: "www.example.com"}, {Name: "Accept-Encoding", Value: "gzip, br"}}}
	tests := []struct{ name, fields, want, encoding string }{
		{"nothing known", "", "br, if the answer is of a type that is compressed, such as text/html, and has a Content-Length of 1,000 to 10,000,000", ""},
		{"type and length known", "Content-Type: text/html\nContent-Length: 5000", "br: the viewer accepts it, and text/html of 5000 bytes is compressed", "br"},
	}
	for _, tt := range tests {
		t.Run("CACHE-252/"+strings.ReplaceAll(tt.name, " ", "-"), func(t *testing.T) {
			x := e.Explain(t.Context(), r, Assume{Fields: fieldsOf(tt.fields)})
			s := step(x, compress.Name)
			if diff := cmp.Diff([]string{tt.want, tt.encoding, line(25).String()},
				[]string{s.Why.String(), x.Response.Fields.Get("Content-Encoding"), s.Source.String()}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
