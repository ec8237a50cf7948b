package capture

import (
	"fmt"
	"strings"

	"edgecase/edge/http1"
)

// A Part is a part of an answer that can be compared: one of the constants, [Field] or [Received].
type Part string

// The parts that have no name of their own.
const (
	Status  Part = "status" // or that there is no answer
	Phrase  Part = "reason phrase"
	Names   Part = "names of fields" // in their order
	Body    Part = "body"
	Ending  Part = "end"
	Interim Part = "interim answers"
	Asked   Part = "who answers" // the machine, by X-Capture-Origin, or not

	Method  Part = "method at the origin"
	Target  Part = "target at the origin"
	Content Part = "body at the origin"
)

// Behavior tells which behavior was chosen: each has an origin of its own, with a custom header.
var Behavior = Received("X-Capture-Behavior")

const atOrigin = " at the origin"

// Field is a field of the answer.
func Field(name string) Part { return Part("field " + name) }

// Received is a field of the request as the origin got it.
func Received(name string) Part { return Part("field " + name + atOrigin) }

// field returns the name that a part is about, "" for other parts.
func (p Part) field() (name string, received bool) {
	name, found := strings.CutPrefix(string(p), "field ")
	if !found {
		return "", false
	}
	return strings.CutSuffix(name, atOrigin)
}

// known reports whether there is such a part.
func (p Part) known() bool {
	name, _ := p.field()
	switch p {
	case Status, Phrase, Names, Body, Ending, Interim, Asked, Method, Target, Content:
		return true
	}
	return name != "" && !strings.ContainsAny(name, " \t\r\n")
}

// of returns what a part says in an answer; false if the answer cannot say it.
func (p Part) of(v view) (text string, says bool) {
	name, received := p.field()
	switch {
	case received && v.origin != nil:
		return joined(v.origin.fields, name), true
	case received:
		return "", false
	case name != "":
		return joined(v.fields, name), v.status != 0
	}
	switch p {
	case Status:
		if v.status == 0 {
			return string(v.end), true
		}
		return fmt.Sprint(v.status), true
	case Phrase:
		return v.phrase, v.status != 0
	case Names:
		return strings.Join(names(v.fields), ", "), v.status != 0
	case Body:
		return v.body, v.status != 0
	case Ending:
		return string(v.end), true
	case Interim:
		return strings.Join(v.interim, ", "), true
	case Asked:
		return joined(v.fields, "X-Capture-Origin"), v.status != 0
	}
	if v.origin == nil {
		return "", false
	}
	switch p {
	case Method:
		return v.origin.method, true
	case Target:
		return v.origin.target, true
	default:
		return v.origin.body, true
	}
}

// none is what a field that is not there says.
const none = "none"

func joined(fields http1.Fields, name string) string {
	if !fields.Has(name) {
		return none
	}
	return `"` + strings.Join(fields.Values(name), `", "`) + `"`
}

func names(fields http1.Fields) []string {
	var list []string
	for _, f := range fields {
		list = append(list, f.Name)
	}
	return list
}
