package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"edgecase/config/cloudfront"
	"edgecase/config/terraform"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// A decoder turns evaluated blocks into cloudfront values. A mistake adds a diagnostic at its place and decoding goes
// on, so that one pass reports everything.
type decoder struct {
	directory   *directory
	dir         string // of the root module, which relative names of files start from (TF-044)
	differences []Difference
	diags       hcl.Diagnostics
	notices     []Notice
	notes       []Notice
	noticed     map[string]bool                 // texts of notices
	ranges      map[cloudfront.Source]hcl.Range // what stands at a place
	unknowns    []undecided                     // of the distribution at hand
	policies    []undecided                     // likewise, its policies
	open        map[cloudfront.Source]bool      // places of what only apply can tell
	opened      int                             // how often something was found to be so
	needs       []string                        // addresses of unknown values that decide something
	judged      map[string]bool                 // addresses of what attached has been through
	foreign     map[string]bool                 // ids of policies that are not here
	names       map[string]*entity              // who has a name, by type and name
	// What several behaviors or origins share is decoded once, by address.
	caches    map[string]*cloudfront.CachePolicy
	requests  map[string]*cloudfront.OriginRequestPolicy
	responses map[string]*cloudfront.ResponseHeadersPolicy
	controls  map[string]*cloudfront.OriginAccessControl
	functions map[string]*cloudfront.Function
	groups    map[string]*cloudfront.KeyGroup
	buckets   map[string]*cloudfront.Bucket
}

func newDecoder(dir *directory) *decoder {
	return &decoder{
		directory:   dir,
		differences: Differences(),
		noticed:     map[string]bool{},
		judged:      map[string]bool{},
		foreign:     map[string]bool{},
		names:       map[string]*entity{},
		ranges:      map[cloudfront.Source]hcl.Range{},
		open:        map[cloudfront.Source]bool{},
		caches:      map[string]*cloudfront.CachePolicy{},
		requests:    map[string]*cloudfront.OriginRequestPolicy{},
		responses:   map[string]*cloudfront.ResponseHeadersPolicy{},
		controls:    map[string]*cloudfront.OriginAccessControl{},
		functions:   map[string]*cloudfront.Function{},
		groups:      map[string]*cloudfront.KeyGroup{},
		buckets:     map[string]*cloudfront.Bucket{},
	}
}

// report adds a diagnostic with the rule that it rests on.
func (d *decoder) report(severity hcl.DiagnosticSeverity, at hcl.Range, rule, summary, format string, args ...any) {
	d.diags = append(d.diags, &hcl.Diagnostic{
		Severity: severity,
		Summary:  summary,
		Detail:   fmt.Sprintf(format, args...),
		Subject:  at.Ptr(),
		Extra:    Rule(rule),
	})
}

func (d *decoder) refuse(at hcl.Range, rule, summary, format string, args ...any) {
	d.report(hcl.DiagError, at, rule, summary, format, args...)
}

func (d *decoder) warn(at hcl.Range, rule, summary, format string, args ...any) {
	d.report(hcl.DiagWarning, at, rule, summary, format, args...)
}

// sourceOf returns the place where a range begins, and remembers the range for whoever reports something at that place.
func (d *decoder) sourceOf(r hcl.Range) cloudfront.Source {
	s := cloudfront.Source{File: r.Filename, Line: r.Start.Line, Column: r.Start.Column}
	if _, ok := d.ranges[s]; !ok {
		d.ranges[s] = r
	}
	return s
}

// fields reads the arguments of one block. Where an argument cannot be read it reports that and gives the default.
type fields struct {
	*terraform.Block
	d *decoder
}

// value returns an argument that is configured and not null.
func (f fields) value(name string) (cty.Value, bool) {
	if f.Block == nil {
		return cty.NilVal, false
	}
	a, ok := f.Arguments[name]
	if !ok || a.Value == cty.NilVal || a.Range.Empty() && a.Range.Filename == "" {
		return cty.NilVal, false
	}
	if bare, _ := a.Value.Unmark(); bare.IsNull() {
		return cty.NilVal, false
	}
	return a.Value, true
}

// at returns the place of an argument, or of the block if the argument is not configured.
func (f fields) at(name string) hcl.Range {
	if a, ok := f.Arguments[name]; ok && a.Range.Filename != "" {
		return a.Range
	}
	return f.Range
}

// source returns the place of the block.
func (f fields) source() cloudfront.Source {
	if f.Block == nil {
		return cloudfront.Source{}
	}
	at := f.d.sourceOf(f.Range)
	if f.Assumed() {
		f.d.open[at] = true
	}
	return at
}

// place returns the place of an argument, which is where its name stands; of the block if it is not configured.
func (f fields) place(name string) cloudfront.Source {
	if a, ok := f.Arguments[name]; ok && a.Name.Filename != "" {
		return f.d.sourceOf(hcl.RangeBetween(a.Name, a.Range))
	}
	return f.source()
}

