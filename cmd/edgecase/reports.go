package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// A writer writes the results of a command in one format.
type writer func(io.Writer) error

// results are what a command can write its results with, by format: "junit".
type results map[string]writer

// reports are the values of --report: files to which results are written beside what is printed.
type reports []report

// A report is one of them.
type report struct{ kind, file string }

// register adds the flag to a command whose results have these formats.
func (r *reports) register(cmd *cobra.Command, formats ...string) {
	kinds := slices.DeleteFunc(slices.Clone(formats), func(kind string) bool { return kind == "github" })
	cmd.Flags().Var(&reportFlag{r, kinds}, "report", "writes the results to a file, too: "+strings.Join(kinds, ", ")+" (repeatable)")
	completeFlag(cmd, "report", completeReports(kinds))
}

// A reportFlag is the pflag.Value of --report.
type reportFlag struct {
	list  *reports
	kinds []string
}

// String is what --help prints as the default: nothing.
func (f *reportFlag) String() string { return "" }

// Type is what --help prints as the flag's value.
func (f *reportFlag) Type() string { return "KIND=FILE" }

// Set appends one value.
func (f *reportFlag) Set(s string) error {
	kind, file, found := strings.Cut(s, "=")
	switch {
	case !found || file == "":
		return errors.New("it is not KIND=FILE, as in junit=report.xml")
	case !slices.Contains(f.kinds, kind):
		return fmt.Errorf("%q is none of %s", kind, strings.Join(f.kinds, ", "))
	case slices.ContainsFunc(*f.list, func(r report) bool { return filepath.Clean(r.file) == filepath.Clean(file) }):
		return fmt.Errorf("%s is given twice", file)
	}
	*f.list = append(*f.list, report{kind, file})
	return nil
}

// resultFormat returns the format of what is printed: what --format says, else GitHub's annotations in its workflows,
// else text. formats are those of the command.
func (p *process) resultFormat(cmd *cobra.Command, f *flags, formats ...string) (string, error) {
	if err := checkFormat(f, formats...); err != nil {
		return "", err
	}
	if actions, _ := p.env("GITHUB_ACTIONS"); actions == "true" && !cmd.Flags().Changed("format") {
		return "github", nil
	}
	return f.format, nil
}

// writeResults prints results, and writes the reports.
func (p *process) writeResults(r results, format string, list reports) error {
	for _, rep := range list {
		if err := rep.write(r[rep.kind]); err != nil {
			return err
		}
	}
	if err := r[format](p.stdout); err != nil {
		return fmt.Errorf("write the results: %w", err)
	}
	return nil
}

// write writes a report whole or not at all, so that nobody reads half of one.
func (r report) write(w writer) error {
	failed := func(err error) error {
		return &exitError{code: exitRuntime, err: fmt.Errorf("write the report: %w", err), hint: "--report KIND=FILE needs a folder that can be written to"}
	}
	var text bytes.Buffer
	if err := w(&text); err != nil {
		return failed(err)
	}
	if info, err := os.Stat(r.file); err == nil && !info.Mode().IsRegular() { // a pipe, /dev/stderr
		if err := os.WriteFile(r.file, text.Bytes(), 0o644); err != nil {
			return failed(err)
		}
		return nil
	}
	f, err := os.CreateTemp(filepath.Dir(r.file), "."+filepath.Base(r.file)+"-*")
	if err != nil {
		return failed(err)
	}
	_, err = f.Write(text.Bytes())
	err = errors.Join(err, f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), r.file)
	}
	if err != nil {
		os.Remove(f.Name())
		return failed(err)
	}
	return nil
}
