package scenario

import (
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/zclconf/go-cty/cty"
)

// A Matcher says what a text has to be. The zero Matcher wants the empty text.
type Matcher struct {
	how    how
	text   string
	oneOf  []string // of oneOf
	regexp *regexp.Regexp
	path   bool // a text that begins with "/" is compared with path and query of a URL
	bare   bool // it is no text in JSON, and stands without quotation marks
}

// how is the way in which a text is compared.
type how uint8

const (
	equal      how = iota
	matching       // a regular expression
	containing     // a part
	oneOf          // one of several
	present        // there, whatever it is
	absent         // not there
)

// matcherType is what the functions matching, containing, present and absent return.
var matcherType = cty.Capsule("expectation of a text", reflect.TypeOf(Matcher{}))

// match reports whether a text is as it has to be. there is false where there is none at all.
func (m Matcher) match(text string, there bool) bool {
	if !there {
		return m.how == absent
	}
	switch m.how {
	case equal:
		return m.comparable(text) == m.text
	case matching:
		return m.regexp.MatchString(text)
	case containing:
		return strings.Contains(text, m.text)
	case oneOf:
		return slices.Contains(m.oneOf, text)
	}
	return m.how == present
}

// comparable returns what of a URL is compared: all of it, or path and query where that is what is expected.
func (m Matcher) comparable(url string) string {
	if !m.path || !strings.HasPrefix(m.text, "/") {
		return url
	}
	if _, rest, found := strings.Cut(url, "://"); found {
		_, path, _ := strings.Cut(rest, "/")
		return "/" + path
	}
	return url
}

// String writes what is expected, as people read it.
func (m Matcher) String() string {
	switch m.how {
	case matching:
		return "matching " + quote(m.regexp.String())
	case containing:
		return "containing " + quote(m.text)
	case oneOf:
		return strings.Join(m.oneOf, " or ")
	case present:
		return "present"
	case absent:
		return "absent"
	}
	if m.bare {
		return m.text
	}
	return quote(m.text)
}

// maxQuoted is how many bytes of a text are shown.
const maxQuoted = 300

// quote writes a text between quotation marks, and of a long one the beginning.
func quote(s string) string {
	beginning, rest := cutText(s)
	return strconv.Quote(beginning) + rest
}

// cutText returns the beginning of a long text, and how long it is.
func cutText(s string) (beginning, rest string) {
	if len(s) <= maxQuoted {
		return s, ""
	}
	end := maxQuoted
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end], "… (" + strconv.Itoa(len(s)) + " bytes)"
}
