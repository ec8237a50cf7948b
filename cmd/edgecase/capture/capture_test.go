package capture

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"edgecase/edge"
	"edgecase/edge/http1"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// deployed are the names that CloudFront has given to the distributions of a test.
var deployed = Hosts{"d3k1tfq9zw0abc.cloudfront.net", "d1zzzztfq9zw0a.cloudfront.net", "d2yyyytfq9zw0a.cloudfront.net", "d0xxxxtfq9zw0a.cloudfront.net"}

// A cloud stands for CloudFront: an edge of this process that serves a directory, reached over pipes.
type cloud struct {
	*local
	dir string
}

// deploy writes a directory, and deploys it with some texts of its Terraform replaced: old, new, old, new.
func deploy(t *testing.T, edits ...string) (*Directory, *cloud) {
	t.Helper()
	dir, there := t.TempDir(), t.TempDir()
	if err := Write(dir); err != nil {
		t.Fatal(err)
	}
	d, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := written()
	edit := strings.NewReplacer(edits...)
	changed := len(edits) == 0
	for name, text := range files {
		files[name] = edit.Replace(text)
		changed = changed || files[name] != text
	}
	if !changed {
		t.Fatalf("%q is nowhere in the directory", edits)
	}
	said, err := json.Marshal(map[string]string{"token": d.Token, "pages": deployed.Pages, "nowhere": deployed.Nowhere, "disabled": deployed.Disabled})
	if err != nil {
		t.Fatal(err)
	}
	files["site/edgecase-capture.json"] = string(said)
	if err := write(there, files, d.Token); err != nil {
		t.Fatal(err)
	}
	l, err := serve(there, deployed)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.close)
	return d, &cloud{l, there}
}

// options returns what reaches the cloud, without haste and waiting.
func (c *cloud) options() Options {
	o := Options{Pace: time.Nanosecond, Version: "0.0.0", Now: func() time.Time { return time.Unix(1<<31, 0) }}
	o.network = func(*tls.Config) dialing {
		return func(ctx context.Context, host string, secure bool) (net.Conn, error) {
			here, there := net.Pipe()
			opts := http1.ConnOptions{Scheme: "http"}
			if secure {
				opts.Scheme, opts.TLS = "https", &tls.ConnectionState{Version: tls.VersionTLS12, CipherSuite: tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}
			}
			go c.edge.Serve(ctx, http1.NewConn(addressed{there}, opts))
			return here, nil
		}
	}
	return o
}

