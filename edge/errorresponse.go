package edge

import (
	"context"
	"maps"
	"strconv"
	"strings"

	"edgecase/config/cloudfront"
)

// errorresponse puts the page of a custom_error_response in place of an error, whoever made it: an origin, CloudFront
// in place of a failed origin, or CloudFront refusing the request (table 13.2 of the request rules).
var errorresponse = Stage{"custom error response", func(ctx context.Context, x *Exchange) Verdict {
	c := errorResponse(x.Distribution, x.Response.Status, x.Err)
	if c == nil || x.grpc() {
		return Verdict{Action: Skip}
	}
	page := x.pageExchange(c)
	page.askOrigins(ctx)
	if page.MadeBy == Origin {
		page.step(ctx, trim)
	}
	x.ErrorPage = page
	was, by := x.Response.Status, x.MadeBy
	closeBody(x.Response)
	x.Response = page.Response
	x.CustomError = c
	x.Close = x.Close || closesAfter(was)

	v := Verdict{Rule: "REQ-443", Source: c.Source}
	if by == Refusal {
		v.Rule, v.Sure = "REQ-084", Observed // E7: recorded once, in 2020
	}
	if page.MadeBy != Origin || page.Response.Status >= 400 {
		// REQ-444: the viewer gets what the page's origin said; there is no second page.
		x.MadeBy = page.MadeBy
		v.Rule = "REQ-444"
		v.Why = why("the page %s cannot be fetched: %s says %d", c.ResponsePagePath, page.AnsweredBy())
		v.Why.Numbers[0] = page.Response.Status
		return v
	}
	x.MadeBy = ErrorPage
	if c.ResponseCode != 0 {
		x.Response.Status, x.Response.Reason = c.ResponseCode, ""
	} else {
		x.Response.Status, x.Response.Reason = was, ""
	}
	v.Why = why("%d becomes %d %s, fetched from %s under %s", c.ResponsePagePath, page.Origin.ID.Value, page.Behavior.Name())
	v.Why.Numbers = [2]int{was, x.Response.Status}
	return v
}}

// errorResponse returns the block that replaces an answer with this status, or nil. e is the error, if CloudFront
// made the answer: some never get a page.
func errorResponse(d *cloudfront.Distribution, status int, e *Error) *cloudfront.ErrorResponse {
	if d == nil || status < 400 || e != nil && e.Final {
		return nil
	}
	c := d.ErrorResponse(status)
	if c == nil || c.ResponsePagePath == "" { // REQ-433: such a block sets only the caching time
		return nil
	}
	return c
}

// grpc reports whether a request is gRPC to a behavior that takes it: there are no error pages for those (E15).
func (x *Exchange) grpc() bool {
	return x.Behavior != nil && x.Behavior.GRPC && strings.HasPrefix(x.Viewer.Fields.Get("Content-Type"), "application/grpc")
}

// closesAfter reports whether CloudFront ends the connection after a page for this original status (REQ-446).
func closesAfter(status int) bool {
	switch status {
	case 400, 405, 414, 416, 500, 501:
		return true
	}
	return false
}

// pageExchange prepares the fetch of an error page: a GET (HEAD for HEAD) for the page's path, without query string
// and body, under the first behavior that takes that path (REQ-438, REQ-439). That behavior's own checks are not
// repeated (REQ-440), and no function runs (REQ-442).
func (x *Exchange) pageExchange(c *cloudfront.ErrorResponse) *Exchange {
	page := &Exchange{
		Viewer: x.Viewer, Distribution: x.Distribution, site: x.site, fx: x.fx, watch: x.watch,
		requestID: x.requestID, viaID: x.viaID, started: x.fx.now(), values: maps.Clone(x.values),
	}
	if page.values == nil {
		page.values = make(map[string]string, 2)
	}
	page.values["Error-Uri"], page.values["Error-Args"] = x.Viewer.Path, x.Viewer.RawQuery // REQ-447
	r := &page.Viewer
	if r.Method != "HEAD" {
		r.Method = "GET"
	}
	r.Path, r.RawQuery, r.HasQuery = c.ResponsePagePath, "", false
	r.Body, r.ContentLength, r.HasLength = nil, 0, false
	r.Fields = r.Fields.Clone()
	for _, name := range []string{
		"Content-Length", "Transfer-Encoding", "Content-Type", "Content-Encoding", "Content-MD5", "Expect", "Upgrade",
		"Range", "If-Range", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since",
	} {
		r.Fields.Del(name)
	}
	page.Request = page.Viewer
	page.Path = cloudfront.NormalizePath(c.ResponsePagePath)
	b, place := page.Distribution.Choose(page.Path)
	page.Behavior = b
	page.members = page.site.members(b)
	page.Trace.Steps = append(page.Trace.Steps, Step{Stage: behavior.Name, Verdict: Verdict{
		Rule: "REQ-438", Source: b.Source,
		Why: why("the page %s belongs to %s (behavior %s)", c.ResponsePagePath, b.Name(), strconv.Itoa(place)),
	}})
	return page
}

// closeBody gives up the body of an answer that is replaced, or the connection it switched to.
func closeBody(r *Response) {
	if r == nil {
		return
	}
	if r.Body != nil {
		r.Body.Close()
	}
	if r.Switched != nil {
		r.Switched.Close()
	}
}
