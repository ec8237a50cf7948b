package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
)

func quote(s string) string { return strconv.Quote(s) }

func itoa(n int) string { return strconv.Itoa(n) }

// sentence begins a Go error's text with a capital.
func sentence(s string) string {
	_, size := utf8.DecodeRuneInString(s)
	return strings.ToUpper(s[:size]) + s[size:]
}

// lineOf names the line where a range begins.
func lineOf(r hcl.Range) string { return fmt.Sprintf("%s:%d", r.Filename, r.Start.Line) }

// firstFew cuts a list, and says after the rest how many were left out: "3 more".
func firstFew(most int, list []string) []string {
	if n := len(list); n > most {
		return append(list[:most:most], itoa(n-most)+" more")
	}
	return list
}

// handful lists the first few of many.
func handful(list []string) string { return strings.Join(firstFew(maxListed, list), ", ") }

// stacked lists the first of many below each other, each on a line of its own.
func stacked(list []string) string {
	if n := len(list); n > maxUndecided {
		list = append(list[:maxUndecided:maxUndecided], fmt.Sprintf("and %d more", n-maxUndecided))
	}
	return "\n  " + strings.Join(list, "\n  ")
}

// firstOf returns the first text that is not empty.
func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// maxNear is the longest text for which a nearest one is sought.
const maxNear = 128

// nearest returns the text that was probably meant, or "": the one with the fewest edits, if these are few.
func nearest(given string, texts []string) string {
	if given == "" || len(given) > maxNear {
		return ""
	}
	texts = slices.Clone(texts)
	slices.Sort(texts)
	best, found := max(1, len(given)/3)+1, ""
	for _, t := range texts {
		if len(t) > maxNear {
			continue
		}
		if n := edits(strings.ToLower(given), strings.ToLower(t)); n < best {
			best, found = n, t
		}
	}
	return found
}

// edits is the Levenshtein distance of two texts.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
