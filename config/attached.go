package config

import (
	"slices"
	"strings"

	"edgecase/config/terraform"
)

// attached evaluates what a distribution names beside what it is decoded from: data sources, whose arguments have to be
// there (TF-199), and resources that are not emulated (TF-180), in which a mistake is no more than a warning.
func (d *decoder) attached(b *terraform.Block) {
	for _, a := range b.Arguments {
		for _, r := range terraform.References(a.Value) {
			e := d.directory.behind(r.Address)
			switch {
			case e == nil || d.judged[e.address]:
			case strings.HasPrefix(e.typ, "data.aws_cloudfront_"):
				d.judged[e.address] = true
				d.evaluated(e)
			case slices.Contains(attachedTypes(), e.typ):
				d.judged[e.address] = true
				if f := d.lenient(e); f.Block != nil {
					d.demands(e.typ, f.Block)
				}
			}
		}
	}
	for _, inner := range b.Blocks {
		d.attached(inner)
	}
}

// named warns of a name that two resources of a kind have: an account has each once (TF-172). It may be that they belong to
// two accounts.
func (d *decoder) named(e *entity, f fields) {
	switch e.typ {
	case "aws_cloudfront_cache_policy", "aws_cloudfront_origin_request_policy", "aws_cloudfront_response_headers_policy",
		"aws_cloudfront_function", "aws_cloudfront_key_value_store", "aws_cloudfront_origin_access_control",
		"aws_cloudfront_key_group", "aws_cloudfront_public_key":
	default:
		return
	}
	name := f.text("name")
	if name.Value == "" || !name.Known {
		return
	}
	first, ok := d.names[e.typ+"."+name.Value]
	if !ok {
		d.names[e.typ+"."+name.Value] = e
		return
	}
	if first.address != e.address {
		d.warn(f.at("name"), "TF-172", "Name given twice",
			"%s and %s (line %d) have the name %q, and an account has one %s of a name. Rename one of them.",
			e.address, first.address, first.at.Start.Line, name.Value, e.typ)
	}
}
