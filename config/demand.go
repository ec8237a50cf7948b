package config

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"edgecase/config/terraform"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// A demand is what the provider, or the API in its reference, asks of one argument by itself. What settings ask of one
// another is for the cloudfront package.
type demand struct {
	path string // the blocks on the way and the argument: "origin.custom_origin_config.ip_address_type"
	rule string
	test test
	mild bool // a warning: what is wrong keeps nobody from trying the distribution here
}

// A test says what is wrong with the value of an argument and what to do, or "". A list or set is tested element by
// element.
type test func(argument, value string) string

// demands tests the arguments of a resource's block. Only what is known is judged: a stand-in never is wrong.
func (d *decoder) demands(typ string, b *terraform.Block) {
	for _, row := range demandsOf(typ) {
		path := strings.Split(row.path, ".")
		argument := path[len(path)-1]
		for _, f := range (fields{b, d}).within(path[:len(path)-1]) {
			severity := hcl.DiagError
			if row.mild || f.Assumed() {
				severity = hcl.DiagWarning
			}
			for _, problem := range f.failing(argument, row.test) {
				d.report(severity, f.at(argument), row.rule, "Invalid "+argument, "%s", problem)
			}
		}
	}
	d.nulls(b)
}

// nulls reports lists and sets with a null in them, which the provider refuses wherever they stand. Of a map it would
// leave out the member.
func (d *decoder) nulls(b *terraform.Block) {
	for _, name := range slices.Sorted(maps.Keys(b.Arguments)) {
		v, _ := b.Arguments[name].Value.UnmarkDeep()
		if t := v.Type(); v.IsNull() || !v.IsKnown() || !t.IsListType() && !t.IsSetType() {
			continue
		}
		if slices.ContainsFunc(v.AsValueSlice(), cty.Value.IsNull) {
			d.refuse(b.Arguments[name].Range, "TF-195", "Null value in a list",
				"%s has an element that is null, and the provider takes none. Leave it out: compact([…]) does.", name)
		}
	}
	for _, inner := range b.Blocks {
		if !inner.Assumed() {
			d.nulls(inner)
		}
	}
}

// within returns the blocks that a path of block types leads to.
func (f fields) within(path []string) []fields {
	if f.Block == nil {
		return nil
	}
	found := []fields{f}
	for _, typ := range path {
		var next []fields
		for _, outer := range found {
			next = append(next, outer.all(typ)...)
		}
		found = next
	}
	return found
}

// failing returns what is wrong with an argument that is configured. In JSON, an argument that nobody has configured may
// be the empty text (TF-242).
func (f fields) failing(argument string, t test) []string {
	configured, ok := f.value(argument)
	if !ok {
		return nil
	}
	var problems []string
	elements, _ := elementsOf(configured)
	for _, v := range elements {
		text := textOf(v)
		if text.Value == "" && f.d.directory.computed() {
			continue
		}
		if text.Known && !text.Sensitive {
			if problem := t(argument, text.Value); problem != "" && !slices.Contains(problems, problem) {
				problems = append(problems, problem)
			}
		}
	}
	return problems
}

// among is a closed list of values.
func among(values ...string) test {
	return func(argument, value string) string {
		if slices.Contains(values, value) {
			return ""
		}
		problem := fmt.Sprintf("%q is not a value of %s. Choose one of %s.", value, argument, enumerated(values))
		if value == "" {
			problem = fmt.Sprintf("An empty text is not a value of %s. Leave it out, or choose one of %s.", argument, enumerated(values))
		}
		if near := nearest(value, values); near != "" {
			problem += " Did you mean " + quote(near) + "?"
		}
		return problem
	}
}

// enumerated returns `"a", "b" and "c"`.
func enumerated(values []string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = quote(v)
	}
	if n := len(quoted) - 1; n > 0 {
		return strings.Join(quoted[:n], ", ") + " and " + quoted[n]
	}
	return strings.Join(quoted, "")
}

// between is a range of numbers; the ends belong to it.
func between(least, most float64) test {
	return func(argument, value string) string {
		if n, err := strconv.ParseFloat(value, 64); err != nil || n >= least && n <= most {
			return "" // that it is a number is for the schema to say
		}
		return fmt.Sprintf("%s is a number from %s to %s, not %s. Choose one from that range.",
			argument, plain(least), plain(most), value)
	}
}

// atLeast is a range of numbers without an upper end that is known.
func atLeast(least float64) test {
	return func(argument, value string) string {
		if n, err := strconv.ParseFloat(value, 64); err != nil || n >= least {
			return ""
		}
		return fmt.Sprintf("%s is at least %s, not %s. Choose a greater number.", argument, plain(least), value)
	}
}

