package check

import (
	"slices"
	"strings"
)

// A Severity says how much a finding matters: errors and warnings make a check fail, notes do not.
type Severity string

// The severities.
const (
	Error   Severity = "error"   // a request that somebody needs does not do what they need
	Warning Severity = "warning" // something will surprise somebody
	Note    Severity = "note"    // worth knowing, and often meant so
)

// A Rule is a kind of trap. Its name is part of the command line's contract.
type Rule struct {
	Name     string // "route-misrouted"
	Title    string // one clause, without a full stop
	Severity Severity
	Why      string   // sentences: what CloudFront does, and whom it surprises
	Example  string   // Terraform, or a request, that falls into it
	Fix      string   // sentences: what to do about it
	Cites    []string // the rules and traps of docs/rules that it rests on
}

// Rules returns every rule, by name.
func Rules() []*Rule {
	var list []*Rule
	for _, f := range finders() {
		list = append(list, f.rules...)
	}
	slices.SortFunc(list, func(a, b *Rule) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// RuleNamed returns the rule with a name, or nil.
func RuleNamed(name string) *Rule {
	for _, r := range Rules() {
		if r.Name == name {
			return r
		}
	}
	return nil
}
