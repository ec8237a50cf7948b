package scenario

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"edgecase/config"
	"edgecase/edge"

	"github.com/google/go-cmp/cmp"
)

// deciderOf returns a Decider for one of the directories in testdata/terraform.
func deciderOf(t testing.TB, dir string) *Decider {
	t.Helper()
	loaded, diags := config.Load(filepath.Join("../../../testdata/terraform", dir), config.Options{})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	make := func(country string) (*edge.Edge, error) {
		return edge.New(loaded.Config, edge.Options{Viewer: map[string]string{"Country": country}})
	}
	e, err := make("")
	if err != nil {
		t.Fatal(err)
	}
	return NewDecider(e, make)
}

// decide decides the only run of a text.
func decide(t *testing.T, d *Decider, text string) *Result {
	t.Helper()
	f, diags := Parse([]byte(text), "x"+Extension, Options{})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	if err := d.Address(f); err != nil {
		t.Fatal(err)
	}
	r, err := d.Decide(context.Background(), f.Runs[0])
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// asserts writes assertions in short: "failed behavior "/a": default → web (cloudfront.tf)".
func asserts(list []Assertion) []string {
	var out []string
	for _, a := range list {
		s := string(a.Verdict) + " " + a.Expectation.String()
		if a.Verdict != Passed {
			s += ": " + a.Got
		}
		if a.Verdict == Failed && !a.Decided.IsZero() {
			s += " (" + filepath.Base(a.Decided.File) + ")"
		}
		out = append(out, s)
	}
	return out
}

func TestDecide(t *testing.T) {
	const post = "\n    method = \"POST\"\n    "
	tests := []struct {
		name, rule, dir string
		request, expect string
		verdict         Verdict
		want            []string
	}{
		{"who takes it", "REQ-041", "plane", `url = "/api/me"`, `
			behavior    = "/api/*"
			origin      = "ALB-api"
			answered_by = "origin"
			reason      = "origin-answered"`, Passed,
			[]string{`passed behavior "/api/*"`, `passed origin "ALB-api"`, `passed answered by "origin"`, `passed reason "origin-answered"`}},
		{"a pattern without its slash", "REQ-043", "plane", `url = "/api/me"`, `behavior = "api/*"`, Passed, []string{`passed behavior "api/*"`}},
		{"the default by its pattern", "REQ-041", "plane", `url = "/"`, `behavior = "*"`, Passed, []string{`passed behavior "*"`}},
		{"a method refused", "REQ-079", "plane", post + `url = "/auth/email-check/"`, `
			behavior = "/auth/*"
			origin   = "ALB-api"
			status   = 200
			forwards = ["Cookie"]
			drops    = ["Cookie"]`, Failed,
			[]string{`failed behavior "/auth/*": default, refused: 403 method-not-allowed (cloudfront.tf)`,
				`failed origin "ALB-api": default, refused: 403 method-not-allowed (cloudfront.tf)`,
				`failed status 200: default, refused: 403 method-not-allowed (cloudfront.tf)`,
				`failed forwards Cookie: default, refused: 403 method-not-allowed (cloudfront.tf)`,
				`failed drops Cookie: default, refused: 403 method-not-allowed (cloudfront.tf)`}},
		{"the mended twin", "REQ-079", "plane-mended", post + `url = "/auth/email-check/"`, `
			behavior = "/auth/*"
			origin   = "ALB-api"
			status   = 200
			forwards = ["Cookie"]`, Passed,
			[]string{`passed behavior "/auth/*"`, `passed origin "ALB-api"`, `undecided status 200: only the origin can tell; --live asks it`, `passed forwards Cookie`}},
		{"a refusal that is wanted", "REQ-079", "plane", post + `url = "/x"`, `
			status      = 403
			reason      = "method-not-allowed"
			answered_by = "edge"
			headers     = { "X-Cache" = "Error from cloudfront", "Location" = absent() }
			origin      = absent()`, Passed,
			[]string{`passed status 403`, `passed reason "method-not-allowed"`, `passed answered by "edge"`,
				`passed header X-Cache "Error from cloudfront"`, `passed header Location absent`, `passed origin absent`}},
		{"a bare path", "REQ-043", "plane", `url = "/api"`, `
			behavior = "default"
			origin   = "S3-web"`, Passed, []string{`passed behavior "default"`, `passed origin "S3-web"`}},
		{"a GET with a body", "REQ-099", "plane", "\n    url = \"/api/me\"\n    body = \"x\"", `reason = "get-with-body"`, Passed, []string{`passed reason "get-with-body"`}},
		{"what reaches the origin", "REQ-190", "plane", `url = "/api/me?page=2"`, `
			origin_url     = "/api/me?page=2"
			forwards       = ["Host", "Cookie", "Authorization", "X-CSRFToken", "cookie:sessionid", "query:page"]
			origin_headers = { Host = "plane.example.gov", Cookie = absent() }`, Passed,
			[]string{`passed origin URL "/api/me?page=2"`, `passed forwards Host`, `passed forwards Cookie`, `passed forwards Authorization`,
				`passed forwards X-CSRFToken`, `passed forwards cookie:sessionid`, `passed forwards query:page`,
				`passed origin header Host "plane.example.gov"`, `passed origin header Cookie absent`}},
		{"what does not", "REQ-190", "plane", `url = "/?v=1"`, `
			origin_url = "/index.html"
			forwards   = ["Cookie", "query:v"]
			drops      = ["Authorization"]
			origin_headers = { "User-Agent" = "Mozilla" }`, Failed,
			[]string{`passed origin URL "/index.html"`,
				`failed forwards Cookie: Cookie is dropped: the behavior forwards no cookies (cloudfront.tf)`,
				`failed forwards query:v: query:v is dropped: the behavior forwards no query string (cloudfront.tf)`,
				`passed drops Authorization`,
				`failed origin header User-Agent "Mozilla": User-Agent "Amazon CloudFront": the viewer sent none`}},
		{"only an origin can tell", "REQ-443", "plane", `url = "/"`, `
			status  = 200
			headers = { "Content-Type" = "text/html", "X-Cache" = "Miss from cloudfront" }
			body    = containing("<html>")
			json    = { a = 1 }
			error_page    = absent()
			origin_status = 200`, Undecided,
			[]string{`undecided status 200: only the origin can tell; --live asks it`, `undecided header Content-Type "text/html": only the origin can tell; --live asks it`,
				`undecided header X-Cache "Miss from cloudfront": only the origin can tell; --live asks it`, `undecided body containing "<html>": only the origin can tell; --live asks it`,
				`undecided json a 1: only the origin can tell; --live asks it`, `undecided error page absent: only the origin can tell; --live asks it`, `undecided origin status 200: only the origin can tell; --live asks it`}},
		{"an unknown host", "REQ-013", "plane", `url = "https://other.example.com/"`, `
			distribution = "aws_cloudfront_distribution.main"
			behavior     = "default"
			status       = 403`, Failed,
			[]string{`failed distribution "aws_cloudfront_distribution.main": no distribution has the name other.example.com`,
				`failed behavior "default": no behavior, refused: 403 unknown-host`, `passed status 403`}},
		{"a distribution", "REQ-001", "plane", `url = "/"`, `distribution = "aws_cloudfront_distribution.main"`, Passed,
			[]string{`passed distribution "aws_cloudfront_distribution.main"`}},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+strings.ReplaceAll(tt.name, " ", "-"), func(t *testing.T) {
			r := decide(t, deciderOf(t, tt.dir), runOf(tt.request, tt.expect))
			if diff := cmp.Diff(tt.want, asserts(r.Asserts)); diff != "" {
				t.Errorf("asserts (-want +got):\n%s", diff)
			}
			if r.Verdict != tt.verdict {
				t.Errorf("%s, want %s", r.Verdict, tt.verdict)
			}
		})
	}
}

