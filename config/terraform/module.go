package terraform

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty/function"
)

// A Module is a root module: a directory, the modules it calls, and what has been evaluated of them so far. It must not
// be used from several goroutines at once.
type Module struct {
	opts       Options
	dir        string // absolute
	cwd        string // of the process: ranges are relative to it
	project    string // files outside of it are read with a notice (TF-044)
	repository bool   // the project is a repository, not just some directories up
	workspace  string

	files    map[string]*hcl.File
	read     map[string]bool
	configs  map[string]*config // by directory
	holds    map[string]bool    // memory of contains
	manifest map[string]installed
	inputs   map[string]input

	gifts    *gift           // what is given by address; nil if nothing is
	presents []*gift         // those of them that have a value
	wanted   map[string]bool // addresses asked for of which only apply can tell the value

	functions map[string]function.Function
	compiled  map[hclsyntax.Expression]hclsyntax.Expression
	templates map[string]hclsyntax.Expression

	root        *scope
	scopes      int
	stack       []frame
	steps       int
	limits      limits
	exhausted   *hcl.Diagnostic
	started     time.Time         // of the first step
	late        bool              // the evaluations have taken all their time
	digests     map[string]string // of files, by function and path
	waiting     map[string]bool   // files that kept their reader waiting
	taken       int64             // bytes of files that expressions have read
	calling     int               // templates that are rendering templates
	notices     hcl.Diagnostics
	reported    map[*hcl.Diagnostic]bool
	outside     map[string]bool
	grunt       *bool // the project uses terragrunt
	missing     map[*variable]map[string]*Placeholder
	order       []*Placeholder
	unavailable map[string]*UnavailableModule
	surveyed    map[string]bool // directories
	stats       Stats
}

// Load parses the root module in a directory. The module is never nil: what can be used of it can be evaluated in spite
// of errors (TF-012).
func Load(dir string, opts Options) (*Module, hcl.Diagnostics) {
	m := newModule(dir, opts)
	diags := m.checkDir(dir)
	c := &config{dir: m.dir}
	if !diags.HasErrors() {
		m.readWorkspace()
		c = m.config(m.dir)
		diags = append(diags, c.diags...)
		if len(c.order)+len(c.callOrder)+len(c.variables)+len(c.outputs)+len(c.locals)+len(c.providers) == 0 && !diags.HasErrors() {
			diags = append(diags, m.nothing(dir))
		}
		diags = append(diags, m.readInputs(c)...)
		diags = append(diags, m.readManifest()...)
		diags = append(diags, m.plant(opts.Values)...)
	}
	m.root = m.newScope(nil, c, "", nil)
	for _, d := range diags {
		m.reported[d] = true
	}
	return m, diags
}

// newModule returns a module of which nothing has been read.
func newModule(dir string, opts Options) *Module {
	m := &Module{
		opts:        opts,
		limits:      limits{maxSteps, maxScopes, maxTime},
		files:       map[string]*hcl.File{},
		read:        map[string]bool{},
		configs:     map[string]*config{},
		holds:       map[string]bool{},
		inputs:      map[string]input{},
		compiled:    map[hclsyntax.Expression]hclsyntax.Expression{},
		templates:   map[string]hclsyntax.Expression{},
		reported:    map[*hcl.Diagnostic]bool{},
		outside:     map[string]bool{},
		missing:     map[*variable]map[string]*Placeholder{},
		unavailable: map[string]*UnavailableModule{},
		surveyed:    map[string]bool{},
		wanted:      map[string]bool{},
		digests:     map[string]string{},
		waiting:     map[string]bool{},
	}
	if m.opts.Env == nil {
		m.opts.Env = func(string) (string, bool) { return "", false }
	}
	m.cwd, _ = os.Getwd()
	abs, err := filepath.Abs(dir)
	if err != nil {
		abs = filepath.Clean(dir)
	}
	m.dir = abs
	m.project, m.repository = projectOf(abs)
	m.functions = m.table()
	return m
}

