package config

import (
	"encoding/json"
	"slices"
	"strings"

	"edgecase/config/cloudfront"

	"github.com/zclconf/go-cty/cty"
)

// bucket is the aws_s3_bucket behind an S3 origin: the one that domain_name refers to, else the one whose name it
// begins with. It is nil where the directory does not have it.
func (f fields) bucket(domain string) *cloudfront.Bucket {
	v, _ := f.value("domain_name")
	e := f.d.bucketBehind(v)
	if e == nil {
		e = f.d.bucketNamed(domain)
	}
	if e == nil {
		return nil
	}
	if b := f.d.buckets[e.address]; b != nil {
		return b
	}
	b := &cloudfront.Bucket{Address: e.address, Name: bucketName(e), Source: f.d.sourceOf(e.at)}
	f.d.buckets[e.address] = b
	b.Objects = f.d.objects(e)
	b.Website = f.d.website(e)
	b.CORSRules = f.d.corsRules(e)
	g := f.d.grants(e)
	b.ListBucket = g.permission("s3:listbucket", false)
	b.GetObject = g.permission("s3:getobject", true)
	if !g.written {
		f.d.note("REQ-392", f.place("domain_name"),
			"no policy for the bucket of this origin is in the directory: CloudFront is taken to read its objects and not to list them")
	}
	return b
}

// bucketBehind follows a reference to a bucket, also through its website configuration or a data source.
func (d *decoder) bucketBehind(v cty.Value) *entity { return d.bucketWithin(v, maxHops) }

// maxHops is how many resources a reference is followed through: more than there are kinds of them, so that resources
// which name each other come to an end.
const maxHops = 4

func (d *decoder) bucketWithin(v cty.Value, hops int) *entity {
	if v == cty.NilVal || hops == 0 {
		return nil
	}
	for _, e := range d.directory.referred(v, "aws_s3_bucket", "aws_s3_bucket_website_configuration", "data.aws_s3_bucket") {
		if e.typ == "aws_s3_bucket" {
			return e
		}
		inner, ok := e.Argument("bucket")
		if !ok {
			continue
		}
		if b := d.bucketWithin(inner, hops-1); b != nil {
			return b
		}
		if name, known := standInText(inner); known {
			if b := d.directory.named(name, "aws_s3_bucket", bucketText); b != nil {
				return b
			}
		}
	}
	return nil
}

func (d *decoder) bucketNamed(domain string) *entity {
	for _, shape := range []interface{ FindStringSubmatch(string) []string }{websiteDomain, bucketDomain} {
		if m := shape.FindStringSubmatch(domain); m != nil {
			return d.directory.named(m[1], "aws_s3_bucket", bucketText)
		}
	}
	return nil
}

// bucketText is a bucket's name as its stand-ins have it.
func bucketText(e *entity) string {
	if n := e.argument("bucket"); n != "" {
		return n
	}
	if prefix := e.argument("bucket_prefix"); prefix != "" {
		return prefix + digest(e.address, 10)
	}
	return e.name
}

func bucketName(e *entity) cloudfront.Text {
	if v, ok := e.Argument("bucket"); ok {
		if t := textOf(v); t.Value != "" {
			return t
		}
	}
	reference := e.address + ".bucket"
	return cloudfront.Text{Value: "{" + reference + "}", From: []string{reference}}
}

// belongs reports whether an argument names the bucket: by reference, or by its name.
func (d *decoder) belongs(e *entity, argument string, bucket *entity) bool {
	v, ok := e.Argument(argument)
	if !ok {
		return false
	}
	if b := d.bucketBehind(v); b != nil {
		return b.address == bucket.address
	}
	text, known := standInText(v)
	return known && text == bucketText(bucket)
}

