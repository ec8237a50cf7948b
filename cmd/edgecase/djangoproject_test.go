//go:build django || compose

package main_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"
)

// patience is how long anything in these tests may take. Nothing waits for it to pass.
const patience = 30 * time.Second

// buildEdgecase builds the command, with the race detector if the test has it, and returns its path.
func buildEdgecase(t *testing.T) string {
	t.Helper()
	args := []string{"build", "-o", filepath.Join(t.TempDir(), "edgecase")}
	if info, ok := debug.ReadBuildInfo(); ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		args = append(args, "-race")
	}
	if out, err := exec.CommandContext(t.Context(), "go", append(args, ".")...).CombinedOutput(); err != nil {
		t.Fatalf("build edgecase: %v\n%s", err, out)
	}
	return args[2]
}

// A djangoProject is testdata/django, running.
type djangoProject struct {
	url string
	log *journal // one line for each request that reached it
}

// startDjango starts the project on a free port, with the server that streams in both directions.
func startDjango(t *testing.T) *djangoProject {
	t.Helper()
	return runDjango(t, "serve.py")
}

// runDjango starts the project with one of its two servers, and with settings of its own: pairs of NAME=VALUE.
func runDjango(t *testing.T, server string, settings ...string) *djangoProject {
	t.Helper()
	stdout, stderr := newJournal(), newJournal()
	cmd := exec.CommandContext(t.Context(), "/usr/bin/python3", filepath.Join("../../testdata/django", server), "--port", "0")
	cmd.Stdout, cmd.Stderr = stdout, stderr
	cmd.Env = slices.DeleteFunc(os.Environ(), func(setting string) bool { return strings.HasPrefix(setting, "DJANGO_") })
	cmd.Env = append(cmd.Env, "DJANGO_DATABASE="+filepath.Join(t.TempDir(), "plane.sqlite3"))
	cmd.Env = append(cmd.Env, settings...)
	start(t, cmd)
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // It may have ended with the test's context.
		_ = cmd.Wait()
		showOnFailure(t, "Django's log", stderr)
	})
	address := strings.TrimPrefix(stdout.await(t, "listening on "), "listening on ")
	return &djangoProject{url: "http://" + address, log: stderr}
}

// requests returns the requests that reached Django, as "METHOD /path". A request that the test itself sends straight to
// it marks the end, so that nothing still on its way is missed.
func (d *djangoProject) requests(t *testing.T) []string {
	t.Helper()
	const mark = "/api/instances/?mark"
	newClient(t, d.url).do(t, "GET", mark, nil)
	d.log.await(t, "GET "+mark)
	var list []string
	for _, line := range d.log.take() {
		words := strings.SplitN(line, " ", 3)
		if len(words) == 3 && words[1] != mark {
			list = append(list, words[0]+" "+words[1])
		}
	}
	return list
}

// A serving is "edgecase serve", running.
type serving struct {
	http, https *client
	log         *journal
}

// serveEdgecase serves a directory, with Django as the API and the static applications as they are built.
func serveEdgecase(t *testing.T, edgecase, dir string, d *djangoProject, flags ...string) *serving {
	t.Helper()
	log := newJournal()
	ready := filepath.Join(t.TempDir(), "ready.json")
	cmd := exec.CommandContext(t.Context(), edgecase, "serve", dir, "-c", "none",
		"--http", "127.0.0.1:0", "--https", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--ready-file", ready,
		"--origin", "ALB-api="+d.url,
		"--origin", "S3-web=../../testdata/site/web",
		"--origin", "S3-admin=../../testdata/site/admin",
		"--origin", "S3-space=../../testdata/site/space")
	cmd.Args = append(cmd.Args, flags...)
	cmd.Env = append(os.Environ(), "EDGECASE_STATE="+t.TempDir())
	cmd.Stdout, cmd.Stderr = log, log
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	var addresses struct{ HTTP, HTTPS string }
	watch := watchFor(t, ready)
	start(t, cmd)
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // The test's context may have said so already.
		if err := <-ended; err != nil && cmd.ProcessState.ExitCode() != 0 {
			t.Errorf("edgecase serve ended with %v", err)
		}
		showOnFailure(t, "edgecase's log", log)
	})
	watch(func() bool {
		text, err := os.ReadFile(ready)
		return err == nil && json.Unmarshal(text, &addresses) == nil
	}, ended)
	return &serving{
		http:  newClient(t, "http://"+addresses.HTTP),
		https: newClient(t, "https://"+addresses.HTTPS),
		log:   log,
	}
}

// watchFor watches for a file. What it returns waits until there is one, or the program that writes it has ended.
func watchFor(t *testing.T, file string) func(there func() bool, ended chan error) {
	t.Helper()
	w, err := fsnotify.NewWatcher()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
	if err := w.Add(filepath.Dir(file)); err != nil {
		t.Fatal(err)
	}
	return func(there func() bool, ended chan error) {
		t.Helper()
		timeout := time.After(patience)
		for !there() {
			select {
			case <-w.Events:
			case err := <-w.Errors:
				t.Fatal(err)
			case err := <-ended:
				ended <- err
				t.Fatalf("ended before there was a %s: %v", filepath.Base(file), err)
			case <-timeout:
				t.Fatalf("no %s after %v", filepath.Base(file), patience)
			}
		}
	}
}

func start(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	cmd.WaitDelay = 10 * time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
}

func showOnFailure(t *testing.T, title string, j *journal) {
	if t.Failed() {
		t.Logf("%s:\n%s", title, strings.Join(j.all(), "\n"))
	}
}

// A journal is the lines that a program has written so far.
type journal struct {
	mu      sync.Mutex
	lines   []string
	rest    []byte
	taken   int
	changed chan struct{} // closed when there are more lines
}

func newJournal() *journal { return &journal{changed: make(chan struct{})} }

// Write takes what a program writes.
func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.rest = append(j.rest, p...)
	for {
		line, rest, found := bytes.Cut(j.rest, []byte("\n"))
		if !found {
			return len(p), nil
		}
		j.lines, j.rest = append(j.lines, string(line)), rest
		close(j.changed)
		j.changed = make(chan struct{})
	}
}

// await returns the first line that has all of some texts, as soon as there is one.
func (j *journal) await(t *testing.T, texts ...string) string {
	t.Helper()
	return j.awaitAfter(t, 0, texts...)
}

// awaitAfter is await for the lines that follow the first so many.
func (j *journal) awaitAfter(t *testing.T, from int, texts ...string) string {
	t.Helper()
	// Not only while the test runs: also while it puts things back.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), patience)
	defer cancel()
	for {
		j.mu.Lock()
		fresh, changed := j.lines[from:], j.changed
		j.mu.Unlock()
		for _, line := range fresh {
			if !slices.ContainsFunc(texts, func(text string) bool { return !strings.Contains(line, text) }) {
				return line
			}
		}
		from += len(fresh)
		select {
		case <-changed:
		case <-ctx.Done():
			t.Fatalf("no line with %q in\n%s", texts, strings.Join(j.all(), "\n"))
		}
	}
}

// take returns the lines since the last take.
func (j *journal) take() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	fresh := slices.Clone(j.lines[j.taken:])
	j.taken = len(j.lines)
	return fresh
}

func (j *journal) all() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.lines)
}
