package config

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"edgecase/config/terraform"

	"github.com/hashicorp/hcl/v2"
)

const distributionType = "aws_cloudfront_distribution"

// notFound says that there is no distribution, and why there might be none (TF-260, TF-261).
func notFound(m *terraform.Module, dir string) *hcl.Diagnostic {
	stats := m.Stats()
	detail := fmt.Sprintf("No %s in %s: %s and %s were read.", distributionType, where(dir),
		count(stats.Files, "file"), count(stats.Resources, "resource"))
	for _, reason := range []string{
		absent(m, stats.Absent), unavailable(m, len(stats.Absent) > 0), commented(m), multitenant(m), elsewhere(dir),
	} {
		if reason != "" {
			detail += "\n" + reason
		}
	}
	return &hcl.Diagnostic{
		Severity: hcl.DiagError, Summary: "No distribution", Detail: detail, Extra: Rule("TF-260")}
}

// nextStep says of a directory without Terraform where some is.
func nextStep(diags hcl.Diagnostics, dir string) hcl.Diagnostics {
	for _, d := range diags {
		if d.Extra == terraform.NoFiles {
			if found := elsewhere(dir); found != "" {
				d.Detail += "\n" + found
			}
		}
	}
	return diags
}

// where names the directory as it is seen from the working directory.
func where(dir string) string {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return dir
	}
	if abs == workingDirectory() {
		return "this directory"
	}
	return nearPath(abs)
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return itoa(n) + " " + noun + "s"
}

var likelyName = regexp.MustCompile(`(?i)cloudfront|cdn`)

// unavailable names the modules that may hold the distribution and are not on this machine (TF-072), those first that
// sound like it, and no others if there is another reason; and the local ones whose directory does not exist.
func unavailable(m *terraform.Module, explained bool) string {
	var likely, others, gone []string
	for _, u := range m.Unavailable() {
		at := lineOf(u.Range)
		switch module := fmt.Sprintf("%s (%s, %s)", u.Path, u.Source, at); {
		case u.Local != "":
			gone = append(gone, fmt.Sprintf("%s of %s (%s)", u.Local, u.Path, at))
		case u.Source == "":
		case likelyName.MatchString(u.Path + u.Source):
			likely = append(likely, module)
		case !explained:
			others = append(others, module)
		}
	}
	var reasons []string
	if modules := append(likely, others...); len(modules) > 0 {
		reasons = append(reasons, "It may be in a module that is not on this machine: "+handful(modules)+
			". Run terraform get, which needs no credentials.")
	}
	if len(gone) > 0 {
		reasons = append(reasons, "It may be in a directory that does not exist: "+handful(gone)+".")
	}
	return strings.Join(reasons, "\n")
}

// uninstalled says beside the distributions that were found which modules are not on this machine: those whose outputs
// the distributions need, and those that sound as if they had a distribution of their own (TF-072, TF-073).
func uninstalled(m *terraform.Module) hcl.Diagnostics {
	var needed, likely []string
	var places []*hcl.Range
	for _, u := range m.Unavailable() {
		if u.Local != "" || u.Source == "" {
			continue // said where it is called
		}
		module := fmt.Sprintf("%s (%s, %s:%d)", u.Path, u.Source, u.Range.Filename, u.Range.Start.Line)
		switch {
		case u.Needed:
			needed = append(needed, module)
			places = append([]*hcl.Range{u.Range.Ptr()}, places...)
		case likelyName.MatchString(u.Path + u.Source):
			likely = append(likely, module)
			places = append(places, u.Range.Ptr())
		}
	}
	if len(places) == 0 {
		return nil
	}
	var detail []string
	if len(needed) > 0 {
		detail = append(detail, "Placeholders stand in for the outputs of what is not on this machine: "+handful(needed)+".")
	}
	if len(likely) > 0 {
		detail = append(detail, "There may be distributions in what is not on this machine: "+handful(likely)+".")
	}
	return hcl.Diagnostics{{
		Severity: hcl.DiagWarning, Summary: "Modules not installed", Subject: places[0], Extra: Rule("TF-072"),
		Detail: strings.Join(detail, "\n") + "\nRun terraform get, which needs no credentials."}}
}

// absent names the distributions and modules that count or for_each leave out.
func absent(m *terraform.Module, list []terraform.Absent) string {
	var reasons []string
	hint := ""
	for _, a := range list {
		by := "its " + a.Repetition
		if f := m.Files()[a.Range.Filename]; f != nil && a.Range.CanSliceBytes(f.Bytes) {
			by = a.Repetition + " = " + oneLine(string(a.Range.SliceBytes(f.Bytes)))
		}
		reasons = append(reasons, fmt.Sprintf("%s has no instances, by %s (%s:%d)",
			a.Address, by, a.Range.Filename, a.Range.Start.Line))
		if a.Workspace != "" {
			hint = fmt.Sprintf(" The workspace is %q; choose another with --workspace or TF_WORKSPACE.", a.Workspace)
		}
	}
	if len(reasons) == 0 {
		return ""
	}
	return strings.Join(reasons, "; ") + "." + hint
}

// oneLine is a piece of source text for a sentence.
func oneLine(text string) string {
	const most = 80
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}

// commented finds distributions that are only mentioned in comments (TF-011).
func commented(m *terraform.Module) string {
	var names []string
	for name, f := range m.Files() {
		if distributionBlock.Match(f.Bytes) {
			names = append(names, name)
		}
	}
	if len(names) == 0 || len(m.Stats().Absent) > 0 {
		return ""
	}
	slices.Sort(names)
	return "The word stands in " + strings.Join(names, ", ") + ", but in a comment."
}

// multitenant says that the other kind of distribution is not emulated (TF-186).
func multitenant(m *terraform.Module) string {
	resources, _ := m.Resources("aws_cloudfront_multitenant_distribution")
	if len(resources) == 0 {
		return ""
	}
	return resources[0].Address + " is there, but multi-tenant distributions are not emulated."
}

// What a search through directories may cost.
const (
	maxDirectories = 400
	maxTerraform   = 1 << 20 // bytes of one file
	maxListed      = 8
)

var distributionBlock = regexp.MustCompile(`resource\s+"` + distributionType + `"`)

// elsewhere lists the directories below that do have a distribution.
func elsewhere(dir string) string {
	var found []string
	visited := 0
	_ = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return nil
		}
		if e.IsDir() {
			visited++
			name := e.Name()
			if path != dir && (strings.HasPrefix(name, ".") || name == "node_modules") {
				return fs.SkipDir
			}
			if visited > maxDirectories || len(found) > maxListed {
				return fs.SkipAll
			}
			return nil
		}
		parent := filepath.Dir(path)
		if near := nearPath(parent); strings.HasSuffix(path, ".tf") && parent != filepath.Clean(dir) &&
			!slices.Contains(found, near) && contains(path, distributionBlock) {
			found = append(found, near)
		}
		return nil
	})
	if len(found) == 0 {
		return ""
	}
	more := ""
	if len(found) > maxListed {
		found, more = found[:maxListed], ", …"
	}
	return "There are distributions in " + strings.Join(found, ", ") + more + "."
}

func contains(path string, what *regexp.Regexp) bool {
	b, err := terraform.ReadFile(path, maxTerraform)
	return err == nil && what.Match(b)
}
