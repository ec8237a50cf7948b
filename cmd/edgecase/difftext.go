package main

import (
	"fmt"
	"strings"

	"edgecase/cmd/edgecase/diff"
	"edgecase/config/cloudfront"
)

// diffText writes what changes for people: a line for each change, the requests first and what becomes of them after.
func diffText(r *diff.Report, paint paint) string {
	var b strings.Builder
	for i, d := range r.Distributions {
		if len(r.Distributions) > 1 || d.Old != d.New {
			if i > 0 {
				b.WriteString("\n")
			}
			b.WriteString(paint.bold(printable(pairText(d))) + "\n")
		}
		b.WriteString(diffLines(d, 2, 0, paint))
		nothing := "nothing changes"
		if len(d.Changes)+len(d.Undecided) > 0 {
			nothing = paint.dim("nothing else changes")
		}
		if len(d.Unknown) > 0 {
			nothing += ", as far as that is known before apply"
		}
		if d.Old != "" && d.New != "" {
			b.WriteString("  " + nothing + "\n")
		}
	}
	return b.String()
}

// pairText names a distribution on both sides.
func pairText(d diff.Distribution) string {
	switch {
	case d.Old == "":
		return "+ " + d.New
	case d.New == "":
		return "- " + d.Old
	case d.Old != d.New:
		return d.Old + " → " + d.New
	}
	return d.New
}

// maxRegion is how wide the column of paths may be.
const maxRegion = 28

// diffLines writes the changes of a distribution, indented; most cuts their number, 0 does not. What is said of the same
// requests as the line above is written below it, without them.
func diffLines(d diff.Distribution, indent, most int, paint paint) string {
	var b strings.Builder
	regions, methods, said := 0, 0, 0
	for _, c := range d.Changes {
		regions = max(regions, width(regionText(c, maxRegion)))
		methods = max(methods, width(methodText(c)))
		if c.Kind == diff.Answer {
			said = min(max(said, width(changeText(c))), 30)
		}
	}
	margin := strings.Repeat(" ", indent)
	var above diff.Change
	for i, c := range d.Changes {
		if most > 0 && i == most {
			fmt.Fprintf(&b, "%sand %d more: edgecase diff shows them\n", margin, len(d.Changes)-most)
			return b.String()
		}
		l := line{head: margin + pad(regionText(c, maxRegion), regions) + "  ", columns: said, below: margin + "    ", parts: changeParts(c)}
		if methods > 0 {
			l.head += pad(methodText(c), methods) + "  "
		}
		l.more = []string{witnessText(c), placesText(c)}
		if i > 0 && c.Kind != diff.Answer && regionText(c, 1000) == regionText(above, 1000) && methodText(c) == methodText(above) {
			l.head = l.below + pad(printable(changeLabel(c)), 13) + "  "
			l.below, l.parts, l.columns = strings.Repeat(" ", width(l.head)), l.parts[1:], 0
			if l.more[0] == witnessText(above) {
				l.more = l.more[1:]
			}
		} else {
			above = c
		}
		b.WriteString(l.render(c, paint))
	}
	for _, u := range d.Unknown {
		b.WriteString(margin + paint.dim("not compared  "+printable(u)) + "\n")
	}
	for _, u := range d.Undecided {
		b.WriteString(margin + paint.yellow("not decided") + "  whether any path goes " + printable(u) + ": the patterns are too entangled\n")
	}
	return b.String()
}

// A line is one change: what it is about, what changes, and what can be skipped.
type line struct {
	head    string
	parts   []string
	columns int // that most texts take, so that what follows stands in a column
	more    []string
	below   string // the margin of what has no room
}

// render writes the line, and what has no room in it below.
func (l line) render(c diff.Change, paint paint) string {
	lines := pack(l.parts, max(maxColumns-width(l.head), 40))
	last := width(l.head) + width(lines[len(lines)-1])
	out := l.head
	for i, text := range lines {
		if i > 0 {
			out += "\n" + strings.Repeat(" ", width(l.head))
		}
		out += painted(c, text, paint)
	}
	for i, m := range l.more {
		gap := 3
		if i == 0 {
			gap = max(gap, width(l.head)+l.columns+3-last)
		}
		switch {
		case m == "":
			continue
		case last+gap+width(m) <= maxColumns:
			out += strings.Repeat(" ", gap) + paint.dim(m)
			last += gap + width(m)
		default:
			out += "\n" + l.below + paint.dim(m)
			last = width(l.below) + width(m)
		}
	}
	return strings.TrimRight(out, " ") + "\n"
}

// painted puts color into a line: green for what has come, red for what has gone and is refused.
func painted(c diff.Change, line string, paint paint) string {
	if c.Kind == diff.Answer {
		if before, refused, ok := strings.Cut(line, "→  403"); ok {
			return before + "→  " + paint.red("403"+refused)
		}
		return line
	}
	if len(c.Gained)+len(c.Lost) == 0 {
		return line
	}
	parts := strings.Split(line, "  ")
	for i, part := range parts {
		switch {
		case strings.HasPrefix(part, "+ "):
			parts[i] = paint.green(part)
		case strings.HasPrefix(part, "- "):
			parts[i] = paint.red(part)
		}
	}
	return strings.Join(parts, "  ")
}

