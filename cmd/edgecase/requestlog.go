package main

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"edgecase/config/cloudfront"
	"edgecase/edge"
)

// A requestLog prints a line for every request at its end: who answered, and the Terraform line that decided.
type requestLog struct {
	journal *journal
	path    string // what "edgecase explain" needs to find the same Terraform: "" where it finds it by itself
	who     int    // columns for the one who answered
	hosts   bool   // several distributions: lines begin with the host
	shown   signs  // what has been said of late
}

// Begin does nothing.
func (*requestLog) Begin(*edge.Exchange) {}

// Answer does nothing.
func (*requestLog) Answer(*edge.Exchange) {}

// Detailed reports whether stages are to be timed: for debugging.
func (l *requestLog) Detailed() bool { return l.journal.shows(slog.LevelDebug) }

// End prints the line.
func (l *requestLog) End(x *edge.Exchange) {
	switch j := l.journal; {
	case !j.shows(slog.LevelInfo):
	case j.json:
		l.structured(x)
	default:
		text := l.line(x)
		if j.shows(slog.LevelDebug) {
			text += stages(x, j.paint)
		}
		j.print(text)
	}
}

// The widths of the line's columns. The target takes what the others leave.
const (
	methodColumns = 6
	targetColumns = 22
	whatColumns   = 18
	hintIndent    = "            "
)

// line renders one request, and beneath it what a refusal or a broken body needs.
func (l *requestLog) line(x *edge.Exchange) string {
	paint := l.journal.paint
	status, who, what, rest := l.status(x), l.whom(x), what(x), decided(x)
	if page := x.CustomError; page != nil && page.ResponsePagePath != "" && x.Response != nil {
		what = fmt.Sprintf("→ %d %s", x.Response.Status, printable(page.ResponsePagePath))
		rest = "custom_error_response" + place(page.Source)
		if x.AnsweredBy() == "edge" { // REQ-084: the page hides a refusal
			rest = string(x.Trace.Reason) + "  " + rest
		}
	}
	head := x.Started().Local().Format(time.TimeOnly) + "  " + pad(printable(cut(x.Viewer.Method, 20)), methodColumns)
	tail := pad(who, l.who) + "  " + pad(what, whatColumns) + "  " + rest
	target := printable(x.Viewer.Target())
	if l.hosts {
		target = printable(x.Viewer.Host) + target
	}
	room := max(targetColumns, maxColumns-width(head)-width(tail)-width(status)-5)
	if l.journal.folds {
		target = cut(target, room)
	}
	target = pad(target, targetColumns)

	switch {
	case x.CustomError != nil && x.CustomError.ResponsePagePath != "":
		tail = pad(who, l.who) + "  " + paint.yellow(pad(what, whatColumns)) + "  " + paint.dim(rest)
	case x.AnsweredBy() == "edge" && x.Err != nil:
		status, tail = paint.red(status), paint.red(pad(who, l.who))+"  "+pad(what, whatColumns)+"  "+rest
	default:
		tail = pad(who, l.who) + "  " + pad(what, whatColumns) + "  " + paint.dim(rest)
	}
	line := strings.TrimRight(paint.dim(head[:8])+head[8:]+" "+target+"  "+status+"  "+tail, " ") + "\n"
	for _, s := range l.below(x) {
		line += hintIndent + s + "\n"
	}
	return line
}

// status returns the status that the origin or the edge gave, before an error page took its place.
func (l *requestLog) status(x *edge.Exchange) string {
	switch {
	case x.CustomError != nil:
		return strconv.Itoa(x.CustomError.ErrorCode)
	case x.Response != nil:
		return strconv.Itoa(x.Response.Status)
	}
	return "---"
}

// whom returns who answered: an origin's id, or "edge".
func (l *requestLog) whom(x *edge.Exchange) string {
	if who := x.AnsweredBy(); who != "origin" || x.Origin == nil {
		return who
	}
	return cut(printable(x.Origin.ID.Value), l.who)
}

// what returns what there is to say of the answer: the reason of one that CloudFront made, else its result and time.
func what(x *edge.Exchange) string {
	switch {
	case isSocket(x):
		return column("websocket", duration(x.Trace.Took))
	case x.AnsweredBy() == "edge":
		return string(x.Trace.Reason)
	}
	return column(x.Trace.ResultType, duration(x.Trace.Took))
}

// column puts a word at the left and another at the right of the column.
func column(left, right string) string {
	return pad(left, max(whatColumns-width(right), width(left)+1)) + right
}

