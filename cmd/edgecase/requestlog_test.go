package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"edgecase/config"
	"edgecase/edge"
	"edgecase/origins"

	"github.com/google/go-cmp/cmp"
)

// explained returns what would become of a request to the story's distribution, as an exchange that has ended.
func explained(t *testing.T, method, target string, assume edge.Assume, change func(*edge.Request)) *edge.Exchange {
	t.Helper()
	loaded, diags := config.Load(".", config.Options{})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	at := time.Date(2026, 7, 1, 8, 14, 2, 0, time.Local)
	e, err := edge.New(loaded.Config, edge.Options{Now: func() time.Time { return at }})
	if err != nil {
		t.Fatal(err)
	}
	r := &edge.Request{Method: method, Scheme: "http", Host: "localhost:8080", Major: 1, Minor: 1}
	r.Path, r.RawQuery, r.HasQuery = strings.Cut(target, "?")
	if change != nil {
		change(r)
	}
	x := e.Explain(context.Background(), r, assume)
	x.Trace.Took = 4200 * time.Microsecond
	return x
}

func TestRequestLine(t *testing.T) {
	for _, tt := range []struct {
		name           string
		method, target string
		assume         edge.Assume
		piped          bool // the log is no terminal
		request        func(*edge.Request)
		exchange       func(*edge.Exchange)
		want           string
	}{
		{name: "REQ-041/from the origin", method: "GET", target: "/", want: `
08:14:02  GET    /                       200  S3-web    Miss        4.2 ms  default  cloudfront.tf:45
`},
		{name: "REQ-079/refused method", method: "POST", target: "/auth/email-check/", want: `
08:14:02  POST   /auth/email-check/      403  edge      method-not-allowed  default allows GET HEAD  cloudfront.tf:48
            no behavior for /auth/*; /api/* (cloudfront.tf:54) would have taken it
            edgecase explain POST /auth/email-check/ -t infra
`},
		{name: "REQ-440/error page", method: "GET", target: "/api/me", assume: edge.Assume{Status: 404}, want: `
08:14:02  GET    /api/me                 404  ALB-api   → 200 /index.html   custom_error_response  cloudfront.tf:90
`},
		{name: "REQ-088/unknown method", method: "FOO", target: "/x", want: `
08:14:02  FOO    /x                      400  edge      unknown-method      CloudFront does not know the method FOO  default  cloudfront.tf:45
`},
		{name: "REQ-013/unknown host", method: "GET", target: "/x", request: func(r *edge.Request) { r.Host = "evil.example\x1b[0m" + strings.Repeat("x", 300) }, want: `
08:14:02  GET    /x                      403  edge      unknown-host        no distribution has the alias "evil.example\x1b[0mxxxxxxxxxxxxxxxx…cloudfront.net, plane.example.gov
`},
		{name: "control characters", method: "GET", target: "/\x1b[2J\n/x", want: `
08:14:02  GET    /\x1b[2J\n/x            200  S3-web    Miss        4.2 ms  default  cloudfront.tf:45
`},
		{name: "long target", method: "GET", target: "/a/very/long/path/that/does/not/end/before/its/end.html?and=a&query=string", want: `
08:14:02  GET    /a/very/long/p…=string  200  S3-web    Miss        4.2 ms  default  cloudfront.tf:45
`},
		{name: "broken off", method: "GET", target: "/api/stream", exchange: func(x *edge.Exchange) {
			x.Trace.SentBytes, x.Trace.Broken = 12345, errors.New("the origin broke off")
		}, want: `
08:14:02  GET    /api/stream             200  ALB-api   Miss        4.2 ms  /api/*  cloudfront.tf:54
            broke off after 12.3 kB: the origin broke off
`},
		{name: "REQ-475/WebSocket", method: "GET", target: "/live/1", exchange: func(x *edge.Exchange) {
			x.Response.Status, x.Response.Switched = 101, struct{ io.ReadWriteCloser }{}
			x.Trace.SentBytes, x.Trace.Took = 2_500_000, 95*time.Second
		}, want: `
08:14:02  GET    /live/1                 101  ALB-api   websocket  1.6 min  /live/*  cloudfront.tf:65
            2.5 MB went to the viewer
`},
		{name: "REQ-475/WebSocket whose origin is silent, T29", method: "GET", target: "/live/1", exchange: func(x *edge.Exchange) {
			x.Response.Status, x.Response.Switched = 101, struct{ io.ReadWriteCloser }{}
			x.Trace.SentBytes, x.Trace.Took, x.Trace.Broken = 2_500, 11*time.Minute, edge.ErrSocketIdle
		}, want: `
08:14:02  GET    /live/1                 101  ALB-api   websocket 11.0 min  /live/*  cloudfront.tf:65
            2.5 kB went to the viewer
            CloudFront closed it: no byte came from ALB-api for 10 minutes; pings would keep it open
`},
		{name: "note of a bucket", method: "GET", target: "/nope", assume: edge.Assume{Status: 403}, exchange: func(x *edge.Exchange) {
			x.Result.Notes = []origins.Note{{Text: "key nope is not in ./dist", Rule: "REQ-391"}}
		}, want: `
08:14:02  GET    /nope                   403  S3-web    Error       4.2 ms  default  cloudfront.tf:45
            key nope is not in ./dist
`},
		{name: "elsewhere than on a terminal nothing is cut or folded", method: "GET", target: "/a/very/long/path/that/does/not/end/before/its/end.html", assume: edge.Assume{Status: 403},
			piped: true, exchange: func(x *edge.Exchange) {
				x.Result.Notes = []origins.Note{{Text: strings.Repeat("a key that is not in ./dist, ", 5), Rule: "REQ-391"}}
			}, want: `
08:14:02  GET    /a/very/long/path/that/does/not/end/before/its/end.html  403  S3-web    Error       4.2 ms  default  cloudfront.tf:45
            ` + strings.Repeat("a key that is not in ./dist, ", 5) + `
`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Chdir("../../testdata/terraform/plane")
			x := explained(t, tt.method, tt.target, tt.assume, tt.request)
			if tt.exchange != nil {
				tt.exchange(x)
			}
			l := &requestLog{journal: &journal{folds: !tt.piped}, path: "infra", who: 8}
			got := l.line(x)
			if diff := cmp.Diff(strings.TrimPrefix(tt.want, "\n"), got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			l = &requestLog{journal: &journal{paint: true, folds: !tt.piped}, path: "infra", who: 8} // another, which has said nothing yet
			if plain := stripped(l.line(x)); plain != got {
				t.Errorf("color changes more than color (-plain +colored):\n%s", cmp.Diff(got, plain))
			}
		})
	}
}

