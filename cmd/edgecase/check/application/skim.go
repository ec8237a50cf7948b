package application

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// A skimmer reads JSON as a stream and keeps only what it is asked for: of a text no more than maxText bytes, so that the
// bodies in a recording cost no memory. Its methods are called in the order of the document; after the first error they
// do nothing.
type skimmer struct {
	r     *bufio.Reader
	at    int64 // bytes read
	line  int
	depth int
	err   error
	ended bool    // everything has been read
	spare [8]byte // for what an escape stands for that nobody wants
}

const (
	maxText  = 16 << 10
	maxDepth = 512
)

func newSkimmer(r io.Reader) *skimmer {
	s := &skimmer{r: bufio.NewReaderSize(r, 64<<10), line: 1}
	if mark, _ := s.r.Peek(3); string(mark) == "\xef\xbb\xbf" {
		s.r.Discard(3) // a byte order mark
	}
	return s
}

// fail keeps the first error.
func (s *skimmer) fail(format string, args ...any) {
	if s.err == nil {
		s.err = fmt.Errorf(format, args...)
	}
}

// next returns the next byte, 0 at the end.
func (s *skimmer) next() byte {
	if s.err != nil {
		return 0
	}
	c, err := s.r.ReadByte()
	switch {
	case errors.Is(err, io.EOF):
		s.ended = true
		s.fail("the document ends in the middle")
		return 0
	case err != nil:
		s.err = err
		return 0
	}
	s.at++
	if c == '\n' {
		s.line++
	}
	return c
}

// peek returns the next byte that is no white space, and leaves it there; 0 at the end.
func (s *skimmer) peek() byte {
	for s.err == nil {
		c := s.next()
		switch c {
		case ' ', '\t', '\n', '\r':
			continue
		}
		if s.err == nil {
			s.r.UnreadByte() // what ReadByte gave can be given back
			s.at--
		}
		return c
	}
	return 0
}

// end reports whether nothing follows but white space.
func (s *skimmer) end() bool {
	if s.err != nil {
		return false
	}
	s.peek()
	if s.ended {
		s.err = nil // that the document ends here is no mistake
	}
	return s.ended
}

// expect reads a byte that has to be there.
func (s *skimmer) expect(want byte) {
	if c := s.peek(); s.err == nil && c != want {
		s.fail("there is %s where %q should be", quoted(c), want)
		return
	}
	s.next()
}

func quoted(c byte) string {
	if c < ' ' || c >= 0x7f {
		return fmt.Sprintf("the byte 0x%02x", c)
	}
	return strconv.Quote(string(rune(c)))
}

// object reads an object, with a call for each member, which has to read its value.
func (s *skimmer) object(member func(key string)) {
	s.group('{', '}', func() {
		if s.peek() != '"' {
			s.fail("there is %s where a name should be", quoted(s.peek()))
			return
		}
		key := s.text()
		s.expect(':')
		if s.err == nil {
			member(key)
		}
	})
}

// array reads an array, with a call for each element, which has to read it.
func (s *skimmer) array(element func()) { s.group('[', ']', element) }

// group reads what stands between brackets with commas between it. Anything else in its place is skipped: null, mostly.
func (s *skimmer) group(open, end byte, one func()) {
	if s.peek() != open {
		s.skip()
		return
	}
	if s.depth++; s.depth > maxDepth {
		s.fail("the document is nested more than %d deep", maxDepth)
	}
	s.next()
	for first := true; s.err == nil; first = false {
		c := s.peek()
		if c == end && (first || s.err != nil) {
			break
		}
		if !first {
			if c == end {
				break
			}
			s.expect(',')
		}
		one()
	}
	s.expect(end)
	s.depth--
}

// skip reads a value of any kind.
func (s *skimmer) skip() {
	switch c := s.peek(); {
	case s.err != nil:
	case c == '{':
		s.object(func(string) { s.skip() })
	case c == '[':
		s.array(s.skip)
	case c == '"':
		s.upTo(0)
	default:
		s.word()
	}
}

