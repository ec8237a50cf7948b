package check

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"syscall"

	"edgecase/cmd/edgecase/check/application"
	"edgecase/config/cloudfront"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// ignoreWord begins a comment that leaves a finding out: # edgecase:ignore RULE reason.
const ignoreWord = "edgecase:ignore"

// The rules about such comments themselves.
var (
	ignoreUnused = &Rule{
		Name: "ignore-unused", Title: "a comment ignores what is not found", Severity: Warning,
		Why: "A comment that ignores nothing hides the next mistake on its line. It stays behind when what it was written for has been " +
			"mended, or stands on the wrong line: it counts for its own line, or for the one below if it stands alone.",
		Example: "allowed_methods = local.all_methods # edgecase:ignore route-misrouted only GET is public",
		Fix:     "Remove the comment, or move it to the line that the finding names.",
	}
	ignoreUnknown = &Rule{
		Name: "ignore-unknown", Title: "a comment ignores a rule that there is not", Severity: Warning,
		Why:     "The name of a rule is misspelled, or is that of a later edgecase: the comment does nothing.",
		Example: "# edgecase:ignore route-misroutet only GET is public",
		Fix:     "Write the name as the finding has it; edgecase check --explain list prints all of them.",
	}
	ignoreReason = &Rule{
		Name: "ignore-reason", Title: "a comment ignores a finding without saying why", Severity: Warning,
		Why:     "Whoever reads the comment in a year has to know whether its reason still holds.",
		Example: "# edgecase:ignore route-misrouted",
		Fix:     "Write the reason behind the name of the rule: # edgecase:ignore RULE because …",
	}
)

var ignoreFinder = finder{rules: []*Rule{ignoreUnused, ignoreUnknown, ignoreReason}} // Run finds them, after all others

// An ignore is one comment.
type ignore struct {
	rule, reason string
	at           cloudfront.Source
	line         int // that it counts for
	used         bool
}

// comments are those of a directory, and of the application whose routes are held against it.
type comments struct {
	list  []*ignore
	taken int // findings and routes that they have left out
}

// readIgnores returns the comments of files, which have been read as HCL; those of JSON have none.
func readIgnores(files map[string]*hcl.File) []*ignore {
	var list []*ignore
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if source := files[name].Bytes; bytes.Contains(source, []byte(ignoreWord)) && !strings.HasSuffix(name, ".json") {
			list = append(list, readIgnoresOf(name, source)...)
		}
	}
	return list
}

// readIgnoresOf returns the comments of one file. A comment counts for its line; one that stands alone for the next line
// with anything but a comment on it.
func readIgnoresOf(name string, source []byte) []*ignore {
	tokens, _ := hclsyntax.LexConfig(source, name, hcl.InitialPos) // what is wrong with it has been said
	var list, alone []*ignore
	code := 0 // the last line with anything but a comment
	for _, t := range tokens {
		switch t.Type {
		case hclsyntax.TokenComment:
			i := parseIgnore(string(t.Bytes))
			if i == nil {
				continue
			}
			i.at = cloudfront.Source{File: name, Line: t.Range.Start.Line, Column: t.Range.Start.Column}
			i.line = i.at.Line
			list = append(list, i)
			if code != i.line {
				alone = append(alone, i)
			}
		case hclsyntax.TokenNewline, hclsyntax.TokenEOF:
		default:
			code = t.Range.End.Line
			for _, i := range alone {
				i.line = t.Range.Start.Line
			}
			alone = alone[:0]
		}
	}
	return list
}

// parseIgnore reads a comment, or returns nil if it is an ordinary one.
func parseIgnore(comment string) *ignore {
	text := strings.TrimSpace(strings.TrimSuffix(strings.TrimLeft(comment, "#/*"), "*/"))
	rest, found := strings.CutPrefix(text, ignoreWord)
	if !found || rest != "" && !strings.ContainsAny(rest[:1], " \t:") {
		return nil
	}
	rule, reason, _ := strings.Cut(strings.TrimSpace(strings.TrimPrefix(rest, ":")), " ")
	return &ignore{rule: strings.TrimSuffix(rule, ":"), reason: strings.TrimSpace(reason)}
}