// capture asks the cloud everything.
func (c *cloud) capture(t *testing.T, d *Directory) *Record {
	t.Helper()
	r, err := d.Capture(t.Context(), deployed.Main, c.options())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestConfirmed: edgecase confirms what edgecase says, and the record of that says nothing of its author.
func TestConfirmed(t *testing.T) {
	d, c := deploy(t)
	r := c.capture(t, d)
	t.Run("confirmed", func(t *testing.T) { allConfirmed(t, r) })
	t.Run("nothing personal", func(t *testing.T) { nothingPersonal(t, d, r) })
	t.Run("waits", func(t *testing.T) {
		// When what a probe waits for is there, the mark goes.
		for _, result := range r.Results {
			if result.Waits != "" && result.Reason != edge.OriginAnswered {
				t.Errorf("%s waits for %s, which edgecase has: it answers %s", result.Probe, result.Waits, result.Reason)
			}
		}
	})
}

func allConfirmed(t *testing.T, r *Record) {
	for _, result := range r.Results {
		for _, v := range result.Verdicts {
			if v.Finding != Confirmed && !(v.Finding == Waiting && result.Waits != "") {
				t.Errorf("%s: %s, of the %s: %s: %s", result.Probe, v.Rule, v.Of, v.Finding, v.Why)
			}
		}
		for _, text := range result.Others {
			t.Errorf("%s also differs: %s", result.Probe, text)
		}
	}
	if r.Refutes() {
		t.Error("something documented is refuted")
	}
	s := r.Summary()
	t.Logf("%d requests, %d rules: %d confirmed, %d waiting", len(r.Results), len(s.Rules), s.Confirmed, s.Waiting)
	if s.Confirmed < 200 || s.Refuted+s.Silent > 0 {
		t.Errorf("%d confirmed, %d refuted, %d silent", s.Confirmed, s.Refuted, s.Silent)
	}
}

// nothingPersonal looks through a record for what would tell whose it is.
func nothingPersonal(t *testing.T, d *Directory, r *Record) {
	var saved bytes.Buffer
	if err := r.Write(&saved); err != nil {
		t.Fatal(err)
	}
	personal := map[string]string{
		"token": d.Token, "main": deployed.Main, "pages": deployed.Pages, "nowhere": deployed.Nowhere, "disabled": deployed.Disabled,
		"address": "198.51.100.7", "machine": "ec2-198", "directory": d.Dir, "pop": "LOC50-C1",
	}
	for what, text := range personal {
		if i := bytes.Index(saved.Bytes(), []byte(text)); i >= 0 {
			t.Errorf("the record holds the %s: %q", what, saved.Bytes()[max(0, i-80):min(saved.Len(), i+80)])
		}
	}
	ids := regexp.MustCompile(`[A-Za-z0-9_-]{54}==|[0-9]{4}-[0-9]{2}-[0-9]{2}T`)
	for _, id := range ids.FindAllString(saved.String(), -1) {
		if id != "2038-01-19T" { // when it was made
			t.Errorf("the record holds %q", id)
		}
	}
}

// TestRefuted deploys another CloudFront, and wants just the rules refuted that it breaks.
func TestRefuted(t *testing.T) {
	tests := []struct {
		name    string
		edits   []string
		want    string // rules that are refuted
		refutes bool   // one of them is more than inferred
	}{
		{"value of a policy", []string{`value    = "yes"`, `value    = "no"`}, "POL-003 POL-105 POL-106 POL-107 POL-108 POL-110", true},
		{"https-only that is not", []string{`path = "/https/*", protocol = "https-only"`, `path = "/https/*"`}, "REQ-086 REQ-111 REQ-476", true},
		{"root object", []string{`"start/index"`, `"other"`}, "REQ-171 REQ-177 REQ-182", true},
		{"pattern", []string{`path = "/q?c"`, `path = "/qxc"`}, "REQ-046 V46 V48", false},
		{"error page", []string{"response_code         = 200", "response_code         = 404"}, "E1 E2 E4 E7 E8 REQ-348 REQ-440 REQ-591", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d, c := deploy(t, tt.edits...)
			r := c.capture(t, d)
			var got []string
			for _, rule := range r.Summary().Rules {
				if rule.Finding == Refuted && !slices.Contains(got, rule.Rule) {
					got = append(got, rule.Rule)
				}
			}
			slices.Sort(got)
			if diff := cmp.Diff(tt.want, strings.Join(got, " ")); diff != "" {
				t.Errorf("refuted rules (-want +got):\n%s", diff)
			}
			if r.Refutes() != tt.refutes {
				t.Errorf("Refutes() = %t, want %t", r.Refutes(), tt.refutes)
			}
		})
	}
}

// TestReplay: what is saved and read again is judged as it was, by an edgecase that is the same.
func TestReplay(t *testing.T) {
	d, c := deploy(t, `value    = "yes"`, `value    = "no"`)
	r := c.capture(t, d)
	var saved bytes.Buffer
	if err := r.Write(&saved); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes", saved.Len())
	again, err := Read(bytes.NewReader(saved.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r.Summary(), again.Summary()); diff != "" {
		t.Errorf("read again (-wrote +read):\n%s", diff)
	}
	for i := range again.Results {
		again.Results[i].Verdicts, again.Results[i].Others = nil, nil
	}
	if err := again.Replay(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r.Summary(), again.Summary()); diff != "" {
		t.Errorf("replayed (-captured +replayed):\n%s", diff)
	}
	for i, result := range again.Results {
		if diff := cmp.Diff(r.Results[i].Expected, result.Expected, cmpopts.IgnoreUnexported(Answer{})); diff != "" {
			t.Errorf("%s: expected (-captured +replayed):\n%s", result.Probe, diff)
		}
	}
}

// TestNotOurs: nothing but two harmless requests goes to what is not the directory's own.
func TestNotOurs(t *testing.T) {
	tests := []struct {
		name, said string // what /edgecase-capture.json holds
		want       string
		asked      int
	}{
		{"another token", `{"token":"00000000000000000000000000000000","pages":"a.cloudfront.net","nowhere":"b.cloudfront.net","disabled":"c.cloudfront.net"}`,
			"is not the distribution that this directory made: /edgecase-capture.json was answered 200, 130 bytes", 1},
		{"no JSON", "<!doctype html>", "is not the distribution that this directory made: /edgecase-capture.json was answered 200, 15 bytes", 1},
		{"a sister elsewhere", `{"token":"TOKEN","pages":"www.example.com","nowhere":"b.cloudfront.net","disabled":"c.cloudfront.net"}`,
			"says where its sisters are, and that cannot be: pages: www.example.com is no name of CloudFront's", 1},
		{"a sister with a port", `{"token":"TOKEN","pages":"a.cloudfront.net:8080","nowhere":"b.cloudfront.net","disabled":"c.cloudfront.net"}`,
			`says where its sisters are, and that cannot be: pages: "a.cloudfront.net:8080" is no host name`, 1},
		{"sisters that are one", `{"token":"TOKEN","pages":"a.cloudfront.net","nowhere":"a.cloudfront.net","disabled":"c.cloudfront.net"}`,
			"says where its sisters are, and that cannot be: a.cloudfront.net stands for two distributions", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, c := deploy(t)
			said := strings.ReplaceAll(tt.said, "TOKEN", d.Token)
			if err := os.WriteFile(filepath.Join(c.dir, "site", "edgecase-capture.json"), []byte(said), 0o644); err != nil {
				t.Fatal(err)
			}
			asked := 0
			o := c.options()
			inner := o.network
			o.network = func(config *tls.Config) dialing {
				dial := inner(config)
				return func(ctx context.Context, host string, secure bool) (net.Conn, error) {
					asked++
					return dial(ctx, host, secure)
				}
			}
			_, err := d.Capture(t.Context(), deployed.Main, o)
			var notOurs *NotOursError
			if !errors.As(err, &notOurs) {
				t.Fatalf("error %v, want a NotOursError", err)
			}
			got := strings.TrimPrefix(err.Error(), deployed.Main+" ")
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
			if asked != tt.asked {
				t.Errorf("%d requests, want %d", asked, tt.asked)
			}
		})
	}
}

