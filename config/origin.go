package config

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"

	"edgecase/config/cloudfront"

	"github.com/zclconf/go-cty/cty"
)

// origin decodes one origin block (TF-120 to TF-130).
func (f fields) origin() *cloudfront.Origin {
	o := &cloudfront.Origin{
		ID:                        f.must("origin_id"),
		DomainName:                f.must("domain_name"),
		OriginPath:                f.path("origin_path"),
		CustomHeaders:             f.customHeaders(),
		HTTPPort:                  80,
		HTTPSPort:                 443,
		OriginReadTimeout:         30 * time.Second,
		OriginKeepaliveTimeout:    5 * time.Second,
		ConnectionAttempts:        f.number("connection_attempts", 3),
		ConnectionTimeout:         f.seconds("connection_timeout", 10),
		ResponseCompletionTimeout: f.seconds("response_completion_timeout", 0),
		OriginAccessIdentity:      f.first("s3_origin_config").text("origin_access_identity"),
		Source:                    f.source(),
		Sources:                   f.sources(),
	}
	domain, known := f.domain()
	o.Kind = f.kind(domain, known)
	if !known {
		f.d.open[f.place("domain_name")] = true
		f.undecidedKind()
	}
	if c := f.first("custom_origin_config"); c.Block != nil {
		c.custom(o)
	}
	if c := f.first("vpc_origin_config"); c.Block != nil {
		c.vpc(o)
	}
	o.OriginAccessControl = f.accessControl(domain)
	if o.Kind == cloudfront.KindS3 || o.Kind == cloudfront.KindS3Website {
		o.Bucket = f.bucket(domain)
		f.readable(o)
	}
	f.d.unsupported("origin", f)
	return o
}

// readable reports a bucket whose policies keep CloudFront out (REQ-407).
func (f fields) readable(o *cloudfront.Origin) {
	private := o.OriginAccessControl != nil || o.OriginAccessIdentity.Value != ""
	if private && o.Bucket != nil && o.Bucket.GetObject == cloudfront.Withheld {
		f.d.warn(f.at("domain_name"), "REQ-407", "Bucket that CloudFront may not read",
			"No policy of %s lets CloudFront get its objects, so S3 answers 403 AccessDenied to every request. "+
				"Allow s3:GetObject for the service cloudfront.amazonaws.com or the origin access identity.", o.Bucket.Address)
	}
}

// domain returns the domain name with stand-ins as they are: their shape tells what they are the names of. It is not known
// where a part of it has not even a shape.
func (f fields) domain() (string, bool) {
	v, ok := f.value("domain_name")
	if !ok {
		return "", false
	}
	text, known := standInText(v)
	return text, known && !open(v)
}

// The two shapes of a bucket's names (REQ-380). S3 has them with and without the region, and with a dash in old ones.
var (
	websiteDomain = regexp.MustCompile(`^(.+)\.s3-website[.-][a-z0-9{][^/]*\.amazonaws\.com(\.cn)?$`)
	bucketDomain  = regexp.MustCompile(`^(.+?)\.s3([.-][a-z0-9{][^/]*)?\.amazonaws\.com(\.cn)?$`)
)

// kind says what an origin is (TF-127, REQ-380 to REQ-382): its config block decides, the shape of the name where the
// block does not.
func (f fields) kind(domain string, known bool) cloudfront.Kind {
	website := websiteDomain.MatchString(domain)
	switch {
	case f.first("vpc_origin_config").Block != nil:
		return cloudfront.KindVPC
	case website:
		f.needsCustom("the name of a bucket's website, which CloudFront takes as a custom origin", "REQ-380")
		return cloudfront.KindS3Website
	case f.first("custom_origin_config").Block != nil:
		return cloudfront.KindCustom
	case known && domain != "" && !bucketDomain.MatchString(domain):
		f.needsCustom("not the name of an S3 bucket", "TF-127")
		return cloudfront.KindCustom
	}
	return cloudfront.KindS3
}

// undecidedKind says that an origin is taken for a bucket while only apply can tell its name, and no block says what it
// is (TF-232).
func (f fields) undecidedKind() {
	v, ok := f.value("domain_name")
	if !ok || from(v) == "" {
		return
	}
	hint := f.d.supply(v)
	if f.first("custom_origin_config").Block == nil && f.first("vpc_origin_config").Block == nil && f.first("s3_origin_config").Block == nil {
		f.d.warn(f.at("domain_name"), "TF-232", "Origin's domain name known only after apply",
			"domain_name is made of %s, which is not known here. Without custom_origin_config the origin is taken for an S3 bucket.%s",
			from(v), hint)
	}
}

