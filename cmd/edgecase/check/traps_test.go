package check

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"golang.org/x/tools/txtar"

	"edgecase/config"
	"edgecase/config/cloudfront"
)

var update = flag.Bool("update", false, "rewrite golden files")

// root is where the tests begin: those that load a directory leave it.
var root = func() string {
	dir, _ := os.Getwd()
	return dir
}()

// trapCases holds, for each rule, a directory that falls into the trap and its mended twin.
var trapCases = filepath.Join(root, "../../../testdata/terraform/check")

// TestTraps holds each rule against its two directories: in the one it finds the trap, in the other it does not. The last
// section of each file is what is found.
func TestTraps(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(trapCases, "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	var rules []string
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		rules = append(rules, name)
		t.Run(name, func(t *testing.T) {
			rule := RuleNamed(name)
			if rule == nil {
				t.Fatalf("there is no rule %s", name)
			}
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			found := findingsOf(t, rule, loadCase(t, archive, "trigger"))
			if len(found) == 0 {
				t.Error("the rule finds nothing in trigger")
			}
			for _, f := range findingsOf(t, rule, loadCase(t, archive, "mended")) {
				t.Errorf("the rule finds something in mended: %s", f.Message)
			}
			golden(t, file, archive, found)
		})
	}
	for _, name := range ruleNamesOf(trapFinder) {
		if !slices.Contains(rules, name) {
			t.Errorf("%s has no directory that falls into it: add testdata/terraform/check/%s.txtar", name, name)
		}
	}
}

func ruleNamesOf(f finder) []string {
	var names []string
	for _, r := range f.rules {
		names = append(names, r.Name)
	}
	return names
}

