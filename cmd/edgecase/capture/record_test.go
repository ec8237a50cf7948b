package capture

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"

	"edgecase/config/cloudfront"

	"github.com/google/go-cmp/cmp"
)

// small is a record with one result.
func small() *Record {
	return &Record{
		Format: format, Edgecase: "0.0.0", Hosts: deployed.standIns(),
		Results: []Result{{
			Probe: "x", Asks: "?", To: Main, Request: "GET / HTTP/1.1\r\n\r\n", Claims: []Claim{inferred("REQ-001", Status)},
			Answer: Answer{Head: "HTTP/1.1 200 OK\r\n\r\n", End: Kept}, Expected: Answer{Head: "HTTP/1.1 200 OK\r\n\r\n", End: Kept},
		}},
	}
}

// TestRead holds what is refused as a record.
func TestRead(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Record)
		want   string // of the error
	}{
		{"good", func(*Record) {}, ""},
		{"later", func(r *Record) { r.Format = 2 }, "answers of the format 2, and this edgecase knows 1"},
		{"no hosts", func(r *Record) { r.Hosts = Hosts{} }, `hosts: `},
		{"host elsewhere", func(r *Record) { r.Hosts.Pages = "www.example.com" }, "hosts: pages: www.example.com is no name of CloudFront's"},
		{"host and port", func(r *Record) { r.Hosts.Main = "localhost:80" }, `hosts: main: "localhost:80" is no host name`},
		{"a file above", func(r *Record) { r.Files = map[string]string{"../../x.tf": ""} }, `files: "../../x.tf" is none that capture init writes`},
		{"another file", func(r *Record) { r.Files = map[string]string{"more.tf": ""} }, `files: "more.tf" is none that capture init writes`},
		{"a huge file", func(r *Record) { r.Files = map[string]string{"main.tf": strings.Repeat("#", maxFile+1)} }, `files: "main.tf" is none that capture init writes`},
		{"many", func(r *Record) { r.Results = make([]Result, maxRequests+1) }, "401 results; a capture sends at most 400 requests"},
		{"no name", func(r *Record) { r.Results[0].Probe = "" }, `result 1, "": it has no name`},
		{"no distribution", func(r *Record) { r.Results[0].To = "x" }, `result 1, "x": there is no distribution "x"`},
		{"no request", func(r *Record) { r.Results[0].Request = "" }, `result 1, "x": a request of 0 bytes`},
		{"a huge request", func(r *Record) { r.Results[0].Request = strings.Repeat("x", maxRequest+1) }, `result 1, "x": a request of 65537 bytes`},
		{"no part", func(r *Record) { r.Results[0].Claims[0].Of = "color" }, `result 1, "x": no answer has a part "color"`},
		{"part without a name", func(r *Record) { r.Results[0].Claims[0].Of = "field " }, `result 1, "x": no answer has a part "field "`},
		{"no confidence", func(r *Record) { r.Results[0].Claims[0].Sure = "certain" }, `result 1, "x": REQ-001: "certain" is no confidence`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := small()
			tt.change(r)
			var text bytes.Buffer
			if err := r.Write(&text); err != nil {
				t.Fatal(err)
			}
			got := ""
			if _, err := Read(&text); err != nil {
				got = err.Error()
			}
			if !strings.HasPrefix(got, tt.want) || tt.want == "" && got != "" {
				t.Errorf("error %q, want %q", got, tt.want)
			}
		})
	}
}

// TestReadText holds what is refused as JSON.
func TestReadText(t *testing.T) {
	for text, want := range map[string]string{
		"":                                  "not the JSON of answers: unexpected end of JSON input",
		"[]":                                "not the JSON of answers: json: cannot unmarshal array into Go value",
		"{}":                                "no file of answers: it has no edgecase_answers",
		`{"edgecase_answers":1,"more":1}`:   "not the JSON of answers: json: unknown field",
		`{"edgecase_answers":"1"}`:          "not the JSON of answers: json: cannot unmarshal string",
		strings.Repeat(" ", maxRecord+1):    "larger than the 8 MB that a file of answers can be",
		`{"edgecase_answers":1,"results":0`: "not the JSON of answers: unexpected end",
	} {
		if _, err := Read(strings.NewReader(text)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%.40q: error %v, want %s", text, err, want)
		}
	}
}

