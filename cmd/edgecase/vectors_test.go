package main

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"edgecase/edge"

	"github.com/google/go-cmp/cmp"
)

// A vector is one row of the tables of vectors in docs/rules/policies.md (F01 and on, R01 and on): a distribution with
// one origin and one behavior, and what becomes of requests to it. The file's keys are all here; there are no others.
type vector struct {
	ID    string   `json:"id"`
	Rules []string `json:"rules"`

	Needs   string `json:"needs"`   // what edgecase does not have yet
	Refused string `json:"refused"` // the rule by which CloudFront refuses the configuration

	CachePolicy           policyText      `json:"cache_policy"` // a managed policy's name, or a policy
	OriginRequestPolicy   policyText      `json:"origin_request_policy"`
	ResponseHeadersPolicy json.RawMessage `json:"response_headers_policy"` // a managed policy's name, or the resource's arguments
	ForwardedValues       *selections     `json:"forwarded_values"`
	AllowedMethods        string          `json:"allowed_methods"` // GET and HEAD if there are none
	ViewerProtocolPolicy  string          `json:"viewer_protocol_policy"`
	S3                    bool            `json:"s3"` // the origin is a bucket
	CustomHeaders         []string        `json:"custom_headers"`
	Viewer                string          `json:"viewer"` // address and port

	Requests []vectorRequest `json:"requests"`
}

// A vectorRequest is a request and what it leads to. {RID}, {VIA}, {NOW} and {MS} stand for what is never the same twice.
type vectorRequest struct {
	Method   string    `json:"method"`
	Target   string    `json:"target"`
	Scheme   string    `json:"scheme"` // https if there is none
	Bare     bool      `json:"bare"`   // of the usual fields only Host
	Add      []string  `json:"add"`
	Body     string    `json:"body"`
	Answer   []string  `json:"answer"`   // the head of the origin's answer, whose body is hello
	Receives *[]string `json:"receives"` // all that the origin receives, line by line; absent for the usual
	Answers  []string  `json:"answers"`  // the head of CloudFront's answer; absent for the usual
}

// selections are which headers, cookies and query strings a policy takes: none, all, "only a b", "except a b".
type selections struct {
	Headers      string `json:"headers"`
	Cookies      string `json:"cookies"`
	QueryStrings string `json:"query_strings"`
	TTL          *int   `json:"ttl"`
}

// A policyText is a managed policy's name or a policy's selections.
type policyText struct {
	managed string
	own     *selections
}

