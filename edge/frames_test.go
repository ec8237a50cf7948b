package edge

import (
	"bytes"
	"crypto/tls"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"edgecase/config/cloudfront"
)

// A framed is an HTTP/2 connection on which a test writes and reads frames itself, so that nothing of a client's library
// stands between.
type framed struct {
	t        *testing.T
	frames   *http2.Framer
	settings map[http2.SettingID]uint32 // what the server has announced
}

// dialFrames connects over TLS, says that it would take pushed streams, and waits for the server's settings.
func dialFrames(t *testing.T, e *Edge) *framed {
	t.Helper()
	url, client := overHTTP2(t, e)
	cfg := &tls.Config{RootCAs: client.Transport.(*http.Transport).TLSClientConfig.RootCAs, ServerName: "example.com", NextProtos: []string{"h2"}}
	c, err := tls.DialWithDialer(&net.Dialer{}, "tcp", strings.TrimPrefix(url, "https://"), cfg)
	if err != nil {
		t.Fatal(err)
	}
	c.SetDeadline(time.Now().Add(20 * time.Second))
	t.Cleanup(func() { c.Close() })
	if _, err := c.Write([]byte(http2.ClientPreface)); err != nil {
		t.Fatal(err)
	}
	f := &framed{t: t, frames: http2.NewFramer(c, c), settings: make(map[http2.SettingID]uint32)}
	f.frames.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	if err := f.frames.WriteSettings(http2.Setting{ID: http2.SettingEnablePush, Val: 1}); err != nil {
		t.Fatal(err)
	}
	f.until(func(fr http2.Frame) bool {
		s, ok := fr.(*http2.SettingsFrame)
		if !ok || s.IsAck() {
			return false
		}
		s.ForeachSetting(func(s http2.Setting) error { f.settings[s.ID] = s.Val; return nil })
		return true
	})
	if err := f.frames.WriteSettingsAck(); err != nil {
		t.Fatal(err)
	}
	return f
}

// until reads frames to the first for which done holds, and returns all of them.
func (f *framed) until(done func(http2.Frame) bool) (seen []http2.FrameType, last http2.Frame) {
	f.t.Helper()
	for {
		fr, err := f.frames.ReadFrame()
		if err != nil {
			f.t.Fatalf("after frames %v: %v", seen, err)
		}
		seen = append(seen, fr.Header().Type)
		if done(fr) {
			return seen, fr
		}
	}
}

// ask sends a request without body on a stream.
func (f *framed) ask(stream uint32, end bool, fields ...hpack.HeaderField) {
	f.t.Helper()
	var block bytes.Buffer
	enc := hpack.NewEncoder(&block)
	for _, field := range fields {
		enc.WriteField(field)
	}
	err := f.frames.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: block.Bytes(), EndHeaders: true, EndStream: end})
	if err != nil {
		f.t.Fatal(err)
	}
}

// headOf is the head of a GET.
func headOf(path string) []hpack.HeaderField {
	return []hpack.HeaderField{{Name: ":method", Value: "GET"}, {Name: ":scheme", Value: "https"}, {Name: ":authority", Value: "www.example.com"}, {Name: ":path", Value: path}}
}

