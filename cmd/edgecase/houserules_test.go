package main_test

import (
	"cmp"
	"fmt"
	"go/scanner"
	"go/token"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// servedSections are the sections of docs/rules/request.md whose every rule is to have a test that cites it. The list
// grows with what edgecase serves.
func servedSections() []string {
	return []string{
		"1", "2", "3", "4", "6", "7.2", "7.3", "7.4", "9.1", "9.3", "10.4", "12.1", "12.2", "13.1", "13.2", "13.3", "14", "18",
	}
}

// A houseRule is where an ID is defined, and how its text begins.
type houseRule struct {
	id, page, section, text string
}

// houseRuleStart is how a page of docs/rules defines an ID: an item, a row of a table, a heading, a vector in JSON.
var houseRuleStart = regexp.MustCompile(`^(?:- \*\*|\| \**|#{2,4} |\{"id": ?")([A-Z]+-[A-Z]?[0-9]+|[A-Z][0-9]+)\b[*"]*(.*)`)

var houseSectionStart = regexp.MustCompile(`^#{2,3} ([0-9]+(?:\.[0-9]+)*)\.? `)

// houseRuleBook gives every rule of docs/rules by its ID. An ID that two pages use (the short names of vectors) is there once
// for each.
func houseRuleBook(t *testing.T) map[string][]houseRule {
	t.Helper()
	book := make(map[string][]houseRule)
	for file, text := range houseFiles(t) {
		if !strings.HasPrefix(file, "docs/rules/") || file == "docs/rules/README.md" {
			continue
		}
		section := ""
		for line := range strings.Lines(text) {
			if m := houseSectionStart.FindStringSubmatch(line); m != nil {
				section = m[1]
			}
			if m := houseRuleStart.FindStringSubmatch(line); m != nil {
				book[m[1]] = append(book[m[1]], houseRule{m[1], path.Base(file), section, strings.Trim(m[2], " |*")})
			}
		}
	}
	if len(book) == 0 {
		t.Fatal("no rule in docs/rules")
	}
	return book
}

// A houseCiter finds IDs in text. Families with a dash (REQ-, FN-T) are found by their name alone, so that a slip in the
// number shows; those of one letter (V01) need as many digits as the pages give them and are looked for only where IDs
// stand, in comments and at the start of strings. It searches by hand: a regular expression takes ten seconds for the
// repository under the race detector.
type houseCiter struct {
	dashed map[string]bool // "REQ-"
	short  map[string]bool // "V00", for a letter and two digits
}

func newHouseCiter(book map[string][]houseRule) houseCiter {
	c := houseCiter{make(map[string]bool), make(map[string]bool)}
	for id := range book {
		if strings.Contains(id, "-") {
			c.dashed[strings.TrimRight(id, "0123456789")] = true
		} else {
			c.short[shortShape(id)] = true
		}
	}
	return c
}

// shortShape writes 0 for every digit.
func shortShape(id string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return '0'
		}
		return r
	}, id)
}

// leadingWord is what of the text comes before the first character that is neither a letter nor a digit of ASCII.
func leadingWord(text string) string {
	for i := range len(text) {
		if !isWordByte(text[i]) {
			return text[:i]
		}
	}
	return text
}

func isWordByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}

// A citation is an ID and where in the file it stands.
type citation struct {
	id     string
	offset int
}

// find gives the citations in a file, those of one letter only in Go.
func (c houseCiter) find(file, text string) []citation {
	var found []citation
	for family := range c.dashed {
		for from := 0; ; {
			i := strings.Index(text[from:], family)
			if i < 0 {
				break
			}
			at := from + i
			from = at + len(family)
			number := leadingWord(text[from:])
			if number != "" && number[0] >= '0' && number[0] <= '9' && (at == 0 || !isWordByte(text[at-1])) {
				found = append(found, citation{family + number, at})
			}
		}
	}
	if path.Ext(file) == ".go" {
		found = append(found, c.findShort(text)...)
	}
	slices.SortFunc(found, func(a, b citation) int { return cmp.Compare(a.offset, b.offset) })
	return found
}

