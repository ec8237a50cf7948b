// Package config loads a Terraform directory: a cloudfront.Config out of .tf files, with every problem of the
// directory as a diagnostic at its line. The JSON of a plan, of a state and of AWS are other doors to the same.
//
//	loaded, diags := config.Load("infra", config.Options{})
//
// It joins the two packages below it: config/terraform evaluates the language, config/cloudfront is the vocabulary.
// What is here is how AWS's provider spells the one in the other: schemas of resources, stand-ins for what only AWS
// can tell (section 5 of the Terraform rules), and the decoding of blocks. It knows no request and no HTTP.
package config

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"edgecase/config/cloudfront"
	"edgecase/config/terraform"

	"github.com/hashicorp/hcl/v2"
)

// Options say what a command line and an environment add to a directory. The zero value works.
type Options struct {
	Settings     []terraform.Setting         // --var and --var-file, in order (TF-020)
	Workspace    string                      // "" asks the environment and .terraform/environment (TF-045)
	Env          func(string) (string, bool) // os.LookupEnv; nil is an empty environment
	Distribution string                      // the address of the only distribution wanted; "" wants all
	Strict       bool                        // what is not emulated is an error
	Values       []terraform.Given           // what only apply can tell, by address (TF-220)
}

// Loaded is what a directory gave. With errors it holds what could be evaluated in spite of them.
type Loaded struct {
	Config       *cloudfront.Config
	Dir          string
	Files        map[string]*hcl.File // by the names that diagnostics use, to print snippets
	Read         []string             // every file read or looked for, and the directories: what to watch
	Notices      []Notice             // what is accepted and not emulated
	Notes        []Notice             // what is worth knowing
	Placeholders []terraform.Placeholder
	Open         map[cloudfront.Source]bool // places of what only apply can tell: what stands for it in Config decides nothing
	Needs        []string                   // addresses of unknown values that decide something, sorted: what to give (TF-232)
}

// A Notice is one sentence for people, with the line and the rule behind it.
type Notice struct {
	Text   string
	Source cloudfront.Source
	Rule   string
}

// A Rule is the ID of the rule that a diagnostic rests on: its Extra.
type Rule string

// Load reads what a PATH names and decodes its distributions: a Terraform directory, one .tf file, whose directory is
// read (TF-002), or a file of JSON that terraform show or AWS has written (sections 7 and 8). The result is never nil.
func Load(path string, opts Options) (*Loaded, hcl.Diagnostics) {
	if IsDocument(path) {
		l, diags := loadDocument(path, opts)
		if len(opts.Values) > 0 {
			l.Notes = append(l.Notes, Notice{Rule: "TF-220", Source: cloudfront.Source{File: opts.Values[0].Range.Filename, Line: opts.Values[0].Range.Start.Line},
				Text: "values are for Terraform directories; those in " + path + " stay what they are"})
		}
		return l, diags
	}
	return loadDirectory(directoryOf(path), opts)
}

// loadDirectory evaluates a Terraform directory.
func loadDirectory(dir string, opts Options) (*Loaded, hcl.Diagnostics) {
	p := newProvider()
	m, diags := terraform.Load(dir, terraform.Options{
		Settings:  opts.Settings,
		Workspace: opts.Workspace,
		Env:       opts.Env,
		Provider:  p,
		Values:    opts.Values,
	})
	p.find, p.lookup = m.Resource, m.Lookup
	if m.Stats().Files == 0 {
		diags = nextStep(diags, dir)
	}
	resources, more := m.Resources(distributionType)
	diags = append(diags, more...)

	d := newDecoder(newDirectory(m, m.Read))
	d.dir = dir
	l := &Loaded{Config: &cloudfront.Config{}, Dir: dir}
	diags = l.decode(d, resources, opts, diags, func() *hcl.Diagnostic { return notFound(m, dir) })
	if len(resources) > 0 {
		diags = append(diags, uninstalled(m)...)
	}
	l.Placeholders = m.Placeholders()
	switch {
	case len(l.Placeholders) > 0:
		diags = append(diags, missingVariables(dir, l.Placeholders))
	case len(resources) > 0 && diags.HasErrors():
		diags = append(diags, moduleAlone(dir)...)
	}
	if !diags.HasErrors() {
		diags = append(diags, d.unneeded(m.Unneeded())...)
		l.Notes = d.notes
	}
	l.Needs = needs(diags, d.needs)
	l.Files, l.Read = m.Files(), m.Read()
	return l, distinct(gathered(diags))
}

