package http1

import (
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// TestSmuggling holds the requests of the public catalogues: each is refused, or can be understood in one way only.
// Every case ends in a second request, which a wrong understanding would take for a body or the other way round.
func TestSmuggling(t *testing.T) {
	const hidden = "GET /hidden HTTP/1.1\r\nHost: h\r\n\r\n"
	post := func(fields, rest string) string {
		return "POST /a HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n" + rest
	}
	coded := func(field string) string { return post(field, "5\r\nhello\r\n0\r\n\r\n"+hidden) }
	refused := func(kind ErrorKind) []seen { return []seen{{Method: "POST", Target: "/a", Host: "h", Kind: kind}} }
	broken := func(body string) []seen {
		return []seen{{Method: "POST", Target: "/a", Host: "h", Body: body, Kind: BadFraming}}
	}
	both := func(body string) []seen {
		return []seen{{Method: "POST", Target: "/a", Host: "h", Body: body}, {Method: "GET", Target: "/hidden", Host: "h"}}
	}
	tests := []struct {
		name, rule, text string
		want             []seen
	}{
		{"plain length", "REQ-150", post("Content-Length: 5\r\n", "hello"+hidden), both("hello")},
		{"plain chunks", "REQ-253", coded("Transfer-Encoding: chunked\r\n"), both("hello")},
		{"CL.TE", "REQ-150", coded("Content-Length: 6\r\nTransfer-Encoding: chunked\r\n"), refused(BadFraming)},
		{"TE.CL", "REQ-150", coded("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n"), refused(BadFraming)},
		{"TE.CL with length 0", "REQ-150", coded("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n"), refused(BadFraming)},
		{"CL.CL", "REQ-150", post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"+hidden), refused(BadFraming)},
		{"CL.CL by case", "REQ-150", post("Content-Length: 5\r\ncontent-length: 6\r\n", "hello"+hidden), refused(BadFraming)},
		{"CL.CL equal", "REQ-150", post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"+hidden), both("hello")},
		{"CL.0", "REQ-152", post("", hidden), both("")},
		{"length list", "REQ-150", post("Content-Length: 5, 5\r\n", "hello"+hidden), refused(BadFraming)},
		{"length list differing", "REQ-150", post("Content-Length: 5,6\r\n", "hello"+hidden), refused(BadFraming)},
		{"length with sign", "REQ-150", post("Content-Length: +5\r\n", "hello"+hidden), refused(BadFraming)},
		{"length negative", "REQ-150", post("Content-Length: -5\r\n", "hello"+hidden), refused(BadFraming)},
		{"length hexadecimal", "REQ-150", post("Content-Length: 0x5\r\n", "hello"+hidden), refused(BadFraming)},
		{"length underscore", "REQ-150", post("Content-Length: 1_0\r\n", "hello"+hidden), refused(BadFraming)},
		{"length decimal point", "REQ-150", post("Content-Length: 5.0\r\n", "hello"+hidden), refused(BadFraming)},
		{"length exponent", "REQ-150", post("Content-Length: 5e0\r\n", "hello"+hidden), refused(BadFraming)},
		{"length with inner blank", "REQ-150", post("Content-Length: 5 0\r\n", "hello"+hidden), refused(BadFraming)},
		{"length empty", "REQ-150", post("Content-Length:\r\n", "hello"+hidden), refused(BadFraming)},
		{"length overflows", "REQ-150", post("Content-Length: 18446744073709551621\r\n", "hello"+hidden), refused(BadFraming)},
		{"length overflows 63 bits", "REQ-150", post("Content-Length: 9223372036854775808\r\n", "hello"+hidden), refused(BadFraming)},
		{"length full-width digit", "REQ-150", post("Content-Length: \uff15\r\n", "hello"+hidden), refused(BadFraming)},
		{"length between blanks", "REQ-150", post("Content-Length: \t5 \r\n", "hello"+hidden), both("hello")},
		{"length leading zeros", "REQ-150", post("Content-Length: 005\r\n", "hello"+hidden), both("hello")},
		{"length after vertical tab", "REQ-150", post("Content-Length: \v5\r\n", "hello"+hidden), refused(BadSyntax)},

		{"TE xchunked", "REQ-255", coded("Transfer-Encoding: xchunked\r\n"), refused(BadFraming)},
		{"TE identity", "REQ-255", coded("Transfer-Encoding: identity\r\n"), refused(BadFraming)},
		{"TE cow", "REQ-255", coded("Transfer-Encoding: cow\r\n"), refused(BadFraming)},
		{"TE empty", "REQ-255", coded("Transfer-Encoding:\r\n"), refused(BadFraming)},
		{"TE chunked, identity", "REQ-255", coded("Transfer-Encoding: chunked, identity\r\n"), refused(BadFraming)},
		{"TE identity, chunked", "REQ-255", coded("Transfer-Encoding: identity, chunked\r\n"), refused(BadFraming)},
		{"TE gzip, chunked", "REQ-255", coded("Transfer-Encoding: gzip, chunked\r\n"), refused(BadFraming)},
		{"TE chunked, gzip", "REQ-255", coded("Transfer-Encoding: chunked, gzip\r\n"), refused(BadFraming)},
		{"TE chunked, chunked", "REQ-255", coded("Transfer-Encoding: chunked, chunked\r\n"), refused(BadFraming)},
		{"TE trailing comma", "REQ-255", coded("Transfer-Encoding: chunked,\r\n"), refused(BadFraming)},
		{"TE leading comma", "REQ-255", coded("Transfer-Encoding: ,chunked\r\n"), refused(BadFraming)},
		{"TE parameter", "REQ-255", coded("Transfer-Encoding: chunked;q=1\r\n"), refused(BadFraming)},
		{"TE quoted", "REQ-255", coded("Transfer-Encoding: \"chunked\"\r\n"), refused(BadFraming)},
		{"TE twice", "REQ-255", coded("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), refused(BadFraming)},
		{"TE twice, second unknown", "REQ-255", coded("Transfer-Encoding: chunked\r\nTransfer-encoding: x\r\n"), refused(BadFraming)},
		{"TE twice, first unknown", "REQ-255", coded("Transfer-Encoding: x\r\nTransfer-encoding: chunked\r\n"), refused(BadFraming)},
		{"TE upper case", "REQ-253", coded("TRANSFER-ENCODING: CHUNKED\r\n"), both("hello")},
		{"TE without blank", "REQ-253", coded("Transfer-Encoding:chunked\r\n"), both("hello")},
		{"TE after blanks and tab", "REQ-253", coded("Transfer-Encoding: \tchunked\t \r\n"), both("hello")},
		{"TE after vertical tab", "REQ-150", coded("Transfer-Encoding:\vchunked\r\n"), refused(BadSyntax)},
		{"TE after form feed", "REQ-150", coded("Transfer-Encoding: \fchunked\r\n"), refused(BadSyntax)},
		{"TE with DEL", "REQ-150", coded("Transfer-Encoding: chunked\x7f\r\n"), refused(BadSyntax)},
		{"TE with NUL", "REQ-150", coded("Transfer-Encoding: chunked\x00\r\n"), refused(BadSyntax)},
		{"TE after no-break space", "REQ-255", coded("Transfer-Encoding: \xa0chunked\r\n"), refused(BadFraming)},
		{"TE space before colon", "REQ-150", coded("Transfer-Encoding : chunked\r\n"), refused(BadSyntax)},
		{"TE tab before colon", "REQ-150", coded("Transfer-Encoding\t: chunked\r\n"), refused(BadSyntax)},
		{"TE leading space", "REQ-150", coded(" Transfer-Encoding: chunked\r\n"), refused(BadSyntax)},
		{"TE leading tab", "REQ-150", coded("X: y\r\n\tTransfer-Encoding: chunked\r\n"), refused(BadSyntax)},
		{"TE folded value", "REQ-150", coded("Transfer-Encoding:\r\n chunked\r\n"), refused(BadSyntax)},
		{"TE control in name", "REQ-150", coded("Transfer\x01Encoding: chunked\r\n"), refused(BadSyntax)},
		{"TE NUL in name", "REQ-150", coded("\x00Transfer-Encoding: chunked\r\n"), refused(BadSyntax)},
		{"TE quote in name", "REQ-150", coded("\"Transfer-Encoding\": chunked\r\n"), refused(BadSyntax)},
		{"TE behind bare CR", "REQ-150", coded("X: y\rTransfer-Encoding: chunked\r\n"), refused(BadSyntax)},
		{"TE behind bare LF", "REQ-150", coded("X: y\nTransfer-Encoding: chunked\r\n"), refused(BadSyntax)},
		{"TE behind LF CR", "REQ-150", coded("X: y\n\rTransfer-Encoding: chunked\r\n"), refused(BadSyntax)},
		{"TE before CR CR LF", "REQ-150", coded("Transfer-Encoding: chunked\r\r\n"), refused(BadSyntax)},
		{"TE underscore is another field", "REQ-152", post("Transfer_Encoding: chunked\r\n", hidden), both("")},
		{"TE in HTTP/1.0", "REQ-150", "POST /a HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden, refused(BadFraming)},
		{"head ends in LF CRLF", "REQ-150", "POST /a HTTP/1.1\r\nHost: h\r\nX: y\n\r\n" + hidden, refused(BadSyntax)},
		{"head ends in LF LF", "REQ-150", "POST /a HTTP/1.1\r\nHost: h\r\nX: y\n\n" + hidden, refused(BadSyntax)},
		{"line without colon", "REQ-150", post("GET /hidden HTTP/1.1\r\n", hidden), refused(BadSyntax)},
		{"empty name", "REQ-150", post(": x\r\n", hidden), refused(BadSyntax)},

		{"extension", "RFC 9112 7.1.1", post("Transfer-Encoding: chunked\r\n", "5;a=b\r\nhello\r\n0;c\r\n\r\n"+hidden), both("hello")},
		{"extension after blanks", "RFC 9112 7.1.1", post("Transfer-Encoding: chunked\r\n", "5 \t;a=\"b\"\r\nhello\r\n0\r\n\r\n"+hidden), both("hello")},
		{"extension with LF", "RFC 9112 7.1.1", post("Transfer-Encoding: chunked\r\n", "5;a\nhello\r\n0\r\n\r\n"+hidden), broken("")},
		{"extension with CR", "RFC 9112 7.1.1", post("Transfer-Encoding: chunked\r\n", "5;a\rb\r\nhello\r\n0\r\n\r\n"+hidden), broken("")},
		{"size with blank", "RFC 9112 7.1", post("Transfer-Encoding: chunked\r\n", "5 \r\nhello\r\n0\r\n\r\n"+hidden), broken("")},
		{"size after blank", "RFC 9112 7.1", post("Transfer-Encoding: chunked\r\n", " 5\r\nhello\r\n0\r\n\r\n"+hidden), broken("")},
		{"size with 0x", "RFC 9112 7.1", post("Transfer-Encoding: chunked\r\n", "0x5\r\nhello\r\n0\r\n\r\n"+hidden), broken("")},
		{"size with sign", "RFC 9112 7.1", post("Transfer-Encoding: chunked\r\n", "+5\r\nhello\r\n0\r\n\r\n"+hidden), broken("")},
		{"size negative", "RFC 9112 7.1", post("Transfer-Encoding: chunked\r\n", "-5\r\nhello\r\n0\r\n\r\n"+hidden), broken("")},
		{"size with underscore", "RFC 9112 7.1", post("Transfer-Encoding: chunked\r\n", "0_5\r\nhello\r\n0\r\n\r\n"+hidden), broken("")},
		{"size empty", "RFC 9112 7.1", post("Transfer-Encoding: chunked\r\n", "\r\nhello\r\n0\r\n\r\n"+hidden), broken("")},
		{"size overflows", "RFC 9112 7.1", post("Transfer-Encoding: chunked\r\n", "10000000000000005\r\nhello\r\n0\r\n\r\n"+hidden), broken("")},
		{"size overflows 63 bits", "RFC 9112 7.1", post("Transfer-Encoding: chunked\r\n", "ffffffffffffffff\r\nhello\r\n0\r\n\r\n"+hidden), broken("")},
		{"size with leading zeros", "RFC 9112 7.1", post("Transfer-Encoding: chunked\r\n", "0005\r\nhello\r\n000\r\n\r\n"+hidden), both("hello")},
		{"size ends in LF", "RFC 9112 7.1", post("Transfer-Encoding: chunked\r\n", "5\nhello\r\n0\r\n\r\n"+hidden), broken("")},
		{"data ends in LF", "RFC 9112 7.1", post("Transfer-Encoding: chunked\r\n", "5\r\nhello\n0\r\n\r\n"+hidden), broken("hello")},
		{"data without end", "RFC 9112 7.1", post("Transfer-Encoding: chunked\r\n", "5\r\nhello0\r\n\r\n"+hidden), broken("hello")},
		{"data too long", "RFC 9112 7.1", post("Transfer-Encoding: chunked\r\n", "4\r\nhello\r\n0\r\n\r\n"+hidden), broken("hell")},
		{"trailer", "REQ-260", post("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\nA: b\r\n\r\n"+hidden), both("hello")},
		{"trailer ends in LF", "REQ-260", post("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\nA: b\n\r\n"+hidden), broken("hello")},
		{"trailers end in LF", "REQ-260", post("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\n"+hidden), broken("hello")},
		{"request in the place of a trailer", "REQ-260", post("Transfer-Encoding: chunked\r\n", "0\r\n"+hidden), broken("")},
		{"trailer that frames", "REQ-260", post("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\nContent-Length: 40\r\n\r\n"+hidden), both("hello")},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, readAll(strings.NewReader(tt.text))); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			// How the text was cut into packets must not matter.
			if diff := cmp.Diff(tt.want, readAll(iotest.OneByteReader(strings.NewReader(tt.text)))); diff != "" {
				t.Errorf("byte by byte (-want +got)\n%s", diff)
			}
		})
	}
}
