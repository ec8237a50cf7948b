package edge

import (
	"strings"

	"edgecase/edge/http1"
	"edgecase/edge/policy"
)

// Forwards reports whether what a viewer sends under a name would reach the origin with a request like this one, and the
// note that says why. kind is "header", "cookie" or "query". It may be called once an origin has been asked or was about
// to be: that is where [Exchange.Origin] is set.
func (x *Exchange) Forwards(kind, name string) (bool, FieldNote) {
	in := x.forwardInput()
	in.Viewer.Fields = in.Viewer.Fields.Clone()
	var carried bool
	switch policy.Kind(kind) {
	case policy.Cookie:
		carried = x.asked.plan.CarriesCookie(name)
		in.Viewer.Fields.Add("Cookie", name+"=1")
	case policy.Query:
		carried = x.asked.plan.CarriesQuery(name)
		in.Viewer.RawQuery, in.Viewer.HasQuery = strings.TrimPrefix(in.Viewer.RawQuery+"&"+name+"=1", "&"), true
	default:
		carried = x.asked.plan.Carries(x.Request.Method, name)
		if strings.EqualFold(name, "Cookie") { // of which there are notes for each cookie only
			_, n := x.Forwards(string(policy.Cookie), "a")
			n.Kind, n.Name = string(policy.Header), "Cookie"
			return carried, n
		}
		if !in.Viewer.Fields.Has(name) {
			in.Viewer.Fields = append(in.Viewer.Fields, http1.Field{Name: name, Value: "1"})
		}
	}
	forwarded := x.asked.plan.Explain(in)
	_, custom := policy.CustomHeaders(forwarded.Fields, x.Origin)
	found := policy.Note{Kind: policy.Kind(kind), Name: name, Action: policy.Dropped, Source: policySource(x.Behavior)}
	for _, n := range append(forwarded.Notes, custom...) {
		if string(n.Kind) == kind && strings.EqualFold(n.Name, name) {
			found = n // the last one counts: it overwrites the others
		}
	}
	found.Value = "" // of what nobody has sent
	return carried, x.fieldNotes("request", []policy.Note{found})[0]
}
