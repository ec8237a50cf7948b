package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"

	"edgecase/cmd/edgecase/check"
)

// minMessage is how many columns a message needs beside place, severity and rule; with fewer it stands below them.
const minMessage = 36

// writeCheckText writes findings for people: a line for each with its place, severity and rule, below it what else there
// is to say and what to paste, and the counts.
func writeCheckText(w io.Writer, r *check.Report, took time.Duration, color paint) error {
	t := checkText{color: color}
	for _, f := range r.Findings {
		t.places = max(t.places, width(placeOf(f)))
		t.names = max(t.names, len(f.Rule.Name))
	}
	t.severities = len("warning")
	t.indent = t.places + t.severities + t.names + 6
	if maxColumns-t.indent < minMessage {
		t.indent = 4
	}
	for _, f := range r.Findings {
		t.finding(f)
	}
	if len(r.Findings) > 0 {
		t.out.WriteString("\n")
	}
	if r.Application != nil {
		t.application(r.Application)
	}
	t.out.WriteString(countsLine(r, took) + "\n")
	_, err := io.WriteString(w, t.out.String())
	return err
}

// A checkText is the text while it is written.
type checkText struct {
	color                     paint
	out                       strings.Builder
	places, severities, names int
	indent                    int // where messages begin
}

// finding writes one finding.
func (t *checkText) finding(f check.Finding) {
	head := pad(placeOf(f), t.places) + "  " + t.severity(f.Rule.Severity) + "  " + pad(f.Rule.Name, t.names) + "  "
	if t.indent == 4 {
		t.out.WriteString(strings.TrimRight(head, " ") + "\n    ")
	} else {
		t.out.WriteString(head)
	}
	lines := fold(printable(f.Message), maxColumns-t.indent)
	t.out.WriteString(lines[0] + "\n")
	t.lines(lines[1:])
	for _, r := range f.Related {
		text := printable(r.Text)
		if !r.At.IsZero() {
			text = printable(r.At.String()) + " " + text
		}
		t.lines(fold(text, maxColumns-t.indent))
	}
	if f.Witness != nil {
		t.lines(fold("witness: "+printable(f.Witness.String()), maxColumns-t.indent))
	}
	if f.Fix.HCL != "" {
		t.lines(fold(printable(f.Fix.Where)+":", maxColumns-t.indent))
		t.out.WriteString("\n" + indented(printableLines(strings.TrimRight(f.Fix.HCL, "\n")), "    ") + "\n\n")
	} else if f.Fix.Where != "" {
		t.lines(fold(printable(f.Fix.Where), maxColumns-t.indent))
	}
}

// application says which routes were held against which origin, and what was left out.
func (t *checkText) application(a *check.Application) {
	line := fmt.Sprintf("%s of %s, %d reach %s", plural(a.Routes, "route"), strings.Join(a.From, ", "), a.Carried, strings.Join(a.Origins, ", "))
	if a.How != "" {
		line += " (" + a.How + ")"
	}
	for _, s := range append([]string{line}, a.Notes...) {
		for i, part := range fold(printable(s), maxColumns-2) {
			t.out.WriteString(strings.Repeat(" ", min(i, 1)*2) + t.color.dim(part) + "\n")
		}
	}
}

// lines writes lines below a message.
func (t *checkText) lines(lines []string) {
	for _, line := range lines {
		t.out.WriteString(strings.Repeat(" ", t.indent) + line + "\n")
	}
}

// severity paints a severity: red for what is refused, yellow for what is not as one may think.
func (t *checkText) severity(s check.Severity) string {
	text := pad(string(s), t.severities)
	switch s {
	case check.Error:
		return t.color.red(text)
	case check.Warning:
		return t.color.yellow(text)
	}
	return t.color.dim(text)
}

// placeOf writes the place of a finding as editors link it.
func placeOf(f check.Finding) string {
	if f.At.IsZero() {
		return "-"
	}
	return printable(f.At.String())
}

// countsLine sums up: "1 error, 1 warning, 2 notes in 38 ms".
func countsLine(r *check.Report, took time.Duration) string {
	var parts []string
	for _, s := range []check.Severity{check.Error, check.Warning, check.Note} {
		if n := r.Count(s); n > 0 {
			parts = append(parts, plural(n, string(s)))
		}
	}
	line := cmp.Or(strings.Join(parts, ", "), "nothing found") + " in " + duration(took)
	if r.Ignored > 0 {
		line += fmt.Sprintf(", %d ignored by comments", r.Ignored)
	}
	return line
}

// findingSentence is a finding as a text of its own: the message, what else there is to say, and the witness.
func findingSentence(f check.Finding) string {
	var b strings.Builder
	b.WriteString(printable(f.Message) + ".")
	for _, r := range f.Related {
		text := r.Text
		if !r.At.IsZero() {
			text = r.At.String() + " " + text
		}
		b.WriteString(" " + printable(text) + ".")
	}
	if f.Witness != nil {
		b.WriteString(" Witness: " + printable(f.Witness.String()))
	}
	return b.String()
}

// findingDetail is what there is to do about a finding, in lines.
func findingDetail(f check.Finding) string {
	if f.Fix.HCL == "" {
		return printable(f.Fix.Where)
	}
	return printable(f.Fix.Where) + ":\n\n" + printableLines(f.Fix.HCL)
}

// checkAnnotations makes an annotation of each finding.
func checkAnnotations(r *check.Report) []annotation {
	var list []annotation
	for _, f := range r.Findings {
		level := string(f.Rule.Severity)
		if f.Rule.Severity == check.Note {
			level = "notice"
		}
		list = append(list, annotation{
			level: level, file: f.At.File, line: f.At.Line, column: f.At.Column, title: f.Rule.Name,
			message: findingSentence(f), detail: findingDetail(f),
		})
	}
	return list
}

// checkSuites makes a suite for each rule, and in it a failure of each finding; a rule that finds nothing has passed. Notes
// are no failures: they count as skipped.
func checkSuites(r *check.Report, began time.Time, took time.Duration) []junitSuite {
	var suites []junitSuite
	for _, rule := range check.Rules() {
		s := junitSuite{name: rule.Name, began: began}
		for _, f := range r.Findings {
			if f.Rule != rule {
				continue
			}
			c := junitCase{class: rule.Name, name: placeOf(f) + " " + f.Message}
			if rule.Severity == check.Note {
				c.skipped = true
			} else {
				c.failure, c.kind = f.Message, string(rule.Severity)
				c.detail = placeOf(f) + "\n" + findingSentence(f) + "\n" + findingDetail(f)
			}
			s.cases = append(s.cases, c)
		}
		if len(s.cases) == 0 {
			s.cases = []junitCase{{class: rule.Name, name: rule.Title}}
		}
		suites = append(suites, s)
	}
	if len(suites) > 0 {
		suites[0].took = took
	}
	return suites
}