func (c houseCiter) findShort(text string) []citation {
	var found []citation
	var s scanner.Scanner
	parsed := token.NewFileSet().AddFile("", -1, len(text))
	s.Init(parsed, []byte(text), nil, scanner.ScanComments)
	for {
		pos, tok, literal := s.Scan()
		offset := parsed.Offset(pos)
		switch tok {
		case token.EOF:
			return found
		case token.COMMENT:
			for i := 0; i < len(literal); i++ {
				word := leadingWord(literal[i:])
				if c.short[shortShape(word)] && (i == 0 || mayPrecede(literal[i-1])) {
					found = append(found, citation{word, offset + i})
				}
				i += len(word)
			}
		case token.STRING:
			if word := leadingWord(literal[1:]); c.short[shortShape(word)] {
				found = append(found, citation{word, offset + 1})
			}
		}
	}
}

// mayPrecede reports whether an ID of one letter may follow the character: LAX54-P3 and %C3 hold none.
func mayPrecede(c byte) bool {
	return strings.IndexByte(" \t\n(/,:;", c) >= 0
}

// TestHouseRules holds every rule that code, tests, scripts and documents cite against the pages of docs/rules. With -v
// it also lists the rules without a test, one by one where edgecase already serves them.
func TestHouseRules(t *testing.T) {
	book := houseRuleBook(t)
	c := newHouseCiter(book)
	tested := make(map[string]bool)
	cited := 0
	for file, text := range houseFiles(t) {
		if !houseCites(file) {
			continue
		}
		for _, found := range c.find(file, text) {
			cited++
			if book[found.id] == nil {
				t.Errorf("%s:%d cites %s, which no page of docs/rules has", file, 1+strings.Count(text[:found.offset], "\n"), found.id)
			}
			if houseProves(file) {
				tested[found.id] = true
			}
		}
	}
	if cited == 0 {
		t.Fatal("no citation found: the search is broken")
	}
	if testing.Verbose() {
		logUntestedRules(t, book, tested)
	}
}

// houseCites reports whether a file's IDs must exist: in code, tests, scripts, fixtures, documents, and the pages themselves.
func houseCites(file string) bool {
	name := path.Base(file)
	return slices.Contains([]string{".go", ".txtar", ".md", ".tf", ".hcl", ".py", ".json", ".txt"}, path.Ext(file)) || name == "Makefile"
}

// houseProves reports whether a citation in the file counts as a test of the rule.
func houseProves(file string) bool {
	return strings.HasSuffix(file, "_test.go") && !strings.HasPrefix(path.Base(file), "house") || strings.HasPrefix(file, "testdata/script/")
}

func logUntestedRules(t *testing.T, book map[string][]houseRule, tested map[string]bool) {
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
			} else if r.page == "request.md" && isServedSection(r.section) {
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

func isServedSection(section string) bool {
	return slices.ContainsFunc(servedSections(), func(s string) bool { return section == s || strings.HasPrefix(section, s+".") })
}

// TestHouseCitations proves on made-up lines, of families that do not exist, that the search finds what is a citation, and nothing else.
func TestHouseCitations(t *testing.T) {
	c := newHouseCiter(map[string][]houseRule{"ABC-044": nil, "AB-T03": nil, "V01": nil, "P001": nil})
	tests := []struct {
		name, file, text string
		want             []string
	}{
		{"comment", "a.go", "package a // ABC-044 to ABC-999, and V02.", []string{"ABC-044", "ABC-999", "V02"}},
		{"slip", "a.go", "package a // ABC-44", []string{"ABC-44"}},
		{"string", "a.go", `package a; var a = []string{"ABC-044/x", "V01 y", "P001", "AB-T03"}`, []string{"ABC-044", "V01", "P001", "AB-T03"}},
		{"no citation", "a.go", `package a; var V01 = "LAX50-V12 P01 V001 UTF-8"`, nil},
		{"script", "a.txtar", "# ABC-044\nget /V01\n", []string{"ABC-044"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, found := range c.find(tt.file, tt.text) {
				got = append(got, found.id)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("find(%q) = %q, want %q", tt.text, got, tt.want)
			}
		})
	}
}
