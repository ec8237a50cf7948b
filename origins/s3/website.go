package s3

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// A Website is the configuration of a bucket's website endpoint (section 12.4 of the request rules).
type Website struct {
	IndexDocument string // "" is "index.html"
	ErrorDocument string // a key; "" means none
	RedirectAll   string // "https://example.com"; "" means none
}

// index returns the name of the index document.
func (w *Website) index() string {
	if w.IndexDocument == "" {
		return "index.html"
	}
	return w.IndexDocument
}

// website answers as the website endpoint does.
func (h *Handler) website(ctx context.Context, req *Request) *Response {
	site := h.opts.Website
	if site.RedirectAll != "" {
		return h.redirect(http.StatusMovedPermanently, site.RedirectAll+req.Path)
	}
	if req.Method != http.MethodGet && req.Method != http.MethodHead {
		return h.websiteMethod(req)
	}
	key, fail := parseKey(req.Path)
	if fail != nil {
		return h.page(*fail, nil)
	}
	if h.opts.Denied {
		return h.page(accessDenied(), nil).note("REQ-407", deniedNote)
	}
	if key == "" || strings.HasSuffix(key, "/") {
		key += site.index() // REQ-412
	}
	o, err := h.load(ctx, key)
	switch {
	case err == nil && o.meta.WebsiteRedirect != "":
		o.file.Close()
		return h.redirect(http.StatusMovedPermanently, o.meta.WebsiteRedirect) // REQ-419
	case err == nil:
		return h.serve(req, o)
	case errors.Is(err, errUnread):
		return h.page(internalError(), nil).note("", err.Error())
	}
	if index, e := h.load(ctx, key+"/"+site.index()); e == nil {
		index.file.Close()
		return h.redirect(http.StatusFound, "/"+escapePath(key)+"/"). // REQ-413
										note("REQ-414", "the redirect is the bucket's; it loses the query string")
	}
	return h.websiteMissing(ctx, key, miss{err})
}

// websiteMethod refuses what is neither GET nor HEAD (REQ-103).
func (h *Handler) websiteMethod(req *Request) *Response {
	if req.Method == http.MethodOptions && len(h.opts.CORS) > 0 {
		return h.preflight(req)
	}
	if origin, ok := req.field("Origin"); ok && req.Method == http.MethodOptions && origin != "" {
		return h.page(corsForbidden("CORS is not enabled for this bucket.", req.Method, "BUCKET"), nil)
	}
	return h.page(methodNotAllowed(req.Method, "OBJECT"), nil).
		note("REQ-104", "the behavior lets "+req.Method+" through, but a bucket's website knows GET and HEAD only")
}

// websiteMissing answers for a missing key: with the error document and the error's status, or with S3's page
// (REQ-416, REQ-417).
func (h *Handler) websiteMissing(ctx context.Context, key string, why miss) *Response {
	fail, verdict := accessDenied(), "its keys may not be listed by everybody (s3:ListBucket), so 403"
	if h.opts.ListBucket {
		fail, verdict = noSuchKey(key), "its keys may be listed by everybody, so 404"
	}
	notes := append([]Note{{fmt.Sprintf("key %s %s; %s", key, why.text(h.opts.Place), verdict), "REQ-417"}}, h.nearMisses(key)...)
	if h.opts.Website.ErrorDocument == "" {
		res := h.page(fail, nil)
		res.Notes = notes
		return res
	}
	document := h.opts.Website.ErrorDocument
	o, err := h.load(ctx, document)
	if err != nil {
		nested := accessDenied()
		if h.opts.ListBucket {
			nested = noSuchKey(document)
		}
		res := h.page(fail, &nested)
		res.Notes = append(notes, Note{"the error document " + document + " is missing, too", "REQ-416"})
		return res
	}
	// The error document is sent whole, whatever the request's preconditions and ranges say.
	res := h.serve(&Request{Method: http.MethodGet}, o)
	res.Status = fail.status
	res.Notes = append(res.Notes, notes...)
	return res
}

// page returns an error as the website endpoint shows it (REQ-103, REQ-415); nested is the error that was met while
// the error document was looked for.
func (h *Handler) page(f failure, nested *failure) *Response {
	var b bytes.Buffer
	title := fmt.Sprintf("%d %s", f.status, http.StatusText(f.status))
	fmt.Fprintf(&b, "<html>\n<head><title>%s</title></head>\n<body>\n<h1>%s</h1>\n<ul>\n", title, title)
	writeItems(&b, f)
	fmt.Fprintf(&b, "<li>RequestId: %s</li>\n<li>HostId: %s</li>\n</ul>\n", requestID(), hostID())
	if nested != nil {
		b.WriteString("<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>\n<ul>\n")
		writeItems(&b, *nested)
		b.WriteString("</ul>\n")
	}
	b.WriteString("<hr/>\n</body>\n</html>\n")
	return &Response{
		Status: f.status,
		Fields: [][2]string{{"Content-Type", "text/html; charset=utf-8"}, {"Content-Length", strconv.Itoa(b.Len())},
			h.date(), server},
		Body:   io.NopCloser(bytes.NewReader(b.Bytes())),
		Length: int64(b.Len()),
	}
}

// writeItems writes the list items of an error.
func writeItems(b *bytes.Buffer, f failure) {
	for _, item := range append([][2]string{{"Code", f.code}, {"Message", f.message}}, f.extra...) {
		fmt.Fprintf(b, "<li>%s: %s</li>\n", item[0], htmlEscape(item[1]))
	}
}

// redirect sends the viewer elsewhere.
func (h *Handler) redirect(status int, location string) *Response {
	f := failure{status: status, code: "Found", message: "Resource Found"}
	if status == http.StatusMovedPermanently {
		f.code, f.message = "MovedPermanently", "Resource moved"
	}
	res := h.page(f, nil)
	res.Fields = append([][2]string{{"Location", headerSafe(location)}}, res.Fields...)
	return res
}

// headerSafe keeps a value from Terraform or from a decoded path from breaking a field.
func headerSafe(s string) string {
	return strings.NewReplacer("\r", "", "\n", "", "\x00", "").Replace(s)
}

// requestID and hostID are opaque strings that look like S3's.
func requestID() string { return rand.Text()[:16] }

func hostID() string {
	b := make([]byte, 56)
	_, _ = rand.Read(b) // never fails
	return base64.StdEncoding.EncodeToString(b)
}