// checkDir refuses what is not a directory with Terraform in it.
func (m *Module) checkDir(dir string) hcl.Diagnostics {
	info, err := os.Stat(m.dir)
	if err != nil {
		return hcl.Diagnostics{{
			Severity: hcl.DiagError,
			Summary:  "No such directory",
			Detail:   fmt.Sprintf("The Terraform directory %q cannot be read: %s.", dir, plain(err)),
			Subject:  m.somewhere(),
		}}
	}
	if !info.IsDir() {
		return hcl.Diagnostics{{
			Severity: hcl.DiagError,
			Summary:  "Not a directory",
			Detail:   fmt.Sprintf("%q is not a directory. A Terraform configuration is a directory of .tf files.", dir),
			Subject:  m.somewhere(),
		}}
	}
	return nil
}

// A Finding is what a caller may have more to say about: the Extra of a diagnostic.
type Finding int

// NoFiles is the finding that a directory has no Terraform in it.
const NoFiles Finding = 1

func (m *Module) nothing(dir string) *hcl.Diagnostic {
	files, overrides, _, _ := configFiles(m.dir)
	d := &hcl.Diagnostic{
		Severity: hcl.DiagError,
		Summary:  "No Terraform configuration files",
		Detail: fmt.Sprintf("The directory %q contains no .tf or .tf.json files. Name the Terraform directory, as PATH or with "+
			"--terraform, or go there.", dir),
		Extra: NoFiles,
	}
	if len(files)+len(overrides) > 0 {
		d.Severity, d.Summary = hcl.DiagWarning, "Empty configuration"
		d.Detail = fmt.Sprintf("The Terraform files of the directory %q declare nothing.", dir)
	}
	return d
}

// somewhere is the range of what has no line: the directory itself.
func (m *Module) somewhere() *hcl.Range {
	return &hcl.Range{Filename: m.display(m.dir), Start: hcl.InitialPos, End: hcl.InitialPos}
}

// Files returns the parsed files by the names that ranges use, to print snippets.
func (m *Module) Files() map[string]*hcl.File { return m.files }

// Read returns the absolute paths of every file read so far, of those looked for in vain, and of the module
// directories, sorted: what a watcher watches.
func (m *Module) Read() []string { return keys(m.read) }

// A Placeholder is a variable without default and without value that the evaluation asked for (TF-028).
type Placeholder struct {
	Name        string
	Module      string // "" in the root
	Type        string // "list(string)"
	Description string
	Undeclared  bool      // a declaration may be generated (TF-009)
	Range       hcl.Range // of the declaration, or else of the first use
	Uses        []hcl.Range
}

// Placeholders returns the variables that evaluation asked for in vain, in the order in which it did.
func (m *Module) Placeholders() []Placeholder {
	list := make([]Placeholder, 0, len(m.order))
	for _, p := range m.order {
		list = append(list, *p)
	}
	return list
}

// An UnavailableModule is a module call whose source is not on this machine (TF-072).
type UnavailableModule struct {
	Path    string // "module.cdn"
	Source  string
	Version string
	Range   hcl.Range // of the source argument
	Local   string    // the directory that a local source names and that is not there; "" for other sources
	Needed  bool      // an expression asked for an output, and nobody has given one
}

// Unavailable returns the module calls, found so far, whose source is not on this machine, by path.
func (m *Module) Unavailable() []UnavailableModule {
	list := make([]UnavailableModule, 0, len(m.unavailable))
	for _, path := range keys(m.unavailable) {
		list = append(list, *m.unavailable[path])
	}
	return list
}

// Stats tell what was read, to explain why nothing was found (TF-260).
type Stats struct {
	Files     int
	Resources int
	Absent    []Absent
}

// An Absent resource, or a module with such resources in it, is declared and has no instances.
type Absent struct {
	Address    string
	Repetition string    // "count" or "for_each"
	Range      hcl.Range // of the expression
	Workspace  string    // the name of the workspace if the expression asks for it (TF-045)
}

// Stats returns what has been read and found absent so far.
func (m *Module) Stats() Stats {
	s := m.stats
	s.Absent = append([]Absent(nil), s.Absent...)
	return s
}

// fresh returns the diagnostics that have not been returned before.
func (m *Module) fresh(diags hcl.Diagnostics) hcl.Diagnostics {
	var out hcl.Diagnostics
	for _, d := range diags {
		if !m.reported[d] {
			m.reported[d] = true
			out = append(out, d)
		}
	}
	return out
}

