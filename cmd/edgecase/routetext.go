package main

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"edgecase/cmd/edgecase/scenario"
	"edgecase/config/cloudfront"
	"edgecase/edge"
)

// writeTestText writes results for people: of a run that failed what was expected, what is so instead, and the line that
// decided; of the others a line if all are wanted; and the counts.
func writeTestText(w io.Writer, r *round, all bool, color paint) error {
	t := testText{round: r, color: color}
	for _, result := range r.results {
		if all || result.Verdict == scenario.Failed || result.Verdict == scenario.Undecided {
			t.result(result)
		}
	}
	t.out.WriteString(t.counts() + "\n")
	if n := r.open(); n > 0 {
		line := plural(n, "expectation") + " of what origins answer left open"
		if !r.live {
			line += "; --live asks them"
		}
		t.out.WriteString(color.dim(line) + "\n")
	}
	t.out.WriteString(t.deployments())
	_, err := io.WriteString(w, t.out.String())
	return err
}

// deployments sums up what was put to a deployed distribution.
func (t *testText) deployments() string {
	if t.deployed == "" {
		return ""
	}
	sent, differ := 0, 0
	var left []string
	for _, r := range t.results {
		switch {
		case r.Deployed == nil:
		case r.Deployed.Unsent != "":
			left = append(left, r.Deployed.Unsent)
		default:
			sent++
			if r.Deployed.Differs() {
				differ++
			}
		}
	}
	line := fmt.Sprintf("%s to %s", plural(sent, "request"), t.deployed)
	switch differ {
	case 0:
		line += ", no difference"
	default:
		line += fmt.Sprintf(", %d with another answer", differ)
	}
	line += "\n"
	for _, why := range distinctWords(left) {
		line += t.color.dim("not sent: "+printable(why)) + "\n"
	}
	return line
}

// A testText is the text while it is written.
type testText struct {
	*round
	color paint
	out   strings.Builder
}

// counts sums up: "3 passed, 1 failed in 12 ms".
func (t *testText) counts() string {
	parts := []string{fmt.Sprintf("%d passed", t.count(scenario.Passed))}
	for _, c := range []struct {
		verdict scenario.Verdict
		text    string
	}{{scenario.Failed, "failed"}, {scenario.Undecided, "not decided"}, {scenario.Skipped, "skipped"}} {
		if n := t.count(c.verdict); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, c.text))
		}
	}
	return strings.Join(parts, ", ") + " in " + duration(t.took)
}

// result writes one result.
func (t *testText) result(r *scenario.Result) {
	word := map[scenario.Verdict]string{
		scenario.Passed: t.color.green("ok"), scenario.Failed: t.color.red("FAIL"),
		scenario.Undecided: t.color.yellow("open"), scenario.Skipped: t.color.dim("skip"),
	}[r.Verdict]
	head := printable(r.Run.Source.String()) + "  " + printable(r.Run.Name)
	t.out.WriteString(pad(cut(head, maxColumns-6), maxColumns-4) + word + "\n")
	switch r.Verdict {
	case scenario.Failed:
		t.failure(r)
	case scenario.Undecided, scenario.Skipped:
		t.out.WriteString("  " + t.color.dim(printable(r.Why)) + "\n")
	}
}

// failure writes what was expected and what is so instead. Expectations that the same decision disappoints stand
// together.
func (t *testText) failure(r *scenario.Result) {
	failures := r.Failures()
	for len(failures) > 0 {
		n := 1
		for n < len(failures) && failures[n].Got == failures[0].Got && failures[n].Decided == failures[0].Decided {
			n++
		}
		t.group(failures[:n])
		failures = failures[n:]
	}
	t.drift(r.Deployed)
	if len(r.Failures()) > 0 {
		t.hints(r)
	}
	t.out.WriteString("\n")
}

