package policy

import "edgecase/config/cloudfront"

// An Action is what happened to a header, a cookie or a query parameter.
type Action string

// The actions of a Note.
const (
	Added    Action = "added"
	Kept     Action = "kept"
	Dropped  Action = "dropped"
	Replaced Action = "replaced"
)

// A Kind says what a Note is about.
type Kind string

// The kinds of Note.
const (
	Header Kind = "header"
	Cookie Kind = "cookie"
	Query  Kind = "query"
)

// A Note is one decision about a header, cookie or query parameter, for people who ask why.
type Note struct {
	Name   string // of the header, cookie or query parameter
	Action Action
	Kind   Kind
	Value  string // what is sent on; for what was dropped, what arrived
	Why    string // one clause: "no policy names it"
	Rule   string // "REQ-191"
	Source cloudfront.Source
	Sure   cloudfront.Confidence
}

// notes collects Notes; a nil *notes collects none, so that serving a request pays nothing for them.
type notes struct{ list []Note }

func (n *notes) add(note Note) {
	if n != nil {
		n.list = append(n.list, note)
	}
}

// masked is what notes show instead of the value of an origin custom header (REQ-247).
func masked() string { return cloudfront.Text{Sensitive: true}.String() }
