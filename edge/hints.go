package edge

import (
	"fmt"
	"regexp"
	"strings"

	"edgecase/config/cloudfront"
)

// A Hint is a known trap that a request has fallen into (section 19 of the request rules), and the way out.
type Hint struct {
	Trap       string `json:"trap"`       // "T01"
	Text       string `json:"text"`       // one clause
	Suggestion string `json:"suggestion"` // Terraform text to paste; "" if there is none
}

// Hints returns the traps that the exchange shows. It may be called once the exchange has a response.
func (x *Exchange) Hints() []Hint {
	hints := []Hint{}
	if x.Trace.Reason == MethodNotAllowed {
		hints = append(hints, x.refusedMethod())
	}
	if x.Behavior != nil && x.Behavior.Default() {
		hints = append(hints, nearMisses(x.Distribution, x.Path)...)
	}
	if x.CustomError != nil {
		hints = append(hints, x.maskedError())
	}
	if x.Behavior != nil && x.Path != x.Viewer.Path {
		hints = append(hints, Hint{Trap: "T36", Text: fmt.Sprintf(
			"behaviors are matched against %s, the origin receives %s", x.Path, x.Viewer.Path)})
	}
	return hints
}

// refusedMethod is T01: the matched behavior does not allow the method, and no other is tried.
func (x *Exchange) refusedMethod() Hint {
	h := Hint{Trap: "T01"}
	if x.Viewer.Method == "OPTIONS" {
		h.Trap = "T23"
	}
	model := modelFor(x.Distribution, x.Behavior, x.Viewer.Method, x.Path)
	if model == nil {
		h.Text = fmt.Sprintf("no behavior of this distribution allows %s", x.Viewer.Method)
		return h
	}
	pattern := patternFor(x.Path, x.Behavior)
	if x.Behavior.Default() {
		h.Text = fmt.Sprintf("no behavior for %s; %s%s would have taken it", pattern, model.Name(), at(model.Source))
	} else {
		h.Text = fmt.Sprintf("%s takes %s first; %s%s would have taken the %s", x.Behavior.Name(), x.Path, model.Name(), at(model.Source), x.Viewer.Method)
	}
	h.Suggestion = suggestBehavior(model, pattern)
	return h
}

func at(s cloudfront.Source) string {
	if s.IsZero() {
		return ""
	}
	return " (" + s.String() + ")"
}

// modelFor returns the behavior to copy for a path whose own behavior refuses the method: one that allows it, rather
// in front of an application than of a bucket, the one whose pattern has most in common with the path, the first of
// these. It is nil if no behavior allows the method.
func modelFor(d *cloudfront.Distribution, refused *cloudfront.Behavior, method, path string) *cloudfront.Behavior {
	var best *cloudfront.Behavior
	bestScore := -1
	for _, b := range d.Behaviors {
		if b == refused || !b.Allows(method) {
			continue
		}
		score := commonPrefix(b.Pattern.Canonical(), path)
		if m := d.Members(b.TargetOriginID.Value); len(m) > 0 && m[0].Kind != cloudfront.KindS3 {
			score += 1 << 16
		}
		if score > bestScore {
			best, bestScore = b, score
		}
	}
	return best
}

func commonPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// patternFor returns the pattern of the behavior that is missing for a path: its first folder, or the path itself
// where that folder has its behavior already or there is none. Characters that patterns may not hold become "?".
func patternFor(path string, matched *cloudfront.Behavior) string {
	var b strings.Builder
	for _, c := range []byte(path) {
		if strings.IndexByte("_-.*$/~\"'@:+&", c) >= 0 || '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' {
			b.WriteByte(c)
		} else {
			b.WriteByte('?')
		}
	}
	exact := b.String()
	if i := strings.IndexByte(exact[1:], '/'); i >= 0 {
		if folder := exact[:i+2] + "*"; folder != matched.Pattern.Canonical() {
			return folder
		}
	}
	return exact
}

// suggestBehavior writes the model's block as an ordered_cache_behavior for another pattern.
func suggestBehavior(model *cloudfront.Behavior, pattern string) string {
	block := model.Block
	argument := fmt.Sprintf("path_pattern = %q", pattern)
	if model.Default() {
		head, body, found := strings.Cut(block, "{")
		if !found || !strings.HasPrefix(strings.TrimSpace(head), "default_cache_behavior") {
			return ""
		}
		first := strings.TrimLeft(body, "\r\n")
		indent := first[:len(first)-len(strings.TrimLeft(first, " \t"))]
		return dedent("ordered_cache_behavior {\n" + indent + argument + body)
	}
	if !pathPattern.MatchString(block) {
		return ""
	}
	return dedent(pathPattern.ReplaceAllStringFunc(block, func(line string) string {
		return line[:strings.IndexByte(line, '=')+1] + fmt.Sprintf(" %q", pattern)
	}))
}

// pathPattern finds the argument in a block.
var pathPattern = regexp.MustCompile(`(?m)^\s*path_pattern\s*=.*$`)

// dedent moves a block to the left margin: by as much as its closing brace is indented.
func dedent(block string) string {
	lines := strings.Split(strings.TrimSpace(block), "\n")
	last := lines[len(lines)-1]
	indent := last[:len(last)-len(strings.TrimLeft(last, " \t"))]
	for i := range lines {
		lines[i] = strings.TrimPrefix(lines[i], indent)
	}
	return strings.Join(lines, "\n")
}

// nearMisses are T02 and T03: a pattern that would take the path with a "/" more, or in another case.
func nearMisses(d *cloudfront.Distribution, path string) []Hint {
	var hints []Hint
	lower := strings.ToLower(path)
	for _, b := range d.Behaviors {
		if b.Default() {
			break
		}
		p := b.Pattern
		if p.Match(path + "/") {
			hints = append(hints, Hint{Trap: "T02", Text: fmt.Sprintf("%s%s does not take %s; it would take %s/", p, at(b.Source), path, path)})
		} else if folded, err := cloudfront.ParsePathPattern(strings.ToLower(p.Canonical())); err == nil && folded.Match(lower) {
			hints = append(hints, Hint{Trap: "T03", Text: fmt.Sprintf("%s%s does not take %s: patterns are case-sensitive", p, at(b.Source), path)})
		}
	}
	return hints
}

// maskedError is T08, and T09 where CloudFront itself had refused the method: an error page hides what happened.
func (x *Exchange) maskedError() Hint {
	trap, who := "T08", "CloudFront's"
	switch {
	case x.Trace.Reason == MethodNotAllowed:
		trap = "T09"
	case x.OriginStatus != 0:
		who = x.Origin.ID.Value + "'s"
	}
	c := x.CustomError
	return Hint{Trap: trap, Text: fmt.Sprintf(
		"%s %d reached the viewer as %d %s: a custom_error_response is for the whole distribution%s",
		who, c.ErrorCode, x.Response.Status, c.ResponsePagePath, at(c.Source))}
}
