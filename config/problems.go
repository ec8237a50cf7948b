package config

import (
	"edgecase/config/cloudfront"

	"github.com/hashicorp/hcl/v2"
)

// problems turns what CloudFront would refuse into diagnostics, so that there is one printer. Notes are no diagnostics:
// they are kept apart.
func (d *decoder) problems(c *cloudfront.Config) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, p := range c.Problems() {
		switch p.Severity {
		case cloudfront.Error:
			diags = append(diags, d.diagnostic(hcl.DiagError, p))
		case cloudfront.Warning:
			diags = append(diags, d.diagnostic(hcl.DiagWarning, p))
		default:
			d.note(p.Rule, p.Source, p.Detail)
		}
	}
	return diags
}

func (d *decoder) diagnostic(severity hcl.DiagnosticSeverity, p cloudfront.Problem) *hcl.Diagnostic {
	return &hcl.Diagnostic{
		Severity: severity,
		Summary:  p.Summary,
		Detail:   p.Detail,
		Subject:  d.rangeOf(p.Source),
		Extra:    Rule(p.Rule),
	}
}

// rangeOf returns the range that begins at a place, or nil for the zero Source.
func (d *decoder) rangeOf(s cloudfront.Source) *hcl.Range {
	if s.IsZero() {
		return nil
	}
	if r, ok := d.ranges[s]; ok {
		return r.Ptr()
	}
	at := hcl.Pos{Line: s.Line, Column: s.Column}
	return &hcl.Range{Filename: s.File, Start: at, End: at}
}

// strict makes an error of everything that is accepted and not emulated.
func (d *decoder) strict() hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, n := range d.notices {
		diags = append(diags, &hcl.Diagnostic{
			Severity: hcl.DiagError,
			Summary:  "Not emulated",
			Detail:   n.Text + ". With --strict that is an error.",
			Subject:  d.rangeOf(n.Source),
			Extra:    Rule(n.Rule),
		})
	}
	return diags
}
