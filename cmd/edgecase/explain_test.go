package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"edgecase/edge/http1"

	"github.com/google/go-cmp/cmp"
)

func TestParseTarget(t *testing.T) {
	type parts struct{ Scheme, Host, Target string }
	tests := []struct {
		name, rule string
		url        string
		want       parts
		refused    string // what the message says
	}{
		{"path", "REQ-059", "/a", parts{"https", "", "/a"}, ""},
		{"as it is", "REQ-059", "/x/../a//%2e%2E/;p?q=%20&&=", parts{"https", "", "/x/../a//%2e%2E/;p?q=%20&&="}, ""},
		{"two slashes", "REQ-059", "//host/a", parts{"https", "", "//host/a"}, ""},
		{"question mark alone", "REQ-059", "/?", parts{"https", "", "/?"}, ""},
		{"URL in the query", "REQ-059", "/login?next=http://b/", parts{"https", "", "/login?next=http://b/"}, ""},
		{"fragment", "REQ-069", "/a?b#c", parts{"https", "", "/a?b"}, ""},
		{"URL", "REQ-001", "http://www.example.com/a", parts{"http", "www.example.com", "/a"}, ""},
		{"upper case", "REQ-001", "HTTPS://WWW.example.com/a", parts{"https", "WWW.example.com", "/a"}, ""},
		{"port", "REQ-001", "https://localhost:8443/a", parts{"https", "localhost:8443", "/a"}, ""},
		{"address", "REQ-001", "http://[::1]:8080/a", parts{"http", "[::1]:8080", "/a"}, ""},
		{"no path", "REQ-069", "https://www.example.com", parts{"https", "www.example.com", "/"}, ""},
		{"query at once", "REQ-069", "https://www.example.com?a=/", parts{"https", "www.example.com", "/?a=/"}, ""},
		{"broken escape", "REQ-150", "/a%zz", parts{"https", "", "/a%zz"}, ""},
		{"not ASCII", "REQ-150", "/ä", parts{"https", "", "/ä"}, ""},
		{"blank", "REQ-150", "/a b", parts{}, "a blank"},
		{"line end", "REQ-150", "/a\r\nX: y", parts{}, `control character '\r'`},
		{"zero", "REQ-150", "/a\x00", parts{}, "control character"},
		{"delete", "REQ-150", "/a\x7f", parts{}, "control character"},
		{"no slash", "REQ-069", "a/b", parts{}, "neither a path nor a URL"},
		{"empty", "REQ-069", "", parts{}, "neither a path nor a URL"},
		{"asterisk", "REQ-069", "*", parts{}, "neither a path nor a URL"},
		{"scheme", "REQ-069", "ws://www.example.com/", parts{}, "http or https"},
		{"no host", "REQ-069", "https:///a", parts{}, "no host"},
		{"password", "REQ-069", "https://a:b@www.example.com/", parts{}, "a user and a password"},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			r, err := parseTarget("GET", tt.url)
			if tt.refused != "" {
				wantUsage(t, err, tt.refused)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.want, parts{r.Scheme, r.Host, r.Target}); d != "" {
				t.Errorf("mismatch (-want +got)\n%s", d)
			}
		})
	}
}

// wantUsage wants an error of wrong usage that says something and has a hint.
func wantUsage(t *testing.T, err error, says string) {
	t.Helper()
	exit, ok := errors.AsType[*exitError](err)
	if !ok || exit.code != exitUsage || !strings.Contains(err.Error(), says) || exit.hint == "" {
		t.Errorf("got error %v, want one of wrong usage that says %q and hints", err, says)
	}
}