func (p *policyText) UnmarshalJSON(data []byte) error {
	if data[0] == '"' {
		return json.Unmarshal(data, &p.managed)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	return dec.Decode(&p.own)
}

// The request of section 7.1 of the policy rules, and what is usual beside it.
var (
	vectorFields = []string{
		"Host: www.example.com", "User-Agent: UA/1", "Accept: text/html", "Accept-Language: de", "Accept-Encoding: gzip, deflate, br",
		"Cookie: sid=1; lang=de; _ga=9", "Referer: https://www.example.com/x", "Origin: https://app.example.com",
		"Authorization: Bearer T", "X-Test: 1",
	}
	usualReceived = []string{
		"GET /p HTTP/1.1", "Host: o.internal", "X-Amz-Cf-Id: {RID}", "Connection: Keep-Alive", "User-Agent: Amazon CloudFront",
		"Via: 1.1 {VIA}.cloudfront.net (CloudFront)", "X-Forwarded-For: 203.0.113.9",
	}
	usualAnswer = []string{"HTTP/1.1 200 OK", "Content-Type: text/plain", "Content-Length: 5"}
	usualHead   = []string{
		"HTTP/1.1 200 OK", "Content-Type: text/plain", "Content-Length: 5", "Connection: keep-alive", "Date: {NOW}", "X-Cache: Miss from cloudfront",
		"Via: 1.1 {VIA}.cloudfront.net (CloudFront)", "X-Amz-Cf-Pop: LOC50-C1", "X-Amz-Cf-Id: {RID}",
	}
	// The viewer of OBS-089, but for the address.
	vectorViewer = []string{
		"ASN=127", "City=Altadena", "Country-Name=United States", "Country-Region=CA", "Country-Region-Name=California", "Latitude=34.19310",
		"Longitude=-118.13830", "Metro-Code=803", "Postal-Code=91001", "Time-Zone=America/Los_Angeles",
	}
)

const (
	allMethods = "GET HEAD OPTIONS PUT POST PATCH DELETE"
	vectorBody = "hello"
	maskedText = "(masked)" // what documents show of a custom header
)

// readVectors reads a file of vectors and holds it against the table in the policy rules: every row has one vector.
func readVectors(t *testing.T, name, letter string) []vector {
	t.Helper()
	text, err := os.ReadFile("../../testdata/vectors/" + name)
	if err != nil {
		t.Fatal(err)
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	var vectors []vector
	if err := dec.Decode(&vectors); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	page, err := os.ReadFile("../../docs/rules/policies.md")
	if err != nil {
		t.Fatal(err)
	}
	var rows, have []string
	for _, m := range regexp.MustCompile(`(?m)^\| (`+letter+`[0-9]{2}) \|`).FindAllSubmatch(page, -1) {
		rows = append(rows, string(m[1]))
	}
	for _, v := range vectors {
		have = append(have, v.ID)
		if len(v.Requests) == 0 && v.Refused == "" && v.Needs == "" {
			t.Errorf("%s: nothing is asked", v.ID)
		}
	}
	if diff := cmp.Diff(rows, have); diff != "" {
		t.Fatalf("vectors (-policies.md +%s):\n%s", name, diff)
	}
	return vectors
}

// TestForwardingVectors runs section 7.1 of the policy rules through the server: Terraform in, bytes at the origin out.
func TestForwardingVectors(t *testing.T) { runVectors(t, readVectors(t, "forwarding.json", "F")) }

// TestResponseVectors runs section 8.6.
func TestResponseVectors(t *testing.T) { runVectors(t, readVectors(t, "responses.json", "R")) }

func runVectors(t *testing.T, vectors []vector) {
	t.Chdir(t.TempDir())
	for _, v := range vectors {
		switch v.Needs {
		case "":
		case "cache", "signing":
			t.Logf("%s needs the %s, which is not there yet", v.ID, v.Needs)
			continue
		default:
			t.Errorf("%s needs %q, which will never be", v.ID, v.Needs)
		}
		t.Run(v.Rules[0]+"/"+v.ID, func(t *testing.T) {
			write(t, "main.tf.json", v.terraform(t))
			if v.Refused != "" {
				v.mustBeRefused(t)
				return
			}
			origin := newRawOrigin(t)
			viewer := []string{"--country", "US", "--viewer", "Address=" + or(v.Viewer, "203.0.113.9:50235")}
			for _, value := range vectorViewer {
				viewer = append(viewer, "--viewer", value)
			}
			s := serve(t, append([]string{"--origin", "app=http://" + origin.address(), "--debug-headers=false"}, viewer...)...)
			for _, r := range v.Requests {
				r.check(t, s, origin, viewer, v.CustomHeaders)
			}
		})
	}
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// mustBeRefused wants the configuration not to be served, for the reason that the vector gives.
func (v *vector) mustBeRefused(t *testing.T) {
	t.Helper()
	code, out, _ := runIn(t, nil, "routes", "--format", "json")
	var document struct {
		Diagnostics []struct{ Severity, Rule string }
	}
	if err := json.Unmarshal([]byte(out), &document); err != nil {
		t.Fatal(err)
	}
	for _, d := range document.Diagnostics {
		if d.Rule == v.Refused && d.Severity == "error" {
			return
		}
	}
	t.Errorf("exit status %d, %v; want %s", code, document.Diagnostics, v.Refused)
}

// check sends a request, compares both messages byte for byte, and asks explain for the same.
func (r *vectorRequest) check(t *testing.T, s *serving, origin *rawOrigin, viewer, custom []string) {
	t.Helper()
	answer := r.Answer
	if answer == nil {
		answer = usualAnswer
	}
	origin.next(answer)
	head := s.rawRequest(t, r)
	id := ""
	if _, rest, found := strings.Cut(head, "\r\nX-Amz-Cf-Id: "); found {
		id, _, _ = strings.Cut(rest, "\r\n")
	}
	want := r.Answers
	if want == nil {
		want = usualHead
	}
	if diff := cmp.Diff(want, plainLines(head, id)); diff != "" {
		t.Errorf("answer (-want +got):\n%s", diff)
	}
	received := usualReceived
	if r.Receives != nil {
		received = *r.Receives
	}
	if diff := cmp.Diff(received, plainLines(origin.take(), id)); diff != "" {
		t.Errorf("the origin received (-want +got):\n%s", diff)
	}
	r.checkExplained(t, received, want, answer, viewer, custom)
}

// checkExplained wants explain to tell of the same origin request and of the same answer.
func (r *vectorRequest) checkExplained(t *testing.T, received, answers, answer, viewer, custom []string) {
	t.Helper()
	args := []string{"explain", "--format", "json", or(r.Method, "GET"), or(r.Scheme, "https") + "://www.example.com" + r.target()}
	for _, f := range r.fields() {
		args = append(args, "-H", f)
	}
	if r.Body != "" {
		args = append(args, "-d", r.Body)
	}
	args = append(args, "--origin-status", strings.Fields(answer[0])[1])
	for _, f := range answer[1:] {
		args = append(args, "--origin-header", f)
	}
	code, out, errs := runIn(t, nil, append(args, viewer...)...)
	var d edge.Document
	if err := json.Unmarshal([]byte(out), &d); err != nil {
		t.Fatalf("explain: exit status %d: %v\n%s", code, err, errs)
	}
	var request []string
	if o := d.OriginRequest; o != nil {
		request = append(request, o.Method+" "+strings.TrimPrefix(o.URL[strings.Index(o.URL, "://")+3:], hostIn(o.URL)))
		request = append(request, plainLines(fieldLines(o.Headers), d.ID)...)
		if o.BodyBytes > 0 {
			request = append(request, fmt.Sprintf("(%d bytes)", o.BodyBytes))
		}
	}
	if diff := cmp.Diff(shownLines(received, custom), request); diff != "" {
		t.Errorf("explain's origin_request (-received +explained):\n%s", diff)
	}
	shown := append([]string{fmt.Sprint(d.Status)}, plainLines(fieldLines(d.Headers), d.ID)...)
	if diff := cmp.Diff(shownLines(answers, nil), shown); diff != "" {
		t.Errorf("explain's answer (-answered +explained):\n%s", diff)
	}
}

// shownLines writes a message as a document of explain does: names in lower case, each once, a body by its length.
func shownLines(message, custom []string) []string {
	var lines []string
	at := map[string]int{}
	for i, l := range message {
		if l == "" {
			return append(lines, fmt.Sprintf("(%d bytes)", len(strings.Join(message[i+1:], "\n"))))
		}
		if i == 0 {
			l = strings.TrimSuffix(l, " HTTP/1.1")
			if rest, isAnswer := strings.CutPrefix(l, "HTTP/1.1 "); isAnswer {
				l = rest[:3]
			}
			lines = append(lines, l)
			continue
		}
		name, value, _ := strings.Cut(l, ": ")
		name = strings.ToLower(name)
		if slices.ContainsFunc(custom, func(c string) bool { return strings.HasPrefix(strings.ToLower(c), name+":") }) {
			value = maskedText
		}
		if n, again := at[name]; again {
			lines[n] += ", " + value
			continue
		}
		at[name] = len(lines)
		lines = append(lines, name+": "+value)
	}
	return lines
}

func fieldLines(fields edge.FieldMap) string {
	var b strings.Builder
	for _, f := range fields {
		fmt.Fprintf(&b, "%s: %s\r\n", f.Name, f.Value)
	}
	return b.String()
}

// hostIn returns the host of a URL.
func hostIn(url string) string {
	_, rest, _ := strings.Cut(url, "://")
	host, _, _ := strings.Cut(rest, "/")
	return host
}

var (
	viaHost      = regexp.MustCompile(`[0-9a-f]{32}\.cloudfront\.net`)
	dateValue    = regexp.MustCompile(`(?m)^([Dd]ate): [A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT`)
	milliseconds = regexp.MustCompile(`(connect|fbl);dur=\d+`)
)

// plainLines takes a message apart, with stand-ins for what is never the same twice.
func plainLines(message, id string) []string {
	if message == "" {
		return []string{}
	}
	if id != "" {
		message = strings.ReplaceAll(message, id, "{RID}")
	}
	message = viaHost.ReplaceAllString(message, "{VIA}.cloudfront.net")
	message = dateValue.ReplaceAllString(message, "$1: {NOW}")
	message = milliseconds.ReplaceAllString(message, "$1;dur={MS}")
	return strings.Split(strings.TrimSuffix(strings.TrimSuffix(message, "\r\n"), "\r\n"), "\r\n")
}

func (r *vectorRequest) target() string {
	switch {
	case r.Target != "":
		return r.Target
	case r.Bare:
		return "/p"
	default:
		return "/p?a=1&b=2"
	}
}

func (r *vectorRequest) fields() []string {
	fields := vectorFields
	if r.Bare {
		fields = fields[:1]
	}
	return append(slices.Clone(fields), r.Add...)
}

// rawRequest sends a request as it is and returns the head of the answer. A body that does not have the length it should is
// a failure.
func (s *serving) rawRequest(t *testing.T, r *vectorRequest) string {
	t.Helper()
	var c net.Conn
	var err error
	if r.Scheme == "http" {
		c, err = net.Dial("tcp", s.http)
	} else {
		c, err = tls.Dial("tcp", s.https, &tls.Config{RootCAs: s.authority(t), ServerName: "www.example.com"})
	}
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(30 * time.Second))
	text := or(r.Method, "GET") + " " + r.target() + " HTTP/1.1\r\n" + strings.Join(r.fields(), "\r\n") + "\r\n"
	if r.Body != "" {
		text += fmt.Sprintf("Content-Length: %d\r\n", len(r.Body))
	}
	if _, err := io.WriteString(c, text+"\r\n"+r.Body); err != nil {
		t.Fatal(err)
	}
	in := bufio.NewReader(c)
	head := readHead(t, in)
	resp, err := http.ReadResponse(bufio.NewReader(io.MultiReader(strings.NewReader(head), in)), &http.Request{Method: or(r.Method, "GET")})
	if err != nil {
		t.Fatal(err)
	}
	if n, err := io.Copy(io.Discard, resp.Body); err != nil || n != resp.ContentLength {
		t.Errorf("%d bytes of %d came, %v", n, resp.ContentLength, err)
	}
	return head
}

// authority returns what signs the certificates of a serving edgecase.
func (s *serving) authority(t *testing.T) *x509.CertPool {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(s.state, "rootCA.pem"))
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(data) {
		t.Fatal("the local authority has no certificate")
	}
	return pool
}

// readHead reads to the empty line, with it.
func readHead(t testing.TB, in *bufio.Reader) string {
	t.Helper()
	var b strings.Builder
	for {
		l, err := in.ReadString('\n')
		b.WriteString(l)
		if err != nil {
			t.Fatalf("read %q, then %v", b.String(), err)
		}
		if l == "\r\n" {
			return b.String()
		}
	}
}
