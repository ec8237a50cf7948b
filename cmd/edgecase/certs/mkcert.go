package certs

import (
	"os"
	"path/filepath"
	"runtime"
	"time"
)

// mkcert returns the root that mkcert has made, and where it is; nil if there is none that can be used. mkcert's own
// files are never written.
func mkcert(now time.Time) (*root, string) {
	dir := mkcertDir()
	if dir == "" {
		return nil, ""
	}
	r, err := readRoot(dir, now)
	if err != nil {
		return nil, ""
	}
	return r, filepath.Join(dir, certificateFile)
}

// mkcertDir returns where mkcert keeps its root on this platform, or "".
func mkcertDir() string {
	if dir := os.Getenv("CAROOT"); dir != "" {
		return dir
	}
	home, _ := os.UserHomeDir()
	var dir string
	switch {
	case runtime.GOOS == "windows":
		dir = os.Getenv("LOCALAPPDATA")
	case os.Getenv("XDG_DATA_HOME") != "":
		dir = os.Getenv("XDG_DATA_HOME")
	case home == "":
	case runtime.GOOS == "darwin":
		dir = filepath.Join(home, "Library", "Application Support")
	default:
		dir = filepath.Join(home, ".local", "share")
	}
	if dir == "" {
		return ""
	}
	return filepath.Join(dir, "mkcert")
}
