package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"edgecase/config"
	"edgecase/config/cloudfront"

	"github.com/hashicorp/hcl/v2"
)

// maxNotes is how many notes of one kind a banner has room for.
const maxNotes = 8

// notes returns what is not as one may think: of the configuration, and of this machine.
func (s *server) notes() []note {
	return append(s.project.notes(s.loaded, s.diags), s.localNotes()...)
}

// notes returns what of a configuration is not mapped, not there, not emulated, not known. diags are its warnings.
func (p *project) notes(loaded *config.Loaded, diags hcl.Diagnostics) []note {
	list := few(p.unmappedNotes(loaded.Config), "origins are not mapped", "edgecase routes")
	list = append(list, p.misplacedNotes(loaded.Config)...)
	var notices []note
	for _, n := range loaded.Notices {
		notices = append(notices, note{"note", n.Text, n.Source.String()})
	}
	list = append(list, few(notices, "settings are not emulated", "edgecase routes")...)
	var warnings []note
	for _, d := range sorted(diags, hcl.DiagWarning) {
		warnings = append(warnings, warningNote(d))
	}
	return append(list, few(warnings, "warnings", "edgecase routes")...)
}

// fresh returns the notes that are not among old ones. A line that has moved makes no new note.
func fresh(notes, old []note) []note {
	var list []note
	for _, n := range notes {
		if !slices.ContainsFunc(old, func(o note) bool { return o.text == n.text }) {
			list = append(list, n)
		}
	}
	return list
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
func (p *project) unmappedNotes(c *cloudfront.Config) []note {
	var list []note
	for _, o := range p.unmapped(c) {
		list = append(list, note{"note", o.ID.String() + " is not mapped; it echoes requests", "--origin " + quoteArgument(o.ID.Value+"="+likelyPlace(o))})
	}
	return list
}

// misplacedNotes says which places cannot be used: those that name no origin, and directories that are not there.
func (p *project) misplacedNotes(c *cloudfront.Config) []note {
	var list []note
	for _, m := range p.places {
		err := m.Mismatch(allOrigins(c))
		if err == nil {
			err = m.Check()
		}
		if err != nil {
			list = append(list, note{label: "note", text: err.Error()})
		}
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

// warningNote makes a note of a warning: its summary, and the first sentence of its detail where a line has room for
// both. The box that routes prints has the rest.
func warningNote(d *hcl.Diagnostic) note {
	first, _ := utf8.DecodeRuneInString(d.Summary)
	n := note{label: "note", text: string(unicode.ToLower(first)) + d.Summary[utf8.RuneLen(first):]}
	if sentence, _, _ := strings.Cut(strings.TrimSpace(d.Detail), ". "); sentence != "" && width(n.text)+width(sentence) < 64 {
		n.text += ": " + strings.TrimSuffix(sentence, ".")
	}
	if d.Subject != nil {
		n.right = d.Subject.Filename + ":" + strconv.Itoa(d.Subject.Start.Line)
	}
	return n
}

// localNotes are about this machine: its names, and who signs for them.
func (s *server) localNotes() []note {
	var list []note
	if d := s.loaded.Config.Distributions; len(d) == 1 {
		text := "localhost is served as " + d[0].Host() + "; CloudFront would answer 403 to that name"
		if s.asAlias {
			text = "localhost is translated to " + d[0].Host() + ", and back in answers"
		}
		list = append(list, note{label: "note", text: text})
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
