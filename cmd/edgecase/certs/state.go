package certs

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// The files of an authority. They have the names that mkcert gives its own.
const (
	certificateFile = "rootCA.pem"
	keyFile         = "rootCA-key.pem"
	lockFile        = "rootCA.lock"
)

// maxFile is more than any certificate or key needs.
const maxFile = 1 << 20

// keep returns the root of a directory, and makes one if there is none or what is there is damaged or has expired.
func keep(dir string, now time.Time) (*root, string, error) {
	path := filepath.Join(dir, certificateFile)
	// Whoever may only read the directory can still use what it holds.
	if r, err := readRoot(dir, now); err == nil {
		return r, path, nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, "", fmt.Errorf("make the directory of the certificate authority: %w", err)
	}
	unlock, err := lock(filepath.Join(dir, lockFile))
	if err != nil {
		return nil, "", fmt.Errorf("lock the certificate authority: %w", err)
	}
	defer unlock()
	if r, err := readRoot(dir, now); err == nil {
		return r, path, nil // another process was faster
	}
	r, err := newRoot(now)
	if err != nil {
		return nil, "", err
	}
	return r, path, r.write(dir)
}

// write puts a root in a directory. Each file appears whole, the certificate last: whoever reads it finds its key.
func (r *root) write(dir string) error {
	certificate, key, err := r.encode()
	if err != nil {
		return err
	}
	if err := replace(filepath.Join(dir, keyFile), key, 0o600); err != nil {
		return err
	}
	return replace(filepath.Join(dir, certificateFile), certificate, 0o644)
}

// replace writes a file whole, or not at all. What stood there before, a damaged root perhaps that some trust store
// still knows, is kept beside it.
func replace(path string, data []byte, mode os.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // in vain, once it is renamed
	_, err = f.Write(data)
	if err == nil {
		err = f.Chmod(mode)
	}
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if _, err := os.Lstat(path); err == nil {
		if err := os.Rename(path, path+".old"); err != nil {
			return err
		}
	}
	return os.Rename(f.Name(), path)
}

// readRoot reads the root of a directory. The certificate goes first: its key was there before it.
func readRoot(dir string, now time.Time) (*root, error) {
	certificate, err := readFile(filepath.Join(dir, certificateFile))
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, keyFile)
	key, err := readFile(path)
	if err != nil {
		return nil, err
	}
	_ = os.Chmod(path, 0o600) // a copy or a restored backup may have made it readable to others; not ours to change, perhaps
	return parseRoot(certificate, key, now)
}

// readFile reads a regular file: not a pipe that would keep it waiting, nor more than a certificate can be.
func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxFile))
}
