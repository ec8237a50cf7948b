// Package revision lays files of a git revision down in a temporary directory, as somebody asks for them: a loader of
// Terraform reads some dozen files of a repository that may have millions.
//
//	r, err := revision.Open(ctx, "infra")       // the repository that holds this folder
//	t, err := r.Tree(ctx, "main")               // its files at a revision
//	defer t.Close()                             // takes the temporary directory away
//	more, err := t.Bring("infra", "modules/cdn") // puts them there
//
// It runs the git command and reads the repository's own objects, so no filter, hook or attribute of the repository has a
// say, nothing is fetched, and the work tree and the index are left alone. Nothing is written outside of the temporary
// directory, whatever names and links the revision has. It knows nothing of Terraform.
package revision

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// An Error says why a revision cannot be had, and what to do about it.
type Error struct {
	What string
	Hint string
	Err  error // the cause; nil if that is all
}

// Error returns what is wrong.
func (e *Error) Error() string { return e.What }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// ErrUnknown is the cause where a repository has no such revision.
var ErrUnknown = errors.New("unknown revision")

// ErrNoRepository is the cause where a path is in no repository.
var ErrNoRepository = errors.New("no repository")

// A Repository is a git work tree.
type Repository struct {
	Root string // the top folder of the work tree, without links in its path
}

// Open finds the repository that a path is in. The path itself need not exist.
func Open(ctx context.Context, path string) (*Repository, error) {
	dir, err := existing(path)
	if err != nil {
		return nil, err
	}
	out, err := git(ctx, dir, "rev-parse", "--show-toplevel")
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return nil, &Error{What: "the git command is not found", Hint: "install git, or compare two directories", Err: err}
	case err != nil && strings.Contains(err.Error(), "not a git repository"):
		return nil, &Error{What: path + " is not in a git repository", Hint: "revisions need one; compare two directories, or plan files", Err: ErrNoRepository}
	case err != nil:
		return nil, &Error{What: "find the repository of " + path + ": " + err.Error(), Err: err}
	}
	root, err := filepath.EvalSymlinks(strings.TrimRight(out, "\r\n"))
	if err != nil {
		return nil, &Error{What: "find the repository of " + path + ": " + err.Error(), Err: err}
	}
	return &Repository{Root: root}, nil
}

// existing returns the nearest folder of a path that is there, without links.
func existing(path string) (string, error) {
	dir, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("look for %s: %w", path, err)
	}
	for {
		if info, err := os.Stat(dir); err == nil && info.IsDir() {
			return filepath.EvalSymlinks(dir)
		}
		if up := filepath.Dir(dir); up != dir {
			dir = up
			continue
		}
		return "", fmt.Errorf("look for %s: %w", path, fs.ErrNotExist)
	}
}

// Path returns a path as the repository has it: from its top, with slashes, "." for the top itself.
func (r *Repository) Path(path string) (string, error) {
	dir, err := existing(path)
	if err != nil {
		return "", err
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("look for %s: %w", path, err)
	}
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		abs = real
	} else if rest, err := filepath.Rel(nearest(abs), abs); err == nil {
		abs = filepath.Join(dir, rest)
	}
	rel, err := filepath.Rel(r.Root, abs)
	if err != nil || !filepath.IsLocal(rel) {
		return "", &Error{What: path + " is outside of the repository " + r.Root, Hint: "revisions are of one repository; give a PATH in it"}
	}
	return filepath.ToSlash(rel), nil
}

// nearest is existing without following links: what of a path is there as it is written.
func nearest(abs string) string {
	for {
		if info, err := os.Stat(abs); err == nil && info.IsDir() || abs == filepath.Dir(abs) {
			return abs
		}
		abs = filepath.Dir(abs)
	}
}

// Commit returns the name of the commit that a revision stands for.
func (r *Repository) Commit(ctx context.Context, revision string) (string, error) {
	unknown := func(hint string) error {
		return &Error{What: fmt.Sprintf("%q is no revision of the repository %s", revision, r.Root), Hint: hint, Err: ErrUnknown}
	}
	if revision == "" || strings.HasPrefix(revision, "-") || strings.ContainsAny(revision, "\x00\n") {
		return "", unknown("git log --oneline --all lists revisions")
	}
	out, err := git(ctx, r.Root, "rev-parse", "--verify", "--quiet", revision)
	if err == nil {
		out, err = git(ctx, r.Root, "rev-parse", "--verify", "--quiet", strings.TrimSpace(out)+"^{commit}")
	}
	switch {
	case err == nil:
		return strings.TrimSpace(out), nil
	case ctx.Err() != nil:
		return "", ctx.Err()
	}
	if shallow, _ := git(ctx, r.Root, "rev-parse", "--is-shallow-repository"); strings.TrimSpace(shallow) == "true" {
		return "", unknown("this clone is shallow: git fetch --unshallow, or in GitHub Actions fetch-depth: 0 for actions/checkout")
	}
	return "", unknown("git branch --all lists branches; a branch of a server is written origin/NAME")
}

// Base returns the commit that two revisions have in common (git merge-base).
func (r *Repository) Base(ctx context.Context, a, b string) (string, error) {
	from, err := r.Commit(ctx, a)
	if err != nil {
		return "", err
	}
	to, err := r.Commit(ctx, b)
	if err != nil {
		return "", err
	}
	out, err := git(ctx, r.Root, "merge-base", from, to)
	if err != nil {
		return "", &Error{What: fmt.Sprintf("%s and %s have no commit in common", a, b), Hint: "in a shallow clone: git fetch --unshallow; or compare them with two dots", Err: err}
	}
	return strings.TrimSpace(out), nil
}

// Ignored returns the files directly in a folder of the work tree that git ignores and whose names match a pattern.
func (r *Repository) Ignored(ctx context.Context, dir, pattern string) ([]string, error) {
	out, err := git(ctx, r.Root, "ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--", ":(glob)"+strings.TrimPrefix(dir+"/", "./")+pattern)
	if err != nil {
		return nil, err
	}
	return strings.FieldsFunc(out, func(c rune) bool { return c == 0 }), nil
}

// command prepares a run of git that reads and does nothing else: it asks no terminal, takes no lock, reaches no server
// (in a partial clone git would fetch what is missing) and starts no helper of the repository's configuration.
func command(ctx context.Context, dir string, args ...string) *exec.Cmd {
	quiet := []string{"-C", dir, "--no-pager", "-c", "core.fsmonitor=false", "-c", "protocol.allow=never", "--no-replace-objects"}
	cmd := exec.CommandContext(ctx, "git", append(quiet, args...)...)
	cmd.Env = append(os.Environ(), "GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0", "GIT_NO_LAZY_FETCH=1", "LC_ALL=C")
	return cmd
}

// git runs a command of git and returns what it prints. The error is what git says in its last line.
func git(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := command(ctx, dir, args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if err == nil {
		return out.String(), nil
	}
	if said := strings.TrimSpace(errs.String()); said != "" {
		return "", fmt.Errorf("%s (%w)", said, err)
	}
	return "", err
}

// Names returns the short names of branches and tags.
func (r *Repository) Names(ctx context.Context) []string {
	out, err := git(ctx, r.Root, "for-each-ref", "--format=%(refname:short)", "--count=500", "refs/heads", "refs/remotes", "refs/tags")
	if err != nil {
		return nil
	}
	return strings.Fields(out)
}
