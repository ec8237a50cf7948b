package terraform

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// Supply says how to give the values that something unknown waits for: a variable of the root module as Terraform takes
// it, anything else in edgecase.hcl.
func Supply(v cty.Value) string { return SupplyOf(Needed(v)) }

// Needs are the addresses of the values that a diagnostic asks for: its Extra.
type Needs []string

// SupplyOf says how to give values for addresses.
func SupplyOf(addresses Needs) string {
	var variables, values []string
	for _, address := range addresses {
		name, isVar := strings.CutPrefix(address, "var.")
		if i := strings.IndexAny(name, ".["); isVar && i >= 0 {
			name = name[:i]
		}
		switch {
		case isVar && !slices.Contains(variables, name):
			variables = append(variables, name)
		case !isVar:
			values = append(values, address)
		}
	}
	var hint string
	if len(variables) > 0 {
		hint = fmt.Sprintf(" Give it with --var %s=… or in a --var-file.", strings.Join(variables[:min(len(variables), maxNames)], "=…, --var "))
	}
	if len(values) > 0 {
		hint += " " + supplyLines(values)
	}
	return hint
}

const maxLine = 60 // bytes of what stands in a line beside a few words

func supplyLines(addresses []string) string {
	shown := addresses[:min(len(addresses), maxNames)]
	lines := make([]string, len(shown))
	for i, a := range shown {
		lines[i] = strconv.Quote(a) + ` = "…"`
		if len(a) > maxLine {
			lines[i] = strconv.Quote(a) + `="…"` // printers break lines at blanks
		}
	}
	if len(lines) == 1 && len(lines[0]) < maxLine {
		return "Give it in edgecase.hcl:\n  values { " + lines[0] + " }"
	}
	return "Give them in edgecase.hcl:\n  values {\n    " + strings.Join(lines, "\n    ") + "\n  }"
}

// Needed returns the addresses whose values make a value known, each once, sorted.
func Needed(v cty.Value) Needs {
	var list Needs
	for _, r := range References(v) {
		address := r.Address
		if r.Of != "" {
			address = r.Of
		}
		for _, open := range []string{"[…]", "[*]"} { // a part that nobody can name
			address, _, _ = strings.Cut(address, open)
		}
		if address != "self" && !strings.HasPrefix(address, "self.") && !slices.Contains(list, address) {
			list = append(list, address)
		}
	}
	return list
}

// waitingFor notes of an unknown of which a part is picked by an unknown key that the key is what to give.
func waitingFor(v, key cty.Value) cty.Value {
	needed := Needed(key)
	if len(needed) == 0 {
		return opened("", v)
	}
	plain, marks := v.Unmark()
	for mark := range marks {
		if r, ok := mark.(Reference); ok && r.Of == "" {
			r.Of = needed[0]
			plain = plain.Mark(r)
			continue
		}
		plain = plain.Mark(mark)
	}
	return plain
}

// opened notes of an unknown that a function has made what it was made from: parts of the result are no parts of that.
func opened(name string, v cty.Value) cty.Value {
	switch name {
	case "jsondecode", "yamldecode", "sensitive", "nonsensitive", "try":
		return v
	}
	if v.IsKnown() {
		return v
	}
	plain, marks := v.Unmark()
	for mark := range marks {
		if r, ok := mark.(Reference); ok && r.Of == "" {
			r.Of = r.Address
			plain = plain.Mark(r)
			continue
		}
		plain = plain.Mark(mark)
	}
	return plain
}
