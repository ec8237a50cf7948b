package main_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// untriedTraps are the traps of section 19 of the request rules that no script springs yet, and why.
func untriedTraps() map[string]string {
	return map[string]string{
		"T31": "an error that stays is served by the cache",
	}
}

// unloggedTraps are those whose sign in the log no script waits for, and why.
func unloggedTraps() map[string]string {
	return map[string]string{
		"T29": "it takes ten minutes of silence; TestRequestLine has the line",
	}
}

// houseTrapBlock is the head of a script's block: "# T12 REQ-200: …".
var houseTrapBlock = regexp.MustCompile(`(?m)^# (T[0-9]{2}(?: T[0-9]{2})*) [A-Z]+-[0-9]{3}`)

// TestHouseTraps wants a block for each known trap in the scripts, which shows its sign in the log or at load time, and
// in explain, and that a twin without the trap shows none.
func TestHouseTraps(t *testing.T) {
	sprung := make(map[string]string)
	for file, text := range houseFiles(t) {
		if strings.HasPrefix(file, "testdata/script/traps_") {
			for id, block := range trapBlocks(text) {
				sprung[id] = file
				for _, problem := range untriedIn(id, block) {
					t.Errorf("%s: the block of %s %s", file, id, problem)
				}
			}
		}
	}
	book := houseRuleBook(t)
	traps := 0
	for _, id := range slices.Sorted(maps.Keys(book)) {
		if !slices.ContainsFunc(book[id], func(r houseRule) bool { return r.page == "request.md" && r.section == "19" }) {
			continue
		}
		traps++
		switch why := untriedTraps()[id]; {
		case sprung[id] == "" && why == "":
			t.Errorf("no block of testdata/script/traps_*.txtar springs %s, and untriedTraps does not say why", id)
		case sprung[id] != "" && why != "":
			t.Errorf("%s springs %s, of which untriedTraps says that %s", sprung[id], id, why)
		}
	}
	if traps == 0 {
		t.Fatal("section 19 of request.md has no traps: the search is broken")
	}
}

// trapBlocks gives the blocks of a script by the traps in their heads.
func trapBlocks(text string) map[string]string {
	blocks := make(map[string]string)
	script, _, _ := strings.Cut(text, "\n-- ")
	heads := houseTrapBlock.FindAllStringSubmatchIndex(script, -1)
	for i, at := range heads {
		end := len(script)
		if i+1 < len(heads) {
			end = heads[i+1][0]
		}
		for id := range strings.FieldsSeq(script[at[2]:at[3]]) {
			blocks[id] = script[at[0]:end]
		}
	}
	return blocks
}

// untriedIn says what a block does not try.
func untriedIn(id, block string) []string {
	var problems []string
	if !strings.Contains(block, "edgecase explain ") {
		problems = append(problems, "does not ask explain")
	}
	logs := strings.Contains(block, "\nlog ") || strings.Contains(block, "\nstderr ")
	switch why := unloggedTraps()[id]; {
	case !logs && why == "":
		problems = append(problems, "waits for no sign in the log or at load time, and unloggedTraps does not say why")
	case logs && why != "":
		problems = append(problems, "waits for a sign in the log, and unloggedTraps says that "+why)
	}
	if !strings.Contains(block, "\n! ") && !strings.Contains(block, "\nstdout '^200 ") {
		problems = append(problems, "has no twin without the trap")
	}
	return problems
}

// TestHouseTrapBlocks proves on made-up scripts that the search finds what is missing.
func TestHouseTrapBlocks(t *testing.T) {
	const whole = "# T01 REQ-001: whole\nlog a\nexec edgecase explain GET /\n! stdout T01\n"
	tests := []struct {
		name, text string
		want       []string
	}{
		{"whole", whole, nil},
		{"with another behind it", whole + "# T02 REQ-001: other\n", nil},
		{"nothing", "# T01 REQ-001: empty\n# T02 T03 REQ-001: other\nlog a\nexec edgecase explain GET /\n! log b\n", []string{
			"does not ask explain", "waits for no sign in the log or at load time, and unloggedTraps does not say why", "has no twin without the trap"}},
		{"only in an archive", "\n-- want --\n" + whole, []string{
			"does not ask explain", "waits for no sign in the log or at load time, and unloggedTraps does not say why", "has no twin without the trap"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := untriedIn("T01", trapBlocks(tt.text)["T01"]); !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
