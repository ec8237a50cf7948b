package application

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

const logHint = "it reads CloudFront's standard logs, with their #Fields: line, and the JSON of log delivery v2, both also as .gz"

// maxLogLine is longer than any line of a log: a URL, a referrer, cookies and headers, each at most 32 kB.
const maxLogLine = 256 << 10

// logFields are the fields that are wanted, by their names in the log and in log delivery v2.
var logFields = map[string]int{
	"cs-method": fieldMethod, "cs-uri-stem": fieldPath, "sc-status": fieldStatus, "cs-protocol": fieldProtocol,
	"x-host-header": fieldHost, "cs(Host)": fieldDomain, "cs-host": fieldDomain, "x-edge-result-type": fieldResult,
	"x-edge-detailed-result-type": fieldDetail, "sc-content-type": fieldType,
}

// The fields of a line, as indexes of what is kept of it.
const (
	fieldMethod = iota
	fieldPath
	fieldStatus
	fieldProtocol
	fieldHost
	fieldDomain
	fieldResult
	fieldDetail
	fieldType
	countFields
)

// ReadLog reads an access log: the tab-separated one (REQ-525, REQ-526), or JSON with the same names, one object to a
// line; either may be compressed with gzip. It counts as the application's what no
// bucket could have answered. What CloudFront itself refused is kept as refused: the log does not show whether anybody
// serves it.
func ReadLog(r io.Reader, name string, meter Meter) (*Routes, error) {
	l := logReader{name: name, found: newTally(name)}
	l.each = l.add
	if err := l.read(r, meter); err != nil {
		return nil, err
	}
	l.found.note(l.files, "%d requests that a bucket could have answered are left out", l.files)
	l.found.note(l.scans, "%d refused requests for other people's software are left out", l.scans)
	l.found.note(l.broken, "%d lines are left out: they have too few fields", l.broken)
	return l.found.routes(), nil
}

// EachInLog calls each with every request of an access log, but not with those for other people's software that were
// refused.
func EachInLog(r io.Reader, name string, each func(Request), meter Meter) error {
	l := logReader{name: name, found: newTally(name)}
	l.each = func() {
		if e := l.seen(); e.status < 400 || !probed(e.path) {
			e.tell(each)
		}
	}
	return l.read(r, meter)
}

// read reads the lines.
func (l *logReader) read(r io.Reader, meter Meter) error {
	counted := &counter{r: r}
	buffered := bufio.NewReaderSize(counted, 64<<10)
	var source io.Reader = buffered
	if magic, _ := buffered.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		unzipped, err := gzip.NewReader(buffered)
		if err != nil {
			return errorAt(l.name, logHint, "it begins like gzip, and is none: %s", err)
		}
		defer unzipped.Close()
		source = unzipped
	}
	lines := bufio.NewScanner(source)
	lines.Buffer(make([]byte, 0, 64<<10), maxLogLine)
	for lines.Scan() {
		l.n++
		if err := l.line(lines.Bytes()); err != nil {
			return errorAt(fmt.Sprintf("%s:%d", l.name, l.n), logHint, "%s", err)
		}
		if meter != nil && l.n%10000 == 0 {
			meter(counted.n, len(l.found.list))
		}
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return errorAt(fmt.Sprintf("%s:%d", l.name, l.n+1), logHint, "the line is longer than %d bytes", maxLogLine)
	case errors.Is(err, io.ErrUnexpectedEOF):
		l.found.note(1, "the file breaks off after line %d", l.n)
	case err != nil:
		return errorAt(fmt.Sprintf("%s:%d", l.name, l.n+1), logHint, "%s", err)
	}
	return nil
}

// A logReader is a log while it is read.
type logReader struct {
	name    string
	each    func() // called for every line with a request
	n       int    // the line
	columns []int  // which field each column is, -1 for those that are not wanted; nil before #Fields
	values  [countFields][]byte
	found   *tally
	files   int // requests that a bucket could have answered
	scans   int // of programs that look for holes
	broken  int // lines with too few fields
}

// line reads one line.
func (l *logReader) line(text []byte) error {
	text = bytes.TrimRight(bytes.TrimPrefix(text, []byte("\ufeff")), "\r")
	switch {
	case len(bytes.TrimSpace(text)) == 0:
		return nil
	case text[0] == '{':
		return l.object(text)
	case text[0] != '#':
		return l.fields(text)
	}
	names, found := bytes.CutPrefix(text, []byte("#Fields:"))
	if !found {
		return nil
	}
	l.columns = nil
	for _, field := range bytes.Fields(names) {
		i, wanted := logFields[string(field)]
		if !wanted {
			i = -1
		}
		l.columns = append(l.columns, i)
	}
	for _, must := range []struct {
		field int
		name  string
	}{{fieldMethod, "cs-method"}, {fieldPath, "cs-uri-stem"}} {
		if !slices.Contains(l.columns, must.field) {
			return fmt.Errorf("its #Fields: line has no %s", must.name)
		}
	}
	return nil
}

