package edge

import (
	"strconv"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
)

// An Error is an answer that CloudFront itself generates. What the viewer sees (Status, Message) and what the log
// keeps (Detailed, Cause) are separate.
type Error struct {
	Status   int    // 403
	Reason   Reason // why, for traces
	Message  string // the one line of the page that varies (REQ-092)
	Detailed string // the log's x-edge-detailed-result-type (section 17.3 of the request rules)
	Rule     string
	Sure     cloudfront.Confidence
	Final    bool  // no custom error response replaces it (table 13.2, E10 to E14)
	Close    bool  // the viewer's connection ends after it
	Cause    error // for the log and the trace; never sent to the viewer
}

// Error returns the status and the reason, and the cause if there is one.
func (e *Error) Error() string {
	s := strconv.Itoa(e.Status) + " " + string(e.Reason)
	if e.Cause != nil {
		s += ": " + e.Cause.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// with returns a copy of the error that has a cause.
func (e *Error) with(cause error) *Error {
	c := *e
	c.Cause = cause
	return &c
}

// The lines of the page that vary (REQ-092, OBS table M).
const (
	badRequest     = "Bad request."
	methodRefused  = "This distribution is not configured to allow the HTTP request method that was used for this request. The distribution supports only cachable requests."
	countryBlocked = "The Amazon CloudFront distribution is configured to block access from your country."
	cannotResolve  = "CloudFront wasn't able to resolve the origin domain name."
	cannotConnect  = "CloudFront wasn't able to connect to the origin."
	attemptFailed  = "CloudFront attempted to establish a connection with the origin, but either the attempt failed or the origin closed the connection."
)

// Every answer that CloudFront generates about the request itself. No stage writes a status on its own.
var (
	errMalformed    = &Error{Status: 400, Reason: MalformedRequest, Message: badRequest, Detailed: "InvalidRequest", Rule: "REQ-150", Sure: Inferred, Final: true, Close: true}
	errNoHost       = &Error{Status: 400, Reason: MalformedRequest, Message: badRequest, Detailed: "InvalidRequestHeader", Rule: "REQ-015", Sure: Inferred, Final: true, Close: true}
	errTarget       = &Error{Status: 400, Reason: MalformedRequest, Message: badRequest, Detailed: "InvalidRequest", Rule: "REQ-069", Sure: Inferred, Final: true, Close: true}
	errURLTooLong   = &Error{Status: 414, Reason: URLTooLong, Message: badRequest, Detailed: "InvalidRequest", Rule: "REQ-142", Final: true, Close: true}
	errHeadTooLarge = &Error{Status: 494, Reason: HeadersTooLarge, Message: badRequest, Detailed: "InvalidRequestHeader", Rule: "REQ-143", Final: true, Close: true}
	errBodyTooLarge = &Error{Status: 413, Reason: BodyTooLarge, Message: badRequest, Detailed: "InvalidRequest", Rule: "REQ-147", Sure: Inferred, Final: true, Close: true}

	errUnknownHost = &Error{Status: 403, Reason: UnknownHost, Message: badRequest, Detailed: "InvalidRequest", Rule: "REQ-013", Final: true}
	errDisabled    = &Error{Status: 403, Reason: DistributionDisabled, Message: badRequest, Detailed: "InvalidRequest", Rule: "REQ-019", Sure: Inferred, Final: true}
	errStaging     = &Error{Status: 403, Reason: DistributionStaging, Message: badRequest, Detailed: "InvalidRequest", Rule: "REQ-020", Sure: Inferred, Final: true}

	errMethod        = &Error{Status: 403, Reason: MethodNotAllowed, Message: methodRefused, Detailed: "InvalidRequestMethod", Rule: "REQ-079"}
	errConnect       = &Error{Status: 400, Reason: UnknownMethod, Message: badRequest, Detailed: "InvalidRequestMethod", Rule: "REQ-087", Sure: Inferred, Final: true, Close: true}
	errUnknownMethod = &Error{Status: 400, Reason: UnknownMethod, Message: badRequest, Detailed: "InvalidRequestMethod", Rule: "REQ-088", Sure: Observed, Final: true, Close: true}
	errGetBody       = &Error{Status: 403, Reason: GetWithBody, Message: badRequest, Detailed: "InvalidRequest", Rule: "REQ-097"}
	errHTTPSOnly     = &Error{Status: 403, Reason: HTTPSRequired, Message: badRequest, Detailed: "InvalidRequest", Rule: "REQ-111"}
	errOldRedirect   = &Error{Status: 403, Reason: HTTPSRequired, Message: badRequest, Detailed: "InvalidRequest", Rule: "REQ-114"}
	errRootObject    = &Error{Status: 400, Reason: InvalidRootObject, Message: badRequest, Detailed: "InvalidRequest", Rule: "REQ-179"}
	errGeo           = &Error{Status: 403, Reason: GeoBlocked, Message: countryBlocked, Detailed: "ClientGeoBlocked", Rule: "REQ-511"}

	errInternal = &Error{Status: 500, Reason: InternalError, Message: badRequest, Detailed: "Error", Final: true, Close: true}
)

// Every answer that CloudFront generates in place of an origin that failed: table 10.4 of the request rules, by its
// rows F1 to F15.
var (
	errOriginUnresolved     = &Error{Status: 502, Reason: OriginUnresolved, Message: cannotResolve, Detailed: "OriginDnsError", Rule: "REQ-092"}
	errOriginRefused        = &Error{Status: 502, Reason: OriginRefused, Message: cannotConnect, Detailed: "OriginConnectError", Rule: "REQ-346"}
	errOriginConnectTimeout = &Error{Status: 504, Reason: OriginConnectTimeout, Message: attemptFailed, Detailed: "OriginCommError", Rule: "REQ-325"}
	errOriginTLS            = &Error{Status: 502, Reason: OriginTLSFailed, Message: cannotConnect, Detailed: "OriginConnectError", Rule: "REQ-333"}
	errOriginReadTimeout    = &Error{Status: 504, Reason: OriginReadTimeout, Message: attemptFailed, Detailed: "OriginCommError", Rule: "REQ-326"}
	errOriginClosed         = &Error{Status: 502, Reason: OriginClosed, Message: attemptFailed, Detailed: "OriginReadError", Rule: "REQ-346", Sure: Inferred}
	errOriginInvalid        = &Error{Status: 502, Reason: OriginInvalid, Message: cannotConnect, Detailed: "OriginInvalidResponseError", Rule: "REQ-345", Sure: Inferred}
	errOriginHead           = &Error{Status: 502, Reason: OriginHeadTooLarge, Message: cannotConnect, Detailed: "OriginHeaderTooBigError", Rule: "REQ-149", Sure: Inferred}
	errOriginRange          = &Error{Status: 502, Reason: OriginWrongRange, Message: cannotConnect, Detailed: "OriginContentRangeLengthError", Rule: "REQ-345", Sure: Inferred}
	errOriginIncomplete     = &Error{Status: 504, Reason: OriginIncomplete, Message: attemptFailed, Detailed: "OriginCommError", Rule: "REQ-330"}
	errOriginWrite          = &Error{Status: 502, Reason: OriginWriteFailed, Message: attemptFailed, Detailed: "OriginWriteError", Rule: "REQ-263", Sure: Inferred}
	errViewerGone           = &Error{Status: 502, Reason: ViewerGone, Message: attemptFailed, Detailed: "ClientCommError", Rule: "REQ-291", Sure: Inferred, Final: true, Close: true}
)

// page returns the HTML page of an error (REQ-090): lines end in LF, none after </HTML>. With a request id of 56
// characters it is 903 bytes and the message long.
func (e *Error) page(requestID string) []byte {
	page := make([]byte, 0, 847+len(e.Message)+len(requestID))
	page = append(page, pageHead...)
	page = strconv.AppendInt(page, int64(e.Status), 10)
	page = append(page, pageTitle...)
	page = append(page, e.Message...)
	page = append(page, pageHelp...)
	page = append(page, requestID...)
	return append(page, pageEnd...)
}

const (
	pageHead = `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN" "http://www.w3.org/TR/html4/loose.dtd">
<HTML><HEAD><META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=iso-8859-1">
<TITLE>ERROR: The request could not be satisfied</TITLE>
</HEAD><BODY>
<H1>`
	pageTitle = ` ERROR</H1>
<H2>The request could not be satisfied.</H2>
<HR noshade size="1px">
`
	pageHelp = `
We can't connect to the server for this app or website at this time. There might be too much traffic or a configuration error. Try again later, or contact the app or website owner.
<BR clear="all">
If you provide content to customers through CloudFront, you can find steps to troubleshoot and help prevent this error by reviewing the CloudFront documentation.
<BR clear="all">
<HR noshade size="1px">
<PRE>
Generated by cloudfront (CloudFront)
Request ID: `
	pageEnd = `
</PRE>
<ADDRESS>
</ADDRESS>
</BODY></HTML>`
)

// redirectPage is the body of CloudFront's redirect to https: 167 bytes for 301, 169 for 307, lines end in CRLF
// (REQ-120, REQ-122).
func redirectPage(status int) []byte {
	title := "301 Moved Permanently"
	if status == 307 {
		title = "307 Temporary Redirect"
	}
	return []byte("<html>\r\n<head><title>" + title + "</title></head>\r\n<body>\r\n<center><h1>" + title +
		"</h1></center>\r\n<hr><center>CloudFront</center>\r\n</body>\r\n</html>\r\n")
}

// generated returns a response that CloudFront makes itself. Its fields stand in the order that is recorded
// (REQ-093, REQ-119); finish adds the rest.
func generated(status int, date, contentType string, body []byte, more ...http1.Field) *Response {
	fields := make(http1.Fields, 0, 12)
	fields = append(fields,
		http1.Field{Name: "Server", Value: "CloudFront"},
		http1.Field{Name: "Date", Value: date},
		http1.Field{Name: "Content-Type", Value: contentType},
		http1.Field{Name: "Content-Length", Value: strconv.Itoa(len(body))})
	fields = append(fields, more...)
	reason := "" // the registered one
	if status == 494 {
		reason = "Request header too large" // REQ-143
	}
	return &Response{
		Status: status, Reason: reason, Major: 1, Minor: 1, Fields: fields,
		Body: http1.Bytes(body), ContentLength: int64(len(body)),
	}
}
