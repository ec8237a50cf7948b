//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package certs

import (
	"errors"
	"io/fs"
	"os"
	"time"
)

// tryLock takes the lock if it is free: where the system has none for files, the file's being there is the lock. One
// that a dead process left behind is removed.
func tryLock(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	switch {
	case errors.Is(err, fs.ErrExist):
		if info, err := os.Stat(path); err == nil && time.Since(info.ModTime()) > lockPatience {
			os.Remove(path)
		}
		return nil, errLocked
	case err != nil:
		return nil, err
	}
	f.Close()
	return func() { os.Remove(path) }, nil
}
