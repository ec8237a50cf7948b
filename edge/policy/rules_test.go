package policy

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"edgecase/config/cloudfront"
)

// The tests of this file read the tables of the rule pages and hold the plans against every row, so that table.go and
// the pages cannot come apart.

// tableRows returns the cells of the table that follows a heading.
func tableRows(t *testing.T, file, heading string) [][]string {
	t.Helper()
	text, err := os.ReadFile("../../docs/rules/" + file)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(text), heading+"\n")
	if !ok {
		t.Fatalf("%s has no heading %q", file, heading)
	}
	var rows [][]string
	for line := range strings.Lines(rest) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "|") {
			if len(rows) > 0 {
				break
			}
			continue
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		rows = append(rows, cells)
	}
	if len(rows) < 10 {
		t.Fatalf("%s: only %d rows under %q", file, len(rows), heading)
	}
	return rows[2:] // head and rule
}

var quoted = regexp.MustCompile("`([A-Za-z0-9*-]+)`")

// headerNames returns the header names of a first cell; wildcards become one example each.
func headerNames(cell string) []string {
	if strings.HasPrefix(cell, "any header") {
		return []string{"X-Unnamed"}
	}
	var names []string
	for _, m := range quoted.FindAllStringSubmatch(cell, -1) {
		switch name := m[1]; name {
		case "CloudFront-*":
			names = append(names, "CloudFront-Viewer-City")
		case "*":
		default:
			names = append(names, strings.Replace(name, "*", "Something", 1))
		}
	}
	return names
}

// sentBy returns the value under which a header arrives at the origin, if the viewer sends it as "probe".
func sentBy(p *Plan, method, name string) (string, bool) {
	v := Viewer{Method: method, Scheme: "https", Host: "www.example.com", Major: 1, Minor: 1, Fields: fields(name + ": probe")}
	f := p.OriginRequest(&Forward{Viewer: v, ViaID: viaID, RequestID: requestID}).Fields
	return f.Get(name), f.Has(name)
}

// TestPolicyTable holds section 3.2 of the policy rules against the plans, in all three modes.
func TestPolicyTable(t *testing.T) {
	modes := []struct {
		name string
		cell int
		b    *cloudfront.Behavior
	}{
		{"legacy", 1, &cloudfront.Behavior{CachePolicy: legacy(none, none, false)}},
		{"cache policy", 2, &cloudfront.Behavior{CachePolicy: keyed(none, none, none)}},
		{"all viewer", 3, &cloudfront.Behavior{CachePolicy: keyed(none, none, none), OriginRequestPolicy: request(allViewer, none, none)}},
	}
	checked := 0
	for _, row := range tableRows(t, "policies.md", "### 3.2 Header table") {
		for _, name := range headerNames(row[0]) {
			switch name {
			case "Cookie", "Accept-Encoding", "Authorization", "Content-Length", "Transfer-Encoding":
				continue // by setting, method or body: they have tests of their own
			}
			for _, mode := range modes {
				cell := row[mode.cell]
				if strings.HasPrefix(cell, "same") {
					cell = row[1]
				}
				t.Run("POL-039/"+mode.name+"/"+name, func(t *testing.T) {
					for _, o := range []*cloudfront.Origin{customOrigin(), bucket()} {
						value, sent := sentBy(Compile(mode.b, o), "GET", name)
						checkCell(t, cell, o, value, sent)
					}
				})
				checked++
			}
		}
	}
	if checked < 100 {
		t.Errorf("only %d cells were checked", checked)
	}
}

func checkCell(t *testing.T, cell string, o *cloudfront.Origin, value string, sent bool) {
	t.Helper()
	switch {
	case strings.HasPrefix(cell, "F"):
		if value != "probe" {
			t.Errorf("%q: the origin got %q, %v", cell, value, sent)
		}
	case strings.HasPrefix(cell, "X"), strings.HasPrefix(cell, "N"):
		if sent {
			t.Errorf("%q: the origin got %q", cell, value)
		}
	case strings.HasPrefix(cell, "viewer's"):
		if value != "www.example.com" {
			t.Errorf("%q: the origin got %q", cell, value)
		}
	case strings.HasPrefix(cell, "origin domain"):
		if value != o.DomainName.Value {
			t.Errorf("%q: the origin got %q", cell, value)
		}
	case strings.HasPrefix(cell, "appended"):
		if !strings.HasPrefix(value, "probe") {
			t.Errorf("%q: the origin got %q", cell, value)
		}
	case strings.HasPrefix(cell, "generated"):
		if value != requestID {
			t.Errorf("%q: the origin got %q", cell, value)
		}
	case strings.HasPrefix(cell, "`"): // `Keep-Alive`, `Amazon CloudFront`
		if want := strings.Split(cell, "`")[1]; value != want {
			t.Errorf("%q: the origin got %q", cell, value)
		}
	default:
		t.Errorf("unknown cell %q", cell)
	}
}

