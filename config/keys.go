package config

import (
	"edgecase/config/cloudfront"

	"github.com/zclconf/go-cty/cty"
)

// keyGroups are those of trusted_key_groups (TF-152, TF-169).
func (f fields) keyGroups() []*cloudfront.KeyGroup {
	var groups []*cloudfront.KeyGroup
	for _, v := range f.values("trusted_key_groups") {
		e := f.d.directory.pick(v, "aws_cloudfront_key_group",
			func(e *entity) string { return e.id(uuid) })
		if e == nil {
			text := textOf(v)
			f.d.warn(f.at("trusted_key_groups"), "TF-152", "Unknown key group",
				"The key group %q is not %s, so no signature can be checked against its keys: every request to this "+
					"behavior is refused. If it exists in the account, %s.",
				text.Value, f.d.directory.place(), f.d.directory.bring("aws_cloudfront_key_group", text.Value))
			groups = append(groups, &cloudfront.KeyGroup{ID: text.Value, Source: f.place("trusted_key_groups")})
			continue
		}
		groups = append(groups, f.d.keyGroup(e))
	}
	return groups
}

func (d *decoder) keyGroup(e *entity) *cloudfront.KeyGroup {
	if g := d.groups[e.address]; g != nil {
		return g
	}
	f := d.evaluated(e)
	g := &cloudfront.KeyGroup{ID: e.id(uuid), Name: f.str("name"), Address: e.address, Source: d.sourceOf(e.at)}
	d.groups[e.address] = g
	for _, v := range f.values("items") {
		if k := f.publicKey(v); k != nil {
			g.Keys = append(g.Keys, k)
		}
	}
	return g
}

// publicKey is TF-168.
func (f fields) publicKey(v cty.Value) *cloudfront.PublicKey {
	e := f.d.directory.pick(v, "aws_cloudfront_public_key",
		func(e *entity) string { return e.id(publicKeyID) })
	if e == nil {
		f.d.warn(f.at("items"), "TF-169", "Unknown public key",
			"The public key %q is not in this directory, so signatures made with it are refused.", textOf(v).Value)
		return nil
	}
	k := f.d.evaluated(e)
	return &cloudfront.PublicKey{
		ID:         e.id(publicKeyID),
		Name:       firstOf(k.str("name"), e.name),
		EncodedKey: k.str("encoded_key"),
		Source:     f.d.sourceOf(e.at),
	}
}
