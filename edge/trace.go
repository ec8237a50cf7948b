package edge

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"edgecase/config/cloudfront"
	"edgecase/edge/http1"
)

// A Trace is one request's record: what each stage decided and why. Stages never write to it; the runner does. The
// exchange it belongs to has the rest; Document puts both together.
type Trace struct {
	Reason     Reason // of the answer, before a custom error response replaced it
	ResultType string // X-Cache without its tail, and the log's x-edge-result-type
	Steps      []Step
	Took       time.Duration // to the last byte, once the exchange has ended
	SentBytes  int64         // to the viewer, head and body, once the exchange has ended
	Broken     error         // why the answer did not reach the viewer whole, once the exchange has ended
}

// A Step is one stage's verdict.
type Step struct {
	Stage string
	Verdict
	Took time.Duration // only while somebody observed
}

// A Document is a trace in the form that explain, the inspector and X-Edgecase-Trace share: the contract of the
// command line.
type Document struct {
	ID                 string           `json:"id,omitempty"`
	Time               string           `json:"time,omitempty"`
	Method             string           `json:"method"`
	URL                string           `json:"url"`
	Status             int              `json:"status"`
	AnsweredBy         string           `json:"answered_by"`
	Reason             Reason           `json:"reason"`
	ResultType         string           `json:"result_type"`
	DetailedResultType string           `json:"detailed_result_type"`
	Distribution       *DistributionRef `json:"distribution"`
	Behavior           *BehaviorRef     `json:"behavior"`
	Origin             *OriginRef       `json:"origin"`
	OriginStatus       int              `json:"origin_status,omitempty"`
	OriginRequest      *OriginRequest   `json:"origin_request"`
	Forwarding         []FieldNote      `json:"forwarding,omitempty"`
	CustomErrorPage    *PageRef         `json:"custom_error_response,omitempty"`
	Headers            FieldMap         `json:"headers"`
	BodyBytes          int64            `json:"body_bytes"`
	Steps              []StepDocument   `json:"steps"`
	Notes              []NoteDocument   `json:"notes,omitempty"`
	Hints              []Hint           `json:"hints"`
	Translations       []Translation    `json:"translations,omitempty"`
	Milliseconds       float64          `json:"milliseconds,omitempty"`
	Error              string           `json:"error,omitempty"`
}

// A Place is a cloudfront.Source as documents write it: null where no line says it.
type Place struct {
	File string `json:"file"`
	Line int    `json:"line"`
}

// place returns nil for the zero Source.
func place(s cloudfront.Source) *Place {
	if s.IsZero() {
		return nil
	}
	return &Place{s.File, s.Line}
}

// A DistributionRef names the distribution that a request belongs to.
type DistributionRef struct {
	Address string `json:"address"`
	Source  *Place `json:"source"`
}

// A BehaviorRef names a behavior, and the patterns that were tried before it.
type BehaviorRef struct {
	PathPattern    string   `json:"path_pattern"`
	TargetOriginID string   `json:"target_origin_id"`
	Tried          []string `json:"tried"`
	Source         *Place   `json:"source"`
}

// An OriginRef names the origin that was asked, and where it stands on this machine.
type OriginRef struct {
	ID         string `json:"id"`
	DomainName string `json:"domain_name"`
	Kind       string `json:"kind"`
	Place      string `json:"place,omitempty"`
	Source     *Place `json:"source"`
}

// An OriginRequest is what the origin receives. URL names the origin's own host, not the local place.
type OriginRequest struct {
	Method    string   `json:"method"`
	URL       string   `json:"url"`
	Headers   FieldMap `json:"headers"`
	BodyBytes int64    `json:"body_bytes"`
}

// A FieldNote says what became of one header, cookie or query parameter on the way to the origin, or of one header on
// the way back.
type FieldNote struct {
	Message string `json:"message"` // "request" or "response"
	Kind    string `json:"kind"`
	Name    string `json:"name"`
	Action  string `json:"action"`
	Value   string `json:"value,omitempty"`
	Why     string `json:"why"`
	Rule    string `json:"rule"`
	Sure    string `json:"confidence"`
	Source  *Place `json:"source"`
}

// A PageRef is the custom error response that replaced an answer.
type PageRef struct {
	ErrorCode        int    `json:"error_code"`
	ResponseCode     int    `json:"response_code"`
	ResponsePagePath string `json:"response_page_path"`
	PathPattern      string `json:"path_pattern"`
	OriginID         string `json:"origin_id"`
	Source           *Place `json:"source"`
}

// A StepDocument is one Step for readers.
type StepDocument struct {
	Stage  string  `json:"stage"`
	Action string  `json:"action"`
	Reason Reason  `json:"reason,omitempty"`
	Why    string  `json:"why"`
	Rule   string  `json:"rule"`
	Sure   string  `json:"confidence"`
	Source *Place  `json:"source"`
	Micros float64 `json:"microseconds,omitempty"`
}

// A NoteDocument is a clause about the origin's answer that the answer itself does not show.
type NoteDocument struct {
	Text string `json:"text"`
	Rule string `json:"rule"`
}

// A FieldMap is header fields as one JSON object: names in lower case and in order, the values of fields with the same
// name joined by ", ".
type FieldMap http1.Fields

// MarshalJSON writes the object.
func (f FieldMap) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	done := make(map[string]bool, len(f))
	for _, field := range f {
		name := strings.ToLower(field.Name)
		if done[name] {
			continue
		}
		if len(done) > 0 {
			b.WriteByte(',')
		}
		done[name] = true
		if err := writePair(&b, name, strings.Join(http1.Fields(f).Values(name), ", ")); err != nil {
			return nil, err
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// UnmarshalJSON reads what MarshalJSON wrote; the order is lost where the reader's library loses it.
func (f *FieldMap) UnmarshalJSON(data []byte) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	switch start, err := dec.Token(); {
	case err != nil:
		return err
	case start == nil: // null
		return nil
	case start != json.Delim('{'):
		return fmt.Errorf("read header fields: %v is no object", start)
	}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return err
		}
		var value string
		if err := dec.Decode(&value); err != nil {
			return err
		}
		*f = append(*f, http1.Field{Name: name.(string), Value: value})
	}
	return nil
}

func writePair(b *bytes.Buffer, name, value string) error {
	for i, s := range []string{name, value} {
		enc, err := json.Marshal(s)
		if err != nil {
			return err
		}
		if i == 1 {
			b.WriteByte(':')
		}
		b.Write(enc)
	}
	return nil
}
