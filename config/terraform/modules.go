package terraform

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// installed is an entry of .terraform/modules/modules.json (TF-071).
type installed struct {
	Key, Source, Version, Dir string
}

// readManifest reads which modules terraform get has put where.
func (m *Module) readManifest() hcl.Diagnostics {
	m.manifest = map[string]installed{}
	path := filepath.Join(m.dir, ".terraform", "modules", "modules.json")
	src, err := m.readFile(path)
	if err != nil {
		return nil
	}
	var file struct{ Modules []installed }
	if err := json.Unmarshal(src, &file); err != nil {
		d := unreadable(m.display(path), err)
		d.Severity, d.Summary = hcl.DiagWarning, "Damaged module manifest"
		d.Detail = "The list of installed modules is not valid JSON. Run: terraform get"
		return hcl.Diagnostics{d}
	}
	for _, e := range file.Modules {
		m.manifest[e.Key] = e
	}
	return nil
}

// readWorkspace finds the name of the workspace (TF-045).
func (m *Module) readWorkspace() {
	m.workspace = m.opts.Workspace
	if m.workspace == "" {
		if name, ok := m.opts.Env("TF_WORKSPACE"); ok {
			m.workspace = name
		}
	}
	if m.workspace == "" {
		if src, err := m.readFile(filepath.Join(m.dir, ".terraform", "environment")); err == nil {
			m.workspace = strings.TrimSpace(string(src))
		}
	}
	if m.workspace == "" {
		m.workspace = "default"
	}
}

// localDir is the directory of a local source, "" for other sources (TF-070).
func (m *Module) localDir(dir, source string) string {
	if source == "." || source == ".." || strings.HasPrefix(source, "./") || strings.HasPrefix(source, "../") {
		return filepath.Join(dir, filepath.FromSlash(source))
	}
	return ""
}

