package terraform

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
	"golang.org/x/tools/txtar"
)

// builtin is Terraform's own provider: its one resource type needs no download.
type builtin struct{}

func (builtin) Schema(mode Mode, typ string) *Schema {
	if mode != Managed || typ != "terraform_data" {
		return nil
	}
	return &Schema{Attributes: map[string]Attribute{
		"id":               {Type: cty.String, Computed: true},
		"input":            {Type: cty.DynamicPseudoType, Optional: true},
		"output":           {Type: cty.DynamicPseudoType, Computed: true},
		"triggers_replace": {Type: cty.DynamicPseudoType, Optional: true},
	}}
}

func (builtin) Attribute(_ *Resource, name string) cty.Value {
	if name == "input" || name == "triggers_replace" {
		return cty.NullVal(cty.DynamicPseudoType)
	}
	return cty.NilVal
}

// A directory is a root module with what a command line and an environment say about it. As an archive its comment has
// "-var x=1", "-var-file f" and "TF_VAR_x=1", one a line.
type directory struct{ *txtar.Archive }

func (d directory) lines() []string {
	return strings.Fields(strings.ReplaceAll(string(d.Comment), " ", "\x00"))
}

// arguments are the lines of the comment as Terraform takes them.
func (d directory) arguments() (args, env []string) {
	for _, line := range d.lines() {
		flag, value, _ := strings.Cut(line, "\x00")
		if value = strings.ReplaceAll(value, "\x00", " "); strings.HasPrefix(flag, "-") {
			args = append(args, flag+"="+value)
		} else {
			env = append(env, strings.ReplaceAll(line, "\x00", " "))
		}
	}
	return args, env
}

// options are the lines of the comment as this package takes them.
func (d directory) options(dir string) Options {
	args, env := d.arguments()
	o := Options{Provider: builtin{}, Env: func(name string) (string, bool) {
		for _, e := range slices.Backward(env) {
			if n, v, _ := strings.Cut(e, "="); n == name {
				return v, true
			}
		}
		return "", false
	}}
	for _, a := range args {
		flag, value, _ := strings.Cut(a, "=")
		name, text, _ := strings.Cut(value, "=")
		if flag == "-var-file" {
			o.Settings = append(o.Settings, Setting{File: filepath.Join(dir, value)})
			continue
		}
		o.Settings = append(o.Settings, Setting{Name: name, Value: text})
	}
	return o
}

func (d directory) write(t *testing.T) string {
	files := map[string]string{}
	for _, f := range d.Files {
		files[f.Name] = string(f.Data)
	}
	return write(t, files)
}

// plan asks Terraform for the outputs and resources of a directory.
func (c command) plan(t *testing.T, d directory, dir string) string {
	t.Helper()
	args, env := d.arguments()
	if _, err := c.run(dir, env, "init", "-input=false"); err != nil {
		return "error"
	}
	if _, err := c.run(dir, env, append([]string{"plan", "-input=false", "-out=plan.out"}, args...)...); err != nil {
		return "error"
	}
	out, err := c.run(dir, env, "show", "-json", "plan.out")
	if err != nil {
		t.Fatal(err)
	}
	var plan struct {
		Values struct {
			Outputs map[string]planned `json:"outputs"`
			Root    plannedModule      `json:"root_module"`
		} `json:"planned_values"`
	}
	if err := json.Unmarshal(out, &plan); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for name, p := range plan.Values.Outputs {
		text := "unknown"
		if p.Type != nil {
			text = compact(p.Type) + " " + compact(p.Value)
		}
		lines = append(lines, "output "+name+" "+text)
	}
	lines = plan.Values.Root.lines(lines)
	slices.Sort(lines)
	return strings.ReplaceAll(strings.Join(lines, "\n"), dir, "CWD")
}

// A plannedModule is a module as terraform show -json prints it.
type plannedModule struct {
	Resources []struct {
		Address string
		Values  map[string]json.RawMessage
	}
	Children []plannedModule `json:"child_modules"`
}

func (m plannedModule) lines(lines []string) []string {
	for _, r := range m.Resources {
		lines = append(lines, fmt.Sprintf("resource %s %s %s", r.Address, compactOr(r.Values["input"]), compactOr(r.Values["triggers_replace"])))
	}
	for _, c := range m.Children {
		lines = c.lines(lines)
	}
	return lines
}

func compactOr(src []byte) string {
	if src == nil {
		return "unknown"
	}
	return compact(src)
}

