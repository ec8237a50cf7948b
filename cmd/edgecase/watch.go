package main

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// debounce is how long the files must have been quiet: a save is several events, a checkout is hundreds.
const debounce = 100 * time.Millisecond

// impatience is how long files that are never quiet are waited for.
const impatience = 2 * time.Second

// lookAgain is how long after a look the next one comes, or a hundred times what it took, if that is more: looking costs
// a core one percent at most. A dozen files take 30 µs.
const lookAgain = time.Second

// A watch looks after files and directories through the directories that hold them, because editors replace files
// rather than write them. The system tells of changes at once; where it does not (in a container that shares files with
// a Mac or with Windows, over a network, or when there are no more watches to be had), looking finds them.
type watch struct {
	fs    *fsnotify.Watcher // nil if the system has no more of them
	paths map[string]bool   // files and directories whose change counts
	dirs  map[string]bool   // directories in which a new file counts
	seen  map[string]bool   // directories that are watched
	found map[string]stamp  // what the last look at each path has found

	counted func(name string) bool // whether a new file of this name counts, in a directory that is looked after
}

// A stamp is what tells that a file has changed, or which files of a directory Terraform reads. It is zero if there is
// no such path.
type stamp struct {
	modified time.Time
	size     int64
	files    string
}

func newWatch() *watch {
	w := &watch{seen: map[string]bool{}, found: map[string]stamp{}, counted: isTerraform}
	w.fs, _ = fsnotify.NewBufferedWatcher(256) // without, there is looking
	return w
}

// set looks after these paths, and no longer after others. Where a path does not exist, its appearance counts: the
// nearest directory above that exists is watched.
func (w *watch) set(paths []string) {
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
	maps.DeleteFunc(w.found, func(path string, _ stamp) bool { return !w.paths[path] })
	for path := range w.paths {
		if _, known := w.found[path]; !known {
			w.found[path] = w.stamp(path)
		}
	}
	if w.fs == nil {
		return
	}
	for dir := range w.seen {
		if !wanted[dir] {
			_ = w.fs.Remove(dir) // it may be gone already
			delete(w.seen, dir)
		}
	}
	for dir := range wanted {
		// Adding again is harmless, and needed where a directory was removed and made anew.
		if w.fs.Add(dir) == nil {
			w.seen[dir] = true
		}
	}
}

// look returns the paths that have changed since the last look at them.
func (w *watch) look() (changed []string) {
	for path := range w.paths {
		if now := w.stamp(path); now != w.found[path] {
			changed, w.found[path] = append(changed, path), now
		}
	}
	return changed
}

// stamp looks at a path.
func (w *watch) stamp(path string) stamp {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return stamp{}
	case !info.IsDir():
		return stamp{modified: info.ModTime(), size: info.Size()}
	case !w.dirs[path]:
		return stamp{files: "."}
	}
	// Whatever else an editor keeps there is no business of ours.
	entries, _ := os.ReadDir(path)
	s := stamp{files: "."}
	for _, e := range entries {
		if w.counted(e.Name()) {
			s.files += "/" + e.Name()
		}
	}
	return s
}

// run calls changed with the paths that have changed, each time that all has been quiet since, until the context ends.
func (w *watch) run(ctx context.Context, changed func(paths map[string]bool)) {
	var events <-chan fsnotify.Event
	var troubles <-chan error
	if w.fs != nil {
		events, troubles = w.fs.Events, w.fs.Errors
	}
	quiet, again := time.NewTimer(debounce), time.NewTimer(lookAgain)
	quiet.Stop()
	defer quiet.Stop()
	defer again.Stop()
	paths := map[string]bool{}
	var first time.Time // of the changes that wait
	note := func(path string) {
		if len(paths) == 0 {
			first = time.Now()
		}
		paths[path] = true
		quiet.Reset(min(debounce, max(0, time.Until(first.Add(impatience)))))
	}
	for {
		select {
		case <-ctx.Done():
			return
		case e := <-events:
			if w.counts(e) {
				note(e.Name)
			}
		case <-troubles: // too many events at once: looking tells what has changed
		case <-again.C:
			began := time.Now()
			for _, path := range w.look() {
				note(path)
			}
			again.Reset(max(lookAgain, 100*time.Since(began)))
		case <-quiet.C:
			changed(paths)
			clear(paths)
		}
	}
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
	return w.dirs[filepath.Dir(name)] && (base == "..data" || w.counted(base))
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

func (w *watch) close() {
	if w.fs != nil {
		w.fs.Close()
	}
}

func absolute(p string) string {
	abs, err := filepath.Abs(p)
	if err != nil {
		return filepath.Clean(p)
	}
	return abs
}
