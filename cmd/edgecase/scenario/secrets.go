package scenario

import (
	"slices"
	"strings"

	"edgecase/edge"
	"edgecase/edge/http1"
)

// masked stands for a value that must not be shown.
const masked = "(masked)"

// leastSecret is how long a value must be to be looked for in other texts, in bytes: shorter ones are everywhere.
const leastSecret = 4

// secretsOf returns the credentials in the fields and the target of a request, as REQ-247 tells them by their names.
func secretsOf(fields http1.Fields, target string) []string {
	var list []string
	for _, f := range fields {
		switch {
		case strings.EqualFold(f.Name, "Cookie"):
			for pair := range strings.SplitSeq(f.Value, ";") {
				_, value, _ := strings.Cut(pair, "=")
				list = append(list, strings.TrimSpace(value))
			}
		case strings.EqualFold(f.Name, "Authorization"), strings.EqualFold(f.Name, "Proxy-Authorization"):
			_, value, found := strings.Cut(f.Value, " ")
			if !found {
				value = f.Value
			}
			list = append(list, value)
		case edge.IsSecret(f.Name):
			list = append(list, f.Value)
		}
	}
	_, query, _ := strings.Cut(target, "?")
	for pair := range strings.SplitSeq(query, "&") {
		if name, value, _ := strings.Cut(pair, "="); edge.IsSecret(name) {
			list = append(list, value)
		}
	}
	return list
}

// shown returns a text without the secrets of the run: an answer may repeat what was sent.
func (r *Run) shown(text string) string {
	for _, s := range r.secrets {
		if len(s) >= leastSecret {
			text = strings.ReplaceAll(text, s, masked)
		}
	}
	return text
}

// sortSecrets puts long ones first: a short one may be a part of a long one.
func (r *Run) sortSecrets() {
	slices.SortFunc(r.secrets, func(a, b string) int { return len(b) - len(a) })
}

// ShownURL returns the address of the request as it may be shown.
func (r *Run) ShownURL() string { return r.shown(edge.MaskURL(r.Request.URL)) }
