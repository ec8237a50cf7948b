package check

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"

	"edgecase/config/cloudfront"
)

func TestReadIgnores(t *testing.T) {
	type comment struct {
		Rule, Reason string
		At, Line     int
	}
	tests := []struct {
		name, source string
		want         []comment
	}{
		{"none", "a = 1 # edge case\n", nil},
		{"on the line", "a = 1 # edgecase:ignore x because\n", []comment{{"x", "because", 1, 1}}},
		{"above the line", "# edgecase:ignore x because of y\na = 1\n", []comment{{"x", "because of y", 1, 2}}},
		{"above a block", "# edgecase:ignore x y\n\nb {\n}\n", []comment{{"x", "y", 1, 3}}},
		{"several above", "# edgecase:ignore x y\n# more\n// edgecase:ignore z w\na = 1\n", []comment{{"x", "y", 1, 4}, {"z", "w", 3, 4}}},
		{"above and on", "# edgecase:ignore x y\na = 1 # edgecase:ignore z w\n", []comment{{"x", "y", 1, 2}, {"z", "w", 2, 2}}},
		{"block comment", "/* edgecase:ignore x y */\na = 1\n", []comment{{"x", "y", 1, 2}}},
		{"colons", "a = 1 # edgecase:ignore: x: y\n", []comment{{"x", "y", 1, 1}}},
		{"no reason", "a = 1 # edgecase:ignore x\n", []comment{{"x", "", 1, 1}}},
		{"no rule", "a = 1 # edgecase:ignore\n", []comment{{"", "", 1, 1}}},
		{"at the end", "a = 1\n# edgecase:ignore x y", []comment{{"x", "y", 2, 2}}},
		{"in a text", "a = \"# edgecase:ignore x y\"\n", nil},
		{"another word", "# edgecase:ignored x y\na = 1\n", nil},
		{"behind a block's end", "b {\n} # edgecase:ignore x y\n", []comment{{"x", "y", 2, 2}}},
		{"behind a long text", "a = <<EOT\nx\nEOT\n# edgecase:ignore x y\nb = 1\n", []comment{{"x", "y", 4, 5}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []comment
			for _, i := range readIgnores(map[string]*hcl.File{"main.tf": {Bytes: []byte(tt.source)}}) {
				got = append(got, comment{i.rule, i.reason, i.at.Line, i.line})
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestReadLines reads the comments of an application.
func TestReadLines(t *testing.T) {
	const text = `urlpatterns = [
    path("a", a),  # edgecase:ignore route-misrouted for the office only
    # edgecase:ignore route-elsewhere not yet
    # another comment

    path("b", b),
    path("c", "edgecase:ignore route-misrouted is no comment"),
    get("/d"), // edgecase:ignore route-refused in another language
]
# edgecase:ignore x y`
	name := filepath.Join(t.TempDir(), "urls.py")
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, i := range readLines(name) {
		got = append(got, fmt.Sprintf("%d:%d for %d: %s, %s", i.at.Line, i.at.Column, i.line, i.rule, i.reason))
	}
	want := []string{
		"2:20 for 2: route-misrouted, for the office only", "3:5 for 6: route-elsewhere, not yet",
		"8:16 for 8: route-refused, in another language", "10:1 for 10: x, y",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := readLines(filepath.Join(t.TempDir(), "none.py")); got != nil {
		t.Errorf("got %v of a file that is not there", got)
	}
}

// TestIgnores holds comments against findings of a rule that was held against the configuration.
func TestIgnores(t *testing.T) {
	rule := ignoreUnknown // any that there is
	finding := Finding{Rule: rule, At: cloudfront.Source{File: "main.tf", Line: 2, Column: 1}}
	tests := []struct {
		name, source string
		ran, partial bool
		taken        bool
		want         []string
	}{
		{"no comment", "\na = 1\n", true, false, false, nil},
		{"good", "# edgecase:ignore ignore-unknown y\na = 1\n", true, false, true, nil},
		{"twice", "# edgecase:ignore ignore-unknown y\na = 1 # edgecase:ignore ignore-unknown y\n", true, false, true, nil},
		{"without reason", "\na = 1 # edgecase:ignore ignore-unknown\n", true, false, true, []string{"ignore-reason no reason is given for ignoring ignore-unknown"}},
		{"another line", "a = 1 # edgecase:ignore ignore-unknown y\nb = 1\n", true, false, false, []string{"ignore-unused ignore-unknown finds nothing here"}},
		{"another line, rule did not run", "a = 1 # edgecase:ignore ignore-unknown y\nb = 1\n", false, false, false, nil},
		{"another line, of another distribution", "a = 1 # edgecase:ignore ignore-unknown y\nb = 1\n", true, true, false, nil},
		{"misspelled", "\na = 1 # edgecase:ignore ignore-unknwon y\n", true, false, false, []string{`ignore-unknown there is no rule "ignore-unknwon"; did you mean ignore-unknown?`}},
		{"no rule at all", "\na = 1 # edgecase:ignore\n", true, false, false, []string{"ignore-unknown the comment names no rule"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			list := &comments{list: readIgnores(map[string]*hcl.File{"main.tf": {Bytes: []byte(tt.source)}})}
			if got := list.take(finding); got != tt.taken {
				t.Errorf("taken: %t, want %t", got, tt.taken)
			}
			var got []string
			for _, f := range list.mistakes(map[*Rule]bool{rule: tt.ran}, tt.partial) {
				got = append(got, f.Rule.Name+" "+f.Message)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("mistakes (-want +got):\n%s", diff)
			}
		})
	}
}
