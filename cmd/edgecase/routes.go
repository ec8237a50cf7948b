package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"edgecase/config/cloudfront"

	"github.com/hashicorp/hcl/v2"
	"github.com/spf13/cobra"
)

func routesCommand(p *process, f *flags) *cobra.Command {
	return &cobra.Command{
		Use:   "routes [PATH]",
		Short: "the evaluated distributions: origins, ordered behaviors, error responses",
		Long: `  edgecase routes terraform
  edgecase routes --format json | jq '.distributions[0].behaviors[].path_pattern'

What the Terraform comes to, with the line of each part: origins and where they are on this machine,
behaviors in order of evaluation, custom error responses. Warnings are on stderr.

The JSON document is printed also when the configuration has errors, with all that could be
evaluated and the diagnostics; the exit status is 3 then.`,
		Args: atMostOnePath,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkFormat(f, "text", "json"); err != nil {
				return err
			}
			return routes(p, f, append(args, "")[0])
		},
	}
}

// routes prints what a directory comes to.
func routes(p *process, f *flags, path string) error {
	pr, diags, err := newProject(p, f, path)
	if err != nil {
		return err
	}
	loaded, more := pr.load()
	files := pr.configFiles()
	for name, file := range loaded.Files {
		files[name] = file
	}
	diags = append(diags, more...)
	if f.format == "json" {
		err = writeJSON(p.stdout, newRoutesDocument(loaded.Config, pr.places.For, diags))
	} else {
		_, err = io.WriteString(p.stdout, routesText(loaded.Config, pr.places.For, p.paint(p.stdout)))
		p.diagnostics(p.stderr, files, diags)
	}
	if err == nil && diags.HasErrors() {
		err = &exitError{code: exitConfig}
	}
	return err
}

// routesText writes the distributions as tables.
func routesText(c *cloudfront.Config, place places, color paint) string {
	var b strings.Builder
	for i, d := range c.Distributions {
		if i > 0 {
			b.WriteString("\n")
		}
		writeDistribution(&b, d, place, color)
	}
	return b.String()
}

func writeDistribution(b *strings.Builder, d *cloudfront.Distribution, place places, color paint) {
	b.WriteString(color.bold(headOf(d)) + "\n")
	for _, line := range settings(d) {
		b.WriteString("  " + line + "\n")
	}
	if len(d.Behaviors) > 0 {
		b.WriteString("\n" + (&banner{place: place}).table(d, color))
		b.WriteString("\n" + grid(policyRows(d), color))
	}
	if len(d.Origins) > 0 {
		b.WriteString("\n" + grid(originRows(d, place), color))
	}
	if len(d.OriginGroups) > 0 {
		b.WriteString("\n" + grid(groupRows(d), color))
	}
	if len(d.ErrorResponses) > 0 {
		b.WriteString("\n" + grid(errorRows(d), color))
	}
}

// headOf names a distribution, with its hosts and its place: in one line if there is room.
func headOf(d *cloudfront.Distribution) string {
	address, hosts, source := printable(d.Address), names(d), printable(d.Source.String())
	if width(address)+3+width(hosts)+3+width(source) <= maxColumns {
		return pad(address+"   "+hosts, maxColumns-width(source)) + source
	}
	return address + "\n  " + hosts + "\n  " + source
}

// settings are the lines about the distribution itself: only what is not as usual.
func settings(d *cloudfront.Distribution) []string {
	var lines []string
	if !d.Enabled {
		lines = append(lines, "not enabled")
	}
	if d.Staging {
		lines = append(lines, "staging")
	}
	if d.DefaultRootObject != "" {
		lines = append(lines, "/ is /"+printable(d.DefaultRootObject))
	}
	return lines
}