// TestAssume holds what becomes of answers that are supposed.
func TestAssume(t *testing.T) {
	d := deciderOf(t, "plane")
	tests := []struct {
		name, rule, assume, url, expect string
		want                            []string
	}{
		{"an error page", "REQ-443", "status = 404", "/api/nope", "\nstatus = 200\norigin_status = 404\nerror_page = \"/index.html\"",
			[]string{"passed status 200", "passed origin status 404", `passed error page "/index.html"`}},
		{"no error page", "REQ-443", "status = 500", "/api/nope", "\nstatus = 500\nerror_page = absent()\norigin_status = 200",
			[]string{"passed status 500", "passed error page absent", "failed origin status 200: 500 from ALB-api (cloudfront.tf)"}},
		{"cookies removed", "REQ-221", `headers = { "Set-Cookie" = "a=b", "X-A" = "1" }`, "/", `headers = { "Set-Cookie" = present(), "X-A" = "1" }`,
			[]string{`failed header Set-Cookie present: no Set-Cookie: 200: default → S3-web (cloudfront.tf)`, `passed header X-A "1"`}},
		{"a redirect", "REQ-280", "status  = 302\nheaders = { Location = \"https://plane.example.gov/login?next=/\" }", "/api/me",
			"location = \"/login?next=/x\"", []string{`failed location "/login?next=/x": Location "/login?next=/" (cloudfront.tf)`}},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+strings.ReplaceAll(tt.name, " ", "-"), func(t *testing.T) {
			text := "run \"a\" {\nrequest {\nurl = \"" + tt.url + "\"\n}\nassume {\n" + tt.assume + "\n}\nexpect {\n" + tt.expect + "\n}\n}\n"
			r := decide(t, d, text)
			if diff := cmp.Diff(tt.want, asserts(r.Asserts)); diff != "" {
				t.Errorf("asserts (-want +got):\n%s", diff)
			}
		})
	}
}

