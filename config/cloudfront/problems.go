package cloudfront

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A Severity says what a [Problem] means for whoever wants to deploy the configuration.
type Severity string

// The severities.
const (
	Error   Severity = "error"   // Terraform or AWS would refuse it
	Warning Severity = "warning" // it probably cannot be deployed, or does not do what it seems to
	Note    Severity = "note"    // worth knowing
)

// A Confidence says how well what we claim of CloudFront is known: the mark behind each rule.
type Confidence string

// The marks of the rules. What is only inferred never is an [Error].
const (
	Documented Confidence = "documented"
	Observed   Confidence = "observed"
	Inferred   Confidence = "inferred"
	Project    Confidence = "project" // no claim about CloudFront: what edgecase itself does
)

// A Problem is something that CloudFront, AWS's API or the Terraform provider would refuse, or that does not do what
// it seems to.
type Problem struct {
	Severity Severity
	Summary  string // a short noun phrase: "Unknown origin"
	Detail   string // whole sentences; the last one is what to do
	Source   Source
	Rule     string // "REQ-075"
	Sure     Confidence
}

// Problems returns what is wrong with the configuration, distribution by distribution, as far as the configuration
// alone tells. What Terraform does not know yet is never judged.
func (c *Config) Problems() []Problem {
	r := &report{judged: map[any]bool{}}
	for _, d := range c.Distributions {
		r.distribution(d)
	}
	r.sharedAliases(c.Distributions)
	return r.problems
}

// A report collects problems.
type report struct {
	problems []Problem
	judged   map[any]bool // policies and access controls that several behaviors and distributions share
}

// refuse reports something that AWS refuses: an error, unless we only infer that it does.
func (r *report) refuse(rule string, sure Confidence, at Source, summary, format string, args ...any) {
	severity := Error
	if sure == Inferred {
		severity = Warning
	}
	r.add(severity, rule, sure, at, summary, format, args...)
}

// warn reports something that can be deployed and is probably not meant.
func (r *report) warn(rule string, sure Confidence, at Source, summary, format string, args ...any) {
	r.add(Warning, rule, sure, at, summary, format, args...)
}

func (r *report) add(severity Severity, rule string, sure Confidence, at Source, summary, format string, args ...any) {
	r.problems = append(r.problems, Problem{
		Severity: severity,
		Summary:  summary,
		Detail:   fmt.Sprintf(format, args...),
		Source:   at,
		Rule:     rule,
		Sure:     sure,
	})
}

// once reports whether a shared value is seen for the first time.
func (r *report) once(shared any) bool {
	if r.judged[shared] {
		return false
	}
	r.judged[shared] = true
	return true
}

// at returns the place of an argument, or of its block where the argument has none.
func (s Sources) at(argument string, block Source) Source {
	if place, ok := s[argument]; ok && !place.IsZero() {
		return place
	}
	return block
}

// placeholder reports whether a string holds a stand-in for what only apply can tell, such as
// "{aws_lb.api.dns_name}", "{aws_s3_bucket.a.id,aws_s3_bucket.b.id}", "{var.a,var.b,+7:3fa2}" or "{unknown}". References
// have dots, unlike most of what people put between braces.
func placeholder(s string) bool {
	for {
		_, rest, ok := strings.Cut(s, "{")
		if !ok {
			return false
		}
		inner, after, ok := strings.Cut(rest, "}")
		if !ok {
			return false
		}
		if inner == "unknown" || !slices.ContainsFunc(strings.Split(inner, ","), noReference) {
			return true
		}
		s = after
	}
}

func noReference(s string) bool {
	name, _, _ := strings.Cut(s, "[") // a key may have anything in it
	return !strings.HasPrefix(s, "+") && (!strings.Contains(name, ".") || strings.ContainsAny(name, " /*?"))
}

// judged reports whether a text is known, and may be shown with what is said of it.
func (t Text) judged() bool { return t.Known && !t.Sensitive }

// set reports whether a text is given at all, known or not.
func (t Text) set() bool { return t.Value != "" || len(t.From) > 0 }

// quoted returns `"a", "b" and "c"`.
func quoted(list []string) string {
	marked := make([]string, len(list))
	for i, s := range list {
		marked[i] = strconv.Quote(s)
	}
	return and(marked)
}

// and returns "a, b and c".
func and(list []string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	last := len(list) - 1
	return strings.Join(list[:last], ", ") + " and " + list[last]
}

// handful is quoted for lists that may be long: it cuts them.
func handful(list []string) string {
	const most = 6
	if len(list) <= most+1 {
		return quoted(list)
	}
	var b strings.Builder
	for _, s := range list[:most] {
		fmt.Fprintf(&b, "%q, ", s)
	}
	return fmt.Sprintf("%sand %d more", b.String(), len(list)-most)
}

// foldContains reports whether a list of header names has this one, in any case.
func foldContains(list []string, name string) bool {
	for _, s := range list {
		if strings.EqualFold(s, name) {
			return true
		}
	}
	return false
}

// foldPrefix reports whether a header name begins so, in any case.
func foldPrefix(name, prefix string) bool {
	return len(name) >= len(prefix) && strings.EqualFold(name[:len(prefix)], prefix)
}