// sources returns the place of each argument of the block, and of each nested block type's first block.
func (f fields) sources() cloudfront.Sources {
	s := cloudfront.Sources{}
	if f.Block == nil {
		return s
	}
	for name := range f.Arguments {
		s[name] = f.place(name)
	}
	for _, b := range f.Blocks {
		if _, ok := s[b.Type]; !ok {
			s[b.Type] = f.d.sourceOf(b.Range)
		}
	}
	return s
}

// broken reports whether something in the block could not be evaluated: then what is missing may be missing for that.
func (f fields) broken() bool {
	return slices.ContainsFunc(f.d.diags, func(d *hcl.Diagnostic) bool {
		return d.Severity == hcl.DiagError && d.Subject != nil && d.Subject.Filename == f.BodyRange.Filename &&
			d.Subject.Start.Byte >= f.BodyRange.Start.Byte && d.Subject.End.Byte <= f.BodyRange.End.Byte
	})
}

// all returns the nested blocks of a type, in order.
func (f fields) all(typ string) []fields {
	if f.Block == nil {
		return nil
	}
	var out []fields
	for _, b := range f.Blocks {
		if b.Type == typ {
			out = append(out, fields{b, f.d})
		}
	}
	return out
}

// first returns the first nested block of a type; its Block is nil if there is none.
func (f fields) first(typ string) fields {
	for _, b := range f.all(typ) {
		return b
	}
	return fields{nil, f.d}
}

func (f fields) text(name string) cloudfront.Text {
	v, ok := f.value(name)
	if !ok {
		return cloudfront.Known("")
	}
	return textOf(v)
}

// must is text for an argument that has to be there: where it is not, the evaluator has said so, and nobody else need.
func (f fields) must(name string) cloudfront.Text {
	v, ok := f.value(name)
	if !ok {
		return cloudfront.Text{}
	}
	return textOf(v)
}

// str is text for settings that are plain strings to the edge.
func (f fields) str(name string) string { return f.text(name).Value }

// path is str for settings that become a part of requests: one with something in it that nobody knows is told (TF-232).
func (f fields) path(name string) string {
	text := f.text(name)
	if v, ok := f.value(name); ok && open(v) {
		f.unknown(name, quote(text.Value))
	}
	return text.Value
}

// telling is strings for the same.
func (f fields) telling(name string) []string {
	list := f.strings(name)
	for _, v := range f.values(name) {
		if open(v) {
			f.unknown(name, strings.Join(list, ", "))
			break
		}
	}
	return list
}

// word is str for settings with a closed list of values: an unknown one counts as not set.
func (f fields) word(name, otherwise string) string {
	v, ok := f.value(name)
	if !ok {
		return otherwise
	}
	s, known := standInText(v)
	if !known {
		f.unknown(name, otherwise)
		return otherwise
	}
	return s
}

func (f fields) boolean(name string, otherwise bool) bool {
	s := f.word(name, strconv.FormatBool(otherwise))
	b, err := strconv.ParseBool(s)
	if err != nil {
		f.d.refuse(f.at(name), "TF-029", "Invalid value", "%s must be true or false, not %q.", name, s)
		return otherwise
	}
	return b
}

func (f fields) number(name string, otherwise int) int {
	n := f.numbered(name)
	if n == nil {
		return otherwise
	}
	return *n
}

// numbered returns a whole number, or nil where there is none.
func (f fields) numbered(name string) *int {
	v, ok := f.value(name)
	if !ok {
		return nil
	}
	s, known := standInText(v)
	if !known {
		f.unknown(name, "not set")
		return nil
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		f.d.refuse(f.at(name), "TF-029", "Invalid value", "%s must be a whole number, not %q.", name, s)
		return nil
	}
	return &n
}

// integer returns a known whole number.
func integer(v cty.Value) (int, bool) {
	text, ok := rawText(v)
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(text)
	return n, err == nil
}

// maxSeconds bounds a time in seconds so that it fits a Duration: far more than the century that CloudFront keeps.
const maxSeconds = 1 << 33

func (f fields) seconds(name string, otherwise int) time.Duration {
	return time.Duration(min(max(f.number(name, otherwise), -maxSeconds), maxSeconds)) * time.Second
}

// strings returns the texts of a list or set; those of a set are sorted by Terraform.
func (f fields) strings(name string) []string {
	var out []string
	for _, v := range f.values(name) {
		out = append(out, textOf(v).Value)
	}
	return out
}

// sorted is strings for what is compared as a set.
func (f fields) sorted(name string) []string {
	out := f.strings(name)
	slices.Sort(out)
	return slices.Compact(out)
}