// TestRequestTable holds section 7.2 of the request rules against legacy plans: not configured on both kinds of origin,
// and listed.
func TestRequestTable(t *testing.T) {
	checked := 0
	for _, row := range tableRows(t, "request.md", "### 7.2 The table (custom origins and S3 origins)") {
		for _, name := range headerNames(row[0]) {
			switch name {
			case "Cookie", "Accept-Encoding", "Authorization", "Content-Length", "Transfer-Encoding":
				continue
			}
			for i, o := range []*cloudfront.Origin{customOrigin(), bucket()} {
				cell := row[1+i]
				if cell == "same" {
					cell = row[1]
				}
				t.Run("REQ-190/"+string(o.Kind)+"/"+name, func(t *testing.T) {
					value, sent := sentBy(Compile(&cloudfront.Behavior{CachePolicy: legacy(none, none, false)}, o), "GET", name)
					checkWords(t, cell, o, value, sent)
				})
				checked++
			}
			if strings.HasPrefix(row[3], "yes") {
				t.Run("REQ-195/listed/"+name, func(t *testing.T) {
					p := Compile(&cloudfront.Behavior{CachePolicy: keyed(only(strings.ToLower(name)), none, none)}, customOrigin())
					if !p.Carries("GET", name) {
						t.Errorf("%q: a cache policy that names it does not send it", row[3])
					}
				})
			} else if strings.HasPrefix(row[3], "no") {
				t.Run("REQ-195/no effect/"+name, func(t *testing.T) {
					plain := Compile(&cloudfront.Behavior{CachePolicy: keyed(none, none, none)}, customOrigin())
					listed := Compile(&cloudfront.Behavior{CachePolicy: keyed(only(name), none, none)}, customOrigin())
					if plain.Carries("GET", name) != listed.Carries("GET", name) {
						t.Errorf("%q: naming it has an effect", row[3])
					}
				})
			}
		}
	}
	if checked < 60 {
		t.Errorf("only %d cells were checked", checked)
	}
}

func checkWords(t *testing.T, cell string, o *cloudfront.Origin, value string, sent bool) {
	t.Helper()
	switch {
	case strings.HasPrefix(cell, "forwarded"):
		if !strings.HasPrefix(value, "probe") {
			t.Errorf("%q: the origin got %q, %v", cell, value, sent)
		}
	case strings.HasPrefix(cell, "removed"), strings.HasPrefix(cell, "not added"):
		if sent {
			t.Errorf("%q: the origin got %q", cell, value)
		}
	case strings.HasPrefix(cell, "replaced by `Connection"):
		checkCell(t, "`Keep-Alive`", o, value, sent)
	case strings.HasPrefix(cell, "replaced by"):
		checkCell(t, "`"+strings.Split(cell, "`")[1]+"`", o, value, sent)
	case strings.HasPrefix(cell, "set to"):
		checkCell(t, "origin domain", o, value, sent)
	case strings.HasPrefix(cell, "added by CloudFront"):
		checkCell(t, "generated", o, value, sent)
	default:
		t.Errorf("unknown cell %q", cell)
	}
}

// TestCombinationTable holds every cell of section 5 of the policy rules, for cookies and for query strings.
func TestCombinationTable(t *testing.T) {
	kinds := map[string]func() cloudfront.Selection{
		"None":       func() cloudfront.Selection { return none },
		"All":        func() cloudfront.Selection { return all },
		"Allow list": nil,
		"Block list": nil,
	}
	pick := func(kind, name string) cloudfront.Selection {
		switch kind {
		case "Allow list":
			return only("both", name)
		case "Block list":
			return except("both", name)
		}
		return kinds[kind]()
	}
	// Which of "both" (on both lists), "c" (on the cache policy's), "o" (on the other's), "x" (on none) are sent.
	want := map[string]string{
		"None/None": "", "None/All": "both c o x", "None/Allow list": "both o", "None/Block list": "c x",
		"All/None": "both c o x", "All/All": "both c o x", "All/Allow list": "both c o x", "All/Block list": "both c o x",
		"Allow list/None": "both c", "Allow list/All": "both c o x", "Allow list/Allow list": "both c o",
		"Allow list/Block list": "both c x",
		"Block list/None":       "o x", "Block list/All": "both c o x", "Block list/Allow list": "both o x",
		"Block list/Block list": "x",
	}
	for cp := range kinds {
		for orp := range kinds {
			t.Run("POL-070/"+cp+"/"+orp, func(t *testing.T) {
				b := &cloudfront.Behavior{CachePolicy: keyed(none, pick(cp, "c"), pick(cp, "c")),
					OriginRequestPolicy: request(none, pick(orp, "o"), pick(orp, "o"))}
				p := Compile(b, customOrigin())
				var cookies, query []string
				for _, name := range []string{"both", "c", "o", "x"} {
					if p.CarriesCookie(name) {
						cookies = append(cookies, name)
					}
					if p.CarriesQuery(name) {
						query = append(query, name)
					}
				}
				if got := strings.Join(cookies, " "); got != want[cp+"/"+orp] {
					t.Errorf("cookies sent: %q, want %q", got, want[cp+"/"+orp])
				}
				if got := strings.Join(query, " "); got != want[cp+"/"+orp] {
					t.Errorf("parameters sent: %q, want %q", got, want[cp+"/"+orp])
				}
			})
		}
	}
}
