package cloudfront

import "fmt"

// A Severity says what a [Problem] means for whoever wants to deploy the configuration.
type Severity string

// The severities.
const (
	Error   Severity = "error"   // Terraform or AWS would refuse it
	Warning Severity = "warning" // it deploys, or may not, and does not do what it seems to
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
	var r report
	return r.problems
}

// A report collects problems.
type report struct{ problems []Problem }

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
