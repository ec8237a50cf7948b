package check

import (
	"slices"
	"strings"

	"edgecase/config"
	"edgecase/config/cloudfront"

	"github.com/hashicorp/hcl/v2"
)

var (
	configurationWarning = &Rule{
		Name: "configuration-warning", Title: "the configuration can be read, and AWS may refuse it or take it otherwise", Severity: Warning,
		Why: "What every command says of a configuration when it reads it, and no other rule says at more length: quotas, settings without " +
			"effect, what AWS probably refuses.",
		Example: "a behavior with cache_policy_id and default_ttl, of which the second has no effect",
		Fix:     "What the finding says.",
		Cites:   []string{"REQ-055", "REQ-057", "POL-097"},
	}
	ttlOrder = &Rule{
		Name: "ttl-order", Title: "min_ttl, default_ttl and max_ttl are not in ascending order", Severity: Warning,
		Why: "AWS refuses times in another order with InvalidTTLOrder. Outside a cache policy an omitted default_ttl or max_ttl is sent as 0, so " +
			"that a min_ttl alone is in the wrong order, too.",
		Example: "min_ttl = 3600, default_ttl = 60",
		Fix:     "Give all three, in ascending order.",
		Cites:   []string{"CACHE-052", "TF-147"},
	}
	ttlIgnored = &Rule{
		Name: "ttl-ignored", Title: "a behavior has times of its own beside a cache policy, and they have no effect", Severity: Warning,
		Why:     "With cache_policy_id the policy's own times count, whatever the behavior says: with CachingDisabled nothing is cached.",
		Example: "cache_policy_id = CachingDisabled, and default_ttl = 3600",
		Fix:     "Remove min_ttl, default_ttl and max_ttl, or write a cache policy with these times.",
		Cites:   []string{"POL-097", "TF-147"},
	}
	aliasCertificate = &Rule{
		Name: "alias-certificate", Title: "a certificate does not cover an alias", Severity: Warning,
		Why:     "AWS refuses such a distribution with InvalidViewerCertificate, when it is applied.",
		Example: `aliases = ["www.example.com"], and cloudfront_default_certificate = true`,
		Fix:     "Give viewer_certificate an acm_certificate_arn of a certificate that has the names.",
		Cites:   []string{"REQ-012"},
	}
)

// warned are the rules for warnings of reading a configuration, by the rule that the warning rests on; nil where a rule of
// another finder says the same with a witness.
var warned = map[string]*Rule{
	"CACHE-052": ttlOrder, "POL-097": ttlIgnored, "REQ-012": aliasCertificate,
	"REQ-043": nil, "REQ-058": nil, "REQ-174": nil, "REQ-397": nil, "POL-025": nil, "REQ-462": nil,
}

// Says returns the rule under which a check reports a warning of reading the configuration: nil if it does not, as it is
// about Terraform, and what could not be evaluated. said is true where another finding says the same.
func Says(d *hcl.Diagnostic) (rule *Rule, said bool) {
	id, ok := d.Extra.(config.Rule)
	if !ok || d.Severity != hcl.DiagWarning || strings.HasPrefix(string(id), "TF-") || slices.Contains([]string{"POL-006"}, string(id)) {
		return nil, false
	}
	if rule, known := warned[string(id)]; known {
		return rule, rule == nil
	}
	return configurationWarning, false
}

// configurationWarnings turns warnings of reading the configuration into findings.
func configurationWarnings(s *Subject) []Finding {
	var found []Finding
	for _, d := range s.Diagnostics {
		rule, _ := Says(d)
		if rule == nil {
			continue
		}
		f := Finding{Rule: rule, Message: strings.TrimSuffix(d.Detail, ".")}
		if d.Subject != nil {
			f.At = cloudfront.Source{File: d.Subject.Filename, Line: d.Subject.Start.Line, Column: d.Subject.Start.Column}
		}
		found = append(found, f)
	}
	return found
}