// ourPlan is what this package makes of a directory, all of which it evaluates.
func ourPlan(d directory, dir string) (string, hcl.Diagnostics) {
	m, diags := Load(dir, d.options(dir))
	lines := everything(m, m.root, nil, &diags)
	for _, name := range keys(m.root.config.outputs) {
		v, more := m.root.output(name, hcl.Range{})
		v, deferred := settle(v)
		if diags = append(append(diags, more...), deferred...); !diags.HasErrors() {
			text := strings.TrimSuffix(jsonText(v), " sensitive")
			if v.IsNull() {
				text = `"dynamic" null` // a plan forgets the type
			}
			if text == "error" {
				return text, diags
			}
			lines = append(lines, "output "+name+" "+text)
		}
	}
	if diags.HasErrors() {
		return "error", diags
	}
	slices.Sort(lines)
	return strings.ReplaceAll(strings.Join(lines, "\n"), dir, "CWD"), diags
}

// everything evaluates all that a module and those below it declare, as Terraform does.
func everything(m *Module, s *scope, lines []string, diags *hcl.Diagnostics) []string {
	note := func(v cty.Value, more hcl.Diagnostics) {
		_, deferred := settle(v)
		*diags = append(append(*diags, more...), deferred...)
	}
	*diags = append(*diags, s.config.diags...)
	for _, name := range keys(s.config.variables) {
		note(s.variable(name, hcl.Range{}))
	}
	for _, name := range keys(s.config.locals) {
		note(s.local(name, hcl.Range{}))
	}
	for _, name := range keys(s.config.outputs) {
		note(s.output(name, hcl.Range{}))
	}
	for _, decl := range s.config.order {
		set := s.expand(decl)
		*diags = append(*diags, set.diags...)
		for _, i := range set.list {
			block, more := i.resource.Evaluate()
			*diags = append(*diags, more...)
			lines = append(lines, fmt.Sprintf("resource %s %s %s", i.resource.Address, argument(block, "input"), argument(block, "triggers_replace")))
		}
	}
	for _, c := range s.config.callOrder {
		if m.sourceOf(s, c) == "" {
			*diags = append(*diags, s.missingSource(c))
			continue
		}
		set := s.callInstances(c)
		*diags = append(*diags, set.diags...)
		for _, i := range set.list {
			if i.module != nil {
				lines = everything(m, i.module, lines, diags)
			}
		}
	}
	return lines
}

func argument(b *Block, name string) string {
	a, ok := b.Arguments[name]
	if !ok {
		return "null"
	}
	plain, _ := a.Value.UnmarkDeep()
	if !plain.IsWhollyKnown() {
		return "unknown"
	}
	plain, _ = cty.Transform(plain, planned64)
	text, err := ctyjson.Marshal(plain, plain.Type())
	if err != nil {
		return "unknown"
	}
	return compact(text)
}

// TestDifferentialDirectories holds generated directories against the terraform command.
func TestDifferentialDirectories(t *testing.T) {
	tf, found := terraformCommand(t)
	if !found {
		t.Log("no terraform command: TestRecordedDirectories has its recorded answers")
		return
	}
	failed, number := 0, *cases/20
	for i := range number {
		g := newArchitect(*seed*1_000_000 + uint64(i))
		d := g.directory()
		dir := d.write(t)
		got, diags := ourPlan(d, dir)
		want := tf.plan(t, d, dir)
		if want == "error" {
			failed++
		}
		if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")); diff != "" {
			t.Errorf("TF-082: directory %d %s (-terraform +edgecase)\n%s\n%v\n%s", i, g.mistake, diff, diags, txtar.Format(d.Archive))
		}
	}
	t.Logf("%d directories, of which Terraform refuses %d", number, failed)
}

// TestRecordedDirectories holds directories against what Terraform said of them.
func TestRecordedDirectories(t *testing.T) {
	names, err := filepath.Glob(filepath.Join("testdata", "directories", "*.txtar"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no recorded directories: %v", err)
	}
	tf, found := terraformCommand(t)
	for _, name := range names {
		t.Run("TF-082/"+strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files := slices.DeleteFunc(slices.Clone(a.Files), func(f txtar.File) bool { return f.Name == "want" })
			d := directory{&txtar.Archive{Comment: a.Comment, Files: files}}
			dir := d.write(t)
			got, diags := ourPlan(d, dir)
			if found && *update {
				want := tf.plan(t, d, dir) + "\n"
				a.Files = append(files, txtar.File{Name: "want", Data: []byte(want)})
				if err := os.WriteFile(name, txtar.Format(a), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want := strings.TrimSpace(string(a.Files[len(a.Files)-1].Data))
			if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")); diff != "" {
				t.Errorf("(-terraform +edgecase)\n%s\n%v", diff, diags)
			}
		})
	}
}

func archive(comment []string, files map[string]string) directory {
	a := &txtar.Archive{Comment: []byte(strings.Join(comment, "\n") + "\n")}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		a.Files = append(a.Files, txtar.File{Name: name, Data: []byte(files[name])})
	}
	return directory{a}
}
