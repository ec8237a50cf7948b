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

// houseTrapBlock is the head of a script's block: "# T12 REQ-200: …".
var houseTrapBlock = regexp.MustCompile(`(?m)^# (T[0-9]{2}(?: T[0-9]{2})*) [A-Z]+-[0-9]{3}`)

// TestHouseTraps wants a block for each known trap in the scripts, which shows its sign in the log or at load time and in
// explain, and that a twin without the trap shows none.
func TestHouseTraps(t *testing.T) {
	sprung := make(map[string]string)
	for file, text := range houseFiles(t) {
		if !strings.HasPrefix(file, "testdata/script/traps_") {
			continue
		}
		script, _, _ := strings.Cut(text, "\n-- ")
		heads := houseTrapBlock.FindAllStringSubmatchIndex(script, -1)
		for i, at := range heads {
			block := script[at[0]:]
			if i+1 < len(heads) {
				block = script[at[0]:heads[i+1][0]]
			}
			for id := range strings.FieldsSeq(script[at[2]:at[3]]) {
				sprung[id] = file
				for what, sign := range map[string]string{
					"in explain": "explain ", "in the log or at load time": "\nlog |\nstderr |explain ", "of a twin without it": "\n! |\nstdout '^200 ",
				} {
					if !slices.ContainsFunc(strings.Split(sign, "|"), func(s string) bool { return strings.Contains(block, s) }) {
						t.Errorf("%s: the block of %s shows nothing %s", file, id, what)
					}
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
