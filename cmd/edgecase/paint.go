package main

import (
	"io"
	"os"
)

// A paint puts color around words, where color is wanted: red for what is refused, yellow for what is not as one may
// think, dim for what can be skipped.
type paint bool

func (p paint) red(s string) string    { return p.wrap("\x1b[31m", s) }
func (p paint) yellow(s string) string { return p.wrap("\x1b[33m", s) }
func (p paint) green(s string) string  { return p.wrap("\x1b[32m", s) }
func (p paint) dim(s string) string    { return p.wrap("\x1b[2m", s) }
func (p paint) bold(s string) string   { return p.wrap("\x1b[1m", s) }

func (p paint) wrap(code, s string) string {
	if !p || s == "" {
		return s
	}
	return code + s + "\x1b[0m"
}

// paint returns the colors for a stream: none unless it is a terminal.
func (p *process) paint(w io.Writer) paint {
	if p.noColor {
		return false
	}
	if term, ok := p.env("TERM"); ok && term == "dumb" {
		return false
	}
	columns, ok := terminal(w)
	return paint(ok && columns > 0)
}

// maxColumns is the width that everything fits.
const maxColumns = 100

// terminal returns the width of a terminal, and whether a stream is one.
func terminal(w io.Writer) (columns int, ok bool) {
	f, isFile := w.(*os.File)
	if !isFile {
		return 0, false
	}
	return windowSize(f)
}
