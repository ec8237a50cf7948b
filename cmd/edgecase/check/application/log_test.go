package application

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// logHead is the head of CloudFront's standard log (REQ-526).
const logHead = "#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query " +
	"cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken x-forwarded-for ssl-protocol ssl-cipher " +
	"x-edge-response-result-type cs-protocol-version fle-status fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type sc-content-type " +
	"sc-content-len sc-range-start sc-range-end\n"

// logLine writes one line of it.
func logLine(method, path string, status int, result, detail, mediaType, protocol string) string {
	return fmt.Sprintf("2026-01-01\t00:00:00\tFRA2-C1\t500\t192.0.2.1\t%s\td111111abcdef8.cloudfront.net\t%s\t%03d\t-\tcurl\t-\t-\t%s\tID==\twww.example.com\t%s\t100\t0.1\t-\tTLSv1.3\tX\t%s\tHTTP/2.0\t-\t-\t1234\t0.1\t%s\t%s\t10\t-\t-\n",
		method, path, status, result, protocol, result, detail, mediaType)
}

func TestReadLog(t *testing.T) {
	zipped := func(s string) string {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		io.WriteString(z, s)
		z.Close()
		return b.String()
	}
	json := `{"cs-method":"POST","cs-uri-stem":"/auth/x","sc-status":"200","x-host-header":"www.example.com","x-edge-result-type":"Miss","x-edge-detailed-result-type":"Miss","sc-content-type":"application/json","cs-protocol":"https"}` + "\n"
	const left = "1 requests that a bucket could have answered are left out"
	tests := []struct {
		name, rule, text string
		want, notes      []string
		err              string
	}{
		{"nothing", "REQ-525", logHead, nil, nil, ""},
		{"a change", "REQ-526", logHead + logLine("POST", "/auth/x", 200, "Miss", "Miss", "application/json", "https"), []string{"POST /auth/x www.example.com ×1"}, nil, ""},
		{"gzip", "REQ-526", zipped(logHead + logLine("POST", "/auth/x", 200, "Miss", "Miss", "-", "https")), []string{"POST /auth/x www.example.com ×1"}, nil, ""},
		{"JSON", "REQ-526", json, []string{"POST /auth/x www.example.com ×1"}, nil, ""},
		{"JSON with numbers", "REQ-526", strings.Replace(json, `"200"`, "200", 1), []string{"POST /auth/x www.example.com ×1"}, nil, ""},
		{"several of a kind", "REQ-526", logHead + logLine("PUT", "/a/1", 200, "Miss", "Miss", "-", "https") + logLine("PUT", "/a/2", 400, "Error", "OriginError", "text/html", "http"),
			[]string{"PUT /a/1 (/a/*) www.example.com ×2"}, nil, ""},
		{"data", "REQ-526", logHead + logLine("GET", "/api/me", 200, "Miss", "Miss", "application/json;%20charset=utf-8", "https"), []string{"GET /api/me www.example.com ×1"}, nil, ""},
		{"a file", "REQ-526", logHead + logLine("GET", "/x.png", 200, "Hit", "Hit", "image/png", "https"), nil, []string{left}, ""},
		{"a socket", "REQ-526", logHead + logLine("GET", "/live/x", 101, "Miss", "Miss", "-", "wss"), []string{"GET /live/x websocket www.example.com ×1"}, nil, ""},
		{"refused", "REQ-082", logHead + logLine("POST", "/auth/x", 403, "Error", "InvalidRequestMethod", "text/html", "https"), []string{"!POST /auth/x www.example.com ×1"}, nil, ""},
		{"refused and answered", "REQ-082", logHead + logLine("POST", "/auth/x", 403, "Error", "InvalidRequestMethod", "text/html", "https") + logLine("POST", "/auth/x", 200, "Miss", "Miss", "-", "https"),
			[]string{"POST /auth/x www.example.com ×2"}, nil, ""},
		{"scans", "REQ-082", logHead + logLine("POST", "/wp-login.php", 403, "Error", "InvalidRequestMethod", "text/html", "https") + logLine("POST", "/.env", 403, "Error", "InvalidRequestMethod", "text/html", "https"),
			nil, []string{"2 refused requests for other people's software are left out"}, ""},
		{"redirect", "REQ-113", logHead + logLine("POST", "/auth/x", 307, "Redirect", "Redirect", "text/html", "http"), nil, []string{left}, ""},
		{"another refusal", "REQ-511", logHead + logLine("POST", "/auth/x", 403, "Error", "ClientGeoBlocked", "text/html", "https"), nil, []string{left}, ""},
		{"nobody takes it", "REQ-526", logHead + logLine("POST", "/x", 405, "Error", "OriginError", "text/html", "https"), nil, []string{left}, ""},
		{"viewer has left", "REQ-526", logHead + logLine("POST", "/x", 0, "Error", "ClientCommError", "-", "https"), nil, []string{left}, ""},
		{"too few fields", "REQ-526", logHead + "2026-01-01\t00:00:00\n", nil, []string{"1 lines are left out: they have too few fields"}, ""},
		{"breaks off", "REQ-526", zipped(logHead + strings.Repeat(logLine("POST", "/auth/x", 200, "Miss", "Miss", "-", "https"), 400))[:200], nil, []string{"the file breaks off after line 0"}, ""},
		{"own order", "REQ-526", "#Fields: cs-uri-stem cs-method\n/a\tPOST\n", []string{"POST /a ×1"}, nil, ""},
		{"no fields", "REQ-526", "GET /a\n", nil, nil, "l:1: it is no CloudFront log: a #Fields: line should come first"},
		{"other fields", "REQ-526", "#Fields: date cs-method\n", nil, nil, "l:1: its #Fields: line has no cs-uri-stem"},
		{"other JSON", "REQ-526", "{\"a\":1}\n", nil, nil, "l:1: it is no CloudFront log: the object has no cs-method and cs-uri-stem"},
		{"broken JSON", "REQ-526", "{\"a\":\n", nil, nil, "l:1: the line is no JSON: unexpected end of JSON input"},
		{"broken gzip", "REQ-526", "\x1f\x8bxxxx", nil, nil, "l: it begins like gzip, and is none: unexpected EOF"},
		{"long line", "REQ-526", logHead + strings.Repeat("x", maxLogLine+1), nil, nil, "l:3: the line is longer than 262144 bytes"},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			got, err := ReadLog(strings.NewReader(tt.text), "l", nil)
			if tt.err != "" || err != nil {
				if err == nil || err.Error() != tt.err {
					t.Fatalf("error %v, want %s", err, tt.err)
				}
				return
			}
			want := tt.want
			if tt.name == "breaks off" {
				want = allInShort(got) // as much as has been unpacked
				tt.notes = got.Notes
				if !strings.HasPrefix(strings.Join(got.Notes, ""), "the file breaks off after line ") {
					t.Errorf("notes %q", got.Notes)
				}
			}
			if diff := cmp.Diff(want, allInShort(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.notes, got.Notes); diff != "" {
				t.Errorf("notes (-want +got):\n%s", diff)
			}
		})
	}
}

