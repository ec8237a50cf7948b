package s3

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// An object is one opened file with its metadata.
type object struct {
	file     *os.File // nil for a folder
	size     int64
	modified time.Time // in whole seconds, as Last-Modified tells it
	etag     string    // with its quotes
	meta     Meta
}

// errUnread marks a file that exists and could not be read to its end.
var errUnread = errors.New("read the file of an object")

// load opens the object of a key. The error is a miss, or errUnread.
func (h *Handler) load(ctx context.Context, key string) (*object, error) {
	f, info, err := h.open(key)
	if err != nil {
		if o := h.folder(key); o != nil {
			return o, nil
		}
		return nil, err
	}
	sum, err := h.opts.Sums.sum(ctx, f, info, h.opts.Now())
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("%w: %w", errUnread, err)
	}
	o := &object{file: f, size: info.Size(), modified: info.ModTime().UTC().Truncate(time.Second), etag: `"` + sum + `"`,
		meta: h.opts.Objects[key]}
	if o.meta.ContentType == "" {
		o.meta.ContentType = contentType(key)
	}
	return o, nil
}

// folder returns the empty object that Terraform puts where the console shows a folder, or nil (REQ-401). No file can
// have its name.
func (h *Handler) folder(key string) *object {
	meta, ok := h.opts.Objects[key]
	info, err := os.Stat(h.opts.Dir)
	if !ok || err != nil || !strings.HasSuffix(key, "/") {
		return nil
	}
	if meta.ContentType == "" {
		meta.ContentType = "application/x-directory"
	}
	return &object{modified: info.ModTime().UTC().Truncate(time.Second), etag: `"` + emptySum + `"`, meta: meta}
}

// emptySum is the MD5 sum of nothing.
const emptySum = "d41d8cd98f00b204e9800998ecf8427e"

const deniedNote = "no policy of the bucket lets CloudFront get its objects, so 403 for every key"

// get answers GET and HEAD of a key.
func (h *Handler) get(ctx context.Context, req *Request, key string) *Response {
	if h.opts.Denied {
		return h.failure(req, accessDenied()).note("REQ-407", deniedNote)
	}
	o, err := h.load(ctx, key)
	switch {
	case errors.Is(err, errUnread):
		return h.failure(req, internalError()).note("", err.Error())
	case err != nil:
		return h.missing(req, key, miss{err})
	}
	return h.serve(req, o)
}

// serve answers with an object: preconditions first, then ranges (REQ-499, REQ-501).
func (h *Handler) serve(req *Request, o *object) *Response {
	switch condition, verdict := precondition(req, o, h.opts.Now()); verdict {
	case failed:
		o.file.Close()
		return h.failure(req, preconditionFailed(condition))
	case unchanged:
		o.file.Close()
		return &Response{Status: http.StatusNotModified, Fields: h.fields(req, o, span{}, http.StatusNotModified)}
	}
	asked, _ := req.field("Range")
	part, kind := parseRange(asked, o.size)
	if kind != wholeObject && !rangeHolds(req, o) {
		kind = wholeObject
	}
	if kind == unsatisfiable {
		o.file.Close()
		return h.failure(req, invalidRange(asked, o.size))
	}
	status := http.StatusPartialContent
	if kind == wholeObject {
		part, status = span{0, o.size}, http.StatusOK
	}
	return &Response{
		Status: status,
		Fields: h.fields(req, o, part, status),
		Body:   &section{r: io.NewSectionReader(o.file, part.start, part.length), left: part.length, file: o.file},
		Length: part.length,
	}
}

// fields returns the header of an answer about an object, in the order of OBS-003; a 304 says nothing of the content,
// and a 206 which part of it follows.
func (h *Handler) fields(req *Request, o *object, part span, status int) [][2]string {
	content := status != http.StatusNotModified
	meta := h.override(req, o.meta)
	var list [][2]string
	add := func(name, value string) {
		if value != "" {
			list = append(list, [2]string{name, value})
		}
	}
	if content {
		add("Content-Type", meta.ContentType)
		add("Content-Length", strconv.FormatInt(part.length, 10))
	}
	list = append(list, h.date())
	list = append(list, h.corsFields(req)...)
	add("Last-Modified", o.modified.Format(http.TimeFormat))
	add("ETag", o.etag)
	add("x-amz-server-side-encryption", "AES256")
	add("Cache-Control", meta.CacheControl)
	if content {
		add("Content-Disposition", meta.ContentDisposition)
		add("Content-Encoding", meta.ContentEncoding)
		add("Content-Language", meta.ContentLanguage)
		add("x-amz-website-redirect-location", meta.WebsiteRedirect)
		list = append(list, meta.userFields()...)
		add("Accept-Ranges", "bytes")
		if status == http.StatusPartialContent {
			add("Content-Range", part.contentRange(o.size))
		}
	}
	list = append(list, server)
	if len(h.opts.CORS) > 0 {
		list = append(list, varyCORS)
	}
	return list
}

// userFields returns the user's own metadata, whose names S3 keeps in lower case.
func (m Meta) userFields() [][2]string {
	list := make([][2]string, 0, len(m.User))
	for name, value := range m.User {
		list = append(list, [2]string{"x-amz-meta-" + strings.ToLower(name), value})
	}
	slices.SortFunc(list, func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
	return list
}

// override applies the response-… parameters, which only signed requests may use (REQ-399).
func (h *Handler) override(req *Request, meta Meta) Meta {
	if !h.opts.Signed || !strings.Contains(req.RawQuery, "response-") {
		return meta
	}
	query, _ := url.ParseQuery(req.RawQuery)
	for name, value := range map[string]*string{
		"response-content-type":        &meta.ContentType,
		"response-content-language":    &meta.ContentLanguage,
		"response-cache-control":       &meta.CacheControl,
		"response-content-disposition": &meta.ContentDisposition,
		"response-content-encoding":    &meta.ContentEncoding,
	} {
		if v := query.Get(name); v != "" && !strings.ContainsAny(v, "\r\n\x00") {
			*value = v
		}
	}
	return meta
}

// A section is the body of an answer. It breaks if the file has become shorter than its head promised.
type section struct {
	r    *io.SectionReader
	left int64
	file *os.File
}

func (s *section) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	s.left -= int64(n)
	if err == io.EOF && s.left > 0 {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

func (s *section) Close() error {
	if s.file == nil {
		return nil
	}
	return s.file.Close()
}
