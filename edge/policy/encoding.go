package policy

import (
	"strconv"
	"strings"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
)

// Codings returns the codings in which CloudFront may compress an answer to a request: "br,gzip" or one of them, or ""
// for none. They are those that the origin is told (CACHE-039 to CACHE-044).
func Codings(p *cloudfront.CachePolicy, r *http1.Request) string {
	codings := AcceptEncoding(p, appendTo(r.Fields, "Accept-Encoding", ",", ""), r.Major, r.Minor)
	if codings == "identity" {
		return ""
	}
	return codings
}

// AcceptEncoding returns what a cache policy makes of a viewer's Accept-Encoding for the cache key and the origin
// (section 7.5 of the request rules), "" for none. It applies where the policy enables gzip or Brotli, and to legacy
// settings, which know gzip only (REQ-234); elsewhere it returns "". The version is the viewer's: HTTP/1.0 gets no
// compression (REQ-233). The value "identity" goes to the origin but is no part of the key (CACHE-039).
func AcceptEncoding(p *cloudfront.CachePolicy, value string, major, minor int) string {
	if value == "" || major < 1 || major == 1 && minor == 0 {
		return ""
	}
	gzip, br := acceptedEncodings(value)
	if p.Legacy {
		if gzip {
			return "gzip"
		}
		return ""
	}
	gzip = gzip && p.EnableAcceptEncodingGzip
	br = br && p.EnableAcceptEncodingBrotli
	switch {
	case gzip && br:
		return "br,gzip"
	case br:
		return "br"
	case gzip:
		return "gzip"
	case p.EnableAcceptEncodingGzip || p.EnableAcceptEncodingBrotli:
		return "identity"
	default:
		return ""
	}
}

// acceptedEncodings reports which of the two codings an Accept-Encoding value names. A coding with q=0 does not count
// (REQ-235), "*" counts as none (REQ-230).
func acceptedEncodings(value string) (gzip, br bool) {
	for part := range strings.SplitSeq(value, ",") {
		coding, params, _ := strings.Cut(part, ";")
		coding = strings.TrimSpace(coding)
		if refused(params) {
			continue
		}
		gzip = gzip || strings.EqualFold(coding, "gzip")
		br = br || strings.EqualFold(coding, "br")
	}
	return gzip, br
}

// refused reports whether the parameters of a coding hold a weight of zero.
func refused(params string) bool {
	for param := range strings.SplitSeq(params, ";") {
		name, weight, ok := strings.Cut(param, "=")
		if !ok || !strings.EqualFold(strings.TrimSpace(name), "q") {
			continue
		}
		q, err := strconv.ParseFloat(strings.TrimSpace(weight), 64)
		return err == nil && q == 0
	}
	return false
}
