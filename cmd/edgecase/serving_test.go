package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// A console is standard error that can be waited for.
type console struct {
	mu      sync.Mutex
	changed *sync.Cond
	text    bytes.Buffer
	seen    int // what await has passed
	closed  bool
}

func newConsole() *console {
	c := &console{}
	c.changed = sync.NewCond(&c.mu)
	return c
}

func (c *console) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.changed.Broadcast()
	return c.text.Write(p)
}

// close ends all waiting.
func (c *console) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	c.changed.Broadcast()
}

// await returns the first match of a pattern behind what an earlier await has found.
func (c *console) await(t *testing.T, pattern string) string {
	t.Helper()
	re := regexp.MustCompile(pattern)
	timer := time.AfterFunc(30*time.Second, c.close)
	defer timer.Stop()
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		rest := c.text.Bytes()[c.seen:]
		if at := re.FindIndex(rest); at != nil {
			c.seen += at[1]
			return string(rest[at[0]:at[1]])
		}
		if c.closed {
			t.Fatalf("%q did not appear in\n%s", pattern, rest)
		}
		c.changed.Wait()
	}
}

func (c *console) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.text.String()
}

// A serving is an edgecase serve in this process.
type serving struct {
	*console
	http, https, admin string // addresses
	state              string // directory of the local authority
	stop               context.CancelFunc
	code               chan int
}

// serve starts edgecase serve in the working directory, and returns once it listens. It ends with the test.
func serve(t *testing.T, args ...string) *serving {
	t.Helper()
	state, ready := t.TempDir(), filepath.Join(t.TempDir(), "ready.json")
	s := &serving{console: newConsole(), state: state, code: make(chan int, 1)}
	p := &process{
		stdin: strings.NewReader(""), stdout: io.Discard, stderr: s.console,
		env: environmentOf("EDGECASE_STATE=" + state), interrupted: func() bool { return false },
	}
	ctx, cancel := context.WithCancel(context.Background())
	s.stop = cancel
	root := rootCommand(p)
	root.SetArgs(append([]string{"serve", "--http", "127.0.0.1:0", "--https", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--ready-file", ready}, args...))
	go func() {
		defer s.close()
		s.code <- p.report(root.ExecuteContext(ctx))
	}()
	t.Cleanup(func() {
		cancel()
		if code, ok := <-s.code; ok && code != exitOK {
			t.Errorf("exit status %d\n%s", code, s.console)
		}
	})
	s.await(t, `  http  http://\S+`)
	content, err := os.ReadFile(ready)
	if err != nil {
		t.Fatal(err)
	}
	var where map[string]*string
	if err := json.Unmarshal(content, &where); err != nil {
		t.Fatal(err)
	}
	for key, to := range map[string]*string{"http": &s.http, "https": &s.https, "admin": &s.admin} {
		if where[key] != nil {
			*to = *where[key]
		}
	}
	return s
}

// ended stops serving and returns the exit status.
func (s *serving) ended() int {
	s.stop()
	code := <-s.code
	close(s.code)
	return code
}

// do sends a request over a connection of its own and returns the answer with its body.
func (s *serving) do(t *testing.T, method, path string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, "http://"+s.http+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Close = true
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}
