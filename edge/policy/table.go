package policy

import "edgecase/config/cloudfront"

// An act is what CloudFront does with one header of the viewer on the way to the origin.
type act uint8

const (
	drop      act = iota // removed
	forward              // passed on as it arrived, in its place
	byMethod             // Authorization: kept on methods that write (REQ-216)
	hop                  // removed: it belongs to the viewer's connection
	framing              // written to fit the body that is sent
	cookie               // written from the selected cookies
	ranges               // Range: removed from a GET if CloudFront answers it in full (REQ-492)
	normalize            // Accept-Encoding: reduced to what the policy enables (REQ-228)
	ownHost              // the origin's domain name
	ownAgent             // "Amazon CloudFront"
	ownID                // X-Amz-Cf-Id
	address              // X-Forwarded-For: the viewer's address appended
	hops                 // Via: CloudFront's own entry appended
	upgrade              // removed, except for a WebSocket
	trailers             // TE: removed, except for gRPC
	generated            // a CloudFront-* header: the generated value if a policy names it, never the viewer's
)

// A row is one line of the table of request headers (request rules section 7.2, policy rules section 3.2).
type row struct {
	name string // lower-case; a final "*" stands for any rest
	// What happens if nothing names the header, under legacy settings and under a cache policy, and what if an
	// all-viewer setting covers it or a list that may name it does.
	legacy, policy, covered act
	listable                listing
	rule                    string
	sure                    cloudfront.Confidence // of the policy column
}

// A listing says where a header may be named. Naming it elsewhere has no effect (REQ-195).
type listing uint8

const (
	anywhere  listing = iota // in every list
	cacheOnly                // not in an origin request policy (POL-057)
	listOnly                 // in every list, but an all-viewer setting does not cover it
	allOnly                  // in no list, but an all-viewer setting covers it
	nowhere                  // the stated handling always applies
)

// inCache, inRequest and inAll report whether a cache policy's (or legacy) list, an origin request policy's list and an
// all-viewer setting can take such a header in.
func (l listing) inCache() bool   { return l == anywhere || l == cacheOnly || l == listOnly }
func (l listing) inRequest() bool { return l == anywhere || l == listOnly }
func (l listing) inAll() bool     { return l == anywhere || l == cacheOnly || l == allOnly }

// requestHeaders returns the table. A header that it does not hold is forwarded under legacy settings (REQ-190) and
// dropped under a cache policy (REQ-191), unless a policy covers it.
func requestHeaders() []row {
	const doc, inferred = cloudfront.Documented, cloudfront.Inferred
	return []row{
		{"accept", drop, drop, forward, anywhere, "POL-031", doc},
		{"accept-charset", drop, drop, forward, anywhere, "POL-031", doc},
		{"accept-encoding", normalize, drop, forward, anywhere, "REQ-232", doc},
		{"accept-language", drop, drop, forward, anywhere, "POL-031", doc},
		{"authorization", byMethod, byMethod, forward, cacheOnly, "REQ-216", doc},
		{"cache-control", forward, forward, forward, nowhere, "REQ-193", inferred},
		{"connection", hop, hop, hop, nowhere, "POL-029", doc},
		{"content-encoding", forward, forward, forward, anywhere, "REQ-193", inferred},
		{"content-length", framing, framing, framing, nowhere, "REQ-193", inferred},
		{"content-md5", forward, forward, forward, anywhere, "REQ-193", inferred},
		{"content-type", forward, forward, forward, anywhere, "REQ-193", inferred},
		{"cookie", cookie, cookie, cookie, nowhere, "REQ-221", doc},
		{"date", forward, forward, forward, anywhere, "REQ-193", inferred},
		{"expect", drop, drop, forward, listOnly, "REQ-256", doc},
		{"from", forward, forward, forward, anywhere, "REQ-193", inferred},
		{"host", ownHost, ownHost, forward, anywhere, "REQ-200", doc},
		{"if-match", forward, forward, forward, anywhere, "REQ-496", doc},
		{"if-modified-since", forward, forward, forward, anywhere, "REQ-496", doc},
		{"if-none-match", forward, forward, forward, anywhere, "REQ-496", doc},
		{"if-range", forward, forward, forward, anywhere, "REQ-496", doc},
		{"if-unmodified-since", forward, forward, forward, anywhere, "REQ-496", doc},
		{"keep-alive", hop, hop, hop, nowhere, "REQ-198", inferred},
		{"max-forwards", forward, forward, forward, nowhere, "REQ-193", inferred},
		{"origin", forward, drop, forward, anywhere, "REQ-193", doc},
		{"pragma", forward, forward, forward, nowhere, "REQ-193", inferred},
		{"proxy-*", hop, hop, hop, nowhere, "POL-029", doc},
		{"range", ranges, ranges, ranges, anywhere, "REQ-490", doc},
		{"referer", drop, drop, forward, anywhere, "POL-031", doc},
		{"request-range", forward, drop, forward, allOnly, "REQ-193", inferred},
		{"te", trailers, trailers, trailers, nowhere, "POL-029", doc},
		{"trailer", hop, hop, hop, nowhere, "POL-029", doc},
		{"transfer-encoding", framing, framing, framing, nowhere, "REQ-253", doc},
		{"upgrade", upgrade, upgrade, upgrade, nowhere, "REQ-473", doc},
		{"user-agent", ownAgent, ownAgent, forward, anywhere, "REQ-214", doc},
		{"via", hops, hops, hops, anywhere, "REQ-212", doc},
		{"warning", forward, forward, forward, anywhere, "REQ-193", inferred},
		{"x-amz-cf-id", ownID, ownID, ownID, nowhere, "REQ-213", doc},
		{"x-edge-*", drop, drop, drop, nowhere, "POL-029", doc},
		{"x-forwarded-for", address, address, address, anywhere, "REQ-206", doc},
		{"x-forwarded-proto", drop, drop, drop, nowhere, "REQ-210", doc},
		{"x-http-method-override", drop, drop, forward, anywhere, "POL-031", doc},
		{"x-real-ip", drop, drop, drop, nowhere, "REQ-210", doc},
	}
}

// exceptHostHeader is the id of Managed-AllViewerExceptHostHeader, which also adds the headers that
// allViewerAndCloudFrontHeaders names (policy rules, section 10.5).
const exceptHostHeader = "b689b0a8-53d0-40ab-baf2-68738e2966ac"

// managedGenerated are the CloudFront-* headers that a managed policy adds without listing them.
func managedGenerated(p *cloudfront.OriginRequestPolicy) []string {
	if p == nil || !p.Managed || p.ID != exceptHostHeader {
		return nil
	}
	return []string{
		"CloudFront-Forwarded-Proto", "CloudFront-Is-Android-Viewer", "CloudFront-Is-Desktop-Viewer",
		"CloudFront-Is-IOS-Viewer", "CloudFront-Is-Mobile-Viewer", "CloudFront-Is-SmartTV-Viewer",
		"CloudFront-Is-Tablet-Viewer", "CloudFront-Viewer-Address", "CloudFront-Viewer-ASN", "CloudFront-Viewer-City",
		"CloudFront-Viewer-Country", "CloudFront-Viewer-Country-Name", "CloudFront-Viewer-Country-Region",
		"CloudFront-Viewer-Country-Region-Name", "CloudFront-Viewer-HTTP-Version", "CloudFront-Viewer-Latitude",
		"CloudFront-Viewer-Longitude", "CloudFront-Viewer-Metro-Code", "CloudFront-Viewer-Postal-Code",
		"CloudFront-Viewer-Time-Zone", "CloudFront-Viewer-TLS",
	}
}
