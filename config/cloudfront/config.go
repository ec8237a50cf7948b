package cloudfront

import (
	"strconv"
	"time"
)

// A Config is everything one Terraform directory says about CloudFront.
type Config struct {
	Distributions []*Distribution
}

// A Source is a place in a file that the user wrote: whatever can be wrong, or can decide, carries one.
// The zero Source means that no line says it (a default, a managed policy).
type Source struct {
	File         string // relative to the working directory, as diagnostics print it
	Line, Column int    // counted from 1
}

// String returns "cloudfront.tf:48", or "" for the zero Source.
func (s Source) String() string {
	if s.File == "" {
		return ""
	}
	return s.File + ":" + strconv.Itoa(s.Line)
}

// IsZero reports whether no line says it.
func (s Source) IsZero() bool { return s.File == "" }

// Sources gives the place of each argument of a block, by its Terraform name ("allowed_methods").
type Sources map[string]Source

// A Text is a string that Terraform may not know yet. Origin ids, domain names and header values are Texts.
type Text struct {
	Value     string   // with "{aws_lb.api.dns_name}" in place of what only apply can tell
	Known     bool     // false if any part of Value is such a stand-in
	From      []string // the references it was made of
	Sensitive bool     // masked in whatever is shown
	StandIn   string   // of a Text that is not known: what goes over the wire in place of Value, of a real shape
}

// Wire returns the text as it goes over the wire: with invented values of the real shape where only apply can tell.
func (t Text) Wire() string {
	if t.StandIn != "" {
		return t.StandIn
	}
	return t.Value
}

// Known returns a Text that is s and nothing else.
func Known(s string) Text { return Text{Value: s, Known: true} }

// String returns the text for people: sensitive values are masked.
func (t Text) String() string {
	if t.Sensitive {
		return "(sensitive)"
	}
	return t.Value
}

// A Distribution is one aws_cloudfront_distribution.
type Distribution struct {
	Address        string // "aws_cloudfront_distribution.site", "module.cdn.aws_cloudfront_distribution.this[0]"
	ID, DomainName string // invented, and stable for one Address

	Aliases           []string
	Enabled           bool // REQ-018
	Staging           bool // REQ-020
	DefaultRootObject string
	HTTPVersion       HTTPVersion
	IsIPV6Enabled     bool
	WebACLID          Text // "" means none

	Origins           []*Origin
	OriginGroups      []*OriginGroup
	Behaviors         []*Behavior     // in order; the default behavior is last, with pattern "*" (REQ-041)
	ErrorResponses    []ErrorResponse // in order of error code
	GeoRestriction    GeoRestriction
	ViewerCertificate ViewerCertificate
	Buckets           []*Bucket // what Terraform says of the S3 origins' buckets

	Source  Source // of the block
	Sources Sources
}

// An HTTPVersion is the value of http_version (REQ-128).
type HTTPVersion string

// The values of http_version.
const (
	HTTP11    HTTPVersion = "http1.1"
	HTTP2     HTTPVersion = "http2"
	HTTP3     HTTPVersion = "http3"
	HTTP2And3 HTTPVersion = "http2and3"
)

// Origin returns the origin with this id, or nil.
func (d *Distribution) Origin(id string) *Origin {
	for _, o := range d.Origins {
		if o.ID.Value == id {
			return o
		}
	}
	return nil
}

// OriginGroup returns the origin group with this id, or nil.
func (d *Distribution) OriginGroup(id string) *OriginGroup {
	for _, g := range d.OriginGroups {
		if g.ID.Value == id {
			return g
		}
	}
	return nil
}

// Members returns the origins that may answer for a target_origin_id, primary first: the origin itself, or the two
// members of an origin group (REQ-360). It is empty if nothing has this id.
func (d *Distribution) Members(targetOriginID string) []*Origin {
	if o := d.Origin(targetOriginID); o != nil {
		return []*Origin{o}
	}
	g := d.OriginGroup(targetOriginID)
	if g == nil {
		return nil
	}
	var members []*Origin
	for _, id := range g.Members {
		if o := d.Origin(id.Value); o != nil {
			members = append(members, o)
		}
	}
	return members
}

// DefaultBehavior returns the behavior that takes what no pattern matches (REQ-041).
func (d *Distribution) DefaultBehavior() *Behavior { return d.Behaviors[len(d.Behaviors)-1] }

// ErrorResponse returns the custom error response for a status, or nil.
func (d *Distribution) ErrorResponse(status int) *ErrorResponse {
	for i := range d.ErrorResponses {
		if d.ErrorResponses[i].ErrorCode == status {
			return &d.ErrorResponses[i]
		}
	}
	return nil
}

// A Kind says what stands at an origin: it decides methods, headers and error bodies (REQ-380).
type Kind string

// The kinds of origin.
const (
	KindCustom    Kind = "custom"
	KindS3        Kind = "s3"         // a bucket's REST endpoint
	KindS3Website Kind = "s3_website" // a bucket's website endpoint, to CloudFront a custom origin
	KindVPC       Kind = "vpc"
)

