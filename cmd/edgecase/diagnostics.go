package main

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"edgecase/config/cloudfront"

	"github.com/hashicorp/hcl/v2"
)

// maxDiagnostics is how many diagnostics of a kind are printed. What a thousand of them have in common is one mistake.
const maxDiagnostics = 20

// diagnostics prints diagnostics as Terraform does, errors first: each in its box, with the line that it is about.
// files are the parsed files by the names that diagnostics use.
func (p *process) diagnostics(w io.Writer, files map[string]*hcl.File, diags hcl.Diagnostics) {
	writeDiagnostics(w, files, diags, diagnosticWidth(w), p.paint(w))
}

func writeDiagnostics(w io.Writer, files map[string]*hcl.File, diags hcl.Diagnostics, columns int, color paint) {
	for _, severity := range []hcl.DiagnosticSeverity{hcl.DiagError, hcl.DiagWarning} {
		left := 0
		for _, d := range sorted(diags, severity) {
			if left++; left <= maxDiagnostics {
				io.WriteString(w, box(d, files, columns, color))
			}
		}
		if left > maxDiagnostics {
			fmt.Fprintf(w, "%d more like these are not shown.\n\n", left-maxDiagnostics)
		}
	}
}

// diagnosticWidth is the width of a box: the terminal's, or 78.
func diagnosticWidth(w io.Writer) int {
	if columns, ok := terminal(w); ok && columns >= 40 {
		return min(columns, 120)
	}
	return 78
}

// sorted returns the diagnostics of a severity in order of file and line; those without a line come first.
func sorted(diags hcl.Diagnostics, severity hcl.DiagnosticSeverity) hcl.Diagnostics {
	var list hcl.Diagnostics
	for _, d := range diags {
		if d.Severity == severity {
			list = append(list, d)
		}
	}
	slices.SortStableFunc(list, func(a, b *hcl.Diagnostic) int {
		x, y := startOf(a), startOf(b)
		if x.Filename != y.Filename {
			return strings.Compare(x.Filename, y.Filename)
		}
		return x.Start.Line - y.Start.Line
	})
	return list
}

func startOf(d *hcl.Diagnostic) hcl.Range {
	if d.Subject == nil {
		return hcl.Range{}
	}
	return *d.Subject
}

// box renders one diagnostic.
func box(d *hcl.Diagnostic, files map[string]*hcl.File, columns int, color paint) string {
	var text bytes.Buffer
	safe := *d
	safe.Summary, safe.Detail = printableLines(d.Summary), printableLines(d.Detail)
	// Writing to a buffer does not fail.
	_ = hcl.NewDiagnosticTextWriter(&text, sourceOf(d, files), uint(columns-2), bool(color)).WriteDiagnostic(&safe)

	edge := color.red
	if d.Severity == hcl.DiagWarning {
		edge = color.yellow
	}
	var b strings.Builder
	b.WriteString(edge("╷") + "\n")
	for line := range strings.SplitSeq(strings.TrimRight(text.String(), "\n"), "\n") {
		b.WriteString(strings.TrimRight(edge("│")+" "+short(line), " ") + "\n")
	}
	b.WriteString(edge("╵") + "\n")
	return b.String()
}

// short cuts a line of source that is no line for people.
func short(line string) string {
	const most = 160
	if len(line) <= most {
		return line
	}
	end := most
	for end > 0 && !utf8.RuneStart(line[end]) {
		end--
	}
	cut := line[:end] + "…"
	if strings.Contains(line, "\x1b[") {
		cut += "\x1b[0m"
	}
	return cut
}

// maxSnippet is how far into a file a snippet of it is looked for, in bytes: printing one reads everything before it.
const maxSnippet = 1 << 20

// sourceOf returns the file that a diagnostic is about, up to the place that it is about, with every character that a
// terminal might obey replaced byte by byte, so that ranges still fit.
func sourceOf(d *hcl.Diagnostic, files map[string]*hcl.File) map[string]*hcl.File {
	if d.Subject == nil || files[d.Subject.Filename] == nil {
		return nil
	}
	end := max(d.Subject.End.Byte, d.Subject.Start.Byte)
	if d.Context != nil {
		end = max(end, d.Context.End.Byte)
	}
	f := *files[d.Subject.Filename]
	if end > len(f.Bytes) || end > maxSnippet {
		return nil
	}
	if i := bytes.IndexByte(f.Bytes[end:], '\n'); i >= 0 {
		f.Bytes = f.Bytes[:end+i]
	}
	f.Bytes = harmless(f.Bytes[:min(len(f.Bytes), end+maxSnippet)])
	return map[string]*hcl.File{d.Subject.Filename: &f}
}

// harmless replaces what a terminal might obey.
func harmless(source []byte) []byte {
	if utf8.Valid(source) && bytes.IndexFunc(source, obeyed) < 0 {
		return source
	}
	source = slices.Clone(source)
	for i := 0; i < len(source); {
		r, size := utf8.DecodeRune(source[i:])
		if r == utf8.RuneError && size == 1 || obeyed(r) {
			for j := range size {
				source[i+j] = '?'
			}
		}
		i += size
	}
	return source
}

// obeyed reports whether a terminal takes a character for a command, or shows it as something else.
func obeyed(r rune) bool {
	switch r {
	case '\n', '\r', '\t':
		return false
	}
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
}

// rangeOf returns the range that a Source stands for: from its place to the end of its line.
func rangeOf(files map[string]*hcl.File, s cloudfront.Source) *hcl.Range {
	if s.IsZero() {
		return nil
	}
	r := hcl.Range{Filename: s.File, Start: hcl.Pos{Line: s.Line, Column: s.Column}}
	r.End = r.Start
	f := files[s.File]
	if f == nil {
		return &r
	}
	start := 0
	for range s.Line - 1 {
		i := bytes.IndexByte(f.Bytes[start:], '\n')
		if i < 0 {
			return &r
		}
		start += i + 1
	}
	line, _, _ := bytes.Cut(f.Bytes[start:], []byte("\n"))
	column := min(max(s.Column-1, 0), len(line))
	r.Start.Byte, r.End.Byte = start+column, start+len(line)
	r.End.Column = len(line) + 1
	return &r
}

// sentence makes a sentence of an error.
func sentence(err error) string {
	s := err.Error()
	if s == "" {
		return s
	}
	r, size := utf8.DecodeRuneInString(s)
	s = string(unicode.ToUpper(r)) + s[size:]
	if !strings.HasSuffix(s, "?") && !strings.HasSuffix(s, ".") {
		s += "."
	}
	return s
}
