package main

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"edgecase/config/cloudfront"

	"github.com/gorilla/websocket"
)

// story puts the story's Terraform into a directory of the test's own, and goes there.
func story(t *testing.T) {
	t.Helper()
	files := planeFiles(t)
	t.Chdir(t.TempDir())
	for name, content := range files {
		write(t, name, content)
	}
}

// save replaces a file as editors do: another file is written and moved in its place.
func save(t *testing.T, name, content string) {
	t.Helper()
	write(t, name+"~", content)
	if err := os.Rename(name+"~", name); err != nil {
		t.Fatal(err)
	}
}

// TestServe is the story: the refused POST, the one edit, the same POST again.
func TestServe(t *testing.T) {
	story(t)
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `{"from":"the application","path":%q}`, r.URL.Path)
	}))
	defer api.Close()
	s := serve(t, "--origin", "ALB-api="+api.URL, "--origin", "S3-space=none", "--country", "CA")
	s.await(t, `note  S3-web is not mapped; it echoes requests +--origin S3-web=./dist`)
	s.await(t, `localhost is served as plane.example.gov`)

	// A dead origin is no route: the reload below says nothing of this request.
	if resp, _ := s.do(t, "GET", "/spaces/x"); resp.StatusCode != 502 {
		t.Errorf("a dead origin: %d", resp.StatusCode)
	}
	resp, body := s.do(t, "POST", "/auth/email-check/")
	if resp.StatusCode != 403 || len(body) != 1053 {
		t.Errorf("before the edit: %d, %d bytes", resp.StatusCode, len(body))
	}
	s.await(t, `POST   /auth/email-check/      403  edge      method-not-allowed  default allows GET HEAD  cloudfront.tf:48`)
	s.await(t, `no behavior for /auth/\*; /api/\* \(cloudfront.tf:54\) would have taken it\n +edgecase explain POST /auth/email-check/\n`)

	// While the file is edited, nobody may notice.
	stop, failed := make(chan struct{}), make(chan error, 1)
	go func() { failed <- s.loop(stop) }()
	content, err := os.ReadFile("cloudfront.tf")
	if err != nil {
		t.Fatal(err)
	}
	save(t, "cloudfront.tf", withAuth(t, string(content)))
	s.await(t, `reloaded in \d+ ms  cloudfront.tf\n            /auth/\*  OPTIONS PUT POST PATCH DELETE  403 edge  →  ALB-api   e.g. POST /auth/\n +cloudfront.tf:66\n(?s:.*)            POST /auth/email-check/ +403 edge  →  ALB-api\n`)
	close(stop)
	if err := <-failed; err != nil {
		t.Errorf("a request failed while the configuration was reloaded: %v", err)
	}

	resp, body = s.do(t, "POST", "/auth/email-check/")
	if resp.StatusCode != 200 || !strings.Contains(body, "from") || resp.Header.Get("X-Edgecase-Origin") != "ALB-api" {
		t.Errorf("after the edit: %d %s", resp.StatusCode, body)
	}

	trace, err := http.Get(strings.Replace(resp.Header.Get("X-Edgecase-Trace"), "localhost", "127.0.0.1", 1))
	if err != nil {
		t.Fatal(err)
	}
	defer trace.Body.Close()
	if trace.StatusCode != 200 {
		t.Errorf("X-Edgecase-Trace leads to %d", trace.StatusCode)
	}
	if code := s.ended(); code != exitOK {
		t.Errorf("exit status %d", code)
	}
}

// withAuth puts the behavior that the story lacks into cloudfront.tf.
func withAuth(t *testing.T, text string) string {
	t.Helper()
	const next = "  # WebSockets of"
	before, after, found := strings.Cut(text, next)
	start := strings.LastIndex(before, "  ordered_cache_behavior {")
	if !found || start < 0 {
		t.Fatal("the story's file has changed")
	}
	return before + strings.Replace(before[start:], "/api/*", "/auth/*", 1) + next + after
}