// dirsOf returns where a call's module may be: for an installed one the manifest knows a place for each calling path.
func (m *Module) dirsOf(dir string, c *call) []string {
	if local := m.localDir(dir, c.source); local != "" {
		if isDir(local) {
			return []string{local}
		}
		return nil
	}
	var dirs []string
	for _, key := range keys(m.manifest) {
		e := m.manifest[key]
		if (key == c.name || strings.HasSuffix(key, "."+c.name)) && key != "" {
			if d := filepath.Join(m.dir, filepath.FromSlash(e.Dir)); isDir(d) {
				dirs = append(dirs, d)
			}
		}
	}
	return dirs
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// sourceOf returns the directory of a called module; "" if it is not on this machine, which is noted.
func (m *Module) sourceOf(s *scope, c *call) string {
	dir := m.localDir(s.config.dir, c.source)
	if dir == "" {
		if e, ok := m.manifest[strings.TrimPrefix(s.dotted+"."+c.name, ".")]; ok {
			dir = filepath.Join(m.dir, filepath.FromSlash(e.Dir))
		}
	}
	if dir != "" {
		m.read[dir] = true
	}
	if dir != "" && isDir(dir) {
		return dir
	}
	m.missingModule(s.config.dir, s.address("module."+c.name), c)
	return ""
}

// missingModule notes a call, in a directory, whose source is not on this machine.
func (m *Module) missingModule(dir, path string, c *call) {
	if m.unavailable[path] != nil {
		return
	}
	u := &UnavailableModule{Path: path, Source: c.source, Version: c.version, Range: c.sourceRange}
	if local := m.localDir(dir, c.source); local != "" {
		u.Local = m.display(local)
	}
	m.unavailable[path] = u
}

// survey notes the unavailable modules below a module in which nothing that we look for was found: it may be in one of
// them (TF-072). Nothing there is evaluated: a call with count or for_each is one path, and a directory that is called
// from several places is looked at once.
func (m *Module) survey(dir, path, dotted string) {
	if m.surveyed[dir] {
		return
	}
	m.surveyed[dir] = true
	for _, c := range m.config(dir).callOrder {
		child, key := m.localDir(dir, c.source), dotted+"."+c.name
		if e, ok := m.manifest[key]; child == "" && ok {
			child = filepath.Join(m.dir, filepath.FromSlash(e.Dir))
		}
		if child != "" && isDir(child) {
			m.survey(child, path+".module."+c.name, key)
			continue
		}
		m.missingModule(dir, path+".module."+c.name, c)
	}
}

// callInstances returns the instances of a module call (TF-048).
func (s *scope) callInstances(c *call) *expansion {
	dir := s.m.sourceOf(s, c)
	var problem *hcl.Diagnostic
	if dir != "" {
		problem = s.recursion(c, dir)
	}
	set := s.expansion("module."+c.name, c.block, func(i *instance, suffix string) {
		if dir == "" || problem != nil {
			return
		}
		if s.m.scopes++; s.m.scopes > s.m.limits.scopes {
			problem = &hcl.Diagnostic{
				Severity: hcl.DiagError, Summary: "Too many modules",
				Detail:  fmt.Sprintf("The configuration has more than %d module instances; edgecase stops here.", s.m.limits.scopes),
				Subject: c.block.DefRange().Ptr(),
			}
			return
		}
		i.module = s.m.newScope(s, s.m.config(dir), s.address("module."+c.name)+suffix, c)
		i.module.callCtx = i.ctx
	})
	if !set.done || set.checked {
		return set
	}
	set.checked = true
	switch {
	case problem != nil:
		set.diags = append(set.diags, problem)
	case dir != "":
		set.diags = append(set.diags, s.unexpectedArguments(c, dir)...)
	}
	return set
}

// recursion reports a module that calls itself, by whatever way.
func (s *scope) recursion(c *call, dir string) *hcl.Diagnostic {
	depth, called := 0, s.m.config(dir).info
	for up := s; up != nil; up = up.parent {
		depth++
		if up.config.dir == dir || os.SameFile(up.config.info, called) {
			return &hcl.Diagnostic{
				Severity: hcl.DiagError, Summary: "Module calls itself",
				Detail: fmt.Sprintf("The source %q is %s, the directory of %s, which calls this module.", c.source,
					s.m.display(dir), up.title()),
				Subject: c.sourceRange.Ptr(),
			}
		}
	}
	if depth > maxSource {
		return &hcl.Diagnostic{
			Severity: hcl.DiagError, Summary: "Modules nested too deep",
			Detail:  fmt.Sprintf("Modules call each other more than %d levels deep.", maxSource),
			Subject: c.sourceRange.Ptr(),
		}
	}
	return nil
}

var callArguments = map[string]bool{
	"source": true, "version": true, "count": true, "for_each": true, "providers": true, "depends_on": true,
}

// unexpectedArguments notes arguments that the module has no variable for (TF-074).
func (s *scope) unexpectedArguments(c *call, dir string) hcl.Diagnostics {
	var diags hcl.Diagnostics
	child := s.m.config(dir)
	for _, attr := range inOrder(c.block.Body.Attributes) {
		if callArguments[attr.Name] || child.variables[attr.Name] != nil {
			continue
		}
		diags = append(diags, &hcl.Diagnostic{
			Severity: hcl.DiagWarning, Summary: "Unsupported argument",
			Detail: fmt.Sprintf("An argument named %q is not expected here: the module %q has no such variable.%s", attr.Name,
				c.name, didYouMean(attr.Name, keys(child.variables))),
			Subject: attr.NameRange.Ptr(),
		})
	}
	return diags
}

// moduleValue is what a reference to a module gives (TF-075): its outputs, of which only those that the steps reach are
// evaluated.
func (s *scope) moduleValue(name string, steps hcl.Traversal, asked hcl.Range) (cty.Value, hcl.Diagnostics) {
	c := s.config.calls[name]
	if c == nil {
		return Unknown(s.address("module."+name), cty.DynamicPseudoType), hcl.Diagnostics{{
			Severity: hcl.DiagError, Summary: "Reference to undeclared module",
			Detail: fmt.Sprintf("No module call named %q is declared in %s.%s", name, s.title(),
				didYouMean(name, keys(s.config.calls))),
			Subject: asked.Ptr(),
		}}
	}
	if s.m.sourceOf(s, c) == "" {
		path := s.address("module." + name)
		if s.m.gifts == nil || s.m.giftAt(path) == nil {
			s.m.unavailable[path].Needed = true
		}
		if c.source == "" || s.m.localDir(s.config.dir, c.source) != "" {
			return Unknown(path, cty.DynamicPseudoType), hcl.Diagnostics{s.missingSource(c)}
		}
		return s.outputsOf(c, path, steps)
	}
	set := s.callInstances(c)
	return s.collected(set, steps, func(i *instance, rest hcl.Traversal) (cty.Value, hcl.Diagnostics) {
		if i.module == nil {
			return Unknown(s.address("module."+name), cty.DynamicPseudoType), nil
		}
		return i.module.outputsValue(rest, asked)
	})
}

// missingSource is the error for a local source that is not there: no terraform get will bring it.
func (s *scope) missingSource(c *call) *hcl.Diagnostic {
	detail := fmt.Sprintf("The module %q has no source argument that is a plain string.", c.name)
	if c.source != "" {
		detail = fmt.Sprintf("The directory %s of the module %q does not exist.", s.m.display(s.m.localDir(s.config.dir, c.source)), c.name)
	}
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Missing module source", Detail: detail, Subject: c.sourceRange.Ptr()}
}

// outputsOf stands for the outputs of an unavailable module (TF-073). Of label modules it is known that they are meant
// to be enabled, unless the call says otherwise.
func (s *scope) outputsOf(c *call, path string, steps hcl.Traversal) (cty.Value, hcl.Diagnostics) {
	label := strings.Contains(c.source, "label/null") || strings.Contains(c.source, "terraform-null-label")
	if len(steps) > 0 && label {
		if name, _ := stepName(steps[0]); name == "enabled" {
			v := cty.True
			if arg := c.block.Body.Attributes["enabled"]; arg != nil {
				if given, diags := s.m.value(arg.Expr, s.ctx); !diags.HasErrors() && !given.IsNull() {
					v = given
				}
			}
			return cty.ObjectVal(map[string]cty.Value{"enabled": v}), nil
		}
	}
	return s.m.supplied(path, Unknown(path, cty.DynamicPseudoType)), nil
}

// outputsValue is a module as a value.
func (s *scope) outputsValue(steps hcl.Traversal, asked hcl.Range) (cty.Value, hcl.Diagnostics) {
	if len(steps) > 0 {
		if name, ok := stepName(steps[0]); ok {
			v, diags := s.output(name, asked)
			return cty.ObjectVal(map[string]cty.Value{name: v}), diags
		}
	}
	outs := map[string]cty.Value{}
	for _, name := range keys(s.config.outputs) {
		v, diags := s.output(name, asked)
		if diags.HasErrors() {
			v = failure(s.address(name), diags)
		}
		outs[name] = v
	}
	return cty.ObjectVal(outs), nil
}

func (s *scope) output(name string, asked hcl.Range) (cty.Value, hcl.Diagnostics) {
	block := s.config.outputs[name]
	var expr hclsyntax.Expression
	if block != nil {
		if a := block.Body.Attributes["value"]; a != nil {
			expr = a.Expr
		}
	}
	if block != nil && expr == nil {
		return Unknown(s.address(name), cty.DynamicPseudoType), hcl.Diagnostics{{
			Severity: hcl.DiagError, Summary: "Missing required argument",
			Detail:  fmt.Sprintf("The output %q needs the argument \"value\".", name),
			Subject: block.DefRange().Ptr(),
		}}
	}
	if expr == nil {
		return Unknown(s.address(name), cty.DynamicPseudoType), append(s.config.errors(), &hcl.Diagnostic{
			Severity: hcl.DiagError, Summary: "Unsupported attribute",
			Detail: fmt.Sprintf("This object does not have an attribute named %q: %s has no such output.%s", name, s.title(),
				didYouMean(name, keys(s.config.outputs))),
			Subject: asked.Ptr(),
		})
	}
	c := s.outputs[name]
	if c == nil {
		c = &memo{}
		s.outputs[name] = c
	}
	return s.m.once(c, s.address("output."+name), asked, func() (cty.Value, hcl.Diagnostics) {
		v, diags := s.m.value(expr, s.ctx)
		if a := block.Body.Attributes["sensitive"]; a != nil && isTrueFalse(a.Expr, true) {
			v = v.Mark(Sensitive{})
		}
		return s.m.supplied(s.address(name), v), diags
	})
}

// errors returns the syntax errors of a directory: what is missing may be in the part that could not be read.
func (c *config) errors() hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, d := range c.diags {
		if d.Severity == hcl.DiagError {
			diags = append(diags, d)
		}
	}
	return diags
}

