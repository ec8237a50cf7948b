// Package s3 makes a directory answer like an S3 bucket behind CloudFront: its REST endpoint, or with
// [Options.Website] its website endpoint. Objects, errors in S3's XML, ranges, preconditions, what S3 says to methods
// that change something, and a list of the keys where listing is allowed.
//
// [New] makes a [Handler], whose [Handler.Respond] answers a request and keeps the order of fields. [Refuse] is the part
// of S3 that needs no objects: its answers to methods other than GET and HEAD.
//
// The package reads files below one directory and nothing outside it. It knows neither CloudFront nor signatures:
// whether a request counts as signed is an option.
package s3

import (
	"context"
	"io"
	"net/http"
	"strings"
	"time"
)

// Options describe a bucket. The zero value, with a Dir, is the usual one behind CloudFront: s3:GetObject is granted
// to the distribution, s3:ListBucket is not (REQ-391).
type Options struct {
	Dir   string // whose files are the objects
	Place string // how notes call the directory; "" is Dir
	// Prefix is the distribution's origin_path, with which every key begins. Where the directory has no such folder,
	// it is taken to be that folder.
	Prefix string

	Bucket  string          // for error bodies
	Region  string          // for x-amz-bucket-region (OBS-053); "" sends none
	Objects map[string]Meta // what Terraform says of keys
	// ListBucket says that a missing key is 404 and "/" a list (REQ-390, REQ-400).
	ListBucket bool
	Denied     bool     // no policy lets CloudFront get the objects: 403 for all of them (REQ-407)
	Signed     bool     // by an origin access control, or for an identity
	Hosts      []string // the names that reach this bucket (REQ-397); empty means any
	Website    *Website // nil is the REST endpoint
	CORS       []CORSRule

	Now  func() time.Time // nil is time.Now
	Sums *Sums            // ETags computed so far; nil starts anew
}

// Meta is the metadata of one object. What is empty is not sent, save the content type, which the key's extension
// gives then.
type Meta struct {
	ContentType        string
	CacheControl       string
	ContentEncoding    string
	ContentDisposition string
	ContentLanguage    string
	WebsiteRedirect    string
	User               map[string]string // without "x-amz-meta-"
}

// A Request is one request as it arrives at the bucket.
type Request struct {
	Method   string
	Path     string // escaped, as it stands in the target
	RawQuery string
	Host     string
	Fields   [][2]string
}

// field returns the value of the first field with a name, and whether there is one.
func (r *Request) field(name string) (string, bool) {
	for _, f := range r.Fields {
		if strings.EqualFold(f[0], name) {
			return f[1], true
		}
	}
	return "", false
}

// A Response is the bucket's answer.
type Response struct {
	Status int
	Fields [][2]string // in S3's order (OBS-003)
	Body   io.ReadCloser
	Length int64 // of the body; -1 means that it is sent in chunks
	Notes  []Note
}

// A Note is one clause that tells the user what the answer does not, and the rule behind it.
type Note struct{ Text, Rule string }

// note adds a clause.
func (r *Response) note(rule, text string) *Response {
	r.Notes = append(r.Notes, Note{Text: text, Rule: rule})
	return r
}

// A Handler is one bucket. It is safe for concurrent use and holds no file open between requests, so the directory
// may be deleted and built anew at any time.
type Handler struct{ opts Options }

// New returns the bucket that the options describe.
func New(opts Options) *Handler {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Sums == nil {
		opts.Sums = NewSums(DefaultSums)
	}
	if opts.Place == "" {
		opts.Place = opts.Dir
	}
	opts.Prefix = strings.Trim(opts.Prefix, "/")
	return &Handler{opts: opts}
}

// maxHeaderSection is how many bytes of header fields S3 accepts (REQ-153).
const maxHeaderSection = 8192

// Respond answers one request. A body of the request is never read. The response's body must be closed.
func (h *Handler) Respond(ctx context.Context, req *Request) *Response {
	res := h.answer(ctx, req)
	if req.Method == http.MethodHead && res.Body != nil {
		res.Body.Close()
		res.Body = nil
	}
	return res
}

// answer decides as S3 does: first the request itself, then the bucket, the method, and the key.
func (h *Handler) answer(ctx context.Context, req *Request) *Response {
	if size := headerSection(req.Fields); size > maxHeaderSection {
		return h.failure(req, headersTooLarge()).
			note("REQ-153", "the header section is too large for S3, which accepts 8192 bytes; a large Cookie is the usual cause")
	}
	if res := h.checkHost(req); res != nil {
		return res
	}
	if h.opts.Website != nil {
		return h.website(ctx, req)
	}
	if res := h.preflight(req); res != nil {
		return res
	}
	if fail, refused := refusal(req); refused {
		return h.failure(req, fail.failure).note(fail.rule, fail.note)
	}
	key, fail := parseKey(req.Path)
	if fail != nil {
		return h.failure(req, *fail)
	}
	if res := h.subresource(req, key); res != nil {
		return res
	}
	if key == "" {
		return h.root(ctx, req)
	}
	return h.get(ctx, req, key)
}

// headerSection returns the size of the fields on the wire.
func headerSection(fields [][2]string) int {
	size := 0
	for _, f := range fields {
		size += len(f[0]) + len(": ") + len(f[1]) + len("\r\n")
	}
	return size
}

// checkHost refuses a request for another name than the bucket's: a viewer's Host that a policy forwarded makes S3
// look for a bucket of that name, or breaks the signature (REQ-397).
func (h *Handler) checkHost(req *Request) *Response {
	if len(h.opts.Hosts) == 0 {
		return nil
	}
	for _, name := range h.opts.Hosts {
		if strings.EqualFold(name, req.Host) {
			return nil
		}
	}
	fail := noSuchBucket(req.Host)
	if h.opts.Signed {
		fail = signatureDoesNotMatch()
	}
	return h.failure(req, fail).note("REQ-397", "the viewer's Host "+req.Host+
		" was forwarded to S3, which takes it for the name of a bucket; forward all headers except Host")
}
