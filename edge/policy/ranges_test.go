package policy

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// FuzzAscending holds the decision against the sentence of REQ-492, taken literally.
func FuzzAscending(f *testing.F) {
	for _, seed := range []string{"0-1", "0-", "-5", "0-1,2-3", "0-1, 3-", "3-4,0-1", "0-3,3-4", "-1,0-1", "0-,1-", "1-0", "", ",", "a", "0-1,", "18446744073709551616-", "9223372036854775807-9223372036854775807,1-"} {
		f.Add(seed)
	}
	form := regexp.MustCompile(`^(\d+-\d*|-\d+)$`)
	f.Fuzz(func(t *testing.T, set string) {
		want, next := true, -1.0
		parts := strings.Split(set, ",")
		for i, part := range parts {
			part = strings.Trim(part, " \t")
			if !form.MatchString(part) {
				want = false
				break
			}
			from, to, _ := strings.Cut(part, "-")
			first, _ := strconv.ParseFloat(from, 64)
			last, _ := strconv.ParseFloat(to, 64)
			switch {
			case from == "" || to == "":
				want = want && i == len(parts)-1 && (from == "" || first > next)
			default:
				want = want && first <= last && first > next
			}
			next = last
			if last > 1<<50 || first > 1<<50 {
				return // beyond what this reference tells apart
			}
		}
		if got := ascending(fields("Range: bytes=" + set)); got != want {
			t.Errorf("%q: got %t, want %t", set, got, want)
		}
	})
}
