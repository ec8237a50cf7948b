package s3

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// A failure is one of S3's errors (REQ-396).
type failure struct {
	status  int
	code    string
	message string
	extra   [][2]string // elements after the message
}

func accessDenied() failure {
	return failure{status: http.StatusForbidden, code: "AccessDenied", message: "Access Denied"}
}

func noSuchKey(key string) failure {
	return failure{http.StatusNotFound, "NoSuchKey", "The specified key does not exist.", [][2]string{{"Key", key}}}
}

func noSuchBucket(name string) failure {
	return failure{http.StatusNotFound, "NoSuchBucket", "The specified bucket does not exist", [][2]string{{"BucketName", name}}}
}

func signatureDoesNotMatch() failure {
	return failure{status: http.StatusForbidden, code: "SignatureDoesNotMatch", message: "The request signature we " +
		"calculated does not match the signature you provided. Check your key and signing method."}
}

func invalidRange(asked string, size int64) failure {
	return failure{http.StatusRequestedRangeNotSatisfiable, "InvalidRange", "The requested range is not satisfiable",
		[][2]string{{"RangeRequested", asked}, {"ActualObjectSize", strconv.FormatInt(size, 10)}}}
}

func preconditionFailed(condition string) failure {
	return failure{http.StatusPreconditionFailed, "PreconditionFailed",
		"At least one of the pre-conditions you specified did not hold", [][2]string{{"Condition", condition}}}
}

func methodNotAllowed(method, resource string) failure {
	return failure{http.StatusMethodNotAllowed, "MethodNotAllowed",
		"The specified method is not allowed against this resource.",
		[][2]string{{"Method", method}, {"ResourceType", resource}}}
}

func originNeeded() failure {
	return failure{status: http.StatusBadRequest, code: "BadRequest",
		message: "Insufficient information. Origin request header needed."}
}

func corsForbidden(message, method, resource string) failure {
	return failure{http.StatusForbidden, "AccessForbidden", "CORSResponse: " + message,
		[][2]string{{"Method", method}, {"ResourceType", resource}}}
}

func keyTooLong(size int) failure {
	return failure{http.StatusBadRequest, "KeyTooLongError", "Your key is too long",
		[][2]string{{"Size", strconv.Itoa(size)}, {"MaxSizeAllowed", strconv.Itoa(maxKey)}}}
}

func invalidURI(path string) failure {
	return failure{http.StatusBadRequest, "InvalidURI", "Couldn't parse the specified URI.", [][2]string{{"URI", path}}}
}

func headersTooLarge() failure {
	return failure{http.StatusBadRequest, "RequestHeaderSectionTooLarge",
		"Your request header section exceeds the maximum allowed size.",
		[][2]string{{"MaxSizeAllowed", strconv.Itoa(maxHeaderSection)}}}
}

func internalError() failure {
	return failure{status: http.StatusInternalServerError, code: "InternalError",
		message: "We encountered an internal error. Please try again."}
}

// xml returns the body of an error without RequestId and HostId, as it is seen through CloudFront (REQ-396).
func (f failure) xml() []byte {
	var b bytes.Buffer
	b.WriteString(xmlHead + "<Error>")
	writeElement(&b, "Code", f.code)
	writeElement(&b, "Message", f.message)
	for _, e := range f.extra {
		writeElement(&b, e[0], e[1])
	}
	b.WriteString("</Error>")
	return b.Bytes()
}

const xmlHead = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"

// writeElement writes an element whose content is text.
func writeElement(b *bytes.Buffer, name, text string) {
	b.WriteString("<" + name + ">")
	_ = xml.EscapeText(b, []byte(text)) // a Buffer takes everything
	b.WriteString("</" + name + ">")
}

// failure returns the answer for an error: XML in chunks (REQ-395), or the page of a website (REQ-415).
func (h *Handler) failure(req *Request, f failure) *Response {
	if h.opts.Website != nil {
		return h.page(f, nil)
	}
	res := &Response{Status: f.status, Length: -1, Body: io.NopCloser(bytes.NewReader(f.xml()))}
	res.Fields = [][2]string{{"Content-Type", "application/xml"}, {"Transfer-Encoding", "chunked"}}
	if h.opts.Region != "" && f.status == http.StatusForbidden {
		res.Fields = append(res.Fields, [2]string{"x-amz-bucket-region", h.opts.Region})
	}
	res.Fields = append(res.Fields, h.date(), server)
	return res
}

// server is the field by which answers of S3 are recognized (REQ-273).
var server = [2]string{"Server", "AmazonS3"}

// date is the field with the time of the answer.
func (h *Handler) date() [2]string {
	return [2]string{"Date", h.opts.Now().UTC().Format(http.TimeFormat)}
}

// missing returns the answer for a key that no file has: 404 where listing is allowed, else 403 (REQ-390, REQ-391).
func (h *Handler) missing(req *Request, key string, why miss) *Response {
	var res *Response
	text := fmt.Sprintf("key %s %s", key, why.text(h.opts.Place))
	if h.opts.ListBucket {
		res = h.failure(req, noSuchKey(key)).note("REQ-390", text+"; s3:ListBucket is granted, so 404")
	} else {
		res = h.failure(req, accessDenied()).note("REQ-391", text+"; no s3:ListBucket, so 403")
	}
	res.Notes = append(res.Notes, h.nearMisses(key)...)
	return res
}

// htmlEscape makes text safe inside the pages of website endpoints.
func htmlEscape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}
