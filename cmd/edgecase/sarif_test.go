package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"edgecase/cmd/edgecase/check"
	"edgecase/config/cloudfront"
	"edgecase/edge/http1"

	"github.com/google/go-cmp/cmp"
)

// fullReport is a report with everything that a finding may have, and with texts that formats have to escape.
func fullReport() *check.Report {
	rules := check.Rules()
	at := func(line int) cloudfront.Source {
		return cloudfront.Source{File: "in fra/é:x,y.tf", Line: line, Column: 3}
	}
	rule := func(s check.Severity) *check.Rule {
		return rules[slices.IndexFunc(rules, func(r *check.Rule) bool { return r.Severity == s })]
	}
	return &check.Report{Ignored: 1, Findings: []check.Finding{
		{Rule: rule(check.Error), At: at(4), Message: "<a> & \"b\" 100% of\tit \x1b[31m ]]> \x00",
			Witness:  &check.Witness{Method: "POST", URL: "https://www.example.com/a?b=c&d", Fields: http1.Fields{{Name: "Cookie", Value: "a=b"}}},
			Fix:      check.Fix{Where: "Add above the default behavior", HCL: "a {\n\n  b = 1\n}", Above: at(9)},
			Requests: []string{"POST /a"},
			Related:  []check.Related{{At: at(7), Text: "serves it"}, {Text: "nowhere"}}},
		{Rule: rule(check.Warning), At: cloudfront.Source{File: "main.tf"}, Message: "a file"},
		{Rule: rule(check.Note), Message: "no place"},
	}}
}

// TestSARIF holds the log against what SARIF 2.1.0 demands of the objects that are used: names and types of members, those
// that must be there, closed lists, references, and URIs.
func TestSARIF(t *testing.T) {
	for name, report := range map[string]*check.Report{"full": fullReport(), "empty": {}} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := writeSARIF(&b, report); err != nil {
				t.Fatal(err)
			}
			var log any
			if err := json.Unmarshal(b.Bytes(), &log); err != nil {
				t.Fatal(err)
			}
			for _, problem := range sarifProblems(log) {
				t.Error(problem)
			}
			run := log.(map[string]any)["runs"].([]any)[0].(map[string]any)
			if got := len(run["results"].([]any)); got != len(report.Findings) {
				t.Errorf("%d results of %d findings", got, len(report.Findings))
			}
		})
	}
}

// TestSARIFProblems proves that the validator of the test sees what is wrong.
func TestSARIFProblems(t *testing.T) {
	var b bytes.Buffer
	if err := writeSARIF(&b, fullReport()); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ old, new string }{
		{`"version": "2.1.0"`, `"version": "2.0.0"`},
		{`"level": "error"`, `"level": "fatal"`},
		{`"startLine": 4`, `"startLine": 0`},
		{`"uri": "in%20fra`, `"uri": "in fra`},
		{`"ruleIndex": `, `"ruleIndex": 9`},
		{`"ruleId"`, `"ruleID"`},
		{`"locations": [`, `"locations": 1, "x": [`},
		{`"replacements"`, `"replacement"`},
	} {
		broken := strings.Replace(b.String(), tt.old, tt.new, 1)
		var log any
		if err := json.Unmarshal([]byte(broken), &log); err != nil {
			t.Fatal(err)
		}
		if broken == b.String() || len(sarifProblems(log)) == 0 {
			t.Errorf("with %s in place of %s nothing is wrong", tt.new, tt.old)
		}
	}
}

// A shape says what an object of SARIF may have: "!" marks members that must be there.
type shape map[string]any

// sarifShapes are the parts of the format that writeSARIF uses, in our own words.
func sarifShapes() shape {
	text := shape{"text!": "string"}
	artifact := shape{"uri!": "uri"}
	region := shape{"startLine": "line", "startColumn": "line", "endLine": "line", "endColumn": "line"}
	location := shape{"id": "number", "message": text, "physicalLocation": shape{"artifactLocation!": artifact, "region": region}}
	level := []string{"none", "note", "warning", "error"}
	return shape{"version!": []string{"2.1.0"}, "$schema": "string", "runs!": []any{shape{
		"columnKind": []string{"utf16CodeUnits", "unicodeCodePoints"},
		"tool!": shape{"driver!": shape{"name!": "string", "semanticVersion": "string", "rules": []any{shape{
			"id!": "string", "shortDescription": text, "fullDescription": text, "help": text,
			"defaultConfiguration": shape{"level": level}, "properties": shape{"tags": []any{"string"}}}}}},
		"results": []any{shape{
			"ruleId": "string", "ruleIndex": "number", "level": level, "message!": text, "locations": []any{location}, "relatedLocations": []any{location},
			"fixes": []any{shape{"description": text, "artifactChanges!": []any{shape{"artifactLocation!": artifact,
				"replacements!": []any{shape{"deletedRegion!": region, "insertedContent": text}}}}}}}}}}}
}

