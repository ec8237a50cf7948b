package config

import (
	"slices"
	"strings"

	"edgecase/config/terraform"

	"github.com/hashicorp/hcl/v2"
)

const maxPlaces = 4 // of one value

// gathered says once what many diagnostics say: one reason often stands behind all of them.
func gathered(diags hcl.Diagnostics) hcl.Diagnostics {
	return undeclared(repeated(distinct(diags)))
}

// undeclared names what is not declared once, with the places that ask for it (TF-010).
func undeclared(diags hcl.Diagnostics) hcl.Diagnostics {
	first, others := map[string]*hcl.Diagnostic{}, map[string][]string{}
	var rest hcl.Diagnostics
	for _, d := range diags {
		key := d.Summary + "\x00" + d.Detail
		switch {
		case d.Subject == nil || !strings.HasPrefix(d.Summary, "Reference to undeclared "):
			rest = append(rest, d)
		case first[key] == nil:
			copied := *d
			first[key] = &copied
			rest = append(rest, &copied)
		default:
			place := lineOf(*d.Subject)
			if !slices.Contains(others[key], place) {
				others[key] = append(others[key], place)
			}
		}
	}
	for key, d := range first {
		if list := others[key]; len(list) > 0 {
			d.Detail += "\nIt is asked for at " + handful(list) + ", too."
		}
	}
	return rest
}

// repeated says in one warning what many say of count and for_each that cannot be known (TF-047).
func repeated(diags hcl.Diagnostics) hcl.Diagnostics {
	var many, rest hcl.Diagnostics
	at := 0
	for _, d := range diags {
		if _, ok := d.Extra.(terraform.Needs); ok && d.Subject != nil && (d.Summary == "Unknown for_each" || d.Summary == "Unknown count") {
			if many == nil {
				at = len(rest)
			}
			many = append(many, d)
			continue
		}
		rest = append(rest, d)
	}
	if len(many) <= fewUndecided {
		return diags
	}
	return slices.Insert(rest, at, repetitions(many))
}

// repetitions is one warning for many: each value with the places that wait for it.
func repetitions(many hcl.Diagnostics) *hcl.Diagnostic {
	var needs terraform.Needs
	places := map[string][]string{}
	for _, d := range many {
		place := lineOf(*d.Subject)
		for _, address := range d.Extra.(terraform.Needs) {
			if !slices.Contains(needs, address) {
				needs = append(needs, address)
			}
			if !slices.Contains(places[address], place) {
				places[address] = append(places[address], place)
			}
		}
	}
	var waiting []string
	for _, address := range needs {
		waiting = append(waiting, address+": "+strings.Join(firstFew(maxPlaces, places[address]), ", "))
	}
	return &hcl.Diagnostic{
		Severity: hcl.DiagWarning, Summary: "Unknown count and for_each", Subject: many[0].Subject, Extra: needs,
		Detail: "How often these repeat depends on values that cannot be known here; one block or instance of each is " +
			"assumed, or as many as a condition would choose:" + stacked(waiting) + "\n" +
			strings.TrimPrefix(terraform.SupplyOf(needs), " ")}
}
