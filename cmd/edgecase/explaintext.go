package main

import (
	"fmt"
	"strconv"
	"strings"

	"edgecase/edge"
	"edgecase/edge/http1"
)

// explainText writes an explained request for people: who answers and why, the steps in order, what the origin would
// receive, and the way out of a known trap.
func explainText(x *edge.Exchange, color paint) string {
	t := &explainer{Document: x.Document(), x: x, color: color}
	t.headline()
	t.steps()
	t.answer()
	t.originRequest()
	t.why()
	t.hints()
	return t.out.String()
}

// explainer renders one document.
type explainer struct {
	*edge.Document
	x     *edge.Exchange
	color paint
	out   strings.Builder
}

// headline says in one line who answers with what, and the reason last.
func (t *explainer) headline() {
	what := strconv.Itoa(t.Status) + " "
	switch {
	case t.Status == 101:
		what = "WebSocket to " + t.Origin.ID
	case t.AnsweredBy == "origin":
		what += "from " + t.Origin.ID
	case t.Reason == edge.RedirectedToHTTPS:
		what += "to https; no origin is asked"
	case t.Origin != nil:
		what += "from CloudFront in place of " + t.Origin.ID
	default:
		what += "from CloudFront; no origin is asked"
	}
	if t.CustomErrorPage != nil {
		what = fmt.Sprintf("%d %s in place of the %d from %s", t.Status, t.CustomErrorPage.ResponsePagePath, t.CustomErrorPage.ErrorCode, t.refuser())
	}
	what, reason := cut(printable(what), maxColumns-2-len(t.Reason)), string(t.Reason)
	gap := strings.Repeat(" ", maxColumns-width(what)-len(reason))
	if t.Status >= 400 {
		what = t.color.red(what)
	} else if t.CustomErrorPage != nil {
		what = t.color.yellow(what)
	}
	t.out.WriteString(what + gap + reason + "\n\n")
}

// refuser names whoever made the answer that an error page replaces.
func (t *explainer) refuser() string {
	if t.AnsweredBy == "origin" {
		return t.Origin.ID
	}
	return "CloudFront"
}

// label returns a short name for a stage.
func label(stage string) string {
	switch stage {
	case "distribution":
		return "host"
	case "viewer protocol policy":
		return "protocol"
	case "request limits":
		return "limits"
	case "geo restriction":
		return "country"
	case "default root object":
		return "root"
	case "origin custom headers":
		return "custom"
	case "custom error response":
		return "error page"
	case "response headers policy":
		return "headers"
	}
	return stage
}

// steps writes a line for each step, with the line of the Terraform and the rule that decided.
func (t *explainer) steps() {
	var table clauses
	for _, s := range t.Steps {
		failed := s.Action == "fail"
		switch {
		case s.Stage == "behavior":
			t.behaviors(&table, s)
		case !failed && (s.Stage == "forward" || s.Stage == "fetch" || s.Stage == "trim"):
			// originRequest says more.
		default:
			c := clause{label: label(s.Stage), text: s.Why, place: s.Source, rule: s.Rule, probable: s.Sure == "probable", bad: failed}
			if s.Stage == "distribution" && !failed && s.Rule == "REQ-001" {
				c.text = t.x.Viewer.Host + "   " + t.Distribution.Address
			}
			table = append(table, c)
		}
	}
	t.out.WriteString(table.render(t.color))
}

// maxTried is how many path patterns are listed before the one that took the path.
const maxTried = 30

// behaviors lists the path patterns in the order in which they were tried.
func (t *explainer) behaviors(table *clauses, s edge.StepDocument) {
	b := t.Behavior
	tried := b.Tried
	longest := width("default")
	for _, p := range append([]string{b.PathPattern}, tried...) {
		longest = min(max(longest, width(printable(p))), 40)
	}
	name := "behavior"
	row := func(pattern, said string) {
		*table = append(*table, clause{label: name, text: pad(printable(pattern), longest) + "   " + said, dim: true})
		name = ""
	}
	for i, p := range tried {
		if i == maxTried {
			row("…", fmt.Sprintf("no, and %d more", len(tried)-maxTried))
			break
		}
		row(p, "no")
	}
	matched := b.PathPattern
	if t.x.Behavior.Default() {
		matched = "default"
	}
	*table = append(*table, clause{
		label: name, text: pad(printable(matched), longest) + "   yes   → " + b.TargetOriginID,
		place: b.Source, rule: s.Rule, probable: s.Sure == "probable",
	})
	if t.x.Path != t.x.Viewer.Path {
		*table = append(*table, clause{text: "compared as " + t.x.Path + ", forwarded as " + t.x.Viewer.Path, rule: "REQ-065"})
	}
}

