package http1

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadRequest(t *testing.T) {
	long := func(n int) string { return strings.Repeat("x", n) }
	// "https://" + "h" + target is what is counted, REQ-141.
	const room = 8192 - len("https://h")
	tests := []struct {
		name, rule, text string
		want             seen
	}{
		{"origin form", "REQ-060", "GET /a/../b?c=%zz&&d HTTP/1.1\r\nHost: h\r\n\r\n", seen{"GET", "/a/../b?c=%zz&&d", "h", "", ""}},
		{"empty query", "REQ-060", "GET /a? HTTP/1.1\r\nHost: h\r\n\r\n", seen{"GET", "/a?", "h", "", ""}},
		{"two question marks", "REQ-060", "GET /a??b HTTP/1.1\r\nHost: h\r\n\r\n", seen{"GET", "/a??b", "h", "", ""}},
		{"double slash", "REQ-060", "GET //x/y HTTP/1.1\r\nHost: h\r\n\r\n", seen{"GET", "//x/y", "h", "", ""}},
		{"colon in path", "REQ-060", "GET /http://x/ HTTP/1.1\r\nHost: h\r\n\r\n", seen{"GET", "/http://x/", "h", "", ""}},
		{"raw UTF-8", "REQ-063", "GET /\xc3\xa4|{}\"\\ HTTP/1.1\r\nHost: h\r\n\r\n", seen{"GET", "/\xc3\xa4|{}\"\\", "h", "", ""}},
		{"escapes stay", "REQ-060", "GET /%2f%00%zz?x HTTP/1.1\r\nHost: h\r\n\r\n", seen{"GET", "/%2f%00%zz?x", "h", "", BadTarget}},
		{"escape cut short", "REQ-150", "GET /a%4 HTTP/1.1\r\nHost: h\r\n\r\n", seen{"GET", "/a%4", "h", "", BadTarget}},
		{"escape cut at the query", "REQ-150", "GET /a%?4 HTTP/1.1\r\nHost: h\r\n\r\n", seen{"GET", "/a%?4", "h", "", BadTarget}},
		{"absolute form", "REQ-069", "GET http://other:81/x?y HTTP/1.1\r\nHost: h\r\n\r\n", seen{"GET", "/x?y", "other:81", "", ""}},
		{"absolute form without path", "REQ-069", "GET HTTPS://other?y HTTP/1.1\r\nHost: h\r\n\r\n", seen{"GET", "/?y", "other", "", ""}},
		{"absolute form without anything", "REQ-069", "GET http://other HTTP/1.1\r\nHost: h\r\n\r\n", seen{"GET", "/", "other", "", ""}},
		{"absolute form, user", "REQ-069", "GET http://u@other/ HTTP/1.1\r\nHost: h\r\n\r\n", seen{"GET", "", "h", "", BadTarget}},
		{"absolute form, no authority", "REQ-069", "GET http:///x HTTP/1.1\r\nHost: h\r\n\r\n", seen{"GET", "", "h", "", BadTarget}},
		{"absolute form, other scheme", "REQ-069", "GET ftp://x/ HTTP/1.1\r\nHost: h\r\n\r\n", seen{"GET", "", "h", "", BadTarget}},
		{"absolute form, no Host", "REQ-015", "GET http://other/ HTTP/1.1\r\n\r\n", seen{"GET", "/", "other", "", BadHost}},
		{"asterisk form", "REQ-069", "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", seen{"OPTIONS", "", "h", "", BadTarget}},
		{"authority form", "REQ-069", "CONNECT h:443 HTTP/1.1\r\nHost: h\r\n\r\n", seen{"CONNECT", "", "h", "", BadTarget}},
		{"no slash", "REQ-069", "GET a HTTP/1.1\r\nHost: h\r\n\r\n", seen{"GET", "", "h", "", BadTarget}},
		{"fragment", "REQ-150", "GET /a#b HTTP/1.1\r\nHost: h\r\n\r\n", seen{"GET", "/a#b", "h", "", BadSyntax}},
		{"blank in target", "REQ-150", "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n", seen{"GET", "/a", "h", "", BadSyntax}},
		{"tab in target", "REQ-150", "GET /a\tb HTTP/1.1\r\nHost: h\r\n\r\n", seen{"GET", "/a\tb", "h", "", BadSyntax}},
		{"NUL in target", "REQ-150", "GET /a\x00b HTTP/1.1\r\nHost: h\r\n\r\n", seen{"GET", "/a\x00b", "h", "", BadSyntax}},
		{"bare CR in target", "REQ-150", "GET /a\rb HTTP/1.1\r\nHost: h\r\n\r\n", seen{"GET", "/a\rb", "h", "", BadSyntax}},
		{"two blanks", "REQ-150", "GET  /a HTTP/1.1\r\nHost: h\r\n\r\n", seen{"GET", "", "h", "", BadSyntax}},
		{"blank at the end", "REQ-150", "GET /a HTTP/1.1 \r\nHost: h\r\n\r\n", seen{"GET", "/a", "h", "", BadSyntax}},
		{"tab as separator", "REQ-150", "GET\t/a\tHTTP/1.1\r\nHost: h\r\n\r\n", seen{"", "", "h", "", BadSyntax}},
		{"invalid method", "REQ-150", "G(T /a HTTP/1.1\r\nHost: h\r\n\r\n", seen{"", "", "h", "", BadSyntax}},
		{"lower-case method", "REQ-088", "get /a HTTP/1.1\r\nHost: h\r\n\r\n", seen{"get", "/a", "h", "", ""}},
		{"HTTP/0.9", "REQ-150", "GET /a\r\n", seen{"GET", "/a", "", "", BadSyntax}},
		{"HTTP/1.2", "REQ-150", "GET /a HTTP/1.2\r\nHost: h\r\n\r\n", seen{"GET", "/a", "h", "", BadSyntax}},
		{"HTTP/2.0", "REQ-150", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", seen{"PRI", "", "", "", BadSyntax}},
		{"lower-case version", "REQ-150", "GET /a http/1.1\r\nHost: h\r\n\r\n", seen{"GET", "/a", "h", "", BadSyntax}},
		{"version with zeros", "REQ-150", "GET /a HTTP/1.01\r\nHost: h\r\n\r\n", seen{"GET", "/a", "h", "", BadSyntax}},
		{"TLS", "REQ-150", "\x16\x03\x01\x02\x00", seen{"", "", "", "", BadSyntax}},
		{"LF only", "REQ-150", "GET /a HTTP/1.1\nHost: h\n\n", seen{"GET", "/a", "h", "", BadSyntax}},
		{"no Host", "REQ-015", "GET /a HTTP/1.1\r\n\r\n", seen{"GET", "/a", "", "", BadHost}},
		{"two Hosts", "REQ-015", "GET /a HTTP/1.1\r\nHost: h\r\nHost: i\r\n\r\n", seen{"GET", "/a", "i", "", BadHost}},
		{"two equal Hosts", "REQ-015", "GET /a HTTP/1.1\r\nHost: h\r\nhost: h\r\n\r\n", seen{"GET", "/a", "h", "", BadHost}},
		{"Host list", "REQ-015", "GET /a HTTP/1.1\r\nHost: h, i\r\n\r\n", seen{"GET", "/a", "h, i", "", BadHost}},
		{"Host with a port that is none", "REQ-015", "GET /a HTTP/1.1\r\nHost: name:abc\r\n\r\n", seen{"GET", "/a", "name:abc", "", BadHost}},
		{"IPv6 host with a port that is none", "REQ-015", "GET /a HTTP/1.1\r\nHost: [::1]:8x\r\n\r\n", seen{"GET", "/a", "[::1]:8x", "", BadHost}},
		{"IPv6 host with a port", "REQ-005", "GET /a HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", seen{"GET", "/a", "[::1]:80", "", ""}},
		{"Host with an empty port", "REQ-005", "GET /a HTTP/1.1\r\nHost: name:\r\n\r\n", seen{"GET", "/a", "name:", "", ""}},
		{"Host with path", "REQ-015", "GET /a HTTP/1.1\r\nHost: h/x\r\n\r\n", seen{"GET", "/a", "h/x", "", BadHost}},
		{"Host with user", "REQ-015", "GET /a HTTP/1.1\r\nHost: u@h\r\n\r\n", seen{"GET", "/a", "u@h", "", BadHost}},
		{"IPv6 Host", "REQ-005", "GET /a HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", seen{"GET", "/a", "[::1]:80", "", ""}},
		{"HTTP/1.0 without Host", "REQ-016", "GET /a HTTP/1.0\r\n\r\n", seen{"GET", "/a", "", "", ""}},
		{"empty lines first", "REQ-150", "\r\n\r\nGET /a HTTP/1.1\r\nHost: h\r\n\r\n", seen{"GET", "/a", "h", "", ""}},
		{"too many empty lines", "REQ-150", "\r\n\r\n\r\n\r\n\r\nGET /a HTTP/1.1\r\nHost: h\r\n\r\n", seen{"", "", "h", "", BadSyntax}},
		{"other expectation", "REQ-259", "GET /a HTTP/1.1\r\nHost: h\r\nExpect: magic\r\n\r\n", seen{"GET", "/a", "h", "", ""}},
		{"cut in the line", "REQ-261", "GET /a", seen{"GET", "/a", "", "", Unterminated}},
		{"cut in the fields", "REQ-261", "GET /a HTTP/1.1\r\nHost: h\r\nX-", seen{"GET", "/a", "h", "", Unterminated}},
		{"cut in the body", "REQ-261", "PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc", seen{"PUT", "/a", "h", "abc", Unterminated}},
		{"cut in a chunk", "REQ-261", "PUT /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc", seen{"PUT", "/a", "h", "abc", Unterminated}},
		{"cut before the last chunk", "REQ-261", "PUT /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", seen{"PUT", "/a", "h", "abc", Unterminated}},
		{"cut before the last empty line", "REQ-261", "PUT /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", seen{"PUT", "/a", "h", "", Unterminated}},
		{"longest URL", "REQ-141", "GET /" + long(room-1) + " HTTP/1.1\r\nHost: h\r\n\r\n", seen{"GET", "/" + long(room-1), "h", "", ""}},
		{"URL too long", "REQ-142", "GET /" + long(room) + " HTTP/1.1\r\nHost: h\r\n\r\n", seen{"GET", "/" + long(room), "h", "", URLTooLong}},
		{"query too long", "REQ-142", "GET /?" + long(room-1) + " HTTP/1.1\r\nHost: h\r\n\r\n", seen{"GET", "/?" + long(room-1), "h", "", URLTooLong}},
		{"URL beyond the head", "REQ-142", "GET /" + long(40000), seen{"GET", "/" + long(32768-5), "", "", URLTooLong}},
		{"largest head", "REQ-140", "GET /a HTTP/1.1\r\nHost: h\r\nX: " + long(32768-33) + "\r\n\r\n", seen{"GET", "/a", "h", "", ""}},
		{"head too large", "REQ-143", "GET /a HTTP/1.1\r\nHost: h\r\nX: " + long(32768-32) + "\r\n\r\n", seen{"GET", "/a", "h", "", HeadTooLarge}},
		{"head much too large", "REQ-143", "GET /a HTTP/1.1\r\nHost: h\r\n" + strings.Repeat("X: y\r\n", 99999), seen{"GET", "/a", "h", "", HeadTooLarge}},
		{"method without end", "REQ-143", long(99999), seen{"", "", "", "", HeadTooLarge}},
		{"body too large", "REQ-147", "PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999\r\n\r\n", seen{"PUT", "/a", "h", "", BodyTooLarge}},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			got := readAll(strings.NewReader(tt.text))
			if len(got) != 1 {
				t.Fatalf("read %d requests, want 1: %v", len(got), got)
			}
			if diff := cmp.Diff(tt.want, got[0]); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestRequestKeepsWhatWasWritten(t *testing.T) {
	head := "POST /a?b HTTP/1.1\r\nx-B: 1\r\nHost:  h \r\nX-A:\r\nx-b: 2\r\ncookie: \xff\r\nContent-Length: 0\r\n\r\n"
	c := NewConn(newScript("\r\n"+head), ConnOptions{Scheme: "https"})
	got, err := c.ReadRequest(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	want := Fields{{"x-B", "1"}, {"Host", "h"}, {"X-A", ""}, {"x-b", "2"}, {"cookie", "\xff"}, {"Content-Length", "0"}}
	if diff := cmp.Diff(want, got.Fields); diff != "" {
		t.Errorf("fields (-want +got)\n%s", diff)
	}
	if got.Scheme != "https" || got.HeadBytes != len(head) || !got.HasLength || got.Target() != "/a?b" {
		t.Errorf("got %+v", got)
	}
}

func TestPipelining(t *testing.T) {
	text := "GET /1 HTTP/1.1\r\nHost: h\r\n\r\n" +
		"POST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc" +
		"POST /3 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n" +
		"GET /4 HTTP/1.1\r\nHost: h\r\n\r\n"
	conn := newScript(text)
	c := NewConn(conn, ConnOptions{})
	for _, want := range []string{"/1", "/2", "/3", "/4"} {
		r, err := c.ReadRequest(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if r.Path != want || !c.KeepAlive() {
			t.Fatalf("path %q, keep alive %v, want %q, true", r.Path, c.KeepAlive(), want)
		}
		// The bodies are left unread: the connection finds the next request by itself.
		if _, err := c.WriteResponse(r, &Response{Status: 204}, false); err != nil {
			t.Fatal(err)
		}
	}
	if got := strings.Count(conn.sent.String(), "HTTP/1.1 204 No Content\r\n\r\n"); got != 4 {
		t.Errorf("wrote %q", conn.sent.String())
	}
}
