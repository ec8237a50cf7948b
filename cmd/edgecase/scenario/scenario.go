// Package scenario is route tests: files named *.edgetest.hcl that say of requests what a distribution does with them.
//
//	file, diags := scenario.Parse(src, "auth.edgetest.hcl", scenario.Options{})
//	decider := scenario.NewDecider(edge, nil)
//	for _, r := range file.Runs {
//		result := decider.Decide(ctx, r)
//	}
//
// A [Decider] asks the edge what would happen, which needs no origin. A [Viewer] sends the same requests to something
// that listens, and [Result.Answered] holds what came back against what was expected. [Discover] finds files, [Recorder]
// writes them.
//
// The package opens connections to where it is told to only. It knows neither flags nor how results are printed.
package scenario

import (
	"strings"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"

	"github.com/hashicorp/hcl/v2"
)

// Extension is what the names of route tests end with.
const Extension = ".edgetest.hcl"

// A File is one file of route tests.
type File struct {
	Name         string
	Distribution string // the address of the one that bare paths mean; "" leaves that open
	NamedAt      cloudfront.Source
	Runs         []*Run
	Source       *hcl.File // to print snippets
	Read         []string  // files that its expressions have read: what to watch
}

// A Run is one request, and what is expected of it.
type Run struct {
	Name    string // unique in its file; with for_each it ends in the key: sign-up["POST"]
	Source  cloudfront.Source
	Skip    string // why it is not run; "" if it is
	Request Request
	Assume  *Assume // nil leaves the origin's answer open
	Expect  []Expectation

	secrets []string // values that must not be shown
}

// A Request is what a viewer sends. Its Draft has no host where a bare path leaves it open.
type Request struct {
	http1.Draft
	URL     string // as it was written
	Bare    bool   // it is a path, and the host is the distribution's
	Country string // of the viewer; "" leaves it open
	Source  cloudfront.Source
}

// An Assume is what the origin is supposed to answer.
type Assume struct {
	Status int // 0 is what an origin that has everything answers
	Fields http1.Fields
}

// An Expectation is one thing that is asserted.
type Expectation struct {
	Subject Subject
	Name    string // of the header, cookie, query parameter or JSON value; else ""
	Want    Matcher
	Source  cloudfront.Source

	shown string // as it may be printed
}

// A Subject is what an expectation is about: the name of its argument in the expect block.
type Subject string

// The subjects, in the order of the documentation.
const (
	Distribution  Subject = "distribution"
	Behavior      Subject = "behavior"
	Origin        Subject = "origin"
	AnsweredBy    Subject = "answered_by"
	Reason        Subject = "reason"
	OriginURL     Subject = "origin_url"
	OriginHeaders Subject = "origin_headers"
	Forwards      Subject = "forwards"
	Drops         Subject = "drops"
	ErrorPage     Subject = "error_page"
	OriginStatus  Subject = "origin_status"
	Status        Subject = "status"
	Location      Subject = "location"
	Headers       Subject = "headers"
	Body          Subject = "body"
	JSON          Subject = "json"
)

// ofAnswer reports whether the subject is the answer alone, which whoever receives it can check.
func (s Subject) ofAnswer() bool {
	switch s {
	case Status, Location, Headers, Body, JSON:
		return true
	}
	return false
}

// String writes an expectation as people read it: behavior "/auth/*", header Location absent.
func (e Expectation) String() string {
	if e.shown != "" {
		return e.shown
	}
	words := strings.ReplaceAll(string(e.Subject), "_", " ")
	switch e.Subject {
	case Forwards, Drops:
		return words + " " + e.Name
	case Headers, OriginHeaders:
		words = strings.TrimSuffix(words, "s")
	case OriginURL:
		words = "origin URL"
	}
	if e.Name != "" {
		words += " " + e.Name
	}
	return words + " " + e.Want.String()
}

// sourceOf returns the place of a range.
func sourceOf(r hcl.Range) cloudfront.Source {
	return cloudfront.Source{File: r.Filename, Line: r.Start.Line, Column: r.Start.Column}
}
