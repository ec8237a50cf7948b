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
		switch {
		case len(d.Undecided) > 0:
		case len(d.Changes) == 0:
			b.WriteString("  nothing changes\n")
		case d.Old != "" && d.New != "":
			b.WriteString("  " + paint.dim("nothing else changes") + "\n")
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

// diffLines writes the changes of a distribution, indented; most cuts their number, 0 does not.
func diffLines(d diff.Distribution, indent, most int, paint paint) string {
	var b strings.Builder
	regions, methods, said := 7, 3, 0
	for _, c := range d.Changes {
		regions = min(max(regions, width(regionText(c, 30))), 30)
		methods = max(methods, width(methodText(c)))
		said = min(max(said, width(plainChange(c))), 44)
	}
	margin := strings.Repeat(" ", indent)
	last := ""
	for i, c := range d.Changes {
		if most > 0 && i == most {
			fmt.Fprintf(&b, "%sand %d more: edgecase diff shows them\n", margin, len(d.Changes)-most)
			return b.String()
		}
		head := margin + pad(regionText(c, 30), regions) + "  " + pad(methodText(c), methods) + "  "
		b.WriteString(changeLine(head, c, said, paint))
		if places := placesText(c); places != last || c.Kind != diff.Answer {
			last = places
			if places != "" {
				b.WriteString(strings.Repeat(" ", width(head)) + paint.dim(places) + "\n")
			}
		}
	}
	for _, u := range d.Undecided {
		b.WriteString(margin + paint.yellow("not decided") + "  whether any path goes " + printable(u) + ": the patterns are too entangled\n")
	}
	return b.String()
}

// changeLine writes what changes behind the requests that it is about, and the witness at the right or below.
func changeLine(head string, c diff.Change, said int, paint paint) string {
	text, columns := changeText(c, paint), width(plainChange(c))
	witness := witnessText(c)
	switch {
	case witness == "":
		return head + text + "\n"
	case width(head)+max(columns, said)+2+width(witness) <= maxColumns+10:
		return head + text + strings.Repeat(" ", max(0, said-columns)) + "  " + paint.dim(witness) + "\n"
	}
	return head + text + "\n" + strings.Repeat(" ", width(head)) + paint.dim(witness) + "\n"
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
func listed(sign string, items []string) string {
	var list []string
	generated := 0
	for _, s := range items {
		if strings.HasPrefix(s, "CloudFront-") {
			generated++
		}
	}
	for _, s := range items {
		if generated > 2 && strings.HasPrefix(s, "CloudFront-") {
			continue
		}
		list = append(list, sign+printable(s))
	}
	if generated > 2 {
		list = append(list, fmt.Sprintf("%s%d CloudFront-* headers", sign, generated))
	}
	if len(list) > maxListed+1 {
		list = append(list[:maxListed:maxListed], fmt.Sprintf("and %d more", len(list)-maxListed))
	}
	return strings.Join(list, "  ")
}

func plainChange(c diff.Change) string { return changeText(c, false) }

// changeText says what changes: old → new, or what has come and gone.
func changeText(c diff.Change, paint paint) string {
	label := printable(changeLabel(c))
	if label != "" {
		label += "  "
	}
	if len(c.Gained)+len(c.Lost) > 0 {
		var parts []string
		if len(c.Gained) > 0 {
			parts = append(parts, paint.green(listed("+ ", c.Gained)))
		}
		if len(c.Lost) > 0 {
			parts = append(parts, paint.red(listed("- ", c.Lost)))
		}
		return label + strings.Join(parts, "  ")
	}
	old, new := printable(c.Old), printable(c.New)
	switch {
	case old == "":
		return label + paint.green("+ "+new)
	case new == "":
		return label + paint.red("- "+old)
	}
	if strings.HasPrefix(new, "403") && c.Kind == diff.Answer {
		new = paint.red(new)
	}
	text := label + old + "  →  " + new
	if c.Kind == diff.Behavior {
		text += ", with the same settings"
	}
	return text
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
	if w.Country != "" {
		text += " from " + w.Country
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
