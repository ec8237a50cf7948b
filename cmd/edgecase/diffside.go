package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"edgecase/cmd/edgecase/diff"
	"edgecase/cmd/edgecase/revision"
	"edgecase/config"
	"edgecase/config/cloudfront"

	"github.com/hashicorp/hcl/v2"
)

// A diffSide is one of the two configurations that diff compares, and where it came from.
type diffSide struct {
	diff.Side
	diags hcl.Diagnostics
	files map[string]*hcl.File
	notes []string
	tree  *revision.Tree // of a revision; else nil
}

// close takes away what was laid down for a revision.
func (s *diffSide) close() {
	if s.tree != nil {
		_ = s.tree.Close() // a directory below the system's own for such things; nothing can be done about it
	}
}

// openSide loads what an operand names. With mistakes in the configuration the side is there, and so are they.
func openSide(ctx context.Context, p *process, f *flags, o operand) (*diffSide, error) {
	if o.revision != "" {
		return openRevision(ctx, p, f, o)
	}
	pr, err := openProject(p, f, o.path)
	if err != nil {
		return nil, err
	}
	loaded, diags := pr.load()
	s := &diffSide{diags: diags, files: loaded.Files}
	s.Side = diff.Side{Name: cmp.Or(o.path, "working tree"), Config: loaded.Config, Code: codeOf}
	return s, nil
}

// codeOf returns a digest of the file behind a function: its text may be what it was while its packed files are not.
func codeOf(fn *cloudfront.Function) string {
	if fn.File == "" || fn.Code != "" {
		return ""
	}
	h := sha256.New()
	err := filepath.WalkDir(fn.File, func(name string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		rel, _ := filepath.Rel(fn.File, name)
		fmt.Fprintf(h, "%s\x00", filepath.ToSlash(rel))
		file, err := os.Open(name)
		if err != nil {
			return err
		}
		defer file.Close()
		_, err = io.Copy(h, file)
		return err
	})
	if err != nil {
		return "" // an archive that is built later, most often
	}
	return hex.EncodeToString(h.Sum(nil))
}

// openRevision loads the PATH of the project as a revision has it.
func openRevision(ctx context.Context, p *process, f *flags, o operand) (side *diffSide, err error) {
	pr, diags, err := gatherProject(p, f, "")
	if err != nil {
		return nil, err
	}
	if diags.HasErrors() {
		p.diagnostics(p.stderr, pr.configFiles(), diags)
		return nil, &exitError{code: exitConfig}
	}
	defer func() {
		if err != nil && side != nil {
			side.close()
		}
	}()
	repository, err := revision.Open(ctx, pr.path)
	if err != nil {
		return nil, revisionError(o, err)
	}
	at, err := repository.Path(pr.path)
	if err != nil {
		return nil, revisionError(o, err)
	}
	side = &diffSide{Side: diff.Side{Name: o.revision, Code: codeOf}}
	commit, err := repository.Commit(ctx, o.revision)
	if err == nil && o.base != "" {
		commit, err = repository.Base(ctx, o.revision, o.base)
		side.Name = commit[:min(len(commit), 10)]
	}
	if err == nil {
		side.tree, err = repository.Tree(ctx, commit)
	}
	if err != nil {
		return side, revisionError(o, err)
	}
	if err := side.load(ctx, pr, repository, at); err != nil {
		return side, revisionError(o, err)
	}
	return side, nil
}

// revisionError gives an error about a revision its exit status: wrong usage where the argument is no revision.
func revisionError(o operand, err error) error {
	known, ok := errors.AsType[*revision.Error](err)
	switch {
	case !ok:
		return err
	case errors.Is(err, revision.ErrUnknown):
		return &exitError{code: exitUsage, err: fmt.Errorf("no file here has the name, and %w", err), hint: known.Hint}
	case errors.Is(err, revision.ErrNoRepository):
		return &exitError{code: exitUsage, err: fmt.Errorf("%s does not exist, and %w", o.revision, err), hint: known.Hint}
	}
	return &exitError{code: exitConfig, err: err, hint: known.Hint}
}

// maxRounds is how often a configuration is read anew because it wants more files. Each module that is called from
// another takes one.
const maxRounds = 50

