package check

import (
	"fmt"
	"slices"
	"strings"

	"edgecase/config/cloudfront"
)

var (
	deprecatedForwardedValues = &Rule{
		Name: "deprecated-forwarded-values", Title: "a behavior has forwarded_values in place of policies", Severity: Note,
		Why: "AWS calls forwarded_values deprecated. They cannot forward what is not in the cache key, know no Brotli, and an omitted default_ttl " +
			"or max_ttl is sent as 0.",
		Example: "forwarded_values { query_string = false, cookies { forward = \"none\" } }",
		Fix:     "Write a cache_policy_id, and an origin_request_policy_id for what the origin needs beside the cache key.",
		Cites:   []string{"POL-001", "TF-146", "TF-147"},
	}
	deprecatedTLS = &Rule{
		Name: "deprecated-tls", Title: "TLS before 1.2 is spoken", Severity: Note,
		Why:     "RFC 8996 retired TLS 1.0 and 1.1, and browsers no longer speak them: what is left are old clients, and findings of audits.",
		Example: `minimum_protocol_version = "TLSv1", or origin_ssl_protocols = ["TLSv1", "TLSv1.1", "TLSv1.2"]`,
		Fix:     `Write minimum_protocol_version = "TLSv1.2_2021", and origin_ssl_protocols = ["TLSv1.2"].`,
		Cites:   []string{"REQ-132", "REQ-335"},
	}
	deprecatedOAI = &Rule{
		Name: "deprecated-oai", Title: "a bucket is read by an origin access identity", Severity: Note,
		Why:     "Origin access control has replaced it: it signs with SigV4, and so works with SSE-KMS, with uploads, and in every region.",
		Example: "s3_origin_config { origin_access_identity = aws_cloudfront_origin_access_identity.site.cloudfront_access_identity_path }",
		Fix:     "Write origin_access_control_id, and let the bucket's policy admit cloudfront.amazonaws.com with AWS:SourceArn.",
		Cites:   []string{"REQ-405"},
	}
)

func deprecations() []trap {
	return []trap{
		{[]*Rule{deprecatedForwardedValues}, (*view).forwardedValues},
		{[]*Rule{deprecatedTLS}, (*view).oldTLS},
		{[]*Rule{deprecatedOAI}, (*view).identities},
	}
}

// forwardedValues tells once of a distribution.
func (v *view) forwardedValues() []Finding {
	var names []string
	at := cloudfront.Source{}
	for _, b := range v.Behaviors {
		if place := b.Sources["forwarded_values"]; b.CachePolicy.Legacy && !place.IsZero() {
			if names = append(names, b.Name()); at.IsZero() || b.Default() && place.File == at.File && place.Line < at.Line {
				at = place
			}
		}
	}
	if len(names) == 0 {
		return nil
	}
	const policy = "Managed-CachingOptimized"
	return []Finding{{
		Rule: deprecatedForwardedValues, At: at, Message: "forwarded_values are deprecated: " + some(names),
		Fix: Fix{Where: "In their place, for files", HCL: fmt.Sprintf("cache_policy_id = %q # %s", cloudfront.ManagedCachePolicy(policy).ID, policy)},
	}}
}

// some joins the first of some names.
func some(names []string) string {
	const most = 4
	if n := len(names) - most; n > 1 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), n)
	}
	return and(names)
}

// oldTLS finds what may be spoken with viewers and with origins. Of CloudFront's own certificate nobody chooses.
func (v *view) oldTLS() []Finding {
	var found []Finding
	c := v.ViewerCertificate
	if own := c.ACMCertificateARN.Value != "" || c.IAMCertificateID.Value != ""; own && old(c.MinimumProtocolVersion) && v.settled(c.Source) {
		found = append(found, Finding{
			Rule: deprecatedTLS, At: c.Source, Message: "viewers may speak TLS before 1.2: minimum_protocol_version is " + c.MinimumProtocolVersion,
			Fix: Fix{Where: "In viewer_certificate", HCL: `minimum_protocol_version = "TLSv1.2_2021"`},
		})
	}
	for _, o := range v.Origins {
		at := argument(o.Sources, "origin_ssl_protocols", o.Source)
		if o.Kind != cloudfront.KindCustom || o.OriginProtocolPolicy == cloudfront.OriginHTTPOnly || !slices.ContainsFunc(o.OriginSSLProtocols, old) || !v.settled(at) {
			continue
		}
		names := slices.DeleteFunc(slices.Clone(o.OriginSSLProtocols), func(name string) bool { return !old(name) })
		found = append(found, Finding{
			Rule: deprecatedTLS, of: o.ID.String(), At: at, Message: fmt.Sprintf("%s may be spoken to with %s", o.ID, and(names)),
			Fix: Fix{Where: "In custom_origin_config of " + o.ID.String(), HCL: `origin_ssl_protocols = ["TLSv1.2"]`},
		})
	}
	return found
}

// old reports whether a version, or a policy that begins with it, is older than TLS 1.2.
func old(version string) bool {
	name, _, _ := strings.Cut(version, "_")
	return name == "SSLv3" || name == "TLSv1" || name == "TLSv1.1"
}

// identities finds origin access identities.
func (v *view) identities() []Finding {
	var found []Finding
	for _, o := range v.Origins {
		if o.Kind != cloudfront.KindS3 || o.OriginAccessIdentity.Value == "" || o.OriginAccessControl != nil {
			continue
		}
		found = append(found, Finding{
			Rule: deprecatedOAI, of: o.ID.String(), At: argument(o.Sources, "s3_origin_config", o.Source), Message: o.ID.String() + " is read by an origin access identity",
			Fix: Fix{Where: "In the origin " + o.ID.String() + ", with an aws_cloudfront_origin_access_control of the type s3",
				HCL: "origin_access_control_id = aws_cloudfront_origin_access_control.site.id"},
		})
	}
	return found
}
