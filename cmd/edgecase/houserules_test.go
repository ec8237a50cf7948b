package main_test

import (
	"cmp"
	"go/scanner"
	"go/token"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// servedSections are the sections whose every rule is to have a test that cites it, by page; "" is all of a page. The list
// grows with what edgecase serves.
func servedSections() map[string][]string {
	return map[string][]string{
		"request.md": {
			"1", "2", "3", "4", "5", "6", "7", "8", "9", "10.4", "12.1", "12.2", "13", "14", "16", "18",
		},
		"policies.md": {""},
		"observed.md": {""},
	}
}

// waitingRules are rules of served sections that wait for a part of edgecase, by that part, or that none will have.
func waitingRules() map[string]string {
	return map[string]string{
		"the cache": "OBS-035 OBS-064 OBS-065 OBS-066 OBS-067 OBS-068 OBS-069 OBS-070 OBS-071 OBS-072 OBS-073 OBS-075 OBS-076 OBS-077 OBS-078 OBS-086 OBS-097 " +
			"POL-034 POL-056 POL-064 POL-098 POL-103 POL-175 POL-177 POL-190 F47 F48 R46 R51 " +
			"REQ-285 REQ-286 REQ-347 REQ-450 REQ-451 REQ-452 REQ-453 REQ-454 REQ-455 REQ-456 REQ-457 REQ-458 REQ-486 REQ-586",
		"functions": "OBS-028 OBS-038 OBS-039 OBS-040 OBS-041 OBS-042 OBS-043 OBS-044 OBS-045 OBS-046 OBS-047 OBS-048 OBS-049 POL-111 E19 " +
			"REQ-066 REQ-067 REQ-085 REQ-124 REQ-157 REQ-178 REQ-237 REQ-274 REQ-350 REQ-442 REQ-568 REQ-572 REQ-573 REQ-574 REQ-575 REQ-577 REQ-578 REQ-579 " +
			"REQ-582 REQ-583 REQ-585 REQ-587 REQ-588 REQ-589",
		"signatures":                       "OBS-056 OBS-057 OBS-058 OBS-059 OBS-060 POL-037 F59 E9 REQ-569 REQ-570",
		"logs":                             "OBS-098 OBS-099 OBS-100 OBS-101 OBS-103 OBS-104 REQ-126 REQ-148 REQ-478 REQ-483 REQ-520",
		"the API":                          "OBS-105 OBS-106 OBS-107 OBS-108",
		"nothing: edgecase has no AWS WAF": "OBS-012 OBS-013 E6 REQ-516 REQ-517 REQ-519",
		"nothing: edgecase is one edge of one account":                "OBS-010 E12 E14 REQ-025 REQ-027 REQ-028 REQ-029 REQ-030 REQ-031 REQ-135 REQ-158 REQ-264 REQ-265 REQ-383 REQ-384 REQ-394",
		"nothing: the primary sends no traffic to staging":            "REQ-021 REQ-022 REQ-023 REQ-024",
		"nothing: older answers":                                      "REQ-091 REQ-121",
		"nothing: what leads to it is not known (table 10.4 decides)": "OBS-031 OBS-032 OBS-034 OBS-036",
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
	switch path.Ext(file) {
	case ".go":
		found = append(found, c.findShort(text)...)
	case ".json":
		found = append(found, c.findVectors(text)...)
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

// vectorID begins a vector of testdata/vectors.
const vectorID = `{"id": "`

func (c houseCiter) findVectors(text string) []citation {
	var found []citation
	for from := 0; ; {
		i := strings.Index(text[from:], vectorID)
		if i < 0 {
			return found
		}
		from += i + len(vectorID)
		if word := leadingWord(text[from:]); c.short[shortShape(word)] {
			found = append(found, citation{word, from})
		}
	}
}

// mayPrecede reports whether an ID of one letter may follow the character: LAX54-P3 and %C3 hold none.
func mayPrecede(c byte) bool {
	return strings.IndexByte(" \t\n(/,:;", c) >= 0
}

// TestHouseRules holds every rule that code, tests, scripts and documents cite against the pages of docs/rules. A rule of a
// served section has a test or stands in waitingRules; with -v those are listed, and how many rules of each page have tests.
func TestHouseRules(t *testing.T) {
	book := houseRuleBook(t)
	c := newHouseCiter(book)
	tested, served := make(map[string]bool), make(map[string]bool) // served: not by edge/policy alone
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
			if houseProves(file) && !strings.Contains(lineAt(text, found.offset), `"needs": `) {
				tested[found.id] = true
				served[found.id] = served[found.id] || !strings.HasPrefix(file, "edge/policy/")
			}
		}
	}
	if cited == 0 {
		t.Fatal("no citation found: the search is broken")
	}
	logUntestedRules(t, book, tested, served)
}

// lineAt returns the line that an offset is in.
func lineAt(text string, offset int) string {
	start := strings.LastIndexByte(text[:offset], '\n') + 1
	line, _, _ := strings.Cut(text[start:], "\n")
	return line
}

// houseCites reports whether a file's IDs must exist: in code, tests, scripts, fixtures, documents, and the pages themselves.
func houseCites(file string) bool {
	name := path.Base(file)
	return slices.Contains([]string{".go", ".txtar", ".md", ".tf", ".hcl", ".py", ".json", ".txt"}, path.Ext(file)) || name == "Makefile"
}

// houseProves reports whether a citation in the file counts as a test of the rule.
func houseProves(file string) bool {
	return strings.HasSuffix(file, "_test.go") && !strings.HasPrefix(path.Base(file), "house") ||
		strings.HasPrefix(file, "testdata/script/") || strings.HasPrefix(file, "testdata/vectors/")
}

// logUntestedRules wants a test for each rule of a served section that does not wait for a part of edgecase.
func logUntestedRules(t *testing.T, book map[string][]houseRule, tested, served map[string]bool) {
	t.Helper()
	type count struct{ all, tested int }
	pages := make(map[string]count)
	waiting := make(map[string]string)
	left := make(map[string][]string)
	for part, ids := range waitingRules() {
		for id := range strings.FieldsSeq(ids) {
			waiting[id] = part
			if book[id] == nil {
				t.Errorf("%s waits, and no page of docs/rules has it", id)
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(book)) {
		for _, r := range book[id] {
			n := pages[r.page]
			n.all++
			switch part := waiting[id]; {
			case tested[id]:
				n.tested++
				if isServed(r) && !served[id] && part == "" {
					left["the server: its tests are in edge/policy alone"] = append(left["the server: its tests are in edge/policy alone"], id)
				}
			case !isServed(r):
			case part != "":
				left[part] = append(left[part], id)
			default:
				t.Errorf("%s section %s: %s has no test, and waits for nothing: %.100s", r.page, r.section, id, r.text)
			}
			pages[r.page] = n
		}
	}
	for _, page := range slices.Sorted(maps.Keys(pages)) {
		t.Logf("%s: %d of %d rules have a test", page, pages[page].tested, pages[page].all)
	}
	for _, part := range slices.Sorted(maps.Keys(left)) {
		t.Logf("%d rules of served sections wait for %s: %s", len(left[part]), part, strings.Join(left[part], " "))
	}
}

func isServed(r houseRule) bool {
	return slices.ContainsFunc(servedSections()[r.page], func(s string) bool {
		return s == "" || r.section == s || strings.HasPrefix(r.section, s+".")
	})
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
		{"vector", "a.json", "{\"id\": \"V01\", \"rules\": [\"ABC-044\"], \"x\": \"V02\"}", []string{"V01", "ABC-044"}},
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
