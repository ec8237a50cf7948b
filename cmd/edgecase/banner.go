package main

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"edgecase/config/cloudfront"
	"edgecase/origins"
)

// A banner is what serve says once it listens.
type banner struct {
	path   string // the Terraform directory
	files  int
	config string // the edgecase.hcl that was read, or ""
	took   time.Duration

	http, https, admin string // addresses; "" where off
	distributions      []*cloudfront.Distribution
	place              func(*cloudfront.Origin) (origins.Place, bool)
	notes              []note
}

// A note is one thing that is not as one may think, and at its right what to do about it or where it stands.
type note struct {
	label string // "note", "warning"
	text  string
	right string
}

// render lays the banner out in maxColumns columns.
func (b *banner) render(paint paint) string {
	var out strings.Builder
	out.WriteString(b.head(paint) + "\n\n  " + b.addresses() + "\n")
	for _, d := range b.distributions {
		out.WriteString("\n")
		if len(b.distributions) > 1 {
			out.WriteString("  " + paint.bold(printable(d.Address)) + "   " + paint.dim(names(d)) + "\n")
		}
		out.WriteString(b.table(d, paint))
	}
	if len(b.notes) > 0 {
		out.WriteString("\n")
	}
	rightAt := noteColumn(b.notes)
	for _, n := range b.notes {
		out.WriteString(n.render(rightAt, paint))
	}
	out.WriteString("\n")
	return out.String()
}

func (b *banner) head(paint paint) string {
	read := plural(b.files, "file")
	if b.config != "" {
		read += " and " + b.config
	}
	parts := []string{fmt.Sprintf("%s (%s, %d ms)", printable(b.path), printable(read), b.took.Milliseconds())}
	if len(b.distributions) == 1 {
		d := b.distributions[0]
		parts = append(parts, printable(d.Address), names(d))
	} else {
		parts = append(parts, plural(len(b.distributions), "distribution"))
	}
	head := "edgecase " + version
	columns := width(head)
	head = paint.bold(head)
	for _, part := range parts {
		if columns+3+width(part) > maxColumns {
			head, columns = head+"\n  "+part, 2+width(part)
			continue
		}
		head, columns = head+"   "+part, columns+3+width(part)
	}
	return head
}

// names returns what a distribution answers to, as far as a line has room.
func names(d *cloudfront.Distribution) string {
	if len(d.Aliases) == 0 {
		return printable(d.DomainName)
	}
	return printable(cut(strings.Join(d.Aliases, " "), 60))
}

func (b *banner) addresses() string {
	var parts []string
	for _, l := range []struct{ name, scheme, address string }{
		{"http", "http", b.http}, {"https", "https", b.https}, {"admin", "http", b.admin},
	} {
		if l.address != "" {
			parts = append(parts, l.name+"  "+localURL(l.scheme, l.address))
		}
	}
	return strings.Join(parts, "    ")
}

// localURL returns the address to type into a browser for a listener.
func localURL(scheme, address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return scheme + "://" + address
	}
	if ip := net.ParseIP(host); ip != nil && (ip.IsUnspecified() || ip.Equal(net.IPv4(127, 0, 0, 1))) {
		host = "localhost"
	}
	if scheme == "http" && port == "80" || scheme == "https" && port == "443" {
		if strings.Contains(host, ":") {
			host = "[" + host + "]"
		}
		return scheme + "://" + host
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}

// table lists a distribution's behaviors in order of evaluation.
func (b *banner) table(d *cloudfront.Distribution, paint paint) string {
	file := commonFile(d.Behaviors, func(b *cloudfront.Behavior) cloudfront.Source { return b.Source })
	rows := [][]string{{"#", "path pattern", "methods", "origin", "goes to", printable(lastSegment(file))}}
	for i, behavior := range d.Behaviors {
		number := strconv.Itoa(i + 1)
		if behavior.Default() {
			number = "*"
		}
		rows = append(rows, []string{
			number, printable(behavior.Name()), methodSet(behavior.AllowedMethods), printable(behavior.TargetOriginID.String()),
			b.goesTo(d, behavior), lineOf(behavior.Source, file),
		})
	}
	return grid(rows, paint)
}

