package cloudfront

import (
	"fmt"
	"strings"
)

// A candidate is something that a misspelled name may have meant.
type candidate struct {
	name   string
	source Source
}

// didYouMean returns ` Did you mean "ALB-api" (line 31)?`, or "" if no candidate is close to the name. The line is
// given with its file if that is not the one where the name stands.
func didYouMean(name string, at Source, candidates []candidate) string {
	best, distance := candidate{}, maxDistance(name)+1
	for _, c := range candidates {
		if n := editDistance(strings.ToLower(name), strings.ToLower(c.name), distance); n < distance {
			best, distance = c, n
		}
	}
	switch {
	case best.name == "":
		return ""
	case best.source.IsZero():
		return fmt.Sprintf(" Did you mean %q?", best.name)
	case best.source.File == at.File:
		return fmt.Sprintf(" Did you mean %q (line %d)?", best.name, best.source.Line)
	default:
		return fmt.Sprintf(" Did you mean %q (%s)?", best.name, best.source)
	}
}

// Nearest returns the one of some names that a misspelled one may have meant, or "".
func Nearest(name string, names []string) string {
	best, distance := "", maxDistance(name)+1
	for _, candidate := range names {
		if n := editDistance(strings.ToLower(name), strings.ToLower(candidate), distance); n < distance {
			best, distance = candidate, n
		}
	}
	return best
}

// maxDistance is how many slips of the finger a name of this length is forgiven.
func maxDistance(name string) int { return min(2, max(1, len(name)/3)) }

// editDistance returns how many letters must be inserted, deleted, replaced or swapped with their neighbor to make b of
// a; limit or more is as good as infinite.
func editDistance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	var before []int // two rows above
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		next := make([]int, len(b)+1)
		next[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			next[j] = min(row[j]+1, next[j-1]+1, row[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
		}
		before, row = row, next
	}
	return row[len(b)]
}
