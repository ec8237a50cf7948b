package terraform

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/json"
)

// readFile reads a regular file within bounds and remembers it for the watcher.
func (m *Module) readFile(path string) ([]byte, error) {
	m.read[path] = true
	return ReadFile(path, maxFile)
}

// display is a path as people see it: relative to the working directory of the process.
func (m *Module) display(path string) string {
	rel, err := filepath.Rel(m.cwd, path)
	if err != nil {
		return path
	}
	return rel
}

// configFiles lists the files of a module (TF-001): the ordinary ones, then the overrides, each in lexical order.
func configFiles(dir string) (files, overrides, tofu []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, nil, nil, err
	}
	names := map[string]bool{}
	for _, e := range entries {
		names[e.Name()] = true
	}
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() || ignored(name) {
			continue
		}
		base, ok := strings.CutSuffix(name, ".tf")
		if !ok {
			base, ok = strings.CutSuffix(name, ".tf.json")
		}
		if !ok {
			if twin, isTofu := strings.CutSuffix(name, ".tofu"); isTofu && names[twin+".tf"] {
				tofu = append(tofu, name)
			}
			continue
		}
		if base == "override" || strings.HasSuffix(base, "_override") {
			overrides = append(overrides, name)
		} else {
			files = append(files, name)
		}
	}
	sort.Strings(files)
	sort.Strings(overrides)
	return files, overrides, tofu, nil
}

func ignored(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~") ||
		strings.HasPrefix(name, "#") && strings.HasSuffix(name, "#")
}

// parseFile reads and parses one file, in either syntax. The body is nil if nothing of the file can be used.
func (m *Module) parseFile(path string) (hcl.Body, hcl.Diagnostics) {
	name := m.display(path)
	src, err := m.readFile(path)
	if err != nil {
		d := unreadable(name, err)
		if to, bad := os.Readlink(path); bad == nil && errors.Is(err, fs.ErrNotExist) {
			d.Detail = fmt.Sprintf("The file is a link to %s, which does not exist.", to)
		}
		return nil, hcl.Diagnostics{d}
	}
	src = bytes.TrimPrefix(src, []byte("\xef\xbb\xbf"))
	file := &hcl.File{Bytes: src, Body: hcl.EmptyBody()}
	m.files[name] = file
	m.stats.Files++
	if d := m.unfit(src, name); d != nil {
		return nil, hcl.Diagnostics{d}
	}
	parsed, diags := parseSource(src, name, strings.HasSuffix(path, ".json"))
	if parsed == nil {
		return nil, diags
	}
	m.files[name] = parsed
	return parsed.Body, short(diags)
}

// unfit refuses what is no Terraform file before the parser makes thousands of errors of it.
func (m *Module) unfit(src []byte, name string) *hcl.Diagnostic {
	at := hcl.Range{Filename: name, Start: hcl.InitialPos, End: hcl.InitialPos}
	problem := func(summary, detail string) *hcl.Diagnostic {
		return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: &at}
	}
	if strings.HasSuffix(name, ".tf") && len(src) > maxConfig {
		return problem("File too large", fmt.Sprintf("The file has %d kB; edgecase reads Terraform files up to %d MiB.",
			len(src)>>10, maxConfig>>20))
	}
	bad := bytes.IndexByte(src, 0)
	if bad < 0 && !utf8.Valid(src) {
		for bad = 0; bad < len(src); {
			r, size := utf8.DecodeRune(src[bad:])
			if r == utf8.RuneError && size == 1 {
				break
			}
			bad += size
		}
	}
	if bad < 0 {
		return nil
	}
	at = position(src, name, bad)
	return problem("Invalid character encoding", "A Terraform file is text in UTF-8; this file has other bytes.")
}

// Parse parses a file of HCL within the bounds of Terraform's: what would make the parser recurse without end is an error.
func Parse(src []byte, name string) (*hcl.File, hcl.Diagnostics) {
	file, diags := parseSource(src, name, false)
	return file, short(diags)
}

// ParseExpression parses an expression within the same bounds.
func ParseExpression(src []byte, name string, start hcl.Pos) (hclsyntax.Expression, hcl.Diagnostics) {
	tokens, _ := hclsyntax.LexExpression(src, name, start)
	if d := checkTokens(tokens); d != nil {
		return nil, hcl.Diagnostics{d}
	}
	expr, diags := hclsyntax.ParseExpression(src, name, start)
	return expr, short(diags)
}

func parseSource(src []byte, name string, isJSON bool) (*hcl.File, hcl.Diagnostics) {
	if isJSON {
		if d := checkJSON(src, name); d != nil {
			return nil, hcl.Diagnostics{d}
		}
		return json.Parse(src, name)
	}
	if d := checkSource(src, name); d != nil {
		return nil, hcl.Diagnostics{d}
	}
	return hclsyntax.ParseConfig(src, name, hcl.InitialPos)
}

// short keeps the first errors of a file: a binary file has one for every other byte.
func short(diags hcl.Diagnostics) hcl.Diagnostics { return first(20, diags) }

func first(most int, diags hcl.Diagnostics) hcl.Diagnostics {
	if len(diags) <= most {
		return diags
	}
	rest := *diags[most]
	rest.Summary = "Too many problems"
	rest.Detail = fmt.Sprintf("There are %d more from here on.", len(diags)-most)
	return append(diags[:most:most], &rest)
}

func unreadable(name string, err error) *hcl.Diagnostic {
	return &hcl.Diagnostic{
		Severity: hcl.DiagError,
		Summary:  "Failed to read file",
		Detail:   fmt.Sprintf("The file cannot be read: %s.", strings.TrimSuffix(plain(err), ".")),
		Subject:  &hcl.Range{Filename: name, Start: hcl.InitialPos, End: hcl.InitialPos},
	}
}

// plain is an error without the path that the message has already named.
func plain(err error) string {
	if p, ok := err.(*os.PathError); ok {
		return p.Err.Error()
	}
	return err.Error()
}
