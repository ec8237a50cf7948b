package http1

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

const browserHead = "GET /static/app/main.0f3a.js?v=12 HTTP/1.1\r\n" +
	"Host: d111111abcdef8.cloudfront.net\r\n" +
	"Connection: keep-alive\r\n" +
	"sec-ch-ua: \"Chromium\";v=\"124\", \"Not-A.Brand\";v=\"99\"\r\n" +
	"sec-ch-ua-mobile: ?0\r\n" +
	"User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36\r\n" +
	"Accept: */*\r\n" +
	"Sec-Fetch-Site: same-origin\r\n" +
	"Sec-Fetch-Mode: no-cors\r\n" +
	"Sec-Fetch-Dest: script\r\n" +
	"Referer: https://d111111abcdef8.cloudfront.net/\r\n" +
	"Accept-Encoding: gzip, deflate, br, zstd\r\n" +
	"Accept-Language: en-US,en;q=0.9\r\n" +
	"Cookie: session=0123456789abcdef0123456789abcdef; theme=dark\r\n\r\n"

func hit(body []byte) *Response {
	return &Response{Status: 200, ContentLength: int64(len(body)), Body: Bytes(body), Fields: Fields{
		{"Content-Type", "text/javascript"}, {"Content-Length", "1024"}, {"Connection", "keep-alive"},
		{"Date", "Tue, 24 Nov 2026 18:22:46 GMT"}, {"Last-Modified", "Tue, 24 Nov 2026 18:00:00 GMT"},
		{"ETag", `"0123456789abcdef0123456789abcdef"`}, {"Accept-Ranges", "bytes"}, {"Server", "AmazonS3"},
		{"Vary", "Accept-Encoding"}, {"X-Cache", "Hit from cloudfront"},
		{"Via", "1.1 0123456789abcdef0123456789abcdef.cloudfront.net (CloudFront)"}, {"X-Amz-Cf-Pop", "FRA56-P1"},
		{"X-Amz-Cf-Id", "0123456789abcdef0123456789abcdef0123456789abcdef0123=="}, {"Age", "17"},
	}}
}

func BenchmarkReadHead(b *testing.B) {
	b.Run("ours", func(b *testing.B) {
		b.ReportAllocs()
		c := NewConn(&script{Reader: &endless{text: browserHead}}, ConnOptions{})
		for b.Loop() {
			if _, err := c.ReadRequest(context.Background()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("net-http", func(b *testing.B) {
		b.ReportAllocs()
		r := bufio.NewReader(&endless{text: browserHead})
		for b.Loop() {
			if _, err := http.ReadRequest(r); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkWriteHit(b *testing.B) {
	b.ReportAllocs()
	c := NewConn(discard{newScript("")}, ConnOptions{})
	body := []byte(strings.Repeat("x", 1024))
	for b.Loop() {
		if _, err := c.WriteResponse(nil, hit(body), false); err != nil {
			b.Fatal(err)
		}
	}
}

type discard struct{ *script }

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// BenchmarkHit answers on the loopback, one request after the other.
func BenchmarkHit(b *testing.B) {
	body := []byte(strings.Repeat("x", 1024))
	run := func(b *testing.B, address string) {
		c, err := net.Dial("tcp", address)
		if err != nil {
			b.Fatal(err)
		}
		defer c.Close()
		buf := make([]byte, 8192)
		b.ReportAllocs()
		for b.Loop() {
			if _, err := io.WriteString(c, browserHead); err != nil {
				b.Fatal(err)
			}
			for got := 0; got < 1024; {
				n, err := c.Read(buf)
				if err != nil {
					b.Fatal(err)
				}
				got += n
			}
		}
	}
	listen := func(b *testing.B) net.Listener {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { l.Close() })
		return l
	}
	b.Run("ours", func(b *testing.B) {
		l := listen(b)
		go func() {
			for {
				nc, err := l.Accept()
				if err != nil {
					return
				}
				go func() {
					c := NewConn(nc, ConnOptions{})
					defer c.Close()
					for {
						r, err := c.ReadRequest(context.Background())
						if err != nil {
							return
						}
						c.WriteResponse(r, hit(body), false)
					}
				}()
			}
		}()
		run(b, l.Addr().String())
	})
	b.Run("net-http", func(b *testing.B) {
		l := listen(b)
		go http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			for _, f := range hit(body).Fields {
				w.Header().Add(f.Name, f.Value)
			}
			w.Write(body)
		}))
		run(b, l.Addr().String())
	})
}

// BenchmarkPass asks an origin over a kept connection.
func BenchmarkPass(b *testing.B) {
	mine, theirs := pair(b)
	go func() {
		c := NewConn(theirs, ConnOptions{})
		body := []byte(strings.Repeat("x", 1024))
		for {
			r, err := c.ReadRequest(context.Background())
			if err != nil {
				return
			}
			c.WriteResponse(r, hit(body), false)
		}
	}()
	c := NewClientConn(mine, ClientOptions{})
	req := &Request{Method: "GET", Path: "/", Fields: Fields{{"Host", "h"}}}
	buf := make([]byte, 4096)
	b.ReportAllocs()
	for b.Loop() {
		resp, err := c.Do(req)
		if err != nil {
			b.Fatal(err)
		}
		for err == nil {
			_, err = resp.Body.Read(buf)
		}
		if !c.Reset() {
			b.Fatal("not reusable")
		}
	}
}
