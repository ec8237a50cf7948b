package terraform

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// fileFunctions read below the root module's directory, which is Terraform's working directory (TF-044).
func (m *Module) fileFunctions() map[string]function.Function {
	table := map[string]function.Function{
		"abspath":    text1("path", func(p string) (string, error) { return slashed(m.below(p)), nil }),
		"basename":   text1("path", func(p string) (string, error) { return filepath.Base(p), nil }),
		"dirname":    text1("path", func(p string) (string, error) { return filepath.Dir(p), nil }),
		"pathexpand": text1("path", func(p string) (string, error) { return m.expandHome(p), nil }),
		"file":       text1("path", m.fileText),
		"filebase64": text1("path", func(p string) (string, error) {
			src, err := m.fileBytes(p)
			return base64.StdEncoding.EncodeToString(src), err
		}),
		"fileexists":     m.existsFunction(),
		"fileset":        text2("path", "pattern", cty.Set(cty.String), m.fileset),
		"templatefile":   m.templateFunction("path", m.templateFile),
		"templatestring": m.templateFunction("template", m.templateString),
	}
	for name, d := range digests() {
		table["file"+name] = text1("path", func(p string) (string, error) { return m.fileDigest(p, "file"+name, d) })
	}
	return table
}

func slashed(p string) string { return filepath.ToSlash(p) }

// relative is a directory as path.module gives it (TF-043).
func (m *Module) relative(dir string) string {
	rel, err := filepath.Rel(m.dir, dir)
	if err != nil {
		return slashed(dir)
	}
	return slashed(rel)
}

func (m *Module) expandHome(p string) string {
	if p != "~" && !strings.HasPrefix(p, "~/") {
		return p
	}
	home, ok := m.opts.Env("HOME")
	if !ok || home == "" {
		return p
	}
	return home + p[1:]
}

func (m *Module) absolute(p string) string {
	return m.below(m.expandHome(p))
}

// below is a path as seen from the root module's directory.
func (m *Module) below(p string) string {
	if !filepath.IsAbs(p) {
		p = filepath.Join(m.dir, p)
	}
	return filepath.Clean(p)
}

// projectOf is the tree that a directory belongs to: the repository, else some directories up.
func projectOf(dir string) (project string, repository bool) {
	for up := dir; up != filepath.Dir(up); up = filepath.Dir(up) {
		if _, err := os.Lstat(filepath.Join(up, ".git")); err == nil {
			return up, true
		}
	}
	return filepath.Join(dir, "..", "..", ".."), false
}

// watchful notes a file that is read from outside the project (TF-044).
func (m *Module) watchful(p string) {
	rel, err := filepath.Rel(m.project, p)
	if err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) || m.outside[p] {
		return
	}
	m.outside[p] = true
	m.notices = append(m.notices, &hcl.Diagnostic{
		Severity: hcl.DiagWarning, Summary: "File outside of the project",
		Detail:  fmt.Sprintf("The configuration reads %s, which is outside of %s.", p, m.display(m.project)),
		Subject: m.somewhere(),
	})
}

func (m *Module) fileBytes(p string) ([]byte, error) {
	var src []byte
	err := m.wholeFile(p, maxFile, func(b []byte) { src = append(src, b...) })
	return src, err
}

// fileDigest hashes a file as it is read: packages of functions are larger than what a value may hold.
func (m *Module) fileDigest(p, function string, d digest) (string, error) {
	key := function + " " + m.absolute(p)
	if sum, ok := m.digests[key]; ok {
		return sum, nil
	}
	h := d.hash()
	if err := m.wholeFile(p, maxHashed, func(b []byte) { h.Write(b) }); err != nil {
		return "", err
	}
	sum := d.write(h.Sum(nil))
	m.digests[key] = sum
	return sum, nil
}

// wholeFile reads a file that an expression names.
func (m *Module) wholeFile(p string, most int64, take func([]byte)) error {
	if strings.ContainsRune(p, 0) {
		return errors.New("the path contains a null byte")
	}
	full := m.absolute(p)
	m.watchful(full)
	m.read[full] = true
	if m.waiting[full] {
		return fmt.Errorf("failed to read %q: %w", p, errWaiting)
	}
	f, _, err := openRegular(full, most)
	if err == nil {
		defer f.Close()
		err = consume(f, min(most, maxRead-m.taken), func(b []byte) {
			m.taken += int64(len(b))
			take(b)
		})
	}
	m.waiting[full] = errors.Is(err, errWaiting)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("no file exists at %q; relative names are looked for below %s; this function works only "+
			"with files that are distributed as part of the configuration source code", p, m.display(m.dir))
	case err != nil && m.taken >= maxRead:
		return fmt.Errorf("failed to read %q: the files that the configuration reads have more than %d MiB in all", p, maxRead>>20)
	case err != nil:
		return fmt.Errorf("failed to read %q: %s", p, plain(err))
	}
	return nil
}