// find follows an address down the module tree.
func (s *scope) find(address string) *Resource {
	if len(address) > 10_000 {
		return nil
	}
	t, diags := hclsyntax.ParseTraversalAbs([]byte(address), "", hcl.InitialPos)
	if diags.HasErrors() {
		return nil
	}
	for {
		if len(t) == 0 {
			return nil
		}
		if rootName(t) != "module" {
			break
		}
		name, ok := attrName(t, 1)
		c := s.config.calls[name]
		if !ok || c == nil {
			return nil
		}
		t = t[2:]
		i := pick(s.callInstances(c), &t)
		if i == nil || i.module == nil {
			return nil
		}
		s = i.module
	}
	key, skip := rootName(t), 0
	if key == "data" {
		typ, ok := attrName(t, 1)
		if !ok {
			return nil
		}
		key, skip = "data."+typ, 1
	}
	name, ok := attrName(t, skip+1)
	d := s.config.resources[key+"."+name]
	if !ok || d == nil {
		return nil
	}
	t = t[skip+2:]
	i := pick(s.expand(d), &t)
	if i == nil || len(t) > 0 {
		return nil
	}
	return i.resource
}

// rootName is the name that an address, or what is left of it, begins with.
func rootName(t hcl.Traversal) string {
	switch step := t[0].(type) {
	case hcl.TraverseRoot:
		return step.Name
	case hcl.TraverseAttr:
		return step.Name
	}
	return ""
}

// pick takes the instance that an address names, and its key off the address.
func pick(set *expansion, t *hcl.Traversal) *instance {
	if set.kind == "" {
		if len(set.list) == 0 {
			return nil
		}
		return set.list[0]
	}
	if len(*t) == 0 {
		return nil
	}
	if _, ok := (*t)[0].(hcl.TraverseIndex); !ok {
		return nil
	}
	key, ok := keyOf((*t)[0])
	if !ok {
		return nil
	}
	*t = (*t)[1:]
	return set.byKey[key]
}
