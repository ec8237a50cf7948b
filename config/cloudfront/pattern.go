package cloudfront

import (
	"fmt"
	"strings"
)

// MaxPatternLength is the longest path pattern CloudFront accepts, in characters (REQ-052).
const MaxPatternLength = 255

// A PathPattern decides which paths a behavior takes: "*" matches any run of characters, "?" exactly one, both also
// "/" (REQ-044 to REQ-046); the whole path must match (REQ-048), case matters (REQ-049).
//
// It is kept as written for people and in canonical form for matching: with a leading "/" (REQ-047), "&amp;" as "&"
// (REQ-054), and one "*" where several stand side by side. Two patterns match the same paths if their canonical forms
// are equal; the converse does not hold.
type PathPattern struct {
	written   string
	canonical string
	ordered   bool
}

// ParsePathPattern checks the length of a pattern and prepares it. It accepts characters that CloudFront would
// probably refuse (REQ-055): those are a Problem of the configuration, and matching them still says something.
func ParsePathPattern(s string) (PathPattern, error) {
	if s == "" {
		return PathPattern{}, fmt.Errorf("a path pattern must not be empty")
	}
	if n := len([]rune(s)); n > MaxPatternLength {
		return PathPattern{}, fmt.Errorf("a path pattern has at most %d characters, this one has %d", MaxPatternLength, n)
	}
	c := strings.ReplaceAll(s, "&amp;", "&")
	if !strings.HasPrefix(c, "/") {
		c = "/" + c
	}
	for strings.Contains(c, "**") {
		c = strings.ReplaceAll(c, "**", "*")
	}
	return PathPattern{written: s, canonical: c}, nil
}

// MustParsePathPattern is ParsePathPattern for patterns that are known to be good: it panics on an error.
func MustParsePathPattern(s string) PathPattern {
	p, err := ParsePathPattern(s)
	if err != nil {
		panic(err)
	}
	return p
}

// String returns the pattern as its author wrote it.
func (p PathPattern) String() string { return p.written }

// Canonical returns the form that is matched: "/images/*.jpg" for "images/*.jpg".
func (p PathPattern) Canonical() string { return p.canonical }

// Ordered returns the pattern as that of an ordered behavior: with it even "*" is not the default behavior's.
func (p PathPattern) Ordered() PathPattern {
	p.ordered = true
	return p
}

// Default reports whether this is the pattern of the default behavior, "*" as written, and not that of an ordered one
// that takes the same paths.
func (p PathPattern) Default() bool { return p.written == "*" && !p.ordered }

// Match reports whether the pattern takes a path that NormalizePath has prepared. It does not allocate.
func (p PathPattern) Match(path string) bool { return MatchWildcards(p.canonical, path) }

// MatchWildcards reports whether a pattern with "*" (any run of characters) and "?" (exactly one) matches all of s: path
// patterns, cookie names in legacy lists (REQ-225), and IAM's actions and resources are written so. It does not
// allocate, and its time is bounded by the product of the two lengths: on a mismatch only the last "*" seen is widened,
// which is enough because an earlier one could only have matched the same characters.
func MatchWildcards(pattern, s string) bool {
	var i, j int        // next in s, next in pattern
	star, mark := -1, 0 // the last "*" and the position in s it has been widened to
	for i < len(s) {
		switch {
		case j < len(pattern) && pattern[j] == '*':
			star, mark = j, i
			j++
		case j < len(pattern) && (pattern[j] == '?' || pattern[j] == s[i]):
			i++
			j++
		case star >= 0:
			mark++
			i, j = mark, star+1
		default:
			return false
		}
	}
	for j < len(pattern) && pattern[j] == '*' {
		j++
	}
	return j == len(pattern)
}

// NormalizePath returns the form of a request's path (without query string) that behaviors are matched against
// (REQ-059, REQ-062): percent-encoded unreserved characters decoded, the other escapes in upper case, runs of "/" as
// one, "." and ".." segments removed. It returns its argument, without allocating, if nothing needs to change. Only
// matching uses it: the origin receives the path as the viewer wrote it (REQ-060).
func NormalizePath(path string) string {
	if normal(path) {
		return path
	}
	return removeDotSegments(collapseSlashes(decodeUnreserved(path)))
}

// normal reports whether NormalizePath would return its argument unchanged. It may say no too often, never yes.
func normal(path string) bool {
	if path == "" || path[0] != '/' {
		return false
	}
	for i := 0; i < len(path); i++ {
		switch path[i] {
		case '%':
			c, ok := escaped(path[i:])
			if !ok || isUnreserved(c) || isLowerHex(path[i+1]) || isLowerHex(path[i+2]) {
				return false
			}
			i += 2
		case '/':
			if i+1 < len(path) && (path[i+1] == '/' || path[i+1] == '.') {
				return false
			}
		}
	}
	return true
}

// decodeUnreserved decodes %XX of unreserved characters and writes the hex digits of all others in upper case
// (RFC 3986 section 6.2.2). A "%" that begins no escape (the edge refuses such a path, REQ-150) becomes "%25", so that
// it cannot begin one with what is decoded after it.
func decodeUnreserved(path string) string {
	if !strings.Contains(path, "%") {
		return path
	}
	const hex = "0123456789ABCDEF"
	b := make([]byte, 0, len(path)+2)
	for i := 0; i < len(path); i++ {
		if path[i] != '%' {
			b = append(b, path[i])
			continue
		}
		c, ok := escaped(path[i:])
		switch {
		case !ok:
			b = append(b, "%25"...)
			continue
		case isUnreserved(c):
			b = append(b, c)
		default:
			b = append(b, '%', hex[c>>4], hex[c&15])
		}
		i += 2
	}
	return string(b)
}

// escaped returns the byte that the escape at the beginning of s stands for.
func escaped(s string) (c byte, ok bool) {
	if len(s) < 3 || !isHex(s[1]) || !isHex(s[2]) {
		return 0, false
	}
	return unhex(s[1])<<4 | unhex(s[2]), true
}

// collapseSlashes makes one "/" of every run and puts one in front if there is none.
func collapseSlashes(path string) string {
	b := make([]byte, 0, len(path)+1)
	b = append(b, '/')
	for i := 0; i < len(path); i++ {
		if path[i] == '/' && b[len(b)-1] == '/' {
			continue
		}
		b = append(b, path[i])
	}
	return string(b)
}

// removeDotSegments is RFC 3986 section 5.2.4 for a path that begins with "/" and has no empty segments. A ".." at
// the root is dropped; a final "." or ".." leaves a trailing "/".
func removeDotSegments(path string) string {
	if !strings.Contains(path, "/.") {
		return path
	}
	segments := strings.Split(path[1:], "/")
	kept := segments[:0]
	for i, s := range segments {
		last := i == len(segments)-1
		switch s {
		case ".":
		case "..":
			if len(kept) > 0 {
				kept = kept[:len(kept)-1]
			}
		default:
			kept = append(kept, s)
			continue
		}
		if last {
			kept = append(kept, "")
		}
	}
	return "/" + strings.Join(kept, "/")
}

func isUnreserved(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
		c == '-' || c == '.' || c == '_' || c == '~'
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'A' <= c && c <= 'F' || isLowerHex(c)
}

func isLowerHex(c byte) bool { return 'a' <= c && c <= 'f' }

func unhex(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	default:
		return c - 'A' + 10
	}
}