// A logbook is a log of so many lines, made while it is read; one in so many asks for a path of its own.
type logbook struct {
	lines, own int
	n          int
	rest       []byte
}

func (l *logbook) Read(p []byte) (int, error) {
	if len(l.rest) == 0 {
		switch {
		case l.n == 0:
			l.rest = []byte(logHead)
		case l.n > l.lines:
			return 0, io.EOF
		case l.n%l.own == 0:
			l.rest = []byte(logLine("POST", fmt.Sprintf("/p/path-%d/x", l.n), 200, "Miss", "Miss", "application/json", "https"))
		case l.n%3 == 0:
			l.rest = []byte(logLine("POST", fmt.Sprintf("/api/users/%d", l.n), 200, "Miss", "Miss", "application/json", "https"))
		default:
			l.rest = []byte(logLine("GET", "/assets/app.js", 200, "Hit", "Hit", "text/javascript", "https"))
		}
		l.n++
	}
	n := copy(p, l.rest)
	l.rest = l.rest[n:]
	return n, nil
}

// TestLargeLog reads a log with more different paths than are kept.
func TestLargeLog(t *testing.T) {
	const lines = MaxRoutes*2 + 2000
	peak := watchMemory(t)
	told := 0
	got, err := ReadLog(&logbook{lines: lines, own: 2}, "l", func(_ int64, routes int) { told = routes })
	if err != nil {
		t.Fatal(err)
	}
	if len(got.List) != MaxRoutes {
		t.Errorf("%d routes", len(got.List))
	}
	if grown := peak(); grown > 200<<20 {
		t.Errorf("it took %d MB more", grown>>20)
	}
	if told == 0 {
		t.Error("nobody told the meter")
	}
	if last := got.Notes[len(got.Notes)-1]; !strings.HasSuffix(last, " requests are left out: there are more than 100000 different paths") {
		t.Errorf("notes %q", got.Notes)
	}
}

// FuzzReadLog holds the reader against its promises.
func FuzzReadLog(f *testing.F) {
	f.Add(logHead + logLine("POST", "/auth/x", 200, "Miss", "Miss", "application/json", "https"))
	f.Add("#Fields: cs-uri-stem cs-method\n/a\tPOST\n")
	f.Add(`{"cs-method":"POST","cs-uri-stem":"/%zz","sc-status":1}`)
	f.Add("\x1f\x8b")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := ReadLog(strings.NewReader(text), "l", nil)
		if err == nil {
			wantSound(t, r)
		} else if !errors.As(err, new(*Error)) {
			t.Errorf("error %v says no place", err)
		}
	})
}

// BenchmarkReadLog reads a million lines.
func BenchmarkReadLog(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ReadLog(&logbook{lines: 1_000_000, own: 20}, "l", nil); err != nil {
			b.Fatal(err)
		}
	}
}

// TestEachInLog: every request but those of programs that look for holes.
func TestEachInLog(t *testing.T) {
	text := logHead + logLine("GET", "/x.png", 200, "Hit", "Hit", "image/png", "https") +
		logLine("POST", "/auth/x", 403, "Error", "InvalidRequestMethod", "text/html", "http") +
		logLine("POST", "/wp-login.php", 403, "Error", "InvalidRequestMethod", "text/html", "https") +
		logLine("GET", "/shop.php", 200, "Miss", "Miss", "text/html", "https") +
		logLine("GET", "/live/x", 101, "Miss", "Miss", "-", "wss")
	var got []Request
	if err := EachInLog(strings.NewReader(text), "l", func(r Request) { got = append(got, r) }, nil); err != nil {
		t.Fatal(err)
	}
	want := []Request{
		{"GET", "https", "www.example.com", "/x.png", 200},
		{"POST", "http", "www.example.com", "/auth/x", 403},
		{"GET", "https", "www.example.com", "/shop.php", 200},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if err := EachInLog(strings.NewReader("x\n"), "l", func(Request) {}, nil); err == nil || !strings.Contains(err.Error(), "l:1: ") {
		t.Errorf("error %v", err)
	}
}
