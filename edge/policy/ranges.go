package policy

import (
	"math"
	"strconv"
	"strings"

	"edgecase/edge/http1"
)

// ascending reports whether the byte ranges that a viewer asks for are well-formed, in ascending order and do not
// overlap. For others CloudFront answers with the whole object (REQ-492), so that the origin must not see them. What is
// said in another unit than bytes is nothing that CloudFront understands, and passes.
func ascending(fields http1.Fields) bool {
	lines := 0
	for i := range fields {
		if !strings.EqualFold(fields[i].Name, "Range") {
			continue
		}
		unit, set, ok := strings.Cut(fields[i].Value, "=")
		if !ok || !strings.EqualFold(strings.TrimSpace(unit), "bytes") {
			continue
		}
		if lines++; lines > 1 || !ascendingSet(set) {
			return false
		}
	}
	return true
}

func ascendingSet(set string) bool {
	next := int64(0) // the first byte that no range has taken
	for part := range strings.SplitSeq(set, ",") {
		from, to, ok := strings.Cut(strings.Trim(part, " \t"), "-")
		switch {
		case !ok, next < 0: // nothing can follow the end of the object
			return false
		case from == "": // the last bytes
			if _, ok := position(to); !ok {
				return false
			}
			next = -1
			continue
		}
		first, ok := position(from)
		if !ok || first < next {
			return false
		}
		if to == "" {
			next = -1
			continue
		}
		last, ok := position(to)
		if !ok || last < first {
			return false
		}
		next = last + 1 // negative after the largest: that is an end, too
	}
	return true
}

// position reads digits and nothing else. What is too large is beyond every object.
func position(s string) (int64, bool) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return math.MaxInt64, true
	}
	return n, true
}
