package application

import (
	"cmp"
	"fmt"
	"io"
	"mime"
	"slices"
	"strconv"
	"strings"
)

const harHint = "save one in the browser's developer tools: Network, Export HAR"

// A seen is one request that somebody has recorded or logged.
type seen struct {
	method, host, path string
	scheme             string
	status             int
	mediaType          string // of the answer
	fetched            bool   // a script asked for it
	socket             bool
	refused            bool // CloudFront refused the method
}

// A Request is one request that somebody has recorded or logged, without anything that is particular to its sender: its
// path has examples in place of keys and tokens, and no query.
type Request struct {
	Method       string // one of the seven that CloudFront passes on
	Scheme, Host string // the host in lower case; "" where it is not known
	Path         string
	Status       int // of the answer; 0 where it is not known
}

// tell calls each, unless no viewer could have sent that.
func (e seen) tell(each func(Request)) {
	if e.path != "" && slices.Contains(methods, e.method) && !e.socket {
		each(Request{Method: e.method, Scheme: e.scheme, Host: e.host, Path: anonymous(e.path), Status: e.status})
	}
}

// ReadHAR reads the requests of a HAR file, as browsers record them. It counts as the application's what no bucket could
// answer: requests that change something, WebSockets, and answers with data for a script. ours says of a host that it is
// the site's; where it knows none of the hosts, those of the first page count.
func ReadHAR(r io.Reader, name string, ours func(host string) bool, meter Meter) (*Routes, error) {
	h := harReader{s: newSkimmer(r), ours: ours, meter: meter, mine: newTally(name), first: newTally(name)}
	h.each = h.add
	if err := h.read(name); err != nil {
		return nil, err
	}
	return h.routes(), nil
}

// EachInHAR calls each with every request of a HAR file that CloudFront could have been asked.
func EachInHAR(r io.Reader, name string, each func(Request), meter Meter) error {
	h := harReader{s: newSkimmer(r), meter: meter, mine: newTally(name)}
	h.each = func(e seen) { e.tell(each) }
	return h.read(name)
}

// A harReader is a HAR file while it is read.
type harReader struct {
	s       *skimmer
	each    func(seen) // called with every request over HTTP
	ours    func(string) bool
	meter   Meter
	mine    *tally // of hosts that are ours
	first   *tally // of the host that was asked first, in case that none is
	host    string // that one
	entries bool   // there was a list of them
	files   int    // requests that a bucket could answer
	others  int    // requests to other hosts than ours
	count   int
}

// read reads it.
func (h *harReader) read(name string) error {
	h.document()
	if h.s.err == nil && !h.s.end() {
		h.s.fail("there is more behind the document")
	}
	if err := h.s.err; err != nil {
		return errorAt(fmt.Sprintf("%s:%d", name, h.s.line), harHint, "it is no HAR file: %s", err)
	}
	if !h.entries {
		return errorAt(name, harHint, "it is no HAR file: it has no log.entries")
	}
	return nil
}

func (h *harReader) document() {
	if h.s.peek() != '{' {
		h.s.err = nil
		h.s.fail("it does not begin with {")
		return
	}
	h.s.object(func(key string) {
		if key != "log" {
			h.s.skip()
			return
		}
		h.s.object(func(key string) {
			if key != "entries" || h.s.peek() != '[' {
				h.s.skip()
				return
			}
			h.entries = true
			h.s.array(h.entry)
		})
	})
}

// entry reads one request and what is said of its answer.
func (h *harReader) entry() {
	var e seen
	url := ""
	h.s.object(func(key string) {
		switch key {
		case "request":
			h.s.object(func(key string) {
				switch key {
				case "method":
					e.method = h.s.text()
				case "url":
					url = h.s.text()
				default:
					h.s.skip()
				}
			})
		case "response":
			h.s.object(func(key string) { h.response(&e, key) })
		case "_resourceType":
			kind := h.s.text()
			e.fetched = kind == "xhr" || kind == "fetch"
			e.socket = e.socket || kind == "websocket"
		default:
			h.s.skip()
		}
	})
	if h.s.err != nil {
		return
	}
	if e.addressed(url) {
		h.each(e)
	}
	if h.count++; h.meter != nil && h.count%1000 == 0 {
		h.meter(h.s.at, len(h.mine.list))
	}
}

