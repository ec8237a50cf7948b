package terraform

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// An input is a value given to a root variable, by whatever way came last (TF-020).
type input struct {
	value cty.Value
	text  string // of TF_VAR_ and -var: its meaning depends on the variable's type (TF-024)
	raw   bool   // text is set, value is not
	from  string // "-var", "TF_VAR_x", "terraform.tfvars"
	rng   *hcl.Range
}

// at is where a value was given, or else where its variable is declared.
func (in input) at(v *variable) *hcl.Range {
	if in.rng != nil {
		return in.rng
	}
	return v.block.DefRange().Ptr()
}

// readInputs gathers the values of the root's variables, in order of precedence (TF-020).
func (m *Module) readInputs(c *config) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for name := range c.variables {
		if text, ok := m.opts.Env("TF_VAR_" + name); ok {
			m.inputs[name] = input{text: text, raw: true, from: "TF_VAR_" + name}
		}
	}
	for _, path := range autoFiles(m.dir) {
		diags = append(diags, m.readTfvars(c, path, nil)...)
	}
	for _, name := range []string{"terraform.tfvars", "terraform.tfvars.json"} {
		m.read[filepath.Join(m.dir, name)] = true
	}
	for _, s := range m.opts.Settings {
		if s.File != "" {
			path := s.File
			if !filepath.IsAbs(path) {
				path = filepath.Join(m.cwd, path)
			}
			diags = append(diags, m.readTfvars(c, path, &s)...)
			continue
		}
		if c.variables[s.Name] == nil && !m.mayBeGenerated(c, s.Name) {
			if d := m.undeclaredSetting(c, s); d != nil {
				diags = append(diags, d)
			}
			continue
		}
		from := "-var"
		if s.Range != nil {
			from = place(s.Range)
		}
		m.inputs[s.Name] = input{text: s.Value, raw: true, from: from, rng: s.Range}
	}
	return diags
}

// undeclaredSetting reports a value for a variable that is not declared: on the command line an error, in a file a
// warning (TF-023). Where a file cannot be read, the declaration may be in there.
func (m *Module) undeclaredSetting(c *config, s Setting) *hcl.Diagnostic {
	if len(c.errors()) > 0 {
		return nil
	}
	d := &hcl.Diagnostic{
		Severity: hcl.DiagError,
		Summary:  "Value for undeclared variable",
		Detail: fmt.Sprintf("A variable named %q was assigned on the command line, but the root module does not declare "+
			"a variable of that name.%s", s.Name, didYouMean(s.Name, keys(c.variables))),
		Subject: m.somewhere(),
	}
	if s.Range != nil {
		d.Severity, d.Subject = hcl.DiagWarning, s.Range
		d.Detail = fmt.Sprintf("The root module in %s does not declare a variable named %q.%s", m.display(m.dir), s.Name,
			didYouMean(s.Name, keys(c.variables)))
	}
	return d
}

// autoFiles are the tfvars files that load by themselves (TF-020, TF-022).
func autoFiles(dir string) []string {
	entries, _ := os.ReadDir(dir)
	var plain, auto []string
	for _, e := range entries {
		name := e.Name()
		switch {
		case e.IsDir():
		case name == "terraform.tfvars" || name == "terraform.tfvars.json":
			plain = append(plain, filepath.Join(dir, name))
		case strings.HasSuffix(name, ".auto.tfvars") || strings.HasSuffix(name, ".auto.tfvars.json"):
			auto = append(auto, filepath.Join(dir, name))
		}
	}
	sort.Strings(plain)
	sort.Strings(auto)
	return append(plain, auto...)
}

// otherTfvars are the tfvars files of a directory that do not load by themselves (TF-022).
func otherTfvars(dir string) []string {
	entries, _ := os.ReadDir(dir)
	var names []string
	for _, e := range entries {
		name := e.Name()
		if (strings.HasSuffix(name, ".tfvars") || strings.HasSuffix(name, ".tfvars.json")) && !strings.Contains(name, ".auto.tfvars") &&
			!strings.HasPrefix(name, "terraform.tfvars") && !e.IsDir() {
			names = append(names, name)
		}
	}
	return names
}