func TestParseField(t *testing.T) {
	tests := []struct {
		name    string
		field   string
		want    http1.Field
		refused string
	}{
		{"plain", "Accept: text/html", http1.Field{Name: "Accept", Value: "text/html"}, ""},
		{"no blank", "accept:text/html", http1.Field{Name: "accept", Value: "text/html"}, ""},
		{"colons", "Referer: https://a:1/", http1.Field{Name: "Referer", Value: "https://a:1/"}, ""},
		{"empty", "X-A:", http1.Field{Name: "X-A", Value: ""}, ""},
		{"no colon", "Accept", http1.Field{}, "is not 'Name: value'"},
		{"no name", ": x", http1.Field{}, "is not 'Name: value'"},
		{"blank before the colon", "Accept : x", http1.Field{}, "is not 'Name: value'"},
		{"second line", "X: a\r\nY: b", http1.Field{}, "control character"},
		{"not ASCII", "Ä: b", http1.Field{}, "is not 'Name: value'"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := parseField("-H", tt.field)
			if tt.refused != "" {
				wantUsage(t, err, tt.refused)
				return
			}
			if d := cmp.Diff(tt.want, got); err != nil || d != "" {
				t.Errorf("error %v, mismatch (-want +got)\n%s", err, d)
			}
		})
	}
}

// FuzzParseTarget: what is accepted is read back as it was written, or is refused as a listener refuses it.
func FuzzParseTarget(f *testing.F) {
	for _, s := range []string{"/", "/a%zz", "//x?y#z", "http://a:1/b?c", "https://[::1]?q", "HTTP://A", "/\u00e9", "https://a b/"} {
		f.Add("GET", s, "")
	}
	f.Add("POST", "/x", "body")
	f.Fuzz(func(t *testing.T, method, url, body string) {
		r, err := parseTarget(method, url)
		if err != nil {
			if _, ok := errors.AsType[*exitError](err); !ok {
				t.Fatalf("%v is no error of wrong usage", err)
			}
			return
		}
		if r.Host == "" {
			r.Host = "localhost"
		}
		r.Body, r.HasBody = body, body != ""
		asked, malformed, err := r.Read(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if malformed != nil {
			return
		}
		if asked.Method != method || asked.Target() != r.Target || asked.Host != r.Host || asked.ContentLength != int64(len(body)) {
			t.Errorf("%s %q with %d bytes at %q became %s %q with %d bytes at %q", method, r.Target, len(body), r.Host,
				asked.Method, asked.Target(), asked.ContentLength, asked.Host)
		}
		if !strings.HasSuffix(strings.TrimSuffix(r.Target, "/"), strings.TrimSuffix(tail(url), "/")) {
			t.Errorf("the target of %q is %q", url, r.Target)
		}
	})
}

// tail returns the path and query of a URL as it is written.
func tail(url string) string {
	url, _, _ = strings.Cut(url, "#")
	if strings.HasPrefix(url, "/") {
		return url
	}
	_, rest, _ := strings.Cut(url, "://")
	if i := strings.IndexAny(rest, "/?"); i >= 0 {
		return rest[i:]
	}
	return ""
}

// runIn runs the program and returns what it prints.
func runIn(t *testing.T, env map[string]string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	code = run(args, strings.NewReader(""), &out, &err, func(name string) (string, bool) {
		v, ok := env[name]
		return v, ok
	})
	return code, out.String(), err.String()
}

// TestExplainWidth: whatever is explained fits 100 columns, with places as long as this, and nothing in it is a control
// character. Only what is to be pasted is as wide as its author made it.
func TestExplainWidth(t *testing.T) {
	long := strings.Repeat("long/", 60)
	for _, args := range [][]string{
		{"POST", "/auth/email-check/"},
		{"GET", "/api/" + long + "?q=" + long, "-H", "Cookie: a=" + long, "-H", "X-" + strings.Repeat("Long-", 30) + ": y"},
		{"GET", "/x/../" + long},
		{"GET", "https://unknown.example.com/" + long},
		{"GET", "http://localhost/", "--origin-status", "404", "--origin-header", "Set-Cookie: a=" + long},
		{"GET", "/ä\u202e\u009b", "-H", "X-A: \u009b31m"},
	} {
		t.Run(args[0]+" "+cut(args[1], 30), func(t *testing.T) {
			code, out, errs := runIn(t, nil, append([]string{"explain", "-c", "none", "-t", "../../testdata/terraform/plane"}, args...)...)
			if code != 0 {
				t.Fatalf("exit status %d: %s", code, errs)
			}
			for line := range strings.Lines(out) {
				line = strings.TrimSuffix(line, "\n")
				if width(line) > maxColumns && !strings.HasPrefix(line, "     ") {
					t.Errorf("%d columns: %s", width(line), line)
				}
				if line != strings.TrimRight(line, " ") || line != printable(line) {
					t.Errorf("%q has blanks at its end, or what a terminal might obey", line)
				}
			}
		})
	}
}

// TestExplainViewer: explain takes who the viewer is, and the names that mean the distribution, as serve does.
func TestExplainViewer(t *testing.T) {
	story(t)
	content, err := os.ReadFile("cloudfront.tf")
	if err != nil {
		t.Fatal(err)
	}
	blocked := strings.Replace(string(content), `restriction_type = "none"`, `restriction_type = "blacklist"`+"\n"+`locations = ["CA"]`, 1)
	write(t, "cloudfront.tf", blocked)
	tests := []struct {
		name, rule string
		env        map[string]string
		args       []string
		want       string
	}{
		{"no country", "REQ-512", nil, []string{"/api/x"}, "200 from ALB-api"},
		{"blocked", "REQ-511", nil, []string{"/api/x", "--country", "ca"}, "403 from CloudFront"},
		{"admitted", "REQ-510", nil, []string{"/api/x", "--country", "US"}, "200 from ALB-api"},
		{"environment", "REQ-511", map[string]string{"EDGECASE_COUNTRY": "CA"}, []string{"/api/x"}, "403 from CloudFront"},
		{"unknown host", "REQ-013", nil, []string{"http://plane.test/api/x"}, "403 from CloudFront"},
		{"host", "REQ-017", nil, []string{"http://plane.test/api/x", "--host", "plane.test"}, "200 from ALB-api"},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			code, out, errs := runIn(t, tt.env, append([]string{"explain", "GET"}, tt.args...)...)
			if code != 0 || !strings.HasPrefix(out, tt.want) {
				t.Errorf("exit status %d, want %q\n%s%s", code, tt.want, out, errs)
			}
		})
	}
	if code, _, errs := runIn(t, nil, "explain", "GET", "/", "--country", "Canada"); code != exitUsage {
		t.Errorf("--country Canada: exit status %d, %s", code, errs)
	}
	_, out, _ := runIn(t, nil, "explain", "GET", "/api/x", "--viewer", "Address=198.51.100.7:46532")
	if !strings.Contains(out, "X-Forwarded-For: 198.51.100.7") {
		t.Errorf("the viewer's address is not forwarded\n%s", out)
	}
}

