package capture

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"edgecase/config/cloudfront"
	"edgecase/edge"
)

// format is the version of directories and of records. A record of another format is refused.
const format = 1

// A Record is what a capture gave: the file that users send.
type Record struct {
	Format   int               `json:"edgecase_answers"`
	Edgecase string            `json:"edgecase"` // the version that asked
	Time     time.Time         `json:"time"`
	Hosts    Hosts             `json:"hosts"`            // stand-ins
	Edited   []string          `json:"edited,omitempty"` // files that were not as capture init writes them
	Results  []Result          `json:"results"`
	Files    map[string]string `json:"files"` // the Terraform that answered
}

// A Result is one request, what CloudFront answered and what edgecase did, and what follows for the rules.
type Result struct {
	Probe    string      `json:"probe"`
	Asks     string      `json:"asks"`
	To       Host        `json:"to"`
	Plain    bool        `json:"plain,omitempty"` // over port 80
	Request  string      `json:"request"`         // the bytes that were sent, but for the stand-ins of hosts
	Claims   []Claim     `json:"claims"`
	Waits    string      `json:"waits,omitempty"` // the part of edgecase that was not there yet
	Answer   Answer      `json:"answer"`          // CloudFront's
	Expected Answer      `json:"expected"`        // edgecase's
	Reason   edge.Reason `json:"reason"`          // edgecase's, for its answer
	Verdicts []Verdict   `json:"verdicts"`
	Others   []string    `json:"other_differences,omitempty"`
}

// judge asks this edgecase, and compares.
func (r *Result) judge(ctx context.Context, l *local) {
	r.Expected, r.Reason = l.ask(ctx, r.Plain, r.Request)
	want, got := r.Expected.view(), r.Answer.view()
	r.Verdicts = make([]Verdict, 0, len(r.Claims))
	for _, c := range r.Claims {
		r.Verdicts = append(r.Verdicts, judgeClaim(c, want, got, r.Waits))
	}
	r.Others = nil
	if r.Waits == "" {
		r.Others = others(r.Claims, want, got)
	}
}

