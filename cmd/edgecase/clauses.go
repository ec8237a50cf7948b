package main

import (
	"slices"
	"strings"

	"edgecase/config/cloudfront"
	"edgecase/edge"
)

// A clause is one line: what it is about, what is so, and who says it.
type clause struct {
	sign     string // "+", "-" or " " in lists of what was added and removed
	label    string
	text     string
	place    *edge.Place
	rule     string
	probable bool // the rule is only inferred
	bad      bool // this is what refused the request
	dim      bool // can be skipped
}

// clauses are lines with common columns.
type clauses []clause

// The columns that texts need beside place and rule, and the most that labels get.
const (
	minText   = 30
	maxLabels = 44
)

// render writes the lines: label, text, place, rule. Long texts go on below themselves, a long label stands above its
// text; where places are so long that no room is left for the text, they stand behind it.
func (list clauses) render(color paint) string {
	l := layout{color: color}
	labels := 10
	for _, c := range list {
		if n := width(c.head()) - 2; n <= maxLabels {
			labels = max(labels, n)
		}
		l.places = max(l.places, width(placeText(c.place)))
		l.rules = max(l.rules, width(c.rule))
	}
	l.indent = labels + 3
	l.texts = maxColumns - l.indent - gap(l.places) - gap(l.rules)
	if l.texts < minText {
		l.places, l.texts = 0, maxColumns-l.indent-gap(l.rules)
	}
	var b strings.Builder
	for _, c := range list {
		l.write(&b, c)
	}
	return b.String()
}

// gap returns the columns of what follows a text, with the space before it.
func gap(n int) int {
	if n == 0 {
		return 0
	}
	return n + 2
}

// head returns the label with what stands before it.
func (c clause) head() string {
	if c.sign == "" {
		return "  " + printable(c.label)
	}
	return "  " + c.sign + " " + printable(c.label)
}

// A layout is the columns of a list of clauses.
type layout struct {
	color         paint
	indent        int // where texts begin
	texts         int // columns of texts
	places, rules int // columns of what follows them; places is 0 where they do not follow
}

func (l layout) write(b *strings.Builder, c clause) {
	text, place, rule := c.text, placeText(c.place), c.rule
	if c.probable {
		text = "probable: " + text
	}
	lines := fold(printable(text), l.texts)
	if l.places == 0 && place != "" {
		if last := len(lines) - 1; width(lines[last])+2+width(place) <= l.texts {
			lines[last] += "  " + place
		} else {
			lines = append(lines, fold(place, l.texts)...)
		}
	}
	head := c.head()
	if width(head) > l.indent-1 {
		for _, line := range fold(head[2:], maxColumns-4) {
			b.WriteString("  " + line + "\n")
		}
		head = ""
	}
	for _, line := range lines {
		tail := ""
		if l.places > 0 {
			tail = "  " + pad(place, l.places)
		}
		if l.rules > 0 {
			tail += "  " + rule
		}
		out := pad(head, l.indent) + l.tint(c, line)
		if strings.TrimSpace(tail) != "" {
			out += strings.Repeat(" ", l.texts-width(line)) + tail
		}
		b.WriteString(strings.TrimRight(out, " ") + "\n")
		head, place, rule = "", "", ""
	}
}

// tint gives a line the color of what it says.
func (l layout) tint(c clause, line string) string {
	switch {
	case c.bad:
		return l.color.red(line)
	case c.dim:
		return l.color.dim(line)
	}
	return line
}

// placeText writes a place as editors link it.
func placeText(p *edge.Place) string {
	if p == nil {
		return ""
	}
	return printable(cloudfront.Source{File: p.File, Line: p.Line}.String())
}

// fold breaks a text at blanks into lines of at most so many columns; a word that is longer is broken itself. There is
// always one line.
func fold(text string, columns int) []string {
	var lines []string
	for width(text) > columns {
		r := []rune(text)
		end := columns
		if i := lastBlank(r[:columns+1]); i > columns/2 || i > 0 && wordLength(r[i+1:]) <= columns {
			end = i // a short line is better than a broken name, as long as the name fits into the next one
		}
		lines = append(lines, strings.TrimRight(string(r[:end]), " "))
		text = strings.TrimLeft(string(r[end:]), " ")
	}
	return append(lines, text)
}

// lastBlank returns where the last blank with a word before it is, or 0.
func lastBlank(r []rune) int {
	for i := len(r) - 1; i > 0; i-- {
		if r[i] == ' ' && strings.TrimSpace(string(r[:i])) != "" {
			return i
		}
	}
	return 0
}

// wordLength returns how many characters stand before the first blank.
func wordLength(r []rune) int {
	if i := slices.Index(r, ' '); i >= 0 {
		return i
	}
	return len(r)
}