// An Origin is one origin block.
type Origin struct {
	ID         Text
	DomainName Text
	OriginPath string // "" or "/prefix" (REQ-315)
	Kind       Kind

	CustomHeaders []CustomHeader

	// Of custom and VPC origins.
	HTTPPort, HTTPSPort    int
	OriginProtocolPolicy   OriginProtocolPolicy
	OriginSSLProtocols     []string
	OriginReadTimeout      time.Duration // also of S3 origins: 30 s unless set
	OriginKeepaliveTimeout time.Duration

	ConnectionAttempts        int           // 1 to 3
	ConnectionTimeout         time.Duration // 1 s to 10 s
	ResponseCompletionTimeout time.Duration // 0 means none

	OriginAccessControl  *OriginAccessControl // nil means none
	OriginAccessIdentity Text                 // "" means none
	VPCOriginID          Text
	Bucket               *Bucket // of S3 origins whose bucket Terraform names; else nil

	Source  Source
	Sources Sources
}

// A CustomHeader is a header that CloudFront adds to every request to an origin (REQ-241).
type CustomHeader struct {
	Name   string
	Value  Text
	Source Source
}

// An OriginProtocolPolicy is the value of origin_protocol_policy (REQ-310).
type OriginProtocolPolicy string

// The values of origin_protocol_policy.
const (
	OriginHTTPOnly    OriginProtocolPolicy = "http-only"
	OriginHTTPSOnly   OriginProtocolPolicy = "https-only"
	OriginMatchViewer OriginProtocolPolicy = "match-viewer"
)

// An OriginAccessControl is one aws_cloudfront_origin_access_control (REQ-405).
type OriginAccessControl struct {
	Name            Text
	OriginType      string // s3, lambda, mediastore, mediapackagev2
	SigningBehavior string // always, never, no-override
	Source          Source
}

// An OriginGroup is a primary and a secondary origin (REQ-360).
type OriginGroup struct {
	ID          Text
	Members     []Text // origin ids, primary first
	StatusCodes []int  // ascending
	Source      Source
	Sources     Sources
	// MemberSources are the places of Members, where the configuration says them.
	MemberSources []Source
	// MembersJudged says that whoever read the group has said that there are not two members, or cannot tell yet.
	MembersJudged bool
}

// A Bucket is what Terraform says of an S3 bucket behind an origin.
type Bucket struct {
	Address    string // "aws_s3_bucket.site"
	Name       Text
	Objects    []*Object
	ListBucket Permission // whether its policies let CloudFront list it: a missing key is 404 then, else 403 (REQ-392)
	GetObject  Permission // whether they let CloudFront read its objects: Withheld means 403 to everything (REQ-407)
	Website    *Website   // of its website endpoint (section 12.4 of the request rules); nil where Terraform is silent
	CORSRules  []CORSRule // in order (REQ-102)
	Source     Source
}

// A Website is the website configuration of a bucket.
type Website struct {
	IndexDocument         string // "index.html" (REQ-412)
	ErrorDocument         string // a key; "" means none (REQ-416)
	RedirectAllRequestsTo string // "https://example.com"; "" means none (REQ-419)
}

// A CORSRule is one rule of a bucket's CORS configuration.
type CORSRule struct {
	AllowedOrigins, AllowedMethods, AllowedHeaders, ExposeHeaders []string
	MaxAgeSeconds                                                 *int // nil means no Access-Control-Max-Age
}

// A Permission is what bucket policies say about one action.
type Permission string

// What the policies of a bucket may say.
const (
	Unstated Permission = ""      // no policy for the bucket is in the Terraform
	Granted  Permission = "allow" // a policy admits CloudFront
	Withheld Permission = "deny"  // policies exist, none of them admits CloudFront
)

// An Object is one aws_s3_object: the metadata of a key.
type Object struct {
	Key                string
	ContentType        string
	CacheControl       string
	ContentEncoding    string
	ContentDisposition string
	ContentLanguage    string
	WebsiteRedirect    string
	Metadata           map[string]string
	Source             Source
}

// An ErrorResponse is one custom_error_response (section 13 of the request rules).
type ErrorResponse struct {
	ErrorCode          int
	ResponseCode       int    // 0 keeps the status
	ResponsePagePath   string // "" sets only the caching time
	ErrorCachingMinTTL *int   // seconds; nil where the configuration does not give it (in effect 0, TF-107)
	Source             Source
	Sources            Sources
}

// A GeoRestriction is the distribution's list of countries (REQ-510).
type GeoRestriction struct {
	RestrictionType string   // none, whitelist, blacklist; "" means none
	Locations       []string // ISO 3166-1 alpha-2, sorted
	Source          Source
	Sources         Sources
}

// A ViewerCertificate is the viewer_certificate block: names and TLS floor of the listener (REQ-132).
type ViewerCertificate struct {
	CloudFrontDefaultCertificate bool
	ACMCertificateARN            Text
	IAMCertificateID             Text
	MinimumProtocolVersion       string
	SSLSupportMethod             string
	Names                        []string // the certificate's names, where Terraform knows them
	Source                       Source
}
