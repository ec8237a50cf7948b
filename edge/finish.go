package edge

import (
	"context"
	"strings"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
)

// finish writes the fields that CloudFront adds to every answer, in the order that is recorded (REQ-093, OBS-003):
// Content-Type, Content-Length, Connection, the origin's own fields, X-Cache, Via, X-Amz-Cf-Pop, Alt-Svc, X-Amz-Cf-Id,
// then the response headers policy's, and last the ones of this program.
var finish = Stage{"finish", func(_ context.Context, x *Exchange) Verdict {
	r := x.Response
	x.Trace.ResultType = x.resultType()
	x.Close = x.Close || x.keepAlive != nil && !x.keepAlive() || openEnded(&x.Viewer, r) && !x.Viewer.AtLeast(1, 1)

	fields := make(http1.Fields, 0, len(r.Fields)+len(x.added)+12)
	fields = x.leading(fields, r)
	if r.Status != 101 && !r.Fields.Has("Date") && !x.added.Has("Date") {
		fields.Add("Date", httpDate(x.fx.now()))
	}
	var via string
	for _, f := range r.Fields {
		if strings.EqualFold(f.Name, "Via") { // OBS-074: the origin's own entries stay in front
			via += f.Value + ", "
		} else if !leads(f.Name, x.MadeBy) && !x.overridden(f.Name) {
			fields = append(fields, f)
		}
	}
	fields.Add("X-Cache", x.Trace.ResultType+" from cloudfront")
	fields.Add("Via", via+"1.1 "+x.viaID+".cloudfront.net (CloudFront)")
	fields.Add("X-Amz-Cf-Pop", pop)
	if altSvc := x.altSvc(); altSvc != "" {
		fields.Add("Alt-Svc", altSvc)
	}
	fields.Add("X-Amz-Cf-Id", x.requestID)
	fields = append(fields, x.added...)
	r.Fields = x.debugFields(fields)
	return Verdict{Action: Skip}
}}

// leading appends the fields that stand before all others: CloudFront's own answers begin with Server and Date,
// an origin's with its content fields; Connection follows the length.
func (x *Exchange) leading(fields http1.Fields, r *Response) http1.Fields {
	first := [...]string{"Server", "Date", "Content-Type", "Content-Length"}
	names := first[2:]
	if x.MadeBy&(Refusal|Redirector|Failure) != 0 {
		names = first[:]
	}
	for _, name := range names {
		for _, f := range r.Fields {
			if strings.EqualFold(f.Name, name) {
				fields = append(fields, f)
			}
		}
	}
	if openEnded(&x.Viewer, r) && x.Viewer.Major == 1 && x.Viewer.Minor >= 1 {
		fields.Add("Transfer-Encoding", "chunked") // REQ-270, where Content-Length would stand
	}
	switch {
	case x.Viewer.Major >= 2:
	case r.Status == 101:
		fields.Add("Connection", "Upgrade")
	case x.Close:
		fields.Add("Connection", "close")
	default:
		fields.Add("Connection", "keep-alive")
	}
	return fields
}

// openEnded reports whether only its end tells how long an answer's body is.
func openEnded(viewer *Request, r *Response) bool {
	switch {
	case viewer.Method == "HEAD", r.Status < 200, r.Status == 204, r.Status == 304, r.Fields.Has("Content-Length"):
		return false
	}
	return r.ContentLength < 0 || r.Chunked
}

// leads reports whether leading has written a field already, or another in its place.
func leads(name string, by Maker) bool {
	switch strings.ToLower(name) {
	case "content-type", "content-length", "transfer-encoding", "connection":
		return true
	case "server", "date":
		return by&(Refusal|Redirector|Failure) != 0
	}
	return false
}

// resultType returns what X-Cache and the log call the answer (REQ-292).
func (x *Exchange) resultType() string {
	switch {
	case x.MadeBy == Redirector:
		return "Redirect"
	case x.CustomError != nil, x.Response.Status >= 400: // REQ-293, REQ-445
		return "Error"
	default:
		return "Miss"
	}
}

// altSvc returns the value of Alt-Svc where the distribution speaks HTTP/3, else "". A viewer that named a port is
// pointed at the local HTTPS port (REQ-130).
func (x *Exchange) altSvc() string {
	if x.Distribution == nil {
		return ""
	}
	switch x.Distribution.HTTPVersion {
	case cloudfront.HTTP3, cloudfront.HTTP2And3:
	default:
		return ""
	}
	port := "443"
	if _, p := splitPort(x.Viewer.Host); p != "" && x.site.httpsPort != "" {
		port = x.site.httpsPort
	}
	return `h3=":` + port + `"; ma=86400`
}