// TestUnreachable: a host that gives no answer is told from one that is somebody else's.
func TestUnreachable(t *testing.T) {
	d, c := deploy(t)
	o := c.options()
	o.network = func(*tls.Config) dialing {
		return func(context.Context, string, bool) (net.Conn, error) { return nil, errors.New("no route") }
	}
	_, err := d.Capture(t.Context(), deployed.Main, o)
	if want := deployed.Main + " gives no answer: no route"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

// TestLimit: once the time is over nothing is sent, and the answers that are missing are silent.
func TestLimit(t *testing.T) {
	d, c := deploy(t)
	o := c.options()
	o.Limit = time.Nanosecond
	r, err := d.Capture(t.Context(), deployed.Main, o)
	if err != nil {
		t.Fatal(err)
	}
	s := r.Summary()
	if s.Silent != len(s.Rules) || s.Silent == 0 {
		t.Errorf("%d of %d rules are silent", s.Silent, len(s.Rules))
	}
	if got, want := s.Rules[0].Why[0], r.Results[0].Probe+": not sent: 1ns were over"; !strings.HasSuffix(got, ": not sent: 1ns were over") {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestInterrupted: the end of the context ends a capture.
func TestInterrupted(t *testing.T) {
	d, c := deploy(t)
	ctx, cancel := context.WithCancel(t.Context())
	o := c.options()
	o.Progress = func(done, _ int) {
		if done == 3 {
			cancel()
		}
	}
	if _, err := d.Capture(ctx, deployed.Main, o); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", err)
	}
}

// TestProbes holds the list together.
func TestProbes(t *testing.T) {
	seen := map[string]bool{}
	bytes, hosts := 0, deployed.standIns()
	for _, p := range Probes() {
		request := p.Bytes(hosts)
		bytes += len(request)
		switch {
		case p.Name == "" || p.Asks == "" || len(p.Claims) == 0:
			t.Errorf("%+v lacks something", p)
		case seen[p.Name]:
			t.Errorf("two probes are called %s", p.Name)
		case strings.ContainsFunc(request, func(c rune) bool { return c > 0x7f }):
			t.Errorf("%s holds a character that JSON and CloudFront may not mean the same by", p.Name)
		case len(request) > 40<<10:
			t.Errorf("%s has %d bytes", p.Name, len(request))
		case strings.Contains(strings.ToLower(request), "\r\ncookie:") && !strings.Contains(request, "Cookie: b=2; a=1; $c=3"):
			t.Errorf("%s sends a cookie that is not one of ours", p.Name)
		case regexp.MustCompile(`\{[a-z]+[:}]`).MatchString(request):
			t.Errorf("%s holds a placeholder that nobody filled: %q", p.Name, request)
		}
		seen[p.Name] = true
		for _, c := range p.Claims {
			if !c.Of.known() {
				t.Errorf("%s: no answer has a part %q", p.Name, c.Of)
			}
		}
	}
	if len(seen) > maxRequests || bytes > maxSent {
		t.Errorf("%d requests, %d bytes", len(seen), bytes)
	}
	t.Logf("%d requests, %d bytes", len(seen), bytes)
}

// TestBytes: lengths follow from names.
func TestBytes(t *testing.T) {
	tests := []struct {
		name string
		p    Probe
		want string // of the request, with a run of "a" as its length
	}{
		{"names", get("/", "X: {pages}", "Y: {MAIN}"), "GET / HTTP/1.1\r\nHost: d.example\r\nX: p.cloudfront.net\r\nY: D.EXAMPLE\r\n\r\n"},
		{"url", get("/x{url:50}"), "GET /x<31> HTTP/1.1\r\nHost: d.example\r\n\r\n"},
		{"url of another", get("/x{url:50}").at(Pages), "GET /x<24> HTTP/1.1\r\nHost: p.cloudfront.net\r\n\r\n"},
		{"target", get("/x{target:50}?b"), "GET /x<46>?b HTTP/1.1\r\nHost: d.example\r\n\r\n"},
		{"head", get("/", "X: {head:100}"), "GET / HTTP/1.1\r\nHost: d.example\r\nX: <60>\r\n\r\n"},
		{"too short", get("/", "X: {head:10}"), "GET / HTTP/1.1\r\nHost: d.example\r\nX: \r\n\r\n"},
		{"body", request("POST /").with("a\nb"), "POST / HTTP/1.1\r\nHost: d.example\r\nContent-Length: 3\r\n\r\na\nb"},
		{"version", get("/").version("1.0"), "GET / HTTP/1.0\r\nHost: d.example\r\n\r\n"},
	}
	run := regexp.MustCompile(`a{5,}`)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.p.Bytes(Hosts{"d.example", "p.cloudfront.net", "n.cloudfront.net", "o.cloudfront.net"})
			got = run.ReplaceAllStringFunc(got, func(s string) string { return fmt.Sprintf("<%d>", len(s)) })
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("request (-want +got):\n%s", diff)
			}
		})
	}
}