// decided names the behavior and the line that decided. Of a refusal that no line decided it says why.
func decided(x *edge.Exchange) string {
	step := lastStep(x)
	why := ""
	if x.AnsweredBy() == "edge" && step != nil && step.Source.IsZero() {
		why = printable(cut(step.Why.String(), 100))
	}
	if x.Behavior == nil {
		return why
	}
	name := printable(x.Behavior.Name())
	switch {
	case x.Trace.Reason == edge.MethodNotAllowed && step != nil:
		return name + " allows " + methodSet(x.Behavior.AllowedMethods) + place(step.Source)
	case x.AnsweredBy() == "edge" && step != nil && why == "":
		return name + place(step.Source)
	case why != "":
		return why + "  " + name + place(x.Behavior.Source)
	}
	return name + place(x.Behavior.Source)
}

// lastStep returns the stage that answered or failed, or nil.
func lastStep(x *edge.Exchange) *edge.Step {
	for i := range x.Trace.Steps {
		if s := &x.Trace.Steps[i]; s.Action == edge.Answer || s.Action == edge.Fail {
			return s
		}
	}
	return nil
}

func place(s cloudfront.Source) string {
	if s.IsZero() {
		return ""
	}
	return "  " + printable(s.String())
}

// below returns the lines under a request: why an origin failed, what a bucket misses, the traps that the answer shows,
// of a refusal how to ask why, and how a body ended too early.
func (l *requestLog) below(x *edge.Exchange) []string {
	paint := l.journal.paint
	var lines []string
	if isSocket(x) {
		lines = append(lines, paint.dim(bytesOf(x.Trace.SentBytes)+" went to the viewer"))
	}
	if x.Err != nil && x.Err.Cause != nil {
		lines = append(lines, printable(cause(x)))
	}
	signs := l.signs(x)
	if x.Result != nil && x.OriginStatus >= 400 {
		for _, n := range x.Result.Notes {
			if !tells(signs, n.Text) {
				lines = append(lines, l.folded(paint.dim, n.Text)...)
			}
		}
	}
	for i, h := range signs {
		if i == 0 && x.AnsweredBy() == "edge" && x.Err != nil && x.Response != nil {
			lines = append(lines, l.hint(printable(h.Text), l.explain(x))...)
		} else {
			lines = append(lines, l.folded(paint.yellow, h.Text)...)
		}
	}
	if text := l.translated(x); text != "" {
		lines = append(lines, l.folded(paint.dim, text)...)
	}
	if x.Trace.Broken != nil && !isSocket(x) { // a WebSocket has no other end
		lines = append(lines, paint.yellow(fmt.Sprintf("broke off after %s: %s", bytesOf(x.Trace.SentBytes), printable(x.Trace.Broken.Error()))))
	}
	return lines
}

// translated says what was changed between the local name and the alias. That the Host is another the banner says; what
// goes with almost every request, Referer and HSTS, is said of a behavior once in a while.
func (l *requestLog) translated(x *edge.Exchange) string {
	var words, usual []string
	for _, t := range x.Translated {
		switch t.Name {
		case "Host":
		case "Referer", "Strict-Transport-Security":
			usual = append(usual, t.String())
		default:
			words = append(words, t.String())
		}
	}
	if len(usual) > 0 && l.shown.due(sign{"translated", x.Behavior}, x.Started()) {
		words = append(words, usual...)
	}
	if len(words) == 0 {
		return ""
	}
	return "local name: " + strings.Join(words, ", ")
}

// folded breaks a text into lines that fit under a request on a terminal. Elsewhere it stays one line, which grep finds.
func (l *requestLog) folded(tint func(string) string, text string) []string {
	lines := []string{printable(text)}
	if l.journal.folds {
		lines = fold(lines[0], maxColumns-width(hintIndent))
	}
	for i := range lines {
		lines[i] = tint(lines[i])
	}
	return lines
}

// hint puts a hint and the command that says more on one line, or on two where one is too long.
func (l *requestLog) hint(text, command string) []string {
	const gap = "      "
	paint := l.journal.paint
	if width(hintIndent+text+gap+command) > maxColumns {
		return append(l.folded(paint.yellow, text), paint.dim(command))
	}
	return []string{paint.yellow(text) + gap + paint.dim(command)}
}

// cause says how an origin failed, and where it was looked for.
func cause(x *edge.Exchange) string {
	text := x.Err.Cause.Error()
	if x.Origin != nil {
		text = x.Origin.ID.Value + ": " + text
	}
	return text
}

