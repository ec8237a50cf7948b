package main

import (
	"bytes"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"edgecase/cmd/edgecase/capture"
)

// TestCapture captures an edgecase that serves the directory over its real listeners, with the machine's program behind
// it: it confirms everything that edgecase says. Some origins let it wait for seconds, as they do CloudFront.
func TestCapture(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "throwaway")
	if err := capture.Write(dir); err != nil {
		t.Fatal(err)
	}
	hosts := captureHosts(t, dir)
	s := serve(t, dir, "--debug-headers=false", "--country", "AA",
		"--origin", "*="+captureOrigin(t, dir), "--origin", "refused=none", "--origin", "unreachable=https://"+deafAddress(t),
		"--origin", "not-tls="+strings.Replace(captureOrigin(t, dir), "http:", "https:", 1),
		"--origin", "capture="+filepath.Join(dir, "site"), "--origin", "s3="+filepath.Join(dir, "site"), "--origin", "s3-host="+filepath.Join(dir, "site"))

	var stdout, stderr bytes.Buffer
	p := &process{stdin: strings.NewReader(""), stdout: &stdout, stderr: &stderr, env: environmentOf(), interrupted: func() bool { return false }}
	f := &flags{terraform: dir, format: "text"}
	answers := filepath.Join(t.TempDir(), "answers.json")
	c := &capturing{process: p, flags: f, against: "https://" + hosts["main"], output: answers, yes: true}
	c.reach = func(o capture.Options) capture.Options {
		o.Pace = time.Nanosecond
		return o.OnThisMachine(s.http, s.https, s.authority(t))
	}
	if err := c.run(t.Context()); err != nil {
		t.Errorf("capture: %v\n%s", err, &stderr)
	}
	for line := range strings.Lines(stdout.String()) {
		if strings.Contains(line, " refuted ") || strings.Contains(line, " silent ") || strings.Contains(line, "  also ") || strings.HasPrefix(line, "      ") && !strings.Contains(line, "edgecase has no") {
			t.Error(strings.TrimRight(line, "\n"))
		}
	}
	text, err := os.ReadFile(answers)
	if err != nil {
		t.Fatal(err)
	}
	r, err := capture.Read(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if s := r.Summary(); s.Refuted+s.Silent > 0 || s.Confirmed < 200 {
		t.Errorf("%d confirmed, %d refuted, %d silent", s.Confirmed, s.Refuted, s.Silent)
	}
}

// captureHosts returns the names of the directory's distributions, and puts into its bucket's folder what the bucket
// says of them.
func captureHosts(t *testing.T, dir string) map[string]string {
	t.Helper()
	d, err := capture.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Distributions []struct {
			Address    string
			DomainName string `json:"domain_name"`
		}
	}
	var stdout bytes.Buffer
	p := &process{stdin: strings.NewReader(""), stdout: &stdout, stderr: &stdout, env: environmentOf(), interrupted: func() bool { return false }}
	root := rootCommand(p)
	root.SetArgs([]string{"routes", dir, "--format", "json"})
	if err := root.ExecuteContext(t.Context()); err != nil {
		t.Fatalf("routes: %v\n%s", err, &stdout)
	}
	if err := json.Unmarshal(stdout.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	said := map[string]string{"token": d.Token}
	for _, d := range doc.Distributions {
		said[strings.TrimPrefix(d.Address, "aws_cloudfront_distribution.")] = d.DomainName
	}
	text, err := json.Marshal(said)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "site", "edgecase-capture.json"), text, 0o644); err != nil {
		t.Fatal(err)
	}
	return said
}

// captureOrigin runs the machine's program, and returns its URL.
func captureOrigin(t *testing.T, dir string) string {
	t.Helper()
	program, err := capture.ReadOrigin(dir)
	if err != nil {
		t.Fatal(err)
	}
	return "http://" + accepting(t, func(c net.Conn) {
		var request []byte
		piece := make([]byte, 1<<16)
		for !program.Complete(request) {
			n, err := c.Read(piece)
			if err != nil {
				return
			}
			request = append(request, piece[:n]...)
		}
		answer, silent := program.Answer(string(request))
		if _, err := c.Write([]byte(answer)); err == nil && silent {
			_, _ = c.Read(piece) // until the other side has had enough
		}
	})
}

// deafAddress is where connections are taken and nothing is ever said: TLS with it takes as long as its caller waits.
func deafAddress(t *testing.T) string {
	t.Helper()
	return accepting(t, func(c net.Conn) {
		piece := make([]byte, 1<<10)
		for {
			if _, err := c.Read(piece); err != nil {
				return
			}
		}
	})
}

// accepting serves connections on a port of this machine until the test ends, and returns its address.
func accepting(t *testing.T, handle func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var wait sync.WaitGroup
	conns := map[net.Conn]bool{}
	wait.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			conns[c] = true
			mu.Unlock()
			wait.Go(func() { defer c.Close(); handle(c) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		mu.Lock()
		for c := range conns {
			c.Close()
		}
		mu.Unlock()
		wait.Wait()
	})
	return l.Addr().String()
}
