package edge

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"edgecase/config/cloudfront"
)

// TestRanges asks for parts where nothing is cached (section 15 of the request rules).
func TestRanges(t *testing.T) {
	const host, get = "app.example.net", "GET /a"
	const whole = "HTTP/1.1 200 OK\nContent-Type: text/plain\nContent-Length: 5\nAccept-Ranges: bytes\n\nhello"
	const part = "HTTP/1.1 206 Partial Content\nContent-Type: text/plain\nContent-Length: 2\nContent-Range: bytes 0-1/5\n\nhe"
	wholeBack := back("200 OK", "Content-Type: text/plain\nContent-Length: 5", "Date: {NOW}\nAccept-Ranges: bytes", "Miss", "hello")
	partBack := back("206 Partial Content", "Content-Type: text/plain\nContent-Length: 2", "Date: {NOW}\nContent-Range: bytes 0-1/5", "Miss", "he")
	const multipart = "Content-Type: multipart/byteranges; boundary=b\nContent-Length: 9"
	all := byDefault(allow(readWrite))
	served := func(name, rule, req, answer, want, saw string, site ...change) row {
		return row{name: name, rule: rule, site: site, request: req, answer: answer, want: want, asked: saw, reason: OriginAnswered}
	}
	// ignored is a Range that the origin does not get; kept is one that it gets.
	ignored := func(name, rule string, ranges ...string) row {
		return served(name, rule, request(get, ranges...), whole, wholeBack, asked(get, host))
	}
	kept := func(name, rule string, ranges ...string) row {
		return served(name, rule, request(get, ranges...), part, partBack, asked(get, host, ranges...))
	}
	const missing = "HTTP/1.1 416 Range Not Satisfiable\nContent-Type: text/plain\nContent-Range: bytes */5\nContent-Length: 2\n\nno"
	run(t, []row{
		kept("part", "REQ-490", "Range: bytes=0-1"),
		kept("to the end", "REQ-490", "Range: bytes=3-"),
		kept("last bytes", "REQ-490", "Range: bytes=-2"),
		kept("case of the unit", "REQ-490", "Range: Bytes=0-1"),
		kept("another unit", "REQ-490", "Range: items=5-1"),
		kept("beyond the end", "REQ-490", "Range: bytes=100-200"),
		kept("beyond every end", "REQ-490", "Range: bytes=99999999999999999999-"),
		kept("several", "REQ-492", "Range: bytes=0-1,3-4, 6-"),
		kept("several that touch", "REQ-492", "Range: bytes=0-1,2-2,-1"),
		kept("with a condition", "REQ-496", "Range: bytes=0-1", "If-Range: \"a\""),
		ignored("out of order", "REQ-492", "Range: bytes=3-4,0-1"),
		ignored("overlapping", "REQ-492", "Range: bytes=0-3,3-4"),
		ignored("after the last bytes", "REQ-492", "Range: bytes=-2,0-1"),
		ignored("after the end", "REQ-492", "Range: bytes=2-,4-"),
		ignored("backwards", "REQ-492", "Range: bytes=4-3"),
		ignored("malformed", "REQ-492", "Range: bytes=a-b"),
		ignored("one of them malformed", "REQ-492", "Range: bytes=0-1,x"),
		ignored("empty", "REQ-492", "Range: bytes="),
		ignored("twice", "REQ-492", "Range: bytes=0-1", "Range: bytes=3-4"),

		served("several parts", "REQ-491", request(get, "Range: bytes=0-1,3-4"), "HTTP/1.1 206 Partial Content\n"+multipart+"\n\nmultipart",
			back("206 Partial Content", multipart, "Date: {NOW}", "Miss", "multipart"), asked(get, host, "Range: bytes=0-1,3-4")),
		served("origin that ignores it", "CACHE-133", request(get, "Range: bytes=0-1"), whole, wholeBack, asked(get, host, "Range: bytes=0-1")),
		served("origin that answers in chunks", "REQ-493", request(get, "Range: bytes=0-1"), "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n5\r\nhello\r\n0\r\n\r\n",
			back("200 OK", "Transfer-Encoding: chunked", "Date: {NOW}", "Miss", chunk("hello")), asked(get, host, "Range: bytes=0-1")),
		served("post", "REQ-495", request("POST /a", "Range: bytes=3-4,0-1"), whole, wholeBack, asked("POST /a", host, "Range: bytes=3-4,0-1"), all),
		served("head", "REQ-490", request("HEAD /a", "Range: bytes=0-1"), part, headOnly(partBack), asked("HEAD /a", host, "Range: bytes=0-1")),
		served("head that the origin answers in full", "REQ-491", request("HEAD /a", "Range: bytes=3-4,0-1"), whole, headOnly(wholeBack), asked("HEAD /a", host, "Range: bytes=3-4,0-1")),
		served("unsatisfiable", "REQ-500", request(get, "Range: bytes=9-"), missing,
			back("416 Range Not Satisfiable", "Content-Type: text/plain\nContent-Length: 2", "Date: {NOW}\nContent-Range: bytes */5", "Error", "no"), asked(get, host, "Range: bytes=9-")),
		served("unsatisfiable head", "REQ-500", request("HEAD /a", "Range: bytes=9-"), missing,
			headOnly(back("416 Range Not Satisfiable", "Content-Type: text/plain\nContent-Length: 2", "Date: {NOW}\nContent-Range: bytes */5", "Error", "")), asked("HEAD /a", host, "Range: bytes=9-")),
		{name: "page in place of an unsatisfiable range", rule: "REQ-500", request: request(get, "Range: bytes=9-", "If-Range: \"a\""), reason: OriginAnswered,
			site:    []change{errorPage(416, "/e/416.html", 200)},
			answers: map[string]string{"": missing, "GET /e/416.html": whole},
			want:    closing(strings.Replace(wholeBack, "X-Cache: Miss", "X-Cache: Error", 1)),
			asked:   asked(get, host, "Range: bytes=9-", "If-Range: \"a\"") + asked("GET /e/416.html", host)},
	})
}