// objects are the aws_s3_objects of a bucket (TF-206). One whose key is not known cannot be asked for.
func (d *decoder) objects(bucket *entity) []*cloudfront.Object {
	var out []*cloudfront.Object
	for _, e := range slices.Concat(d.directory.all("aws_s3_object"), d.directory.all("aws_s3_bucket_object")) {
		key := e.argument("key")
		if key == "" || !d.belongs(e, "bucket", bucket) {
			continue
		}
		out = append(out, &cloudfront.Object{
			Key:                key,
			ContentType:        e.argument("content_type"),
			CacheControl:       e.argument("cache_control"),
			ContentEncoding:    e.argument("content_encoding"),
			ContentDisposition: e.argument("content_disposition"),
			ContentLanguage:    e.argument("content_language"),
			WebsiteRedirect:    e.argument("website_redirect"),
			Metadata:           e.metadata(),
			Source:             d.sourceOf(e.at),
		})
	}
	return out
}

func (e *entity) metadata() map[string]string {
	v, ok := e.Argument("metadata")
	if !ok {
		return nil
	}
	v, _ = v.UnmarkDeep()
	if v.IsNull() || !v.IsKnown() || !v.CanIterateElements() || v.LengthInt() == 0 {
		return nil
	}
	m := map[string]string{}
	for it := v.ElementIterator(); it.Next(); {
		k, item := it.Element()
		name, isText := rawText(k)
		if text, ok := rawText(item); ok && isText {
			m[name] = text
		}
	}
	return m
}

// grants are the statements of a bucket's policies (REQ-392): those of aws_s3_bucket_policy, and of the policy argument
// that a bucket itself had up to version 3 of the provider.
type grants struct {
	statements []statement
	written    bool // there is a policy, known or not
	known      bool // there is one that can be read
}

func (d *decoder) grants(bucket *entity) grants {
	var policies []cty.Value
	if v, ok := bucket.Argument("policy"); ok {
		policies = append(policies, v)
	}
	for _, e := range d.directory.all("aws_s3_bucket_policy") {
		if !d.belongs(e, "bucket", bucket) {
			continue
		}
		if v, ok := e.Argument("policy"); ok {
			policies = append(policies, v)
		}
	}
	g := grants{written: len(policies) > 0}
	for _, v := range policies {
		text, known := standInText(v)
		var p policy
		if known && text != "" && json.Unmarshal([]byte(text), &p) == nil {
			g.known = true
			g.statements = append(g.statements, p.Statement...)
		}
	}
	return g
}

// permission says whether CloudFront may do something with the bucket itself, or with its objects.
func (g grants) permission(action string, objects bool) cloudfront.Permission {
	switch {
	case slices.ContainsFunc(g.statements, func(s statement) bool { return s.allowsCloudFront(action, objects) }):
		return cloudfront.Granted
	case g.known:
		return cloudfront.Withheld
	}
	return cloudfront.Unstated
}

// allowsCloudFront reports whether a statement allows CloudFront an action, given in lower case. The right to list is one
// on the bucket, "arn:aws:s3:::name"; the right to read is one on its objects, "arn:aws:s3:::name/*".
func (s statement) allowsCloudFront(action string, objects bool) bool {
	if !strings.EqualFold(s.Effect, "Allow") || !s.Principal.admitsCloudFront() {
		return false
	}
	if !slices.ContainsFunc(s.Action, func(a string) bool { return cloudfront.MatchWildcards(strings.ToLower(a), action) }) {
		return false
	}
	return len(s.Resource) == 0 || slices.ContainsFunc(s.Resource, func(r string) bool {
		return r == "*" || strings.Contains(r, "/") == objects
	})
}

// admitsCloudFront reports whether CloudFront is among the principals: as a service (REQ-405), as an origin access
// identity, or as everyone.
func (p principals) admitsCloudFront() bool {
	for typ, identifiers := range p {
		for _, id := range identifiers {
			switch {
			case id == "*", typ == "CanonicalUser":
				return true
			case typ == "Service" && strings.HasPrefix(id, "cloudfront."):
				return true
			case typ == "AWS" && strings.Contains(id, "CloudFront Origin Access Identity"):
				return true
			}
		}
	}
	return false
}
