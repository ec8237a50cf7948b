//go:build django

// The story with the real thing: Django behind a load balancer, three applications in buckets, and one behavior that
// nobody wrote.

package main_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDjango(t *testing.T) {
	edgecase := buildEdgecase(t)
	for _, tt := range []struct {
		name string
		run  func(t *testing.T, edgecase string)
	}{
		{"REQ-080/a refused POST never reaches Django", testRefused},
		{"REQ-051/explain names the behavior and its line", testExplained},
		{"REQ-051/what explain suggests mends it", testSuggested},
		{"REQ-041/one edit mends it and disturbs nobody", testMended},
		{"REQ-460/a 404 of the API becomes the application", testErrorPage},
		{"POL-028/Django learns the viewer's scheme from CloudFront alone", testForwarded},
		{"REQ-282/a form passes Django's CSRF check, or gets Django's own 403", testForm},
		{"REQ-284/events pass as they come", testEvents},
		{"REQ-284/a download streams", testDownload},
		{"REQ-252/an upload streams", testUpload},
		{"REQ-327/a slow GET is tried three times, then 504", testSlowGet},
		{"REQ-328/a slow POST is tried once, then 504", testSlowPost},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.run(t, edgecase) })
	}
}

func testRefused(t *testing.T, edgecase string) {
	d := startDjango(t)
	e := serveEdgecase(t, edgecase, brokenPlane, d)
	got := postEmail(t, e.http)
	want := map[string]string{
		"status": "403", "length": fmt.Sprint(refusal), "Content-Length": fmt.Sprint(refusal),
		"Content-Type": "text/html", "Server": "CloudFront", "X-Cache": "Error from cloudfront",
	}
	seen := map[string]string{"status": fmt.Sprint(got.status), "length": fmt.Sprint(len(got.body))}
	for name := range want {
		if v := got.header.Get(name); v != "" {
			seen[name] = v
		}
	}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Errorf("the refusal (-want +got):\n%s", diff)
	}
	for _, name := range []string{"Via", "X-Amz-Cf-Id", "X-Amz-Cf-Pop", "Date"} {
		if got.header.Get(name) == "" {
			t.Errorf("the refusal has no %s", name)
		}
	}
	for _, text := range []string{
		"This distribution is not configured to allow the HTTP request method that was used for this request.",
		got.header.Get("X-Amz-Cf-Id"),
	} {
		if !strings.Contains(got.body, text) {
			t.Errorf("the page does not say %q:\n%s", text, got.body)
		}
	}
	if reached := d.requests(t); len(reached) > 0 {
		t.Errorf("these requests reached Django: %q", reached)
	}
	line := lineOf(t, brokenPlane, "default_cache_behavior {", "allowed_methods")
	e.log.await(t, "POST", "/auth/email-check/", "403", "method-not-allowed", fmt.Sprintf("cloudfront.tf:%d", line))
}

func testExplained(t *testing.T, edgecase string) {
	type explained struct {
		Status     int
		AnsweredBy string `json:"answered_by"`
		Reason     string
		Behavior   struct {
			PathPattern string `json:"path_pattern"`
			Source      struct {
				Line int
			}
		}
		OriginRequest *struct{} `json:"origin_request"`
	}
	var want, got explained
	want.Status, want.AnsweredBy, want.Reason = 403, "edge", "method-not-allowed"
	want.Behavior.PathPattern = "*"
	want.Behavior.Source.Line = lineOf(t, brokenPlane, "default_cache_behavior {")
	decode(t, explain(t, edgecase, brokenPlane, "--format", "json"), &got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("explain (-want +got):\n%s", diff)
	}
	text := string(explain(t, edgecase, brokenPlane))
	for _, part := range []string{
		"default", "no origin is asked", "/auth/*",
		fmt.Sprintf("cloudfront.tf:%d", want.Behavior.Source.Line),
		fmt.Sprintf("cloudfront.tf:%d", lineOf(t, brokenPlane, "default_cache_behavior {", "allowed_methods")),
	} {
		if !strings.Contains(text, part) {
			t.Errorf("explain does not say %q:\n%s", part, text)
		}
	}
}

