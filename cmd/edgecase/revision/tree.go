package revision

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// The bounds of what is laid down: of one file, of all, how many names, and how often links lead on.
const (
	maxFile  = 256 << 20
	maxBytes = 1 << 30
	maxNames = 200_000
	maxLinks = 40
	maxTree  = 64 << 20 // of one folder's list of names
)

// A Tree is the files of a revision, of which those that were brought lie in Dir.
type Tree struct {
	Dir  string   // the temporary directory, without links in its path
	Skip []string // what could not be brought, and why: submodules, links that lead out

	root    *os.Root
	objects *objects
	top     string // the object of the top folder
	lists   map[string][]entry
	brought map[string]bool // files with their content, folders with their names
	names   int
	bytes   int64
}

// Tree opens the files of a commit.
func (r *Repository) Tree(ctx context.Context, commit string) (*Tree, error) {
	top, err := git(ctx, r.Root, "rev-parse", "--verify", "--quiet", commit+"^{tree}")
	if err != nil {
		return nil, &Error{What: "read the commit " + commit + ": " + err.Error(), Err: err}
	}
	t := &Tree{top: strings.TrimSpace(top), lists: map[string][]entry{}, brought: map[string]bool{}}
	if t.objects, err = readObjects(ctx, r.Root); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "edgecase-revision-")
	if err == nil {
		t.Dir, err = filepath.EvalSymlinks(dir)
	}
	if err == nil {
		t.root, err = os.OpenRoot(dir)
	}
	if err != nil {
		t.Close()
		return nil, fmt.Errorf("make a directory for %s: %w", commit, err)
	}
	return t, nil
}

// Close removes the temporary directory and ends the git that reads for it.
func (t *Tree) Close() error {
	var errs []error
	if t.objects != nil {
		t.objects.close()
	}
	if t.root != nil {
		errs = append(errs, t.root.Close())
	}
	if t.Dir != "" {
		errs = append(errs, os.RemoveAll(t.Dir))
	}
	return errors.Join(errs...)
}

// An entry is a name in a folder.
type entry struct {
	name, mode, id string
}

// The modes of entries.
const (
	modeFolder    = "40000"
	modeLink      = "120000"
	modeSubmodule = "160000"
)

// list returns the entries of a folder, given by its path and its object.
func (t *Tree) list(dir, id string) ([]entry, error) {
	if list, ok := t.lists[dir]; ok {
		return list, nil
	}
	content, err := t.objects.read(id, maxTree)
	if err != nil {
		return nil, fmt.Errorf("read the folder %s: %w", dir, err)
	}
	var list []entry
	for rest, size := content, len(id)/2; len(rest) > 0; {
		end := bytes.IndexByte(rest, 0)
		mode, name, named := strings.Cut(string(rest[:max(end, 0)]), " ")
		if end < 0 || !named || len(rest) < end+1+size {
			return nil, fmt.Errorf("read the folder %s: the object %s is no list of files", dir, id)
		}
		list = append(list, entry{name, mode, hex.EncodeToString(rest[end+1 : end+1+size])})
		rest = rest[end+1+size:]
	}
	t.lists[dir] = list
	return list, nil
}

// Bring lays paths down, given from the top of the repository and with slashes: a file with its content, a folder with the
// names that are in it. (Files of those names are empty until they are brought themselves, but for those that Terraform
// reads of every folder.) It reports whether that made any difference. What the revision does not have is passed over.
func (t *Tree) Bring(paths ...string) (more bool, err error) {
	before := len(t.brought)
	for _, p := range paths {
		if err := t.bring(path.Clean(p), 0); err != nil {
			return false, err
		}
	}
	return len(t.brought) > before, nil
}

// BringAll lays a folder down with all that is below it.
func (t *Tree) BringAll(dir string) error {
	if err := t.bring(path.Clean(dir), 0); err != nil {
		return err
	}
	for _, e := range t.lists[path.Clean(dir)] {
		if below := path.Join(dir, e.name); e.mode == modeFolder {
			if err := t.BringAll(below); err != nil {
				return err
			}
		} else if err := t.bring(below, 0); err != nil {
			return err
		}
	}
	return nil
}