// TestSecretsOfFiles holds that what the environment gives is shown nowhere, wherever it stands (REQ-247).
func TestSecretsOfFiles(t *testing.T) {
	env := func(name string) (string, bool) { return "envsecret", name == "S" }
	f, diags := Parse([]byte("locals {\n  s = \"x ${env(\"S\")}\"\n}\n"+runOf(`url = "/${env("S")}/${urlencode(local.s)}"`, `
		headers    = { "X-A" = env("S"), "X-B" = matching(local.s) }
		origin_url = local.s`)), "x", Options{Env: env})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	r := f.Runs[0]
	got := []string{r.ShownURL()}
	for _, e := range r.Expect {
		got = append(got, e.String())
	}
	want := []string{"/(masked)/x+(masked)", `header X-A "(masked)"`, `header X-B matching "(masked)"`, `origin URL "(masked)"`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("REQ-247: shown (-want +got):\n%s", diff)
	}
	_, diags = Parse([]byte("run \"a\" {\n  for_each = [env(\"S\")]\n}\n"), "x", Options{Env: env})
	if !strings.Contains(diags.Error(), "a secret must not be one") {
		t.Errorf("a secret in for_each: %v", diags)
	}
}

// TestSecrets holds that what a run sends as a credential does not come back in what is said of it (REQ-247).
func TestSecrets(t *testing.T) {
	f, diags := Parse([]byte(runOf(`
		url     = "/a?access_token=querysecret"
		headers = {
		  Authorization = "Bearer authsecret"
		  Cookie        = "sid=cookiesecret; theme=dark"
		  "X-Api-Key"   = "keysecret"
		  "X-Plain"     = "${env("S")}"
		}`, `status = 200`)), "x", Options{Env: func(string) (string, bool) { return "envsecret", true }})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	r := f.Runs[0]
	for _, secret := range []string{"querysecret", "authsecret", "cookiesecret", "keysecret", "envsecret"} {
		if got := r.shown("x " + secret + " y"); got != "x (masked) y" {
			t.Errorf("REQ-247: %q shows %s", got, secret)
		}
	}
	if got := r.ShownURL(); got != "/a?access_token=(masked)" {
		t.Errorf("REQ-247: the URL is shown as %s", got)
	}
}
