package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"

	"edgecase/cmd/edgecase/check"
)

// detailIndent is where what there is to say beside a message begins.
const detailIndent = 4

// writeCheckText writes findings for people: a line for each with its place, severity, rule and message, below it what else
// there is to say and what to paste, and at the end the counts.
func writeCheckText(w io.Writer, r *check.Report, took time.Duration, color paint) error {
	t := checkText{color: color, severities: len("warning")}
	for _, f := range r.Findings {
		t.places = max(t.places, width(placeOf(f)))
		t.names = max(t.names, len(f.Rule.Name))
	}
	for _, f := range r.Findings {
		t.finding(f)
	}
	t.blank()
	if r.Application != nil {
		t.application(r.Application)
	}
	if r.Count(check.Note) > 0 {
		t.out.WriteString(color.dim("notes say what is worth knowing; edgecase check --explain RULE says what to do") + "\n")
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
	fix                       check.Fix // the last that was written out
}

// finding writes one finding. A message for which the line has no room stands below it. What to do about a note is left to
// --explain and to the other formats, unless somebody has made the request: it is often nothing.
func (t *checkText) finding(f check.Finding) {
	head := pad(placeOf(f), t.places) + "  " + t.severity(f.Rule.Severity) + "  "
	message := printable(f.Message)
	if width(message) <= maxColumns-(t.places+t.severities+t.names+6) {
		t.out.WriteString(head + pad(f.Rule.Name, t.names) + "  " + message + "\n")
	} else {
		t.out.WriteString(head + f.Rule.Name + "\n")
		t.detail(message)
	}
	for _, r := range f.Related {
		text := r.Text
		if !r.At.IsZero() {
			text = r.At.String() + " " + text
		}
		t.detail(printable(text))
	}
	if f.Witness != nil {
		t.detail("witness: " + printable(f.Witness.String()))
	}
	if f.Rule.Severity == check.Note && len(f.Requests) == 0 {
		return
	}
	if f.Fix.HCL == "" {
		t.detail(printable(f.Fix.Where))
		return
	}
	if f.Fix == t.fix {
		t.detail("what to do is the same as above")
		return
	}
	t.fix = f.Fix
	t.detail(printable(f.Fix.Where) + ":")
	t.out.WriteString("\n" + indented(printableLines(strings.TrimRight(f.Fix.HCL, "\n")), strings.Repeat(" ", 2*detailIndent)) + "\n")
	t.blank()
}

// detail writes a text below a message.
func (t *checkText) detail(text string) {
	if text == "" {
		return
	}
	for _, line := range fold(text, maxColumns-detailIndent) {
		t.out.WriteString(strings.Repeat(" ", detailIndent) + line + "\n")
	}
}

// blank writes an empty line, where there is none yet.
func (t *checkText) blank() {
	if s := t.out.String(); s != "" && !strings.HasSuffix(s, "\n\n") {
		t.out.WriteString("\n")
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
