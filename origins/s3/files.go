package s3

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"runtime"
	"slices"
	"strings"
	"syscall"
)

// A miss says why a key has no object.
type miss struct{ err error }

// The reasons that are no errors of the file system.
var (
	errNotRegular = errors.New("is a directory or a special file")
	errCase       = errors.New("has another case")
)

// text completes "key x …".
func (m miss) text(place string) string {
	switch {
	case errors.Is(m.err, errNotRegular):
		return "is a directory or a special file in " + place + ", no object"
	case errors.Is(m.err, fs.ErrPermission):
		return "cannot be read in " + place
	case m.escapes():
		return "is a symbolic link that leads out of " + place + ", which is not followed"
	}
	return "is not in " + place
}

// escapes reports that the path, or a symbolic link on it, leads out of the directory. The os package has no error
// value for it.
func (m miss) escapes() bool {
	cause, ok := errors.AsType[*fs.PathError](m.err)
	return ok && strings.Contains(cause.Err.Error(), "escapes")
}

// open opens the file that holds a key. It never leaves the directory, whatever key and links say, and never waits:
// named pipes and devices are no objects.
func (h *Handler) open(key string) (*os.File, fs.FileInfo, error) {
	root, err := os.OpenRoot(h.opts.Dir)
	if err != nil {
		return nil, nil, err
	}
	defer root.Close()
	key = h.inside(root, key)
	name, ok := localName(key)
	if !ok {
		return nil, nil, fs.ErrNotExist
	}
	info, err := root.Stat(name)
	if err != nil {
		return nil, nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, nil, errNotRegular
	}
	if foldsCase && variant(root.FS(), key) != key {
		return nil, nil, errCase
	}
	// Another process may have put a pipe there in the meantime.
	f, err := root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, nil, err
	}
	if info, err = f.Stat(); err == nil && !info.Mode().IsRegular() {
		err = errNotRegular
	}
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return f, info, nil
}

// foldsCase says that file names usually have no case here, while keys do (REQ-388).
const foldsCase = runtime.GOOS == "darwin" || runtime.GOOS == "windows"

// inside returns the key relative to the directory: without the prefix if the directory stands for the prefix's folder.
func (h *Handler) inside(root *os.Root, key string) string {
	if h.opts.Prefix == "" || !strings.HasPrefix(key, h.opts.Prefix+"/") {
		return key
	}
	if name, ok := localName(h.opts.Prefix); ok {
		if info, err := root.Stat(name); err == nil && info.IsDir() {
			return key
		}
	}
	return strings.TrimPrefix(key, h.opts.Prefix+"/")
}

// maxEntries bounds how much of a directory is looked through for the sake of a note.
const maxEntries = 10_000

// variant returns the name of the file or directory that differs from key at most in case, or "". Where there are
// several, an exact element is preferred.
func variant(fsys fs.FS, key string) string {
	found := "."
	for element := range strings.SplitSeq(strings.TrimSuffix(key, "/"), "/") {
		names := entries(fsys, found)
		i := slices.Index(names, element)
		if i < 0 {
			i = slices.IndexFunc(names, func(name string) bool { return strings.EqualFold(name, element) })
		}
		if i < 0 {
			return ""
		}
		found = path.Join(found, names[i])
	}
	return found
}

// entries returns the names in a directory.
func entries(fsys fs.FS, dir string) []string {
	f, err := fsys.Open(dir)
	if err != nil {
		return nil
	}
	defer f.Close()
	d, ok := f.(fs.ReadDirFile)
	if !ok {
		return nil
	}
	list, _ := d.ReadDir(maxEntries)
	names := make([]string, len(list))
	for i := range list {
		names[i] = list[i].Name()
	}
	return names
}

// nearMisses tells what exists beside a missing key: the usual mistakes T10 and T11.
func (h *Handler) nearMisses(key string) []Note {
	root, err := os.OpenRoot(h.opts.Dir)
	if err != nil {
		return []Note{{Text: fmt.Sprintf("the directory %s cannot be opened: %v", h.opts.Place, reason(err))}}
	}
	defer root.Close()
	key = h.inside(root, key)
	file := func(name string) bool {
		local, ok := localName(name)
		if !ok {
			return false
		}
		info, err := root.Stat(local)
		return err == nil && info.Mode().IsRegular() && (!foldsCase || variant(root.FS(), name) == name)
	}
	where := strings.TrimSuffix(h.opts.Place, "/") + "/"
	bare := strings.TrimSuffix(key, "/")
	index := path.Join(bare, "index.html")
	switch {
	case h.opts.Website == nil && bare != "" && file(index):
		return []Note{{where + index + ` exists, but a bucket's REST endpoint has no index documents, and ` +
			`default_root_object is for "/" only`, "REQ-172"}}
	case bare != key && file(bare):
		return []Note{{where + bare + ` exists, but the key that was asked for ends in "/"`, "REQ-388"}}
	case file(key + ".html"):
		return []Note{{where + key + ".html exists, but a bucket adds no extension", "REQ-388"}}
	}
	if bare == "" || !fs.ValidPath(bare) {
		return nil
	}
	if name := variant(root.FS(), bare); name != "" && name != bare {
		return []Note{{where + name + " exists, but keys are case-sensitive", "REQ-388"}}
	}
	return nil
}

// reason returns the cause of a file error without the path, which may be of no interest to the reader.
func reason(err error) error {
	if cause, ok := errors.AsType[*fs.PathError](err); ok {
		return cause.Err
	}
	return err
}