// drain returns the notices that evaluation has left.
func (m *Module) drain() hcl.Diagnostics {
	notices := m.notices
	m.notices = nil
	return m.fresh(notices)
}

func (m *Module) schema(mode Mode, typ string) *Schema {
	if m.opts.Provider == nil {
		return nil
	}
	return m.opts.Provider.Schema(mode, typ)
}

// Resources returns the instances of the given types in the whole module tree, those of the root first, then those of
// the module calls in source order, with count and for_each expanded. The diagnostics say what blocked the expansion.
func (m *Module) Resources(types ...string) ([]*Resource, hcl.Diagnostics) {
	m.restart()
	want := map[string]bool{}
	for _, t := range types {
		want[t] = true
	}
	var found []*Resource
	diags := m.collect(m.root, want, &found)
	return found, append(m.fresh(diags), m.drain()...)
}

// Lookup is Resources for a provider that is asked in the middle of an evaluation: it says nothing, and the evaluation
// goes on as if nobody had looked.
func (m *Module) Lookup(typ string) []*Resource {
	absent := m.stats.Absent
	var found []*Resource
	_ = m.collect(m.root, map[string]bool{typ: true}, &found)
	m.stats.Absent = absent
	return found
}

func (m *Module) collect(s *scope, want map[string]bool, found *[]*Resource) hcl.Diagnostics {
	diags := append(hcl.Diagnostics{}, s.config.diags...)
	for _, d := range s.config.order {
		if d.mode != Managed || !want[d.typ] {
			continue
		}
		set := s.expand(d)
		diags = append(diags, set.diags...)
		m.noteAbsent(s, set, s.address(d.key))
		for _, i := range set.list {
			*found = append(*found, i.resource)
		}
	}
	for _, c := range s.config.callOrder {
		dir := m.sourceOf(s, c)
		if dir == "" || !m.contains(dir, want) {
			diags = append(diags, m.brokenBelow(dir)...)
			if dir != "" {
				m.survey(dir, s.address("module."+c.name), strings.TrimPrefix(s.dotted+"."+c.name, "."))
			}
			continue
		}
		set := s.callInstances(c)
		diags = append(diags, set.diags...)
		m.noteAbsent(s, set, s.address("module."+c.name))
		for _, child := range set.list {
			if child.module != nil {
				diags = append(diags, m.collect(child.module, want, found)...)
			}
		}
	}
	return diags
}

// brokenBelow returns the syntax errors of a module that, as far as it could be read, has nothing we look for: what we
// look for may be in the part that could not be read.
func (m *Module) brokenBelow(dir string) hcl.Diagnostics {
	var diags hcl.Diagnostics
	if c := m.configs[dir]; c != nil {
		for _, d := range c.diags {
			if d.Severity == hcl.DiagError {
				diags = append(diags, d)
			}
		}
	}
	return diags
}

func (m *Module) noteAbsent(s *scope, set *expansion, address string) {
	if len(set.list) > 0 || set.rng.Empty() {
		return
	}
	for _, a := range m.stats.Absent {
		if a.Address == address {
			return
		}
	}
	a := Absent{Address: address, Repetition: set.kind, Range: set.rng}
	if s.asksWorkspace(set.expr, map[string]bool{}) {
		a.Workspace = m.workspace
	}
	m.stats.Absent = append(m.stats.Absent, a)
}

// contains tells whether a directory, or a module called from it, declares a resource of the types.
func (m *Module) contains(dir string, want map[string]bool) bool {
	key := fmt.Sprint(keys(want), dir)
	if has, ok := m.holds[key]; ok {
		return has
	}
	seen := map[string]bool{dir: true}
	for queue := []string{dir}; len(queue) > 0 && !m.holds[key]; queue = queue[1:] {
		c := m.config(queue[0])
		for _, d := range c.order {
			if d.mode == Managed && want[d.typ] {
				m.holds[key] = true
			}
		}
		for _, call := range c.callOrder {
			for _, child := range m.dirsOf(queue[0], call) {
				if !seen[child] {
					seen[child] = true
					queue = append(queue, child)
				}
			}
		}
	}
	return m.holds[key]
}

// Resource returns one instance by its full address, "data." in front for data sources, or nil.
func (m *Module) Resource(address string) *Resource {
	return m.root.find(address)
}