// loop asks until it is stopped, over connections that are kept.
func (s *serving) loop(stop <-chan struct{}) error {
	client := &http.Client{}
	defer client.CloseIdleConnections()
	for {
		select {
		case <-stop:
			return nil
		default:
		}
		resp, err := client.Get("http://" + s.http + "/api/x")
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != 200 {
			return fmt.Errorf("%d, %w", resp.StatusCode, err)
		}
	}
}

// TestBrokenEdits shows that no edit disturbs serving: the configuration goes on, answers say that it is stale, and the
// next good edit is taken.
func TestBrokenEdits(t *testing.T) {
	story(t)
	s := serve(t)
	good, err := os.ReadFile("cloudfront.tf")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, content, want string }{
		{"unknown origin", strings.Replace(string(good), `target_origin_id         = "ALB-api"`, `target_origin_id = "ALB-apj"`, 1), `Did you mean "ALB-api"`},
		{"syntax", string(good) + "\n}", "Error: "},
		{"empty", "", "No distribution"},
		{"binary junk", "\x00\xff\xfe\x1b]0;x\x07\x01\x02", "text in UTF-8"},
		{"nesting", "a = " + strings.Repeat("[", 400_000), "Nesting too deep"},
		{"a large file", strings.Repeat("# nothing\n", 1_100_000), "too large"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			save(t, "cloudfront.tf", tt.content)
			s.await(t, `not reloaded, the configuration of \d\d:\d\d:\d\d goes on\n`)
			s.await(t, tt.want)
			resp, _ := s.do(t, "GET", "/api/x")
			if stale := resp.Header.Get("X-Edgecase-Stale-Config"); resp.StatusCode != 200 || stale == "" {
				t.Errorf("the answer is %d, X-Edgecase-Stale-Config: %q", resp.StatusCode, stale)
			}
			save(t, "cloudfront.tf", string(good))
			s.await(t, `reloaded in \d+ ms  cloudfront.tf\n            no request changes\n`)
			resp, _ = s.do(t, "GET", "/api/x")
			if resp.Header.Get("X-Edgecase-Stale-Config") != "" {
				t.Error("the configuration is called stale after a good edit")
			}
		})
	}
	if strings.ContainsAny(s.String(), "\x1b\x07\x00") {
		t.Error("what a file holds reaches the terminal as it is")
	}
}

// TestReloadFromElsewhere covers changes outside of cloudfront.tf.
func TestReloadFromElsewhere(t *testing.T) {
	story(t)
	t.Run("a new file", func(t *testing.T) {
		s := serve(t)
		write(t, "new.tf", "locals {\n  unused = 1\n}\n")
		s.await(t, `reloaded in \d+ ms  new.tf\n`)
	})
	t.Run("variables", func(t *testing.T) {
		s := serve(t)
		write(t, "override.auto.tfvars", "domain_name = \"other.example.gov\"\n")
		s.await(t, `host  - plane.example.gov[^\n]*\n +host +\+ other.example.gov`)
	})
	t.Run("edgecase.hcl", func(t *testing.T) {
		s := serve(t)
		write(t, configName, "origin \"ALB-api\" { place = \"none\" }\n")
		s.await(t, `reloaded in \d+ ms  edgecase.hcl\n            [^\n]*ALB-api place  echo  →  none`)
		resp, _ := s.do(t, "GET", "/api/x")
		if resp.StatusCode != 502 {
			t.Errorf("the origin that is nowhere now is answered with %d", resp.StatusCode)
		}
		write(t, configName, "origin {}\n")
		s.await(t, `not reloaded[^\n]*\n╷\n│ Error: Missing id for origin`)
		write(t, configName, "origin \"ALB-apj\" { place = \"none\" }\norigin \"S3-web\" { dir = \"dist\" }\nlisten { http = \"127.0.0.1:1\" }\n")
		s.await(t, `reloaded in`)
		s.await(t, `note  ALB-api is not mapped; it echoes requests`)
		s.await(t, `note  edgecase.hcl:1 ALB-apj=none: no origin has the id or the domain name "ALB-apj"; did you mean\s+"ALB-api"\?`)
		s.await(t, `the directory ./dist does not exist`)
		s.await(t, `note  listen has changed; that needs a restart`)
	})
	t.Run("the directory is replaced", func(t *testing.T) {
		parent := filepath.Dir(mustGetwd(t))
		dir := mustGetwd(t)
		t.Chdir(parent)
		s := serve(t, filepath.Base(dir))
		if err := os.Rename(dir, dir+".away"); err != nil {
			t.Fatal(err)
		}
		s.await(t, `not reloaded`)
		if err := os.Rename(dir+".away", dir); err != nil {
			t.Fatal(err)
		}
		s.await(t, `  reloaded in`)
		save(t, filepath.Join(dir, "new.tf"), "locals {\n  unused = 2\n}\n")
		s.await(t, `reloaded in \d+ ms  new.tf\n`)
	})
}

