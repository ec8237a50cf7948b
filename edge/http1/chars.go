package http1

// The sets of RFC 9110 as bit masks: bit c of the pair says whether the ASCII character c belongs.
const (
	digits  = (1<<10 - 1) << '0'
	letters = (1<<26-1)<<('A'-64) | (1<<26-1)<<('a'-64)

	tokenLow = digits | 1<<'!' | 1<<'#' | 1<<'$' | 1<<'%' | 1<<'&' | 1<<'\'' | 1<<'*' | 1<<'+' | 1<<'-' | 1<<'.'
	tokenTop = letters | 1<<('^'-64) | 1<<('_'-64) | 1<<('`'-64) | 1<<('|'-64) | 1<<('~'-64)

	hostLow = digits | 1<<'!' | 1<<'$' | 1<<'%' | 1<<'&' | 1<<'\'' | 1<<'(' | 1<<')' | 1<<'*' | 1<<'+' | 1<<',' |
		1<<'-' | 1<<'.' | 1<<':' | 1<<';' | 1<<'='
	hostTop = letters | 1<<('['-64) | 1<<(']'-64) | 1<<('_'-64) | 1<<('~'-64)
)

func within(c byte, low, top uint64) bool {
	if c < 64 {
		return low>>c&1 != 0
	}
	return c < 128 && top>>(c-64)&1 != 0
}

// isToken reports whether s is a token (RFC 9110 section 5.6.2): a method, a field name.
func isToken(s string) bool {
	for i := 0; i < len(s); i++ {
		if !within(s[i], tokenLow, tokenTop) {
			return false
		}
	}
	return s != ""
}

// isHost reports whether s has only what RFC 3986 allows in a host and port, and digits for the port. The empty host is
// one.
func isHost(s string) bool {
	colon, colons := -1, 0
	for i := 0; i < len(s); i++ {
		if !within(s[i], hostLow, hostTop) {
			return false
		}
		switch s[i] {
		case ':':
			colon = i
			colons++
		case ']':
			colon, colons = -1, 0
		}
	}
	if colons != 1 { // no port, or an IPv6 address without its brackets
		return true
	}
	for i := colon + 1; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// isText reports whether s is free of control characters other than HTAB, as field values and reason phrases are.
func isText(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}

// isTarget reports whether s can stand in a request line: no blank, no control character, no fragment. Everything
// else passes, since browsers do send "|", "{" and raw UTF-8.
func isTarget(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c <= ' ' || c == 0x7f || c == '#' {
			return false
		}
	}
	return true
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// trimOWS removes optional white space (RFC 9110 section 5.6.3): SP and HTAB, and nothing else.
func trimOWS(s string) string {
	for s != "" && (s[0] == ' ' || s[0] == '\t') {
		s = s[1:]
	}
	for s != "" && (s[len(s)-1] == ' ' || s[len(s)-1] == '\t') {
		s = s[:len(s)-1]
	}
	return s
}

// equalFold compares ASCII names without regard to case; lower must be in lower case.
func equalFold(s, lower string) bool {
	if len(s) != len(lower) {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}
