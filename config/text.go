package config

import (
	"slices"
	"strings"

	"edgecase/config/cloudfront"
	"edgecase/config/terraform"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// textOf renders a value as a Text: stand-ins that are still whole become "{ADDRESS.ATTRIBUTE}", those that a function
// has cut up stay as they are, and a wholly unknown value is "{ADDRESS}". The same value gives the same text wherever
// it stands, so texts tell origins apart (TF-202). Null is "".
func textOf(v cty.Value) cloudfront.Text {
	raw, known := standInText(v)
	if v == cty.NilVal {
		return cloudfront.Known("")
	}
	refs := terraform.References(v)
	t := cloudfront.Text{Value: raw, Known: known && len(refs) == 0, Sensitive: terraform.IsSensitive(v)}
	for _, r := range refs {
		t.From = append(t.From, r.Address)
	}
	t.From = slices.Compact(t.From)
	if known {
		t.Value = named(raw, refs)
	}
	if !t.Known {
		t.StandIn = wireText(raw)
	}
	return t
}

// wireText makes of "{var.api_domain}" the label "var-api-domain", which may stand in a Host field.
func wireText(raw string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(raw, "{")
		b.WriteString(before)
		address, after, closed := strings.Cut(rest, "}")
		if !ok {
			return b.String()
		}
		if !closed {
			b.WriteString("{" + rest)
			return b.String()
		}
		label := strings.Map(func(r rune) rune {
			if r < 0x80 && wordByte(byte(r)) {
				return r
			}
			return '-'
		}, strings.ToLower(address))
		b.WriteString(strings.Trim(label, "-"))
		raw = after
	}
}

// standInText returns a value's text with stand-ins as they are, and whether it is known as far as stand-ins go. An
// unknown is "{ADDRESS}".
func standInText(v cty.Value) (text string, known bool) {
	if v == cty.NilVal {
		return "", true
	}
	bare, _ := v.Unmark()
	if bare.IsNull() {
		return "", true
	}
	if text, ok := rawText(bare); ok {
		return text, true
	}
	if name := terraform.Name(v); name != "{}" {
		return name, false
	}
	return "{unknown}", false
}

// scalarText returns the text of a known, unmarked string, number or bool.
func scalarText(v cty.Value) (string, bool) {
	if !v.Type().IsPrimitiveType() {
		return "", false
	}
	s, err := convert.Convert(v, cty.String)
	if err != nil || s.IsNull() || !s.IsKnown() {
		return "", false
	}
	return s.AsString(), true
}

// named puts references in place of their stand-ins, longest stand-ins first: one may be part of another.
func named(text string, refs []terraform.Reference) string {
	refs = slices.Clone(refs)
	slices.SortStableFunc(refs, func(a, b terraform.Reference) int { return len(b.StandIn) - len(a.StandIn) })
	parts := []piece{{text: text}}
	for _, r := range refs {
		if r.StandIn != "" {
			parts = replaced(parts, r)
		}
	}
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.text)
	}
	return b.String()
}

// A piece is a part of a text; a done one is a reference, in which nothing is replaced any more.
type piece struct {
	text string
	done bool
}

func replaced(parts []piece, r terraform.Reference) []piece {
	var out []piece
	for _, p := range parts {
		if p.done {
			out = append(out, p)
			continue
		}
		rest := p.text
		for {
			i := occurrence(rest, r.StandIn)
			if i < 0 {
				break
			}
			out = append(out, piece{text: rest[:i]}, piece{text: "{" + r.Address + "}", done: true})
			rest = rest[i+len(r.StandIn):]
		}
		out = append(out, piece{text: rest})
	}
	return out
}

// occurrence finds a stand-in in a text. One that is short enough to occur by chance, such as "aws", counts only as a
// word of its own.
func occurrence(text, standIn string) int {
	const distinctive = 8
	for from := 0; ; {
		i := strings.Index(text[from:], standIn)
		if i < 0 {
			return -1
		}
		i += from
		end := i + len(standIn)
		if len(standIn) >= distinctive || (i == 0 || !wordByte(text[i-1])) && (end == len(text) || !wordByte(text[end])) {
			return i
		}
		from = i + 1
	}
}

func wordByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}