// findingsOf returns what a rule finds, and fails if the witness of any rule does not do as it should.
func findingsOf(t *testing.T, rule *Rule, s *Subject) []Finding {
	t.Helper()
	found, err := suspects(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	proveAll(t, s, found)
	return slices.DeleteFunc(found, func(f Finding) bool { return f.Rule != rule })
}

// proveAll puts every witness through the edge: it does what its finding claims.
func proveAll(t *testing.T, s *Subject, found []Finding) {
	t.Helper()
	for _, f := range found {
		if f.Witness == nil {
			continue
		}
		if err := f.Witness.Holds(t.Context(), s.Edge); err != nil {
			t.Errorf("%s %s: %s\n%s does otherwise: %v", f.At, f.Rule.Name, f.Message, f.Witness, err)
		}
		if f.Witness.Shows.empty() {
			t.Errorf("%s %s: the witness %s claims nothing", f.At, f.Rule.Name, f.Witness)
		}
	}
}

// loadCase writes one of the two directories of a case, and what all have in common, and loads it.
func loadCase(t *testing.T, archive *txtar.Archive, name string) *Subject {
	t.Helper()
	dir := t.TempDir()
	shared, err := os.ReadFile(filepath.Join(trapCases, "shared.tf"))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{"shared.tf": shared}
	for _, f := range archive.Files {
		if rest, ok := strings.CutPrefix(f.Name, name+"/"); ok {
			files[rest] = f.Data
		}
	}
	if files["main.tf"] == nil {
		t.Fatalf("there is no %s/main.tf", name)
	}
	for file, data := range files {
		if err := os.WriteFile(filepath.Join(dir, file), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return subject(t, dir)
}

// subject loads a directory as the command does.
func subject(t *testing.T, dir string) *Subject {
	t.Helper()
	t.Chdir(dir)
	loaded, diags := config.Load(".", config.Options{})
	for _, d := range diags {
		if d.Severity == hcl.DiagError {
			t.Fatalf("%s: %s: %s", d.Subject, d.Summary, d.Detail)
		}
	}
	s, err := newSubject(Input{Loaded: loaded, Diagnostics: diags})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// golden compares findings with the last section of a case.
func golden(t *testing.T, file string, archive *txtar.Archive, found []Finding) {
	t.Helper()
	var b strings.Builder
	for _, f := range ordered(found) {
		fmt.Fprintf(&b, "%s %s: %s\n", f.At, f.Rule.Severity, f.Message)
		for _, r := range f.Related {
			fmt.Fprintf(&b, "  %s\n", strings.TrimSpace(r.At.String()+" "+r.Text))
		}
		if f.Witness != nil {
			fmt.Fprintf(&b, "  %s\n", f.Witness)
		}
		if f.Fix.Where != "" {
			fmt.Fprintf(&b, "  %s\n", f.Fix.Where)
		}
		for line := range strings.Lines(f.Fix.HCL) {
			fmt.Fprintf(&b, "    %s\n", strings.TrimRight(line, "\n"))
		}
	}
	last := &archive.Files[len(archive.Files)-1]
	if last.Name != "want" {
		t.Fatal("the last section is not want")
	}
	if diff := cmp.Diff(string(last.Data), b.String()); diff != "" {
		if *update {
			last.Data = []byte(b.String())
			if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
				t.Fatal(err)
			}
			return
		}
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

// TestProofs puts the witnesses of all findings in all directories of the test data through the edge.
func TestProofs(t *testing.T) {
	var dirs []string
	err := filepath.WalkDir("../../../testdata/terraform", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			dirs = append(dirs, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	proven := 0
	for _, dir := range dirs {
		loaded, diags := config.Load(dir, config.Options{})
		if diags.HasErrors() || len(loaded.Config.Distributions) == 0 {
			continue
		}
		s, err := newSubject(Input{Loaded: loaded, Diagnostics: diags})
		if err != nil {
			t.Fatalf("%s: %v", dir, err)
		}
		found, err := suspects(t.Context(), s)
		if err != nil {
			t.Fatalf("%s: %v", dir, err)
		}
		proveAll(t, s, found)
		proven += len(found)
	}
	if proven < 40 {
		t.Errorf("only %d findings in %d directories", proven, len(dirs))
	}
}

// TestPlane holds what is found in the story's directory: all of it is true there, mended or not.
func TestPlane(t *testing.T) {
	for _, tt := range []struct {
		dir  string
		want []string
	}{
		{"plane", []string{"bare-path /api/*", "bare-path /live/*", "bare-path /god-mode/*", "error-page-masks-api a", "error-page-serves-assets a"}},
		{"plane-mended", []string{"bare-path /api/*", "bare-path /auth/*", "bare-path /live/*", "bare-path /god-mode/*", "error-page-masks-api a", "error-page-serves-assets a"}},
	} {
		t.Run(tt.dir, func(t *testing.T) {
			s := subject(t, filepath.Join("../../../testdata/terraform", tt.dir))
			found, err := suspects(t.Context(), s)
			if err != nil {
				t.Fatal(err)
			}
			proveAll(t, s, found)
			var got []string
			for _, f := range ordered(found) {
				first, _, _ := strings.Cut(f.Message, " ")
				got = append(got, f.Rule.Name+" "+first)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

// TestClaims holds that a claim that is not so is found out: otherwise nothing that the other tests prove is proven.
func TestClaims(t *testing.T) {
	s := subject(t, "../../../testdata/terraform/plane")
	d := s.Distributions()[0]
	api, other := d.Behaviors[0], d.DefaultBehavior()
	for _, tt := range []struct {
		name         string
		method, path string
		claim        Claim
		holds        bool
	}{
		{"behavior", "GET", "/api/x", Claim{Behavior: api}, true},
		{"another behavior", "GET", "/api/x", Claim{Behavior: other}, false},
		{"origin", "GET", "/api/x", Claim{Origin: d.Origin("ALB-api")}, true},
		{"another origin", "GET", "/x", Claim{Origin: d.Origin("ALB-api")}, false},
		{"no origin", "POST", "/x", Claim{Origin: d.Origin("S3-web")}, false},
		{"reason", "POST", "/x", Claim{Reason: "method-not-allowed", Status: 403}, true},
		{"another reason", "GET", "/x", Claim{Reason: "method-not-allowed"}, false},
		{"another status", "POST", "/x", Claim{Status: 404}, false},
		{"trap", "POST", "/x", Claim{Trap: "T01"}, true},
		{"another trap", "POST", "/x", Claim{Trap: "T02"}, false},
		{"gets", "GET", "/api/x", Claim{Gets: []string{"Host"}}, true},
		{"gets not", "GET", "/x", Claim{Gets: []string{"Host"}}, false},
		{"lacks", "GET", "/x?a=b", Claim{Lacks: []string{Query}}, true},
		{"lacks not", "GET", "/api/x?a=b", Claim{Lacks: []string{Query}}, false},
		{"another URL", "GET", "/api/x", Claim{OriginURL: "https://app.example.com/api/x"}, false},
		{"no URL", "POST", "/x", Claim{OriginURL: "https://app.example.com/api/x"}, false},
		{"no page", "GET", "/x", Claim{Page: d.Origin("S3-web")}, false},
		{"page", "GET", "/api/x", Claim{Supposing: answer(404), Page: d.Origin("S3-web"), Status: 200}, true},
		{"returns not", "GET", "/x", Claim{Returns: []string{"Set-Cookie"}}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := &Witness{Method: tt.method, URL: "https://" + d.Host() + tt.path, Shows: tt.claim}
			if err := w.Holds(t.Context(), s.Edge); (err == nil) != tt.holds {
				t.Errorf("holds: %v, want %t", err, tt.holds)
			}
		})
	}
}

// TestOpen holds that nothing is said of what only apply can tell.
func TestOpen(t *testing.T) {
	archive, err := txtar.ParseFile(filepath.Join(trapCases, "post-to-bucket.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range archive.Files {
		text := strings.Replace(string(f.Data), "= local.all\n", "= var.methods\n", 1)
		archive.Files[i].Data = []byte(text + "\nvariable \"methods\" {}\n")
	}
	if found := findingsOf(t, postToBucket, loadCase(t, archive, "trigger")); len(found) > 0 {
		t.Errorf("%s, though nobody knows the methods", found[0].Message)
	}
}

// TestCanceled holds that a check ends when it is told to.
func TestCanceled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := findTraps(ctx, subject(t, "../../../testdata/terraform/plane")); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestDifference(t *testing.T) {
	b := func(change func(*cloudfront.Behavior)) *cloudfront.Behavior {
		b := &cloudfront.Behavior{TargetOriginID: cloudfront.Known("app"), AllowedMethods: []string{"GET", "HEAD"}, CachePolicy: &cloudfront.CachePolicy{Legacy: true, Source: cloudfront.Source{File: "a.tf", Line: 1}}}
		if change != nil {
			change(b)
		}
		return b
	}
	for _, tt := range []struct {
		name   string
		change func(*cloudfront.Behavior)
		want   string
	}{
		{"none", nil, ""},
		{"written elsewhere", func(b *cloudfront.Behavior) { b.CachePolicy.Source.Line = 9 }, ""},
		{"origin", func(b *cloudfront.Behavior) { b.TargetOriginID = cloudfront.Known("web") }, "app answers, not web"},
		{"methods", func(b *cloudfront.Behavior) { b.AllowedMethods = []string{"GET", "HEAD", "OPTIONS"} }, "it allows GET HEAD, not GET HEAD OPTIONS"},
		{"cache", func(b *cloudfront.Behavior) { b.CachePolicy.ForwardQueryString = true }, "another cache policy"},
		{"request", func(b *cloudfront.Behavior) { b.OriginRequestPolicy = &cloudfront.OriginRequestPolicy{} }, "another origin request policy"},
		{"response", func(b *cloudfront.Behavior) { b.ResponseHeadersPolicy = &cloudfront.ResponseHeadersPolicy{} }, "another response headers policy"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := difference(b(nil), b(tt.change)); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}
