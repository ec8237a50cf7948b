//go:build !unix

package main

import "os"

// windowSize knows terminals on Unix only; elsewhere output is as in a pipe.
func windowSize(*os.File) (columns int, ok bool) { return 0, false }