func mustGetwd(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestProtocols shows what is agreed on with TLS viewers (REQ-128, REQ-131).
func TestProtocols(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, tt := range []struct {
		name, version string
		offer         []string
		want          string
	}{
		{"REQ-128/http2", "http2", []string{"h2", "http/1.1"}, "h2"},
		{"REQ-128/http2and3", "http2and3", []string{"h2", "http/1.1"}, "h2"},
		{"REQ-128/http1.1", "http1.1", []string{"h2", "http/1.1"}, "http/1.1"},
		{"REQ-131/a viewer that opens WebSockets", "http2", []string{"http/1.1"}, "http/1.1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			write(t, "main.tf", strings.Replace(minimalDistribution, "enabled = true", "enabled = true\n  http_version = \""+tt.version+"\"", 1))
			s := serve(t)
			conf := &tls.Config{InsecureSkipVerify: true, NextProtos: tt.offer, ServerName: "localhost"}
			transport := &http.Transport{TLSClientConfig: conf, ForceAttemptHTTP2: len(tt.offer) > 1}
			defer transport.CloseIdleConnections()
			resp, err := (&http.Client{Transport: transport}).Get("https://" + s.https + "/x")
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			if got := resp.TLS.NegotiatedProtocol; got != tt.want || resp.StatusCode != 200 {
				t.Errorf("%s was agreed on and answered with %d, want %s", got, resp.StatusCode, tt.want)
			}
		})
	}
}

// TestMinimumTLS holds the floor of the listener against the certificate block (REQ-132).
func TestMinimumTLS(t *testing.T) {
	for _, tt := range []struct {
		name string
		d    *cloudfront.Distribution
		want uint16
	}{
		{"REQ-132/no distribution decides", nil, tls.VersionTLS10},
		{"REQ-132/default certificate", certificate(true, "TLSv1.2_2021"), tls.VersionTLS10},
		{"REQ-132/TLSv1", certificate(false, "TLSv1"), tls.VersionTLS10},
		{"REQ-132/TLSv1_2016", certificate(false, "TLSv1_2016"), tls.VersionTLS10},
		{"REQ-132/TLSv1.1_2016", certificate(false, "TLSv1.1_2016"), tls.VersionTLS11},
		{"REQ-132/TLSv1.2_2018", certificate(false, "TLSv1.2_2018"), tls.VersionTLS12},
		{"REQ-132/TLSv1.2_2025", certificate(false, "TLSv1.2_2025"), tls.VersionTLS12},
		{"REQ-132/TLSv1.3_2025", certificate(false, "TLSv1.3_2025"), tls.VersionTLS13},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := minimumTLS(tt.d); got != tt.want {
				t.Errorf("got %s, want %s", tls.VersionName(got), tls.VersionName(tt.want))
			}
		})
	}
}

func certificate(byDefault bool, version string) *cloudfront.Distribution {
	return &cloudfront.Distribution{ViewerCertificate: cloudfront.ViewerCertificate{
		CloudFrontDefaultCertificate: byDefault, MinimumProtocolVersion: version,
	}}
}