// explain returns the command that says more.
func (l *requestLog) explain(x *edge.Exchange) string {
	target := x.Viewer.Target()
	if l.hosts {
		target = "https://" + x.Viewer.Host + target
	}
	command := "edgecase explain " + quoteArgument(x.Viewer.Method) + " " + quoteArgument(target)
	if l.path != "" {
		command += " -t " + quoteArgument(l.path)
	}
	return command
}

// quoteArgument writes an argument as a shell takes it.
func quoteArgument(s string) string {
	s = printable(s)
	if s != "" && strings.IndexFunc(s, func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("/._-:=@%+,", r))
	}) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// structured logs one request for machines.
func (l *requestLog) structured(x *edge.Exchange) {
	attributes := []slog.Attr{
		slog.String("request_id", x.RequestID()),
		slog.String("method", x.Viewer.Method),
		slog.String("uri", x.Viewer.Scheme+"://"+x.Viewer.Host+x.Viewer.Target()),
		slog.String("answered_by", x.AnsweredBy()),
		slog.String("reason", string(x.Trace.Reason)),
		slog.String("result", x.Trace.ResultType),
		slog.Float64("took", float64(x.Trace.Took.Microseconds())/1e6),
		slog.Int64("bytes", x.Trace.SentBytes),
	}
	if x.Response != nil {
		attributes = append(attributes, slog.Int("status", x.Response.Status))
	}
	if x.Distribution != nil {
		attributes = append(attributes, slog.String("distribution", x.Distribution.Address))
	}
	if x.Behavior != nil {
		attributes = append(attributes, slog.String("behavior", x.Behavior.Pattern.String()))
	}
	if x.Origin != nil {
		attributes = append(attributes, slog.String("origin", x.Origin.ID.Value), slog.Int("origin_status", x.OriginStatus))
	}
	if s := lastStep(x); s != nil {
		attributes = append(attributes, slog.String("stage", s.Stage), slog.String("rule", s.Rule))
	}
	if s := deciding(x); !s.IsZero() {
		attributes = append(attributes, slog.String("source", s.String()))
	}
	if len(x.Translated) > 0 {
		attributes = append(attributes, slog.Any("translated", x.Translated))
	}
	if hints := x.Signs(); len(hints) > 0 {
		attributes = append(attributes, slog.Any("hints", hintTexts(hints)))
	}
	if x.Err != nil && x.Err.Cause != nil {
		attributes = append(attributes, slog.String("err", cause(x)))
	} else if x.Trace.Broken != nil {
		attributes = append(attributes, slog.String("err", x.Trace.Broken.Error()))
	}
	l.journal.log.LogAttrs(context.Background(), slog.LevelInfo, "request", attributes...)
}

// deciding returns the line that decided.
func deciding(x *edge.Exchange) cloudfront.Source {
	switch s := lastStep(x); {
	case x.CustomError != nil:
		return x.CustomError.Source
	case s != nil && x.AnsweredBy() == "edge" && !s.Source.IsZero():
		return s.Source
	case x.Behavior != nil:
		return x.Behavior.Source
	}
	return cloudfront.Source{}
}

// stages lists what every stage said.
func stages(x *edge.Exchange, paint paint) string {
	var b strings.Builder
	for _, s := range x.Trace.Steps {
		line := pad(s.Stage, 22) + " " + pad(s.Action.String(), 7) + " " + printable(s.Why.String()) + "  " + s.Rule + place(s.Source)
		b.WriteString(hintIndent + paint.dim(line) + "\n")
	}
	return b.String()
}

// methodSet writes a method set as people read it: "all", or "GET HEAD OPTIONS".
func methodSet(set []string) string {
	if len(set) >= 7 {
		return "all"
	}
	return cmp.Or(cloudfront.MethodList(set), "none")
}

// duration writes a time as people compare it: "4 ms", "1.2 s", "3 min".
func duration(d time.Duration) string {
	switch {
	case d < 10*time.Millisecond:
		return strconv.FormatFloat(float64(d.Microseconds())/1000, 'f', 1, 64) + " ms"
	case d < time.Second:
		return strconv.FormatInt(d.Milliseconds(), 10) + " ms"
	case d < time.Minute:
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + " s"
	}
	return strconv.FormatFloat(d.Minutes(), 'f', 1, 64) + " min"
}

// bytesOf writes a size: "912 bytes", "34.1 kB".
func bytesOf(n int64) string {
	switch {
	case n < 1000:
		return plural(int(n), "byte")
	case n < 1000_000:
		return strconv.FormatFloat(float64(n)/1000, 'f', 1, 64) + " kB"
	}
	return strconv.FormatFloat(float64(n)/1000_000, 'f', 1, 64) + " MB"
}
