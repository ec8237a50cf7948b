package main

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// printable returns a text with everything escaped that a terminal might obey, or that is no character: what viewers,
// origins and files say is never printed as it came.
func printable(s string) string { return escape(s, false) }

// printableLines is printable for texts of several lines.
func printableLines(s string) string { return escape(s, true) }

func escape(s string, lines bool) string {
	if clean(s, lines) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size <= 1:
			b.WriteString(`\x` + strconv.FormatUint(uint64(s[i])|0x100, 16)[1:])
		case shown(r, lines):
			b.WriteString(s[i : i+size])
		default:
			q := strconv.QuoteRune(r)
			b.WriteString(q[1 : len(q)-1])
		}
		i += max(size, 1)
	}
	return b.String()
}

func clean(s string, lines bool) bool {
	if !utf8.ValidString(s) {
		return false
	}
	return strings.IndexFunc(s, func(r rune) bool { return !shown(r, lines) }) < 0
}

// shown reports whether a character may be printed: no control character, and nothing that turns the direction of
// what follows or cannot be seen.
func shown(r rune, lines bool) bool { return unicode.IsPrint(r) || lines && (r == '\n' || r == '\t') }

// width returns how many columns a text takes, counting each character as one.
func width(s string) int { return utf8.RuneCountInString(s) }

// pad returns a text with spaces up to a number of columns.
func pad(s string, columns int) string {
	if n := columns - width(s); n > 0 {
		return s + strings.Repeat(" ", n)
	}
	return s
}

// cut returns a text of at most so many columns; of a longer one the middle is left out.
func cut(s string, columns int) string {
	if width(s) <= columns || columns < 3 {
		return s
	}
	r := []rune(s)
	head := (columns - 1) * 2 / 3
	tail := columns - 1 - head
	return string(r[:head]) + "…" + string(r[len(r)-tail:])
}

// plural returns "1 file", "2 files".
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}