// TestStandIns: they are as long as the names that they stand for, and are nobody's.
func TestStandIns(t *testing.T) {
	for name, want := range map[string]string{
		"d3k1tfq9zw0abc.cloudfront.net":  "d111111abcdef8.cloudfront.net",
		"d3k1tfq9zw0ab.cloudfront.net":   "d11111abcdef8.cloudfront.net",
		"d3k1tfq9zw0abcd.cloudfront.net": "d1111111abcdef8.cloudfront.net",
		"abc.cloudfront.net":             "d11.cloudfront.net",
		"capture.example.com":            "www.1111111.example",
	} {
		if got := standIn(name, "1"); got != want {
			t.Errorf("%s stands for %s, want %s", got, name, want)
		}
	}
}

// TestOpen holds what is refused as a directory, and what is told of one.
func TestOpen(t *testing.T) {
	fresh := func(t *testing.T) string {
		dir := t.TempDir()
		if err := Write(dir); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	tests := []struct {
		name   string
		change func(dir string) error
		want   string // of the error; "" for none
		edited string
	}{
		{"as written", func(string) error { return nil }, "", ""},
		{"no marker", func(dir string) error { return os.Remove(filepath.Join(dir, markerName)) }, "is no directory that edgecase capture init wrote: it has no capture.json", ""},
		{"no JSON", writing(markerName, "{"), "is no directory that edgecase capture init wrote: its capture.json is not what was written there", ""},
		{"no token", writing(markerName, `{"edgecase_capture":1,"token":"../../etc"}`), "is no directory that edgecase capture init wrote: its capture.json is not what was written there", ""},
		{"later format", writing(markerName, `{"edgecase_capture":2,"token":"00000000000000000000000000000000"}`), "is of the format 2, and this edgecase knows 1", ""},
		{"huge", writing("main.tf", strings.Repeat("#", maxFile+1)), "is larger than 262144 bytes", ""},
		{"edited", writing("main.tf", "# mine"), "", "main.tf"},
		{"gone", func(dir string) error { return os.Remove(filepath.Join(dir, "answers", "echo.http")) }, "", "answers/echo.http"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := fresh(t)
			if err := tt.change(dir); err != nil {
				t.Fatal(err)
			}
			d, err := Open(dir)
			if err != nil {
				if tt.want == "" || !strings.HasSuffix(err.Error(), tt.want) {
					t.Errorf("error %v, want one that ends in %q", err, tt.want)
				}
				return
			}
			if tt.want != "" || strings.Join(d.Edited, " ") != tt.edited {
				t.Errorf("no error, edited %q; want %q, %q", d.Edited, tt.want, tt.edited)
			}
		})
	}
}

func writing(name, text string) func(string) error {
	return func(dir string) error { return os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644) }
}

// TestTokens: no two directories have the same.
func TestTokens(t *testing.T) {
	tokens := map[string]bool{}
	for range 3 {
		dir := t.TempDir()
		if err := Write(dir); err != nil {
			t.Fatal(err)
		}
		d, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		tokens[d.Token] = true
	}
	if len(tokens) != 3 {
		t.Errorf("tokens %q", slices.Collect(maps.Keys(tokens)))
	}
}
