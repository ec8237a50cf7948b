package config

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite golden files")

// TestDifferencesPage keeps docs/differences.md in step with the table that prints the start-up notices.
func TestDifferencesPage(t *testing.T) {
	const page, begin, end = "../docs/differences.md", "<!-- settings -->\n", "<!-- end of settings -->"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok1 := strings.Cut(string(text), begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok1 || !ok2 {
		t.Fatalf("%s lacks its marks", page)
	}
	var b strings.Builder
	b.WriteString("| in | setting | what happens instead | rule | known from |\n|---|---|---|---|---|\n")
	for _, d := range Differences() {
		fmt.Fprintf(&b, "| %s | `%s` | %s | %s | %s |\n", d.Block, d.Setting, d.Text, d.Rule, d.Sure)
	}
	want := before + begin + b.String() + end + after
	if want == string(text) {
		return
	}
	if !*update {
		t.Fatalf("%s is not what the table says; run make update", page)
	}
	if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}