// response reads a member of the answer.
func (h *harReader) response(e *seen, key string) {
	switch key {
	case "status":
		e.status = h.s.number()
	case "content":
		h.s.object(func(key string) {
			if key == "mimeType" {
				e.mediaType = h.s.text()
				return
			}
			h.s.skip()
		})
	default:
		h.s.skip()
	}
}

// addressed notes where a request goes to, and reports whether that is over HTTP.
func (e *seen) addressed(url string) bool {
	scheme, rest, found := strings.Cut(url, "://")
	if !found {
		return false // data:, blob:
	}
	switch e.scheme = strings.ToLower(scheme); e.scheme {
	case "https", "http":
	case "wss", "ws":
		e.socket, e.scheme = true, "http"+strings.TrimPrefix(e.scheme, "ws")
	default:
		return false
	}
	host, path, _ := strings.Cut(rest, "/")
	e.host, e.path = strings.ToLower(host), cleanPath("/"+path)
	e.socket = e.socket || e.status == 101
	return true
}

// add counts a request.
func (h *harReader) add(e seen) {
	h.host = cmp.Or(h.host, e.host)
	into := h.first
	switch {
	case h.ours(e.host):
		into = h.mine
	case e.host != h.host:
		h.others++
		return
	}
	r, certain := e.route()
	if !certain {
		if into == h.mine {
			h.files++
		}
		return
	}
	into.add(r)
}

// routes returns those of our hosts, or if there are none those of the host that was asked first.
func (h *harReader) routes() *Routes {
	chosen := h.mine
	switch {
	case len(h.mine.list) > 0 || h.files > 0:
		h.others += len(h.first.list)
	case len(h.first.list) > 0:
		chosen = h.first
		chosen.note(1, "%s is taken for the site: it was asked first", h.host)
	}
	chosen.note(h.files, "%d requests for files are left out", h.files)
	chosen.note(h.others, "%d requests to other hosts are left out", h.others)
	return chosen.routes()
}

// route makes a route of a request that the application answers. certain is false where a bucket could have answered.
func (e seen) route() (r Route, certain bool) {
	if e.path == "" || !slices.Contains(methods, e.method) {
		return r, false
	}
	r = Route{Path: e.path, Host: e.host, Count: 1}
	if pattern := generalize(e.path); pattern != e.path {
		r.Pattern = pattern
	}
	switch {
	case e.socket:
		r.Kind, r.Methods = Socket, []string{"GET"}
	case e.refused:
		r.Refused = []string{e.method}
	case e.method == "OPTIONS":
		return r, false // a bucket answers preflights, too
	case changes(e.method) && e.unserved():
		return r, false
	case changes(e.method), e.fetched && e.data(), e.data() && e.status < 400:
		r.Methods = []string{e.method}
	default:
		return r, false
	}
	return r, true
}

// unserved reports whether the answer says that nobody takes such a request there: neither the application, nor a bucket,
// which says no in XML.
func (e seen) unserved() bool {
	switch e.status {
	case 404, 405, 410, 501:
		return true
	}
	return e.status >= 400 && (e.mediaType == "application/xml" || e.mediaType == "text/xml")
}

// data reports whether the answer was data for a script: no page, no file that a bucket is likely to have.
func (e seen) data() bool {
	kind, _, err := mime.ParseMediaType(e.mediaType)
	if err != nil {
		kind, _, _ = strings.Cut(e.mediaType, ";")
	}
	switch {
	case kind != "application/json" && kind != "text/event-stream" && !strings.HasSuffix(kind, "+json") && kind != "application/graphql-response+json":
		return false
	}
	name := e.path[strings.LastIndexByte(e.path, '/')+1:]
	return !strings.HasSuffix(name, ".json") && !strings.HasSuffix(name, ".map") && !strings.HasSuffix(name, ".webmanifest") && !strings.HasSuffix(name, ".geojson")
}

// Local reports whether a host name means a developer's machine.
func Local(host string) bool {
	name := strings.ToLower(host)
	if i := strings.LastIndexByte(name, ':'); i >= 0 && !strings.HasSuffix(name, "]") {
		if _, err := strconv.Atoi(name[i+1:]); err == nil {
			name = name[:i]
		}
	}
	return name == "localhost" || strings.HasSuffix(name, ".localhost") || strings.HasPrefix(name, "127.") || name == "[::1]" || name == "0.0.0.0" ||
		name != "" && !strings.ContainsAny(name, ".:")
}
