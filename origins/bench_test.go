package origins

import (
	"bufio"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"edgecase/config/cloudfront"
)

// BenchmarkTransports measures one answer of 1 kB over each transport.
func BenchmarkTransports(b *testing.B) {
	l, err := newListener()
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	answer := "HTTP/1.1 200 OK\r\nContent-Length: 1024\r\n\r\n" + strings.Repeat("x", 1024)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				p := &peer{c, bufio.NewReader(c)}
				for p.head() != "" {
					p.say(answer)
				}
				c.Close()
			}()
		}
	}()
	dir := b.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "x"), make([]byte, 1024), 0o600); err != nil {
		b.Fatal(err)
	}
	for name, place := range map[string]Place{
		"url": {Kind: PlaceURL, URL: "http://" + l.Addr().String()}, "dir": {Kind: PlaceDir, Dir: dir}, "echo": Echo,
	} {
		b.Run(name, func(b *testing.B) {
			p := NewPool(Places{{ID: "*", Place: place}}, PoolOptions{})
			defer p.Close()
			tr, err := p.For(settings(func(o *cloudfront.Origin) { o.Kind = cloudfront.KindS3Website }))
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				result, err := tr.RoundTrip(b.Context(), get("/x"))
				if err != nil || result.Response.Status != http.StatusOK {
					b.Fatal(result, err)
				}
				io.Copy(io.Discard, result.Response.Body)
				result.Response.Body.Close()
			}
		})
	}
}
