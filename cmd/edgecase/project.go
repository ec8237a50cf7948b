package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"edgecase/config"
	"edgecase/config/cloudfront"
	"edgecase/config/terraform"
	"edgecase/edge"
	"edgecase/origins"

	"github.com/hashicorp/hcl/v2"
)

// A project is what a command works on: a Terraform directory, and what flags, the environment and edgecase.hcl say
// beside it. Flags go before the environment, the environment goes before edgecase.hcl.
type project struct {
	*process
	flags *flags
	path  string      // the Terraform directory
	file  *configFile // nil where there is no edgecase.hcl

	places origins.Places // what is later counts more
}

// openProject gathers a project. path is the command's argument, or "". What is wrong with edgecase.hcl has been
// printed when the error says so.
func openProject(p *process, f *flags, path string) (*project, error) {
	pr, diags, err := newProject(p, f, path)
	if err != nil {
		return nil, err
	}
	if diags.HasErrors() {
		pr.diagnostics(p.stderr, pr.configFiles(), diags)
		return nil, &exitError{code: exitConfig}
	}
	return pr, nil
}

// newProject is openProject for callers that print diagnostics themselves.
func newProject(p *process, f *flags, path string) (*project, hcl.Diagnostics, error) {
	pr, diags, err := gatherProject(p, f, path)
	if err == nil {
		err = checkPath(pr.path)
	}
	if err != nil {
		return nil, nil, err
	}
	return pr, diags, nil
}

// gatherProject is newProject for a path that need not be there.
func gatherProject(p *process, f *flags, path string) (*project, hcl.Diagnostics, error) {
	pr := &project{process: p, flags: f}
	var diags hcl.Diagnostics
	name := f.config
	if name == "" {
		name = findConfig()
	}
	if name != "" && name != "none" {
		pr.file, diags = readConfig(name)
	}
	if path != "" && f.terraform != "" && filepath.Clean(path) != filepath.Clean(f.terraform) {
		return nil, nil, usageError("give one of them", "%s is given as PATH and %s with --terraform", path, f.terraform)
	}
	file := pr.fileOrEmpty()
	pr.path = cmp.Or(path, f.terraform, file.terraform, ".")
	pr.places = append(pr.places, file.origins...)
	for _, e := range f.origins {
		m, err := origins.ParseMapping(e.value, e.source)
		if err != nil {
			return nil, nil, usageError("", "%s: %w", e.source, err)
		}
		pr.places = append(pr.places, m)
	}
	return pr, diags, nil
}

// fileOrEmpty returns the edgecase.hcl, or one that says nothing.
func (p *project) fileOrEmpty() *configFile {
	if p.file == nil {
		return &configFile{}
	}
	return p.file
}

// configFiles returns edgecase.hcl as printers of diagnostics want it.
func (p *project) configFiles() map[string]*hcl.File {
	files := map[string]*hcl.File{}
	if p.file != nil && p.file.file != nil {
		files[p.file.name] = p.file.file
	}
	return files
}

// checkPath refuses what cannot be read as Terraform, before anybody looks for a distribution in it.
func checkPath(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return usageError(pathMeaning, "%s does not exist", path)
	case err != nil:
		return usageError("", "look at %s: %w", path, err)
	case info.IsDir() || strings.HasSuffix(path, ".tf") || strings.HasSuffix(path, ".tf.json") || config.IsDocument(path):
		return nil
	}
	return usageError(pathMeaning, "%s is neither a directory nor a .tf file nor JSON", path)
}

const pathMeaning = "PATH is a Terraform directory, one of its .tf files, or the JSON of terraform show -json"

// load evaluates the Terraform directory. The result is never nil; with errors it holds what could be evaluated.
func (p *project) load() (*config.Loaded, hcl.Diagnostics) {
	file := p.fileOrEmpty()
	loaded, diags := config.Load(p.path, config.Options{
		Settings:     p.settings(),
		Workspace:    cmp.Or(p.flags.workspace, file.workspace),
		Env:          p.env,
		Distribution: cmp.Or(p.flags.distribution, file.distribution),
		Strict:       p.flags.strict,
		Values:       file.values,
	})
	for name, f := range p.configFiles() {
		loaded.Files[name] = f // for what is said of its lines
	}
	if p.flags.strict {
		diags = append(diags, p.unmappedErrors(loaded)...)
	}
	if len(p.flags.inputs) > 0 && config.IsDocument(p.path) {
		diags = append(diags, &hcl.Diagnostic{
			Severity: hcl.DiagWarning, Summary: "Variables without effect",
			Detail: "--var and --var-file say nothing to " + p.path + ": its values have been worked out already.",
		})
	}
	return loaded, diags
}

