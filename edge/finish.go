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
	x.Close = x.Close || x.MadeBy == Refusal && x.Viewer.HasBody() // REQ-093: the body was not read
	if x.keepAlive != nil && !x.keepAlive() {
		x.Close = true
	}

	fields := make(http1.Fields, 0, len(r.Fields)+len(x.added)+12)
	fields = x.leading(fields, r)
	if r.Status != 101 && !r.Fields.Has("Date") {
		fields.Add("Date", httpDate(x.fx.now()))
	}
	var via string
	for _, f := range r.Fields {
		if strings.EqualFold(f.Name, "Via") { // OBS-074: the origin's own entries stay in front
			via += f.Value + ", "
		} else if !leads(f.Name, x.MadeBy) {
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
	if x.MadeBy&(Refusal|Redirector|Failure) != 0 {
		fields = append(fields, http1.Field{Name: "Server", Value: r.Fields.Get("Server")})
		fields = append(fields, http1.Field{Name: "Date", Value: r.Fields.Get("Date")})
	}
	for _, name := range []string{"Content-Type", "Content-Length", "Transfer-Encoding"} {
		for _, f := range r.Fields {
			if strings.EqualFold(f.Name, name) {
				fields = append(fields, f)
			}
		}
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

// leads reports whether leading has written a field already.
func leads(name string, by Maker) bool {
	switch strings.ToLower(name) {
	case "content-type", "content-length", "transfer-encoding":
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