// BringFiles lays down the files directly in a folder whose names end so.
func (t *Tree) BringFiles(dir, ending string) error {
	e, at, ok, err := t.find(path.Clean(dir), 0)
	if err != nil || !ok || e.mode != modeFolder {
		return err
	}
	list, err := t.list(at, e.id)
	for _, e := range list {
		if err == nil && strings.HasSuffix(e.name, ending) && e.mode != modeFolder {
			err = t.bring(path.Join(at, e.name), 0)
		}
	}
	return err
}

// Has reports whether the revision has something at a path.
func (t *Tree) Has(p string) (bool, error) {
	_, _, ok, err := t.find(path.Clean(p), 0)
	return ok, err
}

// find returns the entry at a path, and where it is when links have been followed.
func (t *Tree) find(p string, links int) (e entry, at string, ok bool, err error) {
	e, at = entry{".", modeFolder, t.top}, "."
	if p == "." {
		return e, at, true, nil
	}
	segments := strings.Split(p, "/")
	for i, segment := range segments {
		if e.mode != modeFolder {
			return e, at, false, nil
		}
		list, err := t.list(at, e.id)
		if err != nil {
			return e, at, false, err
		}
		k := slices.IndexFunc(list, func(e entry) bool { return e.name == segment })
		if k < 0 || !proper(segment) {
			return e, at, false, nil
		}
		parent := at
		e, at = list[k], path.Join(at, segment)
		if e.mode == modeLink {
			to, err := t.target(parent, e)
			if err == nil && to != "" {
				err = t.bringName(parent, e)
			}
			if err != nil || to == "" || links == maxLinks {
				return e, at, false, err
			}
			return t.find(path.Join(append([]string{to}, segments[i+1:]...)...), links+1)
		}
	}
	return e, at, true, nil
}

// target returns where a link leads, from the top of the repository, "" for outside.
func (t *Tree) target(dir string, e entry) (string, error) {
	content, err := t.objects.read(e.id, 1<<16)
	if err != nil {
		return "", fmt.Errorf("read the link %s: %w", path.Join(dir, e.name), err)
	}
	to := path.Join(dir, string(content))
	if path.IsAbs(string(content)) || strings.ContainsAny(string(content), "\\\x00") || !filepath.IsLocal(to) {
		return "", nil
	}
	return to, nil
}

// bring lays one path down.
func (t *Tree) bring(p string, links int) error {
	e, at, ok, err := t.find(p, links)
	if err != nil || !ok || t.brought[at] {
		return err
	}
	t.brought[at] = true
	if e.mode == modeFolder {
		return t.bringFolder(at, e)
	}
	if e.mode == modeSubmodule {
		return nil
	}
	content, err := t.objects.read(e.id, maxFile)
	if err != nil {
		return fmt.Errorf("read %s: %w", at, err)
	}
	if t.bytes += int64(len(content)); t.bytes > maxBytes {
		return &Error{What: fmt.Sprintf("the configuration reads more than %d MiB of files", maxBytes>>20), Hint: "check the revision out with git worktree, and compare the two directories"}
	}
	if err := t.root.MkdirAll(filepath.FromSlash(path.Dir(at)), 0o700); err != nil {
		return fmt.Errorf("write %s: %w", at, err)
	}
	if err := t.root.WriteFile(filepath.FromSlash(at), content, 0o600); err != nil {
		return fmt.Errorf("write %s: %w", at, err)
	}
	return nil
}

