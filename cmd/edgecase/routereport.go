package main

import (
	"fmt"
	"strings"

	"edgecase/cmd/edgecase/scenario"
	"edgecase/edge"
)

// A testDocument is the results of route tests for programs.
type testDocument struct {
	Passed       int           `json:"passed"`
	Failed       int           `json:"failed"`
	Undecided    int           `json:"undecided"`
	Skipped      int           `json:"skipped"`
	Milliseconds float64       `json:"milliseconds"`
	Runs         []runDocument `json:"runs"`
}

// A runDocument is one of them.
type runDocument struct {
	Name         string            `json:"name"`
	Verdict      scenario.Verdict  `json:"verdict"`
	Source       *edge.Place       `json:"source"`
	Method       string            `json:"method"`
	URL          string            `json:"url"`
	Status       int               `json:"status,omitempty"` // missing where only the origin can tell
	AnsweredBy   string            `json:"answered_by,omitempty"`
	Reason       edge.Reason       `json:"reason,omitempty"`
	Behavior     *edge.BehaviorRef `json:"behavior"`
	Origin       *edge.OriginRef   `json:"origin"`
	Asserts      []assertDocument  `json:"asserts"`
	Hints        []edge.Hint       `json:"hints,omitempty"`
	Skipped      string            `json:"skipped,omitempty"`
	Milliseconds float64           `json:"milliseconds"`
}

// An assertDocument is one expectation, and what came of it.
type assertDocument struct {
	Subject  scenario.Subject `json:"subject"`
	Name     string           `json:"name,omitempty"`
	Verdict  scenario.Verdict `json:"verdict"`
	Expected string           `json:"expected"`
	Got      string           `json:"got"`
	Source   *edge.Place      `json:"source"`
	Decided  *edge.Place      `json:"decided"`
	Rule     string           `json:"rule,omitempty"`
}

// newTestDocument puts a round into the form for programs.
func newTestDocument(r *round) testDocument {
	d := testDocument{
		Passed: r.count(scenario.Passed), Failed: r.count(scenario.Failed), Undecided: r.count(scenario.Undecided),
		Skipped: r.count(scenario.Skipped), Milliseconds: float64(r.took.Microseconds()) / 1000, Runs: []runDocument{},
	}
	for _, result := range r.results {
		d.Runs = append(d.Runs, newRunDocument(result))
	}
	return d
}

func newRunDocument(r *scenario.Result) runDocument {
	d := runDocument{
		Name: r.Run.Name, Verdict: r.Verdict, Source: placeOfSource(r.Run.Source), Method: r.Run.Request.Method, URL: r.Run.ShownURL(),
		Status: r.Status, Skipped: r.Skipped, Asserts: []assertDocument{}, Milliseconds: float64(r.Took.Microseconds()) / 1000,
	}
	if r.Verdict == scenario.Failed {
		d.Hints = r.Hints
	}
	if x := r.Decision; x != nil {
		document := x.Document()
		d.AnsweredBy, d.Reason, d.Behavior, d.Origin = document.AnsweredBy, document.Reason, document.Behavior, document.Origin
	}
	for _, a := range r.Asserts {
		d.Asserts = append(d.Asserts, assertDocument{
			Subject: a.Subject, Name: a.Name, Verdict: a.Verdict, Expected: a.Expectation.String(), Got: a.Got,
			Source: placeOfSource(a.Source), Decided: placeOfSource(a.Decided), Rule: a.Rule,
		})
	}
	return d
}

// assertSentence is a failure as a text of its own.
func assertSentence(a scenario.Assertion) string {
	text := "expected " + a.Expectation.String() + ", got " + a.Got
	if !a.Decided.IsZero() {
		text += " (" + a.Decided.String() + ")"
	}
	return text
}

// testAnnotations makes an annotation of each expectation that failed, at its line.
func testAnnotations(r *round) []annotation {
	var list []annotation
	for _, result := range r.results {
		for _, a := range result.Failures() {
			list = append(list, annotation{
				level: "error", file: a.Source.File, line: a.Source.Line, column: a.Source.Column, title: result.Run.Name,
				message: assertSentence(a), detail: explainRun(result.Run),
			})
		}
	}
	return list
}

// testSuites makes a suite of each file, and a case of each run.
func testSuites(r *round) []junitSuite {
	var suites []junitSuite
	byFile := map[string]int{}
	for _, result := range r.results {
		file := result.Run.Source.File
		i, known := byFile[file]
		if !known {
			i = len(suites)
			byFile[file] = i
			suites = append(suites, junitSuite{name: file, began: r.began})
		}
		suites[i].took += result.Took
		suites[i].cases = append(suites[i].cases, testCase(result))
	}
	return suites
}

func testCase(r *scenario.Result) junitCase {
	c := junitCase{
		class: strings.TrimSuffix(r.Run.Source.File, scenario.Extension), name: r.Run.Name, took: r.Took,
		skipped: r.Verdict == scenario.Skipped || r.Verdict == scenario.Undecided,
	}
	for i, a := range r.Failures() {
		if i == 0 {
			c.failure, c.kind = assertSentence(a), string(a.Subject)
		}
		c.detail += fmt.Sprintf("%s: %s\n", a.Source, assertSentence(a))
	}
	if c.failure != "" {
		c.detail += explainRun(r.Run) + "\n"
	}
	return c
}
