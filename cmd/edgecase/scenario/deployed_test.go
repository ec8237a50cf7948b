package scenario

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// answerOf makes an answer with these fields.
func answerOf(status int, fields ...string) *Answer {
	a := &Answer{Status: status}
	for i := 0; i < len(fields); i += 2 {
		a.Fields.Add(fields[i], fields[i+1])
	}
	return a
}

func TestMadeBy(t *testing.T) {
	for _, tt := range []struct {
		fields []string
		want   string
	}{
		{[]string{"X-Cache", "Miss from cloudfront"}, "origin"},
		{[]string{"X-Cache", "Hit from cloudfront"}, "cache"},
		{[]string{"X-Cache", "RefreshHit from cloudfront"}, "cache"},
		{[]string{"X-Cache", "Error from cloudfront", "Server", "CloudFront"}, "edge"},
		{[]string{"X-Cache", "Error from cloudfront", "Server", "AmazonS3"}, "origin"},
		{[]string{"X-Cache", "Error from cloudfront"}, "origin"},
		{[]string{"X-Cache", "Redirect from cloudfront", "Server", "CloudFront"}, "edge"},
		{[]string{"X-Cache", "FunctionGeneratedResponse from cloudfront"}, "function"},
		{[]string{"X-Cache", "LambdaGeneratedResponse from cloudfront"}, "function"},
		{[]string{"X-Amz-Cf-Id", "x"}, "origin"},
		{[]string{"X-Cache", "HIT", "Server", "nginx"}, elsewhere},
		{nil, elsewhere},
	} {
		if got := madeBy(answerOf(200, tt.fields...)); got != tt.want {
			t.Errorf("REQ-530: %v is taken for %s, want %s", tt.fields, got, tt.want)
		}
	}
}

func TestDeploy(t *testing.T) {
	tests := []struct {
		name, request, expect string
		answer                *Answer
		want                  []string
	}{
		{"the same refusal", "method = \"OPTIONS\"\nurl = \"/\"", `reason = "method-not-allowed"`,
			answerOf(403, "Server", "CloudFront", "X-Cache", "Error from cloudfront"), nil},
		{"taken there", "method = \"OPTIONS\"\nurl = \"/\"", `reason = "method-not-allowed"`,
			answerOf(200, "X-Cache", "Miss from cloudfront", "Access-Control-Allow-Origin", "*"),
			[]string{"answered by: edge, default, refused: 403 method-not-allowed / origin, 200 Miss from cloudfront", "status: 403 / 200",
				"X-Cache: Error from cloudfront / Hit or Miss from cloudfront", "Access-Control-Allow-Origin: none / *"}},
		{"refused there", `url = "/api/me"`, `origin = "ALB-api"`, answerOf(403, "Server", "CloudFront", "X-Cache", "Error from cloudfront"),
			[]string{"answered by: origin, /api/* → ALB-api / edge, 403 Error from cloudfront"}},
		{"what only the origin knows", `url = "/api/me"`, `origin = "ALB-api"`, answerOf(500, "Server", "gunicorn", "X-Cache", "Error from cloudfront", "Location", "/x"), nil},
		{"cached there", `url = "/"`, `origin = "S3-web"`, answerOf(200, "X-Cache", "Hit from cloudfront"), nil},
		{"not CloudFront", `url = "/"`, `origin = "S3-web"`, answerOf(200, "Server", "nginx"),
			[]string{"answered by: origin / another server than CloudFront: 200"}},
		{"expected of the answer", `url = "/"`, "status = 200\nheaders = { \"X-A\" = \"b\" }", answerOf(404, "X-Cache", "Error from cloudfront", "X-A", "c"),
			[]string{`status 200: 404`, `header X-A "b": X-A "c"`}},
	}
	d := deciderOf(t, "plane")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := decide(t, d, runOf(tt.request, tt.expect))
			r.Deploy(tt.answer, "plane.example.gov", "d111111abcdef8.cloudfront.net")
			var got []string
			for _, a := range r.Deployed.Asserts {
				if a.Verdict == Failed {
					got = append(got, a.Expectation.String()+": "+a.Got)
				}
			}
			for _, difference := range r.Deployed.Drift {
				got = append(got, difference.What+": "+difference.Here+" / "+difference.Deployed)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("differences (-want +got):\n%s", diff)
			}
			if failed := r.Verdict == Failed; failed != (len(tt.want) > 0) {
				t.Errorf("%s with %d differences", r.Verdict, len(tt.want))
			}
		})
	}
}

// TestDeployHost holds that the hosts of the two are not taken for a difference, and secrets are not shown.
func TestDeployHost(t *testing.T) {
	d := deciderOf(t, "plane-mended")
	r := decide(t, d, "run \"a\" {\nrequest {\nurl = \"/api/me\"\nheaders = { Cookie = \"sid=s3cr3t\" }\n}\nassume {\nstatus = 302\nheaders = { Location = \"https://plane.example.gov/a\" }\n}\nexpect {\nstatus = 302\n}\n}\n")
	r.Deploy(answerOf(302, "X-Cache", "Miss from cloudfront", "Location", "https://d1.cloudfront.net/a"), "plane.example.gov", "d1.cloudfront.net")
	if len(r.Deployed.Drift) > 0 || r.Verdict != Passed {
		t.Errorf("%s: %v", r.Verdict, r.Deployed.Drift)
	}
	r.Deploy(answerOf(302, "X-Cache", "Miss from cloudfront", "Location", "https://d1.cloudfront.net/a?token=1234&x=s3cr3t"), "plane.example.gov", "d1.cloudfront.net")
	want := []Drift{{"Location", "https://d1.cloudfront.net/a", "https://d1.cloudfront.net/a?token=(masked)&x=(masked)"}}
	if diff := cmp.Diff(want, r.Deployed.Drift); diff != "" {
		t.Errorf("REQ-247: (-want +got):\n%s", diff)
	}
	r.Undeployed("", errors.New("no answer, s3cr3t"))
	if diff := cmp.Diff([]Drift{{"answer", "an answer", "no answer, (masked)"}}, r.Deployed.Drift); diff != "" || r.Verdict != Failed {
		t.Errorf("%s (-want +got):\n%s", r.Verdict, diff)
	}
	r.Undeployed("POST is not sent", nil)
	if r.Verdict != Passed {
		t.Errorf("%s though nothing was sent", r.Verdict)
	}
}

func TestDiscover(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{
		"a.edgetest.hcl", "b/c.edgetest.hcl", "b/edgetest.hcl", "b/.hidden.edgetest.hcl", ".git/d.edgetest.hcl", ".terraform/e.edgetest.hcl",
		"node_modules/x/f.edgetest.hcl", "vendor/g.edgetest.hcl", "b/h.edgetest.hcl.bak",
	} {
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, troubles := Discover(dir)
	want := []string{filepath.Join(dir, "a.edgetest.hcl"), filepath.Join(dir, "b", "c.edgetest.hcl")}
	if diff := cmp.Diff(want, got); diff != "" || len(troubles) > 0 {
		t.Errorf("troubles %v, files (-want +got):\n%s", troubles, diff)
	}
	if _, troubles := Discover(filepath.Join(dir, "nowhere")); len(troubles) != 1 || !strings.Contains(troubles[0].Error(), "nowhere") {
		t.Errorf("troubles %v", troubles)
	}
}
