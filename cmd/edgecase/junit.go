package main

import (
	"encoding/xml"
	"io"
	"strconv"
	"strings"
	"time"
)

// A junitSuite is one group of results in JUnit's XML, as CI systems read it.
type junitSuite struct {
	name  string
	began time.Time
	took  time.Duration
	cases []junitCase
}

// A junitCase is one result.
type junitCase struct {
	class, name string
	took        time.Duration
	failure     string // one line: what failed; "" where nothing did
	kind        string // of the failure
	detail      string // lines: how, and where
	skipped     bool   // it was not run, or does not count
}

// The elements of the format. They satisfy both schemas that are around, Ant's and Jenkins': hence the empty elements,
// no attributes for the whole, and no file and line of a case.
type (
	junitDocument struct {
		XMLName xml.Name       `xml:"testsuites"`
		Suites  []junitElement `xml:"testsuite"`
	}
	junitElement struct {
		ID         int        `xml:"id,attr"`
		Package    string     `xml:"package,attr"`
		Name       string     `xml:"name,attr"`
		Timestamp  string     `xml:"timestamp,attr"`
		Hostname   string     `xml:"hostname,attr"`
		Tests      int        `xml:"tests,attr"`
		Failures   int        `xml:"failures,attr"`
		Errors     int        `xml:"errors,attr"`
		Skipped    int        `xml:"skipped,attr"`
		Time       string     `xml:"time,attr"`
		Properties struct{}   `xml:"properties"`
		Cases      []junitOne `xml:"testcase"`
		SystemOut  string     `xml:"system-out"`
		SystemErr  string     `xml:"system-err"`
	}
	junitOne struct {
		Class   string        `xml:"classname,attr"`
		Name    string        `xml:"name,attr"`
		Time    string        `xml:"time,attr"`
		Skipped *struct{}     `xml:"skipped"`
		Failure *junitFailure `xml:"failure"`
	}
	junitFailure struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
)

// writeJUnit writes the results of a command.
func writeJUnit(w io.Writer, command string, suites []junitSuite) error {
	var all junitDocument
	for i, s := range suites {
		x := s.element()
		x.ID, x.Package = i, "edgecase "+command
		all.Suites = append(all.Suites, x)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (s junitSuite) element() junitElement {
	x := junitElement{
		Name: printable(s.name), Tests: len(s.cases), Time: junitSeconds(s.took),
		Timestamp: s.began.UTC().Format("2006-01-02T15:04:05"), Hostname: "localhost",
	}
	for _, c := range s.cases {
		one := junitOne{Class: printable(c.class), Name: printable(c.name), Time: junitSeconds(c.took)}
		switch {
		case c.failure != "":
			x.Failures++
			one.Failure = &junitFailure{printable(c.failure), printable(c.kind), printableLines(strings.TrimRight(c.detail, "\n"))}
		case c.skipped:
			x.Skipped++
			one.Skipped = &struct{}{}
		}
		x.Cases = append(x.Cases, one)
	}
	return x
}

// junitSeconds writes a duration as the schema's decimal.
func junitSeconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 3, 64) }
