package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"edgecase/cmd/edgecase/check"
	"edgecase/config/cloudfront"
	"edgecase/origins"

	"github.com/hashicorp/hcl/v2"
	"github.com/spf13/cobra"
)

// checkFormats are the formats of check's results.
var checkFormats = []string{"text", "json", "sarif", "junit", "github"}

// A checking is what "edgecase check" was asked.
type checking struct {
	*process
	flags *flags

	explain string
	routes  routeFlags
	reports reports
	format  string
	began   time.Time
}

func checkCommand(p *process, f *flags) *cobra.Command {
	c := &checking{process: p, flags: f}
	cmd := &cobra.Command{
		Use:   "check [PATH]",
		Short: "find what is wrong, or will surprise someone",
		Long: `  edgecase check terraform
  edgecase check terraform --django api/manage.py
  edgecase check --explain route-misrouted
  edgecase check --format json | jq '.findings[].rule'

What is wrong with the distributions of PATH, or will surprise someone, found without any traffic:
each with its line, a request that shows it, and what to do about it.

With --django, --openapi, --har, --log or --routes it also says which requests of the application do
not reach it, and which behavior is missing.

A comment leaves a finding out, on its line or the line above:

  allowed_methods = ["GET", "HEAD"] # edgecase:ignore RULE because of …

--format is text, json, sarif, junit or github, which workflows of GitHub get unless told otherwise.
The exit status is 1 for an error or a warning; notes alone are 0.`,
		Args: atMostOnePath,
		RunE: func(cmd *cobra.Command, args []string) error {
			format, err := p.resultFormat(cmd, f, checkFormats...)
			if err != nil {
				return err
			}
			if err := c.routes.check(); err != nil {
				return err
			}
			c.format, c.began = format, time.Now()
			if c.explain != "" {
				return c.explainRules()
			}
			return c.run(cmd.Context(), append(args, "")[0])
		},
	}
	fs := cmd.Flags()
	fs.SortFlags = false
	fs.StringVar(&c.explain, "explain", "", "what a `RULE` finds, why and what to do; \"list\" lists them")
	completeFlag(cmd, "explain", completeRules)
	c.routes.register(fs)
	for name, ends := range map[string][]string{"django": {"py"}, "openapi": {"yaml", "yml", "json"}, "har": {"har"}} {
		completeFlag(cmd, name, cobra.FixedCompletions(ends, cobra.ShellCompDirectiveFilterFileExt))
	}
	completeFlag(cmd, "app-origin", completeOriginIDs(p, f))
	c.reports.register(cmd, checkFormats...)
	return cmd
}

// run checks a configuration.
func (c *checking) run(ctx context.Context, path string) error {
	pr, err := openProject(c.process, c.flags, path)
	if err != nil {
		return err
	}
	loaded, diags, err := pr.mustLoad()
	if err != nil {
		return err
	}
	in := check.Input{
		Loaded: loaded, Diagnostics: diags, Files: pr.keys,
		Partial: c.flags.distribution != "" || pr.fileOrEmpty().distribution != "",
	}
	if in.Routes, err = c.routes.read(ctx, c.process, loaded.Config.Distributions); err != nil {
		return err
	}
	in.AppOrigins = c.routes.origins
	report, err := check.Run(ctx, in)
	if err != nil {
		return checkError(ctx, err)
	}
	took := time.Since(c.began)
	err = c.writeResults(results{
		"text":   func(w io.Writer) error { return writeCheckText(w, report, took, c.paint(w)) },
		"json":   func(w io.Writer) error { return writeJSON(w, newCheckDocument(report, took)) },
		"sarif":  func(w io.Writer) error { return writeSARIF(w, report) },
		"junit":  func(w io.Writer) error { return writeJUnit(w, "check", checkSuites(report, c.began, took)) },
		"github": func(w io.Writer) error { return writeAnnotations(w, checkAnnotations(report)) },
	}, c.format, c.reports)
	if err != nil {
		return err
	}
	if n := unsaid(diags); n > 0 {
		fmt.Fprintf(c.stderr, "note  %s about the configuration; edgecase routes shows them\n", plural(n, "warning"))
	}
	if !report.Clean() {
		return &exitError{code: exitFindings}
	}
	return nil
}

