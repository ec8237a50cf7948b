package main

import (
	"time"

	"edgecase/cmd/edgecase/check"
	"edgecase/config/cloudfront"
	"edgecase/edge"
)

// The documents of "check --format json".
type (
	checkDocument struct {
		Findings     []findingDocument `json:"findings"`
		Application  *appDocument      `json:"application"`
		Errors       int               `json:"errors"`
		Warnings     int               `json:"warnings"`
		Notes        int               `json:"notes"`
		Ignored      int               `json:"ignored"`
		Milliseconds float64           `json:"milliseconds"`
	}
	appDocument struct {
		From    []string `json:"from"`
		Routes  int      `json:"routes"`
		Carried int      `json:"carried"`
		Origins []string `json:"origins"`
		How     string   `json:"how"`
		Notes   []string `json:"notes"`
	}
	findingDocument struct {
		Rule     string            `json:"rule"`
		Severity string            `json:"severity"`
		Message  string            `json:"message"`
		Source   *columnDocument   `json:"source"`
		Witness  *witnessDocument  `json:"witness"`
		Fix      *fixDocument      `json:"fix"`
		Requests []string          `json:"requests"`
		Related  []relatedDocument `json:"related"`
		Cites    []string          `json:"cites"`
	}
	columnDocument struct {
		File   string `json:"file"`
		Line   int    `json:"line"`
		Column int    `json:"column"`
	}
	witnessDocument struct {
		Method  string        `json:"method"`
		URL     string        `json:"url"`
		Headers edge.FieldMap `json:"headers"`
		Shows   claimDocument `json:"shows"`
	}
	// What is not claimed is left out.
	claimDocument struct {
		Supposing *answerDocument `json:"supposing,omitempty"`
		Behavior  string          `json:"path_pattern,omitempty"`
		Origin    string          `json:"origin,omitempty"`
		OriginURL string          `json:"origin_url,omitempty"`
		Reason    edge.Reason     `json:"reason,omitempty"`
		Status    int             `json:"status,omitempty"`
		Gets      []string        `json:"origin_gets,omitempty"`
		Lacks     []string        `json:"origin_lacks,omitempty"`
		Returns   []string        `json:"viewer_gets,omitempty"`
		Trap      string          `json:"trap,omitempty"`
	}
	answerDocument struct {
		Status  int           `json:"status"`
		Headers edge.FieldMap `json:"headers"`
	}
	fixDocument struct {
		Where string          `json:"where"`
		HCL   *string         `json:"hcl"`
		Above *columnDocument `json:"above"`
	}
	relatedDocument struct {
		Text   string          `json:"text"`
		Source *columnDocument `json:"source"`
	}
	ruleDocument struct {
		Name     string   `json:"name"`
		Severity string   `json:"severity"`
		Title    string   `json:"title"`
		Why      string   `json:"why"`
		Example  string   `json:"example"`
		Fix      string   `json:"fix"`
		Cites    []string `json:"cites"`
	}
)

func newCheckDocument(r *check.Report, took time.Duration) checkDocument {
	doc := checkDocument{
		Findings: []findingDocument{}, Errors: r.Count(check.Error), Warnings: r.Count(check.Warning), Notes: r.Count(check.Note),
		Ignored: r.Ignored, Milliseconds: float64(took.Microseconds()) / 1000,
	}
	if a := r.Application; a != nil {
		doc.Application = &appDocument{list(a.From), a.Routes, a.Carried, list(a.Origins), a.How, list(a.Notes)}
	}
	for _, f := range r.Findings {
		doc.Findings = append(doc.Findings, documentFinding(f))
	}
	return doc
}

func documentFinding(f check.Finding) findingDocument {
	doc := findingDocument{
		Rule: f.Rule.Name, Severity: string(f.Rule.Severity), Message: f.Message, Source: documentColumn(f.At),
		Requests: list(f.Requests), Related: []relatedDocument{}, Cites: list(f.Rule.Cites),
	}
	if f.Witness != nil {
		doc.Witness = &witnessDocument{f.Witness.Method, f.Witness.URL, edge.FieldMap(f.Witness.Fields), documentClaim(f.Witness.Shows)}
	}
	if f.Fix != (check.Fix{}) {
		doc.Fix = &fixDocument{f.Fix.Where, orNull(f.Fix.HCL), documentColumn(f.Fix.Above)}
	}
	for _, r := range f.Related {
		doc.Related = append(doc.Related, relatedDocument{r.Text, documentColumn(r.At)})
	}
	return doc
}

// documentClaim writes what a witness shows.
func documentClaim(c check.Claim) claimDocument {
	doc := claimDocument{OriginURL: c.OriginURL, Reason: c.Reason, Status: c.Status, Gets: c.Gets, Lacks: c.Lacks, Returns: c.Returns, Trap: c.Trap}
	if c.Supposing.Status != 0 {
		doc.Supposing = &answerDocument{c.Supposing.Status, edge.FieldMap(c.Supposing.Fields)}
	}
	if c.Behavior != nil {
		doc.Behavior = c.Behavior.Pattern.String()
	}
	if c.Origin != nil {
		doc.Origin = c.Origin.ID.String()
	}
	return doc
}

// documentColumn writes a place with its column; null where no line says it.
func documentColumn(s cloudfront.Source) *columnDocument {
	if s.IsZero() {
		return nil
	}
	return &columnDocument{s.File, s.Line, s.Column}
}

func documentRules(rules []*check.Rule) []ruleDocument {
	docs := []ruleDocument{}
	for _, r := range rules {
		docs = append(docs, ruleDocument{r.Name, string(r.Severity), r.Title, r.Why, r.Example, r.Fix, list(r.Cites)})
	}
	return docs
}
