package config

import (
	"strings"

	"edgecase/config/cloudfront"
	"edgecase/config/terraform"

	"github.com/zclconf/go-cty/cty"
)

// website is the website configuration of a bucket (TF-205): its own resource, or the block that a bucket itself had up to
// version 3 of the provider. It is nil where the directory has none.
func (d *decoder) website(bucket *entity) *cloudfront.Website {
	for _, e := range d.directory.all("aws_s3_bucket_website_configuration") {
		if !d.belongs(e, "bucket", bucket) {
			continue
		}
		f := d.quiet(e)
		w := &cloudfront.Website{
			IndexDocument: f.first("index_document").settled("suffix"),
			ErrorDocument: f.first("error_document").settled("key"),
		}
		if to := f.first("redirect_all_requests_to"); to.Block != nil {
			w.RedirectAllRequestsTo = redirectTo(to.settled("protocol"), to.settled("host_name"))
		}
		d.routingRules(f, "routing_rule", "routing_rules")
		return w
	}
	f := d.quiet(bucket).first("website")
	if f.Block == nil {
		return nil
	}
	d.routingRules(f, "routing_rules")
	return &cloudfront.Website{
		IndexDocument:         f.settled("index_document"),
		ErrorDocument:         f.settled("error_document"),
		RedirectAllRequestsTo: redirectTo("", f.settled("redirect_all_requests_to")),
	}
}

// redirectTo is the target of a bucket that redirects everything (REQ-419): the host may bring its protocol; without one
// it is that of the request, which CloudFront makes over HTTP (REQ-312).
func redirectTo(protocol, host string) string {
	switch {
	case host == "":
		return ""
	case strings.Contains(host, "://"):
		return strings.TrimSuffix(host, "/")
	case protocol == "":
		protocol = "http"
	}
	return protocol + "://" + host
}

// routingRules notes the rules of a website, which are not emulated.
func (d *decoder) routingRules(f fields, names ...string) {
	for _, name := range names {
		if _, ok := f.value(name); !ok && f.first(name).Block == nil {
			continue
		}
		for _, row := range d.differences {
			if row.Setting == websiteRouting {
				d.notice(row, f.place(name))
			}
		}
	}
}

// corsRules are the CORS rules of a bucket, in order (REQ-102): those of its own resource, else the blocks that a bucket
// itself had up to version 3 of the provider.
func (d *decoder) corsRules(bucket *entity) []cloudfront.CORSRule {
	for _, e := range d.directory.all("aws_s3_bucket_cors_configuration") {
		if d.belongs(e, "bucket", bucket) {
			return d.quiet(e).corsRules()
		}
	}
	return d.quiet(bucket).corsRules()
}

func (f fields) corsRules() []cloudfront.CORSRule {
	var out []cloudfront.CORSRule
	for _, r := range f.all("cors_rule") {
		rule := cloudfront.CORSRule{
			AllowedOrigins: r.listed("allowed_origins"),
			AllowedMethods: r.listed("allowed_methods"),
			AllowedHeaders: r.listed("allowed_headers"),
			ExposeHeaders:  r.listed("expose_headers"),
		}
		if v, ok := r.value("max_age_seconds"); ok {
			if n, ok := integer(v); ok {
				rule.MaxAgeSeconds = &n
			}
		}
		out = append(out, rule)
	}
	return out
}

// quiet evaluates a resource of which a distribution needs no more than a hint: what is wrong with the rest of it is not
// for the distribution's sake an error (TF-040).
func (d *decoder) quiet(e *entity) fields {
	block, _ := e.Evaluate()
	return fields{block, d}
}

// settled returns an argument's text, "" where only apply can tell it.
func (f fields) settled(name string) string {
	v, ok := f.value(name)
	if !ok || open(v) {
		return ""
	}
	text, _ := rawText(v)
	return text
}

// listed is strings for a list of which the unknown elements are left out.
func (f fields) listed(name string) []string {
	v, ok := f.value(name)
	if !ok {
		return nil
	}
	elements, _ := elementsOf(v)
	var out []string
	for _, e := range elements {
		if text, ok := rawText(e); ok && !open(e) {
			out = append(out, text)
		}
	}
	return out
}

// open tells whether a value is made of something for which there is not even a stand-in.
func open(v cty.Value) bool {
	for _, r := range terraform.References(v) {
		if r.StandIn == "" {
			return true
		}
	}
	return false
}