// checkError makes an exitError of why a configuration could not be checked.
func checkError(ctx context.Context, err error) error {
	if _, ok := errors.AsType[*check.InputError](err); ok || ctx.Err() != nil {
		return evidenceError(ctx, err)
	}
	return &exitError{code: exitConfig, err: err}
}

// unsaid counts the warnings of reading the configuration that are no findings: those about what could not be evaluated.
func unsaid(diags hcl.Diagnostics) int {
	n := 0
	for _, d := range diags {
		if rule, said := check.Says(d); rule == nil && !said {
			n++
		}
	}
	return n
}

// keys lists the files of the directory that an origin is mapped to, as keys of a bucket: the first few thousand.
func (p *project) keys(o *cloudfront.Origin) []string {
	place, _ := p.places.For(o)
	if place.Kind != origins.PlaceDir {
		return nil
	}
	const most = 20_000
	var list []string
	// What cannot be read is left out: whoever serves the directory says so.
	_ = fs.WalkDir(os.DirFS(place.Dir), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil && d != nil && d.IsDir():
			return fs.SkipDir
		case err == nil && !d.IsDir():
			list = append(list, name)
		}
		if len(list) >= most {
			return fs.SkipAll
		}
		return nil
	})
	return list
}

// explainRules prints what one rule finds, or the list of all of them.
func (c *checking) explainRules() error {
	chosen := check.Rules()
	if c.explain != "list" {
		rule := check.RuleNamed(c.explain)
		if rule == nil {
			return c.unknownRule()
		}
		chosen = []*check.Rule{rule}
	}
	var err error
	switch {
	case c.format == "json":
		err = writeJSON(c.stdout, documentRules(chosen))
	case c.format != "text" && c.flags.format != "text":
		return usageError("its formats are text and json", "--explain has no format %s", c.format)
	case c.explain == "list":
		_, err = io.WriteString(c.stdout, listRules(chosen))
	default:
		_, err = io.WriteString(c.stdout, explainRule(chosen[0]))
	}
	return err
}

// unknownRule says that there is no rule of that name, and which there is.
func (c *checking) unknownRule() error {
	var names []string
	for _, r := range check.Rules() {
		names = append(names, r.Name)
	}
	hint := "edgecase check --explain list prints all of them"
	if near := cloudfront.Nearest(c.explain, names); near != "" {
		hint = "did you mean " + near + "?"
	}
	return usageError(hint, "--explain %q is not a rule", c.explain)
}

// listRules writes a line for each rule.
func listRules(rules []*check.Rule) string {
	longest := 0
	for _, r := range rules {
		longest = max(longest, len(r.Name))
	}
	var b strings.Builder
	for _, r := range rules {
		fmt.Fprintf(&b, "%s  %s  %s\n", pad(r.Name, longest), pad(string(r.Severity), len("warning")), r.Title)
	}
	return b.String()
}

// explainRule writes all that is known of a rule.
func explainRule(r *check.Rule) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s   %s\n%s.\n", r.Name, r.Severity, r.Title)
	for _, part := range []struct{ head, text string }{{"", r.Why}, {"For example:", r.Example}, {"", r.Fix}} {
		if part.text == "" {
			continue
		}
		b.WriteString("\n")
		if part.head != "" {
			b.WriteString(part.head + "\n\n" + indented(strings.TrimRight(part.text, "\n"), "    ") + "\n")
			continue
		}
		for _, line := range fold(part.text, maxColumns) {
			b.WriteString(line + "\n")
		}
	}
	if len(r.Cites) > 0 {
		fmt.Fprintf(&b, "\nIt rests on %s of docs/rules.\n", strings.Join(r.Cites, ", "))
	}
	fmt.Fprintf(&b, "To leave a finding out: # edgecase:ignore %s REASON\n", r.Name)
	return b.String()
}
