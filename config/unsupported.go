package config

import (
	"strings"

	"edgecase/config/cloudfront"
)

// A Difference is something that Terraform can say and edgecase accepts without doing it. Silence means that a setting
// works: whatever does not has a row here, which goes when it does.
type Difference struct {
	Block   string // where the setting stands: directory, distribution, origin, behavior, …
	Setting string // the argument or block, with blocks on the way before it, "origin_shield.enabled"; or a resource type
	Off     string // the values with which nothing is asked for, separated by spaces; "" always is one
	Text    string // what happens instead
	Rule    string
	Sure    cloudfront.Confidence
}

// Settings that do not show in one argument: the decoder looks for them in the model.
const (
	websiteRouting = "website routing rules"
	caching        = "caching"
)

// Differences returns the table, in the order of Terraform's blocks.
func Differences() []Difference {
	doc, project := cloudfront.Documented, cloudfront.Project
	return []Difference{
		{"directory", "aws_cloudfront_multitenant_distribution", "", "multi-tenant distributions are not served", "TF-186", doc},
		{"directory", "aws_cloudfront_distribution_tenant", "", "distribution tenants are not served", "TF-186", doc},

		{"distribution", "web_acl_id", "", "web_acl_id is set and not enforced", "REQ-521", project},
		{"distribution", "logging_config", "",
			"logging_config writes to no bucket; the access log is where --access-log says", "TF-111", project},
		{"distribution", "continuous_deployment_policy_id", "",
			"continuous deployment sends no traffic to the staging distribution", "TF-188", doc},
		{"distribution", "staging", "false", "a staging distribution is never reached through its primary", "TF-115", doc},
		{"distribution", "viewer_mtls_config", "", "viewer_mtls_config asks no viewer for a certificate", "TF-116", doc},
		{"distribution", "connection_function_association", "", "the connection function does not run", "TF-117", doc},
		{"distribution", "cache_tag_config", "", "cache_tag_config has no effect: nothing is invalidated by tag", "TF-117", doc},
		{"distribution", "origin_group.selection_criteria", "default", "selection_criteria has no effect: the primary is asked first", "REQ-375", doc},
		{"distribution", caching, "", "nothing is cached; every answer is a Miss", "TF-145", doc},

		{"origin", "origin_shield.enabled", "false", "origin_shield has no effect", "TF-129", doc},
		{"origin", websiteRouting, "", "the routing rules of a bucket's website are not applied", "TF-205", doc},
		{"custom_origin_config", "origin_mtls_config", "", "origin_mtls_config shows the origin no certificate", "TF-123", doc},

		{"behavior", "function_association", "", "CloudFront functions do not run", "TF-150", doc},
		{"behavior", "lambda_function_association", "", "Lambda@Edge functions do not run", "TF-151", doc},
		{"behavior", "trusted_key_groups", "", "signatures of URLs and cookies are not checked", "TF-152", doc},
		{"behavior", "trusted_signers", "", "signatures of URLs and cookies are not checked", "TF-152", doc},
		{"behavior", "field_level_encryption_id", "", "field_level_encryption_id encrypts nothing", "REQ-264", project},
		{"behavior", "realtime_log_config_arn", "", "realtime_log_config_arn writes no real-time log", "TF-153", doc},
		{"behavior", "smooth_streaming", "false", "smooth_streaming has no effect", "TF-153", doc},
		{"behavior", "grpc_config.enabled", "false", "grpc_config has no effect", "TF-153", doc},
	}
}

// unsupported notes the settings of a block that are not emulated.
func (d *decoder) unsupported(block string, f fields) {
	for _, row := range d.differences {
		if row.Block != block {
			continue
		}
		if at, ok := f.asksFor(strings.Split(row.Setting, "."), strings.Fields(row.Off)); ok {
			d.notice(row, at)
		}
	}
}

// unserved notes resources of types that are not emulated.
func (d *decoder) unserved() {
	for _, row := range d.differences {
		if row.Block != "directory" {
			continue
		}
		for _, e := range d.directory.all(row.Setting) {
			d.notice(row, d.sourceOf(e.at))
		}
	}
}

// asksFor reports whether a setting is there and not switched off, and where.
func (f fields) asksFor(path, off []string) (cloudfront.Source, bool) {
	for ; len(path) > 1; path = path[1:] {
		f = f.first(path[0])
	}
	if block := f.first(path[0]); block.Block != nil {
		return block.source(), true
	}
	v, ok := f.value(path[0])
	if !ok {
		return cloudfront.Source{}, false
	}
	if elements, known := elementsOf(v); known && len(elements) == 0 {
		return cloudfront.Source{}, false
	}
	text, known := standInText(v)
	for _, o := range append(off, "") {
		if known && text == o {
			return cloudfront.Source{}, false
		}
	}
	return f.place(path[0]), true
}

// notice says once that a setting is not emulated.
func (d *decoder) notice(row Difference, at cloudfront.Source) {
	if d.noticed[row.Text] {
		return
	}
	d.noticed[row.Text] = true
	d.notices = append(d.notices, Notice{Text: row.Text, Source: at, Rule: row.Rule})
}

// note says once what is worth knowing.
func (d *decoder) note(rule string, at cloudfront.Source, text string) {
	if !d.noticed[text] {
		d.noticed[text] = true
		d.notes = append(d.notes, Notice{Text: text, Source: at, Rule: rule})
	}
}

// emulated notes what is not emulated of settings that do not show in one argument.
func (d *decoder) emulated(dist *cloudfront.Distribution) {
	for _, row := range d.differences {
		if row.Setting != caching {
			continue
		}
		for _, b := range dist.Behaviors {
			if !b.CachePolicy.CachingDisabled() {
				d.notice(row, cachingSource(b))
			}
		}
	}
}

// cachingSource is the line that asks for caching.
func cachingSource(b *cloudfront.Behavior) cloudfront.Source {
	if s, ok := b.Sources["cache_policy_id"]; ok {
		return s
	}
	return b.CachePolicy.Source
}