// Replay compares the record's answers with this edgecase, and puts what it finds in place of the record's verdicts. A
// probe that is in today's list with the same request is judged by today's claims. A record without files is held against
// the directory that this edgecase writes. Nothing is sent.
func (r *Record) Replay(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "edgecase-capture-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	files := r.Files
	if len(files) == 0 {
		files = written()
	}
	if err := write(dir, files, strings.Repeat("0", 32)); err != nil {
		return err
	}
	l, err := serve(dir, r.Hosts)
	if err != nil {
		return err
	}
	defer l.close()
	today := map[string]Probe{}
	for _, p := range Probes() {
		today[p.Name] = p
	}
	for i := range r.Results {
		result := &r.Results[i]
		if p, found := today[result.Probe]; found && p.Bytes(r.Hosts) == result.Request && p.To == result.To && p.Plain == result.Plain {
			result.Asks, result.Claims, result.Waits = p.Asks, p.Claims, p.Waits
		}
		result.judge(ctx, l)
		if err := context.Cause(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Refutes reports whether a rule that is documented or has been observed is refuted.
func (r *Record) Refutes() bool {
	for _, result := range r.Results {
		for _, v := range result.Verdicts {
			if v.Finding == Refuted && v.Sure != cloudfront.Inferred {
				return true
			}
		}
	}
	return false
}

// Write writes the record.
func (r *Record) Write(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	return enc.Encode(r)
}

// The bounds of a record that is read.
const (
	maxRecord  = 8 << 20 // bytes
	maxRequest = 1 << 16
	maxLines   = 1000 // of an answer
)

// Read reads a record that Write has written. Whatever it holds, it names no file but those of a directory, and
// nothing in it is longer than what a capture writes.
func Read(in io.Reader) (*Record, error) {
	text, err := io.ReadAll(io.LimitReader(in, maxRecord+1))
	switch {
	case err != nil:
		return nil, err
	case len(text) > maxRecord:
		return nil, fmt.Errorf("larger than the %d MB that a file of answers can be", maxRecord>>20)
	}
	var kind struct {
		Format *int `json:"edgecase_answers"`
	}
	switch err := json.Unmarshal(text, &kind); {
	case err != nil:
		return nil, fmt.Errorf("not the JSON of answers: %w", err)
	case kind.Format == nil:
		return nil, errors.New("no file of answers: it has no edgecase_answers")
	case *kind.Format != format:
		return nil, fmt.Errorf("answers of the format %d, and this edgecase knows %d", *kind.Format, format)
	}
	var r Record
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&r); err != nil {
		return nil, fmt.Errorf("not the JSON of answers: %w", err)
	}
	return &r, r.check()
}

// check refuses a record that no capture has written.
func (r *Record) check() error {
	if err := r.Hosts.check(); err != nil {
		return fmt.Errorf("hosts: %w", err)
	}
	if len(r.Results) > maxRequests {
		return fmt.Errorf("%d results; a capture sends at most %d requests", len(r.Results), maxRequests)
	}
	known := written()
	for name, text := range r.Files {
		if _, found := known[name]; !found || len(text) > maxFile {
			return fmt.Errorf("files: %.60q is none that capture init writes", name)
		}
	}
	for i := range r.Results {
		if err := r.Results[i].check(); err != nil {
			return fmt.Errorf("result %d, %.60q: %w", i+1, r.Results[i].Probe, err)
		}
	}
	return nil
}

func (r *Result) check() error {
	switch {
	case r.Probe == "" || !utf8.ValidString(r.Probe):
		return errors.New("it has no name")
	case !slices.Contains([]Host{Main, Pages, Nowhere, Disabled}, r.To):
		return fmt.Errorf("there is no distribution %.20q", r.To)
	case len(r.Request) > maxRequest || r.Request == "":
		return fmt.Errorf("a request of %d bytes", len(r.Request))
	}
	for _, a := range []Answer{r.Answer, r.Expected} {
		if len(a.Head) > maxAnswer || len(a.Body) > maxAnswer || strings.Count(a.Head, "\n")+strings.Count(a.Body, "\n") > maxLines {
			return fmt.Errorf("an answer of %d and %d bytes", len(a.Head), len(a.Body))
		}
	}
	for _, c := range r.Claims {
		if !c.Of.known() {
			return fmt.Errorf("no answer has a part %.60q", c.Of)
		}
		if !slices.Contains([]cloudfront.Confidence{cloudfront.Documented, cloudfront.Observed, cloudfront.Inferred}, c.Sure) {
			return fmt.Errorf("%.20s: %.20q is no confidence", c.Rule, c.Sure)
		}
	}
	return nil
}

// A Ruling is what all answers together say of one rule.
type Ruling struct {
	Rule    string                `json:"rule"`
	Sure    cloudfront.Confidence `json:"confidence"`
	Finding Finding               `json:"verdict"`
	Probes  []string              `json:"probes"`        // that speak of it
	Why     []string              `json:"why,omitempty"` // what differs, or why nothing can be told; "probe: …"
}

// A Summary is a record by rules.
type Summary struct {
	Confirmed int                 `json:"confirmed"` // rules
	Refuted   int                 `json:"refuted"`
	Silent    int                 `json:"silent"`
	Waiting   int                 `json:"waiting"`
	Rules     []Ruling            `json:"rules"`                       // by finding, the worst last, and then by their IDs
	Others    map[string][]string `json:"other_differences,omitempty"` // that no rule was asked about, by probe
}

// gravity orders findings: what one answer refutes no other confirms, and one that speaks outweighs one that is silent.
var gravity = []Finding{Refuted, Confirmed, Silent, Waiting}

// order is that of tables, at whose end people look first.
var order = []Finding{Confirmed, Waiting, Silent, Refuted}

// Summary sums the record up. A rule whose claims are of different confidence stands once for each.
func (r *Record) Summary() *Summary {
	type key struct {
		rule string
		sure cloudfront.Confidence
	}
	s := &Summary{Rules: []Ruling{}, Others: map[string][]string{}}
	at := map[key]int{}
	for _, result := range r.Results {
		if len(result.Others) > 0 {
			s.Others[result.Probe] = result.Others
		}
		for _, v := range result.Verdicts {
			k := key{v.Rule, v.Sure}
			i, found := at[k]
			if !found {
				i = len(s.Rules)
				at[k] = i
				s.Rules = append(s.Rules, Ruling{Rule: v.Rule, Sure: v.Sure, Finding: v.Finding})
			}
			s.Rules[i].add(result.Probe, v)
		}
	}
	counts := map[Finding]*int{Confirmed: &s.Confirmed, Refuted: &s.Refuted, Silent: &s.Silent, Waiting: &s.Waiting}
	for _, rule := range s.Rules {
		*counts[rule.Finding]++
	}
	slices.SortFunc(s.Rules, func(a, b Ruling) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.Finding), slices.Index(order, b.Finding)), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Sure, b.Sure))
	})
	return s
}

func rank(f Finding) int { return slices.Index(gravity, f) }

// add adds one verdict.
func (r *Ruling) add(probe string, v Verdict) {
	if !slices.Contains(r.Probes, probe) {
		r.Probes = append(r.Probes, probe)
	}
	switch {
	case rank(v.Finding) < rank(r.Finding):
		r.Finding, r.Why = v.Finding, nil
	case v.Finding != r.Finding:
		return
	}
	if v.Why != "" {
		r.Why = append(r.Why, probe+": "+v.Why)
	}
}
