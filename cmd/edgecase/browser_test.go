//go:build compose

package main_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browserPatience bounds one step in the browser; on an idle machine it takes milliseconds.
const browserPatience = 30 * time.Second

// A browser is one user's Chromium, headless, with cookies of its own.
type browser struct {
	ctx  context.Context
	base string // scheme and host of the stack

	mu     sync.Mutex
	events []string // what the network panel and the console would show
}

// openBrowser starts Chromium for one test. It resolves local names only: nothing leaves this machine.
func openBrowser(t *testing.T, base string) *browser {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium(t)), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"),
		chromedp.WSURLReadTimeout(time.Minute),
	)
	ctx, endChromium := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, endTab := chromedp.NewContext(ctx, chromedp.WithErrorf(t.Logf))
	b := &browser{ctx: ctx, base: base}
	t.Cleanup(func() {
		if t.Failed() {
			b.picture(t)
		}
		_ = chromedp.Cancel(ctx) // waits until Chromium has left its directory
		endTab()
		endChromium()
	})
	// The first action starts Chromium, which lives as long as its context: so that has no deadline.
	if err := chromedp.Listen(ctx, b.note); err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	if _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); err != nil {
		t.Fatalf("watch the network: %v", err)
	}
	return b
}

// chromium finds the browser under one of its names.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("there is no Chromium here; .ci/install installs it on Debian")
	return ""
}

// note keeps what a developer would look at when something does not work.
func (b *browser) note(event any) {
	var line string
	switch e := event.(type) {
	case *network.EventResponseReceived:
		line = fmt.Sprintf("%d %s %s", int(e.Response.Status), e.Type, e.Response.URL)
	case *network.EventLoadingFailed:
		line = e.ErrorText
	case *runtime.EventConsoleAPICalled:
		line = "console:"
		for _, a := range e.Args {
			line += " " + string(a.Value)
		}
	case *runtime.EventExceptionThrown:
		line = e.ExceptionDetails.Text
	default:
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.events = append(b.events, line)
}

// seen returns what the browser has noted, one event a line.
func (b *browser) seen() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return strings.Join(b.events, "\n")
}

// run runs one action within browserPatience.
func run[T any](b *browser, action chromedp.Action[T]) (T, error) {
	ctx, cancel := context.WithTimeout(b.ctx, browserPatience)
	defer cancel()
	value, err := chromedp.Run(ctx, action)
	if errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("not within %v", browserPatience)
	}
	return value, err
}

// do runs a step of a test, and ends the test where it does not succeed.
func do[T any](t *testing.T, b *browser, step string, action chromedp.Action[T]) T {
	t.Helper()
	value, err := run(b, action)
	if err != nil {
		t.Fatalf("%s: %v\nthe page says:\n%s\nthe browser saw:\n%s", step, err, b.text(), b.seen())
	}
	return value
}

// visit opens a path of the stack, whatever the answer's status.
func (b *browser) visit(t *testing.T, path string) {
	t.Helper()
	do(t, b, "visit "+path, chromedp.Navigate(b.base+path))
}

// try opens a path of the stack and returns how the browser itself fails to.
func (b *browser) try(path string) error {
	_, err := run(b, chromedp.Navigate(b.base+path))
	return err
}

// fill types into the field that a selector names.
func (b *browser) fill(t *testing.T, selector, text string) {
	t.Helper()
	field := chromedp.CSS(selector)
	do(t, b, "fill "+selector, chromedp.Steps(
		chromedp.WaitVisible(field), chromedp.Clear(field), chromedp.SendKeys(field, text),
	))
}

// click presses what a selector names.
func (b *browser) click(t *testing.T, selector string) {
	t.Helper()
	do(t, b, "click "+selector, chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
}

// awaits waits until the element that a selector names holds a text. Meanwhile the page may become another one.
func (b *browser) awaits(t *testing.T, selector, text string) {
	t.Helper()
	const content = `document.querySelector(%q)?.innerText ?? ""`
	for deadline := time.Now().Add(browserPatience); time.Now().Before(deadline); {
		got, err := run(b, chromedp.Evaluate[string](fmt.Sprintf(content, selector)))
		if err == nil && strings.Contains(got, text) {
			return
		}
		_, _ = run(b, chromedp.Sleep(20*time.Millisecond)) // until it looks again
	}
	t.Fatalf("%s does not say %q\nthe page says:\n%s\nthe browser saw:\n%s", selector, text, b.text(), b.seen())
}

// text returns what the page says.
func (b *browser) text() string {
	text, err := run(b, chromedp.Evaluate[string](`document.body ? document.body.innerText : ""`))
	if err != nil {
		return err.Error()
	}
	return text
}

// value returns what stands in the field that a selector names.
func (b *browser) value(t *testing.T, selector string) string {
	t.Helper()
	return do(t, b, "read "+selector, chromedp.Value(chromedp.CSS(selector)))
}

// address returns the page's path and query.
func (b *browser) address(t *testing.T) string {
	t.Helper()
	return do(t, b, "read the address", chromedp.Evaluate[string](`location.pathname + location.search`))
}

// choose puts a new file into a form's field.
func (b *browser) choose(t *testing.T, selector, name, content string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	do(t, b, "choose "+name, chromedp.SetUploadFiles(chromedp.CSS(selector), []string{file}))
}

// cookies returns the cookies that the browser holds for the stack, by name.
func (b *browser) cookies(t *testing.T) map[string]*network.Cookie {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, browserPatience)
	defer cancel()
	result, err := chromedp.Call(ctx, network.GetCookies, network.GetCookiesParams{URLs: []string{b.base}})
	if err != nil {
		t.Fatalf("read the cookies: %v", err)
	}
	held := make(map[string]*network.Cookie)
	for _, c := range result.Cookies {
		held[c.Name] = c
	}
	return held
}

// picture keeps what a failed test saw, where the environment names a directory for that.
func (b *browser) picture(t *testing.T) {
	dir := os.Getenv("PICTURES")
	if dir == "" {
		return
	}
	png, err := run(b, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, strings.ReplaceAll(t.Name(), "/", "_")+".png"), png, 0o644)
	}
	if err != nil {
		t.Log(err)
	}
}
