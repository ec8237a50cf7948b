package main

import (
	"fmt"
	"strconv"
	"strings"

	"edgecase/config/cloudfront"

	"github.com/hashicorp/hcl/v2"
)

// maxNotes is how many notes of one kind a banner has room for.
const maxNotes = 8

// notes returns what is not as one may think: what is not mapped, not emulated, not known, not as on this machine.
func (s *server) notes() []note {
	var list []note
	list = append(list, few(s.unmappedNotes(), "origins are not mapped", "edgecase routes")...)
	for _, err := range s.project.misplaced(s.loaded) {
		list = append(list, note{label: "note", text: err.Error()})
	}
	var notices []note
	for _, n := range s.loaded.Notices {
		notices = append(notices, note{"note", n.Text, n.Source.String()})
	}
	list = append(list, few(notices, "settings are not emulated", "")...)
	var warnings []note
	for _, d := range sorted(s.diags, hcl.DiagWarning) {
		warnings = append(warnings, warningNote(d))
	}
	list = append(list, few(warnings, "warnings", "")...)
	return append(list, s.localNotes()...)
}

// few returns the first notes, and how many more there are.
func few(notes []note, noun, where string) []note {
	if len(notes) <= maxNotes+1 {
		return notes
	}
	more := note{"note", fmt.Sprintf("%d more %s", len(notes)-maxNotes, noun), where}
	return append(notes[:maxNotes:maxNotes], more)
}

// unmappedNotes says of each unmapped origin which flag it wants.
func (s *server) unmappedNotes() []note {
	var list []note
	for _, o := range s.project.unmapped(s.loaded.Config) {
		list = append(list, note{"note", o.ID.String() + " is not mapped; it echoes requests", "--origin " + quoteArgument(o.ID.Value+"="+likelyPlace(o))})
	}
	return list
}

// likelyPlace returns what a place of an origin may look like.
func likelyPlace(o *cloudfront.Origin) string {
	if o.Kind == cloudfront.KindS3 || o.Kind == cloudfront.KindS3Website {
		return "./dist"
	}
	return "http://localhost:8000"
}

// warningNote makes a note of a warning: its summary, and what its detail says first.
func warningNote(d *hcl.Diagnostic) note {
	text := d.Summary
	if d.Detail != "" {
		text += ": " + strings.TrimSpace(d.Detail)
	}
	n := note{label: "note", text: text}
	if d.Subject != nil {
		n.right = d.Subject.Filename + ":" + strconv.Itoa(d.Subject.Start.Line)
	}
	return n
}

// localNotes are about this machine: its names, and who signs for them.
func (s *server) localNotes() []note {
	var list []note
	if d := s.loaded.Config.Distributions; len(d) == 1 {
		name := d[0].DomainName
		if len(d[0].Aliases) > 0 {
			name = d[0].Aliases[0]
		}
		list = append(list, note{label: "note", text: "localhost is served as " + name + "; CloudFront would answer 403 to that name"})
	} else {
		list = append(list, note{label: "note", text: "localhost could mean any of these distributions; name one with --distribution"})
	}
	if s.authority == nil {
		return list
	}
	if s.authority.Ephemeral() {
		text := "the certificate authority lives in memory and ends with this run"
		if err := s.authority.Trouble(); err != nil {
			text += ": " + err.Error()
		}
		return append(list, note{label: "note", text: text, right: "EDGECASE_STATE=DIR keeps it"})
	}
	return append(list, note{label: "note", text: "https is signed by a local authority", right: "curl --cacert " + quoteArgument(s.authority.Path())})
}