// answer says what the viewer gets.
func (t *explainer) answer() {
	fields := http1.Fields(t.Headers)
	parts := []string{strconv.Itoa(t.Status)}
	if v := fields.Get("Content-Type"); v != "" {
		parts = append(parts, v)
	}
	if t.AnsweredBy == "edge" && t.CustomErrorPage == nil {
		parts = append(parts, plural(int(t.BodyBytes), "byte"))
	}
	if v := fields.Get("Location"); v != "" {
		parts = append(parts, "Location: "+v)
	}
	if v := fields.Get("X-Cache"); v != "" {
		parts = append(parts, "X-Cache: "+v)
	}
	t.out.WriteString(clauses{{label: "answer", text: strings.Join(parts, ", ")}}.render(t.color))
}

// why adds what the steps leave open.
func (t *explainer) why() {
	if t.Reason == edge.MethodNotAllowed {
		t.paragraph("No other behavior is tried: the first path that matches decides (REQ-051).")
	}
	for _, n := range t.Notes {
		t.paragraph("note  " + n.Text + ruleIn(n.Rule))
	}
	if t.Error != "" {
		t.paragraph("cause  " + t.Error)
	}
}

// hints writes each trap, and what to paste against it.
func (t *explainer) hints() {
	for _, h := range t.Hints {
		text := h.Trap + "  " + h.Text
		if h.Suggestion == "" {
			t.paragraph(text + ".")
			continue
		}
		t.paragraph(text + ". " + h.Where + ":")
		t.out.WriteString("\n")
		for line := range strings.SplitSeq(strings.TrimRight(h.Suggestion, "\n"), "\n") {
			t.out.WriteString(strings.TrimRight("    "+printableLines(line), " ") + "\n")
		}
	}
}

// paragraph writes a text of its own, broken into lines.
func (t *explainer) paragraph(text string) {
	t.out.WriteString("\n")
	for _, line := range fold(printable(text), maxColumns-2) {
		t.out.WriteString("  " + line + "\n")
	}
}

func ruleIn(rule string) string {
	if rule == "" {
		return ""
	}
	return " (" + rule + ")"
}

// originRequest shows what the origin would receive, and what became of everything that the viewer sent.
func (t *explainer) originRequest() {
	if t.OriginRequest == nil {
		return
	}
	line := fmt.Sprintf("to %s   %s %s", t.Origin.ID, t.OriginRequest.Method, t.OriginRequest.URL)
	t.out.WriteString("\n")
	for i, s := range fold(printable(line), maxColumns-6) {
		t.out.WriteString("  " + strings.Repeat(" ", min(i, 1)*4) + s + "\n")
	}
	if t.Origin.Place != "" {
		t.out.WriteString("  " + t.color.dim("on this machine: "+printable(t.Origin.Place)) + "\n")
	}
	var request, response []edge.FieldNote
	for _, n := range t.Forwarding {
		if n.Message == "response" {
			response = append(response, n)
		} else {
			request = append(request, n)
		}
	}
	t.out.WriteString(noteClauses(request).render(t.color))
	if len(response) > 0 {
		t.out.WriteString("  back from " + printable(t.Origin.ID) + "\n" + noteClauses(response).render(t.color))
	}
}

// noteClauses makes lines of notes about headers, cookies and query parameters. Headers that share their fate and the
// reason share a line; a reason that is that of the line above is not repeated.
func noteClauses(notes []edge.FieldNote) clauses {
	var list clauses
	var last edge.FieldNote
	for _, n := range notes {
		same := len(list) > 0 && n.Action == last.Action && n.Why == last.Why && samePlace(n.Source, last.Source)
		c := noteClause(n)
		if same && n.Kind == "header" && last.Kind == "header" && (n.Action == "dropped" || n.Action == "added" && n.Source == nil) {
			prev := &list[len(list)-1]
			if joined := prev.label + ", " + c.label; width(joined) <= maxColumns-4 {
				prev.label = joined
				if prev.rule != c.rule {
					prev.rule = ""
				}
				continue
			}
		}
		if same {
			c.text, c.place = "likewise", nil
		}
		list, last = append(list, c), n
	}
	return list
}

func samePlace(a, b *edge.Place) bool { return a == b || a != nil && b != nil && *a == *b }

// noteClause makes a line of a note.
func noteClause(n edge.FieldNote) clause {
	sign := map[string]string{"added": "+", "replaced": "+", "dropped": "-", "kept": " "}[n.Action]
	subject := n.Name
	switch {
	case n.Kind == "query":
		subject = "?" + n.Name + "=" + n.Value
	case n.Kind == "cookie":
		subject = "Cookie: " + n.Name + "=" + n.Value
	case n.Action == "added" && (n.Name == "Via" || n.Name == "X-Amz-Cf-Id"):
		// Their values are never the same twice.
	case n.Value != "" && n.Action != "dropped":
		subject += ": " + n.Value
	}
	return clause{
		sign: sign, label: printable(subject), text: n.Why, place: n.Source, rule: n.Rule,
		probable: n.Sure == "probable", dim: n.Action == "kept",
	}
}
