package terraform

import (
	"fmt"
	"sort"
)

// didYouMean returns ` Did you mean "x"?` for the nearest of the names, or nothing if none is near.
func didYouMean(given string, names []string) string {
	if s := nearest(given, names); s != "" {
		return fmt.Sprintf(" Did you mean %q?", s)
	}
	return ""
}

// nearest returns the name with the fewest edits to the given one, if these are few.
func nearest(given string, names []string) string {
	sort.Strings(names)
	limit := 1 + len(given)/4
	if limit > 4 {
		limit = 4
	}
	if len(given) > 100 {
		return ""
	}
	best, found := limit+1, ""
	for _, name := range names {
		if len(name) > len(given)+limit || len(given) > len(name)+limit {
			continue
		}
		if d := edits(given, name); d < best && d < max(len(given), len(name)) {
			best, found = d, name
		}
	}
	return found
}

// edits is the Levenshtein distance.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 0; i < len(a); i++ {
		diagonal := row[0]
		row[0] = i + 1
		for j := 0; j < len(b); j++ {
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

// keys returns the names in a map.
func keys[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for k := range m {
		names = append(names, k)
	}
	sort.Strings(names)
	return names
}
