package policy

import (
	"strings"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
)

// A fate is what becomes of one header of an origin's answer.
type fate uint8

const (
	passes    fate = iota
	always         // removed
	notOn101       // removed, except from the answer that opens a WebSocket
	fromS3         // removed from answers of buckets
	setCookie      // removed unless the behavior forwards cookies
	vary           // reduced to what the behavior forwards
)

// An answerRow is one line of the table of response headers (request rules section 9.1).
type answerRow struct {
	name string // lower-case; a final "*" stands for any rest
	fate fate
	why  string
	rule string
	sure cloudfront.Confidence
}

// answerHeaders returns the table: what it does not hold passes unchanged (REQ-270).
func answerHeaders() []answerRow {
	const connection, replaced = "it belongs to the origin's connection", "CloudFront sends its own"
	const identity = "CloudFront keeps S3's identification of the request to itself"
	return []answerRow{
		{"set-cookie", setCookie, "the behavior forwards no cookies", "CACHE-110", cloudfront.Documented},
		{"vary", vary, "the behavior does not forward what it names", "CACHE-116", cloudfront.Documented},
		{"connection", notOn101, connection, "REQ-270", cloudfront.Observed},
		{"upgrade", notOn101, connection, "REQ-270", cloudfront.Documented},
		{"keep-alive", always, connection, "REQ-270", cloudfront.Inferred},
		{"proxy-*", always, connection, "REQ-270", cloudfront.Inferred},
		{"te", always, connection, "REQ-270", cloudfront.Inferred},
		{"trailer", always, "CloudFront passes on no trailers", "REQ-270", cloudfront.Documented},
		{"transfer-encoding", always, "CloudFront frames the body itself", "REQ-270", cloudfront.Documented},
		{"x-cache", always, replaced, "REQ-276", cloudfront.Inferred},
		{"x-amz-cf-*", always, replaced, "REQ-276", cloudfront.Inferred},
		{"x-amz-id-2", fromS3, identity, "REQ-271", cloudfront.Inferred},
		{"x-amz-request-id", fromS3, identity, "REQ-271", cloudfront.Inferred},
	}
}

// TrimResponse returns what CloudFront keeps of the headers of an origin's answer, with notes; see
// [Plan.TrimResponse].
func TrimResponse(b *cloudfront.Behavior, o *cloudfront.Origin, status int, fields http1.Fields) (http1.Fields, []Note) {
	return Compile(b, o).ExplainResponse(status, fields)
}

// TrimResponse returns a copy of the headers of an origin's answer without those that never leave CloudFront: of the
// connection (the names that Connection lists, too), Set-Cookie where no cookies are forwarded (CACHE-110), foreign
// names in the Vary of custom origins (CACHE-116), S3's identification of the request (REQ-271), and what CloudFront
// writes itself (REQ-276). How the body was framed is known from the response, not from its headers.
func (p *Plan) TrimResponse(status int, fields http1.Fields) http1.Fields {
	return p.trim(status, fields, nil)
}

// ExplainResponse is TrimResponse with a note for each header that was removed or reduced.
func (p *Plan) ExplainResponse(status int, fields http1.Fields) (http1.Fields, []Note) {
	var n notes
	return p.trim(status, fields, &n), n.list
}

func (p *Plan) trim(status int, fields http1.Fields, n *notes) http1.Fields {
	out := make(http1.Fields, 0, len(fields))
	named := namesInConnection(fields)
	for _, field := range fields {
		row := p.answers.find(field.Name)
		switch {
		case row != nil && p.removes(row.fate, status):
			n.removed(p, field, row)
			continue
		case row != nil && row.fate == vary:
			reduced := p.reduceVary(field.Value)
			n.reduced(field, reduced, row)
			if field.Value = reduced; reduced == "" {
				continue
			}
		case named && fields.HasToken("Connection", field.Name) && !endToEnd(field.Name):
			n.removed(p, field, &answerRow{why: "the origin's Connection names it", rule: "REQ-270", sure: cloudfront.Inferred})
			continue
		}
		out = append(out, field)
	}
	return out
}

func (p *Plan) removes(f fate, status int) bool {
	switch f {
	case always:
		return true
	case notOn101:
		return status != 101
	case fromS3:
		return p.origin.Kind == cloudfront.KindS3
	case setCookie:
		return !p.cookies.some()
	default:
		return false
	}
}

// endToEnd reports whether a header says how to read the body, so that no Connection may take it away.
func endToEnd(name string) bool {
	return strings.EqualFold(name, "Content-Length") || strings.EqualFold(name, "Content-Encoding") ||
		strings.EqualFold(name, "Content-Type") || strings.EqualFold(name, "Cache-Control")
}

// reduceVary returns what is left of a Vary value. From a custom origin only Accept-Encoding, Cookie, names that the
// behavior forwards, and User-Agent under a device header remain (CACHE-116); "*" stays where the minimum TTL is zero,
// because it then makes every request go to the origin (CACHE-118, CACHE-119). A bucket's Vary passes (CACHE-117).
func (p *Plan) reduceVary(value string) string {
	if p.origin.Kind == cloudfront.KindS3 {
		return value
	}
	if p.variesAll(value) {
		return value
	}
	var left []string
	for name := range strings.SplitSeq(value, ",") {
		if name = strings.TrimSpace(name); p.varies(name) {
			left = append(left, name)
		}
	}
	return strings.Join(left, ", ")
}

// variesAll reports whether nothing of a Vary value has to go.
func (p *Plan) variesAll(value string) bool {
	for name := range strings.SplitSeq(value, ",") {
		if name = strings.TrimSpace(name); name != "" && !p.varies(name) {
			return false
		}
	}
	return true
}

func (p *Plan) varies(name string) bool {
	switch {
	case name == "":
		return false
	case name == "*":
		return p.cache.MinTTL == 0
	case strings.EqualFold(name, "Accept-Encoding"), strings.EqualFold(name, "Cookie"):
		return true
	case strings.EqualFold(name, "User-Agent") && p.byDevice:
		return true
	default:
		return p.passes("GET", name)
	}
}

func (n *notes) removed(p *Plan, field http1.Field, row *answerRow) {
	if n == nil {
		return
	}
	note := Note{Name: field.Name, Action: Dropped, Kind: Header, Value: field.Value, Why: row.why, Rule: row.rule, Sure: row.sure}
	if row.fate == setCookie {
		note.Source = p.selectionSource(p.cache.Cookies, cookiesOf)
	}
	n.add(note)
}

func (n *notes) reduced(field http1.Field, left string, row *answerRow) {
	if n == nil || left == field.Value {
		return
	}
	note := Note{Name: field.Name, Action: Replaced, Kind: Header, Value: left, Why: row.why, Rule: row.rule, Sure: row.sure}
	if left == "" {
		note.Action, note.Value = Dropped, field.Value
	}
	n.add(note)
}
