package s3

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Refuse returns S3's answer to a request whose method changes something or asks for CORS, or nil for GET and HEAD,
// which need an object (REQ-102). It is for whatever stands in for a bucket without being one, such as a dev server.
func Refuse(opts Options, req *Request) *Response {
	h := New(opts)
	if res := h.preflight(req); res != nil {
		return res
	}
	if fail, refused := refusal(req); refused {
		res := h.failure(req, fail.failure).note(fail.rule, fail.note)
		return res
	}
	return nil
}

// A methodFailure is an error with what the user should know about it.
type methodFailure struct {
	failure
	rule, note string
}

// refusal decides about methods other than GET and HEAD where s3:GetObject is all that is granted (REQ-102).
func refusal(req *Request) (methodFailure, bool) {
	bucket := req.Path == "/" || req.Path == ""
	resource := "OBJECT"
	if bucket {
		resource = "BUCKET"
	}
	switch req.Method {
	case http.MethodGet, http.MethodHead:
		return methodFailure{}, false
	case http.MethodPut, http.MethodDelete:
		return methodFailure{accessDenied(), "REQ-102", req.Method + " takes " + permission(req.Method) +
			", and the bucket is taken to grant CloudFront s3:GetObject only"}, true
	case http.MethodPost:
		if !bucket {
			break
		}
		if kind, _ := req.field("Content-Type"); !strings.HasPrefix(strings.ToLower(kind), "multipart/form-data") {
			return methodFailure{preconditionFailed("Bucket POST must be of the enclosure-type multipart/form-data"),
				"REQ-102", "the behavior lets POST through to a bucket, which takes forms only"}, true
		}
		return methodFailure{accessDenied(), "REQ-102", "a form without a policy may not upload to the bucket"}, true
	}
	return methodFailure{methodNotAllowed(req.Method, resource), "REQ-104",
		"the behavior lets " + req.Method + " through, but it routes to a bucket, which has no use for it"}, true
}

// permission returns what a change of an object takes.
func permission(method string) string {
	if method == http.MethodPut {
		return "s3:PutObject"
	}
	return "s3:DeleteObject"
}

// subresources are the parameters that make a request one for something else than the object (REQ-399); reading it
// takes a permission of its own.
var subresources = []string{"acl", "attributes", "cors", "encryption", "legal-hold", "lifecycle", "location", "logging",
	"notification", "object-lock", "policy", "replication", "retention", "tagging", "torrent", "uploadId", "uploads",
	"versionId", "versioning", "versions", "website"}

// subresource answers requests whose query string asks for more than an object. Unknown parameters are ignored.
func (h *Handler) subresource(req *Request, key string) *Response {
	if req.RawQuery == "" {
		return nil
	}
	var sub, override string
	var signature, access bool
	for pair := range strings.SplitSeq(req.RawQuery, "&") {
		raw, _, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(raw)
		switch {
		case err != nil:
		case strings.HasPrefix(name, "response-"):
			override = name
		case name == "Signature":
			signature = true
		case name == "AWSAccessKeyId":
			access = true
		case slices.Contains(subresources, name):
			sub = name
		}
	}
	switch {
	case signature && !access:
		f := accessDenied()
		f.message = "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters"
		return h.failure(req, f).note("OBS-055", "the parameters of a signed URL were forwarded to S3, "+
			"because the behavior does not ask for signatures")
	case override != "" && !h.opts.Signed:
		return h.failure(req, failure{status: http.StatusBadRequest, code: "InvalidRequest",
			message: "Request specific response headers cannot be used for anonymous GET requests."}).
			note("REQ-399", "the parameter "+override+" was forwarded to S3, which accepts it on signed requests only")
	case sub != "":
		return h.failure(req, accessDenied()).note("REQ-399", "the parameter "+sub+
			" was forwarded to S3, where it asks for something else than the object "+key)
	}
	return nil
}
