package scenario

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"edgecase/edge/http1"

	"github.com/google/go-cmp/cmp"
)

// draft makes a request for a test.
func draft(t *testing.T, method, url string, fields ...string) *http1.Draft {
	t.Helper()
	d, err := http1.NewDraft(method, url)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(fields); i += 2 {
		d.Fields.Add(fields[i], fields[i+1])
	}
	return d
}

// saying listens, reads the head of one request, answers with a text, and hands the head back.
func saying(t *testing.T, answer string) (address string, heard chan string) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	heard = make(chan string, 1)
	go func() {
		c, err := ln.Accept()
		if err != nil {
			return
		}
		var head strings.Builder
		for in := bufio.NewReader(c); ; {
			line, err := in.ReadString('\n')
			head.WriteString(line)
			if err != nil || line == "\r\n" {
				break
			}
		}
		heard <- head.String()
		io.WriteString(c, answer)
		if !strings.HasSuffix(answer, "...") { // the rest never comes
			c.Close()
		}
	}()
	return ln.Addr().String(), heard
}

func TestSend(t *testing.T) {
	tests := []struct {
		name, answer string
		draft        *http1.Draft
		body         bool
		want         Answer
		err          string
	}{
		{"an answer", "HTTP/1.1 404 Not Found\r\nA: b\r\nContent-Length: 2\r\n\r\nno", draft(t, "GET", "http://a/"), true,
			Answer{Status: 404, Fields: http1.Fields{{Name: "A", Value: "b"}, {Name: "Content-Length", Value: "2"}}, Body: []byte("no")}, ""},
		{"a body that nobody wants", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno", draft(t, "GET", "http://a/"), false,
			Answer{Status: 200, Fields: http1.Fields{{Name: "Content-Length", Value: "2"}}}, ""},
		{"to a HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", draft(t, "HEAD", "http://a/"), true,
			Answer{Status: 200, Fields: http1.Fields{{Name: "Content-Length", Value: "2"}}}, ""},
		{"a WebSocket", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n...",
			draft(t, "GET", "http://a/", "Upgrade", "websocket", "Connection", "Upgrade"), true,
			Answer{Status: 101, Fields: http1.Fields{{Name: "Upgrade", Value: "websocket"}, {Name: "Connection", Value: "Upgrade"}}}, ""},
		{"events without end", "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n...", draft(t, "GET", "http://a/"), true,
			Answer{Status: 200, Fields: http1.Fields{{Name: "Content-Type", Value: "text/event-stream"}}, Body: []byte("data: 1\n\n..."), Cut: true}, ""},
		{"a large body", "HTTP/1.1 200 OK\r\nA: b\r\n\r\n" + strings.Repeat("x", MaxBody+1), draft(t, "GET", "http://a/"), true,
			Answer{Status: 200, Fields: http1.Fields{{Name: "A", Value: "b"}}, Body: []byte(strings.Repeat("x", MaxBody)), Cut: true}, ""},
		{"a body that breaks off", "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nno", draft(t, "GET", "http://a/"), true, Answer{}, "the body broke off after 2 bytes"},
		{"no HTTP", "SSH-2.0-x\r\n", draft(t, "GET", "http://a/"), true, Answer{}, "answer is not HTTP"},
		{"nothing", "", draft(t, "GET", "http://a/"), true, Answer{}, "closed"},
		{"silence", "...", draft(t, "GET", "http://a/"), true, Answer{}, "no answer within 300ms"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.answer == "..." {
				tt.answer = "HTTP/1.1 ..."
			}
			address, _ := saying(t, tt.answer)
			got, err := (&Viewer{Address: address, Timeout: 300 * time.Millisecond}).Send(context.Background(), tt.draft, tt.body)
			if tt.err != "" || err != nil {
				if err == nil || tt.err == "" || !strings.Contains(err.Error(), tt.err) {
					t.Fatalf("error %v, want %q", err, tt.err)
				}
				return
			}
			got.Took = 0
			if diff := cmp.Diff(tt.want, *got); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
		})
	}
}

// TestSent holds what goes over the wire: what was written down, and a User-Agent where there is none.
func TestSent(t *testing.T) {
	for _, tt := range []struct {
		name  string
		draft *http1.Draft
		want  string
	}{
		{"as it is", draft(t, "POST", "http://a.example/%zz//x?y", "x-a", "1"), "POST /%zz//x?y HTTP/1.1\r\nHost: a.example\r\nx-a: 1\r\nUser-Agent: edgecase-test\r\n\r\n"},
		{"an agent", draft(t, "GET", "http://a.example/", "user-agent", "x"), "GET / HTTP/1.1\r\nHost: a.example\r\nuser-agent: x\r\n\r\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			address, heard := saying(t, "HTTP/1.1 204 No Content\r\n\r\n")
			if _, err := (&Viewer{Address: address, Timeout: 10 * time.Second}).Send(context.Background(), tt.draft, false); err != nil {
				t.Fatal(err)
			}
			if got := <-heard; got != tt.want {
				t.Errorf("sent %q, want %q", got, tt.want)
			}
		})
	}
}

// TestSendTLS holds that nobody is believed whose certificate is not good, and that redirects are not followed.
func TestSendTLS(t *testing.T) {
	asked := 0
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		http.Redirect(w, r, "/again", http.StatusFound)
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	v := &Viewer{Address: server.Listener.Addr().String(), TLS: &tls.Config{}, Timeout: 10 * time.Second}
	_, err := v.Send(context.Background(), draft(t, "GET", "https://example.com/"), false)
	var untrusted *tls.CertificateVerificationError
	if !errors.As(err, &untrusted) || asked != 0 {
		t.Errorf("error %v after %d requests", err, asked)
	}
	v.TLS.RootCAs = server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	a, err := v.Send(context.Background(), draft(t, "GET", "https://example.com/"), false)
	if err != nil || a.Status != 302 || asked != 1 {
		t.Errorf("%+v, error %v after %d requests", a, err, asked)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := v.Send(ctx, draft(t, "GET", "https://example.com/"), false); err == nil {
		t.Error("it sends though the program ends")
	}
	if _, err := (&Viewer{Address: "127.0.0.1:1", Timeout: time.Second}).Send(context.Background(), draft(t, "GET", "http://a/"), false); err == nil {
		t.Error("nobody answers")
	}
}
