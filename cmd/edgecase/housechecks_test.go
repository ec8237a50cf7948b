package main_test

import (
	"fmt"
	"strings"
	"testing"

	"edgecase/cmd/edgecase/check"
)

// checksElsewhere are the rules of check that no directory of testdata/terraform/check falls into, and the script that
// or test that springs them.
func checksElsewhere() map[string]string {
	const comments, routes, tables = "testdata/script/check_frame.txtar", "testdata/script/check_routes.txtar", "cmd/edgecase/check/routes_test.go"
	return map[string]string{
		"ignore-unused": comments, "ignore-unknown": comments, "ignore-reason": comments,
		"route-misrouted": routes, "route-refused": routes, "route-elsewhere": tables, "route-method-assumed": tables,
	}
}

// TestHouseChecks wants of each rule of check a directory that falls into it and a mended twin, or a script; a row in
// docs/check.md; an explanation; and rules of docs/rules that it rests on. TestTraps of the package check runs the
// directories, and puts the witnesses through the edge.
func TestHouseChecks(t *testing.T) {
	files := houseFiles(t)
	book := houseRuleBook(t)
	elsewhere := checksElsewhere()
	for _, r := range check.Rules() {
		name := "testdata/terraform/check/" + r.Name + ".txtar"
		sections := []string{"-- trigger/", "-- mended/", "-- want --"}
		if script := elsewhere[r.Name]; script != "" {
			name, sections = script, []string{r.Name}
			delete(elsewhere, r.Name)
		}
		for _, section := range sections {
			if !strings.Contains(files[name], section) {
				t.Errorf("%s: %s has no %q", r.Name, name, section)
			}
		}
		if row := fmt.Sprintf("| `%s` | %s | ", r.Name, r.Severity); !strings.Contains(files["docs/check.md"], row) {
			t.Errorf("%s: docs/check.md has no row that begins %q", r.Name, row)
		}
		for part, text := range map[string]string{"title": r.Title, "reason": r.Why, "example": r.Example, "fix": r.Fix} {
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s: --explain has no %s", r.Name, part)
			}
		}
		if len(r.Cites) == 0 && !strings.HasPrefix(r.Name, "ignore-") {
			t.Errorf("%s rests on no rule", r.Name)
		}
		for _, id := range r.Cites {
			if book[id] == nil {
				t.Errorf("%s rests on %s, which no page of docs/rules has", r.Name, id)
			}
		}
	}
	for name := range elsewhere {
		t.Errorf("checksElsewhere names %s, and there is no such rule", name)
	}
}
