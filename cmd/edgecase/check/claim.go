package check

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"edgecase/config/cloudfront"
	"edgecase/edge"
)

// A Claim is what a witness shows, in words that can be held against the edge. What is not set is not claimed.
type Claim struct {
	Supposing edge.Assume          // what the origin that is asked answers
	Behavior  *cloudfront.Behavior // that takes the request
	Origin    *cloudfront.Origin   // that is asked
	OriginURL string               // as the origin is asked for it
	Reason    edge.Reason
	Status    int                // that the viewer sees
	Gets      []string           // headers that reach the origin as the viewer sent them
	Lacks     []string           // headers of the viewer that do not reach it; [Query] stands for the query string
	Returns   []string           // headers of the answer that reach the viewer
	Trap      string             // a hint that explain gives, "T08"
	Page      *cloudfront.Origin // that is asked for the error page in place of the answer
}

// Query stands for the query string among headers.
const Query = "?"

// Holds puts the witness through an edge and says what does not do as claimed, or nothing.
func (w *Witness) Holds(ctx context.Context, e *edge.Edge) error {
	return w.Shows.holds(e.Explain(ctx, w.Request(), w.Shows.Supposing))
}

func (c Claim) holds(x *edge.Exchange) error {
	switch {
	case c.Behavior != nil && x.Behavior != c.Behavior:
		return fmt.Errorf("taken by %s, not by %s", calledBy(x.Behavior), c.Behavior.Name())
	case c.Reason != "" && x.Trace.Reason != c.Reason:
		return fmt.Errorf("the reason is %s, not %s", x.Trace.Reason, c.Reason)
	case c.Origin != nil && (x.Origin != c.Origin || x.OriginStatus == 0):
		return fmt.Errorf("%s is not asked", c.Origin.ID.Value)
	case c.Status != 0 && x.Response.Status != c.Status:
		return fmt.Errorf("the status is %d, not %d", x.Response.Status, c.Status)
	case c.OriginURL != "" && askedFor(x) != c.OriginURL:
		return fmt.Errorf("the origin is asked for %q, not %s", askedFor(x), c.OriginURL)
	case c.Page != nil && (x.ErrorPage == nil || x.ErrorPage.Origin != c.Page):
		return fmt.Errorf("the error page is not asked of %s", c.Page.ID.Value)
	case c.Trap != "" && !hasHint(x, c.Trap):
		return fmt.Errorf("explain does not say %s", c.Trap)
	}
	for _, name := range c.Gets {
		if !reaches(x, name) {
			return fmt.Errorf("%s does not reach the origin", name)
		}
	}
	for _, name := range c.Lacks {
		if reaches(x, name) {
			return fmt.Errorf("%s reaches the origin", name)
		}
	}
	for _, name := range c.Returns {
		if !x.Response.Fields.Has(name) {
			return fmt.Errorf("%s does not reach the viewer", name)
		}
	}
	return nil
}

func calledBy(b *cloudfront.Behavior) string {
	if b == nil {
		return "none"
	}
	return b.Name()
}

// askedFor returns the URL that the origin is asked for, "" where none is asked.
func askedFor(x *edge.Exchange) string {
	if r := x.Document().OriginRequest; r != nil {
		return r.URL
	}
	return ""
}

func hasHint(x *edge.Exchange, trap string) bool {
	return slices.ContainsFunc(x.Hints(), func(h edge.Hint) bool { return h.Trap == trap })
}

// reaches reports whether what the viewer sent under a name gets to the origin as it is.
func reaches(x *edge.Exchange, name string) bool {
	if name == Query {
		return x.Outgoing.HasQuery && x.Outgoing.RawQuery == x.Viewer.RawQuery
	}
	return x.Outgoing.Fields.Has(name) && x.Outgoing.Fields.Get(name) == x.Viewer.Fields.Get(name)
}

// supposed says what the origin is taken to answer: "if ALB-api answers 404".
func (c Claim) supposed() string {
	if c.Supposing.Status == 0 {
		return ""
	}
	who := "the origin"
	if c.Origin != nil {
		who = c.Origin.ID.String()
	}
	return fmt.Sprintf("if %s answers %d", who, c.Supposing.Status)
}

// carrying names the headers of a witness that matter: "with Cookie and Referer".
func (w *Witness) carrying() string {
	var names []string
	for _, f := range w.Fields {
		if strings.EqualFold(f.Name, "Upgrade") {
			return "to open a WebSocket"
		}
		names = append(names, f.Name)
	}
	if len(names) == 0 {
		return ""
	}
	return "with " + and(names)
}

// and joins words: "a, b and c".
func and(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// empty reports whether nothing is claimed.
func (c Claim) empty() bool {
	return c.Behavior == nil && c.Origin == nil && c.Page == nil && c.OriginURL == "" && c.Reason == "" && c.Status == 0 && c.Trap == "" &&
		len(c.Gets) == 0 && len(c.Lacks) == 0 && len(c.Returns) == 0
}