// plain writes a number without an exponent.
func plain(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

// atMost is a longest text.
func atMost(characters int) test {
	return func(argument, value string) string {
		if n := utf8.RuneCountInString(value); n > characters {
			return fmt.Sprintf("%s has at most %d characters, this one has %d. Shorten it.", argument, characters, n)
		}
		return ""
	}
}

// notEmpty refuses the empty text.
func notEmpty(argument, value string) string {
	if value == "" {
		return argument + " must not be empty. Give it a value."
	}
	return ""
}

// formed refuses what does not match; says is what the value is: "letters, digits, - and _".
func formed(shape *regexp.Regexp, says string) test {
	return func(argument, value string) string {
		if shape.MatchString(value) {
			return ""
		}
		return fmt.Sprintf("%s is %s, unlike %q. Write it so.", argument, says, abridged(value))
	}
}

// allOf makes one test of two: the second is for what passes the first.
func allOf(a, b test) test {
	return func(argument, value string) string {
		return cmp.Or(a(argument, value), b(argument, value))
	}
}

// unlessEmpty lets the empty text pass, which stands for an argument that is not given.
func unlessEmpty(t test) test {
	return func(argument, value string) string {
		if value == "" {
			return ""
		}
		return t(argument, value)
	}
}

// maxShown is how much of a long value a sentence shows.
const maxShown = 60

func abridged(s string) string {
	if utf8.RuneCountInString(s) <= maxShown {
		return s
	}
	return string([]rune(s)[:maxShown]) + "…"
}

// arnForm is what the provider takes for an ARN.
var arnForm = regexp.MustCompile(`^arn:(aws(-[a-z]+)*):([a-zA-Z0-9-]+):([a-z]{2}(-[a-z]+)+-\d{1,2})?:(\d{12}|aws|aws-managed|cloudfront|third-party)?:(.+)$`)

// isARN is the form of an ARN; example shows what it looks like.
func isARN(example string) test {
	return func(argument, value string) string {
		if value == "" || arnForm.MatchString(value) {
			return ""
		}
		return fmt.Sprintf("%s is an ARN, and %q is none. Write one such as %q.", argument, abridged(value), example)
	}
}

// arnOf is the service of an ARN, and how its resource begins. What is no ARN at all is for isARN.
func arnOf(service, resource, example string) test {
	return func(argument, value string) string {
		m := arnForm.FindStringSubmatch(value)
		if m == nil || m[3] == service && strings.HasPrefix(m[7], resource) {
			return ""
		}
		return fmt.Sprintf("%s is an ARN such as %q, and %q is of something else.%s", argument, example, abridged(value),
			elsewhereBelongs(argument, m[3]))
	}
}

// elsewhereBelongs says where the ARN of a function of the other kind belongs.
func elsewhereBelongs(argument, service string) string {
	switch {
	case argument == "function_arn" && service == "lambda":
		return " Lambda@Edge functions belong in lambda_function_association."
	case argument == "lambda_arn" && service == "cloudfront":
		return " CloudFront functions belong in function_association."
	}
	return " Name the right one."
}

// inRegion is the only region in which CloudFront finds what an ARN names.
func inRegion(region, what string) test {
	return func(argument, value string) string {
		m := arnForm.FindStringSubmatch(value)
		if m == nil || m[4] == "" || m[4] == region || m[1] != "aws" {
			return ""
		}
		return fmt.Sprintf("CloudFront takes %s of %s only, and %s names one of %s. Create it there.", what, region, argument, m[4])
	}
}

// counted reports lists of known length that are too short or too long. Severity says whether that is a limit or a quota
// that AWS raises.
func (f fields) counted(severity hcl.DiagnosticSeverity, argument string, least, most int, rule, what string) {
	v, ok := f.value(argument)
	if !ok {
		return
	}
	elements, known := elementsOf(v)
	switch n := len(elements); {
	case !known || n >= least && n <= most:
	case n < least:
		f.d.report(severity, f.at(argument), rule, "Invalid "+argument, "%s needs at least %d %s. List them.", argument, least, what)
	case severity == hcl.DiagWarning:
		f.d.report(severity, f.at(argument), rule, "Quota exceeded",
			"%s lists at most %d %s, and here it has %d. Ask AWS for a higher quota, or list fewer.", argument, most, what, n)
	default:
		f.d.report(severity, f.at(argument), rule, "Invalid "+argument,
			"%s lists at most %d %s, and here it has %d. List fewer.", argument, most, what, n)
	}
}
