package main

import (
	"fmt"
	"strings"

	"edgecase/cmd/edgecase/scenario"
	"edgecase/config/cloudfront"
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
	Name         string              `json:"name"`
	Verdict      scenario.Verdict    `json:"verdict"`
	Source       *edge.Place         `json:"source"`
	Method       string              `json:"method"`
	URL          string              `json:"url"`
	Status       int                 `json:"status,omitempty"` // missing where only the origin can tell
	AnsweredBy   string              `json:"answered_by,omitempty"`
	Reason       edge.Reason         `json:"reason,omitempty"`
	Behavior     *edge.BehaviorRef   `json:"behavior"`
	Origin       *edge.OriginRef     `json:"origin"`
	Asserts      []assertDocument    `json:"asserts"`
	Hints        []edge.Hint         `json:"hints,omitempty"`
	Deployed     *deploymentDocument `json:"deployed,omitempty"`
	Why          string              `json:"why,omitempty"`
	Milliseconds float64             `json:"milliseconds"`
}

// A deploymentDocument is what a deployed distribution made of a run.
type deploymentDocument struct {
	Unsent     string           `json:"unsent,omitempty"`
	Status     int              `json:"status,omitempty"`
	XCache     string           `json:"x_cache,omitempty"`
	AnsweredBy string           `json:"answered_by,omitempty"`
	Asserts    []assertDocument `json:"asserts,omitempty"`
	Drift      []driftDocument  `json:"drift"`
}

// A driftDocument is a difference between the two answers.
type driftDocument struct {
	What     string `json:"what"`
	Here     string `json:"here"`
	Deployed string `json:"deployed"`
}

func newDeploymentDocument(d *scenario.Deployment) *deploymentDocument {
	if d == nil {
		return nil
	}
	doc := &deploymentDocument{
		Unsent: d.Unsent, Status: d.Status, XCache: d.XCache, AnsweredBy: d.AnsweredBy, Asserts: assertDocuments(d.Asserts), Drift: []driftDocument{},
	}
	for _, difference := range d.Drift {
		doc.Drift = append(doc.Drift, driftDocument(difference))
	}
	return doc
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
		Status: r.Status, Why: r.Why, Asserts: assertDocuments(r.Asserts), Deployed: newDeploymentDocument(r.Deployed), Milliseconds: float64(r.Took.Microseconds()) / 1000,
	}
	if r.Verdict == scenario.Failed {
		d.Hints = r.Hints
	}
	if x := r.Decision; x != nil {
		document := x.Document()
		d.AnsweredBy, d.Reason, d.Behavior, d.Origin = document.AnsweredBy, document.Reason, document.Behavior, document.Origin
	}
	return d
}

func assertDocuments(asserts []scenario.Assertion) []assertDocument {
	list := []assertDocument{}
	for _, a := range asserts {
		list = append(list, assertDocument{
			Subject: a.Subject, Name: a.Name, Verdict: a.Verdict, Expected: a.Expectation.String(), Got: a.Got,
			Source: placeOfSource(a.Source), Decided: placeOfSource(a.Decided), Rule: a.Rule,
		})
	}
	return list
}

// assertSentence is a failure as a text of its own.
func assertSentence(a scenario.Assertion) string {
	text := "expected " + a.Expectation.String() + ", got " + a.Got
	if !a.Decided.IsZero() {
		text += " (" + a.Decided.String() + ")"
	}
	return text
}

// A complaint is one thing that is wrong with a run, at its line.
type complaint struct {
	at         cloudfront.Source
	kind, text string
}

// complaints returns all that is wrong with a run.
func complaints(r *scenario.Result) []complaint {
	var list []complaint
	for _, a := range r.Failures() {
		list = append(list, complaint{a.Source, string(a.Subject), assertSentence(a)})
	}
	if r.Deployed == nil {
		return list
	}
	for _, a := range r.Deployed.Asserts {
		if a.Verdict == scenario.Failed {
			list = append(list, complaint{a.Source, string(a.Subject), assertSentence(a) + ", from the deployed distribution"})
		}
	}
	for _, d := range r.Deployed.Drift {
		list = append(list, complaint{r.Run.Source, "drift", d.What + " is " + d.Here + " here, and deployed " + d.Deployed})
	}
	return list
}

// testAnnotations makes an annotation of each thing that is wrong, at its line.
func testAnnotations(r *round) []annotation {
	var list []annotation
	for _, result := range r.results {
		for _, c := range complaints(result) {
			list = append(list, annotation{
				level: "error", file: c.at.File, line: c.at.Line, column: c.at.Column, title: result.Run.Name,
				message: c.text, detail: explainRun(result.Run),
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
	for i, wrong := range complaints(r) {
		if i == 0 {
			c.failure, c.kind = wrong.text, wrong.kind
		}
		c.detail += fmt.Sprintf("%s: %s\n", wrong.at, wrong.text)
	}
	if c.failure != "" {
		c.detail += explainRun(r.Run) + "\n"
	}
	return c
}