// needsCustom reports a name that only an origin with custom_origin_config can have.
func (f fields) needsCustom(what, rule string) {
	if f.first("custom_origin_config").Block != nil {
		return
	}
	f.d.refuse(f.at("domain_name"), rule, "Origin of the wrong kind",
		"%s is %s. AWS takes an origin without custom_origin_config for an S3 bucket and refuses this name. "+
			"Add a custom_origin_config block.", f.str("domain_name"), what)
}

// custom is TF-123.
func (f fields) custom(o *cloudfront.Origin) {
	o.HTTPPort = f.number("http_port", 80)
	o.HTTPSPort = f.number("https_port", 443)
	o.OriginProtocolPolicy = cloudfront.OriginProtocolPolicy(
		f.word("origin_protocol_policy", string(cloudfront.OriginMatchViewer)))
	o.OriginSSLProtocols = f.sorted("origin_ssl_protocols")
	o.OriginReadTimeout = f.seconds("origin_read_timeout", 30)
	o.OriginKeepaliveTimeout = f.seconds("origin_keepalive_timeout", 5)
	merge(o.Sources, f.sources())
	f.d.unsupported("custom_origin_config", f)
}

// vpc is TF-126; ports and protocol are those of the VPC origin itself (TF-177).
func (f fields) vpc(o *cloudfront.Origin) {
	o.VPCOriginID = f.text("vpc_origin_id")
	o.OriginReadTimeout = f.seconds("origin_read_timeout", 30)
	o.OriginKeepaliveTimeout = f.seconds("origin_keepalive_timeout", 5)
	merge(o.Sources, f.sources())
	v, ok := f.value("vpc_origin_id")
	if !ok {
		return
	}
	e := f.d.directory.pick(v, "aws_cloudfront_vpc_origin",
		func(e *entity) string {
			return e.id(func(address string) string { return "vo_" + digest(address, 20) })
		})
	if e == nil {
		f.d.warn(f.at("vpc_origin_id"), "TF-126", "Unknown VPC origin",
			"The VPC origin %q is not in this directory. It is taken as one with the ports 80 and 443 and match-viewer.",
			o.VPCOriginID.Value)
		o.OriginProtocolPolicy = cloudfront.OriginMatchViewer
		return
	}
	c := f.d.evaluated(e).first("vpc_origin_endpoint_config")
	o.HTTPPort = c.number("http_port", 80)
	o.HTTPSPort = c.number("https_port", 443)
	o.OriginProtocolPolicy = cloudfront.OriginProtocolPolicy(
		c.word("origin_protocol_policy", string(cloudfront.OriginMatchViewer)))
	o.OriginSSLProtocols = c.first("origin_ssl_protocols").sorted("items")
}

// merge adds the places of a nested block's arguments to those of the block around it.
func merge(into, from cloudfront.Sources) {
	for name, s := range from {
		if _, ok := into[name]; !ok {
			into[name] = s
		}
	}
}

// customHeaders is TF-128, in the order of names: Terraform keeps them as a set.
func (f fields) customHeaders() []cloudfront.CustomHeader {
	var out []cloudfront.CustomHeader
	for _, h := range f.all("custom_header") {
		out = append(out, cloudfront.CustomHeader{Name: h.str("name"), Value: h.text("value"), Source: h.source()})
	}
	slices.SortStableFunc(out, func(a, b cloudfront.CustomHeader) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// accessControl is TF-125 and TF-175. One that is not in the directory is taken as the usual one for such a domain.
func (f fields) accessControl(domain string) *cloudfront.OriginAccessControl {
	v, named := f.policyID("origin_access_control_id")
	if !named {
		return nil
	}
	e := f.d.directory.pick(v, "aws_cloudfront_origin_access_control",
		func(e *entity) string { return e.id(distributionID) })
	if e == nil {
		return &cloudfront.OriginAccessControl{
			Name: unnamed(v), OriginType: originType(domain), SigningBehavior: "always", Source: f.place("origin_access_control_id")}
	}
	if control := f.d.controls[e.address]; control != nil {
		return control
	}
	c := f.d.evaluated(e)
	control := &cloudfront.OriginAccessControl{
		Name:            c.text("name"),
		OriginType:      c.word("origin_access_control_origin_type", "s3"),
		SigningBehavior: c.word("signing_behavior", "always"),
		Source:          f.d.sourceOf(e.at),
	}
	f.d.controls[e.address] = control
	return control
}

// originType is the origin_access_control_origin_type that goes with a domain name.
func originType(domain string) string {
	for part, typ := range map[string]string{
		".lambda-url.": "lambda", ".mediastore.": "mediastore", ".mediapackagev2.": "mediapackagev2",
	} {
		if strings.Contains(domain, part) {
			return typ
		}
	}
	return "s3"
}

// unnamed is what is known of the name of something that only its id stands for.
func unnamed(v cty.Value) cloudfront.Text {
	t := textOf(v)
	t.Known = false
	return t
}