// values returns the elements of a list or set, null ones left out.
func (f fields) values(name string) []cty.Value {
	v, ok := f.value(name)
	if !ok {
		return nil
	}
	elements, known := elementsOf(v)
	if !known {
		f.unknown(name, "empty")
	}
	return elements
}

// elementsOf returns the elements of a collection, each with the marks of the whole: a set keeps the marks of its
// elements on itself. It reports false for a collection that is not known.
func elementsOf(v cty.Value) ([]cty.Value, bool) {
	bare, marks := v.Unmark()
	if bare.IsNull() {
		return nil, true
	}
	if !bare.IsKnown() {
		return nil, false
	}
	if !bare.CanIterateElements() {
		return []cty.Value{v}, true
	}
	var out []cty.Value
	for it := bare.ElementIterator(); it.Next(); {
		_, e := it.Element()
		if inner, _ := e.Unmark(); inner.IsNull() {
			continue
		}
		out = append(out, e.WithMarks(relevant(e, marks)))
	}
	return out, true
}

// relevant keeps of a collection's marks those that an element can be made of: a known text that holds none of the
// stand-ins of the others is not unknown for their sake.
func relevant(e cty.Value, marks cty.ValueMarks) cty.ValueMarks {
	text, known := standInText(e)
	kept := cty.ValueMarks{}
	for m := range marks {
		r, ok := m.(terraform.Reference)
		switch {
		case !ok || !known:
			kept[m] = struct{}{}
		case r.StandIn != "" && strings.Contains(text, r.StandIn), strings.Contains(text, "{"+r.Address+"}"):
			kept[m] = struct{}{}
		}
	}
	return kept
}

// unknown notes that a setting is only known after apply, and as what it is taken. Where a value is unknown for no
// reason, an error has been reported at its place, and that is enough.
func (f fields) unknown(name, taken string) {
	v, _ := f.value(name)
	f.d.open[f.place(name)] = true
	f.d.opened++
	if taken == "" {
		taken = "not set"
	}
	if reason := from(v); reason != "" {
		f.d.unknowns = append(f.d.unknowns, undecided{at: f.at(name), value: v, text: fmt.Sprintf("%s (line %d) depends on %s; taken as %s",
			name, f.at(name).Start.Line, reason, taken)})
	}
}

// openedAt notes that something in the block at a place is not known, if that is found out until what it returns is called.
func (d *decoder) openedAt(at cloudfront.Source) (done func()) {
	before := d.opened
	return func() {
		if d.opened > before {
			d.open[at] = true
		}
	}
}

// from lists what an unknown value was made of; it is "" for one that an error left.
func from(v cty.Value) string {
	return strings.Join(firstFew(maxFrom, textOf(v).From), ", ")
}

const maxFrom = 4

// supply says how to give what a value waits for, and remembers that it matters.
func (d *decoder) supply(v cty.Value) string {
	if d.directory.computed() {
		return " " + afterApply
	}
	d.needs = append(d.needs, terraform.Needed(v)...)
	return terraform.Supply(v)
}

// afterApply is the advice for a plan: what it does not know nobody can give it.
const afterApply = "Once the plan has been applied, the state tells it."

// An undecided setting is one that only apply can tell.
type undecided struct {
	at    hcl.Range
	text  string // in a list
	alone string // in a warning of its own
	value cty.Value
}

const maxUndecided = 12

// decided reports what is undecided of a distribution: its settings in one warning, and its policies in one if they are
// many (TF-232).
func (d *decoder) decided(dist *cloudfront.Distribution) {
	if len(d.policies) > fewUndecided {
		d.listed(d.policies, "TF-145", "Policies known only after apply", "Of "+dist.Address+", these policies are not known here:")
		d.policies = nil
	}
	for _, u := range d.policies {
		d.warn(u.at, "TF-145", "Policy known only after apply", "%s", u.alone)
	}
	if len(d.unknowns) > 0 {
		d.listed(d.unknowns, "TF-232", "Settings known only after apply", "Of "+dist.Address+", these settings are not known here:")
	}
	d.unknowns, d.policies = nil, nil
}

// fewUndecided warnings still speak for themselves.
const fewUndecided = 3

// listed is one warning for many things that are undecided.
func (d *decoder) listed(list []undecided, rule, summary, head string) {
	var lines []string
	var needs terraform.Needs
	for _, u := range list {
		for _, address := range terraform.Needed(u.value) {
			if !slices.Contains(needs, address) {
				needs = append(needs, address)
			}
		}
		if !slices.Contains(lines, u.text) {
			lines = append(lines, u.text)
		}
	}
	advice := strings.TrimPrefix(terraform.SupplyOf(needs), " ")
	if d.directory.computed() {
		advice = afterApply
	}
	d.warn(list[0].at, rule, summary, "%s%s\n%s", head, stacked(lines), advice)
	d.needs = append(d.needs, needs...)
}
