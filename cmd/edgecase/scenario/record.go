package scenario

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"edgecase/edge"
	"edgecase/edge/http1"

	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
)

// MaxRecorded is how many runs a Recorder keeps.
const MaxRecorded = 500

// A Sample is a request to make a run of. It holds no credentials: what is written down is committed.
type Sample struct {
	Name   string // of the run; "" says what becomes of the request
	Why    string // the comment above the run; "" is none
	Method string
	URL    string   // a path, or a whole URL
	Status int      // that somebody has seen; 0 if nobody has. Of two samples alike the better answered one is kept
	Assume int      // the status that the origin is supposed to answer; 0 leaves it open
	Ask    []string // what is asked of forwards and drops: "Cookie", "query:page"
}

// A Recorder makes runs of samples that say what an edge does with them now: all of them pass. Of samples with the same
// method, behavior and outcome it keeps one.
type Recorder struct {
	Host string // the one that is written as ${distribution.host}; "" writes every host as it is

	decider *Decider
	runs    []recording
	places  map[string]int // in runs
	names   map[string]int // how often each is taken
	left    int
}

// A recording is one run, as it is going to be written.
type recording struct {
	Sample
	expect []argument
}

// An argument is one line of an expect block.
type argument struct {
	name  Subject
	value cty.Value
}

// NewRecorder returns a Recorder that asks a Decider.
func NewRecorder(d *Decider) *Recorder {
	return &Recorder{decider: d, places: map[string]int{}, names: map[string]int{}}
}

// Runs returns how many runs there are.
func (r *Recorder) Runs() int { return len(r.runs) }

// Left returns how many samples were left out because there are too many runs.
func (r *Recorder) Left() int { return r.left }

// Add makes a run of a sample, unless there is one like it. It returns the error of a sample that is no request.
func (r *Recorder) Add(ctx context.Context, s Sample) error {
	x, err := r.decide(ctx, s)
	if err != nil {
		return err
	}
	if x.Behavior != nil && !x.Behavior.Pattern.Known() {
		return nil // another value of it would be another pattern
	}
	key := strings.Join([]string{s.Method, x.Viewer.Scheme, behaviorKey(x), string(x.Trace.Reason), strconv.Itoa(s.Assume), s.Name}, " ")
	at, there := r.places[key]
	switch {
	case there && !better(s, r.runs[at].Sample):
		return nil
	case there:
		s.Name = r.runs[at].Name
	case len(r.runs) == MaxRecorded:
		r.left++
		return nil
	default:
		s.Name = r.unique(s.name(x))
		at = len(r.runs)
		r.places[key], r.runs = at, append(r.runs, recording{})
	}
	r.runs[at] = recording{s, expected(s, x)}
	return nil
}

// decide asks what becomes of a sample.
func (r *Recorder) decide(ctx context.Context, s Sample) (*edge.Exchange, error) {
	run, err := s.run()
	if err != nil {
		return nil, err
	}
	if err := r.decider.Address(&File{Runs: []*Run{run}}); err != nil {
		return nil, err
	}
	return r.decider.explain(ctx, run)
}

// run returns the run that a sample will be read as.
func (s Sample) run() (*Run, error) {
	draft, err := http1.NewDraft(s.Method, s.URL)
	if err != nil {
		return nil, err
	}
	run := &Run{Request: Request{Draft: *draft, URL: s.URL}}
	if s.Assume != 0 {
		run.Assume = &Assume{Status: s.Assume}
	}
	return run, nil
}

// behaviorKey names the behavior of a request, of whichever distribution.
func behaviorKey(x *edge.Exchange) string {
	if x.Behavior == nil {
		return ""
	}
	return x.Distribution.Address + " " + x.Behavior.Name()
}

// better reports whether a sample was answered better than another one: its path is there.
func better(a, b Sample) bool {
	good := func(s Sample) bool { return s.Status >= 200 && s.Status < 400 }
	return good(a) && !good(b)
}