// readApplication adds the comments of the files that routes stand in: # and // begin them in all of their languages. A
// file that cannot be read has none.
func (c *comments) readApplication(routes []*application.Routes) {
	read := map[string]bool{}
	for _, r := range routes {
		for _, route := range r.List {
			if name := route.At.File; !read[name] && route.At.Line > 0 {
				read[name] = true
				c.list = append(c.list, readLines(name)...)
			}
		}
	}
}

// maxSource is how much of a file of the application is looked through for comments, in bytes.
const maxSource = 4 << 20

// readLines returns the comments of a file of any language. A comment counts for its line; one that stands alone for the
// next line with anything but a comment on it.
func readLines(name string) []*ignore {
	f, err := os.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0) // a pipe that nobody writes to keeps nobody waiting
	if err != nil {
		return nil
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil
	}
	text, err := io.ReadAll(io.LimitReader(f, maxSource))
	if err != nil || !bytes.Contains(text, []byte(ignoreWord)) {
		return nil
	}
	var list, alone []*ignore
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		code, comment := cutComment(line)
		if code != "" {
			for _, i := range alone {
				i.line = n
			}
			alone = nil
		}
		i := parseIgnore(comment)
		if i == nil {
			continue
		}
		i.at = cloudfront.Source{File: name, Line: n, Column: 1 + strings.Index(line, comment)}
		i.line = n
		list = append(list, i)
		if code == "" {
			alone = append(alone, i)
		}
	}
	return list
}

// cutComment cuts a line before the comment that ignores something, or before any where it is all that there is.
func cutComment(line string) (code, comment string) {
	line = strings.TrimSpace(line)
	if strings.HasPrefix(line, "#") || strings.HasPrefix(line, "//") {
		return "", line
	}
	word := strings.Index(line, ignoreWord)
	if word < 0 {
		return line, ""
	}
	before := strings.TrimRight(line[:word], " \t")
	code = strings.TrimRight(before, "#/")
	if code == before {
		return line, "" // the words, and no comment
	}
	return code, line[len(code):]
}

// take reports whether a comment leaves a finding out.
func (c *comments) take(f Finding) bool { return c.takeAt(f.Rule, f.At.File, f.At.Line) }

// takeRoute reports whether a comment of the application leaves a route out.
func (c *comments) takeRoute(rule *Rule, at application.Place) bool {
	return at.Line > 0 && c.takeAt(rule, at.File, at.Line)
}

func (c *comments) takeAt(rule *Rule, file string, line int) bool {
	taken := false
	for _, i := range c.list {
		if i.rule == rule.Name && i.at.File == file && i.line == line {
			i.used, taken = true, true
		}
	}
	if taken {
		c.taken++
	}
	return taken
}

// mistakes returns what is wrong with the comments themselves. ran are the rules that were held against the
// configuration: of others nobody knows whether they would have found something.
func (c *comments) mistakes(ran map[*Rule]bool, partial bool) []Finding {
	var found []Finding
	for _, i := range c.list {
		rule := RuleNamed(i.rule)
		switch {
		case i.rule == "":
			found = append(found, Finding{Rule: ignoreUnknown, At: i.at, Message: "the comment names no rule"})
		case rule == nil:
			message := fmt.Sprintf("there is no rule %q", i.rule)
			if near := cloudfront.Nearest(i.rule, ruleNames()); near != "" {
				message += fmt.Sprintf("; did you mean %s?", near)
			}
			found = append(found, Finding{Rule: ignoreUnknown, At: i.at, Message: message})
		case i.reason == "":
			found = append(found, Finding{Rule: ignoreReason, At: i.at, Message: "no reason is given for ignoring " + i.rule})
		case !i.used && ran[rule] && !partial:
			found = append(found, Finding{Rule: ignoreUnused, At: i.at, Message: i.rule + " finds nothing here"})
		}
	}
	return found
}

func ruleNames() []string {
	var names []string
	for _, r := range Rules() {
		names = append(names, r.Name)
	}
	return names
}
