package check

import (
	"cmp"
	"slices"
	"strings"

	"edgecase/config/cloudfront"
	"edgecase/edge"
	"edgecase/edge/http1"
)

// A Finding is one place where a trap lies.
type Finding struct {
	Rule    *Rule
	At      cloudfront.Source // the line that is wrong; the zero Source where no line is
	Message string            // one clause, without a full stop
	Witness *Witness          // a request that falls into it; nil where none can be named
	Fix     Fix
	// Requests are all that the finding is about, where there are several: "POST /auth/email-check/".
	Requests []string
	Related  []Related // other places that have to do with it

	of string // what it is found of, where a block may make several of these: a behavior, an origin
}

// A Related is another place that a finding has to do with.
type Related struct {
	At   cloudfront.Source
	Text string // one clause
}

// A Fix is Terraform to paste.
type Fix struct {
	Where string            // "Add above the default behavior"
	HCL   string            // "" where there is nothing to paste
	Above cloudfront.Source // the block in front of which HCL can be pasted; the zero Source where no such block is known
}

// A Witness is a request that shows what a finding says.
type Witness struct {
	Method string
	URL    string // whole: https://www.example.com/auth/
	Fields http1.Fields
	Shows  Claim // what it does
}

// String writes the witness as people read it: the method and the URL, which headers it carries, and what the origin is
// taken to answer.
func (w *Witness) String() string {
	parts := []string{w.Method, w.URL, w.carrying(), w.Shows.supposed()}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " ")
}

// Request returns the request as the edge takes it.
func (w *Witness) Request() *edge.Request {
	scheme, rest, _ := strings.Cut(w.URL, "://")
	i := strings.IndexAny(rest+"/", "/?")
	host, target := rest[:i], rest[i:]
	if !strings.HasPrefix(target, "/") {
		target = "/" + target
	}
	path, query, hasQuery := strings.Cut(target, "?")
	return &edge.Request{
		Method: w.Method, Scheme: scheme, Host: host, Path: path, RawQuery: query, HasQuery: hasQuery,
		Major: 1, Minor: 1, Fields: append(http1.Fields{{Name: "Host", Value: host}}, w.Fields...),
	}
}

// ordered sorts findings by place, then by rule and message, and drops those that say the same of the same place again:
// the instances of a module share their lines.
func ordered(list []Finding) []Finding {
	slices.SortStableFunc(list, func(a, b Finding) int {
		return cmp.Or(
			strings.Compare(a.At.File, b.At.File),
			cmp.Compare(a.At.Line, b.At.Line),
			cmp.Compare(a.At.Column, b.At.Column),
			strings.Compare(a.Rule.Name, b.Rule.Name),
			strings.Compare(a.Message, b.Message),
		)
	})
	return slices.CompactFunc(list, func(a, b Finding) bool {
		return a.Rule == b.Rule && a.At == b.At && a.Message == b.Message
	})
}