func (m *Module) readTfvars(c *config, path string, setting *Setting) hcl.Diagnostics {
	name := m.display(path)
	src, err := m.readFile(path)
	if err != nil {
		d := unreadable(name, err)
		if setting != nil {
			d.Summary = "Failed to read variables file"
			d.Detail = fmt.Sprintf("The variables file %q cannot be read: %s.", setting.File, plain(err))
		}
		return hcl.Diagnostics{d}
	}
	file, diags := parseSource(src, name, strings.HasSuffix(path, ".json"))
	diags = short(diags)
	if file == nil {
		return diags
	}
	m.files[name] = file
	attrs, more := file.Body.JustAttributes()
	diags = append(diags, more...)
	for _, key := range keys(attrs) {
		attr := attrs[key]
		if c.variables[key] == nil && !m.mayBeGenerated(c, key) {
			if len(c.errors()) > 0 {
				continue
			}
			diags = append(diags, &hcl.Diagnostic{
				Severity: hcl.DiagWarning,
				Summary:  "Value for undeclared variable",
				Detail: fmt.Sprintf("The root module does not declare a variable named %q but a value was found in file %q.%s",
					key, name, didYouMean(key, keys(c.variables))),
				Subject: attr.NameRange.Ptr(),
			})
			continue
		}
		v, more := constant(attr.Expr)
		diags = append(diags, more...)
		if more.HasErrors() {
			continue
		}
		if err := weigh(v); err != nil {
			diags = append(diags, tooLarge(err, attr.Expr.Range()))
			continue
		}
		m.inputs[key] = input{value: v, from: name, rng: attr.Expr.Range().Ptr()}
	}
	return diags
}

// variable is the value of an input variable.
func (s *scope) variable(name string, rng hcl.Range) (cty.Value, hcl.Diagnostics) {
	v := s.config.variables[name]
	if v == nil {
		return s.undeclaredVariable(name, rng)
	}
	c := s.vars[name]
	if c == nil {
		c = &memo{}
		s.vars[name] = c
	}
	val, diags := s.m.once(c, s.address("var."+name), rng, func() (cty.Value, hcl.Diagnostics) {
		val, diags := s.inputValue(v)
		val = s.m.supplied(s.address("var."+name), val)
		if v.sensitive {
			val = val.Mark(Sensitive{})
		}
		return val, diags
	})
	if p := s.m.missing[v][s.path]; p != nil {
		p.Uses = append(p.Uses, rng)
	}
	if c.done && !diags.HasErrors() {
		s.validate(v, val)
	}
	return val, diags
}

func (s *scope) undeclaredVariable(name string, rng hcl.Range) (cty.Value, hcl.Diagnostics) {
	if g := s.m.giftAt(s.address("var." + name)); g != nil && g.given != nil {
		g.used = true
		return g.given.Value, nil
	}
	if v, ok := s.m.generatedInput(s, name); ok {
		return v, nil
	}
	hint := didYouMean(name, keys(s.config.variables))
	unknown := Unknown(s.address("var."+name), cty.DynamicPseudoType)
	if s.config.generated || hint == "" && s.m.terragrunt(s.config) {
		s.generated(name, hint, rng)
		return unknown, nil
	}
	return unknown, hcl.Diagnostics{{
		Severity: hcl.DiagError,
		Summary:  "Reference to undeclared input variable",
		Detail: fmt.Sprintf("An input variable with the name %q has not been declared.%s This variable can be declared with a "+
			"variable %q {} block.", name, hint, name),
		Subject: rng.Ptr(),
	}}
}

// mayBeGenerated tells whether the root module asks for a variable that terragrunt may declare (TF-009).
func (m *Module) mayBeGenerated(c *config, name string) bool {
	use := regexp.MustCompile(`\bvar\.` + regexp.QuoteMeta(name) + `\b`)
	for _, f := range m.files {
		if use.Match(f.Bytes) {
			return m.terragrunt(c)
		}
	}
	return false
}

// generatedInput is the value that is given for a variable of the root which terragrunt may declare: it hands its inputs
// over in the environment.
func (m *Module) generatedInput(s *scope, name string) (cty.Value, bool) {
	if s.parent != nil || !m.terragrunt(s.config) {
		return cty.NilVal, false
	}
	in, ok := m.inputs[name]
	if text, given := m.opts.Env("TF_VAR_" + name); given && !ok {
		in, ok = input{text: text, raw: true}, true
	}
	if in.raw {
		return cty.StringVal(in.text), ok
	}
	return in.value, ok
}

// generated notes that a variable was asked for that is not declared: terragrunt may write the declaration (TF-009).
func (s *scope) generated(name, hint string, rng hcl.Range) {
	for _, p := range s.m.order {
		if p.Undeclared && p.Name == name && p.Module == s.path {
			p.Uses = append(p.Uses, rng)
			return
		}
	}
	s.m.order = append(s.m.order, &Placeholder{
		Name: name, Module: s.path, Undeclared: true, Range: rng, Uses: []hcl.Range{rng},
		Description: "not declared; Terragrunt may generate the declaration." + hint,
	})
}

