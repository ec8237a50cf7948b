package policy

import (
	"slices"
	"strings"
)

// selectQuery returns the parameters of a raw query string that take accepts, in their order and spelling (CACHE-035).
// Only "&" separates parameters (CACHE-034); names are compared as they were written (CACHE-036). Empty pieces
// ("a&&b") are no parameters. seen, if not nil, is told of each parameter.
func selectQuery(raw string, take func(name string) bool, seen func(name, value string, kept bool)) string {
	var b strings.Builder
	for piece := range strings.SplitSeq(raw, "&") {
		if piece == "" {
			continue
		}
		name, value, _ := strings.Cut(piece, "=")
		kept := take(name)
		if seen != nil {
			seen(name, value, kept)
		}
		if !kept {
			continue
		}
		if b.Len() == 0 {
			b.Grow(len(raw))
		} else {
			b.WriteByte('&')
		}
		b.WriteString(piece)
	}
	return b.String()
}

// signatureParameters are what a signed URL adds to its query string (CACHE-012).
var signatureParameters = [...]string{"Expires", "Policy", "Signature", "Key-Pair-Id"}

// WithoutSignature returns a raw query string without the parameters of a signed URL. On behaviors that restrict
// viewer access they reach neither the cache key nor the origin (POL-037, CACHE-012).
func WithoutSignature(rawQuery string) string {
	return selectQuery(rawQuery, func(name string) bool {
		return !slices.Contains(signatureParameters[:], name)
	}, nil)
}
