package edge

import (
	"slices"
	"strings"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
	"edgecase/edge/policy"
)

// What may be shown (REQ-247). Names are always shown, so that one sees what is sent on; values are, but for these:
//
//   - what Terraform calls sensitive, and the values of an origin's custom headers, which often are a secret that the
//     origin and CloudFront share: nowhere, neither in what explain prints nor in the documents of the admin side;
//   - what viewers and origins send as credentials: not in documents of live requests, which are kept and which others can
//     read. Of Authorization the scheme is shown, of cookies the names. Headers and query parameters with a word in their
//     name that says what they are (token, secret, signature, …) count, also in addresses that Referer and Location hold.
//
// An explained request shows its credentials: whoever reads it has written them. The echo of an origin that nobody mapped
// keeps to the first point; see the origins package.

// masked stands for a value that must not be shown.
const masked = "(masked)"

// secretWords are what names of credentials have in them, in lower case and without what separates words.
var secretWords = [...]string{
	"authorization", "token", "secret", "passw", "apikey", "accesskey", "csrf", "xsrf", "credential", "signature", "sessionid",
}

// shown returns fields as a reader may see them. custom are the custom headers of the origin that gets them.
func (x *Exchange) shown(fields http1.Fields, custom []cloudfront.CustomHeader) http1.Fields {
	list := make(http1.Fields, len(fields))
	for i, f := range fields {
		list[i] = f
		switch {
		case slices.ContainsFunc(custom, func(h cloudfront.CustomHeader) bool { return strings.EqualFold(h.Name, f.Name) }):
			list[i].Value = masked
		case !x.fx.explain:
			list[i].Value = MaskValue(f.Name, f.Value)
		}
	}
	return list
}

// shownValue does the same for the subject of a note. Notes about custom headers have no value.
func (x *Exchange) shownValue(kind policy.Kind, name, value string) string {
	switch {
	case x.fx.explain:
		return value
	case kind == policy.Cookie, kind == policy.Query && IsSecret(name):
		return masked
	case kind == policy.Query:
		return value
	default:
		return MaskValue(name, value)
	}
}

// shownURL does the same for an address.
func (x *Exchange) shownURL(url string) string {
	if x.fx.explain {
		return url
	}
	return MaskURL(url)
}

// shownText does the same for a sentence, in which addresses may stand.
func (x *Exchange) shownText(text string) string {
	if x.fx.explain || !strings.Contains(text, "?") {
		return text
	}
	words := strings.Split(text, " ")
	for i, w := range words {
		words[i] = MaskURL(w)
	}
	return strings.Join(words, " ")
}

// MaskValue returns a header's value as documents of live requests have it.
func MaskValue(name, value string) string {
	switch {
	case strings.EqualFold(name, "Authorization"), strings.EqualFold(name, "Proxy-Authorization"):
		scheme, _, found := strings.Cut(value, " ")
		if !found {
			return masked
		}
		return scheme + " " + masked
	case strings.EqualFold(name, "Cookie"):
		var parts []string
		for c := range strings.SplitSeq(value, ";") {
			parts = append(parts, maskPair(c))
		}
		return strings.Join(parts, "; ")
	case strings.EqualFold(name, "Set-Cookie"):
		cookie, attributes, found := strings.Cut(value, ";")
		if !found {
			return maskPair(cookie)
		}
		return maskPair(cookie) + ";" + attributes
	case strings.EqualFold(name, "Referer"), strings.EqualFold(name, "Location"), strings.EqualFold(name, "Content-Location"):
		return MaskURL(value)
	case IsSecret(name) && value != "":
		return masked
	}
	return value
}

func maskPair(cookie string) string {
	name, _, found := strings.Cut(strings.TrimSpace(cookie), "=")
	if !found {
		return masked
	}
	return name + "=" + masked
}

// MaskURL masks the query parameters of an address that are credentials, the signatures of signed URLs among them.
func MaskURL(url string) string {
	path, query, found := strings.Cut(url, "?")
	if !found {
		return url
	}
	query, fragment, hasFragment := strings.Cut(query, "#")
	parts := strings.Split(query, "&")
	for i, p := range parts {
		if name, value, ok := strings.Cut(p, "="); ok && value != "" && IsSecret(name) {
			parts[i] = name + "=" + masked
		}
	}
	url = path + "?" + strings.Join(parts, "&")
	if hasFragment {
		url += "#" + fragment
	}
	return url
}

// IsSecret tells of the name of a header or query parameter whether its value is a credential.
func IsSecret(name string) bool {
	plain := strings.Map(func(r rune) rune {
		switch {
		case r == '-' || r == '_' || r == '.':
			return -1
		case 'A' <= r && r <= 'Z':
			return r + 'a' - 'A'
		}
		return r
	}, name)
	return slices.ContainsFunc(secretWords[:], func(word string) bool { return strings.Contains(plain, word) }) ||
		plain == "sig" || plain == "code"
}
