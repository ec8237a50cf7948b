package config

import (
	"edgecase/config/cloudfront"
)

// originRequestPolicy finds the policy that origin_request_policy_id stands for. One that is nowhere to be found is
// replaced by a policy that adds nothing.
func (f fields) originRequestPolicy() *cloudfront.OriginRequestPolicy {
	const argument, typ = "origin_request_policy_id", "aws_cloudfront_origin_request_policy"
	v, named := f.policyID(argument)
	if !named {
		return nil
	}
	id, _ := standInText(v)
	if p := cloudfront.ManagedOriginRequestPolicy(id); p != nil && p.ID == id {
		return p
	}
	if e := f.d.policy(v, typ); e != nil {
		return f.d.decodedOriginRequestPolicy(e)
	}
	f.unknownPolicy(v, argument, typ, "forwards nothing more", func(name string) (string, string) {
		if p := cloudfront.ManagedOriginRequestPolicy(name); p != nil {
			return p.Name.Value, p.ID
		}
		return nearest(name, cloudfront.ManagedOriginRequestPolicyNames()), ""
	})
	none := cloudfront.Selection{Behavior: cloudfront.SelectNone}
	return &cloudfront.OriginRequestPolicy{
		ID: id, Name: unnamed(v), Headers: none, Cookies: none, QueryStrings: none, Source: f.place(argument)}
}

// decodedOriginRequestPolicy is TF-161.
func (d *decoder) decodedOriginRequestPolicy(e *entity) *cloudfront.OriginRequestPolicy {
	if p := d.requests[e.address]; p != nil {
		return p
	}
	f := d.evaluated(e)
	defer d.openedAt(d.sourceOf(e.at))()
	p := &cloudfront.OriginRequestPolicy{
		ID:      e.id(uuid),
		Name:    f.text("name"),
		Address: e.address,
		Source:  d.sourceOf(e.at),
		Sources: f.sources(),
	}
	p.Headers, p.Cookies, p.QueryStrings = f.selections()
	d.requests[e.address] = p
	return p
}
