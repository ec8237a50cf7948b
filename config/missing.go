package config

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"edgecase/config/terraform"

	"github.com/hashicorp/hcl/v2"
)

// missingVariables lists, once, the variables that have no value and were asked for (TF-028), and where values may be
// (TF-022, TF-261).
func missingVariables(dir string, missing []terraform.Placeholder) *hcl.Diagnostic {
	var b strings.Builder
	b.WriteString("Placeholders stand in for variables that have neither a value nor a default:")
	for i, p := range missing {
		if i == maxMissing {
			fmt.Fprintf(&b, "\n  and %d more", len(missing)-i)
			break
		}
		b.WriteString("\n  " + described(p))
	}
	if hint := valuesHint(dir, missing); hint != "" {
		b.WriteString("\n" + hint)
	}
	return &hcl.Diagnostic{
		Severity: hcl.DiagWarning,
		Summary:  "Variables without a value",
		Detail:   b.String(),
		Subject:  missing[0].Range.Ptr(),
		Extra:    Rule("TF-028"),
	}
}

// unneeded says which given values have changed nothing (TF-220): a warning where the address may be misspelt, else a note.
func (d *decoder) unneeded(list []terraform.Unneeded) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, u := range list {
		switch {
		case u.Settled:
			d.note("TF-220", d.sourceOf(u.Range), fmt.Sprintf("The value given for %s is not used: the Terraform itself says what it is.", u.Address))
		case u.Near == "" && u.Known:
			d.note("TF-220", d.sourceOf(u.Range), fmt.Sprintf("The value given for %s is not used: no distribution is made of it.", u.Address))
		default:
			detail := fmt.Sprintf("Nothing that a distribution is made of has the address %s.", u.Address)
			if u.Near != "" {
				detail += " Did you mean " + u.Near + "?"
			}
			diags = append(diags, &hcl.Diagnostic{
				Severity: hcl.DiagWarning, Summary: "Value that nothing uses", Detail: detail, Subject: u.Range.Ptr(), Extra: Rule("TF-220")})
		}
	}
	return diags
}

const maxMissing = 20

// described is one line about a variable: its name, type and description, and the places that use it.
func described(p terraform.Placeholder) string {
	line := p.Name
	if p.Module != "" {
		line = p.Module + ": " + line
	}
	if p.Type != "" {
		line += " (" + p.Type + ")"
	}
	if text := strings.Join(strings.Fields(p.Description), " "); text != "" {
		line += ", " + strings.TrimSuffix(text, ".")
	}
	var uses []string
	for _, u := range p.Uses {
		if use := lineOf(u); !slices.Contains(uses, use) && len(uses) < 3 {
			uses = append(uses, use)
		}
	}
	if len(uses) > 0 {
		line += "; used at " + strings.Join(uses, ", ")
	}
	return line
}

// valuesHint says how to give the values: with files that lie there, from the directory that calls this one, or one by
// one.
func valuesHint(dir string, missing []terraform.Placeholder) string {
	root := slices.IndexFunc(missing, func(p terraform.Placeholder) bool { return p.Module == "" && !p.Undeclared })
	if root < 0 {
		return ""
	}
	if files := valueFiles(dir); len(files) > 0 {
		return "There are values that nobody reads by itself: --var-file " + strings.Join(files, ", --var-file ") + "."
	}
	if hint := callersHint(dir); hint != "" {
		return hint
	}
	return "Give values with --var " + missing[root].Name + "=… or --var-file."
}

// callersHint names the directories that call this one as a module.
func callersHint(dir string) string {
	switch callers := rootsAbove(dir); len(callers) {
	case 0:
		return ""
	case 1:
		return "This directory is a module; " + callers[0] + " calls it with values. Try that one."
	default:
		return "This directory is a module; " + strings.Join(callers, ", ") + " call it with values. Try one of these."
	}
}

// rootsAbove finds the directories that call this one as a module, and where that is one, which is a module itself, those
// that call it.
func rootsAbove(dir string) []string {
	callers := callersOf(dir)
	for range maxAbove {
		if len(callers) != 1 {
			break
		}
		above := callersOf(callers[0])
		if len(above) == 0 || slices.ContainsFunc(above, func(path string) bool { return sameDirectory(path, dir) }) {
			break
		}
		callers = above
	}
	return callers
}

func sameDirectory(a, b string) bool {
	one, errOne := filepath.Abs(a)
	other, errOther := filepath.Abs(b)
	return errOne == nil && errOther == nil && one == other
}

// maxAbove is how many modules inside each other are looked through: modules may call each other in a circle.
const maxAbove = 5

// moduleAlone is the hint for a module that has mistakes when it is loaded without a caller: the defaults of its variables
// need not make a distribution (TF-261).
func moduleAlone(dir string) hcl.Diagnostics {
	hint := callersHint(dir)
	if hint == "" {
		return nil
	}
	return hcl.Diagnostics{{
		Severity: hcl.DiagWarning, Summary: "Module without its caller", Detail: hint, Extra: Rule("TF-261")}}
}

// valueFiles are the .tfvars files in and just below a directory that are not loaded by themselves.
func valueFiles(dir string) []string {
	var files []string
	for _, pattern := range []string{"*.tfvars", "*.tfvars.json", "*/*.tfvars", "*.tfvars.example", "*.tfvars.sample"} {
		found, _ := filepath.Glob(filepath.Join(dir, pattern))
		for _, f := range found {
			name := filepath.Base(f)
			own := filepath.Dir(f) == filepath.Clean(dir)
			loaded := own && (name == "terraform.tfvars" || name == "terraform.tfvars.json" || strings.Contains(name, ".auto."))
			if !loaded && len(files) < maxListed {
				files = append(files, f)
			}
		}
	}
	return files
}

var moduleSource = regexp.MustCompile(`source\s*=\s*"(\.\.?/[^"]*)"`)

// callersOf finds the directories around that call this one as a module (TF-261): those below its grandparent and
// below the root of its repository, as far as a short search gets.
func callersOf(dir string) []string {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil
	}
	var callers []string
	visited := 0
	_ = filepath.WalkDir(treeOf(abs), func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil
		case e.IsDir():
			if visited++; visited > maxDirectories || len(callers) >= maxListed {
				return fs.SkipAll
			}
			if strings.HasPrefix(e.Name(), ".") || e.Name() == "node_modules" {
				return fs.SkipDir
			}
			return nil
		case !strings.HasSuffix(path, ".tf"):
			return nil
		}
		caller := filepath.Dir(path)
		if caller != abs && calls(path, abs) {
			if near, err := filepath.Rel(workingDirectory(), caller); err == nil && !slices.Contains(callers, near) {
				callers = append(callers, near)
			}
		}
		return nil
	})
	return callers
}

// treeOf is the root of the repository that a directory is in, or the directory two levels up.
func treeOf(abs string) string {
	for dir := abs; ; {
		if _, err := os.Stat(filepath.Join(dir, ".git")); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return filepath.Dir(filepath.Dir(abs))
		}
		dir = parent
	}
}

func workingDirectory() string {
	dir, err := os.Getwd()
	if err != nil {
		return string(filepath.Separator)
	}
	return dir
}

// calls reports whether a file has a module whose source is the directory.
func calls(path, abs string) bool {
	b, err := terraform.ReadFile(path, maxTerraform)
	if err != nil {
		return false
	}
	for _, m := range moduleSource.FindAllSubmatch(b, -1) {
		if filepath.Join(filepath.Dir(path), string(m[1])) == abs {
			return true
		}
	}
	return false
}
