//go:build django

package main_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// big is the size of the bodies that have to stream: more than any buffer on the way.
const big = 32 << 20

// testEvents holds a stream of events open: each event has to be here before Django is asked for the next.
func testEvents(t *testing.T, edgecase string) {
	d := startDjango(t)
	e := serveEdgecase(t, edgecase, mendedPlane, d)
	direct := newClient(t, d.url)
	for _, tt := range []struct {
		name, rule string
		viewer     *client
	}{
		{"HTTP/1.1", "REQ-284", e.http},
		{"HTTP/2", "REQ-284", e.https},
	} {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			ctx, leave := context.WithTimeout(t.Context(), patience)
			defer leave()
			resp, err := tt.viewer.open(ctx, "GET", "/api/events", nil, "Accept", "text/event-stream")
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			lines := bufio.NewScanner(resp.Body)
			for n := 1; n <= 3; n++ {
				if got := nextEvent(lines); got != fmt.Sprintf("event %d", n) {
					t.Fatalf("event %d is %q, %v", n, got, lines.Err())
				}
				if got := direct.do(t, "POST", "/api/events/push", nil).body; got != `{"listeners": 1}` {
					t.Fatalf("after event %d: %s", n, got)
				}
			}
			leave()
			direct.repeat(t, "/api/events/push", `{"listeners": 0}`) // Django learns that the viewer has left.
		})
	}
}

func nextEvent(lines *bufio.Scanner) string {
	for lines.Scan() {
		if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			return data
		}
	}
	return ""
}

func testDownload(t *testing.T, edgecase string) {
	e := serveEdgecase(t, edgecase, mendedPlane, startDjango(t))
	want := sum(bigBody())
	for _, tt := range []struct {
		name, rule string
		viewer     *client
		query      string
		length     int64
	}{
		{"HTTP/1.1 with a length", "REQ-284", e.http, "", big},
		{"HTTP/1.1 in chunks", "REQ-283", e.http, "&chunked=1", -1},
		{"HTTP/2 with a length", "REQ-284", e.https, "", big},
		{"HTTP/2 without", "REQ-283", e.https, "&chunked=1", -1},
	} {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			resp, err := tt.viewer.open(ctx, "GET", fmt.Sprintf("/api/download?bytes=%d%s", big, tt.query), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			if got := sum(resp.Body); got != want || resp.ContentLength != tt.length {
				t.Errorf("%d with %d bytes, SHA-256 %s, want %s", resp.StatusCode, resp.ContentLength, got, want)
			}
		})
	}
}

// testUpload sends the second half of a body once the first has reached Django.
func testUpload(t *testing.T, edgecase string) {
	d := startDjango(t)
	e := serveEdgecase(t, edgecase, mendedPlane, d)
	for _, tt := range []struct {
		name, rule string
		viewer     *client
		fields     []string
		arrives    string
	}{
		{"HTTP/1.1 with a length", "REQ-250", e.http, []string{"Content-Length", strconv.Itoa(big)}, fmt.Sprintf(`Content-Length="%d"`, big)},
		{"HTTP/1.1 in chunks", "REQ-253", e.http, nil, `Transfer-Encoding="chunked"`},
		{"HTTP/2 with a length", "REQ-250", e.https, []string{"Content-Length", strconv.Itoa(big)}, fmt.Sprintf(`Content-Length="%d"`, big)},
		{"HTTP/2 without", "REQ-254", e.https, nil, `Transfer-Encoding="chunked"`},
	} {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			body, writer := io.Pipe()
			type result struct {
				answer answer
				err    error
			}
			done := make(chan result, 1)
			path := "/api/upload?" + strings.ReplaceAll(tt.name, " ", "+")
			go func() {
				a, err := tt.viewer.try(ctx, "POST", path, body, tt.fields...)
				body.Close()
				done <- result{a, err}
			}()
			whole := bigBody()
			if _, err := io.CopyN(writer, whole, big/2); err != nil {
				t.Fatalf("%v: %+v", err, <-done)
			}
			d.log.await(t, "POST "+path, tt.arrives)
			if _, err := io.Copy(writer, whole); err != nil {
				t.Fatalf("%v: %+v", err, <-done)
			}
			writer.Close()
			got := <-done
			want := fmt.Sprintf(`{"size": %d, "sha256": "%s"}`, big, sum(bigBody()))
			if got.err != nil || got.answer.body != want {
				t.Errorf("%d %q, %v, want %q", got.answer.status, got.answer.body, got.err, want)
			}
		})
	}
}

func testSlowGet(t *testing.T, edgecase string) {
	slow(t, edgecase, "GET", []string{"GET /api/slow", "GET /api/slow", "GET /api/slow"})
}

func testSlowPost(t *testing.T, edgecase string) {
	slow(t, edgecase, "POST", []string{"POST /api/slow"})
}

// slow asks Django for an answer that never comes, with a second of patience in the Terraform variables.
func slow(t *testing.T, edgecase, method string, reached []string) {
	t.Helper()
	d := startDjango(t)
	dir := copyOf(t, mendedPlane)
	edit(t, dir, "terraform.tfvars", "api_read_timeout = 60", "api_read_timeout = 1")
	e := serveEdgecase(t, edgecase, dir, d)
	got := e.http.do(t, method, "/api/slow", nil)
	if got.status != 504 || got.header.Get("Server") != "CloudFront" || got.header.Get("X-Cache") != "Error from cloudfront" {
		t.Errorf("%+v, not CloudFront's 504", got)
	}
	if diff := cmp.Diff(reached, d.requests(t)); diff != "" {
		t.Errorf("what Django got (-want +got):\n%s", diff)
	}
	direct := newClient(t, d.url)
	direct.repeat(t, "/api/release", `{"waiting": 0}`) // Nobody stays on the line at Django.
}

// repeat posts to a path until the answer is what it should be.
func (c *client) repeat(t *testing.T, path, want string) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for got := ""; got != want; got = c.do(t, "POST", path, nil).body {
		if time.Now().After(deadline) {
			t.Fatalf("POST %s still answers %q, not %s", path, got, want)
		}
	}
}

// bigBody is what /api/download sends.
func bigBody() io.Reader {
	block := make([]byte, 64<<10)
	for i := range block {
		block[i] = byte(i)
	}
	return bytes.NewReader(bytes.Repeat(block, big/len(block)))
}

func sum(r io.Reader) string {
	h := sha256.New()
	_, err := io.Copy(h, r)
	if err != nil {
		return err.Error()
	}
	return hex.EncodeToString(h.Sum(nil))
}