// TestFrames looks at the frames of answers over HTTP/2.
func TestFrames(t *testing.T) {
	const answer = "HTTP/1.1 200 OK\nContent-Type: text/plain\nContent-Length: 5\nX-UPPER: Value\nLink: </style.css>; rel=preload; as=style\n\nhello"
	run := start(t, []*cloudfront.Distribution{distributionOf(byDefault(allow(readWrite)))}, false, map[string]map[string]string{"app": {"": answer}}, Options{})

	t.Run("REQ-275/names in lower case", func(t *testing.T) {
		f := dialFrames(t, run.edge)
		f.ask(1, true, headOf("/")...)
		_, last := f.until(func(fr http2.Frame) bool { return fr.Header().Type == http2.FrameHeaders })
		var names []string
		for _, field := range last.(*http2.MetaHeadersFrame).Fields {
			names = append(names, field.Name)
			if field.Name == "via" && !strings.HasPrefix(field.Value, "1.1 ") {
				t.Errorf("CACHE-220: via %q", field.Value)
			}
		}
		slices.Sort(names)
		want := []string{":status", "content-length", "content-type", "date", "link", "via", "x-amz-cf-id", "x-amz-cf-pop", "x-cache", "x-upper"}
		if diff := cmp.Diff(want, names); diff != "" {
			t.Errorf("names (-want +got):\n%s", diff)
		}
	})

	t.Run("REQ-487/nothing is pushed", func(t *testing.T) {
		f := dialFrames(t, run.edge)
		f.ask(1, true, headOf("/")...)
		seen, _ := f.until(func(fr http2.Frame) bool {
			d, ok := fr.(*http2.DataFrame)
			return ok && d.StreamEnded()
		})
		f.frames.WritePing(false, [8]byte{1})
		more, _ := f.until(func(fr http2.Frame) bool { return fr.Header().Type == http2.FramePing })
		if slices.Contains(append(seen, more...), http2.FramePushPromise) {
			t.Errorf("frames %v, then %v", seen, more)
		}
	})

	t.Run("REQ-477/extended CONNECT", func(t *testing.T) {
		f := dialFrames(t, run.edge)
		if v := f.settings[http2.SettingEnableConnectProtocol]; v != 0 {
			t.Errorf("the server announces extended CONNECT: %d", v)
		}
		asked := len(run.servers["app"].received())
		f.ask(1, false, append([]hpack.HeaderField{{Name: ":method", Value: "CONNECT"}, {Name: ":protocol", Value: "websocket"}}, headOf("/ws")[1:]...)...)
		_, last := f.until(func(fr http2.Frame) bool { return fr.Header().StreamID == 1 })
		if reset, ok := last.(*http2.RSTStreamFrame); !ok || reset.ErrCode != http2.ErrCodeProtocol {
			t.Errorf("answered with %v", last)
		}
		f.ask(3, true, headOf("/after")...)
		f.until(func(fr http2.Frame) bool { return fr.Header().StreamID == 3 && fr.Header().Type == http2.FrameHeaders })
		if saw := run.servers["app"].received()[asked:]; len(saw) != 1 || !strings.HasPrefix(saw[0], "GET /after ") {
			t.Errorf("the origin received %q", saw)
		}
	})

	t.Run("REQ-477/CONNECT", func(t *testing.T) {
		f := dialFrames(t, run.edge)
		f.ask(1, true, hpack.HeaderField{Name: ":method", Value: "CONNECT"}, hpack.HeaderField{Name: ":authority", Value: "www.example.com:443"})
		_, last := f.until(func(fr http2.Frame) bool { return fr.Header().StreamID == 1 })
		if h, ok := last.(*http2.MetaHeadersFrame); !ok || h.PseudoValue("status") != "400" {
			t.Errorf("answered with %v", last)
		}
	})
}

// TestPlainGRPC sends gRPC to a behavior that does not take it: an ordinary POST.
func TestPlainGRPC(t *testing.T) {
	const answer = "HTTP/1.1 200 OK\nContent-Type: application/grpc\nTransfer-Encoding: chunked\nTrailer: Grpc-Status\n\n5\r\nhello\r\n0\r\nGrpc-Status: 0\r\n\r\n"
	run := start(t, []*cloudfront.Distribution{distributionOf(byDefault(allow(readWrite)))}, false, map[string]map[string]string{"app": {"": answer}}, Options{})
	f := dialFrames(t, run.edge)
	f.ask(1, false, append([]hpack.HeaderField{{Name: ":method", Value: "POST"}}, append(headOf("/pkg.Service/Call")[1:],
		hpack.HeaderField{Name: "content-type", Value: "application/grpc"}, hpack.HeaderField{Name: "te", Value: "trailers"})...)...)
	if err := f.frames.WriteData(1, true, []byte("\x00\x00\x00\x00\x01a")); err != nil {
		t.Fatal(err)
	}
	var body []byte
	_, last := f.until(func(fr http2.Frame) bool {
		if d, ok := fr.(*http2.DataFrame); ok {
			body = append(body, d.Data()...)
		}
		return fr.Header().StreamID == 1 && fr.Header().Flags.Has(http2.FlagDataEndStream)
	})
	t.Run("REQ-482/trailers are lost", func(t *testing.T) {
		if _, ok := last.(*http2.DataFrame); !ok || string(body) != "hello" {
			t.Errorf("body %q, and %v at its end", body, last)
		}
	})
	t.Run("REQ-482/HTTP/1.1 to the origin", func(t *testing.T) {
		saw := strings.Join(run.servers["app"].received(), "")
		want := "POST /pkg.Service/Call HTTP/1.1\r\n"
		if !strings.HasPrefix(saw, want) || strings.Contains(strings.ToLower(saw), "\r\nte:") || !strings.Contains(saw, "Content-Type: application/grpc\r\n") {
			t.Errorf("the origin received %q", saw)
		}
	})
}
