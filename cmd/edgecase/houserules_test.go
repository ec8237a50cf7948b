package main_test

import (
	"bytes"
	"fmt"
	"go/scanner"
	"go/token"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// servedSections are the sections of docs/rules/request.md whose every rule is to have a test that cites it. The list
// grows with what edgecase serves.
func servedSections() []string {
	return []string{
		"1", "2", "3", "4", "6", "7.2", "7.3", "7.4", "9.1", "9.3", "10.4", "12.1", "12.2", "13.1", "13.2", "13.3", "14", "18",
	}
}

// A rule is where an ID is defined, and how its text begins.
type rule struct {
	id, page, section, text string
}

// ruleStart is how a page of docs/rules defines an ID: an item, a row of a table, a heading, a vector in JSON.
var ruleStart = regexp.MustCompile(`^(?:- \*\*|\| \**|#{2,4} |\{"id": ?")([A-Z]+-[A-Z]?[0-9]+|[A-Z][0-9]+)\b[*"]*(.*)`)

var sectionStart = regexp.MustCompile(`^#{2,3} ([0-9]+(?:\.[0-9]+)*)\.? `)

// ruleBook gives every rule of docs/rules by its ID. An ID that two pages use (the short names of vectors) is there once
// for each.
func ruleBook(t *testing.T) map[string][]rule {
	t.Helper()
	book := make(map[string][]rule)
	for file, text := range houseFiles(t) {
		if !strings.HasPrefix(file, "docs/rules/") || file == "docs/rules/README.md" {
			continue
		}
		section := ""
		for line := range strings.Lines(string(text)) {
			if m := sectionStart.FindStringSubmatch(line); m != nil {
				section = m[1]
			}
			if m := ruleStart.FindStringSubmatch(line); m != nil {
				book[m[1]] = append(book[m[1]], rule{m[1], path.Base(file), section, strings.Trim(m[2], " |*")})
			}
		}
	}
	if len(book) == 0 {
		t.Fatal("no rule in docs/rules")
	}
	return book
}

// A citer finds IDs in text. Families with a dash (REQ-, FN-T) are found by their name alone, so that a slip in the
// number shows; those of one letter (V01) need as many digits as the pages give them and are looked for only where IDs
// stand, in comments and at the start of strings.
type citer struct {
	dashed, short *regexp.Regexp
}

func newCiter(book map[string][]rule) citer {
	dashed, short := make(map[string]bool), make(map[string]bool)
	for id := range book {
		family := strings.TrimRight(id, "0123456789")
		digits := len(id) - len(family)
		if len(family) > 2 {
			dashed[regexp.QuoteMeta(family)+`[0-9]+[a-z]?`] = true
		} else {
			short[fmt.Sprintf(`%s[0-9]{%d}`, family, digits)] = true
		}
	}
	any := func(patterns map[string]bool) string { return strings.Join(slices.Sorted(maps.Keys(patterns)), "|") }
	return citer{
		dashed: regexp.MustCompile(`\b(?:` + any(dashed) + `)\b`),
		short:  regexp.MustCompile(`(?:` + any(short) + `)\b`),
	}
}

// A citation is an ID and the line that names it.
type citation struct {
	id   string
	line int
}

// find gives the citations in a file, those of the second kind only in Go.
func (c citer) find(file string, text []byte) []citation {
	var found []citation
	add := func(id []byte, offset int) {
		found = append(found, citation{string(id), 1 + bytes.Count(text[:offset], []byte("\n"))})
	}
	for _, at := range c.dashed.FindAllIndex(text, -1) {
		add(text[at[0]:at[1]], at[0])
	}
	if path.Ext(file) != ".go" {
		return found
	}
	var s scanner.Scanner
	files := token.NewFileSet()
	parsed := files.AddFile(file, -1, len(text))
	s.Init(parsed, text, nil, scanner.ScanComments)
	for {
		pos, tok, literal := s.Scan()
		offset := parsed.Offset(pos)
		switch tok {
		case token.EOF:
			return found
		case token.COMMENT:
			for _, at := range c.short.FindAllStringIndex(literal, -1) {
				if at[0] == 0 || standsAlone(literal[at[0]-1]) {
					add([]byte(literal[at[0]:at[1]]), offset+at[0])
				}
			}
		case token.STRING:
			if at := c.short.FindStringIndex(literal); at != nil && at[0] == 1 {
				add([]byte(literal[1:at[1]]), offset)
			}
		}
	}
}

// standsAlone reports whether an ID may follow the character: LAX54-P3 and %C3 are none.
func standsAlone(before byte) bool {
	return unicode.IsSpace(rune(before)) || strings.IndexByte("(/,:;", before) >= 0
}

// TestHouseRules holds every rule that code, tests, scripts and documents cite against the pages of docs/rules. With -v
// it also lists the rules without a test, one by one where edgecase already serves them.
func TestHouseRules(t *testing.T) {
	book := ruleBook(t)
	c := newCiter(book)
	tested := make(map[string]bool)
	cited := 0
	for file, text := range houseFiles(t) {
		if !cites(file) {
			continue
		}
		for _, found := range c.find(file, text) {
			cited++
			if book[found.id] == nil {
				t.Errorf("%s:%d cites %s, which no page of docs/rules has", file, found.line, found.id)
			}
			if proves(file) {
				tested[found.id] = true
			}
		}
	}
	if cited == 0 {
		t.Fatal("no citation found: the search is broken")
	}
	if testing.Verbose() {
		listUntested(t, book, tested)
	}
}

// cites reports whether a file's IDs must exist: in code, tests, scripts, fixtures, documents, and the pages themselves.
func cites(file string) bool {
	name := path.Base(file)
	return slices.Contains([]string{".go", ".txtar", ".md", ".tf", ".hcl", ".py", ".json", ".txt"}, path.Ext(file)) || name == "Makefile"
}

// proves reports whether a citation in the file counts as a test of the rule.
func proves(file string) bool {
	return strings.HasSuffix(file, "_test.go") && !strings.HasPrefix(path.Base(file), "house") || strings.HasPrefix(file, "testdata/script/")
}

func listUntested(t *testing.T, book map[string][]rule, tested map[string]bool) {
	t.Helper()
	type count struct{ all, tested int }
	pages := make(map[string]count)
	var missing []string
	for _, id := range slices.Sorted(maps.Keys(book)) {
		for _, r := range book[id] {
			n := pages[r.page]
			n.all++
			if tested[id] {
				n.tested++
			} else if r.page == "request.md" && served(r.section) {
				missing = append(missing, fmt.Sprintf("%-5s %s %.100s", r.section, id, r.text))
			}
			pages[r.page] = n
		}
	}
	for _, page := range slices.Sorted(maps.Keys(pages)) {
		t.Logf("%s: %d of %d rules have a test", page, pages[page].tested, pages[page].all)
	}
	t.Logf("request.md, served sections: %d rules without a test\n%s", len(missing), strings.Join(missing, "\n"))
}

func served(section string) bool {
	return slices.ContainsFunc(servedSections(), func(s string) bool { return section == s || strings.HasPrefix(section, s+".") })
}

// TestHouseCitations proves on made-up lines, of families that do not exist, that the search finds what is a citation, and nothing else.
func TestHouseCitations(t *testing.T) {
	c := newCiter(map[string][]rule{"ABC-044": nil, "AB-T03": nil, "V01": nil, "P001": nil})
	tests := []struct {
		name, file, text string
		want             []string
	}{
		{"comment", "a.go", "package a // ABC-044 to ABC-999, and V02.", []string{"ABC-044", "ABC-999", "V02"}},
		{"slip", "a.go", "package a // ABC-44", []string{"ABC-44"}},
		{"string", "a.go", `package a; var a = []string{"ABC-044/x", "V01 y", "P001", "AB-T03"}`, []string{"ABC-044", "AB-T03", "V01", "P001"}},
		{"no citation", "a.go", `package a; var V01 = "LAX50-V12 P01 V001 UTF-8"`, nil},
		{"script", "a.txtar", "# ABC-044\nget /V01\n", []string{"ABC-044"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, found := range c.find(tt.file, []byte(tt.text)) {
				got = append(got, found.id)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("find(%q) = %q, want %q", tt.text, got, tt.want)
			}
		})
	}
}