// policyRows say what each behavior does with requests and answers. Columns in which nobody has anything are left out.
func policyRows(d *cloudfront.Distribution) [][]string {
	rows := [][]string{{"#", "viewers", "cache policy", "origin request policy", "response headers policy", "functions", "signed by"}}
	for i, b := range d.Behaviors {
		doc := documentBehavior(b)
		number := strconv.Itoa(i + 1)
		if b.Default() {
			number = "*"
		}
		cache := orDash(doc.CachePolicy)
		if b.CachePolicy != nil && b.CachePolicy.Legacy {
			cache = "forwarded_values"
		}
		var functions, signers []string
		for _, f := range doc.Functions {
			functions = append(functions, f.EventType+" "+orDash(f.Name))
		}
		for _, g := range doc.TrustedKeyGroups {
			signers = append(signers, g.Name)
		}
		signers = append(signers, doc.TrustedSigners...)
		rows = append(rows, []string{
			number, orDash(doc.ViewerProtocolPolicy), cache, orDash(doc.OriginRequestPolicy), orDash(doc.ResponseHeadersPolicy),
			strings.Join(functions, ", "), strings.Join(signers, ", "),
		})
	}
	return withoutEmpty(rows)
}

// orDash returns what can be printed of a value that may be missing.
func orDash(s *string) string {
	if s == nil {
		return "-"
	}
	return printable(*s)
}

// withoutEmpty drops the columns that say nothing below their heads.
func withoutEmpty(rows [][]string) [][]string {
	out := make([][]string, len(rows))
	for i := range rows[0] {
		said := slices.ContainsFunc(rows[1:], func(row []string) bool { return row[i] != "" && row[i] != "-" })
		for n := range rows {
			if said {
				out[n] = append(out[n], printable(rows[n][i]))
			}
		}
	}
	return out
}

func originRows(d *cloudfront.Distribution, place places) [][]string {
	file := commonFile(d.Origins, func(o *cloudfront.Origin) cloudfront.Source { return o.Source })
	rows := [][]string{{"", "origin", "kind", "domain name", "goes to", printable(lastSegment(file))}}
	for _, o := range d.Origins {
		goes, mapped := place(o)
		local := printable(goes.String())
		if !mapped {
			local += " (not mapped)"
		}
		rows = append(rows, []string{
			"", printable(o.ID.String()), string(o.Kind), printable(o.DomainName.String() + o.OriginPath), local, lineOf(o.Source, file),
		})
	}
	return rows
}

func groupRows(d *cloudfront.Distribution) [][]string {
	file := commonFile(d.OriginGroups, func(g *cloudfront.OriginGroup) cloudfront.Source { return g.Source })
	rows := [][]string{{"", "origin group", "members", "on", printable(lastSegment(file))}}
	for _, g := range d.OriginGroups {
		var members, codes []string
		for _, m := range g.Members {
			members = append(members, m.String())
		}
		for _, c := range g.StatusCodes {
			codes = append(codes, strconv.Itoa(c))
		}
		rows = append(rows, []string{
			"", printable(g.ID.String()), printable(strings.Join(members, ", then ")), strings.Join(codes, " "), lineOf(g.Source, file),
		})
	}
	return rows
}

func errorRows(d *cloudfront.Distribution) [][]string {
	file := commonFile(d.ErrorResponses, func(e cloudfront.ErrorResponse) cloudfront.Source { return e.Source })
	rows := [][]string{{"", "error", "becomes", "kept for", printable(lastSegment(file))}}
	for _, e := range d.ErrorResponses {
		becomes := "as it is"
		if e.ResponsePagePath != "" {
			becomes = fmt.Sprintf("%d %s", firstOf(e.ResponseCode, e.ErrorCode), printable(e.ResponsePagePath))
		}
		kept := "0 s" // TF-107: what is not set is sent as 0
		if e.ErrorCachingMinTTL != nil {
			kept = fmt.Sprintf("%d s", *e.ErrorCachingMinTTL)
		}
		rows = append(rows, []string{"", strconv.Itoa(e.ErrorCode), becomes, kept, lineOf(e.Source, file)})
	}
	return rows
}

// firstOf returns the first number that is not zero.
func firstOf(a, b int) int {
	if a != 0 {
		return a
	}
	return b
}

// severityOf returns the word of the documents.
func severityOf(d *hcl.Diagnostic) string {
	if d.Severity == hcl.DiagWarning {
		return "warning"
	}
	return "error"
}

// allDiagnostics returns the diagnostics as the boxes have them: errors first, then by place.
func allDiagnostics(diags hcl.Diagnostics) hcl.Diagnostics {
	return slices.Concat(sorted(diags, hcl.DiagError), sorted(diags, hcl.DiagWarning))
}