// settings returns the values of variables, in the order in which they count: those of edgecase.hcl first.
func (p *project) settings() []terraform.Setting {
	file := p.fileOrEmpty()
	list := file.inputs[:len(file.inputs):len(file.inputs)]
	for _, e := range p.flags.inputs {
		s := terraform.Setting{File: e.value}
		if e.flag == "var" {
			name, value, _ := strings.Cut(e.value, "=")
			s = terraform.Setting{Name: strings.TrimSpace(name), Value: value}
		}
		list = append(list, s)
	}
	return list
}

// mustLoad loads, or prints every diagnostic and returns an exitError. Where the configuration can be used, the
// diagnostics are warnings and have not been printed.
func (p *project) mustLoad() (*config.Loaded, hcl.Diagnostics, error) {
	loaded, diags := p.load()
	if !diags.HasErrors() {
		return loaded, diags, nil
	}
	p.diagnostics(p.stderr, loaded.Files, diags)
	return loaded, diags, &exitError{code: exitConfig}
}

// edge makes the edge of a loaded configuration, and the pool that asks its origins. opts says what is particular to
// the caller. A mapping of the command line that names no origin is an error; one of edgecase.hcl may be for another
// distribution, and becomes a note.
func (p *project) edge(loaded *config.Loaded, opts edge.Options) (*edge.Edge, *origins.Pool, error) {
	if err := p.unknownPlaces(loaded); err != nil {
		return nil, nil, err
	}
	pool := origins.NewPool(p.places, origins.PoolOptions{Log: opts.Log, Now: opts.Now})
	opts.Origins = pool
	if opts.Viewer == nil {
		opts.Viewer = p.viewer(nil)
	}
	e, err := edge.New(loaded.Config, opts)
	if err != nil {
		pool.Close()
		return nil, nil, &exitError{code: exitConfig, err: err}
	}
	return e, pool, nil
}

// unknownPlaces refuses places of the command line and the environment that name no origin.
func (p *project) unknownPlaces(loaded *config.Loaded) error {
	all := allOrigins(loaded.Config)
	for _, m := range p.places.Unmatched(all) {
		if !p.fromFile(m) {
			return usageError("edgecase routes lists the origins", "%w", m.Mismatch(all))
		}
	}
	return nil
}

// checkPlaces refuses places that are named and are not there.
func (p *project) checkPlaces(loaded *config.Loaded) error {
	if err := p.unknownPlaces(loaded); err != nil {
		return err
	}
	for _, m := range p.places {
		if err := m.Check(); err != nil && m.Mismatch(allOrigins(loaded.Config)) == nil {
			code := exitUsage
			if p.fromFile(m) {
				code = exitConfig
			}
			return &exitError{code, err, "an origin without a place echoes requests"}
		}
	}
	return nil
}

// viewer returns what the CloudFront-Viewer-* headers say: what edgecase.hcl says, and over it what flags do.
func (p *project) viewer(flags map[string]string) map[string]string {
	values := map[string]string{}
	if c := p.fileOrEmpty().country; c != "" {
		values["Country"] = c
	}
	for name, value := range flags {
		values[name] = value
	}
	return values
}

func (p *project) fromFile(m origins.Mapping) bool {
	return p.file != nil && strings.HasPrefix(m.Source, p.file.name+":")
}

// unmapped returns the origins that some behavior asks and nobody has said the place of.
func (p *project) unmapped(c *cloudfront.Config) []*cloudfront.Origin {
	var list []*cloudfront.Origin
	for _, o := range askedOrigins(c) {
		if _, mapped := p.places.For(o); !mapped {
			list = append(list, o)
		}
	}
	return list
}

// unmappedErrors makes an error of every unmapped origin: what --strict asks for.
func (p *project) unmappedErrors(loaded *config.Loaded) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, o := range p.unmapped(loaded.Config) {
		diags = append(diags, &hcl.Diagnostic{
			Severity: hcl.DiagError, Summary: "Origin is not mapped", Subject: rangeOf(loaded.Files, o.Source),
			Detail: fmt.Sprintf("Nobody said where %s is on this machine; with --strict that is an error. Give --origin %s=PLACE.", o.ID, o.ID),
		})
	}
	return diags
}

// allOrigins returns the origins of all distributions.
func allOrigins(c *cloudfront.Config) []*cloudfront.Origin {
	var list []*cloudfront.Origin
	for _, d := range c.Distributions {
		list = append(list, d.Origins...)
	}
	return list
}

// askedOrigins returns the origins that behaviors ask, once each, in order of the origins.
func askedOrigins(c *cloudfront.Config) []*cloudfront.Origin {
	var list []*cloudfront.Origin
	for _, d := range c.Distributions {
		asked := map[*cloudfront.Origin]bool{}
		for _, b := range d.Behaviors {
			for _, o := range d.Members(b.TargetOriginID.Value) {
				asked[o] = true
			}
		}
		for _, o := range d.Origins {
			if asked[o] {
				list = append(list, o)
			}
		}
	}
	return list
}

// checkOrigin refuses what is not ID=PLACE.
func checkOrigin(s string) error {
	_, err := origins.ParseMapping(s, "")
	return err
}
