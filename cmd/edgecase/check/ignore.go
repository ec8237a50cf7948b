package check

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

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

// ignores are the comments of a directory.
type ignores []*ignore

// readIgnores returns the comments of files, which have been read as HCL; those of JSON have none.
func readIgnores(files map[string]*hcl.File) ignores {
	var list ignores
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if source := files[name].Bytes; bytes.Contains(source, []byte(ignoreWord)) && !strings.HasSuffix(name, ".json") {
			list = append(list, readIgnoresOf(name, source)...)
		}
	}
	return list
}

// readIgnoresOf returns the comments of one file. A comment counts for its line; one that stands alone for the next line
// with anything but a comment on it.
func readIgnoresOf(name string, source []byte) ignores {
	tokens, _ := hclsyntax.LexConfig(source, name, hcl.InitialPos) // what is wrong with it has been said
	var list, alone ignores
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

// take reports whether a comment leaves a finding out.
func (list ignores) take(f Finding) bool {
	taken := false
	for _, i := range list {
		if i.rule == f.Rule.Name && i.at.File == f.At.File && i.line == f.At.Line {
			i.used, taken = true, true
		}
	}
	return taken
}

// mistakes returns what is wrong with the comments themselves. ran are the rules that were held against the
// configuration: of others nobody knows whether they would have found something.
func (list ignores) mistakes(ran map[*Rule]bool, partial bool) []Finding {
	var found []Finding
	for _, i := range list {
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