// decode decodes the distributions among resources. diags are what reading them has said; none says why there are none.
func (l *Loaded) decode(d *decoder, resources []*terraform.Resource, opts Options, diags hcl.Diagnostics, none func() *hcl.Diagnostic) hcl.Diagnostics {
	var entities []*entity
	for _, r := range resources {
		entities = append(entities, entityOf(r))
	}
	switch wanted, unknown := chosen(entities, opts.Distribution); {
	case len(entities) == 0:
		if !diags.HasErrors() {
			diags = append(diags, none())
		}
	case unknown != nil:
		diags = append(diags, unknown)
	case len(wanted) > maxDistributions:
		diags = append(diags, tooMany(wanted))
	default:
		l.Config.Distributions = d.distributions(readable(wanted, diags))
		d.unserved()
	}
	diags = append(diags, d.diags...)
	diags = append(diags, d.problems(l.Config)...)
	l.Notices, l.Notes, l.Open = d.notices, d.notes, d.open
	if opts.Strict {
		diags = append(diags, d.strict()...)
	}
	return diags
}

// needs gathers the addresses that diagnostics ask values for with those that the decoder does.
func needs(diags hcl.Diagnostics, list []string) []string {
	list = slices.Clone(list)
	for _, d := range diags {
		if more, ok := d.Extra.(terraform.Needs); ok {
			list = append(list, more...)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// maxDistributions is more than an account can have without asking for more.
const maxDistributions = 1000

// tooMany refuses a count or for_each that is out of hand before each instance is evaluated.
func tooMany(list []*entity) *hcl.Diagnostic {
	return &hcl.Diagnostic{
		Severity: hcl.DiagError, Summary: "Too many distributions", Subject: list[maxDistributions].at.Ptr(), Extra: Rule("TF-233"),
		Detail: fmt.Sprintf("There are %d distributions, and edgecase reads up to %d. Take one of them with --distribution, "+
			"as in --distribution '%s'.", len(list), maxDistributions, list[0].address),
	}
}

// readable returns the distributions in whose files everything could be read, and which are declared once. Of a file that
// could not be read half is missing, and every complaint about that would stand before the mistake that is to be mended
// (TF-012); of two declarations nobody can tell which is meant (TF-004).
func readable(entities []*entity, diags hcl.Diagnostics) []*entity {
	broken := map[string]bool{}
	twice := map[hcl.Range]bool{}
	for _, d := range diags {
		switch extra := d.Extra.(type) {
		case terraform.Unread:
			broken[d.Subject.Filename] = true
		case terraform.Repeated:
			twice[extra.First] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(entities), func(e *entity) bool { return broken[e.at.Filename] || twice[e.at] })
}

// directoryOf returns the directory of a .tf file, anything else as it is.
func directoryOf(path string) string {
	if strings.HasSuffix(path, ".tf") || strings.HasSuffix(path, ".tf.json") {
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return filepath.Dir(path)
		}
	}
	return path
}

// distributions decodes all of them. They are evaluated first: what the decoder then looks up on the way is looked up
// without a word about errors, and nothing that a distribution needs may get lost in that.
func (d *decoder) distributions(entities []*entity) []*cloudfront.Distribution {
	for _, e := range entities {
		_, diags := e.Evaluate()
		d.diags = append(d.diags, diags...)
	}
	var out []*cloudfront.Distribution
	for _, e := range entities {
		if dist := d.distribution(e); dist != nil {
			out = append(out, dist)
		}
	}
	return out
}

// chosen returns the distributions that are wanted, or a diagnostic if the address is none of theirs.
func chosen(entities []*entity, address string) ([]*entity, *hcl.Diagnostic) {
	if address == "" {
		return entities, nil
	}
	var addresses []string
	for _, e := range entities {
		if e.address == address {
			return []*entity{e}, nil
		}
		addresses = append(addresses, e.address)
	}
	detail := "There is no distribution " + quote(address) + "."
	if near := nearest(address, addresses); near != "" {
		detail += " Did you mean " + near + "?"
	}
	detail += " The distributions are:\n  " + strings.Join(addresses, "\n  ")
	return nil, &hcl.Diagnostic{
		Severity: hcl.DiagError, Summary: "Unknown distribution", Detail: detail, Extra: Rule("TF-260")}
}

// distinct drops diagnostics that say the same of the same place again: two behaviors may share what is wrong.
func distinct(diags hcl.Diagnostics) hcl.Diagnostics {
	type key struct {
		severity        hcl.DiagnosticSeverity
		summary, detail string
		at              hcl.Range
	}
	seen := map[key]bool{}
	var out hcl.Diagnostics
	for _, d := range diags {
		k := key{severity: d.Severity, summary: d.Summary, detail: d.Detail}
		if d.Subject != nil {
			k.at = *d.Subject
		}
		if !seen[k] {
			seen[k] = true
			out = append(out, d)
		}
	}
	return out
}