// bringFolder lays a folder down with its names.
func (t *Tree) bringFolder(dir string, e entry) error {
	if err := t.root.MkdirAll(filepath.FromSlash(dir), 0o700); err != nil {
		return fmt.Errorf("write %s: %w", dir, err)
	}
	list, err := t.list(dir, e.id)
	if err != nil {
		return err
	}
	if t.names += len(list); t.names > maxNames {
		return &Error{What: fmt.Sprintf("the configuration looks at more than %d files", maxNames), Hint: "check the revision out with git worktree, and compare the two directories"}
	}
	for _, e := range list {
		if !proper(e.name) {
			continue
		}
		if err := t.bringName(dir, e); err != nil {
			return err
		}
	}
	return nil
}

// proper reports whether git itself could have made a file of this name.
func proper(name string) bool {
	return filepath.IsLocal(name) && !strings.ContainsAny(name, `/\`) && !strings.EqualFold(name, ".git")
}

// bringName lays down one name of a folder.
func (t *Tree) bringName(dir string, e entry) error {
	at := path.Join(dir, e.name)
	err := t.root.MkdirAll(filepath.FromSlash(dir), 0o700)
	switch name := filepath.FromSlash(at); e.mode {
	case modeFolder:
		err = t.root.MkdirAll(name, 0o700)
	case modeSubmodule:
		t.Skip = append(t.Skip, at+" is a submodule: its files are no part of the revision")
		err = t.root.MkdirAll(name, 0o700)
	case modeLink:
		var to string
		if to, err = t.target(dir, e); err == nil && to == "" {
			t.Skip = append(t.Skip, at+" is a link that leads out of the repository; it is not followed")
		} else if err == nil {
			if to, err = filepath.Rel(filepath.FromSlash(dir), filepath.FromSlash(to)); err == nil {
				err = t.root.Symlink(to, name)
			}
		}
	default:
		if read(e.name) {
			return t.bring(at, 0)
		}
		if !t.brought[at] {
			err = t.root.WriteFile(name, nil, 0o600)
		}
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("write %s: %w", at, err)
	}
	return nil
}

// read reports whether Terraform reads every file of this name in a folder.
func read(name string) bool {
	for _, ending := range []string{".tf", ".tf.json", ".tfvars", ".tfvars.json"} {
		if strings.HasSuffix(name, ending) {
			return true
		}
	}
	return false
}

// objects reads a repository's objects through one running git cat-file.
type objects struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

func readObjects(ctx context.Context, root string) (*objects, error) {
	o := &objects{cmd: command(ctx, root, "cat-file", "--batch")}
	in, err := o.cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("run git cat-file: %w", err)
	}
	out, err := o.cmd.StdoutPipe()
	if err == nil {
		err = o.cmd.Start()
	}
	if err != nil {
		return nil, fmt.Errorf("run git cat-file: %w", err)
	}
	o.in, o.out = in, bufio.NewReader(out)
	return o, nil
}

// read returns the content of an object.
func (o *objects) read(id string, most int64) ([]byte, error) {
	if _, err := io.WriteString(o.in, id+"\n"); err != nil {
		return nil, fmt.Errorf("ask git cat-file: %w", err)
	}
	head, err := o.out.ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("read from git cat-file: %w", err)
	}
	fields := strings.Fields(head)
	if len(fields) != 3 {
		return nil, &Error{What: "the repository does not have the object " + id, Hint: "a partial or damaged clone: git fetch --refetch, or git fsck"}
	}
	size, err := strconv.ParseInt(fields[2], 10, 64)
	if err != nil || size < 0 {
		return nil, fmt.Errorf("read from git cat-file: %q", strings.TrimSpace(head))
	}
	if size > most {
		if _, err := io.CopyN(io.Discard, o.out, size+1); err != nil {
			return nil, fmt.Errorf("read from git cat-file: %w", err)
		}
		return nil, fmt.Errorf("it has %d bytes, and %d are the most", size, most)
	}
	content := make([]byte, size+1) // and a line's end
	if _, err := io.ReadFull(o.out, content); err != nil {
		return nil, fmt.Errorf("read from git cat-file: %w", err)
	}
	return content[:size], nil
}

func (o *objects) close() {
	_ = o.in.Close() // git ends with its input
	_ = o.cmd.Wait() // how it ended matters to nobody now
}