func (m *Module) fileText(p string) (string, error) {
	src, err := m.fileBytes(p)
	if err == nil && !utf8.Valid(src) {
		err = fmt.Errorf("contents of %q are not valid UTF-8; use the filebase64 function to obtain the Base64 encoded "+
			"contents or the other file functions (e.g. filemd5, filesha256) to obtain file hashing results instead", p)
	}
	return string(src), err
}

func (m *Module) existsFunction() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "path", Type: cty.String}},
		Type:   function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			full := m.absolute(args[0].AsString())
			m.read[full] = true
			info, err := os.Stat(full)
			switch {
			case errors.Is(err, fs.ErrNotExist):
				return cty.False, nil
			case err != nil:
				return cty.UnknownVal(cty.Bool), fmt.Errorf("failed to stat %q: %s", args[0].AsString(), plain(err))
			case !info.Mode().IsRegular():
				return cty.False, fmt.Errorf("%q is not a regular file", args[0].AsString())
			}
			return cty.True, nil
		},
	})
}

// fileset lists the files below a directory that match a pattern with *, ?, **, {a,b} and [abc].
func (m *Module) fileset(dir, pattern string) (cty.Value, error) {
	t := cty.Set(cty.String)
	from := m.absolute(dir)
	root := from
	for pattern = path.Clean(slashed(pattern)); strings.HasPrefix(pattern, "../"); pattern = pattern[3:] {
		root = filepath.Dir(root)
	}
	m.read[root] = true
	if !isDir(root) {
		return cty.SetValEmpty(cty.String), nil
	}
	m.watchful(root)
	matches, err := globs(pattern)
	if err != nil {
		return cty.UnknownVal(t), function.NewArgError(1, err)
	}
	visited := 0
	var names []string
	err = filepath.WalkDir(root+string(filepath.Separator), func(p string, d fs.DirEntry, err error) error {
		if visited++; visited > maxFiles {
			return fmt.Errorf("there are more than %d files below %q", maxFiles, dir)
		}
		if err != nil {
			return nil //nolint:nilerr // what cannot be read is not part of the set
		}
		rel, err := filepath.Rel(root, p)
		if d.IsDir() {
			m.read[p] = true
			if rel != "." && !strings.Contains(pattern, "**") && strings.Count(slashed(rel), "/") >= strings.Count(pattern, "/") {
				return filepath.SkipDir // too deep to match
			}
			return nil
		}
		if err != nil || !matches(slashed(rel)) {
			return nil
		}
		if info, err := os.Stat(p); err == nil && info.Mode().IsRegular() {
			if rel, err = filepath.Rel(from, p); err == nil {
				names = append(names, slashed(rel))
			}
		}
		return nil
	})
	if err != nil {
		return cty.UnknownVal(t), err
	}
	sort.Strings(names)
	vals := make([]cty.Value, len(names))
	for i, n := range names {
		vals[i] = cty.StringVal(n)
	}
	if len(vals) == 0 {
		return cty.SetValEmpty(cty.String), nil
	}
	return cty.SetVal(vals), nil
}

