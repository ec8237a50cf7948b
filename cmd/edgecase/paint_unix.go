//go:build unix

package main

import (
	"os"

	"golang.org/x/sys/unix"
)

func windowSize(f *os.File) (columns int, ok bool) {
	size, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ)
	if err != nil {
		return 0, false
	}
	return max(int(size.Col), 1), true
}