func testSuggested(t *testing.T, edgecase string) {
	var before, after struct {
		Status int
		Origin *struct{ ID string }
		Hints  []struct{ Trap, Suggestion string }
	}
	dir := copyOf(t, brokenPlane)
	decode(t, explain(t, edgecase, dir, "--format", "json"), &before)
	if len(before.Hints) == 0 || before.Hints[0].Trap != "T01" || before.Hints[0].Suggestion == "" {
		t.Fatalf("explain suggests nothing for trap T01: %+v", before)
	}
	edit(t, dir, "cloudfront.tf", "  custom_error_response {", before.Hints[0].Suggestion+"\n\n  custom_error_response {")
	decode(t, explain(t, edgecase, dir, "--format", "json"), &after)
	if after.Origin == nil || after.Origin.ID != "ALB-api" || after.Status != 200 {
		t.Errorf("with the suggestion\n%s\nexplain says %+v", before.Hints[0].Suggestion, after)
	}
}

// testMended edits the directory while a thousand requests and more are on their way.
func testMended(t *testing.T, edgecase string) {
	const requests, workers = 1000, 4
	d := startDjango(t)
	dir := copyOf(t, brokenPlane)
	e := serveEdgecase(t, edgecase, dir, d)
	if got := postEmail(t, e.http); got.status != 403 || len(got.body) != refusal {
		t.Fatalf("before the edit: %d with %d bytes", got.status, len(got.body))
	}

	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var sent atomic.Int64
	var mended atomic.Bool
	var wg sync.WaitGroup
	begun := make(chan struct{})
	for w := range workers {
		viewer := newClient(t, e.http.url)
		wg.Go(func() {
			for i := 0; (sent.Load() < requests || !mended.Load()) && ctx.Err() == nil; i++ {
				if err := visit(ctx, viewer, i+w); err != nil {
					t.Errorf("request %d: %v", sent.Load(), err)
				}
				if sent.Add(1) == requests/4 {
					close(begun)
				}
				if w == 0 { // A connection for each request, where the others keep theirs.
					viewer.CloseIdleConnections()
				}
			}
		})
	}
	<-begun
	behavior := authBehavior(t, planeFiles(t, dir)["cloudfront.tf"])
	edit(t, dir, "cloudfront.tf", "  # WebSockets", behavior+"  # WebSockets")
	got := postEmail(t, e.http)
	for ; got.status == 403 && len(got.body) == refusal && ctx.Err() == nil; got = postEmail(t, e.http) {
	}
	mended.Store(true)
	wg.Wait()

	if got.status != 200 || got.body != `{"existing": false}` || got.header.Get("X-Cache") != "Miss from cloudfront" {
		t.Errorf("after the edit: %+v", got)
	}
	if bare := e.http.do(t, "POST", "/auth/email-check/", nil); bare.status != 200 || bare.body != got.body {
		t.Errorf("without a body: %+v", bare)
	}
	e.log.await(t, "reloaded", "cloudfront.tf")
	e.log.await(t, "/auth/*", "ALB-api")
	d.log.await(t, "POST /auth/email-check/", `Content-Type="application/json"`)
}

// visit asks for something of Django or of a bucket, and says what is wrong with the answer.
func visit(ctx context.Context, viewer *client, i int) error {
	pages := []struct{ path, text string }{
		{"/api/instances/", `"name": "Plane"`},
		{"/", "<title>Plane</title>"},
		{"/god-mode/index.html", "<title>Plane administration</title>"},
	}
	page := pages[i%len(pages)]
	got, err := viewer.try(ctx, "GET", page.path, nil)
	if err == nil && (got.status != 200 || !strings.Contains(got.body, page.text)) {
		err = fmt.Errorf("GET %s: %d %q", page.path, got.status, got.body)
	}
	return err
}

func explain(t *testing.T, edgecase, dir string, flags ...string) []byte {
	t.Helper()
	args := append([]string{"explain", "POST", "/auth/email-check/", "-t", dir, "-c", "none"}, flags...)
	var stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), edgecase, args...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("edgecase %q: %v\n%s", args, err, &stderr)
	}
	return out
}

func decode(t *testing.T, text []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
}