// terragrunt tells whether terragrunt writes parts of the configuration: its file is beside it, or in the same
// repository, since it often lies with the environments and names the module as its source. Without a repository
// nothing tells where the project ends: what lies above is not searched.
func (m *Module) terragrunt(c *config) bool {
	if c.generated {
		return true
	}
	if m.grunt == nil {
		found, visited := false, 0
		m.grunt = &found
		if !m.repository {
			return false
		}
		_ = filepath.WalkDir(m.project, func(_ string, d os.DirEntry, err error) error {
			if visited++; visited > 20_000 || found {
				return filepath.SkipAll
			}
			if err != nil || d.IsDir() && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules") && visited > 1 {
				return filepath.SkipDir
			}
			found = d.Name() == "terragrunt.hcl"
			return nil
		})
	}
	return *m.grunt
}

// inputValue is what the caller, or for the root the outside, gives a variable; else its default.
func (s *scope) inputValue(v *variable) (cty.Value, hcl.Diagnostics) {
	if s.parent != nil {
		if arg := s.call.block.Body.Attributes[v.name]; arg != nil {
			val, diags := s.parent.m.value(arg.Expr, s.callCtx)
			if diags.HasErrors() {
				return Unknown(s.address("var."+v.name), v.plainType()), diags
			}
			return s.accept(v, val, arg.Expr.Range(), "", diags)
		}
	} else if in, ok := s.m.inputs[v.name]; ok {
		rng := *in.at(v)
		val := in.value
		if in.raw {
			var diags hcl.Diagnostics
			if val, diags = v.parse(in); diags.HasErrors() {
				return Unknown(s.address("var."+v.name), v.plainType()), diags
			}
		}
		return s.accept(v, val, rng, in.from, nil)
	}
	if v.def != nil {
		return s.defaultValue(v)
	}
	if g := s.m.giftAt(s.address("var." + v.name)); g != nil && g.given != nil {
		g.used = true
		return s.accept(v, g.given.Value, g.given.Range, "", nil)
	}
	s.placeholder(v)
	if s.parent != nil {
		return Unknown(s.address("var."+v.name), v.plainType()), hcl.Diagnostics{{
			Severity: hcl.DiagError,
			Summary:  "Missing required argument",
			Detail: fmt.Sprintf("The argument %q is required by the module %q, but no definition was found.", v.name,
				s.call.name),
			Subject: s.call.block.DefRange().Ptr(),
		}}
	}
	return Unknown(s.address("var."+v.name), v.plainType()), nil
}

func (v *variable) plainType() cty.Type { return v.typ.WithoutOptionalAttributesDeep() }

// parse reads TF_VAR_ and -var: literally for text and what is written as text, else as an expression (TF-024).
func (v *variable) parse(in input) (cty.Value, hcl.Diagnostics) {
	if v.typ.IsPrimitiveType() || v.block.Body.Attributes["type"] == nil {
		return cty.StringVal(in.text), nil
	}
	name := fmt.Sprintf("<value for var.%s>", v.name)
	fail := func(detail string) (cty.Value, hcl.Diagnostics) {
		return cty.NilVal, hcl.Diagnostics{{
			Severity: hcl.DiagError, Summary: "Invalid value for input variable",
			Detail:  fmt.Sprintf("The value given for var.%s with %s is not an expression: %s", v.name, in.from, detail),
			Subject: in.at(v),
		}}
	}
	tokens, _ := hclsyntax.LexExpression([]byte(in.text), name, hcl.InitialPos)
	if d := checkTokens(tokens); d != nil {
		return fail(d.Detail)
	}
	expr, diags := hclsyntax.ParseExpression([]byte(in.text), name, hcl.InitialPos)
	if !diags.HasErrors() {
		var val cty.Value
		if val, diags = constant(expr); !diags.HasErrors() {
			return val, nil
		}
	}
	return fail(diags[0].Detail)
}

