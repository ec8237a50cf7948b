package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"edgecase/cmd/edgecase/check"
)

// TestJUnit holds the report against what both schemas of the format demand, Ant's and Jenkins'.
func TestJUnit(t *testing.T) {
	for name, report := range map[string]*check.Report{"full": fullReport(), "empty": {}} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := writeJUnit(&b, "check", checkSuites(report, time.Unix(0, 0), 1500*time.Millisecond)); err != nil {
				t.Fatal(err)
			}
			for _, problem := range junitProblems(b.Bytes()) {
				t.Error(problem)
			}
			failures := report.Count(check.Error) + report.Count(check.Warning)
			if got := strings.Count(b.String(), "<failure "); got != failures {
				t.Errorf("%d failures, want %d", got, failures)
			}
			if got := strings.Count(b.String(), "<skipped>"); got != report.Count(check.Note) {
				t.Errorf("%d skipped, want %d", got, report.Count(check.Note))
			}
		})
	}
}

// TestJUnitProblems proves that the validator of the test sees what is wrong.
func TestJUnitProblems(t *testing.T) {
	var b bytes.Buffer
	if err := writeJUnit(&b, "check", checkSuites(fullReport(), time.Unix(0, 0), 1500*time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ old, new string }{
		{`<testsuites>`, `<testsuites name="x">`},
		{` tests="1"`, ` tests="2"`},
		{` failures="1"`, ` failures="0"`},
		{` timestamp="1970-01-01T00:00:00"`, ` timestamp="1970-01-01T00:00:00Z"`},
		{` time="1.500"`, ` time="1.5s"`},
		{` hostname="localhost"`, ``},
		{`<properties></properties>`, ``},
		{`<failure message`, `<failed message`},
		{` classname="`, ` class="`},
	} {
		broken := strings.Replace(b.String(), tt.old, tt.new, 1)
		broken = strings.Replace(broken, "</failure>", map[bool]string{true: "</failed>", false: "</failure>"}[tt.old == "<failure message"], 1)
		if broken == b.String() || len(junitProblems([]byte(broken))) == 0 {
			t.Errorf("with %s in place of %s nothing is wrong", tt.new, tt.old)
		}
	}
}

// A junitRule says what an element of the format has, in our own words: attributes with the pattern of their values, and
// children in their order. All of them must be there unless they are marked with "?"; "*" are any number.
type junitRule struct {
	attributes map[string]string
	children   []string
}

var junitRules = map[string]junitRule{
	"testsuites": {nil, []string{"testsuite*"}},
	"testsuite": {map[string]string{
		"id": `\d+`, "package": `\S.*`, "name": `\S.*`, "timestamp": `\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d`, "hostname": `\S+`,
		"tests": `\d+`, "failures": `\d+`, "errors": `\d+`, "skipped": `\d+`, "time": `\d{1,3}(\.\d+)?`,
	}, []string{"properties", "testcase*", "system-out", "system-err"}},
	"testcase":   {map[string]string{"classname": `\S.*`, "name": `\S.*`, "time": `\d{1,3}(\.\d+)?`}, []string{"skipped?", "failure?"}},
	"failure":    {map[string]string{"message": `(?s).*`, "type": `\S+`}, nil},
	"properties": {}, "system-out": {}, "system-err": {}, "skipped": {},
}

// junitProblems returns what is wrong with a report.
func junitProblems(text []byte) []string {
	var problems []string
	type open struct {
		name     string
		children []string
		counts   map[string]int // of a suite: what its attributes say
	}
	var stack []*open
	suite := map[string]int{}
	for d := xml.NewDecoder(bytes.NewReader(text)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return append(problems, err.Error())
		}
		switch e := token.(type) {
		case xml.StartElement:
			name := e.Name.Local
			rule, known := junitRules[name]
			if !known {
				problems = append(problems, "there is no "+name)
			}
			if len(stack) > 0 {
				stack[len(stack)-1].children = append(stack[len(stack)-1].children, name)
			}
			problems = append(problems, junitAttributes(name, e.Attr, rule)...)
			o := &open{name: name, counts: map[string]int{}}
			for _, a := range e.Attr {
				o.counts[a.Name.Local], _ = strconv.Atoi(a.Value)
			}
			stack = append(stack, o)
			suite[map[string]string{"testcase": "tests", "failure": "failures", "skipped": "skipped"}[name]]++
		case xml.EndElement:
			o := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if !orderedLike(o.children, junitRules[o.name].children) {
				problems = append(problems, fmt.Sprintf("%s has %v, not %v", o.name, o.children, junitRules[o.name].children))
			}
			if o.name == "testsuite" {
				for _, name := range []string{"tests", "failures", "skipped"} {
					if o.counts[name] != suite[name] {
						problems = append(problems, fmt.Sprintf("%s is %d, there are %d", name, o.counts[name], suite[name]))
					}
				}
				suite = map[string]int{}
			}
		}
	}
	return problems
}

// junitAttributes holds the attributes of an element against its rule.
func junitAttributes(name string, list []xml.Attr, rule junitRule) []string {
	var problems []string
	for _, a := range list {
		pattern, known := rule.attributes[a.Name.Local]
		if !known || !regexp.MustCompile("^"+pattern+"$").MatchString(a.Value) {
			problems = append(problems, fmt.Sprintf("%s has %s=%q", name, a.Name.Local, a.Value))
		}
	}
	for must := range rule.attributes {
		if !slices.ContainsFunc(list, func(a xml.Attr) bool { return a.Name.Local == must }) {
			problems = append(problems, name+" has no "+must)
		}
	}
	return problems
}

// orderedLike reports whether children stand in the order of a rule, and all are there.
func orderedLike(children, rule []string) bool {
	for _, want := range rule {
		name := strings.TrimRight(want, "*?")
		n := 0
		for len(children) > 0 && children[0] == name && (n == 0 || strings.HasSuffix(want, "*")) {
			children = children[1:]
			n++
		}
		if n == 0 && name == want {
			return false
		}
	}
	return len(children) == 0
}
