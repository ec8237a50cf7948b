package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/fsnotify/fsnotify"
)

// A watch looks after files and directories through the directories that hold them, because editors replace files
// rather than write them.
type watch struct {
	fs    *fsnotify.Watcher
	paths map[string]bool // files and directories whose change counts
	dirs  map[string]bool // directories in which a new Terraform file counts
	seen  map[string]bool // directories that are watched
}

func newWatch() (*watch, error) {
	w, err := fsnotify.NewBufferedWatcher(256)
	if err != nil {
		return nil, err
	}
	return &watch{fs: w, seen: map[string]bool{}}, nil
}

// set looks after these paths, and no longer after others. Where a path does not exist, its appearance counts: the
// nearest directory above that exists is watched. The error is of a directory that cannot be: there are too many, as a
// rule.
func (w *watch) set(paths []string) (err error) {
	w.paths, w.dirs = map[string]bool{}, map[string]bool{}
	wanted := map[string]bool{}
	for _, p := range paths {
		p = absolute(p)
		w.follow(p, wanted)
		// What a link points to changes elsewhere.
		if real, err := filepath.EvalSymlinks(p); err == nil && real != p {
			w.follow(real, wanted)
		}
	}
	for dir := range w.seen {
		if !wanted[dir] {
			_ = w.fs.Remove(dir) // it may be gone already
			delete(w.seen, dir)
		}
	}
	for dir := range wanted {
		// Adding again is harmless, and needed where a directory was removed and made anew.
		switch failure := w.fs.Add(dir); {
		case failure == nil:
			w.seen[dir] = true
		case !errors.Is(failure, fs.ErrNotExist): // else it has just gone, which its parent tells
			err = fmt.Errorf("watch %s: %w", dir, failure)
		}
	}
	return err
}

// follow adds a path and the directories that tell of it.
func (w *watch) follow(p string, wanted map[string]bool) {
	w.paths[p] = true
	if info, err := os.Stat(p); err == nil && info.IsDir() {
		wanted[p], w.dirs[p] = true, true
	}
	for parent := filepath.Dir(p); ; parent = filepath.Dir(parent) {
		if info, err := os.Stat(parent); err == nil && info.IsDir() {
			wanted[parent] = true
			return
		}
		w.paths[parent] = true
		if parent == filepath.Dir(parent) {
			return
		}
	}
}

// counts reports whether an event can have changed the configuration.
func (w *watch) counts(e fsnotify.Event) bool {
	if e.Op == fsnotify.Chmod {
		return false
	}
	name := filepath.Clean(e.Name)
	if w.paths[name] {
		return true
	}
	base := filepath.Base(name)
	// "..data" is how Kubernetes replaces all files of a directory at once.
	return w.dirs[filepath.Dir(name)] && (base == "..data" || isTerraform(base))
}

// isTerraform reports whether Terraform reads a file of this name by itself.
func isTerraform(name string) bool {
	for _, suffix := range []string{".tf", ".tf.json", ".tofu", ".tfvars", ".tfvars.json"} {
		if strings.HasSuffix(name, suffix) && !strings.HasPrefix(name, ".") {
			return true
		}
	}
	return false
}

func (w *watch) close() error { return w.fs.Close() }

func absolute(p string) string {
	abs, err := filepath.Abs(p)
	if err != nil {
		return filepath.Clean(p)
	}
	return abs
}
