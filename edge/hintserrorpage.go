package edge

import "edgecase/config/cloudfront"

// maskedError is T08: an error page hides what happened behind another status. It is T09 where CloudFront itself had
// refused the method, and T39 where it had refused the country.
func (x *Exchange) maskedError() []Hint {
	c := x.CustomError
	if c == nil || x.pageFailed() || c.ErrorCode == x.Response.Status {
		return nil
	}
	trap, who, why := "T08", "CloudFront's", ""
	switch {
	case x.OriginStatus != 0:
		who = x.who() + "'s"
	case x.Trace.Reason == MethodNotAllowed:
		trap = "T09"
	case x.Trace.Reason == GeoBlocked:
		trap, why = "T39", " ("+string(GeoBlocked)+")"
	}
	return hint(trap, "%s %d%s reached the viewer as %d %s: a custom_error_response is for the whole distribution%s",
		who, c.ErrorCode, why, x.Response.Status, c.ResponsePagePath, at(c.Source))
}

// pageFailed reports whether the error page could not be fetched (REQ-444).
func (x *Exchange) pageFailed() bool { return x.ErrorPage != nil && x.MadeBy != ErrorPage }

// missingPage is T42: the error page could not be fetched, or comes from the very origin that failed, of which an
// explained request does not show that it fails again.
func (x *Exchange) missingPage() []Hint {
	p := x.ErrorPage
	if p == nil || p.Origin == nil {
		return nil
	}
	same := x.Origin != nil && p.Origin == x.Origin && (x.OriginStatus >= 500 || x.OriginStatus == 0 && x.Err != nil)
	page, name, place := x.CustomError.ResponsePagePath, p.Behavior.Name(), at(p.Behavior.Source)
	var h []Hint
	switch {
	case x.pageFailed() && same:
		h = hint("T42", "the page %s is asked of %s, too, under %s%s: it answers %d", page, p.who(), name, place, p.Response.Status)
	case x.pageFailed():
		h = hint("T42", "the page %s is asked of %s under %s%s, which answers %d", page, p.who(), name, place, p.Response.Status)
	case x.fx.explain && same:
		h = hint("T42", "the page %s is asked of %s, too, under %s%s, and that has just failed", page, p.who(), name, place)
	default:
		return nil
	}
	if model := elsewhere(x.Distribution, p.Origin); model != nil && same {
		h[0] = h[0].above(p.Behavior, model.BlockFor(cloudfront.PatternOf(page)))
	}
	return h
}

// elsewhere returns a behavior that asks another origin, a bucket rather than an application, or nil.
func elsewhere(d *cloudfront.Distribution, failed *cloudfront.Origin) *cloudfront.Behavior {
	var other *cloudfront.Behavior
	for _, b := range d.Behaviors {
		switch m := d.Members(b.TargetOriginID.Value); {
		case len(m) == 0 || m[0] == failed:
		case m[0].Kind == cloudfront.KindS3:
			return b
		case other == nil:
			other = b
		}
	}
	return other
}