// TestConditions asks under conditions where nothing is cached: the origin decides.
func TestConditions(t *testing.T) {
	const host, get = "app.example.net", "GET /a"
	served := func(name, rule, condition, answer, want string, site ...change) row {
		return row{name: name, rule: rule, site: site, request: request(get, condition), answer: answer, want: want, asked: asked(get, host, condition), reason: OriginAnswered}
	}
	const unmodified = "HTTP/1.1 304 Not Modified\nETag: \"a\"\nVary: X-Own, Cookie\nSet-Cookie: a=1\nContent-Length: 5\nServer: s\n\n"
	unmodifiedBack := back("304 Not Modified", "Content-Length: 5", "Date: {NOW}\nETag: \"a\"\nVary: Cookie\nServer: s", "Miss", "")
	failed := back("412 Precondition Failed", "Content-Length: 2", "Date: {NOW}", "Error", "no")
	const fails = "HTTP/1.1 412 Precondition Failed\nContent-Length: 2\n\nno"
	const since = "Tue, 24 Nov 2026 11:00:00 GMT"
	run(t, []row{
		served("tag", "REQ-281", "If-None-Match: \"a\"", unmodified, unmodifiedBack),
		served("date", "REQ-281", "If-Modified-Since: "+since, unmodified, unmodifiedBack),
		served("other tag", "REQ-496", "If-None-Match: \"b\"", hello, helloBack),
		served("same tag of an origin that does not care", "REQ-496", "If-None-Match: \"a\"", "HTTP/1.1 200 OK\nContent-Length: 5\nETag: \"a\"\n\nhello",
			back("200 OK", "Content-Length: 5", "Date: {NOW}\nETag: \"a\"", "Miss", "hello")),
		served("tag that must be", "REQ-496", "If-Match: \"a\"", fails, failed),
		served("date that must be", "REQ-496", "If-Unmodified-Since: "+since, fails, failed),
		served("no page in place of a failed condition", "REQ-432", "If-Match: \"a\"", fails, failed, errorPage(404, "/404.html", 200)),
		{name: "where cookies are forwarded", rule: "REQ-498", request: request(get, "If-None-Match: \"a\"", "If-Modified-Since: "+since, "If-Match: \"b\""), reason: OriginAnswered, want: helloBack,
			site:  []change{byDefault(legacy(func(p *cloudfront.CachePolicy) { p.Cookies.Behavior = cloudfront.SelectAll }))},
			asked: asked(get, host, "If-Match: \"b\"")},
	})
}

// TestHeadWithBody asks origins that send a body where there is none: it is nobody's, and not the beginning of the next
// answer either.
func TestHeadWithBody(t *testing.T) {
	for name, answer := range map[string]string{
		"of a length": "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello",
		"in chunks":   "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
		"of a 304":    "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\nhello",
	} {
		t.Run("REQ-287/"+strings.ReplaceAll(name, " ", "-"), func(t *testing.T) {
			run := startAt(t, handler(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/head" {
					io.WriteString(w, "world")
					return
				}
				c, rw, err := w.(http.Hijacker).Hijack()
				if err != nil {
					t.Error(err)
					return
				}
				defer c.Close()
				io.WriteString(c, answer)
				io.Copy(io.Discard, rw) // the connection stays
			}))
			c := dial(t, run)
			c.write("HEAD /head HTTP/1.1\r\nHost: localhost\r\n\r\n")
			head := c.until("\r\n\r\n")
			if got, want := strings.Contains(head, "\r\nContent-Length: 5\r\n"), strings.Contains(answer, "Content-Length: 5"); got != want || strings.Contains(head, "chunked") {
				t.Errorf("head %q", head)
			}
			c.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
			if head := c.until("\r\n\r\n"); !strings.HasPrefix(head, "HTTP/1.1 200 OK\r\n") {
				t.Errorf("next head %q", head)
			}
			c.expect("world")
		})
	}
}