// accept converts a value to the variable's type (TF-025) and applies what null means (TF-026).
func (s *scope) accept(v *variable, val cty.Value, rng hcl.Range, from string, diags hcl.Diagnostics) (cty.Value, hcl.Diagnostics) {
	if plain, _ := val.Unmark(); plain.IsNull() && !v.nullable {
		if v.def != nil {
			return s.defaultValue(v)
		}
		return Unknown(s.address("var."+v.name), v.plainType()), append(diags, &hcl.Diagnostic{
			Severity: hcl.DiagError, Summary: "Required variable not set",
			Detail:  fmt.Sprintf("The given value is not suitable for %s: required variable may not be set to null.", s.address("var."+v.name)),
			Subject: rng.Ptr(),
		})
	}
	if v.def != nil { // which has to be right also where it is not needed
		_, wrong := s.defaultValue(v)
		diags = append(diags, wrong...)
	}
	converted, err := v.convert(val)
	if err != nil {
		if from != "" {
			from = " given with " + from
		}
		return Unknown(s.address("var."+v.name), v.plainType()), append(diags, &hcl.Diagnostic{
			Severity: hcl.DiagError, Summary: "Invalid value for input variable",
			Detail: fmt.Sprintf("The value%s is not suitable for %s, declared at %s:%d: %s.", from, s.address("var."+v.name),
				v.block.TypeRange.Filename, v.block.TypeRange.Start.Line, conversionError(err)),
			Subject: rng.Ptr(),
		})
	}
	return converted, diags
}

func (v *variable) convert(val cty.Value) (cty.Value, error) {
	val = materialize(val, v.typ)
	if v.defaults != nil && !val.IsNull() {
		val = v.defaults.Apply(val)
	}
	if v.typ == cty.DynamicPseudoType {
		return val, nil
	}
	return converted(val, v.typ)
}

func (s *scope) defaultValue(v *variable) (cty.Value, hcl.Diagnostics) {
	val, diags := constant(v.def.Expr)
	if diags.HasErrors() {
		return Unknown(s.address("var."+v.name), v.plainType()), diags
	}
	converted, err := v.convert(val)
	if err == nil && val.IsNull() && !v.nullable {
		err = errors.New("null, where nullable is false")
	}
	if err != nil {
		return Unknown(s.address("var."+v.name), v.plainType()), hcl.Diagnostics{{
			Severity: hcl.DiagError, Summary: "Invalid default value for variable",
			Detail:  fmt.Sprintf("This default value is not compatible with the variable's type constraint: %s.", conversionError(err)),
			Subject: v.def.Expr.Range().Ptr(),
		}}
	}
	return converted, nil
}

// placeholder notes that a variable was asked for and has no value (TF-028).
func (s *scope) placeholder(v *variable) {
	if s.m.missing[v] == nil {
		s.m.missing[v] = map[string]*Placeholder{}
	}
	if s.m.missing[v][s.path] != nil {
		return
	}
	typ := v.typeText
	if typ == "" {
		typ = "any"
	}
	p := &Placeholder{Name: v.name, Module: s.path, Type: typ, Description: v.description, Range: v.block.DefRange()}
	s.m.missing[v][s.path] = p
	s.m.order = append(s.m.order, p)
}

// TfvarsFiles returns the variable files beside the root module that do not load by themselves, so that a message about
// a missing variable can name them (TF-022).
func (m *Module) TfvarsFiles() []string { return otherTfvars(m.dir) }

// validate evaluates the validation blocks of a known variable; one that fails is a notice (TF-027).
func (s *scope) validate(v *variable, val cty.Value) {
	key := "validate " + v.name
	if s.vars[key] != nil || !certain(val) {
		return // of a stand-in's text nobody knows whether the real one meets a condition
	}
	s.vars[key] = &memo{done: true}
	for _, b := range v.block.Body.Blocks {
		cond := b.Body.Attributes["condition"]
		if b.Type != "validation" || cond == nil {
			continue
		}
		ok, diags := s.m.value(cond.Expr, s.ctx)
		if len(References(ok)) > 0 {
			continue
		}
		ok, _ = ok.Unmark()
		if diags.HasErrors() || ok.IsNull() || !ok.IsKnown() || ok.Type() != cty.Bool || ok.True() {
			continue
		}
		detail := "The value does not meet the condition."
		if e := b.Body.Attributes["error_message"]; e != nil {
			if msg, diags := s.m.value(e.Expr, s.ctx); !diags.HasErrors() && !IsSensitive(msg) {
				if msg, _ = msg.Unmark(); msg.IsKnown() && !msg.IsNull() && msg.Type() == cty.String {
					detail = msg.AsString()
				}
			}
		}
		s.m.notices = append(s.m.notices, &hcl.Diagnostic{
			Severity: hcl.DiagWarning, Summary: "Invalid value for variable",
			Detail:  fmt.Sprintf("%s: %s Terraform would refuse it.", s.address("var."+v.name), detail),
			Subject: cond.Expr.Range().Ptr(),
		})
	}
}