// regionText names the paths of a change, as far as there is room.
func regionText(c diff.Change, columns int) string {
	if len(c.Regions) == 0 {
		return "all"
	}
	text := printable(c.Regions[0].Text)
	for i, r := range c.Regions[1:] {
		longer := text + ", " + printable(r.Text)
		more := fmt.Sprintf(" and %d more", len(c.Regions)-i-2)
		if i == len(c.Regions)-2 {
			more = ""
		}
		if width(longer+more) > columns {
			return cut(text, columns-12) + fmt.Sprintf(" and %d more", len(c.Regions)-i-1)
		}
		text = longer
	}
	return cut(text, columns)
}

func methodText(c diff.Change) string {
	if len(c.Methods) == 0 {
		return ""
	}
	return methodSet(c.Methods)
}

// changeLabel says what of a request changes; who answers needs no word.
func changeLabel(c diff.Change) string {
	switch c.Kind {
	case diff.Answer:
		return ""
	case diff.Protocol:
		return "plain HTTP"
	case diff.Signed:
		return "signed by"
	case diff.Forwarding:
		return "to the origin"
	case diff.Caching:
		return "cached"
	case diff.CacheKey:
		return "cache key"
	case diff.ResponseHeaders:
		return "to the viewer"
	case diff.Geo:
		return "countries"
	case diff.RootObject:
		return "/ stands for"
	case diff.ErrorPage:
		return c.Name + " becomes"
	case diff.Behavior, diff.Presence:
		return string(c.Kind)
	case diff.Host:
		return "host"
	default:
		return c.Name
	}
}

// maxListed is how much of a list is named.
const maxListed = 6

// listed writes what a list has gained or lost.
func listed(sign string, items []string) []string {
	var list []string
	generated := 0
	for _, s := range items {
		if strings.HasPrefix(s, "CloudFront-") {
			generated++
		}
	}
	for _, s := range items {
		if generated < 3 || !strings.HasPrefix(s, "CloudFront-") {
			list = append(list, sign+printable(s))
		}
	}
	if generated > 2 {
		list = append(list, fmt.Sprintf("%s%d CloudFront-* headers", sign, generated))
	}
	if len(list) > maxListed+1 {
		list = append(list[:maxListed:maxListed], fmt.Sprintf("%sand %d more", sign, len(list)-maxListed))
	}
	return list
}

// changeText says what changes in one line.
func changeText(c diff.Change) string { return strings.Join(changeParts(c), "  ") }

// changeParts says what changes: old → new, or what has come and gone. Between the parts a line may end.
func changeParts(c diff.Change) []string {
	var parts []string
	if label := changeLabel(c); label != "" {
		parts = append(parts, printable(label))
	}
	old, new := printable(c.Old), printable(c.New)
	switch {
	case len(c.Gained)+len(c.Lost) > 0:
		parts = append(append(parts, listed("+ ", c.Gained)...), listed("- ", c.Lost)...)
	case old == "":
		parts = append(parts, "+ "+new)
	case new == "":
		parts = append(parts, "- "+old)
	default:
		parts = append(parts, old, "→  "+new)
	}
	if c.Kind == diff.Behavior {
		parts = append(parts, "with the same settings")
	}
	return parts
}

// pack puts parts into lines of at most so many columns.
func pack(parts []string, columns int) []string {
	var lines []string
	for _, p := range parts {
		if last := len(lines) - 1; last >= 0 && width(lines[last])+2+width(p) <= columns {
			lines[last] += "  " + p
			continue
		}
		lines = append(lines, p)
	}
	return lines
}

// witnessText is a request that shows the change, as it is given to explain.
func witnessText(c diff.Change) string {
	w := c.Witness
	if w == nil {
		return ""
	}
	text := "e.g. " + w.Method + " " + witnessTarget(c)
	for _, h := range w.Headers {
		text += " -H " + quoteArgument(h)
	}
	if w.OriginStatus != 0 {
		text += fmt.Sprintf(" --origin-status %d", w.OriginStatus)
	}
	for _, h := range w.OriginHeaders {
		text += " --origin-header " + quoteArgument(h)
	}
	if w.Country != "" {
		text += " --country " + w.Country
	}
	return printable(text)
}

// witnessTarget is the path of an address where the rest goes without saying.
func witnessTarget(c diff.Change) string {
	rest, https := strings.CutPrefix(c.Witness.URL, "https://")
	if i := strings.IndexByte(rest, '/'); https && i >= 0 && c.Kind != diff.Host && c.Kind != diff.Presence {
		return quoteArgument(rest[i:])
	}
	return quoteArgument(c.Witness.URL)
}

// placesText names the lines that decide on both sides.
func placesText(c diff.Change) string {
	old, new := lineText(c.OldSource), lineText(c.NewSource)
	if old == "" || new == "" || old == new {
		return old + strings.TrimPrefix(new, old)
	}
	return old + " → " + new
}

func lineText(p *diff.Place) string {
	if p == nil {
		return ""
	}
	return printable(cloudfront.Source{File: p.File, Line: p.Line}.String())
}