// TestStructuredRequest shows the keys of the log for machines.
func TestStructuredRequest(t *testing.T) {
	t.Chdir("../../testdata/terraform/plane")
	var stderr bytes.Buffer
	p := &process{stderr: &stderr, env: environmentOf()}
	j := newJournal(p, &flags{logLevel: "info", logFormat: "json"})
	l := &requestLog{journal: j}
	l.End(explained(t, "POST", "/auth/email-check/?x=1", edge.Assume{}, nil))
	stop := make(chan struct{})
	close(stop)
	j.run(stop)

	var got map[string]any
	if err := json.Unmarshal(stderr.Bytes(), &got); err != nil {
		t.Fatalf("%v in %s", err, stderr.String())
	}
	for _, key := range []string{"time", "request_id"} {
		if got[key] == "" {
			t.Errorf("no %s", key)
		}
		delete(got, key)
	}
	want := map[string]any{
		"level": "INFO", "msg": "request", "method": "POST", "uri": "http://localhost:8080/auth/email-check/?x=1", "status": 403.0,
		"answered_by": "edge", "reason": "method-not-allowed", "result": "Error", "took": 0.0042, "bytes": 0.0,
		"distribution": "aws_cloudfront_distribution.main", "behavior": "*", "stage": "method", "rule": "REQ-079", "source": "cloudfront.tf:48",
		"hints": []any{"T01 no behavior for /auth/*; /api/* (cloudfront.tf:54) would have taken it"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestJournalNeverWaits shows that a terminal that takes nothing does not hold requests, and that what is lost is told.
func TestJournalNeverWaits(t *testing.T) {
	reader, writer := io.Pipe()
	j := newJournal(&process{stderr: writer, env: environmentOf()}, &flags{logLevel: "info"})
	end := j.start()
	const lines = 50000 // more than the queue and one write hold
	for range lines {
		j.print("line\n") // nobody reads: this must return all the same
	}
	text := make(chan string)
	go func() {
		b, _ := io.ReadAll(reader)
		text <- string(b)
	}()
	end()
	j.print("after the end\n")
	writer.Close()
	got := <-text
	written := strings.Count(got, "line\n")
	if written == 0 || written >= lines || !strings.Contains(got, "left out: the log is read too slowly") {
		t.Errorf("%d of %d lines were written, and this about the others: %q", written, lines, strings.ReplaceAll(got, "line\n", ""))
	}
}

// TestJournalEnds shows that the program can end while nobody reads what it says.
func TestJournalEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reader, writer := io.Pipe()
		j := newJournal(&process{stderr: writer, env: environmentOf()}, &flags{logLevel: "info"})
		end := j.start()
		j.print("line\n")
		began := time.Now()
		end()
		if took := time.Since(began); took != lastWords {
			t.Errorf("the end took %v, want %v", took, lastWords)
		}
		reader.Close()
	})
}

func TestDuration(t *testing.T) {
	for _, tt := range []struct {
		in   time.Duration
		want string
	}{
		{0, "0.0 ms"}, {240 * time.Microsecond, "0.2 ms"}, {4 * time.Millisecond, "4.0 ms"}, {12 * time.Millisecond, "12 ms"},
		{1500 * time.Millisecond, "1.5 s"}, {3 * time.Minute, "3.0 min"},
	} {
		if got := duration(tt.in); got != tt.want {
			t.Errorf("duration(%v) = %q, want %q", tt.in, got, tt.want)
		}
	}
}