// goesTo says where a behavior's requests end on this machine.
func (b *banner) goesTo(d *cloudfront.Distribution, behavior *cloudfront.Behavior) string {
	var places []string
	for _, o := range d.Members(behavior.TargetOriginID.Value) {
		p, mapped := b.place(o)
		s := printable(p.String())
		if !mapped {
			s += " (not mapped)"
		}
		places = append(places, s)
	}
	return strings.Join(places, ", then ")
}

// commonFile returns the file that all rows of a table stand in, or "". It is then the head of their column.
func commonFile[T any](rows []T, source func(T) cloudfront.Source) string {
	file := source(rows[0]).File
	for _, row := range rows {
		if source(row).File != file {
			return ""
		}
	}
	return file
}

// lineOf is a place in a column that has the name of the file as its head, or that has places in several files.
func lineOf(s cloudfront.Source, file string) string {
	if file != "" {
		return ":" + strconv.Itoa(s.Line)
	}
	return printable(lastSegment(s.String()))
}

func lastSegment(path string) string {
	return path[strings.LastIndexAny(path, `/\`)+1:]
}

// grid lays rows out in columns, the first row as their heads. Columns that would go beyond the width are cut, the
// widest first.
func grid(rows [][]string, paint paint) string {
	widths := make([]int, len(rows[0]))
	total := 2 * len(widths)
	for i := range widths {
		for _, row := range rows {
			widths[i] = max(widths[i], width(row[i]))
		}
		total += widths[i]
	}
	for ; total > maxColumns; total-- {
		widest := 1
		for i := range widths {
			if i != 0 && widths[i] > widths[widest] {
				widest = i
			}
		}
		if widths[widest] <= 8 {
			break
		}
		widths[widest]--
	}
	var b strings.Builder
	for n, row := range rows {
		line := ""
		for i, cell := range row {
			line += "  " + pad(cut(cell, widths[i]), widths[i])
		}
		line = strings.TrimRight(line, " ")
		switch {
		case n == 0:
			line = paint.dim(line)
		case strings.Contains(line, "(not mapped)"):
			line = strings.Replace(line, "(not mapped)", paint.yellow("(not mapped)"), 1)
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

// noteColumn returns where the right sides of notes begin, so that most of them stand in a column.
func noteColumn(notes []note) int {
	const rightmost, leftmost = 62, 54
	at := rightmost
	for _, n := range notes {
		if w := width(printable(n.right)); maxColumns-w >= leftmost {
			at = min(at, maxColumns-w)
		}
	}
	return at
}

// maxNoteLines is how long a note may be. What is longer is for edgecase check.
const maxNoteLines = 3

// render puts a note's text and its right side into one line if both fit, else wraps them.
func (n note) render(rightAt int, paint paint) string {
	label := "  " + pad(n.label, 6)
	indent := strings.Repeat(" ", width(label))
	text, right := printableLines(n.text), printable(n.right)
	head := paint.yellow(label)
	if width(label)+width(text)+2+width(right) <= maxColumns && !strings.Contains(text, "\n") {
		line := head + pad(text, rightAt-width(label)-2)
		if right != "" {
			line += "  " + paint.dim(right)
		}
		return strings.TrimRight(line, " ") + "\n"
	}
	lines := wrap(text, maxColumns-width(label))
	if len(lines) > maxNoteLines {
		last := lines[maxNoteLines-1]
		lines = append(lines[:maxNoteLines-1:maxNoteLines-1], last[:max(0, strings.LastIndexByte(last, ' '))]+" …")
	}
	if right != "" {
		last := len(lines) - 1
		if width(lines[last])+2+width(right) <= maxColumns-width(label) {
			lines[last] += "  " + paint.dim(right)
		} else {
			lines = append(lines, paint.dim(right))
		}
	}
	return head + strings.Join(lines, "\n"+indent) + "\n"
}

// wrap breaks a text into lines of at most so many columns, at its spaces.
func wrap(s string, columns int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(s) {
		switch {
		case line == "":
			line = word
		case width(line)+1+width(word) > columns:
			lines = append(lines, line)
			line = word
		default:
			line += " " + word
		}
	}
	return append(lines, line)
}
