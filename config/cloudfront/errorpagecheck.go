package cloudfront

import (
	"slices"
	"strconv"
	"strings"
)

// pageStatuses are the statuses that may have an error page, and with 200 those that it may be returned with (REQ-430,
// REQ-431).
var pageStatuses = []int{400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504}

const pageStatusList = "400, 403, 404, 405, 414, 416, 500, 501, 502, 503 and 504"

func (r *report) errorResponses(d *Distribution) {
	first := map[int]Source{}
	for _, e := range d.ErrorResponses {
		if e.ErrorCode == 0 {
			continue // not known yet
		}
		if other, ok := first[e.ErrorCode]; ok {
			r.refuse("REQ-434", Documented, e.Sources.at("error_code", e.Source), "Duplicate custom error response",
				"There is one custom_error_response for each error_code, and %d has another%s. Remove one of the two.",
				e.ErrorCode, parenthesized(other))
		} else {
			first[e.ErrorCode] = e.Source
		}
		r.errorResponse(e)
	}
	r.masked(d)
}

func (r *report) errorResponse(e ErrorResponse) {
	at := e.Sources.at("error_code", e.Source)
	switch page := e.ResponsePagePath != ""; {
	case slices.Contains(pageStatuses, e.ErrorCode):
	case page:
		r.refuse("REQ-430", Documented, at, "Invalid error_code",
			"%d cannot have an error page. The statuses that can are %s.", e.ErrorCode, pageStatusList)
	case e.ErrorCode != 412 && e.ErrorCode != 415: // these two may be cached (REQ-432)
		r.refuse("REQ-432", Inferred, at, "Invalid error_code",
			"CloudFront probably refuses a custom_error_response for %d. It knows those for "+
				"%s.", e.ErrorCode, pageStatusList)
	}
	if c := e.ResponseCode; c != 0 && c != 200 && !slices.Contains(pageStatuses, c) {
		r.refuse("REQ-431", Documented, e.Sources.at("response_code", e.Source), "Invalid response_code",
			"An error page cannot be returned with status %d. Choose 200, or one of %s.", c, pageStatusList)
	}
	_, code := e.Sources["response_code"] // given, though perhaps not known
	_, page := e.Sources["response_page_path"]
	switch {
	case e.ResponsePagePath == "" && e.ResponseCode != 0 && !page:
		r.refuse("REQ-433", Inferred, e.Sources.at("response_code", e.Source), "response_code without response_page_path",
			"The two are given together or not at all. Add the page, or remove response_code.")
	case e.ResponsePagePath != "" && e.ResponseCode == 0 && !code:
		r.refuse("REQ-433", Inferred, e.Sources.at("response_page_path", e.Source), "response_page_path without response_code",
			"The two are given together or not at all. Add response_code = %d to keep the status.", e.ErrorCode)
	}
	if path := e.ResponsePagePath; path != "" && path[0] != '/' && !placeholder(path) {
		r.refuse("REQ-434", Documented, e.Sources.at("response_page_path", e.Source), "Invalid response_page_path",
			"The path of an error page begins with a slash, unlike %q. Write %q.", path, "/"+path)
	}
}

// masked warns where an error page takes the place of an application's own answers (REQ-462), once for a page.
func (r *report) masked(d *Distribution) {
	for _, m := range d.Masks() {
		if len(m.Hidden) == 0 {
			continue
		}
		var hidden []string
		for _, b := range m.Hidden {
			hidden = append(hidden, b.Name())
		}
		r.warn("REQ-462", Project, m.Responses[0].Source, "Error page in place of an application's answers",
			"A custom_error_response is for the whole distribution: a %s that the application behind %s answers "+
				"becomes 200 with %s, too. Let a function on the behavior of the pages rewrite paths instead, or "+
				"keep the status.",
			m.Statuses(), handful(hidden), m.Page)
	}
}

// A Mask is a page that takes the place of every 403 or 404 and turns it into a 200, as single-page applications like it:
// in the whole distribution (REQ-462).
type Mask struct {
	Page      string
	Responses []ErrorResponse // that say so: for 403, for 404, or for both
	Hidden    []*Behavior     // whose application's own answers it hides
}

// Statuses returns "403 or 404", or one of the two.
func (m Mask) Statuses() string {
	var codes []string
	for _, e := range m.Responses {
		codes = append(codes, strconv.Itoa(e.ErrorCode))
	}
	return strings.Join(codes, " or ")
}

// Masks returns the pages that do so.
func (d *Distribution) Masks() []Mask {
	var masks []Mask
	for _, e := range d.ErrorResponses {
		page := e.ResponsePagePath
		if e.ErrorCode != 403 && e.ErrorCode != 404 || e.ResponseCode != 200 || page == "" || placeholder(page) {
			continue
		}
		i := slices.IndexFunc(masks, func(m Mask) bool { return m.Page == page })
		if i < 0 {
			i, masks = len(masks), append(masks, Mask{Page: page, Hidden: d.applications(d.match(page))})
		}
		masks[i].Responses = append(masks[i].Responses, e)
	}
	return masks
}

// applications are the behaviors that go to applications, but for one.
func (d *Distribution) applications(but *Behavior) []*Behavior {
	var list []*Behavior
	for _, b := range d.Behaviors {
		if b != but && d.application(b) {
			list = append(list, b)
		}
	}
	return list
}

// match returns the behavior that takes a path, or nil if there are none.
func (d *Distribution) match(path string) *Behavior {
	path, _, _ = strings.Cut(path, "?")
	path = NormalizePath(path)
	for _, b := range d.Behaviors {
		if b.Pattern.Match(path) {
			return b
		}
	}
	return nil
}

// application reports whether a behavior's primary origin is a server of its own, not a bucket.
func (d *Distribution) application(b *Behavior) bool {
	members := d.Members(b.TargetOriginID.Value)
	return len(members) > 0 && (members[0].Kind == KindCustom || members[0].Kind == KindVPC)
}
