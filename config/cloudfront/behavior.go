package cloudfront

import (
	"slices"
	"strings"
	"time"
)

// A Behavior is default_cache_behavior or one ordered_cache_behavior.
type Behavior struct {
	Pattern              PathPattern
	TargetOriginID       Text // names an Origin or an OriginGroup
	ViewerProtocolPolicy ViewerProtocolPolicy
	AllowedMethods       []string // sorted; one of three sets (REQ-075)
	CachedMethods        []string // sorted
	Compress             bool
	SmoothStreaming      bool
	GRPC                 bool

	CachePolicy           *CachePolicy           // never nil: forwarded_values becomes a policy too
	OriginRequestPolicy   *OriginRequestPolicy   // nil means none
	ResponseHeadersPolicy *ResponseHeadersPolicy // nil means none

	TrustedKeyGroups []*KeyGroup
	TrustedSigners   []string // account ids or "self"
	Associations     []Association

	FieldLevelEncryptionID Text
	RealtimeLogConfigARN   Text

	Source  Source
	Sources Sources
	Each    string // "map", "set" or "list": what the dynamic block goes over that makes this one of several; else ""
	Block   string // the block as its author wrote it (for a dynamic one an equivalent): hints change its path_pattern
}

// Default reports whether this is the default behavior.
func (b *Behavior) Default() bool { return b.Pattern.Default() }

// Name returns the path pattern, or "default" for the default behavior: what people read.
func (b *Behavior) Name() string {
	if b.Default() {
		return "default"
	}
	return b.Pattern.String()
}

// Allows reports whether the behavior lets this method through. Methods are case-sensitive (REQ-089).
func (b *Behavior) Allows(method string) bool { return slices.Contains(b.AllowedMethods, method) }

// MethodList writes a set of methods as people read it: GET and HEAD first, and only the seven that CloudFront knows
// (REQ-075).
func MethodList(set []string) string {
	var names []string
	for _, m := range []string{"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"} {
		if slices.Contains(set, m) {
			names = append(names, m)
		}
	}
	return strings.Join(names, " ")
}

// Caches reports whether answers to this method may be cached (REQ-076).
func (b *Behavior) Caches(method string) bool { return slices.Contains(b.CachedMethods, method) }

// Association returns what runs at this event, or nil.
func (b *Behavior) Association(event EventType) *Association {
	for i := range b.Associations {
		if b.Associations[i].EventType == event {
			return &b.Associations[i]
		}
	}
	return nil
}

// A ViewerProtocolPolicy is the value of viewer_protocol_policy (REQ-110 to REQ-115).
type ViewerProtocolPolicy string

// The values of viewer_protocol_policy.
const (
	AllowAll        ViewerProtocolPolicy = "allow-all"
	HTTPSOnly       ViewerProtocolPolicy = "https-only"
	RedirectToHTTPS ViewerProtocolPolicy = "redirect-to-https"
)

// An EventType is the moment at which a function runs.
type EventType string

// The four events.
const (
	ViewerRequest  EventType = "viewer-request"
	ViewerResponse EventType = "viewer-response"
	OriginRequest  EventType = "origin-request"
	OriginResponse EventType = "origin-response"
)

// A FunctionKind tells CloudFront Functions from Lambda@Edge.
type FunctionKind string

// The kinds of function.
const (
	CloudFrontFunction FunctionKind = "cloudfront-function"
	LambdaFunction     FunctionKind = "lambda"
)

// An Association attaches a function to an event of a behavior.
type Association struct {
	EventType   EventType
	Kind        FunctionKind
	ARN         Text
	IncludeBody bool
	Function    *Function // nil where Terraform does not show the code behind ARN
	Source      Source
	Sources     Sources
}

// Name returns the name of the function: that of its resource, else the one in its ARN; the ARN where it has none.
func (a Association) Name() string {
	if a.Function != nil {
		return a.Function.Name
	}
	arn := a.ARN.String()
	if parts := strings.Split(arn, ":"); len(parts) >= 6 && parts[0] == "arn" {
		if _, name, ok := strings.Cut(parts[5], "function/"); ok {
			return name
		}
		if parts[5] == "function" && len(parts) > 6 {
			return parts[6]
		}
	}
	return arn
}

// A Function is one aws_cloudfront_function or aws_lambda_function.
type Function struct {
	Address string
	Name    string
	Runtime string // cloudfront-js-1.0, cloudfront-js-2.0, nodejs22.x, python3.13, …
	Handler string // of Lambda functions
	Code    string // of CloudFront functions, and of Lambda functions whose archive Terraform makes of texts
	File    string // the file that holds the code, or "" where the code stands in the Terraform text
	Source  Source
}

