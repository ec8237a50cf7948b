package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"edgecase/cmd/edgecase/scenario"
)

// docsDirectories are what the commands of each page run on, under the name terraform.
var docsDirectories = map[string]string{
	"django.md": "plane-mended",
	"test.md":   "plane",
}

// TestDocs runs the commands that pages show ("$ edgecase …") and looks for the output that they show, in order; "..."
// stands for any lines. Route tests that they show, with their name in a comment at the top, are there as files.
func TestDocs(t *testing.T) {
	for page, directory := range docsDirectories {
		text, err := os.ReadFile(filepath.Join("../..", "docs", page))
		if err != nil {
			t.Fatal(err)
		}
		commands := docsCommands(string(text))
		if len(commands) == 0 {
			t.Errorf("docs/%s shows no command", page)
		}
		source, err := filepath.Abs(filepath.Join("../..", "testdata", "terraform", directory))
		if err != nil {
			t.Fatal(err)
		}
		t.Run(page, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.CopyFS(filepath.Join(dir, "terraform"), os.DirFS(source)); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "edgecase.hcl"), []byte("terraform = \"terraform\"\n"), 0o644); err != nil {
				t.Fatal(err)
			}
			for name, content := range docsFiles(string(text)) {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			t.Chdir(dir)
			for _, c := range commands {
				_, stdout, stderr := runIn(t, nil, shellWords(c.line)[1:]...)
				if missing := missingLine(c.output, stdout+stderr); missing != "" {
					t.Errorf("%s\ndoes not print\n%s\nbut\n%s%s", c.line, missing, stdout, stderr)
				}
			}
		})
	}
}

// A docsCommand is a command line and what a page says that it prints.
type docsCommand struct {
	line   string
	output []string
}

// docsCommands returns the commands in the fenced blocks of a page.
func docsCommands(text string) []docsCommand {
	var list []docsCommand
	fenced, shown := false, false
	for line := range strings.SplitSeq(text, "\n") {
		command, isCommand := strings.CutPrefix(line, "$ ")
		switch {
		case strings.HasPrefix(line, "```"):
			fenced, shown = !fenced, false
		case fenced && isCommand:
			if shown = strings.HasPrefix(command, "edgecase "); shown {
				list = append(list, docsCommand{line: command})
			}
		case shown:
			last := &list[len(list)-1]
			last.output = append(last.output, line)
		}
	}
	return list
}

// docsFiles returns the route tests in the fenced blocks of a page, by their names.
func docsFiles(text string) map[string]string {
	files := map[string]string{}
	for i, block := range strings.Split(text, "\n```") {
		head, content, _ := strings.Cut(block, "\n")
		comment, _, _ := strings.Cut(content, "\n")
		name, named := strings.CutPrefix(comment, "# ")
		if i%2 == 1 && head == "hcl" && named && strings.HasSuffix(name, scenario.Extension) {
			files[name] = content + "\n"
		}
	}
	return files
}

// timing is how long something took, which no page can tell.
var timing = regexp.MustCompile(`\b[0-9.]+ (µs|ms|s)$`)

// missingLine returns the first line that a page shows and the output does not have behind those before it; "" if it has
// them all.
func missingLine(shown []string, output string) string {
	lines := strings.Split(output, "\n")
	for _, want := range shown {
		if want == "..." {
			continue
		}
		found := false
		for i, line := range lines {
			if timing.ReplaceAllString(strings.TrimRight(line, " "), "? s") == timing.ReplaceAllString(want, "? s") {
				lines, found = lines[i+1:], true
				break
			}
		}
		if !found {
			return want
		}
	}
	return ""
}

// shellWords splits a command line as a shell does, as far as pages use it: at blanks, but not between single quotes.
func shellWords(line string) []string {
	var words []string
	for i, part := range strings.Split(line, "'") {
		switch {
		case i%2 == 0:
			words = append(words, strings.Fields(part)...)
		default:
			words = append(words, part)
		}
	}
	return words
}
