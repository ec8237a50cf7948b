package check

import (
	"fmt"
	"strings"
)

var apexUncovered = &Rule{
	Name: "apex-uncovered", Title: "a wildcard alias does not take the name that it hangs on", Severity: Note,
	Why: "*.example.com is for www.example.com and everything else below it, and not for example.com: whoever leaves the www out gets 403 " +
		"from CloudFront, unless that name leads to another server.",
	Example: `aliases = ["*.example.com"]`,
	Fix:     "Add the name itself to aliases and to the certificate, or make sure that its DNS record leads elsewhere.",
	Cites:   []string{"REQ-008", "REQ-013", "T33"},
}

func aliasTraps() []trap { return []trap{{[]*Rule{apexUncovered}, (*view).apex}} }

// apex is T33. Below a name that is itself a subdomain, people seldom ask for that name.
func (v *view) apex() []Finding {
	var found []Finding
	for _, alias := range v.Aliases {
		name, wild := strings.CutPrefix(alias, "*.")
		if !wild || strings.Count(name, ".") != 1 || strings.ContainsAny(name, "{}") {
			continue
		}
		w := &Witness{Method: "GET", URL: "https://" + name + "/"}
		if h := v.hinted(w, "T33"); h != nil {
			found = append(found, Finding{
				Rule: apexUncovered, At: argument(v.Sources, "aliases", v.Source), Witness: w, Fix: fixOf(h),
				Message: fmt.Sprintf("%s does not take %s: CloudFront answers 403 to it", alias, name),
			})
		}
	}
	return found
}