// unique returns a name that no other run has.
func (r *Recorder) unique(name string) string {
	r.names[name]++
	for n := r.names[name]; n > 1; n++ {
		other := fmt.Sprintf("%s (%d)", name, n)
		if r.names[other] == 0 {
			r.names[other]++
			return other
		}
	}
	return name
}

// expected returns what a run says of a request.
func expected(s Sample, x *edge.Exchange) []argument {
	var list []argument
	add := func(subject Subject, v cty.Value) { list = append(list, argument{subject, v}) }
	if x.Behavior != nil {
		add(Behavior, cty.StringVal(x.Behavior.Name()))
	}
	reached := x.OriginStatus != 0
	if reached {
		add(Origin, cty.StringVal(x.Origin.ID.Value))
	} else {
		add(Reason, cty.StringVal(string(x.Trace.Reason)))
	}
	if !reached || s.Assume != 0 {
		add(Status, cty.NumberIntVal(int64(x.Response.Status)))
	}
	if x.Trace.Reason == edge.RedirectedToHTTPS {
		add(Location, cty.StringVal(x.Response.Fields.Get("Location")))
	}
	if s.Assume != 0 && x.CustomError != nil {
		add(ErrorPage, cty.StringVal(x.CustomError.ResponsePagePath))
	}
	forwards, drops := asked(s.Ask, x)
	if len(forwards) > 0 {
		add(Forwards, cty.TupleVal(forwards))
	}
	if len(drops) > 0 {
		add(Drops, cty.TupleVal(drops))
	}
	return list
}

// asked sorts names into those that the origin would receive and those that it would not.
func asked(names []string, x *edge.Exchange) (forwards, drops []cty.Value) {
	if x.Origin == nil || x.OriginStatus == 0 {
		return nil, nil
	}
	for _, name := range names {
		if carried, _ := x.Forwards(forwarded(name)); carried {
			forwards = append(forwards, cty.StringVal(name))
		} else {
			drops = append(drops, cty.StringVal(name))
		}
	}
	return forwards, drops
}

// Write writes the file. The comment stands at its top.
func (r *Recorder) Write(w io.Writer, comment string) error {
	var b strings.Builder
	writeComment(&b, comment)
	for _, run := range r.runs {
		b.WriteString("\n")
		writeComment(&b, run.Why)
		r.write(&b, run)
	}
	_, err := w.Write(hclwrite.Format([]byte(b.String())))
	return err
}

// writeComment writes lines of a comment.
func writeComment(b *strings.Builder, text string) {
	for line := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		if text != "" {
			b.WriteString(strings.TrimRight("# "+line, " ") + "\n")
		}
	}
}

// write writes one run.
func (r *Recorder) write(b *strings.Builder, run recording) {
	fmt.Fprintf(b, "run %s {\n  request {\n", literal(cty.StringVal(run.Name)))
	if run.Method != "GET" {
		fmt.Fprintf(b, "    method = %s\n", literal(cty.StringVal(run.Method)))
	}
	fmt.Fprintf(b, "    url = %s\n  }\n", r.address(run.URL))
	if run.Assume != 0 {
		fmt.Fprintf(b, "  assume {\n    status = %d\n  }\n", run.Assume)
	}
	b.WriteString("  expect {\n")
	for _, a := range run.expect {
		value := literal(a.value)
		if a.name == Location {
			value = r.address(a.value.AsString())
		}
		fmt.Fprintf(b, "    %s = %s\n", a.name, value)
	}
	b.WriteString("  }\n}\n")
}

// address writes a URL, with a reference in place of the host that there is a name for.
func (r *Recorder) address(url string) string {
	text := literal(cty.StringVal(url))
	for _, scheme := range []string{"http://", "https://"} {
		head := literal(cty.StringVal(scheme + r.Host + "/"))
		if rest, found := strings.CutPrefix(text, head[:len(head)-1]); found && r.Host != "" {
			return `"` + scheme + "${distribution.host}/" + rest
		}
	}
	return text
}

// literal writes a value as HCL does.
func literal(v cty.Value) string { return string(hclwrite.TokensForValue(v).Bytes()) }