// word reads a number, true, false or null, as it is written.
func (s *skimmer) word() string {
	var b []byte
	s.peek()
	for s.err == nil {
		c, err := s.r.ReadByte()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			s.err = err
			break
		}
		if !isNameByte(c) && c != '-' && c != '+' && c != '.' {
			s.r.UnreadByte()
			break
		}
		s.at++
		if b = append(b, c); len(b) > 64 {
			s.fail("%.20q is no value", b)
		}
	}
	switch word := string(b); {
	case s.err != nil:
	case word == "true" || word == "false" || word == "null":
	case word == "":
		s.fail("there is %s where a value should be", quoted(s.peek()))
	default:
		if _, err := strconv.ParseFloat(word, 64); err != nil && !errors.Is(err, strconv.ErrRange) {
			s.fail("%q is no value", word)
		}
	}
	return string(b)
}

// number reads a whole number; anything else is 0.
func (s *skimmer) number() int {
	if c := s.peek(); c != '-' && (c < '0' || c > '9') {
		s.skip()
		return 0
	}
	n, _ := strconv.Atoi(s.word()) // 0 where it is none
	return n
}

// text reads a text, of which no more than maxText bytes are kept; anything else in its place is skipped, and "".
func (s *skimmer) text() string {
	if s.peek() != '"' {
		s.skip()
		return ""
	}
	return s.upTo(maxText)
}

// upTo reads a text and keeps no more than so many bytes.
func (s *skimmer) upTo(most int) string {
	s.next()
	var b []byte
	for {
		if len(b) >= most {
			b = b[:most]
			s.rest()
		}
		c := s.next()
		switch {
		case s.err != nil:
			return ""
		case c == '"':
			return string(b)
		case c == '\\':
			b = s.escape(b)
		case c < ' ':
			s.fail("there is %s in a text", quoted(c))
		default:
			b = append(b, c)
		}
	}
}

// rest reads on to the end of a text, and leaves the quotation mark there: quickly, for bodies are long.
func (s *skimmer) rest() {
	for s.err == nil {
		buffered, err := s.r.Peek(max(1, s.r.Buffered()))
		if err != nil {
			s.next() // says what is wrong
			return
		}
		i := 0
		for i < len(buffered) && buffered[i] != '"' && buffered[i] != '\\' && buffered[i] >= ' ' {
			i++
		}
		s.r.Discard(i)
		s.at += int64(i)
		if i == len(buffered) {
			continue
		}
		switch buffered[i] {
		case '"':
			return
		case '\\':
			s.next()
			s.escape(s.spare[:0])
		default:
			return // text says what is wrong
		}
	}
}

// escape reads what follows a backslash and appends what it stands for.
func (s *skimmer) escape(b []byte) []byte {
	c := s.next()
	switch c {
	case '"', '\\', '/':
		return append(b, c)
	case 'b':
		return append(b, '\b')
	case 'f':
		return append(b, '\f')
	case 'n':
		return append(b, '\n')
	case 'r':
		return append(b, '\r')
	case 't':
		return append(b, '\t')
	case 'u':
		r := s.hex()
		if utf16.IsSurrogate(r) {
			if two, _ := s.r.Peek(2); string(two) == `\u` {
				s.next()
				s.next()
				r = utf16.DecodeRune(r, s.hex())
			} else {
				r = utf8.RuneError
			}
		}
		return utf8.AppendRune(b, r)
	}
	if s.err == nil {
		s.fail("there is no escape \\%c", c)
	}
	return b
}

// hex reads four hexadecimal digits.
func (s *skimmer) hex() rune {
	var digits [4]byte
	for i := range digits {
		digits[i] = s.next()
	}
	n, err := strconv.ParseUint(string(digits[:]), 16, 16)
	if err != nil && s.err == nil {
		s.fail("%q are no hexadecimal digits", digits)
	}
	return rune(n)
}
