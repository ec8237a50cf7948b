// Package echo stands in for an origin that nobody mapped: it answers every request with what the origin would have
// received, as JSON. A WebSocket gets that document as its first message and then its own messages back.
//
// [Respond] answers a request whose fields are given in order, [Upgrade] serves a WebSocket on a connection. The package
// knows neither CloudFront nor policies; it sets no header that could be taken for an origin's decision, such as
// Cache-Control.
package echo

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"unicode/utf8"
)

// KeptBody is how much of a request's body the answer repeats; the rest is counted and dropped.
const KeptBody = 64 << 10

// A Request is what an origin would receive.
type Request struct {
	Origin string // the origin's id
	Method string
	URL    string      // with the origin's own host
	Fields [][2]string // in order, as they would go over the wire
	Body   io.Reader   // nil if there is none
}

// A Response is the echo's answer. It always has status 200.
type Response struct {
	Status int
	Fields [][2]string
	Body   []byte // empty for HEAD
	Length int64  // as Content-Length says it, of GET's body for HEAD, too
}

// A document is the answer's JSON. Its members are a contract with tests that read it.
type document struct {
	Origin     string      `json:"origin"`
	Method     string      `json:"method"`
	URL        string      `json:"url"`
	Headers    [][2]string `json:"headers"`
	BodyBytes  int64       `json:"body_bytes"`
	Body       string      `json:"body,omitempty"`
	BodyBase64 string      `json:"body_base64,omitempty"` // instead of body, where that is no text
	Truncated  bool        `json:"body_truncated,omitempty"`
}

// Respond answers a request once its body has arrived. The error is the context's or the body's.
func Respond(ctx context.Context, req Request) (*Response, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	d := newDocument(req)
	if req.Body != nil {
		if err := d.readBody(cancelable{ctx, req.Body}); err != nil {
			return nil, err
		}
	}
	body, err := d.forPeople()
	if err != nil {
		return nil, err
	}
	res := &Response{Status: http.StatusOK, Length: int64(len(body)), Fields: [][2]string{
		{"Content-Type", "application/json"},
		{"Content-Length", strconv.Itoa(len(body))},
	}}
	if req.Method != http.MethodHead {
		res.Body = body
	}
	return res, nil
}

// newDocument describes a request without its body. An empty list of headers is [] in JSON, not null.
func newDocument(req Request) *document {
	d := &document{Origin: req.Origin, Method: req.Method, URL: req.URL, Headers: req.Fields}
	if d.Headers == nil {
		d.Headers = [][2]string{}
	}
	return d
}

// readBody counts a body and keeps its beginning.
func (d *document) readBody(body io.Reader) error {
	kept, err := io.ReadAll(io.LimitReader(body, KeptBody))
	if err != nil {
		return err
	}
	rest, err := io.Copy(io.Discard, body)
	if err != nil {
		return err
	}
	d.BodyBytes, d.Truncated = int64(len(kept))+rest, rest > 0
	if d.Truncated {
		kept = wholeRunes(kept)
	}
	if utf8.Valid(kept) {
		d.Body = string(kept)
	} else {
		d.BodyBase64 = base64.StdEncoding.EncodeToString(kept)
	}
	return nil
}

// wholeRunes drops a character that the end has cut into pieces.
func wholeRunes(b []byte) []byte {
	for i := len(b) - 1; i >= 0 && i > len(b)-utf8.UTFMax; i-- {
		if utf8.RuneStart(b[i]) {
			if !utf8.FullRune(b[i:]) {
				return b[:i]
			}
			break
		}
	}
	return b
}

// encode returns the document as JSON on one line; "<" and "&" stay as they are.
func (d *document) encode() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(d); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// forPeople returns the document as JSON with a line for each member and each header.
func (d *document) forPeople() ([]byte, error) {
	line, err := d.encode()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := json.Indent(&b, line, "", "  "); err != nil {
		return nil, err
	}
	return headerLine.ReplaceAll(b.Bytes(), []byte("[$1, $2]")), nil
}

// headerLine finds a header that json.Indent has spread over four lines. A string in JSON holds no line break, so
// nothing else looks like it.
var headerLine = regexp.MustCompile(`\[\n +("[^\n]*"),\n +("[^\n]*")\n +\]`)

// cancelable is a reader that ends with its context.
type cancelable struct {
	ctx context.Context
	r   io.Reader
}

func (c cancelable) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
