package main

import (
	"io"
	"path/filepath"
	"strings"

	"edgecase/cmd/edgecase/check"
	"edgecase/config/cloudfront"
)

// sarifSchema is where the schema of the format is published.
const sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

// The objects of SARIF 2.1.0 that a check needs.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       sarifTool     `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"semanticVersion"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID         string        `json:"id"`
		Short      sarifText     `json:"shortDescription"`
		Full       sarifText     `json:"fullDescription"`
		Help       sarifText     `json:"help"`
		Default    sarifDefault  `json:"defaultConfiguration"`
		Properties sarifProperty `json:"properties"`
	}
	sarifDefault struct {
		Level string `json:"level"`
	}
	sarifProperty struct {
		Tags []string `json:"tags"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		RuleIndex int             `json:"ruleIndex"`
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations,omitempty"`
		Related   []sarifLocation `json:"relatedLocations,omitempty"`
		Fixes     []sarifFix      `json:"fixes,omitempty"`
	}
	sarifLocation struct {
		ID       int           `json:"id,omitempty"`
		Physical sarifPhysical `json:"physicalLocation"`
		Message  *sarifText    `json:"message,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn,omitempty"`
		EndLine     int `json:"endLine,omitempty"`
		EndColumn   int `json:"endColumn,omitempty"`
	}
	sarifFix struct {
		Description sarifText     `json:"description"`
		Changes     []sarifChange `json:"artifactChanges"`
	}
	sarifChange struct {
		Artifact     sarifArtifact      `json:"artifactLocation"`
		Replacements []sarifReplacement `json:"replacements"`
	}
	sarifReplacement struct {
		Deleted  sarifRegion `json:"deletedRegion"`
		Inserted sarifText   `json:"insertedContent"`
	}
)

// writeSARIF writes a report as SARIF 2.1.0, which code scanning reads. All rules are described in it, so that those who
// look at a finding have the explanation at hand.
func writeSARIF(w io.Writer, r *check.Report) error {
	run := sarifRun{
		Tool:       sarifTool{sarifDriver{Name: "edgecase", Version: version, Rules: []sarifRule{}}},
		ColumnKind: "unicodeCodePoints", Results: []sarifResult{},
	}
	index := map[*check.Rule]int{}
	for i, rule := range check.Rules() {
		index[rule] = i
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{
			ID: rule.Name, Short: sarifText{rule.Title}, Full: sarifText{rule.Why}, Help: sarifText{explainRule(rule)},
			Default: sarifDefault{string(rule.Severity)}, Properties: sarifProperty{list(rule.Cites)},
		})
	}
	for _, f := range r.Findings {
		result := sarifResult{
			RuleID: f.Rule.Name, RuleIndex: index[f.Rule], Level: string(f.Rule.Severity), Message: sarifText{findingSentence(f)},
		}
		if !f.At.IsZero() {
			result.Locations = []sarifLocation{{Physical: sarifPlace(f.At)}}
		}
		for i, rel := range f.Related {
			if !rel.At.IsZero() {
				result.Related = append(result.Related, sarifLocation{ID: i + 1, Physical: sarifPlace(rel.At), Message: &sarifText{printable(rel.Text)}})
			}
		}
		if above := f.Fix.Above; f.Fix.HCL != "" && !above.IsZero() {
			result.Fixes = []sarifFix{{
				Description: sarifText{printable(f.Fix.Where)},
				Changes: []sarifChange{{sarifArtifact{sarifURI(above.File)}, []sarifReplacement{{
					Deleted:  sarifRegion{StartLine: above.Line, StartColumn: 1, EndLine: above.Line, EndColumn: 1},
					Inserted: sarifText{indented(f.Fix.HCL, "  ") + "\n\n"},
				}}}},
			}}
		}
		run.Results = append(run.Results, result)
	}
	return writeJSON(w, sarifLog{sarifSchema, "2.1.0", []sarifRun{run}})
}

// sarifPlace returns a place: without an end it goes to the end of its line.
func sarifPlace(s cloudfront.Source) sarifPhysical {
	p := sarifPhysical{Artifact: sarifArtifact{sarifURI(s.File)}}
	if s.Line > 0 {
		p.Region = &sarifRegion{StartLine: s.Line, StartColumn: s.Column}
	}
	return p
}

// sarifURI writes the name of a file as a relative reference: every byte that has a meaning in one is escaped.
func sarifURI(file string) string {
	const hex = "0123456789ABCDEF"
	file = filepath.ToSlash(file)
	var b strings.Builder
	for i := range len(file) {
		c := file[i]
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._~/", c) >= 0 {
			b.WriteByte(c)
		} else {
			b.WriteString("%" + string(hex[c>>4]) + string(hex[c&15]))
		}
	}
	return b.String()
}

// indented puts blanks in front of each line that is not empty.
func indented(text, blanks string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) != "" {
			b.WriteString(blanks)
		}
		b.WriteString(line)
	}
	return b.String()
}
