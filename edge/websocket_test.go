package edge

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
)

const upgrade = "GET /ws HTTP/1.1\nHost: www.example.com\nConnection: keep-alive, Upgrade\nUpgrade: WebSocket\nSec-WebSocket-Key: a2V5\n" +
	"Sec-WebSocket-Version: 13\nSec-WebSocket-Protocol: chat\nSec-WebSocket-Extensions: x\n\n"

// switches answers with a 101 and then calls talk.
func switches(t *testing.T, talk func(net.Conn, *bufio.Reader)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c, rw, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer c.Close()
		io.WriteString(c, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: YWNj\r\nX-A: 1\r\n\r\n")
		talk(c, rw.Reader)
	}
}

func TestWebSockets(t *testing.T) {
	wireUpgrade, _ := wire(upgrade)
	const want = "HTTP/1.1 101 Switching Protocols\nConnection: Upgrade\nUpgrade: websocket\nSec-WebSocket-Accept: YWNj\nX-A: 1\n" +
		"X-Cache: Miss from cloudfront\n" + tail + "\n"

	t.Run("REQ-475/bytes both ways", func(t *testing.T) {
		run := startAt(t, handler(t, switches(t, func(c net.Conn, r *bufio.Reader) {
			io.WriteString(c, "\x81\x02hi")
			for {
				l, err := r.ReadString('\n')
				if err != nil {
					io.WriteString(c, "bye") // the viewer's side has ended, ours has not
					return
				}
				io.WriteString(c, l)
			}
		})), byDefault(forwards("Managed-AllViewer")))
		c := dial(t, run)
		c.write(wireUpgrade + "early\n") // what comes with the handshake is not lost
		head := c.until("\r\n\r\n")
		if got := plain(head, requestIDs.FindAllStringSubmatch(head, -1)); got != want {
			t.Errorf("head %q, want %q", got, want)
		}
		c.expect("\x81\x02hiearly\n")
		c.write("\x00\xff\r\n\r\nGET /\n")
		c.expect("\x00\xff\r\n\r\nGET /\n")
		c.conn.CloseWrite()
		if more, err := c.rest(); more != "bye" || err != nil {
			t.Errorf("then %q, %v", more, err)
		}
		x := run.watch.wait(t)
		if x.Trace.Reason != WebSocketOpened || x.Trace.ResultType != "Miss" || x.Trace.Broken != nil || x.Trace.SentBytes != int64(len(head)+len("\x81\x02hiearly\n\x00\xff\r\n\r\nGET /\nbye")) {
			t.Errorf("trace %+v", x.Trace)
		}
		checkExplained(t, run.edge, x)
	})

	t.Run("REQ-475/viewer gone", func(t *testing.T) {
		ended := make(chan struct{})
		run := startAt(t, handler(t, switches(t, func(_ net.Conn, r *bufio.Reader) {
			io.Copy(io.Discard, r)
			close(ended)
		})))
		c := dial(t, run)
		c.write(wireUpgrade)
		c.until("\r\n\r\n")
		c.conn.Close()
		arrives(t, ended, "the end of the origin's connection")
		run.watch.wait(t)
	})

	t.Run("REQ-470/not through net-http", func(t *testing.T) {
		ended := make(chan struct{})
		run := startAt(t, handler(t, switches(t, func(_ net.Conn, r *bufio.Reader) {
			io.Copy(io.Discard, r)
			close(ended)
		})))
		front := handler(t, run.edge.ServeHTTP)
		c, err := net.Dial("tcp", strings.TrimPrefix(front, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		io.WriteString(c, strings.Replace(wireUpgrade, "www.example.com", "localhost", 1))
		arrives(t, ended, "the end of the origin's connection")
		if x := run.watch.wait(t); x.Trace.Broken != errNoTunnel {
			t.Errorf("broken %v", x.Trace.Broken)
		}
	})

	host := "app.example.net"
	socket := func(host string, more ...string) string {
		return strings.Replace(asked("GET /ws", host, more...), "Connection: Keep-Alive", "Connection: Upgrade\nUpgrade: websocket", 1)
	}
	refusal := "HTTP/1.1 426 Upgrade Required\nUpgrade: websocket\nContent-Length: 2\n\nno"
	refusedBack := back("426 Upgrade Required", "Content-Length: 2", "Date: {NOW}", "Error", "no")
	run(t, []row{
		{name: "refusal is passed on", rule: "REQ-474", answer: refusal, request: upgrade, want: refusedBack, reason: OriginAnswered, asked: socket(host)},
		{name: "no fields of the handshake", rule: "REQ-473", answer: refusal, request: upgrade, want: refusedBack, reason: OriginAnswered, asked: socket(host)},
		{name: "listed fields of the handshake", rule: "REQ-472", site: []change{byDefault(forwardsHeaders("Sec-WebSocket-Key", "Sec-WebSocket-Version"))}, answer: refusal,
			request: upgrade, want: refusedBack, reason: OriginAnswered, asked: socket(host, "Sec-WebSocket-Key: a2V5", "Sec-WebSocket-Version: 13")},
		{name: "all fields of the handshake", rule: "REQ-472", site: []change{byDefault(forwardsAllBut("Host"))}, answer: refusal, request: upgrade, want: refusedBack,
			reason: OriginAnswered, asked: socket(host, "Sec-WebSocket-Key: a2V5", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Protocol: chat", "Sec-WebSocket-Extensions: x")},
		{name: "not over HTTP/1.0", rule: "REQ-471", answer: refusal, request: strings.Replace(upgrade, "HTTP/1.1", "HTTP/1.0", 1), want: refusedBack,
			reason: OriginAnswered, asked: strings.Replace(asked("GET /ws", host), "Via: 1.1", "Via: 1.0", 1)},
		{name: "not with post", rule: "REQ-471", site: []change{byDefault(allow(readWrite))}, answer: refusal, request: strings.Replace(upgrade, "GET", "POST", 1),
			want: refusedBack, reason: OriginAnswered, asked: asked("POST /ws", host)},
		{name: "switch that nobody asked for", rule: "REQ-277", answer: "HTTP/1.1 101 Switching Protocols\nUpgrade: x\nConnection: Upgrade\n\n", request: request("GET /ws"),
			want: refused("502 Bad Gateway", cannotConnect, "keep-alive"), reason: OriginInvalid, asked: asked("GET /ws", host)},
		{name: "not to a bucket", rule: "REQ-479", site: []change{hasOrigin("app", cloudfront.KindS3, "b.s3.amazonaws.com")}, request: upgrade, want: helloBack,
			reason: OriginAnswered, asked: asked("GET /ws", "b.s3.amazonaws.com")},
		{name: "not through a VPC origin", rule: "REQ-479", site: []change{hasOrigin("app", cloudfront.KindVPC, host)}, request: upgrade, want: helloBack,
			reason: OriginAnswered, asked: asked("GET /ws", host)},
		{name: "country", rule: "REQ-476", site: []change{geoRestriction("blacklist", "CH")}, opts: country("CH"), request: upgrade,
			want: refused("403 Forbidden", countryBlocked, "keep-alive"), reason: GeoBlocked},
	})
}

// TestIdleWebSocket opens a WebSocket to the echo, which stands for an origin that nobody mapped, and waits.
func TestIdleWebSocket(t *testing.T) {
	t.Run("REQ-475/nobody speaks", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			viewer, edge := net.Pipe()
			origin, far := net.Pipe()
			defer far.Close()
			began := time.Now()
			end := make(chan error)
			go func() {
				_, err := relay(context.Background(), edge, origin)
				end <- err
			}()
			go io.Copy(io.Discard, far)
			// What the viewer sends does not keep the connection open.
			var ping sync.WaitGroup
			defer ping.Wait()
			ping.Go(func() {
				for {
					time.Sleep(time.Minute)
					if _, err := viewer.Write([]byte("ping")); err != nil {
						return
					}
				}
			})
			if err := <-end; err != ErrSocketIdle || time.Since(began) != 10*time.Minute {
				t.Errorf("%v after %v", err, time.Since(began))
			}
		})
	})
	t.Run("REQ-475/the origin speaks", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			viewer, edge := net.Pipe()
			origin, far := net.Pipe()
			began := time.Now()
			end := make(chan error)
			go func() {
				_, err := relay(context.Background(), edge, origin)
				end <- err
			}()
			go func() {
				for range 5 {
					time.Sleep(9 * time.Minute)
					far.Write([]byte("ping"))
				}
				far.Close()
			}()
			got, _ := io.ReadAll(viewer)
			if err := <-end; err != nil || time.Since(began) != 45*time.Minute || len(got) != 20 {
				t.Errorf("%v after %v and %d bytes", err, time.Since(began), len(got))
			}
		})
	})
	t.Run("REQ-475/the program ends", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			_, edge := net.Pipe()
			origin, _ := net.Pipe()
			time.AfterFunc(time.Minute, cancel)
			if _, err := relay(ctx, edge, origin); err != nil {
				t.Errorf("ended with %v", err)
			}
		})
	})
	t.Run("REQ-475/whole edge", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			watch := newWitness()
			e, err := New(&cloudfront.Config{Distributions: []*cloudfront.Distribution{distributionOf(byDefault(forwards("Managed-AllViewer")))}}, Options{Observe: []Observer{watch}})
			if err != nil {
				t.Fatal(err)
			}
			viewer, edge := net.Pipe()
			done := make(chan error)
			go func() { done <- e.Serve(context.Background(), http1.NewConn(edge, http1.ConnOptions{})) }()
			head, _ := wire(upgrade)
			io.WriteString(viewer, strings.Replace(strings.Replace(head, "a2V5", "dGhlIHNhbXBsZSBub25jZQ==", 1), "Sec-WebSocket-Extensions: x\r\n", "", 1))
			got, _ := io.ReadAll(viewer)
			if err := <-done; err != nil {
				t.Error(err)
			}
			x := <-watch.end
			if !strings.HasPrefix(string(got), "HTTP/1.1 101 ") || x.Trace.Broken != ErrSocketIdle || x.Trace.Took != 10*time.Minute {
				t.Errorf("got %q, broken %v after %v", got, x.Trace.Broken, x.Trace.Took)
			}
			if hints := x.Signs(); len(hints) != 1 || hints[0].Trap != "T29" {
				t.Errorf("signs %v, want T29", hints)
			}
		})
	})
}

// TestRelayEnds holds who is said to have ended a WebSocket.
func TestRelayEnds(t *testing.T) {
	tests := []struct {
		name, rule string
		end        func(viewer, origin, leg net.Conn) // leg is the edge's side of the origin's connection
		broken     bool
	}{
		{"the viewer closes", "REQ-475", func(viewer, _, _ net.Conn) { viewer.Close() }, false},
		{"the origin closes", "REQ-475", func(_, origin, _ net.Conn) { origin.Close() }, false},
		{"the origin's connection breaks", "REQ-475", func(_, _, leg net.Conn) { leg.SetReadDeadline(time.Unix(1, 0)) }, true},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			viewer, edgeToViewer := net.Pipe()
			origin, edgeToOrigin := net.Pipe()
			go tt.end(viewer, origin, edgeToOrigin)
			if _, err := relay(context.Background(), edgeToViewer, edgeToOrigin); (err != nil) != tt.broken {
				t.Errorf("relay ended with %v", err)
			}
		})
	}
}