// TestExplainConnection: what a viewer's connection has is supposed to be there, as with a real one.
func TestExplainConnection(t *testing.T) {
	t.Chdir(t.TempDir())
	socket := []string{"-H", "Connection: Upgrade", "-H", "Upgrade: websocket", "-H", "Sec-WebSocket-Version: 13", "-H", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="}
	tests := []struct {
		name, rule, policy string
		args               []string
		want               string
	}{
		{"TLS", "POL-084", "Managed-AllViewerAndCloudFrontHeaders-2022-06", []string{"https://www.example.com/"}, "+ CloudFront-Viewer-TLS: TLSv1.3:TLS_AES_128_GCM_SHA256:fullHandshake"},
		{"bare path", "POL-084", "Managed-AllViewerAndCloudFrontHeaders-2022-06", []string{"/"}, "+ CloudFront-Viewer-TLS: TLSv1.3:TLS_AES_128_GCM_SHA256:fullHandshake"},
		{"socket", "REQ-472", "Managed-AllViewer", append([]string{"/ws"}, socket...), "WebSocket to app"},
		{"socket without its key", "REQ-474", "Managed-HostHeaderOnly", append([]string{"/ws"}, socket...), "400 from app"},
		{"name that only apply can tell", "REQ-200", "Managed-HostHeaderOnly", []string{"/a"}, "to app   GET http://app-"},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			write(t, "main.tf", strings.Replace(socketSite, "POLICY", tt.policy, 1))
			code, out, errs := runIn(t, nil, append([]string{"explain", "GET"}, tt.args...)...)
			if code != 0 || !strings.Contains(out, tt.want) {
				t.Errorf("exit status %d, want %q in\n%s%s", code, tt.want, out, errs)
			}
		})
	}
	write(t, "main.tf", strings.Replace(socketSite, "POLICY", "Managed-AllViewerAndCloudFrontHeaders-2022-06", 1))
	_, out, _ := runIn(t, nil, "explain", "GET", "http://www.example.com/")
	if !strings.Contains(out, "CloudFront-Forwarded-Proto: http") || strings.Contains(out, "CloudFront-Viewer-TLS:") {
		t.Errorf("POL-084: no TLS over plain HTTP\n%s", out)
	}
}