// sarifProblems returns what is wrong with a log.
func sarifProblems(log any) []string {
	problems := shapeProblems("log", log, sarifShapes())
	if len(problems) > 0 {
		return problems
	}
	run := log.(map[string]any)["runs"].([]any)[0].(map[string]any)
	rules := run["tool"].(map[string]any)["driver"].(map[string]any)["rules"].([]any)
	for _, r := range run["results"].([]any) {
		result := r.(map[string]any)
		i := int(result["ruleIndex"].(float64))
		if i >= len(rules) || rules[i].(map[string]any)["id"] != result["ruleId"] {
			problems = append(problems, fmt.Sprintf("ruleIndex %d is not that of %s", i, result["ruleId"]))
		}
	}
	return problems
}

// shapeProblems holds a value against its shape.
func shapeProblems(path string, value, want any) []string {
	wrong := func(format string, args ...any) []string { return []string{path + ": " + fmt.Sprintf(format, args...)} }
	switch want := want.(type) {
	case shape:
		object, ok := value.(map[string]any)
		if !ok {
			return wrong("%v is no object", value)
		}
		var problems []string
		for name := range want {
			if must, ok := strings.CutSuffix(name, "!"); ok && object[must] == nil {
				problems = append(problems, path+": "+must+" is missing")
			}
		}
		for name, member := range object {
			inner, known := want[name]
			if !known {
				inner, known = want[name+"!"]
			}
			if !known {
				problems = append(problems, path+": there is no "+name)
				continue
			}
			problems = append(problems, shapeProblems(path+"."+name, member, inner)...)
		}
		return problems
	case []any:
		list, ok := value.([]any)
		if !ok {
			return wrong("%v is no array", value)
		}
		var problems []string
		for i, element := range list {
			problems = append(problems, shapeProblems(fmt.Sprintf("%s[%d]", path, i), element, want[0])...)
		}
		return problems
	case []string:
		if s, ok := value.(string); !ok || !slices.Contains(want, s) {
			return wrong("%v is none of %v", value, want)
		}
	case string:
		n, isNumber := value.(float64)
		s, isText := value.(string)
		switch {
		case want == "string" && !isText, want == "number" && !isNumber, want == "line" && (!isNumber || n < 1):
			return wrong("%v is no %s", value, want)
		case want == "uri" && (!isText || s == "" || strings.ContainsAny(s, " :,") || strings.ContainsFunc(s, func(r rune) bool { return r > '~' })):
			return wrong("%v is no relative URI", value)
		}
	}
	return nil
}

// TestAnnotations holds the workflow commands against GitHub's form.
func TestAnnotations(t *testing.T) {
	var b bytes.Buffer
	if err := writeAnnotations(&b, checkAnnotations(fullReport())); err != nil {
		t.Fatal(err)
	}
	rules := fullReport().Findings
	want := "::error file=in fra/é%3Ax%2Cy.tf,line=4,col=3,title=" + rules[0].Rule.Name + `::<a> & "b" 100%25 of\tit \x1b[31m ]]> \x00. in fra/é:x,y.tf:7 serves it. nowhere. ` +
		"Witness: POST https://www.example.com/a?b=c&d with Cookie%0AAdd above the default behavior:%0A%0Aa {%0A%0A  b = 1%0A}\n" +
		"::warning file=main.tf,title=" + rules[1].Rule.Name + "::a file.\n" +
		"::notice title=" + rules[2].Rule.Name + "::no place.\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestCountsLine holds the last line of a check.
func TestCountsLine(t *testing.T) {
	if got, want := countsLine(fullReport(), 38*time.Millisecond), "1 error, 1 warning, 1 note in 38 ms, 1 ignored by comments"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := countsLine(&check.Report{}, time.Second), "nothing found in 1.0 s"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
