package s3

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// A span is a part of an object.
type span struct{ start, length int64 }

// contentRange returns the value of Content-Range.
func (s span) contentRange(size int64) string {
	return fmt.Sprintf("bytes %d-%d/%d", s.start, s.start+s.length-1, size)
}

// A rangeKind says what becomes of a Range field.
type rangeKind int

const (
	wholeObject   rangeKind = iota // none, several, or malformed: 200
	partOfObject                   // 206
	unsatisfiable                  // 416
)

// parseRange reads a Range field as S3 does (REQ-499): one range only, everything else is the whole object.
func parseRange(value string, size int64) (span, rangeKind) {
	first, last, ok := strings.Cut(strings.TrimPrefix(value, "bytes="), "-")
	if !ok || !strings.HasPrefix(value, "bytes=") {
		return span{}, wholeObject
	}
	if first == "" {
		return parseSuffix(last, size)
	}
	start, ok := parseOffset(first)
	if !ok {
		return span{}, wholeObject
	}
	end := int64(math.MaxInt64)
	if last != "" {
		if end, ok = parseOffset(last); !ok || end < start {
			return span{}, wholeObject
		}
	}
	if start >= size {
		return span{}, unsatisfiable
	}
	return span{start, min(end, size-1) - start + 1}, partOfObject
}

// parseSuffix reads the "5" of "bytes=-5": the last five bytes.
func parseSuffix(s string, size int64) (span, rangeKind) {
	n, ok := parseOffset(s)
	switch {
	case !ok:
		return span{}, wholeObject
	case n == 0 || size == 0:
		return span{}, unsatisfiable
	}
	n = min(n, size)
	return span{size - n, n}, partOfObject
}

// parseOffset reads digits and nothing else. A number that is too large for an int64 is beyond every object.
func parseOffset(s string) (int64, bool) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		n = math.MaxInt64
	}
	return n, true
}
