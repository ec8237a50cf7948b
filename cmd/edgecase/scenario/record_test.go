package scenario

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"edgecase/config"
	"edgecase/config/cloudfront"

	"github.com/google/go-cmp/cmp"
	"github.com/zclconf/go-cty/cty"
)

// TestSamples: a first file of every kind of distribution can be read, and passes.
func TestSamples(t *testing.T) {
	root := "../../../testdata/terraform"
	dirs := []string{"minimal", "plane", "plane-mended", "doors/hcl"}
	entries, err := os.ReadDir(filepath.Join(root, "constructs"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		dirs = append(dirs, "constructs/"+e.Name())
	}
	tested := 0
	for _, dir := range dirs {
		loaded, diags := config.Load(filepath.Join(root, dir), config.Options{})
		if diags.HasErrors() || len(loaded.Config.Distributions) == 0 {
			continue // these are for other tests
		}
		tested++
		t.Run(dir, func(t *testing.T) { testSamples(t, deciderOf(t, dir), loaded.Config.Distributions) })
	}
	if tested < 20 {
		t.Errorf("only %d directories are tested", tested)
	}
}

func testSamples(t *testing.T, d *Decider, all []*cloudfront.Distribution) {
	r, options := NewRecorder(d), Options{}
	if len(all) == 1 {
		r.Host = all[0].Host()
		options.Variables = map[string]cty.Value{"distribution": cty.ObjectVal(map[string]cty.Value{"host": cty.StringVal(r.Host)})}
	}
	for _, distribution := range all {
		for _, s := range Samples(distribution, len(all) > 1) {
			if err := r.Add(t.Context(), s); err != nil {
				t.Fatal(err)
			}
		}
	}
	text := written(t, r)
	if strings.Contains(text, "cloudfront.net") && len(all) == 1 {
		t.Errorf("a made up name stands in\n%s", text)
	}
	f, diags := Parse([]byte(text), "x"+Extension, options)
	if diags.HasErrors() {
		t.Fatalf("%v\n%s", diags, text)
	}
	if err := d.Address(f); err != nil {
		t.Fatal(err)
	}
	if len(f.Runs) == 0 || len(f.Runs) != r.Runs() {
		t.Errorf("%d runs are read of %d that were written", len(f.Runs), r.Runs())
	}
	for _, run := range f.Runs {
		result, err := d.Decide(t.Context(), run)
		if err != nil {
			t.Fatal(err)
		}
		if result.Verdict != Passed || len(result.Open()) > 0 {
			t.Errorf("%s: %s\n%s", run.Name, result.Verdict, strings.Join(asserts(result.Asserts), "\n"))
		}
	}
}

func written(t *testing.T, r *Recorder) string {
	t.Helper()
	var b bytes.Buffer
	if err := r.Write(&b, "A comment.\n\nOf two parts."); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestRecorder: one run for each method, behavior and outcome, of the best sample.
func TestRecorder(t *testing.T) {
	tests := []struct {
		name    string
		samples []Sample
		want    []string // name and URL of the runs
	}{
		{"one of a kind", []Sample{{Method: "GET", URL: "/a"}, {Method: "GET", URL: "/b"}}, []string{"GET to the default reaches S3-web /a"}},
		{"methods", []Sample{{Method: "GET", URL: "/a"}, {Method: "POST", URL: "/a"}}, []string{"GET to the default reaches S3-web /a", "POST to the default is refused /a"}},
		{"behaviors", []Sample{{Method: "GET", URL: "/api/a"}, {Method: "GET", URL: "/a"}}, []string{"GET /api/* reaches ALB-api /api/a", "GET to the default reaches S3-web /a"}},
		{"the one that was there", []Sample{{Method: "GET", URL: "/a", Status: 404}, {Method: "GET", URL: "/b", Status: 200}, {Method: "GET", URL: "/c", Status: 200}},
			[]string{"GET to the default reaches S3-web /b"}},
		{"names", []Sample{{Name: "x", Method: "GET", URL: "/a"}, {Name: "x", Method: "POST", URL: "/a"}}, []string{"x /a", "x (2) /a"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := NewRecorder(deciderOf(t, "plane"))
			for _, s := range tt.samples {
				if err := r.Add(t.Context(), s); err != nil {
					t.Fatal(err)
				}
			}
			f, diags := Parse([]byte(written(t, r)), "x"+Extension, Options{})
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			var got []string
			for _, run := range f.Runs {
				got = append(got, run.Name+" "+run.Request.URL)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestRecorderBounds: no number of samples makes a file without end.
func TestRecorderBounds(t *testing.T) {
	r := NewRecorder(deciderOf(t, "plane"))
	for i := range MaxRecorded + 7 {
		if err := r.Add(t.Context(), Sample{Name: fmt.Sprint(i), Method: "GET", URL: "/"}); err != nil {
			t.Fatal(err)
		}
	}
	if r.Runs() != MaxRecorded || r.Left() != 7 {
		t.Errorf("%d runs, %d left out", r.Runs(), r.Left())
	}
	if err := r.Add(t.Context(), Sample{Method: "GET", URL: "a b"}); err == nil {
		t.Error("what is no request is taken")
	}
}

// FuzzRecorder: what is written of any request can be read, and passes.
func FuzzRecorder(f *testing.F) {
	f.Add("GET", "/", "", 0)
	f.Add("POST", "/auth/x?a=${b}&c=%{d}\"\\", "a \"name\" of ${two}\nlines", 0)
	f.Add("GET", "https://plane.example.gov/api/x#y", "", 404)
	f.Add("BREW", "http://nobody.example/ä", "", 200)
	f.Add("GET", "/a/../b//c%zz", "", 599)
	f.Add("0", "/", " ", 0)
	d := deciderOf(f, "plane")
	f.Fuzz(func(t *testing.T, method, url, name string, assume int) {
		if assume != 0 && (assume < 200 || assume > 599) || len(url) > 4096 || !utf8.ValidString(name+url) {
			return
		}
		r := NewRecorder(d)
		if err := r.Add(t.Context(), Sample{Name: name, Why: name, Method: method, URL: url, Assume: assume, Ask: Crossing()}); err != nil || r.Runs() == 0 {
			return
		}
		text := written(t, r)
		file, diags := Parse([]byte(text), "x"+Extension, Options{})
		if diags.HasErrors() || len(file.Runs) != 1 {
			t.Fatalf("%v\n%s", diags, text)
		}
		if err := d.Address(file); err != nil {
			t.Fatal(err)
		}
		result, err := d.Decide(t.Context(), file.Runs[0])
		if err != nil {
			t.Fatal(err)
		}
		if result.Verdict != Passed {
			t.Errorf("%s\n%s\n%s", result.Verdict, strings.Join(asserts(result.Asserts), "\n"), text)
		}
	})
}