// globs compiles a pattern.
func globs(pattern string) (func(string) bool, error) {
	if len(pattern) > 4096 {
		return nil, errors.New("the pattern is too long")
	}
	var b strings.Builder
	b.WriteString("^")
	braces := 0
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; c {
		case '*':
			switch {
			case strings.HasPrefix(pattern[i:], "**/"):
				b.WriteString("(?:[^/]*/)*")
				i += 2
			case strings.HasPrefix(pattern[i:], "**"):
				b.WriteString(".*")
				i++
			default:
				b.WriteString("[^/]*")
			}
		case '?':
			b.WriteString("[^/]")
		case '/':
			if braces > 0 {
				return nil, fmt.Errorf("failed to glob pattern %q: braces may not have a slash in them", pattern)
			}
			b.WriteString("/")
		case '{':
			braces++
			b.WriteString("(?:")
		case '}':
			if braces > 0 {
				braces--
				b.WriteString(")")
			} else {
				b.WriteString(`\}`)
			}
		case ',':
			if braces > 0 {
				b.WriteString("|")
			} else {
				b.WriteString(",")
			}
		case '[':
			end := strings.IndexByte(pattern[i:], ']')
			if end < 2 {
				return nil, fmt.Errorf("failed to glob pattern %q: syntax error in pattern", pattern)
			}
			b.WriteString("[" + strings.ReplaceAll(pattern[i+1:i+end], `\`, `\\`) + "]")
			i += end
		case '\\':
			if i++; i < len(pattern) {
				b.WriteString(regexp.QuoteMeta(pattern[i : i+1]))
			}
		default:
			b.WriteString(regexp.QuoteMeta(pattern[i : i+1]))
		}
	}
	b.WriteString("$")
	re, err := regexp.Compile(b.String())
	if err != nil {
		return nil, fmt.Errorf("failed to glob pattern %q: syntax error in pattern", pattern)
	}
	return re.MatchString, nil
}

// templateFunction makes templatefile and templatestring: text with the variables of an object.
func (m *Module) templateFunction(param string, parse func(string) (hclsyntax.Expression, error)) function.Function {
	vars := anything("vars")
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: param, Type: cty.String, AllowMarked: true}, vars},
		Type:   func([]cty.Value) (cty.Type, error) { return cty.DynamicPseudoType, nil },
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			text, marks := args[0].Unmark()
			expr, err := parse(text.AsString())
			if err != nil {
				return cty.DynamicVal, function.NewArgError(0, err)
			}
			v, err := m.renderTemplate(expr, args[1])
			if err != nil {
				return cty.DynamicVal, err
			}
			return v.WithMarks(visible(marks)), nil
		},
	})
}

func (m *Module) renderTemplate(expr hclsyntax.Expression, given cty.Value) (cty.Value, error) {
	vars, marks := given.Unmark()
	switch t := vars.Type(); {
	case vars.IsNull():
		return cty.DynamicVal, function.NewArgErrorf(1, "argument must not be null")
	case !vars.IsKnown():
		return keepMarks(cty.DynamicVal, given), nil
	case !t.IsObjectType() && !t.IsMapType():
		return cty.DynamicVal, function.NewArgErrorf(1, "invalid vars value: must be a map")
	}
	ctx := &hcl.EvalContext{Variables: vars.AsValueMap(), Functions: m.functions}
	if ctx.Variables == nil {
		ctx.Variables = map[string]cty.Value{}
	}
	for _, name := range keys(ctx.Variables) {
		if !hclsyntax.ValidIdentifier(name) {
			return cty.DynamicVal, function.NewArgErrorf(1, "invalid template variable name %q: must start with a letter, followed by "+
				"letters, digits, and underscores", name)
		}
	}
	for _, t := range expr.Variables() {
		if _, ok := ctx.Variables[t.RootName()]; !ok {
			return cty.DynamicVal, function.NewArgErrorf(1, "vars map does not contain key %q, referenced at %s:%d.%s",
				t.RootName(), t.SourceRange().Filename, t.SourceRange().Start.Line, didYouMean(t.RootName(), keys(ctx.Variables)))
		}
	}
	if m.calling++; m.calling > 1 {
		m.calling--
		return cty.DynamicVal, errors.New("cannot recursively call templatefile or templatestring from inside another template")
	}
	defer func() { m.calling-- }()
	v, diags := m.value(expr, ctx)
	if diags.HasErrors() {
		d := diags.Errs()[0].(*hcl.Diagnostic)
		return cty.DynamicVal, fmt.Errorf("%s: %s; %s", place(d.Subject), d.Summary, strings.TrimSuffix(d.Detail, "."))
	}
	for mark := range visible(marks) {
		if _, ok := mark.(Reference); !ok {
			v = v.Mark(mark)
		}
	}
	return v, nil
}

func (m *Module) templateFile(p string) (hclsyntax.Expression, error) {
	full := m.absolute(p)
	if e := m.templates[full]; e != nil {
		return e, nil
	}
	text, err := m.fileText(p)
	if err != nil {
		return nil, err
	}
	name := m.display(full)
	expr, err := parseTemplate(text, name)
	if err == nil {
		m.files[name] = &hcl.File{Bytes: []byte(text), Body: hcl.EmptyBody()}
		m.templates[full] = expr
	}
	return expr, err
}

func (m *Module) templateString(text string) (hclsyntax.Expression, error) {
	return parseTemplate(text, "<template>")
}

func parseTemplate(text, name string) (hclsyntax.Expression, error) {
	tokens, _ := hclsyntax.LexTemplate([]byte(text), name, hcl.InitialPos)
	if d := checkTokens(tokens); d != nil {
		return nil, fmt.Errorf("%s: %s", place(d.Subject), d.Detail)
	}
	expr, diags := hclsyntax.ParseTemplate([]byte(text), name, hcl.InitialPos)
	if diags.HasErrors() {
		d := diags[0]
		return nil, fmt.Errorf("%s: %s; %s", place(d.Subject), d.Summary, strings.TrimSuffix(d.Detail, "."))
	}
	return expr, nil
}