// socketSite is an application behind a load balancer, of whose name only apply can tell.
const socketSite = `
resource "aws_lb" "app" {
  name = "app"
}

data "aws_cloudfront_origin_request_policy" "app" {
  name = "POLICY"
}

resource "aws_cloudfront_distribution" "app" {
  enabled = true
  aliases = ["www.example.com"]
  origin {
    origin_id   = "app"
    domain_name = aws_lb.app.dns_name
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "http-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }
  default_cache_behavior {
    target_origin_id         = "app"
    viewer_protocol_policy   = "allow-all"
    allowed_methods          = ["GET", "HEAD"]
    cached_methods           = ["GET", "HEAD"]
    cache_policy_id          = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad" # Managed-CachingDisabled
    origin_request_policy_id = data.aws_cloudfront_origin_request_policy.app.id
  }
  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }
  viewer_certificate {
    acm_certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/1"
    ssl_support_method  = "sni-only"
  }
}
`

// TestExplainDocument holds that the JSON has every field of the contract, with null where there is nothing.
func TestExplainDocument(t *testing.T) {
	code, out, errs := runIn(t, nil, "explain", "-c", "none", "-t", "../../testdata/terraform/plane", "--format", "json", "POST", "/auth/email-check/")
	if code != 0 {
		t.Fatalf("exit status %d: %s", code, errs)
	}
	var got map[string]any
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	for _, field := range []string{
		"status", "answered_by", "reason", "result_type", "behavior", "origin", "origin_request", "headers", "steps", "hints",
	} {
		if _, there := got[field]; !there {
			t.Errorf("the document lacks %q", field)
		}
	}
	if got["origin"] != nil || got["origin_request"] != nil {
		t.Errorf("origin %v, origin_request %v; want null where nobody is asked", got["origin"], got["origin_request"])
	}
}

func TestFold(t *testing.T) {
	tests := []struct {
		name    string
		text    string
		columns int
		want    []string
	}{
		{"short", "a b", 10, []string{"a b"}},
		{"empty", "", 10, []string{""}},
		{"at a blank", "aaa bbb ccc", 8, []string{"aaa bbb", "ccc"}},
		{"a long word", "aaaaaaaaaaaa", 5, []string{"aaaaa", "aaaaa", "aa"}},
		{"exactly", "aaaa bbbb", 9, []string{"aaaa bbbb"}},
		{"a long name stays whole", "by Managed-Name ok", 12, []string{"by", "Managed-Name", "ok"}},
		{"too long a name", "by Managed-LongName", 12, []string{"by Managed-L", "ongName"}},
		{"blanks stay", "a   b", 10, []string{"a   b"}},
		{"letters, not bytes", "ääää öööö", 5, []string{"ääää", "öööö"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if d := cmp.Diff(tt.want, fold(tt.text, tt.columns)); d != "" {
				t.Errorf("mismatch (-want +got)\n%s", d)
			}
		})
	}
}
