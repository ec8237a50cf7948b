package check

import (
	"context"
	"errors"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"

	"edgecase/config"
	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
)

// TestRules holds every rule against what its name promises: names are a contract, and explanations are complete.
func TestRules(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range Rules() {
		switch {
		case !regexp.MustCompile(`^[a-z]+(-[a-z0-9]+)+$`).MatchString(r.Name):
			t.Errorf("%q: names are words in lower case with dashes between them", r.Name)
		case seen[r.Name]:
			t.Errorf("%s: there are two rules of that name", r.Name)
		case r.Title == "" || r.Why == "" || r.Example == "" || r.Fix == "":
			t.Errorf("%s: its explanation lacks a part", r.Name)
		case r.Severity != Error && r.Severity != Warning && r.Severity != Note:
			t.Errorf("%s: severity %q", r.Name, r.Severity)
		case RuleNamed(r.Name) != r:
			t.Errorf("%s: cannot be found by its name", r.Name)
		}
		seen[r.Name] = true
	}
}

// TestRun holds the order of findings, what is said twice, and what comments leave out.
func TestRun(t *testing.T) {
	a, b := &Rule{Name: "a-rule", Severity: Error}, &Rule{Name: "b-rule", Severity: Note}
	at := func(file string, line int) cloudfront.Source {
		return cloudfront.Source{File: file, Line: line, Column: 1}
	}
	find := func(list ...Finding) finder {
		return finder{rules: []*Rule{a, b}, find: func(context.Context, *Subject) ([]Finding, error) { return list, nil }}
	}
	s := &Subject{Input: Input{Loaded: &config.Loaded{Files: map[string]*hcl.File{
		"m.tf": {Bytes: []byte("x = 1\n# edgecase:ignore a-rule it is meant so\nx = 1\n")},
	}}}}
	r, err := run(t.Context(), s, []finder{
		find(Finding{Rule: b, At: at("m.tf", 3), Message: "b"}, Finding{Rule: a, At: at("m.tf", 3), Message: "ignored"}),
		find(Finding{Rule: a, At: at("m.tf", 1), Message: "a"}, Finding{Rule: a, At: at("m.tf", 1), Message: "a"}, Finding{Rule: a, Message: "nowhere"}),
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range r.Findings {
		got = append(got, f.At.String()+" "+f.Rule.Name+" "+f.Message)
	}
	want := []string{" a-rule nowhere", "m.tf:1 a-rule a", "m.tf:2 ignore-unknown there is no rule \"a-rule\"", "m.tf:3 b-rule b"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	if r.Ignored != 1 || r.Clean() || r.Count(Note) != 1 {
		t.Errorf("ignored %d, clean %t, notes %d", r.Ignored, r.Clean(), r.Count(Note))
	}

	broken := errors.New("broken")
	_, err = run(t.Context(), s, []finder{{find: func(context.Context, *Subject) ([]Finding, error) { return nil, broken }}})
	if !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err = run(ctx, s, []finder{find()}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestWitness(t *testing.T) {
	for _, tt := range []struct{ url, scheme, host, path, query string }{
		{"https://www.example.com/a/b?c=d", "https", "www.example.com", "/a/b", "c=d"},
		{"http://www.example.com", "http", "www.example.com", "/", ""},
		{"https://www.example.com:8443?x", "https", "www.example.com:8443", "/", "x"},
	} {
		r := (&Witness{Method: "POST", URL: tt.url}).Request()
		got := []string{r.Method, r.Scheme, r.Host, r.Path, r.RawQuery, r.Fields.Get("Host")}
		if diff := cmp.Diff([]string{"POST", tt.scheme, tt.host, tt.path, tt.query, tt.host}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.url, diff)
		}
	}
}

func TestWitnessString(t *testing.T) {
	app := &cloudfront.Origin{ID: cloudfront.Known("app")}
	cookie, referer := http1.Field{Name: "Cookie", Value: "a=b"}, http1.Field{Name: "Referer", Value: "https://x/"}
	for _, tt := range []struct {
		fields http1.Fields
		claim  Claim
		want   string
	}{
		{nil, Claim{}, "GET https://x/a"},
		{http1.Fields{cookie}, Claim{}, "GET https://x/a with Cookie"},
		{http1.Fields{cookie, referer}, Claim{Supposing: answer(403)}, "GET https://x/a with Cookie and Referer if the origin answers 403"},
		{nil, Claim{Supposing: answer(404), Origin: app}, "GET https://x/a if app answers 404"},
		{http1.Fields{{Name: "Upgrade", Value: "websocket"}}, Claim{}, "GET https://x/a to open a WebSocket"},
	} {
		if got := (&Witness{Method: "GET", URL: "https://x/a", Fields: tt.fields, Shows: tt.claim}).String(); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}