// TestReplayWithoutFiles: a record that carries no Terraform is held against that of this edgecase.
func TestReplayWithoutFiles(t *testing.T) {
	r := small()
	r.Results[0].Request = get("/https/echo").Bytes(r.Hosts)
	if err := r.Replay(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := r.Results[0].Verdicts[0].Finding; got != Confirmed {
		t.Errorf("%s, want confirmed", got)
	}
}

// TestReplayEndless: a request that never ends does not let its reader wait for ever.
func TestReplayEndless(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := small()
		for _, request := range []string{
			request("POST /all/echo", "Content-Length: 5").Bytes(r.Hosts), request("POST /all/echo", "Transfer-Encoding: chunked").body("5\r\nhel").Bytes(r.Hosts), "GET / HTTP/1.1\r\nHost: x", "x",
		} {
			r.Results[0].Request = request
			if err := r.Replay(t.Context()); err != nil {
				t.Fatal(err)
			}
			if v := r.Results[0].Verdicts[0]; v.Finding != Silent || !strings.HasSuffix(v.Why, "in time: context deadline exceeded") {
				t.Errorf("%.40q: %s, %q", request, v.Finding, v.Why)
			}
		}
	})
}

// TestReplayBadFiles: Terraform that cannot be evaluated, or is about something else, is an error.
func TestReplayBadFiles(t *testing.T) {
	for text, want := range map[string]string{
		"{": "evaluate ",
		`resource "aws_cloudfront_distribution" "x" {
  enabled = true
  origin {
    origin_id   = "a"
    domain_name = "a.example.com"
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "http-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }
  default_cache_behavior {
    target_origin_id       = "a"
    viewer_protocol_policy = "allow-all"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    cache_policy_id        = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
  }
  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }
  viewer_certificate {
    cloudfront_default_certificate = true
  }
}`: "aws_cloudfront_distribution.x is none of the distributions that capture init wrote",
	} {
		r := small()
		r.Files = map[string]string{"main.tf": text}
		if err := r.Replay(t.Context()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

// TestJudge holds what an answer says of a claim.
func TestJudge(t *testing.T) {
	const head = "HTTP/1.1 200 OK\r\nX-Capture-Origin: echo\r\nX-Cache: Miss\r\n\r\n"
	echo := Answer{Head: head, Body: "GET /a HTTP/1.1\r\nX-One: 1\r\nX-Two: 2\r\n\r\n", End: Kept}
	refused := Answer{Head: "HTTP/1.1 403 Forbidden\r\nX-Cache: Error\r\n\r\n", Body: "no", End: Kept}
	tests := []struct {
		name, rule string
		of         Part
		want, got  Answer
		waits      string
		finding    Finding
		why        string
	}{
		{"same status", "REQ-001", Status, echo, echo, "", Confirmed, ""},
		{"other status", "REQ-001", Status, echo, refused, "", Refuted, "status: 403, not 200"},
		{"no answer", "REQ-001", Status, echo, Answer{End: NoAnswer}, "", Refuted, "status: the connection was closed, unanswered, not 200"},
		{"no network", "REQ-001", Status, echo, Answer{Trouble: "no connection: x"}, "", Silent, "no connection: x"},
		{"edgecase in trouble", "REQ-001", Status, Answer{Trouble: "x"}, echo, "", Silent, "edgecase: x"},
		{"field", "REQ-001", Field("x-cache"), echo, echo, "", Confirmed, ""},
		{"field that is not there", "REQ-001", Field("X-Other"), echo, echo, "", Confirmed, ""},
		{"field of another answer", "REQ-001", Field("X-Cache"), echo, refused, "", Silent, "another answer came: status: 403, not 200"},
		{"other field", "REQ-001", Field("X-Cache"), echo, Answer{Head: "HTTP/1.1 200 OK\r\nx-cache: Hit\r\n\r\n"}, "", Refuted, `field X-Cache: "Hit", not "Miss"`},
		{"field at the origin", "REQ-001", Received("x-one"), echo, echo, "", Confirmed, ""},
		{"other field at the origin", "REQ-001", Received("X-One"), echo, Answer{Head: head, Body: "GET /a HTTP/1.1\r\nX-Two: 2\r\n\r\n"}, "", Refuted, `field X-One at the origin: none, not "1"`},
		{"origin that says nothing", "REQ-001", Received("X-One"), echo, Answer{Head: "HTTP/1.1 200 OK\r\n\r\n"}, "", Silent, "the answer does not show the field X-One at the origin"},
		{"target", "REQ-001", Target, echo, Answer{Head: head, Body: "GET /b HTTP/1.1\r\n\r\n"}, "", Refuted, "target at the origin: /b, not /a"},
		{"long body", "REQ-001", Body, Answer{Head: "HTTP/1.1 200 OK\r\n\r\n", Body: "one\nand " + strings.Repeat("x", 50) + " two\nthree"},
			Answer{Head: "HTTP/1.1 200 OK\r\n\r\n", Body: "one\nand " + strings.Repeat("x", 50) + " 2\nthree"}, "", Refuted, "body: …" + strings.Repeat("x", 39) + " 2…, not …" + strings.Repeat("x", 39) + " two…"},
		{"body that is not kept", "REQ-001", Body, Answer{Head: "HTTP/1.1 200 OK\r\n\r\n", BodySum: "1"}, Answer{Head: "HTTP/1.1 200 OK\r\n\r\n", BodySum: "2"}, "", Refuted, "body: 2, not 1"},
		{"end", "REQ-001", Ending, echo, Answer{Head: head, End: Broken}, "", Refuted, "end: broken off, not whole"},
		{"waiting", "REQ-001", Status, echo, refused, "functions", Waiting, "edgecase has no functions yet"},
		{"throttled", "REQ-001", Status, echo, Answer{Head: "HTTP/1.1 503 Service Unavailable\r\nX-Cache: LimitExceeded from cloudfront\r\n\r\n"}, "", Silent, "CloudFront had no room for the request: 503"},
		{"interim", "REQ-001", Interim, echo, Answer{Head: "HTTP/1.1 100 Continue\r\n\r\n" + head}, "", Refuted, "interim answers: HTTP/1.1 100 Continue, not empty"},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			got := judgeClaim(inferred(tt.rule, tt.of), tt.want.view(), tt.got.view(), tt.waits)
			if got.Finding != tt.finding || got.Why != tt.why {
				t.Errorf("%s, %q, want %s, %q", got.Finding, got.Why, tt.finding, tt.why)
			}
		})
	}
}

// TestSummary: of several answers the one that refutes counts, and one that speaks before one that does not.
func TestSummary(t *testing.T) {
	verdict := func(rule string, f Finding, why string) Verdict {
		return Verdict{Claim{rule, cloudfront.Inferred, Status}, f, why}
	}
	r := &Record{Results: []Result{
		{Probe: "one", Verdicts: []Verdict{verdict("REQ-002", Confirmed, ""), verdict("REQ-001", Silent, "a"), verdict("REQ-003", Silent, "b")}},
		{Probe: "two", Verdicts: []Verdict{verdict("REQ-002", Refuted, "c"), verdict("REQ-001", Confirmed, ""), verdict("REQ-004", Waiting, "d")}, Others: []string{"e"}},
		{Probe: "three", Verdicts: []Verdict{verdict("REQ-002", Confirmed, "")}},
	}}
	want := &Summary{
		Confirmed: 1, Refuted: 1, Silent: 1, Waiting: 1, Others: map[string][]string{"two": {"e"}},
		Rules: []Ruling{
			{"REQ-001", cloudfront.Inferred, Confirmed, []string{"one", "two"}, nil},
			{"REQ-004", cloudfront.Inferred, Waiting, []string{"two"}, []string{"two: d"}},
			{"REQ-003", cloudfront.Inferred, Silent, []string{"one"}, []string{"one: b"}},
			{"REQ-002", cloudfront.Inferred, Refuted, []string{"one", "two", "three"}, []string{"two: c"}},
		},
	}
	if diff := cmp.Diff(want, r.Summary()); diff != "" {
		t.Errorf("summary (-want +got):\n%s", diff)
	}
}

// TestMask holds what is replaced.
func TestMask(t *testing.T) {
	const id = "aB3-_aB3-_aB3-_aB3-_aB3-_aB3-_aB3-_aB3-_aB3-_aB3-_aB3-=="
	m := newMask(deployed, deployed.standIns())
	tests := []struct{ name, text, want string }{
		{"our host", "Location: https://" + deployed.Main + "/", "Location: https://d111111abcdef8.cloudfront.net/"},
		{"our host in upper case", "Host: " + strings.ToUpper(deployed.Main), "Host: D111111ABCDEF8.CLOUDFRONT.NET"},
		{"another", "Via: 1.1 0123456789abcdef0123456789abcdef.cloudfront.net (CloudFront)", "Via: 1.1 {via}.cloudfront.net (CloudFront)"},
		{"machine", "Host: ec2-198-51-100-7.compute-1.amazonaws.com:8000", "Host: {origin}:8000"},
		{"machine elsewhere", "Host: ec2-198-51-100-7.eu-central-1.compute.amazonaws.com", "Host: {origin}"},
		{"bucket", "<BucketName>edgecase-capture-0123abcd</BucketName>", "<BucketName>{bucket}</BucketName>"},
		{"bucket's host", "edgecase-capture-0123abcd.s3.us-east-1.amazonaws.com", "{bucket}"},
		{"account", "arn:aws:cloudfront::123456789012:distribution/E2ABCDEFGHIJKL", "arn:aws:cloudfront::{account}:distribution/{resource}"},
		{"key", "AKIAIOSFODNN7EXAMPLE", "{key}"},
		{"address", "from 203.0.113.9 to [2001:db8::1%eth0]:443", "from {address} to {address}:443"},
		{"version", "HTTP/1.1 and 1.2.3", "HTTP/1.1 and 1.2.3"},
		{"S3's ids", "<RequestId>ABC</RequestId><HostId>x+y/z=</HostId>", "<RequestId>{id}</RequestId><HostId>{id}</HostId>"},
		{"another id", "Request ID: " + id, "Request ID: {another id}"},
		{"no character", "a\xff", "a\uFFFD"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := m.text(tt.text)
			if got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
			if again := m.text(got); again != got {
				t.Errorf("%q, and once more %q", got, again)
			}
		})
	}
	a := m.answer(Answer{
		Head: "HTTP/1.1 200 OK\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\nContent-Length: 5\r\nAge: 3\r\nX-Amz-Cf-Pop: FRA60-P3\r\nX-Amz-Cf-Id: short\r\nX-Amz-Request-Id: Q\r\n\r\n",
		body: "short", BodyBytes: 5,
	})
	want := "HTTP/1.1 200 OK\r\nDate: {date}\r\nContent-Length: {length}\r\nAge: {seconds}\r\nX-Amz-Cf-Pop: {pop}\r\nX-Amz-Cf-Id: {id}\r\nX-Amz-Request-Id: {id}\r\n\r\n"
	if a.Head != want || a.Body != "{id}" {
		t.Errorf("%q, %q, want %q", a.Head, a.Body, want)
	}
	a = m.answer(Answer{
		Head: "HTTP/1.1 200 OK\r\nX-Capture-Origin: echo\r\n\r\n",
		body: "GET / HTTP/1.1\r\nX-Forwarded-For: 192.0.2.4, 2001:db8::1\r\nCloudFront-Viewer-Address: 2001:db8::1:4000\r\nCloudFront-Viewer-Country: CH\r\n\r\n",
	})
	if want := "GET / HTTP/1.1\r\nX-Forwarded-For: {address}, {address}\r\nCloudFront-Viewer-Address: {address}:{port}\r\nCloudFront-Viewer-Country: {country}\r\n\r\n"; a.Body != want {
		t.Errorf("%q, want %q", a.Body, want)
	}
}