// fields reads a line of the tab-separated log.
func (l *logReader) fields(text []byte) error {
	if l.columns == nil {
		return errors.New("it is no CloudFront log: a #Fields: line should come first")
	}
	l.values = [countFields][]byte{}
	column := 0
	for value := range bytes.SplitSeq(text, []byte("\t")) {
		if column == len(l.columns) {
			break
		}
		if i := l.columns[column]; i >= 0 && string(value) != "-" {
			l.values[i] = value
		}
		column++
	}
	if column < len(l.columns) {
		l.broken++
		return nil
	}
	l.each()
	return nil
}

// object reads a line of JSON. Values may be texts or numbers.
func (l *logReader) object(text []byte) error {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return fmt.Errorf("the line is no JSON: %w", err)
	}
	l.values = [countFields][]byte{}
	for name, raw := range members {
		i, wanted := logFields[name]
		if !wanted {
			continue
		}
		value := string(raw)
		if value[0] == '"' {
			value = ""
			_ = json.Unmarshal(raw, &value) // it has been read once
		}
		if value != "-" && value != "null" {
			l.values[i] = []byte(value)
		}
	}
	if l.values[fieldMethod] == nil || l.values[fieldPath] == nil {
		return errors.New("it is no CloudFront log: the object has no cs-method and cs-uri-stem")
	}
	l.each()
	return nil
}

// add counts the request of the line.
func (l *logReader) add() {
	v := &l.values
	method := string(v[fieldMethod])
	status := l.status()
	refused := string(v[fieldDetail]) == "InvalidRequestMethod" // REQ-082
	if !refused && (status == 0 && v[fieldStatus] != nil || l.byCloudFront() || v[fieldType] == nil && !changes(method) && !l.socket()) {
		l.files++ // most lines: spend nothing on them
		return
	}
	e := l.seen()
	e.refused = refused
	switch r, certain := e.route(); {
	case !certain:
		l.files++
	case e.refused && probed(e.path):
		l.scans++
	default:
		l.found.add(r)
	}
}

// status returns the status of the answer: 0 where the viewer left.
func (l *logReader) status() int {
	status, _ := strconv.Atoi(string(l.values[fieldStatus]))
	return status
}

// seen returns the request of the line.
func (l *logReader) seen() seen {
	v := &l.values
	host := v[fieldHost]
	if len(host) == 0 {
		host = v[fieldDomain]
	}
	return seen{
		method: string(v[fieldMethod]), scheme: string(v[fieldProtocol]), host: strings.ToLower(string(host)),
		path: cleanPath(string(v[fieldPath])), status: l.status(), mediaType: unescapeField(v[fieldType]), socket: l.socket(),
	}
}

// socket reports whether the line is about a WebSocket.
func (l *logReader) socket() bool {
	p := l.values[fieldProtocol]
	return string(p) == "ws" || string(p) == "wss"
}

// byCloudFront reports whether CloudFront answered without asking an origin, for another reason than the method: section
// 17.3 of the request rules.
func (l *logReader) byCloudFront() bool {
	switch string(l.values[fieldDetail]) {
	case "Redirect", "InvalidRequest", "InvalidRequestHeader", "InvalidRequestCertificate", "InvalidRequestBlocked", "ClientGeoBlocked":
		return true
	}
	return false
}

// unescapeField undoes what the log does to a content type: blanks are %20.
func unescapeField(v []byte) string {
	return strings.ReplaceAll(string(v), "%20", " ")
}

// changes reports whether a method asks for a change.
func changes(method string) bool {
	switch method {
	case "POST", "PUT", "PATCH", "DELETE":
		return true
	}
	return false
}

// probed reports whether a path is one of those that programs try everywhere in search of holes.
func probed(path string) bool {
	lower := strings.ToLower(path)
	for _, end := range []string{".php", ".asp", ".aspx", ".jsp", ".do", ".action", ".cgi", ".env"} {
		if strings.HasSuffix(lower, end) {
			return true
		}
	}
	for _, part := range []string{"/wp-", "/cgi-bin/", "/.", "/vendor/", "/phpmyadmin", "/boaform", "/hnap1", "/autodiscover", "/owa/", "/geoserver", "/solr/", "/actuator"} {
		if strings.Contains(lower, part) {
			return true
		}
	}
	return false
}