// A KeyGroup is one aws_cloudfront_key_group.
type KeyGroup struct {
	ID      string
	Name    string
	Address string
	Keys    []*PublicKey
	Source  Source
}

// A PublicKey is one aws_cloudfront_public_key. Its ID is what signed URLs carry locally.
type PublicKey struct {
	ID         string
	Name       string
	EncodedKey string // PEM
	Source     Source
}

// A Selection says which headers, cookies or query parameters a policy names.
type Selection struct {
	Behavior SelectionBehavior
	Items    []string // as written
	Source   Source
}

// A SelectionBehavior is the value of header_behavior, cookie_behavior or query_string_behavior (POL-010, POL-050).
type SelectionBehavior string

// The values of the three arguments. Cache policies know the first four, headers in cache policies the first two.
const (
	SelectNone      SelectionBehavior = "none"
	SelectWhitelist SelectionBehavior = "whitelist"
	SelectAllExcept SelectionBehavior = "allExcept"
	SelectAll       SelectionBehavior = "all"
	// Of headers in origin request policies only.
	SelectAllViewer                       SelectionBehavior = "allViewer"
	SelectAllViewerAndWhitelistCloudFront SelectionBehavior = "allViewerAndWhitelistCloudFront"
)

// A CachePolicy is what makes up the cache key, and for how long an answer is kept. A behavior with forwarded_values
// has one too, with Legacy set: then Headers may be SelectAll, cookie names may hold wildcards, and QueryStrings says
// what is keyed, while ForwardQueryString says whether the whole query string goes to the origin.
type CachePolicy struct {
	ID   string // invented for policies of the directory
	Name Text   // the API's name, "Managed-CachingOptimized"; "" for forwarded_values

	MinTTL, DefaultTTL, MaxTTL                           time.Duration
	EnableAcceptEncodingGzip, EnableAcceptEncodingBrotli bool
	Headers, Cookies, QueryStrings                       Selection

	Managed            bool
	Reserved           bool // of managed policies: AWS keeps it for another service (Amplify Hosting)
	Legacy             bool
	ForwardQueryString bool // of legacy settings: forwarded_values.query_string

	Address string
	Source  Source
	Sources Sources
}

// CachingDisabled reports whether nothing is ever stored: all three times are zero (POL-013, REQ-455).
func (p *CachePolicy) CachingDisabled() bool {
	return p.MinTTL == 0 && p.DefaultTTL == 0 && p.MaxTTL == 0
}

// An OriginRequestPolicy is what goes to the origin beside the cache key.
type OriginRequestPolicy struct {
	ID                             string
	Name                           Text
	Headers, Cookies, QueryStrings Selection
	Managed                        bool
	// AddedHeaders are generated CloudFront-* headers that this managed policy sends to the origin beside what Headers
	// selects (section 10.5 of the policy rules).
	AddedHeaders []string
	// S3DroppedQueryStrings are the parameters that this managed policy withholds from S3 origins (POL-062).
	S3DroppedQueryStrings []string

	Address string
	Source  Source
	Sources Sources
}

// A ResponseHeadersPolicy is what CloudFront adds to and removes from answers to viewers.
type ResponseHeadersPolicy struct {
	ID      string
	Name    Text
	Managed bool

	CORS          *CORS // nil means none
	Security      SecurityHeaders
	CustomHeaders []ResponseHeader
	RemoveHeaders []string
	ServerTiming  *ServerTiming // nil means none

	Address string
	Source  Source
	Sources Sources
}

// CORS is cors_config.
type CORS struct {
	AllowCredentials bool
	AllowHeaders     []string
	AllowMethods     []string
	AllowOrigins     []string
	ExposeHeaders    []string
	MaxAge           *int // seconds; nil means no Access-Control-Max-Age
	OriginOverride   bool
	// SimpleRequestsOnly marks the managed policies that never answer a preflight.
	SimpleRequestsOnly bool
}

// SecurityHeaders is security_headers_config; a nil member is not sent.
type SecurityHeaders struct {
	ContentSecurityPolicy   *ResponseHeader
	ContentTypeOptions      *ResponseHeader // "nosniff"
	FrameOptions            *ResponseHeader
	ReferrerPolicy          *ResponseHeader
	StrictTransportSecurity *ResponseHeader
	XSSProtection           *ResponseHeader
}

// A ResponseHeader is one header of a response headers policy, its value as it goes over the wire.
type ResponseHeader struct {
	Name     string
	Value    Text
	Override bool
	Source   Source
}

// ServerTiming is server_timing_headers_config.
type ServerTiming struct {
	Enabled      bool
	SamplingRate float64 // percent
}