// hints writes what may be behind a failure.
func (t *testText) hints(r *scenario.Result) {
	if len(r.Hints) == 0 {
		for _, a := range r.Failures() {
			if a.Note != "" {
				t.out.WriteString("  " + printable(cut(a.Note, maxColumns-2)) + "\n")
			}
		}
	}
	for _, h := range r.Hints[:min(len(r.Hints), maxHints)] {
		text := h.Trap + "  " + h.Text
		if h.Suggestion != "" {
			text += "; " + explainRun(r.Run) + " says what to add"
		}
		for i, line := range fold(printable(text), maxColumns-6) {
			t.out.WriteString("  " + strings.Repeat(" ", min(i, 1)*5) + line + "\n")
		}
	}
}

// group writes expectations with the same answer, and the line that decided.
func (t *testText) group(list []scenario.Assertion) {
	var lines clauses
	for _, a := range list {
		lines = append(lines, clause{label: "expected", text: a.Expectation.String(), place: placeOfSource(a.Source)})
	}
	last := list[len(list)-1]
	got := clause{label: "got", text: last.Got, place: placeOfSource(last.Decided), rule: last.Rule, bad: true}
	text := append(lines, got).render(t.color)
	t.out.WriteString(text)
	if at := last.Difference(); at >= 0 && len(list) == 1 && strings.Count(text, "\n") == 2 { // nothing has been folded
		t.out.WriteString(strings.Repeat(" ", gotColumn+at) + t.color.red("^") + "\n")
	}
	t.out.WriteString(t.snippet(last.Decided))
}

// drift writes what the deployed distribution does otherwise.
func (t *testText) drift(d *scenario.Deployment) {
	if !d.Differs() {
		return
	}
	var lines clauses
	for _, a := range d.Asserts {
		if a.Verdict == scenario.Failed {
			lines = append(lines, clause{label: "expected", text: a.Expectation.String(), place: placeOfSource(a.Source)},
				clause{label: "deployed", text: a.Got, bad: true})
		}
	}
	for _, difference := range d.Drift {
		lines = append(lines, clause{label: "here", text: difference.What + " " + difference.Here},
			clause{label: "deployed", text: difference.What + " " + difference.Deployed, bad: true})
	}
	t.out.WriteString(lines.render(t.color))
}

// gotColumn is where the text of a clause begins whose label is short.
const gotColumn = 13

// snippet returns a line of the Terraform that is an argument, with a mark under its value.
func (t *testText) snippet(at cloudfront.Source) string {
	f := t.loaded.Files[at.File]
	if at.IsZero() || f == nil {
		return ""
	}
	line := sourceLine(f.Bytes, at.Line)
	body := strings.TrimSpace(strings.ReplaceAll(printableLines(string(line)), "\t", "    "))
	_, value, argument := strings.Cut(body, "=")
	value = strings.TrimSpace(value)
	margin := strings.Repeat(" ", gotColumn) + strconv.Itoa(at.Line) + " | "
	if !argument || value == "" || width(margin+body) > maxColumns {
		return "" // the head of a block says nothing
	}
	start := strings.LastIndex(body, value)
	return t.color.dim(margin+body) + "\n" +
		strings.Repeat(" ", width(margin)+width(body[:start])) + t.color.red(strings.Repeat("^", width(value))) + "\n"
}

// sourceLine returns a line of a text, counted from 1.
func sourceLine(src []byte, n int) []byte {
	for range n - 1 {
		_, rest, found := bytes.Cut(src, []byte("\n"))
		if !found {
			return nil
		}
		src = rest
	}
	line, _, _ := bytes.Cut(src, []byte("\n"))
	if !utf8.Valid(line) {
		return nil
	}
	return line
}

// placeOfSource makes a Place of a Source.
func placeOfSource(s cloudfront.Source) *edge.Place {
	if s.IsZero() {
		return nil
	}
	return &edge.Place{File: s.File, Line: s.Line}
}

// explainRun is the command that shows what becomes of a run's request, step by step.
func explainRun(r *scenario.Run) string {
	url := r.ShownURL()
	if strings.ContainsFunc(url, func(c rune) bool { return c > '~' || strings.ContainsRune("&?*!$()[]{}|;<>`\"\\~ ", c) }) {
		url = "'" + strings.ReplaceAll(url, "'", `'\''`) + "'"
	}
	return "edgecase explain " + r.Request.Method + " " + url
}
