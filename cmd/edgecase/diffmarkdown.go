package main

import (
	"fmt"
	"strings"

	"edgecase/cmd/edgecase/diff"
)

// maxRows is how many rows of a table are shown at once in a pull request; the others are folded.
const maxRows = 15

// diffMarkdown writes what changes as a comment of a pull request.
func diffMarkdown(r *diff.Report) string {
	var b strings.Builder
	fmt.Fprintf(&b, "### CloudFront: `%s` → `%s`\n", code(r.Old), code(r.New))
	if r.Differences == 0 {
		b.WriteString("\nNo request changes.\n" + markdownUnknown(r))
		return b.String()
	}
	for _, d := range r.Distributions {
		if len(d.Changes)+len(d.Undecided) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n**%s**: %s\n\n", cell(pairText(d)), plural(len(d.Changes), "change"))
		b.WriteString(markdownTable(d.Changes[:min(len(d.Changes), maxRows)]))
		if rest := d.Changes[min(len(d.Changes), maxRows):]; len(rest) > 0 {
			fmt.Fprintf(&b, "\n<details><summary>%d more</summary>\n\n%s\n</details>\n", len(rest), markdownTable(rest))
		}
		b.WriteString(markdownDetails(d.Changes))
		for _, u := range d.Undecided {
			fmt.Fprintf(&b, "\nNot decided: whether any path goes %s; the patterns are too entangled.\n", cell(u))
		}
	}
	b.WriteString("\nNothing else changes.\n" + markdownUnknown(r))
	return b.String()
}

// markdownUnknown says what could not be compared.
func markdownUnknown(r *diff.Report) string {
	text := ""
	for _, d := range r.Distributions {
		for _, u := range d.Unknown {
			text += "- " + cell(u) + "\n"
		}
	}
	if text == "" {
		return ""
	}
	return "\nNot compared, because only apply can tell it:\n\n" + text
}

// markdownTable writes changes as a table.
func markdownTable(changes []diff.Change) string {
	var b strings.Builder
	b.WriteString("| paths | methods | what | old | | new | for example |\n|---|---|---|---|---|---|---|\n")
	for _, c := range changes {
		old, new := c.Old, c.New
		if len(c.Gained)+len(c.Lost) > 0 {
			old, new = strings.Join(listed("− ", c.Lost), ", "), strings.Join(listed("+ ", c.Gained), ", ")
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | → | %s | %s |\n", markdownRegions(c), methodText(c), cell(changeLabel(c)), cell(old), cell(new), markdownCode(strings.TrimPrefix(witnessText(c), "e.g. ")))
	}
	return b.String()
}

func markdownRegions(c diff.Change) string {
	if len(c.Regions) == 0 {
		return "all"
	}
	const most = 3
	var list []string
	for _, r := range c.Regions[:min(most, len(c.Regions))] {
		list = append(list, markdownCode(r.Text))
	}
	if n := len(c.Regions) - most; n > 0 {
		list = append(list, fmt.Sprintf("and %d more", n))
	}
	return strings.Join(list, ", ")
}

// markdownDetails folds away what the table has no room for: all paths, and the lines that decide.
func markdownDetails(changes []diff.Change) string {
	var b strings.Builder
	for _, c := range changes {
		var paths []string
		for _, r := range c.Regions {
			paths = append(paths, r.Text)
		}
		line := changeText(c)
		if places := placesText(c); places != "" {
			line += ": " + places
		}
		if len(paths) > 0 {
			fmt.Fprintf(&b, "- %s: %s\n", markdownCode(strings.Join(paths, ", ")), cell(line))
		} else {
			fmt.Fprintf(&b, "- %s\n", cell(line))
		}
	}
	return "\n<details><summary>Where it is decided</summary>\n\n" + b.String() + "\n</details>\n"
}

// cell is a text inside a table of Markdown: nothing in it is markup.
func cell(s string) string {
	return strings.NewReplacer(`\`, `\\`, "|", `\|`, "*", `\*`, "_", `\_`, "<", "&lt;", ">", "&gt;", "`", "\\`", "[", `\[`, "]", `\]`, "#", `\#`, "@", "&#64;").Replace(printable(s))
}

// code is a text between back quotes.
func code(s string) string { return strings.ReplaceAll(printable(s), "`", "'") }

// markdownCode is a text as code in a table.
func markdownCode(s string) string {
	if s == "" {
		return ""
	}
	return "`" + strings.ReplaceAll(code(s), "|", `\|`) + "`"
}
