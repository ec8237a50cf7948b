package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestReadyFileIsAFile shows that nothing but a file is replaced: as root, /dev/stdout could be.
func TestReadyFileIsAFile(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "main.tf", minimalDistribution)
	write(t, "file", "precious")
	if err := os.Symlink("file", "link"); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir("directory", 0o755); err != nil {
		t.Fatal(err)
	}
	ended, end := context.WithCancel(t.Context()) // so that what is not refused does not serve
	end()
	for _, name := range []string{"link", "directory"} {
		t.Run(name, func(t *testing.T) {
			var stderr strings.Builder
			args := []string{"serve", "--http", "127.0.0.1:0", "--https", "off", "--admin", "off", "--ready-file", name}
			before, err := os.Lstat(name)
			if err != nil {
				t.Fatal(err)
			}
			p := &process{stdin: strings.NewReader(""), stdout: io.Discard, stderr: &stderr, env: environmentOf(), interrupted: func() bool { return false }}
			root := rootCommand(p)
			root.SetArgs(args)
			code := p.report(root.ExecuteContext(ended))
			if want := "--ready-file " + name + " is there, and no regular file"; code != exitUsage || !strings.Contains(stderr.String(), want) {
				t.Errorf("exit status %d, %q, want %d and %q", code, stderr.String(), exitUsage, want)
			}
			if after, err := os.Lstat(name); err != nil || after.Mode() != before.Mode() {
				t.Errorf("afterwards it is %v, %v; want %v", after, err, before)
			}
		})
	}
}

// TestLogWithoutReader shows that serving goes on when whoever read the log is gone, as in "edgecase serve 2>&1 | head".
func TestLogWithoutReader(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "main.tf", minimalDistribution)
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	cmd := exec.CommandContext(t.Context(), "edgecase", "serve", "--http", "127.0.0.1:0", "--https", "off", "--admin", "off")
	cmd.Stderr = writer
	cmd.Env = append(os.Environ(), "EDGECASE_STATE="+filepath.Join(t.TempDir(), "state"))
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	writer.Close()
	var address string
	for lines := bufio.NewScanner(reader); address == "" && lines.Scan(); {
		_, address, _ = strings.Cut(lines.Text(), "  http  ")
	}
	reader.Close()
	resp, err := http.Get(strings.TrimSpace(address) + "/")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("the program ended with %v", err)
	}
}

// TestAsterisk shows that the edge refuses "OPTIONS *" over HTTP/2, which net/http would answer by itself (REQ-069).
func TestAsterisk(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "main.tf", strings.Replace(minimalDistribution, "enabled = true", "enabled = true\n  http_version = \"http2\"", 1))
	s := serve(t)
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true, ServerName: "localhost"}, ForceAttemptHTTP2: true}
	defer transport.CloseIdleConnections()
	r := &http.Request{Method: "OPTIONS", URL: &url.URL{Scheme: "https", Host: s.https, Opaque: "*"}, Host: "localhost", Header: http.Header{}}
	resp, err := transport.RoundTrip(r.WithContext(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != 400 || resp.ProtoMajor != 2 || resp.Header.Get("X-Amz-Cf-Id") == "" {
		t.Errorf("%s %s %v, want the edge's 400", resp.Proto, resp.Status, resp.Header)
	}
}