// TestWebSocket opens one through the listener, and finds its line once it has ended (REQ-475).
func TestWebSocket(t *testing.T) {
	story(t)
	s := serve(t)
	socket, resp, err := websocket.DefaultDialer.Dial("ws://"+s.http+"/live/1", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if err := socket.WriteMessage(websocket.TextMessage, []byte("hello")); err != nil {
		t.Fatal(err)
	}
	if _, _, err := socket.ReadMessage(); err != nil {
		t.Fatal(err)
	}
	socket.Close()
	s.await(t, `GET    /live/1                 101  ALB-api   websocket [^\n]+  /live/\*  cloudfront.tf:65\n            \S+ \S+ went to the viewer\n`)

	// One that is open does not hold the end of the program.
	socket, resp, err = websocket.DefaultDialer.Dial("ws://"+s.http+"/live/2", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	defer socket.Close()
	if code := s.ended(); code != exitOK {
		t.Errorf("exit status %d", code)
	}
}

// TestDrain shows that an answer under way is finished when the program is told to end.
func TestDrain(t *testing.T) {
	for _, scheme := range []string{"http", "https"} {
		t.Run(scheme, func(t *testing.T) {
			story(t)
			asked, release := make(chan struct{}), make(chan struct{})
			api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				close(asked)
				<-release
				io.WriteString(w, "the whole answer")
			}))
			defer api.Close()
			s := serve(t, "--origin", "ALB-api="+api.URL)
			address := map[string]string{"http": s.http, "https": s.https}[scheme]
			transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, ForceAttemptHTTP2: true}
			defer transport.CloseIdleConnections()
			answer := make(chan string)
			go func() {
				resp, err := (&http.Client{Transport: transport}).Get(scheme + "://" + address + "/api/slow")
				if err != nil {
					answer <- err.Error()
					return
				}
				defer resp.Body.Close()
				body, _ := io.ReadAll(resp.Body)
				answer <- string(body)
			}()
			<-asked
			s.stop()
			for { // until nobody is let in any more
				c, err := net.Dial("tcp", address)
				if err != nil {
					break
				}
				c.Close()
			}
			close(release)
			if got := <-answer; got != "the whole answer" {
				t.Errorf("the viewer got %q", got)
			}
		})
	}
}

// TestAddresses shows what happens to addresses that cannot be listened on.
func TestAddresses(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "main.tf", minimalDistribution)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, tt := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"taken", []string{"--http", taken.Addr().String()}, exitRuntime, "is in use; --http cannot listen on "},
		{"no port", []string{"--http", "localhost"}, exitUsage, `--http "localhost" is not host:port`},
		{"no such port", []string{"--https", "127.0.0.1:99999"}, exitUsage, `"99999" is no port, which is a number up to 65535`},
		{"not here", []string{"--admin", "203.0.113.1:0"}, exitRuntime, "is no address of this machine"},
		{"nothing to serve", []string{"--http", "off", "--https", "off"}, exitUsage, "there is nothing to serve"},
		{"missing directory", []string{"--origin", "app=./dist"}, exitUsage, "the directory ./dist does not exist"},
		{"no such origin", []string{"--origin", "apps=echo"}, exitUsage, `did you mean "app"?`},
		{"ready file", []string{"--ready-file", "no/such/ready.json"}, exitRuntime, "--ready-file"},
		{"country", []string{"--country", "Canada"}, exitUsage, "a country has two letters"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var stderr bytes.Buffer
			args := append([]string{"serve", "--http", "127.0.0.1:0", "--https", "127.0.0.1:0", "--admin", "off"}, tt.args...)
			code := run(args, strings.NewReader(""), io.Discard, &stderr, environmentOf("EDGECASE_STATE="+t.TempDir()))
			if code != tt.code || !strings.Contains(stderr.String(), tt.want) {
				t.Errorf("exit status %d, want %d with %q in:\n%s", code, tt.code, tt.want, stderr.String())
			}
		})
	}
}