// load reads the PATH of a project in the revision: again and again, until it has all the files that it looks for. They are
// all that is laid down.
func (s *diffSide) load(ctx context.Context, pr *project, repository *revision.Repository, at string) error {
	there, err := s.tree.Has(at)
	if err != nil {
		return err
	}
	if !there {
		return &exitError{code: exitConfig, err: fmt.Errorf("%s has no %s", s.Name, pr.path), hint: "give the PATH that both sides have with --terraform, or compare two directories"}
	}
	if err := s.lay(ctx, repository, at); err != nil {
		return err
	}
	laid := *pr
	laid.path = filepath.Join(s.tree.Dir, filepath.FromSlash(at))
	var loaded *config.Loaded
	for range maxRounds {
		loaded, s.diags = laid.load()
		more, err := s.tree.Bring(s.wanted(loaded)...)
		if err != nil {
			return err
		}
		if !more || ctx.Err() != nil {
			break
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := s.bringCode(loaded.Config); err != nil {
		return err
	}
	show := s.shower(repository)
	s.Config, s.At = loaded.Config, func(at cloudfront.Source) cloudfront.Source {
		at.File = show(at.File)
		return at
	}
	s.files = map[string]*hcl.File{}
	for name, file := range loaded.Files {
		s.files[show(name)] = file
	}
	s.diags = s.shown(s.diags, show)
	s.notes = append(s.notes, s.tree.Skip...)
	return nil
}

// lay lays down what the project's PATH is, and what is beside it on this machine and in no revision: modules that
// terraform init has installed, and values of variables that git ignores.
func (s *diffSide) lay(ctx context.Context, repository *revision.Repository, at string) error {
	if _, err := s.tree.Bring(at); err != nil {
		return err
	}
	here := filepath.Join(s.tree.Dir, filepath.FromSlash(at))
	dir := at
	if info, err := os.Stat(here); err == nil && !info.IsDir() {
		dir = path.Dir(at)
		if _, err := s.tree.Bring(dir); err != nil {
			return err
		}
		if config.IsDocument(here) {
			return s.tree.BringFiles(dir, ".json")
		}
	}
	// The loader looks up from a directory for the repository that it is in.
	if err := os.WriteFile(filepath.Join(s.tree.Dir, ".git"), nil, 0o600); err != nil {
		return fmt.Errorf("write the marker of a repository: %w", err)
	}
	from, to := filepath.Join(repository.Root, filepath.FromSlash(dir)), filepath.Join(s.tree.Dir, filepath.FromSlash(dir))
	if _, err := os.Stat(filepath.Join(from, ".terraform")); err == nil {
		if err := os.Symlink(filepath.Join(from, ".terraform"), filepath.Join(to, ".terraform")); err == nil {
			s.notes = append(s.notes, "modules are those that terraform init has installed in the working tree")
		}
	}
	ignored, err := repository.Ignored(ctx, dir, "*.tfvars")
	if err != nil {
		return err
	}
	for _, name := range ignored {
		base := path.Base(name)
		if base != "terraform.tfvars" && !strings.HasSuffix(base, ".auto.tfvars") {
			continue
		}
		content, err := os.ReadFile(filepath.Join(repository.Root, filepath.FromSlash(name)))
		if err != nil {
			continue // the working tree's own loader says what is wrong with it
		}
		file, err := os.OpenFile(filepath.Join(to, base), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			continue // the revision has one
		}
		_, err = file.Write(content)
		if err := errors.Join(err, file.Close()); err != nil {
			return fmt.Errorf("write %s: %w", base, err)
		}
		s.notes = append(s.notes, base+" is the working tree's: git ignores it")
	}
	return nil
}

// wanted returns the files and folders of the revision that a configuration has looked for.
func (s *diffSide) wanted(loaded *config.Loaded) []string {
	var list []string
	for _, name := range loaded.Read {
		if at, ok := s.inside(name); ok {
			list = append(list, at)
		}
	}
	return list
}

// inside returns a file of the temporary directory as the repository has it.
func (s *diffSide) inside(name string) (string, bool) {
	abs, err := filepath.Abs(name)
	if err != nil {
		return "", false
	}
	rel, err := filepath.Rel(s.tree.Dir, abs)
	return filepath.ToSlash(rel), err == nil && filepath.IsLocal(rel)
}

// bringCode lays down the files behind functions, which are compared.
func (s *diffSide) bringCode(c *cloudfront.Config) error {
	for _, d := range c.Distributions {
		for _, b := range d.Behaviors {
			for _, a := range b.Associations {
				if a.Function == nil || a.Function.File == "" {
					continue
				}
				if at, ok := s.inside(a.Function.File); ok {
					if err := s.tree.BringAll(at); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

// shower returns what shows a file of the temporary directory as people find it: "main:cloudfront.tf", from the folder
// where the command runs.
func (s *diffSide) shower(repository *revision.Repository) func(string) string {
	return func(name string) string {
		at, ok := s.inside(name)
		if !ok {
			return name
		}
		return s.Name + ":" + near(repository, at)
	}
}

// near is a file of the repository as seen from the folder where the command runs.
func near(repository *revision.Repository, at string) string {
	abs := filepath.Join(repository.Root, filepath.FromSlash(at))
	cwd, err := os.Getwd()
	if err == nil {
		cwd, err = filepath.EvalSymlinks(cwd)
	}
	if err != nil {
		return at
	}
	rel, err := filepath.Rel(cwd, abs)
	if err != nil {
		return at
	}
	return filepath.ToSlash(rel)
}

// shown returns diagnostics with their files as people find them.
func (s *diffSide) shown(diags hcl.Diagnostics, show func(string) string) hcl.Diagnostics {
	root := strings.TrimSuffix(show(filepath.Join(s.tree.Dir, "x")), "x")
	var names []string
	names = append(names, s.tree.Dir+string(filepath.Separator), root)
	if cwd, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(cwd, s.tree.Dir); err == nil {
			names = append(names, rel+string(filepath.Separator), root)
		}
	}
	replace := strings.NewReplacer(names...)
	var list hcl.Diagnostics
	for _, d := range diags {
		copied := *d
		copied.Summary, copied.Detail = replace.Replace(d.Summary), replace.Replace(d.Detail)
		for _, r := range []**hcl.Range{&copied.Subject, &copied.Context} {
			if *r != nil {
				at := **r
				at.Filename = show(at.Filename)
				*r = &at
			}
		}
		list = append(list, &copied)
	}
	return list
}