// FuzzRead: whatever is read as a record can be written, is read as the same again, and can be summed up.
func FuzzRead(f *testing.F) {
	var text bytes.Buffer
	if err := small().Write(&text); err != nil {
		f.Fatal(err)
	}
	f.Add(text.Bytes())
	f.Add([]byte(`{"edgecase_answers":1,"hosts":{"main":"a.example","pages":"b.cloudfront.net","nowhere":"c.cloudfront.net","disabled":"d.cloudfront.net"},"results":[],"files":{"main.tf":""}}`))
	f.Add([]byte(`{"edgecase_answers":1,"hosts":{},"results":[{"probe":"x","answer":{"head":"HTTP/1.1 100 C\r\n\r\nHTTP/1.1 x"}}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := Read(bytes.NewReader(text))
		if err != nil {
			return
		}
		var once, twice bytes.Buffer
		if err := r.Write(&once); err != nil {
			t.Fatal(err)
		}
		again, err := Read(bytes.NewReader(once.Bytes()))
		if err != nil {
			t.Fatalf("what was written is refused: %v\n%s", err, &once)
		}
		if err := again.Write(&twice); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(once.Bytes(), twice.Bytes()) {
			t.Errorf("written twice (-once +twice):\n%s", cmp.Diff(once.String(), twice.String()))
		}
		if _, err := json.Marshal(r.Summary()); err != nil {
			t.Error(err)
		}
		for i := range r.Results {
			result := &r.Results[i]
			want, got := result.Expected.view(), result.Answer.view()
			for _, c := range result.Claims {
				if v := judgeClaim(c, want, got, result.Waits); rank(v.Finding) < 0 {
					t.Errorf("%q is no finding", v.Finding)
				}
			}
			if differing := others(nil, got, got); len(differing) > 0 {
				t.Errorf("an answer differs from itself: %q", differing)
			}
		}
	})
}
